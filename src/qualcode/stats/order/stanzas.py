"""What is close to what: a window over a project's turns, as in epistemic network analysis."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from qualcode.model.asking import question
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.stats.arguments import check_count, check_variable
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.order.connections import ConnectionTable, connection_counts
from qualcode.stats.order.line_groups import line_groups
from qualcode.stats.order.text_order import in_text_order

__all__ = ["Stanzas", "stanzas"]


@attrs.frozen(eq=False)
class Stanzas(ConnectionTable, CountedResult):
    """Connections of a project's nodes within a moving window, as in epistemic network analysis.

    Its fields are those of `ConnectionTable`, and one more.

    Parameters
    ----------
    state : State
        What was counted.
    """

    state: State = attrs.field(repr=False, kw_only=True)


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
    n_nodes = len(lines.nodes)
    counts = connection_counts(lines, window, groups.kind, groups.member.shape[0])
    return Stanzas(
        lines.nodes, groups.values,
        (groups.member.T @ counts).toarray().reshape(len(groups.values), n_nodes, n_nodes),
        groups.n_lines, unit_name(unit), window, by, lines.rollup, state=state,
    )  # fmt: skip
