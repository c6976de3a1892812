"""Reading a project's folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import sleep

import attrs
import msgspec
import numpy as np

from qualcode.errors import HistoryError, LockedError, QualcodeError, StoreError
from qualcode.io.store import layout
from qualcode.io.store.cache import file_looks, load_log, store_log
from qualcode.io.store.chains import Chains, link_chains
from qualcode.io.store.copies import may_continue, read_notes
from qualcode.io.store.heads import check_heads
from qualcode.io.store.journal import JOURNAL, put_back
from qualcode.io.store.lines import read_bytes
from qualcode.io.store.locking import locked
from qualcode.io.store.logfile import Fault, LogFile, read_log_file
from qualcode.model.events import Events
from qualcode.model.ids import check_id
from qualcode.model.log.event import Event, author_of
from qualcode.model.log.timeline import OPEN, Timeline

__all__ = [
    "Opened",
    "Read",
    "check_rows",
    "laid_out",
    "private_folder",
    "read_folder",
    "read_head",
    "read_logs",
    "take_back",
    "text_faults",
]

PATIENCE = 5.0
"""Seconds to wait for a save that goes on in another process."""
ATTEMPTS = 20
"""How often to read again when another process saved in between."""


def private_folder(root: Path) -> Path:
    """Return the folder for lock, journal, notes and cache."""
    return root / layout.PRIVATE


@attrs.frozen
class Opened:
    """A project as read.

    Parameters
    ----------
    timeline : Timeline
        The events, blocks of rows and texts.
    rows : Events
        The rows of coding.
    logs : mapping of str to (str, str)
        By author, the log that this copy may go on writing, and its newest event.
    files : mapping of str to (str, int)
        By log, the file that this copy writes, and its size.
    sizes : mapping of str to int
        The size of each file of the log.
    unsaved : mapping of str to list of bytes
        By log, lines that no file of this format holds yet.
    old : tuple of str
        Files of an earlier format, which the next save takes away.
    tails : mapping of str to (int, list of bytes)
        By author, the block of rows in a log of this copy that has no seal yet, and its lines.
    """

    timeline: Timeline
    rows: Events
    logs: Mapping[str, tuple[str, str]] = attrs.field(factory=dict)
    files: Mapping[str, tuple[str, int]] = attrs.field(factory=dict)
    sizes: Mapping[str, int] = attrs.field(factory=dict)
    unsaved: dict[str, list[bytes]] = attrs.field(factory=dict)
    old: tuple[str, ...] = ()
    tails: Mapping[str, tuple[int, list[bytes]]] = attrs.field(factory=dict)


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
        What is wrong, by the file's path below the project's folder.
    """

    files: list[LogFile]
    chains: Chains
    faults: list[tuple[str, Fault]]


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
    for _ in range(ATTEMPTS):
        take_back(root)
        before = _last_save(root)
        try:
            opened = _read(root)
        except (QualcodeError, OSError):
            if _last_save(root) == before:
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


