"""Methods paragraphs of the suggester: what they say is in the result, and other choices say other things."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from importlib.metadata import version
from typing import Any

import attrs
import pytest
from tests.unit.test_suggesting import WORDS, study

import qualcode as qc
from qualcode.report.methods import methods
from qualcode.suggest.bench.trust import Cut
from qualcode.suggest.judging.project_evaluation import SuggesterEvaluation

pytest.importorskip("sklearn", reason="the suggester needs the extra 'suggest'")

QUICK: dict[str, Any] = {"budgets": ["s50"], "seeds": [0, 1], "precisions": [0.7], "recalls": [0.8]}


@cache
def project() -> qc.Project:
    made = study()
    documents = ["d00", "d01", "d02", "d03"]
    for number, segment in enumerate(made.segments(unit="sentence", documents=documents)):
        for code, words in WORDS.items():
            if any(word in segment.quote.lower() for word in words) and number % 5:
                made.assign(segment, code, coder="bo")
    return made


def evaluate(suggester: Any = None, **options: Any) -> SuggesterEvaluation:
    return qc.evaluate_suggester(
        project(), suggester or project().suggester(), **{**QUICK, **options}
    )


@cache
def evaluated() -> SuggesterEvaluation:
    return evaluate()


def again(result: Any) -> Any:
    """Run the code of a paragraph, as a script would that has the project."""
    code = methods(result, code=True).rpartition("\n\nCode: ")[2]
    return eval(code, {"evaluate_suggester": qc.evaluate_suggester, "project": project(), "re": re})


# An evaluation


def test_it_says_who_counted_and_how_documents_were_known_to_be_finished() -> None:
    assert evaluated().counted.persons == ("ana", "bo")
    assert "Counted was the coding by persons (ana and bo) in" in methods(evaluated())
    assert (
        "A document in which they had assigned anything else counted as coded from beginning to end"
        in methods(evaluated())
    )
    marked = attrs.evolve(evaluated(), on=attrs.evolve(evaluated().on, complete_from="finished"))
    assert (
        "A document that one of them had marked as finished counted as coded from beginning to end: a "
        "unit without a code was a decision there." in methods(marked)
    )


def test_an_evaluation_says_what_was_judged_on_what() -> None:
    found = evaluated()
    text = methods(found)
    made = project()
    for said in (
        "The suggester “stacker” (SharedStacker()) was judged on documents that it had not learned from",
        f"of the project “{made.name}” with the codebook as of revision {len(made.history)} "
        f"({made.state.head})",
        "A unit was a sentence, which carried every code",
        f"those of 2 coders (ana and bo) on {found.on.decided['sentence']} units and all 3 codes; a unit "
        "had a code when any of them had given it",
        "It learned from whole documents in random order until 50 units were coded (s50), and was judged "
        "on the other documents, in 2 random splits of documents for each (seeds 0 and 1).",
        "The baselines, judged alike, were prevalence, keywords and TF-IDF logistic regression.",
        "By the stretches that people had marked, with",
        "Promises of precision, resting on the lower 95 % Clopper–Pearson bound",
        "Promises of recall, resting on conformal risk control",
        "between 2 people (ana and bo) and the suggester",
        "Nothing is known of anchoring: nobody has decided",
        f"Computed with qualcode {qc.__version__}, scikit-learn {version('scikit-learn')} and NumPy",
        "doi:10.1093/biomet/26.4.404",
        "doi:10.48550/arXiv.2208.02814",
    ):
        assert said in text, (said, text)


def test_the_numbers_are_those_of_the_evaluation() -> None:
    found = evaluated()
    text = methods(found)
    frame = found.to_frame().set_index(["unit", "method"])
    for unit in ("sentence", "segment"):
        own = frame.loc[(unit, "suggester")]
        assert f"{own['n_train']:.0f} units learned from and {own['n_test']:.0f} judged on" in text
        assert f"macro-F1 was {own['macro_f1']:.3f} (" in text
        best = frame.loc[unit].drop("suggester")["macro_f1"]
        assert f"against {best.max():.3f} of the best baseline ({best.idxmax()})" in text
    assert found.agreement is not None
    overall = found.agreement.overall
    assert f"{overall.n_segments} units of {overall.n_documents} documents" in text
    for estimate in (overall.human, overall.model, overall.difference):
        assert estimate.value is not None
        assert f"{estimate.value:.3f}".replace("-", "−") in text
    promises = found.by_unit["sentence"].promises
    for kind, wanted in (("precision", 0.7), ("recall", 0.8)):
        given = [each for each in promises if each.kind == kind and each.given]
        broken = sum(each.broken for each in given)
        said = f"made in {len(given)} of 2 splits, broken in {broken}" if given else "never made"
        assert f"{wanted:.0%}".replace("%", " %") + f", {said}" in text


def test_the_code_of_an_evaluation_computes_it_again() -> None:
    found = evaluated()
    repeated = again(found)
    assert repeated.to_frame().equals(found.to_frame())
    assert repeated.promises_frame().equals(found.promises_frame())
    assert methods(repeated, code=True) == methods(found, code=True)

    other = evaluate(
        project().suggester(
            unit=re.compile(r"[^.]+\."), coders="ana", codes=["trust", "money"], name="mine",
            complete=["d00", "d01", "d02", "d03"], without_speakers="ANN",
        ),
        budgets=["s50", "k5"], seeds=[3], precisions=[0.6, 0.7, 0.8, 0.9], recalls=[],
    )  # fmt: skip
    assert methods(again(other), code=True) == methods(other, code=True)


def test_other_choices_say_other_things() -> None:
    one = project().suggester(
        unit=re.compile(r"[^.]+\."), coders="ana", codes=["trust", "money"], name="mine",
        complete=["d00", "d01", "d02", "d03", "d04", "d05"], without_speakers=["ANN"],
    )  # fmt: skip
    found = evaluate(one, budgets=["s20", "k3"], seeds=[7], baselines={}, recalls=[], marked=False)
    text = methods(found)
    for said in (
        "“mine”",
        "A unit was what",
        "1 coder (ana)",
        "2 codes (trust and money).",
        "was stated (d00, d01, d02, d03, d04 and d05)",
        "The words of ANN were left out.",
        "until 20 units were coded (s20), and from units of 70 % of the documents until each code had 3 "
        "examples (k3)",
        "1 random split of documents for each (seed 7)",
        "There were ranks and no probabilities",
        "People could not be compared: there is no second coder.",
    ):
        assert said in text, (said, text)
    for left in (
        "baseline",
        "stretches that people had marked",
        "Promises of recall",
        "arXiv.1706",
    ):
        assert left not in text


def test_splits_in_which_nothing_was_judged_are_told() -> None:
    # A document of this study is one paragraph: there are too few to judge on.
    found = evaluate(project().suggester(unit="paragraph"))
    text = methods(found)
    assert "In 2 splits (s50) nothing was judged: 0 coded segments are left to judge on" in text
    assert "By the stretches that people had marked, with" in text
    assert methods(again(found), code=True) == methods(found, code=True)


def test_a_suggester_of_ones_own_is_named_and_not_made_again() -> None:
    def rule(text: str) -> list[str]:
        return [code for code, words in WORDS.items() if any(w in text.lower() for w in words)]

    text = methods(evaluate(project().suggester(rule), marked=False), code=True)
    assert "The suggester “rule” (CallableSuggester(function=<function" in text
    assert " at 0x" not in text, "an address in memory differs each time"
    assert ".suggester(rule), " in text


def test_a_suggester_judged_as_it_was_says_on_which_documents() -> None:
    made = study(coded=6, uncoded=6)
    s = made.suggester().fit()
    for segment in made.segments(unit="sentence", documents=["d06", "d07"]):
        for code, words in WORDS.items():
            if any(word in segment.quote.lower() for word in words):
                made.assign(segment, code, coder="ana")
    found = qc.evaluate_suggester(made, s, documents=["d06", "d07"])
    text = methods(found, code=True)
    assert "was judged as it was, on documents that it had not learned from" in text
    assert (
        "It had learned from 72 units of 6 documents, and was judged on 24 units of 2 other documents "
        "(d06 and d07)."
    ) in text
    assert "The agreement of people was not set beside it: looked at only when" in text
    assert "seed" not in text
    assert text.endswith(
        "evaluate_suggester(project.at(revision=1), project.at(revision=1).suggester().fit(), "
        "documents=['d06', 'd07'])"
    )
    assert found.recipe.run(made) == found


def test_anchoring_is_told_with_what_to_cite() -> None:
    made = study(coded=12, uncoded=12)
    made.accept(list(made.suggest(made.suggester().fit(), top=1)), coder="ana")
    found = qc.evaluate_suggester(made, marked=False, **QUICK)
    text = methods(found)
    assert found.anchoring is not None
    assert str(found.anchoring) in text
    assert "doi:10.2307/2344652" in text
    assert "Assignments that were made of suggestions did not count." in text


# Suggestions


def test_suggestions_say_what_was_shown_and_where_there_was_silence() -> None:
    made = study()
    s = made.suggester().fit()
    shown = made.suggest(s, top=2, precision=0.7)
    text = methods(shown)
    assert shown.promise is not None
    assert shown.promise.observed is not None
    segments = {(each.segment.document.id, each.segment.start) for each in shown}
    for said in (
        f"“stacker” (fingerprint of model, codebook and data: {s.fingerprint})",
        f"made {len(shown)} suggestions of 3 codes for {len(segments)} segments",
        f"For {len(shown.abstained)} segments there was none",
        f"keeps a promised precision of 70 %: on documents left out {100 * shown.promise.observed:.3g}",
        f"(n = {shown.promise.n})",
        "Their probabilities, which rest on documents left out, were",
        "3 had five examples or more in two documents or more",
        "Nothing was assigned by this.",
        f"scikit-learn {version('scikit-learn')}",
    ):
        assert said in text, (said, text)
    counts = {each.reason for each in shown.abstained}
    assert all(reason in text for reason in counts)
    assert "No precision or recall was promised." in methods(made.suggest(s, top=1))
    assert ", at most 1 for a segment" in methods(made.suggest(s, top=1))


def test_suggestions_without_probabilities_or_a_promise_give_the_reason() -> None:
    made = study(coded=2, uncoded=2)
    s = made.suggester().fit()
    shown = made.suggest(s, top=1)
    assert shown.reason is not None
    assert f"The suggestions had ranks and no probabilities: {shown.reason}." in methods(shown)
    none = made.suggest(s, precision=0.9)
    assert none.promise is not None
    text = methods(none)
    assert text.startswith("No code was suggested. For ")
    assert (
        f"A precision of 90 % was asked for and could not be promised: {none.promise.reason}."
        in text
    )
    other = attrs.evolve(shown, promise=Cut("recall", 0.6, 0.4, 0.75, 0.61, 1234))
    assert "75 % was reached, and the bound that the promise rests on was 61 % (n = 1,234)" in (
        methods(other)
    )


def test_a_search_is_no_learner() -> None:
    made = study()
    text = methods(made.autocode("trust", text="trust*"))
    assert text.startswith("A search made ")
    assert "nobody has counted how often it is right" in text
    assert "scikit-learn" not in text
    assert "promised" not in text


# Verdicts


def test_verdicts_say_who_decided_what() -> None:
    made = study()
    shown = made.suggest(made.suggester().fit(), top=1)
    assert methods(made.verdicts).startswith("Nobody decided about a suggestion.")
    made.accept(shown[:3], coder="ana")
    made.reject(shown[3], coder="bo")
    made.edit(shown[4], code="money", coder="bo")
    text = methods(made.verdicts)
    day = made.verdicts[0].time[:10]
    for said in (
        f"“stacker” (fingerprint of model, codebook and data: {shown[0].fingerprint}) made 5 suggestions",
        f"2 coders (ana and bo) decided on {day}.",
        "They accepted 3, rejected 1 and edited 1 of these (ana accepted 3, rejected none and edited "
        "none; bo accepted none, rejected 1 and edited 1).",
    ):
        assert said in text, (said, text)
    assert "earlier" not in text
    made.reject(shown[0], coder="ana")
    text = methods(made.verdicts)
    assert "They accepted 2, rejected 2 and edited 1 of these" in text
    assert "1 earlier verdict had been changed." in text


# What it takes


def test_reporting_needs_no_scikit_learn() -> None:
    script = (
        "import sys\n"
        "sys.modules['sklearn'] = None\n"
        "import qualcode.report\n"
        "from qualcode.suggest.judging.project_evaluation import SuggesterEvaluation\n"
        "from qualcode.report.describing import describe\n"
        "assert describe.dispatch(SuggesterEvaluation) is not describe.dispatch(object)\n"
        "assert not {'matplotlib', 'pandas', 'scipy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
