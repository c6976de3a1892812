"""Segmenters, on the texts that people really have."""

from __future__ import annotations

import re
from typing import Any

import pytest

import qualcode as qc
from qualcode import errors


def units(text: str, by: Any) -> list[str]:
    return [each.quote for each in qc.segment([qc.Document(id="a", text=text)], unit=by)]


def turns(text: str) -> list[tuple[str | None, str]]:
    found = qc.segment([qc.Document(id="a", text=text)], unit="turn")
    return [(each.speaker, each.quote) for each in found]


# Paragraphs, lines, documents


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
def test_paragraphs_are_set_apart_by_blank_lines(end: str) -> None:
    text = end.join(["One", "still one.", "", "Two.", " \t", "", "Three."])
    assert units(text, "paragraph") == [f"One{end}still one.", "Two.", "Three."]


@pytest.mark.parametrize("by", ["paragraph", "sentence", "line", "turn", "document"])
def test_a_text_without_anything_has_no_unit(by: str) -> None:
    assert units("", by) == []


def test_white_space_around_a_unit_is_not_part_of_it() -> None:
    assert units("  One \u00a0\n\n\n\n\t Two\n", "paragraph") == ["One", "Two"]
    assert units(" \n\n \r\n", "paragraph") == []


def test_lines_end_in_many_ways() -> None:
    assert units("a\nb\r\nc\rd\u2028e\x85f\n\n g ", "line") == list("abcdefg")


def test_the_document_is_one_unit_white_space_and_all() -> None:
    assert units(" a\n", "document") == [" a\n"]


# Sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("We met. They left!", ["We met.", "They left!"]),
        ("Why? “Because.” So what…", ["Why?", "“Because.”", "So what…"]),
        ("Dr. Lim met Mrs. Ott at 3 p.m. on Mon.", ["Dr. Lim met Mrs. Ott at 3 p.m. on Mon."]),
        ("We share, e.g. budgets. And staff.", ["We share, e.g. budgets.", "And staff."]),
        ("J. Smith wrote it. I did. Then", ["J. Smith wrote it.", "I did.", "Then"]),
        ("It is 3.5 km. Far.", ["It is 3.5 km.", "Far."]),
        ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
        ("Was it good? No. It was bad.", ["Was it good?", "No.", "It was bad."]),
        ("See no. 5. It is good.", ["See no. 5.", "It is good."]),
        ("We had a plan B. It failed.", ["We had a plan B.", "It failed."]),
        (
            "I asked J. R. Smith and Mr. K. Obi. Both came.",
            ["I asked J. R. Smith and Mr. K. Obi.", "Both came."],
        ),
        ("We bought tea, etc. Then we left.", ["We bought tea, etc.", "Then we left."]),
        ("Tea, etc. and milk at Acme Inc. in May.", ["Tea, etc. and milk at Acme Inc. in May."]),
        ("I met Jan. She came Jan. 5.", ["I met Jan.", "She came Jan. 5."]),
        ("um. yeah. mm. okay", ["um.", "yeah.", "mm.", "okay"]),
        ("“Why?” she said. “So.” He left.", ["“Why?” she said.", "“So.”", "He left."]),
        ("We run it! z/OSMF helps. iPhones too.", ["We run it!", "z/OSMF helps.", "iPhones too."]),
        ("Elle dit : « Va ! » Puis elle part.", ["Elle dit : « Va ! »", "Puis elle part."]),
        ("Er sagte: „Nein.“ Dann ging er.", ["Er sagte: „Nein.“", "Dann ging er."]),
        ("Avec M. Petit et Mme. Roy. Voilà.", ["Avec M. Petit et Mme. Roy.", "Voilà."]),
        ("So ist es. Ok. Es geht z. B. so.", ["So ist es.", "Ok.", "Es geht z. B. so."]),
        ("See qualcode.org now. Good.", ["See qualcode.org now.", "Good."]),
        ("(Really.) Yes.", ["(Really.)", "Yes."]),
        ("No stop\n\nNew paragraph", ["No stop", "New paragraph"]),
        ("我们信任。他们也是！好", ["我们信任。", "他们也是！", "好"]),
        ("I love it 🙂. Really 👍🏽! Yes", ["I love it 🙂.", "Really 👍🏽!", "Yes"]),
        ("Ela disse «não.» Depois saiu.", ["Ela disse «não.»", "Depois saiu."]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert units(text, "sentence") == sentences


def test_a_line_end_of_two_characters_ends_no_sentence() -> None:
    assert units("We share\r\none budget.\r\nYes.", "sentence") == [
        "We share\r\none budget.",
        "Yes.",
    ]
    assert units("A title\r\n\r\nAnd text.", "sentence") == ["A title", "And text."]


def test_long_stretches_of_white_space_take_no_time() -> None:
    text = "Word." + " " * 50_000 + "\n" + " " * 50_000 + "Next. " * 2_000
    assert len(units(text, "sentence")) == 2_001


# Turns


def test_turns_have_a_speaker_and_leave_out_the_prefix() -> None:
    text = "Recorded in May.\n\nANA: We share.\nAll of it.\nBEN:  Since when?\n"
    assert turns(text) == [
        ("ANA", "We share.\nAll of it."),
        ("BEN", "Since when?"),
    ]


@pytest.mark.parametrize(
    ("head", "speaker"),
    [
        ("Ana Lim:", "Ana Lim"),
        ("Interviewer 2:", "Interviewer 2"),
        ("ANA [00:12]:", "ANA"),
        ("Ana (00:12:30):", "Ana"),
        ("O’Neill-Ott:", "O’Neill-Ott"),
        ("李雷:", "李雷"),
        ("  P1:", "P1"),
    ],
)
def test_many_ways_to_write_who_speaks(head: str, speaker: str) -> None:
    assert turns(f"{head} We share.\r\nBEN: Yes.") == [(speaker, "We share."), ("BEN", "Yes.")]


@pytest.mark.parametrize(
    "text",
    [
        "we said: nothing at all",
        "It was 12:30 then",
        "See https://example.org now",
        "Nobody speaks here.",
        "One that goes on and on and on: yes",
    ],
)
def test_a_colon_alone_makes_no_speaker(text: str) -> None:
    assert turns(text) == [(None, text)]


def test_a_speaker_who_says_nothing_has_no_turn() -> None:
    assert turns("ANA: \nBEN: Yes.") == [("BEN", "Yes.")]


# Regular expressions, callables, names


def test_matches_of_a_regular_expression_are_units() -> None:
    assert units("Q1. Why? Q2. How?", re.compile(r"Q\d\. \w+\?")) == ["Q1. Why?", "Q2. How?"]
    assert units("a b", qc.by_regex(r"x*")) == [], "empty matches are no units"


def test_groups_of_a_regular_expression_name_unit_and_speaker() -> None:
    pattern = qc.by_regex(r"<(?P<speaker>\w+)> (?P<unit>[^<]*[^<\s])?")
    found = qc.segment([qc.Document(id="a", text="<ana> We share. <ben> ")], unit=pattern)
    assert [(each.speaker, each.quote) for each in found] == [("ana", "We share.")]


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(errors.DocumentError, match=r"'\(' is not a regular expression"):
        qc.by_regex("(")


def test_a_segmenter_of_ones_own_yields_spans_pairs_or_segments() -> None:
    def own(document: qc.Document) -> list[Any]:
        return [qc.Span(0, 1), (1, 2), qc.Segment(document, qc.Span(2, 3), "ANA")]

    found = qc.segment([qc.Document(id="a", text="abc")], unit=own)
    assert [(each.quote, each.speaker) for each in found] == [
        ("a", None),
        ("b", None),
        ("c", "ANA"),
    ]


@pytest.mark.parametrize(
    ("yielded", "message"),
    [
        ((0, 99), "span 0–99 ends after the text"),
        ((2, 2), "empty or reversed"),
        ("ab", "yielded 'ab' .*, which is no span"),
        (("x", "y"), "which is no span"),
        ((0.5, 2), "which is no span"),
        (7, "yielded 7 .*, which is no span"),
        ((0, 1, 2), "which is no span"),
    ],
)
def test_what_a_segmenter_yields_must_be_a_span(yielded: Any, message: str) -> None:
    with pytest.raises(errors.SpanError, match=message):
        units("abc", lambda document: [yielded])


def test_a_segmenter_stays_in_its_document() -> None:
    stranger = qc.Segment.whole(qc.Document(id="b", text="abc"))
    with pytest.raises(errors.SpanError, match="a segment of document 'b'"):
        units("abc", lambda document: [stranger])


def test_what_a_segmenter_raises_is_not_hidden() -> None:
    def broken(document: qc.Document) -> list[qc.Span]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        units("abc", broken)


def test_an_unknown_name_suggests_the_known() -> None:
    with pytest.raises(errors.DocumentError, match="Did you mean 'paragraph'"):
        units("abc", "paragraf")


# spaCy


def test_spacy_finds_sentences() -> None:
    pytest.importorskip("spacy", reason="spaCy is not installed (extra 'spacy')")
    text = " We share one budget. Since when? 🙂\r\nSince May.\n"
    found = units(text, qc.by_spacy())
    assert found[0] == "We share one budget."
    assert "".join("".join(found).split()) == "".join(text.split())


def test_without_spacy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "spacy", None)
    with pytest.raises(errors.MissingExtraError, match=r"qualcode\[spacy\]"):
        qc.by_spacy()


def test_a_pipeline_of_ones_own_is_used() -> None:
    class Sentence:
        def __init__(self, start: int, end: int) -> None:
            self.start_char, self.end_char = start, end

    class Parsed:
        sents = (Sentence(0, 4), Sentence(4, 5), Sentence(5, 9))

    assert units("One. Two.", qc.by_spacy(lambda text: Parsed())) == ["One.", "Two."]
