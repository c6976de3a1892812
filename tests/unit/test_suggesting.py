"""Suggestions on projects: shown, explained, decided about by people, logged, kept apart."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

import qualcode as qc
from qualcode.errors import AssignmentError, ChangeError, HistoryError, StoreError, SuggestionError
from qualcode.model.coding.suggestions import (
    Suggestion,
    verdict_from_record,
    verdict_record,
)

WORDS = {
    "trust": ["trust", "rely", "honest", "promise", "faithful", "confidence"],
    "money": ["money", "budget", "fund", "cost", "salary", "price"],
    "time": ["hour", "late", "deadline", "schedule", "busy", "clock"],
}
FILLER = [
    "we",
    "they",
    "it",
    "was",
    "then",
    "so",
    "people",
    "really",
    "always",
    "with",
    "our",
    "had",
    "here",
    "there",
    "never",
    "often",
    "many",
    "some",
    "meeting",
    "week",
    "year",
    "team",
    "letter",
    "phone",
    "office",
    "street",
    "morning",
    "question",
    "answer",
    "story",
    "voice",
    "paper",
    "list",
    "door",
    "window",
    "table",
    "garden",
    "number",
    "visit",
    "idea",
    "hand",
    "road",
    "market",
    "school",
    "river",
]


def sentence(code: str | None, number: int) -> str:
    """Return an invented sentence: three words of a code, if any, among filler."""
    draw = random.Random(number)
    own = draw.sample(WORDS[code], 3) if code else []
    words = [*own, *draw.sample(FILLER, 8 - len(own))]
    draw.shuffle(words)
    return " ".join(words).capitalize() + "."


def study(coded: int = 12, uncoded: int = 3, per_document: int = 12) -> qc.Project:
    """Return a project with documents that Ana coded by sentence, and some that nobody has."""
    codes = [
        qc.Code(
            "trust", "Trust between partners", "They rely on each other.", keywords=["rel* on"]
        ),
        qc.Code("money", "Lack of money", "Costs and budgets.", keywords=["salary"]),
        qc.Code("time", "Shortage of time"),
    ]
    project = qc.Project.new("Study", codebook=qc.Codebook("study", codes=codes))
    kinds = ["trust", "money", "time", None]
    for at in range(coded + uncoded):
        text = " ".join(
            sentence(kinds[(at + i) % 4], at * per_document + i) for i in range(per_document)
        )
        project.add_document(text, id=f"d{at:02}")
    for segment in project.segments(
        unit="sentence", documents=[f"d{at:02}" for at in range(coded)]
    ):
        for code, words in WORDS.items():
            if any(word in segment.quote.lower() for word in words):
                project.assign(segment, code, coder="ana")
    return project


@pytest.fixture(scope="module")
def coded() -> qc.Project:
    return study()


def test_the_script_of_an_analyst() -> None:
    project = study()
    before = len(project.assignments)
    s = project.suggester(unit="sentence")
    s.fit()
    shown = project.suggest(s, top=2)
    assert {each.segment.document.id for each in shown} == {"d12", "d13", "d14"}
    best = [each for each in shown if each.rank == 1]
    assert all(
        each.segment.quote in project.documents[each.segment.document.id].text for each in best
    )
    right = [
        each.code.id
        for each in best
        if any(word in each.segment.quote.lower() for word in WORDS[each.code.id])
    ]
    assert len(right) >= 24  # 27 of 36 sentences have a code
    assert len(project.assignments) == before, "nothing is assigned by suggesting"
    (made,) = project.accept(shown[0], coder="ana")
    assert len(project.assignments) == before + 1
    assert made.origin.startswith("suggestion:stacker@")
    assert project.verdicts[-1].kind == "accepted"


def test_what_is_shown_quotes_real_text(coded: qc.Project) -> None:
    shown = coded.suggest(coded.suggester().fit(), top=1)
    with_terms = 0
    for each in shown:
        text = each.segment.document.text
        for term in each.explanation.terms:
            assert text[term.start : term.end] == term.text
            assert each.segment.start <= term.start < term.end <= each.segment.end
            with_terms += 1
        for near in each.explanation.nearest:
            assert coded.documents[near.document].text[near.start : near.end] == near.quote
            carried = coded.assignments.where(document=near.document)
            assert any(
                row.segment.start == near.start and row.code.id == each.code.id for row in carried
            )
        if each.explanation.phrase:
            told = f"{each.code.name}\n{each.code.definition}"
            assert each.explanation.phrase.text in told
    assert with_terms


def test_the_same_project_gives_the_same_suggestions() -> None:
    first, second = (
        project.suggest(project.suggester().fit(), precision=0.7) for project in (study(), study())
    )
    assert first.to_frame().to_csv() == second.to_frame().to_csv()
    assert [each.explanation for each in first] == [each.explanation for each in second]


def test_probabilities_or_the_reason_for_none() -> None:
    known = study()
    shown = known.suggest(known.suggester().fit())
    assert all(each.probability is not None and each.reason is None for each in shown)
    little = study(coded=2)
    shown = little.suggest(little.suggester().fit())
    assert all(each.probability is None and "ranks only" in str(each.reason) for each in shown)
    kept = little.suggest(little.suggester().fit(), precision=0.8)
    assert len(kept) == 0
    assert {each.reason for each in kept.abstained} == {shown.reason}


def test_what_was_learned_gets_no_percentage(coded: qc.Project) -> None:
    s = coded.suggester().fit()
    own = coded.segments(unit="sentence", documents="d00")
    shown = coded.suggest(s, own, top=3)
    assert len(shown)
    assert all(each.probability is None and "was learned" in str(each.reason) for each in shown)
    # A code that stands there already is not suggested again.
    for each in shown:
        carried = coded.assignments.where(document="d00", code=each.code.id)
        assert not any(row.segment.start == each.segment.start for row in carried)


def test_rejected_suggestions_are_not_shown_again() -> None:
    project = study()
    s = project.suggester().fit()
    first = project.suggest(s, top=1)
    project.reject(first[0], coder="ana", memo="it is about rain")
    verdict = project.verdicts[0]
    assert (verdict.kind, verdict.became, verdict.memo) == ("rejected", None, "it is about rain")
    assert verdict.explanation == first[0].explanation
    again = project.suggest(s, top=1)
    pairs = {(each.segment.document.id, each.segment.start, each.code.id) for each in again}
    place = (verdict.document, verdict.start, verdict.code)
    assert place not in pairs
    shown = project.suggest(s, top=1, again=True)
    assert place in {(x.segment.document.id, x.segment.start, x.code.id) for x in shown}


def test_edited_suggestions_say_what_they_became() -> None:
    project = study()
    suggestion = project.suggest(project.suggester().fit(), top=1)[0]
    other = "time" if suggestion.code.id != "time" else "money"
    made = project.edit(suggestion, coder="ana", code=other)
    assert (made.code.id, made.origin) == (other, suggestion.origin)
    verdict = project.verdicts[-1]
    assert verdict.kind == "edited"
    assert verdict.became == (suggestion.segment.start, suggestion.segment.end, other)
    with pytest.raises(SuggestionError, match="nothing is edited"):
        project.edit(suggestion, coder="ana")


def test_a_machine_never_decides() -> None:
    project = study()
    project.add_coder("robot", kind="machine")
    shown = project.suggest(project.suggester().fit(), top=1)
    with pytest.raises(SuggestionError, match="takes a person"):
        project.accept(shown, coder="robot")
    assert not project.verdicts


def test_accepting_in_bulk_takes_all_or_none() -> None:
    project = study()
    shown = list(project.suggest(project.suggester().fit(), top=1))
    before = len(project.assignments)
    with project.revise(coder="ana") as cb:
        cb.retire(shown[-1].code.id)
    with pytest.raises(AssignmentError, match="retired"):
        project.accept(shown, coder="ana")
    assert len(project.assignments) == before
    assert not project.verdicts
    with pytest.raises(SuggestionError, match="no suggestion"):
        project.accept(["trust"], coder="ana")  # type: ignore[list-item]


def test_every_statistic_can_leave_suggestions_out() -> None:
    project = study()
    without = project.rollup("tree", count="assignments").to_frame()
    accepted = project.accept(project.suggest(project.suggester().fit(), top=1), coder="ana")
    assert len(project.assignments.where(origin="suggestion")) == len(accepted)
    left = project.restricted(origin=["hand", "import"])
    assert left.rollup("tree", count="assignments").to_frame().equals(without)
    assert len(project.restricted(origin="suggestion").assignments) == len(accepted)


def test_an_accepted_suggestion_keeps_its_origin_for_ever() -> None:
    project = study()
    shown = project.suggest(project.suggester().fit(), top=1)
    project.accept(shown[0], coder="ana")
    place = shown[0].segment
    project.assign(place, shown[0].code.id, coder="ana", memo="typical")
    (row,) = [each for each in project.assignments if each.segment == place]
    assert row.memo == "typical"
    assert row.origin == shown[0].origin
    project.retract(place, shown[0].code.id, coder="ana")
    assert len(project.restricted(origin="suggestion").assignments) == 0
    project.assign(place, shown[0].code.id, coder="ana")
    (row,) = [each for each in project.assignments if each.segment == place]
    assert row.origin == shown[0].origin


def test_accepted_documents_do_not_count_as_coded_through() -> None:
    project = study()
    project.accept(project.suggest(project.suggester().fit(), documents="d12")[:2], coder="ana")
    s = project.suggester().fit()
    assert s.learned is not None
    assert "d12" in s.learned.documents
    decided = [place for place in s.learned.places.values() if place[0] == "d12"]
    assert 1 <= len(decided) <= 2


def test_verdicts_are_saved_and_belong_to_a_moment(tmp_path: Path) -> None:
    project = study()
    shown = project.suggest(project.suggester().fit(), top=1)
    project.accept(shown[0], coder="ana")
    with project.revise(coder="ana") as cb:
        cb.rename("time", "Too little time")
    project.reject(shown[1], coder="bo")
    project.save(tmp_path / "study")
    assert [each.kind for each in project.log if each.author == "bo"] == ["add-coder", "verdict"]
    opened = qc.Project.open(tmp_path / "study")
    assert opened.verdicts == project.verdicts
    assert qc.check_folder(tmp_path / "study") == []
    assert [each.kind for each in opened.at(1).verdicts] == ["accepted"]
    assert [each.coder for each in opened.restricted(coders="bo").verdicts] == ["bo"]
    elsewhere = opened.restricted(documents="d00")
    assert len(elsewhere.verdicts) == 0
    before = {path: path.read_bytes() for path in (tmp_path / "study").rglob("*.jsonl")}
    opened.reject(shown[2], coder="bo")
    opened.save()
    changed = [path.name for path, data in before.items() if path.read_bytes() != data]
    assert [name.split(".")[0] for name in changed] == ["bo"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"start":0', '"start":99999', "was changed by hand"),
        ('"kind":"rejected"', '"kind":"liked"', "was changed by hand"),
        ('"quote":"', '"quote":"Not ', "the words of event 2 .* were changed by hand"),
    ],
    ids=["outside", "verdict", "quote"],
)
def test_damaged_verdicts_are_found(tmp_path: Path, old: str, new: str, problem: str) -> None:
    project = study()
    shown = project.suggest(project.suggester().fit(), top=1)
    project.reject(next(each for each in shown if each.segment.start == 0), coder="bo")
    project.save(tmp_path / "study")
    (file,) = (tmp_path / "study/log").glob("bo.*.jsonl")
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))
    found = qc.check_folder(tmp_path / "study")
    assert (found[0].file, found[0].line) == (f"log/{file.name}", 2)
    assert re.search(problem, found[0].message)
    with pytest.raises(HistoryError, match=r"bo\..*\.jsonl, line 2"):
        qc.Project.open(tmp_path / "study")


def test_a_log_that_calls_the_explanation_evidence_is_read() -> None:
    project = study()
    project.reject(project.suggest(project.suggester().fit(), top=1)[0], coder="bo")
    (verdict,) = project.verdicts
    fields, words = verdict_record(verdict)
    words["evidence"] = words.pop("explanation")
    read = verdict_from_record(
        {**fields, **words},
        document=verdict.document,
        coder="bo",
        time=verdict.time,
        revision=verdict.revision,
    )
    assert read == verdict


def test_a_code_with_a_verdict_is_not_lost_by_a_revert() -> None:
    project = study()
    with project.revise(coder="ana") as cb:
        cb.add("weather", keywords=["rain"])
    added = len(project.history)
    found = project.autocode("weather", text="people")
    project.reject(found[0], coder="ana")
    with pytest.raises(ChangeError, match="suggestion of 'weather'"):
        project.revert(added, coder="ana")


def test_a_merge_refits_at_once() -> None:
    project = study()
    s = project.suggester().fit()
    old = s.fingerprint
    with project.revise(coder="ana") as cb:
        cb.merge("time", into="money")
    shown = project.suggest(s, top=3)
    assert {each.code.id for each in shown} <= {"trust", "money"}
    assert s.fingerprint.codebook != old.codebook
    frame = s.to_frame().set_index("code")
    assert frame.loc["money", "segments"] == len(
        {(a.segment.document.id, a.segment.start) for a in project.assignments.where(code="money")}
    )


def test_a_split_starts_cold_from_its_definitions() -> None:
    project = study()
    s = project.suggester().fit()
    with project.revise(coder="ana") as cb:
        pay = qc.Code("pay", "Pay", "The salary of staff.")
        costs = qc.Code("costs", "Costs", "What the work costs.")
        cb.split("money", {pay: None, costs: None})
    shown = project.suggest(s, top=4)
    status = {each.code.id: each.status for each in shown}
    assert status["pay"] == status["costs"] == "cold"
    assert any("salary" in each.segment.quote.lower() for each in shown if each.code.id == "pay")


def test_the_suggester_of_then() -> None:
    project = study()
    first = project.at(1)
    with project.revise(coder="ana") as cb:
        cb.add("weather", name="Weather")
    then, now = first.suggester().fit(), project.suggester().fit()
    assert "weather" not in set(then.to_frame()["code"])
    assert "weather" in set(now.to_frame()["code"])
    assert len(first.suggest(then, top=1)) == len(project.suggest(then, top=1))


def test_suggestions_for_codes_merged_since_are_followed() -> None:
    project = study()
    shown = project.suggest(project.suggester().fit(), top=1).where(code="time")
    with project.revise(coder="ana") as cb:
        cb.merge("time", into="money")
    (made,) = project.accept(shown[0], coder="ana")
    assert made.code.id == "money"
    assert project.verdicts[-1].code == "time"


def test_rules_are_evidence_and_autocode_only_suggests(coded: qc.Project) -> None:
    before = len(coded.assignments)
    found = coded.autocode("money", documents=["d12", "d13", "d14"])
    assert len(found)
    assert all("salary" in each.segment.quote.lower() for each in found)
    assert {each.suggester for each in found} == {"rules"}
    for each in found:
        (match,) = each.explanation.matches
        text = each.segment.document.text
        assert text[match.start : match.end] == match.text
        assert match.pattern == "salary"
    assert len(coded.assignments) == before
    shown = coded.suggest(coded.suggester().fit())
    assert any(each.explanation.matches for each in shown if each.code.id == "money")


def test_autocode_leaves_out_what_has_the_code(coded: qc.Project) -> None:
    found = coded.autocode("money", text="salary")
    assert {each.segment.document.id for each in found} <= {"d12", "d13", "d14"}
    nothing = coded.autocode("money", text="salary", documents="d00")
    assert len(nothing) == 0
    assert "nothing was found" in str(nothing.reason)
    other = coded.autocode("trust", text="salary")
    assert len(other) > len(found)
    with pytest.raises(SuggestionError, match="neither keywords nor patterns"):
        coded.autocode("time")


def test_suggestions_narrow_and_become_a_frame(coded: qc.Project) -> None:
    shown = coded.suggest(coded.suggester().fit(), top=3)
    trust = shown.where(code="Trust between partners", rank=1, probability=0.5)
    assert all(each.code.id == "trust" and each.rank == 1 for each in trust)
    frame = shown.to_frame()
    assert len(frame) == len(shown)
    assert frame["quote"].tolist() == [each.segment.quote for each in shown]
    assert "suggestions for" in repr(shown)
    assert isinstance(shown[0], Suggestion)
    assert len(shown[:2]) == 2


def test_what_to_code_next(coded: qc.Project) -> None:
    s = coded.suggester().fit()
    for strategy in ("uncertainty", "novelty", "random"):
        chosen = s.next_to_code(4, strategy=strategy)
        assert len(chosen) == 4
        assert {each.document.id for each in chosen} <= {"d12", "d13", "d14"}
    doubts = s.doubts(3)
    assert len(doubts) == 3
    assert all(0 <= each.score <= 1 for each in doubts)
    again = s.next_to_code(4, strategy="disagreement")
    assert again[0] == doubts[0].segment
    assert {each.document.id for each in again} <= {f"d{at:02}" for at in range(12)}


def test_a_saved_suggester_is_the_same(coded: qc.Project, tmp_path: Path) -> None:
    s = coded.suggester().fit()
    s.save(tmp_path / "one.zip")
    s.save(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    loaded = coded.load_suggester(tmp_path / "one.zip")
    assert loaded.fingerprint == s.fingerprint
    first, second = coded.suggest(s), coded.suggest(loaded)
    assert first.to_frame().equals(second.to_frame())
    assert [each.explanation for each in first] == [each.explanation for each in second]
    with pytest.raises(StoreError, match="another project"):
        study(coded=1, uncoded=1).load_suggester(tmp_path / "one.zip")
    (tmp_path / "bad.zip").write_bytes(b"no zip")
    with pytest.raises(StoreError, match="not a saved suggester"):
        coded.load_suggester(tmp_path / "bad.zip")


def test_errors_say_what_to_do(coded: qc.Project) -> None:
    with pytest.raises(SuggestionError, match="call fit"):
        coded.suggest(coded.suggester())
    s = coded.suggester(unit="segment").fit()
    with pytest.raises(SuggestionError, match="give it segments"):
        coded.suggest(s)
    assert len(coded.suggest(s, coded.segments(unit="sentence", documents="d12"), top=1)) == 12
    with pytest.raises(SuggestionError, match="not both"):
        coded.suggest(s, coded.segments(documents="d12"), documents="d12")
    with pytest.raises(SuggestionError, match="no stretch of text"):
        coded.suggester(unit="case").fit()
    empty = qc.Project.new("Empty", codebook=qc.Codebook("empty", codes=[qc.Code("a")]))
    with pytest.raises(SuggestionError, match="no text"):
        empty.suggester().fit()
    uncoded = qc.Project.new("No codes")
    uncoded.add_document("Some text.", id="a")
    with pytest.raises(SuggestionError, match="no code"):
        uncoded.suggester().fit()


def test_one_coder_or_all(coded: qc.Project) -> None:
    project = study(coded=4)
    for segment in project.segments(unit="sentence", documents=["d00", "d01"]):
        project.assign(segment, "time", coder="bo")
    alone = project.suggester(coders="bo").fit()
    assert alone.learned is not None
    assert alone.learned.documents == {"d00", "d01"}
    frame = alone.to_frame().set_index("code")
    assert frame.loc["trust", "status"] == "cold"
    assert frame.loc["time", "segments"] == 24


def test_other_coders_do_not_hide_what_is_suggested() -> None:
    project = study()
    s = project.suggester(coders="ana").fit()
    first = project.suggest(s, top=1)
    for each in first[:5]:
        project.assign(each.segment, each.code.id, coder="bo")
    assert len(project.suggest(s, top=1)) == len(first)
    project.accept(first[0], coder="bo")
    again = [(x.segment, x.code.id) for x in project.suggest(s, top=1)]
    assert (first[0].segment, first[0].code.id) not in again


def test_the_interviewer_can_be_left_out() -> None:
    project = study(coded=6, uncoded=0)
    talk = "\n".join(f"ANN: Why {word}?\nBO: Because of {word}." for word in WORDS["trust"])
    project.add_document(talk, id="talk")
    everything = project.suggester(unit="turn").fit()
    assert "ANN" in {x.segment.speaker for x in project.suggest(everything, documents="talk")}
    s = project.suggester(unit="turn", without_speakers="Ann").fit()
    shown = project.suggest(s, documents="talk")
    assert {x.segment.speaker for x in shown} == {"BO"}
    assert len(s.material().segments) == 6 + 6


def test_verdicts_become_a_frame() -> None:
    project = study()
    shown = project.suggest(project.suggester().fit(), top=1)
    project.accept(shown[:2], coder="ana")
    project.reject(shown[2], coder="ana")
    frame = project.verdicts.to_frame()
    assert frame["verdict"].tolist() == ["accepted", "accepted", "rejected"]
    assert frame["became"].isna().tolist() == [False, False, True]
    assert repr(project.verdicts) == "<3 verdicts: 2 accepted, 1 rejected>"
    assert len(project.verdicts[1:]) == 2


def test_rejecting_what_was_accepted_takes_it_back() -> None:
    project = study()
    shown = project.suggest(project.suggester().fit(), top=1)
    before = len(project.assignments)
    project.accept(shown[:2], coder="ana")
    project.reject(shown[0], coder="bo")
    assert len(project.assignments) == before + 2, "others decide for themselves"
    project.reject(shown[0], coder="ana")
    assert len(project.assignments) == before + 1
    project.edit(shown[1], coder="ana", code="time" if shown[1].code.id != "time" else "money")
    assert len(project.assignments) == before + 1
    assert [each.kind for each in project.verdicts] == [
        "accepted", "accepted", "rejected", "rejected", "edited"
    ]  # fmt: skip
