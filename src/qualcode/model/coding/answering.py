"""Answering queries: which assignments, or which units, they select.

Each part of a query is answered for all rows, or all units, at once. What a part selects has a kind:
assignments, or the units of one way of cutting texts. Parts of one kind are combined as sets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import attrs
import numpy as np

from qualcode.errors import NotFoundError, QueryError, did_you_mean
from qualcode.model.checks import looked_up
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.criteria import Unit
from qualcode.model.coding.queries import (
    AsOf,
    Both,
    Criterion,
    Either,
    Every,
    Named,
    Narrowed,
    Not,
    Query,
    Related,
    Within,
)
from qualcode.model.coding.units import UnitPlaces, cut, unit_label
from qualcode.model.log.rows import Events, Flags, Ints, Longs
from qualcode.model.texts.documents import Case, Document, Value
from qualcode.model.texts.keywords import Keywords
from qualcode.model.texts.places import Places
from qualcode.model.texts.spoken import spoken_by

__all__ = ["Made", "Past", "Rows", "Selected", "answered", "are_among", "selected"]


class Rows(Protocol):
    """What is asked about: columns of equal length, and what their numbers stand for."""

    @property
    def codebook(self) -> Codebook:
        """What the codes mean."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id."""

    @property
    def cases(self) -> Mapping[str, Case]:
        """The cases by id; nothing where they are not known."""

    @property
    def code(self) -> Ints:
        """Of each row its code, a place in `codes`."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Ids of codes."""

    @property
    def coder(self) -> Ints:
        """Of each row its coder, a place in `coders`."""

    @property
    def coders(self) -> tuple[str, ...]:
        """Ids of coders."""

    @property
    def document(self) -> Ints:
        """Of each row its document, a place among the documents."""

    @property
    def segment(self) -> Longs:
        """Of each row a number that its segment has alone."""

    @property
    def start(self) -> Ints:
        """Of each row where its segment begins, in code points."""

    @property
    def end(self) -> Ints:
        """Of each row where its segment ends, in code points, half-open."""

    def __len__(self) -> int: ...


@runtime_checkable
class Made(Rows, Protocol):
    """Assignments of which more is known than where they are, of which code and by whom."""

    @property
    def rows(self) -> Events:
        """The assignments as they were made."""

    def reread(self, rows: Events) -> Made:
        """Return other assignments, read as these are."""

    def __iter__(self) -> Iterator[Any]: ...


class Past(Protocol):
    """What knows how things stood; a `State` does."""

    def as_it_stood(self, revision: int | str) -> tuple[Made, Past]:
        """Return the assignments as of a revision, each as it was made, and what knows of times before."""


@attrs.frozen(eq=False)
class Selected:
    """What a query selects.

    Parameters
    ----------
    flags : array of bool
        Which rows or, where there are units, which of these.
    units : UnitPlaces or None
        The units; None where it selects assignments.
    """

    flags: Flags
    units: UnitPlaces | None = None


def selected(query: Query, rows: Rows, past: Past | None = None, *, part: bool = False) -> Selected:
    """Return what a query selects: assignments or, where it is put within units, these.

    Parameters
    ----------
    query : Query
        The query, without names of saved ones.
    rows : Rows
        All assignments there are to be seen.
    past : Past, optional
        What knows how things stood before, for queries as of a revision.
    part : bool, default False
        Whether these are some of all assignments: coders, documents and variables that are not among them
        may be among the others.

    Raises
    ------
    NotFoundError
        When it names what does not exist.
    QueryError
        When its parts are of kinds that do not go together.
    """
    return query.visit(_Answers(rows, past, part))


def answered(query: Query, rows: Rows, past: Past | None = None, *, part: bool = False) -> Flags:
    """Return for each row whether the query holds, shape (n,).

    A query of units holds for the assignments that share text with a unit that it selects; of segments, for
    those put on exactly it. See `selected`.
    """
    found = selected(query, rows, past, part=part)
    if found.units is None:
        return found.flags
    places, chosen = _places(rows), found.units.taken(found.flags)
    return places.are_among(chosen) if found.units.unit == "segment" else places.overlap(chosen)


