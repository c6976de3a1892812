"""Epistemic network analysis of tables: networks, the space they lie in, and how groups differ."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_kind, looked_up, plain_scalar, shown
from qualcode.model.recipe import Answer
from qualcode.stats.arguments import (
    check_confidence,
    check_count,
    check_list,
    check_one_of,
    check_resamples,
    is_among,
    numbers,
)
from qualcode.stats.counting.variable_values import natural_order
from qualcode.stats.epistemic.axes import CodePlacement, EpistemicAxes, axes_of, normalised, placed
from qualcode.stats.epistemic.contrasts import (
    GroupPlace,
    NetworkContrast,
    group_places,
    network_contrast,
)
from qualcode.stats.order.sequences import stanza_counts
from qualcode.stats.pairs.network_measures import network
from qualcode.stats.uncertainty.resampling import RandomState

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EpistemicSpace", "Rotation", "Window", "epistemic_space", "space_of"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Rotation: TypeAlias = Literal["means", "svd"]
"""The first axis lies between the means of two groups, or where networks differ most."""
Window: TypeAlias = int | Literal["conversation"]
"""How many lines a window holds, that line included; or all that a network says in a conversation."""


@attrs.frozen(eq=False)
class EpistemicSpace(Answer):
    """Networks of codes as points in a space, the codes placed in it, and how groups differ.

    Parameters
    ----------
    codes : tuple of str
        The codes.
    networks : tuple of hashable
        Whose networks: persons, documents and so on.
    groups : tuple of hashable
        The groups of networks, in order; empty where they have none.
    group : tuple of hashable
        The group of each network; None where it has none.
    counts : array of int64, networks × pairs
        How many lines connect both codes of each pair, pairs as of ``numpy.triu_indices(k=1)``.
    weights : array of float, networks × pairs
        Each network scaled to length 1; NaN where it connects nothing, and has no point then.
    rotation : {"means", "svd"}
        How the first axis was found.
    axes : EpistemicAxes
        The axes, and the points of the networks.
    placement : CodePlacement
        Where the codes lie, and how well that fits.
    places : tuple of GroupPlace
        Where each group lies.
    contrast : NetworkContrast or None
        How far two groups are apart; None where no two are compared.
    confidence : float
        The level of the intervals.
    """

    _says = "What each network connects, as points along the axes on which networks differ most"
    _figure = "qualcode.report.plot.epistemic:epistemic_space"

    codes: tuple[str, ...]
    networks: tuple[Hashable, ...] = attrs.field(repr=False)
    groups: tuple[Hashable, ...]
    group: tuple[Hashable, ...] = attrs.field(repr=False)
    counts: Longs = attrs.field(repr=False)
    weights: Floats = attrs.field(repr=False)
    rotation: Rotation
    axes: EpistemicAxes = attrs.field(repr=False)
    placement: CodePlacement = attrs.field(repr=False)
    places: tuple[GroupPlace, ...] = attrs.field(repr=False)
    contrast: NetworkContrast | None = attrs.field(repr=False)
    confidence: float

    @property
    def n_connected(self) -> int:
        """How many networks connect anything, and so have a point."""
        return int(np.count_nonzero(self.counts.any(axis=1)))

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each network: network, group if there are any, n (connections), and its point.

        The columns of the point are named for the axes, such as MR1 and SVD2.
        """
        import pandas as pd

        frame = pd.DataFrame({"network": list(self.networks), "n": self.counts.sum(axis=1)})
        if self.groups:
            frame.insert(1, "group", list(self.group))
        for at, name in enumerate(self.axes.names):
            frame[name] = self.axes.points[:, at]
        return frame

    def codes_frame(self) -> pd.DataFrame:
        """Return a row for each code: code, and its place along each axis."""
        import pandas as pd

        places = dict(zip(self.axes.names, self.placement.codes.T, strict=True))
        return pd.DataFrame({"code": self.codes, **places})

    def connections_frame(self) -> pd.DataFrame:
        """Return a row for each pair of codes, the one that groups differ in most first.

        Columns: a, b; for each group the mean weight, such as ``group=north``, or weight (of all) where
        there are no groups; difference (of the contrast); and the loading on each axis.
        """
        import pandas as pd

        names = np.array(self.codes, dtype=object)
        first, second = np.triu_indices(len(self.codes), k=1)
        frame = pd.DataFrame({"a": names[first], "b": names[second]})
        if not self.places:
            frame["weight"] = np.nanmean(self.weights, axis=0)
        for place in self.places:
            frame[f"group={place.group}"] = place.weights
        if self.contrast is not None:
            one, other = self._contrasted()
            frame["difference"] = other.weights - one.weights
        for at, name in enumerate(self.axes.names):
            frame[name] = self.axes.loadings[:, at]
        by = frame["weight" if not self.places else f"group={self.places[0].group}"]
        order = np.argsort(-np.abs(frame.get("difference", by)).to_numpy(), kind="stable")
        return frame.iloc[order].reset_index(drop=True)

    def tests_frame(self) -> pd.DataFrame:
        """Return a row for each axis: variance, fit of the codes' places and, of two groups, the tests.

        Columns: axis, variance (share), pearson, spearman; with a contrast also difference, low, high, t,
        df, p (Welch), u, u_p (Mann and Whitney), d (Cohen).
        """
        import pandas as pd

        frame = pd.DataFrame(
            {
                "axis": self.axes.names,
                "variance": self.axes.variance,
                "pearson": self.placement.pearson,
                "spearman": self.placement.spearman,
            }
        )
        if self.contrast is not None:
            for name in ("difference", "low", "high", "t", "df", "p", "u", "u_p", "d"):
                frame[name] = getattr(self.contrast, name)
        return frame

    def to_graph(self, group: Hashable = None) -> Any:
        """Return the networkx graph of the mean network of a group, or of all networks.

        Nodes have ``count`` (lines that connect the code with another), edges ``count`` and ``weight``.

        Raises
        ------
        StatisticsError
            When there is no such group.
        """
        if group is not None and not is_among(group, self.groups):
            raise StatisticsError(
                f"there is no group {looked_up(group)}; there are {', '.join(map(repr, self.groups))}"
            )
        own = np.array([group is None or each == group for each in self.group], dtype=np.bool_)
        own &= self.counts.any(axis=1)
        size = len(self.codes)
        counts, weight = np.zeros((size, size), np.int64), np.zeros((size, size))
        at = np.triu_indices(size, k=1)
        counts[at] = self.counts[own].sum(axis=0)
        weight[at] = self.weights[own].mean(axis=0) if own.any() else 0.0
        counts += counts.T
        np.fill_diagonal(counts, counts.sum(axis=1))
        return network(counts, self.codes, weight=weight + weight.T)

    def _contrasted(self) -> tuple[GroupPlace, GroupPlace]:
        assert self.contrast is not None
        known = {place.group: place for place in self.places}
        return known[self.contrast.reference], known[self.contrast.group]


