"""Epistemic network analysis of a project: what each document, case or speaker connects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.stats.arguments import check_variable
from qualcode.stats.counting.belonging import Cluster, lots
from qualcode.stats.counting.grouping import NOT_KNOWN
from qualcode.stats.counting.speaking import SEVERAL_SPEAK
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.epistemic.space import (
    EpistemicSpace,
    Rotation,
    Window,
    check_window,
    space_of,
)
from qualcode.stats.order.line_groups import LineGroups, line_groups
from qualcode.stats.order.sequences import stanza_counts
from qualcode.stats.order.text_order import Lines, in_text_order
from qualcode.stats.uncertainty.resampling import RandomState

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EpistemicNetworks", "epistemic_networks"]

Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class EpistemicNetworks(CountedResult):
    """What each document, case or speaker of a project connects, and how groups of them differ.

    Parameters
    ----------
    state : State
        What was counted.
    space : EpistemicSpace
        The networks, the space they lie in, and the groups.
    nodes : tuple of Node
        The codes, themes or domains.
    network, by : str and str or None
        Whose networks, and the variable of their groups.
    unit : str
        What the window moves over.
    window : int or "conversation"
        How many units it holds; or all that a network says in a document together.
    level : str
        Which nodes.
    rollup : Rollup
        Along which they are.
    n_units : array of int64, one for each network
        Its units.
    left_out : int
        Units that are of no network: nobody is known to say them, or their group is not known.
    """

    _says = "What each network connects, as points along the axes on which networks differ most"
    _figure = "qualcode.report.plot.epistemic:epistemic_space"

    state: State = attrs.field(repr=False)
    space: EpistemicSpace
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    network: str
    by: str | None
    unit: str
    window: Window
    level: str
    rollup: Rollup = attrs.field(repr=False)
    n_units: Longs = attrs.field(repr=False)
    left_out: int

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each network.

        Columns: what it is of, such as document; the variable of its group, if any; units; n
        (connections); and its point along each axis, such as MR1 and SVD2.
        """
        frame = self.space.to_frame().rename(columns={"network": self.network})
        frame = frame.rename(columns={"group": "group" if self.by is None else self.by})
        frame.insert(list(frame.columns).index("n"), "units", self.n_units)
        return frame