def _places(rows: Rows) -> Places:
    return Places.of_columns(rows.document, rows.start, rows.end)


class _Answers:
    """Answers each part of a query as what it is: of assignments, or of units."""

    def __init__(self, rows: Rows, past: Past | None, part: bool) -> None:
        self.rows = rows
        self.past = past
        self.part = part
        self.places = _places(rows)
        self._units: dict[Unit, UnitPlaces] = {}

    def units(self, unit: Unit) -> UnitPlaces:
        """Return the units of a kind; the same ones each time."""
        if unit not in self._units:
            self._units[unit] = cut(unit, self.rows.documents, self.rows.cases, self.places)
        return self._units[unit]

    def places_of(self, found: Selected) -> Places:
        """Return the places that are selected."""
        if found.units is None:
            return self.places.take(found.flags)
        return found.units.taken(found.flags)

    def both(self, query: Both) -> Selected:
        left, right = self._of_one_kind(query)
        return attrs.evolve(left, flags=left.flags & right.flags)

    def either(self, query: Either) -> Selected:
        left, right = self._of_one_kind(query)
        return attrs.evolve(left, flags=left.flags | right.flags)

    def _of_one_kind(self, query: Both | Either) -> tuple[Selected, Selected]:
        left, right = query.left.visit(self), query.right.visit(self)
        if left.units is not right.units:
            kinds = " and ".join(_kind(each) for each in (left, right))
            raise QueryError(
                f"{query.left} and {query.right} select {kinds}, which cannot be combined: put both "
                "within the same unit, or take what lies in these units with inside(…) or overlaps(…)"
            )
        return left, right

    def negation(self, query: Not) -> Selected:
        found = query.query.visit(self)
        return attrs.evolve(found, flags=~found.flags)

    def criterion(self, query: Query) -> Selected:
        assert isinstance(query, Criterion)
        if query.is_of_places:
            return Selected(_by_place(query, self.rows, self.places, part=self.part))
        return Selected(_by_assignment(query, self.rows, part=self.part))

    def narrowed(self, query: Narrowed) -> Selected:
        found, criterion = query.query.visit(self), query.criterion
        if found.units is None:
            return Selected(found.flags & criterion.visit(self).flags)
        if not criterion.is_of_places:
            raise QueryError(
                f"{criterion} is of assignments, and cannot narrow {_kind(found)}: put it before "
                f"'within', as in (… {criterion}) within {unit_label(found.units.unit)}"
            )
        units = found.units
        met = _by_place(criterion, self.rows, units.places, units.speakers, part=self.part)
        return attrs.evolve(found, flags=found.flags & units.of(met))

    def within(self, query: Within) -> Selected:
        units = self.units(query.unit)
        return Selected(query.query.visit(_Lifted(self, units)), units)

    def every(self, query: Every) -> Selected:
        units = self.units(query.unit)
        return Selected(np.ones(units.count, dtype=np.bool_), units)

    def related(self, query: Related) -> Selected:
        found, others = query.query.visit(self), self.places_of(query.other.visit(self))
        places = self.places if found.units is None else found.units.places
        if query.how == "overlaps":
            met = places.overlap(others)
        elif query.how == "inside":
            met = places.lie_inside(others)
        else:
            met = places.are_followed_by(others, query.distance)
        if found.units is not None:
            met = found.units.of(met)
        return attrs.evolve(found, flags=found.flags & met)

    def as_of(self, query: AsOf) -> Selected:
        if self.past is None:
            raise QueryError(
                f"{query} asks for how things stood, which assignments alone do not know: ask the "
                "project, with project.find(…) or project.restricted(where=…)"
            )
        rows, past = self.past.as_it_stood(query.revision)
        found = selected(query.query, rows, past)
        if found.units is None:
            then = _made(self.rows, query).reread(rows.rows.take(found.flags))
            return Selected(are_among(self.rows, then))
        return self._units_of_now(found.units, found.flags, rows)

    def _units_of_now(self, then: UnitPlaces, chosen: Flags, rows: Rows) -> Selected:
        """Return the units that are the same now as some units of then."""
        units = self.units(then.unit)
        if units.names or then.names:
            names = {id for id, there in zip(then.names, chosen.tolist(), strict=True) if there}
            return Selected(np.array([id in names for id in units.names], dtype=np.bool_), units)
        number = {id: at for at, id in enumerate(self.rows.documents)}
        onward = np.array([number.get(id, -1) for id in rows.documents], dtype=np.int64)
        places = then.taken(chosen)
        places = attrs.evolve(places, document=onward[places.document])
        return Selected(units.of(units.places.are_among(places.take(places.document >= 0))), units)

    def named(self, query: Named) -> Selected:
        raise NotFoundError(
            f"no query has the name {looked_up(query.name)} here: queries are saved in a project, "
            "which is asked with project.find(…) or project.restricted(where=…)"
        )