@question()
def epistemic_space(
    frame: pd.DataFrame,
    *,
    codes: Sequence[str],
    network: str | Sequence[str],
    conversation: str | Sequence[str],
    by: str | None = None,
    contrast: Sequence[Hashable] | None = None,
    rotation: Rotation | None = None,
    window: Window = 4,
    n_axes: int = 2,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> EpistemicSpace:
    """Analyse a tidy frame of coded lines as epistemic networks.

    Parameters
    ----------
    frame : pandas.DataFrame
        A row for each line, in the order in which they were said.
    codes : sequence of str
        Columns of 0 and 1: whether the line carries the code.
    network : str or sequence of str
        The column, or columns together, that say whose line it is: each value has a network.
    conversation : str or sequence of str
        The column, or columns together, of what lines may be connected within.
    by : str, optional
        The column of the groups of networks; a value of `network` has one group.
    contrast : sequence of two groups, optional
        Which two are compared, the reference first; the two there are when not given.
    rotation : {"means", "svd"}, optional
        Whether the first axis lies between the means of the two groups, or where networks differ most;
        between the means, where two groups are compared, when not given.
    window : int or "conversation", default 4
        How many lines a window holds, that line included: a line connects two codes when it carries one
        of them and the window the other. Or what one network says in a conversation is taken together.
    n_axes : int, default 2
        How many axes to keep.
    confidence : float, default 0.95
        The level of the intervals.
    n_resamples : int, default 1000
        How many regroupings of networks the distance of two groups is compared with.
    random_state : int or numpy.random.Generator
        Their seed; drawn, and kept with the result, when not given.

    Raises
    ------
    StatisticsError
        For a column that is not there, codes that are not 0 or 1, and networks of several groups.

    References
    ----------
    Shaffer, Collier & Ruis 2016, doi:10.18608/jla.2016.33.3; Bowman et al. 2021,
    doi:10.1007/978-3-030-67788-6_7.

    Examples
    --------
    >>> import pandas as pd
    >>> lines = pd.DataFrame(
    ...     {
    ...         "who": list("aabbccdd"),
    ...         "town": list("nnnnssss"),
    ...         "trust": [1, 0, 1, 1, 1, 0, 1, 0],
    ...         "money": [0, 1, 1, 0, 0, 0, 1, 0],
    ...         "time": [0, 0, 0, 1, 1, 1, 1, 1],
    ...     }
    ... )
    >>> found = epistemic_space(
    ...     lines, codes=["trust", "money", "time"], network="who", conversation="who", by="town",
    ...     random_state=1,
    ... )
    >>> found.to_frame().round(2).to_dict("list")["MR1"]
    [-0.72, -0.26, 0.68, 0.3]
    >>> found.contrast.exact, round(found.contrast.distance_p, 2)
    (True, 0.33)
    """
    names, table = _codes(frame, codes)
    whose, of = _numbered(frame, network, "network")
    _, where = _numbered(frame, conversation, "conversation")
    group: tuple[Hashable, ...] = (None,) * len(whose)
    if by is not None:
        values, number = _numbered(frame, by, "by")
        pairs = np.unique(np.stack([of, number]), axis=1)
        twice = np.flatnonzero(np.diff(pairs[0]) == 0)
        if len(twice):
            raise StatisticsError(
                f"network {whose[pairs[0][twice[0]]]!r} has lines of several groups of {by!r}: name "
                "both columns as network=[…]"
            )
        group = tuple(values[at] for at in pairs[1].tolist())
    order = np.argsort(where, kind="stable")
    table, of, where = table[order], of[order], where[order]
    if check_window(window) == "conversation":
        both = where * len(whose) + of
        each, at = np.unique(both, return_inverse=True)
        together = np.zeros((len(each), len(names)), dtype=np.bool_)
        np.logical_or.at(together, at, table)
        table, of, where, window = together, each % len(whose), each // len(whose), 1
    line, code = np.nonzero(table)
    counts = stanza_counts(
        line, code, len(names), document=where, window=int(window), group=of, n_groups=len(whose)
    )
    return space_of(
        counts[:, *np.triu_indices(len(names), k=1)], names, whose, group, contrast=contrast,
        rotation=rotation, n_axes=n_axes, confidence=confidence, n_resamples=n_resamples,
        random_state=random_state,
    )  # fmt: skip


def space_of(
    counts: Longs,
    codes: Sequence[str],
    networks: Sequence[Hashable],
    group: Sequence[Hashable],
    *,
    groups: Sequence[Hashable] | None = None,
    cluster: Longs | None = None,
    contrast: Sequence[Hashable] | None = None,
    rotation: Rotation | None = None,
    n_axes: int = 2,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> EpistemicSpace:
    """Return the space of networks that were counted.

    Parameters
    ----------
    counts : array of int64, networks × pairs
        The connections.
    codes, networks, group : sequence
        What the codes are called, whose networks they are, and the group of each; None where it has none.
    groups : sequence, optional
        The groups in order.
    cluster : array of int64, one for each network, optional
        What belongs together and is regrouped as a whole; each network alone when not given.
    contrast, rotation, n_axes, confidence, n_resamples, random_state
        As for `epistemic_space`.
    """
    n_axes = check_count(n_axes, what="n_axes", least=1)
    confidence, n_resamples = check_confidence(confidence), check_resamples(n_resamples)
    if groups is None:
        groups = sorted({each for each in group if each is not None}, key=natural_order)
    groups = tuple(groups)
    pair = _contrast(groups, contrast)
    chosen: Rotation = "svd" if pair is None else "means"
    if rotation is not None:
        chosen = check_one_of(rotation, get_args(Rotation), what="rotation")
    if chosen == "means" and pair is None:
        raise StatisticsError(
            "rotation='means' puts the first axis between two groups: name them by contrast=(…, …)"
        )
    weights = normalised(counts)
    connected = counts.any(axis=1)
    place = {each: at for at, each in enumerate(groups)}
    position = np.array([-1 if each is None else place[each] for each in group], dtype=np.int64)
    own = [] if pair is None else [np.flatnonzero(connected & (position == at)) for at in pair]
    for at, rows in zip(pair or (), own, strict=True):
        if not len(rows):
            raise StatisticsError(f"no network of the group {groups[at]!r} connects any codes")
    between = weights[own[1]].mean(axis=0) - weights[own[0]].mean(axis=0) if own else None
    axes = axes_of(weights, between if chosen == "means" else None, n_axes)
    places = group_places(groups, position, weights, axes.points, confidence)
    found = None
    if pair is not None:
        lots = np.arange(len(counts)) if cluster is None else cluster
        found = network_contrast(
            places[pair[0]], places[pair[1]], (axes.points[own[0]], axes.points[own[1]]),
            (weights[own[0]], weights[own[1]]), (lots[own[0]], lots[own[1]]),
            confidence=confidence, n_resamples=n_resamples, random_state=random_state,
        )  # fmt: skip
    return EpistemicSpace(
        tuple(codes), tuple(networks), groups, tuple(group), counts, weights, chosen, axes,
        placed(weights, axes.points, len(codes)), places, found, confidence,
    )  # fmt: skip


def check_window(window: object) -> Window:
    """Return the length of a window, or ``"conversation"``."""
    if isinstance(window, str):
        check_one_of(window, ("conversation",), what="window: a number of lines, or")
        return "conversation"
    return check_count(window, what="window", least=1)


def _contrast(
    groups: tuple[Hashable, ...], contrast: Sequence[Hashable] | None
) -> tuple[int, int] | None:
    """Return the places of the two groups that are compared, the reference first."""
    if contrast is None:
        return (0, 1) if len(groups) == 2 else None
    wanted = check_list(contrast, what="contrast", of="two groups")
    if len(wanted) != 2 or wanted[0] == wanted[1]:
        raise StatisticsError(f"contrast={shown(contrast)}: name two groups, the reference first")
    for each in wanted:
        if not is_among(each, groups):
            known = f"the groups are {list(groups)!r}" if groups else "give by=, which makes groups"
            raise StatisticsError(f"contrast={shown(contrast)}: no group {each!r}; {known}")
    return groups.index(wanted[0]), groups.index(wanted[1])


def _codes(frame: object, codes: object) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    """Return the names of codes, and lines × codes."""
    import pandas as pd

    check_kind(
        frame, pd.DataFrame, what="frame", error=StatisticsError,
        advice="pass a frame with a row for each line, such as project.unit_frame(…)",
    )  # fmt: skip
    assert isinstance(frame, pd.DataFrame)
    names = check_list(codes, what="codes", of="columns")
    if len(names) < 3 or len(set(names)) < len(names):
        raise StatisticsError(f"codes={shown(codes)}: name three columns at least, each once")
    for name in names:
        _column(frame, name, "codes")
    table = numbers(frame[list(names)].to_numpy(), what="codes")
    if not np.isin(table, (0, 1)).all():
        raise StatisticsError("codes: a line carries a code or does not: 1 or 0, and nothing else")
    return tuple(map(str, names)), table.astype(np.bool_)


def _numbered(frame: Any, columns: object, what: str) -> tuple[list[Hashable], Longs]:
    """Return the distinct values of columns in order, and the number of each row's value."""
    alone = isinstance(columns, str)
    names = [columns] if alone else list(check_list(columns, what=what, of="columns"))
    for name in names:
        _column(frame, name, what)
    if frame[names].isna().any(axis=None):
        raise StatisticsError(f"{what}={shown(columns)}: a line has no value: leave it out")
    grouped = frame.groupby(names[0] if alone else names, sort=True, observed=True)
    keys = [plain_scalar(key) for key in grouped.groups]
    return keys, grouped.ngroup().to_numpy().astype(np.int64)


def _column(frame: Any, name: object, what: str) -> None:
    if name not in frame.columns:
        raise StatisticsError(
            f"{what}: the frame has no column {name!r}; it has {', '.join(map(str, frame.columns))}"
        )
