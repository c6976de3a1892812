"""The framework matrix: written, stale, narrowed, undone, merged, erased, and handed out."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

import qualcode as qc
from qualcode.errors import NotFoundError, ProjectError, QualcodeError, StatisticsError, StoreError
from qualcode.stats.counting.framework import Framework

FACTORS = qc.Rollup(
    "factors",
    themes=[
        qc.Theme("ties", "Ties between people", codes=["trust"]),
        qc.Theme("means", codes=["money"]),
    ],
    domains=[qc.Domain("all", themes=["ties", "means"])],
)


def study(project: qc.Project) -> qc.Project:
    project.add_case("north", name="North site", variables={"size": 30})
    project.add_case("south", variables={"size": 4})
    project.add_document(
        "We trust them. They trust us.", id="a", cases="north", variables={"wave": 1}
    )
    project.add_document("Money is short.", id="b", cases="south", variables={"wave": 2})
    project.assign(("a", 0, 14), "trust", coder="ana")
    project.assign(("b", 0, 5), "money", coder="ana")
    return project


BOOK = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money")], rollups=[FACTORS])


@pytest.fixture
def project() -> qc.Project:
    return study(qc.Project.new("Study", codebook=BOOK))


def test_a_cell_is_written_by_id_or_name_and_read_in_the_matrix(project: qc.Project) -> None:
    project.summarise("north", "Ties between people", "One way.", coder="ben")
    matrix = project.framework()
    cell = matrix["north", "ties"]
    assert (cell.text, cell.summary and cell.summary.coder, cell.is_stale) == (
        "One way.",
        "ben",
        False,
    )
    assert [each.quote for each in cell.segments] == ["We trust them."]
    assert matrix["south", "ties"].summary is None
    assert [each.case.id for each in matrix.unwritten] == ["south"]
    assert list(matrix.to_frame().columns) == ["name", "ties", "means"]
    assert list(matrix.to_frame().index) == ["north", "south"]
    assert "1 of 4 cells have a summary" in str(matrix)


def test_a_domain_and_a_code_have_cells_of_their_own(project: qc.Project) -> None:
    project.summarise("north", "all", "Of all.", level="domain")
    project.summarise("north", "trust", "Of the code.", level="code", rollup="factors")
    assert project.framework(level="domain")["north", "all"].text == "Of all."
    # That of a code is one, whatever the rollup.
    assert project.framework("tree", level="code")["north", "trust"].text == "Of the code."
    assert project.framework()["north", "ties"].text == ""


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda p: p.assign(("a", 15, 29), "trust", coder="ben"), "1 segment added"),
        (lambda p: p.retract(("a", 0, 14), "trust", coder="ana"), "1 segment gone"),
        (lambda p: p.correct("a", "We trusted them. They trust us."), "1 segment reworded"),
        (lambda p: p.correct("a", "Well: We trust them. They trust us."), ""),
        (lambda p: p.assign(("a", 0, 14), "trust", coder="ben"), ""),
        (lambda p: p.leave("a", "north"), "1 segment gone"),
        (lambda p: p.join("a", "south"), ""),
    ],
)
def test_a_cell_is_stale_when_what_it_was_written_from_changes(
    project: qc.Project, change: object, why: str
) -> None:
    project.summarise("north", "ties", "One way.")
    change(project)  # type: ignore[operator]
    cell = project.framework()["north", "ties"]
    assert (cell.why, cell.is_stale) == (why, bool(why))
    assert len(project.framework().stale) == bool(why)
    project.summarise("north", "ties", "One way.", reason="read again")
    assert not project.framework()["north", "ties"].is_stale


def test_a_passage_without_a_certain_place_makes_the_cell_stale(project: qc.Project) -> None:
    project.summarise("north", "ties", "One way.")
    project.correct("a", "Nothing of it. They trust us.")
    assert project.framework()["north", "ties"].why == "1 segment gone"
    project.place(project.quarantine[0], (0, 14))
    assert project.framework()["north", "ties"].why == "1 segment reworded"


def test_a_merge_of_codes_makes_stale_what_gets_its_segments(project: qc.Project) -> None:
    project.summarise("north", "ties", "One way.")
    project.summarise("south", "means", "Short of it.")
    with project.revise(reason="one thing") as cb:
        cb.merge("money", into="trust")
    matrix = project.framework()
    assert matrix["south", "means"].why == "1 segment gone"
    assert not matrix["north", "ties"].is_stale
    assert not project.at(revision=1).framework()["south", "means"].is_stale


def test_what_is_stale_does_not_depend_on_whose_segments_are_shown(project: qc.Project) -> None:
    project.summarise("north", "ties", "One way.")
    assert not project.restricted(coders="ana").framework()["north", "ties"].is_stale
    other = project.framework(coders="ana", where="code(money)")["north", "ties"]
    assert (other.segments, other.is_stale, other.text) == ((), False, "One way.")


def test_a_summary_goes_with_the_documents_that_it_was_written_from(project: qc.Project) -> None:
    project.add_document("Trust.", id="c", cases="north")
    project.assign(("c", 0, 6), "trust", coder="ana")
    project.summarise("north", "ties", "One way.")
    assert project.restricted(documents="a").summaries == ()
    project.withdraw("c")
    assert project.summaries == ()
    project.reinstate("c")
    assert len(project.summaries) == 1


def test_rows_are_chosen_and_sorted_by_variables(project: qc.Project) -> None:
    def rows(matrix: Framework) -> list[str]:
        return [each.id for each in matrix.cases]

    assert rows(project.framework(sort="size")) == ["south", "north"]
    assert rows(project.framework(variables={"size": 30})) == ["north"]
    assert rows(project.framework(variables={"wave": [1, 2]}, sort="wave")) == ["north", "south"]
    assert rows(project.framework(cases=["south"])) == ["south"]
    shown = project.framework(show="wave", sort="size").to_frame()
    assert list(shown.columns)[:3] == ["name", "size", "wave"]
    with pytest.raises(StatisticsError, match="no case has"):
        project.framework(variables={"size": 5})
    with pytest.raises(NotFoundError, match="Did you mean 'size'"):
        project.framework(sort="sise")


def test_how_far_the_writing_has_come_is_counted(project: qc.Project) -> None:
    project.summarise("north", "ties", "One way.")
    project.summarise("south", "ties", "Nobody says so.")
    frame = project.framework().progress_frame().set_index("name")
    assert frame.loc["(all)"].to_dict() == {
        "node": "", "cells": 4, "coded": 2, "written": 2, "stale": 0, "unwritten": 1, "share": 0.5,
    }  # fmt: skip


def test_what_the_rollup_has_no_more_is_listed(project: qc.Project) -> None:
    project.summarise("north", "ties", "One way.")
    smaller = qc.Rollup("factors", themes=[qc.Theme("means", codes=["money", "trust"])])
    with project.revise(reason="fewer") as cb:
        cb.set_rollup(smaller)
    matrix = project.framework("factors")
    assert [each.text for each in matrix.elsewhere] == ["One way."]
    assert "1 summary" in str(project.summaries)
    with pytest.raises(QualcodeError, match="ties"):
        matrix["north", "ties"]


def test_wrong_questions_are_told(project: qc.Project) -> None:
    with pytest.raises(NotFoundError, match="Did you mean 'north'"):
        project.summarise("nort", "ties", "x")
    with pytest.raises(NotFoundError, match="Did you mean 'ties'"):
        project.summarise("north", "tiess", "x")
    with pytest.raises(ProjectError, match="not empty"):
        project.summarise("north", "ties", "  ")
    with pytest.raises(NotFoundError, match="no summary of 'ties'"):
        project.withdraw_summary("north", "ties")
    with pytest.raises(NotFoundError, match="matrix\\['case-1', 'trust'\\]"):
        project.framework()["north"]  # type: ignore[index]
    with pytest.raises(StatisticsError, match="add_case"):
        qc.Project.new("Empty", codebook=BOOK).framework()


def test_cells_are_undone_and_their_history_kept(project: qc.Project) -> None:
    project.summarise("north", "ties", "One.", coder="ana")
    project.summarise("north", "ties", "Two.", coder="ben")
    project.undo()
    assert project.framework()["north", "ties"].text == "One."
    project.redo()
    project.withdraw_summary("north", "ties", coder="ana", reason="wrong")
    assert project.summaries == ()
    told = [(each.coder, each.text) for each in project.summary_history("north", "ties")]
    assert told == [("ana", "One."), ("ben", "Two."), ("ana", "")]
    before = len(project.log)
    project.summarise("north", "ties", "Two.")
    project.summarise("north", "ties", "Two.")
    assert len(project.log) == before + 1


def two_copies(folder: Path) -> tuple[Path, Path]:
    one, other = folder / "one", folder / "two"
    with qc.Project.open_or_create(one, codebook=BOOK, coder="ana") as project:
        study(project)
    shutil.copytree(one, other)
    return one, other


def test_who_write_one_cell_at_once_are_in_conflict(tmp_path: Path) -> None:
    copies = two_copies(tmp_path)
    for folder, coder in zip(copies, ("ana", "ben"), strict=True):
        with qc.Project.open(folder) as project:
            project.summarise("north", "ties", f"By {coder}.", coder=coder)
            project.summarise("south", "means", "The same.", coder=coder)
    whole = qc.merge(*copies).project
    (conflict,) = whole.conflicts
    assert (conflict.kind, conflict.target, set(conflict.values)) == (
        "both set", "case:north", {"By ana.", "By ben."},
    )  # fmt: skip
    whole.resolve(conflict, take="ana", coder="ben", reason="talked over")
    assert len(whole.conflicts) == 0
    cell = whole.framework()["north", "ties"]
    assert (cell.text, cell.is_stale) == ("By ana.", False)


def test_a_blind_copy_has_no_summaries_of_others(tmp_path: Path) -> None:
    one, _ = two_copies(tmp_path)
    with qc.Project.open(one) as project:
        project.summarise("north", "ties", "By ana, who trusts.", coder="ana")
        project.blind("ben", tmp_path / "blind")
    blind = qc.Project.open(tmp_path / "blind")
    assert blind.summaries == ()
    blind.summarise("south", "means", "By ben.", coder="ben")
    blind.save()
    assert b"who trusts" not in b"".join(_bytes(tmp_path / "blind"))
    whole = qc.merge(one, tmp_path / "blind").project
    assert {each.text for each in whole.summaries} == {"By ana, who trusts.", "By ben."}


def test_what_is_erased_takes_the_summaries_with_it(tmp_path: Path) -> None:
    one, other = two_copies(tmp_path)
    with qc.Project.open(one) as project:
        project.add_document("Trust, says Joan.", id="c", cases="north")
        project.summarise("north", "ties", "Before Joan.")
        project.assign(("c", 0, 5), "trust", coder="ana")
        project.summarise("north", "ties", "Joan says so.")
        project.summarise("south", "means", "Short of it.")
    shutil.rmtree(other)
    shutil.copytree(one, other)
    with qc.Project.open(one) as project:
        project.erase("c")
        # An older one does not come back for it.
        assert [each.text for each in project.summaries] == ["Short of it."]
        project.erase("case:south")
        assert project.summaries == ()
    assert not any(b"Joan says" in each or b"Short of it" in each for each in _bytes(one))
    whole = qc.merge(one, other).project
    assert whole.summaries == ()


def test_names_in_summaries_are_replaced_and_their_places_move(tmp_path: Path) -> None:
    one, _ = two_copies(tmp_path)
    project = qc.Project.open(one)
    project.correct("a", "Joan: We trust them. They trust us.")
    project.summarise("north", "ties", "Joan trusts them.")
    project.save()
    project.pseudonymise({"Joan": "Participant 4"})
    cell = project.framework()["north", "ties"]
    assert (cell.text, cell.is_stale) == ("Participant 4 trusts them.", False)
    assert [each.quote for each in cell.segments] == ["We trust them."]


def test_a_copy_to_share_has_summaries_where_they_are_chosen(
    project: qc.Project, tmp_path: Path
) -> None:
    project.summarise("north", "ties", "One way.")
    assert project.sharing_copy(tmp_path / "less").project.summaries == ()
    shared = project.sharing_copy(tmp_path / "more", memos="summary").project
    cell = shared.framework()["north", "ties"]
    assert (cell.text, cell.is_stale) == ("One way.", False)


def test_another_project_brings_its_summaries(project: qc.Project) -> None:
    other = study(qc.Project.new("Other", codebook=BOOK))
    other.summarise("north", "ties", "Theirs.", coder="cy")
    other.summarise("south", "means", "Short.", coder="cy")
    project.summarise("south", "means", "Ours.")
    found = qc.merge(project, other)
    texts = {each.key[0]: each.text for each in found.project.summaries}
    assert texts == {"north": "Theirs.", "south": "Ours."}
    kept = [each for each in found.items if each.what == "summary" and each.how == "kept"]
    assert [each.note for each in kept] == ["the summary there: 'Short.'"]


def test_a_code_with_a_summary_cannot_be_reverted(project: qc.Project) -> None:
    with project.revise(reason="new") as cb:
        cb.add("hope")
    project.summarise("north", "hope", "Little.", level="code")
    with pytest.raises(qc.errors.ChangeError, match="retire the code"):
        project.revert(-1)


# Files


def test_what_was_edited_in_a_sheet_comes_back(project: qc.Project, tmp_path: Path) -> None:
    project.summarise("north", "ties", "=One way.\nOr two?")
    project.summarise("south", "means", "Short.")
    file = qc.write_framework(project.framework(sort="size", show="wave"), tmp_path / "matrix.xlsx")
    assert len(project.read_framework(file)) == 0
    edit(
        file,
        {("north", "ties"): "Both ways.", ("south", "means"): None, ("south", "ties"): "None."},
    )
    before = len(project.log)
    tried = project.read_framework(file, coder="ben", dry_run=True)
    assert len(project.log) == before
    reading = project.read_framework(file, coder="ben")
    assert {(each.case, each.node): each.how for each in reading} == {
        ("north", "ties"): "written", ("south", "means"): "withdrawn", ("south", "ties"): "written",
    }  # fmt: skip
    assert tried.items == reading.items
    assert {each.text: each.coder for each in project.summaries} == {
        "Both ways.": "ben",
        "None.": "ben",
    }
    project.undo()
    assert {each.text for each in project.summaries} == {"=One way.\nOr two?", "Short."}


def test_what_was_changed_on_both_sides_is_a_conflict(project: qc.Project, tmp_path: Path) -> None:
    project.summarise("north", "ties", "One way.")
    file = qc.write_framework(project.framework(), tmp_path / "matrix.xlsx")
    edit(file, {("north", "ties"): "In the sheet.", ("south", "means"): "New in the sheet."})
    project.summarise("north", "ties", "In the project.", coder="cy")
    project.summarise("south", "means", "New in the project.", coder="cy")
    reading = project.read_framework(file, coder="ben")
    assert [each.how for each in reading.conflicts] == ["conflict", "conflict"]
    assert "cy wrote it otherwise" in str(reading.conflicts[0])
    assert project.framework()["north", "ties"].text == "In the project."
    project.read_framework(file, coder="ben", overwrite=True)
    assert project.framework()["north", "ties"].text == "In the sheet."
    assert len(project.summary_history("north", "ties")) == 3


def test_a_summary_from_a_sheet_rests_on_what_its_writer_saw(
    project: qc.Project, tmp_path: Path
) -> None:
    files = [
        qc.write_framework(project.framework(), tmp_path / name) for name in ("m.xlsx", "m.csv")
    ]
    project.assign(("a", 15, 29), "trust", coder="ben")
    edit(files[0], {("north", "ties"): "Of one sentence."})
    said = (
        files[1]
        .read_text(encoding="utf-8-sig")
        .replace("Ties between people,,", "Ties between people,Also.,")
    )
    files[1].write_text(said, encoding="utf-8-sig")
    for file in files:
        reading = project.read_framework(file)
        assert reading[0].note.startswith("stale")
        assert project.framework()["north", "ties"].why == "1 segment added"
        project.undo()


def test_a_sheet_that_was_taken_apart_is_refused_or_told(
    project: qc.Project, tmp_path: Path
) -> None:
    file = qc.write_framework(project.framework(), tmp_path / "matrix.xlsx")
    with pytest.raises(StoreError, match="exists already"):
        qc.write_framework(project.framework(), file)
    with pytest.raises(StoreError, match=r"\.xlsx, \.csv or \.md"):
        qc.write_framework(project.framework(), tmp_path / "matrix.docx")
    book = openpyxl.load_workbook(file)
    book["matrix"].append(["west", "", "Of nowhere."])
    book.save(file)
    (left,) = project.read_framework(file)
    assert (left.how, left.note[:26]) == ("left", "there is no case 'west' (/")
    book["matrix"].append(["north", "", "Twice."])
    book.save(file)
    with pytest.raises(ProjectError, match="row 5: the case 'north' has a row already"):
        project.read_framework(file)
    del book["cells"]
    book.save(file)
    with pytest.raises(ProjectError, match="its sheet 'cells'"):
        project.read_framework(file)
    assert project.summaries == ()


def test_stale_cells_stand_out_in_the_sheet_and_are_told_in_markdown(
    project: qc.Project, tmp_path: Path
) -> None:
    project.summarise("north", "ties", "One *way*.")
    project.assign(("a", 15, 29), "trust", coder="ben")
    matrix = project.framework(show="size")
    book = openpyxl.load_workbook(qc.write_framework(matrix, tmp_path / "m.xlsx"))
    assert book.sheetnames == ["matrix", "segments", "cells", "about"]
    cell = book["matrix"]["D2"]
    assert cell.comment.text == "Stale: 1 segment added."
    assert book["matrix"].freeze_panes == "C2"
    text = qc.write_framework(matrix, tmp_path / "m.md").read_text(encoding="utf-8")
    assert "## North site\n\nsize: 30\n\n### Ties between people\n\nOne \\*way\\*." in text
    assert "stale: 1 segment added" in text


def edit(file: Path, cells: dict[tuple[str, str], str | None]) -> None:
    book = openpyxl.load_workbook(file)
    sheet = book["matrix"]
    heads = {str(cell.value).rpartition("(")[2].rstrip(")"): cell.column for cell in sheet[1]}
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=2)}
    for (case, node), text in cells.items():
        sheet.cell(rows[case], heads[node]).value = text
    book.save(file)


def _bytes(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def test_the_report_has_the_summaries_of_cases_where_there_are_any(
    project: qc.Project, tmp_path: Path
) -> None:
    page = qc.report.write_html(project, tmp_path / "page.html").read_text(encoding="utf-8")
    assert 'id="framework"' not in page
    project.summarise("north", "ties", "One <b>way</b>.", coder="ben")
    project.summarise("south", "money", "Of the code.", level="code")
    project.assign(("a", 15, 29), "trust", coder="ben")
    page = qc.report.write_html(project, tmp_path / "page.html").read_text(encoding="utf-8")
    section = page.partition('<section id="framework">')[2].partition("</section>")[0]
    assert "One &lt;b&gt;way&lt;/b&gt;." in section
    assert "stale: 1 segment added" in section
    assert "Of the code." in section
    project.withdraw("case:north")
    page = qc.report.write_html(project, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "One &lt;b&gt;" not in page


def test_files_of_other_programs_say_that_they_have_no_summaries(
    project: qc.Project, tmp_path: Path
) -> None:
    project.summarise("north", "ties", "One way.")
    for losses in (
        qc.write_refi(project, tmp_path / "study.qdpx"),
        qc.write_webannotation(project, tmp_path / "web" / "annotations.jsonld"),
        qc.write_rock(project, tmp_path / "rock"),
    ):
        assert [each.count for each in losses if each.element == "summary of a case"] == [1]


def test_the_methods_paragraph_says_who_wrote_what() -> None:
    project = qc.load_project("partnership-follow-up")
    empty = project.framework("domains")
    assert "No summary was written; 125 cells with segments had none." in qc.report.methods(empty)
    case = next(iter(project.cases))
    project.summarise(case, empty.nodes[0].id, "Wants more.", coder="ana", rollup="domains")
    told = qc.report.methods(project.framework("domains"))
    assert "ana wrote 1 summary, each from the segments coded so at that time" in told
    assert "Ritchie and Spencer (1994)" in told
