"""Words: what counts as one, by whom and under which code, and which set a group apart."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import NotFoundError, StatisticsError
from qualcode.stats import cut_into_words, log_likelihood, log_ratio, spacy_lemmas

TALK = "ANA: We trust them. One budget!\nBEN: Trust takes time. We don't pay.\nANA: Time."


def study() -> qc.Project:
    codes = [qc.Code("trust"), qc.Code("time"), qc.Code("pay", parent="time")]
    project = qc.Project.new("Study", codebook=qc.Codebook("s", codes=codes), coder="ana")
    project.add_document(TALK, id="a", variables={"site": "north"})
    project.add_document("Trust and time, time and pay.", id="b", variables={"site": "south"})
    project.assign(("a", 5, 18), "trust")  # We trust them
    project.assign(("a", 8, 18), "trust", coder="ben")  # trust them
    project.assign(("a", 36, 47), "time")  # Trust takes
    project.assign(("b", 0, 7), "trust")  # Trust a
    return project


def counts(found: Any, group: object = None) -> dict[str, int]:
    totals = found.part(group).totals
    return {word: int(n) for word, n in zip(found.words, totals, strict=True) if n}


def test_labels_of_speakers_are_no_words() -> None:
    assert counts(study().words())["trust"] == 3
    assert "ana" not in study().words().words
    assert counts(study().words())["don't"] == 1


def test_words_count_for_whoever_says_them() -> None:
    found = study().words(by="speaker")
    assert found.groups == ("ANA", "BEN")
    assert counts(found, "ANA") == {
        "we": 1,
        "trust": 1,
        "them": 1,
        "one": 1,
        "budget": 1,
        "time": 1,
    }
    heard = study().restricted(speakers="ANA").words()
    assert counts(heard) == counts(found, "ANA")


def test_a_word_counts_once_for_each_code_that_shares_text_with_it() -> None:
    found = study().words(by="code")
    assert found.groups == ("trust", "time")
    assert counts(found, "trust") == {"we": 1, "trust": 2, "them": 1, "and": 1}
    assert counts(found, "time") == {"trust": 1, "takes": 1}
    assert counts(study().words(by="code", coders="ben"), "trust") == {"trust": 1, "them": 1}
    by_site = study().words(by="site")
    assert counts(by_site, "south")["time"] == 2


texts = st.text(alphabet="ab'é 信\n.-", min_size=1, max_size=30)
marks = st.lists(
    st.tuples(st.integers(0, 29), st.integers(1, 9), st.sampled_from(["trust", "time"])), max_size=5
)


@given(texts, marks)
@settings(max_examples=60)
def test_words_of_a_code_are_those_that_its_segments_touch(
    text: str, given_marks: list[tuple[int, int, str]]
) -> None:
    codes = [qc.Code("trust"), qc.Code("time")]
    project = qc.Project.new("Study", codebook=qc.Codebook("s", codes=codes), coder="ana")
    project.add_document(text, id="a")
    said = list(cut_into_words(text))
    if not said:
        with pytest.raises(StatisticsError, match="nothing is said"):
            project.words()
        return
    spans = [(start, min(start + n, len(text)), code) for start, n, code in given_marks]
    spans = [span for span in spans if span[0] < span[1]]
    for start, end, code in spans:
        project.assign(("a", start, end), code)
    found = project.words(by="code")
    for group in ("trust", "time"):
        touched = Counter(
            word
            for word, start, end in said
            if any(start < high and end > low for low, high, code in spans if code == group)
        )
        assert (counts(found, group) if group in found.groups else {}) == touched


def test_words_can_be_left_out_and_stay_in_what_rates_are_of() -> None:
    found = study().words(without=["We", "and", "nowhere"])
    assert "and" not in found.words
    assert "we" in found.words  # as it is counted, in lower case
    frame = found.to_frame(top=1)
    assert frame["word"].tolist() == ["time"]
    assert frame["per_1000"].tolist() == [pytest.approx(1000 * 4 / 18)]


def test_spacy_cuts_into_lemmas() -> None:
    spacy = pytest.importorskip("spacy", reason="lemmas need the extra 'spacy'")
    nlp = spacy.blank("en")
    with pytest.raises(StatisticsError, match="sets no lemmas"):
        study().words(words=spacy_lemmas(nlp))
    ruler = nlp.add_pipe("attribute_ruler")
    ruler.add([[{"LOWER": "takes"}]], {"LEMMA": "take"})
    ruler.add([[{"LOWER": {"NOT_IN": ["takes"]}}]], {"LEMMA": "other"})
    found = study().words(words=spacy_lemmas(nlp))
    assert found.lemmas
    assert counts(found)["take"] == 1
    assert "cut by a function that was given" in qc.report.methods(found)
    with pytest.raises(StatisticsError, match="must be a spaCy pipeline"):
        spacy_lemmas(str.split)


def test_a_function_of_ones_own_must_return_words_in_order() -> None:
    def halves(text: str) -> list[tuple[str, int, int]]:
        return [("x", 0, 2), ("y", 1, 3)]

    with pytest.raises(StatisticsError, match="in order"):
        study().words(words=halves)


def test_keyness_compares_a_group_with_all_else_or_with_another() -> None:
    found = study().words(by="site")
    told = found.keyness("north", min_count=1)
    assert told.size + told.reference_size == 18
    assert told.to_frame().set_index("word").loc["pay", ["count", "reference"]].tolist() == [1, 1]
    same = found.keyness("north", "south", min_count=1)
    assert same.g_squared == pytest.approx(told.g_squared)
    turned = found.keyness("south", "north", min_count=1)
    assert turned.log_ratio == pytest.approx(-same.log_ratio)
    assert turned.g_squared == pytest.approx(same.g_squared)
    assert turned.bounds.low == pytest.approx(-same.bounds.high, nan_ok=True)
    with pytest.raises(NotFoundError, match=r"no group 'nort' by site; .*Did you mean 'north'"):
        found.keyness("nort")
    with pytest.raises(StatisticsError, match="words were counted without any"):
        study().words().keyness("north")


cells = st.tuples(
    st.integers(1, 50), st.integers(0, 50), st.integers(60, 900), st.integers(60, 900)
)


@given(cells)
@settings(max_examples=80)
def test_what_is_as_frequent_here_as_there_is_not_key(row: tuple[int, int, int, int]) -> None:
    a, b, c, d = row
    for formula in ("dunning", "rayson-garside"):
        value = float(log_likelihood(a, b, c, d, formula=formula))
        assert value >= 0
        assert value == pytest.approx(float(log_likelihood(b, a, d, c, formula=formula)), abs=1e-9)
        assert float(log_likelihood(a, a, c, c, formula=formula)) == pytest.approx(0, abs=1e-9)
    if a and b:
        assert float(log_ratio(a, b, c, d)) == pytest.approx(np.log2(a * d / (b * c)))
    # The word's own two cells are two of the four, and the others only add.
    both = float(log_likelihood(a, b, c, d, formula="rayson-garside"))
    assert both <= float(log_likelihood(a, b, c, d)) + 1e-9


def test_more_uses_than_words_are_refused() -> None:
    with pytest.raises(StatisticsError, match="more often than there are words"):
        log_likelihood(5, 0, 4, 10)


def test_keywords_in_context_know_codes_and_speakers() -> None:
    project = study()
    found = project.keywords_in_context("trust")
    assert [each.codes for each in found] == [("trust",), ("time",), ("trust",)]
    assert len(project.keywords_in_context("trust", codes="trust")) == 2
    assert [each.segment.quote for each in project.keywords_in_context("t*", codes="time")] == [
        "Trust", "takes",
    ]  # fmt: skip
    # What others say is not heard where speakers were chosen.
    assert len(project.restricted(speakers="BEN").keywords_in_context("trust")) == 1
    assert qc.report.keywords_in_context(project, "trust") == found
    with pytest.raises(NotFoundError):
        project.keywords_in_context("trust", codes="nothing")
    with pytest.raises(StatisticsError, match="say which keywords"):
        project.keywords_in_context("  ")
    mark = project.log.timeline.events[-1].short
    project.assign(("a", 20, 30), "pay")
    assert len(project.keywords_in_context("budget", codes="time")) == 1
    assert len(project.at(mark).keywords_in_context("budget", codes="time")) == 0


def test_words_by_code_are_in_no_group_where_nothing_is_coded() -> None:
    project = qc.Project.new("Study", codebook=qc.Codebook("study", codes=[qc.Code("trust")]))
    project.add_document("We trust them.", id="a")
    frame = project.words(by="code").to_frame()
    assert (len(frame), [*frame.columns][:3]) == (0, ["code", "word", "count"])
