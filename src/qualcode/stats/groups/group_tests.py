"""Tests of a crosstab: whether the share of units that carry a code is the same in all groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import shown
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_confidence, check_one_of
from qualcode.stats.counting.belonging import Cluster
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.groups.clustered_tables import (
    Tests,
    chi_squared_tests,
    ratio_bounds,
    strength_bounds,
)
from qualcode.stats.groups.grouped_units import (
    GroupedUnits,
    grouped_units,
    share_columns,
    shares_of,
)
from qualcode.stats.pairs.exact_tests import false_discovery, family_wise, fisher_exact
from qualcode.stats.uncertainty.intervals import Bounds

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Contrast", "Correction", "GroupTests", "group_tests"]

Floats: TypeAlias = NDArray[np.float64]
Correction: TypeAlias = Literal["holm", "bh", "by", "none"]
"""How p-values are adjusted for being many: Holm, Benjamini and Hochberg or Yekutieli, or not."""
Test: TypeAlias = Literal["rao-scott", "fisher", "pearson"]


def adjusted_for(p: Floats, correction: Correction) -> Floats:
    """Return p-values adjusted for being many."""
    check_one_of(correction, get_args(Correction), what="correction")
    if correction == "none":
        return p.copy()
    return family_wise(p) if correction == "holm" else false_discovery(p, method=correction)


@attrs.frozen(eq=False)
class Contrast(ByValue):
    """The shares of one group against those of another, for each code.

    Parameters
    ----------
    group, reference : Value
        The groups.
    difference, ratio : array of float
        The share in the group less that in the reference, and over it; NaN where there is none.
    difference_bounds, ratio_bounds : Bounds
        Their intervals, by whole clusters.
    """

    group: Value
    reference: Value
    difference: Floats
    difference_bounds: Bounds
    ratio: Floats
    ratio_bounds: Bounds


@attrs.frozen(eq=False)
class GroupTests(CountedResult):
    """For each code, theme or domain, whether groups differ in the share of units that carry it.

    Parameters
    ----------
    state : State
        What was counted.
    by, unit, level : str
        The variable; what a unit is; which nodes.
    rollup : Rollup
        Along which the nodes are.
    nodes : tuple of Node
        The codes, themes or domains tested.
    groups : tuple
        The values of the variable, in order.
    counts, units : array of int64, groups × nodes, and groups
        Units that carry each node, and all units.
    test : {"rao-scott", "fisher", "pearson"}
        Which test `p` is of.
    tests : Tests
        Rao and Scott's, and Pearson's χ², of each node.
    p, adjusted : array of float
        Of each node, and adjusted by `correction`; NaN where `reason` says why.
    reason : array of str
        Why there is no p; empty where there is one.
    strength : array of float
        Cramér's V.
    strength_bounds : Bounds
        Its intervals, by whole clusters.
    contrasts : tuple of Contrast
        Each other group against the reference.
    correction : {"holm", "bh", "by", "none"}
        How p-values were adjusted.
    cluster : {"document", "case"}
        What was taken for independent.
    n_clusters : int
        How many of these there are.
    left_out : int
        How many documents (or cases, where these are the units) have no value of the variable.
    """

    _figure = "qualcode.report.plot.group_lines:group_tests"

    state: State = attrs.field(repr=False)
    by: str
    unit: str
    level: str
    rollup: Rollup = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    groups: tuple[Value, ...]
    counts: NDArray[np.int64] = attrs.field(repr=False)
    units: NDArray[np.int64] = attrs.field(repr=False)
    test: Test
    tests: Tests = attrs.field(repr=False)
    p: Floats = attrs.field(repr=False)
    adjusted: Floats = attrs.field(repr=False)
    reason: NDArray[np.object_] = attrs.field(repr=False)
    strength: Floats = attrs.field(repr=False)
    strength_bounds: Bounds = attrs.field(repr=False)
    contrasts: tuple[Contrast, ...] = attrs.field(repr=False)
    correction: Correction
    cluster: Literal["document", "case"]
    n_clusters: int
    left_out: int

    @property
    def _print_title(self) -> str:
        return f"Whether {self.level}s are as widespread in each group of {self.by}, by {self.unit}"

    @property
    def shares(self) -> Floats:
        """The share of units that carry each node in each group, groups × nodes."""
        return shares_of(self.counts, self.units)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each node, the least likely by chance first.

        Columns: id, name; for each group, such as ``site=north``, the share there; p, adjusted, statistic
        and df (of F, by Rao and Scott), pearson (χ², if units were independent), v (Cramér's) with v_low and
        v_high; with two groups also difference, low, high, ratio, ratio_low and ratio_high; reason.
        """
        import pandas as pd

        frame = pd.DataFrame(
            {
                **share_columns(self.by, self.nodes, self.groups, self.shares),
                "p": self.p,
                "adjusted": self.adjusted,
                "statistic": self.tests.statistic,
                "df": self.tests.df,
                "pearson": self.tests.naive,
                "v": self.strength,
                "v_low": self.strength_bounds.low,
                "v_high": self.strength_bounds.high,
                **(_contrast_columns(self.contrasts[0]) if len(self.contrasts) == 1 else {}),
                "reason": self.reason,
            }
        )
        return frame.sort_values(["p", "v", "id"], ascending=[True, False, True], ignore_index=True)

    def contrasts_frame(self) -> pd.DataFrame:
        """Return a row for each node and group but the reference.

        Columns: id, name, group, reference, difference, low, high, ratio, ratio_low, ratio_high, and
        reason and ratio_reason (why an interval is undefined).
        """
        import pandas as pd

        return pd.concat(
            [
                pd.DataFrame(
                    {
                        "id": [node.id for node in self.nodes],
                        "name": [node.name for node in self.nodes],
                        "group": each.group,
                        "reference": each.reference,
                        **_contrast_columns(each),
                        "reason": each.difference_bounds.reason,
                        "ratio_reason": each.ratio_bounds.reason,
                    }
                )
                for each in self.contrasts
            ],
            ignore_index=True,
        )


