"""Colours of codes, themes and domains, and the scale of a heat map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from qualcode.model.codebooks.codebook import Codebook

__all__ = [
    "NEUTRAL",
    "PALETTE",
    "code_colours",
    "heat_bins",
    "heat_level",
    "shared_colour",
    "style_of",
]

# The "bright" and part of the "muted" scheme of Paul Tol, made to be told apart by colour-blind readers.
PALETTE = (
    "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#882255", "#44aa99", "#999933",
)  # fmt: skip
NEUTRAL = "#808080"
STEPS = 5
"""How many steps of colour a heat map has."""


def code_colours(codebook: Codebook) -> dict[str, str]:
    """Return a colour for each code: its own, that of the nearest code above it, or its root's."""
    roots = [code.id for code in codebook.codes.values() if code.parent is None]
    fallback = {root: PALETTE[at % len(PALETTE)] for at, root in enumerate(roots)}
    colours = {}
    for code in codebook.codes.values():
        line = (code, *codebook.ancestors(code.id))
        own = next((each.colour for each in line if each.colour), None)
        colours[code.id] = own or fallback[line[-1].id]
    return colours


def shared_colour(codes: frozenset[str], codebook: Codebook, colours: Mapping[str, str]) -> str:
    """Return the colour that most of the topmost of some codes have; the first of equals."""
    depth = {code: len(codebook.ancestors(code)) for code in codebook.codes if code in codes}
    top = [code for code in depth if depth[code] == min(depth.values())]
    counted = Counter(colours[code] for code in top)
    return max(counted, key=lambda colour: counted[colour]) if counted else NEUTRAL


def style_of(palette: Iterable[str]) -> str:
    """Return the style sheet of a page's colours: a class for each, and one for its name.

    A page whose policy allows no style attribute sets colours by class.

    Examples
    --------
    >>> print(style_of(["#4477aa"]), end="")
    .k0{--c:#4477aa}
    """
    return "".join(f".k{at}{{--c:{colour}}}\n" for at, colour in enumerate(palette))


def heat_bins(highest: int) -> tuple[tuple[int, int], ...]:
    """Return the ranges of counts that share a colour, both ends included, lowest first.

    Examples
    --------
    >>> heat_bins(3)
    ((1, 1), (2, 2), (3, 3))
    >>> heat_bins(40)
    ((1, 8), (9, 16), (17, 24), (25, 32), (33, 40))
    """
    steps = min(STEPS, highest)
    ends = [-(-highest * step // steps) for step in range(1, steps + 1)]
    return tuple((low + 1, high) for low, high in pairwise([0, *ends]))


def heat_level(count: int, bins: tuple[tuple[int, int], ...]) -> int:
    """Return which step of `STEPS` a count has, from 1; 0 for none."""
    if not count:
        return 0
    if len(bins) == 1:
        return 1 + STEPS // 2
    at = next(at for at, (_, high) in enumerate(bins) if count <= high)
    # A scale with fewer steps still runs from the palest colour to the strongest.
    return 1 + round(at * (STEPS - 1) / (len(bins) - 1))
