"""An action: who does it, on which project, with what; and what every action on a passage checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

import attrs
import msgspec

from qualcode.model.checks import looked_up, shown
from qualcode.model.coding.assignments import Assignment
from qualcode.model.texts.segments import Segment
from qualcode.project.project import Project
from qualcode.project.revising import Revising
from qualcode.serve.refusals import Refusal
from qualcode.serve.showing import Coding, coding_of
from qualcode.serve.sight import Sight, made_by
from qualcode.serve.suggesting import Suggested

__all__ = [
    "Acting", "Action", "Arguments", "CodebookAction", "Effect", "OnCoding", "Passage", "Reason", "Text",
    "as_it_stands", "placed", "standing", "tell_made",
]  # fmt: skip

Text = Annotated[str, msgspec.Meta(max_length=20_000)]
"""What somebody types: a memo, a definition."""
Reason = Annotated[str, msgspec.Meta(max_length=2_000)]


class Arguments(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What an action takes."""


class Passage(Arguments):
    """A passage of a document, with its words.

    Parameters
    ----------
    document : str
        Id.
    start, end : int
        Code points, half-open.
    quote : str
        The words as the page shows them.
    """

    document: str
    start: int
    end: int
    quote: str


class OnCoding(Arguments):
    """A coding that stands, with its words.

    Parameters
    ----------
    document : str
        Id.
    coding : str
        Its id; see `qualcode.serve.showing.coding_id`.
    quote : str
        Its words as the page shows them.
    """

    document: str
    coding: str
    quote: str


A = TypeVar("A", bound=Arguments)


@attrs.define
class Acting:
    """Somebody who does something.

    Parameters
    ----------
    project : Project
        On which project.
    coder : str
        Who.
    sight : Sight
        What they may see.
    suggestions : Suggested
        What was suggested.
    told : str
        In a few words what was done; the action says it.
    """

    project: Project
    coder: str
    sight: Sight
    suggestions: Suggested
    told: str = ""

    def name_of(self, code: str) -> str:
        """Return what people call a code."""
        return self.project.codebook[code].name


@attrs.frozen(kw_only=True)
class Effect:
    """What may be other than before when something was done.

    Parameters
    ----------
    is_wide : bool
        Whether more than codings changes: codebook, texts, marks, memos.
    rereads : bool
        Whether codings may change that it does not make or take back: merged, undone, stale, come in sight.
    """

    is_wide: bool = False
    rereads: bool = False


@attrs.frozen
class Action(Effect, Generic[A]):
    """One kind of action.

    Parameters
    ----------
    arguments : type
        What it takes.
    run : callable
        Does it, by the library's own calls, and returns the result for the page.
    is_wide, rereads
        See `Effect`.
    """

    arguments: type[A]
    run: Callable[[Acting, A], Any]

    def read(self, given: dict[str, Any]) -> A:
        """Return arguments as they came, checked.

        Raises
        ------
        Refusal
            When one is missing, unknown or of another type.
        """
        try:
            return msgspec.convert(given, self.arguments)
        except msgspec.ValidationError as error:
            raise Refusal(f"arguments: {error}", status=400, kind="Arguments") from error


@attrs.frozen
class CodebookAction(Action[A]):
    """An action that changes the codebook and nothing else: what it would do can be looked at first.

    Parameters
    ----------
    change : callable
        Makes the changes.
    """

    change: Callable[[Acting, Revising, A], object] = attrs.field(kw_only=True)


def placed(acting: Acting, passage: Passage) -> Segment:
    """Return the segment of a passage, whose words must be those that the page shows.

    Raises
    ------
    Refusal
        When the text was changed meanwhile.
    QualcodeError
        When there is no such document, or no such place in it.
    """
    segment = acting.project.segment(passage.document, passage.start, passage.end)
    _check_quote(segment, passage.quote)
    return segment


def standing(acting: Acting, asked: OnCoding) -> Assignment | None:
    """Return the assignment that a coding of the page is; None where it no longer stands.

    Raises
    ------
    Refusal
        When the text was changed meanwhile, or the coding is somebody else's.
    """
    start, end, code, coder = _read_id(asked.coding)
    segment = acting.project.segment(asked.document, start, end)
    _check_quote(segment, asked.quote)
    if coder != acting.coder:
        raise Refusal(
            f"this was coded by {coder!r}, and nobody changes what others coded: assign a code of your own "
            "beside it",
            kind="NotYours",
        )
    return _find(acting, asked.document, start, end, code, coder)


def as_it_stands(acting: Acting, made: Assignment) -> Coding:
    """Return an assignment as the page gets it, read anew: with its time."""
    segment, code = made.segment, made.code.id
    found = _find(acting, segment.document.id, segment.start, segment.end, code, made.coder)
    return coding_of(found or made)


def _find(
    acting: Acting, document: str, start: int, end: int, code: str, coder: str
) -> Assignment | None:
    rows = acting.sight.assignments(acting.project, document)
    if code not in rows.codes:
        return None
    here = (rows.start == start) & (rows.end == end) & (rows.code == rows.codes.index(code))
    found = rows.take(here & made_by(rows, coder))
    return found[0] if len(found) else None


def tell_made(acting: Acting, how: str, made: Assignment) -> dict[str, Any]:
    """Say how an assignment was made, and return the result for the page."""
    acting.told = f"{how} {made.code.name}"
    return {"coding": as_it_stands(acting, made)}


def _read_id(id: str) -> tuple[int, int, str, str]:
    parts = id.split(":", 3)
    if len(parts) != 4 or not all(each.isascii() and each.isdigit() for each in parts[:2]):
        raise Refusal(f"coding: {shown(id)} is no id of a coding", status=400, kind="Arguments")
    return int(parts[0][:12]), int(parts[1][:12]), parts[2], parts[3]


def _check_quote(segment: Segment, quote: str) -> None:
    if segment.quote != quote:
        place = f"{segment.document.id} {segment.start}–{segment.end}"
        raise Refusal(
            f"{place} has the words {looked_up(segment.quote)} and not {looked_up(quote)}: the text was "
            "corrected since the page showed it, so nothing was done. Select the passage again",
            kind="OtherText",
        )
