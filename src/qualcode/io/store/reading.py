"""Reading a project's folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import sleep

import attrs
import msgspec
import numpy as np
import numpy.typing as npt

from qualcode.errors import HistoryError, LockedError, QualcodeError, StoreError
from qualcode.io.store import layout
from qualcode.io.store.cache import file_looks, load_log, load_order, store_log, store_order
from qualcode.io.store.chains import Chains, link_chains
from qualcode.io.store.copies import Home, is_in_session, read_notes
from qualcode.io.store.heads import check_heads
from qualcode.io.store.journal import JOURNAL, PENDING, put_back
from qualcode.io.store.lines import read_bytes
from qualcode.io.store.locking import locked
from qualcode.io.store.logfile import Fault, LogFile, read_log_file
from qualcode.io.store.migrating import migrated
from qualcode.io.store.opened import Opened, Tail
from qualcode.io.store.rows import RowTuple, tuples_of
from qualcode.io.store.siblings import repeated_rows
from qualcode.io.store.text_views import stray_views
from qualcode.io.store.texts import read_texts, stray_packed
from qualcode.model.collecting import no_garbage_collected
from qualcode.model.fold.fold import fold
from qualcode.model.ids import MARK
from qualcode.model.log.erasures import blank, came_back
from qualcode.model.log.event import Event, author_of
from qualcode.model.log.log import Log
from qualcode.model.log.rows import Events
from qualcode.model.log.timeline import OPEN, TEXTS, Timeline

__all__ = [
    "PATIENCE",
    "Laid",
    "Read",
    "check_rows",
    "laid_out",
    "private_folder",
    "read_folder",
    "read_head",
    "read_logs",
    "rows_astray",
    "take_back",
]

PATIENCE = 5.0
"""Seconds to wait for a save that goes on in another process."""
ATTEMPTS = 20
"""How often to read again when another process saved in between."""


def private_folder(root: Path) -> Path:
    """Return the folder for lock, journal, notes and cache."""
    return root / layout.PRIVATE


@attrs.frozen
class Read:
    """The files of a log as read, with all that is wrong with them.

    Parameters
    ----------
    files : list of LogFile
        The files.
    chains : Chains
        Their events, linked.
    faults : list of (str, Fault)
        What is wrong, by the file's path below the project's folder; causes before what follows from them.
    looks : mapping of str to list of int
        How each file looked before it was read.
    """

    files: list[LogFile]
    chains: Chains
    faults: list[tuple[str, Fault]]
    looks: Mapping[str, list[int]]


def read_folder(root: Path) -> Opened:
    """Read a project's folder, taking back an interrupted save first.

    Raises
    ------
    StoreError
        When the folder is no project, was written by a newer version, or a file is damaged; file and
        line are named.
    HistoryError
        When an event was altered or is gone.
    LockedError
        When other processes save it over and over.
    """
    if root.is_file():
        raise StoreError(
            f"{root}: is a file, and a project is a folder: give the folder it lies in"
        )
    for _ in range(ATTEMPTS):
        take_back(root)
        before, looked = _last_save(root), _log_looks(root)
        try:
            with no_garbage_collected():
                opened = _read(root)
        except (QualcodeError, OSError):
            if (_last_save(root), _log_looks(root)) == (before, looked):
                raise
        else:
            if _last_save(root) == before:
                return opened
        # Another process saved meanwhile, and what was read may be half of it: read again.
        sleep(0.01)
    raise LockedError(f"{root}: another process saves it over and over; try again later")


def take_back(root: Path) -> None:
    """Take back a save that was interrupted, if there is one, having waited for one that goes on.

    Raises
    ------
    StoreError
        When it cannot be taken back, or goes on for long.
    """
    private = private_folder(root)
    if not (private / JOURNAL).exists():
        _sweep(private)
        return
    try:
        with locked(private, wait=PATIENCE):
            put_back(root, private)
    except LockedError:
        raise
    except StoreError as error:
        raise StoreError(
            f"{root}: a save was interrupted and has to be taken back first: {error}"
        ) from error


def _sweep(private: Path) -> None:
    """Take away what a process left that died behind its save: copies that may hold what was erased."""
    if not (private / PENDING).exists():
        return
    with suppress(LockedError, StoreError), locked(private):
        if not (private / JOURNAL).exists():
            shutil.rmtree(private / PENDING, ignore_errors=True)


def _last_save(root: Path) -> int | None:
    """Return what every save changes, since it makes and removes files in the private folder."""
    try:
        return private_folder(root).stat().st_mtime_ns
    except FileNotFoundError:
        return None


def _log_looks(root: Path) -> list[list[int]]:
    """Return what changes when a process that saves by itself adds to the log."""
    looks = []
    for path in sorted((root / layout.LOG).glob("*.jsonl")):
        with suppress(OSError):
            looks.append(file_looks(path))
    return looks


def read_head(root: Path) -> layout.ProjectFile:
    """Return what `project.json` says, having checked that this version can read the project.

    Raises
    ------
    StoreError
        When there is no project, or one of a newer format.
    """
    path = root / layout.PROJECT
    data = read_bytes(path)
    if not data:
        logged = any((root / layout.LOG).glob("*.jsonl"))
        raise StoreError(
            f"{root}: there is no qualcode project here (no {layout.PROJECT}); "
            + (
                f"but there is a log: put {layout.PROJECT} back, as it is in git or in another copy"
                if logged
                else "Project.create, or 'qualcode init', makes one"
            )
        )
    try:
        head = msgspec.json.decode(data, type=layout.ProjectFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"{path}: is damaged: {error}") from error
    if head.format > layout.FORMAT:
        raise StoreError(
            f"{path}: the project has format {head.format}, but this version of qualcode reads formats "
            f"up to {layout.FORMAT}: upgrade qualcode (pip install --upgrade qualcode)"
        )
    return head


def _read(root: Path) -> Opened:
    head = read_head(root)
    if head.format < layout.UNPACKED:
        return migrated(root, head)
    read = read_logs(root)
    for name, fault in read.faults:
        where = f"{root / name}, line {fault.line}" if fault.line else f"{root / name}"
        raise HistoryError(f"{where}: {fault.message}")
    if not read.chains.events:
        raise StoreError(
            f"{root / layout.LOG}: is missing or empty, so the project has no codebook"
        )
    laid = laid_out(root, read)
    check_rows(root, laid.timeline, laid.rows, laid.unsealed)
    sizes = {file.path.name: file.size for file in read.files}
    homes, tails = _own(root, read, laid)
    logs = {author_of(log): (log, home.head) for log, home in homes.items()}
    for author, (log, end, _) in tails.items():
        logs.setdefault(author, (log, end))
    return Opened(
        laid.timeline,
        _in_known_order(root, read, laid),
        logs,
        homes,
        sizes,
        tails={author: tail for author, (_, _, tail) in tails.items()},
        outdated=laid.outdated
        or bool(stray_views(root, laid.timeline))
        or bool(stray_packed(root, laid.timeline)),
    )


def _in_known_order(root: Path, read: Read, laid: Laid) -> Events:
    """Return the rows with their order by place, from the cache or put there."""
    private = private_folder(root)
    order = load_order(private, read.looks)
    if order is None or len(order) != len(laid.rows):
        made = fold(Log(laid.timeline, laid.rows, len(laid.timeline)), codebook_only=True)
        documents = (event for event in laid.timeline.events if event.kind == "add-document")
        order = laid.rows.numbered_as_counted(
            [event.target.partition(":")[2] for event in documents], made.draft.codes
        ).placed[0]
        if not laid.unsealed:
            store_order(private, read.looks, order)
    return attrs.evolve(laid.rows, hint=order)


def read_logs(root: Path) -> Read:
    """Return the files of a project's log with all that is wrong with them."""
    files: list[LogFile] = []
    private = private_folder(root)
    notes = read_notes(private)
    faults: list[tuple[str, Fault]] = []
    looks: dict[str, list[int]] = {}
    torn: list[tuple[str, Fault]] = []
    for path in sorted((root / layout.LOG).glob("*.jsonl")):
        try:
            looks[path.name] = file_looks(path)
            file = load_log(private, path, looks[path.name])
            if file is None:
                file = read_log_file(path, read_bytes(path))
                note = notes.get(path.name)
                if note is not None and note.autosave and note.is_about(path):
                    # Nobody was told that the line is kept which was being written when the process died.
                    torn += [
                        (f"{layout.LOG}/{path.name}", each) for each in file.faults if each.torn
                    ]
                    file.faults = [each for each in file.faults if not each.torn]
                if not file.faults:
                    store_log(private, path, looks[path.name], file)
        except (OSError, StoreError) as error:
            message = str(error).removeprefix(f"{path}: ")
            faults.append((f"{layout.LOG}/{path.name}", Fault(None, message)))
            continue
        files.append(file)
    chains = link_chains(files)
    for file in files:
        if file.open_lines and not file.events:
            line = Fault(1, "no event says whose rows of coding these are: lines were removed")
            file.faults.append(line)
        found = sorted(file.faults, key=lambda fault: fault.line or 0)
        faults += [(f"{layout.LOG}/{file.path.name}", fault) for fault in found]
    # What a copy knows names the file that is short; who had seen what was in it is another matter.
    faults = [*check_heads(root, chains.events), *faults]
    if faults:
        faults = torn + faults  # somebody knows of more, so perhaps of what was in that line
    faults.sort(key=lambda each: each[1].follows)
    return Read(files, chains, faults, looks)


