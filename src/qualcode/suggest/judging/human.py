"""How well humans agree among themselves, beside how well the suggester agrees with them.

On interpretive codes humans agree little. What a suggester reaches means something only beside that, on
the same segments and by the same measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.readable import Readable
from qualcode.stats.agreement import Ratings, krippendorff_alpha
from qualcode.stats.agreement.diagnostics import alpha_without_each_cluster
from qualcode.stats.uncertainty.intervals import Scale, jackknife_interval
from qualcode.suggest.bench.coded_texts import group_numbers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BesideHumans", "CodeBeside", "Estimate", "beside_humans"]

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

_NO_SECOND = "there is no second coder"


@frozen
class Estimate:
    """A number with its interval by documents.

    Parameters
    ----------
    value : float or None
        The number; None where `reason` says why.
    low, high : float or None
        The interval; None where `reason` says why.
    reason : str or None
        Why there is no number, or no interval.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: str | None = None


@frozen
class CodeBeside:
    """Agreement on one code, or on all.

    Parameters
    ----------
    code : str or None
        The code's id; None for all codes together.
    n_segments, n_documents : int
        On how many segments, in how many documents.
    human : Estimate
        Krippendorff's α of two humans, the mean over pairs.
    model : Estimate
        α of the suggester and a human, the mean over humans.
    difference : Estimate
        The first less the second.
    by_coder : mapping of str to Estimate
        α of the suggester and each human.
    """

    code: str | None
    n_segments: int
    n_documents: int
    human: Estimate
    model: Estimate
    difference: Estimate
    by_coder: Mapping[str, Estimate] = field(repr=False, hash=False)


