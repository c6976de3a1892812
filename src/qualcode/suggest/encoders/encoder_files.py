"""Encoders in files: sentence models (ONNX), vectors of tokens (safetensors), vectors of words (text, NumPy).

Each reader returns a function from texts to vectors, the digest of the files, and how many texts to give
it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qualcode._extras import require
from qualcode.errors import NotFoundError, SuggestionError
from qualcode.suggest.bench.texts import tokens

__all__ = ["Loaded", "digest_files", "read", "sentence_model", "token_vectors", "word_vectors"]

Vectors = NDArray[np.float32]
Loaded = tuple[Callable[[list[str]], Any], str, int]

_BATCH = 256
# Larger batches of a sentence model are slower on a processor: more is padding, and less stays in its cache.
_SENTENCE_BATCH = 8
# What most sentence models were trained on; what comes after it in a long segment is not read.
_MAX_TOKENS = 256


def digest_files(paths: Iterable[Path]) -> str:
    """Return the SHA-256 digest of a file, or of several, one after the other.

    Parameters
    ----------
    paths : iterable of path
        The files.
    """
    digest = sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def read(path: Path) -> Loaded:
    """Return the encoder in a file or a folder.

    Parameters
    ----------
    path : path
        A folder with a model and a ``tokenizer.json``, or a file.

    Raises
    ------
    NotFoundError
        When a part of it is missing.
    SuggestionError
        When it is not of a known kind.
    """
    if path.is_dir():
        path = _model_in(path)
    if path.suffix in (".onnx", ".safetensors"):
        tokenizer = _tokenizer_of(path)
        load = sentence_model if path.suffix == ".onnx" else token_vectors
        return load(path, tokenizer)
    if path.suffix in (".vec", ".txt", ".npz", ".npy"):
        return word_vectors(path)
    raise SuggestionError(
        f"{path} is of no known kind: an encoder is a folder with a model (.onnx or .safetensors) and a "
        "tokenizer.json, or a file of vectors (.vec, .txt, .npz or .npy)"
    )


def _model_in(folder: Path) -> Path:
    for suffix in (".onnx", ".safetensors"):
        found = sorted(folder.glob(f"*{suffix}"))
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(path.name for path in found)
            raise SuggestionError(f"{folder} has several models, {names}: give the path of one")
    raise NotFoundError(f"{folder} has no model: a file that ends in .onnx or .safetensors")


def _tokenizer_of(model: Path) -> Path:
    """Return the tokeniser beside a model, or one folder up, as models are often laid out."""
    for folder in (model.parent, model.parent.parent):
        if (folder / "tokenizer.json").is_file():
            return folder / "tokenizer.json"
    raise NotFoundError(f"there is no tokenizer.json beside {model}")


def sentence_model(model: Path, tokenizer: Path) -> Loaded:
    """Return a sentence model: the mean of what it gives for each token, in unit length.

    Parameters
    ----------
    model : path
        An ONNX file.
    tokenizer : path
        Its ``tokenizer.json``.
    """
    onnxruntime = require("onnxruntime", extra="minilm")
    split = _tokenizer(tokenizer, extra="minilm")
    split.enable_truncation(_MAX_TOKENS)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # A thread that waits for work by running in circles takes a processor from whoever else needs it.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    onnxruntime.disable_telemetry_events()
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    names = {each.name for each in session.get_inputs()}
    if "input_ids" not in names:
        raise SuggestionError(
            f"{model} takes {', '.join(sorted(names))}: a sentence model takes input_ids"
        )

    def compute(texts: list[str]) -> Vectors:
        read = split.encode_batch(texts)
        longest = max(1, *(len(each.ids) for each in read))
        ids, mask = np.zeros((2, len(read), longest), np.int64)
        for row, each in enumerate(read):
            ids[row, : len(each.ids)] = each.ids
            mask[row, : len(each.ids)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        out = session.run(None, {name: given[name] for name in names & given.keys()})[0]
        if out.ndim == 3:
            seen = mask[:, :, None].astype(np.float32)
            out = (out * seen).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
        norm = np.linalg.norm(out, axis=1, keepdims=True)
        return np.asarray(out / np.where(norm > 0, norm, 1), np.float32)

    return compute, digest_files([model, tokenizer]), _SENTENCE_BATCH


def token_vectors(weights: Path, tokenizer: Path) -> Loaded:
    """Return static vectors of tokens: the mean of a text's.

    Parameters
    ----------
    weights : path
        A safetensors file with one matrix, a row for each token.
    tokenizer : path
        Its ``tokenizer.json``.
    """
    tensors = require("safetensors.numpy", extra="vectors").load_file(weights)
    split = _tokenizer(tokenizer, extra="vectors")
    split.no_truncation()
    if len(tensors) != 1 or next(iter(tensors.values())).ndim != 2:
        raise SuggestionError(
            f"{weights} holds {', '.join(sorted(tensors)[:4])} …: static vectors are one matrix. Give a "
            "model of another kind as ONNX, or as an object with a method encode"
        )
    table = np.asarray(next(iter(tensors.values())), np.float32)

    def compute(texts: list[str]) -> Vectors:
        read = split.encode_batch(texts, add_special_tokens=False)
        return _means(table, (np.minimum(each.ids, len(table) - 1) for each in read), len(texts))

    return compute, digest_files([weights, tokenizer]), _BATCH


def _tokenizer(path: Path, *, extra: str) -> Any:
    split = require("tokenizers", extra=extra).Tokenizer.from_file(str(path))
    split.no_padding()
    return split


def word_vectors(path: Path) -> Loaded:
    """Return static vectors of words: the mean of those of a text's words that are known.

    A word is looked up as it is written, then in lower case.

    Parameters
    ----------
    path : path
        Text with a word and its numbers on each line; ``.npz`` with `words` and `vectors`; or ``.npy``, the
        words beside it in a ``.txt``.
    """
    files = [path]
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            if not {"words", "vectors"} <= set(arrays):
                raise SuggestionError(
                    f"{path} holds {', '.join(arrays)}: name the arrays words and vectors"
                )
            words, table = arrays["words"].tolist(), arrays["vectors"]
    elif path.suffix == ".npy":
        files.append(path.with_suffix(".txt"))
        if not files[1].is_file():
            raise NotFoundError(
                f"{path} has no words beside it: {files[1].name}, a word on each line"
            )
        words = files[1].read_text("utf-8").splitlines()
        table = np.load(path, allow_pickle=False)
    else:
        words, table = _parse(path)
    if table.ndim != 2 or len(words) != len(table):
        raise SuggestionError(
            f"{path} has {len(words)} words and vectors of the shape {table.shape}: give a row for each word"
        )
    vectors = np.asarray(table, np.float32)
    row_of: dict[str, int] = {}
    for row, word in enumerate(words):
        row_of.setdefault(word, row)

    def rows(text: str) -> Iterator[int]:
        for lower, start, end in tokens(text):
            row = row_of.get(text[start:end], row_of.get(lower))
            if row is not None:
                yield row

    def compute(texts: list[str]) -> Vectors:
        return _means(vectors, (list(rows(text)) for text in texts), len(texts))

    return compute, digest_files(files), _BATCH


def _means(table: Vectors, rows: Iterable[Any], n: int) -> Vectors:
    """Return the mean of some rows of a table for each text, zeros for none."""
    means = np.zeros((n, table.shape[1]), np.float32)
    for i, each in enumerate(rows):
        if len(each):
            means[i] = table[each].mean(axis=0)
    return means


def _parse(path: Path) -> tuple[list[str], Vectors]:
    """Return the words and vectors of a text file, with or without a first line that counts them."""
    words: list[str] = []
    rows: list[Vectors] = []
    n = 0
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            fields = line.rstrip().split(" ")
            if number == 1 and len(fields) == 2 and all(each.isdigit() for each in fields):
                n = int(fields[1])
                continue
            n = n or len(fields) - 1
            try:
                row = np.array(fields[-n:], np.float32)
                if len(fields) <= n or n < 1:
                    raise ValueError(f"{len(fields) - 1} numbers, but {n} in the lines before")
            except ValueError as error:
                raise SuggestionError(
                    f"{path}, line {number}: a word and its numbers are wanted; {error}"
                ) from error
            words.append(" ".join(fields[:-n]))
            rows.append(row)
    if not rows:
        raise SuggestionError(
            f"{path} has no vectors: a word and its numbers are wanted on each line"
        )
    return words, np.stack(rows)