@attrs.define
class Laid:
    """The log as read: its timeline with blocks and texts noted, and its rows.

    Parameters
    ----------
    timeline : Timeline
        The events.
    rows : Events
        The rows of all files, each event's once.
    unsealed : mapping of str to int
        By file, the number of the block that has no seal yet.
    outdated : bool
        Whether files hold what an erasure has taken out elsewhere.
    """

    timeline: Timeline
    rows: Events
    unsealed: dict[str, int]
    outdated: bool = False


def laid_out(root: Path, read: Read, texts: Mapping[str, str] | None = None) -> Laid:
    """Return the log that files hold which are whole.

    Parameters
    ----------
    root : Path
        The project's folder, where its texts lie.
    read : Read
        The files.
    texts : mapping of str to str, optional
        The texts by their SHA-256, where they need not be read.
    """
    homes = read.chains.homes

    def rows_of(event: Event) -> list[RowTuple]:
        file, number = homes[event.id]
        return tuples_of(file.rows.take(file.rows.block == number))

    repeated = repeated_rows(read.chains.events.values(), rows_of)
    timeline = Timeline(read.chains.events.values())
    parts: list[Events] = []
    unsealed: dict[str, int] = {}
    for file in read.files:
        numbers = np.full(len(file.events) + 1, -1, dtype=np.int32)
        for number, event in enumerate(file.events):
            home = homes.get(event.id)
            if not file.sizes[number] or home is None or home[0] is not file or home[1] != number:
                continue
            timeline.blocks.append(OPEN)
            numbers[number] = len(timeline.blocks) - 1
            timeline.seal(int(numbers[number]), timeline.position[event.id])
        if file.open_lines and not _sealed_since(file, read.chains, rows_of):
            timeline.blocks.append(OPEN)
            numbers[-1] = unsealed[file.path.name] = len(timeline.blocks) - 1
        rows = _with_coders(file, numbers)
        keep = rows.block >= 0
        for number, event in enumerate(file.events):
            if event.id in repeated and numbers[number] >= 0:
                keep[np.flatnonzero(rows.block == numbers[number])[: repeated[event.id]]] = False
        parts.append(rows if keep.all() else rows.take(keep))
    rows = _in_order(timeline, Events.concatenate(parts))
    rows, came_back = _without_erased(timeline, rows)
    found = read_texts(root, timeline) if texts is None else _texts_named(timeline, texts)
    timeline.texts.update(found)
    return Laid(timeline, rows, unsealed, came_back or read.chains.outdated)


