"""Reading a project's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any, TypeVar

import attrs
import msgspec
import numpy as np

from qualcode.errors import HistoryError, LockedError, QualcodeError, StoreError
from qualcode.io.store import layout
from qualcode.io.store.cache import file_looks, load_events, store_events
from qualcode.io.store.journal import JOURNAL, put_back
from qualcode.io.store.lines import decode_lines, read_bytes
from qualcode.io.store.locking import locked
from qualcode.io.store.parsing import line_of, parsed_events
from qualcode.io.store.restoring import (
    case_of,
    coder_of,
    document_of,
    event_fault,
    memo_of,
    revision_of,
    stored_text,
    verdict_fault,
    verdict_of,
)
from qualcode.io.store.stamps import Stamp
from qualcode.model.codes import Code
from qualcode.model.documents import Document, Registry
from qualcode.model.events import Events
from qualcode.model.history import History
from qualcode.model.memos import Coder
from qualcode.model.state import State
from qualcode.model.suggestions import Verdict

__all__ = ["Opened", "private_folder", "read_folder", "read_head", "take_back"]

T = TypeVar("T")
Line = TypeVar("Line", bound=msgspec.Struct)
Stamps = dict[str, Stamp]
PATIENCE = 5.0
"""Seconds to wait for a save that goes on in another process."""
ATTEMPTS = 20
"""How often to read again when another process saved in between."""


def private_folder(root: Path) -> Path:
    """Return the folder for lock, journal and cache."""
    return root / layout.PRIVATE


@attrs.frozen
class Opened:
    """A project as read, with what its files looked like, by which a later save sees other writers.

    Parameters
    ----------
    state : State
        The content.
    stamps : dict of str to Stamp
        One for each file, by its path below the project's folder.
    """

    state: State
    stamps: Stamps


def read_folder(root: Path) -> Opened:
    """Read a project's folder, taking back an interrupted save first.

    Raises
    ------
    StoreError
        When the folder is no project, was written by a newer version, or a file is damaged; file and
        line are named.
    HistoryError
        When the log of revisions was edited by hand, naming the first bad revision.
    LockedError
        When another process writes, and does not stop.
    """
    for attempt in range(ATTEMPTS):
        sleep(attempt / 100)
        take_back(root)
        before = _last_save(root)
        try:
            opened, uncached = _read(root)
        except (QualcodeError, OSError):
            if _last_save(root) == before:
                raise
        else:
            if _last_save(root) == before:
                for path, looks, events in uncached:
                    store_events(private_folder(root), path, looks, events)
                return opened
        # Another process saved meanwhile, and what was read may be half of it: read again.
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


def _read(root: Path) -> tuple[Opened, list[tuple[Path, list[int], Events]]]:
    """Return what a folder holds, and the events that had to be parsed, with how their file looked."""
    stamps: Stamps = {}

    def content(name: str) -> bytes:
        data = read_bytes(root / name)
        stamps[name] = Stamp.of(data)
        return data

    head = read_head(root)
    content(layout.PROJECT)
    history = _history(root, stamps)
    cases = _made(content(layout.CASES), layout.CaseLine, root / layout.CASES, case_of)
    documents = _documents(root, content(layout.INDEX), stamps)
    coders = _coders(root, content(layout.CODERS))
    memos = []
    for path in sorted((root / layout.MEMOS).glob("*.jsonl")):
        author = layout.coder_of(path)
        data = read_bytes(path)
        stamps[f"{layout.MEMOS}/{path.name}"] = Stamp(len(data))
        memos += _made(data, layout.MemoLine, path, partial(memo_of, coder=author))
    verdicts = _verdicts(root, stamps, documents, history.codebook.codes)
    for author in {verdict.coder: None for verdict in verdicts}:
        coders.setdefault(author, Coder(author))
    parts, uncached = [], []
    for path in sorted((root / layout.ASSIGNMENTS).glob("*.jsonl")):
        looks = file_looks(path)
        stamps[f"{layout.ASSIGNMENTS}/{path.name}"] = Stamp(path.stat().st_size)
        events = load_events(private_folder(root), path, looks)
        if events is None:
            events = parsed_events(read_bytes(path), path)
            uncached.append((path, looks, events))
        _check_events(events, path, documents, history.codebook.codes)
        parts.append(events)
        coders.setdefault(layout.coder_of(path), Coder(layout.coder_of(path)))
    state = State(
        name=head.name,
        history=history,
        documents=documents,
        cases=Registry(_distinct(cases, root / layout.CASES), what="case"),
        coders=coders,
        events=Events.concatenate(parts),
        memos=tuple(sorted(memos, key=lambda memo: memo.time)),
        verdicts=verdicts,
    )
    return Opened(state, stamps), uncached


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


def _made(data: bytes, kind: type[Line], path: Path, make: Callable[[Line], T]) -> list[T]:
    """Return what the lines of a file stand for; a line that stands for nothing is named."""
    found = []
    for number, line in enumerate(decode_lines(data, kind, path), start=1):
        try:
            found.append(make(line))
        except QualcodeError as error:
            located = HistoryError if isinstance(error, HistoryError) else StoreError
            raise located(f"{path}, line {number}: {error}") from error
    return found


def _distinct(items: Sequence[Any], path: Path) -> Iterable[Any]:
    seen: set[str] = set()
    for number, item in enumerate(items, start=1):
        if item.id in seen:
            raise StoreError(f"{path}, line {number}: {item.id!r} is listed twice")
        seen.add(item.id)
    return items


def _history(root: Path, stamps: Stamps) -> History:
    path = root / layout.HISTORY
    data = read_bytes(path)
    stamps[layout.HISTORY] = Stamp(len(data))
    lines = decode_lines(data, layout.RevisionLine, path)
    if not lines:
        raise StoreError(f"{path}: is missing or empty, so the project has no codebook")
    try:
        return History(tuple(revision_of(line, at) for at, line in enumerate(lines, start=1)))
    except HistoryError as error:
        # Each revision has a line of its own, so its number is that of the line.
        raise HistoryError(
            f"{path}, line {error.revision}: {error}", revision=error.revision
        ) from error


def _documents(root: Path, data: bytes, stamps: Stamps) -> Registry[Document]:
    path = root / layout.INDEX

    def make(line: layout.DocumentLine) -> Document:
        text, stamp = stored_text(root, line.id)
        stamps[f"{layout.DOCUMENTS}/{line.id}.txt"] = stamp
        return document_of(line, text, stamp)

    documents = _made(data, layout.DocumentLine, path, make)
    return Registry(_distinct(documents, path), what="document")


def _coders(root: Path, data: bytes) -> dict[str, Coder]:
    path = root / layout.CODERS
    coders: dict[str, Coder] = {}
    for number, coder in enumerate(_made(data, layout.CoderLine, path, coder_of), start=1):
        # Two branches that added the same coder leave two lines that say the same.
        if coders.setdefault(coder.id, coder) != coder:
            raise StoreError(
                f"{path}, line {number}: coder {coder.id!r} is listed twice, each time differently: "
                "keep one of the lines"
            )
    return coders


def _verdicts(
    root: Path, stamps: Stamps, documents: Registry[Document], codes: Mapping[str, Code]
) -> tuple[Verdict, ...]:
    lengths = {id: len(document) for id, document in documents.items()}
    verdicts: list[Verdict] = []
    for path in sorted((root / layout.VERDICTS).glob("*.jsonl")):
        data = read_bytes(path)
        stamps[f"{layout.VERDICTS}/{path.name}"] = Stamp(len(data))
        author = layout.coder_of(path)

        def make(line: layout.VerdictLine, author: str = author) -> Verdict:
            if (fault := verdict_fault(line, lengths=lengths, codes=codes)) is not None:
                raise StoreError(fault)
            return verdict_of(line, author)

        verdicts += _made(data, layout.VerdictLine, path, make)
    return tuple(sorted(verdicts, key=lambda verdict: verdict.time))


def _check_events(
    events: Events, path: Path, documents: Registry[Document], codes: Mapping[str, Code]
) -> None:
    """Refuse events that point to what is not there: counting would leave them out without a word."""
    lengths = np.array([len(documents[id]) if id in documents else -1 for id in events.documents])
    known = np.array([id in codes for id in events.codes], dtype=np.bool_)
    outside = (events.start < 0) | (events.end <= events.start)
    if len(events):
        outside |= (events.end > lengths[events.document]) | ~known[events.code]
    if not outside.any():
        return
    row = int(outside.argmax())
    fault = event_fault(
        events.documents[events.document[row]],
        int(events.start[row]),
        int(events.end[row]),
        events.codes[events.code[row]],
        lengths={id: len(document) for id, document in documents.items()},
        codes=codes,
    )
    raise StoreError(
        f"{path}, line {line_of(read_bytes(path), row)}: {fault} ('qualcode check' lists all such lines)"
    )