def _contrast_columns(each: Contrast) -> dict[str, Floats]:
    return {
        "difference": each.difference,
        "low": each.difference_bounds.low,
        "high": each.difference_bounds.high,
        "ratio": each.ratio,
        "ratio_low": each.ratio_bounds.low,
        "ratio_high": each.ratio_bounds.high,
    }


@question()
def group_tests(
    state: State,
    by: str,
    *,
    unit: Unit = "document",
    level: str = "code",
    rollup: str | Rollup | None = None,
    reference: Value | None = None,
    test: Test | None = None,
    correction: Correction = "holm",
    cluster: Cluster = "document",
    coders: str | Iterable[str] | None = None,
    confidence: float = 0.95,
) -> GroupTests:
    """Test whether the share of units that carry each node is the same in all groups.

    Parameters
    ----------
    state : State
        The project's content.
    by : str
        A variable of documents or cases, or as for `qualcode.stats.counting.crosstab` ``"speaker"``,
        ``"role"`` and so on. What has no value of it is left out.
    unit : str, regular expression or callable, default "document"
        As for `qualcode.stats.prevalence`.
    level : {"code", "theme", "domain"}, default "code"
        Which nodes.
    rollup : str or Rollup, optional
        For themes and domains.
    reference : value of the variable, optional
        The group that others are set against in differences and ratios; the first when not given.
    test : {"rao-scott", "fisher", "pearson"}, optional
        Rao and Scott's χ², which takes whole documents for independent; or, where every document is one
        unit, Fisher's exact test of two groups, or Pearson's χ². Fisher's where it can be, and else Rao and
        Scott's, when not given.
    correction : {"holm", "bh", "by", "none"}, default "holm"
        How p-values are adjusted over the nodes: Holm's keeps the chance of any false one, ``"bh"``
        (Benjamini and Hochberg) and ``"by"`` (and Yekutieli) the share of false ones.
    cluster : {"document", "case"} or iterable of str, default "document"
        What belongs together: each document; all documents of a case; or those of the cases named, such as
        participants who were interviewed in several waves. Documents that have the variable from their case
        are together in any event.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    confidence : float, default 0.95
        The level of the intervals.

    Raises
    ------
    StatisticsError
        When nothing has the variable, there is one group only, or a test does not suit the units.

    References
    ----------
    Rao and Scott 1984, doi:10.1214/aos/1176346391; Thomas and Rao 1987,
    doi:10.1080/01621459.1987.10478475; Holm 1979.
    """
    confidence = check_confidence(confidence)
    check_one_of(correction, get_args(Correction), what="correction")
    found = grouped_units(
        state, by, unit=unit, level=level, rollup=rollup, coders=coders, cluster=cluster
    )
    against = _reference(found, by, reference)
    carrying, units = found.carrying.astype(float), found.units.astype(float)
    tests = chi_squared_tests(carrying, units)
    chosen = _test(found, test)
    p, reason = tests.p, tests.reason
    if chosen != "rao-scott":
        reason = np.where(np.isnan(tests.naive_p), tests.reason, "")
        p = tests.naive_p if chosen == "pearson" else _fisher(found, reason)
    strength, bounds = strength_bounds(carrying, units, confidence)
    contrasts = tuple(
        Contrast(
            found.groups[at],
            found.groups[against],
            *ratio_bounds(carrying, units, at, against, confidence),
        )
        for at in range(len(found.groups))
        if at != against
    )
    return GroupTests(
        found.state, by, unit_name(unit), level, found.rollup, found.nodes, found.groups,
        found.carrying.sum(axis=0), found.units.sum(axis=0), chosen, tests, p,
        adjusted_for(p, correction), reason, strength, bounds, contrasts, correction, found.cluster,
        len(found.units), found.left_out,
    )  # fmt: skip


def _reference(found: GroupedUnits, by: str, reference: Value | None) -> int:
    if reference is None:
        return 0
    if reference not in found.groups:
        raise StatisticsError(
            f"reference={shown(reference)}: the groups of {by!r} are {list(found.groups)!r}"
        )
    return found.groups.index(reference)


def _test(found: GroupedUnits, test: object) -> Test:
    """Return the test that was asked for, or the one that suits."""
    single = bool((found.units.sum(axis=1) <= 1).all())
    two = len(found.groups) == 2
    if test is None:
        return "fisher" if single and two else "rao-scott"
    chosen: Test = check_one_of(test, get_args(Test), what="test")
    if chosen != "rao-scott" and not single:
        raise StatisticsError(
            f"test={chosen!r} takes units for independent, and here those of a {found.cluster} belong "
            "together: use test='rao-scott', or group_differences, which regroups whole documents"
        )
    if chosen == "fisher" and not two:
        raise StatisticsError(
            f"test='fisher' compares two groups, and there are {len(found.groups)}: use test='pearson'"
        )
    return chosen


def _fisher(found: GroupedUnits, reason: Any) -> Floats:
    counts, units = found.carrying.sum(axis=0), found.units.sum(axis=0)
    p = fisher_exact(counts[0], np.full(counts.shape[1], units[0]), counts.sum(axis=0), units.sum())
    return np.where(reason == "", p, np.nan)
