"""What coders filled into a form for each source: what they agree on, where they differ, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import attrs

from qualcode.errors import NotFoundError, StatisticsError
from qualcode.model.checks import check_texts, looked_up
from qualcode.model.readable import Readable, many
from qualcode.model.review.entries import Entry, form_target
from qualcode.model.review.field_values import FieldValue, value_text
from qualcode.model.review.instruments import Instrument
from qualcode.model.review.sources import source_name
from qualcode.model.review.templates import Template
from qualcode.model.state import State

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Cell",
    "CellPlace",
    "Differing",
    "FormDisagreements",
    "cells_of",
    "differing",
    "documents_of",
    "entries_of",
    "in_order",
    "is_consensus",
    "source_label",
    "used_form",
]

Form = TypeVar("Form", Instrument, Template)

CellPlace: TypeAlias = tuple[str, str, str]
"""Source, row and field."""


@attrs.frozen
class Cell:
    """A field of a form for one source, and what coders filled into it.

    Parameters
    ----------
    entries : tuple of Entry
        What counts: a consensus's where there is one, or else everybody's.
    """

    entries: tuple[Entry, ...]

    @property
    def differs(self) -> bool:
        """Whether coders filled in different values."""
        return any(each.value != self.entries[0].value for each in self.entries)

    @property
    def value(self) -> FieldValue | None:
        """What they all filled in; None where they differ."""
        return None if self.differs else self.entries[0].value


@attrs.frozen
class Differing:
    """A field on which coders differ.

    Parameters
    ----------
    source, row, field : str
        Where: the source by its id, the row where there are several, the item or field.
    values : mapping of str to value
        By coder, what they filled in.
    notes : mapping of str to str
        By coder, what they noted on it.
    """

    source: str
    row: str
    field: str
    values: Mapping[str, FieldValue] = attrs.field(hash=False)
    notes: Mapping[str, str] = attrs.field(hash=False)


class FormDisagreements(Readable, tuple[Differing, ...]):
    """The fields of a form on which coders differ: a tuple that can be looked at as a table."""

    __slots__ = ()

    @property
    def caption(self) -> str:
        """How many there are."""
        return many(len(self), "disagreement")

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each: source, row, field, and what each coder filled in and noted."""
        import pandas as pd

        coders = list(dict.fromkeys(coder for each in self for coder in each.values))
        rows = [
            [
                each.source, each.row, each.field,
                *(value_text(each.values.get(coder)) for coder in coders),
                "; ".join(f"{coder}: {note}" for coder, note in each.notes.items() if note),
            ]
            for each in self
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["source", "row", "field", *coders, "notes"])


def entries_of(state: State, form: str, coders: str | Iterable[str] | None = None) -> list[Entry]:
    """Return what was filled into a form by some coders, or by all.

    Raises
    ------
    NotFoundError
        When there is no such coder.
    """
    held = [each for each in state.review.entries if each.form == form]
    if coders is None:
        return held
    wanted = check_texts(coders, what="coders", error=StatisticsError)
    known = {*state.coders, *(each.coder for each in held)}
    for coder in wanted:
        if coder not in known:
            raise NotFoundError(
                f"there is no coder {coder!r}; there are {', '.join(sorted(known))}"
            )
    return [each for each in held if each.coder in wanted]


def cells_of(state: State, entries: Iterable[Entry]) -> dict[CellPlace, Cell]:
    """Return what counts in each field of each source: a consensus's value before those it was made of."""
    found: dict[CellPlace, list[Entry]] = {}
    for each in entries:
        found.setdefault((each.source, each.row, each.field), []).append(each)
    return {place: Cell(_counting(state, held)) for place, held in found.items()}


def _counting(state: State, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    agreed = tuple(each for each in entries if is_consensus(state, each.coder))
    return agreed or tuple(entries)


def is_consensus(state: State, coder: str) -> bool:
    """Tell whether a coder is a consensus, and so nobody who could agree with others."""
    return coder in state.coders and state.coders[coder].kind == "consensus"


def in_order(state: State, targets: Iterable[str]) -> tuple[str, ...]:
    """Return sources as events name them in the project's order: documents, then cases."""
    wanted = set(targets)
    order = (*(f"document:{id}" for id in state.documents), *(f"case:{id}" for id in state.cases))
    return tuple(each for each in order if each in wanted)


def differing(
    state: State, cells: Mapping[CellPlace, Cell], fields: Sequence[str]
) -> FormDisagreements:
    """Return the fields on which those who count differ, by source, row and field."""
    sources = {each: at for at, each in enumerate(in_order(state, (place[0] for place in cells)))}
    at = {field: number for number, field in enumerate(fields)}
    places = sorted(
        (place for place, cell in cells.items() if cell.differs),
        key=lambda place: (sources[place[0]], place[1], at.get(place[2], len(at))),
    )
    return FormDisagreements(
        Differing(
            source_name(source), row, field,
            {each.coder: each.value for each in cells[source, row, field].entries},
            {each.coder: each.note for each in cells[source, row, field].entries},
        )
        for source, row, field in places
    )  # fmt: skip


def documents_of(state: State, sources: Iterable[str]) -> list[str]:
    """Return the documents of sources, named by people, in the project's order: those of a case too."""
    wanted = set(sources)
    return [
        id
        for id, document in state.documents.items()
        if id in wanted or any(f"case:{case}" in wanted for case in document.cases)
    ]


def source_label(state: State, target: str) -> str:
    """Return what people call a source: its name."""
    kind, _, id = target.partition(":")
    held: Any = state.documents if kind == "document" else state.cases
    return held[id].name or id


def used_form(state: State, of: type[Form], given: str | Form | None) -> Form:
    """Return an instrument or template as the project has it.

    Parameters
    ----------
    state : State
        The project's content.
    of : type
        `Instrument` or `Template`.
    given : str, Instrument, Template or None
        Its id; or itself, where its rule is a function, which the log does not hold; None for the only one.

    Raises
    ------
    NotFoundError
        When the project does not use it, or uses several.
    """
    prefix = f"{of.kind}:"
    used = [each.removeprefix(prefix) for each in state.review.forms if each.startswith(prefix)]
    if given is None and len(used) == 1:
        given = used[0]
    id = given.id if isinstance(given, of) else given
    if id is None or id not in used:
        there = f"it uses {', '.join(used)}" if used else "it uses none yet"
        asked = f"{of.kind} {looked_up(id)}" if id is not None else f"one {of.kind}; name which"
        raise NotFoundError(f"this project does not use the {asked}: {there}")
    if isinstance(given, of):
        return given
    return of.of(state.review.forms[form_target(of.kind, str(id))])
