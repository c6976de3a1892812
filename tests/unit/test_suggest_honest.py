"""What a suggester may say, and what it may be compared with."""

from __future__ import annotations

import copy
import pickle
import random

import numpy as np
import pandas as pd
import pytest

import qualcode as qc
from qualcode.errors import StatisticsError, SuggestionError
from qualcode.model.later import Later
from qualcode.suggest.bench.coded_texts import CodedTexts, CodeText
from qualcode.suggest.bench.texts import TextSpace, tokens
from qualcode.suggest.bench.trust import Calibration
from qualcode.suggest.judging.splits import make_split


def two_codes(name: str = "x") -> qc.Project:
    project = qc.Project.new(name)
    with project.revise(coder="ana", reason="r") as draft:
        draft.add("money", name="Money", definition="Lack of funding or budget.")
        draft.add("trust", name="Trust", definition="Relying on each other.")
    return project


def partnership() -> tuple[qc.Project, qc.View]:
    project = qc.load_project("partnership-interviews")
    return project, project.restricted(coders="consensus")


def test_a_half_coded_document_is_suggested_for() -> None:
    project = two_codes()
    text = (
        "We have no money left. They trust us. " + "The budget was cut and funding is short. " * 30
    )
    project.add_documents({"d1": text})
    units = project.segments(unit="sentence")
    project.assign(units[0], "money", coder="ana")
    project.assign(units[1], "trust", coder="ana")
    suggester = project.suggester().fit()
    assert "learned from 2 segments" in repr(suggester)
    found = project.suggest(suggester)
    assert {each.segment.span for each in found}.isdisjoint({units[0].span, units[1].span})
    assert len({each.segment.span for each in found}) == 30


@pytest.mark.parametrize(
    ("coded", "half"),
    [
        (range(20, 40), True),  # begun in the middle
        (range(14, 27), True),  # the middle only
        (range(40), False),
        (range(5, 40), False),  # after a warming up
        ([10, 25, 38], False),  # few codes, far between
        ([30], False),
        ([5], True),
    ],
)
def test_a_document_coded_in_part_is_told_by_its_ends(coded: object, half: bool) -> None:
    project = two_codes()
    project.add_documents({"d1": "They trust us here. " * 40})
    units = project.segments(unit="sentence")
    for at in coded:  # type: ignore[attr-defined]
        project.assign(units[at], "trust", coder="ana")
    material = project.suggester().material()
    assert material.data.through.any() == (not half)


def test_exemplars_give_neither_percentages_nor_promises_where_documents_are_segments() -> None:
    draw = random.Random(0)
    project = two_codes("survey")
    words = ["we", "they", "nurse", "ward", "doctor", "kind", "wait", "long", "good", "bad", "food"]
    docs = {
        f"r{i}": " ".join(draw.choices(words, k=9)) + (" funding" if i % 3 == 0 else "")
        for i in range(400)
    }
    project.add_documents(docs)
    picked = [id for id, text in docs.items() if "funding" in text][:120]
    rows = [{"document": id, "start": 0, "end": len(docs[id]), "code": "money"} for id in picked]
    project.assign_frame(pd.DataFrame(rows), coder="ana")
    suggester = project.suggester(unit="document", complete=[]).fit()
    found = project.suggest(suggester, precision=0.8)
    assert found.promise is not None
    assert found.promise.threshold is None
    assert "0 segments are in documents coded from beginning to end" in str(found.promise.reason)
    assert project.suggest(suggester)[0].probability is None


def test_a_promise_does_not_depend_on_what_was_rejected_of_one_segment() -> None:
    project, agreed = partnership()
    suggester = project.suggester(unit="sentence", coders="consensus").fit()
    before = agreed.suggest(suggester, precision=0.5, top=1).promise
    line = agreed.suggest(suggester, top=20, documents="int-04")
    project.reject([each for each in line if each.segment == line[0].segment], coder="consensus")
    again = project.restricted(coders="consensus").suggest(suggester, precision=0.5, top=1)
    assert again.promise == before


def test_evidence_is_made_when_looked_at_and_stays_the_same() -> None:
    project, agreed = partnership()
    suggester = project.suggester(unit="sentence", coders="consensus").fit()
    found = agreed.suggest(suggester)
    first, second = found[0], agreed.suggest(suggester)[0]
    assert not second.explanation.is_made
    suggester.fit()
    assert first.explanation == second.explanation
    assert second.explanation.is_made
    assert pickle.loads(pickle.dumps(agreed.suggest(suggester)[0])) == first
    assert copy.deepcopy(agreed.suggest(suggester)[0]).explanation == first.explanation
    assert first.explanation.terms


