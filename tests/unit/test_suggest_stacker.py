"""The whole suggester on small invented projects: it learns, explains, abstains, repeats itself."""

from __future__ import annotations

import socket
import zipfile
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from qualcode.errors import AssignmentError, NotFoundError, StatisticsError, StoreError
from qualcode.suggest import (
    CodedTexts,
    CodeText,
    SharedStacker,
    doubts,
    evaluate,
    fingerprint,
)
from qualcode.suggest.bench.coded_texts import group_numbers
from qualcode.suggest.bench.frequencies import Labels
from qualcode.suggest.bench.texts import tokens
from qualcode.suggest.stacker.fitting import fit_stack, read_text
from qualcode.suggest.stacker.scores import fit_scores

WORDS = {
    "trust": ["trust", "rely", "honest", "promise", "faithful", "confidence"],
    "money": ["money", "budget", "fund", "cost", "salary", "price"],
    "time": ["time", "hour", "late", "deadline", "schedule", "busy"],
    "place": ["room", "building", "office", "distance", "travel", "site"],
}
FILLER = [
    "we",
    "they",
    "it",
    "was",
    "then",
    "so",
    "people",
    "really",
    "always",
    "with",
    "our",
    "had",
]

BOOK = [
    CodeText("trust", "Trust between partners", "Partners rely on each other; they are honest."),
    CodeText("money", "Lack of money", "Costs, and the budget that there is for them."),
    CodeText("time", "Shortage of time", examples=["nobody has an hour for us"]),
    CodeText("place", "Places", "Rooms, buildings, travel.", exclude="Distance between people."),
]


def project(n_documents: int = 12, per_document: int = 12, seed: int = 0) -> CodedTexts:
    """Segments with words of none, one or two codes; longer documents and rarer codes among them."""
    rng = np.random.default_rng(seed)
    texts, documents, assigned = [], [], []
    for document in range(n_documents):
        for _ in range(per_document):
            has = rng.random(4) < [0.4, 0.3, 0.2, 0.08]
            words = list(rng.choice(FILLER, 6))
            for code, name in enumerate(WORDS):
                if has[code]:
                    words += list(rng.choice(WORDS[name], 2))
            rng.shuffle(words)
            texts.append(" ".join(words).capitalize() + ".")
            documents.append(f"interview {document}")
            assigned.append(has)
    return CodedTexts(texts, documents, np.array(assigned), BOOK)


@pytest.fixture(scope="module")
def coded() -> CodedTexts:
    return project()


@pytest.fixture(scope="module")
def model(coded: CodedTexts) -> SharedStacker:
    return SharedStacker(BOOK).fit(coded)


def test_finds_the_codes_of_unseen_documents(model: SharedStacker) -> None:
    new = project(4, seed=99)
    assigned = new.assigned.toarray()
    score = model.score_codes(new.texts, new.documents)
    some = assigned.any(axis=1)
    assert assigned[some][np.arange(some.sum()), score[some].argmax(axis=1)].mean() > 0.9
    decided = model.predict(new.texts, new.documents)
    assert 2 * (decided & assigned).sum() / (decided.sum() + assigned.sum()) > 0.8


def test_ranks_from_the_codebook_alone() -> None:
    new = project(3, seed=5)
    cold = SharedStacker(BOOK).fit(new.hide(np.ones(len(new.texts), bool)))
    assert cold.fitted_.statuses == ("cold",) * 4
    assert "ranks only: 0 segments" in str(cold.fitted_.trust.reason)
    score = cold.score_codes(["The budget and its costs.", "We rely on them, they are honest."])
    assert score.argmax(axis=1).tolist() == [1, 0]
    shown = cold.suggest(["The budget and its costs."])
    assert shown.probabilities[0] is None
    assert shown.reason == cold.fitted_.trust.reason


def test_an_unused_code_is_found_by_its_definition(coded: CodedTexts) -> None:
    assigned = coded.assigned.toarray()
    assigned[:, 3] = False
    fitted = SharedStacker(BOOK).fit(coded.texts, assigned, coded.documents).fitted_
    assert fitted.statuses[3] == "cold"
    new = project(5, seed=17)
    model = SharedStacker(BOOK).fit(coded.texts, assigned, coded.documents)
    score, truth = model.score_codes(new.texts, new.documents)[:, 3], new.assigned.toarray()[:, 3]
    assert score[truth].mean() > score[~truth].mean()