def _without_erased(timeline: Timeline, rows: Events) -> tuple[Events, bool]:
    """Return the rows without what others wrote about what was erased, having taken it out of the events too.

    The second value is whether there was any.
    """
    _refuse_unaware(timeline)
    scrubbing = came_back(Log(timeline, rows, len(timeline)))
    if scrubbing is None:
        return rows, False
    changed = scrubbing.events()
    for at, event in changed.items():
        timeline.events[at] = event
    gone = scrubbing.gone_rows(rows)
    return blank(rows, gone), bool(changed) or bool(gone.any())


def _refuse_unaware(timeline: Timeline) -> None:
    """Refuse what was done without knowing of a pseudonymisation: its names and places are the old ones.

    Raises
    ------
    HistoryError
        When there is any.
    """
    made = [at for at in timeline.erasures if timeline.events[at].kind == "pseudonymise"]
    for at, event in enumerate(timeline.events):
        if made and not any(timeline.saw(at, each) or timeline.saw(each, at) for each in made):
            raise HistoryError(
                f"event {event.short} ({event.kind}, by {event.author}) was made in a copy that did not know "
                "of the pseudonymisation, so its names and places are the old ones. Pseudonymise that copy "
                "with the same key (qualcode pseudonymise --names KEY), and unite them then. Where git pull "
                "has brought both together, git reset --hard HEAD~1 takes that back, once all else is "
                "committed; pseudonymise and commit the copy that did not know, and pull again"
            )


