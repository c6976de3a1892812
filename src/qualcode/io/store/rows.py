"""Rows of coding as lines: what an assignments file holds, and the digests of a block of them."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from math import nan
from typing import Annotated, Any

import msgspec
import numpy as np

from qualcode.model.ids import MARK
from qualcode.model.log.rows import Events, format_time
from qualcode.model.log.timeline import TEXTS, Timeline

__all__ = [
    "BLOCK",
    "RowLine",
    "RowTuple",
    "abridged",
    "block_digest",
    "column_lines",
    "quotes_there",
    "row_lines",
    "row_sum",
    "sums_of",
    "texts_by_document",
]

BLOCK = 1000
"""How many rows are sealed by one event at the most: enough for it to cost nothing, few to look through."""

_QUOTE_LENGTH = 120
_encode = msgspec.json.Encoder().encode

Offset = Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)]

RowTuple = tuple[Any, ...]
"""Document, start, end, code, coder, time, origin, weight, retracted, memo and made, as text and numbers."""


class _Row(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    document: str
    start: Offset
    end: Offset
    code: str
    time: str
    retracted: bool = False
    origin: str = "hand"
    memo: str | None = None
    made: str | None = None


class RowLine(_Row, kw_only=True, omit_defaults=True, gc=False):
    """A row as read, without the quote: opening does not need it."""

    weight: float = nan


class QuotedRow(_Row, kw_only=True, omit_defaults=True, gc=False):
    """A row, whole."""

    weight: float | None = None
    quote: str = ""


def row_lines(rows: Iterable[RowTuple], texts: Mapping[str, str]) -> list[bytes]:
    """Return rows as lines, each ended, with their quotes.

    Parameters
    ----------
    rows : iterable of RowTuple
        The rows.
    texts : mapping of str to str
        The text of each document.
    """
    return [
        _encode(
            QuotedRow(
                document=document,
                start=start,
                end=end,
                code=code,
                time=time,
                retracted=retracted,
                origin=origin,
                memo=memo,
                made=None if made is None else format_time(made),
                weight=weight,
                quote=abridged(texts[document][start:end]),
            )
        )
        + b"\n"
        for document, start, end, code, _, time, origin, weight, retracted, memo, made in rows
    ]


def column_lines(rows: Events, texts: Mapping[str, str]) -> list[bytes]:
    """Return the rows of some columns as lines, each ended, with their quotes; the same as of their tuples.

    Parameters
    ----------
    rows : Events
        The rows.
    texts : mapping of str to str
        The text of each document.
    """
    own = np.unique(rows.document).tolist()
    text_of = {number: texts[rows.documents[number]] for number in own}
    plain = not rows.memos and not rows.made and not rows.retracted.any()
    if not plain or not np.isnan(rows.weight).all():
        named = {rows.documents[number]: text for number, text in text_of.items()}
        return row_lines(tuples_of(rows), named)
    documents, codes, origins = rows.documents, rows.codes, rows.origins
    times = {moment: format_time(moment) for moment in np.unique(rows.time).tolist()}
    columns = (rows.document, rows.start, rows.end, rows.code, rows.time, rows.origin)
    return [
        _encode(
            QuotedRow(
                document=documents[document],
                start=start,
                end=end,
                code=codes[code],
                time=times[time],
                origin=origins[origin],
                quote=(
                    text_of[document][start:end]
                    if end - start <= _QUOTE_LENGTH
                    else abridged(text_of[document][start:end])
                ),
            )
        )
        + b"\n"
        for document, start, end, code, time, origin in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def tuples_of(events: Events) -> list[RowTuple]:
    """Return the rows of some columns one by one."""
    times = {moment: format_time(moment) for moment in np.unique(events.time).tolist()}
    columns = (
        events.document, events.start, events.end, events.code, events.coder, events.time, events.origin,
        events.weight, events.retracted,
    )  # fmt: skip
    return [
        (
            events.documents[document], start, end, events.codes[code], events.coders[coder],
            times[time], events.origins[origin], None if weight != weight else weight, retracted,
            events.memos.get(row), events.made.get(row),
        )
        for row, (document, start, end, code, coder, time, origin, weight, retracted) in enumerate(
            zip(*(column.tolist() for column in columns), strict=True)
        )
    ]  # fmt: skip


def texts_by_document(timeline: Timeline) -> dict[str, list[str]]:
    """Return all versions of each document's text, by its id without a mark."""
    # Texts are corrected, and two people may have added different ones under one id at once.
    texts: dict[str, list[str]] = {}
    for event in timeline.events:
        if event.kind in TEXTS:
            id = event.target.partition(":")[2].partition(MARK)[0]
            texts.setdefault(id, []).append(timeline.texts[event.fields["sha256"]])
    return texts


def quotes_there(row: QuotedRow, texts: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what stands where a row is, in each version of the text."""
    known = texts.get(row.document.partition(MARK)[0], ())
    return [abridged(text[row.start : row.end]) for text in known]


def abridged(quote: str) -> str:
    """Return a quote as lines hold it: whole, or its two ends when it is long."""
    if len(quote) <= _QUOTE_LENGTH:
        return quote
    half = _QUOTE_LENGTH // 2
    return f"{quote[:half]}…{quote[-half:]}"


def block_digest(block: bytes, salt: str) -> str:
    """Return the digest by which an event seals a block of lines."""
    digest = hashlib.sha256(salt.encode())
    digest.update(block)
    return digest.hexdigest()[:32]


def row_sum(line: bytes) -> int:
    """Return the short sum of a line."""
    return zlib.crc32(line) & 0xFFFF


def sums_of(lines: Sequence[bytes]) -> str:
    """Return a short sum of each line, by which a line that is damaged or astray is found."""
    sums = np.fromiter(map(row_sum, lines), "<u2", len(lines))
    return base64.b64encode(sums.tobytes()).decode()
