"""Pseudonymising a project."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from tests.unit.test_cli import run

import qualcode as qc
from qualcode.errors import HistoryError, ProjectError, PseudonymError
from qualcode.model.texts.replacing import Replacing
from qualcode.project.pseudonymising import read_key

NAMES = {"Joan": "P4", "Joan Smith": "P4"}


@pytest.fixture
def project() -> qc.Project:
    book = qc.Codebook(
        "study",
        codes=[qc.Code("trust", definition="As Joan has it", keywords=["joan*", "Joan"])],
    )
    project = qc.Project.new("Joan's study", codebook=book, coder="ana")
    project.add_document(
        "Joan: I trust them.\r\nI: Joan\u2019s sister, JOAN\nSMITH? Not Joanna.", id="02-joan",
        name="Joan", cases="Joan", variables={"Joan's town": "Joanville", "who": "Joan"},
    )  # fmt: skip
    project.add_document("Others.", id="a")
    project.assign(("02-joan", 0, 18), "trust", memo="Joan first")
    project.assign(("a", 0, 6), "trust")
    project.add_memo("segment:02-joan:0-4", "on Joan")
    project.reject(project.autocode("trust", text="joan"), coder="ben")
    project.finish("02-joan", coder="ben")
    return project


def test_names_are_replaced_wherever_they_stand(project: qc.Project, tmp_path: Path) -> None:
    project.save(tmp_path / "study")
    before = project.rollup(count="characters")["trust"]
    done = project.pseudonymise(NAMES, reason="before sharing")
    document = project.documents["02-P4"]
    assert document.text == "P4: I trust them.\r\nI: P4\u2019s sister, P4? Not Joanna."
    assert (document.name, document.cases) == ("P4", ("P4",))
    assert document.variables == {"P4's town": "Joanville", "who": "P4"}
    assert project.name == "P4's study"
    assert project.codebook["trust"].definition == "As P4 has it"
    assert [memo.target for memo in project.memos] == ["segment:02-P4:0-2"]
    assert project.assignments[0].segment.quote == "P4: I trust them."[:16]
    assert {each.document for each in project.state.verdicts} == {"02-P4"}
    assert project.finished == {"ben": frozenset({"02-P4"})}
    assert project.rollup(count="characters")["trust"] == before - 2
    assert qc.check_folder(tmp_path / "study") == []
    assert done.to_frame()["field"].value_counts()["text"] == 3
    assert "documents/02-P4" in " ".join(
        path.relative_to(tmp_path / "study").as_posix() for path in (tmp_path / "study").rglob("*")
    )


def test_a_dry_run_lists_the_same_places_and_changes_nothing(project: qc.Project) -> None:
    state = project.state
    would = project.pseudonymise({**NAMES, "Absalom": "P9"}, dry_run=True, key="key.csv")
    assert project.state == state
    assert not Path("key.csv").exists()
    assert would.absent == ("Absalom",)
    assert "Absalom: nowhere" in str(would)
    assert project.pseudonymise(NAMES).places == would.places


def test_the_key_lies_elsewhere_and_is_read_again(project: qc.Project, tmp_path: Path) -> None:
    project.save(tmp_path / "study")
    with pytest.raises(ProjectError, match="cannot lie in the project's folder"):
        project.pseudonymise(NAMES, key=tmp_path / "study" / "documents" / ".." / "key.csv")
    key = tmp_path / "key.csv"
    project.pseudonymise(NAMES, inflections={"Joan": ["Joanville"]}, key=key)
    assert read_key(key) == (NAMES, {"Joan": ["Joanville"]})
    with pytest.raises(ProjectError, match="exists already"):
        project.pseudonymise({"sister": "S"}, key=key)


def test_what_cannot_be_replaced_is_refused_and_nothing_is_changed(project: qc.Project) -> None:
    state = project.state
    with pytest.raises(PseudonymError, match="can be no id"):
        project.pseudonymise({"Joan": "Participant / 4"})
    with pytest.raises(PseudonymError, match="would both be"):
        project.pseudonymise({"02-joan": "a"})
    with pytest.raises(PseudonymError, match="would still be there"):
        project.pseudonymise({"Joan": "not Joan"})
    with pytest.raises(PseudonymError, match="has no word"):
        project.pseudonymise({"—": "x"})
    with pytest.raises(PseudonymError, match="there is no name"):
        project.pseudonymise({})
    with pytest.raises(PseudonymError, match="is no name that is replaced"):
        project.pseudonymise({"Joan": "P4"}, inflections={"Ann": ["Anny"]})
    assert project.state == state


def test_a_pseudonym_that_is_there_already_is_told() -> None:
    project = qc.Project.new("Study", codebook=qc.Codebook("study"), coder="ana")
    project.add_document("Ann met P1 and Bo.", id="d")
    names = {"Ann": "P1", "Bo": "P"}
    would = project.pseudonymise(names, dry_run=True)
    assert would.taken == ("P1",)
    assert "P1 stands there already: who is called so becomes one with" in str(would)
    assert project.pseudonymise({"Ann": "P2", "Bo": "P"}, dry_run=True).taken == ()
    assert project.pseudonymise(names).taken == ("P1",)


def test_half_a_name_does_not_stay_where_a_long_quote_is_abridged(tmp_path: Path) -> None:
    text = (
        f"{'And so it went on. ' * 3}Joan Smithers said so{', and so it went on' * 9}. {'On. ' * 9}"
    )
    project = qc.Project.new("S", codebook=qc.Codebook("s", codes=[qc.Code("trust")]))
    project.add_documents({"a": text})
    # The first 60 characters of what is quoted end within the name.
    quote = text[text.index("Joan") - 55 :][:200]
    proposal = project.propose("a", quote=quote, code="trust", coder="robot", why="so")
    project.accept(proposal, coder="ana")
    project.save(tmp_path / "study")
    project.pseudonymise({"Joan Smithers": "P4"}, coder="ana")
    logs = "".join(path.read_text("utf-8") for path in (tmp_path / "study" / "log").iterdir())
    assert "Joan" not in logs
    # A proposal, the verdict on it and the row that came of it quote it alike.
    assert len(re.findall(r'"quote":"([^"]*)"', logs)) == 3
    assert len(set(re.findall(r'"quote":"([^"]*)"', logs))) == 1
    assert not list(qc.check_folder(tmp_path / "study"))


def test_case_can_matter_and_ids_of_coders_stay(project: qc.Project) -> None:
    project.assign(("a", 0, 3), "trust", coder="joan")
    done = project.pseudonymise({"Joan": "P4"}, ignore_case=False)
    assert list(project.documents) == ["02-joan", "a"]
    assert "joan" in project.coders
    assert done.coders == ()
    again = project.pseudonymise({"joan": "P4"})
    assert again.coders == ("joan",)
    assert "joan" in project.coders


def test_work_of_who_did_not_know_is_refused_until_it_is_pseudonymised_too(
    project: qc.Project, tmp_path: Path
) -> None:
    project.save(tmp_path / "mine")
    shutil.copytree(tmp_path / "mine", tmp_path / "hers")
    hers = qc.Project.open(tmp_path / "hers")
    hers.assign(("02-joan", 8, 18), "trust", coder="cyd", memo="on Joan")
    hers.save()
    project.pseudonymise(NAMES)
    with pytest.raises(HistoryError, match="Pseudonymise that copy with the same key"):
        qc.merge(tmp_path / "mine", tmp_path / "hers")
    hers.pseudonymise(NAMES)
    for order in ((tmp_path / "mine", tmp_path / "hers"), (tmp_path / "hers", tmp_path / "mine")):
        whole = qc.merge(*order).project
        assert [each.memo for each in whole.assignments if each.coder == "cyd"] == ["on P4"]
        assert len(whole.conflicts) == 0


def test_two_keys_for_the_same_words_cannot_be_united(project: qc.Project, tmp_path: Path) -> None:
    project.save(tmp_path / "mine")
    shutil.copytree(tmp_path / "mine", tmp_path / "hers")
    project.pseudonymise(NAMES)
    qc.Project.open(tmp_path / "hers").pseudonymise({"Joan": "Q7"})
    with pytest.raises(HistoryError, match="in two copies apart from each other"):
        qc.merge(tmp_path / "mine", tmp_path / "hers")


def test_an_old_copy_brings_nothing_back(project: qc.Project, tmp_path: Path) -> None:
    project.save(tmp_path / "mine")
    shutil.copytree(tmp_path / "mine", tmp_path / "old")
    project.pseudonymise(NAMES)
    for order in ((tmp_path / "mine", tmp_path / "old"), (tmp_path / "old", tmp_path / "mine")):
        assert qc.merge(*order).project.state == project.state
    project.erase("02-P4")
    assert qc.merge(tmp_path / "old", tmp_path / "mine").project.state == project.state


def test_comments_in_the_codebook_file_are_pseudonymised_too(
    project: qc.Project, tmp_path: Path
) -> None:
    project.save(tmp_path / "study")
    path = tmp_path / "study" / "codebook.yaml"
    path.write_text(path.read_text() + "# ask Joan what this is\n")
    would = project.erase("case:Joan", dry_run=True)
    assert "ask Joan what this is" in [each.text for each in would.quoted]
    project.pseudonymise(NAMES)
    assert path.read_text().endswith("# ask P4 what this is\n")
    assert not qc.Project.open(tmp_path / "study").has_unapplied_edits
    assert qc.check_folder(tmp_path / "study") == []


def test_the_command_line_lists_each_place_before_it_replaces(
    project: qc.Project, tmp_path: Path
) -> None:
    folder = tmp_path / "study"
    project.save(folder)
    asked = run("pseudonymise", str(folder), "--name", "Joan=P4", "--name", "Joan Smith=P4")
    assert asked.exit_code == 0, asked.output
    assert "document:02-joan, name: [Joan] → P4" in asked.output
    assert "nothing was done" in asked.output
    assert "02-joan" in qc.Project.open(folder).documents
    key = tmp_path / "key.csv"
    done = run("pseudonymise", str(folder), "--name", "Joan=P4", "--form", "Joan=Joanna", "--key",
               str(key), "--yes", "--json")  # fmt: skip
    assert json.loads(done.output)["event"]
    assert key.exists()
    assert "02-P4" in qc.Project.open(folder).documents
    assert run("check", str(folder)).exit_code == 0
    wrong = run("pseudonymise", str(folder), "--name", "Joan")
    assert wrong.exit_code == 2
    assert "give NAME=PSEUDONYM" in wrong.output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zoe\u0308 and Zo\u00eb", "P1 and P1"),
        ("(Zoë) „Zoë“ Zoë-like Zoës _Zoë_", "(P1) „P1“ P1-like Zoës _P1_"),
        ("O'Brien O\u2019Brien", "P2 P2"),
        ("Anne-Marie, Anne - Marie, Anne", "P3, P3, Anne"),
        ("STRASSE Straße", "P4 P4"),
        ("王小明说", "P5说"),
    ],
)
def test_names_are_whole_words_in_any_form(text: str, expected: str) -> None:
    names = {"Zoë": "P1", "O'Brien": "P2", "Anne-Marie": "P3", "Straße": "P4", "王小明": "P5"}
    assert Replacing(names).of(text) == expected


def test_a_key_opens_rightly_in_spreadsheets_and_is_read_as_it_was(tmp_path: Path) -> None:
    names = {"=Ann": "P1", "Zoë": "007"}
    project = qc.Project.create(tmp_path / "odd", codebook=qc.Codebook("odd"), coder="ana")
    project.add_document("Zoë is =Ann.", id="a")
    key = tmp_path / "odd.csv"
    project.pseudonymise(names, key=key)
    assert key.read_bytes().startswith("\ufeffname,pseudonym,of\r\n'=Ann,P1,\r\n".encode())
    assert read_key(key) == (names, {})
    key.write_text(
        "Name;Pseudonym\nJoan;P4\n", encoding="utf-8"
    )  # as a spreadsheet program saves it
    assert read_key(key) == ({"Joan": "P4"}, {})


@pytest.mark.parametrize("name", ["İsmail", "I\u0307nci", "ŞİMŞEK", "Şimşek", "हिन्दी"])
def test_names_of_every_script_are_replaced_in_either_case(name: str) -> None:
    project = qc.Project.new("study", codebook=qc.Codebook("study"), coder="ana")
    lower = name.lower().replace("i\u0307", "i")
    upper = name.replace("i", "İ").upper()
    text = f"{name} met {lower}; {upper}, {name.lower()} and {name}ler."
    project.add_document(text, id="a")
    project.pseudonymise({name: "P1"})
    assert project.documents["a"].text == f"P1 met P1; P1, P1 and {name}ler."
