"""Reading a project's folder."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path

import attrs
import msgspec

from qualcode.errors import HistoryError, QualcodeError, StoreError
from qualcode.io.store import layout
from qualcode.io.store.cache import load_events, store_events
from qualcode.io.store.journal import recover
from qualcode.io.store.lines import decode_lines, read_bytes, read_lines
from qualcode.io.store.locking import locked
from qualcode.model.changes import change_from_record
from qualcode.model.documents import Case, Document, Registry
from qualcode.model.events import Events
from qualcode.model.history import History, Revision
from qualcode.model.memos import Coder, Memo
from qualcode.model.state import State

__all__ = ["Opened", "private_folder", "read_folder"]


def private_folder(root: Path) -> Path:
    """Return the folder for lock, journal and cache."""
    return root / layout.PRIVATE


@attrs.frozen
class Opened:
    """A project as read, with the sizes of its files, by which a later save sees other writers.

    Parameters
    ----------
    state : State
        The content.
    sizes : mapping of str to int
        Bytes of each file, by its path below the project's folder.
    """

    state: State
    sizes: dict[str, int]


def read_folder(root: Path) -> Opened:
    """Read a project's folder, finishing an interrupted save first.

    Raises
    ------
    StoreError
        When the folder is no project, was written by a newer version, or a file is damaged; file and
        line are named.
    HistoryError
        When the log of revisions was edited by hand, naming the first bad revision.
    """
    private = private_folder(root)
    if (private / "journal.json").exists():
        with locked(private, wait=5.0):
            recover(root, private)
    head = read_head(root)
    sizes = {layout.PROJECT: (root / layout.PROJECT).stat().st_size}

    def content(name: str) -> bytes:
        data = read_bytes(root / name)
        sizes[name] = len(data)
        return data

    history = read_history(root, content(layout.HISTORY))
    cases = _cases(root, content(layout.CASES))
    documents = _documents(root, content(layout.INDEX))
    coders = _coders(root, content(layout.CODERS))
    memos = []
    for path in sorted((root / layout.MEMOS).glob("*.jsonl")):
        memos += _memos(path, content(f"{layout.MEMOS}/{path.name}"))
    parts = []
    for path in sorted((root / layout.ASSIGNMENTS).glob("*.jsonl")):
        sizes[f"{layout.ASSIGNMENTS}/{path.name}"] = path.stat().st_size
        parts.append(_events(private, path))
        coders.setdefault(layout.coder_of(path), Coder(layout.coder_of(path)))
    state = State(
        name=head.name,
        history=history,
        documents=documents,
        cases=cases,
        coders=coders,
        events=Events.concatenate(parts),
        memos=tuple(sorted(memos, key=lambda memo: memo.time)),
    )
    return Opened(state, sizes)


def read_head(root: Path) -> layout.ProjectFile:
    """Return what `project.json` says, having checked that this version can read the project."""
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


def read_history(root: Path, data: bytes) -> History:
    """Return the history, each revision checked against the digest that its line states."""
    path = root / layout.HISTORY
    revisions: list[Revision] = []
    for number, line in enumerate(decode_lines(data, layout.RevisionLine, path), start=1):
        where = f"{path}, line {number}"
        try:
            change = change_from_record(line.change)
            revision = Revision(change, line.coder, line.time, line.reason, line.parent)
        except QualcodeError as error:
            raise type(error)(f"{where}: revision {number}: {error}") from error
        except (KeyError, TypeError, ValueError) as error:
            raise StoreError(f"{where}: revision {number} is damaged: {error!r}") from error
        if revision.id != line.id:
            raise HistoryError(
                f"{where}: revision {number} ({change}) was edited by hand: its content has the digest "
                f"{revision.short}, the line says {line.id[:12]}. Take the file from version control or "
                "a copy"
            )
        revisions.append(revision)
    if not revisions:
        raise StoreError(f"{path}: is missing or empty, so the project has no codebook")
    try:
        return History(tuple(revisions))
    except QualcodeError as error:
        raise type(error)(f"{path}: {error}") from error


def _coders(root: Path, data: bytes) -> dict[str, Coder]:
    path = root / layout.CODERS
    coders: dict[str, Coder] = {}
    for number, line in enumerate(decode_lines(data, layout.CoderLine, path), start=1):
        if line.id in coders:
            raise StoreError(f"{path}, line {number}: coder {line.id!r} is listed twice")
        coders[line.id] = Coder(line.id, line.name, line.kind)  # type: ignore[arg-type]
    return coders


def _cases(root: Path, data: bytes) -> Registry[Case]:
    path = root / layout.CASES
    cases: list[Case] = []
    for number, line in enumerate(decode_lines(data, layout.CaseLine, path), start=1):
        if any(case.id == line.id for case in cases):
            raise StoreError(f"{path}, line {number}: case {line.id!r} is listed twice")
        variables = {name: layout.read_value(value) for name, value in line.variables.items()}
        cases.append(Case(id=line.id, name=line.name, variables=variables))
    return Registry(cases, what="case")


def _documents(root: Path, data: bytes) -> Registry[Document]:
    path = root / layout.INDEX
    documents: dict[str, Document] = {}
    for number, line in enumerate(decode_lines(data, layout.DocumentLine, path), start=1):
        if line.id in documents:
            raise StoreError(f"{path}, line {number}: document {line.id!r} is listed twice")
        document = Document(
            id=line.id,
            text=document_text(root, line.id),
            name=line.name,
            variables={name: layout.read_value(value) for name, value in line.variables.items()},
            cases=tuple(line.cases),
            source=line.source,
            time=line.time,
            revision=line.revision,
        )
        if document.checksum != line.sha256:
            raise StoreError(
                f"{root / layout.DOCUMENTS / line.id}.txt: the text was changed since it was added "
                f"({path.name}, line {number}, has another checksum), so offsets into it are no longer "
                "true. Take the file from version control or a copy; mind settings that change line ends"
            )
        documents[line.id] = document
    return Registry(documents.values(), what="document")


def document_text(root: Path, id: str) -> str:
    """Return the text of a document, exactly as stored."""
    path = root / layout.DOCUMENTS / f"{id}.txt"
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise StoreError(f"{path}: is missing, but {layout.INDEX} lists document {id!r}") from None
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{path}: is damaged: byte {error.start} is not UTF-8") from error


def _memos(path: Path, data: bytes) -> list[Memo]:
    coder = layout.coder_of(path)
    return [
        Memo(line.target, line.text, coder, line.time, line.revision)
        for line in decode_lines(data, layout.MemoLine, path)
    ]


def _events(private: Path, path: Path) -> Events:
    cached = load_events(private, path)
    if cached is not None:
        return cached
    # A million short-lived records: collecting garbage meanwhile doubles the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        lines = read_lines(path, layout.EventLine)
        events = events_of(lines, layout.coder_of(path), path)
    finally:
        if collecting:
            gc.enable()
    store_events(private, path, events)
    return events


def events_of(lines: Sequence[layout.EventLine], coder: str, path: Path) -> Events:
    """Return the lines of one coder's file as columns."""
    try:
        return Events.from_rows(
            document=[line.document for line in lines],
            start=[line.start for line in lines],
            end=[line.end for line in lines],
            code=[line.code for line in lines],
            coder=[coder] * len(lines),
            time=[line.time for line in lines],
            revision=[line.revision for line in lines],
            origin=[line.origin for line in lines],
            weight=[line.weight for line in lines],
            retracted=[line.retracted for line in lines],
            memo=[line.memo for line in lines],
        )
    except (QualcodeError, OverflowError) as error:
        raise StoreError(f"{path}: {error}; 'qualcode check' names the line") from error
