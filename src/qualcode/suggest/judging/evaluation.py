"""Evaluation that cannot flatter: documents unseen, copies removed, baselines beside it, promises checked.

A suggester is judged as it will be used: it reads all of a project's text, learns from some documents, and
proposes for others. Baselines run on the same splits, and uncoded segments stay in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from qualcode.errors import SuggestionError
from qualcode.stats.uncertainty.resampling import cluster_bounds
from qualcode.suggest.bench.coded_texts import CodedTexts, group_numbers
from qualcode.suggest.bench.protocols import ScoringSuggester
from qualcode.suggest.bench.scoring import calibrate
from qualcode.suggest.bench.texts import Encoded, TextSpace
from qualcode.suggest.bench.trust import Trust, best_f1_cuts, rank_codes
from qualcode.suggest.judging.baselines import BASELINES, Baseline
from qualcode.suggest.judging.metrics import (
    average_precision,
    calibration_error,
    code_f1,
    precision_at_1,
    recall_at_3,
)
from qualcode.suggest.judging.results import CodeResult, Evaluation, PromiseResult, Result
from qualcode.suggest.judging.splits import Split, make_split, near_duplicates
from qualcode.suggest.stacker.fitting import quoted_rows
from qualcode.suggest.stacker.stacker import SharedStacker

__all__ = ["evaluate", "evaluate_fitted"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SUGGESTER = "suggester"
_TOP = 3
# Parts of what was learned from, to see how a baseline's scores carry over.
_FOLDS = 5


def evaluate(
    data: CodedTexts,
    *,
    budgets: Sequence[str] = ("s100", "s200", "s500", "s1000", "k10"),
    seeds: Sequence[int] = range(5),
    suggester: ScoringSuggester | None = None,
    baselines: Mapping[str, Baseline] = BASELINES,
    precisions: Sequence[float] = (0.6, 0.7, 0.8, 0.9),
    recalls: Sequence[float] = (0.8, 0.9),
    max_test: int = 2000,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """Judge a suggester on documents it has not learned from, beside baselines.

    Parameters
    ----------
    data : CodedTexts
        Everything that was coded; text that was not is read and not judged on.
    budgets : sequence of str
        How much is coded: see `qualcode.suggest.judging.splits.make_split`.
    seeds : sequence of int
        Which splits.
    suggester : ScoringSuggester, optional
        What is judged, and fitted anew for each split; by default a `SharedStacker`.
    baselines : mapping of str to callable
        What to compare with.
    precisions, recalls : sequence of float
        The promises to check.
    max_test : int, default 2000
        Judge on so many segments a split at the most.
    progress : callable, optional
        Called with how many splits are done, and of how many.
    """
    model = SharedStacker() if suggester is None else suggester
    _, encoded = TextSpace.fit(data.texts, ())
    quoted = quoted_rows(data)
    results: list[Result] = []
    promises: list[PromiseResult] = []
    codes: list[CodeResult] = []
    best: dict[str, list[Floats]] = {budget: [] for budget in budgets}
    done = 0
    for budget in budgets:
        for seed in seeds:
            split = make_split(data, budget, max_test=max_test, random_state=seed)
            kept = np.flatnonzero(split.read)
            run = _Run.of(
                data.rows(kept), split.of(kept), budget, seed, encoded.rows(kept), quoted[kept]
            )
            if run.reason is None:
                model.fit(run.train)
                run.suggester(model, precisions, recalls)
                run.baselines(baselines)
                results += run.results
                promises += run.promises
                codes += run.codes
                best[budget].append(run.best)
            else:
                results.append(Result(method=SUGGESTER, values={}, reason=run.reason, **run.about))
            done += 1
            if progress is not None:
                progress(done, len(budgets) * len(seeds))
    pooled = {
        budget: np.hstack(parts) if parts else np.empty((2, 0)) for budget, parts in best.items()
    }
    return Evaluation(tuple(results), tuple(promises), tuple(codes), pooled)


def evaluate_fitted(
    model: ScoringSuggester,
    data: CodedTexts,
    *,
    learned: Collection[str],
    judged: Collection[str],
    baselines: Mapping[str, Baseline] = BASELINES,
    precisions: Sequence[float] = (0.6, 0.7, 0.8, 0.9),
    recalls: Sequence[float] = (0.8, 0.9),
) -> Evaluation:
    """Judge a suggester as it is, on segments of documents that it has not learned from.

    Parameters
    ----------
    model : ScoringSuggester
        A fitted suggester.
    data : CodedTexts
        What it learned from, and what it is judged on.
    learned, judged : collection of str
        The documents that it learned from, as the baselines do then, and those to judge on.
    baselines, precisions, recalls
        As for `evaluate`.

    Raises
    ------
    SuggestionError
        When a document is on both sides, or nothing was coded in those to judge on.
    """
    if both := sorted(set(learned) & set(judged)):
        raise SuggestionError(
            f"{len(both)} of the documents to judge on were learned from ({', '.join(both[:3])}): a score "
            "on what was learned says nothing. Judge on other documents, or without documents=…, on splits"
        )
    train = data.coded & np.isin(data.documents, list(learned))
    test = data.coded & np.isin(data.documents, list(judged))
    if not test.any():
        raise SuggestionError("nobody coded the documents to judge on: there is nothing to compare")
    _, encoded = TextSpace.fit(data.texts, ())
    shown = data.hide(data.coded & ~train & ~test)
    run = _Run.of(shown, Split(train, test), "as fitted", 0, encoded, quoted_rows(data))
    if run.reason is not None:
        raise SuggestionError(f"there is nothing to judge on: {run.reason}")
    run.suggester(model, precisions, recalls)
    run.baselines(baselines)
    return Evaluation(
        tuple(run.results), tuple(run.promises), tuple(run.codes), {"as fitted": run.best}
    )


class _Run:
    """One split, and what each method did on it."""

    @classmethod
    def of(
        cls, data: CodedTexts, split: Split, budget: str, seed: int, encoded: Encoded, quoted: Bools
    ) -> _Run:
        """Return the run of a split, the copies of what was learned left out of judging."""
        copies = near_duplicates(encoded, split.train, split.test)
        left = split.test & ~copies
        reason = split.reason
        if reason is None and not left.any():
            reason = f"all of the {int(split.test.sum())} segments to judge on copy learned ones"
        judged = evolve(split, test=left, reason=reason)
        return cls(data, judged, budget, seed, int(copies.sum()), int(quoted[judged.test].sum()))

    def __init__(
        self,
        data: CodedTexts,
        split: Split,
        budget: str,
        seed: int,
        n_duplicates: int,
        n_quoted: int,
    ) -> None:
        self.budget, self.seed, self.reason = budget, seed, split.reason
        train = data.hide(~split.train)
        # Exemplars are picked, also where documents are single segments.
        self.train = train if split.whole else train.picked()
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

    def baselines(self, baselines: Mapping[str, Baseline]) -> None:
        for name, baseline in baselines.items():
            score, decided = baseline(self.train, self.texts)
            if decided is None:
                decided = self._decide(_calibrated(baseline, self.train)(score))
            self._add(name, score, decided, None)

    def _decide(self, probability: Floats) -> Bools:
        """Return what is decided by cuts with the best expected F1, the same rule for every method.

        Each half of the documents is decided about by cuts from the other half: a cut is never chosen on
        what is judged by it.
        """
        number = group_numbers(self.document[self.rows].tolist())
        # Of a single document, one half of the text.
        halves = number % 2 if number.max() else np.arange(number.size) * 2 // number.size
        decided = np.zeros(probability.shape, bool)
        for half in (0, 1):
            own, other = halves == half, halves != half
            if own.any():
                chosen_on = probability[other if other.any() else own]
                decided[own] = probability[own] >= best_f1_cuts(chosen_on)
        return decided & (probability > 0)

    def suggester(
        self, model: ScoringSuggester, precisions: Sequence[float], recalls: Sequence[float]
    ) -> None:
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
        decided = self._decide(probability)
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
        low, high = np.clip(bounds.low, 0, 1), np.clip(bounds.high, 0, 1)
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
                    float(low[code]),
                    float(high[code]),
                    float(each[code]),
                )
            )


def _calibrated(baseline: Baseline, data: CodedTexts) -> Callable[[Floats], Floats]:
    """Return what makes probabilities of a baseline's scores, learned on documents that it is kept from."""
    rows = np.flatnonzero(data.coded)
    document = group_numbers(data.document[rows].tolist())
    n = int(document.max(initial=-1)) + 1
    if n < 2:
        return lambda score: score
    left_out = np.zeros((rows.size, len(data.codebook)))
    for fold in range(min(_FOLDS, n)):
        own = document % min(_FOLDS, n) == fold
        left_out[own] = baseline(data.hide(rows[own]), [data.texts[i] for i in rows[own]])[0]
    assigned = np.asarray(data.assigned[rows].toarray(), bool)
    return calibrate(Trust(left_out, assigned, document, rows))


def _f1_of_counts(both: Floats, decided: Floats, assigned: Floats) -> Floats:
    total = decided + assigned
    return np.where(assigned > 0, 2 * both / np.where(total > 0, total, 1), np.nan)


def _mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else np.nan
