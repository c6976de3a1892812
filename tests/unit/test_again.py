"""Scripts that are run again: nothing is done twice, and nothing restored that was taken back since."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import qualcode as qc
from qualcode import errors

BOOK = qc.Codebook(
    "study", codes=[qc.Code("trust", name="Trust"), qc.Code("money"), qc.Code("faith")]
)
TEXT = "We share one budget. I trust Joan. Nobody decides."
Work = Callable[[qc.Project], None]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def study(**options: Any) -> qc.Project:
    return qc.Project.open_or_create("study", codebook=BOOK, coder="ana", **options)


def script(project: qc.Project, *, until: int = 99) -> None:
    """Do one of everything; die before a step."""
    made: list[qc.Assignment] = []
    steps: list[Callable[[], object]] = [
        lambda: project.add_document(TEXT, id="a", variables={"site": "north"}, cases="one"),
        lambda: project.add_documents({"b": "They trust us.", "c": "We do."}),
        lambda: project.add_document("No name."),
        lambda: project.add_case("two", documents=["b", "c"]),
        lambda: project.add_coder("ben", name="Ben"),
        lambda: project.set_scale({1: "mentioned", 2: "central"}),
        lambda: made.append(project.assign(("a", 0, 20), "money", memo="first", weight=1)),
        lambda: project.assign(("a", 21, 34), "trust"),
        lambda: project.assign(("a", 35, 50), in_vivo=True),
        lambda: project.assign(("a", 0, 2), "faith", memo="merged later"),
        lambda: project.assign_frame(
            pd.DataFrame({"document": ["b"], "start": [5], "end": [10], "code": ["faith"]})
        ),
        lambda: project.retract(("a", 21, 34), "trust"),
        lambda: project.assign(("a", 21, 33), "trust", coder="ben"),
        lambda: _revise(project),
        lambda: project.assign(("b", 0, 14), "people"),
        lambda: project.assign_frame(
            pd.DataFrame({"document": ["c"], "start": 0, "end": 6, "code": "trust", "memo": "row"})
        ),
        lambda: project.set_variables("a", site="south"),
        lambda: project.set_variables("a", site="east"),
        lambda: project.rename("a", "Maria"),
        lambda: project.leave("c", "two"),
        lambda: project.set_kind("ben", "consensus"),
        lambda: project.finish(["a", "b"]),
        lambda: project.unfinish("b"),
        lambda: project.add_memo("code:trust", "too wide?"),
        lambda: project.write_journal("Began."),
        lambda: project.set_codes("key", ["trust", "money"]),
        lambda: project.save_view("north", variables={"site": "north"}),
        lambda: project.drop_view("north"),
        lambda: project.recode(made[0], "trust"),
    ]
    for number, step in enumerate(steps):
        if number == until:
            raise RuntimeError("power cut")
        step()


def _revise(project: qc.Project) -> None:
    with project.revise(reason="meeting") as cb:
        cb.add("people", name="People")
        cb.rename("trust", "Confidence")
        cb.merge("faith", into="trust")


def run(work: Work, **options: Any) -> None:
    with study(**options) as project:
        work(project)


def files() -> dict[str, bytes]:
    return {
        path.as_posix(): path.read_bytes()
        for path in sorted(Path("study").rglob("*"))
        if path.is_file() and ".qualcode" not in path.parts
    }


# Run again


@pytest.mark.parametrize("autosave", [False, True])
def test_a_script_that_is_run_again_changes_nothing(autosave: bool) -> None:
    run(script, autosave=autosave)
    before = files()
    state = qc.Project.open("study").state
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run(script, autosave=autosave)
    assert qc.Project.open("study").state == state
    assert files() == before
    assert qc.check_folder("study") == []


@pytest.mark.parametrize("until", range(30))
def test_a_script_that_died_ends_where_it_would_have_ended(until: int, tmp_path: Path) -> None:
    run(script)
    whole = qc.Project.open("study").state
    os.rename("study", "whole")
    if until < 29:
        with pytest.raises(RuntimeError) as caught:
            run(lambda project: script(project, until=until))
        assert "What was done before this error is saved" in "".join(caught.value.__notes__)
    run(script)
    again = qc.Project.open("study").state
    assert _told(again) == _told(whole)


def _told(state: Any) -> list[Any]:
    """Return what a state says, apart from times and from ids, which are made of them."""
    return [
        state.codebook,
        [
            (each.id, each.text, each.name, dict(each.variables), each.cases)
            for each in state.documents.values()
        ],
        state.cases,
        state.coders,
        [
            (each.place, each.memo, each.weight, each.origin, each.assigned_as)
            for each in state.assignments
        ],
        [(each.target, each.text, each.coder) for each in state.memos],
        state.finished,
        state.code_sets,
        state.scale,
        state.views,
        state.queries,
        [event.kind for event in state.log if event.kind not in ("seal", "begin")],
    ]


def test_a_second_run_of_a_script_that_was_changed_does_what_is_new() -> None:
    run(script)

    def longer(project: qc.Project) -> None:
        script(project)
        project.assign(("c", 0, 2), "money")

    run(longer)
    opened = qc.Project.open("study")
    assert [each.code.id for each in opened.assignments if each.segment.document.id == "c"] == [
        "money",
        "trust",
    ]
    with pytest.raises(errors.DuplicateError, match="set_variables"):
        run(lambda project: project.add_document(TEXT, id="a", variables={"site": "west"}) and None)

    def redefined(project: qc.Project) -> None:
        with project.revise() as cb:
            cb.add("people", name="People", definition="Anybody.")

    with pytest.raises(errors.ChangeError, match="people"):
        run(redefined)


def test_a_new_assignment_of_a_code_out_of_use_is_refused_in_a_second_run_too() -> None:
    run(script)

    def longer(project: qc.Project) -> None:
        script(project)
        project.assign(("c", 0, 2), "faith")

    with pytest.raises(errors.AssignmentError, match="'faith' is merged"):
        run(longer)
    frame = pd.DataFrame({"document": ["c"], "start": [0], "end": [2], "code": ["faith"]})
    with pytest.raises(errors.AssignmentError, match="'faith' is merged"):
        run(lambda project: project.assign_frame(frame, coder="ana") and None)


# What was taken back since


def test_what_was_retracted_since_stays_retracted_and_is_told() -> None:
    run(script)
    with qc.Project.open("study") as project:
        project.retract(("a", 21, 33), "trust", coder="ben")
        project.retract(("c", 0, 6), "trust", coder="ana")
    before = files()
    with pytest.warns(UserWarning, match="2 assignments that were retracted since") as caught:
        run(script)
    assert len(caught) == 1, "one warning, with a count"
    assert files() == before
    opened = qc.Project.open("study")
    assert not opened.assignments.where(coder="ben")
    opened.assign(("a", 21, 33), "trust", coder="ben")
    assert len(opened.assignments.where(coder="ben")) == 1, "it can be assigned again by hand"


def test_what_was_undone_reverted_withdrawn_or_changed_since_stays_so() -> None:
    run(script)
    with qc.Project.open("study") as project:
        project.withdraw_memo(project.memos_on("code:trust")[0], coder="ben")
        project.edit_memo(project.memos_on("journal")[0], "Began in May.", coder="ben")
        project.revert(project.history[-2].id, coder="ben", reason="the old name")
        project.set_variables("a", site="west", coder="ben")
        project.rename("a", "Maria L", coder="ben")
        project.unfinish("a", coder="ana")
        project.leave("b", "two", coder="ben")
        project.set_codes("key", [], coder="ben")
    state = qc.Project.open("study").state
    before = files()
    with pytest.warns(UserWarning, match="2 changes that were undone, reverted or withdrawn since"):
        run(script)
    assert files() == before
    assert qc.Project.open("study").state == state


def test_a_memo_or_weight_given_since_is_not_overwritten() -> None:
    run(lambda project: script(project, until=None))  # type: ignore[arg-type]
    with qc.Project.open("study") as project:
        project.assign(("a", 0, 20), "trust", coder="ana", memo="better", weight=2)
    run(script)
    (found,) = [each for each in qc.Project.open("study").assignments if each.segment.end == 20]
    assert (found.memo, found.weight) == ("better", 2)


def test_a_thing_done_twice_in_one_script_is_done_twice_in_each_run() -> None:
    def there_and_back(project: qc.Project) -> None:
        project.add_document(TEXT, id="a", variables={"site": "north"})
        for site in ("south", "north", "south"):
            project.set_variables("a", site=site)

    run(there_and_back)
    before = files()
    run(there_and_back)
    assert files() == before
    assert qc.Project.open("study").documents["a"].variables["site"] == "south"


@pytest.mark.parametrize("memo", [None, "anew"])
@pytest.mark.parametrize("until", [1, 2, 3, 4, 5, 6, 7])
def test_what_a_script_retracts_and_assigns_anew_stands_after_each_run(
    until: int, memo: str | None
) -> None:
    def back_and_forth(project: qc.Project, until: int = 7) -> None:
        made: list[qc.Assignment] = []
        steps: list[Callable[[], object]] = [
            lambda: project.add_document(TEXT, id="a"),
            lambda: project.assign(("a", 0, 20), "money"),
            lambda: project.retract(("a", 0, 20), "money"),
            lambda: made.append(project.assign(("a", 0, 20), "money", memo=memo)),
            lambda: made.append(project.recode(made[-1], "trust")),
            lambda: made.append(project.recode(made[-1], "money")),
            lambda: project.assign(("a", 21, 34), "trust"),
        ]
        for step in steps[:until]:
            step()

    run(lambda project: back_and_forth(project, until))
    for _ in range(2):
        run(back_and_forth)
        assignments = qc.Project.open("study").assignments
        assert [(each.segment.start, each.code.id, each.memo) for each in assignments] == [
            (0, "money", memo),
            (21, "trust", None),
        ]


def test_a_retraction_that_is_new_in_a_script_is_made() -> None:
    def longer(project: qc.Project) -> None:
        project.add_document(TEXT, id="a")
        project.assign(("a", 0, 20), "money")
        project.retract(("a", 0, 20), "money")
        project.assign(("a", 0, 20), "money", memo="anew")
        project.retract(("a", 0, 20), "money")

    def shorter(project: qc.Project) -> None:
        project.add_document(TEXT, id="a")
        project.assign(("a", 0, 20), "money")

    run(shorter)
    for _ in range(2):
        run(longer)
        assert not qc.Project.open("study").assignments


def test_recoding_to_a_code_that_was_merged_since_is_matched() -> None:
    def recoding(project: qc.Project) -> None:
        project.add_document(TEXT, id="a")
        made = project.assign(("a", 0, 20), "money", memo="why")
        project.recode(made, "faith")
        with project.revise() as cb:
            cb.merge("faith", into="trust")

    for _ in range(3):
        run(recoding)
        (found,) = qc.Project.open("study").assignments
        assert (found.code.id, found.assigned_as, found.memo) == ("trust", "faith", "why")


def test_a_memo_on_a_memo_that_was_withdrawn_since_is_matched() -> None:
    def noting(project: qc.Project) -> None:
        memo = project.add_memo("project", "A thought.")
        project.add_memo(memo, "Another.")
        project.add_memo("project", "A third.", links=memo)

    run(noting)
    with qc.Project.open("study") as project:
        project.withdraw_memo(project.memos_on("project")[0], coder="ben")
    before = files()
    with pytest.warns(UserWarning, match="1 change that was"):
        run(noting)
    assert files() == before
    with pytest.raises(errors.NotFoundError, match="no memo has"):
        run(lambda p: p.add_memo(p.add_memo("project", "A thought."), "New.") and None)


# Opening or making


def test_it_is_made_where_there_is_none_and_opened_where_there_is_one() -> None:
    with study(name="Damp homes") as project:
        assert (project.name, project.author) == ("Damp homes", "ana")
        assert Path("study/project.json").exists()
    with qc.Project.open_or_create("study", coder="ben") as project:
        assert (project.name, project.author) == ("Damp homes", "ben")
        project.add_document("We do.", id="d")
    assert [event.author for event in qc.Project.open("study").log][-1] == "ben"
    with qc.Project.open_or_create("study") as project:
        assert project.author == "ana"
    Path("other").mkdir()
    Path("other/file.txt").write_text("x")
    with pytest.raises(errors.QualcodeError, match="other"):
        qc.Project.open_or_create("other")
    assert sorted(path.name for path in Path("other").iterdir()) == ["file.txt"]


def test_an_error_keeps_what_was_completed_and_says_so() -> None:
    def fail(project: qc.Project) -> None:
        project.add_document(TEXT, id="a")
        project.assign(("a", 0, 5), "trust")
        raise KeyError("mine")

    with pytest.raises(KeyError) as caught:
        run(fail)
    (note,) = caught.value.__notes__
    assert "is saved in" in note
    assert "run the script again" in note
    assert len(qc.Project.open("study").assignments) == 1


def test_a_save_that_fails_beside_an_error_is_told() -> None:
    with study() as project:
        project.add_document(TEXT, id="a")

    def fail(project: qc.Project) -> None:
        with project.revise() as cb:
            cb.add("late")
        file = Path("study/codebook.yaml")
        file.write_text(file.read_text().replace("name: Trust", "name: Faith"))
        raise KeyError("mine")

    with pytest.raises(KeyError) as caught:
        run(fail)
    assert "could not be saved" in "".join(caught.value.__notes__)


def test_a_block_of_changes_that_failed_is_not_kept() -> None:
    def fail(project: qc.Project) -> None:
        project.add_document(TEXT, id="a")
        with project.revise() as cb:
            cb.add("half")
            raise KeyError("mine")

    with pytest.raises(KeyError):
        run(fail)
    opened = qc.Project.open("study")
    assert list(opened.documents) == ["a"]
    assert "half" not in opened.codebook.codes


# Saving by itself

KILLED = """
import os, qualcode as qc
book = qc.Codebook("study", codes=[qc.Code("trust")])
with qc.Project.open_or_create("study", codebook=book, coder="ana", autosave=True) as project:
    project.add_document("We share one budget.", id="a")
    project.add_document("We share one budget.", id="b")
    project.assign(("a", 0, 8), "trust")
    project.assign(("b", 0, 8), "trust", memo="last")
    project.rename("b", "Joan")
    project.finish("b")
    project.assign(("b", 3, 8), "trust")
    os._exit(1)
