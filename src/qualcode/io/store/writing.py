"""Writing a project's folder: only what is new, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from qualcode.errors import CodebookError, StoreError
from qualcode.io import codebook_file
from qualcode.io.store import layout
from qualcode.io.store.journal import Write, commit, put_back
from qualcode.io.store.lines import encode_lines, read_bytes
from qualcode.io.store.locking import locked
from qualcode.io.store.reading import private_folder, read_head
from qualcode.io.store.stamps import Stamp
from qualcode.model.changes import change_record
from qualcode.model.codebook import Codebook
from qualcode.model.diff import diff
from qualcode.model.documents import Document
from qualcode.model.events import Events, format_time
from qualcode.model.memos import Memo
from qualcode.model.state import State

__all__ = ["unapplied_edits", "write_folder"]


def write_folder(
    root: Path,
    state: State,
    *,
    saved: State | None,
    stamps: Mapping[str, Stamp],
    applied: bytes | None = None,
) -> dict[str, Stamp]:
    """Write what is new in a project since it was last saved.

    Parameters
    ----------
    root : Path
        The project's folder.
    state : State
        The content now.
    saved : State or None
        The content when it was opened or last saved; None for a new project.
    stamps : mapping of str to Stamp
        What each file looked like then.
    applied : bytes or None
        The codebook file as it was when its edits were made part of the history.

    Returns
    -------
    dict of str to Stamp
        What each file looks like now.

    Raises
    ------
    LockedError
        When another process is writing.
    StoreError
        When another process has written since, the codebook file holds edits not yet applied, or the
        disk is full or not writable. Nothing is written then.
    """
    if saved is not None:
        read_head(root)
        if saved is state and (root / layout.CODEBOOK).exists():
            return dict(stamps)
    with locked(private_folder(root)):
        put_back(root, private_folder(root))
        if saved is None and (root / layout.PROJECT).exists():
            raise StoreError(f"{root}: there is a project already; open it with Project.open")
        writes = _writes(state, saved, stamps)
        _check_unchanged(root, writes, stamps)
        if layout.HISTORY in writes or not (root / layout.CODEBOOK).exists():
            writes[layout.CODEBOOK] = _codebook(root, state, saved, applied)
        if writes:
            commit(root, private_folder(root), writes)
    return {**stamps, **{name: _stamp(write) for name, write in writes.items()}}


def _stamp(write: Write) -> Stamp:
    if write.offset is None:
        return Stamp.of(write.content)
    return Stamp(write.offset + len(write.content))


def _writes(state: State, saved: State | None, stamps: Mapping[str, Stamp]) -> dict[str, Write]:
    """Return what is new for each file but the codebook's."""
    writes: dict[str, Write] = {}
    if saved is None or saved.name != state.name:
        head = layout.ProjectFile(format=layout.FORMAT, name=state.name)
        writes[layout.PROJECT] = Write(msgspec.json.format(msgspec.json.encode(head)) + b"\n")
    if saved is None:
        writes[layout.ATTRIBUTES] = Write(layout.GIT_ATTRIBUTES.encode())
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
    added = {
        **_history_lines(state, saved),
        **_event_lines(state, len(saved.events) if saved else 0),
        **_memo_lines(state.memos, saved.memos if saved else ()),
        **_verdict_lines(state, len(saved.verdicts) if saved else 0),
    }
    for name, lines in added.items():
        size = stamps[name].size if name in stamps else 0
        writes[name] = Write(encode_lines(lines), offset=size or None)
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


Lines = Mapping[str, Sequence[msgspec.Struct]]
"""What is to be added to files, by their path."""


def _history_lines(state: State, saved: State | None) -> Lines:
    new = state.history.revisions[len(saved.history) if saved else 0 :]
    lines = [
        layout.RevisionLine(
            id=revision.id,
            parent=revision.parent,
            coder=revision.coder,
            time=revision.time,
            reason=revision.reason,
            change=change_record(revision.change),
        )
        for revision in new
    ]
    return {layout.HISTORY: lines} if lines else {}


def _codebook(root: Path, state: State, saved: State | None, applied: bytes | None) -> Write:
    """Return the codebook file, in which nobody's edits may be written over."""
    path = root / layout.CODEBOOK
    if saved is None and path.exists():
        raise _in_the_way(path)
    if saved is not None and read_bytes(path) != applied and unapplied_edits(root, saved.codebook):
        raise StoreError(
            f"{path}: it holds edits that are not yet part of the history, and saving would overwrite "
            "them. Apply them first (qualcode codebook apply), or remove the file to discard them"
        )
    return Write(codebook_file.codebook_text(state.codebook, path).encode("utf-8"))


