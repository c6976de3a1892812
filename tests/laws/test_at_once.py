"""What is shown and listed of what two people did at once: an example for each row of the table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import qualcode as qc
from qualcode import errors
from qualcode.model.codebooks.changes import Redefine
from qualcode.model.log.uniting import unite
from qualcode.model.state import State
from qualcode.project.recording import Recorder
from qualcode.testing.history import Clock
from qualcode.testing.project import Tokens
from qualcode.testing.union import content

Deed = Callable[[qc.Project], object]

TEXT = "We trust them. They trust us."


def begun() -> qc.Project:
    codes = [qc.Code(id) for id in "abcdxyz"] + [qc.Code("old")]
    project = qc.Project.new(
        "Study", codebook=qc.Codebook("study", codes=codes), clock=Clock(), tokens=Tokens()
    )
    project.add_document(TEXT, id="d1", coder="ana")
    project.add_coder("ben")
    with project.revise(coder="ana") as cb:
        cb.add("new")
        cb.retire("old")
    return project


def copied(project: qc.Project, number: int = 1, minutes: int = 60) -> qc.Project:
    project._recorder.seal()
    log = unite([project.log])
    recorder = Recorder(log.timeline, log.rows, tokens=Tokens(number))
    return qc.Project(recorder, clock=Clock(minutes * number))


def together(*projects: qc.Project) -> qc.Project:
    for project in projects:
        project._recorder.seal()
    log = unite([project.log for project in projects])
    recorder = Recorder(log.timeline, log.rows, tokens=Tokens(9))
    return qc.Project(recorder, clock=Clock(1000))


def at_once(one: Deed, other: Deed, project: qc.Project | None = None) -> list[qc.Project]:
    """Two copies, each changed apart; united with the first change first, and with it last."""
    united = []
    for early, late in ((1, 2), (2, 1)):
        first, second = copied(project or begun(), early), copied(project or begun(), late)
        one(first)
        other(second)
        united.append(together(first, second))
    return united


def revised(method: str, *args: object, coder: str = "ana", **named: object) -> Deed:
    def do(project: qc.Project) -> None:
        with project.revise(coder=coder) as cb:
            getattr(cb, method)(*args, **named)

    return do


def kinds(state: State) -> list[tuple[str, str]]:
    return [(each.kind, each.target) for each in state.conflicts]


def used(project: qc.Project) -> set[tuple[str, str]]:
    return {(each.assigned_as, each.code.id) for each in project.assignments}


coded: Deed = lambda project: project.assign(("d1", 3, 8), "a", coder="ben")  # noqa: E731


# Both set: the last is shown


@pytest.mark.parametrize("first", [0, 1])
def test_rename_and_rename(first: int) -> None:
    project = at_once(revised("rename", "a", "One"), revised("rename", "a", "Two", coder="ben"))[
        first
    ]
    (conflict,) = project.state.conflicts
    assert (conflict.kind, conflict.target, conflict.field) == ("both set", "code:a", "name")
    assert conflict.values == (("One", "Two"), ("Two", "One"))[first]
    assert project.codebook["a"].name == conflict.values[1]
    with project.revise(coder="ana") as cb:
        cb.rename("a", "Settled")
    assert not project.state.conflicts


def test_variable_and_variable() -> None:
    for project in at_once(
        lambda p: p.set_variables("d1", site="north", coder="ana"),
        lambda p: p.set_variables("d1", site="south", coder="ben"),
    ):
        (conflict,) = project.state.conflicts
        assert (conflict.kind, conflict.field) == ("both set", "variable site")
        assert project.documents["d1"].variables["site"] == conflict.values[-1]


@pytest.mark.parametrize(
    ("one", "other", "field"),
    [
        (lambda p: p.rename("d1", "One"), lambda p: p.rename("d1", "Two"), "name"),
        (lambda p: p.rename("project", "One"), lambda p: p.rename("project", "Two"), "name"),
        (lambda p: p.rename("coder:ben", "B"), lambda p: p.rename("coder:ben", "C"), "name"),
        (lambda p: p.set_kind("ben", "machine"), lambda p: p.set_kind("ben", "consensus"), "kind"),
        (lambda p: p.set_scale({1: "a"}), lambda p: p.set_scale({2: "b"}), "scale"),
        (lambda p: p.set_codes("s", "a"), lambda p: p.set_codes("s", "b"), "set s"),
        (
            lambda p: p.save_view("v", documents="d1"),
            lambda p: p.save_view("v", coders="ben"),
            "view v",
        ),
        (revised("redefine", "a", definition="1"), revised("redefine", "a", definition="2"),
         "definition"),
        (revised("recolour", "a", "#111111"), revised("recolour", "a", "#222222"), "colour"),
        (revised("move", "a", "b"), revised("move", "a", "c"), "parent"),
        (revised("describe", name="1"), revised("describe", name="2"), "name"),
    ],
)  # fmt: skip
def test_whatever_can_be_set_is_listed(one: Deed, other: Deed, field: str) -> None:
    for project in at_once(one, other):
        assert ("both set", field) in [(each.kind, each.field) for each in project.state.conflicts]


def test_merge_and_another_merge() -> None:
    for project in at_once(revised("merge", "a", into="b"), revised("merge", "a", into="c")):
        (conflict,) = project.state.conflicts
        assert (conflict.kind, conflict.field) == ("both set", "status")
        assert project.codebook.codes["a"].merged_into == conflict.values[-1][1]


def test_split_and_merge_keep_what_was_decided() -> None:
    begin = begun()
    coded(begin)
    parts = {"x": lambda each: True, "y": None}
    first, last = at_once(revised("split", "a", parts), revised("merge", "a", into="b"), begin)
    assert kinds(first.state) == [("both set", "code:a")]
    assert used(first) == {("a", "b")}
    assert last.codebook.codes["a"].status == "split"
    assert used(last) == {("a", "x")}
    merge = next(event for event in first.log if event.kind == "merge")
    first.revert(merge.id, coder="ana")
    assert used(first) == {("a", "x")}
    assert not first.state.conflicts


# What goes together


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [
        (revised("rename", "a", "One"), revised("rename", "a", "One", coder="ben"),
         lambda p: p.codebook["a"].name == "One"),
        (revised("rename", "a", "One"), revised("move", "a", "b", coder="ben"),
         lambda p: (p.codebook["a"].name, p.codebook["a"].parent) == ("One", "b")),
        (revised("merge", "a", into="b"), revised("merge", "b", into="c", coder="ben"),
         lambda p: p.codebook.resolve("a") == "c"),
        (lambda p: p.set_variables("d1", site="north"), lambda p: p.set_variables("d1", wave=2),
         lambda p: dict(p.documents["d1"].variables) == {"site": "north", "wave": 2}),
        (lambda p: p.add_case("c1"), lambda p: p.add_case("c1"), lambda p: [*p.cases] == ["c1"]),
        (revised("add", "same"), revised("add", "same"), lambda p: "same" in p.codebook),
        (lambda p: p.add_document("Same.", id="d2"), lambda p: p.add_document("Same.", id="d2"),
         lambda p: [*p.documents] == ["d1", "d2"]),
        (revised("merge", "a", into="b"), coded, lambda p: used(p) == {("a", "b")}),
    ],
)  # fmt: skip
def test_both_hold_and_nothing_is_listed(
    one: Deed, other: Deed, holds: Callable[[qc.Project], bool]
) -> None:
    for project in at_once(one, other):
        assert not project.state.conflicts
        assert holds(project)


def test_merge_that_is_undone_and_coding() -> None:
    def merged_and_not(project: qc.Project) -> None:
        revised("merge", "a", into="b")(project)
        project.undo()

    for project in at_once(merged_and_not, coded):
        assert used(project) == {("a", "a")}
        assert not project.state.conflicts


def test_an_equal_addition_may_be_changed_at_once() -> None:
    def added_and_renamed(project: qc.Project) -> None:
        revised("add", "same")(project)
        revised("rename", "same", "Other")(project)

    for project in at_once(added_and_renamed, revised("add", "same", coder="ben")):
        assert project.codebook["same"].name == "Other"
        assert not project.state.conflicts


def test_an_equal_addition_that_was_undone_by_one_only() -> None:
    def added_and_undone(project: qc.Project) -> None:
        revised("add", "same")(project)
        project.undo()

    for project in at_once(added_and_undone, revised("add", "same", coder="ben")):
        assert project.codebook["same"].is_live
        assert not project.state.conflicts


def test_clocks_that_stand_apart_bring_nothing_before_what_was_seen() -> None:
    ahead = copied(begun(), 10)
    ahead.set_variables("d1", site="north", coder="ana")
    behind = copied(together(ahead), 1)
    behind.set_variables("d1", site="south", coder="ben")
    behind.assign(("d1", 3, 8), "a", coder="ben")
    project = together(behind)
    early, late = "2026-01-05T13:00:00Z", "2026-01-05T20:00:00Z"
    written = [event.time for event in project.log if event.kind == "set"]
    assert written[1] < early < written[0] < late
    then = project.at(time=early)
    assert (dict(then.documents["d1"].variables), len(then.assignments)) == ({}, 0)
    now = project.at(time=late)
    assert (dict(now.documents["d1"].variables), len(now.assignments)) == ({"site": "south"}, 1)


# Names and circles


def test_two_codes_to_one_name() -> None:
    for project in at_once(revised("rename", "a", "One"), revised("rename", "b", "One")):
        assert kinds(project.state) == [("same name", "code:a")]
        (conflict,) = project.state.conflicts
        assert [e.kind for e in project.log if e.id in conflict.events] == ["rename", "rename"]
        project.rename("code:b", "Two", coder="ana")
        assert not project.state.conflicts


def test_rename_and_move_beside() -> None:
    begin = begun()
    revised("move", "b", "d")(begin)
    revised("move", "c", "d")(begin)
    revised("move", "c", None)(begin)
    for project in at_once(revised("rename", "b", "c"), revised("move", "c", "d"), begin):
        assert kinds(project.state) == [("same name", "code:b")]
        (conflict,) = project.state.conflicts
        assert {e.kind for e in project.log if e.id in conflict.events} == {"rename", "move"}


def test_merged_into_each_other() -> None:
    for at, project in enumerate(
        at_once(revised("merge", "a", into="b"), revised("merge", "b", into="a"))
    ):
        assert project.codebook.codes["ab"[at]].merged_into == "ba"[at]
        assert project.codebook.codes["ba"[at]].is_live
        assert [kind for kind, _ in kinds(project.state)] == ["merge circle"]


def test_put_below_each_other() -> None:
    for at, project in enumerate(at_once(revised("move", "a", "b"), revised("move", "b", "a"))):
        assert project.codebook["ab"[at]].parent == "ba"[at]
        assert project.codebook["ba"[at]].parent is None
        (conflict,) = project.state.conflicts
        assert (conflict.kind, len(conflict.events)) == ("move circle", 2)
        revised("move", "ba"[at], "c")(project)
        assert not project.state.conflicts


def test_put_below_each_other_by_three() -> None:
    first, second, third = (copied(begun(), number) for number in (1, 2, 3))
    revised("move", "a", "b")(first)
    revised("move", "b", "c")(second)
    revised("move", "c", "a")(third)
    project = together(first, second, third)
    assert [project.codebook[id].parent for id in "abc"] == ["b", "c", None]
    (conflict,) = project.state.conflicts
    assert (conflict.kind, conflict.target, len(conflict.events)) == ("move circle", "code:c", 3)


# Removed in one place


@pytest.mark.parametrize("gone", [revised("merge", "a", into="b"), revised("retire", "a")])
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (revised("redefine", "a", definition="what it is"), "definition"),
        (revised("rename", "a", "One"), "name"),
    ],
)
def test_changed_while_removed(gone: Deed, changed: Deed, field: str) -> None:
    for project in at_once(gone, changed):
        (conflict,) = project.state.conflicts
        assert (conflict.kind, conflict.field) == ("changed while removed", field)
        code = project.codebook.codes["a"]
        assert not code.is_live
        assert "what it is" in code.definition or code.name == "One"


def test_merged_into_what_was_retired() -> None:
    for project in at_once(revised("merge", "a", into="b"), revised("retire", "b")):
        assert kinds(project.state) == [("merged into removed", "code:a")]
        assert project.codebook.codes["a"].merged_into == "b"
        assert project.codebook.codes["b"].status == "retired"


def test_put_below_what_was_retired_stays() -> None:
    for project in at_once(revised("retire", "b"), revised("move", "a", "b")):
        assert kinds(project.state) == [("below removed", "code:a")]
        assert project.codebook["a"].parent == "b"


def test_put_below_what_was_merged_climbs() -> None:
    for project in at_once(revised("merge", "b", into="c"), revised("move", "a", "b")):
        assert kinds(project.state) == [("below removed", "code:a")]
        assert project.codebook["a"].parent == "c"


def test_a_parent_that_was_merged_below_its_child() -> None:
    begin = begun()
    revised("move", "b", "a")(begin)
    for project in at_once(revised("merge", "a", into="b"), revised("move", "c", "a"), begin):
        assert project.codebook["c"].parent == "b"
        assert project.codebook["b"].parent is None


def test_added_below_what_was_undone() -> None:
    begin = begun()

    def undone(project: qc.Project) -> None:
        project.revert(2, coder="ana")

    for project in at_once(undone, revised("add", "child", parent="new"), begin):
        assert kinds(project.state) == [("below removed", "code:child")]
        assert project.codebook["child"].parent == "new"


@pytest.mark.parametrize("status", ["retired", "reverted"])
def test_used_while_removed(status: str) -> None:
    def removed(project: qc.Project) -> None:
        if status == "retired":
            revised("retire", "new")(project)
        else:
            project.revert(2, coder="ana")

    for project in at_once(removed, lambda p: p.assign(("d1", 0, 2), "new", coder="ben")):
        assert kinds(project.state) == [("used while removed", "code:new")]
        (conflict,) = project.state.conflicts
        assert len(conflict.events) == 2
        assert project.codebook.codes["new"].status == status
        assert used(project) == {("new", "new")}


def test_a_document_that_was_taken_back_while_it_was_coded() -> None:
    begin = begun()
    begin.add_document("Later text.", id="d2", coder="ana")
    recorder, step = begin._recorder, begin._steps[-1]

    def undone(project: qc.Project) -> None:
        project._steps.append(step)
        project.undo()

    assert recorder.fold.documents.keys() == {"d1", "d2"}
    for project in at_once(undone, lambda p: p.assign(("d2", 0, 5), "a", coder="ben"), begin):
        assert ("used while removed", "document:d2") in kinds(project.state)
        assert "d2" in project.documents
        assert len(project.assignments) == 1


@pytest.mark.parametrize("how", ["merge", "retire", "restore"])
def test_what_was_undone_stays_so_whatever_else_is_done_with_it(how: str) -> None:
    deed = {
        "merge": revised("merge", "new", into="b"),
        "retire": revised("retire", "new"),
        "restore": lambda p: (revised("retire", "new")(p), revised("restore", "new")(p)),
    }[how]
    for project in at_once(lambda p: p.revert(2, coder="ana"), deed):
        assert project.codebook.codes["new"].status == "reverted"
        with pytest.raises(errors.ChangeError, match="never used again"):
            revised("add", "new", definition="another")(project)


def test_split_and_coding() -> None:
    for project in at_once(revised("split", "a", {"x": None, "y": None}), coded):
        assert not project.state.conflicts
        assert [each.code.id for each in project.unresolved] == ["a"]


# Ids


def test_two_codes_under_one_id() -> None:
    def added(definition: str, coder: str) -> Deed:
        def do(project: qc.Project) -> None:
            revised("add", "q", definition=definition, coder=coder)(project)
            project.assign(("d1", 3, 8), "q", coder=coder)

        return do

    for at, project in enumerate(at_once(added("one", "ana"), added("two", "ben"))):
        assert kinds(project.state) == [("same id", "code:q"), ("same name", "code:q")]
        other = next(id for id in project.codebook.codes if id.startswith("q#"))
        assert project.codebook["q"].definition == ("one", "two")[at]
        assert project.codebook[other].definition == ("two", "one")[at]
        meant = {each.coder: each.code.definition for each in project.assignments}
        assert meant == {"ana": "one", "ben": "two"}
        # Who has seen both says which.
        revised("rename", other, "The other")(project)
        project.assign(("d1", 9, 13), other, coder="ana")
        project.assign(("d1", 9, 13), "q", coder="ana")
        with pytest.raises(errors.ChangeError, match="marks"):
            revised("add", "r#123456")(project)
        # A third comes before them all.
        early = copied(begun(), 0, minutes=0)
        revised("add", "q", definition="zero", coder="ben")(early)
        whole = together(project, early)
        assert whole.codebook["q"].definition == "zero"
        meant_then = sorted((each.coder, each.code.definition) for each in whole.assignments)
        assert meant_then == [("ana", "one"), ("ana", "one"), ("ana", "two"), ("ben", "two")]
        assert "The other" in [code.name for code in whole.codebook]


def test_an_id_means_what_came_first_for_its_author() -> None:
    """Another copy has an addition equal to theirs that came earlier, which they had not seen."""
    early, middle, late = (copied(begun(), number) for number in (1, 2, 3))
    revised("add", "q", definition="same", coder="ana")(early)
    revised("add", "q", definition="another", coder="ben")(middle)
    revised("add", "q", definition="same", coder="cem")(late)
    two = together(middle, late)
    assert two.codebook["q"].definition == "another"
    two.assign(("d1", 3, 8), "q", coder="ben")
    for project in (together(two, early), together(early, two)):
        assert project.codebook["q"].definition == "same"
        assert [each.code.definition for each in project.assignments] == ["another"]


def test_two_documents_and_two_cases_under_one_id() -> None:
    def added(text: str, coder: str) -> Deed:
        def do(project: qc.Project) -> None:
            project.add_case("k", name=text, documents=(), coder=coder)
            project.add_document(text, id="d2", cases="k", coder=coder)
            project.assign(("d2", 0, 3), "a", coder=coder)
            project.add_memo("document:d2", text, coder=coder)
            project.finish("d2", coder=coder)
            revised("split", "a", {"x": lambda each: True, "y": None}, coder=coder)(project)

        return do

    for project in at_once(added("One text", "ana"), added("Two texts", "ben")):
        assert sum(each.kind == "same id" for each in project.state.conflicts) == 2
        assert {each.coder: each.segment.quote for each in project.assignments} == {
            "ana": "One", "ben": "Two",
        }  # fmt: skip
        for memo in project.memos:
            assert project.documents[memo.target.partition(":")[2]].text == memo.text
        for document in project.documents.values():
            for case in document.cases:
                assert project.cases[case].name == document.text
        for coder, (document_id,) in project.finished.items():
            assert project.documents[document_id].text.startswith(
                {"ana": "One", "ben": "Two"}[coder]
            )
        assert {each.code.id for each in project.assignments} == {"x"}


# Undoing


def test_undo_and_undo() -> None:
    begin = begun()
    revised("rename", "a", "One")(begin)
    number = len(begin.history)
    undo: Deed = lambda p: p.revert(number, coder="ana")  # noqa: E731
    for project in at_once(undo, undo, begin):
        assert project.codebook["a"].name == "a"
        assert not project.state.conflicts


def test_undo_of_a_rename_and_a_newer_rename() -> None:
    begin = begun()
    revised("rename", "a", "One")(begin)
    number = len(begin.history)
    for project in at_once(
        lambda p: p.revert(number, coder="ana"), revised("rename", "a", "Two"), begin
    ):
        assert project.codebook["a"].name == "Two"
        assert not project.state.conflicts


def test_undo_and_redo() -> None:
    begin = begun()
    revised("rename", "a", "One")(begin)
    number = len(begin.history)
    begin.revert(number, coder="ana")
    begin.revert(number + 1, coder="ana")
    assert begin.codebook["a"].name == "One"

    def undone(project: qc.Project) -> None:
        project.revert(number, coder="ana")

    def undone_and_redone(project: qc.Project) -> None:
        back = project.revert(number, coder="ben")
        project.revert(back.id, coder="ben")

    for project in at_once(undone, undone_and_redone, begin):
        assert project.codebook["a"].name == "a", "undoing is the safer of the two"
        (conflict,) = project.state.conflicts
        assert (conflict.kind, len(conflict.events)) == ("undone and redone", 2)
        undo = next(event for event in reversed([*project.log]) if event.kind == "undo")
        project.revert(undo.id, coder="ana")
        assert project.codebook["a"].name == "One"
        assert not project.state.conflicts


# Coding


def test_retract_and_assign_by_one_coder() -> None:
    begin = begun()
    coded(begin)
    for project in at_once(
        lambda p: p.retract(("d1", 3, 8), "a", coder="ben"),
        lambda p: p.assign(("d1", 3, 8), "a", coder="ben", memo="sure"),
        begin,
    ):
        assert [each.memo for each in project.assignments] == ["sure"]
        (conflict,) = project.state.conflicts
        assert conflict.kind == "retracted and assigned"
        assert conflict.target == "segment:d1:3-8 a by ben"
        assert len(conflict.events) == 2
        settled = copied(project)
        project.retract(("d1", 3, 8), "a", coder="ben")
        assert not len(project.assignments)
        assert not project.state.conflicts
        settled.assign(("d1", 3, 8), "a", coder="ben", memo="yes")
        assert [each.memo for each in settled.assignments] == ["yes"]
        assert not settled.state.conflicts


def test_taken_back_by_who_saw_it_is_gone() -> None:
    begin = begun()
    coded(begin)
    for project in at_once(
        lambda p: p.retract(("d1", 3, 8), "a", coder="ben"),
        lambda p: p.retract(("d1", 3, 8), "a", coder="ben"),
        begin,
    ):
        assert not len(project.assignments)
        assert not project.state.conflicts


# Other things


def test_memo_edited_and_withdrawn() -> None:
    begin = begun()
    memo = begin.add_memo("project", "first", coder="ana")
    withdrawn_last, edited_last = at_once(
        lambda p: p.edit_memo(memo.id, "second", coder="ana"),
        lambda p: p.withdraw_memo(memo.id, coder="ben"),
        begin,
    )
    assert [each.text for each in withdrawn_last.memos] == []
    assert [each.text for each in edited_last.memos] == ["second"]
    for project in (withdrawn_last, edited_last):
        assert [each.kind for each in project.state.conflicts] == ["both set"]


def test_join_and_leave_and_finish() -> None:
    begin = begun()
    begin.add_case("k", documents="d1", coder="ana")

    def left_and_joined(project: qc.Project) -> None:
        project.leave("d1", "k", coder="ana")
        project.join("d1", "k", coder="ana")
        project.finish("d1", coder="ana")

    def left(project: qc.Project) -> None:
        project.leave("d1", "k", coder="ben")
        project.finish("d1", coder="ana")
        project.unfinish("d1", coder="ana")

    joined_last, left_last = at_once(left, left_and_joined, begin)
    assert joined_last.documents["d1"].cases == ("k",)
    assert left_last.documents["d1"].cases == ()
    assert (bool(joined_last.finished.get("ana")), bool(left_last.finished.get("ana"))) == (
        True,
        False,
    )
    for project in (joined_last, left_last):
        fields = {each.field for each in project.state.conflicts}
        assert fields == {"case k", "finished by ana"}


def test_link_and_unlink_and_rollups() -> None:
    begin = begun()
    revised("link", "a", "supports", "b")(begin)

    def relinked(project: qc.Project) -> None:
        revised("unlink", "a", "supports", "b")(project)
        revised("link", "a", "supports", "b")(project)
        revised("set_rollup", qc.Rollup("r", themes=[qc.Theme("t", codes=["a"])]))(project)

    def unlinked(project: qc.Project) -> None:
        revised("unlink", "a", "supports", "b")(project)
        revised("set_rollup", qc.Rollup("r", themes=[qc.Theme("t", codes=["b"])]))(project)

    for project in at_once(relinked, unlinked, begin):
        assert {each.target for each in project.state.conflicts} == {
            "link:a supports b",
            "rollup:r",
        }


def test_a_rollup_of_what_was_merged_meanwhile() -> None:
    rollup = qc.Rollup("r", themes=[qc.Theme("t", codes=["a"])])
    for project in at_once(revised("merge", "a", into="b"), revised("set_rollup", rollup)):
        assert project.codebook.rollups["r"].themes[0].codes == ("b",)
    begin = begun()
    revised("merge", "a", into="b")(begin)
    seen = copied(begun())
    revised("rename", "c", "At once")(seen)
    revised("set_rollup", rollup)(begin)
    for project in (begin, together(begin, seen)):
        assert project.codebook.rollups["r"].themes[0].codes == ("a",), "its author knew"


# Settling


def test_a_settled_conflict_is_listed_again_when_somebody_joins_in() -> None:
    (project, _) = at_once(revised("rename", "a", "One"), revised("rename", "a", "Two"))
    third = copied(begun(), 3)
    revised("rename", "a", "Three", coder="cem")(third)
    (conflict,) = project.state.conflicts
    project.settle(conflict, coder="ana", reason="as the team said")
    assert not project.state.conflicts
    assert project.at(-1).state.conflicts == ()
    with pytest.raises(errors.ProjectError, match="no open conflict"):
        project.settle(conflict)
    (again,) = together(project, third).state.conflicts
    assert set(conflict.events) < set(again.events)
    project.undo()
    assert project.state.conflicts == (conflict,)


# One author on two machines, and copies that go on in one log


def test_one_log_that_was_gone_on_with_in_two_places() -> None:
    begin = begun()
    coded(begin)
    revised("rename", "c", "Seen by nobody else")(begin)
    begin._recorder.seal()
    log, ends = unite([begin.log]), begin._recorder.ends
    projects = []
    for number, name in ((1, "One"), (2, "Two")):
        recorder = Recorder(unite([log]).timeline, log.rows, logs=ends, tokens=Tokens(number))
        project = qc.Project(recorder, clock=Clock(100 * number))
        revised("rename", "a", name)(project)
        revised("rename", "b", f"{name} b")(project)
        projects.append(project)
    project = together(*projects)
    assert [each.field for each in project.state.conflicts] == ["name", "name"]
    heads = project.log.timeline.heads()
    assert len(heads) == len({*heads.values()}) == len(ends) + 1
    for each in projects:
        at = each.log.timeline.events[-1].id
        assert project.state.at(at) == content(each.log)


def test_two_logs_of_one_name_keep_a_head_each() -> None:
    projects = [copied(begun(), 1), copied(begun(), 1)]
    for number, project in enumerate(projects):
        revised("rename", "a", f"name {number}", coder="cem")(project)
    project = together(*projects)
    names = [event.log for event in project.log if event.author == "cem" and not event.prev]
    assert len(names) == 2
    assert len({*names}) == 1
    assert len(project.log.timeline.heads()) == len(project.log.heads()) + 2


def test_values_that_were_read_from_a_project_do_not_write_into_it() -> None:
    project = begun()
    known = len(project.log)
    grown = project.history.append(Redefine("a", {"definition": "x"}), coder="x", time="2026-01-09")
    earlier = project.history.upto(1).append(
        Redefine("a", {"definition": "y"}), coder="x", time="2026-01-09"
    )
    assert len(project.log) == known
    assert (len(grown), len(earlier)) == (len(project.history) + 1, 2)
    assert "new" not in earlier.codebook.codes


def test_a_block_that_fails_leaves_nothing_of_what_was_done_in_it() -> None:
    project = begun()
    coded(project)
    before = project.state

    def fails() -> None:
        with project.revise(coder="ana") as cb:
            cb.add("brief")
            project.assign(("d1", 9, 13), "brief", coder="ana")
            cb.rename("brief", "Brief")
            project.assign(("d1", 0, 2), "brief", coder="ben")
            cb.rename("nobody", "x")

    for _ in range(2):
        with pytest.raises(errors.QualcodeError, match="nobody"):
            fails()
        assert project.state == before
        assert content(project.log) == before
    project.assign(("d1", 9, 13), "b", coder="ana")
    revised("rename", "a", "One")(project)
    assert used(project) == {("a", "a"), ("b", "b")}
    assert content(project.log) == project.state
    project.undo()
    project.undo()
    assert used(project) == {("a", "a")}


def test_rows_belong_to_the_revision_that_they_were_logged_under() -> None:
    """Even where a later revision seals them, as an undo does."""
    project = begun()
    revised("rename", "a", "One")(project)
    number = len(project.history)
    project.assign(("d1", 3, 8), "a", coder="ana")
    project._recorder.event(
        "undo",
        "codebook",
        {"of": [project.history[number].id]},
        coder="ana",
        time="2026-01-05T12:00:00Z",
    )
    assert len(project.history) == number + 1
    assert [len(project.at(revision=at).assignments) for at in (number - 1, number)] == [0, 1]
    assert project.state.log.eras()[project.state.events.block].tolist() == [number]


def test_the_id_of_an_author_may_look_like_anything() -> None:
    projects = [copied(begun(), 1), copied(begun(), 2)]
    for number, project in enumerate(projects):
        revised("rename", "a", f"name {number}", coder=f"v.1-{number}")(project)
    assert [each.kind for each in together(*projects).state.conflicts] == ["both set"]
