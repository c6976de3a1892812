"""A finding of a synthesis: a theme, domain or code with the sources behind it."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from qualcode.model.codebooks.hierarchy import Node
from qualcode.stats.arguments import check_one_of
from qualcode.stats.synthesis.directions import DIRECTIONS, Direction

__all__ = ["Finding", "column"]


@attrs.frozen
class Finding:
    """What a synthesis finds on one theme, domain or code.

    Parameters
    ----------
    node : Node
        The theme, domain or code.
    above : tuple of Node
        What it lies under, from the top down.
    directions : mapping of str to Direction
        For each source behind it, by id, which way it points: both ways at once is ``"mixed"``.
    segments : int
        How many distinct segments stand behind it.
    """

    node: Node
    above: tuple[Node, ...] = attrs.field(repr=False)
    directions: Mapping[str, Direction] = attrs.field(hash=False)
    segments: int

    @property
    def id(self) -> str:
        """Id of the theme, domain or code."""
        return self.node.id

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources behind it, in the project's order."""
        return tuple(self.directions)

    def pointing(self, direction: Direction) -> tuple[str, ...]:
        """Return the sources that point one way.

        Parameters
        ----------
        direction : {"supports", "constrains", "mixed", "not stated"}
            Which way.
        """
        wanted = check_one_of(direction, DIRECTIONS, what="direction")
        return tuple(id for id, each in self.directions.items() if each == wanted)

    @property
    def direction(self) -> Direction:
        """Which way it points: the one way of all sources that say so, or else mixed."""
        said = {each for each in self.directions.values() if each != "not stated"}
        if len(said) > 1:
            return "mixed"
        return next(iter(said), "not stated")

    @property
    def is_contradicted(self) -> bool:
        """Whether some sources have it support and others have it constrain."""
        return bool(self.pointing("supports") and self.pointing("constrains"))


def column(direction: Direction) -> str:
    """Return the column of a frame that counts the sources of a direction."""
    return direction.replace(" ", "_")
