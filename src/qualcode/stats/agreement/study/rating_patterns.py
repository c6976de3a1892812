"""Who put what on the units of some whole documents, counted: units rated alike are one pattern.

No measure of agreement asks of a unit more than how each coder rated it, and which document it is in. So
whole numbers say all there is, they unite exactly, and are divided only at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.values import ByValue
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.partials import Added, Kind, Partial
from qualcode.stats.counting.units import Unit, code_units
from qualcode.stats.kernels import unit_incidence
from qualcode.stats.kernels.blocks import distinct_keys, first_of_runs

__all__ = ["RatingPatterns", "rating_partial", "stretches"]

Flags: TypeAlias = npt.NDArray[np.bool_]
Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]
Codes: TypeAlias = tuple[int, ...]


@attrs.frozen(eq=False)
class RatingPatterns(ByValue):
    """How often units of each document were rated alike, and how.

    Parameters
    ----------
    coders : tuple of str
        Ids, sorted.
    sets : tuple of tuple of int
        The distinct sets of codes that somebody gave, as numbers of the codebook's codes; sorted.
    ratings : array of int32, coders × patterns
        Which of the sets each coder gave; -1 where they did not cover the document. Sorted, each once.
    documents : tuple of str
        Ids of the documents that at least two of the coders covered; sorted.
    document, pattern, times : array of int64
        So many units of the document have the pattern. Sorted, each pair once.
    """

    kind: ClassVar[Kind] = "by document"
    coders: tuple[str, ...]
    sets: tuple[Codes, ...]
    ratings: Ints
    documents: tuple[str, ...]
    document: Longs
    pattern: Longs
    times: Longs

    @classmethod
    def joined(cls, parts: Sequence[RatingPatterns]) -> RatingPatterns:
        """Return those of all documents, with sets and patterns numbered anew."""
        coders = tuple(sorted({id for part in parts for id in part.coders}))
        sets = tuple(sorted({each for part in parts for each in part.sets}))
        documents = [id for part in parts for id in part.documents]
        order = sorted(range(len(documents)), key=documents.__getitem__)
        place = np.empty(len(documents), dtype=np.int64)
        place[order] = np.arange(len(documents))
        laid = np.concatenate([part._among(coders, sets) for part in parts], axis=1)
        ratings, which = np.unique(laid, axis=1, return_inverse=True)
        before = np.cumsum([0, *(part.ratings.shape[1] for part in parts)])
        earlier = np.cumsum([0, *(len(part.documents) for part in parts)])
        pattern = np.concatenate(
            [part.pattern + at for part, at in zip(parts, before[:-1], strict=True)]
        )
        document = np.concatenate(
            [part.document + at for part, at in zip(parts, earlier[:-1], strict=True)]
        )
        pattern, document = which.ravel()[pattern], place[document]
        times = np.concatenate([part.times for part in parts])
        rows = np.lexsort((pattern, document))
        return cls(
            coders, sets, ratings.astype(np.int32), tuple(documents[at] for at in order),
            document[rows], pattern[rows], times[rows],
        )  # fmt: skip

    def _among(self, coders: Sequence[str], sets: Sequence[Codes]) -> Ints:
        """Return the ratings with a row for each of more coders, counting into more sets."""
        number = {each: at for at, each in enumerate(sets)}
        # Of the rating -1 the last is taken.
        onto = np.array([*(number[each] for each in self.sets), -1], dtype=np.int32)
        laid = np.full((len(coders), self.ratings.shape[1]), -1, dtype=np.int32)
        laid[[coders.index(each) for each in self.coders]] = onto[self.ratings]
        return laid


def rating_partial(
    coded: Coded,
    unit: Unit,
    *,
    coders: Sequence[str] | None,
    coverage: Mapping[str, frozenset[str]],
    lengths: bool,
) -> Partial:
    """Count how the units of some whole documents were rated.

    Parameters
    ----------
    coded : Coded
        What is coded in them.
    unit : str, regular expression or callable
        As for `agreement_study`.
    coders : sequence of str, optional
        Who is compared; all who assigned anything, or whose coverage is stated, when not given.
    coverage : mapping of str to frozenset of str
        By coder, the ids of the documents that they covered; of others those in which they assigned
        anything.
    lengths : bool
        Whether the lengths of the documents are known, so that those without text can be left out.
    """
    active = [coded.coders[at] for at in np.unique(coded.coder).tolist()]
    names = tuple(sorted({*active, *coverage} if coders is None else coders))
    who = np.array([names.index(id) if id in names else -1 for id in coded.coders], dtype=np.int64)
    read = _covered(coded, names, who, coverage)
    shared = read.sum(axis=0) > 1
    if lengths:
        shared &= np.array([each.heard_length > 0 for each in coded.documents], dtype=np.bool_)
    read = read[:, shared]
    some = coded.split(shared.astype(np.int64))[-1] if shared.any() else None
    counted = np.zeros(len(coded.codes), dtype=np.int64)
    if some is None:
        patterns = RatingPatterns(
            names, ((),), np.zeros((len(names), 0), np.int32), (),
            *(np.zeros(0, np.int64) for _ in range(3)),
        )  # fmt: skip
    else:
        coder = who[some.coder]
        kept = np.flatnonzero((coder >= 0) & read[coder, some.document])
        some = attrs.evolve(
            some,
            **{
                name: getattr(some, name)[kept]
                for name in ("document", "start", "end", "code", "coder", "weight")
            },
        )
        counted += np.bincount(some.code, minlength=len(counted))
        patterns = _patterns(some, unit, names, coder[kept], read)
    return Partial(
        "ratings of units",
        coded.ids,
        {"patterns": RatingPatterns.joined([patterns]), "assigned": Added(counted)},
    )


def _covered(
    coded: Coded, names: tuple[str, ...], who: Longs, coverage: Mapping[str, frozenset[str]]
) -> Flags:
    """Return which coders covered which of the documents."""
    read = np.zeros((len(names), len(coded.documents)), dtype=np.bool_)
    coder = who[coded.coder]
    read[coder[coder >= 0], coded.document[coder >= 0]] = True
    for id, documents in coverage.items():
        if id in names:
            read[names.index(id)] = [each in documents for each in coded.ids]
    return read


def _patterns(
    coded: Coded, unit: Unit, names: tuple[str, ...], coder: Longs, read: Flags
) -> RatingPatterns:
    """Return how the units of documents were rated that two coders covered."""
    number, row, of_unit, times = _laid_out(coded, unit)
    # Each code that a coder gave to a unit once, by unit, coder and code.
    size = len(names), len(coded.codes)
    key = distinct_keys(
        (number * size[0] + coder[row]) * size[1] + coded.code[row],
        len(of_unit) * size[0] * size[1],
    )
    given, code = np.divmod(key, size[1])
    starts = np.flatnonzero(first_of_runs(given))
    sizes = np.diff(np.append(starts, len(given)))
    sets = _Numbered.of(starts, sizes, code, np.zeros(len(starts), np.int64), (1, size[1]))
    rated, rater = np.divmod(given[starts], size[0])
    # A unit's pattern: who covered its document, and each coder's set.
    readers, reading = np.unique(read, axis=1, return_inverse=True)
    item = rater * sets.size + sets.number
    n_ratings = np.bincount(rated, minlength=len(of_unit))
    found = _Numbered.of(
        np.cumsum(n_ratings) - n_ratings, n_ratings, item, reading.ravel()[of_unit],
        (readers.shape[1], len(names) * sets.size),
    )  # fmt: skip
    placed, which = np.unique(of_unit * found.size + found.number, return_inverse=True)
    document, of_pattern = np.divmod(placed, found.size)
    used, pattern = np.unique(of_pattern, return_inverse=True)
    spelled = [found.spelled(each) for each in used.tolist()]
    known = {0: 0}
    ratings = np.full((len(names), len(used)), -1, dtype=np.int32)
    for at, (root, items) in enumerate(spelled):
        ratings[readers[:, root], at] = 0
        for each in items:
            who, what = divmod(each, sets.size)
            ratings[who, at] = known.setdefault(what, len(known))
    return RatingPatterns(
        names, tuple(sets.spelled(each)[1] for each in known), ratings, coded.ids, document,
        pattern.ravel(), np.bincount(which.ravel(), weights=times).astype(np.int64),
    )  # fmt: skip


def _laid_out(coded: Coded, unit: Unit) -> tuple[Longs, Longs, Longs, Longs]:
    """Return pairs of a unit and a row on it, the document of each unit, and how many units it stands for."""
    if unit == "character":
        document, start, end = stretches(coded)
        number, row = unit_incidence(document, start, end, coded.document, coded.start, coded.end)
        return number, row, document, end - start
    if unit == "case":
        raise StatisticsError("coders code documents, not cases: compare within documents or less")
    coding = code_units(coded, unit)
    return coding.unit, coding.row, coding.document, np.ones(coding.n_units, dtype=np.int64)


def stretches(coded: Coded) -> tuple[Longs, Longs, Longs]:
    """Cut texts where a segment begins or ends, so that all characters of a stretch are coded alike.

    Returns
    -------
    document, start, end : arrays of int64
        Where the stretches are (code points, half-open), in order: together, all of the texts.
    """
    lengths = np.array([each.heard_length for each in coded.documents], dtype=np.int64)
    offset = np.cumsum(lengths) - lengths
    ends = [offset[coded.document] + column for column in (coded.start, coded.end)]
    cuts = np.unique(np.concatenate([offset, offset + lengths, *ends]))
    document = np.searchsorted(offset, cuts[:-1], side="right") - 1
    return document, cuts[:-1] - offset[document], cuts[1:] - offset[document]


@attrs.frozen(eq=False)
class _Numbered:
    """Numbers for sequences of items, the same for the same one; those of nothing are its beginning.

    A sequence is one that is shorter by an item, and that item, so that no sequence is ever compared whole.

    Parameters
    ----------
    number : array of int64
        Of each sequence.
    size : int
        How many numbers there are.
    parent, last : array of int64
        Of each number from `roots` on: the number of the sequence without its last item, and that item.
    roots : int
        How many beginnings there are.
    """

    number: Longs
    size: int
    parent: Longs
    last: Longs
    roots: int

    @classmethod
    def of(
        cls, starts: Longs, sizes: Longs, items: Longs, beginning: Longs, size: tuple[int, int]
    ) -> _Numbered:
        """Return numbers of stretches of items; `size` is how many beginnings and items there are."""
        roots, n_items = size
        number, made = beginning.astype(np.int64), roots
        steps: list[Longs] = []
        for at in range(int(sizes.max(initial=0))):
            there = np.flatnonzero(sizes > at)
            step, which = np.unique(
                number[there] * n_items + items[starts[there] + at], return_inverse=True
            )
            number[there] = made + which.ravel()
            made += len(step)
            steps.append(step)
        parent, last = np.divmod(np.concatenate([*steps, np.zeros(0, np.int64)]), max(1, n_items))
        return cls(number, made, parent.astype(np.int64), last.astype(np.int64), roots)

    def spelled(self, number: int) -> tuple[int, Codes]:
        """Return the beginning and the items of a number."""
        items: list[int] = []
        while number >= self.roots:
            items.append(int(self.last[number - self.roots]))
            number = int(self.parent[number - self.roots])
        return number, tuple(reversed(items))