def test_what_is_made_later_has_no_other_attributes() -> None:
    from qualcode.model.coding.suggestions import Explanation

    later = Explanation.later(Explanation)
    assert isinstance(later, Later)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = later.nothing  # type: ignore[attr-defined]
    assert later == Explanation()


def test_what_was_accepted_retracted_and_coded_again_was_suggested() -> None:
    project, agreed = partnership()
    suggester = project.suggester(unit="sentence", coders="consensus").fit()
    shown = agreed.suggest(suggester, documents="int-08")[0]
    project.accept(shown, coder="consensus")
    project.retract(shown.segment, shown.code.id, coder="consensus")
    made = project.assign(shown.segment, shown.code.id, coder="consensus")
    assert made.origin == shown.origin
    assert project.assign(shown.segment, shown.code.id, coder="ana").origin == "hand"


def test_agreement_is_not_counted_from_what_two_accepted_without_saying_so() -> None:
    project, agreed = partnership()
    suggester = project.suggester(unit="sentence", coders="consensus").fit()
    before = project.study(unit="sentence")
    found = agreed.suggest(suggester, top=1, documents=["int-04", "int-08"])
    for coder in ("ana", "ben"):
        project.accept(found, coder=coder)
    after = project.study(unit="sentence")
    covered = {"ana": list(project.documents), "ben": list(project.documents)}
    everywhere = project.study(unit="sentence", coverage=covered)
    # What one of the two had coded by hand before stays that person's own.
    assert 0 < everywhere.accepted_alike < len(found)
    assert "accepted by two coders from one suggestion" in repr(everywhere)
    assert str(everywhere.accepted_alike) in str(everywhere.agreement().remark)
    assert everywhere.agreement().to_frame()["remark"][0] == everywhere.agreement().remark
    assert before.agreement().remark is None
    assert len(after.documents) == len(before.documents)


def test_what_two_accepted_from_two_fits_was_suggested_to_both() -> None:
    project = two_codes()
    project.add_documents(
        {"d1": "We have no money. They trust us.", "d2": "Money is short. We rely."}
    )
    for coder, code in (("ana", "money"), ("ben", "trust")):
        project.assign(("d1", 0, 17), "money", coder=coder)
        project.assign(("d1", 18, 32), code, coder=coder)
        suggester = project.suggester(coders=coder).fit()
        project.accept(project.suggest(suggester, documents="d2", top=1, again=True), coder=coder)
    origins = {each.origin for each in project.assignments if each.origin != "hand"}
    assert len(origins) == 2
    everywhere = {"ana": ["d1", "d2"], "ben": ["d1", "d2"]}
    assert project.study(unit="sentence", coverage=everywhere).accepted_alike > 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"precision": "0.8"}, "precision is '0.8'"),
        ({"precision": 80}, "0.8 for 80 %"),
        ({"top": 2.5}, "top is 2.5"),
        ({"top": "3"}, "top is '3'"),
        ({"top": True}, "top is True"),
    ],
)
def test_what_is_no_share_or_number_is_refused(options: dict[str, object], told: str) -> None:
    project = two_codes()
    project.add_documents({"d": "We have no money. They trust us."})
    suggester = project.suggester().fit()
    with pytest.raises(StatisticsError, match=told):
        project.suggest(suggester, **options)  # type: ignore[arg-type]


def test_the_surest_come_first() -> None:
    project, agreed = partnership()
    suggester = project.suggester(unit="sentence", coders="consensus").fit()
    found = agreed.suggest(suggester)
    best = found.best_first(5, floor=0.3)
    sure = [each.probability for each in best if each.rank == 1]
    assert sure == sorted(sure, reverse=True)
    assert min(each.probability or 0 for each in best) >= 0.3
    assert len({each.segment.span for each in best}) == 5
    with pytest.raises(SuggestionError, match="whole number of segments"):
        found.best_first(0)