class _Lifted:
    """Answers a query for units: which hold something of it. What is combined is looked for separately."""

    def __init__(self, answers: _Answers, units: UnitPlaces) -> None:
        self._answers = answers
        self._units = units

    def both(self, query: Both) -> Flags:
        return query.left.visit(self) & query.right.visit(self)

    def either(self, query: Either) -> Flags:
        return query.left.visit(self) | query.right.visit(self)

    def negation(self, query: Not) -> Flags:
        return ~query.query.visit(self)

    def _held(self, query: Query) -> Flags:
        found = query.visit(self._answers)
        if found.units is self._units:
            return found.flags
        return self._units.holding(self._answers.places_of(found))

    criterion = narrowed = within = every = related = as_of = named = _held


def _kind(found: Selected) -> str:
    if found.units is None:
        return "assignments"
    label = unit_label(found.units.unit)
    return f"units of the kind {label!r}"


def are_among(rows: Rows, others: Rows) -> Flags:
    """Tell which assignments are the same as any of others: place, code and coder.

    Parameters
    ----------
    rows, others : Rows
        Assignments that are read over the same documents and through the same codebook.
    """
    documents, codes = tuple(rows.documents), rows.codes
    width = max(len(rows.coders), 1)
    number = {id: at for at, id in enumerate(rows.coders)}
    # Both are read through one codebook and over the same documents, in the same order.
    assert (documents, codes) == (tuple(others.documents), others.codes)
    onward = np.array([number.get(id, -1) for id in others.coders], dtype=np.int64)
    coder = onward[others.coder] if len(others) else np.zeros(0, dtype=np.int64)
    who = rows.code.astype(np.int64) * width + rows.coder
    other_who = others.code.astype(np.int64) * width + coder
    places, other_places = _places(rows), _places(others).take(coder >= 0)
    # Each distinct place gets a number, so that a row is a pair of numbers.
    every = np.concatenate(
        [np.stack([each.document, each.start, each.end], axis=1) for each in (places, other_places)]
    )
    order = np.lexsort(every.T[::-1])
    first = np.ones(len(every), dtype=np.int64)
    first[1:] = np.any(every[order][1:] != every[order][:-1], axis=1)
    place = np.empty(len(every), dtype=np.int64)
    place[order] = np.cumsum(first)
    key = place * (len(codes) * width + 1) + np.concatenate([who, other_who[coder >= 0]])
    found: Flags = np.isin(key[: len(rows)], key[len(rows) :])
    return found


# Criteria of assignments


def _by_assignment(query: Criterion, rows: Rows, *, part: bool) -> Flags:
    wanted = query.wanted
    match query.name:
        case "code":
            return _by_code(rows, wanted, query.descendants)
        case "coder":
            return _by_id(rows.coder, rows.coders, wanted, "coder", part=part)
        case "also":
            return _by_other_codes(rows, wanted)
        case "since":
            return np.asarray(_made(rows, query).rows.when >= wanted)
        case "until":
            return np.asarray(_made(rows, query).rows.when <= wanted)
        case "origin":
            return _made(rows, query).rows.of_origin(wanted)
        case _:
            return np.array([bool(wanted(each)) for each in _made(rows, query)], dtype=np.bool_)


