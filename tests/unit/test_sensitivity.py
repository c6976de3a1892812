"""How conclusions move: what each setting counts, what holds, and what is undefined and why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

import qualcode as qc
from qualcode import errors
from qualcode.stats.conclusions import Agreement, Quantity, Ranking, Share, Together
from qualcode.stats.conclusions.kinds import ranks
from qualcode.stats.conclusions.sensitivity_analysis import sensitivity

CODES = ("trust", "roles", "money")
# Document, code, coder, and which of the document's four sentences.
CODED = [
    ("a", "trust", "ana", 0), ("a", "trust", "ana", 1), ("a", "trust", "ana", 2),
    ("a", "roles", "ana", 1), ("a", "trust", "ben", 0), ("a", "roles", "ben", 1),
    ("a", "roles", "ben", 2), ("a", "roles", "ben", 3),
    ("b", "trust", "ana", 0), ("b", "money", "ana", 3), ("b", "roles", "ben", 2),
    ("c", "money", "ben", 0), ("c", "roles", "ana", 0),
]  # fmt: skip


def made(
    coded: list[tuple[str, str, str, int]], documents: tuple[str, ...] = ("a", "b", "c")
) -> qc.Project:
    book = qc.Codebook(
        "study",
        codes=[qc.Code(code) for code in CODES],
        rollups=[qc.Rollup("each", themes=[qc.Theme(code, codes=[code]) for code in CODES])],
    )
    project = qc.Project.new("Study", codebook=book, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    project.add_coder("ana")
    project.add_coder("ben")
    for id in documents:
        grade = {"a": {"grade": "high"}, "b": {"grade": "low"}}.get(id, {})
        project.add_document("One here. Two here. Three here. Four here.", id=id, variables=grade)
    for document, code, coder, sentence in coded:
        where = project.segments(unit="sentence", documents=document)[sentence]
        project.assign(where, code, coder=coder)
    return project


@pytest.fixture(scope="module")
def project() -> qc.Project:
    return made(CODED)


# Restricted states


def test_a_restricted_project_is_the_one_that_was_never_more(project: qc.Project) -> None:
    rest = made([row for row in CODED if row[0] != "b" and row[2] == "ana"], ("a", "c"))
    narrowed = project.restricted(coders="ana", documents=["c", "a"])
    assert list(narrowed.documents) == ["a", "c"]
    assert narrowed.rollup().to_frame().equals(rest.rollup().to_frame())
    assert list(narrowed.coders) == ["ana"]
    assert len(project.assignments) == len(CODED), "the project itself is as before"


def test_a_restricted_project_knows_how_it_came_about(project: qc.Project) -> None:
    narrowed = project.at(revision=1).restricted(coders="ana").restricted(documents=["a"])
    assert narrowed.state.provenance == (
        "at(revision=1)",
        "restricted(coders=['ana'])",
        "restricted(documents=['a'])",
    )
    again = eval(f"project.{'.'.join(narrowed.state.provenance)}", {"project": project})
    assert again.state == narrowed.state
    assert project.state.provenance == ("at(revision=1)",)


def test_cases_and_memos_go_with_their_documents() -> None:
    project = made([])
    for case, documents in (("north", ["a", "b"]), ("south", ["b"]), ("empty", [])):
        project.add_case(case, documents=documents)
    project.add_memo("document:b", "on the document", coder="ana")
    project.add_memo(project.segment("b", 0, 3), "on a passage", coder="ana")
    project.add_memo("code:trust", "on a code", coder="ana")
    narrowed = project.restricted(documents=["a", "c"])
    assert list(narrowed.cases) == ["north", "empty"]
    assert [memo.text for memo in narrowed.memos] == ["on a code"]


def test_only_what_exists_can_stay(project: qc.Project) -> None:
    with pytest.raises(errors.NotFoundError, match="Did you mean 'ana'"):
        project.restricted(coders="anna")
    with pytest.raises(errors.NotFoundError, match="no document has the id 'z'"):
        project.restricted(documents=["a", "z"])


# Rankings


def test_a_ranking_in_each_setting_is_that_of_the_restricted_project(project: qc.Project) -> None:
    stated = Ranking("each", count="segments", top=2)
    found = project.sensitivity(stated, leave_out="grade")
    assert found.base.finding.counts == {"trust": 4, "roles": 5, "money": 2}
    assert found.base.finding.statement == "roles (5) > trust (4)"
    by_setting = {each.setting: each for each in found.settings}
    assert by_setting["ana alone"].finding.counts == {"trust": 4, "roles": 2, "money": 1}
    assert by_setting["assignments"].finding.counts == {"trust": 5, "roles": 6, "money": 2}
    assert by_setting["documents"].finding.counts == {"trust": 2, "roles": 3, "money": 2}
    for each, kept in (("high", ["b", "c"]), ("low", ["a", "c"]), ("(not known)", ["a", "b"])):
        setting = by_setting[f"grade: {each}"]
        rest = project.restricted(documents=kept)
        assert setting.documents == 2
        assert setting.assignments == len(rest.assignments)
        assert setting.finding.counts == {
            code: rest.rollup("each").of(code, "theme") for code in CODES
        }
        expected = kendalltau(
            list(setting.finding.counts.values()), list(found.base.finding.counts.values())
        ).statistic
        assert setting.value == pytest.approx(float(expected))


def test_a_ranking_holds_while_nothing_that_came_first_is_caught_up_with(
    project: qc.Project,
) -> None:
    found = project.sensitivity(Ranking("each", top=2), counts=["assignments", "documents"])
    held = {each.setting: each.holds for each in found.settings}
    assert held == {
        "ana alone": False,  # trust goes before roles
        "ben alone": False,  # trust and money are level
        "assignments": True,
        "documents": False,  # trust and money are level
    }
    assert found.base.holds is True
    assert [each.setting for each in found.held] == ["assignments"]
    frame = found.to_frame().set_index("setting")
    assert frame.loc["documents", "order"] == "roles > trust = money"
    assert frame.loc["as stated", "difference"] == 0


def test_what_is_level_at_the_cut_belongs_to_the_first_ones() -> None:
    ranking = Ranking("each", top=1)
    assert ranking.first({"a": 3, "b": 3, "c": 1}) == ("a", "b")
    assert ranking.first({"a": 3, "b": 0, "c": 0}) == ("a",), "what counts nothing is no first one"
    assert ranking.first({"a": 0}) == ()


def test_no_order_is_told_apart_from_another_order(project: qc.Project) -> None:
    found = project.sensitivity(Ranking("each"), each_coder=False, counts=["cases", "coders"])
    cases, coders = found.settings
    assert (cases.value, cases.holds, cases.reason) == (None, None, "there are no cases")
    # Two coders used every code but one: roles and money and trust are level.
    assert coders.finding.counts == {"trust": 2, "roles": 2, "money": 2}
    assert coders.holds is False
    assert coders.reason == "all are level: there is no order to correlate"
    assert found.untold == (cases,)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from(CODES),
            st.sampled_from(["ana", "ben"]),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_what_is_found_does_not_depend_on_the_order_of_coding(
    coded: list[tuple[str, str, str, int]],
) -> None:
    ranking = Ranking("each", top=2)
    forth = made(coded).sensitivity(ranking, leave_out="grade")
    back = made(coded[::-1]).sensitivity(ranking, leave_out="grade")
    assert forth.to_frame().equals(back.to_frame())
    assert forth.base.holds in (True, None), "a conclusion holds where it was drawn"
    for each in forth.settings:
        assert (each.value is None) == (each.reason is not None)
        assert each.assignments <= forth.base.assignments


def test_ranks_share_the_best_of_equals() -> None:
    assert ranks({"a": 1, "b": 7, "c": 7, "d": 0}) == {"a": 3, "b": 1, "c": 1, "d": 4}


# Numbers


def test_a_share_moves_with_what_is_counted(project: qc.Project) -> None:
    found = project.sensitivity(Share("roles", at_least=0.9), each_coder=False, counts=["segments"])
    assert found.base.value == 1.0
    (segments,) = found.settings
    total = project.rollup(count="segments").total
    assert segments.value == pytest.approx(5 / total)
    assert segments.difference == pytest.approx(5 / total - 1)
    assert segments.holds is False


def test_cooccurrence_moves_with_the_unit(project: qc.Project) -> None:
    found = project.sensitivity(
        Together("trust", "roles", measure="jaccard", at_least=0.3), units=["document", "overlap"]
    )
    frame = project.cooccurrence("segment").to_frame(measures=("jaccard",)).set_index(["a", "b"])
    assert found.base.value == pytest.approx(frame.loc[("trust", "roles"), "jaccard"])
    by_setting = {each.setting: each for each in found.settings}
    assert by_setting["document"].value == pytest.approx(2 / 3)
    assert by_setting["ana alone"].value == pytest.approx(1 / 5)
    assert by_setting["ana alone"].holds is False


def test_a_code_that_a_part_lacks_is_a_reason_and_one_that_never_was_an_error(
    project: qc.Project,
) -> None:
    found = project.sensitivity(Together("trust", "money"), units=(), leave_out="grade")
    without = {each.setting: each for each in found.settings}
    alone = project.restricted(documents=["a"]).sensitivity(
        Together("trust", "money"), each_coder=False, units=()
    )
    assert alone.base.reason == "one of the codes is on no unit"
    assert without["grade: high"].value is not None
    with pytest.raises(errors.NotFoundError, match="Did you mean 'trust'"):
        project.sensitivity(Together("trsut", "money"))


def test_a_gap_goes_with_overlapping_spans_only(project: qc.Project) -> None:
    for near in ({"gap": 5}, {"min_overlap": 0.5}):
        stated = Together("trust", "roles", meeting="overlap", **near)  # type: ignore[arg-type]
        found = project.sensitivity(stated, each_coder=False, units=["segment"])
        assert found.settings[0].reason is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"unit": "turn"}, "within the same turn"),
        ({"meeting": "overlap"}, "within overlapping segments"),
        ({"meeting": "overlap", "gap": 5}, "segments, or with at most 5 code points between"),
        ({"meeting": "overlap", "min_overlap": 9}, "segments that share at least 9 code points"),
        ({"meeting": "overlap", "min_overlap": 0.5}, "that share at least 0.5 of the shorter"),
        ({"meeting": "contained"}, "lift of trust and roles where trust is inside roles"),
        ({"unit": "turn", "gap": 1}, "the same turn, or with at most 1 other between"),
    ],
)
def test_a_conclusion_on_two_codes_says_where_they_meet(
    project: qc.Project, options: Any, said: str
) -> None:
    stated = Together("trust", "roles", **options)
    assert said in stated.sentence
    met = project.cooccurrence(**options)
    wanted = met.matrix("lift").loc["trust", "roles"]
    assert project.sensitivity(stated, each_coder=False, units=()).base.value == pytest.approx(
        wanted
    )


def test_an_infinite_number_has_a_value_and_no_difference_from_itself() -> None:
    project = made([("a", "trust", "ana", 0), ("a", "roles", "ana", 1), ("b", "money", "ana", 0)])
    found = project.sensitivity(
        Together("trust", "roles", measure="pmi"), each_coder=False, units=["sentence"]
    )
    assert found.base.value == -np.inf
    assert found.settings[0].difference is None


def test_agreement_moves_with_the_unit_and_not_below_two_coders(project: qc.Project) -> None:
    found = project.sensitivity(Agreement(unit="sentence", of="trust"), units=["document"])
    study = project.study(unit="sentence")
    assert found.base.value == study.agreement(of="trust").value
    by_setting = {each.setting: each for each in found.settings}
    assert by_setting["without ana"].reason == "agreement needs two coders or more; there is ben"
    assert by_setting["without ana"].assignments == 6
    assert (
        by_setting["document"].value == project.study(unit="document").agreement(of="trust").value
    )
    with pytest.raises(errors.StatisticsError, match="needs two coders"):
        project.restricted(coders="ana").sensitivity(Agreement(unit="sentence"))


def test_leaving_out_everything_leaves_a_reason() -> None:
    project = made(CODED[:8], ("a",))
    found = project.sensitivity(Ranking("each"), each_coder=False, counts=(), leave_out="grade")
    assert [(each.documents, each.reason) for each in found.settings] == [
        (0, "nothing is left that is coded")
    ]
    with pytest.raises(errors.StatisticsError, match="no document has a variable 'garde'"):
        project.sensitivity(Ranking("each"), leave_out="garde")


def test_a_coder_alone_is_looked_at_where_there_are_others() -> None:
    found = made([row for row in CODED if row[2] == "ana"]).sensitivity(Ranking("each"), counts=())
    assert found.settings == ()


# Functions


def test_a_function_takes_a_view_and_returns_a_number(project: qc.Project) -> None:
    def assignments(view: qc.View) -> int:
        assert isinstance(view, qc.View)
        return len(view.assignments)

    found = project.sensitivity(assignments)
    assert found.conclusion.title == "assignments"
    assert [each.value for each in (found.base, *found.settings)] == [13, 7, 6]
    assert found.base.finding.statement == "assignments is 13"
    assert all(each.holds is None for each in found.settings), "no bound was stated"
    bounded = project.sensitivity(Quantity(assignments, at_least=7, name="codings"))
    assert [each.holds for each in bounded.settings] == [True, False]
    assert bounded.conclusion.sentence == "codings is at least 7"
    straight = sensitivity(project.state, lambda state: len(state.documents))
    assert straight.base.value == 3


def test_a_function_may_have_no_number_but_nothing_else(project: qc.Project) -> None:
    found = project.sensitivity(lambda view: None)
    assert found.base.reason == "the function gave no number"
    with pytest.raises(errors.StatisticsError, match="returned 'many', a str"):
        project.sensitivity(lambda view: "many")  # type: ignore[arg-type,return-value]


def test_what_is_not_used_cannot_be_varied(project: qc.Project) -> None:
    with pytest.raises(errors.StatisticsError, match=r"give units=\(\)"):
        project.sensitivity(Ranking("each"), units=["sentence"])
    with pytest.raises(errors.StatisticsError, match=r"give counts=\(\)"):
        project.sensitivity(Together("trust", "roles"), counts=["documents"])
    with pytest.raises(errors.StatisticsError, match="'segmnts' is no counting policy"):
        Ranking("each", count="segmnts")  # type: ignore[arg-type]
    with pytest.raises(errors.StatisticsError, match="is no unit of counting"):
        project.sensitivity(Together("trust", "roles"), units=["sentance"])


# The shipped reviews


def test_the_reviews_without_a_stated_quality_are_a_group_of_their_own() -> None:
    reviews = qc.load_project("collaboration-reviews")
    ranking = Ranking("factors", level="domain", count="documents")
    found = reviews.sensitivity(ranking, counts=(), leave_out="evidence_quality")
    assert found.base.finding.statement == (
        "Resources and capabilities (29) > Relationships and cultures (28) > "
        "Motivation and purpose (24) = Governance and leadership (24)"
    )
    assert [(each.setting, each.documents, each.holds) for each in found.settings] == [
        ("evidence_quality: critically low", 34, True),
        ("evidence_quality: high", 35, True),
        ("evidence_quality: (not known)", 3, False),
    ]
