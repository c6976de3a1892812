"""A text that two people corrected at once, in a project."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

import qualcode as qc
from qualcode.errors import ProjectError


def corrected_at_once(
    folder: Path, one: str | Sequence[str], other: str | Sequence[str]
) -> qc.Project:
    """Two people correct one text, each in a copy, once or more, and one of them codes it meanwhile."""
    project = qc.Project.create(
        folder / "one", codebook=qc.Codebook("study", codes=[qc.Code("money")]), coder="ana"
    )
    project.add_document("We share one budgte. They meet on Mondays.", id="a")
    project.assign(("a", 0, 20), "money")
    project.save()
    shutil.copytree(folder / "one", folder / "two")
    for place, texts, coder in (("one", one, "ana"), ("two", other, "ben")):
        copy = qc.Project.open(folder / place)
        for text in [texts] if isinstance(texts, str) else texts:
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
    assert "merged" not in conflict.proposal
    before = project.log
    with pytest.raises(ProjectError, match=r"both changed the same words.*“budgte"):
        project.resolve(conflict, take="merged", coder="ana")
    assert project.log == before
    project.resolve(conflict, take="ana", coder="ana")
    assert project.documents["a"].text == "We share one budget. They meet on Mondays."


def test_sides_that_corrected_more_than_once_are_merged_from_what_both_had(tmp_path: Path) -> None:
    project = corrected_at_once(
        tmp_path,
        ["We share one purse. They meet on Mondays.", "We share one purse. They met on Mondays."],
        [
            "We share one budgte. They meet on Fridays.",
            "All share one budgte. They meet on Fridays.",
        ],
    )
    (conflict,) = project.conflicts
    assert conflict.proposal.startswith("take 'merged'")
    project.resolve(conflict, take="merged", coder="ana")
    assert project.documents["a"].text == "All share one purse. They met on Fridays."
    assert project.conflicts == ()
    # What both have by now is where the next two set out from.
    project.save(tmp_path / "whole")
    shutil.copytree(tmp_path / "whole", tmp_path / "copy")
    for place, word, new in (("whole", "purse", "fund"), ("copy", "Fridays", "Sundays")):
        again = qc.Project.open(tmp_path / place)
        again.correct("a", again.documents["a"].text.replace(word, new), coder="ana")
        again.save()
    project = qc.merge(tmp_path / "whole", tmp_path / "copy").project
    (conflict,) = project.conflicts
    project.resolve(conflict, take="merged", coder="ben")
    assert project.documents["a"].text == "All share one fund. They met on Sundays."


def test_what_one_undid_of_what_both_had_stays_undone(tmp_path: Path) -> None:
    project = qc.Project.create(tmp_path / "one", codebook=qc.Codebook("study"), coder="ana")
    project.add_document("We share one budgte. They meet on Mondays.", id="a")
    project.correct("a", "You share one budgte. They meet on Mondays.")
    project.save()
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    two = qc.Project.open(tmp_path / "two")
    project.undo()
    project.correct("a", "We share one budget. They meet on Mondays.")
    two.correct("a", "You share one budgte. They meet on Fridays.", coder="ben")
    project.save()
    two.save()
    project = qc.merge(tmp_path / "one", tmp_path / "two").project
    (conflict,) = project.conflicts
    project.resolve(conflict, take="merged", coder="ana")
    assert project.documents["a"].text == "We share one budget. They meet on Fridays."


def test_no_merged_text_is_proposed_for_a_memo(tmp_path: Path) -> None:
    project = qc.Project.create(tmp_path / "one", codebook=qc.Codebook("study"), coder="ana")
    memo = project.add_memo("project", "on all")
    project.save()
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    for place in ("one", "two"):
        copy = qc.Project.open(tmp_path / place)
        copy.edit_memo(memo.id, f"in {place}")
        copy.save()
    (conflict,) = qc.merge(tmp_path / "one", tmp_path / "two").project.conflicts
    assert conflict.proposal == "take the later value, which is shown"
