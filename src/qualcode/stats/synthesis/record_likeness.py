"""How alike records are: their fields brought into one form, and compared pair by pair."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from qualcode._extras import require
from qualcode.model.review.records import Record, family_names

__all__ = ["Compared", "Prepared", "compare", "pairs_to_compare", "prepare"]

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_NO_LETTER = re.compile(r"[^\w]+|_")
_MARKUP = re.compile(r"</?\w+[^<>]*>")
_RUN_TOGETHER = re.compile(r"(?<=\.)(?=[^\W\d_]{2,})")
_NUMBER = re.compile(r"\d+")
_PAGE = re.compile(r"[a-z]*\d+[a-z]*", re.IGNORECASE)

LARGEST_BLOCK = 200
"""A block of more records tells nothing: a volume of abstracts, or records that all lack the same things."""


@attrs.frozen
class Prepared:
    """A record as it is compared: letters and digits in one form, numbers without what stands around them.

    Parameters
    ----------
    title, journal, abstract : str
        In small letters without accents, marks and markup; words parted by a space.
    families : tuple of str
        The authors' family names in the same form.
    year : int
        When it was published; 0 where that is not known.
    volume, issue, page, last : str
        The first number of each; of the pages the first and the last one, written out.
    doi, pmid : str
        As the record has them.
    """

    title: str
    journal: str
    abstract: str
    families: tuple[str, ...]
    year: int
    volume: str
    issue: str
    page: str
    last: str
    doi: str
    pmid: str


def plain(text: str) -> str:
    """Return a text in small letters without accents, marks and markup.

    Examples
    --------
    >>> plain("Über <i>E. coli</i>: a re-view")
    'uber e coli a re view'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(each for each in text if not unicodedata.combining(each))
    return _NO_LETTER.sub(" ", _MARKUP.sub(" ", text).casefold()).strip()


def prepare(record: Record) -> Prepared:
    """Return a record as it is compared.

    Examples
    --------
    >>> made = prepare(Record(title="[Trust.]", authors=["Müller, E."], volume="21 (Suppl 3)", pages="221-8"))
    >>> made.title, made.families, made.volume, made.page, made.last
    ('trust', ('muller',), '21', '221', '228')
    """
    authors = [part for each in record.authors for part in _RUN_TOGETHER.split(each)]
    families = family_names(authors)
    page, last = _pages(record.pages)
    return Prepared(
        title=plain(record.title),
        journal=plain(record.journal),
        abstract=plain(record.abstract[:1500]),
        families=tuple(filter(None, map(plain, families))),
        year=record.year or 0,
        volume=_number(record.volume),
        issue=_number(record.issue),
        page=page,
        last=last,
        doi=record.doi,
        pmid=record.pmid,
    )


def _number(text: str) -> str:
    found = _NUMBER.search(text)
    return found.group().lstrip("0") if found else ""


def _pages(text: str) -> tuple[str, str]:
    ends = [each.lower() for each in _PAGE.findall(text)]
    if not ends:
        return "", ""
    first, last = ends[0], ends[1] if len(ends) > 1 else ""
    if last and len(last) < len(first):  # 221-8 ends on page 228
        last = first[: len(first) - len(last)] + last
    return first, last


_KEYS: tuple[Callable[[Prepared], object], ...] = (
    lambda each: each.doi,
    lambda each: each.pmid,
    lambda each: each.title.replace(" ", ""),
    lambda each: each.title.replace(" ", "")[:20],
    lambda each: each.title.replace(" ", "")[-20:],
    lambda each: each.families and each.year and (each.families[0], each.year),
    lambda each: each.families and each.page and (each.families[0], each.page),
    lambda each: each.volume and each.page and (each.volume, each.page, each.last),
    lambda each: each.abstract.replace(" ", "")[:40],
)
"""What two records must have in common, one of it, to be compared."""


def pairs_to_compare(prepared: Sequence[Prepared]) -> tuple[Ints, Ints]:
    """Return the pairs of records that have something in common, each once, the earlier record first."""
    found: set[int] = set()
    count = len(prepared)
    for key in _KEYS:
        blocks: defaultdict[object, list[int]] = defaultdict(list)
        for at, each in enumerate(prepared):
            value = key(each)
            if value:
                blocks[value].append(at)
        for block in blocks.values():
            if 1 < len(block) <= LARGEST_BLOCK:
                found.update(_coded(block, count))
    pairs = np.fromiter(sorted(found), dtype=np.intp, count=len(found))
    return pairs // count if count else pairs, pairs % count if count else pairs


def _coded(block: Sequence[int], count: int) -> Iterator[int]:
    for at, first in enumerate(block):
        base = first * count
        for second in block[at + 1 :]:
            yield base + second


@attrs.frozen(eq=False)
class Compared:
    """How alike the records of pairs are, an entry for each pair.

    Likenesses lie between 0 and 1, and are NaN where one of both records does not say. What two records say
    exactly is 1 where they say the same, 0 where they do not, and NaN where one does not say.
    """

    title: Floats
    authors: Floats
    journal: Floats
    abstract: Floats
    year: Floats
    volume: Floats
    issue: Floats
    pages: Floats
    doi: Floats
    pmid: Floats
    years_apart: Floats


def compare(prepared: Sequence[Prepared], left: Ints, right: Ints) -> Compared:
    """Return how alike the records of pairs are."""
    fuzz = require("rapidfuzz.fuzz", extra="references")
    process = require("rapidfuzz.process", extra="references")

    def alike(text: Callable[[Prepared], str], scorer: object) -> Floats:
        texts = [text(each) for each in prepared]
        return _alike(texts, left, right, lambda a, b: process.cpdist(a, b, scorer=scorer))

    def same(value: Callable[[Prepared], object]) -> Floats:
        return _same([value(each) for each in prepared], left, right)

    years = np.array([each.year or np.nan for each in prepared], dtype=float)
    apart = np.abs(years[left] - years[right]) if len(left) else np.empty(0)
    return Compared(
        title=alike(lambda each: each.title.replace(" ", ""), fuzz.ratio),
        authors=alike(lambda each: " ".join(each.families), fuzz.token_sort_ratio),
        journal=alike(lambda each: each.journal, fuzz.token_set_ratio),
        abstract=alike(lambda each: each.abstract[:600], fuzz.ratio),
        year=_same([each.year for each in prepared], left, right),
        volume=same(lambda each: each.volume),
        issue=same(lambda each: each.issue),
        pages=same(lambda each: each.page),
        doi=same(lambda each: each.doi),
        pmid=same(lambda each: each.pmid),
        years_apart=apart,
    )


def _alike(
    texts: Sequence[str],
    left: Ints,
    right: Ints,
    distance: Callable[[list[str], list[str]], object],
) -> Floats:
    found = np.full(len(left), np.nan)
    said = np.array([bool(each) for each in texts], dtype=bool)
    both = np.flatnonzero(said[left] & said[right]) if len(left) else np.empty(0, np.intp)
    if len(both):
        one = [texts[at] for at in left[both]]
        other = [texts[at] for at in right[both]]
        found[both] = np.asarray(distance(one, other), dtype=float) / 100
    return found


def _same(values: Iterable[object], left: Ints, right: Ints) -> Floats:
    codes: dict[object, int] = {}
    coded = np.array(
        [codes.setdefault(each, len(codes)) if each else -1 for each in values], dtype=np.intp
    )
    if not len(left):
        return np.empty(0)
    one, other = coded[left], coded[right]
    return np.where((one < 0) | (other < 0), np.nan, (one == other).astype(float))
