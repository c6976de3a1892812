"""A text that two people corrected at once, in a project."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import qualcode as qc
from qualcode.errors import ProjectError


def corrected_at_once(folder: Path, one: str, other: str) -> qc.Project:
    """Two people correct one text, each in a copy, and one of them codes it meanwhile."""
    project = qc.Project.create(
        folder / "one", codebook=qc.Codebook("study", codes=[qc.Code("money")]), coder="ana"
    )
    project.add_document("We share one budgte. They meet on Mondays.", id="a")
    project.assign(("a", 0, 20), "money")
    project.save()
    shutil.copytree(folder / "one", folder / "two")
    for place, text, coder in (("one", one, "ana"), ("two", other, "ben")):
        copy = qc.Project.open(folder / place)
        copy.correct("a", text, coder=coder)
        copy.save()
    return qc.merge(folder / "one", folder / "two").project


def test_what_two_corrected_at_once_is_merged_where_it_goes_together(tmp_path: Path) -> None:
    project = corrected_at_once(
        tmp_path,
        "We share one budget. They meet on Mondays.",
        "We share one budgte. They meet on Tuesdays.",
    )
    (conflict,) = project.conflicts
    assert conflict.proposal.startswith("take 'merged'")
    project.resolve(conflict, take="merged", coder="ana", reason="both are right")
    assert project.documents["a"].text == "We share one budget. They meet on Tuesdays."
    assert project.conflicts == ()
    assert [each.segment.quote for each in project.assignments] == ["We share one budget."]
    assert project.corrections[-1].reason == "both are right"


def test_what_two_corrected_otherwise_is_not_merged(tmp_path: Path) -> None:
    project = corrected_at_once(
        tmp_path,
        "We share one budget. They meet on Mondays.",
        "We share one budgets. They meet on Mondays.",
    )
    (conflict,) = project.conflicts
    before = project.log
    with pytest.raises(ProjectError, match=r"both changed the same words.*“budgte"):
        project.resolve(conflict, take="merged", coder="ana")
    assert project.log == before
    project.resolve(conflict, take="ana", coder="ana")
    assert project.documents["a"].text == "We share one budget. They meet on Mondays."
