"""Coding: assign, retract, recode, note, weigh, confirm; one passage or many."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from qualcode.model.coding.assignments import Assignment
from qualcode.model.ids import fold
from qualcode.model.texts.segments import Segment
from qualcode.project.in_vivo import in_vivo_words, nearest_codes
from qualcode.serve.actions.acting import (
    Acting,
    Action,
    Arguments,
    OnCoding,
    Passage,
    Text,
    placed,
    standing,
    tell_made,
)
from qualcode.serve.refusals import Refusal

__all__ = ["ACTIONS"]


class Assign(Passage):
    """A code for a passage."""

    code: str
    memo: Text | None = None
    weight: float | None = None


class InVivo(Passage):
    """A code made of a passage's own words."""

    new: bool = False


class Recode(OnCoding):
    """Another code for a coding."""

    code: str


class Note(OnCoding):
    """A memo on a coding; an empty one takes it away."""

    memo: Text


class Weigh(OnCoding):
    """A weight of a coding; None takes it away."""

    weight: float | None


class Many(Arguments):
    """A code for several passages."""

    code: str
    passages: Annotated[list[Passage], msgspec.Meta(min_length=1, max_length=5_000)]
    memo: Text | None = None


def _found(acting: Acting, asked: OnCoding) -> Assignment:
    found = standing(acting, asked)
    if found is None:
        raise Refusal(
            "this coding is there no more: it was retracted, or its code was changed, on another page or "
            "elsewhere",
            status=404,
            kind="Gone",
        )
    return found


def _assign(acting: Acting, asked: Assign) -> dict[str, Any]:
    made = acting.project.assign(
        placed(acting, asked), asked.code, coder=acting.coder, memo=asked.memo, weight=asked.weight
    )
    return tell_made(acting, "assigned", made)


def _in_vivo(acting: Acting, asked: InVivo) -> dict[str, Any]:
    segment = placed(acting, asked)
    if not asked.new:
        _refuse_alike(acting, segment)
    made = acting.project.assign(segment, coder=acting.coder, in_vivo="new")
    return {**tell_made(acting, "coded in vivo", made), "code": made.code.id}


def _refuse_alike(acting: Acting, segment: Segment) -> None:
    """Refuse to make a code of words that others are much like, and name those."""
    name = in_vivo_words(acting.project, segment, new=True)
    near = nearest_codes((code for code in acting.project.codebook if code.codable), name)[:5]
    if near and all(fold(code.name) != fold(name) for code in near):
        told = ", ".join(code.name for code in near)
        raise Refusal(
            f"there are codes much like {name!r}: {told}. Assign one of them, or make another all the same",
            kind="SimilarCodes",
            codes=[code.id for code in near],
        )


def _retract(acting: Acting, asked: OnCoding) -> dict[str, Any]:
    found = standing(acting, asked)
    if found is not None:
        acting.project.retract(found.segment, found.code.id, coder=acting.coder)
        acting.told = f"retracted {found.code.name}"
    return {}


def _recode(acting: Acting, asked: Recode) -> dict[str, Any]:
    found = _found(acting, asked)
    made = acting.project.recode(found, asked.code, coder=acting.coder)
    return tell_made(acting, f"recoded {found.code.name} as", made)


def _note(acting: Acting, asked: Note) -> dict[str, Any]:
    found = _found(acting, asked)
    return tell_made(acting, "noted on", _changed(acting, found, asked.memo, found.weight))


def _weigh(acting: Acting, asked: Weigh) -> dict[str, Any]:
    found = _found(acting, asked)
    return tell_made(acting, "weighed", _changed(acting, found, found.memo, asked.weight))


def _changed(
    acting: Acting, found: Assignment, memo: str | None, weight: float | None
) -> Assignment:
    """Give an assignment another memo and weight."""
    project, place = acting.project, (found.segment, found.code.id)
    if found.assigned_as == found.code.id and (weight is not None or found.weight is None):
        return project.assign(*place, coder=acting.coder, memo=memo, weight=weight)
    # What was assigned under a code that was merged since stays beside, and a weight is not taken away
    # by giving none: so it is made anew.
    with project.step(coder=acting.coder):
        project.retract(*place, coder=acting.coder)
        return project.assign(
            *place, coder=acting.coder, memo=memo, weight=weight, origin=found.origin
        )


def _confirm(acting: Acting, asked: OnCoding) -> dict[str, Any]:
    found = _found(acting, asked)
    acting.project.confirm(found, coder=acting.coder)
    return tell_made(acting, "confirmed", found)


def _assign_many(acting: Acting, asked: Many) -> dict[str, Any]:
    # All are looked at before the first is assigned.
    segments = [placed(acting, each) for each in asked.passages]
    before = len(acting.project.assignments)
    with acting.project.step(coder=acting.coder):
        for segment in segments:
            acting.project.assign(segment, asked.code, coder=acting.coder, memo=asked.memo)
    count = len(acting.project.assignments) - before
    acting.told = f"assigned {acting.name_of(asked.code)} to {count} passages"
    return {"assigned": count}


ACTIONS: dict[str, Action[Any]] = {
    "assign": Action(Assign, _assign),
    "in-vivo": Action(InVivo, _in_vivo, is_wide=True),
    "retract": Action(OnCoding, _retract),
    "recode": Action(Recode, _recode),
    "memo": Action(Note, _note),
    "weight": Action(Weigh, _weigh),
    "confirm": Action(OnCoding, _confirm),
    "assign-many": Action(Many, _assign_many),
}
