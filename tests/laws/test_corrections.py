"""What must hold of every correction of every text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference.corrections import Piece, fate, homes, offsets, readings, runs

import qualcode as qc
from qualcode.model.texts.corrections import Correction, Placement, follow
from qualcode.model.texts.spans import Span
from qualcode.testing import texts

SURE = 32
"""Code points of untouched text in which everything is found; of less, what is found is right."""

Edits = Sequence[tuple[int, int, int]]
EDITS = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 6), st.integers(0, 4)), min_size=1, max_size=5
)
PICKS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=12)
ENDS = (" ", " ", " ", ". ", ".\r\n", "\n\n", " 🙂 ", " 👩‍👩‍👧‍👦, ", ": ", "\u2028")
STEMS = ("trust", "Größe", "ﬁß", "e\u0301le\u0300ve", "Ελπίδα", "信任", "विश्वास", "x")


def word(number: int, *, fresh: bool = False) -> str:
    """Return a word that no other number makes, with what follows it."""
    stem = STEMS[number % len(STEMS)]
    return f"{stem}{'n' if fresh else ''}{number}{ENDS[number % 7 * 3 % len(ENDS)]}"


def study(count: int) -> list[Piece]:
    return [Piece(word(number), number) for number in range(count)]


def edited(pieces: list[Piece], edits: Edits, *, fresh: int) -> list[Piece]:
    """Replace words by fresh ones: some by none, and none by some."""
    pieces = list(pieces)
    for place, cut, grown in edits:
        at = place % (len(pieces) + 1)
        pieces[at : at + cut] = [Piece(word(fresh + n, fresh=True)) for n in range(grown)]
        fresh += grown
    return pieces


def text_of(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def spans(picks: Sequence[tuple[int, int]], length: int) -> list[Span]:
    pairs = ((a % length, b % length) for a, b in picks)
    return [Span(min(a, b), max(a, b) + 1) for a, b in pairs]


def altered(text: str, edits: Edits, other: str) -> str:
    """Cut into a text at any code point, and put in pieces of another."""
    for place, cut, grown in edits:
        at = place % (len(text) + 1)
        text = text[:at] + other[at : at + grown] + text[at + cut :]
    return text


def check(placed: Placement, old: str, new: str) -> None:
    assert placed.quote == old[placed.old.start : placed.old.end]
    if placed.new is None:
        assert placed.outcome == "quarantined"
        assert placed.reason
        for each in placed.candidates:
            assert each.span.end <= len(new)
            assert 0 <= each.score <= 1
            assert each.reason
            found = new[each.span.start : each.span.end]
            if each.reason.startswith("the same words,"):
                assert found == placed.quote
        scores = [each.score for each in placed.candidates]
        assert scores == sorted(scores, reverse=True)
    else:
        placed.new.check_within(len(new), where="the new text")
        same = placed.quote == new[placed.new.start : placed.new.end]
        assert placed.outcome == ("kept" if same else "changed")
        assert placed.new_quote == new[placed.new.start : placed.new.end]


@given(texts(min_size=1, max_size=300), PICKS)
def test_nothing_moves_where_nothing_was_changed(
    text: str, picks: Sequence[tuple[int, int]]
) -> None:
    correction = Correction.between(text, text)
    assert correction.changes == 0
    for placed in correction.place_all(spans(picks, len(text))):
        assert (placed.outcome, placed.new) == ("kept", placed.old)


@given(texts(min_size=1, max_size=300), texts(max_size=300), EDITS, st.booleans(), PICKS)
def test_what_is_kept_has_its_own_words_and_all_else_is_said(
    old: str, other: str, edits: Edits, related: bool, picks: Sequence[tuple[int, int]]
) -> None:
    new = altered(old, edits, other) if related else other
    correction = Correction.between(old, new)
    given_spans = spans(picks, len(old))
    placed = correction.place_all(given_spans)
    assert [each.old for each in placed] == given_spans
    for each in placed:
        check(each, old, new)
        assert each == correction.place(each.old)


@given(texts(min_size=1, max_size=300), texts(max_size=300), EDITS, EDITS, PICKS)
def test_a_correction_and_its_revert_restore_every_span(
    old: str, other: str, edits: Edits, more: Edits, picks: Sequence[tuple[int, int]]
) -> None:
    new = altered(old, edits, other)
    newer = altered(new, more, other)
    given_spans = spans(picks, len(old))
    there, further = Correction.between(old, new), Correction.between(new, newer)
    back, far_back = Correction.between(new, old), Correction.between(newer, new)
    for way in ([there, back], [there, there.inverse()], [there, further, far_back, back]):
        for each in follow(way, given_spans):
            assert (each.outcome, each.new) == ("kept", each.old)
    assert follow([there, further, far_back], given_spans) == follow([there], given_spans)


@given(texts(min_size=1, max_size=300), texts(max_size=300), EDITS, PICKS)
def test_a_correction_is_the_same_from_its_data(
    old: str, other: str, edits: Edits, picks: Sequence[tuple[int, int]]
) -> None:
    new = altered(old, edits, other)
    correction = Correction.between(old, new)
    stored = Correction.from_data(json.loads(json.dumps(correction.to_data())), old, new)
    assert stored == correction
    given_spans = spans(picks, len(old))
    assert stored.place_all(given_spans) == correction.place_all(given_spans)
    back = correction.inverse()
    assert back.inverse() == correction
    assert Correction.from_data(back.to_data(), new, old) == back


def agrees(
    pieces: Sequence[Piece], new: Sequence[Piece], a: int, b: int, placed: Placement
) -> None:
    """Hold a placement of words `a` up to `b` against what is known of them."""
    there = homes(new)
    whole = next((run for run in runs(new) if a in run and b - 1 in run), None)
    if whole is not None:
        expected = Span(there[a][0], there[b - 1][1])
        assert placed.new in (None, expected)
        size = sum(len(pieces[number].text) for number in whole)
        assert placed.new == expected or size < SURE
        return
    assert placed.outcome != "kept"
    if placed.new is not None and a in there:
        assert placed.new.start == there[a][0]
    if placed.new is not None and b - 1 in there:
        assert placed.new.end == there[b - 1][1]
    if not any(number in there for number in range(a, b)) and placed.new is not None:
        # No word of it is left: then it is taken for the same words, spelt otherwise.
        assert len(placed.quote) <= 48


@given(st.integers(1, 60), EDITS, PICKS)
def test_untouched_words_are_found_exactly(
    count: int, edits: Edits, picks: Sequence[tuple[int, int]]
) -> None:
    old = study(count)
    new = edited(old, edits, fresh=1000)
    at = offsets(old)
    correction = Correction.between(text_of(old), text_of(new))
    for words in spans(picks, count):
        placed = correction.place(Span(at[words.start], at[words.end]))
        agrees(old, new, words.start, words.end, placed)


@given(st.integers(1, 60), st.lists(EDITS, min_size=2, max_size=4), PICKS)
def test_corrections_of_corrections_agree_with_what_is_known(
    count: int, rounds: Sequence[Edits], picks: Sequence[tuple[int, int]]
) -> None:
    old = study(count)
    versions = [old]
    for number, edits in enumerate(rounds, 1):
        versions.append(edited(versions[-1], edits, fresh=1000 * number))
    shown = [text_of(each) for each in versions]
    steps = [Correction.between(a, b) for a, b in pairwise(shown)]
    at = offsets(old)
    there = homes(versions[-1])
    for words in spans(picks, count):
        placed = follow(steps, [Span(at[words.start], at[words.end])])[0]
        check(placed, shown[0], shown[-1])
        if placed.outcome == "kept":
            assert placed.new == Span(there[words.start][0], there[words.end - 1][1])


@given(st.integers(12, 60), st.integers(0, 60), st.integers(4, 12), st.integers(0, 60), PICKS)
def test_what_was_cut_and_pasted_is_kept_or_the_first_candidate(
    count: int, start: int, size: int, target: int, picks: Sequence[tuple[int, int]]
) -> None:
    old = study(count)
    start %= count - size + 1
    rest = old[:start] + old[start + size :]
    target %= len(rest) + 1
    new = rest[:target] + old[start : start + size] + rest[target:]
    at, there = offsets(old), homes(new)
    correction = Correction.between(text_of(old), text_of(new))
    for words in spans(picks, size):
        first, last = start + words.start, start + words.end
        placed = correction.place(Span(at[first], at[last]))
        expected = Span(there[first][0], there[last - 1][1])
        if placed.new is None:
            assert placed.candidates[0].span == expected
            assert placed.candidates[0].score == 1
        else:
            assert placed.new == expected


@pytest.mark.parametrize("size", range(1, 7))
def test_no_reading_of_one_change_has_what_is_kept_elsewhere(size: int) -> None:
    """However often the same signs are repeated: all that can be said of every insertion and deletion."""
    for signs in product("!?", repeat=size):
        longer = "".join(signs)
        shorter = {longer[:a] + longer[b:] for a in range(size) for b in range(a + 1, size + 1)}
        for text in shorter:
            read(longer, text)
            read(text, longer)


@given(
    st.text("一二三", min_size=1, max_size=14), st.integers(0, 14), st.text("一二三四", max_size=5)
)
def test_nor_has_a_reading_of_a_change_in_a_longer_text(text: str, at: int, piece: str) -> None:
    other = text[:at] + piece + text[at:]
    read(text, other)
    read(other, text)


def read(old: str, new: str) -> None:
    """Hold every span of a text against every reading of one insertion or deletion."""
    correction = Correction.between(old, new)
    known = readings(old, new)
    every = [Span(a, b) for a in range(len(old)) for b in range(a + 1, len(old) + 1)]
    for span, placed in zip(every, correction.place_all(every), strict=True):
        fates = {fate(span.start, span.end, reading) for reading in known} or {span.start}
        if placed.outcome == "kept":
            assert placed.new is not None
            assert fates - {"changed"} == {placed.new.start}
        elif placed.outcome == "changed":
            assert fates == {"changed"}


@given(st.integers(1, 20), st.lists(EDITS, min_size=1, max_size=3), PICKS)
def test_nothing_that_comes_together_is_lost(
    count: int, rounds: Sequence[Edits], picks: Sequence[tuple[int, int]]
) -> None:
    old = study(count)
    at = offsets(old)
    project = qc.Project.new("x", codebook=qc.Codebook("s", codes=[qc.Code("t")]), coder="ana")
    project.add_document(text_of(old), id="d")
    passages = sorted({(at[each.start], at[each.end]) for each in spans(picks, count)})
    for number, place in enumerate(passages):
        project.assign(("d", *place), "t", memo=str(number))
    before, new = project.assignments, old
    for number, edits in enumerate(rounds, 1):
        new = edited(new, edits, fresh=1000 * number)
        project.correct("d", text_of(new))
        told = memos(project)
        waiting = [each for found in project.quarantine for each in found.assignments]
        assert len(told) == len(set(told))
        assert len(told) + len(waiting) == len(passages)
    if text_of(new):
        while project.quarantine:
            project.place(project.quarantine[0], (0, 1))
        assert sorted(memos(project)) == sorted(map(str, range(len(passages))))
    project.correct("d", text_of(old))
    assert project.assignments == before


def memos(project: qc.Project) -> list[str]:
    """Return the memos of the assignments, each line for itself."""
    return [line for each in project.assignments for line in str(each.memo).split("\n")]
