"""Evaluation that cannot flatter: documents unseen, copies removed, baselines beside it, promises checked.

A suggester is judged as it will be used: it reads all of a project's text, learns from some documents, and
proposes for others. Baselines run on the same splits, and uncoded segments stay in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qualcode.stats.resampling import cluster_bounds
from qualcode.suggest.baselines import BASELINES, Baseline
from qualcode.suggest.data import CodedTexts
from qualcode.suggest.fitting import quoted_rows
from qualcode.suggest.metrics import (
    average_precision,
    calibration_error,
    code_f1,
    precision_at_1,
    recall_at_3,
)
from qualcode.suggest.splits import Split, make_split, near_duplicates
from qualcode.suggest.stacker import SharedStacker
from qualcode.suggest.text import TextSpace
from qualcode.suggest.trust import best_f1_cuts, rank_codes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CodeResult", "Evaluation", "PromiseResult", "Result", "evaluate"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SUGGESTER = "suggester"
_TOP = 3


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
class Evaluation:
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

    results: tuple[Result, ...] = field(repr=False)
    promises: tuple[PromiseResult, ...] = field(repr=False)
    codes: tuple[CodeResult, ...] = field(repr=False)
    best: Mapping[str, Floats] = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each budget and method: the mean over splits of each measure.

        Columns: budget, method, the measures of `Result.values`, n_splits, n_train and n_test (means).
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

    def learning_curves(self) -> pd.DataFrame:
        """Return a row for each split and code, with the interval of its F1."""
        import attrs
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


def evaluate(
    data: CodedTexts,
    *,
    budgets: Sequence[str] = ("s100", "s200", "s500", "s1000", "k10"),
    seeds: Sequence[int] = range(5),
    suggester: Callable[[], SharedStacker] | None = None,
    baselines: Mapping[str, Baseline] = BASELINES,
    precisions: Sequence[float] = (0.6, 0.7, 0.8, 0.9),
    recalls: Sequence[float] = (0.8, 0.9),
    max_test: int = 2000,
    progress: Callable[[str], None] | None = None,
) -> Evaluation:
    """Judge a suggester on documents it has not learned from, beside baselines.

    Parameters
    ----------
    data : CodedTexts
        Everything that was coded; text that was not is read and not judged on.
    budgets : sequence of str
        How much is coded: see `qualcode.suggest.splits.make_split`.
    seeds : sequence of int
        Which splits.
    suggester : callable, optional
        Makes the suggester; by default a `SharedStacker`.
    baselines : mapping of str to callable
        What to compare with.
    precisions, recalls : sequence of float
        The promises to check.
    max_test : int, default 2000
        Judge on so many segments a split at the most.
    progress : callable, optional
        Told of each split that begins.
    """
    model = SharedStacker() if suggester is None else suggester()
    _, encoded = TextSpace.fit(data.texts, ())
    quoted = quoted_rows(data)
    results: list[Result] = []
    promises: list[PromiseResult] = []
    codes: list[CodeResult] = []
    best: dict[str, list[Floats]] = {budget: [] for budget in budgets}
    for budget in budgets:
        for seed in seeds:
            if progress is not None:
                progress(f"{budget}, split {seed}")
            split = make_split(data, budget, max_test=max_test, random_state=seed)
            if split.reason is None:
                copies = near_duplicates(encoded, split.train, split.test)
                judged = Split(split.train, split.test & ~copies)
                run = _Run(
                    data, judged, budget, seed, int(copies.sum()), int(quoted[judged.test].sum())
                )
                run.suggester(model, precisions, recalls)
                for name, baseline in baselines.items():
                    run.baseline(name, baseline)
                results += run.results
                promises += run.promises
                codes += run.codes
                best[budget].append(run.best)
            else:
                results.append(
                    Result(
                        budget,
                        seed,
                        SUGGESTER,
                        int(split.train.sum()),
                        0,
                        0,
                        0,
                        0,
                        {},
                        split.reason,
                    )
                )
    pooled = {
        budget: np.hstack(parts) if parts else np.empty((2, 0)) for budget, parts in best.items()
    }
    return Evaluation(tuple(results), tuple(promises), tuple(codes), pooled)


class _Run:
    """One split, and what each method did on it."""

    def __init__(
        self,
        data: CodedTexts,
        split: Split,
        budget: str,
        seed: int,
        n_duplicates: int,
        n_quoted: int,
    ) -> None:
        self.budget, self.seed = budget, seed
        self.train = data.hide(~split.train)
        self.rows = np.flatnonzero(split.test)
        self.texts = [data.texts[i] for i in self.rows]
        self.assigned: Bools = np.asarray(data.assigned[self.rows].toarray(), bool)
        self.document = data.document
        self.examples = np.asarray(self.train.assigned.sum(axis=0)).ravel()
        self.about: dict[str, Any] = {
            "budget": budget,
            "seed": seed,
            "n_train": int(split.train.sum()),
            "n_documents": int(np.unique(data.document[split.train]).size),
            "n_test": self.rows.size,
            "n_duplicates": n_duplicates,
            "n_quoted": n_quoted,
        }
        self.results: list[Result] = []
        self.promises: list[PromiseResult] = []
        self.codes: list[CodeResult] = []
        self.best: Floats = np.empty((2, 0))

    def baseline(self, name: str, baseline: Baseline) -> None:
        score, decided = baseline(self.train, self.texts)
        self._add(name, score, decided, None)

    def suggester(
        self, model: SharedStacker, precisions: Sequence[float], recalls: Sequence[float]
    ) -> None:
        model.fit_data(self.train)
        # The whole text is scored, as in a project, so that segments have their neighbours.
        judged = np.isin(self.document, self.document[self.rows])
        place = np.flatnonzero(judged)
        score = model.score_codes(
            [self.train.texts[i] for i in place],
            [self.train.documents[i] for i in place],
            None if self.train.rules is None else self.train.rules[place],
        )[np.searchsorted(place, self.rows)]
        fitted = model.fitted_
        probability = fitted.calibration(score)
        decided = probability >= best_f1_cuts(probability)
        reason = fitted.trust.reason
        self._add(SUGGESTER, score, decided, reason, probability)
        top = probability.argmax(axis=1)
        right = self.assigned[np.arange(top.size), top]
        if reason is None:
            self.best = np.vstack([probability[np.arange(top.size), top], right])
        for wanted in precisions:
            cut = fitted.trust.promise(wanted, _TOP)
            self._promise("precision", wanted, cut.threshold, score, rank_codes(score) < _TOP)
        for wanted in recalls:
            cut = fitted.trust.shortlist(wanted)
            self._promise("recall", wanted, cut.threshold, score, np.ones_like(self.assigned))
        self._learning(decided, score)

    def _add(
        self,
        method: str,
        score: Floats,
        decided: Bools,
        reason: str | None,
        probability: Floats | None = None,
    ) -> None:
        each = average_precision(score, self.assigned)
        cold = self.examples == 0
        error = np.nan
        if probability is not None and reason is None:
            top = probability.argmax(axis=1)
            row = np.arange(top.size)
            error = calibration_error(probability[row, top], self.assigned[row, top])
        values = {
            "macro_f1": _mean(code_f1(decided, self.assigned)),
            "precision_at_1": precision_at_1(score, self.assigned),
            "recall_at_3": recall_at_3(score, self.assigned),
            "map": _mean(each),
            "map_cold": _mean(each[cold]),
            "calibration_error": error,
        }
        self.results.append(Result(method=method, values=values, reason=reason, **self.about))

    def _promise(
        self, kind: str, wanted: float, threshold: float | None, score: Floats, allowed: Bools
    ) -> None:
        shown = allowed & (score >= threshold) if threshold is not None else np.zeros_like(allowed)
        right = shown & self.assigned
        some = self.assigned.any(axis=1)
        if kind == "precision":
            attained = float(right.sum() / shown.sum()) if shown.any() else np.nan
        else:
            attained = float((right.sum(axis=1)[some] / self.assigned.sum(axis=1)[some]).mean())
        self.promises.append(
            PromiseResult(
                self.budget,
                self.seed,
                kind,
                wanted,
                threshold is not None,
                attained,
                int(shown.sum()),
                float(shown.any(axis=1).mean()),
            )
        )

    def _learning(self, decided: Bools, score: Floats) -> None:
        number = np.unique(self.document[self.rows], return_inverse=True)[1]
        counts = []
        for cells in (decided & self.assigned, decided, self.assigned):
            table = np.zeros((int(number.max()) + 1, cells.shape[1]))
            np.add.at(table, number, cells)
            counts.append(table)
        bounds = cluster_bounds(_f1_of_counts, counts)
        f1, each = code_f1(decided, self.assigned), average_precision(score, self.assigned)
        for code, text in enumerate(self.train.codebook):
            self.codes.append(
                CodeResult(
                    self.budget,
                    self.seed,
                    text.id,
                    int(self.examples[code]),
                    int(self.assigned[:, code].sum()),
                    float(f1[code]),
                    float(bounds.low[code]),
                    float(bounds.high[code]),
                    float(each[code]),
                )
            )


def _f1_of_counts(both: Floats, decided: Floats, assigned: Floats) -> Floats:
    total = decided + assigned
    return np.where(assigned > 0, 2 * both / np.where(total > 0, total, 1), np.nan)


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else np.nan
