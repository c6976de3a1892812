"""How a project was narrowed before it was read: to a moment, to some coders, documents or origins."""

from __future__ import annotations

import attrs

__all__ = ["Moment", "Restriction"]


@attrs.frozen
class Restriction:
    """What a project was narrowed to; see `State.restricted`.

    Parameters
    ----------
    coders, documents, origin : tuple of str or None
        What stays; everything when None.
    """

    coders: tuple[str, ...] | None = None
    documents: tuple[str, ...] | None = None
    origin: tuple[str, ...] | None = None

    def __str__(self) -> str:
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
