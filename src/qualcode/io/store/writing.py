"""Writing a project's folder: only what is new, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np

from qualcode.errors import StoreError
from qualcode.io import codebook_file
from qualcode.io.store import layout
from qualcode.io.store.journal import Write, commit
from qualcode.io.store.lines import encode_lines, read_bytes
from qualcode.io.store.locking import locked
from qualcode.io.store.reading import private_folder, read_head
from qualcode.model.changes import change_record
from qualcode.model.codebook import Codebook
from qualcode.model.diff import diff
from qualcode.model.documents import Document
from qualcode.model.events import Events, format_time
from qualcode.model.history import Revision
from qualcode.model.memos import Memo
from qualcode.model.state import State

__all__ = ["unapplied_edits", "write_folder"]


def write_folder(
    root: Path, state: State, *, saved: State | None, sizes: Mapping[str, int]
) -> dict[str, int]:
    """Write what is new in a project since it was last saved.

    Parameters
    ----------
    root : Path
        The project's folder.
    state : State
        The content now.
    saved : State or None
        The content when it was opened or last saved; None for a new project.
    sizes : mapping of str to int
        Bytes that each file had then.

    Returns
    -------
    dict of str to int
        Bytes that each file has now.

    Raises
    ------
    LockedError
        When another process is writing.
    StoreError
        When another process has written since, the codebook file holds edits not yet applied, or the
        disk is full or not writable. Nothing is written then.
    """
    if saved is None and (root / layout.PROJECT).exists():
        raise StoreError(f"{root}: there is a project already; open it with Project.open")
    writes = _writes(root, state, saved)
    if not writes:
        return dict(sizes)
    with locked(private_folder(root)):
        if saved is not None:
            read_head(root)
            _check_unchanged(root, writes, sizes)
        commit(root, private_folder(root), writes)
    grown = {name: (write.offset or 0) + len(write.content) for name, write in writes.items()}
    return {**sizes, **grown}


def _writes(root: Path, state: State, saved: State | None) -> dict[str, Write]:
    writes: dict[str, Write] = {}
    if saved is None or saved.name != state.name:
        head = layout.ProjectFile(format=layout.FORMAT, name=state.name)
        writes[layout.PROJECT] = Write(msgspec.json.format(msgspec.json.encode(head)) + b"\n")
    if saved is None:
        writes[layout.ATTRIBUTES] = Write(layout.GIT_ATTRIBUTES.encode())
        writes[f"{layout.PRIVATE}/.gitignore"] = Write(b"*\n")
    _write_documents(writes, state, saved)
    if saved is None or dict(saved.coders) != dict(state.coders):
        writes[layout.CODERS] = Write(
            encode_lines(
                layout.CoderLine(id=each.id, name=each.name, kind=each.kind)
                for each in state.coders.values()
            )
        )
    if saved is None or saved.cases != state.cases:
        writes[layout.CASES] = Write(
            encode_lines(
                layout.CaseLine(id=each.id, name=each.name, variables=_variables(each.variables))
                for each in state.cases.values()
            )
        )
    _write_history(writes, root, state, saved)
    _write_events(writes, root, state, len(saved.events) if saved else 0)
    _write_memos(writes, root, state.memos, saved.memos if saved else ())
    return writes


def _variables(variables: Mapping[str, object]) -> dict[str, object]:
    return {name: layout.write_value(value) for name, value in variables.items()}


def _write_documents(writes: dict[str, Write], state: State, saved: State | None) -> None:
    if saved is not None and saved.documents == state.documents:
        return
    known: Mapping[str, Document] = saved.documents if saved else {}
    for id, document in state.documents.items():
        if id not in known or known[id].text != document.text:
            writes[f"{layout.DOCUMENTS}/{id}.txt"] = Write(document.text.encode("utf-8"))
    writes[layout.INDEX] = Write(
        encode_lines(
            layout.DocumentLine(
                id=each.id,
                name=each.name,
                sha256=each.checksum,
                source=each.source,
                cases=list(each.cases),
                variables=_variables(each.variables),
                time=each.time,
                revision=each.revision,
            )
            for each in state.documents.values()
        )
    )


def _write_history(writes: dict[str, Write], root: Path, state: State, saved: State | None) -> None:
    old = len(saved.history) if saved else 0
    new = state.history.revisions[old:]
    path = root / layout.CODEBOOK
    if not new and path.exists():
        return
    if saved is not None and path.exists() and unapplied_edits(root, saved.codebook):
        raise StoreError(
            f"{path}: it holds edits that are not yet part of the history, and saving would overwrite "
            "them. Apply them first (qualcode codebook apply), or remove the file to discard them"
        )
    if new:
        content = encode_lines(_revision_line(revision) for revision in new)
        writes[layout.HISTORY] = _added(root, layout.HISTORY, content, first=saved is None)
    writes[layout.CODEBOOK] = Write(
        codebook_file.codebook_text(state.codebook, path).encode("utf-8")
    )


def unapplied_edits(root: Path, codebook: Codebook) -> bool:
    """Tell whether the codebook file says something else than the history."""
    path = root / layout.CODEBOOK
    if not path.exists():
        return False
    edited = codebook_file.read_codebook(path)
    return len(diff(codebook, edited, retire_missing=True)) > 0


def _revision_line(revision: Revision) -> layout.RevisionLine:
    return layout.RevisionLine(
        id=revision.id,
        parent=revision.parent,
        coder=revision.coder,
        time=revision.time,
        reason=revision.reason,
        change=change_record(revision.change),
    )


def _write_events(writes: dict[str, Write], root: Path, state: State, old: int) -> None:
    events = state.events
    fresh = np.arange(old, len(events))
    for number in np.unique(events.coder[old:]).tolist():
        own = events.take(fresh[events.coder[old:] == number])
        name = layout.coder_file(layout.ASSIGNMENTS, events.coders[number])
        writes[name] = _added(root, name, encode_lines(event_lines(own, state)))


def event_lines(events: Events, state: State) -> list[layout.QuoteLine]:
    """Return events as lines, with their quotes."""
    documents = state.documents
    lines = []
    columns = (
        events.document, events.start, events.end, events.code, events.time, events.revision,
        events.origin, events.weight, events.retracted,
    )  # fmt: skip
    for row, values in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        document, start, end, code, time, revision, origin, weight, retracted = values
        id = events.documents[document]
        lines.append(
            layout.QuoteLine(
                document=id,
                start=start,
                end=end,
                quote=layout.abridged(documents[id].text[start:end]),
                code=events.codes[code],
                time=format_time(time),
                revision=events.revisions[revision],
                retracted=retracted,
                origin=events.origins[origin],
                memo=events.memos.get(row),
                weight=None if weight != weight else weight,
            )
        )
    return lines


def _write_memos(
    writes: dict[str, Write], root: Path, memos: tuple[Memo, ...], saved: tuple[Memo, ...]
) -> None:
    by_coder: dict[str, list[layout.MemoLine]] = {}
    for memo in memos[len(saved) :]:
        line = layout.MemoLine(
            target=memo.target, text=memo.text, time=memo.time, revision=memo.revision
        )
        by_coder.setdefault(memo.coder, []).append(line)
    for coder, lines in by_coder.items():
        name = layout.coder_file(layout.MEMOS, coder)
        writes[name] = _added(root, name, encode_lines(lines))


def _added(root: Path, name: str, content: bytes, *, first: bool = False) -> Write:
    """Return a write that adds to a file, or begins it."""
    path = root / name
    if first or not path.exists():
        return Write(content)
    return Write(content, offset=path.stat().st_size)


def _check_unchanged(root: Path, writes: Mapping[str, Write], sizes: Mapping[str, int]) -> None:
    """Refuse to write over what another process has written since this one read the project."""
    for name in writes:
        if name == layout.CODEBOOK:
            continue  # checked by content, since people edit it
        now = len(read_bytes(root / name)) if (root / name).exists() else None
        if now != sizes.get(name) and not (now is None and sizes.get(name) == 0):
            raise StoreError(
                f"{root / name}: it was changed by someone else since this project was opened. Nothing "
                "was saved: open the project again and repeat what is missing"
            )
