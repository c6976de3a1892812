"""Whether groups of documents or cases differ in what they say, or in what they say together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
from qualcode.model.texts.documents import Value
from qualcode.stats.arguments import (
    check_count,
    check_one_of,
    check_resamples,
    check_variable,
)
from qualcode.stats.coefficients import Coefficient, CoefficientLike, coefficient
from qualcode.stats.counting.grouping import grouped_clusters
from qualcode.stats.counting.meeting import Meeting
from qualcode.stats.counting.speaking import is_of_speakers
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.groups.contributions import contributions
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
        The variable, or what tells groups of speakers.
    labels : tuple
        Ids of the nodes, or pairs of ids.
    differences : GroupDifferences
        The values, their spread and its probability.
    cluster : {"document", "case", "contribution"}
        What was regrouped as a whole; a contribution is what a group of speakers says in a document.
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
    cluster: Literal["document", "case", "contribution"]
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
    """Test whether groups differ, regrouping whole documents, cases or contributions at random.

    Parameters
    ----------
    state : State
        The project's content.
    statistic : {"prevalence", "cooccurrence"}
        The share of units that carry each node, or a coefficient of association of each pair.
    by : str
        A variable of documents or cases. What has no value of it is left out. Or ``"speaker"``,
        ``"role"`` and so on, as for `qualcode.stats.counting.crosstab`.
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
    as two people. Where groups are of speakers, a contribution is regrouped as a whole: what the
    members of a group say in one document, and with it what the same case says in others.

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
    if statistic == "prevalence":
        function: Callable[..., Any] = np.divide
        whole = _shares(state, "document" if unit is None else unit, level, rollup)
    else:
        function = known
        whole = _pairs(
            state, min_count, unit=unit, meeting=meeting, gap=gap, min_overlap=min_overlap,
            level=level, rollup=rollup, same_coder=same_coder,
        )  # fmt: skip
    found = _grouped(state, whole, by, of_cases=unit == "case")
    # Without units a cluster tells nothing, whatever its group.
    there = np.flatnonzero(found.tables[-1][:, 0])
    if not whole.labels or not len(there):
        raise StatisticsError(
            f"there is nothing to compare by {by!r}: nothing is coded (with min_count={min_count}), or it is "
            "not known"
        )
    differences = group_differences(
        function,
        [table[there] for table in found.tables],
        [found.values[at] for at in there.tolist()],
        order=found.order,
        n_resamples=n_resamples,
        random_state=random_state,
    )
    return GroupComparison(
        state, statistic, known if statistic == "cooccurrence" else None,
        None if unit is None else unit_name(unit), meeting, by,
        whole.labels, differences, found.cluster, found.left_out, whole.rollup, level,
        same_coder, gap, min_overlap, min_count,
    )  # fmt: skip


@attrs.frozen(eq=False)
class _Whole:
    """What is compared: nodes or pairs, and what each document, or case, adds to the sums of any state.

    Parameters
    ----------
    labels : tuple
        Ids of the nodes, or pairs of ids.
    rollup : Rollup
        Along which the nodes are.
    added : callable
        Takes a state, and returns tables with a row for each of its documents, or cases.
    """

    labels: tuple[Any, ...]
    rollup: Rollup
    added: Callable[[State], Sequence[Longs]]


def _shares(state: State, unit: Unit, level: str, rollup: str | Rollup | None) -> _Whole:
    found = carried_units(state, unit, level=level, rollup=rollup)

    def added(part: State) -> Sequence[Longs]:
        own = found if part is state else carried_units(part, unit, level=level, rollup=rollup)
        return own.of_nodes(found.nodes), own.units[:, None]

    return _Whole(tuple(node.id for node in found.nodes), found.rollup, added)


def _pairs(state: State, min_count: int, **options: Any) -> _Whole:
    met = cooccur(state, **options)
    first, second = met.pairs(min_count=min_count)
    ids = [node.id for node in met.nodes]
    labels = [
        (ids[one], ids[other]) for one, other in zip(first.tolist(), second.tolist(), strict=True)
    ]

    def added(part: State) -> Sequence[Longs]:
        own = met if part is state else cooccur(part, **options)
        place = {node.id: at for at, node in enumerate(own.nodes)}
        there = [at for at, pair in enumerate(labels) if place.keys() >= set(pair)]
        ends = np.array([[place[id] for id in labels[at]] for at in there], dtype=np.int64).reshape(
            -1, 2
        )
        counts = own.places.cluster_counts(ends[:, 0], ends[:, 1])
        tables = []
        for table in (counts.both, counts.first, counts.second):
            tables.append(np.zeros((len(table), len(labels)), dtype=np.int64))
            tables[-1][:, there] = table
        return *tables, counts.units

    return _Whole(tuple(labels), met.rollup, added)


@attrs.frozen(eq=False)
class _Grouped:
    """The sums of each lot that is regrouped as a whole, and its group."""

    tables: Sequence[Longs]
    values: Sequence[Value]
    order: tuple[Value, ...]
    cluster: Literal["document", "case", "contribution"]
    left_out: int


def _grouped(state: State, whole: _Whole, by: str, *, of_cases: bool) -> _Grouped:
    if is_of_speakers(state, by):
        said = contributions(state, by, whole.added, of_cases=of_cases)
        return _Grouped(said.tables, said.values, said.order, "contribution", 0)
    grouped = grouped_clusters(state, by, of="case" if of_cases else "document")
    tables = [grouped.sums(table) for table in whole.added(state)]
    left = int(np.count_nonzero(grouped.cluster < 0))
    return _Grouped(tables, grouped.values, grouped.order, grouped.of, left)
