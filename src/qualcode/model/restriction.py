"""How a project was narrowed before it was read: to a moment, coders, documents, origins, or a query."""

from __future__ import annotations

from typing import Literal

import attrs

from qualcode.model.coding.queries import Query

__all__ = ["Moment", "Restriction"]


@attrs.frozen
class Restriction:
    """What a project was narrowed to; see `State.restricted`.

    Parameters
    ----------
    coders, documents, origin : tuple of str or None
        What stays; everything when None.
    where : Query or None
        Which assignments stay.
    who : {"everybody", "rule", "persons"}
        Whose assignments the query was asked of.
    """

    coders: tuple[str, ...] | None = None
    documents: tuple[str, ...] | None = None
    origin: tuple[str, ...] | None = None
    where: Query | None = None
    who: Literal["everybody", "rule", "persons"] = "everybody"

    def __str__(self) -> str:
        if self.where is not None:
            return f"restricted(where={str(self.where)!r})"
        name = next(
            each.name for each in attrs.fields(Restriction) if getattr(self, each.name) is not None
        )
        return f"restricted({name}={list(getattr(self, name))!r})"


@attrs.frozen
class Moment:
    """Which moment of a project was asked for; see `State.at`.

    Parameters
    ----------
    revision : int or None
        Number of a codebook revision.
    event : str or None
        The start of the id of an event.
    time : str or None
        In ISO 8601 and UTC.
    """

    revision: int | None = None
    event: str | None = None
    time: str | None = None

    def __str__(self) -> str:
        if self.event is not None:
            return f"at({self.event!r})"
        if self.time is not None:
            return f"at(time={self.time!r})"
        return f"at(revision={self.revision})"
