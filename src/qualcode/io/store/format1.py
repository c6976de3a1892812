"""Format 1 of the store, which is read to be migrated: names of files, and the records of their lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import unquote

import msgspec

from qualcode.errors import StoreError
from qualcode.io.store.lines import is_conflict_mark
from qualcode.model.coding.suggestions import Explanation, Fingerprint, NearSegment

__all__ = [
    "CaseLine",
    "CoderLine",
    "DocumentLine",
    "MemoLine",
    "QuoteLine",
    "RevisionLine",
    "VerdictLine",
    "coder_of",
    "decode_lines",
]

T = TypeVar("T", bound=msgspec.Struct)

CODERS = "coders.jsonl"
HISTORY = "history.jsonl"
DOCUMENTS = "documents"
INDEX = "documents/index.jsonl"
CASES = "cases.jsonl"
ASSIGNMENTS = "assignments"
MEMOS = "memos"
VERDICTS = "verdicts"


class CoderLine(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A line of `coders.jsonl`."""

    id: str
    name: str = ""
    kind: str = "person"


class CaseLine(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A line of `cases.jsonl`."""

    id: str
    name: str
    variables: dict[str, Any] = {}


class DocumentLine(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A line of `documents/index.jsonl`."""

    id: str
    name: str
    sha256: str
    source: str | None = None
    cases: list[str] = []
    variables: dict[str, Any] = {}
    time: str | None = None
    revision: str | None = None


class RevisionLine(msgspec.Struct, kw_only=True):
    """A line of `history.jsonl`."""

    id: str
    parent: str | None
    coder: str
    time: str
    reason: str
    change: dict[str, Any]


Offset = Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)]


class _Event(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    document: str
    start: Offset
    end: Offset
    code: str
    time: str
    revision: str
    retracted: bool = False
    origin: str = "hand"
    memo: str | None = None


class QuoteLine(_Event, kw_only=True, omit_defaults=True, gc=False):
    """A line of `assignments/CODER.jsonl`, whole."""

    weight: float | None = None
    quote: str = ""


class MemoLine(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A line of `memos/CODER.jsonl`."""

    target: str
    text: str
    time: str
    revision: str | None = None


class VerdictLine(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A line of `verdicts/CODER.jsonl`."""

    verdict: str
    document: str
    start: Offset
    end: Offset
    quote: str = ""
    code: str
    became: tuple[Offset, Offset, str] | None = None
    time: str
    revision: str | None = None
    rank: int
    score: float
    probability: float | None = None
    status: Literal["cold", "learning", "usable"]
    reason: str | None = None
    suggester: str
    fingerprint: Fingerprint
    evidence: Explanation[NearSegment] = Explanation()
    memo: str = ""


def coder_of(path: Path) -> str:
    """Return the coder whose file this is."""
    return unquote(path.name.removesuffix(".jsonl"))


def decode_lines(content: bytes, kind: type[T], path: Path) -> list[T]:
    """Return the records of JSON Lines.

    Parameters
    ----------
    content : bytes
        A file.
    kind : type
        Of record.
    path : Path
        The file, for messages.

    Raises
    ------
    StoreError
        Naming file and line, when a line is truncated, is not JSON, or lacks a field.
    """
    if not content or content.endswith(b"\n"):
        try:
            return msgspec.json.Decoder(kind).decode_lines(content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
    number, problem = next(_bad_lines(content, kind))
    raise StoreError(
        f"{path}, line {number}: {problem}. Take the file from version control or a copy, or "
        "mend that line"
    )


def _bad_lines(content: bytes, kind: type[msgspec.Struct]) -> Iterator[tuple[int, str]]:
    """Yield the number of each line that is not a whole record, and what is wrong with it."""
    decoder = msgspec.json.Decoder(kind)
    *lines, rest = content.split(b"\n")
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield number, _explained(line, error)
    if rest:
        yield len(lines) + 1, "the last line is cut off, or its end of line is missing"


def _explained(line: bytes, error: Exception) -> str:
    if is_conflict_mark(line):
        return "a mark of a merge conflict is left in it"
    return f"not a whole record ({error})"
