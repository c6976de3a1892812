"""Where codings of a table stand in the texts: by offsets, checked with their words, or by the words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from qualcode.model.texts.documents import Document
from qualcode.model.texts.offsets import UNITS, code_points
from qualcode.model.texts.segments import Segment

__all__ = ["Located", "Place", "convert", "locate", "quote_fault", "unit_told_by_quotes"]

Place = tuple[int, int]
"""Start and end in code points, half-open."""

_SHOWN = 40


@attrs.frozen
class Located:
    """Where words stand in a text.

    Parameters
    ----------
    place : Place or None
        Where they stand, if that is one place.
    fault : str
        Why there is none, otherwise.
    """

    place: Place | None
    fault: str = ""


def locate(quote: str, document: Document) -> Located:
    """Return where words stand in a document, if that is one place.

    They are looked for as they are; where they do not stand so, whatever their white space and case.

    Examples
    --------
    >>> text = Document(id="d", text="I trust Joan. We left. We left.")
    >>> locate("I  trust Joan.", text).place
    (0, 13)
    >>> locate("We left.", text).fault
    "'We left.' stands 2 times in document 'd', at 14–22, 23–31: say which with start and end"
    """
    places = list(_exact(quote, document.text)) or _loose(quote, document)
    if len(places) == 1:
        return Located(places[0])
    told = f"{_short(quote)!r} "
    if not places:
        return Located(None, f"{told}does not stand in document {document.id!r}")
    shown = ", ".join(f"{start}–{end}" for start, end in places[:4])
    more = ", …" if len(places) > 4 else ""
    times = f"stands {len(places)} times in document {document.id!r}, at {shown}{more}"
    return Located(None, f"{told}{times}: say which with start and end")


def _exact(quote: str, text: str) -> Iterator[Place]:
    at = text.find(quote) if quote.strip() else -1
    while at >= 0:
        yield at, at + len(quote)
        at = text.find(quote, at + 1)


def _loose(quote: str, document: Document) -> list[Place]:
    if not quote.strip() or not document.text:
        return []
    return [(each.start, each.end) for each in Segment.whole(document).find_all(quote)]


def convert(
    documents: Mapping[str, Document], named: Sequence[str], given: Sequence[Place], unit: str
) -> list[Place]:
    """Return the places that offsets in a unit stand for; -1 where one lies between no code points.

    Parameters
    ----------
    documents : mapping of str to Document
        The texts.
    named : sequence of str
        For each row the id of its document; empty where it has none.
    given : sequence of Place
        For each row its start and end in the unit.
    unit : {"code point", "utf-16", "utf-8"}
        What they count.
    """
    places = list(given)
    if unit == "code point":
        return places
    rows: dict[str, list[int]] = {}
    for row, id in enumerate(named):
        if id:
            rows.setdefault(id, []).append(row)
    for id, within in rows.items():
        offsets = [offset for row in within for offset in given[row]]
        found = code_points(documents[id].text, offsets, unit)
        for row, start, end in zip(within, found[::2], found[1::2], strict=True):
            places[row] = start, end
    return places


def unit_told_by_quotes(
    documents: Mapping[str, Document],
    named: Sequence[str],
    given: Sequence[Place],
    quotes: Sequence[str | None],
) -> str:
    """Return the unit in which all offsets fit the words beside them; code points if none does.

    Another unit than code points is believed only if every row has its words, so that each row is checked.
    """
    for unit in UNITS if all(quotes) else ():
        places = convert(documents, named, given, unit)
        there = zip(named, places, quotes, strict=True)
        if all(id and _stands(documents[id], place, quote) for id, place, quote in there):
            return unit
    return UNITS[0]


def _stands(document: Document, place: Place, quote: str | None) -> bool:
    start, end = place
    return quote is None or (0 <= start < end and document.text[start:end] == quote)


def quote_fault(document: Document, given: Place, place: Place, quote: str) -> str:
    """Return what is wrong with words that do not stand in a place, and where they do; empty if they do.

    Parameters
    ----------
    document : Document
        The text.
    given : Place
        As the table has it.
    place : Place
        The code points that this was taken for.
    quote : str
        The words.
    """
    if _stands(document, place, quote):
        return ""
    start, end = place
    told = (
        f"the quote {_short(quote)!r} is not what stands at {start}–{end}: "
        f"{_short(document.text[start:end])!r}"
    )
    for unit in UNITS[1:]:
        found = code_points(document.text, given, unit)
        if _stands(document, (found[0], found[1]), quote):
            return f"{told}. It is where offsets are counted in {unit}: say offsets={unit!r}"
    found_at = locate(quote, document).place
    if found_at is not None:
        return f"{told}. It stands at {found_at[0]}–{found_at[1]}"
    return told


def _short(text: str) -> str:
    return text[:_SHOWN]