@frozen
class BesideHumans(Readable):
    """Agreement among humans beside that of the suggester with them.

    Parameters
    ----------
    overall : CodeBeside
        All codes together: every pair of segment and code is one decision.
    codes : tuple of CodeBeside
        Each code.
    coders : tuple of str
        The humans.
    confidence : float
        Of the intervals.
    names : mapping of str to str
        What people call each code.
    """

    _figure = "qualcode.report.plot.suggestions:beside_people"

    overall: CodeBeside
    codes: tuple[CodeBeside, ...] = field(repr=False)
    coders: tuple[str, ...]
    confidence: float
    names: Mapping[str, str] = field(factory=dict, repr=False, hash=False)

    def name_of(self, code: str) -> str:
        """Return what people call a code: its id, where nothing else is known."""
        return self.names.get(code, code)

    @property
    def reason(self) -> str | None:
        """Why humans cannot be compared with each other, or None."""
        return self.overall.human.reason if self.overall.human.value is None else None

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each code, and a first one for all together.

        Columns: code (missing for all together), segments, documents; for each of human, model and
        difference the value and its interval, such as human, human_low, human_high, human_reason; and the
        value of the suggester with each human, such as ``with ana``.
        """
        import pandas as pd

        rows = []
        for each in (self.overall, *self.codes):
            row: dict[str, Any] = {
                "code": each.code,
                "segments": each.n_segments,
                "documents": each.n_documents,
            }
            for name in ("human", "model", "difference"):
                found: Estimate = getattr(each, name)
                row |= {
                    name: found.value,
                    f"{name}_low": found.low,
                    f"{name}_high": found.high,
                    f"{name}_reason": found.reason,
                }
            rows.append(
                row | {f"with {name}": found.value for name, found in each.by_coder.items()}
            )
        return pd.DataFrame(rows)


def beside_humans(
    decided: Mapping[str, ArrayLike],
    model: ArrayLike,
    documents: Sequence[object],
    codes: Sequence[str],
    *,
    covered: Mapping[str, ArrayLike] | None = None,
    judged: ArrayLike | None = None,
    cuts: ArrayLike | None = None,
    confidence: float = 0.95,
) -> BesideHumans:
    """Compare humans with each other, and the suggester with each human, on the same segments.

    Parameters
    ----------
    decided : mapping of str to array of bool, segments × codes
        Which codes each human put on each segment.
    model : array, segments × codes
        What the suggester decided, having learned from other documents only; or, with `cuts`, its scores.
    documents : sequence
        The document of each segment.
    codes : sequence of str
        Ids of the codes.
    covered : mapping of str to array of bool, optional
        Which segments each human decided about. Default: all.
    judged : array of bool, optional
        For which segments there is a decision of the suggester. Default: all.
    cuts : float or array, optional
        From which score a code counts as assigned, for all codes or for each.
    confidence : float, default 0.95
        Of the intervals: delete-one-document jackknife, on Fisher's scale as for any α, and for the
        difference on its own scale.

    Returns
    -------
    BesideHumans
        On the segments that two humans or more decided about, and the suggester. Where there are none, the
        suggester is compared with the humans on the segments of any, and `reason` tells.

    Raises
    ------
    StatisticsError
        When the parts do not fit each other.

    Notes
    -----
    Both sides are means of Krippendorff's α of two, so that like is compared with like: α of three humans
    at once would be another number. A pair whose α is undefined (neither used the code) is left out of the
    mean.

    A suggester that learned from a human agrees with that one for more than the code's meaning: see
    `CodeBeside.by_coder`.

    References
    ----------
    Krippendorff K (2011). Computing Krippendorff's alpha-reliability.
    https://repository.upenn.edu/asc_papers/43

    Examples
    --------
    >>> ana, ben = [[1], [1], [0], [0], [1], [0]], [[1], [1], [0], [1], [1], [0]]
    >>> found = beside_humans({"ana": ana, "ben": ben}, ana, list("aabbcc"), ["trust"])
    >>> round(found.overall.human.value, 3), round(found.overall.model.value, 3)
    (0.686, 0.843)
    """
    shape = (len(documents), len(codes))
    humans = {
        str(name): _decisions(array, shape, f"decisions of {name}")
        for name, array in decided.items()
    }
    if not humans or not all(shape):
        raise StatisticsError(
            f"{len(humans)} humans, {shape[0]} segments and {shape[1]} codes were given: at least one of "
            "each is needed"
        )
    if covered is not None and {str(name) for name in covered} != set(humans):
        raise StatisticsError(
            f"covered names {sorted(map(str, covered))}, but decisions are of {sorted(humans)}: give the "
            "same humans"
        )
    seen = {
        name: _mask(None if covered is None else covered[name], shape[0], f"covered of {name}")
        for name in humans
    }
    own = _model(model, cuts, shape)
    has_model = _mask(judged, shape[0], "judged")
    several = np.sum(list(seen.values()), axis=0) > 1
    shared = has_model & several
    some = shared if shared.any() else has_model & np.any(list(seen.values()), axis=0)
    missing = None
    if len(humans) < 2:
        missing = _NO_SECOND
    elif not several.any():
        missing = "no segment was decided about by two humans"
    elif not shared.any():
        missing = "the suggester decided about no segment that two humans decided about"
    compared = _Compared(
        {name: array[some] for name, array in humans.items()},
        {name: mask[some] for name, mask in seen.items()},
        own[some],
        group_numbers([document for document, kept in zip(documents, some, strict=True) if kept]),
        missing,
        confidence,
    )
    every = range(len(codes))
    return BesideHumans(
        overall=compared.beside(None, slice(None)),
        codes=tuple(compared.beside(codes[code], slice(code, code + 1)) for code in every),
        coders=tuple(humans),
        confidence=confidence,
    )


def _decisions(value: ArrayLike, shape: tuple[int, int], what: str) -> Bools:
    array = np.asarray(value)
    if array.shape != shape:
        raise StatisticsError(
            f"{what} have the shape {array.shape}, but there are {shape[0]} segments and {shape[1]} codes"
        )
    if array.dtype != bool and not np.isin(array, (0, 1)).all():
        raise StatisticsError(f"{what} are neither True nor False: scores need cuts=…")
    return array.astype(bool)


def _model(model: ArrayLike, cuts: ArrayLike | None, shape: tuple[int, int]) -> Bools:
    if cuts is None:
        return _decisions(model, shape, "decisions of the suggester")
    limit = np.asarray(cuts, np.float64)
    if limit.shape not in ((), shape[1:]):
        raise StatisticsError(f"cuts have the shape {limit.shape}: give one, or one for each code")
    return _decisions(np.asarray(model) >= limit, shape, "scores of the suggester")


def _mask(value: ArrayLike | None, n: int, what: str) -> Bools:
    mask = np.ones(n, bool) if value is None else np.asarray(value)
    if mask.shape != (n,) or mask.dtype != bool:
        raise StatisticsError(
            f"{what} has the shape {mask.shape} and type {mask.dtype}: give True or False for each of "
            f"{n} segments"
        )
    return mask


@frozen(eq=False)
class _Compared:
    """The segments that are compared."""

    humans: Mapping[str, Bools]
    seen: Mapping[str, Bools]
    model: Bools
    document: Longs
    missing: str | None
    confidence: float

    def beside(self, code: str | None, columns: slice) -> CodeBeside:
        """Return the agreement on some codes together."""
        with_model = {
            name: self._alpha(own[:, columns], self.model[:, columns], self.seen[name])
            for name, own in self.humans.items()
        }
        model = _mean(list(with_model.values()))
        if self.missing is not None:
            human = _Replicated.undefined(self.missing)
        else:
            human = _mean(
                [
                    self._alpha(
                        self.humans[one][:, columns],
                        self.humans[other][:, columns],
                        self.seen[one] & self.seen[other],
                    )
                    for one, other in combinations(self.humans, 2)
                ]
            )
        return CodeBeside(
            code=code,
            n_segments=self.document.size,
            n_documents=self._n_documents,
            human=human.estimate(self.confidence),
            model=model.estimate(self.confidence),
            difference=human.less(model).estimate(self.confidence, scale="identity", most=2.0),
            by_coder={name: each.estimate(self.confidence) for name, each in with_model.items()},
        )

    @property
    def _n_documents(self) -> int:
        return int(self.document.max(initial=-1)) + 1

    def _alpha(self, one: Bools, other: Bools, both: Bools) -> _Replicated:
        """Return α of two raters, and without each document."""
        if not both.any():
            return _Replicated.undefined("no segment was decided about by both")
        table = np.stack([one[both].ravel(), other[both].ravel()])
        ratings = Ratings.read(table, categories=(False, True))
        cluster = np.repeat(self.document[both], one.shape[1])
        value, without = alpha_without_each_cluster(ratings, cluster)
        if np.isnan(value):
            return _Replicated.undefined(str(krippendorff_alpha(ratings).reason))
        # A document in which the two have nothing to compare changes nothing by being left out.
        replicates = np.full(self._n_documents, value)
        replicates[np.unique(cluster)] = without
        return _Replicated(value, replicates)


@frozen(eq=False)
class _Replicated:
    """A number, and what it is without each document; or why there is none."""

    value: float
    without: Floats
    reason: str | None = None

    @classmethod
    def undefined(cls, reason: str) -> _Replicated:
        return cls(np.nan, np.empty(0), reason)

    def less(self, other: _Replicated) -> _Replicated:
        for each in (self, other):
            if each.reason is not None:
                return each
        return _Replicated(self.value - other.value, self.without - other.without)

    def estimate(
        self, confidence: float, *, scale: Scale = "fisher", most: float = 1.0
    ) -> Estimate:
        """Return the number with its interval: that of α, unless it is another number."""
        if self.reason is not None:
            return Estimate(None, reason=self.reason)
        found = jackknife_interval(
            np.round(self.without, 13), self.value, confidence=confidence, scale=scale
        )
        if found.reason is not None:
            return Estimate(self.value, reason=found.reason)
        return Estimate(self.value, max(-most, found.low), min(most, found.high))


def _mean(found: list[_Replicated]) -> _Replicated:
    """Return the mean of those that are defined."""
    defined = [each for each in found if each.reason is None]
    if not defined:
        return found[0]
    return _Replicated(
        float(np.mean([each.value for each in defined])),
        np.mean([each.without for each in defined], axis=0),
    )
