"""What positions count in a file: found by what stands there, since programs differ and no file says."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import product

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StudyError
from qualcode.io.raw.elements import FORBIDDEN
from qualcode.model.checks import check_choice, check_flag

__all__ = [
    "PRIOR", "Found", "Marked", "Positions", "is_quote", "judge", "origin_for", "written_so",
]  # fmt: skip

Longs = npt.NDArray[np.int64]

_SAMPLED_TEXTS = 40
_SAMPLED = 60
"""How many texts, and how many selections of each, are looked at: two thousand tell as much as all."""
_CLEARLY = 0.05
_FEW = 3
"""By which part of the selections, and how many, a way must be better than what is known of a program."""


@attrs.frozen
class Positions:
    r"""How positions in a text are counted.

    Parameters
    ----------
    unit : {"code point", "utf-16"}, default "code point"
        Whether a letter outside of the first 65,536 of Unicode, such as an emoji, counts 1 or 2.
    line_end : {2, 1}, default 2
        What a Windows line end, CR and LF, counts.
    mark : bool, default False
        Whether a byte order mark at the start of the text's file counts 1.
    inclusive : bool, default False
        Whether the end is the position of the last letter, and not the one behind it.

    Examples
    --------
    >>> windows = Positions("utf-16")
    >>> text = "Yes 🤝\r\nno"
    >>> windows.points(text, [0, 8], [6, 10]), windows.counted(text, 7, 9)
    (([0, 7], [5, 9]), (8, 10))
    >>> print(windows)
    UTF-16 units, CR LF counts 2, end exclusive
    """

    unit: str = "code point"
    line_end: int = 2
    mark: bool = False
    inclusive: bool = False

    def __attrs_post_init__(self) -> None:
        check_choice(self.unit, ("code point", "utf-16"), what="unit", error=StudyError)
        if self.line_end not in (1, 2):
            raise StudyError(f"line_end must be 1 or 2, not {self.line_end!r}")
        check_flag(self.mark, what="mark", error=StudyError)
        check_flag(self.inclusive, what="inclusive", error=StudyError)

    def __str__(self) -> str:
        unit = "code points" if self.unit == "code point" else "UTF-16 units"
        mark = ", byte order mark counts 1" if self.mark else ""
        end = "inclusive" if self.inclusive else "exclusive"
        return f"{unit}, CR LF counts {self.line_end}{mark}, end {end}"

    @lru_cache(maxsize=8)  # noqa: B019  # a text has many selections, and is asked for one after the other
    def _starts(self, text: str, marked: bool) -> Longs | None:
        """Return where each code point begins and the text ends; None where that is its own number."""
        wide = self.unit == "utf-16" and not text.isascii() and max(text, default="") > "\uffff"
        short = self.line_end == 1 and "\r\n" in text
        shifted = self.mark and marked
        if not (wide or short or shifted):
            return None
        points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
        width = np.ones(len(points), dtype=np.int64)
        if wide:
            width += points > 0xFFFF
        if short:
            width[1:] -= (points[1:] == 10) & (points[:-1] == 13)
        return np.concatenate([[0], np.cumsum(width)]) + int(shifted)

    def points(
        self, text: str, starts: Sequence[int], ends: Sequence[int], *, marked: bool = False
    ) -> tuple[list[int], list[int]]:
        """Return starts and ends in code points, half-open; -1 for one that is no place in the text.

        Parameters
        ----------
        text : str
            The text, without a byte order mark.
        starts, ends : sequence of int
            Counted in this way.
        marked : bool, default False
            Whether the text's file begins with a byte order mark.
        """
        begins = self._starts(text, marked)
        first, last = np.asarray(starts, np.int64), np.asarray(ends, np.int64)
        if begins is None:
            last = last + self.inclusive
            length = len(text)
            first[(first < 0) | (first > length)] = -1
            last[(last < 0) | (last > length)] = -1
            return first.tolist(), last.tolist()
        first, last = _at(begins, first), _at(begins, last)
        if self.inclusive:
            last = np.where((last >= 0) & (last < len(text)), last + 1, -1)
        return first.tolist(), last.tolist()

    def counted(self, text: str, start: int, end: int, *, marked: bool = False) -> tuple[int, int]:
        """Return a span in code points, half-open, as it is counted in this way."""
        return self.all_counted(text, [(start, end)], marked=marked)[0]

    def all_counted(
        self, text: str, spans: Iterable[tuple[int, int]], *, marked: bool = False
    ) -> list[tuple[int, int]]:
        """Return spans in code points, half-open, as they are counted in this way."""
        begins = self._starts(text, marked)
        back = int(self.inclusive)
        if begins is None:
            return [(start, end - back) for start, end in spans]
        return [(int(begins[start]), int(begins[end - back])) for start, end in spans]


def _at(begins: Longs, wanted: Longs) -> Longs:
    # Of CR and LF that count 1 together, the position behind is the one behind both.
    at = np.searchsorted(begins, wanted, side="right") - 1
    there = (at >= 0) & (begins[np.maximum(at, 0)] == wanted)
    return np.where(there, at, -1)


PRIOR: Mapping[str, Positions] = {
    "nvivo": Positions("utf-16"),
    "atlasti": Positions("code point", 1),
    "qualcoder": Positions(),
}
"""How programs count where that is known; all others as the standard has it."""


ORIGIN = "qualcode"


def origin_for(program: str | None) -> str:
    """Return what a file names as its origin that is written here, for a program or for any."""
    return ORIGIN if program is None else f"{ORIGIN} for {program}"


def written_so(origin: str) -> Positions | None:
    """Return how positions are counted in a file that was written here; None for others."""
    own, _, program = origin.partition(" for ")
    return PRIOR.get(program, Positions()) if own == ORIGIN else None


@attrs.frozen
class Marked:
    """A text, and positions in it as the file has them.

    Parameters
    ----------
    text : str
        Without a byte order mark.
    marked : bool
        Whether its file begins with one.
    starts, ends : sequence of int
        The positions.
    names : sequence of str
        What selections are called, which may be their quotes.
    """

    text: str
    marked: bool
    starts: Sequence[int]
    ends: Sequence[int]
    names: Sequence[str]


@attrs.frozen
class Found:
    """How positions are counted in a file, and what tells so.

    Parameters
    ----------
    positions : Positions
        How.
    evidence : str
        What tells so, in words.
    looked_at, fitting : int
        How many selections were looked at, and how many of them fit.
    by_quotes : bool
        Whether their quotes tell it, or where words begin and end.
    sure : bool
        Whether no other way of counting, of those that would make a difference, fits better than what is
        known of the program or the standard has, or nearly as well as what neither says.
    """

    positions: Positions
    evidence: str
    looked_at: int = 0
    fitting: int = 0
    by_quotes: bool = False
    sure: bool = True

    def __str__(self) -> str:
        return f"{self.positions}: {self.evidence}"


def judge(texts: Sequence[Marked], program: str, given: Positions | None = None) -> Found:
    """Return how positions are counted in some texts of one file.

    Each way of counting is tried: do the quotes stand where they should; and where there are none, do
    selections begin and end with words? Where that does not decide, what the program is known to do does.

    Parameters
    ----------
    texts : sequence of Marked
        The texts.
    program : str
        Which one made the file.
    given : Positions, optional
        How they are counted, where the caller knows it.

    Examples
    --------
    >>> judge([Marked("🤝 We trust them.", False, [3], [11], ["We trust"])], "").positions.unit
    'utf-16'
    """
    sampled = [
        _sample(each) for each in _spread([t for t in texts if len(t.starts)], _SAMPLED_TEXTS)
    ]
    count = sum(len(each.starts) for each in sampled)
    prior = PRIOR.get(program, Positions())
    if given is not None:
        return Found(given, "as is known", count)
    if not count:
        return Found(prior, "there is nothing to tell it by")
    tried = {each: _tried(each, sampled) for each in _ways(prior)}
    named = sum(bool(name) for each in sampled for name in each.names)
    by_quotes = any(quotes for _, quotes, _ in tried.values())
    scores = {each: quotes if by_quotes else bounds for each, (_, quotes, bounds) in tried.items()}
    best = max(scores, key=lambda each: scores[each])  # of equals, the one nearest to the prior
    of = named if by_quotes else count
    margin = max(0.5, _CLEARLY * of) if by_quotes else max(_FEW, _CLEARLY * of)
    chosen = best if by_quotes or scores[best] - scores[prior] >= margin else prior
    # What is known of a program is doubted where another way fits better, and not where few selections leave
    # open which does; what is known of none, where another fits nearly as well.
    doubt = 0.0 if chosen == prior else margin
    rivals = [
        each
        for each, score in scores.items()
        if tried[each][0] != tried[chosen][0] and score > scores[chosen] - doubt
    ]
    what = "quotes stand where they should" if by_quotes else "selections begin and end with words"
    fitting = {way: math.ceil(scores[way]) for way in (chosen, *rivals)}
    told = f"{fitting[chosen]:,} of {of:,} {what}"
    if rivals:
        told += f", but {fitting[rivals[0]]:,} would if: {rivals[0]}"
    return Found(chosen, told, of, fitting[chosen], by_quotes, not rivals)


def _ways(prior: Positions) -> list[Positions]:
    """Return all ways of counting, the likeliest first."""
    ways = [
        Positions(*each)
        for each in product(("code point", "utf-16"), (2, 1), (False, True), (False, True))
    ]
    fields = attrs.fields(Positions)
    return sorted(
        ways,
        key=lambda way: sum(getattr(way, f.name) != getattr(prior, f.name) for f in fields),
    )


def _spread(items: Sequence[Marked], most: int) -> Sequence[Marked]:
    return items if len(items) <= most else items[:: len(items) // most][:most]


def _sample(marked: Marked) -> Marked:
    step = max(1, len(marked.starts) // _SAMPLED)
    return attrs.evolve(
        marked,
        starts=marked.starts[::step],
        ends=marked.ends[::step],
        names=marked.names[::step],
    )


def _tried(way: Positions, texts: Sequence[Marked]) -> tuple[list[tuple[int, int]], float, float]:
    """Return the spans that a way of counting gives, how many have their quote, and how many whole words."""
    spans: list[tuple[int, int]] = []
    quotes = bounds = 0.0
    for each in texts:
        first, last = way.points(each.text, each.starts, each.ends, marked=each.marked)
        for start, end, name in zip(first, last, each.names, strict=True):
            spans.append((start, end))
            if 0 <= start < end:
                quote = each.text[start:end]
                if name and is_quote(name, quote):
                    quotes += 1.0 if name == quote else 0.5
                bounds += _is_whole(each.text, start, end)
    return spans, quotes, bounds


_WHITE = re.compile(r"\s+")
_UNSAID = re.compile(f"{FORBIDDEN.pattern}|\ufffd")
"""What a name cannot hold, and what stands for it."""


def is_quote(name: str, quote: str) -> bool:
    """Tell whether a selection's name is its quote, perhaps cut short, whatever its white space."""
    if name == quote:
        return True
    name, quote = _UNSAID.sub("", name), _UNSAID.sub("", quote)
    cut = name.rstrip("….").rstrip() if name.endswith(("…", "...")) else ""
    name, quote = _WHITE.sub(" ", name).strip(), _WHITE.sub(" ", quote).strip()
    if name == quote:
        return True
    cut = _WHITE.sub(" ", cut).strip()
    return len(cut) >= 20 and quote.startswith(cut)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Tell whether a span begins with the beginning of a word or sign, and ends with the end of one."""
    first, last = text[start], text[end - 1]
    if first.isspace() or last.isspace():
        return False
    cuts_first = start > 0 and first.isalnum() and text[start - 1].isalnum()
    cuts_last = end < len(text) and last.isalnum() and text[end].isalnum()
    return not (cuts_first or cuts_last)