"""


def test_with_autosave_each_call_is_on_the_disk_before_it_returns() -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], check=False, capture_output=True)
    assert done.returncode == 1, done.stderr
    opened = qc.Project.open("study")
    assert [each.memo for each in opened.assignments] == [None, "last", None]
    assert opened.documents["b"].name == "Joan"
    assert opened.finished == {"ana": {"b"}}
    assert qc.check_folder("study") == []
    with qc.Project.open_or_create("study", coder="ana", autosave=True) as project:
        project.assign(("a", 3, 8), "trust")
        project.undo()
    assert len(qc.Project.open("study").assignments) == 3
    with pytest.raises(errors.ProjectError, match="autosave"):
        qc.Project.open_or_create("study", autosave="yes")  # type: ignore[arg-type]


def _site(project: qc.Project) -> None:
    project.add_document("x", id="d", variables={"site": "north"})
    project.set_variables("d", site="north")
    project.set_variables("d", site="south")


def _read(project: qc.Project) -> None:
    project.add_document("x", id="d")
    project.unfinish("d")
    project.finish("d")


def _placed(project: qc.Project) -> None:
    with project.revise() as codebook:
        codebook.move("c", "b")
        codebook.move("c", "b")
        codebook.move("c", None)


def _joined(project: qc.Project) -> None:
    project.add_document("x", id="d")
    project.add_case("k", documents=["d"])
    project.leave("d", "k")
    project.leave("d", "k")
    project.join("d", "k")


@pytest.mark.parametrize("deeds", [_site, _read, _placed, _joined])
def test_what_changed_nothing_at_first_changes_nothing_again(
    deeds: Callable[[qc.Project], None], tmp_path: Path
) -> None:
    """Met by random scripts: a call without an event was done anew, and the next one was skipped."""
    book = qc.Codebook("book", codes=[qc.Code("b"), qc.Code("c")])
    states = []
    for _ in range(3):
        with qc.Project.open_or_create(tmp_path / "s", codebook=book, coder="ana") as project:
            deeds(project)
        states.append(qc.Project.open(tmp_path / "s").state)
    assert states[0] == states[1] == states[2]
