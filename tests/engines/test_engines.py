"""The same integers on every engine, however the rows are partitioned there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.scale import TableSaturation, TableStudy

from .conftest import need

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

# What engines warn of is for those who use them.
pytestmark = pytest.mark.filterwarnings("default")

N = 1200
BOOK = qc.Codebook(
    "study",
    codes=[
        *(qc.Code(f"theme-{number}", codable=False) for number in range(3)),
        *(qc.Code(f"code-{number}", parent=f"theme-{number % 3}") for number in range(12)),
    ],
)

QUESTIONS: dict[str, Callable[..., Any]] = {
    "saturation": lambda table, **on: qc.saturation(table, BOOK, n_orders=20, random_state=1, **on),
    "sequences": lambda table, **on: qc.sequences(table, BOOK, unit="sentence", **on),
    "stanzas": lambda table, **on: qc.stanzas(table, BOOK, unit="sentence", by="site", **on),
    "agreement": lambda table, **on: qc.study(table, BOOK, unit="sentence", **on),
    "documents": lambda table, **on: qc.rollup(table, BOOK, count="documents", **on),
    "cases": lambda table, **on: qc.rollup(table, BOOK, count="cases", **on),
    "characters": lambda table, **on: qc.rollup(table, BOOK, count="characters", **on),
    "coders": lambda table, **on: qc.rollup(table, BOOK, count="coders", **on),
    "crosstab": lambda table, **on: qc.crosstab(table, BOOK, "site", level="code", **on),
    "segments": lambda table, **on: qc.cooccurrence(table, BOOK, **on),
    "sentences": lambda table, **on: qc.cooccurrence(table, BOOK, "sentence", **on),
    "overlap": lambda table, **on: qc.cooccurrence(table, BOOK, meeting="overlap", **on),
    "some": lambda table, **on: qc.rollup(table, BOOK, where=SOME, **on),
    "by case": lambda table, **on: qc.crosstab(table, BOOK, "wave", count="cases", **on),
    "by speaker": lambda table, **on: qc.crosstab(table, BOOK, "role", level="code", **on),
}
SOME = (
    qc.code("code-1", "code-2").narrowed(text=re.compile("not")) | qc.where(speaker="ben")
).within("sentence") & ~qc.where(variables={"wave": 1}).within("sentence")


@pytest.fixture(scope="module")
def rows() -> Any:
    """Rows of which one document has a third."""
    random = np.random.default_rng(7)
    document = np.sort(np.where(random.random(N) < 1 / 3, 0, random.integers(0, 60, N)))
    start = random.integers(0, 150, N)
    return pa.table(
        {
            "document": [f"d{each:02d}" for each in document],
            "start": start,
            "end": start + random.integers(1, 30, N),
            "code": [f"code-{each}" for each in random.integers(0, 12, N)],
            "coder": random.choice(["ana", "ben", "eva"], N),
        }
    )


@pytest.fixture(scope="module")
def folder(rows: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five files that split documents, and one of the documents, some of which nobody coded."""
    folder = tmp_path_factory.mktemp("tables")
    size = N // 5
    for number in range(5):
        parquet.write_table(rows.slice(number * size, size), folder / f"rows-{number}.parquet")
    listed = pa.table(
        {
            "document": [f"d{number:02d}" for number in range(64)],
            "text": ["It is so. And why not? " * 10] * 64,
            "cases": [[f"case-{number // 5}"] for number in range(64)],
            "site": [f"site {number % 3}" for number in range(64)],
        }
    )
    cases = {"case": [f"case-{each}" for each in range(14)], "wave": [0, 1] * 7}
    ids = listed["document"].to_pylist()
    turns = {
        "document": [id for id in ids for _ in range(2)],
        "start": [0, 115] * 64,
        "end": [115, 230] * 64,
        "speaker": ["ana", "ben"] * 64,
        "role": ["interviewer", "participant"] * 64,
    }
    parquet.write_table(listed, folder / "documents.parquet")
    parquet.write_table(pa.table(cases), folder / "cases.parquet")
    parquet.write_table(pa.table(turns), folder / "turns.parquet")
    return folder


def scanned(source: Any, folder: Path) -> qc.scale.AssignmentTable:
    """Return assignments, wherever they are, beside the files on documents."""
    return qc.scan_assignments(
        source,
        documents=folder / "documents.parquet",
        cases=folder / "cases.parquet",
        turns=folder / "turns.parquet",
    )


@pytest.fixture(scope="module")
def wanted(rows: Any, folder: Path) -> dict[str, Any]:
    """What one process counts of one table."""
    table = scanned(rows, folder)
    return {name: told(ask(table)) for name, ask in QUESTIONS.items()}


def told(found: Any) -> tuple[Any, ...]:
    """Return the integers of a result."""
    names = ("n_units", "base", "total", "values", "n_transitions")
    rest = [np.asarray(getattr(found, each, None)).tolist() for each in names]
    if isinstance(found, TableSaturation):
        return found.documents, found.table.tolist(), found.to_frame().to_dict("list")
    if isinstance(found, TableStudy):
        return found.patterns, *rest
    return found.counts.tolist(), *rest


