"""Summaries: what a person writes of a case and a theme, as a cell of the framework matrix."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from qualcode.model.readable import Readable, many
from qualcode.model.times import with_moments

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Anchor",
    "CellKey",
    "Place",
    "Summaries",
    "Summary",
    "cell_fields",
    "cell_of",
    "register_of",
]

CellKey: TypeAlias = tuple[str, str, str, str]
"""Case; level, ``"domain"``, ``"theme"`` or ``"code"``; id of the node; and of its rollup, none for codes."""

Place: TypeAlias = tuple[str, int, int]
"""Document, start and end of a segment, in the text in force."""

_REGISTER = "summary"


@attrs.frozen
class Anchor:
    """A segment that a summary was written from.

    Parameters
    ----------
    document : str
        Id of the document.
    start, end : int
        Where it is in the text in force; where its place is not certain, where it was.
    outcome : {"kept", "changed", "quarantined"}
        What corrections did to it since: nothing, changed words within, or its place is not certain.
    """

    document: str
    start: int
    end: int
    outcome: str = "kept"

    @property
    def place(self) -> Place | None:
        """Where it is; None where that is not certain."""
        return None if self.outcome == "quarantined" else (self.document, self.start, self.end)


@attrs.frozen
class Summary:
    """What a person wrote of one case and one theme, domain or code.

    Parameters
    ----------
    case : str
        Id of the case.
    level : {"domain", "theme", "code"}
        What it is about.
    node : str
        Id of the theme, domain or code.
    rollup : str
        Id of the rollup that has it; empty for a code.
    text : str
        The summary.
    coder, time : str
        Who wrote it, and when (UTC, ISO 8601).
    revision : str or None
        Id of the codebook revision that was the newest then.
    id : str
        Short id of the event by which it was written.
    anchors : tuple of Anchor
        The segments that were coded so when it was written.
    """

    case: str
    level: str
    node: str
    rollup: str
    text: str
    coder: str
    time: str
    revision: str | None = None
    id: str = ""
    anchors: tuple[Anchor, ...] = ()

    @property
    def key(self) -> CellKey:
        """Which cell it fills."""
        return self.case, self.level, self.node, self.rollup

    def is_from(self, documents: Collection[str]) -> bool:
        """Tell whether a segment of one of some documents was before its author."""
        return any(each.document in documents for each in self.anchors)

    def __str__(self) -> str:
        return self.text


class Summaries(Readable, tuple[Summary, ...]):
    """Summaries in the order written: a tuple that can be looked at as a table."""

    __slots__ = ()
    _print_columns = ("case", "node", "time", "coder", "text")

    @property
    def caption(self) -> str:
        """How many there are."""
        return many(len(self), "summary", "summaries")

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each.

        Columns: case, level, node (id of the theme, domain or code), rollup, text, coder, time, revision,
        segments (how many it was written from), id.
        """
        import pandas as pd

        columns = [
            "case", "level", "node", "rollup", "text", "coder", "time", "revision", "segments", "id",
        ]  # fmt: skip
        rows = [
            (
                each.case, each.level, each.node, each.rollup, each.text, each.coder, each.time,
                each.revision, len(each.anchors), each.id,
            )
            for each in self
        ]  # fmt: skip
        return with_moments(pd.DataFrame(rows, columns=columns))


def cell_fields(level: str, node: str, rollup: str, places: Iterable[Place]) -> dict[str, Any]:
    """Return what an event says of a cell, in ids: which it is, and the segments that were coded so.

    Examples
    --------
    >>> cell_fields("theme", "trust", "factors", [("a", 4, 9), ("a", 0, 3)])
    {'level': 'theme', 'node': 'trust', 'rollup': 'factors', 'had': {'a': [[0, 3], [4, 9]]}}
    """
    had: dict[str, list[list[int]]] = {}
    for document, start, end in sorted(set(places)):
        had.setdefault(document, []).append([start, end])
    named = {"level": level, "node": node} | ({"rollup": rollup} if rollup else {})
    return {**named, "had": had}


def register_of(level: str, node: str, rollup: str) -> str:
    """Return the property of a case that a summary sets.

    Examples
    --------
    >>> register_of("theme", "trust", "factors"), register_of("code", "trust", "")
    ('summary theme trust in factors', 'summary code trust')
    """
    return f"{_REGISTER} {level} {node}" + (f" in {rollup}" if rollup else "")


def cell_of(field: str) -> tuple[str, str, str] | None:
    """Return level, node and rollup of a property that a summary sets; None for another property.

    Examples
    --------
    >>> cell_of("summary theme trust in factors"), cell_of("variable site")
    (('theme', 'trust', 'factors'), None)
    """
    what, _, rest = field.partition(" ")
    if what != _REGISTER:
        return None
    level, _, named = rest.partition(" ")
    node, _, rollup = named.partition(" in ")
    return level, node, rollup
