"""Laws of who speaks: groups divide what there is, and the words of some are as a slow look has them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import QualcodeError, StatisticsError
from qualcode.stats.counting.speaking import SEVERAL_SPEAK

ROLES = {"I": "interviewer", "ANA": "participant", "BEN": "participant", "OLE": None}
CODES = ("a", "b")


@st.composite
def spoken(draw: st.DrawFn) -> qc.Project:
    """Return a project of a few talks, coded anywhere, over the ends of turns too."""
    project = qc.Project.new(
        "S", codebook=qc.Codebook("c", codes=[qc.Code(each) for each in CODES])
    )
    said = st.lists(
        st.tuples(st.sampled_from([*ROLES]), st.sampled_from(["We left.", "Why? Rain."])),
        max_size=7,
    )
    for id in ("x", "y")[: draw(st.integers(1, 2))]:
        turns = [("I", "So?"), ("ANA", "Yes."), *draw(said), ("I", "And?")]
        text = "\n".join(f"{name}: {words}" for name, words in turns)
        project.add_document(text, id=id)
        there = {name for name, _ in turns}
        project.set_speakers(id, roles={k: v for k, v in ROLES.items() if k in there})
        for _ in range(draw(st.integers(0, 6))):
            start = draw(st.integers(0, len(text) - 1))
            end = draw(st.integers(start + 1, min(len(text), start + 25)))
            project.assign((id, start, end), draw(st.sampled_from(CODES)), coder="ada")
    return project


def who(document: qc.Document, start: int, end: int) -> list[str]:
    """Return the slow way who speaks in a stretch: code point by code point."""
    return [
        turn.name
        for turn in document.speakers.turns
        if any(turn.start <= at < turn.end for at in range(start, end))
    ]


def _slow_group(a: qc.Assignment, group: dict[str, Any]) -> object:
    names = who(a.segment.document, a.segment.start, a.segment.end)
    groups = {group[name] for name in names} or {None}
    if len(groups) > 1:
        return SEVERAL_SPEAK
    return groups.pop() or "(not known)"


@given(spoken(), st.sampled_from(["speaker", "role"]))
def test_groups_of_speakers_divide_every_count(project: qc.Project, by: str) -> None:
    table = project.crosstab(by, level="code", rollup="tree", count="assignments")
    group = ROLES if by == "role" else {name: name for name in ROLES}
    slow = [(_slow_group(a, group), a.code.id) for a in project.assignments]
    for row, node in enumerate(table.nodes):
        for column, value in enumerate(table.values):
            assert table.counts[row, column] == slow.count((value, node.id))
    assert (table.counts.sum(axis=1) == table.totals).all()


@given(spoken(), st.sampled_from(["interviewer", "participant"]))
def test_the_words_of_some_are_those_that_a_slow_look_finds(project: qc.Project, role: str) -> None:
    heard = project.restricted(roles=role)
    slow = [
        a
        for a in project.assignments
        if (names := who(a.segment.document, a.segment.start, a.segment.end))
        and all(ROLES[name] == role for name in names)
    ]
    assert [(a.segment, a.code.id) for a in heard.assignments] == [
        (a.segment, a.code.id) for a in slow
    ]
    assert len(project.assignments.where(role=role)) == len(slow)
    assert all(a.segment.role == role for a in heard.assignments)
    reaching = sum(
        {role, "else"} == {role if ROLES[name] == role else "else" for name in names}
        for a in project.assignments
        if (names := who(a.segment.document, a.segment.start, a.segment.end))
    )
    assert heard.state.counted.across == reaching
    for unit in ("turn", "sentence", "line", "document"):
        whole = project.segments(unit=unit)
        kept = [
            each
            for each in whole
            if any(ROLES[name] == role for name in who(each.document, each.start, each.end))
        ]
        assert list(heard.segments(unit=unit)) == kept
    shares = heard.prevalence(unit="turn", rollup="tree").to_frame()
    turns = sum(ROLES[each.speaker or ""] == role for each in project.segments(unit="turn"))
    assert set(shares["total"]) <= {turns}


@given(spoken())
def test_shares_by_role_are_those_of_each_roles_words(project: qc.Project) -> None:
    found = project.prevalence(by="role", unit="turn", rollup="tree").shares
    nodes = project.prevalence(unit="turn", rollup="tree").nodes
    for role, shares in found.items():
        alone = project.restricted(roles=str(role)).prevalence(unit="turn", rollup="tree")
        counts = {node.id: k for node, k in zip(alone.nodes, alone.shares[None].count, strict=True)}
        assert [counts.get(node.id, 0) for node in nodes] == list(shares.count)


@given(spoken())
def test_each_segment_knows_who_speaks_all_through_it(project: qc.Project) -> None:
    for a in project.assignments:
        names = set(who(a.segment.document, a.segment.start, a.segment.end))
        assert a.segment.speaker == (names.pop() if len(names) == 1 else None)


@given(spoken())
def test_narrowing_to_the_words_of_some_is_kept_by_the_recipe_and_by_the_past(
    project: qc.Project,
) -> None:
    heard = project.restricted(roles="participant")
    result = heard.rollup("tree", count="assignments")
    assert result.recipe.run(project) == result
    assert "restricted(roles=['participant'])" in str(result.recipe)
    assert heard.at(revision=-1).state == heard.state
    once, twice = heard.restricted(speakers="ANA"), project.restricted(speakers="ANA")
    assert list(once.assignments) == list(twice.assignments)


@given(spoken())
def test_differences_between_roles_are_of_their_shares(project: qc.Project) -> None:
    shares = project.prevalence(by="role", unit="turn", rollup="tree")
    assume(len(shares.nodes))
    found = project.group_differences(by="role", unit="turn", rollup="tree", random_state=1)
    ids = [node.id for node in shares.nodes]
    for at, role in enumerate(found.differences.groups):
        right = dict(zip(ids, shares.shares[role].count / shares.shares[role].total, strict=True))
        got = dict(zip(found.labels, found.differences.values[at].tolist(), strict=True))
        assert got == pytest.approx(right)
    assert found.cluster == "contribution"


def _talk() -> qc.Project:
    project = qc.Project.new("S", codebook=qc.Codebook("c", codes=[qc.Code("a")]))
    project.add_document("I: So?\nANA: Yes. No.\nI: And?\nBEN: Well.", id="x")
    project.add_document("Notes without anybody.", id="notes")
    for turn in project.segments(unit="turn"):
        project.assign(turn, "a", coder="ada")
    return project


def test_documents_in_which_nobody_of_them_speaks_are_in_no_base() -> None:
    heard = _talk().restricted(roles="participant")
    assert list(heard.documents) == ["x"]
    assert heard.prevalence(unit="document").to_frame()["total"].tolist() == [1]
    assert heard.rollup("tree", count="characters").to_frame()["share"].tolist()[0] == 1
    again = heard.rollup("tree")
    assert str(again.counted).endswith("only what fits role(participant)")


def test_speakers_bring_the_variables_of_their_cases() -> None:
    project = _talk()
    project.set_speakers("x", cases={"ANA": "ana", "ben": "Ben B."})
    assert project.documents["x"].cases == ("ana", "ben-b")
    project.set_variables("case:ana", age=30)
    table = project.crosstab("speaker.age", level="code", rollup="tree")
    assert table.values == (30, "(not known)")
    assert table.counts.tolist() == [[1, 4]]
    cases = project.crosstab("speaker.case", level="code", rollup="tree")
    assert cases.values == ("ana", "ben-b", "(not known)")
    withdrawn = project.withdraw("case:ana")
    assert withdrawn.documents == 1
    project.reinstate("case:ana")
    assert project.documents["x"].speakers["ANA"].case == "ana"


def test_who_is_which_case_is_taken_over_into_another_project() -> None:
    project = _talk()
    project.set_speakers("x", cases={"ANA": "ana"})
    whole = qc.Project.new("T")
    whole.add_case("other")
    merged = qc.merge(whole, project).project
    assert merged.documents["x"].speakers["ANA"].case == "ana"
    assert merged.documents["x"].speakers == project.documents["x"].speakers


def test_reports_say_whose_words_were_counted() -> None:
    project = _talk()
    project.set_speakers("x", cases={"ANA": "ana"})
    project.set_variables("case:ana", age=30)
    told = qc.report.methods(project.crosstab("role", level="code", rollup="tree"))
    assert "within the words of each role (interviewer and participant)" in told
    assert "A segment was of whoever spoke all through it" in told
    told = qc.report.methods(project.prevalence(by="speaker.age", unit="turn", rollup="tree"))
    assert "within the words of speakers with each age of their case (30: 1 unit)" in told
    alone = qc.report.methods(project.restricted(roles="participant").rollup("tree"))
    assert "only what fits the query “role(participant)” counted" in alone


def test_a_saved_view_holds_whose_words_it_shows() -> None:
    project = _talk()
    shown = project.save_view("asked", roles="participant")
    alone = project.restricted(roles="participant")
    assert list(shown.assignments) == list(alone.assignments)
    assert project.view("asked").state == alone.state


def test_what_a_case_says_in_several_documents_is_one_contribution() -> None:
    project = _talk()
    project.add_document("I: Where?\nANA: Here.", id="y")
    project.set_speakers(["x", "y"], cases={"ANA": "a1"})
    project.set_speakers("x", cases={"BEN": "b1"})
    for id, age in (("a1", 40), ("b1", 50)):
        project.set_variables(f"case:{id}", age=age)
    found = project.group_differences(by="speaker.age", unit="turn", random_state=1)
    assert found.differences.n_clusters == (1, 1)


def test_sensitivity_leaves_out_what_each_group_says() -> None:
    project = _talk()
    voices = qc.stats.conclusions.Quantity(lambda state: len(state.assignments), at_least=3)
    found = project.sensitivity(voices, leave_out="role").to_frame()
    left = found[found["varied"] == "leave out"]
    assert left[["setting", "assignments"]].values.tolist() == [
        ["role: interviewer", 2],
        ["role: participant", 2],
    ]


def test_a_variable_of_that_name_comes_first() -> None:
    project = _talk()
    project.set_variables("x", role="nurse")
    assert project.crosstab("role", rollup="tree").values == ("nurse", "(not known)")
    assert project.crosstab("speaker.role", rollup="tree").values[0] == "interviewer"


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda p: p.restricted(speakers="ANNA"), "nobody called 'ANNA'.*Did you mean 'ANA'"),
        (lambda p: p.restricted(roles="chair"), "roles.*'chair'"),
        (lambda p: p.set_speakers("x", roles={"ANA": "chair"}), "roles.*'chair'"),
        (lambda p: p.set_speakers("x", roles={"Anna": "participant"}), "nobody called 'Anna'"),
        (lambda p: p.set_speakers("x", cases={"ANA": 3}), "cases: that of 'ANA'"),
        (lambda p: p.crosstab("speaker.age"), "no speaker has a case with it"),
        (lambda p: p.group_differences(by="speaker.age"), "no speaker has a case with it"),
        (lambda p: p.assignments.where(role="chair"), "'chair'"),
    ],
)
def test_what_is_wrong_is_told(ask: Any, told: str) -> None:
    with pytest.raises(QualcodeError, match=told):
        ask(_talk())


def test_agreement_by_characters_of_some_words_is_refused() -> None:
    project = _talk()
    for turn in project.segments(unit="turn"):
        project.assign(turn, "a", coder="bob")
    heard = project.restricted(roles="participant")
    assert heard.study(unit="turn").n_units == 2
    with pytest.raises(StatisticsError, match="is of whole texts"):
        heard.study(unit="character")
