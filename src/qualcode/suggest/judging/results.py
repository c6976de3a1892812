"""What an evaluation found, split by split, and the tables and curves made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qualcode.errors import NotFoundError, did_you_mean
from qualcode.model.readable import Readable
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_one_of
from qualcode.stats.uncertainty.resampling import RandomState
from qualcode.suggest.judging.curve import CURVES, LearningCurve, fit_curve

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CodeResult", "Evaluation", "PromiseResult", "Result"]

Floats = NDArray[np.float64]

# With fewer than this share of the segments that others are judged on, a budget is no point of their curve.
_COMPARABLE = 0.5


@frozen
class Result:
    """One method on one split.

    Parameters
    ----------
    budget : str
        How much was coded, such as s200.
    seed : int
        Which split.
    method : str
        The suggester, or a baseline.
    n_train, n_documents, n_test : int
        Segments and documents learned from, segments judged on.
    n_duplicates, n_quoted : int
        Segments left out of judging as copies of learned ones; segments judged on that the codebook quotes.
    values : mapping of str to float
        macro_f1, precision_at_1, recall_at_3, map (mean average precision over codes), map_cold (of codes
        without an example yet), calibration_error (of the best code; only where there are probabilities).
        NaN where undefined.
    reason : str or None
        Why there are no values, or no probabilities.
    """

    budget: str
    seed: int
    method: str
    n_train: int
    n_documents: int
    n_test: int
    n_duplicates: int
    n_quoted: int
    values: Mapping[str, float]
    reason: str | None = None


@frozen
class PromiseResult:
    """One promise on one split.

    Parameters
    ----------
    budget : str
        How much was coded.
    seed : int
        Which split.
    kind : str
        precision or recall.
    wanted : float
        What was promised.
    given : bool
        Whether the suggester made the promise.
    attained : float
        What came true on unseen documents; NaN where nothing was shown.
    shown : int
        How many suggestions were shown.
    coverage : float
        The share of segments with a suggestion.
    """

    budget: str
    seed: int
    kind: str
    wanted: float
    given: bool
    attained: float
    shown: int
    coverage: float

    @property
    def broken(self) -> bool:
        """Whether a promise was made and not kept."""
        return self.given and self.attained < self.wanted


@frozen
class CodeResult:
    """One code on one split: a point of its learning curve.

    Parameters
    ----------
    budget : str
        How much was coded.
    seed : int
        Which split.
    code : str
        The code's id.
    n_examples : int
        Its segments among those learned from.
    n_test : int
        Its segments among those judged on.
    f1, low, high : float
        Its F1, and the 95 % jackknife interval over documents.
    average_precision : float
        Of ranking the segments by it.
    """

    budget: str
    seed: int
    code: str
    n_examples: int
    n_test: int
    f1: float
    low: float
    high: float
    average_precision: float


@frozen(eq=False)
class Evaluation(ByValue, Readable):
    """What a suggester and the baselines did on unseen documents.

    Parameters
    ----------
    results : tuple of Result
        By split and method.
    promises : tuple of PromiseResult
        By split and promise.
    codes : tuple of CodeResult
        By split and code.
    best : mapping of str to array
        For each budget, the probability of each segment's best code, and whether it was right.
    """

    _instead = "qc.evaluate_suggester(project, …).plot() draws what was found on a project"

    results: tuple[Result, ...] = field(repr=False)
    promises: tuple[PromiseResult, ...] = field(repr=False)
    codes: tuple[CodeResult, ...] = field(repr=False)
    best: Mapping[str, Floats] = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each budget and method: the mean over splits of each measure.

        Columns: budget, method, the measures of `Result.values`, n_splits, and the means of n_train, n_test,
        n_duplicates (copies of learned segments, left out) and n_quoted (judged, and quoted by the codebook).
        """
        import pandas as pd

        rows = [
            {
                "budget": result.budget,
                "method": result.method,
                **result.values,
                "n_splits": 1,
                "n_train": result.n_train,
                "n_test": result.n_test,
                "n_duplicates": result.n_duplicates,
                "n_quoted": result.n_quoted,
            }
            for result in self.results
            if result.values
        ]
        if not rows:
            return pd.DataFrame(columns=["budget", "method"])
        how = {name: "sum" if name == "n_splits" else "mean" for name in rows[0]}
        keys = ["budget", "method"]
        grouped = pd.DataFrame(rows).groupby(keys, sort=False)
        return grouped.agg({k: v for k, v in how.items() if k not in keys}).reset_index()

    def promises_frame(self) -> pd.DataFrame:
        """Return a row for each budget, kind and wish: how often it was promised, and broken."""
        import pandas as pd

        frame = pd.DataFrame(
            [
                {
                    "budget": p.budget,
                    "kind": p.kind,
                    "wanted": p.wanted,
                    "given": p.given,
                    "broken": p.broken,
                    "attained": p.attained if p.given else np.nan,
                    "coverage": p.coverage,
                }
                for p in self.promises
            ]
        )
        if frame.empty:
            return frame
        return frame.groupby(["budget", "kind", "wanted"], sort=False).mean().reset_index()

    def curve(
        self,
        measure: str = "macro_f1",
        *,
        method: str | None = None,
        coded: int | None = None,
        random_state: RandomState = 0,
    ) -> LearningCurve:
        """Return a learning curve fitted to the budgets of whole documents, to be followed beyond them.

        Budgets that leave less than half as many segments to judge on as others are left out: what is rare
        then drops out of judging, and the mean over codes rises without anything having been learned.

        Parameters
        ----------
        measure : {"macro_f1", "precision_at_1", "recall_at_3", "map"}, default "macro_f1"
            Which quality.
        method : str, optional
            A baseline; the suggester when not given.
        coded : int, optional
            How many segments are coded now; by default as many as the largest budget has.
        random_state : int or numpy.random.Generator, default 0
            For the uncertainty.

        Raises
        ------
        NotFoundError
            When the method was not judged.
        StatisticsError
            When fewer than four such budgets were judged on at least two splits.
        """
        measure = check_one_of(measure, CURVES, what="measure")
        methods = list(dict.fromkeys(each.method for each in self.results))
        method = methods[0] if method is None and methods else method
        if method not in methods:
            raise NotFoundError(
                f"the method {method!r} was not judged; {', '.join(methods)} were."
                + did_you_mean(str(method), methods)
            )
        own = [
            each
            for each in self.results
            if each.method == method and each.budget.startswith("s") and each.values
        ]
        sizes: dict[str, list[tuple[int, int]]] = {}
        for each in own:
            sizes.setdefault(each.budget, []).append((each.n_train, each.n_test))
        n, judged = (
            {budget: float(np.mean(found, axis=0)[at]) for budget, found in sizes.items()}
            for at in (0, 1)
        )
        budgets = sorted(
            (b for b in n if judged[b] >= _COMPARABLE * max(judged.values())), key=n.__getitem__
        )
        # Budgets larger than what is coded come to the same.
        budgets = [b for at, b in enumerate(budgets) if not at or n[b] > n[budgets[at - 1]]]
        seeds = list(dict.fromkeys(each.seed for each in own))
        quality = np.full((len(seeds), len(budgets)), np.nan)
        for each in own:
            if each.budget in budgets:
                place = seeds.index(each.seed), budgets.index(each.budget)
                quality[place] = each.values.get(measure, np.nan)
        return fit_curve(
            [n[budget] for budget in budgets],
            quality,
            coded=coded,
            measure=measure,
            random_state=random_state,
        )

    def learning_curves(self) -> pd.DataFrame:
        """Return a row for each split and code, with the interval of its F1."""
        import pandas as pd

        return pd.DataFrame([attrs.asdict(code) for code in self.codes])

    def calibration_curve(self, budget: str, *, bins: int = 10) -> pd.DataFrame:
        """Return claimed and observed precision of the best code by bins of what was claimed.

        Parameters
        ----------
        budget : str
            How much was coded.
        bins : int, default 10
            How many bins of equal width.
        """
        import pandas as pd

        claimed, right = self.best[budget]
        number = np.minimum((claimed * bins).astype(int), bins - 1)
        frame = pd.DataFrame({"bin": number, "claimed": claimed, "observed": right, "n": 1})
        how = {"claimed": "mean", "observed": "mean", "n": "sum"}
        return frame.groupby("bin").agg(how).reset_index()

    def coverage_curve(self, budget: str, *, points: int = 20) -> pd.DataFrame:
        """Return the precision of the best codes when only the surest share of segments is shown.

        Parameters
        ----------
        budget : str
            How much was coded.
        points : int, default 20
            How many shares.
        """
        import pandas as pd

        claimed, right = self.best[budget]
        order = np.argsort(-claimed, kind="stable")
        precision = np.cumsum(right[order]) / np.arange(1, order.size + 1)
        at = np.unique(np.linspace(order.size / points, order.size, points).astype(int))
        at = at[at > 0]
        return pd.DataFrame({"coverage": at / order.size, "precision": precision[at - 1]})
