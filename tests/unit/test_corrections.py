"""Corrections of texts by example: what is kept, what is changed, what is left to a person."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from qualcode import errors
from qualcode.model.texts.corrections import Candidate, Correction, Placement, aligning, follow
from qualcode.model.texts.corrections.tokens import tokenise
from qualcode.model.texts.spans import Span

OLD = (
    "ANA: We share one budget, and the staff.\r\n"
    "BEN: They trust us. They trust us. They trust us.\r\nANA: Good."
)


def place(old: str, new: str, quote: str, occurrence: int = 1) -> Placement:
    start = -1
    for _ in range(occurrence):
        start = old.index(quote, start + 1)
    return Correction.between(old, new).place(Span(start, start + len(quote)))


@pytest.mark.parametrize(
    ("old", "new", "quote", "expected"),
    [
        # An insertion before, after and exactly at a border is none of the segment's
        ("We share it.", "Here we do: We share it.", "share", "share"),
        ("We share it.", "We do share it.", "share", "share"),
        ("We share it.", "We share all of it.", "share", "share"),
        ("We share it all.", "We share it all. So there!", "We share it all.", "We share it all."),
        # One within is
        ("We share it.", "We do share it.", "We share it.", "We do share it."),
        # So is a deletion within, and a word spelt anew within or at an end
        ("We do share it.", "We share it.", "We do share it.", "We share it."),
        ("A. We shrae it. B.", "A. We share it. B.", "We shrae it.", "We share it."),
        ("A. Wrods matter. B.", "A. Words matter. B.", "Wrods matter.", "Words matter."),
        ("They say wrods matter.", "They say words matter.", "wrods", "words"),
        ("say wrods", "say words", "say wrods", "say words"),
        # And another word before the last sign of a text, or behind the first: these are at its ends
        ("We met on Monday.", "We met on Tuesday.", "We met on Monday.", "We met on Tuesday."),
        ("We left. Met on Monday.\n", "We left. Met on Friday.\n", "Met on Monday.", "Met on Friday."),
        ("“Monday is fine.", "“Tuesday is fine.", "“Monday is fine.", "“Tuesday is fine."),
        ("We met on Monday.", "We met on Tuesday.", "We met on Monday", None),
        ("We met on Monday.", "Nothing of it is left.", "We met on Monday.", None),
        # What a deletion leaves of it
        ("One two. Three four. Five.", "Three four. Five.", "two. Three four.", "Three four."),
        ("One two. Three four. Five.", "One two. Three", "Three four. Five.", None),
        ("One two three. Four five. Six.", "One two three. Six.", "two three. Four", "two three. "),
        # The same words stay, whichever of two equal ones was deleted or inserted
        ("so the the cat sat", "so the cat sat", "the cat", "the cat"),
        ("so the cat sat", "so the the cat sat", "the cat", "the cat"),
        # But no word is cut to find them
        ("a bb b bbabb.", "a bb bbabb.", "bb b", "bb "),
        # Line ends, signs of several code points, combining marks
        ("One.\r\nTwo. Three.", "One.\nTwo. Three.", "Two.", "Two."),
        ("We are 👩‍👩‍👧‍👦 here, all.", "We are 👩‍👩‍👧 here, all.", "here", "here"),
        ("Le cafe\u0301 noir est bon.", "Le café noir est bon.", "noir", "noir"),
        ("🙂🙂 We share it.", "🙂 We share it.", "We share", "We share"),
        ("我们信任他们。他们也信任。", "我们都信任他们。他们也信任。", "信任他们", "信任他们"),
    ],
)  # fmt: skip
def test_where_a_passage_is_after_a_correction(
    old: str, new: str, quote: str, expected: str | None
) -> None:
    placed = place(old, new, quote)
    assert placed.new_quote == expected, placed
    kinds = {None: "quarantined", quote: "kept"}
    assert placed.outcome == kinds.get(expected, "changed")


@pytest.mark.parametrize(
    ("new", "quote", "occurrence", "reason"),
    [
        (OLD.replace(", and the staff", ""), "the staff", 1, "its words were deleted"),
        (OLD.replace("the staff", "nobody else"), "the staff", 1, "its words were replaced"),
        # One of three equal sentences is gone, and nobody knows which
        *(
            (OLD.replace(" They trust us.", "", 1), "They trust us.", n, "more than once|deleted")
            for n in (1, 2, 3)
        ),
        # Or there is one more
        *(
            (OLD.replace("They", "They trust us. They", 1), "They trust us.", n, "more than once")
            for n in (1, 2, 3)
        ),
        (OLD.replace("We share one", "All of us have a"), "We share one budget", 1, "its start"),
        (OLD.replace("and the staff", "as said"), "budget, and the", 1, "its end"),
        (
            OLD.replace("one budget, and the staff", "it"),
            "We share one budget, and the staff.\r\nBEN",
            1,
            "most of its words",
        ),
    ],
)
def test_what_is_not_certain_is_not_placed(
    new: str, quote: str, occurrence: int, reason: str
) -> None:
    placed = place(OLD, new, quote, occurrence)
    assert (placed.outcome, placed.new, placed.new_quote) == ("quarantined", None, None)
    assert placed.quote == quote
    assert any(each in placed.reason for each in reason.split("|")), placed.reason


def test_what_goes_to_quarantine_keeps_its_context() -> None:
    placed = place(OLD, OLD.replace(", and the staff", ""), "the staff")
    assert placed.context(5) == (" and ", ".\r\nBE")
    assert placed.context()[0] == OLD[: OLD.index("the staff")]


def test_candidates_are_ranked_and_say_why() -> None:
    moved = "BEN: They trust us.\r\nANA: Good.\r\nANA: We share one budget, and the staff."
    placed = place(
        "ANA: We share one budget. CLO: Yes, all of it, every bit, yes.",
        moved,
        "We share one budget",
    )
    assert placed.outcome == "kept" or placed.candidates[0].score == 1
    gone = place(OLD, OLD.replace("the staff", "our people"), "the staff")
    assert gone.candidates[0].reason == "what stands in its place"
    assert gone.candidates[0].span == Span(30, 40)
    shouted = place("A b. " + OLD, "THEY TRUST  US at last, and nobody else did.", "They trust us.")
    assert [each.span for each in shouted.candidates if "some" in each.reason] == []
    loose = place("First they trust us. Then not.", "x " * 40 + "They TRUST\nus.", "they trust us.")
    assert loose.candidates[0].reason == "the same words but for case or space"
    assert loose.candidates[0].score < 1
    old = "Alpha beta gamma delta epsilon zeta eta theta iota."
    new = "y " * 60 + "alpha beta gamma delta, then epsilon zeta eta theta, or" + " z" * 60
    pieced = place(old, new, old)
    assert pieced.new_quote is None
    assert any(each.reason == "some of the same words" for each in pieced.candidates)
    several = place(
        "They trust us. They trust us. x", "no " * 30 + "They trust us. " * 25, "They trust us."
    )
    assert several.candidates[0].score == 0.525
    assert several.candidates[0].reason == "the same words, 1 of 20 or more"
    assert place("gone", "", "gone").candidates == ()
    assert isinstance(gone.candidates[0], Candidate)


def test_a_text_may_be_empty() -> None:
    assert Correction.between("", "").changes == 0
    assert Correction.between("", "new").place_all([]) == ()
    placed = place("gone", "", "gone")
    assert (placed.outcome, placed.reason, placed.near) == (
        "quarantined",
        "its words were deleted",
        None,
    )
    assert repr(Correction.between("gone", "")) == "<Correction of 4 code points in 1 places>"


@pytest.mark.parametrize("size", [1, 2, 5])
def test_no_unit_is_cut_in_two(size: int) -> None:
    old = "a \r\n" * size + "é e\u0301" + "👩‍👩‍👧‍👦👍🏽🇳🇴" * size
    tokens = tokenise(old)
    assert "".join(tokens) == old
    assert {"\r\n", "e\u0301", "👩‍👩‍👧‍👦", "👍🏽", "🇳🇴"} <= set(tokens)
    assert max(map(len, tokenise("a" * 500))) == 1
    assert tokenise("信任 it") == ["信", "任", " ", "it"]


# Texts that bring diffs down


def difficult(size: int) -> Iterator[tuple[str, str]]:
    rng = random.Random(5)
    yield "a" * size, "a" * (size // 2) + "b" + "a" * (size // 2 - 7)
    yield "yes\n" * (size // 4), ("no\n" + "yes\n" * 50) * (size // 203)
    yield "".join(rng.choices("ab", k=size)), "".join(rng.choices("ab", k=size))
    yield "".join(rng.choices("!?", k=size)), "".join(rng.choices("!?", k=size))
    words = [f"w{rng.randrange(300)}" for _ in range(size // 5)]
    yield " ".join(words), " ".join(rng.sample(words, len(words)))
    yield " ".join(words), " ".join(words[::-1])
    yield "x" + "ab " * (size // 3), "ab " * (size // 3) + "y"
    noisy = [f"{word} {'ab'[rng.randrange(2)] * 3}" for word in words]
    yield " ".join(noisy), " ".join(f"{word} {'ab'[rng.randrange(2)] * 3}" for word in words)


def test_what_difflib_is_given_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Counting(aligning.SequenceMatcher):  # type: ignore[type-arg, name-defined, misc]
        def __init__(self, junk: None, a: list[int], b: list[int], autojunk: bool) -> None:
            asked.append(len(a) * len(b))
            super().__init__(junk, a, b, autojunk)

    monkeypatch.setattr(aligning, "SequenceMatcher", Counting)
    monkeypatch.setattr(aligning, "_PATIENCE", 5_000)
    for old, new in difficult(6_000):
        asked.clear()
        correction = Correction.between(old, new)
        assert sum(asked) <= 5_000
        spans = [Span(at, min(len(old), at + 40)) for at in range(0, len(old), 97)]
        for placed in correction.place_all(spans):
            if placed.outcome == "kept":
                assert placed.new_quote == placed.quote
                assert placed.candidates[0].span == placed.new or placed.candidates[0].score < 1


def test_copies_are_not_looked_for_without_end() -> None:
    line = "yes.\n"
    old = line * 400
    new = "".join(line + ("and so on\n" if n % 2 else "") for n in range(400))
    placed = place(old, new, line, 150)
    assert placed.outcome == "quarantined"
    far = place("yes. " + "x. " * 30_000 + "no.", "yes. " + "y. " * 30_000 + "no.", "yes.")
    assert far.new in (None, Span(0, 4))


# Following


def test_each_correction_goes_on_from_the_one_before() -> None:
    texts = [
        "We shrae one budgte. They trust us.",
        "We share one budgte. They trust us.",
        "First: We share one budget. They trust us.",
        "First: They trust us.",
    ]
    steps = [Correction.between(a, b) for a, b in pairwise(texts)]
    span = Span(0, 20)
    outcomes = [follow(steps[:count], [span])[0] for count in (1, 2, 3)]
    assert [each.outcome for each in outcomes] == ["changed", "changed", "quarantined"]
    assert [each.quote for each in outcomes] == ["We shrae one budgte."] * 3
    assert [each.new_quote for each in outcomes] == [
        "We share one budgte.", "We share one budget.", None,
    ]  # fmt: skip
    again = Correction.between(texts[3], texts[0] + " Indeed.")
    lost = follow([*steps, again], [span])[0]
    assert lost.outcome == "quarantined"
    assert lost.candidates[0].span == Span(0, 20)
    changed_back = [steps[0], Correction.between(texts[1], texts[0] + " So.")]
    assert follow(changed_back, [span])[0].outcome == "kept"
    gone = Correction.between(texts[3], "")
    assert follow([*steps, gone, Correction.between("", "New.")], [span])[0].near is None


def test_corrections_must_belong_together() -> None:
    one, other = Correction.between("a b", "a c"), Correction.between("x", "y")
    with pytest.raises(errors.CorrectionError, match="correction 2 is of another text"):
        follow([one, other], [Span(0, 1)])
    with pytest.raises(errors.CorrectionError, match="no correction to follow"):
        follow([], [Span(0, 1)])
    with pytest.raises(errors.SpanError, match="the old text: span 0–9"):
        follow([one], [Span(0, 9)])
    with pytest.raises(errors.SpanError, match="the old text: span 0–9"):
        one.place(Span(0, 9))
    with pytest.raises(errors.CorrectionError, match="spans"):
        one.place_all([(0, 1)])  # type: ignore[list-item]
    with pytest.raises(errors.CorrectionError, match="the new text must be text"):
        Correction.between("a", None)  # type: ignore[arg-type]


def test_corrections_are_values() -> None:
    one, other = Correction.between("a b", "a c"), Correction.between("a b", "a c")
    assert one == other
    assert len({one, other, one.inverse()}) == 2
    assert one != "a b"


# What was stored


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rule": 2}, "the rule 2.*upgrade"),
        ({"rule": None}, "the rule None"),
        ({"old": "x"}, "another old text"),
        ({"new": "x"}, "another new text"),
        ({"blocks": [0, 0, 3]}, "five whole numbers"),
        ({"blocks": "0"}, "five whole numbers"),
        ({"blocks": [0, 0, 3.5, 0, 0]}, "no whole number"),
        ({"blocks": [0, 0, True, 0, 0]}, "no whole number"),
        ({"blocks": [0, 0, -2, 0, 0]}, "no whole number"),
        ({"blocks": [0, 0, 2**31, 0, 0]}, "no whole number"),
        ({"blocks": [0, 0, 0, 0, 0]}, "empty, overlap"),
        ({"blocks": [-1, 0, 3, 0, 0]}, "empty, overlap"),
        ({"blocks": [0, 0, 9, 0, 0]}, "end after the text"),
        ({"blocks": [0, 0, 4, -1, -1, 0, 0, 3, 0, 0]}, "two of its blocks are one"),
        ({"blocks": [0, 0, 4, 5, 0]}, "lies outside it"),
        ({"blocks": [0, 0, 4, -1, 0]}, "lies outside it"),
        ({"blocks": [0, 1, 4, -1, -1]}, "from 0 on the old text has other words"),
    ],
)
def test_damaged_data_are_refused(change: Mapping[str, Any], message: str) -> None:
    old, new = "one two", "one new two"
    data = {**Correction.between(old, new).to_data(), **change}
    with pytest.raises(errors.CorrectionError, match=message):
        Correction.from_data(data, old, new)


def test_data_are_no_words() -> None:
    data = Correction.between("one two", "one new two").to_data()
    assert all(type(number) is int for number in data["blocks"])
    assert "new" not in str(data["blocks"])
    with pytest.raises(errors.CorrectionError, match="must be a mapping"):
        Correction.from_data([], "a", "b")  # type: ignore[arg-type]
    with pytest.raises(errors.CorrectionError, match="three numbers each"):
        Correction("a", "a", np.zeros((1, 2), np.int64), np.zeros((1, 2), np.int64))
