"""Deciding on suggestions, on what coders differ about, on conflicts, and that a document is finished."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from qualcode.model.coding.suggestions import Suggestion
from qualcode.serve.actions.acting import (
    Acting,
    Action,
    Arguments,
    Passage,
    Reason,
    Text,
    placed,
    tell_made,
)
from qualcode.serve.refusals import Refusal

__all__ = ["ACTIONS"]

ComparedBy = Literal["segment", "sentence", "paragraph", "turn"]
"""The units of a text by which coders are compared on a page."""


class Given(msgspec.Struct):
    """A suggestion as the page got it; only its place and code are looked at."""

    document: str
    start: int
    end: int
    quote: str
    code: str


class OnSuggestion(Arguments):
    """A suggestion, and a note."""

    suggestion: Given
    memo: Text = ""


class EditSuggestion(OnSuggestion):
    """Another code, or another passage, than was suggested."""

    code: str | None = None
    passage: Passage | None = None


class OnDocument(Arguments):
    """A document."""

    document: str


class FinishDecided(Arguments):
    """A document, or all of them, and by which unit coders are compared."""

    document: str | None = None
    unit: ComparedBy = "segment"


class Adjudicate(Passage):
    """Which codes hold on a passage."""

    codes: list[str]
    reason: Reason = ""


class Resolve(Arguments):
    """What is taken of a conflict."""

    conflict: str
    take: str = "shown"
    reason: Reason = ""


# Suggestions


def _suggested(acting: Acting, given: Given) -> Suggestion:
    found = acting.suggestions.find(given.document, given.start, given.end, given.code)
    if found is None:
        raise Refusal(
            f"{given.code!r} is not suggested there any more: ask for suggestions again, or assign it",
            kind="Gone",
        )
    return found


def _is_decided(acting: Acting, given: Given, kind: str) -> bool:
    """Tell whether the coder decided just so already: whoever sends it again has not seen the answer."""
    placed(
        acting,
        Passage(document=given.document, start=given.start, end=given.end, quote=given.quote),
    )
    place = (given.document, given.start, given.end, given.code, acting.coder)
    own = [
        each.kind
        for each in acting.project.verdicts
        if (each.document, each.start, each.end, each.code, each.coder) == place
    ]
    return own[-1:] == [kind]


def _accept(acting: Acting, asked: OnSuggestion) -> dict[str, Any]:
    given = asked.suggestion
    if _is_decided(acting, given, "accepted"):
        return {"coding": None}
    (made,) = acting.project.accept(_suggested(acting, given), coder=acting.coder, memo=asked.memo)
    return tell_made(acting, "accepted", made)


def _edit(acting: Acting, asked: EditSuggestion) -> dict[str, Any]:
    if _is_decided(acting, asked.suggestion, "edited"):
        return {"coding": None}
    segment = None if asked.passage is None else placed(acting, asked.passage)
    made = acting.project.edit(
        _suggested(acting, asked.suggestion),
        coder=acting.coder,
        code=asked.code,
        segment=segment,
        memo=asked.memo,
    )
    return tell_made(acting, "decided otherwise, and assigned", made)


def _reject(acting: Acting, asked: OnSuggestion) -> dict[str, Any]:
    if not _is_decided(acting, asked.suggestion, "rejected"):
        suggestion = _suggested(acting, asked.suggestion)
        acting.project.reject(suggestion, coder=acting.coder, memo=asked.memo)
        acting.told = f"rejected {suggestion.code.name}"
    return {}


# Documents that are read to the end


def _finish(acting: Acting, asked: OnDocument) -> dict[str, Any]:
    acting.project.finish(asked.document, coder=acting.coder)
    acting.told = f"finished {asked.document}"
    return {}


def _unfinish(acting: Acting, asked: OnDocument) -> dict[str, Any]:
    acting.project.unfinish(asked.document, coder=acting.coder)
    acting.told = f"has not finished {asked.document} after all"
    return {}


# Where coders differ


def _adjudicate(acting: Acting, asked: Adjudicate) -> dict[str, Any]:
    acting.sight.refuse_blind("a decision")
    segment = placed(acting, asked)
    acting.project.adjudicate(segment, asked.codes, by=acting.coder, reason=asked.reason)
    names = ", ".join(map(acting.name_of, asked.codes)) or "no code"
    acting.told = f"decided for the consensus: {names}"
    return {}


def _finish_decided(acting: Acting, asked: FinishDecided) -> dict[str, Any]:
    acting.sight.refuse_blind("a decision")
    finished = acting.project.finish_decided(
        unit=asked.unit, documents=asked.document, by=acting.coder
    )
    acting.told = f"finished for the consensus: {', '.join(finished) or 'nothing'}"
    return {"finished": list(finished)}


def _resolve(acting: Acting, asked: Resolve) -> dict[str, Any]:
    acting.sight.refuse_blind("a conflict")
    acting.project.resolve(asked.conflict, take=asked.take, coder=acting.coder, reason=asked.reason)
    acting.told = "settled a conflict"
    return {}


ACTIONS: dict[str, Action[Any]] = {
    "accept": Action(OnSuggestion, _accept),
    "edit-suggestion": Action(EditSuggestion, _edit),
    "reject": Action(OnSuggestion, _reject),
    "finish": Action(OnDocument, _finish, is_wide=True, rereads=True),
    "unfinish": Action(OnDocument, _unfinish, is_wide=True, rereads=True),
    "adjudicate": Action(Adjudicate, _adjudicate, is_wide=True),
    "finish-decided": Action(FinishDecided, _finish_decided, is_wide=True, rereads=True),
    "resolve": Action(Resolve, _resolve, is_wide=True, rereads=True),
}
