"""Evaluating a suggester on a project: unseen documents, baselines, people, anchoring, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.test_suggesting import WORDS, study

import qualcode as qc
from qualcode.errors import SuggestionError

QUICK = {"seeds": [0], "budgets": ["s50"], "precisions": [0.7], "recalls": [0.8]}


@pytest.fixture(scope="module")
def project() -> qc.Project:
    """Return a study that Bo coded too, with some of his own mind."""
    project = study()
    for number, segment in enumerate(
        project.segments(unit="sentence", documents=["d00", "d01", "d02", "d03"])
    ):
        for code, words in WORDS.items():
            if any(word in segment.quote.lower() for word in words) and number % 5:
                project.assign(segment, code, coder="bo")
    return project


def test_the_suggester_stands_beside_baselines_and_people(project: qc.Project) -> None:
    s = project.suggester().fit()
    before = s.fingerprint
    found = qc.evaluate_suggester(project, s, **QUICK)
    frame = found.to_frame()
    assert set(frame["unit"]) == {"sentence", "segment"}
    assert set(frame["method"]) == {
        "suggester", "prevalence", "keywords", "TF-IDF logistic regression"
    }  # fmt: skip
    scores = frame.set_index(["unit", "method"])["macro_f1"]
    assert scores["sentence", "suggester"] > scores["sentence", "prevalence"]
    # Nobody marks sentences without a code, so marked segments are the easier test.
    tests = frame.set_index(["unit", "method"])["n_test"]
    assert tests["sentence", "suggester"] > tests["segment", "suggester"]
    assert found.agreement is not None
    human = found.agreement.overall.human
    assert human.value is not None
    assert 0.5 < human.value < 1
    assert set(found.agreement.coders) == {"ana", "bo"}
    assert found.agreement.overall.model.value is not None
    assert found.anchoring is None
    assert "nobody has decided" in found.reasons["anchoring"]
    assert s.fingerprint == before, "what the suggester had learned stays"
    assert len(found.promises_frame()) == 4
    assert set(found.learning_curves()["code"]) == set(WORDS)


def test_it_refuses_to_score_what_was_fitted(project: qc.Project) -> None:
    s = project.suggester(complete=["d00", "d01", "d02", "d03", "d04"]).fit()
    with pytest.raises(SuggestionError, match="learned from"):
        qc.evaluate_suggester(project, s, documents=["d03", "d14"])


def test_it_judges_as_fitted_on_documents_coded_since() -> None:
    project = study(coded=6, uncoded=6)
    s = project.suggester().fit()
    for segment in project.segments(unit="sentence", documents=["d06", "d07", "d08"]):
        for code, words in WORDS.items():
            if any(word in segment.quote.lower() for word in words):
                project.assign(segment, code, coder="ana")
    found = qc.evaluate_suggester(project, s, documents=["d06", "d07", "d08"])
    frame = found.to_frame().set_index("method")
    assert frame.loc["suggester", "n_test"] == 36
    assert frame.loc["suggester", "n_train"] == 72
    assert frame.loc["suggester", "macro_f1"] > frame.loc["prevalence", "macro_f1"]
    with pytest.raises(SuggestionError, match="nobody coded"):
        qc.evaluate_suggester(project, s, documents="d11")


def test_anchoring_is_told_from_verdicts() -> None:
    project = study(coded=12, uncoded=12)
    s = project.suggester().fit()
    shown = project.suggest(s, top=1)
    # Accepted whatever was shown, so also where the words say nothing of the kind.
    project.accept(list(shown), coder="ana")
    found = qc.evaluate_suggester(project, s, marked=False, **QUICK)
    assert found.anchoring is not None
    overall = found.anchoring.overall
    assert overall.shown.n == len(shown)
    assert overall.shown.value == 1.0
    assert overall.blind.n == 144
    assert overall.difference is not None
    assert overall.difference > 0


def test_too_little_is_said(project: qc.Project) -> None:
    little = study(coded=2, uncoded=1)
    with pytest.raises(SuggestionError, match="24 segments are coded"):
        qc.evaluate_suggester(little)


def test_any_classifier_or_function_can_be_judged(project: qc.Project) -> None:
    def rule(text: str) -> list[str]:
        return [code for code, words in WORDS.items() if any(w in text.lower() for w in words)]

    perfect = project.suggester(rule, name="words").fit()
    found = qc.evaluate_suggester(project, perfect, marked=False, **QUICK)
    frame = found.to_frame().set_index("method")
    assert frame.loc["suggester", "precision_at_1"] > 0.7
    tfidf = project.suggester("tfidf").fit()
    shown = project.suggest(tfidf, top=1)
    assert {each.suggester for each in shown} == {"tfidf"}
    best = qc.evaluate_suggester(project, tfidf, marked=False, **QUICK).to_frame()
    assert np.isfinite(best["macro_f1"]).all()


def test_a_suggester_without_scores_cannot_be_judged(project: qc.Project) -> None:
    class Mute:
        def fit(self, data):  # type: ignore[no-untyped-def]
            return self

        def suggest(self, texts, documents=None, rules=None, **options):  # type: ignore[no-untyped-def]
            raise NotImplementedError

    with pytest.raises(SuggestionError, match="does not tell its scores"):
        qc.evaluate_suggester(project, project.suggester(Mute()))


def test_what_the_codebook_lacks() -> None:
    project = study()
    damp = ["damp", "mould", "walls", "ventilation"]
    for number in range(6):
        told = [" ".join([*damp[i:], *damp[:i], f"in room {number}"]) for i in (0, 2)]
        project.add_document(
            f"The {told[0]} again. And so {told[1]} once more.", id=f"home{number}"
        )
    gaps = project.suggester().fit().gaps()
    (found,) = (each for each in gaps if "mould" in {word.text for word in each.words})
    assert len(found.segments) == 12
    assert found.n_documents == 6
    assert all(quote in tuple(found.segments) for quote in found.quotes)
    assert "mould" in str(found)
    frame = gaps.to_frame()
    assert len(frame) == len(gaps)
    with project.revise(coder="ana") as cb:
        cb.add("damp", name="Damp homes", examples=[quote.quote for quote in found.quotes])


def test_a_way_of_speaking_is_no_gap() -> None:
    project = study()
    for number in range(6):
        project.add_document("So it was our way. Then it was so with them.", id=f"talk{number}")
    gaps = project.suggester().fit().gaps()
    words = {word.text for each in gaps for word in each.words}
    assert "was" not in words


def test_drift_is_tested_by_documents(project: qc.Project) -> None:
    frame = project.suggester().fit().drift(min_uses=5, n_resamples=50).to_frame()
    assert list(frame["code"])
    with pytest.raises(SuggestionError, match="how alike"):
        project.suggester("tfidf").fit().drift()
