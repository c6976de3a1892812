"""What coders are compared on: which of them put what on which unit, as ratings that measures take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.checks import looked_up
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.recipe import Answer
from qualcode.stats.agreement.ratings import Ratings
from qualcode.stats.agreement.result import StudySummary
from qualcode.stats.agreement.study.coding_table import (
    POOLED,
    SETS,
    Flags,
    set_ratings,
)

__all__ = ["ComparedRatings"]


class ComparedRatings(Answer):
    """Coders and nodes, and the ratings that follow from which coder put which node on which unit."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def coders(self) -> tuple[str, ...]:
            """Who is compared."""

        @property
        def unit(self) -> str:
            """What a unit is."""

        @property
        def nodes(self) -> tuple[Node, ...]:
            """What is compared: codes, themes or domains."""

        @property
        def present(self) -> Flags:
            """Whether the coder put the node on the unit, shape (coders, units, nodes)."""

        @property
        def rated(self) -> Flags:
            """Whether the coder decided about the unit at all, shape (coders, units)."""

        def clusters_of(self, of: str) -> object:
            """Return the document of each unit of `ratings`, as measures take it."""

        def summary(
            self, of: str, *, part: Literal["where", "what", "weight", "order"] | None = None
        ) -> StudySummary:
            """Return what a result says of what it was computed on."""

    @property
    def level(self) -> str:
        """``"code"``, ``"theme"`` or ``"domain"``: what is compared."""
        return self.nodes[0].level

    def ratings_of(self, of: str) -> Ratings:
        """Return the ratings as the measures take them.

        Parameters
        ----------
        of : str
            ``"sets"``: each rating is the frozenset of the codes on the unit. The id of a code, theme or
            domain: whether it is on the unit. ``"pooled"``: that of all of them, one after the other, so
            that there are units × codes columns.
        """
        self.check_of(of)
        if of == SETS:
            return self.sets_of(self.rated)
        if of == POOLED:
            return self.yes_or_no(np.concatenate(list(np.moveaxis(self.present, 2, 0)), axis=1))
        return self.yes_or_no(self.present[:, :, self.number(of)])

    def yes_or_no(self, present: Flags) -> Ratings:
        """Return whether something is on the unit as ratings; missing where the coder did not decide."""
        rated = np.tile(self.rated, present.shape[1] // max(1, self.rated.shape[1]))
        return self._by_unit(Ratings(np.where(rated, present, -1).astype(np.int8), (False, True)))

    def sets_of(self, rated: Flags) -> Ratings:
        """Return the sets of nodes on the units as ratings; missing where the coder did not decide."""
        return self._by_unit(set_ratings(self.present, rated, [node.id for node in self.nodes]))

    def of_every_unit(self, present: Flags) -> Ratings:
        """Return whether something is on the unit as ratings, with a column for every single unit."""
        return self.yes_or_no(present)

    def units_with(self, node: int) -> tuple[int, ...]:
        """Return on how many units each coder put a node."""
        return tuple(self.present[:, :, node].sum(axis=1).tolist())

    @property
    def coded_units(self) -> tuple[int, ...]:
        """On how many units any coder put each node."""
        return tuple(self.present.any(axis=0).sum(axis=0).tolist())

    def _by_unit(self, ratings: Ratings) -> Ratings:
        """Return ratings of what `present` has as those of units: the same, where these are units."""
        return ratings

    def number(self, of: str) -> int:
        """Return the place of a code, theme or domain among `nodes`."""
        self.check_of(of, also=())
        return [node.id for node in self.nodes].index(of)

    def check_of(self, of: object, *, also: tuple[str, ...] = (SETS, POOLED)) -> None:
        """Refuse what cannot be compared here."""
        ids = [node.id for node in self.nodes]
        if not isinstance(of, str) or of not in (*also, *ids):
            known = f"{SETS!r}, {POOLED!r}, or one" if also else "one"
            raise StatisticsError(
                f"of={looked_up(of)}: compare {known} of the {len(ids)} {self.level}s."
                f"{did_you_mean(of, [*also, *ids])}"
            )