def _texts_named(timeline: Timeline, texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that events name: those of what was erased are none of them."""
    return {
        sha: texts[sha]
        for event in timeline.events
        if event.kind in TEXTS and (sha := event.fields["sha256"]) in texts
    }


def _in_order(timeline: Timeline, rows: Events) -> Events:
    """Return rows with each coder's in the order of their seals, whatever the names of their files."""
    if not len(rows):
        return rows
    place = np.array(timeline.blocks, dtype=np.int64)
    place[place == OPEN] = len(timeline.events)
    begin = np.append(0, np.flatnonzero(rows.block[1:] != rows.block[:-1]) + 1)
    newest: dict[int, int] = {}
    for coder, at in zip(
        rows.coder[begin].tolist(), place[rows.block[begin]].tolist(), strict=True
    ):
        if at < newest.get(coder, at):
            return rows.take(np.argsort(place[rows.block], kind="stable"))
        newest[coder] = at
    return rows


def _with_coders(file: LogFile, numbers: npt.NDArray[np.int32]) -> Events:
    """Return the rows of a file with the numbers of their blocks, and whose they are."""
    rows = file.rows
    authors = [event.author for event in file.events] or [""]
    coders = tuple(dict.fromkeys(authors))
    block = numbers[rows.block]
    if len(coders) == 1:
        return attrs.evolve(rows, block=block, coders=coders)
    own = np.array([*map(coders.index, authors), coders.index(authors[-1])], dtype=np.int32)
    return attrs.evolve(rows, block=block, coder=own[rows.block], coders=coders)


def _sealed_since(
    file: LogFile, chains: Chains, rows_of: Callable[[Event], list[RowTuple]]
) -> bool:
    """Tell whether rows without a seal were sealed in another file, by an event that goes on from here."""
    last = file.events[-1]
    open_rows = [
        (*row[:4], last.author, *row[5:])
        for row in tuples_of(file.rows.take(file.rows.block == len(file.events)))
    ]
    for event in chains.events.values():
        if event.prev == last.id and event.rows >= len(open_rows):
            sealed = [(*row[:4], last.author, *row[5:]) for row in rows_of(event)]
            if sealed[: len(open_rows)] == open_rows:
                return True
    return False


def check_rows(
    root: Path, timeline: Timeline, rows: Events, unsealed: Mapping[str, int] | None = None
) -> None:
    """Refuse rows that point to what is not there: counting would leave them out without a word."""
    sizes, known = _there(timeline, rows)
    outside = rows_astray(timeline, rows)
    if not outside.any():
        return
    row = int(outside.argmax())
    document, code = rows.documents[rows.document[row]], rows.codes[rows.code[row]]
    place = f"{document!r}, {rows.start[row]}–{rows.end[row]}, by {rows.coders[rows.coder[row]]}"
    files = {number: file for file, number in (unsealed or {}).items()}
    where = root / layout.LOG / files.get(int(rows.block[row]), "")
    if not known[rows.code[row]]:
        raise StoreError(f"{where}: the code {code!r} does not exist ({place})")
    if sizes[rows.document[row]] < 0:
        raise StoreError(f"{where}: the document {document!r} does not exist ({place})")
    raise StoreError(f"{where}: a row lies outside its document ({place})")


def rows_astray(timeline: Timeline, rows: Events) -> npt.NDArray[np.bool_]:
    """Return which rows point to what is not there."""
    if not len(rows):
        return np.zeros(0, dtype=np.bool_)
    sizes, known = _there(timeline, rows)
    outside = (rows.end > sizes[rows.document]) | (rows.end <= rows.start) | ~known[rows.code]
    if "" in rows.documents:
        outside &= rows.document != rows.documents.index("")  # erased
    return outside


def _there(timeline: Timeline, rows: Events) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return how long the documents of rows are at most, -1 for none, and which of their codes are there."""
    lengths: dict[str, int] = {}
    added: set[str] = set()
    codes: set[str] = set()
    for event in timeline.events:
        id = event.target.partition(":")[2]
        if event.kind == "add-document":
            added.add(id)
        if event.kind in TEXTS:
            lengths[id] = max(lengths.get(id, 0), event.fields["length"])
        elif event.kind == "add":
            codes.add(id)
        elif event.kind == "adopt":
            codes.update(event.words["codebook"].get("codes", ()))
    plain = [id.partition(MARK)[0] for id in rows.documents]
    sizes = [lengths[id] if id in added else -1 for id in plain]
    known = [id.partition(MARK)[0] in codes for id in rows.codes]
    return np.array(sizes, dtype=np.int64), np.array(known, dtype=np.bool_)


def _own(
    root: Path, read: Read, laid: Laid
) -> tuple[dict[str, Home], dict[str, tuple[str, str, Tail]]]:
    """Return by log the file that this copy may go on writing; and by author log, end and rows to seal."""
    private = private_folder(root)
    notes = read_notes(private)
    leaves = set(laid.timeline.heads().values())
    homes: dict[str, Home] = {}
    tails: dict[str, tuple[str, str, Tail]] = {}
    taken: set[str] = set()
    # An author has one log to go on with here: first one whose rows are to be sealed.
    for file in sorted(read.files, key=lambda file: file.path.name not in laid.unsealed):
        if not file.events:
            continue
        last, name = file.events[-1], file.path.name
        note = notes.get(name)
        busy = note is not None and note.autosave and is_in_session(private, name)
        own = note is not None and not busy and last.id in leaves and note.fits(file.path, last.id)
        if busy or last.author in taken:
            continue
        if own:
            _, size, _, _, inode = read.looks[name]
            homes[last.log] = Home(name, last.id, file.size, size, inode)
        if name in laid.unsealed:
            lines = [line for _, line in file.open_lines]
            tails[last.author] = last.log, last.id, Tail(laid.unsealed[name], lines, own)
        if own or name in laid.unsealed:
            taken.add(last.author)
    return homes, tails
