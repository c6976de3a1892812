"""What a change would do, before it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np

from qualcode.model.codebooks.changes import Decide, Merge, Revert, Split
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.assignments import Assignments
from qualcode.project.project import Project
from qualcode.project.revising import Revising
from qualcode.project.trying import Trial, read_through
from qualcode.project.view import View
from qualcode.serve.actions import ACTIONS, Acting, CodebookAction, find_action
from qualcode.serve.actions.codes import RevertRevision
from qualcode.serve.actions.texts import Correct, corrected
from qualcode.serve.refusals import Refusal
from qualcode.serve.sight import Sight

__all__ = ["Previewed", "preview"]


class Previewed(msgspec.Struct, forbid_unknown_fields=True):
    """An action that is only looked at."""

    action: str
    arguments: dict[str, Any]


def preview(acting: Acting, asked: Previewed) -> dict[str, Any]:
    """Return what an action would touch, as far as it may be seen; nothing is changed.

    Raises
    ------
    QualcodeError
        When it could not be done; the message is what doing it would say.
    """
    action = find_action(asked.action)
    arguments = action.read(asked.arguments)
    if isinstance(arguments, Correct):
        return _correction(acting.project, acting.sight, arguments)
    view = acting.sight.part(acting.project)
    if isinstance(arguments, RevertRevision):
        return _revert(view, arguments.revision)
    if not isinstance(action, CodebookAction):
        known = [name for name, each in ACTIONS.items() if isinstance(each, CodebookAction)]
        raise Refusal(
            f"{asked.action} has no preview; there is one of {', '.join((*known, 'revert', 'correct'))}",
            status=400,
            kind="Arguments",
        )
    trial = Trial(view.state)
    action.change(acting, Revising(trial), arguments)
    return _revision(view, trial)


def _revert(view: View, revision: str) -> dict[str, Any]:
    """Return what undoing a revision touches."""
    found = view.preview(Revert((view.history[revision].id,)))
    head = view.history.head
    book = view.history.append(found.change, coder="preview", time=head.time).codebook
    after = read_through(book, view.state)
    return {
        "told": [str(found)],
        "touches": _touches(after, found.codes),
        "codes": _counts(view.assignments, after, book, found.codes),
        "undecided": 0,
    }


def _revision(view: View, trial: Trial) -> dict[str, Any]:
    """Return what changes of the codebook touch, and how many segments each code has before and after."""
    book, ids, undecided = trial.draft.codebook(), list[str](), set[str]()
    for change in trial.changes:
        ids += change.touched
        if isinstance(change, Merge):
            ids.append(change.into)
        if isinstance(change, Split | Decide):
            ids += book.codes[change.code].parts
            undecided.add(change.code)
    told = [*map(str, trial.changes)]
    if len(told) == 1:
        # Of a change by itself the library says more.
        told = [str(view.preview(trial.changes[0]))]
    counts = _counts(view.assignments, read_through(book, view.state), book, ids)
    return {
        "told": told or ["nothing would change"],
        "touches": _touches(
            view.assignments, [id for each in trial.changes for id in each.touched]
        ),
        "codes": counts,
        "undecided": sum(each["after"] for each in counts if each["id"] in undecided),
    }


def _touches(rows: Assignments, codes: Iterable[str]) -> dict[str, int]:
    """Return how many assignments carry one of some codes, and on how much by how many."""
    numbers = [rows.codes.index(id) for id in codes if id in rows.codes]
    own = rows.take(np.isin(rows.code, numbers))
    return {
        "codings": len(own),
        "passages": len(np.unique(own.segment)),
        "documents": len(np.unique(own.document)),
        "coders": len(np.unique(own.coder)),
    }


def _counts(
    rows: Assignments, changed: Assignments, book: Codebook, ids: Iterable[str]
) -> list[dict[str, Any]]:
    """Return how many segments some codes have, and all whose number changes, before and after."""
    before, after = _segments(rows), _segments(changed)
    differ = [id for id in book.codes if before[id] != after[id]]
    return [
        {"id": id, "name": book.codes[id].name, "before": before[id], "after": after[id]}
        for id in dict.fromkeys((*ids, *differ))
        if id in book.codes
    ]


def _segments(rows: Assignments) -> Counter[str]:
    pairs = np.unique(np.stack([rows.code, rows.segment]), axis=1)
    return Counter(rows.codes[number] for number in pairs[0].tolist())


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
