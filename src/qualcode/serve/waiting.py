"""What waits: the worklist, where coders differ, conflicts, and passages without a place."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

from qualcode.errors import ProjectError
from qualcode.model.checks import check_choice
from qualcode.model.coding.adjudications import Adjudication
from qualcode.project.project import Project
from qualcode.project.view import View
from qualcode.project.worklist import Task
from qualcode.serve.actions.deciding import ComparedBy
from qualcode.serve.showing import target_place, told_to_page
from qualcode.serve.sight import Sight

__all__ = ["conflicts", "disagreements", "quarantine", "worklist"]

_OF_ALL = ("conflict", "quarantine", "undecided", "edits")
"""Tasks that are about what everybody did: who is blind is not told of them."""


def worklist(view: View, sight: Sight) -> dict[str, Any]:
    """Return what waits to be done, the most pressing first."""
    tasks = sight.part(view).worklist()
    shown = [
        each
        for each in tasks
        if not sight.blind or (each.kind not in _OF_ALL and each.coder in ("", sight.coder))
    ]
    counts = Counter(each.kind for each in shown)
    return {"counts": dict(counts), "tasks": [_task(each) for each in shown]}


def _task(task: Task) -> dict[str, Any]:
    document, start, end = target_place(task.about)
    return {
        "kind": task.kind,
        "target": task.about,
        **told_to_page(task.told),
        "coder": task.coder or None,
        "count": task.count,
        "document": document,
        "start": start,
        "end": end,
    }


def disagreements(project: Project, sight: Sight, *, unit: str = "segment") -> dict[str, Any]:
    """Return where coders differ, who has what, and what was decided."""
    sight.refuse_blind("where coders differ")
    check_choice(unit, get_args(ComparedBy), what="unit", error=ProjectError)
    found = project.disagreements(unit=unit)
    return {
        "disagreements": [
            {
                "document": each.segment.document.id,
                "start": each.segment.start,
                "end": each.segment.end,
                "quote": each.segment.quote,
                "had": {coder: list(codes) for coder, codes in each.had.items()},
                "decision": None if each.decision is None else _decision(each.decision),
                "open": each.is_open,
            }
            for each in found
        ]
    }


def _decision(made: Adjudication) -> dict[str, Any]:
    return {"codes": list(made.codes), "by": made.by, "time": made.time, "reason": made.reason}


def conflicts(view: View, sight: Sight) -> dict[str, Any]:
    """Return what was changed in two copies at once and does not go together."""
    sight.refuse_blind("conflicts")
    return {
        "conflicts": [
            {
                "id": each.id,
                "kind": each.kind,
                "target": each.target,
                "field": each.field,
                "told": str(each),
                "taken": each.taken,
                "proposal": each.proposal,
                "merges": each.merges,
                "sides": [
                    {
                        "event": side.event,
                        "coder": side.coder,
                        "time": side.time,
                        "told": side.told or str(side.value),
                    }
                    for side in each.sides
                ],
            }
            for each in view.conflicts
        ]
    }


def quarantine(view: View, sight: Sight) -> dict[str, Any]:
    """Return the passages whose place in a corrected text is not certain, with where they might be."""
    sight.refuse_blind("passages without a place")
    return {
        "passages": [
            {
                "id": each.id,
                "document": each.document,
                "quote": each.quote,
                "context": list(each.context),
                "reason": each.reason,
                "told": str(each),
                "candidates": [
                    {
                        "start": found.span.start,
                        "end": found.span.end,
                        "quote": view.documents[each.document].text[
                            found.span.start : found.span.end
                        ],
                        "reason": found.reason,
                    }
                    for found in each.candidates
                ],
            }
            for each in view.quarantine
        ]
    }
