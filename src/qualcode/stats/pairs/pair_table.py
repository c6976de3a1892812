"""How often the pairs of some codes meet, as a table: counts, coefficients and frames."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import NotFoundError, StatisticsError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import check_texts, looked_up, shown
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.recipe import Answer
from qualcode.stats.arguments import check_count, check_list
from qualcode.stats.coefficients import (
    COEFFICIENTS,
    Coefficient,
    CoefficientLike,
    coefficient,
    coefficient_or_count,
)
from qualcode.stats.counting.meeting import Meeting
from qualcode.stats.pairs.association import Association, association, why_undefined

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BASIC", "PairTable"]

Longs = npt.NDArray[np.int64]
BASIC = ("jaccard", "dice", "lift", "npmi")
"""The coefficients that frames show unless others are asked for."""


@attrs.frozen(eq=False)
class PairTable(Answer):
    """Counts of units that carry two nodes, for each pair of nodes.

    Parameters
    ----------
    nodes : tuple of Node
        The codes, themes or domains, without those that nothing carries.
    counts : array of int64, shape (nodes, nodes)
        Symmetric unless `directed`; the diagonal is each node's own number of units.
    n_units : int
        How many units there are, those without any code included where units are sentences,
        paragraphs, turns, documents or cases.
    unit : str or None
        On what units codes meet; None where spans meet without any.
    meeting : {"overlap", "contained"} or None
        How spans meet, where they are cut into no units.
    same_coder : bool
        Whether both codes had to come from one coder.
    rollup : Rollup
        Along which the nodes are.
    gap : int or None
        How far apart spans, or units, may be that meet.
    min_overlap : int, float or None
        How many code points spans share at least that meet, or how much of the shorter one.
    """

    _figure = "qualcode.report.plot.pairs:cooccurrence"

    nodes: tuple[Node, ...] = attrs.field(repr=False)
    counts: Longs = attrs.field(repr=False)
    n_units: int
    unit: str | None
    meeting: Meeting | None
    same_coder: bool
    rollup: Rollup = attrs.field(repr=False)
    gap: int | None
    min_overlap: int | float | None

    @property
    def codebook(self) -> Codebook:
        """The codebook that codes were read through."""
        raise NotImplementedError

    @property
    def directed(self) -> bool:
        """Whether it matters which node is named first: the first lies inside the second."""
        return self.meeting == "contained"

    @property
    def _print_title(self) -> str:
        level = self.nodes[0].level if self.nodes else "code"
        kept = {"overlap": "overlapping segments", "contained": "segments inside others"}
        where = f"{self.unit}s" if self.meeting is None else kept[self.meeting]
        return f"Pairs of {level}s that meet in {where} ({self.n_units:,} in all), most often first"

    @cached_property
    def _position(self) -> dict[str, int]:
        return {node.id: at for at, node in enumerate(self.nodes)}

    def at(self, id: str) -> int:
        """Return which row of `counts` a node has.

        Raises
        ------
        NotFoundError
            When nothing was counted for it.
        """
        if not isinstance(id, str) or id not in self._position:
            raise NotFoundError(
                f"nothing was counted for {looked_up(id)}: it is not among the {len(self.nodes)} "
                f"{self.nodes[0].level if self.nodes else 'node'}s here."
                f"{did_you_mean(id, self._position)}"
            )
        return self._position[id]

    def both(self, first: str, second: str) -> int:
        """Return how many units carry both of two nodes, or of the first lie inside the second.

        Raises
        ------
        NotFoundError
            When there is no such node; of one that nothing carries, no unit does.
        """
        one, other = self._row(first), self._row(second)
        return 0 if one is None or other is None else int(self.counts[one, other])

    def _row(self, id: str) -> int | None:
        """Return which row a node has; None for one that nothing carries."""
        return None if isinstance(id, str) and id in self._uncarried else self.at(id)

    @cached_property
    def _uncarried(self) -> frozenset[str]:
        level = self.nodes[0].level if self.nodes else None
        return frozenset(
            node.id
            for node in lay_over(self.rollup, self.codebook).nodes
            if node.id != UNASSIGNED and level in (None, node.level)
        ).difference(self._position)

    def pairs(
        self, pairs: Iterable[tuple[str, str]] | None = None, *, min_count: int = 0
    ) -> tuple[Longs, Longs]:
        """Return the rows and columns of `counts` where some pairs are, all when none are named.

        Where `directed`, all are the pairs in both orders.
        """
        min_count = check_count(min_count, what="min_count")
        if pairs is not None:
            found = [
                (self.at(one), self.at(other))
                for one, other in (
                    _pair(each) for each in check_list(pairs, what="pairs", of="pairs of ids")
                )
            ]
            first, second = np.array(found, dtype=np.int64).reshape(-1, 2).T
            return first, second
        # Of many codes most pairs never meet.
        first, second = np.nonzero(self.counts >= min_count)
        wanted = first != second if self.directed else first < second
        return first[wanted], second[wanted]

    # Coefficients

    @question()
    def association(self) -> Association:
        """Return every coefficient for every pair, with the reason where one is undefined."""
        own = np.diagonal(self.counts)
        return association(self.counts, own[:, None], own[None, :], self.n_units)

    def matrix(self, measure: CoefficientLike = "count") -> pd.DataFrame:
        """Return a square frame of a measure: ``"count"`` or a coefficient; NaN where undefined."""
        import pandas as pd

        ids = [node.id for node in self.nodes]
        values: Any = self.counts
        known = coefficient_or_count(measure)
        if known is not None:
            own = np.diagonal(self.counts)
            values = known(self.counts, own[:, None], own[None, :], self.n_units)
        return pd.DataFrame(values, index=ids, columns=ids)

    def to_frame(
        self, *, measures: Iterable[CoefficientLike] | Literal["all"] = BASIC, min_count: int = 1
    ) -> pd.DataFrame:
        """Return a frame with a row for each pair that meets often enough, strongest first.

        Where `directed`, each pair has two rows: a inside b, and b inside a.

        Columns: a, b (ids), both, n_a, n_b, n, a column for each coefficient (given by name, or as a
        `Coefficient` of your own; ``measures="all"`` shows all of the table), and reason (why one of
        them is undefined). All are defined on sets of units, so ``jaccard`` lies between 0 and 1.
        """
        import pandas as pd

        all_of_them = isinstance(measures, str) and measures == "all"
        given = COEFFICIENTS if all_of_them else _several(measures)
        chosen = {known.name: known for known in map(coefficient, given)}
        first, second = self.pairs(min_count=min_count)
        own = np.diagonal(self.counts)
        both, n_a, n_b = self.counts[first, second], own[first], own[second]
        values = {name: known(both, n_a, n_b, self.n_units) for name, known in chosen.items()}
        ids = np.array([node.id for node in self.nodes], dtype=object)
        frame = pd.DataFrame(
            {
                "a": ids[first],
                "b": ids[second],
                "both": both,
                "n_a": n_a,
                "n_b": n_b,
                "n": np.full(len(both), self.n_units, dtype=np.int64),
                **values,
                "reason": why_undefined(chosen.values(), both, n_a, n_b, self.n_units),
            }
        )
        order = ["both", *[*chosen][:1], "a", "b"]
        descending = [name not in ("a", "b") for name in order]
        return frame.sort_values(
            order, ascending=[not down for down in descending], ignore_index=True
        )


def _several(measures: object) -> tuple[Any, ...]:
    """Return one coefficient or several as a tuple."""
    if isinstance(measures, str | Coefficient):
        return (measures,)
    return check_list(measures, what="measures", of="names of coefficients")


def _pair(value: object) -> tuple[str, str]:
    pair = check_texts(value, what="pairs: each pair", error=StatisticsError)
    if len(pair) != 2:
        raise StatisticsError(f"pairs: each is of two ids, not {shown(value)}")
    return pair[0], pair[1]
