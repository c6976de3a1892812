"""Suggestions to the last bit the same on every engine, wherever the documents are."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.model.texts.segmenters import by_sentence
from qualcode.scale.sources.engines import Sent

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("sklearn")

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def suggester() -> Any:
    return qc.load_project("collaboration-reviews").suggester().fit()


@pytest.fixture(scope="module")
def file(suggester: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sentences of the project in an order of their own, in answers of various lengths."""
    random = np.random.default_rng(5)
    texts = suggester.project.documents.values()
    sentences = [each.quote for each in qc.segment(list(texts), unit="sentence")]
    answers = [" ".join(random.choice(sentences, random.integers(1, 6))) for _ in range(150)]
    path = tmp_path_factory.mktemp("answers") / "answers.parquet"
    ids = [f"new-{number}" for number in range(len(answers))]
    parquet.write_table(pa.table({"document": ids, "text": answers}), path)
    return path


@pytest.fixture(scope="module")
def wanted(suggester: Any, file: Path) -> Any:
    return in_order(qc.scale.suggest(file, suggester))


def in_order(found: Any) -> list[dict[str, Any]]:
    order = [(name, "ascending") for name in ("document", "start", "rank")]
    return found.sort_by(order).to_pylist()  # type: ignore[no-any-return]


def test_spark_suggests_what_one_process_does(
    spark: Any, suggester: Any, file: Path, wanted: Any
) -> None:
    assert in_order(qc.scale.suggest(str(file), suggester, engine=spark)) == wanted
    frame = spark.read.parquet(str(file)).repartition(4)
    assert in_order(qc.scale.suggest(frame, suggester)) == wanted
    with pytest.raises(errors.DuplicateDocumentError, match="'new-"):
        qc.scale.suggest(frame.union(frame.limit(3)), suggester)


def test_dask_suggests_what_one_process_does(
    client: Any, suggester: Any, file: Path, wanted: Any
) -> None:
    frames = pytest.importorskip("dask.dataframe")
    assert in_order(qc.scale.suggest([str(file)], suggester, engine=client)) == wanted
    frame = frames.from_pandas(parquet.read_table(file).to_pandas(), npartitions=5, sort=False)
    assert in_order(qc.scale.suggest(frame, suggester, engine=client)) == wanted


def test_what_a_worker_has_used_goes_on_to_another(client: Any) -> None:
    """Dask waits for ever for what a worker cannot send on."""
    one, other = sorted(client.scheduler_info(n_workers=-1)["workers"])[:2]
    there = client.submit(as_sent, Sent.of(Spoilt()), workers=[one], pure=False)
    used = client.submit(call, there, workers=[one], pure=False)
    assert client.gather(used) == b"0"
    # Where the other has it from is the one that has used it.
    assert client.submit(call, there, workers=[other], pure=False).result(timeout=60) == b"0"


class Spoilt:
    """A function that cannot be pickled any more once it was called."""

    def __call__(self) -> bytes:
        self.held = lambda: 0
        return str(self.held()).encode()


def as_sent(function: Any) -> Any:
    return function


def call(function: Any) -> bytes:
    found: bytes = function()
    return found


def test_a_worker_that_is_lost_is_made_up_for(
    client: Any, suggester: Any, file: Path, wanted: Any, tmp_path: Path
) -> None:
    """What the suggester learned goes to each worker once: it has to be there again, too."""
    whole = parquet.read_table(file)
    for number in range(5):
        parquet.write_table(whole.slice(30 * number, 30), tmp_path / f"{number}.parquet")
    unit = partial(sentences_of_a_lost_worker, tmp_path / "lost")
    found = qc.scale.suggest(str(tmp_path / "*.parquet"), suggester, unit, engine=client)
    assert in_order(found) == wanted
    assert (tmp_path / "lost").exists()


def sentences_of_a_lost_worker(flag: Path, document: qc.Document) -> Iterable[Any]:
    """Cut a document into sentences, and end the worker's process at the first time."""
    if not flag.exists():
        flag.touch()
        os._exit(1)
    return by_sentence(document)
