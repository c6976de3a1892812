"""Rules: keywords and patterns of codes, and the search for segments that goes by the same means."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.reference.keywords import found as found_slowly

import qualcode as qc
from qualcode import errors
from qualcode.model.mappings import Frozen
from qualcode.model.texts.folded_text import Folded, words
from qualcode.model.texts.keywords import Keywords
from qualcode.model.texts.segmenters import by_sentence, by_turn
from qualcode.suggest.finding.rules import RuleMatch, Rules
from qualcode.suggest.finding.searching import find
from qualcode.testing import codebooks, texts
from qualcode.testing.text import phrases

RELY_ON = [{"LOWER": "rely"}, {"LOWER": {"IN": ["on", "upon"]}}]


def said(keyword: str, text: str, **options: bool) -> list[str]:
    return [text[start:end] for _, start, end in Keywords.of([keyword], **options).find(text)]


@pytest.fixture
def spacy() -> Any:
    return pytest.importorskip("spacy", reason="patterns need spaCy (the extra `spacy`)")


# Keywords


@pytest.mark.parametrize(
    ("keyword", "text", "expected"),
    [
        ("trust", "Trust, mistrust; TRUST's trust-fund _trust_", ["Trust", "TRUST", "trust", "trust"]),
        ("trust*", "Trusting them? Distrust. trust", ["Trusting", "trust"]),
        ("*trust*", "Distrusting entrust", ["Distrusting", "entrust"]),
        ("rely on", "We rely\n  on it, relying on; rely, on", ["rely\n  on"]),
        ("rely * on", "rely heavily on, rely on, rely, on", ["rely heavily on"]),
        ("c*t", "cat count cents", ["cat", "count"]),
        ("co-op*", "the Co-operative, a co op, co- op", ["Co-operative"]),
        ("c++", "C++, c+", ["C++"]),
        ("#metoo", "#MeToo metoo", ["#MeToo"]),
        ("don't", "We don’t, don't, dont", ["don’t", "don't"]),
        ("straße", "STRASSE Straße strassen", ["STRASSE", "Straße"]),
        ("étude", "E\u0301tude ÉTUDE etude", ["E\u0301tude", "ÉTUDE"]),
        ("οδος", "ΟΔΟΣ, οδός", ["ΟΔΟΣ"]),
        ("信任", "我们信任他们。", ["信任"]),
        ("信任*", "我们信任他们。", ["信任"]),
        ("ไว้ใจ", "เราไว้ใจกัน", ["ไว้ใจ"]),
        ("विश्वास", "विश्वास। अविश्वास", ["विश्वास"]),
        ("ثقة", "ثقة، الثقة", ["ثقة"]),
        ("신뢰*", "신뢰를 불신", ["신뢰를"]),
        ("covid19", "covid19 covid 19", ["covid19"]),
        ("🤝", "a🤝b", ["🤝"]),
        ("no no", "no no no no no", ["no no", "no no"]),
    ],
)  # fmt: skip
def test_keywords_are_whole_words_in_any_case(keyword: str, text: str, expected: list[str]) -> None:
    assert said(keyword, text) == expected


def test_words_that_hold_a_keyword_and_its_exact_case_can_be_asked_for() -> None:
    assert said("trust", "Trusting, distrust", whole_word=False) == ["Trusting", "distrust"]
    assert said("rely on", "unrelied rely only", whole_word=False) == ["rely only"]
    assert said("Trust", "trust Trust TRUST", ignore_case=False) == ["Trust"]
    assert said("É", "E\u0301 é", ignore_case=False) == ["E\u0301"]
    assert said("c++", "xc++y", whole_word=False) == ["xc++"]


PIECES = (
    *("a", "b", "A", "é", "E\u0301", "ß", "s", "İ", "1"),
    *("-", "'", "’", "信", "ก", " ", "\n", " ", "*", "."),
    *("KEYWORD", " KEYWORD "),
)
WORDS = (
    *("a", "ab", "ba", "b*", "*a", "a*b", "*a*s", "ß", "ss", "é", "e\u0301*", "İ"),
    *("信", "信信", "aก", "a-b", "a'b", "a’", "*", "1", "-", "s."),
)


@given(
    keyword=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)
    .filter(lambda drawn: set(drawn) != {"*"})
    .flatmap(lambda drawn: st.sampled_from([" ", "\n\t"]).map(lambda space: space.join(drawn))),
    text=st.lists(st.sampled_from(PIECES), max_size=10).map("".join),
    star=st.sampled_from(["", *PIECES]),
)
@example(keyword="ss", text="ß ss S", star="")
@example(keyword="* a", text="b a a", star="")
@example(keyword="é", text="ßE\u0301-é", star="")
def test_keywords_are_found_where_a_slow_search_finds_them(
    keyword: str, text: str, star: str
) -> None:
    text = text.replace("KEYWORD", keyword.replace("*", star))
    found = [(start, end) for _, start, end in Keywords.of([keyword]).find(text)]
    assert found == found_slowly(keyword, text)


@given(text=texts(max_size=60), ignore_case=st.booleans())
def test_a_folded_text_knows_where_its_words_stood(text: str, ignore_case: bool) -> None:
    folded = Folded.of(text, ignore_case=ignore_case)
    for word, start, end in words(folded.text):
        first, last = folded.place(start, end)
        assert 0 <= first < last <= len(text)
        assert word in Folded.of(text[first:last], ignore_case=ignore_case).text


@given(keyword=phrases(), before=texts(max_size=40), after=texts(max_size=40))
def test_what_stands_in_a_text_is_found_there(keyword: str, before: str, after: str) -> None:
    if "*" not in keyword and any(each.isprintable() and each != " " for each in keyword):
        assert said(keyword, f"{before} {keyword} {after}")


def test_many_stars_in_a_long_word_take_no_time() -> None:
    assert said("*a*a*a*a*a*a*a*b", "a" * 20_000) == []


@pytest.mark.parametrize("keyword", ["", " ", "*", "** *", "\u200b"])
def test_a_search_for_nothing_is_refused(keyword: str) -> None:
    with pytest.raises(errors.SuggestionError, match="nothing to look for"):
        Keywords.of([keyword])


# Rules


def test_matches_are_in_the_order_of_the_text_and_say_what_found_them() -> None:
    rules = Rules.of(
        [
            qc.Code("none"),
            qc.Code("money", keywords=["budget*", "one budget"]),
            qc.Code("trust", keywords="trust*"),
        ]
    )
    assert rules.codes == ("none", "money", "trust")
    assert rules.matches("Trusting in one budget.") == (
        RuleMatch("trust", 0, 8, "Trusting", "trust*"),
        RuleMatch("money", 12, 22, "one budget", "one budget"),
        RuleMatch("money", 16, 22, "budget", "budget*"),
    )
    assert rules.matches("It rained.") == ()


def test_codes_without_rules_have_none() -> None:
    rules = Rules.of([qc.Code("a"), qc.Code("b")])
    assert not rules
    assert rules.matches("a b") == ()
    assert rules.hits(["a", "b", "c"]).shape == (3, 2)
    assert rules.hits(["a"]).nnz == 0
    assert Rules.of([]).hits([]).shape == (0, 0)
    assert len(Rules.of([qc.Code("a", keywords=["x", "y"])])) == 2


@given(codebook=codebooks(max_codes=4), given_texts=st.lists(texts(max_size=80), max_size=5))
def test_hits_are_the_codes_that_have_matches(
    codebook: qc.Codebook, given_texts: list[str]
) -> None:
    codes = [attrs.evolve(code, patterns=()) for code in codebook]
    rules = Rules.of(codes)
    own = [f"{text} {keyword}" for text in given_texts for keyword in codes[0].keywords]
    hits = rules.hits(iter([*given_texts, *own]))
    assert hits.dtype == bool
    for row, text in enumerate([*given_texts, *own]):
        matches = rules.matches(text)
        assert {rules.codes[at] for at in hits[row].indices} == {each.code for each in matches}
        for each in matches:
            assert each.text == text[each.start : each.end]
            assert each.pattern in codebook[each.code].keywords
        ends: dict[tuple[str, str], int] = {}
        for each in matches:
            assert ends.get((each.code, each.pattern), 0) <= each.start, "no two overlap"
            ends[each.code, each.pattern] = each.end


def test_without_patterns_spacy_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    trust = qc.Code("trust", keywords="trust")
    assert Rules.of([trust]).matches("trust")
    with pytest.raises(errors.MissingExtraError, match=r"pip install 'qualcode\[spacy\]'"):
        Rules.of([attrs.evolve(trust, patterns=[RELY_ON])])


def test_the_keywords_of_the_shipped_interviews_find_something() -> None:
    interviews = qc.load_project("partnership-interviews")
    rules = Rules.of(list(interviews.codebook))
    found = [
        each for document in interviews.documents.values() for each in rules.matches(document.text)
    ]
    assert {each.code for each in found} == {
        code.id for code in interviews.codebook if code.keywords
    }
    assert len({each.code for each in found}) == 6
    assert interviews.history.at(1)["trust"].keywords == ("trust*", "rely on", "relied on")


# Patterns


def test_patterns_are_found_in_a_blank_pipeline(spacy: Any) -> None:
    rules = Rules.of(
        [
            qc.Code("a", keywords="them"),
            qc.Code("trust", patterns=[RELY_ON, [{"LOWER": "very", "OP": "+"}]]),
        ]
    )
    text = "🙂 We RELY upon them, very, very very much."
    assert [(each.code, each.text) for each in rules.matches(text)] == [
        ("trust", "RELY upon"),
        ("a", "them"),
        ("trust", "very"),
        ("trust", "very very"),
    ]
    assert all(each.text == text[each.start : each.end] for each in rules.matches(text))
    assert rules.matches(text)[0].pattern == (
        '[{"LOWER": "rely"}, {"LOWER": {"IN": ["on", "upon"]}}]'
    )
    assert rules.hits(["", text, "x", " \n"]).toarray().tolist() == [
        [False, False],
        [True, True],
        [False, False],
        [False, False],
    ]


def test_many_texts_are_read_block_by_block(spacy: Any) -> None:
    rules = Rules.of([qc.Code("even", keywords="even"), qc.Code("rely", patterns=[RELY_ON])])
    spoken = (
        f"number {n} {'even ' * (n % 2 == 0)}{'rely on ' * (n % 3 == 0)}" for n in range(1201)
    )
    hits = rules.hits(spoken).toarray()
    assert hits[:, 0].nonzero()[0].tolist() == list(range(0, 1201, 2))
    assert hits[:, 1].nonzero()[0].tolist() == list(range(0, 1201, 3))


@given(text=texts(max_size=80))
def test_a_match_of_a_pattern_is_text(text: str) -> None:
    pytest.importorskip("spacy", reason="patterns need spaCy (the extra `spacy`)")
    every_token = _every_token()
    for each in every_token.matches(text):
        assert each.text == text[each.start : each.end]
    assert bool(every_token.hits([text]).nnz) == bool(every_token.matches(text))
    assert "".join(m.text for m in every_token.matches(text)) == "".join(text.split())


@cache
def _every_token() -> Rules:
    return Rules.of([qc.Code("a", patterns=[[{"IS_SPACE": False}]])])


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (
            [{"LEMMA": "rely"}],
            "asks for LEMMA, which nothing .* sets .it is a blank one.*lemmatizer",
        ),
        ([{"LOWER": "x"}, {"pos": {"IN": ["VERB"]}}], "asks for POS.*morphologizer"),
        ([{"TAG": "VB"}], "asks for TAG.*tagger"),
        ([{"MORPH": "x"}], "asks for MORPH"),
        ([{"DEP": "ROOT"}], "asks for DEP.*parser"),
        ([{"ENT_TYPE": "PERSON"}], "asks for ENT_TYPE.*ner or entity_ruler"),
        ([{"IS_SENT_START": True}], "asks for IS_SENT_START.*sentencizer"),
        ([{"LOWR": "rely"}], "LOWR. Extra inputs are not permitted"),
        ([{"LOWER": 3}], "LOWER"),
        ([{"LOWER": {"REGEX": "("}}], "unterminated"),
        ([{"LOWER": "Rely"}], "LOWER 'Rely', which no word .* write 'rely'"),
        ([{"LOWER": {"IN": ["rely", "On"]}}], "LOWER 'On'.*write 'on'"),
        ([{"_": {"is_nonsense": True}}], "the extension 'is_nonsense'.*set_extension"),
    ],
)
def test_what_a_pattern_can_never_match_is_said_beforehand(
    spacy: Any, pattern: Any, message: str
) -> None:
    codes = [qc.Code("a", patterns=[RELY_ON]), qc.Code("trust", patterns=[RELY_ON, pattern])]
    with pytest.raises(errors.SuggestionError, match=message) as raised:
        Rules.of(codes)
    assert str(raised.value).startswith("code 'trust': the pattern [{")
    assert "\n" not in str(raised.value)


def test_a_pipeline_of_ones_own_sets_what_patterns_need(spacy: Any, tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    firms = nlp.add_pipe("entity_ruler")
    firms.add_patterns([{"label": "ORG", "pattern": "Acme", "id": "acme"}])
    ruler = nlp.add_pipe("attribute_ruler")
    ruler.add(patterns=[[{"LOWER": "relies"}]], attrs={"LEMMA": "rely"})
    codes = [
        qc.Code("firm", patterns=[[{"IS_SENT_START": True, "ENT_TYPE": "ORG", "ENT_ID": "acme"}]]),
        qc.Code("trust", patterns=[[{"LEMMA": "rely"}]]),
    ]
    nlp.to_disk(tmp_path / "pipeline")
    for pipeline in (nlp, tmp_path / "pipeline", str(tmp_path / "pipeline")):
        rules = Rules.of(codes, pipeline=pipeline)
        found = rules.matches("She relies on Acme. Acme knows.")
        assert [(each.code, each.start) for each in found] == [("trust", 4), ("firm", 20)]
        assert rules.hits(["Nothing here.", "Acme."]).toarray().tolist() == [
            [False, False],
            [True, False],
        ]
    with nlp.memory_zone():
        assert Rules.of(codes, pipeline=nlp).matches("Acme.")
    with pytest.raises(
        errors.SuggestionError, match=r"asks for POS.*it has sentencizer, entity_ruler"
    ):
        Rules.of([qc.Code("a", patterns=[[{"POS": "VERB"}]])], pipeline=nlp)


def test_what_only_a_component_sets_is_set(spacy: Any) -> None:
    from spacy.tokens import Token

    Token.set_extension("is_warm", default=False, force=True)

    @spacy.Language.component("warmth")
    def warmth(doc: Any) -> Any:
        for token in doc:
            token._.is_warm = token.lower_ in ("trust", "faith")
        return doc

    nlp = spacy.blank("en")
    nlp.add_pipe("warmth")
    rules = Rules.of([qc.Code("a", patterns=[[{"_": {"is_warm": True}}]])], pipeline=nlp)
    assert [each.text for each in rules.matches("Faith and trust.")] == ["Faith", "trust"]


def test_what_a_tokenizer_sets_needs_no_component(spacy: Any) -> None:
    nlp = spacy.blank("en")
    cut = nlp.tokenizer

    def tagged(text: str) -> Any:
        doc = cut(text)
        for token in doc:
            token.lemma_ = token.lower_.rstrip("s")
        return doc

    nlp.tokenizer = tagged
    assert Rules.of([qc.Code("a", patterns=[[{"LEMMA": "trust"}]])], pipeline=nlp).matches("Trusts")


def test_pipelines_that_are_not_there_are_named(spacy: Any, tmp_path: Path) -> None:
    codes = [qc.Code("trust", patterns=[RELY_ON])]
    with pytest.raises(
        errors.SuggestionError, match=r"no spaCy pipeline can be loaded from '.*nowhere'"
    ):
        Rules.of(codes, pipeline=tmp_path / "nowhere")
    with pytest.raises(errors.MissingExtraError, match="the language 'xq'"):
        Rules.of(codes, language="xq")
    assert Rules.of(codes, language="de").matches("rely on")


def test_a_very_long_text_is_read(spacy: Any) -> None:
    rules = Rules.of([qc.Code("trust", patterns=[RELY_ON])])
    assert len(rules.matches("x" * 1_000_001 + " rely on")) == 1


# Searching

INTERVIEW = qc.Document(
    id="a",
    text="Notes.\nANA: We rely on them. They trust us.\nBEN: Trust? We relied on nobody.\n"
    "Ana: I RELY on you.",
)


def heard(found: Iterator[tuple[qc.Segment, tuple[RuleMatch, ...]]]) -> list[tuple[str, list[str]]]:
    listed = list(found)
    for segment, matches in listed:
        for each in matches:
            assert each.text == segment.quote[each.start : each.end]
            assert each.code is None
    return [(segment.quote, [each.text for each in matches]) for segment, matches in listed]


@pytest.fixture
def turns() -> list[qc.Segment]:
    return list(by_turn(INTERVIEW))


@pytest.fixture
def sentences() -> list[qc.Segment]:
    return list(qc.segment([INTERVIEW], unit="sentence"))


def test_searching_by_words(turns: list[qc.Segment]) -> None:
    assert heard(find(turns, text="rely on")) == [
        ("We rely on them. They trust us.", ["rely on"]),
        ("I RELY on you.", ["RELY on"]),
    ]
    assert heard(find(turns, text=["nobody", "trust"])) == [
        ("We rely on them. They trust us.", ["trust"]),
        ("Trust? We relied on nobody.", ["Trust", "nobody"]),
    ]
    assert heard(find(turns, text="Trust", ignore_case=False))[0][1] == ["Trust"]
    assert len(heard(find(turns, text="rel", whole_word=False))) == 3
    assert heard(find(turns, text="nowhere")) == []


def test_searching_by_regular_expression(turns: list[qc.Segment]) -> None:
    assert heard(find(turns, regex=r"rel(y|ied)\b")) == [
        ("We rely on them. They trust us.", ["rely"]),
        ("Trust? We relied on nobody.", ["relied"]),
        ("I RELY on you.", ["RELY"]),
    ]
    assert len(heard(find(turns, regex="RELY", ignore_case=False))) == 1
    assert len(heard(find(turns, regex=re.compile("RELY")))) == 1
    assert heard(find(turns, regex="z*")) == [], "a match of nothing is none"
    ((_, (match,)),) = find(turns, regex="nob.dy")
    assert match.pattern == "nob.dy"


def test_searching_by_pattern(spacy: Any, turns: list[qc.Segment]) -> None:
    assert heard(find(turns, pattern=RELY_ON)) == [
        ("We rely on them. They trust us.", ["rely on"]),
        ("I RELY on you.", ["RELY on"]),
    ]
    many = (segment for _ in range(400) for segment in turns)
    assert len(heard(find(many, pattern=RELY_ON))) == 800


def test_searching_by_speaker(turns: list[qc.Segment], sentences: list[qc.Segment]) -> None:
    assert heard(find(turns, speaker="ben")) == [("Trust? We relied on nobody.", [])]
    assert len(heard(find(turns, speaker=["ANA", "Ben"]))) == 3
    # What knows no speakers is of the turn that it is a part of.
    assert heard(find(sentences, speaker="ana", regex="They|I RELY")) == [
        ("They trust us.", ["They"]),
        ("Ana: I RELY on you.", ["I RELY"]),
    ]
    # What stands before the first turn is nobody's.
    assert len(heard(find([qc.Segment.whole(INTERVIEW)], speaker=["ana", "ben"]))) == 1
    rest = INTERVIEW.text.index("ANA")
    both = qc.Segment.whole(INTERVIEW).part(rest, len(INTERVIEW))
    assert len(heard(find([both], speaker=["ana", "ben"]))) == 1
    assert heard(find([both], speaker="ana")) == []
    assert heard(find(qc.segment([INTERVIEW], unit="line").items[:1], speaker="ana")) == []


def test_all_conditions_must_hold(spacy: Any, turns: list[qc.Segment]) -> None:
    found = find(turns, text="trust", regex="them", pattern=RELY_ON, speaker="Ana")
    assert heard(found) == [
        ("We rely on them. They trust us.", ["rely on", "them", "trust"]),
    ]
    assert heard(find(turns, text="trust", pattern=RELY_ON, speaker="Ben")) == []


def test_segments_are_read_when_they_are_asked_for(turns: list[qc.Segment]) -> None:
    endless = (turns[n % len(turns)] for n in count())
    assert next(find(endless, text="nobody"))[1][0].text == "nobody"


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({}, "nothing to search for: give text, regex, pattern or speaker"),
        ({"text": ""}, "nothing to look for in ''"),
        ({"text": ["trust", "*"]}, r"nothing to look for in '\*'"),
        ({"text": []}, "an empty list"),
        ({"regex": ""}, "the regular expression is empty"),
        ({"regex": "("}, r"'\(' \(str\) is not a regular expression: .*unterminated"),
        ({"pattern": []}, r"is \[\] \(list\), not a list of tokens"),
        ({"pattern": {"LOWER": "rely"}}, "not a list of tokens"),
        ({"pattern": [RELY_ON]}, "is no token"),
        ({"pattern": [{"LEMMA": "rely"}]}, "the pattern .* asks for LEMMA"),
        ({"speaker": ""}, "give the name of one"),
    ],
)
def test_what_cannot_be_searched_for_is_said_at_once(
    turns: list[qc.Segment], conditions: dict[str, Any], message: str
) -> None:
    if "LEMMA" in message:
        pytest.importorskip("spacy", reason="patterns need spaCy (the extra `spacy`)")
    with pytest.raises(errors.SuggestionError, match=message):
        find(turns, **conditions)


def test_sentences_keep_their_places() -> None:
    for segment, (match, *_) in find(
        (qc.Segment(INTERVIEW, span) for span in by_sentence(INTERVIEW)), text="rel*"
    ):
        assert segment.part(match.start, match.end).quote == match.text


def test_patterns_cannot_be_changed() -> None:
    code = qc.Code("trust", patterns=[RELY_ON])
    assert isinstance(code.patterns[0][1]["LOWER"], Frozen)
    for place in (code.patterns[0][0], code.patterns[0][1]["LOWER"]):
        with pytest.raises(TypeError, match="does not change"):
            place["LOWER"] = "x"  # type: ignore[index]
    assert hash(code) == hash(qc.Code("trust"))
    assert attrs.evolve(code, name="Trust").patterns == code.patterns
