"""What a suggester learns from, how text becomes numbers, and how data is split to judge it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import suggest as slow

from qualcode.errors import AssignmentError, StatisticsError
from qualcode.suggest.bench.coded_texts import CodedTexts, CodeText, group_numbers, neighbours
from qualcode.suggest.bench.texts import TextSpace, tokens, word_grams
from qualcode.suggest.judging.splits import make_split, near_duplicates
from qualcode.suggest.stacker.fitted import read_blocks
from qualcode.suggest.stacker.fitting import quoted_rows

CODES = [CodeText("trust", "Trust"), CodeText("money", "Money")]


def data(n: int = 6, coded: list[bool] | None = None) -> CodedTexts:
    texts = [f"segment number {i}" for i in range(n)]
    documents = ["abc"[i % 3] for i in range(n)]
    return CodedTexts(texts, documents, np.eye(n, 2), CODES, coded)


def test_a_row_with_codes_is_always_coded() -> None:
    assert data(6, [False] * 6).coded.tolist() == [True, True, False, False, False, False]


def test_only_documents_coded_throughout_count_as_coded_through() -> None:
    made = data(6, [True, True, True, True, False, True])
    assert made.coded_through.tolist() == [True, False, True, True, False, True]


def test_hiding_takes_decisions_away_and_keeps_text() -> None:
    hidden = data().hide([0, 3])
    assert hidden.texts == data().texts
    assert hidden.assigned.toarray().tolist() == [[0, 0], [0, 1], *[[0, 0]] * 4]
    assert hidden.coded.tolist() == [False, True, True, False, True, True]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"documents": ["a"]}, "document labels"),
        ({"assigned": np.eye(3, 3)}, "assigned has the shape"),
        ({"coded": [True]}, "coded has the shape"),
        ({"rules": np.eye(2)}, "rules has the shape"),
        ({"codebook": [CODES[0], CODES[0]]}, "same id"),
        ({"texts": [], "documents": []}, "at least one of each"),
    ],
)
def test_parts_that_do_not_fit_are_refused(change: dict[str, object], message: str) -> None:
    parts: dict[str, object] = {
        "texts": ["a", "b", "c"],
        "documents": ["1", "1", "2"],
        "assigned": np.eye(3, 2),
        "codebook": CODES,
    }
    with pytest.raises(AssignmentError, match=message):
        CodedTexts(**(parts | change))  # type: ignore[arg-type]


def test_phrases_keep_quotes_whole_and_know_what_speaks_against() -> None:
    code = CodeText("c", "Name", "One; two. Three", "When so", ["Never"], ["A quote; whole."])
    found = [(p.text, p.part, p.against) for p in code.phrases(0)]
    assert found == [
        ("Name", "name", False),
        ("One", "definition", False),
        ("two.", "definition", False),
        ("Three", "definition", False),
        ("When so", "include", False),
        ("Never", "exclude", True),
        ("A quote; whole.", "examples", False),
    ]


@given(st.lists(st.integers(0, 3), max_size=12))
def test_neighbours_are_the_nearest_of_the_same_document(document: list[int]) -> None:
    before, after = neighbours(np.array(document, np.int64))
    assert list(zip(before.tolist(), after.tolist(), strict=True)) == slow.neighbours(document)


@given(st.lists(st.sampled_from("ab"), max_size=12), st.integers(1, 5))
def test_blocks_hold_every_segment_once_with_its_neighbours(labels: list[str], size: int) -> None:
    labels = sorted(labels)
    texts = [str(i) for i in range(len(labels))]
    expected = slow.neighbours(group_numbers(labels).tolist())
    seen = []
    for block in read_blocks(zip(texts, labels, strict=True), size):
        for i in range(block.inner.start, block.inner.stop):
            around = [
                int(block.texts[j]) if j >= 0 else -1 for j in (block.before[i], block.after[i])
            ]
            seen.append((block.texts[i], *around))
    assert seen == [(text, *pair) for text, pair in zip(texts, expected, strict=True)]


@given(st.text())
def test_tokens_are_quotes_of_the_text(text: str) -> None:
    for word, start, end in tokens(text):
        assert text[start:end].lower() == word
        assert not word.isspace()


def test_words_of_other_scripts() -> None:
    assert [word for word, _, _ in tokens("हिन्दी में, ठीक")] == ["हिन्दी", "में", ",", "ठीक"]
    assert [word for word, _, _ in tokens("信頼。")] == ["信", "頼", "。"]
    assert [word for word, _, _ in tokens("naïve Čeština")] == ["naïve", "čeština"]
    assert word_grams("") == ["⟨ ⟩"]


def test_text_space_gives_rows_of_length_one_and_nothing_for_nothing() -> None:
    texts = ["we trust them", "money is short", "they trust us", ""]
    space, encoded = TextSpace.fit(texts, ["trust", "money"])
    norm = np.sqrt(encoded.terms.multiply(encoded.terms).sum(axis=1))
    np.testing.assert_allclose(np.asarray(norm).ravel(), [1, 1, 1, 1, 1, 1])
    again = space.encode(texts)
    np.testing.assert_allclose(again.terms.toarray(), encoded.terms.toarray()[:4])
    np.testing.assert_allclose(again.topics, encoded.topics[:4])
    unknown = space.encode(["ξψ"])
    assert unknown.terms.nnz == 0
    assert not unknown.topics.any()


def test_streams_take_whole_documents_and_judge_on_others() -> None:
    made = CodedTexts(
        [f"t{i}" for i in range(200)], [str(i // 10) for i in range(200)], np.ones((200, 2)), CODES
    )
    split = make_split(made, "s55", random_state=3)
    document = np.asarray(made.document)
    assert split.train.sum() == 55
    assert split.left is not None
    assert split.left.sum() == 5
    assert set(document[split.train]).isdisjoint(document[split.test])
    assert split.train.sum() + split.left.sum() + split.test.sum() == 200
    assert make_split(made, "s55", max_test=30, random_state=3).test.sum() == 30
    repeated = make_split(made, "s55", random_state=3)
    assert (repeated.train == split.train).all()


def test_exemplars_reach_their_number_for_each_code() -> None:
    rng = np.random.default_rng(0)
    assigned = rng.random((400, 2)) < [0.5, 0.1]
    made = CodedTexts(
        [f"t{i}" for i in range(400)], [str(i // 10) for i in range(400)], assigned, CODES
    )
    split = make_split(made, "k10", random_state=1)
    assert (assigned[split.train].sum(axis=0) >= 10).all()
    document = np.asarray(made.document)
    assert set(document[split.train]).isdisjoint(document[split.test])


def test_splits_refuse_what_they_do_not_know_and_say_what_is_missing() -> None:
    with pytest.raises(StatisticsError, match="not known"):
        make_split(data(), "200")
    assert "left to judge on" in str(make_split(data(), "s2").reason)


def test_copies_of_learned_text_are_found() -> None:
    texts = ["We trust our partners a lot.", "Money is short now.", "we trust our partners a lot."]
    _, encoded = TextSpace.fit(texts, ())
    train, test = np.array([True, False, False]), np.array([False, True, True])
    assert near_duplicates(encoded, train, test).tolist() == [False, False, True]
    assert not near_duplicates(encoded, np.zeros(3, bool), test).any()


def test_segments_quoted_in_the_codebook_are_found() -> None:
    codes = [CodeText("trust", "Trust", examples=["we trust our  partners"])]
    made = CodedTexts(
        ["And We trust our partners a lot.", "We trust."], ["1", "1"], [[1], [1]], codes
    )
    assert quoted_rows(made).tolist() == [True, False]
