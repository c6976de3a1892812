"""Where coders differ: found, decided by a consensus, in a table too, and kept beside what they had."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import qualcode as qc
from qualcode.cli import main
from qualcode.errors import AssignmentError, ProjectError, StatisticsError
from qualcode.io.tables.adjudication_table import write_adjudication_table

TEXT = "We trust them. One budget. Nobody minds. All agree."


@pytest.fixture
def project() -> qc.Project:
    book = qc.Codebook("study", codes=[qc.Code(id) for id in ("trust", "money", "hope", "idle")])
    made = qc.Project.new("Study", codebook=book, coder="ana")
    made.add_documents({"a": TEXT, "b": "We trust them."})
    for coder in ("ana", "ben"):
        made.assign(("a", 41, 51), "hope", coder=coder)
        made.finish(["a"], coder=coder)
    made.assign(("a", 0, 14), "trust", coder="ana")
    made.assign(("a", 0, 14), "money", coder="ben")
    made.assign(("a", 15, 26), "money", coder="ana")
    made.assign(("b", 0, 14), "trust", coder="cem")
    return made


def places(found: object) -> list[tuple[int, int]]:
    return [(each.segment.start, each.segment.end) for each in found]  # type: ignore[attr-defined]


def test_places_where_coders_differ_are_found_with_who_has_what(project: qc.Project) -> None:
    found = project.disagreements(unit="segment")
    assert places(found) == [(0, 14), (15, 26)]
    assert dict(found[0].had) == {"ana": ("trust",), "ben": ("money",)}
    assert dict(found[1].had) == {"ana": ("money",), "ben": ()}
    assert str(found) == "2 disagreements, 0 decided, 2 open"
    frame = found.to_frame()
    assert frame["ben"].tolist() == [["money"], []]
    assert frame["open"].all()
    assert places(project.disagreements(unit="sentence")) == [(0, 14), (15, 26)]
    assert places(project.disagreements(unit="document")) == [(0, 51)]
    assert places(project.disagreements(unit="segment", codes="money")) == [(0, 14), (15, 26)]
    with pytest.raises(StatisticsError):
        project.disagreements(unit="segment", coders="ana")


def test_a_decision_is_kept_with_what_each_had(project: qc.Project) -> None:
    before = project.study(unit="segment").table.given.tolist()
    first, second = project.disagreements(unit="segment")
    made = project.adjudicate(first, ["trust", "hope"], by="ben", reason="talked it over")
    assert (made.by, made.reason, made.codes) == ("ben", "talked it over", ("trust", "hope"))
    assert dict(made.had) == {"ana": ("trust",), "ben": ("money",)}
    project.adjudicate(second, [], reason="not a code")
    found = project.disagreements(unit="segment")
    assert (len(found.decided), len(found.open)) == (2, 0)
    assert project.coders["consensus"].kind == "consensus"
    codes = {each.code.id for each in project.assignments.where(coder="consensus")}
    assert codes == {"trust", "hope"}
    # What they had stays, for agreement.
    assert project.study(unit="segment").table.given.tolist() == before
    assert len(project.adjudications.to_frame()) == 2
    # Decided otherwise: the newest holds, and its codes alone.
    project.adjudicate(first, "money")
    codes = {each.code.id for each in project.assignments.where(coder="consensus")}
    assert codes == {"money"}
    assert len(project.adjudications) == 2
    count = len(project.log)
    project.adjudicate(first, "money")
    assert len(project.log) == count
    project.undo()
    assert {each.codes for each in project.adjudications} == {("trust", "hope"), ()}


def test_who_codes_otherwise_since_opens_it_again(project: qc.Project) -> None:
    first, _ = project.disagreements(unit="segment")
    project.adjudicate(first, "trust")
    project.retract(("a", 0, 14), "money", coder="ben")
    project.assign(("a", 0, 14), "hope", coder="ben")
    (again, _) = project.disagreements(unit="segment")
    assert again.has_changed
    assert again.is_open


def test_it_counts_when_the_consensus_has_finished(project: qc.Project) -> None:
    first, second = project.disagreements(unit="segment")
    project.adjudicate(first, "trust")
    project.adjudicate(second)
    assert project.adopt_agreed(unit="segment") == 1
    assert project.adopt_agreed(unit="segment") == 0
    assert project.rollup().counted.consensus == ()
    project.finish("a", coder="consensus")
    counted = project.rollup(count="segments")
    assert counted.counted.consensus == ("consensus",)
    assert [counted[code] for code in ("trust", "money", "hope")] == [2, 0, 1]


def test_a_table_goes_out_and_comes_back(project: qc.Project, tmp_path: Path) -> None:
    path = tmp_path / "decide.csv"
    assert project.disagreements(unit="segment").write(path) == 2
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    assert [row["codes of ben"] for row in rows] == ["money", "none"]

    def filled(*cells: tuple[str, str], quote: str | None = None) -> Path:
        for row, (decision, reason) in zip(rows, cells, strict=True):
            row["decision"], row["reason"] = decision, reason
        if quote is not None:
            rows[0]["quote"] = quote
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        return path

    count = len(project.log)
    with pytest.raises(AssignmentError, match=r"1 row cannot be read.*nothing was decided"):
        project.apply_adjudication(filled(("Trust", "both"), ("no such code", "")))
    assert len(project.log) == count
    assert project.apply_adjudication(filled(("trust; hope", "both"), ("", "")), by="ben") == 1
    assert project.apply_adjudication(filled(("trust; hope", "both"), ("none", "")), by="ben") == 1
    assert project.apply_adjudication(path, by="ben") == 0
    one, two = project.adjudications
    assert (one.codes, one.reason, dict(one.had)) == (
        ("trust", "hope"), "both", {"ana": ("trust",), "ben": ("money",)},
    )  # fmt: skip
    assert (two.codes, two.by) == ((), "ben")
    assert project.disagreements(unit="segment").open == ()
    with pytest.raises(AssignmentError, match="were some columns sorted"):
        project.apply_adjudication(filled(("trust", ""), ("", ""), quote="Something else"))


def test_bad_input_decides_nothing(project: qc.Project) -> None:
    first, _ = project.disagreements(unit="segment")
    count = len(project.log)
    with pytest.raises(ProjectError, match="is a person"):
        project.adjudicate(first, "trust", coder="ben")
    with pytest.raises(qc.QualcodeError):
        project.adjudicate(first, ["trust", "nothing"])
    with pytest.raises(qc.QualcodeError):
        project.adjudicate(("a", 90, 99), "trust")
    assert len(project.log) == count
    assert "consensus" not in project.coders


@pytest.mark.parametrize("take", ["ana", "ben", "shown"])
def test_two_decisions_at_once_are_a_conflict(
    project: qc.Project, tmp_path: Path, take: str
) -> None:
    project.save(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    for folder, code, by in (("one", "trust", "ana"), ("two", "money", "ben")):
        with qc.Project.open(tmp_path / folder) as copy:
            copy.adjudicate(("a", 0, 14), code, by=by)
    whole = qc.merge(tmp_path / "one", tmp_path / "two").project
    (conflict,) = whole.conflicts
    assert (conflict.kind, conflict.field) == ("both set", "decided by consensus")
    wanted = {"ana": ("trust",), "ben": ("money",), "shown": conflict.values[-1]}[take]
    whole.resolve(conflict, take=take, coder="ben")
    assert whole.conflicts == ()
    codes = [each.code.id for each in whole.assignments.where(coder="consensus")]
    assert tuple(codes) == wanted == whole.adjudications[0].codes


def test_decisions_are_saved_taken_over_and_withheld(project: qc.Project, tmp_path: Path) -> None:
    first, _ = project.disagreements(unit="segment")
    project.adjudicate(first, "trust", reason="so")
    project.save(tmp_path / "study")
    opened = qc.Project.open(tmp_path / "study")
    assert opened.state == project.state
    assert qc.check_folder(tmp_path / "study") == []
    other = qc.Project.new("Other", codebook=project.codebook, coder="zoe")
    taken = qc.merge(other, project).project
    assert taken.adjudications == project.adjudications
    assert project.blind("ben", tmp_path / "part").adjudications == ()


def test_codes_merged_or_split_since_do_not_open_a_decision_again(project: qc.Project) -> None:
    first, second = project.disagreements()
    project.adjudicate(first, ["trust", "hope"])
    project.adjudicate(second, "money")
    with project.revise() as cb:
        cb.merge(["trust"], into="idle")
        cb.split("money", {"cash": lambda each: True, "kind": None})
    found = project.disagreements()
    assert [each.decision and each.decision.codes for each in found] == [
        ("idle", "hope"),
        ("cash",),
    ]
    assert found.open == ()
    project.assign(("a", 15, 26), "hope", coder="ben")
    assert [each.has_changed for each in project.disagreements()] == [False, True]
    # Asked about some codes only, the others do not matter.
    assert project.disagreements(codes="cash").open == ()


def test_a_decision_on_any_place_keeps_what_each_had_too(project: qc.Project) -> None:
    project.add_coder("bot", kind="machine")
    project.assign(("a", 0, 14), "idle", coder="bot")
    made = project.adjudicate(("a", 0, 14), "trust")
    assert dict(made.had) == {"ana": ("trust",), "ben": ("money",)}
    assert len(project.disagreements().decided) == 1
    elsewhere = project.adjudicate(("b", 0, 2), "trust")
    assert dict(elsewhere.had) == {"cem": ()}


def test_a_table_of_decisions_made_before_a_merge_can_be_read_again(
    project: qc.Project, tmp_path: Path
) -> None:
    first, _ = project.disagreements()
    project.adjudicate(first, "trust", reason="so")
    with project.revise() as cb:
        cb.merge(["trust"], into="idle")
    path = tmp_path / "all.xlsx"
    assert project.disagreements().write(path) == 2
    assert project.apply_adjudication(path) == 0


def test_who_is_who_in_a_table_does_not_hang_on_case(tmp_path: Path) -> None:
    made = qc.Project.new("Study", codebook=qc.Codebook("s", codes=[qc.Code("trust")]), coder="Ana")
    made.add_document("We trust them.", id="a")
    made.assign(("a", 0, 14), "trust", coder="Ana")
    path = tmp_path / "decide.csv"
    made.add_coder("R 2")
    made.finish("a", coder="R 2")
    assert made.disagreements().write(path) == 1
    fill(path, decision="trust")
    made.apply_adjudication(path)
    assert dict(made.adjudications[0].had) == {"Ana": ("trust",), "R 2": ()}
    assert made.disagreements().open == ()
    # Two such coders can come of a union only.
    row = (made.segment("a"), {"Ana": ("trust",), "ana": ()}, None)
    with pytest.raises(AssignmentError, match="differ by case only"):
        write_adjudication_table([row], tmp_path / "again.csv")


def fill(path: Path, **cells: str) -> None:
    """Fill in the same cells of each row of a CSV file."""
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, **cells} for row in rows)


def test_a_table_in_another_encoding_or_without_its_columns_is_refused(
    project: qc.Project, tmp_path: Path
) -> None:
    path = tmp_path / "decide.csv"
    project.disagreements().write(path)
    fill(path, decision="trust", reason="für Ä")
    path.write_bytes(path.read_text("utf-8").encode("cp1252"))
    with pytest.raises(AssignmentError, match="not in UTF-8"):
        project.apply_adjudication(path)
    path.write_text("document,start,end,quote,decision,reason\na,0,14,We trust them.,trust,\n")
    with pytest.raises(AssignmentError, match="no column 'codes of …'"):
        project.apply_adjudication(path)
    project.disagreements().write(path, replace=True)
    with pytest.raises(AssignmentError, match="exists already"):
        project.disagreements().write(path)
    assert project.adjudications == ()


def test_documents_are_finished_where_nothing_is_open(project: qc.Project) -> None:
    assert project.finish_decided() == ()
    frame = project.disagreements().by_document()
    assert frame.to_numpy().tolist() == [["a", 2, 0, 2]]
    for each in project.disagreements():
        project.adjudicate(each, "hope")
    count = len(project.log)
    assert project.finish_decided(by="ben") == ("a",)
    # What both had is the consensus's as well, and now it counts alone.
    assert project.rollup(count="segments")["hope"] == 3
    assert project.finish_decided() == ()
    project.undo()
    assert len(project.finished.get("consensus", ())) == 0
    assert len(project.log) > count


@pytest.fixture
def study(project: qc.Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    project.save("study")
    return tmp_path / "study"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_a_consensus_is_reached_on_the_command_line(study: Path) -> None:
    listed = run("disagreements", "study")
    assert listed.exit_code == 0
    assert "a 0–14\n  We trust them.\n  ana: trust\n  ben: money" in listed.output
    assert listed.output.endswith("a: 0 of 2 decided\n2 disagreements, 0 decided, 2 open\n")
    assert "and 1 more" in run("disagreements", "study", "--limit", "1").output
    part = run("adjudicate", "study", "--table", "part.csv", "--document", "b")
    assert part.output == "part.csv: 0 open disagreements\n"
    made = run("adjudicate", "study", "--table", "decide.csv")
    assert made.output == "decide.csv: 2 open disagreements\n"
    again = run("adjudicate", "study", "--table", "decide.csv")
    assert again.exit_code == 1
    assert "exists already" in again.output
    fill(Path("decide.csv"), decision="trust; hope", reason="both")
    read = run("adjudicate", "study", "decide.csv", "--coder", "ben", "--finish")
    assert read.output == (
        "study: 2 decisions new or changed; finished by consensus: a; 2 disagreements, 2 decided, 0 open\n"
    )
    told = json.loads(run("disagreements", "study", "--json").output)
    assert told["documents"] == [
        {"document": "a", "disagreements": 2, "decided": 2, "open": 0, "finished": True}
    ]
    assert told["units"][0]["decision"] == ["trust", "hope"]
    assert told["units"][0]["by"] == "ben"
    assert "  decided by ben: trust, hope (both)" in run("disagreements", "study").output
    assert json.loads(run("disagreements", "study", "--open", "--json").output)["units"] == []
    assert json.loads(run("adjudicate", "study", "decide.csv", "--json").output) == {
        "decided": 0, "open": 0,
    }  # fmt: skip


def test_wrong_use_of_the_command_line_decides_nothing(study: Path) -> None:
    assert run("adjudicate", "study").exit_code == 2
    assert run("adjudicate", "study", "--table", "x.csv", "--finish").exit_code == 2
    assert run("adjudicate", "study", "x.csv", "--document", "a").exit_code == 2
    assert run("adjudicate", "study", "--table", "x.csv", "--document", "z").exit_code == 1
    assert run("adjudicate", "study", "nowhere.csv").exit_code == 1
    assert run("disagreements", "study", "--document", "z").exit_code == 1
    assert run("disagreements", "study", "--between", "ana").exit_code == 1
    Path("bad.csv").write_text("a,b\n1,2\n")
    assert "has no column" in run("adjudicate", "study", "bad.csv").output
    with qc.Project.open(study) as opened:
        assert opened.adjudications == ()


def test_a_table_from_before_a_correction_is_refused_where_the_words_moved(
    project: qc.Project, tmp_path: Path
) -> None:
    path = tmp_path / "decide.csv"
    project.disagreements().write(path)
    fill(path, decision="trust")
    project.correct("a", "Oh. " + TEXT, reason="heard again")
    with pytest.raises(AssignmentError, match="was the text corrected since"):
        project.apply_adjudication(path)
    assert project.adjudications == ()
    project.disagreements().write(path, replace=True)
    fill(path, decision="trust")
    assert project.apply_adjudication(path) == 2
    assert project.disagreements().open == ()


def test_what_all_agree_on_has_to_be_a_code_that_can_be_assigned(project: qc.Project) -> None:
    for each in project.disagreements():
        project.adjudicate(each, "trust")
    with project.revise() as cb:
        cb.split("hope", {"own": None, "other": None})
    count = len(project.log)
    with pytest.raises(AssignmentError, match=r"all agree on 'hope' in 'a' at 41-51, and .* split"):
        project.finish_decided()
    assert len(project.log) == count
    assert project.finish_decided(documents=()) == ()
    project.adjudicate(("a", 41, 51), "own")
    assert project.finish_decided(documents="a") == ("a",)


def test_where_nobody_can_differ_there_are_no_disagreements(tmp_path: Path) -> None:
    book = qc.Codebook("study", codes=[qc.Code("trust")])
    project = qc.Project.create(tmp_path / "study", codebook=book, coder="ana")
    assert project.disagreements() == ()
    project.add_document("We trust them.", id="a")
    project.assign(("a", 0, 14), "trust")
    assert project.disagreements() == ()
    project.assign(("a", 0, 14), "trust", coder="ben")
    assert project.disagreements() == ()
    project.correct("a", "Nothing of that is left here")
    assert not project.assignments
    for finishing in ((), ("ana",), ("ana", "ben")):
        for coder in finishing:
            project.finish("a", coder=coder)
        found = project.disagreements()
        assert str(found) == "0 disagreements, 0 decided, 0 open"
        assert len(found.to_frame()) == len(found.by_document()) == 0
    project.save()
    listed = run("disagreements", str(tmp_path / "study"))
    assert listed.exit_code == 0
    assert "0 disagreements" in listed.output
    table = tmp_path / "decide.csv"
    assert run("adjudicate", str(tmp_path / "study"), "--table", str(table)).exit_code == 0
    assert len(table.read_text("utf-8-sig").splitlines()) == 1
    # Who names a single coder to compare has made a mistake.
    with pytest.raises(StatisticsError, match="two coders or more"):
        project.disagreements(coders="ana")