@question()
def epistemic_networks(
    state: State,
    *,
    network: str = "document",
    by: str | None = None,
    contrast: Sequence[Value] | None = None,
    rotation: Rotation | None = None,
    unit: Unit = "turn",
    window: Window = 4,
    level: str = "code",
    rollup: str | Rollup | None = None,
    cluster: Cluster = "document",
    n_axes: int = 2,
    coders: str | Iterable[str] | None = None,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> EpistemicNetworks:
    """Return what each document, case or speaker connects, as points in a space.

    Parameters
    ----------
    state : State
        The project's content.
    network : str, default "document"
        Whose networks: ``"document"``, ``"case"``, ``"speaker"``, ``"role"`` and so on, or a variable.
    by : str, optional
        The groups of networks: a variable of documents or cases, or ``"role"`` and the like. What is in
        several groups has a network in each.
    contrast : sequence of two values, optional
        Which two groups are compared, the reference first; the two there are when not given.
    rotation : {"means", "svd"}, optional
        Whether the first axis lies between the means of the two groups, or where networks differ most;
        between the means, where two groups are compared, when not given.
    unit, level, rollup
        As for `stanzas`.
    window : int or "conversation", default 4
        As for `stanzas`; or what one network says in a document is taken together.
    cluster : {"document", "case"} or iterable of str, default "document"
        What belongs together, as for `group_tests`: networks that share a document are regrouped as one.
    n_axes : int, default 2
        How many axes to keep.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    confidence : float, default 0.95
        The level of the intervals.
    n_resamples : int, default 1000
        How many regroupings the distance of two groups is compared with.
    random_state : int or numpy.random.Generator
        Their seed; drawn, and kept with the result, when not given.

    Raises
    ------
    StatisticsError
        When fewer than three nodes are coded, fewer than two networks connect any, or groups are not
        there.

    References
    ----------
    Shaffer, Collier & Ruis 2016, doi:10.18608/jla.2016.33.3; Siebert-Evenstone et al. 2017,
    doi:10.18608/jla.2017.43.7; Bowman et al. 2021, doi:10.1007/978-3-030-67788-6_7.
    """
    network = check_variable(network, what="network")
    by = None if by is None else check_variable(by, what="by")
    window = check_window(window)
    state = state.counting(coders)
    lines = in_text_order(state, unit, level=level, rollup=rollup)
    if len(lines.nodes) < 3:
        raise StatisticsError(
            f"{len(lines.nodes)} {level}s are coded on these units, and networks that can differ take "
            "three at least"
        )
    grouped = line_groups(state, lines, by)
    groups = _known(line_groups(state, lines, network).within(grouped))
    counts = groups.total(_kind_counts(lines, groups, window))
    counts = counts[:, *np.triu_indices(len(lines.nodes), k=1)]
    told: NDArray[np.bool_] = np.any(counts, axis=1)
    group = [each for _, each in groups.values]
    space = space_of(
        counts,
        [node.id for node in lines.nodes],
        [each for each, _ in groups.values],
        group,
        groups=[] if by is None else [value for value in grouped.values if value in group],
        cluster=_clusters(lines, groups, told, lots(state, cluster)),
        contrast=contrast, rotation=rotation, n_axes=n_axes, confidence=confidence,
        n_resamples=n_resamples, random_state=random_state,
    )  # fmt: skip
    of_any = np.asarray(groups.member.sum(axis=1))[groups.kind] > 0
    return EpistemicNetworks(
        state, space, lines.nodes, network, by, unit_name(unit), window, level, lines.rollup,
        groups.n_lines, int(np.count_nonzero(~of_any)),
    )  # fmt: skip


def _known(groups: LineGroups) -> LineGroups:
    """Return the groups without those of nobody in particular."""
    nobody = {NOT_KNOWN, SEVERAL_SPEAK}
    return groups.only(np.array([not nobody & set(each) for each in groups.values], dtype=np.bool_))


def _kind_counts(lines: Lines, groups: LineGroups, window: Window) -> Longs:
    """Return the connections of each kind of lines."""
    unit, node, document, kind = lines.carried.unit, lines.carried.node, lines.document, groups.kind
    if window == "conversation":
        # What one network says in a document is of one kind, and becomes one line.
        each, at = np.unique(document * (len(groups.member.indptr)) + kind, return_inverse=True)
        unit, document, kind = at[unit], *np.divmod(each, len(groups.member.indptr))
        window = 1
    return stanza_counts(
        unit, node, len(lines.nodes), document=document, window=window, group=kind,
        n_groups=groups.member.shape[0],
    )  # fmt: skip


def _clusters(lines: Lines, groups: LineGroups, told: NDArray[np.bool_], lot: Longs) -> Longs:
    """Return for each network the cluster it is in: with those that it shares documents with.

    Who connects nothing ties nobody together: an interviewer who asks in every document, say.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n_lots, n_networks = int(lot.max(initial=-1)) + 1, len(groups.values)
    kinds = groups.member.shape[0]
    there = csr_array(
        (np.ones(len(groups.kind), np.int64), (lot[lines.document], groups.kind)),
        shape=(n_lots, kinds),
    )
    of_lots = (there @ groups.member).tocoo()
    kept = told[of_lots.col]
    table = csr_array(
        (of_lots.data[kept], (of_lots.row[kept], n_lots + of_lots.col[kept])),
        shape=(n_lots + n_networks,) * 2,
    )
    found: Longs = connected_components(table, directed=False)[1][n_lots:]
    return found
