"""Trends over ordered groups: whether what is said becomes more or less widespread from wave to wave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_mapping, check_number, shown
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.stats.arguments import check_confidence, check_one_of
from qualcode.stats.counting.belonging import Cluster
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.groups.clustered_tables import Tests, slope_bounds, trend_tests
from qualcode.stats.groups.group_tests import Correction, adjusted_for
from qualcode.stats.groups.grouped_units import grouped_units, share_columns, shares_of
from qualcode.stats.uncertainty.intervals import Bounds

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Trends", "trends"]

Floats: TypeAlias = NDArray[np.float64]


@attrs.frozen(eq=False)
class Trends(CountedResult):
    """For each code, theme or domain, how the share of units that carry it changes along ordered groups.

    Parameters
    ----------
    state : State
        What was counted.
    by, unit, level : str
        The variable; what a unit is; which nodes.
    rollup : Rollup
        Along which the nodes are.
    nodes : tuple of Node
        The codes, themes or domains.
    groups : tuple
        The values of the variable, in order.
    steps : array of float
        Where each group stands on the scale.
    counts, units : array of int64, groups × nodes, and groups
        Units that carry each node, and all units.
    tests : Tests
        Student's t of each node, and Cochran and Armitage's z, if units were independent.
    slope : array of float
        By how much the share changes a step.
    bounds : Bounds
        Its intervals, by whole clusters.
    adjusted : array of float
        The p of `tests`, adjusted by `correction`.
    correction : {"holm", "bh", "by", "none"}
        How p-values were adjusted.
    cluster : {"document", "case"}
        What was taken for independent.
    n_clusters : int
        How many of these there are.
    left_out : int
        How many documents (or cases, where these are the units) have no value of the variable.
    """

    _figure = "qualcode.report.plot.group_lines:trends"

    state: State = attrs.field(repr=False)
    by: str
    unit: str
    level: str
    rollup: Rollup = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    groups: tuple[Value, ...]
    steps: Floats
    counts: NDArray[np.int64] = attrs.field(repr=False)
    units: NDArray[np.int64] = attrs.field(repr=False)
    tests: Tests = attrs.field(repr=False)
    slope: Floats = attrs.field(repr=False)
    bounds: Bounds = attrs.field(repr=False)
    adjusted: Floats = attrs.field(repr=False)
    correction: Correction
    cluster: Literal["document", "case"]
    n_clusters: int
    left_out: int

    @property
    def _print_title(self) -> str:
        return f"Whether {self.level}s become more widespread along {self.by}, by {self.unit}"

    @property
    def shares(self) -> Floats:
        """The share of units that carry each node in each group, groups × nodes."""
        return shares_of(self.counts, self.units)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each node, the least likely by chance first.

        Columns: id, name; for each group, such as ``wave=1``, the share there; slope (change of the share a
        step), low, high, p, adjusted, t (over what clusters show), z (Cochran and Armitage's, if units were
        independent), reason (why there is no test).
        """
        import pandas as pd

        frame = pd.DataFrame(
            {
                **share_columns(self.by, self.nodes, self.groups, self.shares),
                "slope": self.slope,
                "low": self.bounds.low,
                "high": self.bounds.high,
                "p": self.tests.p,
                "adjusted": self.adjusted,
                "t": self.tests.statistic,
                "z": self.tests.naive,
                "reason": self.tests.reason,
            }
        )
        return frame.sort_values(["p", "id"], ignore_index=True)


@question("trends")
def trends(
    state: State,
    by: str,
    *,
    steps: Mapping[Value, float] | None = None,
    unit: Unit = "document",
    level: str = "code",
    rollup: str | Rollup | None = None,
    correction: Correction = "holm",
    cluster: Cluster = "document",
    coders: str | Iterable[str] | None = None,
    confidence: float = 0.95,
) -> Trends:
    """Test whether the share of units that carry each node goes up or down along ordered groups.

    Parameters
    ----------
    state : State
        The project's content.
    by : str
        A variable of documents or cases whose values have an order, such as a wave or a year.
    steps : mapping of value to float, optional
        Where each value stands on the scale; when not given the values themselves, where all are numbers,
        or else 0, 1, 2 … in their order.
    unit, level, rollup, correction, cluster, coders, confidence
        As for `group_tests`.

    Raises
    ------
    StatisticsError
        When nothing has the variable, there is one group only, or a value has no step.

    References
    ----------
    Cochran 1954, doi:10.2307/3001616; Armitage 1955, doi:10.2307/3001775; Liang and Zeger 1986,
    doi:10.1093/biomet/73.1.13.
    """
    confidence = check_confidence(confidence)
    check_one_of(correction, get_args(Correction), what="correction")
    found = grouped_units(
        state, by, unit=unit, level=level, rollup=rollup, coders=coders, cluster=cluster
    )
    along = _steps(found.groups, by, steps)
    carrying, units = found.carrying.astype(float), found.units.astype(float)
    tests, slope = trend_tests(carrying, units, along)
    return Trends(
        found.state, by, unit_name(unit), level, found.rollup, found.nodes, found.groups, along,
        found.carrying.sum(axis=0), found.units.sum(axis=0), tests, slope,
        slope_bounds(carrying, units, along, confidence), adjusted_for(tests.p, correction), correction,
        found.cluster, len(found.units), found.left_out,
    )  # fmt: skip


def _steps(groups: tuple[Value, ...], by: str, steps: Mapping[Value, float] | None) -> Floats:
    if steps is None:
        numbers = [
            each for each in groups if isinstance(each, int | float) and not isinstance(each, bool)
        ]
        return np.array(numbers if len(numbers) == len(groups) else range(len(groups)), dtype=float)
    given = check_mapping(steps, what="steps", error=StatisticsError)
    missing = [each for each in groups if each not in given]
    if missing:
        raise StatisticsError(
            f"steps={shown(dict(given))}: no step for {missing[0]!r}; the values of {by!r} are "
            f"{list(groups)!r}"
        )
    return np.array(
        [check_number(given[each], what="steps", error=StatisticsError) for each in groups]
    )
