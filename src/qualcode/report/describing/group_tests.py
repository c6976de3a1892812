"""Descriptions of tests of groups and of trends along them."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from qualcode.model.readable import many
from qualcode.report.describing.inference import RATES, RATES_REFERENCE, left_out, number_tested
from qualcode.report.describing.intervals import interval_method, interval_references
from qualcode.report.describing.references import (
    ARMITAGE_1955,
    COCHRAN_1954,
    CRAMER_1946,
    HOLM_1979,
    LIANG_ZEGER_1986,
    MCNEMAR_1947,
    RAO_SCOTT_1984,
    THOMAS_RAO_1987,
)
from qualcode.report.describing.units import along, cut_unit
from qualcode.report.describing.wording import (
    Description,
    describe,
    each_group,
    listed,
    material,
    number,
    per_cent,
    unresolved,
)
from qualcode.stats.groups.following import Trajectories
from qualcode.stats.groups.group_tests import Correction, GroupTests
from qualcode.stats.groups.trends import Trends

__all__: list[str] = []

_TESTS = {
    "rao-scott": (
        "Pearson's χ² with Rao and Scott's correction of the second order, divided by the trace of the "
        "generalised design effects that whole {cluster}s show and compared with F",
        (RAO_SCOTT_1984, THOMAS_RAO_1987),
    ),
    "fisher": ("Fisher's exact test, two-sided, each {cluster} being one unit", ()),
    "pearson": ("Pearson's χ², each {cluster} being one unit", ()),
}


@describe.register
def _group_tests(result: GroupTests) -> Description:
    how, references = _TESTS[result.test]
    made, reference = result.contrasts[0].difference_bounds, result.contrasts[0].reference
    others = "the other group" if len(result.contrasts) == 1 else "each other group"
    return Description(
        (
            "Whether the share of units that carried it was the same in "
            f"{each_group(result.state, result.by)} ({_sizes(result)}) was tested for "
            f"{_tested(result, result.reason)}.",
            f"A unit was {cut_unit(result.unit)}.",
            f"The test was {how.format(cluster=result.cluster)}; {_clusters(result)}.",
            corrected(result.correction),
            f"Beside it stand Cramér's V and, of shares in {others} against those of {reference}, "
            f"differences and ratios, with {per_cent(made.confidence)} intervals "
            f"({interval_method(made, result.cluster)}; of ratios, on a logarithmic scale).",
            left_out(result.reason, "test"),
            unknown(result),
            material(result.state),
            unresolved(result.state),
        ),
        [
            *references, CRAMER_1946, *_correction_references(result.correction),
            *interval_references("jackknife"),
        ],
    )  # fmt: skip


@describe.register
def _trends(result: Trends) -> Description:
    steps = listed(
        f"{group}: {number(step, 0 if float(step).is_integer() else 2)}"
        for group, step in zip(result.groups, result.steps.tolist(), strict=True)
    )
    return Description(
        (
            f"Whether the share of units that carried it went up or down along {result.by} "
            f"({_sizes(result)}; steps {steps}) was tested for {_tested(result, result.tests.reason)}.",
            f"A unit was {cut_unit(result.unit)}.",
            "The test was that of Cochran and Armitage, its statistic being divided by the standard "
            f"deviation that whole {result.cluster}s show and compared with Student's t; "
            f"{_clusters(result)}.",
            corrected(result.correction),
            f"Slopes are changes of the share a step, with {per_cent(result.bounds.confidence)} intervals "
            f"({interval_method(result.bounds, result.cluster)}).",
            left_out(result.tests.reason, "test"),
            unknown(result),
            material(result.state),
            unresolved(result.state),
        ),
        [
            COCHRAN_1954, ARMITAGE_1955, LIANG_ZEGER_1986, *_correction_references(result.correction),
            *interval_references("jackknife"),
        ],
    )  # fmt: skip


@describe.register
def _trajectories(result: Trajectories) -> Description:
    documents = (result.present[:, :, 0] >= 0).sum(axis=1)
    complete = int((documents == len(result.groups)).sum())
    return Description(
        (
            f"{many(len(result.cases), 'case')} with documents in two or more of the values of {result.by} "
            f"({listed(result.groups)}) were followed, {complete:,} of them through all; cases with "
            "documents in one only were left out.",
            f"For each of {many(len(result.nodes), result.level)}{along(result.level, result.rollup)} a case "
            "was taken to say it in a wave where any of its documents of that wave carried it.",
            "Its first wave was compared with its last by McNemar's exact test, a binomial test of the cases "
            "that changed.",
            corrected(result.correction),
            material(result.state),
            unresolved(result.state),
        ),
        [MCNEMAR_1947, *_correction_references(result.correction)],
    )


def _tested(result: GroupTests | Trends, reason: npt.NDArray[Any]) -> str:
    """Return how many nodes were tested, of which rollup."""
    return f"{number_tested(reason, result.level, f'{result.level}s')}{along(result.level, result.rollup)}"


def _sizes(result: GroupTests | Trends) -> str:
    return "; ".join(
        f"{group}: {many(int(size), 'unit')}"
        for group, size in zip(result.groups, result.units.tolist(), strict=True)
    )


def _clusters(result: GroupTests | Trends) -> str:
    """Return how many clusters there were, and what belonged to one."""
    if result.cluster == "document":
        return f"there were {many(result.n_clusters, 'document')}"
    return f"the documents of a case being taken together, there were {many(result.n_clusters, 'cluster')}"


def corrected(correction: Correction) -> str:
    """Return how p-values were adjusted for being many."""
    if correction == "none":
        return "p-values were not adjusted for being many."
    if correction == "holm":
        return "p-values were adjusted for being many by Holm's method."
    return f"{RATES[correction][0].upper()}{RATES[correction][1:]} over those tested."


def _correction_references(correction: Correction) -> tuple[str, ...]:
    if correction == "none":
        return ()
    return (HOLM_1979,) if correction == "holm" else (RATES_REFERENCE[correction],)


def unknown(result: GroupTests | Trends) -> str:
    """Return how many documents or cases had no value of the variable, if some had none."""
    if not result.left_out:
        return ""
    what = "case" if result.unit == "case" else "document"
    were = "was" if result.left_out == 1 else "were"
    return f"{many(result.left_out, what)} without a value of {result.by} {were} left out."
