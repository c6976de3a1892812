"""Lists that somebody dictates, whose lines look like those of speakers: "Bread: two loaves"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import groupby

from qualcode.model.texts.labels import Candidate, key_of, said_of

__all__ = ["things_listed"]

_FEW_WORDS = 4
_ASKS = re.compile(r"[?!？！؟]\W*$")
_WORD = re.compile(r"[^\W\d_]+")
_STANDING = re.compile(r"\b\w++(?!\s?[:：])")
"""A word that is not a label."""


def things_listed(text: str, candidates: Sequence[Candidate], kinds: Mapping[str, str]) -> set[str]:
    """Return labels that are rather things of a list in what somebody says than speakers.

    They stand few times, have no time and no marks, and come between two turns of those who speak most.
    And more tells of a list: the line before ends with a colon; the words go on in small letters where
    turns do not; lines have common nouns; three of few words follow each other; or the same
    come in a row again.

    Parameters
    ----------
    text : str
        The whole text.
    candidates : sequence of Candidate
        Lines with labels set apart in the same way, in order.
    kinds : mapping of str to str
        What each label looks like, by the label as it is compared.
    """
    times = Counter(map(key_of, candidates))
    main = {key for key, number in times.most_common(2) if number > 1}
    if len(main) < 2:
        return set()
    found: set[str] = set()
    upper = Counter(
        said_of(text, each)[:1].isupper() for each in candidates if key_of(each) in main
    )
    runs = [
        list(run)
        for is_rare, run in groupby(candidates, key=lambda each: _is_rare(each, times, main, kinds))
        if is_rare
    ]
    again = Counter(tuple(map(key_of, run)) for run in runs)
    words = set(_STANDING.findall(text)) if any(len(run) > 1 for run in runs) else set()
    for run in runs:
        if len(run) > 1 and again[tuple(map(key_of, run))] > 1:
            found.update(map(key_of, run))
        found.update(_of_run(text, run, words, in_capitals=upper[True] > 2 * upper[False]))
    return found


def _is_rare(
    each: Candidate, times: Counter[str], main: set[str], kinds: Mapping[str, str]
) -> bool:
    key = key_of(each)
    return (
        key not in main
        and times[key] <= 2
        and kinds[key] in ("name", "low")
        and not (each.marked or each.below)
    )


def _of_run(
    text: str, run: Sequence[Candidate], words: Container[str], *, in_capitals: bool
) -> Iterator[str]:
    """Yield the labels of lines in a row that are a list; `words` are those that stand in the text."""
    announced = _sign_before(text, run[0].line.start) == ":"
    brief = len(run) > 2 and all(_is_brief(text, each, words) for each in run)
    for each in run:
        goes_on = len(run) > 1 and in_capitals and said_of(text, each)[:1].islower()
        common = len(run) > 1 and _is_word(each) and each.label.lower() in words
        if announced or brief or goes_on or common:
            yield key_of(each)


def _sign_before(text: str, at: int) -> str:
    """Return the last sign before a place that is no white space."""
    while text[at - 1 : at].isspace():
        at -= 1
    return text[at - 1 : at]


def _is_brief(text: str, each: Candidate, words: Container[str]) -> bool:
    """Tell whether a line is a few words that nobody needs to say, of a thing that is not mentioned."""
    said = said_of(text, each)
    is_asked = _ASKS.search(said) is not None
    is_met = _is_word(each) and each.label in words
    return len(said.split()) <= _FEW_WORDS and not is_asked and not is_met


def _is_word(each: Candidate) -> bool:
    return _WORD.fullmatch(each.label) is not None
