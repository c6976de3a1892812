"""The description of how good a suggester was: what was judged, on what, beside what."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from qualcode.model.readable import many
from qualcode.report.describing.references import EFRON_STEIN_1981, KISH_1965
from qualcode.report.describing.units import cut_unit
from qualcode.report.describing.wording import (
    Description,
    describe,
    listed,
    number,
    per_cent,
    who_counted,
)
from qualcode.stats.agreement import MEASURES
from qualcode.suggest.judging.curve import CURVES, FAR, LearningCurve
from qualcode.suggest.judging.human import BesideHumans, Estimate
from qualcode.suggest.judging.project_evaluation import MARKED, JudgedOn, SuggesterEvaluation
from qualcode.suggest.judging.results import Evaluation, PromiseResult, Result

__all__ = ["ANGELOPOULOS_2024", "CLOPPER_PEARSON_1934", "LEARNING_SOFTWARE", "PEDREGOSA_2011"]

ANGELOPOULOS_2024 = (
    "Angelopoulos, Bates, Fisch, Lei and Schuster (2024), Conformal risk control, ICLR, "
    "doi:10.48550/arXiv.2208.02814"
)
CLOPPER_PEARSON_1934 = (
    "Clopper and Pearson (1934), The use of confidence or fiducial limits illustrated in the case of "
    "the binomial, Biometrika 26, doi:10.1093/biomet/26.4.404"
)
GUO_2017 = (
    "Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks, ICML, "
    "doi:10.48550/arXiv.1706.04599"
)
FIGUEROA_2012 = (
    "Figueroa, Zeng-Treitler, Kandula and Ngo (2012), Predicting sample size required for classification "
    "performance, BMC Medical Informatics and Decision Making 12, doi:10.1186/1472-6947-12-8"
)
HOLT_SMITH_1979 = (
    "Holt and Smith (1979), Post stratification, Journal of the Royal Statistical Society A 142, "
    "doi:10.2307/2344652"
)
PEDREGOSA_2011 = (
    "Pedregosa and others (2011), Scikit-learn: machine learning in Python, Journal of Machine "
    "Learning Research 12, https://jmlr.org/papers/v12/pedregosa11a.html"
)
YE_2012 = (
    "Ye, Chai, Lee and Chieu (2012), Optimizing F-measures: a tale of two approaches, ICML, "
    "doi:10.48550/arXiv.1206.4625"
)
LEARNING_SOFTWARE = ("scikit-learn", "NumPy")
_RESTS_ON = {
    "precision": "the lower 95 % Clopper–Pearson bound on documents left out, the evidence divided by "
    "the design effect of documents",
    "recall": "conformal risk control on documents left out, which holds on average and not for each "
    "sample of documents",
}
_CITED = {
    "precision": (CLOPPER_PEARSON_1934, KISH_1965),
    "recall": (ANGELOPOULOS_2024, KISH_1965),
}


@describe.register
def _evaluation(result: SuggesterEvaluation) -> Description:
    own, on = result.by_unit[result.unit], result.on
    how = "" if on.judged is None else "as it was, "
    agreement, anchoring = result.agreement, result.anchoring
    return Description(
        (
            f"The suggester “{result.suggester}” ({on.model}) was judged {how}on documents that it had "
            f"not learned from, of the project “{on.project}” with the codebook as of revision "
            f"{on.revision}.",
            *_decisions(result.unit, on),
            _splits(own) if on.judged is None else _as_it_was(own, on, on.judged),
            _left_out(own),
            "Macro-F1 is the mean of F1 over codes, a code being decided for from the probability with "
            "the highest expected F1; P@1 is the share of units with a code whose best suggestion was "
            "right.",
            *(_scores(unit, found, result.unit) for unit, found in result.by_unit.items()),
            _calibration(own),
            *(_promises(kind, own.promises) for kind in _kinds(own)),
            *_agreement(agreement, result.reasons.get("agreement")),
            f"Nothing is known of anchoring: {result.reasons['anchoring']}."
            if anchoring is None
            else str(anchoring),
        ),
        [
            YE_2012,
            *([GUO_2017] if any(_errors(own, budget) for budget in _budgets(own)) else []),
            *(reference for kind in _kinds(own) for reference in _CITED[kind]),
            *([] if agreement is None else [str(MEASURES["krippendorff_alpha"].reference)]),
            *([] if agreement is None and anchoring is None else [EFRON_STEIN_1981]),
            *([] if anchoring is None else [HOLT_SMITH_1979]),
            PEDREGOSA_2011,
        ],
        LEARNING_SOFTWARE,
    )


@describe.register
def _curve(result: LearningCurve) -> Description:
    n, value = result.n, result.value
    level, low, high = result.level, *np.quantile(result.draws[:, 0], [0.025, 0.975])
    measured = listed(f"{y:.2f} with {x:,.0f}" for x, y in zip(n, value, strict=True))
    errors = (
        "" if result.misfit == 1 else f" and enlarged {result.misfit:.1f} times for lack of fit"
    )
    return Description(
        (
            f"To see how much coding is needed, an inverse power law of the number n of coded units, "
            f"a − b·n^−c, was fitted to {CURVES.get(result.measure, result.measure)} on documents left out: "
            f"{measured} units, as means over {many(len(result.quality), 'random split')} of documents.",
            f"It was fitted by least squares weighted by the precision of each mean: a = {level:.2f}, "
            f"b = {result.gap:.3g}, c = {result.decay:.2f}. Uncertainty is that of splits, drawn "
            f"{len(result.draws):,} times with all budgets of a split together and the tails of the t "
            f"distribution{errors}; the level a has the 95 % interval {min(low, level):.2f} to "
            f"{max(high, level):.2f}.",
            f"Where the curve was followed beyond {n[-1]:,.0f} units it is an extrapolation, and beyond "
            f"{FAR} times as many no more than a guess.",
        ),
        [FIGUEROA_2012],
        ("NumPy",),
    )


# What it was judged on


def _decisions(unit: str, on: JudgedOn) -> Iterator[str]:
    what = "a stretch of text that anybody had marked" if unit == MARKED else cut_unit(unit)
    one = "; a unit had a code when any of them had given it" if len(on.coders) > 1 else ""
    codes = many(len(on.codes), "code")
    named = f"{codes} ({listed(on.codes, most=12)})" if on.chosen else f"all {codes}"
    yield (
        f"A unit was {what}. The decisions were those of {many(len(on.coders), 'coder')} "
        f"({listed(on.coders, most=8)}) on {many(on.decided[unit], 'unit')} and {named}{one}. "
        "Assignments that were made of suggestions did not count."
    )
    yield who_counted(on.counted)
    if on.complete_from == "finished":
        yield (
            "A document that one of them had marked as finished counted as coded from beginning to end: "
            "a unit without a code was a decision there."
        )
    elif on.complete is None:
        yield (
            "A document in which they had assigned anything else counted as coded from beginning to "
            "end: a unit without a code was a decision there."
        )
    else:
        yield (
            "Which documents had been coded from beginning to end, so that a unit without a code was a "
            f"decision, was stated ({listed(on.complete, most=12)})."
        )
    if on.without_speakers:
        yield f"The words of {listed(on.without_speakers, most=8)} were left out."


def _splits(own: Evaluation) -> str:
    budgets, seeds = _budgets(own), _seeds(own)
    ways = []
    for kind, way in (
        ("s", "whole documents in random order until {} units were coded"),
        ("k", "units of 70 % of the documents until each code had {} examples"),
    ):
        amounts = [name[1:] for name in budgets if name.startswith(kind)]
        if amounts:
            names = listed(kind + amount for amount in amounts)
            ways.append(f"from {way.format(listed(amounts).replace(' and ', ' or '))} ({names})")
    seeded = f"seed{'s' if len(seeds) > 1 else ''} {listed(seeds, most=10)}"
    text = (
        f"It learned {', and '.join(ways)}, and was judged on the other documents, in "
        f"{many(len(seeds), 'random split')} of documents for each ({seeded})."
    )
    failed = [each for each in own.results if not each.values]
    if failed:
        where = listed(dict.fromkeys(each.budget for each in failed))
        text += (
            f" In {many(len(failed), 'split')} ({where}) nothing was judged: {failed[0].reason}."
        )
    return text


def _as_it_was(own: Evaluation, on: JudgedOn, judged: Sequence[str]) -> str:
    first = own.results[0]
    return (
        f"It had learned from {many(first.n_train, 'unit')} of {many(len(on.learned), 'document')}, and "
        f"was judged on {many(first.n_test, 'unit')} of {many(len(judged), 'other document')} "
        f"({listed(judged, most=12)})."
    )


def _left_out(own: Evaluation) -> str:
    found = _own(own)
    if not found:
        return ""
    copies = _range([each.n_duplicates for each in found])
    quoted = _range([each.n_quoted for each in found])
    names = _methods(own)[1:]
    beside = f"The baselines, judged alike, were {listed(names)}." if names else ""
    return (
        f"Units all but the same as one learned from were left out of judging ({copies} in a split); "
        f"units that the codebook quotes stayed in ({quoted}). {beside}"
    ).rstrip()


def _range(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


# What was found


def _scores(unit: str, found: Evaluation, own_unit: str) -> str:
    budgets = [name for name in _budgets(found) if _own(found, name)]
    if not budgets:
        return ""
    budget = ([name for name in budgets if not name.startswith("k")] or budgets)[-1]
    splits = _own(found, budget)
    learned = np.mean([each.n_train for each in splits])
    judged = np.mean([each.n_test for each in splits])
    where = "With" if unit == own_unit else "By the stretches that people had marked, with"
    mean = f", means over {many(len(splits), 'split')}" if len(splits) > 1 else ""
    return (
        f"{where} {learned:,.0f} units learned from and {judged:,.0f} judged on ({budget}{mean}), "
        f"macro-F1 was {_beside_baselines(found, budget, 'macro_f1')}, and P@1 "
        f"{_beside_baselines(found, budget, 'precision_at_1')}."
    )


def _beside_baselines(found: Evaluation, budget: str, measure: str) -> str:
    """Return a measure with its range over splits, and that of the best baseline."""
    own, *others = ((method, _values(found, method, budget, measure)) for method in _methods(found))
    if not own[1]:
        return "undefined"
    text = number(float(np.mean(own[1])))
    if len(own[1]) > 1:
        text += f" ({number(min(own[1]))} to {number(max(own[1]))})"
    known = [(float(np.mean(values)), method) for method, values in others if values]
    if known:
        best, method = max(known)
        text += f" against {number(best)} of the best baseline ({method})"
    return text


def _calibration(own: Evaluation) -> str:
    errors = {budget: _errors(own, budget) for budget in _budgets(own) if _own(own, budget)}
    said = [
        f"{number(float(np.mean(found)))} ({budget})" for budget, found in errors.items() if found
    ]
    text = ""
    if said:
        text = f"The expected calibration error of the best code, in ten bins, was {listed(said)}."
    silent = [budget for budget, found in errors.items() if not found]
    if silent:
        reason = next((each.reason for each in _own(own, silent[0]) if each.reason), "not told why")
        where = f" with {listed(silent)}" if said or len(silent) > 1 else ""
        why = reason.removeprefix("ranks only: ")
        text += f" There were ranks and no probabilities{where} (in the first split: {why})."
    return text.strip()


def _promises(kind: str, promises: Sequence[PromiseResult]) -> str:
    of: dict[float, list[PromiseResult]] = {}
    for each in promises:
        if each.kind == kind:
            of.setdefault(each.wanted, []).append(each)
    said, never = [], []
    for wanted, splits in of.items():
        given = [each for each in splits if each.given]
        if not given:
            never.append(per_cent(wanted))
            continue
        broken = sum(each.broken for each in given)
        reached = [each.attained for each in given if not math.isnan(each.attained)]
        text = f"{per_cent(wanted)}, made in {len(given):,} of {many(len(splits), 'split')}, broken in "
        text += f"{broken:,}"
        said.append(f"{text}, {per_cent(float(np.mean(reached)))} on average" if reached else text)
    if never:
        said.append(f"{listed(never)}, never made")
    return f"Promises of {kind}, resting on {_RESTS_ON[kind]}, were checked: {'; '.join(said)}."


def _agreement(found: BesideHumans | None, reason: str | None) -> Iterator[str]:
    if found is None:
        yield f"The agreement of people was not set beside it: {reason}."
        return
    overall, level = found.overall, per_cent(found.confidence)
    alone = found.reason is not None
    who = f"{many(len(found.coders), 'person', 'people')} ({listed(found.coders, most=8)})"
    decided = "people" if alone else "at least two of them"
    yield (
        f"Agreement was looked at between {who} and the suggester, which decided from other documents "
        f"only, on the {many(overall.n_segments, 'unit')} of {many(overall.n_documents, 'document')} "
        f"that {decided} had decided about. The measure was Krippendorff's α of two, each pair of a "
        f"unit and a code being one decision, as the mean over pairs, with a {level} jackknife interval "
        "over documents, for α on Fisher's z scale."
    )
    if alone:
        yield f"People could not be compared: {found.reason}."
        yield f"It was {_estimate(overall.model)} between the suggester and a person."
        return
    yield (
        f"It was {_estimate(overall.human)} between two people and {_estimate(overall.model)} between "
        f"the suggester and a person; the difference was {_estimate(overall.difference)}."
    )


def _estimate(found: Estimate) -> str:
    if found.value is None:
        return f"undefined ({found.reason})"
    if found.low is None or found.high is None:
        return f"{number(found.value)} (no interval: {found.reason})"
    return f"{number(found.value)} ({number(found.low)} to {number(found.high)})"


# Reading results


def _methods(found: Evaluation) -> list[str]:
    """Return the suggester, and the baselines after it."""
    return list(dict.fromkeys(each.method for each in found.results))


def _budgets(found: Evaluation) -> list[str]:
    return list(dict.fromkeys(each.budget for each in found.results))


def _seeds(found: Evaluation) -> list[int]:
    return list(dict.fromkeys(each.seed for each in found.results))


def _kinds(found: Evaluation) -> list[str]:
    return list(dict.fromkeys(each.kind for each in found.promises))


def _own(found: Evaluation, budget: str | None = None) -> list[Result]:
    """Return the suggester's results, of one budget or of all, where there are any."""
    own = _methods(found)[0]
    return [
        each
        for each in found.results
        if each.method == own and each.values and budget in (None, each.budget)
    ]


def _values(found: Evaluation, method: str, budget: str, measure: str) -> list[float]:
    return [
        each.values[measure]
        for each in found.results
        if (each.method, each.budget) == (method, budget)
        and not math.isnan(each.values.get(measure, math.nan))
    ]


def _errors(found: Evaluation, budget: str) -> list[float]:
    return _values(found, _methods(found)[0], budget, "calibration_error")
