"""Document portraits as data: how much of each part of each document a code covers, from start to end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.codebooks.hierarchy import Membership, Node, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.stats.arguments import check_confidence, check_count, check_variable
from qualcode.stats.counting.grouping import variable_groups
from qualcode.stats.counting.meeting import of_level
from qualcode.stats.kernels.blocks import as_flags
from qualcode.stats.uncertainty.resampling import cluster_bounds, ratio

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Portraits", "portraits"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class Portraits(CountedResult):
    """How much of each part of each document each node covers.

    Parameters
    ----------
    state : State
        What was counted.
    by : str or None
        By which variable of documents or cases means are, if any.
    level : str
        Which nodes.
    rollup : Rollup
        Along which they are.
    nodes : tuple of Node
        Those that anything carries.
    parts : int
        Into how many parts of one length each document was cut.
    documents : tuple of str
        Ids of the documents.
    groups : tuple
        The values of the variable; None alone without one.
    member : array of bool, groups × documents
        Which document is in which group.
    covered : array of float, documents × parts × nodes
        The share of the part's text that segments of the node cover.
    confidence : float
        The level of the intervals of means.
    """

    _figure = "qualcode.report.plot.order:positions"

    state: State = attrs.field(repr=False)
    by: str | None
    level: str
    rollup: Rollup = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    parts: int
    documents: tuple[str, ...] = attrs.field(repr=False)
    groups: tuple[Value | None, ...]
    member: NDArray[np.bool_] = attrs.field(repr=False)
    covered: Floats = attrs.field(repr=False)
    confidence: float

    @property
    def _print_title(self) -> str:
        by = f", by {self.by}" if self.by else ""
        return (
            f"How much of each of {self.parts} parts of {len(self.documents)} documents each "
            f"{self.level} covers on average{by}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each node and part (and group): means over documents, however long these are.

        Columns: the variable, if there is one; id, name, part (from 1), share (of the part's text), low,
        high (by whole documents), documents (in which it lies there), reason (why there is no interval).
        """
        import pandas as pd

        n_nodes, parts = len(self.nodes), self.parts
        frames = []
        for group, member in zip(self.groups, self.member, strict=True):
            # Node after node, each from start to end.
            own = (
                self.covered[member].transpose(0, 2, 1).reshape(int(member.sum()), n_nodes * parts)
            )
            bounds = cluster_bounds(
                ratio, [own, np.ones((len(own), 1))], confidence=self.confidence
            )
            frame = pd.DataFrame(
                {
                    "id": np.repeat([node.id for node in self.nodes], parts),
                    "name": np.repeat([node.name for node in self.nodes], parts),
                    "part": np.tile(np.arange(1, parts + 1), n_nodes),
                    "share": own.mean(axis=0),
                    "low": np.maximum(bounds.low, 0.0),
                    "high": np.minimum(bounds.high, 1.0),
                    "documents": np.count_nonzero(own, axis=0),
                    "reason": bounds.reason,
                }
            )
            if self.by is not None:
                frame.insert(0, self.by, [group] * len(frame))
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def documents_frame(self) -> pd.DataFrame:
        """Return a row for each document, part and node that lies there.

        Columns: document, part (from 1), id, name, share (of the part's text that it covers).
        """
        import pandas as pd

        document, part, node = np.nonzero(self.covered)
        return pd.DataFrame(
            {
                "document": [self.documents[at] for at in document.tolist()],
                "part": part + 1,
                "id": [self.nodes[at].id for at in node.tolist()],
                "name": [self.nodes[at].name for at in node.tolist()],
                "share": self.covered[document, part, node],
            }
        )

    def spans_frame(self) -> pd.DataFrame:
        """Return a row for each stretch that a node covers, overlapping segments being one.

        Columns: document, id, name, start, end (code points, half-open), begins, ends (as shares of the
        text).
        """
        import pandas as pd

        membership = of_level(lay_over(self.rollup, self.state.codebook), self.level)
        place = {node.id: at for at, node in enumerate(membership[0])}
        held = membership[1][:, [place[node.id] for node in self.nodes]]
        rows = [
            (id, self.nodes[node].id, self.nodes[node].name, start, end, start / size, end / size)
            for document, node, size, starts, ends in _stretches(self.state, held)
            for id in (self.documents[document],)
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
        columns = ["document", "id", "name", "start", "end", "begins", "ends"]
        return pd.DataFrame(rows, columns=columns)


@question("portraits")
def portraits(
    state: State,
    *,
    parts: int = 20,
    by: str | None = None,
    level: str = "code",
    rollup: str | Rollup | None = None,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    confidence: float = 0.95,
) -> Portraits:
    """Measure how much of each part of each document each code covers, from start to end.

    Parameters
    ----------
    state : State
        The project's content.
    parts : int, default 20
        Into how many parts of one length each document is cut.
    by : str, optional
        A variable of documents or cases: means within each of its values.
    level : {"code", "theme", "domain"}, default "code"
        Which nodes.
    rollup : str or Rollup, optional
        For themes and domains.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.
    confidence : float, default 0.95
        The level of the intervals of means.

    Raises
    ------
    StatisticsError
        When nothing is coded.
    """
    parts = check_count(parts, what="parts", least=1, most=1000)
    confidence = check_confidence(confidence)
    if by is not None:
        by = check_variable(by, what="by")
    state = state.counting(coders, where=where)
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    nodes, membership = of_level(hierarchy, level)
    covered = np.zeros((len(state.documents), parts, len(nodes)))
    for document, node, size, start, end in _stretches(state, membership):
        edges = np.linspace(0, size, parts + 1)
        # What is covered from the beginning up to each edge grows along stretches alone.
        ends = np.cumsum(end - start)
        places = np.stack([start, end], axis=1).ravel()
        grown = np.stack([ends - (end - start), ends], axis=1).ravel()
        share = np.diff(np.interp(edges, places, grown)) * parts / size
        # An edge that rounding puts a hair into a stretch is at its border.
        covered[document, :, node] = np.where(share < 1e-9, 0.0, share)
    used = np.flatnonzero(covered.any(axis=(0, 1)))
    if not len(used):
        raise StatisticsError("nothing is coded, so that there is nothing to portray")
    groups = (
        {None: np.ones(len(state.documents), np.bool_)}
        if by is None
        else variable_groups(state, by)
    )
    return Portraits(
        state, by, level, hierarchy.rollup, tuple(nodes[at] for at in used.tolist()), parts,
        tuple(state.documents), tuple(groups), np.array(list(groups.values())), covered[:, :, used],
        confidence,
    )  # fmt: skip


def _stretches(
    state: State, membership: Membership
) -> Iterable[tuple[int, int, int, Longs, Longs]]:
    """Yield for each document and node that lies there the length of the text, and what the node covers."""
    rows = state.assignments
    sizes = [len(each.text) for each in state.documents.values()]
    edges = np.searchsorted(rows.document, np.arange(len(sizes) + 1))
    for document, size in enumerate(sizes):
        low, high = edges[document], edges[document + 1]
        held = as_flags(membership[rows.code[low:high]])
        start, end = (column[low:high].astype(np.int64) for column in (rows.start, rows.end))
        for node in np.flatnonzero(held.any(axis=0)).tolist():
            own = held[:, node]
            reach = np.maximum.accumulate(end[own])
            # Rows are in order of start: a stretch begins where none before reaches.
            begins = np.flatnonzero(np.append(True, start[own][1:] > reach[:-1]))
            last = np.append(begins[1:], len(reach)) - 1
            yield document, node, size, start[own][begins], reach[last]
