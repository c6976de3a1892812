"""What is close to what: a window over a project's turns, as in epistemic network analysis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import looked_up
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.stats.arguments import check_count, check_variable, is_among
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.order.line_groups import line_groups
from qualcode.stats.order.sequences import stanza_counts
from qualcode.stats.order.text_order import in_text_order
from qualcode.stats.pairs.network_measures import network

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Stanzas", "stanzas"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class Stanzas(CountedResult):
    """Connections of nodes within a moving window, as in epistemic network analysis.

    A unit connects two nodes when it carries one of them and the window, which ends with the unit,
    the other.

    Parameters
    ----------
    state : State
        What was counted.
    nodes : tuple of Node
        The codes, themes or domains that any unit carries.
    groups : tuple
        Whose connections; one entry, None, where all are counted together.
    counts : array of int64, groups × nodes × nodes
        Units that connect both; on the diagonal, units that carry the node.
    n_units : array of int64, one for each group
        Its units.
    unit : str
        What the window moves over.
    window : int
        How many units it holds, that one included.
    by : str or None
        ``"speaker"``, or the variable that the groups are values of.
    rollup : Rollup
        Along which the nodes are.
    """

    _says = "Pairs that are connected within a moving window, the strongest first"
    _figure = "qualcode.report.plot.differences:stanzas"

    state: State = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    groups: tuple[Value | None, ...]
    counts: Longs = attrs.field(repr=False)
    n_units: Longs = attrs.field(repr=False)
    unit: str
    window: int
    by: str | None
    rollup: Rollup = attrs.field(repr=False)

    @property
    def weights(self) -> Floats:
        """Each group's connections scaled to a vector of length 1; NaN where it has none."""
        first, second = np.triu_indices(len(self.nodes), k=1)
        length = np.sqrt((self.counts[:, first, second].astype(np.float64) ** 2).sum(axis=1))
        weights = np.full(self.counts.shape, np.nan)
        np.divide(self.counts, length[:, None, None], out=weights, where=length[:, None, None] > 0)
        return weights

    def to_frame(self, *, min_count: int = 1) -> pd.DataFrame:
        """Return a frame with a row for each group and pair that connects often enough.

        Columns: the variable if there is one, a, b (ids), count (units that connect them), weight
        (scaled to a vector of length 1, as networks of different size are compared), n (units of the
        group). Strongest first within each group.
        """
        import pandas as pd

        min_count = check_count(min_count, what="min_count")
        ids = np.array([node.id for node in self.nodes], dtype=object)
        first, second = np.triu_indices(len(self.nodes), k=1)
        frames = []
        for at, group in enumerate(self.groups):
            counts = self.counts[at, first, second]
            frame = pd.DataFrame(
                {
                    "a": ids[first],
                    "b": ids[second],
                    "count": counts,
                    "weight": self.weights[at, first, second],
                    "n": self.n_units[at],
                }
            )
            frame = frame[counts >= min_count]
            frame = frame.sort_values(["count", "a", "b"], ascending=[False, True, True])
            if self.by is not None:
                frame.insert(0, self.by, [group] * len(frame))
            frames.append(frame)
        whole: pd.DataFrame = pd.concat(frames, ignore_index=True)
        return whole

    def to_graph(self, group: Value | None = None) -> Any:
        """Return the networkx graph of a group's connections, with ``count`` and ``weight``."""
        if not is_among(group, self.groups):
            raise StatisticsError(
                f"there is no group {looked_up(group)}; there are {', '.join(map(repr, self.groups))}"
            )
        return network(self.counts[self.groups.index(group)], [node.id for node in self.nodes])


@question()
def stanzas(
    state: State,
    *,
    unit: Unit = "turn",
    window: int = 4,
    level: str = "code",
    rollup: str | Rollup | None = None,
    by: str | None = None,
    coders: str | Iterable[str] | None = None,
) -> Stanzas:
    """Count connections of nodes within a window that moves over the units of each document.

    Parameters
    ----------
    state : State
        The project's content.
    unit : str, regular expression or callable, default "turn"
        What the window moves over: anything but documents and cases.
    window : int, default 4
        How many units it holds, the last one included.
    level : {"code", "theme", "domain"}, default "code"
        Which nodes.
    rollup : str or Rollup, optional
        For themes and domains.
    by : str, optional
        ``"speaker"``, ``"role"`` and so on (of the unit that ends the window; see
        `qualcode.stats.counting.crosstab`), a variable of documents or cases, ``"document"`` or
        ``"case"``: whose connections. A document that belongs to cases with different values counts
        for each.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.

    Raises
    ------
    StatisticsError
        For units that follow nothing, a window below 1, and a variable that nothing has.

    References
    ----------
    Siebert-Evenstone et al. 2017, doi:10.18608/jla.2017.43.7; Shaffer, Collier & Ruis 2016,
    doi:10.18608/jla.2016.33.3.
    """
    window = check_count(window, what="window", least=1)
    if by is not None:
        by = check_variable(by, what="by")
    state = state.counting(coders)
    lines = in_text_order(state, unit, level=level, rollup=rollup)
    groups = line_groups(state, lines, by)
    counts = stanza_counts(
        lines.carried.unit, lines.carried.node, len(lines.nodes), document=lines.document,
        window=window, group=groups.kind, n_groups=groups.member.shape[0],
    )  # fmt: skip
    return Stanzas(
        state,
        lines.nodes,
        groups.values,
        groups.total(counts),
        groups.n_lines,
        unit_name(unit),
        window,
        by,
        lines.rollup,
    )
