"""What imports could not take over is counted in the log, and nothing in it names what it was."""

from __future__ import annotations

from pathlib import Path

import pytest

import qualcode as qc

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "programs"
PAGE = "<p>We share one budget.</p><img alt='Maria at home' src='a.png'><img src='b.png'>"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "talk.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def told(project: qc.View) -> list[str]:
    return [str(each) for each in project.import_losses]


def test_losses_are_kept_with_the_project_and_only_once(tmp_path: Path, page: Path) -> None:
    project = qc.Project.new("Study", coder="ana")
    added = project.add_documents(page)
    assert added.losses.total == 2
    assert told(project) == ["loss: 2 × picture (html)"]
    project.add_documents(page)
    project.save(tmp_path / "study")
    again = qc.Project.open(tmp_path / "study")
    again.add_documents(page)
    assert told(again) == told(project)
    first = next(event.id for event in again.log if event.kind == "add-document")
    assert told(again.at(first)) == []
    assert "not taken over: 2 × picture (html)" in str(again.log)
    written = b"".join(each.read_bytes() for each in (tmp_path / "study").rglob("*.jsonl"))
    assert b"picture" in written
    assert b"Maria" not in written


def test_a_step_that_is_undone_lost_nothing(page: Path) -> None:
    project = qc.Project.new("Study", coder="ana")
    project.add_documents(page)
    project.undo()
    assert (told(project), list(project.documents)) == ([], [])
    project.redo()
    assert told(project) == ["loss: 2 × picture (html)"]


def test_losses_of_a_project_that_is_taken_over_count_once(page: Path) -> None:
    there = qc.Project.new("There", coder="ben")
    there.add_documents(page)
    here = qc.Project.new("Here", coder="ana")
    here.add_documents({"a": "One."})
    merged = qc.merge(here, there).project
    assert told(merged) == ["loss: 2 × picture (html)"]
    assert told(qc.merge(merged, there).project) == told(merged)


def test_a_file_that_is_read_again_loses_nothing_more() -> None:
    first = qc.read_refi(EXAMPLES / "homes.qdpx")
    project = first.project
    losses = first.losses
    counted = sum(each.count for each in project.import_losses)
    assert counted == losses.total
    assert {each.source for each in project.import_losses} <= {first.program}
    qc.read_refi(EXAMPLES / "homes.qdpx", into=project)
    assert sum(each.count for each in project.import_losses) == counted


def test_a_report_tells_them_without_being_told(tmp_path: Path, page: Path) -> None:
    project = qc.Project.new("Study", coder="ana")
    project.add_documents(page)
    words = project.report(tmp_path / "report.html").read_text(encoding="utf-8")
    limits = words[words.index('<section id="limits">') :]
    assert '<span class="many">2</span> Losses at import' in limits
    assert "loss: 2 × picture (html)" in limits
