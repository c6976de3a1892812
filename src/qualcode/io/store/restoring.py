"""From the lines of the store's files to the values that they stand for.

Reading and checking share these: reading stops at the first line that stands for nothing, checking
lists them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from qualcode.errors import HistoryError, QualcodeError, SpanError, StoreError, did_you_mean
from qualcode.io.store import layout
from qualcode.io.store.stamps import Stamp
from qualcode.model.changes import change_from_record
from qualcode.model.documents import Case, Document, Value
from qualcode.model.events import parse_times
from qualcode.model.history import Revision
from qualcode.model.ids import check_id
from qualcode.model.memos import Coder, Memo
from qualcode.model.spans import Span
from qualcode.model.suggestions import Verdict

__all__ = [
    "case_of",
    "coder_of",
    "document_of",
    "event_fault",
    "memo_of",
    "revision_of",
    "stored_text",
    "time_fault",
    "verdict_fault",
    "verdict_of",
]


def coder_of(line: layout.CoderLine) -> Coder:
    """Return the coder of a line."""
    return Coder(line.id, line.name, line.kind)  # type: ignore[arg-type]  # Coder checks its kind


def case_of(line: layout.CaseLine) -> Case:
    """Return the case of a line."""
    return Case(id=line.id, name=line.name, variables=_variables(line.variables))


def memo_of(line: layout.MemoLine, coder: str) -> Memo:
    """Return the memo of a line."""
    return Memo(line.target, line.text, coder, line.time, line.revision)


def verdict_of(line: layout.VerdictLine, coder: str) -> Verdict:
    """Return the verdict of a line."""
    return Verdict(
        kind=line.verdict,  # type: ignore[arg-type]  # Verdict checks its kind
        coder=coder,
        time=line.time,
        revision=line.revision,
        document=line.document,
        start=line.start,
        end=line.end,
        code=line.code,
        rank=line.rank,
        score=line.score,
        probability=line.probability,
        status=line.status,
        suggester=line.suggester,
        fingerprint=line.fingerprint,
        evidence=line.evidence,
        reason=line.reason,
        became=line.became,
        memo=line.memo,
    )


def revision_of(line: layout.RevisionLine, number: int) -> Revision:
    """Return the revision of a line.

    Raises
    ------
    HistoryError
        When the line's content does not have the digest that the line states.
    QualcodeError
        When the line holds no change.
    """
    try:
        change = change_from_record(line.change)
        revision = Revision(change, line.coder, line.time, line.reason, line.parent)
    except QualcodeError as error:
        raise HistoryError(f"revision {number} is damaged: {error}", revision=number) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise HistoryError(f"revision {number} is damaged: {error!r}", revision=number) from error
    if revision.id != line.id:
        raise HistoryError(
            f"revision {number} ({change}) was edited by hand: its content has the digest "
            f"{revision.short}, the line says {line.id[:12]}. Take the file from version control or a "
            "copy",
            revision=number,
        )
    return revision


def stored_text(root: Path, id: str) -> tuple[str, Stamp]:
    """Return the text of a document, exactly as stored, and what its file looks like.

    Raises
    ------
    StoreError
        When it is missing or damaged.
    """
    name = f"{layout.DOCUMENTS}/{check_id(id, what='document', error=StoreError)}.txt"
    try:
        data = (root / name).read_bytes()
        return data.decode("utf-8"), Stamp.of(data)
    except FileNotFoundError:
        raise StoreError(f"{name} is missing, but the document is listed") from None
    except OSError as error:
        raise StoreError(f"{name} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{name} is damaged: byte {error.start} is not UTF-8") from error


def document_of(line: layout.DocumentLine, text: str, stamp: Stamp) -> Document:
    """Return the document of a line.

    Raises
    ------
    StoreError
        When the text is not the one that was added.
    """
    if stamp.digest != line.sha256:
        raise StoreError(
            f"{layout.DOCUMENTS}/{line.id}.txt was changed since it was added: it has another checksum, so "
            "offsets into it are no longer true. Take the file from version control or a copy; mind "
            "settings that change line ends"
        )
    return Document(
        id=line.id,
        text=text,
        name=line.name,
        variables=_variables(line.variables),
        cases=tuple(line.cases),
        source=line.source,
        time=line.time,
        revision=line.revision,
    )


def _variables(given: Mapping[str, object]) -> Mapping[str, Value | None]:
    return {name: layout.read_value(value) for name, value in given.items()}


@cache
def time_fault(time: str) -> str | None:
    """Return what is wrong with the time of an event or memo, or None."""
    try:
        parse_times([time])
    except QualcodeError as error:
        return str(error)
    return None


def event_fault(
    document: str,
    start: int,
    end: int,
    code: str,
    *,
    lengths: Mapping[str, int],
    codes: Mapping[str, object],
) -> str | None:
    """Return what is wrong with what an event points to, or None.

    Parameters
    ----------
    document, start, end, code
        What the event says.
    lengths : mapping of str to int
        Code points in each document.
    codes : mapping
        The codes there are.
    """
    if code not in codes:
        return f"the code {code!r} does not exist.{did_you_mean(code, codes)}"
    if document not in lengths:
        return f"the document {document!r} does not exist.{did_you_mean(document, lengths)}"
    try:
        Span(start, end).check_within(lengths[document], where=f"document {document!r}")
    except SpanError as error:
        return str(error)
    return None


def verdict_fault(
    line: layout.VerdictLine, *, lengths: Mapping[str, int], codes: Mapping[str, object]
) -> str | None:
    """Return what is wrong with what a verdict points to, or None; parameters as for `event_fault`."""
    places = [(line.start, line.end, line.code), *([line.became] if line.became else [])]
    faults = (
        event_fault(line.document, start, end, code, lengths=lengths, codes=codes)
        for start, end, code in places
    )
    return time_fault(line.time) or next((fault for fault in faults if fault is not None), None)
