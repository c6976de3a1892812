"""How coded data is split to judge a suggester: by whole documents, as coding goes on in practice."""

from __future__ import annotations

import re

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray
from scipy import sparse

from qualcode.errors import StatisticsError
from qualcode.model.checks import looked_up
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_count
from qualcode.stats.uncertainty.resampling import RandomState, as_generator
from qualcode.suggest.bench.coded_texts import CodedTexts
from qualcode.suggest.bench.texts import Encoded

__all__ = ["Split", "make_split", "near_duplicates"]

Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

_BUDGET = re.compile(r"([sk])(\d+)")
_LONGEST = 12
# Of exemplars, the documents that are kept for judging.
_HELD_OUT = 0.3
_ALIKE = 0.95
_MIN_TEST = 20


@frozen(eq=False)
class Split(ByValue):
    """Which segments are learned from, and which judged on.

    Parameters
    ----------
    train, test : array of bool
        The segments; no document is in both.
    reason : str or None
        Why there is nothing to judge on.
    left : array of bool, optional
        Segments that are neither read nor judged: of the document that was being coded when the budget was
        used up, what follows. Default: none.
    whole : bool
        Whether documents were coded from beginning to end, and not picked from.
    """

    train: Bools
    test: Bools
    reason: str | None = None
    left: Bools | None = None
    whole: bool = True

    @property
    def read(self) -> Bools:
        """Which segments are there at all."""
        return np.ones(self.train.size, bool) if self.left is None else ~self.left

    def of(self, rows: Longs) -> Split:
        """Return the split of some segments."""
        return evolve(self, train=self.train[rows], test=self.test[rows], left=None)


def check_budget(budget: object) -> re.Match[str]:
    """Return what a budget says, ``"s200"`` or ``"k10"``: the letter, and the number."""
    match = (
        _BUDGET.fullmatch(budget) if isinstance(budget, str) and len(budget) < _LONGEST else None
    )
    if match is None or int(match[2]) == 0:
        raise StatisticsError(
            f"the budget {looked_up(budget)} is not known: write s200 for 200 segments of whole documents, "
            "k10 for 10 examples a code"
        )
    return match


def make_split(
    data: CodedTexts, budget: str, *, max_test: int = 2000, random_state: RandomState = 0
) -> Split:
    """Return one split of the coded segments.

    Parameters
    ----------
    data : CodedTexts
        The data.
    budget : str
        "s200": documents in random order, from beginning to end, until 200 segments are coded; the last one
        is taken to end there, and what follows in it is left out altogether. "k10": segments drawn until each
        code has 10 examples, if there are so many, from 70 % of the documents.
    max_test : int, default 2000
        Judge on so many segments of the other documents at the most.
    random_state : int or numpy.random.Generator, default 0
        Which documents.

    Raises
    ------
    StatisticsError
        When the budget is not written so.

    Examples
    --------
    >>> from qualcode.suggest.bench.coded_texts import CodeText
    >>> texts, documents = ["a", "b", "c", "d"], ["1", "1", "2", "2"]
    >>> data = CodedTexts(texts, documents, [[1]] * 4, [CodeText("x", "X")])
    >>> make_split(data, "s1").train.tolist()
    [True, False, False, False]
    """
    match = check_budget(budget)
    max_test = check_count(max_test, what="max_test", least=1)
    rng = as_generator(random_state)
    left = None
    order = rng.permutation(data.n_documents)
    of_document = np.bincount(data.document, data.coded, minlength=data.n_documents)
    if match[1] == "s":
        before = np.cumsum(of_document[order]) - of_document[order]
        learned = order[before < int(match[2])]
        train = np.isin(data.document, learned) & data.coded
        over = int(train.sum()) - int(match[2])
        if over > 0:
            last = np.flatnonzero(train & (data.document == learned[-1]))[-over:]
            left = (data.document == learned[-1]) & (np.arange(train.size) >= last[0])
            train &= ~left
    else:
        learned = order[: max(1, round((1 - _HELD_OUT) * order.size))]
        train = _exemplars(data, np.isin(data.document, learned), int(match[2]), rng)
    rest = np.flatnonzero(~np.isin(data.document, learned) & data.coded)
    test = np.zeros(len(data.texts), bool)
    test[np.sort(rng.permutation(rest)[:max_test])] = True
    reason = None
    if test.sum() < _MIN_TEST:
        reason = (
            f"{int(test.sum())} coded segments are left to judge on, and {_MIN_TEST} are needed"
        )
    return Split(train, test, reason, left, match[1] == "s")


def _exemplars(data: CodedTexts, allowed: Bools, n: int, rng: np.random.Generator) -> Bools:
    """Return segments drawn at random until each code has its examples."""
    assigned = sparse.csc_matrix(data.assigned)
    drawn = np.zeros(len(data.texts), bool)
    for code in rng.permutation(assigned.shape[1]):
        having = assigned.indices[assigned.indptr[code] : assigned.indptr[code + 1]]
        having = having[allowed[having]]
        more = n - int(drawn[having].sum())
        if more > 0:
            drawn[rng.permutation(having[~drawn[having]])[:more]] = True
    return drawn


def near_duplicates(encoded: Encoded, train: Bools, test: Bools) -> Bools:
    """Return which segments to judge on are all but the same as one that was learned from.

    Parameters
    ----------
    encoded : Encoded
        All segments.
    train, test : array of bool
        The two sides of a split.
    """
    alike = sparse.csr_matrix(encoded.terms[test] @ encoded.terms[train].T)
    found = np.zeros(train.size, bool)
    found[test] = alike.max(axis=1).toarray().ravel() >= _ALIKE if train.any() else False
    return found