def unapplied_edits(root: Path, codebook: Codebook) -> bool:
    """Tell whether the codebook file says something else than the history.

    Raises
    ------
    StoreError
        When it was edited into something that cannot be read; the line is named.
    """
    path = root / layout.CODEBOOK
    if not path.exists():
        return False
    try:
        edited = codebook_file.read_codebook(path)
    except CodebookError as error:
        raise StoreError(
            f"{error}. The project's codebook file was edited and cannot be read: mend it, or remove it "
            "to have it written again"
        ) from error
    return len(diff(codebook, edited, retire_missing=True)) > 0


def _event_lines(state: State, old: int) -> Lines:
    events = state.events
    fresh = np.arange(old, len(events))
    by_coder = {}
    for number in np.unique(events.coder[old:]).tolist():
        own = events.take(fresh[events.coder[old:] == number])
        name = layout.coder_file(layout.ASSIGNMENTS, events.coders[number])
        by_coder[name] = event_lines(own, state)
    return by_coder


def event_lines(events: Events, state: State) -> list[layout.QuoteLine]:
    """Return events as lines, with their quotes."""
    texts = {at: state.documents[events.documents[at]].text for at in set(events.document.tolist())}
    times = {moment: format_time(moment) for moment in set(events.time.tolist())}
    columns = (
        events.document, events.start, events.end, events.code, events.time, events.revision,
        events.origin, events.weight, events.retracted,
    )  # fmt: skip
    return [
        layout.QuoteLine(
            document=events.documents[document],
            start=start,
            end=end,
            code=events.codes[code],
            time=times[time],
            revision=events.revisions[revision],
            retracted=retracted,
            origin=events.origins[origin],
            memo=events.memos.get(row),
            weight=None if weight != weight else weight,
            quote=layout.abridged(texts[document][start:end]),
        )
        for row, (
            document, start, end, code, time, revision, origin, weight, retracted
        ) in enumerate(zip(*(column.tolist() for column in columns), strict=True))
    ]  # fmt: skip


def _memo_lines(memos: tuple[Memo, ...], saved: tuple[Memo, ...]) -> Lines:
    by_coder: dict[str, list[layout.MemoLine]] = {}
    for memo in memos[len(saved) :]:
        line = layout.MemoLine(
            target=memo.target, text=memo.text, time=memo.time, revision=memo.revision
        )
        by_coder.setdefault(layout.coder_file(layout.MEMOS, memo.coder), []).append(line)
    return by_coder


def _verdict_lines(state: State, old: int) -> Lines:
    by_coder: dict[str, list[layout.VerdictLine]] = {}
    for verdict in state.verdicts[old:]:
        text = state.documents[verdict.document].text
        line = layout.VerdictLine(
            verdict=verdict.kind,
            document=verdict.document,
            start=verdict.start,
            end=verdict.end,
            quote=layout.abridged(text[verdict.start : verdict.end]),
            code=verdict.code,
            became=verdict.became,
            time=verdict.time,
            revision=verdict.revision,
            rank=verdict.rank,
            score=verdict.score,
            probability=verdict.probability,
            status=verdict.status,
            reason=verdict.reason,
            suggester=verdict.suggester,
            fingerprint=verdict.fingerprint,
            evidence=verdict.evidence,
            memo=verdict.memo,
        )
        by_coder.setdefault(layout.coder_file(layout.VERDICTS, verdict.coder), []).append(line)
    return by_coder


def _check_unchanged(root: Path, writes: Mapping[str, Write], stamps: Mapping[str, Stamp]) -> None:
    """Refuse to write over what others have written since this project was read."""
    for name in writes:
        path = root / name
        if name not in stamps and path.exists():
            raise _in_the_way(path)
        if name in stamps and not stamps[name].fits(path):
            raise StoreError(
                f"{path}: it was changed by someone else since this project was opened. Nothing was "
                "saved: open the project again and repeat what is missing"
            )


def _in_the_way(path: Path) -> StoreError:
    return StoreError(
        f"{path}: there is such a file already, which this project did not write. Nothing was saved: "
        "move the file away, or save to another folder"
    )
