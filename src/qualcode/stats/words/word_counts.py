"""Counts of words by document and group: what frequencies and keyness are made from."""

from __future__ import annotations

from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import NotFoundError, did_you_mean
from qualcode.model.checks import looked_up
from qualcode.model.codebooks.hierarchy import LEVELS, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_count
from qualcode.stats.counting.variable_values import variable_names

__all__ = ["CountedWords", "WordCounts"]

Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class WordCounts(ByValue):
    """How often each document uses each word: a row for each pair that there is.

    Parameters
    ----------
    document, word, count : array of int64
        The rows, by document and then by word.
    size : array of int64, shape (documents,)
        All words of each document.
    n_words : int
        How many words the vocabulary has.
    """

    document: Longs
    word: Longs
    count: Longs
    size: Longs
    n_words: int

    @property
    def totals(self) -> Longs:
        """How often each word is used in all documents."""
        return np.bincount(self.word, weights=self.count, minlength=self.n_words).astype(np.int64)

    @property
    def documents(self) -> Longs:
        """In how many documents each word is used."""
        return np.bincount(self.word, minlength=self.n_words).astype(np.int64)

    def table(self, words: Longs) -> Longs:
        """Return documents × some of the words, given by their numbers."""
        column = np.full(self.n_words, -1)
        column[words] = np.arange(len(words))
        at = column[self.word]
        found = np.zeros((len(self.size), len(words)), dtype=np.int64)
        kept = at >= 0
        found[self.document[kept], at[kept]] = self.count[kept]
        return found


@attrs.frozen(eq=False)
class CountedWords(CountedResult):
    """How often each word is used, in all or by group.

    Parameters
    ----------
    state : State
        What was counted.
    by : str or None
        ``"code"``, ``"theme"``, ``"domain"``, a variable, or what tells speakers apart.
    groups : tuple
        Ids of the nodes, or the values; None alone where nothing was told apart.
    words : tuple of str
        All that are used, in the order of spelling.
    whole : WordCounts
        Of all that is said.
    parts : tuple of WordCounts
        Of each group. A word that two codes lie on counts for both.
    rollup : Rollup
        Along which themes and domains are.
    lemmas : bool
        Whether words were cut by a function that was given, such as `spacy_lemmas`.
    left_out : tuple of str
        Words that were not counted, as asked.
    """

    _instead = "project.words().plot() draws it"

    state: State = attrs.field(repr=False)
    by: str | None
    groups: tuple[Value | None, ...]
    words: tuple[str, ...] = attrs.field(repr=False)
    whole: WordCounts = attrs.field(repr=False)
    parts: tuple[WordCounts, ...] = attrs.field(repr=False)
    rollup: Rollup = attrs.field(repr=False)
    lemmas: bool
    left_out: tuple[str, ...] = attrs.field(repr=False)

    def most_frequent(self, part: WordCounts, *, top: int | None, min_count: int = 1) -> Longs:
        """Return the numbers of the words that a group uses most, the most frequent first."""
        totals = part.totals
        order = np.lexsort((np.arange(len(totals)), -totals))
        order = order[totals[order] >= min_count]
        return order if top is None else order[: check_count(top, what="top", least=1)]

    def part(self, group: Value | None) -> WordCounts:
        """Return the counts of one group.

        Raises
        ------
        NotFoundError
            When there is no such group.
        """
        known = [
            at for at, each in enumerate(self.groups) if type(each) is type(group) and each == group
        ]
        if not known:
            told = ", ".join(str(each) for each in self.groups[:10])
            raise NotFoundError(
                f"there is no group {looked_up(group)} by {self.by}; there are {told}."
                f"{did_you_mean(group, [each for each in self.groups if isinstance(each, str)])}"
            )
        return self.parts[known[0]]

    def label(self, group: Value | None) -> str:
        """Return what a group is called: the name of a code, theme or domain, or the value."""
        if self.by in LEVELS and self.by not in variable_names(self.state):
            nodes = lay_over(self.rollup, self.state.codebook).nodes
            return next((node.name for node in nodes if node.id == group), str(group))
        return str(group)
