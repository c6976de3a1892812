"""Two corrections of one text at once go together where they change different words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.model.texts.corrections import merge_texts

WORDS = ["we", "trust", "them", "money", "🤝🏽", "e\u0301t\u00e9", "\r\n", ".", "信任"]
texts = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)


@given(texts, texts, texts)
def test_it_makes_no_difference_who_is_first(before: str, one: str, other: str) -> None:
    assert merge_texts(before, one, other) == merge_texts(before, other, one)


@given(texts, texts)
def test_who_changed_nothing_adds_nothing(before: str, one: str) -> None:
    for made in (merge_texts(before, one, before), merge_texts(before, one, one)):
        assert made.is_clean
        assert made.text == one


@given(st.data())
def test_changes_of_different_words_are_all_there(data: st.DataObject) -> None:
    """Each word of a text in which none stands twice is changed by one, by the other, or by nobody."""
    numbers = range(data.draw(st.integers(1, 12)))
    who = [data.draw(st.sampled_from(("one", "other", ""))) for _ in numbers]
    what = [data.draw(st.sampled_from(("", "changed", "put before"))) for _ in numbers]

    def written(*sides: str) -> str:
        words = []
        for number, side, how in zip(numbers, who, what, strict=True):
            word = f"w{number}x"
            if side in sides:
                word = {"": "", "changed": f"n{number}y", "put before": f"p{number}z {word}"}[how]
            # Something nobody touches between any two: what touches is nobody's to decide.
            words += [word, f"k{number}."]
        return " ".join(words)

    merged = merge_texts(written(), written("one"), written("other"))
    assert merged.is_clean
    assert merged.text == written("one", "other")


@given(texts, texts, texts)
def test_what_overlaps_is_as_it_was(before: str, one: str, other: str) -> None:
    made = merge_texts(before, one, other)
    for start, end in made.overlaps:
        assert 0 <= start <= end <= len(before)
        assert before[start:end] in made.text


@pytest.mark.parametrize(
    ("before", "one", "other"),
    [
        ("We trust them.", "We trusted them.", "We hope them."),
        ("We trust.", "We trust. Now.", "We trust. Then."),
        ("a b", "", "a b c"),
    ],
)
def test_what_touches_is_not_decided(before: str, one: str, other: str) -> None:
    assert not merge_texts(before, one, other).is_clean