def check(table: Any, wanted: dict[str, Any], names: list[str], **on: Any) -> None:
    for name in names:
        assert told(QUESTIONS[name](table, **on)) == wanted[name], name


def test_spark_counts_files(spark: Any, folder: Path, wanted: dict[str, Any]) -> None:
    files = sorted(folder.glob("rows-*.parquet"))
    table = scanned(files, folder)
    check(
        table,
        wanted,
        ["sentences", "agreement", "saturation", "sequences", "some", "by speaker"],
        engine=spark,
    )


@pytest.mark.parametrize("partitions", [1, 4])
def test_spark_counts_its_frames(
    spark: Any, folder: Path, wanted: dict[str, Any], partitions: int
) -> None:
    """Scattered rows are brought together by one repartition, or refused by name."""
    files = [str(each) for each in folder.glob("rows-*.parquet")]
    frame = spark.read.parquet(*files).repartition(partitions)
    table = scanned(frame, folder)
    names = ["documents", "overlap", "cases", "agreement", "by case", "some"]
    check(table, wanted, names if partitions > 1 else names[:1])
    if partitions > 1:
        with pytest.raises(
            errors.DuplicateDocumentError, match=r"document.* in more than one part"
        ):
            qc.rollup(table, BOOK, count="documents", repartition=False)


def test_what_is_wrong_on_a_worker_of_spark_is_told(spark: Any, folder: Path) -> None:
    frame = spark.read.parquet(str(folder / "rows-0.parquet"))
    with pytest.raises(errors.NotFoundError, match="is not in the codebook 'other'"):
        qc.rollup(frame, qc.Codebook("other"))


def test_dask_counts_files(client: Any, folder: Path, wanted: dict[str, Any]) -> None:
    files = sorted(folder.glob("rows-*.parquet"))
    table = scanned(files, folder)
    check(table, wanted, [*QUESTIONS], engine=client)


def test_dask_counts_its_frames(
    client: Any, rows: Any, folder: Path, wanted: dict[str, Any]
) -> None:
    frames = pytest.importorskip("dask.dataframe")
    order = np.random.default_rng(3).permutation(N)
    frame = frames.from_pandas(rows.take(order).to_pandas(), npartitions=4, sort=False)
    table = scanned(frame, folder)
    check(table, wanted, ["documents", "coders", "segments"], engine=client)
    with pytest.raises(errors.DuplicateDocumentError, match=r"document.* in more than one part"):
        qc.rollup(table, BOOK, engine=client, repartition=False)


def test_documents_are_cut_and_searched_on_spark(spark: Any, folder: Path) -> None:
    path = str(folder / "documents.parquet")
    frame = spark.read.parquet(path).repartition(3)
    check_cutting(path, frame, engine=None)
    check_cutting(path, path, engine=spark)


def test_documents_are_cut_and_searched_on_dask(client: Any, folder: Path) -> None:
    path = str(folder / "documents.parquet")
    check_cutting(path, path, engine=client)


def check_cutting(path: str, documents: Any, *, engine: Any) -> None:
    """On an engine the same units are cut and found, in whatever order its parts come."""
    for wanted, found in (
        (qc.scale.units(path), qc.scale.units(documents, engine=engine)),
        (
            qc.scale.autocode(path, "trust", regex="[a-m]"),
            qc.scale.autocode(documents, "trust", regex="[a-m]", engine=engine),
        ),
    ):
        order = [("document", "ascending"), ("start", "ascending")]
        assert found.sort_by(order) == wanted.sort_by(order)
        assert len(wanted)


def test_a_worker_that_is_lost_is_made_up_for(
    client: Any, folder: Path, wanted: dict[str, Any], tmp_path: Path
) -> None:
    files = sorted(folder.glob("rows-*.parquet"))
    table = scanned(files, folder)

    def engine(function: Callable[[Any], bytes], jobs: list[Any]) -> list[bytes]:
        lost = partial(lost_once, function, tmp_path / "lost")
        return list(client.gather(client.map(lost, jobs, pure=False)))

    check(table, wanted, ["documents"], engine=engine)
    assert (tmp_path / "lost").exists()


def lost_once(function: Callable[[Any], bytes], flag: Path, job: Any) -> bytes:
    """Count a job, and end the worker's process at the first time."""
    if not flag.exists():
        flag.touch()
        os._exit(1)
    return function(job)


@pytest.mark.parametrize("module", ["duckdb", "polars"])
def test_duckdb_and_polars_are_readers(module: str, folder: Path, wanted: dict[str, Any]) -> None:
    need(module)
    files = str(folder / "rows-*.parquet")
    if module == "duckdb":
        import duckdb

        given = duckdb.sql(f"from '{files}' order by document")
    else:
        import polars

        given = polars.scan_parquet(files)
    table = qc.scan_assignments(given, documents=folder / "documents.parquet")
    check(table, wanted, ["documents", "characters", "segments"])
