"""What a query selects, the slow way: Python sets, one code point after the other.

Nothing here uses how the library reads assignments, finds what overlaps, or lifts a query to units. How texts
are cut is its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from tests.reference import keywords
from tests.reference.states import Row, follow, logged, read

from qualcode.model.coding.queries import (
    AsOf,
    Both,
    Criterion,
    Either,
    Every,
    Narrowed,
    Not,
    Query,
    Related,
    Within,
)
from qualcode.model.ids import fold
from qualcode.model.state import State
from qualcode.model.texts.segmenters import segment

Place = tuple[str, int, int]


class Unit(NamedTuple):
    """A unit: what it is called, the places it consists of, and who is said to speak there."""

    name: object
    places: frozenset[Place]
    speaker: str | None = None


Selection = set[Any]
"""Rows, or units."""


def points(place: Place) -> set[tuple[str, int]]:
    """Return the code points of a place, one by one."""
    document, start, end = place
    return {(document, at) for at in range(start, end)}


def place_of(row: Row) -> Place:
    return row.document, row.start, row.end


def places_of(selection: Iterable[Any]) -> set[Place]:
    found: set[Place] = set()
    for each in selection:
        found |= each.places if isinstance(each, Unit) else {place_of(each)}
    return found


class Oracle:
    """Answers queries about a project.

    Parameters
    ----------
    state : State
        The project.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.rows = read(state)

    # Kinds

    def kind(self, query: Query) -> Any:
        """Return the unit that a query selects, or None for assignments."""
        match query:
            case Within() | Every():
                return query.unit
            case Both() | Either():
                return self.kind(query.left)
            case Criterion():
                return None
            case _:
                return self.kind(query.query)  # type: ignore[attr-defined]

    def units(self, unit: Any) -> set[Unit]:
        """Return all units of a kind."""
        if unit == "segment":
            return {Unit(place_of(row), frozenset([place_of(row)])) for row in self.rows}
        if unit == "case":
            return {
                Unit(
                    case,
                    frozenset(
                        (id, 0, len(document.text))
                        for id, document in self.state.documents.items()
                        if case in document.cases and document.text
                    ),
                )
                for case in self.state.cases
            }
        found = segment(self.state.documents.values(), unit=unit)
        cut = [((each.document.id, each.start, each.end), each.speaker) for each in found]
        return {Unit(place, frozenset([place]), speaker) for place, speaker in cut}

    # Selecting

    def select(self, query: Query) -> Selection:
        """Return the rows, or units, that a query selects."""
        unit = self.kind(query)
        every: Selection = set(self.rows) if unit is None else set(self.units(unit))
        match query:
            case Both():
                return self.select(query.left) & self.select(query.right)
            case Either():
                return self.select(query.left) | self.select(query.right)
            case Not():
                return every - self.select(query.query)
            case Every():
                return every
            case Criterion():
                return {each for each in every if self.meets(each, query)}
            case Narrowed():
                return {e for e in self.select(query.query) if self.meets(e, query.criterion)}
            case Within():
                return self.lifted(query.query, query.unit)
            case Related():
                others = places_of(self.select(query.other))
                return {
                    each
                    for each in self.select(query.query)
                    if any(
                        related(query, mine, other)
                        for mine in places_of([each])
                        for other in others
                    )
                }
            case AsOf():
                return self.as_of(query) & every
        raise AssertionError(query)

    def lifted(self, query: Query, unit: Any) -> set[Unit]:
        """Return the units that hold something of each part of a query."""
        every = self.units(unit)
        match query:
            case Both():
                return self.lifted(query.left, unit) & self.lifted(query.right, unit)
            case Either():
                return self.lifted(query.left, unit) | self.lifted(query.right, unit)
            case Not():
                return every - self.lifted(query.query, unit)
        found = self.select(query)
        if self.kind(query) == unit:
            return found
        places = places_of(found)
        if unit == "segment":
            return {each for each in every if each.places <= places}
        covered = set().union(*map(points, places))
        return {each for each in every if any(points(place) & covered for place in each.places)}

    def as_of(self, query: AsOf) -> Selection:
        then = Oracle(self.state.at(revision=query.revision))
        found = then.select(query.query)
        unit = self.kind(query)
        if unit is not None:
            names = {each.name if unit == "case" else each.places for each in found}
            return {
                each
                for each in self.units(unit)
                if (each.name if unit == "case" else each.places) in names
            }
        return {
            row._replace(code=follow(self.state.codebook, row))
            for row in logged(then.state)
            if row.document in then.state.documents
            and row._replace(code=follow(then.state.codebook, row)) in found
        }

    # Criteria

    def meets(self, each: Row | Unit, criterion: Criterion) -> bool:
        given = criterion.given if isinstance(criterion.given, tuple) else (criterion.given,)
        match criterion.name:
            case "all":
                return True
            case "code":
                assert isinstance(each, Row)
                return each.code in self.below(given, criterion.descendants)
            case "coder":
                return each.coder in given
            case "also":
                assert isinstance(each, Row)
                codes = self.below(given, True)
                return any(
                    place_of(row) == place_of(each) and row.code in codes for row in self.rows
                )
        places = each.places if isinstance(each, Unit) else {place_of(each)}
        speaker = each.speaker if isinstance(each, Unit) else None
        return any(self.fits(place, criterion, given, speaker) for place in places)

    def fits(self, place: Place, criterion: Criterion, given: Any, speaker: str | None) -> bool:
        document = self.state.documents[place[0]]
        quote = document.text[place[1] : place[2]]
        match criterion.name:
            case "document":
                return document.id in given
            case "variables":
                return all(
                    self.has(document.id, name, value) for name, value in criterion.given.items()
                )
            case "text":
                if isinstance(criterion.given, re.Pattern):
                    return criterion.given.search(quote) is not None
                return any(keywords.found(each, quote) for each in given)
            case "speaker":
                names = {fold(each) for each in given}
                if speaker is not None:
                    return fold(speaker) in names
                turns = [
                    turn
                    for turn in segment([document], unit="turn")
                    if points((document.id, turn.start, turn.end)) & points(place)
                ]
                spoken = [
                    turn.speaker is not None and fold(turn.speaker) in names for turn in turns
                ]
                return bool(spoken) and all(spoken)
        raise AssertionError(criterion)

    def has(self, id: str, name: str, value: str | int | float | bool | date | None) -> bool:
        document = self.state.documents[id]
        own = document.variables.get(name)
        if own is not None:
            return own == value
        return any(
            self.state.cases[case].variables.get(name) == value
            for case in document.cases
            if case in self.state.cases
        )

    def below(self, codes: Iterable[str], descendants: bool) -> set[str]:
        """Return codes, as what they were merged into, with all below them."""
        held: Mapping[str, Any] = self.state.codebook.codes
        found = set()
        for code in codes:
            while held[code].merged_into is not None:
                code = held[code].merged_into
            found.add(code)
        grown = descendants
        while grown:
            more = {id for id, code in held.items() if code.parent in found} - found
            found |= more
            grown = bool(more)
        return found


def related(query: Related, mine: Place, other: Place) -> bool:
    """Tell whether one place is to another as a query says."""
    if mine[0] != other[0]:
        return False
    match query.how:
        case "overlaps":
            return bool(points(mine) & points(other))
        case "inside":
            return points(mine) <= points(other)
        case _:
            between = other[1] - mine[2]
            return between >= 0 and (query.distance is None or between <= query.distance)
