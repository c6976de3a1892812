"""Laws of the framework matrix, on projects that are made up."""

from __future__ import annotations

import itertools
from pathlib import Path

from hypothesis import HealthCheck, given, settings

import qualcode as qc
from qualcode.errors import QualcodeError
from qualcode.stats.counting.framework import Framework
from qualcode.testing import projects
from qualcode.testing.project import DEEDS

_NUMBERS = itertools.count()


def matrices(view: qc.View) -> list[Framework]:
    """Return the matrices of a project in which its summaries are."""
    found = []
    for level, rollup in {(each.level, each.rollup) for each in view.summaries}:
        try:
            found.append(view.framework(rollup or None, level=level))  # type: ignore[arg-type]
        except QualcodeError:
            continue  # the codebook has no such rollup any more
    return found


def keys(matrix: Framework) -> set[tuple[str, str]]:
    return {(each.case.id, each.node.id) for each in matrix.written}


@settings(max_examples=30)
@given(projects(max_steps=30))
def test_nothing_is_stale_at_the_moment_it_was_written(project: qc.Project) -> None:
    for summary in project.summaries:
        then = project.at(summary.id)
        for matrix in matrices(then):
            for cell in matrix.written:
                if cell.summary == then.state.summaries[-1]:
                    assert not cell.is_stale


@settings(max_examples=30)
@given(projects(max_steps=30))
def test_each_summary_is_in_a_cell_or_listed_and_stale_is_what_differs(project: qc.Project) -> None:
    held = {(each.level, each.rollup) for each in project.summaries}
    for matrix in matrices(project):
        shown = [each.summary for each in matrix.written]
        assert len(shown) == len(set(shown))
        for cell in matrix:
            assert {
                (each.document.id, each.start, each.end) for each in cell.segments
            } == cell.coded
            if cell.summary is None:
                assert not cell.is_stale
                continue
            had = {each.place for each in cell.summary.anchors}
            kept = all(each.outcome == "kept" for each in cell.summary.anchors)
            assert cell.is_stale == (had != cell.coded or not kept)
        level = matrix.level
        rollup = "" if level == "code" else matrix.rollup.id
        own = [each for each in project.summaries if (each.level, each.rollup) == (level, rollup)]
        assert {*filter(None, shown), *matrix.elsewhere} == set(own)
        assert (level, rollup) in held


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(projects(max_steps=30))
def test_a_file_that_nobody_edited_changes_nothing(tmp_path: Path, project: qc.Project) -> None:
    for matrix, suffix in itertools.product(matrices(project), (".csv", ".xlsx")):
        file = qc.write_framework(matrix, tmp_path / f"{next(_NUMBERS)}{suffix}")
        before = len(project.log)
        reading = project.read_framework(file)
        assert (len(reading), reading.unchanged) == (0, len(matrix))
        assert len(project.log) == before


def test_the_strategies_write_summaries() -> None:
    assert "summarise" in DEEDS
