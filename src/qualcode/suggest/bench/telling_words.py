"""Words that set some texts apart from others, in any language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np
from attrs import frozen

from qualcode.stats.coefficients import coefficient
from qualcode.suggest.bench.function_words import function_words
from qualcode.suggest.bench.texts import tokens

__all__ = ["TellingWord", "TextsWith", "telling_words", "word_list"]

_LETTER = re.compile(r"\w")
# A word of a single text is a word of its writer, not of the texts.
_LEAST_TEXTS = 2


@frozen
class TellingWord:
    """A word that is in some texts more often than in others.

    Parameters
    ----------
    text : str
        The word, in lower case.
    weight : float
        How surely it sets the texts apart: the likelihood ratio G², 0 for a word that is as frequent here
        as there.
    inside, outside : int
        How many texts here, and elsewhere, have it.
    """

    text: str
    weight: float
    inside: int
    outside: int


def word_list(text: str) -> list[str]:
    """Return the words of a text in lower case, without punctuation.

    Scripts without spaces have no words that could be told without a dictionary: there, every two
    neighbouring characters count as one.

    Parameters
    ----------
    text : str
        Any text.

    Examples
    --------
    >>> word_list("So, why?"), word_list("信頼する。")
    (['so', 'why'], ['信頼', '頼す', 'する'])
    >>> word_list("I don’t.")
    ['i', "don't"]
    """
    spoken: list[tuple[str, int, int]] = []
    apostrophe = -1
    for word, start, end in tokens(text):
        if not _LETTER.search(word):
            touches = spoken and word in ("'", "’") and spoken[-1][2] == start
            apostrophe = end if touches else -1
        elif apostrophe == start:
            before, begin, _ = spoken.pop()
            spoken.append((f"{before}'{word}", begin, end))
        else:
            spoken.append((word, start, end))
    found, joined = [], -1
    for i, (word, start, end) in enumerate(spoken):
        after = spoken[i + 1] if i + 1 < len(spoken) else ("", -1, -1)
        if after[1] == end and end - start == after[2] - after[1] == 1:
            found.append(word + after[0])
            joined = i + 1
        elif joined != i:
            found.append(word)
    return found


@frozen
class TextsWith:
    """How many texts have each word.

    Parameters
    ----------
    counts : Counter
        By word.
    n : int
        How many texts there are.
    """

    counts: Counter[str]
    n: int

    @classmethod
    def of(cls, texts: Iterable[str]) -> TextsWith:
        """Count texts by their words.

        Parameters
        ----------
        texts : iterable of str
            The texts.
        """
        counts: Counter[str] = Counter()
        n = 0
        for text in texts:
            counts.update(set(word_list(text)))
            n += 1
        return cls(counts, n)

    def __sub__(self, part: TextsWith) -> TextsWith:
        return TextsWith(self.counts - part.counts, self.n - part.n)


def telling_words(
    inside: TextsWith, outside: TextsWith, *, most: int = 8, least: float = 3.84
) -> tuple[TellingWord, ...]:
    """Return the words that set some texts apart from others, the weightiest first.

    Parameters
    ----------
    inside : TextsWith
        The texts.
    outside : TextsWith
        What they are compared with.
    most : int, default 8
        How many words at the most.
    least : float, default 3.84
        The least weight; 3.84 is reached by one word in twenty if chance alone is at work.

    References
    ----------
    Dunning T (1993). Accurate methods for the statistics of surprise and coincidence. Computational
    Linguistics 19(1), 61–74. Here of texts that have a word, because a word that one text repeats says
    little of the others.

    Examples
    --------
    >>> here = TextsWith.of(["the bus was late", "no bus again", "a late bus"])
    >>> there = TextsWith.of(["the tea was cold", "the staff were kind", "no tea", "a kind word"])
    >>> [(word.text, word.inside, word.outside) for word in telling_words(here, there)]
    [('bus', 3, 0), ('late', 2, 0)]
    """
    silent = function_words(inside.counts + outside.counts)
    words = sorted(
        word
        for word, count in inside.counts.items()
        if count >= _LEAST_TEXTS and not silent.issuperset(word.split("'"))
    )
    if not words or not outside.n:
        return ()
    here = np.array([inside.counts[word] for word in words])
    there = np.array([outside.counts[word] for word in words])
    weight = coefficient("g_squared")(here, here + there, inside.n, inside.n + outside.n)
    more = here * outside.n > there * inside.n
    kept = np.flatnonzero(more & (weight >= least))
    order = kept[np.argsort(-weight[kept], kind="stable")][:most]
    return tuple(
        TellingWord(words[i], float(weight[i]), int(here[i]), int(there[i])) for i in order
    )
