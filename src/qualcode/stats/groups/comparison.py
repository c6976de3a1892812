"""Whether groups of documents or cases differ in what they say, or in what they say together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_flag
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.stats.arguments import (
    check_count,
    check_one_of,
    check_resamples,
    check_variable,
)
from qualcode.stats.coefficients import Coefficient, CoefficientLike, coefficient
from qualcode.stats.counting.grouping import grouped_clusters
from qualcode.stats.counting.meeting import Meeting
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.groups.differences import GroupDifferences, group_differences
from qualcode.stats.groups.prevalence import carried_units
from qualcode.stats.pairs.cooccurrence import check_meeting, cooccur
from qualcode.stats.uncertainty.resampling import RandomState

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GroupComparison", "compare_groups"]

Longs: TypeAlias = NDArray[np.int64]
Compared: TypeAlias = Literal["prevalence", "cooccurrence"]


@attrs.frozen(eq=False)
class GroupComparison(CountedResult):
    """A statistic of each code or pair by group, and whether chance explains the differences.

    Parameters
    ----------
    state : State
        What was compared.
    statistic : {"prevalence", "cooccurrence"}
        Of what.
    coefficient : Coefficient or None
        The coefficient of association, of pairs.
    unit : str or None
        What a unit is; None where spans meet without any.
    meeting : {"overlap", "contained"} or None
        How spans meet, where they are cut into no units.
    by : str
        The variable.
    labels : tuple
        Ids of the nodes, or pairs of ids.
    differences : GroupDifferences
        The values, their spread and its probability.
    cluster : {"document", "case"}
        What was regrouped as a whole.
    left_out : int
        How many documents (or cases, where these are the units) have no value of the variable.
    rollup : Rollup
        Along which the nodes are.
    level : str
        Which nodes.
    same_coder : bool
        As for `qualcode.stats.cooccur`.
    gap, min_overlap : int, float or None
        As for `qualcode.stats.cooccur`.
    min_count : int
        Pairs that meet less often were left out.
    """

    _says = "How far groups differ, the least likely by chance first"
    _figure = "qualcode.report.plot.differences:group_differences"

    state: State = attrs.field(repr=False)
    statistic: Compared
    coefficient: Coefficient | None
    unit: str | None
    meeting: Meeting | None
    by: str
    labels: tuple[Any, ...] = attrs.field(repr=False)
    differences: GroupDifferences = attrs.field(repr=False)
    cluster: Literal["document", "case"]
    left_out: int
    rollup: Rollup = attrs.field(repr=False)
    level: str
    same_coder: bool
    gap: int | None
    min_overlap: int | float | None
    min_count: int

    @property
    def measure(self) -> str:
        """``"share"``, or the name of the coefficient of association."""
        return "share" if self.coefficient is None else self.coefficient.name

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each node or pair, the least likely by chance first.

        Columns: id, or a and b; for each group, such as ``site=north``, the value there; spread (the
        greatest less the least), p, mc_error (because regroupings were drawn; 0 if all were used), q
        (adjusted over the rows), reason (why there is no p).
        """
        import pandas as pd

        names = ["id"] if self.statistic == "prevalence" else ["a", "b"]
        ids = pd.DataFrame(self.labels, columns=names)
        tested = self.differences.to_frame(by=self.by).drop(columns="label")
        frame = pd.concat([ids, tested], axis=1)
        return frame.sort_values(
            ["p", "spread", *names],
            ascending=[True, False, *(True for _ in names)],
            ignore_index=True,
        )