def test_a_name_alone_finds_what_is_said_around_it() -> None:
    book = [CodeText("zebra", "Zebra"), CodeText("harbour", "Harbour")]
    said = {"zebra": "stripes savanna herd grass", "harbour": "quay crane ship tide"}
    rng = np.random.default_rng(0)
    texts = [
        " ".join([name, *rng.permutation(words.split())[:3]])
        for name, words in said.items()
        for _ in range(12)
    ]
    texts += ["stripes herd grass", "quay ship tide"]
    data = CodedTexts(
        texts, map(str, range(len(texts))), np.zeros((len(texts), 2)), book, np.zeros(len(texts))
    )
    score = SharedStacker(book).fit(data).score_codes(texts[-2:])
    assert score.argmax(axis=1).tolist() == [0, 1]


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(AssignmentError, match="nothing to learn from"):
        SharedStacker().fit(["a b", "c d"], [[0], [0]], coded=[False, False])


def test_works_without_a_codebook_one_code_one_document(coded: CodedTexts) -> None:
    assigned = coded.assigned.toarray()
    plain = SharedStacker().fit(coded.texts, assigned, coded.documents)
    assert plain.score_codes(["They rely on honest people."]).argmax() == 0
    alone = SharedStacker(BOOK[:1]).fit(coded.texts, assigned[:, :1], ["one"] * len(coded.texts))
    assert np.isfinite(alone.score_codes(coded.texts)).all()
    assert "1.00 documents" in str(alone.fitted_.trust.reason)


def test_scores_of_left_out_documents_owe_nothing_to_their_codes(coded: CodedTexts) -> None:
    document = np.asarray(coded.document)
    first = document == 0

    def left_out(assigned: np.ndarray) -> dict[str, Any]:
        data = CodedTexts(coded.texts, coded.documents, assigned, BOOK, np.ones(len(document)))
        reading = read_text(data, n_topics=8, encode=None)
        labels = Labels(np.asarray(assigned, bool), document, 0.03)
        none = np.full(len(reading.phrases), -1)
        return fit_scores(np.arange(len(document)), labels, reading.codebook, none)[1]

    actual = coded.assigned.toarray()
    other = actual.copy()
    other[first] = ~other[first]
    one, two = left_out(actual), left_out(other)
    for name, score in one.items():
        np.testing.assert_allclose(score[first], two[name][first], atol=1e-9, err_msg=name)
    assert not np.allclose(one["terms"][~first], two["terms"][~first])


def test_a_quote_in_the_codebook_is_no_help_on_its_own_segment(coded: CodedTexts) -> None:
    quote = coded.texts[3]
    book = [*BOOK[:3], CodeText("place", "Places", examples=[quote])]

    def left_out(texts: tuple[str, ...]) -> Any:
        data = CodedTexts(texts, coded.documents, coded.assigned, book)
        reading = read_text(data, n_topics=8, encode=None)
        fitted = fit_stack(data, reading, context=False)
        return fitted.trust.score[3, 3]

    plain = CodedTexts(coded.texts, coded.documents, coded.assigned, BOOK)
    without = fit_stack(plain, read_text(plain, n_topics=8, encode=None), context=False)
    assert left_out(coded.texts) < 2 * without.trust.score[3, 3] + 0.05


