"""What the next undo and redo of a coder would take back, in words."""

from __future__ import annotations

import hashlib
import textwrap
from functools import reduce
from typing import Any

import numpy as np

from qualcode.model.log.rows import Events
from qualcode.model.log.telling import told
from qualcode.model.said import Said
from qualcode.project.project import Project
from qualcode.project.steps import Step
from qualcode.serve.showing import told_to_page

__all__ = ["next_redo", "next_undo", "step_told"]

_QUOTE = 40


def next_undo(project: Project, coder: str | None) -> dict[str, Any] | None:
    """Return the latest step of a coder that can be taken back: its id, and what it was."""
    return _latest(project, project.steps, coder)


def next_redo(project: Project, coder: str | None) -> dict[str, Any] | None:
    """Return the step of a coder that would be done again: its id, and what it was."""
    return _latest(project, project.undone, coder)


def _latest(project: Project, steps: tuple[Step, ...], coder: str | None) -> dict[str, Any] | None:
    own = [step for step in steps if step.coder == coder]
    if not own:
        return None
    said = step_told(project, own[-1])
    # Rows of coding have no ids, but no two steps of a coder are the same at the same depth.
    name = f"{len(own)} {own[-1].events} {said}"
    return {"id": hashlib.sha256(name.encode()).hexdigest()[:12], **told_to_page(said)}


def step_told(project: Project, step: Step) -> str:
    """Return in a few words what a step did."""
    timeline, rows = project.log.timeline, project.log.rows
    events = [timeline.events[timeline.position[id]] for id in step.events]
    parts: list[str] = [Said("step", kind=each.kind, what=told(each)) for each in events]
    parts += [
        _row_told(project, rows, at)
        for block, first, end in step.rows
        for at in np.flatnonzero(rows.block == block)[first:end].tolist()[:2]
    ]
    count = sum(end - first for _, first, end in step.rows)
    if not parts:
        return ""
    done = reduce(lambda first, then: Said("then", first=first, then=then), parts[:3])
    return Said("step-more", what=done, n=count) if count > 2 else done


def _row_told(project: Project, rows: Events, at: int) -> str:
    document = project.documents.get(rows.documents[rows.document[at]])
    code = project.codebook.codes.get(rows.codes[rows.code[at]])
    name = rows.codes[rows.code[at]] if code is None else code.name
    how = "retract" if rows.retracted[at] else "assign"
    if document is None:
        return Said(how, what=name)
    quote = document.text[rows.start[at] : rows.end[at]]
    short = textwrap.shorten(quote, _QUOTE, placeholder="…")
    return Said(how, what=Said("quoted", code=name, quote=short))
