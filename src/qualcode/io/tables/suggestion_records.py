"""A suggestion as one line of JSON that shows whether it was edited, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import attrs
import msgspec

from qualcode.errors import SuggestionError
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.suggestions import Shown, Suggestion, as_shown
from qualcode.model.texts.documents import Document, Registry
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.spans import Span

__all__ = ["sealed", "unsealed"]

_LEAVE = "leave its record as it was written"


@attrs.frozen(kw_only=True)
class _Record(Shown):
    """Everything that was shown, and the words that it was shown for."""

    document: str
    start: int
    end: int
    speaker: str | None
    quote: str
    code: str


def sealed(suggestion: Suggestion) -> str:
    """Return a suggestion as JSON, with a digest of the rest in it."""
    segment = suggestion.segment
    record = msgspec.to_builtins(
        _Record(
            document=segment.document.id,
            start=segment.start,
            end=segment.end,
            speaker=segment.speaker,
            quote=segment.quote,
            code=suggestion.code.id,
            **as_shown(suggestion),
        )
    )
    return _json({"check": _digest(record), **record})


def unsealed(text: str, documents: Registry[Document], codebook: Codebook) -> Suggestion:
    """Return the suggestion that `sealed` wrote.

    Raises
    ------
    SuggestionError
        When it was edited or damaged, or the document's text is another one now.
    NotFoundError
        When there is no such document or code.
    """
    record = _unsealed(text)
    document = documents[record.document]
    there = document.text[record.start : record.end]
    if there != record.quote:
        raise SuggestionError(
            f"the text of document {document.id!r} is another one than was shown: at {record.start}–"
            f"{record.end} was {record.quote[:40]!r}, and is {there[:40]!r}"
        )
    return Suggestion(
        segment=Segment(document, Span(record.start, record.end), record.speaker),
        code=codebook[record.code],
        **as_shown(record),
    )


def _unsealed(text: str) -> _Record:
    try:
        record = json.loads(text)
        check = record.pop("check")
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise SuggestionError(f"its record is missing or damaged: {_LEAVE}") from error
    if check != _digest(record):
        raise SuggestionError(f"its record was edited: {_LEAVE}")
    try:
        if more := record.keys() - {each.name for each in attrs.fields(_Record)}:
            raise SuggestionError(f"it has {min(more)!r}")
        return msgspec.convert(record, _Record)
    except (msgspec.ValidationError, SuggestionError) as error:
        raise SuggestionError(
            f"its record is of another version of qualcode ({error}): write the table again"
        ) from error


def _json(record: Mapping[str, Any], *, sort: bool = False) -> str:
    # In ASCII, so that it survives being saved in any encoding; and spreadsheet programs read _x0041_ as A.
    text = json.dumps(record, separators=(",", ":"), sort_keys=sort)
    return text.replace("_x", r"\u005fx")


def _digest(record: Mapping[str, Any]) -> str:
    return sha256(_json(record, sort=True).encode()).hexdigest()[:12]
