"""Who does what, steps that are taken back, other names, variables, cases and what is finished."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.model.restriction import Moment

TEXT = "We share one budget. I trust Joan. Nobody decides."


@pytest.fixture
def project() -> qc.Project:
    book = qc.Codebook("study", codes=[qc.Code("trust", name="Trust"), qc.Code("money")])
    made = qc.Project.new(
        "Study", codebook=book, coder="eve", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)
    )
    made.add_document(TEXT, id="a", variables={"site": "north"})
    made.add_document("They trust us.", id="b")
    return made


# Who


def test_what_is_done_without_saying_who_is_the_authors(project: qc.Project) -> None:
    assert project.author == "eve"
    assert project.assign(("a", 0, 5), "trust").coder == "eve"
    with project.revise() as cb:
        cb.add("time")
    assert project.add_memo("project", "note").coder == "eve"
    project.finish("a")
    assert {event.author for event in project.log} == {"eve"}
    assert project.finished == {"eve": {"a"}}


def test_a_block_is_done_by_one_coder_unless_another_is_named(project: qc.Project) -> None:
    with project.as_coder("ana"):
        assert project.author == "ana"
        project.assign(("a", 0, 5), "trust")
        project.set_variables("a", site="south")
        with project.as_coder("ben"):
            project.assign(("a", 0, 5), "money")
        project.assign(("a", 6, 9), "money", coder="cy")
    project.assign(("a", 6, 9), "money")
    assert [each.coder for each in project.assignments] == ["ana", "ben", "cy", "eve"]
    assert [event.author for event in project.log if event.kind == "set"] == ["ana"]


def test_the_author_is_as_before_when_a_block_fails(project: qc.Project) -> None:
    with pytest.raises(RuntimeError), project.as_coder("ana"):
        raise RuntimeError
    assert project.author == "eve"
    with pytest.raises(errors.ProjectError, match="coder"), project.as_coder(""):
        pass
    assert "ana" not in project.coders, "nobody is there who did nothing"


# Steps

STEPS: dict[str, Callable[[qc.Project], object]] = {
    "assign": lambda p: p.assign(("a", 0, 5), "trust"),
    "assign again": lambda p: p.assign(("a", 6, 11), "trust", memo="more"),
    "assign in vivo": lambda p: p.assign(("a", 34, 50), in_vivo=True),
    "retract": lambda p: p.retract(("a", 6, 11), "trust"),
    "recode": lambda p: p.recode(p.assignments[0], "money"),
    "assign_frame": lambda p: p.assign_frame(
        pd.DataFrame({"document": ["a", "b"], "start": 0, "end": 4, "code": "money"}), coder="eve"
    ),
    "add_document": lambda p: p.add_document("New.", cases="new case"),
    "add_documents": lambda p: p.add_documents({"x": "X.", "y": "Y."}),
    "add_case": lambda p: p.add_case("south", documents=["a", "b"]),
    "join": lambda p: p.join(["a", "b"], "north"),
    "leave": lambda p: p.leave("b", "north"),
    "set_variables": lambda p: p.set_variables("a", site=None, wave=2),
    "rename": lambda p: p.rename("a", "Maria"),
    "rename project": lambda p: p.rename("project", "Other"),
    "rename coder": lambda p: p.rename("coder:ana", "Ana Lim"),
    "set_kind": lambda p: p.set_kind("ana", "machine"),
    "finish": lambda p: p.finish(["a", "b"]),
    "unfinish": lambda p: p.unfinish("b"),
    "revise": lambda p: _revised(p),
    "add_memo": lambda p: p.add_memo("code:trust", "note"),
    "edit_memo": lambda p: p.edit_memo(p.memos[0], "other"),
    "withdraw_memo": lambda p: p.withdraw_memo(p.memos[0]),
    "set_codes": lambda p: p.set_codes("key", ["trust", "money"]),
    "set_scale": lambda p: p.set_scale({1: "mentioned", 2: "central"}),
    "save_view": lambda p: p.save_view("north", variables={"site": "north"}),
}


def content(project: qc.Project) -> list[Any]:
    """Return what a project holds, apart from its history and from ids that were used."""
    state = project.state
    return [
        state.name,
        state.documents,
        state.cases,
        state.coders,
        list(state.codebook),
        list(state.assignments),
        state.memos,
        state.finished,
        state.code_sets,
        state.scale,
        state.views,
        state.queries,
    ]


def _revised(project: qc.Project) -> None:
    with project.revise(reason="both at once") as cb:
        cb.add("time")
        cb.rename("trust", "Confidence")
        cb.merge("money", into="time")


@pytest.mark.parametrize("name", list(STEPS))
def test_one_call_is_one_step_that_is_undone_and_done_again(project: qc.Project, name: str) -> None:
    project.add_coder("ana")
    project.add_case("north", documents=["b"])
    project.add_memo("project", "first")
    project.finish("b")
    project.assign(("a", 6, 11), "trust", memo="one", weight=2)
    before = content(project)
    STEPS[name](project)
    after = content(project)
    assert after != before
    step = project.undo()
    assert step.coder == "eve"
    assert content(project) == before
    project.redo()
    assert content(project) == after
    kinds = [event.kind for event in project.log]
    assert kinds[-2:] == ["undo", "redo"], "both are events"
    assert project.at(revision=-1).state == project.state
    project.undo()
    assert content(project) == before


def test_steps_are_undone_from_the_latest_back(project: qc.Project) -> None:
    states = [project.state]
    for number in range(3):
        project.assign(("a", number, 9), "trust")
        states.append(project.state)
    for wanted in reversed(states[:-1]):
        project.undo()
        assert project.state == wanted
    for wanted in states[1:]:
        project.redo()
        assert project.state == wanted


def test_a_coders_latest_step_can_be_undone(project: qc.Project) -> None:
    project.assign(("a", 0, 5), "trust", coder="ana")
    project.assign(("a", 0, 5), "money", coder="ben")
    assert project.undo(coder="ana").coder == "ana"
    assert [each.coder for each in project.assignments] == ["ben"]
    with pytest.raises(errors.ProjectError, match="no step of 'ana' to undo"):
        project.undo(coder="ana")
    with pytest.raises(errors.ProjectError, match="nothing to redo"):
        project.redo(coder="ben")
    project.redo(coder="ana")
    assert len(project.assignments) == 2


def test_what_was_done_before_opening_is_not_undone(project: qc.Project, tmp_path: Any) -> None:
    project.assign(("a", 0, 5), "trust")
    project.save(tmp_path / "study")
    opened = qc.Project.open(tmp_path / "study")
    with pytest.raises(
        errors.ProjectError, match="only what was done since the project was opened"
    ):
        opened.undo()
    opened.assign(("a", 0, 5), "money")
    opened.undo(reason="a slip")
    opened.save()
    again = qc.Project.open(tmp_path / "study")
    assert [each.code.id for each in again.assignments] == ["trust"]
    assert again.log.to_frame()["reason"].iloc[-1] == "a slip"


def test_something_new_ends_what_can_be_done_again(project: qc.Project) -> None:
    project.assign(("a", 0, 5), "trust")
    project.undo()
    project.assign(("a", 0, 5), "money")
    with pytest.raises(errors.ProjectError, match="something was done since"):
        project.redo()


def test_a_step_that_others_build_on_is_not_undone(project: qc.Project) -> None:
    with project.revise(coder="ana") as cb:
        cb.add("time")
    project.assign(("a", 0, 5), "time", coder="ben")
    with pytest.raises(errors.ChangeError, match="assignments carry it"):
        project.undo(coder="ana")
    project.add_document("New.", id="new", coder="ana")
    project.add_memo("document:new", "note", coder="ben")
    with pytest.raises(errors.ChangeError, match="memo on 'new'"):
        project.undo(coder="ana")
    project.undo(coder="ben")
    project.undo(coder="ana")
    assert "new" not in project.documents


def test_ids_are_never_free_again(project: qc.Project) -> None:
    project.add_document("New.", id="new")
    project.add_case("case")
    with project.revise() as cb:
        cb.add("time")
    for _ in range(3):
        project.undo()
    assert project.codebook.codes["time"].status == "reverted"
    with pytest.raises(errors.DuplicateError, match="never free again"):
        project.add_document("Another.", id="new")
    with pytest.raises(errors.DuplicateError, match="never free again"):
        project.add_case("case")
    with pytest.raises(errors.ChangeError, match="time"), project.revise() as cb:
        cb.add("time")
    with pytest.raises(errors.QualcodeError, match="time"):
        project.assign(("a", 0, 5), "time")


def test_a_step_that_changes_nothing_is_none(project: qc.Project) -> None:
    project.set_variables("a", site="north")
    project.rename("a", project.documents["a"].name)
    project.unfinish("a")
    with pytest.raises(errors.ProjectError, match="no step of 'ana'"):
        project.undo(coder="ana")
    assert project.undo().events, "the latest that did anything: adding b"
    assert list(project.documents) == ["a"]


# Names and kinds


def test_everything_with_a_name_is_renamed_and_keeps_its_id(project: qc.Project) -> None:
    project.add_case("north")
    for target, name in (
        ("a", "Maria"),
        ("document:b", "Joan"),
        ("case:north", "The north"),
        ("coder:eve", "Eve Lim"),
        ("code:trust", "Confidence"),
        ("project", "Damp homes"),
    ):
        project.rename(target, name, coder="ana")
    assert [each.name for each in project.documents.values()] == ["Maria", "Joan"]
    assert project.cases["north"].name == "The north"
    assert project.coders["eve"].name == "Eve Lim"
    assert project.codebook["trust"].name == "Confidence"
    assert project.name == "Damp homes"
    assert project.at(revision=1).name == "Study"
    assert project.at(revision=2).name == "Damp homes"
    assert project.at(project.history[2].id).name == "Study", "as its author saw it"
    count = len(project.log)
    project.rename("a", "Maria", coder="ana")
    assert len(project.log) == count, "the same again changes nothing"


@pytest.mark.parametrize(
    ("target", "name", "error", "message"),
    [
        ("z", "x", errors.NotFoundError, "no document has the id 'z'"),
        ("case:z", "x", errors.NotFoundError, "no case has the id 'z'"),
        ("code:trsut", "x", errors.NotFoundError, "Did you mean 'trust'"),
        ("memo:z", "x", errors.ProjectError, "what is renamed"),
        ("a", "", errors.ProjectError, "name"),
        ("a", 3, errors.ProjectError, "name"),
        (3, "x", errors.ProjectError, "target"),
    ],
)
def test_what_cannot_be_renamed_is_refused(
    project: qc.Project, target: Any, name: Any, error: type[Exception], message: str
) -> None:
    count = len(project.log)
    with pytest.raises(error, match=message):
        project.rename(target, name)
    assert len(project.log) == count


def test_a_coder_is_another_kind_from_then_on(project: qc.Project) -> None:
    project.assign(("a", 0, 5), "trust", coder="gpt")
    assert project.rollup("tree")["trust"] == 1
    assert project.set_kind("gpt", "machine").kind == "machine"
    assert project.rollup("tree")["trust"] == 0
    with pytest.raises(errors.NotFoundError, match="no coder has the id 'gtp'"):
        project.set_kind("gtp", "machine")
    with pytest.raises(errors.ProjectError, match="kind"):
        project.set_kind("gpt", "robot")  # type: ignore[arg-type]


def test_a_coder_added_again_is_the_same_or_an_error(project: qc.Project) -> None:
    made = project.add_coder("ana", name="Ana Lim", coder="eve")
    count = len(project.log)
    assert project.add_coder("ana", name="Ana Lim") == made
    assert len(project.log) == count
    for options in ({"name": "Ana L"}, {"name": "Ana Lim", "kind": "machine"}):
        with pytest.raises(errors.ProjectError, match=r"rename\('coder:ana', …\).*set_kind"):
            project.add_coder("ana", **options)  # type: ignore[arg-type]


# Cases and variables


def test_documents_join_and_leave_cases_that_exist(project: qc.Project) -> None:
    project.add_case("north", documents="a")
    project.join(["a", "b"], "north", coder="ana")
    assert [each.cases for each in project.documents.values()] == [("north",), ("north",)]
    project.add_case("north", documents=["a"])
    project.leave("a", "north")
    assert project.documents["a"].cases == ()
    told = [(each.kind, each.target) for each in project.log if each.kind in ("join", "leave")]
    assert told == [("join", "document:a"), ("join", "document:b"), ("leave", "document:a")]
    with pytest.raises(errors.NotFoundError, match="no case has the id 'south'"):
        project.join("a", "south")
    with pytest.raises(errors.NotFoundError, match="no document has the id 'c'"):
        project.leave("c", "north")


def test_a_past_state_keeps_its_variables_and_cases(project: qc.Project) -> None:
    project.assign(("a", 0, 5), "trust")

    def sites(revision: int) -> dict[str, Any]:
        table = project.at(revision=revision).crosstab("site", rollup="tree", level="code")
        return dict(table.to_frame().loc["trust"])

    then = sites(1)
    assert then["north"] == 1
    assert project.at(revision=1).rollup("tree", count="cases").total == 0
    with project.revise() as cb:
        cb.add("time")
    project.set_variables("a", site="south")
    project.add_case("one", documents=["a"])
    assert sites(1) == then
    assert sites(2)["south"] == 1
    assert project.at(revision=1).rollup("tree", count="cases").total == 0
    assert project.at(revision=2).rollup("tree", count="cases").total == 1


def test_variables_are_given_by_name_or_as_a_mapping(project: qc.Project) -> None:
    project.set_variables("a", variables={"age in years": 40, "coder": "x"}, site="south")
    assert dict(project.documents["a"].variables) == {
        "age in years": 40,
        "coder": "x",
        "site": "south",
    }
    project.set_variables("a", variables={"coder": None}, coder="ana")
    assert "coder" not in project.documents["a"].variables
    assert [event.author for event in project.log if event.kind == "set"] == ["eve", "ana"]
    with pytest.raises(errors.DocumentError, match="mapping"):
        project.set_variables("a", variables=["site"])  # type: ignore[arg-type]
    with pytest.raises(errors.NotFoundError):
        project.set_variables("z", site="south")
    with pytest.raises(errors.DocumentError, match="'site' is"):
        project.set_variables("b", site=3)


@pytest.mark.parametrize(
    ("options", "use"),
    [
        ({"name": "Other"}, "use rename"),
        ({"variables": {"site": "east"}}, "use set_variables"),
        ({"variables": {"site": "north"}, "cases": "x"}, "use join or leave"),
        ({"variables": {"site": "north"}, "source": "x.txt"}, "use another id"),
    ],
)
def test_adding_a_document_with_other_values_names_what_to_use(
    project: qc.Project, options: dict[str, Any], use: str
) -> None:
    count = len(project.log)
    with pytest.raises(errors.DuplicateError, match=use):
        project.add_document(TEXT, id="a", **{"variables": {"site": "north"}, **options})
    assert len(project.log) == count


def test_adding_the_same_again_changes_nothing(project: qc.Project) -> None:
    project.add_case("north", name="The north", variables={"size": 3}, documents=["a"])
    project.rename("a", "Maria")
    count, state = len(project.log), project.state
    project.add_document(TEXT, id="a", variables={"site": "north"})
    project.add_documents({"b": "They trust us."})
    project.add_case("north", name="The north", variables={"size": 3}, documents=["a"])
    project.add_case("north", documents=["a"])
    assert (len(project.log), project.state) == (count, state)
    with pytest.raises(errors.DuplicateError, match="rename and set_variables change it"):
        project.add_case("north", variables={"size": 4})


# Finished


def test_who_finished_what_is_an_event_like_any_other(project: qc.Project) -> None:
    project.finish(["a", "b"], coder="ana")
    project.finish("a", coder="ana")
    project.unfinish(["a", "b"], coder="ana")
    project.finish("b", coder="ben")
    assert project.finished == {"ben": {"b"}}
    told = [(event.kind, event.author) for event in project.log if "finish" in event.kind]
    assert told == [("finish", "ana")] * 2 + [("unfinish", "ana")] * 2 + [("finish", "ben")]
    with pytest.raises(errors.NotFoundError, match="no document has the id 'c'"):
        project.finish(["a", "c"])
    assert "eve" not in project.finished
    assert project.progress().by_coder().set_index("coder")["finished"].to_dict()["ben"] == 1


# Revising


def test_revising_to_the_same_changes_nothing(project: qc.Project) -> None:
    def revise() -> None:
        with project.revise(reason="meeting") as cb:
            cb.add("time", name="Time", definition="Hours.")
            cb.rename("trust", "Confidence")
            cb.retire("money")

    revise()
    count = len(project.history)
    revise()
    assert len(project.history) == count == 4
    with pytest.raises(errors.ChangeError, match="time"), project.revise() as cb:
        cb.add("time", name="Time", definition="Days.")


def test_a_code_whose_addition_was_reverted_stays_with_its_status(project: qc.Project) -> None:
    with project.revise() as cb:
        cb.add("time")
    project.revert(2, reason="no")
    assert project.codebook.codes["time"].status == "reverted"
    assert "time" not in {code.id for code in project.codebook}
    assert list(project.history.to_frame()["reverted"]) == [False, True, False]
    assert "time" in project.at(revision=2).codebook.codes


# The log


def test_the_log_is_a_table_of_all_that_was_done(project: qc.Project) -> None:
    project.assign(("a", 0, 5), "trust", coder="ana")
    project.set_variables("a", site="south", coder="ana")
    project.undo()
    frame = project.log.to_frame()
    assert list(frame.columns) == [
        "event", "time", "coder", "kind", "target", "what", "reason", "undone", "revision", "rows", "log",
    ]  # fmt: skip
    assert list(frame["kind"]) == [
        "begin", "adopt", "add-coder", "add-document", "add-document", "add-coder", "set", "undo",
    ]  # fmt: skip
    change = frame[frame["kind"] == "set"].iloc[0]
    assert (change["what"], change["rows"], bool(change["undone"])) == (
        "a: site = 'south'",
        1,
        True,
    )
    assert frame["revision"].dropna().tolist() == [1]
    assert len(frame) == len(project.log)
    assert len(project.at(revision=1).log) == len(project.log)
    assert len(project.at(change["event"]).log) == len(project.log) - 1


def test_what_an_author_saw_is_a_state(project: qc.Project) -> None:
    project.assign(("a", 0, 5), "trust", coder="ana")
    project.set_variables("a", site="south", coder="ana")
    event = list(project.log)[-1]
    project.assign(("a", 6, 9), "trust", coder="ana")
    seen = project.at(event.short)
    assert len(seen.assignments) == 1
    assert seen.documents["a"].variables["site"] == "south"
    assert seen.state.narrowed == (Moment(event=event.short),)
    assert str(seen.state.narrowed[0]) == f"at({event.short!r})"


def test_a_document_without_text_keeps_what_is_said_of_it() -> None:
    project = qc.Project.new("Study")
    project.add_document("", id="a")
    project.add_case("north")
    project.set_variables("a", site="north")
    project.rename("a", "Not typed yet")
    project.join("a", "north")
    document = project.documents["a"]
    assert (document.variables["site"], document.name) == ("north", "Not typed yet")
    assert document.cases == ("north",)
