"""Correspondence analysis: which codes go with which groups, on one map, and how firm it is."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.codebooks.hierarchy import Membership, Node, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.model.texts.places import Places
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_resamples, check_variable, numbers
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.grouping import NOT_KNOWN, variable_groups
from qualcode.stats.counting.meeting import of_level
from qualcode.stats.counting.rollup import evidence_counts, evidence_partial
from qualcode.stats.counting.speaking import SEVERAL_SPEAK, is_of_speakers, speech_groups
from qualcode.stats.counting.variable_values import variable_names
from qualcode.stats.uncertainty.resampling import RandomState, seed_of, weight_blocks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Correspondence", "CorrespondenceAxes", "correspondence", "correspondence_axes"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


@attrs.frozen(eq=False)
class CorrespondenceAxes(ByValue):
    """The axes of a table, and where its rows and columns lie on them.

    Parameters
    ----------
    inertia : array of float
        The principal inertias: how much of what sets the table apart from independence each axis holds.
    rows, columns : array of float
        Principal coordinates: distances between rows (or between columns) are χ² distances of their profiles.
    row_mass, column_mass : array of float
        The share that each has of the whole table.
    """

    inertia: Floats
    rows: Floats = attrs.field(repr=False)
    columns: Floats = attrs.field(repr=False)
    row_mass: Floats = attrs.field(repr=False)
    column_mass: Floats = attrs.field(repr=False)

    @property
    def share(self) -> Floats:
        """What share of the whole inertia each axis holds."""
        total = float(self.inertia.sum())
        return self.inertia / total if total else np.zeros_like(self.inertia)

    @property
    def standard(self) -> tuple[Floats, Floats]:
        """Standard coordinates of rows and columns, whose weighted mean square is 1 on each axis."""
        root = np.sqrt(np.maximum(self.inertia, 1e-300))
        return self.rows / root, self.columns / root

    def contributions(self) -> tuple[Floats, Floats]:
        """Return what share of each axis each row, and each column, makes up."""
        inertia = np.maximum(self.inertia, 1e-300)
        return (
            self.row_mass[:, None] * self.rows**2 / inertia,
            self.column_mass[:, None] * self.columns**2 / inertia,
        )

    def quality(self, n_axes: int = 2) -> tuple[Floats, Floats]:
        """Return how well some axes show each row, and each column: 1 where it lies on them."""
        found = []
        for points in (self.rows, self.columns):
            squares = points**2
            total = squares.sum(axis=1)
            found.append(
                np.divide(
                    squares[:, :n_axes].sum(axis=1), total, out=np.ones(len(total)), where=total > 0
                )
            )
        return found[0], found[1]


@attrs.frozen(eq=False)
class Correspondence(CountedResult):
    """Codes and groups on one map: those that go together more than chance has it point the same way.

    Parameters
    ----------
    state : State
        What was counted.
    by, level : str
        What the groups are; which nodes.
    rollup : Rollup
        Along which the nodes are.
    nodes : tuple of Node
        The rows.
    groups : tuple
        The columns.
    counts : array of int64, nodes × groups
        Distinct segments.
    axes : CorrespondenceAxes
        Where they lie.
    row_spread, column_spread : array of float, … × 2 × 2
        How far each point moves on the first two axes: the mean squares and products of its moves over
        samples of documents. NaN where `reason` says why.
    reason : str or None
        Why that is not known.
    n_resamples : int
        How many samples there were.
    seed : int or None
        Their seed.
    """

    _figure = "qualcode.report.plot.correspondence_map:correspondence"

    state: State = attrs.field(repr=False)
    by: str
    level: str
    rollup: Rollup = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    groups: tuple[Value, ...]
    counts: Longs = attrs.field(repr=False)
    axes: CorrespondenceAxes = attrs.field(repr=False)
    row_spread: Floats = attrs.field(repr=False)
    column_spread: Floats = attrs.field(repr=False)
    reason: str | None
    n_resamples: int
    seed: int | None = None

    @property
    def _print_title(self) -> str:
        share = 100 * self.axes.share[:2].sum()
        return (
            f"{len(self.nodes)} {self.level}s and {len(self.groups)} values of {self.by} on two axes, which "
            f"hold {share:.0f} % of the inertia"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each node, and then for each group.

        Columns: kind (the level, or what the groups are), id, name, mass, axis_1, axis_2, quality (how well
        these show it), contribution_1, contribution_2 (what share of each it makes up), spread (the root of
        the mean squared move over samples), reason (why there is none).
        """
        import pandas as pd

        of_rows, of_columns = self.axes.contributions()
        quality = self.axes.quality()
        frames = []
        for kind, ids, names, mass, points, share, seen, spread in (
            (
                self.level, [node.id for node in self.nodes], [node.name for node in self.nodes],
                self.axes.row_mass, self.axes.rows, of_rows, quality[0], self.row_spread,
            ),
            (
                self.by, list(self.groups), [str(group) for group in self.groups],
                self.axes.column_mass, self.axes.columns, of_columns, quality[1], self.column_spread,
            ),
        ):  # fmt: skip
            frames.append(
                pd.DataFrame(
                    {
                        "kind": kind, "id": pd.Series(ids, dtype=object), "name": names, "mass": mass,
                        "axis_1": points[:, 0], "axis_2": points[:, 1], "quality": seen,
                        "contribution_1": share[:, 0], "contribution_2": share[:, 1],
                        "spread": np.sqrt(np.trace(spread, axis1=1, axis2=2)), "reason": self.reason or "",
                    }
                )
            )  # fmt: skip
        return pd.concat(frames, ignore_index=True)

    def axes_frame(self) -> pd.DataFrame:
        """Return a row for each axis.

        Columns: axis (from 1), inertia, share, cumulative.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "axis": range(1, len(self.axes.inertia) + 1),
                "inertia": self.axes.inertia,
                "share": self.axes.share,
                "cumulative": np.cumsum(self.axes.share),
            }
        )


def correspondence_axes(counts: ArrayLike) -> CorrespondenceAxes:
    """Return the axes of a table of counts: its simple correspondence analysis.

    Parameters
    ----------
    counts : array of float, rows × columns
        Without rows or columns of zeros.

    References
    ----------
    Greenacre 2017, Correspondence analysis in practice, 3rd edition, appendix A: the singular value
    decomposition of the standardised residuals (p − r c) / √(r c).

    Examples
    --------
    >>> correspondence_axes([[10, 10, 20], [10, 15, 10], [15, 5, 5]]).inertia.round(4).tolist()
    [0.0961, 0.0409]
    """
    table = numbers(counts, what="counts", ndim=2, least=0)
    if min(table.shape) < 2 or not table.any(axis=0).all() or not table.any(axis=1).all():
        raise StatisticsError(
            f"counts of shape {table.shape}: give two rows and two columns or more, each with counts"
        )
    shares = table / table.sum()
    row_mass, column_mass = shares.sum(axis=1), shares.sum(axis=0)
    expected = np.outer(row_mass, column_mass)
    left, singular, right = np.linalg.svd(
        (shares - expected) / np.sqrt(expected), full_matrices=False
    )
    # The last axis is that of the masses, which all tables have; a vector can point either way.
    k = min(table.shape) - 1
    heaviest = np.abs(left[:, :k]).argmax(axis=0)
    sign = np.where(left[heaviest, np.arange(k)] < 0, -1.0, 1.0)
    return CorrespondenceAxes(
        singular[:k] ** 2,
        left[:, :k] * sign * singular[:k] / np.sqrt(row_mass)[:, None],
        right[:k].T * sign * singular[:k] / np.sqrt(column_mass)[:, None],
        row_mass,
        column_mass,
    )


@question("correspondence")
def correspondence(
    state: State,
    by: str,
    *,
    level: str = "code",
    rollup: str | Rollup | None = None,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    n_resamples: int = 200,
    random_state: RandomState = None,
) -> Correspondence:
    """Put codes and groups on one map, by the distinct segments of each code in each group.

    Parameters
    ----------
    state : State
        The project's content.
    by : str
        A variable of documents or cases; ``"speaker"``, ``"role"`` and so on as for
        `qualcode.stats.counting.crosstab`; or ``"document"`` or ``"case"`` themselves.
    level : {"code", "theme", "domain"}, default "code"
        Which nodes.
    rollup : str or Rollup, optional
        For themes and domains.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.
    n_resamples : int, default 200
        On how many bootstrap samples of whole documents points are placed again; 0 for none.
    random_state : int or numpy.random.Generator
        Their seed.

    Raises
    ------
    StatisticsError
        When there are fewer than three rows or columns with counts, which make no map.

    Notes
    -----
    Codes and groups without counts, and documents without a value, are left out. A sample's profiles are
    placed on the axes of the whole (a partial bootstrap), so that nothing is turned.
    """
    check_variable(by, what="by")
    n_resamples = check_resamples(n_resamples, least=0)
    state = state.counting(coders, where=where)
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    nodes, membership = of_level(hierarchy, level)
    groups, added = _added(state, by, membership)
    counts = added.sums(np.ones(len(state.documents))).astype(np.int64)
    rows = np.flatnonzero(counts.any(axis=1)).tolist()
    columns = np.flatnonzero(counts.any(axis=0)).tolist()
    check_map(len(rows), len(columns))
    table = counts[np.ix_(rows, columns)]
    axes = correspondence_axes(table)
    n_documents = len(state.documents)
    spread = _moves(added, rows, columns, axes, n_documents, n_resamples, random_state)
    drawn = n_resamples if n_documents > 1 else 0
    reason = None
    if not drawn:
        reason = "no samples were asked for" if n_documents > 1 else "there is one document only"
    return Correspondence(
        state, by, level, hierarchy.rollup, tuple(nodes[at] for at in rows),
        tuple(groups[at] for at in columns), table, axes, *spread, reason, drawn,
        seed_of(random_state) if drawn else None,
    )  # fmt: skip


def check_map(n_rows: int, n_columns: int) -> None:
    """Refuse to make a map of too small a table.

    Raises
    ------
    StatisticsError
        When it has fewer than three rows or columns with counts.
    """
    if n_rows < 3 or n_columns < 3:
        raise StatisticsError(
            f"a map needs three rows and three columns with counts; there are {n_rows} and {n_columns}: "
            "draw the crosstab itself"
        )


@attrs.frozen(eq=False)
class _Added:
    """What documents add to the counts of groups: a row for each document and group that it adds to.

    Parameters
    ----------
    document, group : array of int64
        Of each row.
    counts : array of float, rows × nodes
        The distinct segments.
    n_groups : int
        How many groups there are.
    """

    document: Longs
    group: Longs
    counts: Floats
    n_groups: int

    def sums(self, weights: Floats) -> Floats:
        """Return nodes × groups, each document counting as often as its weight says."""
        from scipy import sparse

        row = np.arange(len(self.document))
        by_group = sparse.csr_matrix(
            (weights[self.document], (self.group, row)), shape=(self.n_groups, len(row))
        )
        found: Floats = (by_group @ self.counts).T
        return found


def _added(state: State, by: str, membership: Membership) -> tuple[tuple[Value, ...], _Added]:
    """Return the groups, and the segments of each document that are of each."""
    ids = tuple(state.documents)
    of_documents = by in ("document", "case") and by not in variable_names(state)
    if not of_documents and is_of_speakers(state, by):
        rows = state.assignments
        spoken = speech_groups(state, by, Places.of_columns(rows.document, rows.start, rows.end))
        known = {
            value: mask for value, mask in spoken.items() if value not in (NOT_KNOWN, SEVERAL_SPEAK)
        }
        each = [
            evidence_counts(evidence_partial(Coded.of(state, rows.take(mask)), membership), ids)
            for mask in known.values()
        ]
        table = np.array(each, dtype=np.float64).reshape(len(known), len(ids), -1)
        group, document = np.nonzero(table.any(axis=2))
        return tuple(known), _Added(document, group, table[group, document], len(known))
    whole = evidence_counts(evidence_partial(Coded.of(state), membership), ids)
    groups: tuple[Value, ...]
    if of_documents:
        groups = ids if by == "document" else tuple(state.cases)
        number = {value: at for at, value in enumerate(groups)}
        pairs = [
            (number[value], at)
            for at, each_of in enumerate(state.documents.values())
            for value in ((each_of.id,) if by == "document" else each_of.cases)
            if value in number
        ]
    else:
        masks = {
            value: mask for value, mask in variable_groups(state, by).items() if value != NOT_KNOWN
        }
        groups = tuple(masks)
        pairs = [
            (at, document)
            for at, mask in enumerate(masks.values())
            for document in np.flatnonzero(mask).tolist()
        ]
    group, document = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return groups, _Added(document, group, whole[document].astype(np.float64), len(groups))


def _moves(
    added: _Added,
    rows: list[int],
    columns: list[int],
    axes: CorrespondenceAxes,
    n_documents: int,
    n_resamples: int,
    random_state: RandomState,
) -> tuple[Floats, Floats]:
    """Return how far rows and columns move on the first two axes when documents are drawn anew."""
    products = [np.zeros((len(kept), 2, 2)) for kept in (rows, columns)]
    number = [np.zeros(len(kept)) for kept in (rows, columns)]
    if n_resamples and n_documents > 1:
        by_row, by_column = axes.standard
        blocks = weight_blocks(n_documents, n_resamples, random_state)
        for weights in chain.from_iterable(blocks):
            drawn = added.sums(weights.astype(np.float64))[np.ix_(rows, columns)]
            for at, (table, other, points) in enumerate(
                ((drawn, by_column, axes.rows), (drawn.T, by_row, axes.columns))
            ):
                total = table.sum(axis=1)
                there = total > 0
                placed = table[there] @ other[:, :2] / total[there, None]
                move = placed - points[there, :2]
                products[at][there] += move[:, :, None] * move[:, None, :]
                number[at][there] += 1
    with np.errstate(invalid="ignore"):
        found = [each / n[:, None, None] for each, n in zip(products, number, strict=True)]
    return found[0], found[1]
