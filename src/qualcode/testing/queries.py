"""Strategies for queries: of assignments and of units, in the words of a project or in any."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import strategies as st

from qualcode.model.coding.criteria import UNITS
from qualcode.model.coding.queries import Query, units, where
from qualcode.model.coding.queries import query as named
from qualcode.model.texts.documents import Case, Document
from qualcode.project.view import View
from qualcode.testing.picks import Picks, numbers

__all__ = ["queries"]

_WORDS = (
    "trust",
    "and",
    "Lack of trust",
    "it's “quoted”",
    "within",
    "true",
    "2026-01-31",
    "信任 🙂",
    '"',
    "a\\b",
    "two\nlines",
    "<f>",
    "[",
    "x,y=z",
)
_VALUES = ("north", True, 3, -2.5, 1e300, date(2026, 1, 5), None, "7", ("x", 2), ())
_TEXTS: tuple[Any, ...] = (
    "a",
    "share",
    "budget*",
    "one budget",
    "信",
    ("dr", "it’s"),
    re.compile(r"[.!?]"),
    re.compile(r"\w+ [a-z]", re.IGNORECASE),
    re.compile('"\\d ', re.DOTALL | re.MULTILINE),
)
_SPEAKERS = ("ANA", "ben", ("Ana", "Who"))
_ORIGINS = ("hand", "import", "suggestion:nearest", ("hand", "import"))
_TIMES = ("2026-01-01", "2026-03-01T09:00:00Z")
_SENTENCES = re.compile(r"[^.!?]+[.!?]")
_DEEPEST = 3


def queries(view: View | None = None) -> st.SearchStrategy[Query]:
    """Return a strategy for queries of assignments, and of units of every kind.

    Parameters
    ----------
    view : View, optional
        A project that can answer them: they ask for what it has. When not given, they ask for anything,
        and can be written and read, but not answered.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from qualcode import parse_query
    >>> @settings(max_examples=20)
    ... @given(queries())
    ... def test_a_query_is_read_as_it_is_written(query):
    ...     assert parse_query(str(query)) == query
    >>> test_a_query_is_read_as_it_is_written()
    """
    return numbers(32).map(lambda drawn: _Making(view, Picks(drawn)).any())


class _Making:
    """Makes one query.

    Parameters
    ----------
    view : View or None
        The project that is to answer it.
    picks : Picks
        What chooses.
    """

    def __init__(self, view: View | None, picks: Picks) -> None:
        self._view = view
        self._picks = picks
        self._units: tuple[Any, ...] = (*UNITS, _SENTENCES)

    def any(self, depth: int = 0) -> Query:
        """Return a query of any kind."""
        return self.of_kind(self._picks.one((None, None, None, *self._units)), depth)

    def of_kind(self, unit: Any, depth: int) -> Query:
        """Return a query of assignments or, with a unit, of these units."""
        picks = self._picks
        made = picks.below(10) if depth < _DEEPEST else 0
        if made < 3:
            return self._lone(unit, depth)
        part = self.of_kind(unit, depth + 1)
        match made:
            case 3:
                return part & self.of_kind(unit, depth + 1)
            case 4:
                return part | self.of_kind(unit, depth + 1)
            case 5:
                return ~part
            case 6:
                return part.overlaps(self.any(depth + 1))
            case 7:
                return part.inside(self.any(depth + 1))
            case 8:
                return part.followed_by(self.any(depth + 1), picks.one((None, 0, 1, 5, 200)))
        if picks.chance():
            return part.at(self._revision())
        return part.narrowed(
            **(self._assigned() if unit is None and picks.chance() else self._of_place())
        )

    def _lone(self, unit: Any, depth: int) -> Query:
        """Return a query that is made of no other of its kind."""
        picks = self._picks
        if unit is not None:
            return units(unit) if picks.chance() else self.any(depth + 1).within(unit)
        if self._view is None and picks.chance():
            return named(picks.one(_WORDS))
        if picks.chance():
            return where(**self._of_place())
        return where(**self._assigned()) if not picks.chance() else where()

    def _revision(self) -> int | str:
        if self._view is None:
            moments: tuple[int | str, ...] = (1, -1, 12, "ab12", "7")
            return self._picks.one(moments)
        return 1 + self._picks.below(len(self._view.history))

    def _listed(self, values: Sequence[str]) -> Any:
        if not values:
            return ()
        return (
            self._picks.some(values, least=0) if self._picks.chance() else self._picks.one(values)
        )

    def _assigned(self) -> dict[str, Any]:
        """Return criteria of assignments."""
        view, picks = self._view, self._picks
        codes = _WORDS if view is None else tuple(view.codebook.codes)
        coders = _WORDS if view is None else tuple(view.assignments.coders)
        match picks.below(8):
            case 5:
                return {"also": self._listed(codes)}
            case 6:
                return {"origin": picks.one(_ORIGINS)}
            case 7:
                return {picks.one(("since", "until")): picks.one(_TIMES)}
            case 4 | 3:
                return {"coder": self._listed(coders)}
            case _:
                return {"code": self._listed(codes), "descendants": not picks.chance()}

    def _of_place(self) -> dict[str, Any]:
        """Return criteria of places."""
        view, picks = self._view, self._picks
        match picks.below(4):
            case 0:
                return {"text": picks.one(_TEXTS)}
            case 1:
                return {"speaker": picks.one(_SPEAKERS)}
            case 2:
                return {"document": self._listed(_WORDS if view is None else tuple(view.documents))}
        if view is None:
            chosen = picks.some(_WORDS, least=0, most=2)
            return {"variables": {name: picks.one(_VALUES) for name in chosen}}
        holders: list[Document | Case] = [*view.documents.values(), *view.cases.values()]
        held = [pair for each in holders for pair in each.variables.items()]
        return {"variables": dict([picks.one(held)]) if held else {}}
