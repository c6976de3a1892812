"""What a change would do, before it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import numpy as np

from qualcode.model.codebooks.changes import Change, Merge, Move, Rename, Retire
from qualcode.project.project import Project
from qualcode.project.view import View
from qualcode.serve.actions import find_action
from qualcode.serve.actions.codes import MergeCodes, MoveCode, OnCode, RenameCode
from qualcode.serve.actions.texts import Correct, corrected
from qualcode.serve.refusals import Refusal
from qualcode.serve.sight import Sight

__all__ = ["Previewed", "preview"]


class Previewed(msgspec.Struct, forbid_unknown_fields=True):
    """An action that is only looked at."""

    action: str
    arguments: dict[str, Any]


def _rename(asked: RenameCode) -> Change:
    return Rename(asked.code, asked.name)


def _move(asked: MoveCode) -> Change:
    return Move(asked.code, asked.parent)


def _merge(asked: MergeCodes) -> Change:
    return Merge(tuple(asked.sources), asked.into)


def _retire(asked: OnCode) -> Change:
    return Retire(asked.code)


_CHANGES: Mapping[str, Callable[[Any], Change]] = {
    "rename-code": _rename,
    "move-code": _move,
    "merge-codes": _merge,
    "retire-code": _retire,
}


def preview(project: Project, sight: Sight, asked: Previewed) -> dict[str, Any]:
    """Return what an action would touch, as far as it may be seen; nothing is changed.

    Raises
    ------
    QualcodeError
        When it could not be done; the message is what doing it would say.
    """
    arguments = find_action(asked.action).read(asked.arguments)
    if isinstance(arguments, Correct):
        return _correction(project, sight, arguments)
    if asked.action not in _CHANGES:
        known = ", ".join((*_CHANGES, "correct"))
        raise Refusal(
            f"{asked.action} has no preview; there is one of {known}", status=400, kind="Arguments"
        )
    view, change = sight.part(project), _CHANGES[asked.action](arguments)
    found = view.preview(change)
    return {
        "told": [str(found)],
        "assignments": found.assignments,
        "segments": found.segments,
        "documents": found.documents,
        "coders": found.coders,
        "codes": _counts(view, change),
    }


def _counts(view: View, change: Change) -> list[dict[str, Any]]:
    """Return for each code that is touched how many segments have it, before and after."""
    before = view.codebook
    after = view.history.append(change, coder="preview", time=view.history.head.time).codebook
    rows, found = view.assignments, []
    ids = (*change.touched, *([change.into] if isinstance(change, Merge) else []))
    for id in dict.fromkeys(ids):
        resolved = np.array([after.resolve(each) for each in rows.codes], dtype=object)[rows.code]
        found.append(
            {
                "id": id,
                "name": before.codes[id].name,
                "before": _segments(rows.segment[rows.code == rows.codes.index(id)]),
                "after": _segments(rows.segment[resolved == id]),
            }
        )
    return found


def _segments(numbers: np.ndarray[Any, Any]) -> int:
    return len(np.unique(numbers))


def _correction(project: Project, sight: Sight, asked: Correct) -> dict[str, Any]:
    text = corrected(project.documents[asked.document].text, asked)
    if text is None:
        return {"told": ["nothing would change"], "codes": []}
    effect = project.correct(asked.document, text, coder=sight.coder, dry_run=True)
    if sight.blind:
        # How many passages others coded is not told either.
        return {"told": [f"{asked.document}: {effect.places} places changed"], "codes": []}
    outcomes = [each.outcome for each in effect.placements]
    return {
        "told": [str(effect)],
        "codes": [],
        "kept": outcomes.count("kept"),
        "changed": outcomes.count("changed"),
        "quarantined": outcomes.count("quarantined"),
    }