def _made(rows: Rows, query: Query) -> Made:
    """Return assignments of which it is known how they were made."""
    if not isinstance(rows, Made):
        raise QueryError(
            f"{query} asks how assignments were made, which a table of codes on segments does not say: ask "
            "the project that they are from"
        )
    return rows


def _by_code(rows: Rows, wanted: tuple[str, ...], descendants: bool) -> Flags:
    ids: set[str] = set()
    for key in wanted:
        found = rows.codebook[rows.codebook.resolve(rows.codebook[key].id)]
        ids.add(found.id)
        if descendants:
            ids.update(below.id for below in rows.codebook.descendants(found.id, all=True))
    return np.array([code in ids for code in rows.codes], dtype=np.bool_)[rows.code]


def _by_id(
    column: np.ndarray,
    vocabulary: tuple[str, ...],
    wanted: tuple[str, ...],
    what: str,
    *,
    part: bool,
) -> Flags:
    for id in wanted:
        if not part and id not in vocabulary:
            raise NotFoundError(
                f"no {what} has the id {looked_up(id)} here.{did_you_mean(id, vocabulary)}"
            )
    chosen = np.array([each in wanted for each in vocabulary], dtype=np.bool_)
    return chosen[column] if len(vocabulary) else np.zeros(0, dtype=np.bool_)


def _by_other_codes(rows: Rows, wanted: tuple[str, ...]) -> Flags:
    carrying = rows.segment[_by_code(rows, wanted, descendants=True)]
    return np.isin(rows.segment, carrying)


# Criteria of places


def _by_place(
    query: Criterion,
    rows: Rows,
    places: Places,
    said: Sequence[str | None] = (),
    *,
    part: bool,
) -> Flags:
    """Return which places meet a criterion that is of places, whoever coded them."""
    wanted = query.wanted
    match query.name:
        case "document":
            documents = tuple(rows.documents)
            return _by_id(places.document, documents, wanted, "document", part=part)
        case "variables":
            return _by_variables(rows, wanted, part=part)[places.document]
        case "text":
            return _by_text(rows.documents, places, wanted)
        case "speaker" | "role":
            return spoken_by(places, wanted, rows.documents, said)
        case _:
            return np.ones(len(places), dtype=np.bool_)


def _by_variables(
    rows: Rows, wanted: Mapping[str, tuple[Value | None, ...]], *, part: bool
) -> Flags:
    """Return which documents have values: their own or, where they have none, those of their cases."""
    holders: list[Document | Case] = [*rows.documents.values(), *rows.cases.values()]
    known = {name for each in holders for name in each.variables}
    for name in wanted:
        if not part and name not in known:
            raise NotFoundError(f"no document has a variable {name!r}.{did_you_mean(name, known)}")

    def held(document: Document, name: str) -> Sequence[Value | None]:
        own = document.variables.get(name)
        if own is not None:
            return (own,)
        of_cases = [rows.cases[id].variables.get(name) for id in document.cases if id in rows.cases]
        return [each for each in of_cases if each is not None] or (None,)

    answers = [
        all(any(each in values for each in held(document, name)) for name, values in wanted.items())
        for document in rows.documents.values()
    ]
    return np.array(answers, dtype=np.bool_)


def _by_text(
    documents: Mapping[str, Document],
    places: Places,
    wanted: re.Pattern[str] | tuple[str, ...],
) -> Flags:
    keywords = None if isinstance(wanted, re.Pattern) else Keywords.of(wanted)

    def fits(quote: str) -> bool:
        if isinstance(wanted, re.Pattern):
            return bool(wanted.search(quote))
        return keywords is not None and next(keywords.find(quote), None) is not None

    bodies = [document.text for document in documents.values()]
    columns = (each.tolist() for each in (places.document, places.start, places.end))
    last, held = None, False
    found = []
    # A segment that several codes or coders share stands in rows that follow each other.
    for place in zip(*columns, strict=True):
        if place != last:
            at, start, end = last = place
            held = fits(bodies[at][start:end])
        found.append(held)
    return np.array(found, dtype=np.bool_)
