"""What is coded by who speaks: a group for each speaker, role, or value of a variable of speakers' cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.state import State
from qualcode.model.texts.documents import Document, Value
from qualcode.model.texts.places import Places
from qualcode.model.texts.speakers import Speaker
from qualcode.model.texts.spoken import NOBODY, SEVERAL, Speech
from qualcode.stats.arguments import check_variable
from qualcode.stats.counting.grouping import NOT_KNOWN
from qualcode.stats.counting.variable_values import Holder, in_order, variable_names

__all__ = [
    "SEVERAL_SPEAK",
    "documents_of_groups",
    "heard_of_groups",
    "is_of_speakers",
    "names_speakers",
    "speaker_values",
    "speech_groups",
    "spoken_groups",
    "value_of",
]

SEVERAL_SPEAK = "(several)"
"""The group of what several say who are in different groups."""

Flags = npt.NDArray[np.bool_]


def is_of_speakers(state: State, by: str) -> bool:
    """Tell whether groups are those of speakers: ``"speaker"``, ``"role"`` or ``"speaker.VARIABLE"``.

    A variable of documents or cases that is called so is that variable.
    """
    return names_speakers(check_variable(by)) and by not in variable_names(state)


def names_speakers(by: str) -> bool:
    """Tell whether groups are those of speakers, where nothing has a variable that is called so."""
    return by in ("speaker", "role") or by.startswith("speaker.")


def value_of(cases: Mapping[str, Holder], by: str) -> Callable[[Speaker], Value | None]:
    """Return what tells the group of a speaker: the name, the role, or something about the case.

    Parameters
    ----------
    cases : mapping
        The cases by id.
    by : str
        ``"speaker"``, ``"role"``, ``"speaker.case"``, or ``"speaker.VARIABLE"`` of a variable of cases.
    """
    if by in ("speaker", "speaker.speaker"):
        return lambda speaker: speaker.name
    if by in ("role", "speaker.role"):
        return lambda speaker: speaker.role
    name = by.removeprefix("speaker.")
    if name == "case":
        return lambda speaker: speaker.case

    def value(speaker: Speaker) -> Value | None:
        case = None if speaker.case is None else cases.get(speaker.case)
        return None if case is None else case.variables.get(name)

    return value


def speaker_values(state: State, by: str) -> tuple[Value, ...]:
    """Return the groups that there are speakers of, in order.

    Raises
    ------
    StatisticsError
        When there are none.
    """
    told = value_of(state.cases, by)
    people = [each for document in state.documents.values() for each in document.speakers.items_]
    found = {value for value in map(told, people) if value is not None}
    if found:
        return in_order(state, found, by.removeprefix("speaker."))
    if not people:
        why = "nobody is found to speak in a document; set_speakers says what labels look like"
    elif by == "speaker.case" or by not in ("role", "speaker.role"):
        why = (
            "no speaker has a case with it; set_speakers(documents, cases=…) says who is which case"
        )
    else:
        why = "of no speaker it is known; set_speakers(documents, roles=…) says who is what"
    raise StatisticsError(f"there are no groups by {by!r}: {why}")


def heard_of_groups(state: State, by: str) -> Iterator[tuple[Value, State]]:
    """Yield the groups that there are speakers of, in order, each with what its members alone say.

    Raises
    ------
    StatisticsError
        When there are none.
    """
    told = value_of(state.cases, by)
    for value in speaker_values(state, by):
        _, heard = state.spoken_by(lambda speaker, wanted=value: told(speaker) == wanted)  # type: ignore[misc]
        yield value, heard


def speech_groups(state: State, by: str, places: Places) -> dict[Value, Flags]:
    """Return for each group which places are of it: each turn that one shares text with is the group's.

    What several say who are in different groups is in `SEVERAL_SPEAK`, and what nobody says of whom it
    is known is `NOT_KNOWN`: so every place is in one group.

    Raises
    ------
    StatisticsError
        When there are no groups.
    """
    values = speaker_values(state, by)
    return spoken_groups(state.documents.values(), state.cases, by, places, values)


def spoken_groups(
    documents: Iterable[Document],
    cases: Mapping[str, Holder],
    by: str,
    places: Places,
    values: Iterable[Value],
) -> dict[Value, Flags]:
    """Return for each group which places are of it, as `speech_groups` does, of some documents.

    Parameters
    ----------
    documents : iterable of Document
        Which the places are in.
    cases : mapping
        The cases of speakers by id.
    by : str
        What tells the group of a speaker; see `value_of`.
    places : Places
        Where.
    values : iterable
        The groups, in order.
    """
    labels, known = Speech.of(documents).labels(places, value_of(cases, by))
    number = {value: at for at, value in enumerate(known)}
    found: dict[Value, Flags] = {value: labels == number.get(value, -3) for value in values}
    others = {SEVERAL_SPEAK: labels == SEVERAL, NOT_KNOWN: labels == NOBODY}
    return found | {name: rest for name, rest in others.items() if rest.any()}


def documents_of_groups(state: State, by: str, places: Places) -> dict[Value, int]:
    """Return for each group in how many documents its members speak.

    Parameters
    ----------
    state : State
        The project's content.
    by : str
        What tells the group of a speaker; see `value_of`.
    places : Places
        Where; of what several say, or nobody of whom it is known, the documents of these are counted.
    """
    told = value_of(state.cases, by)
    speaking = [
        {told(each) for each in document.speakers.items_} for document in state.documents.values()
    ]
    return {
        value: sum(value in values for values in speaking)
        or int(np.unique(places.document[mask]).size)
        for value, mask in speech_groups(state, by, places).items()
    }
