"""Names of the files in a project's folder, and the records that their lines hold."""

from __future__ import annotations

import re
from datetime import date
from math import nan
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, unquote

import msgspec

from qualcode.errors import StoreError
from qualcode.model.suggestions import Evidence, Fingerprint

__all__ = [
    "FORMAT",
    "GIT_ATTRIBUTES",
    "CaseLine",
    "CoderLine",
    "DocumentLine",
    "EventLine",
    "MemoLine",
    "ProjectFile",
    "QuoteLine",
    "RevisionLine",
    "VerdictLine",
    "abridged",
    "coder_file",
    "coder_of",
    "make_private",
    "read_value",
    "write_value",
]

FORMAT = 1
PROJECT = "project.json"
CODERS = "coders.jsonl"
CODEBOOK = "codebook.yaml"
HISTORY = "history.jsonl"
DOCUMENTS = "documents"
INDEX = "documents/index.jsonl"
CASES = "cases.jsonl"
ASSIGNMENTS = "assignments"
MEMOS = "memos"
VERDICTS = "verdicts"
PRIVATE = ".qualcode"
ATTRIBUTES = ".gitattributes"

GIT_ATTRIBUTES = """\
# The same bytes on every machine. Texts keep the line ends they came with: offsets count them.
* text=auto eol=lf
documents/*.txt -text
# Lines are only ever added to these files, so git may keep those of both sides.
coders.jsonl merge=union
assignments/*.jsonl merge=union
memos/*.jsonl merge=union
verdicts/*.jsonl merge=union
"""

_QUOTE_LENGTH = 120


class ProjectFile(msgspec.Struct, kw_only=True):
    """What `project.json` holds."""

    format: int
    name: str


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


class EventLine(_Event, kw_only=True, omit_defaults=True, gc=False):
    """A line of `assignments/CODER.jsonl` as read, without the quote: opening does not need it."""

    weight: float = nan


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
    evidence: Evidence = Evidence()
    memo: str = ""


def make_private(private: Path) -> None:
    """Make the folder for lock, journal and cache, which git shall not see."""
    private.mkdir(parents=True, exist_ok=True)
    ignore = private / ".gitignore"
    if not ignore.exists():
        ignore.write_bytes(b"*\n")


def coder_file(folder: str, coder: str) -> str:
    """Return the file of one coder, with what file names cannot hold percent-encoded."""
    # A leading dot would hide the file; the rest is kept readable, letters of any script included.
    name = re.sub(r"[^\w @+.-]", lambda match: quote(match.group(), safe=""), coder)
    return f"{folder}/{name.replace('.', '%2E', 1) if name.startswith('.') else name}.jsonl"


def coder_of(path: Path) -> str:
    """Return the coder whose file this is."""
    return unquote(path.name.removesuffix(".jsonl"))


def abridged(quote: str) -> str:
    """Return a quote as lines hold it: whole, or its two ends when it is long."""
    if len(quote) <= _QUOTE_LENGTH:
        return quote
    half = _QUOTE_LENGTH // 2
    return f"{quote[:half]}…{quote[-half:]}"


def write_value(value: Any) -> Any:
    """Return a variable's value as JSON holds it; a date says that it is one."""
    return {"date": value.isoformat()} if isinstance(value, date) else value


def read_value(value: Any) -> Any:
    """Return the value that JSON holds.

    Raises
    ------
    StoreError
        When it is an object that is no date.
    """
    if not isinstance(value, dict):
        return value
    try:
        return date.fromisoformat(value["date"])
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{value!r} is no date of the form {{'date': 'YYYY-MM-DD'}}") from error
