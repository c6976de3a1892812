"""What a language model answers: read whatever is around it, and believed only where the text says so."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import attrs

from qualcode.model.texts.documents import Document

__all__ = ["Found", "Malformed", "read_reply"]


_PLACES = 20
"""Where JSON may begin, so many places are tried."""


class Malformed(Exception):
    """A reply that holds no answer."""


@attrs.frozen
class Found:
    """A code that a language model found in a text, with the words that it found it by.

    Parameters
    ----------
    row : int
        Which of the texts.
    code : str
        Id of the code.
    score : float
        How sure the model says it is, from 0 to 1.
    start, end : int
        Where the quote stands in the text: code points, half-open.
    quote : str
        The words, as they stand in the text.
    why : str
        What the model says for it.
    """

    row: int
    code: str
    score: float
    start: int
    end: int
    quote: str
    why: str


def read_reply(
    reply: str, texts: Sequence[str], codes: Collection[str], refused: Counter[str]
) -> list[Found]:
    """Return what a reply finds, of which every quote stands in its text.

    Parameters
    ----------
    reply : str
        What the model wrote: JSON, perhaps between fences or in the midst of words.
    texts : sequence of str
        The texts that it was asked about, which it counts from 1.
    codes : collection of str
        Ids of the codes that it may give.
    refused : Counter
        Counts what is not believed, by the reason.

    Raises
    ------
    Malformed
        When there is no JSON of the form that was asked for.

    Examples
    --------
    >>> reply = 'Sure! {"codings": [{"text": 1, "code": "trust", "quote": "we trust", "why": "says so"}]}'
    >>> [(each.code, each.quote) for each in read_reply(reply, ["We trust them."], {"trust"}, Counter())]
    [('trust', 'We trust')]
    """
    best: dict[tuple[int, str], Found] = {}
    for said in _codings(reply):
        found = _believed(said, texts, codes)
        if isinstance(found, str):
            refused[found] += 1
            continue
        known = best.get((found.row, found.code))
        if known is None or known.score < found.score:
            best[found.row, found.code] = found
    return list(best.values())


def _codings(reply: str) -> list[Any]:
    """Return the list of codings in a reply."""
    for value in _values(reply):
        codings = value.get("codings") if isinstance(value, dict) else value
        if isinstance(codings, list):
            return codings
    raise Malformed(f"no JSON with a list of codings in {reply[:200]!r}")


def _values(reply: str) -> Iterator[Any]:
    """Yield the JSON values that begin anywhere in a reply, but for those inside others."""
    decoder = json.JSONDecoder()
    at = 0
    for _ in range(_PLACES):
        places = [place for mark in "{[" if (place := reply.find(mark, at)) >= 0]
        if not places:
            return
        at = min(places)
        try:
            value, at = decoder.raw_decode(reply, at)
        except (ValueError, RecursionError):
            at += 1
        else:
            yield value


def _believed(said: Any, texts: Sequence[str], codes: Collection[str]) -> Found | str:
    """Return what a coding says, or why it is not believed."""
    if not isinstance(said, dict):
        return "no coding"
    number, code, quote = said.get("text"), said.get("code"), said.get("quote")
    if type(number) is not int or not 1 <= number <= len(texts):
        return "no such text"
    if not isinstance(code, str) or code not in codes:
        return "no such code"
    if not isinstance(quote, str) or not quote.strip():
        return "no quote"
    places = Document(id="text", text=texts[number - 1]).find_all(quote)
    if not places:
        return "quote not in the text"
    score = said.get("score", 1.0)
    if isinstance(score, bool) or not isinstance(score, int | float) or not _is_share(score):
        return "no score from 0 to 1"
    why = said.get("why")
    place = places[0]
    return Found(
        number - 1, code, float(score), place.start, place.end, place.quote,
        why.strip() if isinstance(why, str) else "",
    )  # fmt: skip


def _is_share(score: float) -> bool:
    return math.isfinite(score) and 0 <= score <= 1
