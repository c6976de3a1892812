"""Reading a later export into the project of an earlier one: what changes, what stays, what is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.laws.test_refi import content

import qualcode as qc
from qualcode.errors import DocumentError, ProjectError, StudyError

TEXT = "We trust them. We fear nothing."


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def study() -> qc.Project:
    """What is worked on in another program."""
    codes = [qc.Code("trust"), qc.Code("fear"), qc.Code("awe", parent="fear")]
    project = qc.Project.new("Wards", codebook=qc.Codebook("wards", codes=codes), coder="ana")
    project.add_case("north", variables={"beds": 20})
    project.add_document(TEXT, id="a", cases="north")
    project.assign(("a", 0, 8), "trust", coder="ana")
    project.assign(("a", 15, 22), "fear", coder="ben", memo="odd")
    project.add_memo("code:trust", "in whom?", coder="ana")
    return project


def first(there: qc.Project) -> qc.Project:
    qc.write_refi(there, "one.qdpx")
    return qc.read_refi("one.qdpx").project


def again(there: qc.Project, here: qc.Project, **options: bool) -> list[str]:
    """What is said of a later export, without the file's name."""
    qc.write_refi(there, "two.qdpx")
    items = qc.read_refi("two.qdpx", into=here, **options).items
    return [str(each).removeprefix("two.qdpx: ") for each in items]


def test_what_changed_there_alone_changes_here() -> None:
    there = study()
    here = first(there)
    there.rename("code:trust", "Trust in staff")
    with there.revise() as cb:
        cb.redefine("fear", definition="of the ward")
        cb.recolour("fear", "#aa0000")
        cb.move("awe", None)
        cb.add("hope", parent="trust")
    there.set_variables("case:north", beds=21)
    there.rename("case:north", "North ward")
    there.add_document("Later.", id="b")
    there.assign(("b", 0, 5), "hope", coder="carla")
    there.set_codes("both", ["trust", "fear"])
    here.assign(("a", 0, 14), "fear", coder="dora")
    told = again(there, here)
    assert "code Trust in staff → trust: changed (name: 'trust' → 'Trust in staff')" in told
    assert (
        "case North ward → north: changed (name: 'north' → 'North ward'; variable beds: 20 → 21)"
        in told
    )
    assert {"document b: added", "code hope: added", "coder carla: added"} <= {*told}
    book = here.codebook.codes
    assert (book["trust"].name, book["fear"].definition, book["fear"].colour) == (
        "Trust in staff",
        "of the ward",
        "#aa0000",
    )
    assert (book["awe"].parent, book["hope"].parent) == (None, "trust")
    assert (here.cases["north"].name, here.cases["north"].variables["beds"]) == ("North ward", 21)
    assert here.code_sets["both"] == ("trust", "fear")
    coded = {(each.segment.quote, each.code.id, each.coder) for each in here.assignments}
    assert coded == {
        ("We trust", "trust", "ana"),
        ("We fear", "fear", "ben"),
        ("We trust them.", "fear", "dora"),
        ("Later", "hope", "carla"),
    }
    new = next(each for each in here.assignments if each.coder == "carla")
    assert new.origin == "import:qualcode"
    assert here.history.head.reason == "read again: two.qdpx"


def test_what_changed_here_too_stays_and_is_listed_once() -> None:
    there = study()
    here = first(there)
    there.rename("code:fear", "Fears")
    here.rename("code:fear", "Worry")
    there.edit_memo(there.memos[0], "in the staff")
    here.edit_memo(here.memos[0], "in whom, and why?")
    told = again(there, here)
    assert told[0] == "code Fears → fear: kept (name: 'Worry' here, 'Fears' there)"
    assert "'in whom, and why?' here, 'in the staff' there" in told[1]
    assert here.codebook.codes["fear"].name == "Worry"
    assert not again(there, here)
    there.rename("code:fear", "Fright")
    assert again(there, here) == ["code Fright → fear: kept (name: 'Worry' here, 'Fright' there)"]
    here.rename("code:fear", "Fright")
    assert not again(there, here)


def test_a_text_that_changed_there_is_corrected_here_and_what_is_coded_moves() -> None:
    there = study()
    here = first(there)
    here.assign(("a", 23, 30), "awe", coder="dora")
    there.correct("a", "Oh, we trust them. We fear nothing.")
    again(there, here)
    assert here.documents["a"].text.startswith("Oh, we")
    assert {(e.segment.quote, e.coder) for e in here.assignments} >= {
        ("nothing", "dora"),
        ("We fear", "ben"),
    }


def test_a_text_that_changed_here_too_stays_and_codings_find_their_place() -> None:
    there = study()
    here = first(there)
    there.correct("a", "We trust them all. We fear nothing.")
    there.assign(("a", 27, 34), "awe", coder="ben")
    here.correct("a", "Yes. We trust them. We fear nothing.")
    told = again(there, here)
    assert told[0].startswith("document a: kept (text: ")
    assert here.documents["a"].text.startswith("Yes.")
    assert ("nothing", "awe") in {(e.segment.quote, e.code.id) for e in here.assignments}
    assert not again(there, here)
    qc.write_refi(here, "three.qdpx")
    assert len(qc.read_refi("three.qdpx").project.assignments) == 3


