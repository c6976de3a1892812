"""Search results in a project: brought in from files, tied, kept apart, and decided on elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import qualcode as qc
from qualcode.project.reviewing.review import Review

DATA = Path(__file__).parents[1] / "data/references"
EVERY = [DATA / name for name in ("search.ris", "pubmed.nbib", "wos.txt", "scopus.csv")]


def start(path: Path | None = None) -> tuple[qc.Project, Review]:
    project = (
        qc.Project.new("Partnerships", coder="ana")
        if path is None
        else qc.Project.open_or_create(path, name="Partnerships", coder="ana")
    )
    return project, project.review()


def ris(path: Path, *titles: str, doi: str = "10.1000/1", pages: str = "5") -> Path:
    path.write_text(
        "".join(
            f"TY  - JOUR\nTI  - {title}\nAU  - Okoye, B.\nPY  - 2020\nDO  - {doi}\nSP  - {pages}\nER  -\n"
            for title in titles
        )
    )
    return path


def test_each_file_is_a_search_and_duplicates_are_tied() -> None:
    _, review = start()
    found = review.import_records(EVERY, date="2026-01-31")
    assert [row[:4] for row in found.rows] == [
        ("search.ris", "search", 4, 4), ("pubmed.nbib", "pubmed", 2, 2), ("wos.txt", "wos", 1, 1),
        ("scopus.csv", "scopus", 2, 2),
    ]  # fmt: skip
    assert len(review.records) == len(found.ids) == 9
    assert found.tied == 3
    assert {each.date for each in review.searches.values()} == {"2026-01-31"}
    (group,) = review.duplicates().groups
    assert review.records[group.kept].file == "search.ris"
    assert len(review.screening()) == 6
    assert any(each.name == "Nobody, N." for each in found.losses)


def test_a_script_that_runs_again_adds_nothing(tmp_path: Path) -> None:
    logs = []
    for _ in range(3):
        project, review = start(tmp_path / "review")
        review.import_records(EVERY)
        project.save()
        logs.append(len(project.log))
    assert logs[0] == logs[1] == logs[2]
    assert len(review.records) == 9


def test_a_tie_that_was_undone_is_not_made_again(tmp_path: Path) -> None:
    project, review = start()
    review.import_records(ris(tmp_path / "a.ris", "Trust among partners"))
    review.import_records(ris(tmp_path / "b.ris", "Trust among partners."))
    one, other = review.records
    assert review.duplicates().count == 1
    review.keep_apart(other)
    assert review.duplicates().count == 0
    project.undo()
    assert review.duplicates().count == 1
    review.keep_apart(one, other)
    review.import_records(ris(tmp_path / "c.ris", "TRUST AMONG PARTNERS"))
    assert [len(each.ids) for each in review.duplicates().groups] == [2]
    groups = review.duplicates().groups
    assert not any({one, other} <= set(each.ids) for each in groups)


def test_undo_of_an_import_takes_its_records_and_ties() -> None:
    project, review = start()
    review.import_records(EVERY)
    project.undo()
    assert not review.records
    assert not review.duplicates().groups
    project.redo()
    assert review.duplicates().count == 3


def test_near_duplicates_wait_for_a_person(tmp_path: Path) -> None:
    project, review = start()
    review.import_records(ris(tmp_path / "a.ris", "Trust among partners"))
    review.import_records(ris(tmp_path / "b.ris", "Trust among partners", doi="", pages="77"))
    one, other = review.records
    assert review.duplicates().to_confirm[0].ids == (one, other)
    review.confirm_duplicates(one, other, coder="ben")
    assert review.duplicates().groups[0].ids == (one, other)
    before = project.at(project.log.timeline.events[-2].id).review()
    assert not before.duplicates().groups


def test_what_two_copies_say_at_once_is_a_conflict(tmp_path: Path) -> None:
    project, review = start(tmp_path / "ana")
    review.import_records(ris(tmp_path / "a.ris", "Trust", "Trust again"))
    project.save()
    one, other = review.records
    shutil.copytree(tmp_path / "ana", tmp_path / "ben")
    copy = qc.Project.open(tmp_path / "ben")
    review.confirm_duplicates(one, other)
    copy.review().keep_apart(one, other)
    both = qc.merge(project, copy).project
    (conflict,) = both.conflicts
    assert (conflict.target, conflict.field) == (
        f"duplicates:{min(one, other)} {max(one, other)}",
        "same",
    )
    both.review().keep_apart(one, other)
    assert not both.conflicts
    assert not both.review().duplicates().groups


def test_the_rule_is_in_no_conflict_with_a_person(tmp_path: Path) -> None:
    project, review = start(tmp_path / "ana")
    review.import_records(ris(tmp_path / "a.ris", "Trust"))
    project.save()
    shutil.copytree(tmp_path / "ana", tmp_path / "ben")
    copy = qc.Project.open(tmp_path / "ben")
    for each in (project, copy):
        each.review().import_records(ris(tmp_path / "b.ris", "TRUST"))
    copy.review().keep_apart(*copy.review().records)
    both = qc.merge(project, copy).project
    assert not both.conflicts
    assert len(both.review().records) == 2
    assert not both.review().duplicates().groups


def test_no_file_is_brought_in_when_one_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "b.ris").write_text("nothing of the kind")
    ris(tmp_path / "a.ris", "Trust")
    project, review = start()
    before = len(project.log)
    with pytest.raises(qc.errors.DocumentError, match=r"b\.ris"):
        review.import_records(tmp_path / "*.ris")
    with pytest.raises(qc.errors.ProjectError, match="kind"):
        review.import_records(tmp_path / "a.ris", kind="library")
    assert len(project.log) == before


def test_bad_ids_are_named(tmp_path: Path) -> None:
    _, review = start()
    review.import_records(ris(tmp_path / "a.ris", "Trust"))
    (one,) = review.records
    with pytest.raises(qc.errors.NotFoundError, match="no record 'x'"):
        review.confirm_duplicates(one, "x")
    with pytest.raises(qc.errors.ProjectError, match="two records"):
        review.confirm_duplicates(one)
    with pytest.raises(qc.errors.ProjectError, match="tied to no other"):
        review.keep_apart(one)


def test_decisions_are_on_the_record_that_stands_for_its_duplicates() -> None:
    _, review = start()
    review.import_records(EVERY)
    group = review.duplicates().groups[0]
    with pytest.raises(qc.errors.ProjectError, match="is a duplicate of"):
        review.screen(group.ids[1], "include")
    review.screen(group.kept, "include")
    assert group.ids[1] not in {each.id for each in review.screening()}


def test_a_decision_made_before_a_tie_goes_with_it(tmp_path: Path) -> None:
    _, review = start()
    review.import_records(ris(tmp_path / "a.ris", "Trust", "Money"))
    one, other = review.records
    review.screen(other, "exclude")
    review.confirm_duplicates(one, other)
    assert review.screening()[one].outcome == "exclude"


def test_decisions_of_rayyan_become_those_of_named_coders() -> None:
    project, review = start()
    review.import_records(EVERY)
    taken = review.import_decisions(DATA / "articles.csv")
    assert (taken.taken, len(taken.unmatched)) == (4, 0)
    rows = {each.record.title: each.decisions for each in review.screening() if each.decisions}
    assert [(each.coder, each.decision) for each in rows["Trust among partners"]] == [
        ("ana", "exclude"), ("ben-k", "exclude"),
    ]  # fmt: skip
    assert project.coders["ben-k"].name == "Ben K."
    events = len(project.log)
    review.import_decisions(DATA / "articles.csv")
    assert len(project.log) == events


def test_decisions_of_covidence_are_a_consensus_and_reasons_are_criteria() -> None:
    project, review = start()
    review.import_records(EVERY)
    review.describe(criteria={"exclude": ["no adults"]})
    file = DATA / "review_1_excluded_csv_20240101000000.csv"
    before = len(project.log)
    with pytest.raises(qc.errors.NotFoundError, match="Wrong population"):
        review.import_decisions(file)
    assert len(project.log) == before
    review.import_decisions(file, reasons={"Wrong population": "no adults"})
    assert project.coders["covidence"].kind == "consensus"
    assert "no adults" in {each.reason for each in review.screening()}


def test_decisions_on_records_that_are_not_here_are_listed() -> None:
    _, review = start()
    review.import_records(DATA / "pubmed.nbib")
    taken = review.import_decisions(DATA / "asreview.csv", coder="ana")
    assert [each.record.title for each in taken.unmatched] == ["Trust among partners"]
    assert len(taken.to_frame()) == 1


def test_the_flow_reconciles_with_duplicates_in_either_arm() -> None:
    _, review = start()
    search = Path(__file__).parents[2] / "docs/examples/search"
    review.import_records(search / "medline.nbib")
    review.import_records(search / "embase.ris", kind="website")
    for each in review.screening():
        review.screen(each.id, "exclude")
    flow = review.prisma().to_frame().set_index("box")["n"]
    assert (flow["duplicates"], flow["website_results"]) == (0, 3)
