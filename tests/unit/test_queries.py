"""Queries over assignments: each criterion by itself, together, and when it is misspelt."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.model.texts.places import Places

TEXT = "We share one BUDGET. I trust Joan."


@pytest.fixture
def rows() -> qc.Assignments:
    times = iter(datetime(2026, 1, day, 12, tzinfo=UTC) for day in range(1, 29))
    book = qc.Codebook(
        "study",
        codes=[
            qc.Code("people", name="People"),
            qc.Code("trust", name="Trust", parent="people"),
            qc.Code("money", name="Money"),
            qc.Code("cash", name="Cash"),
        ],
    )
    project = qc.Project.new("Study", codebook=book, clock=lambda: next(times))
    project.add_document(TEXT, id="a", variables={"site": "north", "wave": 1})
    project.add_document("They share it.", id="b", variables={"wave": 2})
    project.assign(("a", 0, 20), "money", coder="ana")
    project.assign(("a", 0, 20), "trust", coder="ben", origin="import:old study")
    project.assign(("a", 21, 34), "people", coder="ana")
    project.assign(("b", 0, 14), "cash", coder="ben", memo="m", weight=2.0)
    project.add_coder("eve")
    return project.assignments


def found(rows: qc.Assignments, **criteria: Any) -> list[str]:
    return [f"{each.code.id} by {each.coder}" for each in rows.where(**criteria)]


MONEY, TRUST, PEOPLE, CASH = "money by ana", "trust by ben", "people by ana", "cash by ben"


@pytest.mark.parametrize(
    ("criteria", "wanted"),
    [
        ({}, [TRUST, MONEY, PEOPLE, CASH]),
        ({"code": "People"}, [TRUST, PEOPLE]),
        ({"code": "people", "descendants": False}, [PEOPLE]),
        ({"code": ["money", "Cash"]}, [MONEY, CASH]),
        ({"coder": "ana"}, [MONEY, PEOPLE]),
        ({"coder": ["ana", "ben"], "document": "b"}, [CASH]),
        ({"coder": "eve"}, []),
        ({"document": ["a"]}, [TRUST, MONEY, PEOPLE]),
        ({"variables": {"site": "north"}}, [TRUST, MONEY, PEOPLE]),
        ({"variables": {"wave": [2, 3]}}, [CASH]),
        ({"variables": {"wave": 1, "site": "south"}}, []),
        ({"text": "budget"}, [TRUST, MONEY]),
        ({"text": "one."}, []),
        ({"text": "udget"}, []),
        ({"text": "budg*"}, [TRUST, MONEY]),
        ({"text": ["joan", "share it"]}, [PEOPLE, CASH]),
        ({"text": re.compile("BUDGET|share it")}, [TRUST, MONEY, CASH]),
        ({"text": re.compile("budget")}, []),
        ({"also": "money"}, [TRUST, MONEY]),
        ({"also": "people"}, [TRUST, MONEY, PEOPLE]),
        ({"origin": "import"}, [TRUST]),
        ({"origin": "import:old study"}, [TRUST]),
        ({"origin": "suggestion"}, []),
        ({"test": lambda each: each.weight == 2.0}, [CASH]),
    ],
)
def test_a_criterion(rows: qc.Assignments, criteria: Any, wanted: list[str]) -> None:
    assert sorted(found(rows, **criteria)) == sorted(wanted)


def test_times_are_included_at_both_ends(rows: qc.Assignments) -> None:
    times = sorted(each.time for each in rows)
    assert len(rows.where(since=times[1])) == 3
    assert len(rows.where(until=times[1])) == 2
    assert len(rows.where(since=times[1], until=times[1])) == 1
    assert len(rows.where(since="2026-01-01")) == 4
    with pytest.raises(errors.AssignmentError, match="not a time in ISO 8601"):
        rows.where(since="last week")


def test_queries_are_combined(rows: qc.Assignments) -> None:
    query = (qc.where(coder="ana") & ~qc.where(text="budget")) | qc.where(code="cash")
    assert str(query) == 'by(ana) and not text("budget") or code(cash)'
    assert repr(query) == "((where(coder='ana') & ~where(text='budget')) | code('cash'))"
    assert [each.code.id for each in rows.where(query)] == ["people", "cash"]
    assert str(qc.where()) == "all"


def test_a_query_is_asked_after_merges(rows: qc.Assignments) -> None:
    merged = qc.History.start(rows.codebook, coder="x", time="2026-01-01T00:00:00Z").append(
        qc.changes.Merge(["cash"], "money"), coder="x", time="2026-01-02T00:00:00Z"
    )
    read = qc.Assignments.read(rows.rows, rows.documents, merged.codebook)
    assert [each.assigned_as for each in read.where(code="cash")] == ["money", "cash"]


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({"code": "trsut"}, "no code has the id or name 'trsut'.*Did you mean 'trust'"),
        ({"coder": "anna"}, "no coder has the id 'anna' here.*Did you mean 'ana'"),
        ({"document": "c"}, "no document has the id 'c' here"),
        ({"variables": {"sight": 1}}, "no document has a variable 'sight'.*Did you mean 'site'"),
        ({"also": "mony"}, "Did you mean 'money'"),
    ],
)
def test_what_does_not_exist_is_named(rows: qc.Assignments, criteria: Any, message: str) -> None:
    with pytest.raises(errors.NotFoundError, match=message):
        rows.where(**criteria)


def test_a_criterion_that_does_not_exist_is_an_error(rows: qc.Assignments) -> None:
    with pytest.raises(TypeError, match="colour"):
        rows.where(colour="red")


def test_no_assignments_can_be_asked_too() -> None:
    project = qc.Project.new("x", codebook=qc.Codebook("b", codes=[qc.Code("trust")]))
    project.add_document("x", id="a", variables={"site": "north"})
    project.add_coder("ana")
    criteria = {"code": "trust", "coder": "ana", "document": "a", "text": "x", "origin": "hand"}
    for name, value in {**criteria, "also": "trust", "since": "2026-01-01"}.items():
        asked: dict[str, Any] = {name: value}
        assert len(project.assignments.where(**asked)) == 0
    assert len(project.assignments.where(variables={"site": "north"})) == 0
    assert len(project.assignments.where(test=lambda each: True)) == 0


def test_dates_and_datetimes_are_times(rows: qc.Assignments) -> None:
    first = datetime.fromisoformat(min(each.time for each in rows))
    assert len(rows.where(since=first)) == 4
    assert len(rows.where(since=date(2026, 1, 1), until=date(9000, 1, 1))) == 4
    assert len(rows.where(until=pd.Timestamp("2026-01-01"))) == 0


@pytest.mark.parametrize(
    "criteria",
    [
        {"code": 3}, {"coder": float("nan")}, {"document": [1]}, {"descendants": "no"}, {"since": 3},
        {"until": pd.NaT}, {"text": b"x"}, {"text": re.compile(b"x")}, {"variables": ["site"]},
        {"variables": {"site": b"x"}}, {"test": "x"}, {"origin": {}},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_criterion_can_be_is_refused_at_once(criteria: dict[str, Any]) -> None:
    (name,) = criteria
    with pytest.raises(errors.AssignmentError, match=name):
        qc.where(**criteria)


@pytest.mark.parametrize("text", ["", " ", "*", [], [""]])
def test_a_text_without_words_is_refused(text: Any) -> None:
    with pytest.raises(errors.AssignmentError, match="text"):
        qc.where(text=text)


# Where things lie


@pytest.fixture
def project() -> qc.Project:
    book = qc.Codebook("c", codes=[qc.Code("a", name="Aye"), qc.Code("b"), qc.Code("empty")])
    made = qc.Project.new("Study", codebook=book, coder="ana")
    made.add_case("k", variables={"site": "north"})
    made.add_document("ANA: One budget.\nBEN: Two. Three.\n\nANA: Four.", id="d", cases="k")
    made.add_document("BEN: It’s one\nbudget.", id="e", variables={"site": "south"})
    made.assign(("d", 5, 16), "a", coder="ana")  # One budget.
    made.assign(("d", 22, 26), "b", coder="ben")  # Two.
    made.assign(("d", 27, 33), "a", coder="ben")  # Three.
    made.assign(("d", 20, 33), "b", coder="ana")  # : Two. Three.
    made.assign(("e", 5, 21), "a", coder="ana")
    return made


def quotes(found: qc.Segments) -> list[str]:
    return [each.quote for each in found]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("code(a) overlaps code(b)", ["Three."]),
        ("code(b) overlaps code(a)", [": Two. Three."]),
        ("code(a) inside code(b)", ["Three."]),
        ("code(b) inside code(b) by(ben)", ["Two."]),
        ("code(a) followed by code(b)", ["One budget."]),
        ("code(a) followed by code(b) within 3", []),
        ("code(a) followed by code(b) within 4", ["One budget."]),
        ("code(b) followed by code(a) within 1", ["Two."]),
        ("code(b) followed by code(a) within 0", []),
        ("code(a) and not code(b) within turn", ["One budget.", "BEN: It’s one\nbudget."]),
        ("code(a) and code(b) within turn", ["Two. Three."]),
        ("code(a) by(ana) and code(b) by(ana) within turn", []),
        ("not all within turn", ["Four."]),
        ("(code(a) within turn) speaker(ben) where(site=north)", ["Two. Three."]),
        ("units(turn) text('one BUDGET')", ["One budget.", "BEN: It’s one\nbudget."]),
        ("""units(turn) text("it's")""", ["BEN: It’s one\nbudget."]),
        ("code(a) text('one budget')", ["One budget.", "It’s one\nbudget."]),
        ("code(a) where(site=north)", ["One budget.", "Three."]),
        ("code(a) where(site=[south, west])", ["It’s one\nbudget."]),
        ("code(a) inside (code(b) within turn)", ["Three."]),
        ("code(Aye) where(site=none)", []),
        ("code(b) within case", ["ANA: One budget.\nBEN: Two. Three.\n\nANA: Four."]),
        ("code(a) within regex('T[a-z]+')", ["Three"]),
        ("(code(a) within sentence) within turn",
         ["One budget.", "Two. Three.", "BEN: It’s one\nbudget."]),
    ],
)  # fmt: skip
def test_a_query_of_places(project: qc.Project, query: str, wanted: list[str]) -> None:
    found = project.find(query)
    assert quotes(found) == wanted
    assert quotes(project.find(found.query)) == wanted


def test_who_speaks_and_which_codes_are_shown(project: qc.Project) -> None:
    found = project.find("all within turn")
    # A label that stands once in a text may be anything.
    assert [each.speaker for each in found] == ["ANA", "BEN", None]
    assert found.codes == (("a",), ("a", "b"), ("a",))
    assert project.find("code(b)").codes == (("b",), ("b",))
    frame = found.to_frame()
    assert list(frame.columns) == ["document", "start", "end", "speaker", "quote", "codes"]
    assert repr(found) == "<3 passages in 2 documents: all within turn>"


def test_sets_of_two_kinds_are_not_combined(project: qc.Project) -> None:
    with pytest.raises(
        errors.QueryError, match=r"assignments and units of the kind 'turn'.*inside"
    ):
        project.find("code(a) and (code(b) within turn)")
    with pytest.raises(errors.QueryError, match=r"by\(ana\) is of assignments.*before 'within'"):
        project.find("(code(a) within turn) by(ana)")


def test_what_only_a_project_knows(project: qc.Project) -> None:
    rows = project.assignments
    assert len(rows.where("code(a) within case")) == 4
    with pytest.raises(errors.QueryError, match="ask the project"):
        rows.where("code(a) at(1)")
    with pytest.raises(errors.NotFoundError, match="no query has the name 'x' here"):
        rows.where("query(x)")


def test_queries_as_of_a_revision(project: qc.Project) -> None:
    project.assign(("d", 0, 4), "b", coder="ana")
    with project.revise(reason="one") as codebook:
        codebook.merge("b", into="a")
    assert len(project.find("code(a)")) == 6
    assert quotes(project.find("code(b) at(1)")) == ["ANA:", ": Two. Three.", "Two."]
    assert len(project.find("code(a) inside code(b) at(1)")) == 4, (
        "at(1) is of what stands before it"
    )
    assert quotes(project.find("(code(a) overlaps code(b)) at(1)")) == ["Three."]
    assert quotes(project.find("(code(b) within turn) at(1)")) == ["Two. Three."]
    project.retract(("d", 22, 26), "a", coder="ben")
    assert quotes(project.find("code(b) at(1)")) == ["ANA:", ": Two. Three."]


# Saved queries


def test_a_query_is_saved_by_name(project: qc.Project) -> None:
    saved = project.save_query("needs", qc.code("Aye").within("turn"), coder="ben")
    assert str(saved) == "code(a) within turn", "a name is no key"
    assert list(project.log)[-1].author == "ben"
    assert dict(project.queries) == {"needs": saved}
    count = len(project.log)
    project.save_query("needs", "code(a) within turn")
    assert len(project.log) == count, "saved once"
    with project.revise(reason="r") as codebook:
        codebook.rename("a", "Alpha")
    assert len(project.find("query(needs)")) == 3
    project.save_query("more", "query(needs) and not code(b) within turn")
    assert quotes(project.find("query(more)")) == ["One budget.", "BEN: It’s one\nbudget."]
    assert project.find("query(more)").query == qc.parse_query(
        "(code(a) within turn) and not code(b) within turn"
    )
    with pytest.raises(errors.ProjectError, match="'needs' is called by 'more'"):
        project.drop_query("needs")
    with pytest.raises(errors.QueryError, match=r"more → needs → more .* circle"):
        project.save_query("needs", "query(more)")
    project.drop_query("more")
    project.drop_query("needs")
    assert dict(project.queries) == {}
    with pytest.raises(errors.NotFoundError, match="no query has the name 'more'"):
        project.drop_query("more")
    project.undo()
    assert list(project.queries) == ["needs"]


def test_what_cannot_be_saved(project: qc.Project) -> None:
    with pytest.raises(errors.QueryError, match=r"cannot be kept as text.*function"):
        project.save_query("f", qc.where(test=lambda each: True))
    with pytest.raises(errors.NotFoundError, match="Did you mean"):
        project.save_query("f", "code(emty)")
    with pytest.raises(errors.NotFoundError, match="no query has the name 'g'"):
        project.save_query("f", "query(g)")
    with pytest.raises(errors.ProjectError, match="name"):
        project.save_query(" ", "all")
    with pytest.raises(errors.AssignmentError, match="query must be a query"):
        project.save_query("f", 3)  # type: ignore[arg-type]
    assert not project.queries


def test_saved_queries_are_kept_in_the_folder(project: qc.Project, tmp_path: Any) -> None:
    project.save_query("needs", "code(a) text('it’s \"one\"') within turn")
    project.save(tmp_path / "study")
    opened = qc.Project.open(tmp_path / "study")
    assert opened.queries == project.queries
    assert opened.state == project.state


# Using them


def test_a_restriction_is_told_and_asked_again(project: qc.Project) -> None:
    counted = project.rollup("tree", where=qc.code("b").within("turn"))
    assert counted["a"] == 1
    assert counted["b"] == 2
    assert str(counted.counted).endswith("; only what fits code(b) within turn")
    assert (
        str(counted.recipe) == "project.at(revision=1).rollup('tree', where='code(b) within turn')"
    )
    project.assign(("d", 0, 4), "b")
    assert counted.recipe.run(project) == counted
    kept = project.restricted(where="code(b) within turn").restricted(
        where="by(ben)", documents="d"
    )
    assert len(kept.assignments) == 2
    assert kept.state.counted.where == ("code(b) within turn", "by(ben)")
    assert kept.rollup("tree").recipe.run(project) == kept.rollup("tree")
    assert kept.state.provenance[1:] == (
        "restricted(where='code(b) within turn')",
        "restricted(documents=['d'])",
        "restricted(where='by(ben)')",
    )
    assert kept.at(1).assignments == kept.assignments
    table = project.crosstab("site", rollup="tree", level="code", where="code(a)")
    assert table.to_frame().loc["b", "total"] == 0
    assert project.evidence(rollup="tree", level="code", where="code(a)").counts.sum() == 3
    assert project.cooccurrence("turn", where="by(ben)").both("a", "b") == 1


def test_the_text_of_a_query_chooses_what_is_split(project: qc.Project) -> None:
    code = next(each.code.id for each in project.assignments)
    coder = next(each.coder for each in project.assignments if each.code.id == code)
    own = len(project.assignments.where(code=code, coder=coder, descendants=False))
    project.save_query("own", f"code({code}) by({coder})")
    with project.revise(reason="so") as cb:
        cb.split(code, {"of-one": "query(own)", "of-others": None})
    assert len(project.assignments.where(code="of-one")) == own
    with pytest.raises(errors.QueryError), project.revise(reason="so") as cb:
        cb.split("of-one", {"here": "code(of-one) nearby", "there": None})


def test_a_query_chooses_what_is_split(project: qc.Project) -> None:
    project.save_query("near", "code(a) overlaps code(b)")
    with project.revise(reason="r") as codebook:
        codebook.split("a", {"a-near": qc.query("near"), "a-far": ~qc.query("near")})
    assert len(project.unresolved) == 0
    assert quotes(project.find("code(a-near)")) == ["Three."]


def test_a_query_finds_what_is_coded_by_search(project: qc.Project) -> None:
    shown = project.autocode("empty", query="units(turn) and not code(b) within turn")
    assert [each.segment.quote for each in shown] == [
        "One budget.",
        "Four.",
        "BEN: It’s one\nbudget.",
    ]
    shown = project.autocode("empty", query="units(turn)", text="budget", documents="e")
    assert [each.segment.quote for each in shown] == ["BEN: It’s one\nbudget."]
    assert shown[0].suggester == "search"


# As text


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("code(trust", r"ends where '\)' or ',' is expected, at 10", 10),
        ("code(a) within paragraf", "'paragraf'.*Did you mean 'paragraph'", 15),
        ("code(a) within 200", "distance goes with 'followed by'", 15),
        ("trust and code(a)", r"write code\(trust\)", 0),
        ("kode(a)", "Did you mean 'code'", 0),
        ("code(a) bye(x)", "Did you mean 'by'", 8),
        ("code(a) by ana", r"as in by\(…\)", 8),
        ("code(a) within turn and code(b)", "in brackets, as in", 20),
        ("code(a))", "no bracket that it closes", 7),
        ("and code(a)", "is missing before it", 0),
        ('code("a', "in quotes that begins at 5 has no end", 5),
        ("where(site)", "'=' and the value of a variable", 10),
        ("where(a=1, a=2)", "each variable once", 11),
        ("regex('(')", "not a regular expression", 0),
        ("regex(x, q)", "flags among", 0),
        ("text('*')", "nothing to look for", 0),
        ("code(a) followed code(b)", "'by', of 'followed by'", 17),
        ("test(<f>)", "a function cannot be given", 0),
        ("code(a, depth=2)", "descendants=false", 0),
        ("query(a, b)", "one value", 0),
        (" or ".join(["code(a)"] * 300), "more than 200 parts", None),
        ("(" * 300 + "all", "more than 50 brackets", 50),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_text_is_told_with_its_place(
    text: str, message: str, at: int | None
) -> None:
    with pytest.raises(errors.QueryError, match=message) as refused:
        qc.parse_query(text)
    assert at is None or refused.value.at == at


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("NOT code(a) AND all()", ~qc.code("a") & qc.where()),
        ("coder(ana) code('x y', b)", qc.where(coder="ana", code=None).narrowed(code=["x y", "b"])),
        ("code(a, descendants=false)", qc.code("a", descendants=False)),
        ("a(b)".replace("a(b)", "variables(n='7', m=7)"), qc.where(variables={"n": "7", "m": 7})),
        (r"regex('\d+', i)", qc.where(text=re.compile(r"\d+", re.IGNORECASE))),
        ("code(a) followed_by code(b)", qc.code("a").followed_by(qc.code("b"))),
        ("code(and) by('by')", qc.code("and").by("by")),
        ("where(d=2026-02-30)", qc.where(variables={"d": "2026-02-30"})),
        ("code(a)\n  overlaps\n code(b)", qc.code("a").overlaps(qc.code("b"))),
    ],
)
def test_more_than_one_way_of_writing(text: str, query: Any) -> None:
    assert qc.parse_query(text) == query


def test_what_no_query_can_be_is_refused() -> None:
    for wrong in (lambda: qc.code(), lambda: qc.code("a").by(), lambda: qc.code("a").within("stanza"),
                  lambda: qc.code("a").followed_by(qc.code("b"), -1), lambda: qc.code("a").at(True),
                  lambda: qc.code("a") & "code(b)", lambda: qc.units(re.compile(b"x")),
                  lambda: qc.query(""), lambda: qc.where(speaker=" "),
                  lambda: qc.code("a").where("site")):  # fmt: skip
        with pytest.raises(errors.AssignmentError):
            wrong()  # type: ignore[no-untyped-call]
    with pytest.raises(errors.QueryError, match="query must be text"):
        qc.parse_query(3)  # type: ignore[arg-type]


def test_places_that_are_none_meet_nothing() -> None:
    none = Places.of_columns([], [], [])
    some = Places.of_columns([0], [0], [5])
    for one, other in ((none, some), (some, none), (none, none)):
        for met in (
            one.overlap(other),
            one.lie_inside(other),
            one.are_followed_by(other),
            one.are_among(other),
        ):
            assert met.tolist() == [False] * len(one)