def test_what_is_gone_there_is_listed_and_taken_back_only_where_that_is_asked() -> None:
    there = study()
    here = first(there)
    here.assign(("a", 0, 14), "fear", coder="dora")
    there.retract(("a", 0, 8), "trust", coder="ana")
    there.withdraw_memo(there.memos[0])
    with there.revise() as cb:
        cb.retire("trust")
    wanted = ["memos 1: gone", "codings 1: gone",
              "code  → trust: gone (not in the file any more; it stays here)"]  # fmt: skip
    assert again(there, here) == wanted
    assert again(there, here) == wanted
    assert len(here.assignments) == 3
    assert "codings 1: taken back" in again(there, here, take_back=True)
    assert {each.coder for each in here.assignments} == {"ben", "dora"}
    assert (here.codebook.codes["trust"].status, len(here.memos)) == ("retired", 0)
    assert not again(there, here, take_back=True)


def test_what_was_taken_back_here_does_not_come_again() -> None:
    there = study()
    here = first(there)
    here.retract(("a", 0, 8), "trust", coder="ana")
    there.add_memo("project", "later", coder="ana")
    assert "codings 1 → : left" not in again(there, here)
    assert {each.code.id for each in here.assignments} == {"fear"}


def test_what_was_withdrawn_or_erased_here_stays_out() -> None:
    there = study()
    there.add_document("Consent was taken back.", id="b")
    here = first(there)
    here.withdraw("b")
    there.correct("b", "Consent was taken back since.")
    there.assign(("b", 0, 7), "trust", coder="ana")
    again(there, here)
    assert list(here.documents) == ["a"]
    here.save("here")
    here = qc.Project.open("here")
    here.erase("b")
    assert "document b: left (something was erased here" in "\n".join(again(there, here))
    assert list(here.documents) == ["a"]
    assert b"Consent" not in b"".join(
        p.read_bytes() for p in Path("here").rglob("*") if p.is_file()
    )


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    there = study()
    first(there).save("here")
    before = {path: path.read_bytes() for path in Path("here").rglob("*") if path.is_file()}
    here = qc.Project.open("here")
    there.correct("a", TEXT + " Nor do they.")
    qc.write_refi(there, "two.qdpx")
    report = qc.read_refi("two.qdpx", into=here, dry_run=True)
    assert str(report).endswith("a dry run: nothing was changed")
    assert list(report.items_frame().columns) == ["side", "what", "theirs", "ours", "how", "note"]
    here.save()
    assert {path: path.read_bytes() for path in Path("here").rglob("*") if path.is_file()} == before


def test_what_fails_changes_nothing() -> None:
    there = study()
    here = first(there)
    here.add_document("x", id="z", variables={"age": "old"})
    there.add_document("Later.", id="b", variables={"age": 3})
    there.rename("code:fear", "Fears")
    before = [event.id for event in here.log]
    with pytest.raises(DocumentError, match="age"):
        again(there, here)
    assert [event.id for event in here.log] == before
    assert here.codebook.codes["fear"].name == "fear"


def test_names_that_have_pseudonyms_do_not_come_back() -> None:
    there = study()
    first(there).save("here")
    here = qc.Project.open("here")
    here.pseudonymise({"nothing": "[all]"}, key="key.csv")
    with pytest.raises(ProjectError, match="pseudonymise that with the same key"):
        again(there, here)


def test_it_is_undone_as_one() -> None:
    there = study()
    here = first(there)
    there.rename("code:fear", "Fears")
    there.add_document("Later.", id="b")
    again(there, here)
    here.undo()
    assert (here.codebook.codes["fear"].name, list(here.documents)) == ("fear", ["a"])
    assert "document b → b-2: renamed" in again(there, here)  # an id is never free again


def test_options_of_a_second_reading_need_a_project() -> None:
    first(study())
    with pytest.raises(StudyError, match="give the project as into"):
        qc.read_refi("one.qdpx", dry_run=True)
    with pytest.raises(StudyError, match="into"):
        qc.read_refi("one.qdpx", into="here")  # type: ignore[arg-type]


def test_what_is_gone_there_and_stays_here_is_written_again() -> None:
    there = study()
    there.add_document("Later we met.", id="b", cases="north")
    there.assign(("b", 0, 5), "awe", coder="ana", memo="when?")
    there.add_memo("segment:b:6-8", "who?", coder="ana")
    there.add_memo("document:b", "short", coder="ana")
    there.add_case("south")
    there.set_codes("both", ["trust", "awe"])
    here = first(there)
    with there.revise() as cb:
        cb.retire("awe")
    there.withdraw("b")
    there.withdraw("case:south")
    there.withdraw_memo(there.memos[0])
    there.set_codes("both", [])
    again(there, here)
    wanted = content(here)
    qc.write_refi(here, "three.qdpx")
    anew = qc.read_refi("three.qdpx").project
    assert content(anew) == wanted
    assert sorted(m.text for m in anew.memos) == sorted(m.text for m in here.memos)


def test_what_is_told_of_the_file_names_nothing_that_may_be_erased() -> None:
    there = study()
    first(there).save("here")
    here = qc.Project.open("here")
    here.add_document("Mine.", id="secret-name", cases="secret-case")
    here.join("a", "secret-case")
    there.rename("code:fear", "Fears")
    again(there, here)
    assert any(event.words.get("kept") for event in here.log)
    here.save()
    for what in ("secret-name", "case:secret-case"):
        here.erase(what)
    held = [p for p in Path("here").rglob("*") if p.is_file() and b"secret-" in p.read_bytes()]
    assert not held