def test_a_budget_of_segments_is_that_many() -> None:
    texts = [f"word{i % 7} other{i % 5}" for i in range(300)]
    data = CodedTexts(
        texts, [str(i // 60) for i in range(300)], np.eye(2)[np.arange(300) % 2], [
            CodeText("a", "A"), CodeText("b", "B"),
        ],
    )  # fmt: skip
    split = make_split(data, "s100", random_state=1)
    assert split.train.sum() == 100
    assert not (split.test & ~split.read).any()


def test_isotonic_calibration_begins_at_five_hundred_segments() -> None:
    rng = np.random.default_rng(0)
    score = rng.random((1000, 5))
    made = Calibration.of(score, rng.random((1000, 5)) < score / 3)
    assert made.share == pytest.approx(1 / 3)


def test_phrases_read_as_one_text_are_counted_as_if_they_were_one() -> None:
    from scipy import sparse

    texts = ["We trust them, 3.", "Money is short", "They don't trust us.", "信任 them"] * 6
    phrases = ["trust me", "money.", "We", "don't trust", "信任"]
    space, _ = TextSpace.fit(texts, ["trust me", "money."])
    kept = sparse.csr_matrix([[1.0, 1, 1, 0, 0], [0, 1, 0, 1, 1], [0, 0, 0, 0, 0], [1, 0, 0, 0, 0]])
    joined = space.encode_joined(space.joining(phrases, space.counts(phrases)), kept, None)
    read = space.encode([" . ".join(np.array(phrases)[row > 0]) for row in kept.toarray()])
    assert abs(joined.terms - read.terms).max() < 1e-12
    np.testing.assert_allclose(joined.topics, read.topics, atol=1e-6)
    np.testing.assert_allclose(joined.length, read.length)


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("الطقس جميل؟ نعم! ليس لدينا مال، أبدا.", 3),
        ("पैसा नहीं है। वे भरोसा करते हैं। बारिश हुई।", 3),
        ("Er kam am 3. Mai. Er blieb.", 2),
        ("Im 19. Jahrhundert war es so. Ja.", 2),
        ("There were 3. They left.", 2),
        ("我们信任他们。他们很好！", 2),
        ("ฝนตก เราไม่ไป", 2),
        ("کیا آپ آئے؟ ہاں۔ شکریہ۔", 3),
    ],
)
def test_sentences_end_in_any_script(text: str, n: int) -> None:
    project = qc.Project.new("x")
    project.add_documents({"d": text})
    assert len(project.segments(unit="sentence")) == n


def test_marks_are_no_parts_of_words_in_any_script() -> None:
    assert [word for word, _, _ in tokens("مال، أبدا؟")] == ["مال", "،", "أبدا", "؟"]
    assert [word for word, _, _ in tokens("है।")] == ["है", "।"]
    assert [word for word, _, _ in tokens("ที่นี่")] == ["ที่", "นี่"]


def test_telling_words_are_short_and_whole() -> None:
    project, agreed = partnership()
    suggester = project.suggester(unit="sentence", coders="consensus").fit()
    terms = [term for each in agreed.suggest(suggester, top=1) for term in each.explanation.terms]
    assert terms
    assert max(len(term.text.split()) for term in terms) <= 6
    alone = {"the", "of", "and", "s", "t", "re", "ll", "don", "it's", "don't"}
    assert not [term.text for term in terms if term.text.lower() in alone]


def test_promises_are_told_for_all_codes_and_for_each() -> None:
    project, agreed = partnership()
    suggester = project.suggester(unit="sentence", coders="consensus").fit()
    frame = suggester.promises(0.5, top=1)
    assert len(frame) == 1 + len(suggester.ready().codes)
    together = agreed.suggest(suggester, precision=0.5, top=1).promise
    assert together is not None
    assert frame.threshold[0] == together.threshold
    given = frame[1:][frame.threshold[1:].notna()]
    assert (given.bound >= 0.5).all()
    assert frame.reason[1:][frame.threshold[1:].isna()].notna().all()


@pytest.mark.parametrize(
    ("texts", "money", "silent"),
    [
        (["Wir haben kein Geld für das Projekt.", "Das Budget ist es nicht mehr.",
          "Ich bin mit dem Bus gekommen.", "Es war so nicht die Absicht von uns."],
         [0, 1], {"wir", "das", "ist", "nicht", "ich", "für", "es"}),
        (["Nous n'avons pas d'argent pour ce projet.", "Le budget, ce n'est pas assez.",
          "Je suis venu en bus.", "Ce n'est pas ce que nous avons voulu."],
         [0, 1], {"nous", "pas", "le", "ce", "pour", "je"}),
        (["We don't have any money left.", "The budget isn't what it was.",
          "We'd come by bus.", "It wasn't what I'd thought."],
         [0, 1], {"we", "don't", "isn't", "i'd", "the", "it"}),
    ],
)  # fmt: skip
def test_no_function_word_stands_alone_as_an_explanation(
    texts: list[str], money: list[int], silent: set[str]
) -> None:
    project = two_codes()
    project.add_documents({f"d{i}": " ".join(texts) for i in range(4)})
    for id in list(project.documents)[:3]:
        units = project.segments(unit="sentence", documents=id)
        for at in money:
            project.assign(units[at], "money", coder="ana")
        project.assign(units[2], "trust", coder="ana")
    found = project.suggest(project.suggester().fit(), documents="d3", top=2)
    shown = {term.text.lower() for each in found for term in each.explanation.terms}
    assert shown
    assert not shown & silent
