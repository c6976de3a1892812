"""Texts and what is written about them: corrections, passages that lost their place, memos."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from qualcode.model.checks import looked_up
from qualcode.model.coding.memos import segment_place
from qualcode.serve.actions.acting import (
    Acting,
    Action,
    Arguments,
    Passage,
    Reason,
    Text,
    placed,
)
from qualcode.serve.refusals import Refusal
from qualcode.serve.showing import memo_data, version_of

__all__ = ["ACTIONS", "Correct", "corrected"]


class Edit(msgspec.Struct, forbid_unknown_fields=True):
    """Other words for some of a text."""

    start: int
    end: int
    quote: str
    text: str


class Correct(Arguments):
    """Corrections of one text, in the offsets of the version that the page shows."""

    document: str
    edits: Annotated[list[Edit], msgspec.Meta(min_length=1, max_length=1_000)]
    reason: Reason = ""


class Place(Arguments):
    """Where a passage is now whose place a correction made uncertain; nowhere where no place is given."""

    passage: str
    start: int | None = None
    end: int | None = None
    reason: Reason = ""


class AddMemo(Arguments):
    """A memo on anything; on a passage with its words."""

    target: str
    text: Text
    quote: str | None = None


class OnMemo(Arguments):
    """A memo."""

    memo: str


class EditMemo(OnMemo):
    """Another text of a memo."""

    text: Text


def corrected(text: str, asked: Correct) -> str | None:
    """Return a text with its edits; None where they are made already.

    Raises
    ------
    Refusal
        When the text is not the one that the page shows, or two edits meet.
    """
    ordered = sorted(asked.edits, key=lambda edit: edit.start)
    parts, at = [], 0
    for edit in ordered:
        if not at <= edit.start <= edit.end <= len(text):
            raise Refusal(
                f"the edit of {edit.start}–{edit.end} meets another one, or lies outside the text, which has "
                f"{len(text)} code points",
                status=400,
                kind="Arguments",
            )
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    if all(text[edit.start : edit.end] == edit.quote for edit in ordered):
        made = "".join((*parts, text[at:]))
        return None if made == text else made
    # Sent again, its answer having got lost: what was to be there is there.
    moved = 0
    for edit in ordered:
        start = edit.start + moved
        if text[start : start + len(edit.text)] != edit.text:
            raise Refusal(
                f"{asked.document} {edit.start}–{edit.end} has {looked_up(text[edit.start : edit.end])} and "
                f"not {looked_up(edit.quote)}: somebody else corrected it meanwhile, so nothing was done",
                kind="OtherText",
            )
        moved += len(edit.text) - (edit.end - edit.start)
    return None


def _correct(acting: Acting, asked: Correct) -> dict[str, Any]:
    project, document = acting.project, asked.document
    text = corrected(project.documents[document].text, asked)
    told = "corrected so already"
    if text is not None:
        told = str(project.correct(document, text, coder=acting.coder, reason=asked.reason))
        acting.told = f"corrected the text of {document}"
    waiting = sum(each.document == document for each in project.quarantine)
    version = version_of(project.documents[document])
    return {"version": version, "told": told, "quarantined": waiting}


def _place(acting: Acting, asked: Place) -> dict[str, Any]:
    span = None
    if asked.start is not None and asked.end is not None:
        span = asked.start, asked.end
    acting.project.place(asked.passage, span, coder=acting.coder, reason=asked.reason)
    acting.told = "placed a passage in the corrected text"
    return {}


def _add_memo(acting: Acting, asked: AddMemo) -> dict[str, Any]:
    if asked.target.startswith("segment:"):
        document, start, end = _segment(asked.target)
        placed(acting, Passage(document=document, start=start, end=end, quote=asked.quote or ""))
    made = acting.project.add_memo(asked.target, asked.text, coder=acting.coder)
    acting.told = f"wrote a memo on {made.target}"
    return {"memo": memo_data(made)}


def _segment(target: str) -> tuple[str, int, int]:
    try:
        return segment_place(target)
    except ValueError as error:
        raise Refusal(
            f"target: {looked_up(target)} is no passage: segment:DOCUMENT:START-END",
            status=400,
            kind="Arguments",
        ) from error


def _refuse_foreign(acting: Acting, memo: str) -> None:
    known = next((each for each in acting.project.memos if each.id == memo), None)
    if known is not None and known.coder != acting.coder:
        raise Refusal(
            f"this memo was written by {known.coder!r}: write one of your own", kind="NotYours"
        )


def _edit_memo(acting: Acting, asked: EditMemo) -> dict[str, Any]:
    _refuse_foreign(acting, asked.memo)
    made = acting.project.edit_memo(asked.memo, asked.text, coder=acting.coder)
    acting.told = f"edited a memo on {made.target}"
    return {"memo": memo_data(made)}


def _withdraw_memo(acting: Acting, asked: OnMemo) -> dict[str, Any]:
    _refuse_foreign(acting, asked.memo)
    acting.project.withdraw_memo(asked.memo, coder=acting.coder)
    acting.told = "withdrew a memo"
    return {}


ACTIONS: dict[str, Action[Any]] = {
    "correct": Action(Correct, _correct, is_wide=True, rereads=True),
    "place": Action(Place, _place, is_wide=True, rereads=True),
    "add-memo": Action(AddMemo, _add_memo, is_wide=True),
    "edit-memo": Action(EditMemo, _edit_memo, is_wide=True),
    "withdraw-memo": Action(OnMemo, _withdraw_memo, is_wide=True),
}