def test_the_same_data_gives_the_same_bytes(coded: CodedTexts, tmp_path: Path) -> None:
    first, second = SharedStacker(BOOK).fit(coded), SharedStacker(BOOK).fit(coded)
    first.save(tmp_path / "one.zip")
    second.save(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    loaded = SharedStacker.load(tmp_path / "one.zip")
    loaded.save(tmp_path / "three.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "three.zip").read_bytes()
    new = project(2, seed=3)
    assert (loaded.predict_proba(new.texts) == first.predict_proba(new.texts)).all()
    assert loaded.suggest(new.texts, new.documents) == first.suggest(new.texts, new.documents)


def test_a_second_fit_reads_no_text_again_and_equals_a_first(coded: CodedTexts) -> None:
    begun = coded.hide(np.asarray(coded.document) > 5)
    model = SharedStacker(BOOK).fit(begun)
    space = model.fitted_.space
    model.fit(coded)
    assert model.fitted_.space is space
    assert fingerprint(model.fitted_) == fingerprint(SharedStacker(BOOK).fit(coded).fitted_)
    model.codebook = BOOK[:3]
    model.fit(coded.texts, coded.assigned[:, :3], coded.documents)
    assert model.fitted_.space is not space


def test_no_socket_is_opened(coded: CodedTexts, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    SharedStacker(BOOK).fit(coded).suggest(coded.texts[:3], coded.documents[:3])


def test_saved_files_hold_no_pickle_and_are_checked(model: SharedStacker, tmp_path: Path) -> None:
    path = tmp_path / "model.zip"
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert all(name.endswith((".npy", ".json")) for name in names)
        assert b"object" not in b"".join(archive.read(name)[:128] for name in names[1:])
    (tmp_path / "text.zip").write_text("nothing")
    with pytest.raises(StoreError, match="not a saved suggester"):
        SharedStacker.load(tmp_path / "text.zip")
    with pytest.raises(StoreError, match="not a saved suggester"):
        SharedStacker.load(tmp_path / "absent.zip")
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        archive.writestr("suggester.json", '{"format": "qualcode-suggester/0"}')
    with pytest.raises(StoreError, match="fit anew"):
        SharedStacker.load(tmp_path / "old.zip")
    with pytest.raises(StoreError, match="cannot be saved"):
        model.save(tmp_path / "no" / "folder.zip")


def test_blocks_and_order_do_not_matter(model: SharedStacker) -> None:
    new = project(3, seed=8)
    whole = model.score_codes(new.texts, new.documents)
    small = clone(model).set_params(block_size=5)
    small.fitted_, small.n_codes_ = model.fitted_, model.n_codes_
    np.testing.assert_allclose(small.score_codes(new.texts, new.documents), whole, atol=1e-12)
    order = np.argsort(np.arange(36) % 12, kind="stable")  # documents interleaved
    mixed = model.score_codes([new.texts[i] for i in order], [new.documents[i] for i in order])
    np.testing.assert_allclose(mixed, whole[order], atol=1e-12)


def test_relabelled_codes_get_the_same_scores(coded: CodedTexts) -> None:
    order = [2, 0, 3, 1]
    new = project(2, seed=4)
    one = SharedStacker(BOOK).fit(coded).score_codes(new.texts, new.documents)
    moved = CodedTexts(
        coded.texts, coded.documents, coded.assigned[:, order], [BOOK[i] for i in order]
    )
    two = SharedStacker(moved.codebook).fit(moved).score_codes(new.texts, new.documents)
    np.testing.assert_allclose(two, one[:, order], atol=1e-4)


def test_neighbours_count_where_they_are_alike() -> None:
    rng = np.random.default_rng(0)
    texts, documents, assigned = [], [], []
    for document in range(20):
        for passage in range(6):
            code = passage % 2
            for i in range(4):
                word = WORDS[list(WORDS)[code]][rng.integers(6)] if i % 2 else rng.choice(FILLER)
                texts.append(f"{rng.choice(FILLER)} {word} {rng.choice(FILLER)}")
                documents.append(str(document))
                assigned.append([code == 0, code == 1])
    data = CodedTexts(texts, documents, np.array(assigned), BOOK[:2])
    train, test = np.asarray(data.document) < 14, np.asarray(data.document) >= 14
    learned, rest = data.hide(test), data.rows(test)

    def right(context: bool) -> float:
        model = SharedStacker(BOOK[:2], context=context).fit(learned)
        best = model.score_codes(rest.texts, rest.documents).argmax(axis=1)
        return float(rest.assigned.toarray()[np.arange(best.size), best].mean())

    assert train.sum() == 336
    assert right(context=True) > right(context=False) + 0.03


def test_rules_and_own_vectors_are_weighed(coded: CodedTexts) -> None:
    rng = np.random.default_rng(0)
    rules = coded.assigned.toarray() & (rng.random((len(coded.texts), 4)) < 0.9)
    ruled = SharedStacker(BOOK).fit(coded.texts, coded.assigned, coded.documents, rules=rules)
    new = project(3, seed=21)
    truth = new.assigned.toarray()
    plain = SharedStacker(BOOK).fit(coded).score_codes(new.texts, new.documents)
    helped = ruled.score_codes(new.texts, new.documents, rules=truth)
    assert helped[truth].mean() > plain[truth].mean()
    assert np.isfinite(ruled.score_codes(new.texts, new.documents)).all()

    def encode(texts: list[str]) -> Any:
        return [
            [sum(w in text.lower() for w in words) for words in WORDS.values()] for text in texts
        ]

    vectors = SharedStacker(BOOK, encode=encode).fit(coded)
    assert "vectors" in vectors.fitted_.stack.scaling
    assert vectors.score_codes(["Faithful people."]).argmax() == 0


def test_an_encoder_has_to_be_given_again(coded: CodedTexts, tmp_path: Path) -> None:
    def encode(texts: list[str]) -> Any:
        return np.array([[len(text), 1.0] for text in texts])

    SharedStacker(BOOK, encode=encode).fit(coded).save(tmp_path / "model.zip")
    with pytest.raises(StoreError, match="encode="):
        SharedStacker.load(tmp_path / "model.zip")
    loaded = SharedStacker.load(tmp_path / "model.zip", encode=encode)
    assert loaded.score_codes(["Faithful people."]).shape == (1, 4)


def test_explanations_quote_the_segment_the_coded_and_the_codebook(
    model: SharedStacker, coded: CodedTexts
) -> None:
    text = "Then there was Honest confidence, really; they rely on it."
    found = model.fitted_.explain(text, [0])[0]
    assert found.terms
    for term in found.terms:
        assert text[term.start : term.end] == term.text
        assert term.weight > 0
    shown = {word for term in found.terms for word, _, _ in tokens(term.text)}
    assert shown & {"honest", "confidence", "rely"}
    assert found.nearest
    for near in found.nearest:
        assert coded.assigned[near.row, 0]
    assert [n.similarity for n in found.nearest] == sorted(
        (n.similarity for n in found.nearest), reverse=True
    )
    assert found.phrase is not None
    assert found.phrase.text in ("Partners rely on each other", "they are honest.")
    nothing = model.fitted_.explain("ξψ ω", [0])[0]
    assert (nothing.terms, nothing.nearest, nothing.phrase) == ((), (), None)


def test_shortlists_keep_to_what_is_promised(model: SharedStacker) -> None:
    new = project(6, seed=31)
    truth = new.assigned.toarray()
    place = {code.id: i for i, code in enumerate(BOOK)}
    shown = model.suggest(new.texts, new.documents, precision=0.8, explain=False)
    assert shown.cut is not None
    assert shown.reason is None
    right = [truth[row, place[code]] for row, code in zip(shown.rows, shown.codes, strict=True)]
    assert np.mean(right) >= 0.8
    assert set(shown.rows).isdisjoint(shown.silent)
    assert {*shown.rows, *shown.silent} == set(range(72))
    assert all("promise of 80%" in reason for reason in shown.silent.values())
    shortlist = model.suggest(new.texts, new.documents, recall=0.8, explain=False)
    found = np.zeros_like(truth)
    for row, code in zip(shortlist.rows, shortlist.codes, strict=True):
        found[row, place[code]] = True
    assert (found & truth).sum() / truth.sum() > 0.75


def test_shortlists_abstain_with_a_reason(model: SharedStacker) -> None:
    nothing = model.suggest(["ξψω", "The budget."], top=1)
    assert list(nothing.silent) == [0]
    assert "is known" in nothing.silent[0]
    assert (nothing.rows, nothing.codes, nothing.ranks) == ((1,), ("money",), (1,))
    assert len(nothing) == 1
    few = SharedStacker(BOOK).fit(project(2)).suggest(["The budget."], precision=0.7)
    assert not len(few)
    assert "ranks only" in few.silent[0]
    with pytest.raises(StatisticsError, match="either"):
        model.suggest(["x"], precision=0.5, recall=0.5)
    with pytest.raises(StatisticsError, match="at least one"):
        model.suggest(["x"], top=0)


def test_what_to_code_next(model: SharedStacker) -> None:
    new = project(3, seed=41)
    copies = [*new.texts, *new.texts[:10]]
    for strategy in ("uncertainty", "novelty", "random"):
        chosen = model.next_to_code(copies, 12, strategy=strategy)
        again = model.next_to_code(copies, 12, strategy=strategy)
        assert chosen.tolist() == again.tolist()
        assert len(set(chosen.tolist())) == 12
        if strategy != "random":  # no text twice
            assert len({copies[i] for i in chosen}) == 12
    strange = [*new.texts[:5], "Zebra giraffe quagga."]
    assert model.next_to_code(strange, 1, strategy="novelty").tolist() == [5]
    assert len(model.next_to_code(new.texts, 500)) == 36
    with pytest.raises(NotFoundError, match="Did you mean 'random'"):
        model.next_to_code(new.texts, 3, strategy="randon")


def test_surprising_decisions_are_listed(coded: CodedTexts) -> None:
    assigned = coded.assigned.toarray()
    row = int(np.flatnonzero(assigned[:, 0] & ~assigned[:, 1:].any(axis=1))[0])
    assigned[row] = [False, False, False, True]
    fitted = SharedStacker(BOOK).fit(coded.texts, assigned, coded.documents).fitted_
    assert row in {doubt.segment for doubt in islice(doubts(fitted), 3)}


def test_is_a_scikit_learn_estimator(coded: CodedTexts) -> None:
    model = SharedStacker(BOOK, n_topics=5)
    assert clone(model).get_params() == model.get_params()
    with pytest.raises(NotFittedError):
        model.score_codes(["x"])
    fitted = model.fit(coded.texts, coded.assigned, groups=coded.documents)
    assert fitted is model
    assert model.fitted_.space.directions.shape[1] == 5
    probability = model.predict_proba(coded.texts[:3])
    assert probability.shape == (3, 4)
    assert ((probability >= 0) & (probability <= 1)).all()
    assert model.predict(coded.texts[:3]).dtype == bool


def test_many_pairs_are_thinned_and_many_segments_sampled(
    coded: CodedTexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = SharedStacker(BOOK).fit(coded)
    monkeypatch.setattr("qualcode.suggest.stacker.fitting._PAIRS", 300)
    monkeypatch.setattr("qualcode.suggest.stacker.fitting._PAIR_BLOCK", 100)
    monkeypatch.setattr("qualcode.suggest.stacker.fitting._READ", 60)
    monkeypatch.setattr("qualcode.suggest.stacker.fitting._SCALED", 30)
    monkeypatch.setattr("qualcode.suggest.stacker.scores._LANDMARKS", 60)
    monkeypatch.setattr("qualcode.suggest.bench.texts._TOPIC_ROWS", 60)
    partly = coded.hide(np.asarray(coded.document) > 7)
    thinned = SharedStacker(BOOK).fit(partly)
    new = project(4, seed=55)
    truth = new.assigned.toarray()
    some = truth.any(axis=1)
    for model in (whole, thinned):
        best = model.score_codes(new.texts, new.documents)[some].argmax(axis=1)
        assert truth[some][np.arange(best.size), best].mean() > 0.85


def test_evaluation_beats_the_baselines_where_there_is_something_to_learn() -> None:
    told: list[tuple[int, int]] = []
    result = evaluate(
        project(20, seed=2),
        budgets=["s40", "s120", "k5", "s10000"],
        seeds=[0, 1],
        suggester=SharedStacker(BOOK),
        progress=lambda *at: told.append(at),
    )
    assert told == [(done, 8) for done in range(1, 9)]
    frame = result.to_frame().set_index(["budget", "method"])
    for budget in ("s40", "s120", "k5"):
        ours = frame.loc[(budget, "suggester")]
        for baseline in ("prevalence", "keywords", "TF-IDF logistic regression"):
            theirs = frame.loc[(budget, baseline)]
            assert ours["map"] >= theirs["map"] - 0.01
            assert ours["precision_at_1"] >= theirs["precision_at_1"] - 0.02
    assert "s10000" not in frame.index
    unjudged = [r for r in result.results if r.budget == "s10000"]
    assert all("left to judge on" in str(r.reason) for r in unjudged)
    assert {r.n_documents for r in result.results if r.budget == "s120"} == {10}
    few = [r for r in result.results if r.budget == "s40" and r.method == "suggester"]
    assert all("ranks only" in str(r.reason) for r in few)
    assert all(np.isnan(r.values["calibration_error"]) for r in few)


def test_evaluation_reports_promises_curves_and_codes() -> None:
    result = evaluate(project(20, seed=2), budgets=["s120"], seeds=[0], precisions=[0.7])
    promise = result.promises_frame().set_index(["kind", "wanted"]).loc[("precision", 0.7)]
    assert promise["given"] == 1
    assert promise["broken"] == 0
    curves = result.learning_curves()
    assert list(curves["code"]) == [code.id for code in BOOK]
    few = evaluate(project(20, seed=2), budgets=["s10"], seeds=[0], baselines={})
    known = few.learning_curves().dropna()
    assert len(known)
    assert ((known["low"] <= known["f1"]) & (known["f1"] <= known["high"])).all()
    coverage = result.coverage_curve("s120")
    assert coverage["coverage"].iloc[-1] == 1
    assert coverage["precision"].iloc[0] >= coverage["precision"].iloc[-1]
    calibration = result.calibration_curve("s120")
    assert calibration["n"].sum() == result.results[0].n_test


def test_group_numbers_follow_first_appearance() -> None:
    assert group_numbers(["x", "y", "x"]).tolist() == [0, 1, 0]
