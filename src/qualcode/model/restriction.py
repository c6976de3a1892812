"""How a project was narrowed before it was read: to a moment, coders, documents, origins, or a query."""

from __future__ import annotations

from typing import Literal

import attrs

from qualcode.model.coding.queries import Query, where

__all__ = ["Moment", "Restriction"]


_NAMED = ("coders", "documents", "origin", "speakers", "roles")


@attrs.frozen
class Restriction:
    """What a project was narrowed to; see `State.restricted`.

    Parameters
    ----------
    coders, documents, origin : tuple of str or None
        What stays; everything when None.
    speakers, roles : tuple of str or None
        Whose words stay: names or aliases, and roles; everybody's when None.
    where : Query or None
        Which assignments stay.
    who : {"everybody", "rule", "persons"}
        Whose assignments the query was asked of.
    """

    coders: tuple[str, ...] | None = None
    documents: tuple[str, ...] | None = None
    origin: tuple[str, ...] | None = None
    speakers: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    where: Query | None = None
    who: Literal["everybody", "rule", "persons"] = "everybody"

    def __str__(self) -> str:
        if self.where is not None:
            return f"restricted(where={str(self.where)!r})"
        given = {name: getattr(self, name) for name in _NAMED}
        told = (f"{name}={list(ids)!r}" for name, ids in given.items() if ids is not None)
        return f"restricted({', '.join(told)})"

    @property
    def spoken(self) -> Query | None:
        """What words stay, as a query; None where those of everybody do."""
        if self.speakers is None and self.roles is None:
            return None
        return where(speaker=self.speakers, role=self.roles)

    @property
    def asked(self) -> Query | None:
        """The query that assignments fit which stay, if it is by one that the project was narrowed."""
        return self.where if self.where is not None else self.spoken


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
