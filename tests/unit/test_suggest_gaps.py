"""What the codebook lacks: groups of uncoded text far from every code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering

from qualcode.errors import StatisticsError
from qualcode.stats.pairs.association import association
from qualcode.suggest import CodedTexts, CodeText, SharedStacker
from qualcode.suggest.bench.telling_words import TextsWith, telling_words, word_list
from qualcode.suggest.bench.texts import TextSpace
from qualcode.suggest.codebook.gaps import Gaps, find_gaps
from qualcode.suggest.codebook.likeness import joined, likeness

FOLDER = Path(__file__).parents[3] / "shared" / "data"

PARKING = [
    "the parking garage was full again and we drove around",
    "parking near the garage is full every morning",
    "we could not find parking because the garage was full",
    "full garage no parking for visitors at all",
    "visitors drive around because the parking garage is full",
    "the garage is too small so parking takes ages",
]
NURSES = [
    "the nurse listened to my worries with patience",
    "she listened and took my worries seriously",
    "nurses who listen and take time for worries",
    "my worries were taken seriously by the nurse",
    "the nurse took time and listened carefully",
]
NOISE = [
    "the food was cold on tuesday evening",
    "my window looked onto a brick wall",
    "breakfast came late but tasted good",
    "television remote was missing from the room",
    "lights in the corridor stayed on",
    "blankets were thin in winter nights",
]
FORMS = [
    "the form asked for my insurance number twice",
    "insurance forms ask the same number again",
    "why does every form need the insurance number",
    "I wrote my insurance number on four forms",
    "another form with the same insurance number",
]


def made(
    uncoded: list[str],
    coded: list[str] = NURSES,
    *,
    documents: list[str] | None = None,
    close: float = 0.1,
) -> tuple[CodedTexts, TextSpace, Any]:
    texts = [*coded, *uncoded]
    data = CodedTexts(
        texts,
        documents or [f"d{i % 5}" for i in range(len(texts))],
        [[i < len(coded), False] for i in range(len(texts))],
        [CodeText("nurse", "Nurse listens"), CodeText("cost", "What it costs")],
    )
    space, _ = TextSpace.fit(texts, ["Nurse listens", "What it costs"])
    closeness = np.array([[0.9, 0.1]] * len(coded) + [[close, close / 2]] * len(uncoded))
    return data, space, closeness


def found_texts(found: Gaps, data: CodedTexts) -> list[set[str]]:
    return [{data.texts[row] for row in gap.segments} for gap in found]


def test_finds_what_belongs_together_and_is_far_from_every_code() -> None:
    data, space, closeness = made([*NOISE, *PARKING])
    (gap,) = found = find_gaps(data, space, closeness)
    assert found_texts(found, data) == [set(PARKING)]
    assert found.reason is None
    assert (len(gap.segments), gap.n_documents) == (6, 5)
    assert {word.text for word in gap.words[:2]} == {"garage", "parking"}
    assert (gap.words[0].inside, gap.words[0].outside) == (6, 0)
    assert gap.nearest == "nurse"
    assert gap.closeness == pytest.approx(0.1)
    assert gap.importance == pytest.approx(6 * 5 * gap.cohesion)
    assert (found.n_uncoded, found.n_short, found.n_repeated, found.n_far) == (12, 0, 0, 12)


def test_quotes_are_real_and_the_most_like_the_others() -> None:
    data, space, closeness = made([*NOISE, *PARKING])
    (gap,) = find_gaps(data, space, closeness)
    assert len(gap.quotes) == 3
    assert len({data.documents[row] for row in gap.quotes}) == 3
    assert set(gap.quotes) <= set(gap.segments)
    assert gap.nearest_coded is not None
    assert gap.nearest_coded < gap.cohesion


def test_what_is_close_to_a_code_is_no_gap() -> None:
    data, space, closeness = made([*NOISE, *PARKING])
    closeness[-6:, 1] = 0.95
    found = find_gaps(data, space, closeness)
    assert len(found) == 0
    assert found.n_far == 6
    assert found.reason == "no 5 of 6 uncoded segments are alike, and unlike what is coded"


def test_what_is_like_coded_text_is_no_gap() -> None:
    data, space, closeness = made([*NOISE, *PARKING[:5]], [*NURSES, *PARKING])
    shifted = [f"d{(i + 2) % 5}" for i in range(len(data.texts))]
    data = CodedTexts(data.texts, shifted, data.assigned, data.codebook)
    assert len(find_gaps(data, space, closeness)) == 0


def test_small_talk_and_boilerplate_are_no_gap() -> None:
    talk = [f"yes exactly {word}" for word in ("so", "right", "that", "this", "well", "now")]
    thanks = ["Thank you very much for your time today"] * 4
    shouted = ["THANK YOU  very much for your time today"]
    data, space, closeness = made([*NOISE, *talk, *thanks, *shouted])
    found = find_gaps(data, space, closeness)
    assert len(found) == 0
    assert (found.n_short, found.n_repeated, found.n_far) == (6, 4, 7)
    assert [len(gap.segments) for gap in find_gaps(data, space, closeness, min_words=3)] == [6]


def test_one_document_is_no_gap_unless_asked_for() -> None:
    documents = [*(f"d{i % 5}" for i in range(11)), *["one"] * 6]
    data, space, closeness = made([*NOISE, *PARKING], documents=documents)
    assert len(find_gaps(data, space, closeness)) == 0
    inside = find_gaps(data, space, closeness, min_documents=1)
    assert found_texts(inside, data) == [set(PARKING)]
    assert inside[0].n_documents == 1
    alone, space, closeness = made(PARKING, documents=["d1"] * 5 + ["one"] * 6)
    assert "in 1 document(s)" in str(find_gaps(alone, space, closeness).reason)


def test_gaps_come_by_segments_documents_and_cohesion() -> None:
    data, space, closeness = made([*NOISE, *FORMS, *PARKING])
    found = find_gaps(data, space, closeness)
    assert sorted(map(len, found_texts(found, data))) == [5, 6]
    importance = [gap.importance for gap in found]
    assert importance == sorted(importance, reverse=True)
    frame = found.to_frame()
    assert frame["segments"].tolist() == [len(gap.segments) for gap in found]
    assert frame["quote"].tolist() == [gap.quotes[0] for gap in found]
    assert frame["document"].isna().all()
    assert found[:1] == (found[0],)


def test_the_same_again_and_in_any_order_of_rows() -> None:
    data, space, closeness = made([*NOISE, *FORMS, *PARKING])
    first = find_gaps(data, space, closeness)
    assert find_gaps(data, space, closeness) == first
    order = np.random.default_rng(1).permutation(len(data.texts))
    moved = find_gaps(data.rows(order), space, closeness[order])
    assert found_texts(moved, data.rows(order)) == found_texts(first, data)
    assert [gap.cohesion for gap in moved] == pytest.approx([gap.cohesion for gap in first])
    assert [gap.words for gap in moved] == [gap.words for gap in first]


def test_a_large_project_is_sampled() -> None:
    data, space, closeness = made([*NOISE, *FORMS, *PARKING])
    found = find_gaps(data, space, closeness, most=12)
    assert (found.n_far, found.n_compared) == (17, 12)
    assert found == find_gaps(data, space, closeness, most=12)
    assert {row for gap in found for row in gap.segments} <= set(range(5, 22))


def test_before_anything_is_coded_all_text_is_far() -> None:
    rng = np.random.default_rng(0)
    words = sorted({word for text in (*NOISE, *NURSES, *FORMS) for word in word_list(text)})
    mixed = [" ".join(rng.choice(words, 6, replace=False)) for _ in range(40)]
    data, space, closeness = made([*mixed, *PARKING], [])
    found = find_gaps(data, space, closeness)
    assert found.n_far == 46
    assert all(gap.nearest_coded is None for gap in found)
    assert set(PARKING) in found_texts(found, data)


def test_scripts_without_spaces() -> None:
    parking = [
        "駐車場が満車で入れない",
        "駐車場はいつも満車です",
        "満車の駐車場を回った",
        "朝は駐車場が満車になる",
        "駐車場が満車で困った",
    ]
    others = [
        "看護師は話を聞いた",
        "食事が冷たかった",
        "窓から壁が見えた",
        "毛布がうすくて寒い",
        "朝食は遅く来ました",
    ]
    data, space, closeness = made([*others[1:], *parking], [others[0]] * 2)
    (gap,) = find_gaps(data, space, closeness)
    assert {data.texts[row] for row in gap.segments} == set(parking)
    assert {"駐車", "満車"} <= {word.text for word in gap.words}


def test_too_little_is_said() -> None:
    data, space, closeness = made(NOISE[:3])
    found = find_gaps(data, space, closeness)
    assert tuple(found) == ()
    assert found.reason == (
        "3 of 3 uncoded segments have at least 4 words and are far from every code; a gap needs 5"
    )
    assert list(found.to_frame()) == list(find_gaps(*made([*NOISE, *PARKING])).to_frame())
    nothing, space, closeness = made([])
    assert find_gaps(nothing, space, closeness).reason == "every segment has a code"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"closeness": np.zeros((3, 2))}, r"shape \(3, 2\)"),
        ({"closeness": np.full((11, 2), np.nan)}, "closeness of segment 0 to code 'nurse' is nan"),
        ({"min_segments": 1}, "min_segments is 1: give 2 or more"),
        ({"min_words": 0}, "min_words is 0"),
        ({"most": 1}, "most is 1"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], message: str) -> None:
    data, space, closeness = made(NOISE)
    arguments = {"data": data, "space": space, "closeness": closeness} | change
    with pytest.raises(StatisticsError, match=message):
        find_gaps(**arguments)


def test_hidden_codes_come_back_better_than_by_chance() -> None:
    """Codes taken out of the codebook and off all segments are what gaps should be made of."""
    path = FOLDER / "scrum_second.jsonl"
    if not path.exists():
        pytest.skip(f"{path.name}, a set of real coded data, is not at hand")
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    names = sorted({code for line in lines for code in line["codes"]})
    every = np.array([[name in line["codes"] for name in names] for line in lines])
    documents = np.array([line["doc"] for line in lines])
    rng = np.random.default_rng(0)
    purity, by_chance = [], []
    for _ in range(5):
        hidden = rng.choice(np.flatnonzero(every.sum(axis=0) >= 8), 3, replace=False)
        left = np.setdiff1d(np.arange(len(names)), hidden)
        looked_at = np.isin(documents, rng.choice(np.unique(documents), 24, replace=False))
        data = CodedTexts(
            [line["text"] for line in lines],
            documents.tolist(),
            every[:, left] & looked_at[:, None],
            [CodeText(names[code], names[code]) for code in left],
            looked_at,
        )
        model = SharedStacker().fit(data)
        score, trust = model.score_codes(data.texts, data.documents), model.fitted_.trust
        score[trust.rows] = trust.score
        uncoded = np.flatnonzero(np.diff(data.assigned.indptr) == 0)
        truth = every[:, hidden]
        for gap in find_gaps(data, model.fitted_.space, score):
            purity.append(truth[list(gap.segments)].mean(axis=0).max())
            drawn = [
                truth[rng.choice(uncoded, len(gap.segments), replace=False)].mean(axis=0).max()
                for _ in range(50)
            ]
            by_chance.append(np.mean(drawn))
    assert len(purity) >= 3
    assert np.mean(purity) > 1.5 * np.mean(by_chance)


def test_joined_groups_are_those_of_average_linkage() -> None:
    texts = [*NURSES, *PARKING, *FORMS, *NOISE]
    _, encoded = TextSpace.fit(texts, [])
    alike = likeness(encoded, encoded)
    np.testing.assert_allclose(np.diag(alike), 1.0)
    expected = AgglomerativeClustering(
        n_clusters=None, distance_threshold=0.8, metric="precomputed", linkage="average"
    ).fit_predict(1 - alike)
    groups = {tuple(np.flatnonzero(expected == k)) for k in range(expected.max() + 1)}
    assert {tuple(group) for group in joined(alike, 0.2)} == {g for g in groups if len(g) > 1}
    assert list(joined(np.eye(4), 0.0)) == []


def test_telling_words_weigh_as_the_likelihood_ratio() -> None:
    inside, outside = TextsWith.of([*PARKING, "a full day"]), TextsWith.of([*NURSES, *FORMS])
    for word in telling_words(inside, outside, most=99, least=0):
        both = association(word.inside, word.inside + word.outside, inside.n, inside.n + outside.n)
        assert word.weight == pytest.approx(float(both.g_squared))
        assert word.inside / inside.n > word.outside / outside.n
    assert telling_words(inside, TextsWith.of([])) == ()
    assert word_list("") == []
