"""Whatever can be done in a project, drawn at random, and what a project says in the end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from tests.store.making import tokens

import qualcode as qc
from qualcode.errors import HistoryError, QualcodeError, StoreError
from qualcode.model.codebooks.records import codebook_record
from qualcode.testing.history import KINDS, Clock
from qualcode.testing.picks import Step
from qualcode.testing.project import DEEDS, do

CODERS = ("ana", "ben", "cem")
CHANGES = (*KINDS, "merge", "merge", "merge", "merge", "split", "revert")
OFTEN = (*DEEDS, *("correct", "place", "undo", "in vivo", "recode") * 2)
TEXTS = {
    "a": "We share one budget. 🙂 Nobody else does.\r\nWe trust them, and they trust us. Then we meet.",
    "b": "ANA: Money is short.\nBEN: It always was. We trust them, and they trust us.",
}


def codebook() -> qc.Codebook:
    codes = [qc.Code(id, name=id.title()) for id in ("trust", "money", "budget", "time")]
    return qc.Codebook("study", name="Study", codes=codes)


def begun(folder: Path) -> None:
    """Make a project in which there is something to correct, to merge and to take back."""
    project = qc.Project.create(
        folder, name="Study", codebook=codebook(), clock=Clock(), tokens=tokens("begun")
    )
    for id, text in TEXTS.items():
        project.add_document(text, id=id)
        project.assign((id, 0, 20), "money", coder="ana")
        project.assign((id, 10, 50), "trust", coder="ben", memo="first")
    project.save()


def session(folder: Path, number: int, *, autosave: bool) -> qc.Project:
    """Open a project as a script does that is run for the so many-th time."""
    return qc.Project.open_or_create(
        folder,
        codebook=codebook(),
        coder="ana",
        autosave=autosave,
        clock=Clock(1_000 * (number + 1)),
        tokens=tokens(f"session {number}"),
    )


def drawn(random: Random, count: int) -> list[Step]:
    return [Step(random.choice(OFTEN), random.randbytes(10)) for _ in range(count)]


def take(project: qc.Project, step: Step) -> None:
    """Do something; what stands against it is not done."""
    try:
        do(project, step.kind, step.picks, CODERS, CHANGES)
    except (StoreError, HistoryError):
        raise
    except QualcodeError:
        pass


def told(project: qc.View) -> dict[str, Any]:
    """All that a project says, but for the ids of events, which depend on when rows were sealed."""
    state = project.state
    return {
        "name": state.name,
        "codebook": json.dumps(codebook_record(state.codebook, decisions=True)),
        "reasons": [each.reason for each in project.history],
        "documents": {
            id: (each.name, each.text, dict(each.variables), each.cases)
            for id, each in project.documents.items()
        },
        "cases": {id: (each.name, dict(each.variables)) for id, each in project.cases.items()},
        "coders": dict(project.coders),
        "assignments": sorted(
            (*each.place, each.code.id, each.assigned_as, each.memo or "", repr(each.weight))
            for each in project.assignments
        ),
        "memos": sorted((each.coder, each.text, _about(each.target)) for each in project.memos),
        "verdicts": len(state.verdicts),
        "adjudications": sorted((*x.place, x.codes, x.reason) for x in state.adjudications),
        "quarantine": sorted((x.document, x.quote, x.assignments) for x in project.quarantine),
        "corrections": [(each.document, each.before, each.after) for each in project.corrections],
        "finished": {coder: set(ids) for coder, ids in state.finished.items() if ids},
        "organised": repr((state.code_sets, state.views, state.queries, state.scale)),
    }


def _about(target: str) -> str:
    kind = target.partition(":")[0]
    return kind if kind in ("memo", "revision") else target


def differing(one: dict[str, Any], others: Sequence[dict[str, Any]]) -> str:
    """Name what differs from each of several."""
    return " / ".join(",".join(key for key in one if one[key] != each[key]) for each in others)