def _last_save(root: Path) -> int | None:
    """Return what every save changes, since it makes and removes files in the private folder."""
    try:
        return private_folder(root).stat().st_mtime_ns
    except FileNotFoundError:
        return None


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
        raise StoreError(
            f"{root}: there is no qualcode project here (no {layout.PROJECT}); "
            "Project.create, or 'qualcode init', makes one"
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
    if head.format < layout.FORMAT:
        from qualcode.io.store.migrating import migrated

        return migrated(root, head)
    read = read_logs(root)
    for name, fault in read.faults:
        where = f"{root / name}, line {fault.line}" if fault.line else f"{root / name}"
        raise HistoryError(f"{where}: {fault.message}")
    if not read.chains.events:
        raise StoreError(
            f"{root / layout.LOG}: is missing or empty, so the project has no codebook"
        )
    timeline = Timeline(read.chains.events.values())
    rows, unsealed = laid_out(root, timeline, read)
    check_rows(root, timeline, rows)
    logs, files = _own(root, timeline, read)
    sizes = {file.path.name: file.size for file in read.files}
    own = {file for file, _ in files.values()}
    tails = {
        author_of(layout.log_of(file.path)): (
            unsealed[file.path.name],
            [line for _, line in file.open_lines],
        )
        for file in read.files
        if file.path.name in own and file.open_lines
    }
    return Opened(timeline, rows, logs, files, sizes, tails=tails)


def read_logs(root: Path) -> Read:
    """Return the files of a project's log with all that is wrong with them."""
    files: list[LogFile] = []
    private = private_folder(root)
    notes = read_notes(private)
    faults: list[tuple[str, Fault]] = []
    for path in sorted((root / layout.LOG).glob("*.jsonl")):
        try:
            looks = file_looks(path)
            file = load_log(private, path, looks)
            if file is None:
                coder = author_of(layout.log_of(path))
                file = read_log_file(path, read_bytes(path), coder)
                note = notes.get(path.name)
                if note is not None and note.autosave and may_continue(note, path):
                    # Nobody was told that the line is kept which was being written when the process died.
                    file.faults = [each for each in file.faults if "cut off" not in each.message]
                if not file.faults:
                    store_log(private, path, looks, file)
        except (OSError, StoreError) as error:
            faults.append((f"{layout.LOG}/{path.name}", Fault(None, str(error))))
            continue
        files.append(file)
    chains = link_chains(files)
    for file in files:
        found = sorted(file.faults, key=lambda fault: fault.line or 0)
        faults += [(f"{layout.LOG}/{file.path.name}", fault) for fault in found]
    faults += check_heads(root, chains.events)
    return Read(files, chains, faults)


def laid_out(root: Path, timeline: Timeline, read: Read) -> tuple[Events, dict[str, int]]:
    """Return the rows of all files, each event's once, and note blocks and texts in the timeline.

    With them comes, by file, the number of the block that has no seal yet.
    """
    parts: list[Events] = []
    unsealed: dict[str, int] = {}
    for file in read.files:
        numbers = np.full(len(file.events) + 1, -1, dtype=np.int32)
        for number, event in enumerate(file.events):
            home = read.chains.homes.get(event.id)
            if not file.sizes[number] or home is None or home[0] is not file or home[1] != number:
                continue
            timeline.blocks.append(OPEN)
            numbers[number] = len(timeline.blocks) - 1
            timeline.seal(int(numbers[number]), timeline.position[event.id])
        if file.open_lines:
            timeline.blocks.append(OPEN)
            numbers[-1] = unsealed[file.path.name] = len(timeline.blocks) - 1
        rows = attrs.evolve(file.rows, block=numbers[file.rows.block])
        parts.append(rows if (rows.block >= 0).all() else rows.take(rows.block >= 0))
    timeline.texts.update(_texts(root, timeline))
    return Events.concatenate(parts), unsealed


def _texts(root: Path, timeline: Timeline) -> dict[str, str]:
    texts: dict[str, str] = {}
    for event in timeline.events:
        if event.kind == "add-document":
            sha = event.fields["sha256"]
            if sha not in texts:
                texts[sha] = stored_text(root, event)
    return texts


def stored_text(root: Path, event: Event) -> str:
    """Return the text of a document, exactly as stored.

    Raises
    ------
    StoreError
        When it is missing, damaged or another than was added.
    """
    id, sha = event.target.partition(":")[2], str(event.fields.get("sha256"))
    name = layout.text_file(check_id(id, what="document", error=StoreError), sha)
    try:
        data = (root / name).read_bytes()
    except FileNotFoundError:
        raise StoreError(f"{root / name} is missing, but the document is in the log") from None
    except OSError as error:
        raise StoreError(f"{root / name} cannot be read: {error.strerror or error}") from error
    if hashlib.sha256(data).hexdigest() != sha:
        raise StoreError(
            f"{root / name} was changed since it was added: it has another checksum, so offsets into it "
            "are no longer true. Take the file from version control or a copy; mind settings that change "
            "line ends"
        )
    return data.decode("utf-8")


def check_rows(root: Path, timeline: Timeline, rows: Events) -> None:
    """Refuse rows that point to what is not there: counting would leave them out without a word."""
    if not len(rows):
        return
    lengths: dict[str, int] = {}
    codes: set[str] = set()
    for event in timeline.events:
        id = event.target.partition(":")[2]
        if event.kind == "add-document":
            lengths[id] = max(lengths.get(id, 0), event.fields["length"])
        elif event.kind == "add":
            codes.add(id)
        elif event.kind == "adopt":
            codes.update(event.words["codebook"].get("codes", ()))
    sizes = np.array([lengths.get(id.partition("#")[0], -1) for id in rows.documents])
    known = np.array([id.partition("#")[0] in codes for id in rows.codes], dtype=np.bool_)
    outside = (rows.end > sizes[rows.document]) | (rows.end <= rows.start) | ~known[rows.code]
    if not outside.any():
        return
    row = int(outside.argmax())
    document, code = rows.documents[rows.document[row]], rows.codes[rows.code[row]]
    place = f"{document!r}, {rows.start[row]}–{rows.end[row]}, by {rows.coders[rows.coder[row]]}"
    if not known[rows.code[row]]:
        raise StoreError(f"{root / layout.LOG}: the code {code!r} does not exist ({place})")
    if sizes[rows.document[row]] < 0:
        raise StoreError(f"{root / layout.LOG}: the document {document!r} does not exist ({place})")
    raise StoreError(f"{root / layout.LOG}: a row lies outside its document ({place})")


def _own(
    root: Path, timeline: Timeline, read: Read
) -> tuple[dict[str, tuple[str, str]], dict[str, tuple[str, int]]]:
    """Return by author the log that this copy may continue, and by log the file that it writes."""
    notes = read_notes(private_folder(root))
    leaves = set(timeline.heads().values())
    logs: dict[str, tuple[str, str]] = {}
    files: dict[str, tuple[str, int]] = {}
    for file in read.files:
        note = notes.get(file.path.name)
        if note is None or not file.events or not may_continue(note, file.path):
            continue
        last = file.events[-1]
        if last.id in leaves and (note.head == last.id or note.autosave):
            logs[last.author] = last.log, last.id
            files[last.log] = file.path.name, file.size
    return logs, files


def text_faults(root: Path, events: Iterator[Event]) -> Iterator[tuple[str, Fault]]:
    """Yield what is wrong with the texts that events name."""
    for event in events:
        try:
            stored_text(root, event)
        except StoreError as error:
            name = layout.text_file(event.target.partition(":")[2], event.fields["sha256"])
            yield name, Fault(None, str(error).replace(f"{root / name} ", ""))
