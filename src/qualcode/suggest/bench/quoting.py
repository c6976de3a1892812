"""What can be quoted for a code: stretches of telling words, and coded segments like this one."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qualcode.model.coding.suggestions import NearRow, Term

__all__ = ["LEAST_SIMILARITY", "most_alike", "nearest", "stretches"]

Floats = NDArray[np.float64]

# What resembles less than this is not worth showing.
LEAST_SIMILARITY = 0.05
# Words that add less than this share of what the weightiest adds are not worth a glance.
_TELLING = 0.35
_LETTER = re.compile(r"\w")
_APOSTROPHES = ("'", "’")
# A stretch of more words is read no longer at a glance.
_MOST_WORDS = 6


def stretches(
    text: str, words: list[tuple[str, int, int]], weight: Floats, silent: Set[str]
) -> tuple[Term, ...]:
    """Return stretches of telling words, the weightiest first.

    Parameters
    ----------
    text : str
        The segment's text.
    words : list of (word, start, end)
        Its words.
    weight : array
        What each adds to the log odds.
    silent : set of str
        Words that say nothing by themselves, in lower case.
    """
    spoken = np.array([bool(_LETTER.search(word)) for word, _, _ in words], bool)
    whole = _contractions(words)
    joined = (
        np.bincount(whole, weight * spoken, minlength=len(words))[whole] if len(words) else weight
    )
    telling = spoken & (joined > 0) & (joined >= _TELLING * joined.max(initial=0.0))
    found: list[list[int]] = []
    for number in np.unique(whole[telling]).tolist():
        parts = _parts(whole, number)
        near = found and found[-1][-1] == parts[0] - 1
        if near and len(found[-1]) + len(parts) <= _MOST_WORDS:
            found[-1] += parts
        else:
            found.append(parts)
    kept = [some for each in found if (some := _without(each, whole, words, silent))]
    weights = [float(weight[some].sum()) for some in kept]
    ordered = sorted(zip(kept, weights, strict=True), key=lambda each: -each[1])
    return tuple(
        Term(start, end, text[start:end], total)
        for some, total in ordered
        for start, end in [(words[some[0]][1], words[some[-1]][2])]
        if total > 0
    )


def _contractions(words: list[tuple[str, int, int]]) -> NDArray[np.int64]:
    """Return a number for each word, the same for those that an apostrophe joins: don, ', t."""
    number = np.arange(len(words))
    for i in range(1, len(words) - 1):
        touching = words[i - 1][2] == words[i][1] and words[i][2] == words[i + 1][1]
        spoken = _LETTER.search(words[i - 1][0]) and _LETTER.search(words[i + 1][0])
        if words[i][0] in _APOSTROPHES and touching and spoken:
            number[i] = number[i + 1] = number[i - 1]
    return number


def _parts(whole: NDArray[np.int64], number: int) -> list[int]:
    """Return the words of one number, which stand next to each other."""
    first, last = np.searchsorted(whole, [number, number + 1])
    return list(range(int(first), int(last)))


def _without(
    some: list[int], whole: NDArray[np.int64], words: list[tuple[str, int, int]], silent: Set[str]
) -> list[int]:
    """Return a stretch without the words at its ends that say nothing by themselves."""

    def says_nothing(at: int) -> bool:
        parts = [words[i][0] for i in _parts(whole, int(whole[at]))]
        return all(
            part in silent or (part.isascii() and len(part) <= 2) or not _LETTER.search(part)
            for part in parts
        )

    kept = list(some)
    while kept and says_nothing(kept[0]):
        kept.pop(0)
    while kept and says_nothing(kept[-1]):
        kept.pop()
    return kept


def nearest(terms: Any, coded: Any, rows: NDArray[np.int64], most: int) -> tuple[NearRow, ...]:
    """Return the coded segments that are most like a text.

    Parameters
    ----------
    terms : sparse row
        The text.
    coded : CSR matrix, segments × terms
        Coded segments.
    rows : array of int
        Their places in the data that was learned from.
    most : int
        How many at the most.
    """
    return most_alike((coded @ terms.T).toarray()[:, 0], rows, most)


def most_alike(near: Floats, rows: NDArray[np.int64], most: int) -> tuple[NearRow, ...]:
    """Return the nearest of some coded segments, given how near each is.

    Parameters
    ----------
    near : array
        How alike each is.
    rows : array of int
        Their places in the data that was learned from.
    most : int
        How many at the most.
    """
    order = np.argsort(-near, kind="stable")[:most]
    return tuple(
        NearRow(int(rows[i]), float(near[i])) for i in order if near[i] >= LEAST_SIMILARITY
    )
