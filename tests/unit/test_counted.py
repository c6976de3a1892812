"""Who is counted: worked numbers, and that every result says it."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.model.counted import Counted, LeftOut
from qualcode.model.log.rows import Events
from qualcode.model.state import State
from qualcode.report import methods, write_html, write_tables
from qualcode.stats.conclusions import Agreement, Quantity, Ranking

TEXT = "One here. Two here. Three here. Four here."
SENTENCES = ((0, 9), (10, 19), (20, 31), (32, 42))


@pytest.fixture
def project() -> qc.Project:
    """Two people in three documents, what they settled on in two, and a machine in all."""
    rollup = qc.Rollup("r", themes=[qc.Theme("t", codes=["a", "b"])])
    book = qc.Codebook("study", codes=[qc.Code("a"), qc.Code("b")], rollups=[rollup])
    made = qc.Project.new("Study", codebook=book)
    for number in range(4):
        made.add_document(TEXT, id=f"d{number + 1}", variables={"site": "ns"[number % 2]})
    made.add_coder("ana")
    made.add_coder("ben")
    made.add_coder("settled", kind="consensus")
    made.add_coder("bot", kind="machine")
    for document, sentence, code, coder in (
        ("d1", 0, "a", "ana"), ("d1", 1, "b", "ana"), ("d1", 1, "b", "ben"), ("d1", 2, "a", "ben"),
        ("d1", 0, "a", "settled"),
        ("d2", 0, "a", "ana"), ("d2", 3, "b", "ben"), ("d2", 3, "a", "settled"),
        ("d3", 2, "b", "ana"),
        ("d1", 3, "b", "bot"), ("d2", 3, "b", "bot"), ("d3", 3, "b", "bot"),
    ):  # fmt: skip
        made.assign((document, *SENTENCES[sentence]), code, coder=coder)
    return made


def finished(project: qc.View, **marks: list[str]) -> qc.View:
    """Return the project as it is when coders have marked documents as finished."""
    return qc.View(
        attrs.evolve(project.state, finished={id: frozenset(each) for id, each in marks.items()})
    )


def rows(state: State) -> list[tuple[str, int, str, str]]:
    return [
        (each.segment.document.id, each.segment.start, each.code.id, each.coder)
        for each in state.assignments
    ]


def test_without_a_mark_only_persons_count(project: qc.Project) -> None:
    result = project.rollup(count="assignments")
    assert (result.of("a", "code"), result.of("b", "code"), result.total) == (3, 4, 7)
    assert result.counted == Counted(
        "rule",
        persons=("ana", "ben"),
        by_persons=3,
        by_nobody=1,
        left_out=(LeftOut("settled", "not finished", 2), LeftOut("bot", "machine", 3)),
    )
    assert str(result.counted) == (
        "Counted: persons ana and ben in 3 documents; nobody in 1; left out: settled (not finished in "
        "2 documents), bot (machine)"
    )
    assert len(project.assignments) == 12, "what is assigned is all there"


def test_where_the_consensus_has_finished_it_alone_counts(project: qc.Project) -> None:
    view = finished(project, settled=["d1"])
    result = view.rollup(count="assignments")
    # d1: a by the consensus; d2: a by ana, b by ben; d3: b by ana.
    assert (result.of("a", "code"), result.of("b", "code"), result.total) == (2, 2, 4)
    assert result.counted.by_consensus == 1
    assert result.counted.by_persons == 2
    assert result.counted.left_out == (
        LeftOut("ana", "replaced", 1),
        LeftOut("ben", "replaced", 1),
        LeftOut("settled", "not finished", 1),
        LeftOut("bot", "machine", 3),
    )
    assert "the consensus settled alone in 1 document that it finished" in str(result.counted)
    assert [each.coder for each in result.assignments("a", "code")] == ["settled", "ana"]


def test_a_consensus_that_settled_on_nothing_has_the_document_all_the_same(
    project: qc.Project,
) -> None:
    view = finished(project, settled=["d3", "d4"])
    assert view.rollup(count="documents").total == 2
    assert view.rollup().counted.by_consensus == 2


def test_named_coders_count_whatever_their_kind(project: qc.Project) -> None:
    view = finished(project, settled=["d1", "d2"])
    assert view.rollup(count="assignments", coders="bot").total == 3
    both = view.rollup(count="assignments", coders=["ana", "settled"])
    assert both.total == 6
    assert str(both.counted) == "Counted: as named, ana and settled in 3 documents; nobody in 1"
    assert view.restricted(coders=["ana", "settled"]).rollup(count="assignments").total == 6
    with pytest.raises(errors.NotFoundError, match="Did you mean 'ben'"):
        view.rollup(coders="bem")


def test_coders_are_counted_among_persons(project: qc.Project) -> None:
    view = finished(project, settled=["d1", "d2", "d3", "d4"])
    found = view.rollup(count="coders")
    assert (found.of("a", "code"), found.of("b", "code"), found.total) == (2, 2, 2)
    assert (found.counted.how, found.counted.persons) == ("persons", ("ana", "ben"))
    assert view.crosstab("site", count="coders", level="code").totals.tolist() == [2, 2]
    assert view.rollup(count="coders", coders=["ana", "bot"]).of("b", "code") == 2


def test_a_machine_or_consensus_alone_is_nobody(project: qc.Project) -> None:
    alone = qc.Project.new("Alone", codebook=project.codebook)
    alone.add_document(TEXT, id="d1")
    alone.add_coder("bot", kind="machine")
    alone.assign(("d1", 0, 9), "a", coder="bot")
    assert alone.rollup().total == 0
    assert str(alone.rollup().counted) == "Counted: nobody; left out: bot (machine)"
    assert "Nothing that was coded counted." in methods(alone.rollup())
    assert alone.rollup(coders="bot").total == 1


def test_undecided_assignments_of_split_codes_follow_who_counts(project: qc.Project) -> None:
    with project.revise(coder="ana", reason="two things") as book:
        book.split("a", {"a-one": None, "a-two": None})
    assert len(project.unresolved) == 5
    assert len(project.rollup().state.unresolved) == 3
    assert len(finished(project, settled=["d1", "d2"]).rollup().state.unresolved) == 2


def test_nothing_is_copied_where_all_count(project: qc.Project) -> None:
    people = project.restricted(documents=["d4"]).state
    assert people.counting().assignments is people.assignments
    state = project.state
    assert state.counting() is state.counting(), "what was read once is not read again"
    assert state.counting().counting() is state.counting()
    assert state.counting().uncounted is state
    assert state.counting().events is state.events


def test_marks_are_part_of_a_state(project: qc.Project) -> None:
    state = finished(project, settled=["d1"], ana=["d1", "d2"]).state
    assert state != project.state
    assert attrs.evolve(state, finished={**state.finished, "ben": frozenset()}) == state
    assert state.restricted(coders="ana").finished == {"ana": {"d1", "d2"}}
    assert state.restricted(documents="d2").finished == {"ana": {"d2"}}


def test_ten_million_assignments_take_one_mask() -> None:
    n, documents = 200_000, 100
    rng = np.random.default_rng(1)
    made = qc.Project.new("Large", codebook=qc.Codebook("c", codes=[qc.Code("a")]))
    for number in range(documents):
        made.add_document("x" * 40_000, id=f"d{number:03}")
    for id, kind in (("ana", "person"), ("joint", "consensus")):
        made.add_coder(id, kind=kind)  # type: ignore[arg-type]
    start = np.sort(rng.integers(0, 30_000, n)).astype(np.int32)
    one = Events.from_rows(
        document=[f"d{each:03}" for each in rng.integers(0, documents, n).tolist()],
        start=start, end=start + 5, code=["a"] * n,
        coder=[("ana", "joint")[each] for each in rng.integers(0, 2, n).tolist()],
        time=["2026-01-01"] * n, origin=["hand"] * n,
        weight=[None] * n, retracted=[False] * n,
    )  # fmt: skip
    state = attrs.evolve(made.state, events=one, finished={"joint": frozenset({"d000", "d001"})})
    found = state.counting().assignments
    wanted = (found.document < 2) == (found.coder == found.coders.index("joint"))
    assert wanted.all()
    assert 0 < len(found) < len(state.assignments)


# Every question


QUESTIONS: dict[str, Any] = {
    "rollup": lambda view, **who: view.rollup(**who),
    "crosstab": lambda view, **who: view.crosstab("site", **who),
    "evidence": lambda view, **who: view.evidence(**who),
    "cooccurrence": lambda view, **who: view.cooccurrence("document", **who),
    "test": lambda view, **who: view.cooccurrence("document", **who).test("hypergeometric"),
    "network": lambda view, **who: view.cooccurrence("document", **who).network(n_resamples=0),
    "prevalence": lambda view, **who: view.prevalence(**who),
    "sequences": lambda view, **who: view.sequences(unit="sentence", **who),
    "stanzas": lambda view, **who: view.stanzas(unit="sentence", **who),
    "groups": lambda view, **who: view.group_differences(by="site", **who),
    "saturation": lambda view, **who: view.saturation(n_orders=5, **who),
    "sensitivity": lambda view, **who: view.sensitivity(Ranking(level="code"), **who),
    "progress": lambda view, **who: view.progress(**who),
}


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_every_question_says_who_was_counted(project: qc.Project, ask: Any) -> None:
    found = ask(finished(project, settled=["d1"]))
    assert (found.counted.by_persons, found.counted.by_consensus) == (2, 1)
    assert ask(project, coders=["ana", "bot"]).counted.named == ("ana", "bot")
    assert ask(project, coders="ben").counted.coders == ("ben",)
    said = methods(found)
    assert (
        "Counted was the coding by persons (ana and ben) in 2 documents and by the consensus "
        "(settled) alone in the 1 document that it had finished; nobody's in 1; left out: settled "
        "(not finished in 1 document) and bot (machine)."
    ) in said


def test_a_machine_does_not_set_the_order_of_coding(project: qc.Project) -> None:
    first = qc.Project.new("First", codebook=project.codebook)
    for id in ("d1", "d2"):
        first.add_document(TEXT, id=id)
    first.add_coder("bot", kind="machine")
    for document, coder in (("d1", "bot"), ("d2", "ana"), ("d1", "ana")):
        first.assign((document, 0, 9), "a", coder=coder)
    assert first.saturation(n_orders=5).documents == ("d2", "d1")
    assert first.saturation(n_orders=5, coders=["ana", "bot"]).documents == ("d1", "d2")


def test_a_conclusion_is_looked_at_with_each_who_counts(project: qc.Project) -> None:
    stated = Quantity(lambda view: len(view.assignments), name="assignments")
    alone = finished(project, settled=["d1"]).sensitivity(stated)
    assert {each.setting: each.value for each in alone.settings} == {
        "ana alone": 4.0,
        "ben alone": 3.0,
        "settled alone": 2.0,
    }
    assert alone.base.value == 4
    assert not project.sensitivity(stated, each_coder=False).settings
    settled = finished(project, settled=["d1", "d2", "d3", "d4"])
    agreed = settled.sensitivity(Agreement(unit="sentence"), each_coder=False, units=())
    assert agreed.base.value == project.study(unit="sentence").agreement().value


# Agreement


def test_a_study_reads_what_coders_finished(project: qc.Project) -> None:
    assumed = project.study(unit="sentence")
    assert (assumed.documents, assumed.coverage_from["ana"]) == (("d1", "d2"), "assigned")
    assert assumed.counted.left_out == (
        LeftOut("settled", "no person", 2),
        LeftOut("bot", "machine", 3),
    )
    view = finished(project, ana=["d1", "d3", "d4"], ben=["d1", "d4"], settled=["d1"])
    study = view.study(unit="sentence")
    assert study.documents == ("d1", "d4"), "d4 was read by both, and nothing found"
    assert study.n_units == 8
    assert study.coverage_from == {"ana": "finished", "ben": "finished"}
    stated = view.study(unit="sentence", coverage={"ben": ["d1", "d3"]})
    assert stated.documents == ("d1", "d3")
    assert stated.coverage_from == {"ana": "finished", "ben": "stated"}
    assert study.agreement().counted == study.counted
    named = view.study(unit="sentence", coders=["ana", "settled"])
    assert named.counted == Counted("named", named=("ana", "settled"), by_named=1)


def test_who_finished_and_found_nothing_is_compared(project: qc.Project) -> None:
    project.add_coder("cem")
    view = finished(project, cem=["d1"])
    study = view.study(unit="sentence")
    assert study.coders == ("ana", "ben", "cem")
    assert study.coverage_from == {"ana": "assigned", "ben": "assigned", "cem": "finished"}
    said = methods(study)
    assert "The documents that cem had covered were those marked as finished." in said
    assert (
        "A document in which ana and ben had assigned anything was taken to have been covered, for want "
        "of a mark." in said
    )


def test_methods_say_what_was_assumed_of_coverage(project: qc.Project) -> None:
    assumed = "A coder was taken to have covered a document in which they had assigned anything."
    assert assumed in methods(project.study(unit="sentence"))
    view = finished(project, ana=["d1"], ben=["d1", "d2"])
    assert "A coder had covered a document that they had marked as finished." in methods(
        view.study(unit="sentence")
    )


# Progress, reports


def test_progress_has_a_row_for_each_document_and_coder(project: qc.Project) -> None:
    found = finished(project, ana=["d1", "d4"], settled=["d1"]).progress()
    frame = found.to_frame()
    assert frame.columns.tolist() == [
        "document", "coder", "kind", "assignments", "segments", "finished", "counts",
    ]  # fmt: skip
    assert frame[frame["document"] == "d1"].to_numpy().tolist() == [
        ["d1", "ana", "person", 2, 2, True, False],
        ["d1", "ben", "person", 2, 2, False, False],
        ["d1", "settled", "consensus", 1, 1, True, True],
        ["d1", "bot", "machine", 1, 1, False, False],
    ]
    assert frame[frame["document"] == "d4"].to_numpy().tolist() == [
        ["d4", "ana", "person", 0, 0, True, True]
    ]
    last = project.progress().to_frame().iloc[-1]
    assert last.isna().tolist() == [False, True, True, False, False, False, False]
    assert last["document"] == "d4"
    by_coder = found.by_coder().set_index("coder")
    assert by_coder.loc["ana"].tolist() == ["ana", "person", 3, 2, 4, 4, 2]
    assert by_coder.loc["settled", "counted"] == 1
    assert (found.uncoded, found.open) == (("d4",), ("d2", "d3"))
    assert found.finished_by("d1") == ("ana", "settled")
    assert set(project.progress(coders="ben").to_frame()["coder"].dropna()) == {"ben"}


def test_a_segment_with_two_codes_is_one_in_progress(project: qc.Project) -> None:
    project.assign(("d3", *SENTENCES[2]), "a", coder="ana")
    ana = project.progress().by_coder().set_index("coder").loc["ana"]
    assert (ana["assignments"], ana["segments"]) == (5, 4)


def test_a_report_says_who_was_counted(project: qc.Project, tmp_path: Any) -> None:
    view = finished(project, settled=["d1"])
    page = write_html(view, tmp_path / "page.html").read_text(encoding="utf-8")
    assert f'<p class="note">{view.rollup().counted}.</p>' in page
    named = write_html(view, tmp_path / "bot.html", coders="bot", count="coders")
    assert "Counted: as named, bot in 3 documents; nobody in 1." in named.read_text(
        encoding="utf-8"
    )
    coders = write_html(view, tmp_path / "coders.html", count="coders").read_text(encoding="utf-8")
    assert "In the bars: Counted: persons ana and ben in 3 documents" in coders
    write_tables(view, tmp_path / "tables")
    assert len((tmp_path / "tables" / "assignments.csv").read_text().splitlines()) == 1 + 4
    write_tables(view, tmp_path / "bot", coders="bot")
    assert len((tmp_path / "bot" / "assignments.csv").read_text().splitlines()) == 1 + 3


# Suggesters


def decided(learned: Any) -> list[int]:
    """Return how many sentences of each document were decided about; those with a code always are."""
    documents = np.array(learned.data.documents)
    return [int(learned.data.coded[documents == f"d{number}"].sum()) for number in range(1, 5)]


def test_a_suggester_learns_what_counts_and_knows_what_was_read(project: qc.Project) -> None:
    from qualcode.suggest.asking.material import gather

    learned = gather(project.state, "sentence")
    assert (learned.complete_from, decided(learned)) == ("assigned", [4, 4, 4, 0])
    assert learned.counted.persons == ("ana", "ben")
    view = finished(project, settled=["d1"], ana=["d4"])
    marked = gather(view.state, "sentence")
    assert (marked.complete_from, decided(marked)) == ("finished", [4, 2, 1, 4])
    assert marked.data.assigned.toarray()[:4].tolist() == [
        [True, False], [False, False], [False, False], [False, False],
    ]  # fmt: skip
    stated = gather(view.state, "sentence", complete=["d2"])
    assert (stated.complete_from, decided(stated)) == ("stated", [1, 4, 1, 0])
    named = gather(view.state, "sentence", coders="ben")
    assert (named.complete_from, decided(named)) == ("assigned", [4, 4, 0, 0])
    only_a_machine = finished(project, bot=["d1"])
    assert gather(only_a_machine.state, "sentence").complete_from == "assigned"


def test_a_suggester_tells_whom_it_learns_from(project: qc.Project) -> None:
    suggester = finished(project, settled=["d1"]).suggester()
    assert suggester.counted.by_consensus == 1
    assert suggester.complete_from == "finished"
    assert project.suggester(coders="bot").counted.named == ("bot",)
    assert project.suggester().complete_from == "assigned"


def test_the_shipped_interviews_count_trust_once() -> None:
    interviews = qc.load_project("partnership-interviews")
    assert interviews.rollup(coders=["ana", "ben", "consensus"])["trust"] == 52
    assert interviews.rollup(coders=["ana", "ben"])["trust"] == 47
    assert interviews.rollup(coders="consensus")["trust"] == 22
    shared = [id for id in interviews.documents if id not in ("int-04", "int-08", "int-10")]
    unmarked = qc.View(attrs.evolve(interviews.state, finished={}))
    assert unmarked.rollup()["trust"] == 47
    settled = finished(interviews, consensus=shared).rollup()
    # The 22 that were settled on, and 5 in the three interviews that one coder read alone.
    assert settled["trust"] == 27
    assert (settled.counted.by_consensus, settled.counted.by_persons) == (9, 3)