@question("group_differences")
def compare_groups(
    state: State,
    statistic: Compared = "prevalence",
    *,
    by: str,
    unit: Unit | None = None,
    meeting: Meeting | None = None,
    level: str = "code",
    rollup: str | Rollup | None = None,
    measure: CoefficientLike = "jaccard",
    same_coder: bool = False,
    gap: int | None = None,
    min_overlap: int | float | None = None,
    min_count: int = 1,
    coders: str | Iterable[str] | None = None,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> GroupComparison:
    """Test whether groups differ, regrouping whole documents or cases at random.

    Parameters
    ----------
    state : State
        The project's content.
    statistic : {"prevalence", "cooccurrence"}
        The share of units that carry each node, or a coefficient of association of each pair.
    by : str
        A variable of documents or cases. What has no value of it is left out.
    unit : str, regular expression or callable, optional
        As for `qualcode.stats.prevalence` (documents when not given) or
        `qualcode.stats.cooccur` (coded segments when not given).
    level : {"code", "theme", "domain"}, default "code"
        Which nodes.
    rollup : str or Rollup, optional
        For themes and domains.
    measure : str or Coefficient, default "jaccard"
        Of pairs: a name of `qualcode.stats.coefficients.COEFFICIENTS`, or a coefficient of your own.
    meeting, same_coder, gap, min_overlap
        Of pairs: as for `qualcode.stats.cooccur`.
    min_count : int, default 1
        Of pairs: those that meet less often, over all groups, are left out.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    n_resamples : int, default 1000
        How many regroupings to draw. All are used, exactly, where there are no more than that.
    random_state : int or numpy.random.Generator
        The seed.

    Notes
    -----
    A document with a value of its own is regrouped as a whole. Where the variable belongs to cases,
    all documents of a case are regrouped together; else two interviews with one person would count
    as two people.

    Raises
    ------
    StatisticsError
        When nothing has the variable, a document belongs to cases that differ in it, or there is
        nothing to compare.
    """
    check_one_of(statistic, ("prevalence", "cooccurrence"), what="statistic")
    check_variable(by, what="by")
    check_flag(same_coder, what="same_coder", error=StatisticsError)
    min_count = check_count(min_count, what="min_count")
    n_resamples = check_resamples(n_resamples)
    known = coefficient(measure)
    if statistic == "prevalence" and any(each is not None for each in (meeting, gap, min_overlap)):
        raise StatisticsError("meeting, gap and min_overlap go with statistic='cooccurrence'")
    unit = check_meeting(
        unit, meeting, default="document" if statistic == "prevalence" else "segment"
    )
    state = state.counting(coders)
    labels: tuple[Any, ...]
    tables: list[Longs]
    function: Callable[..., Any]
    of_cases: Literal["document", "case"] = "case" if unit == "case" else "document"
    if statistic == "prevalence":
        found = carried_units(
            state, "document" if unit is None else unit, level=level, rollup=rollup
        )
        labels, along = tuple(node.id for node in found.nodes), found.rollup
        tables, function = [found.carrying, found.units[:, None]], np.divide
    else:
        met = cooccur(
            state, unit=unit, meeting=meeting, gap=gap, min_overlap=min_overlap, level=level, rollup=rollup,
            same_coder=same_coder,
        )  # fmt: skip
        first, second = met.pairs(min_count=min_count)
        ids = [node.id for node in met.nodes]
        pairs = zip(first.tolist(), second.tolist(), strict=True)
        labels, along = tuple((ids[one], ids[other]) for one, other in pairs), met.rollup
        counts = met.places.cluster_counts(first, second)
        tables = [counts.both, counts.first, counts.second, counts.units]
        function = known
    grouped = grouped_clusters(state, by, of=of_cases)
    tables = [grouped.sums(table) for table in tables]
    # Without units a cluster tells nothing, whatever its group.
    there = np.flatnonzero(tables[-1][:, 0])
    if not labels or not len(there):
        raise StatisticsError(
            f"there is nothing to compare by {by!r}: nothing is coded (with min_count={min_count}), or it is "
            "not known"
        )
    differences = group_differences(
        function,
        [table[there] for table in tables],
        [grouped.values[at] for at in there.tolist()],
        order=grouped.order,
        n_resamples=n_resamples,
        random_state=random_state,
    )
    return GroupComparison(
        state, statistic, known if statistic == "cooccurrence" else None,
        None if unit is None else unit_name(unit), meeting, by,
        labels, differences, grouped.of, int(np.count_nonzero(grouped.cluster < 0)), along, level,
        same_coder, gap, min_overlap, min_count,
    )  # fmt: skip
