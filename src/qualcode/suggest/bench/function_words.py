"""Words that say nothing by themselves, in the languages that some texts are in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from qualcode._extras import require

__all__ = ["function_words"]


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Stop words that can be what a segment is about.
_CAN_BE_A_TOPIC = _words_of(
    """
    alone amount bill bottom call cry describe detail empty fill find fire found full interest
    mill mine move nobody part serious show side sincere system thick thin together top
    """
)
# What scikit-learn's list leaves out, and what is left of contractions where they are cut at the apostrophe.
_LEFT_OUT = _words_of(
    """
    did does doing having just really
    ain aren couldn d didn doesn don hadn hasn haven isn ll m mustn needn re s shouldn t ve
    wasn weren won wouldn
    """
)
# Chinese and Japanese are read character by character, and nearly all of those that are function words are
# in other words as well; not these.
_CHARACTERS = _words_of("的 了 吗 呢 吧 嗎 を")
_BY_CHARACTER = ("chinese", "japanese")
# A further language is one of theirs where its words come up so many times as often as the first one's, those
# that the languages share aside.
_ALSO = 0.2


@cache
def _english() -> frozenset[str]:
    text = require("sklearn.feature_extraction.text", extra="suggest")
    return (frozenset(text.ENGLISH_STOP_WORDS) - _CAN_BE_A_TOPIC) | _LEFT_OUT | _CHARACTERS


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    """Return the words of each language there is a list for."""
    known = require("stop_words", extra="suggest")
    found = {
        language: frozenset(map(str.lower, known.get_stop_words(language)))
        for language in sorted(known.AVAILABLE_LANGUAGES)
        if language not in ("english", *_BY_CHARACTER)
    }
    return {"english": _english(), **{each: words | _CHARACTERS for each, words in found.items()}}


def function_words(frequency: Mapping[str, float]) -> frozenset[str]:
    """Return the words that say nothing by themselves, in the languages that texts are in.

    Those are the language whose words of this kind come up most, and others that add to it; English, where no
    such word comes up.

    Parameters
    ----------
    frequency : mapping of str to float
        How often each word, in lower case, comes up in the texts.

    Examples
    --------
    >>> german = function_words({"wir": 5, "haben": 4, "kein": 2, "geld": 2, "die": 6, "war": 1})
    >>> sorted(german & {"nicht", "wir", "geld", "war", "the"})
    ['nicht', 'war', 'wir']
    >>> english = function_words({"we": 5, "have": 4, "no": 2, "money": 2, "war": 1})
    >>> sorted(english & {"nicht", "war", "the", "don"})
    ['don', 'the']
    """
    found: frozenset[str] = frozenset()
    first = 0.0
    left = dict(_lists())
    while left:
        adds = {
            language: sum(frequency.get(word, 0.0) for word in words - found)
            for language, words in left.items()
        }
        most = max(adds, key=lambda language: adds[language])
        if first and adds[most] < _ALSO * first:
            break
        first = first or adds[most]
        if not first:
            return left["english"]
        found |= left.pop(most)
    return found
