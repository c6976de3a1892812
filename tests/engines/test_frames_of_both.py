"""Documents that are a frame as their assignments are: brought together there, and counted as from files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.laws.test_scale import as_assigned, everybody, listed, some_projects, without_structure

import qualcode as qc
from qualcode import errors
from qualcode.stats.counting.rollup import roll_up
from qualcode.stats.pairs.cooccurrence import cooccur

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

pytestmark = pytest.mark.filterwarnings("default")

N = 900
BOOK = qc.Codebook("study", codes=[qc.Code(f"code-{number}") for number in range(6)])

QUESTIONS: dict[str, Any] = {
    "documents": lambda table, **on: qc.rollup(table, BOOK, count="documents", **on),
    "cases": lambda table, **on: qc.rollup(table, BOOK, count="cases", **on),
    "characters": lambda table, **on: qc.rollup(table, BOOK, count="characters", **on),
    "crosstab": lambda table, **on: qc.crosstab(table, BOOK, "si.te", level="code", **on),
    "of cases": lambda table, **on: qc.crosstab(table, BOOK, "age", level="code", **on),
    "sentences": lambda table, **on: qc.cooccurrence(table, BOOK, "sentence", **on),
    "prevalence": lambda table, **on: qc.prevalence(table, BOOK, by="si.te", **on),
    "where": lambda table, **on: qc.rollup(table, BOOK, where='text("why")', **on),
    "speaker": lambda table, **on: qc.crosstab(table, BOOK, "speaker", level="code", **on),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scattered rows of which one document has a third, and documents of which some are not coded."""
    folder = tmp_path_factory.mktemp("both")
    random = np.random.default_rng(11)
    document = np.where(random.random(N) < 1 / 3, 0, random.integers(0, 50, N))
    start = random.integers(0, 150, N)
    rows = pa.table(
        {
            "document": [f"d{each:02d}" for each in document],
            "start": start,
            "end": start + random.integers(1, 30, N),
            "code": [f"code-{each}" for each in random.integers(0, 6, N)],
            "coder": random.choice(["ana", "ben"], N),
        }
    )
    listed = pa.table(
        {
            "document": [f"d{number:02d}" for number in range(57)],
            "text": [("It is so. And why not? " * (8 + number % 3)) for number in range(57)],
            "cases": [[f"case-{number // 5}"] for number in range(57)],
            "code": [f"a variable {number % 2}" for number in range(57)],
            "si.te": [f"site {number % 3}" for number in range(57)],
        }
    )
    cases = pa.table({"case": [f"case-{number}" for number in range(14)], "age": [*range(20, 34)]})
    turns = pa.table(
        {
            "document": [f"d{number // 2:02d}" for number in range(114)],
            "start": [0, 90] * 57,
            "end": [90, 184] * 57,
            "speaker": ["ana", "ben"] * 57,
        }
    )
    for name, table in (
        ("rows", rows), ("documents", listed), ("cases", cases), ("turns", turns),
    ):  # fmt: skip
        parquet.write_table(table, folder / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def wanted(folder: Path) -> dict[str, Any]:
    table = scanned(folder / "rows.parquet", folder / "documents.parquet", folder)
    return {name: told(ask(table)) for name, ask in QUESTIONS.items()}


def scanned(rows: Any, documents: Any, folder: Path) -> Any:
    return qc.scan_assignments(
        rows,
        documents=documents,
        cases=folder / "cases.parquet",
        turns=folder / "turns.parquet",
    )


def told(found: Any) -> Any:
    if hasattr(found, "shares"):
        return {value: (each.count.tolist(), each.total) for value, each in found.shares.items()}
    rest = [getattr(found, each, None) for each in ("n_units", "base", "total", "values")]
    return found.counts.tolist(), *rest


def test_spark_brings_documents_and_assignments_together(
    spark: Any, folder: Path, wanted: dict[str, Any]
) -> None:
    rows = spark.read.parquet(str(folder / "rows.parquet")).repartition(3)
    documents = spark.read.parquet(str(folder / "documents.parquet")).repartition(4)
    table = scanned(rows, documents, folder)
    for name in ("documents", "of cases", "sentences", "prevalence", "speaker"):
        assert told(QUESTIONS[name](table)) == wanted[name], name
    with pytest.raises(errors.NotFoundError, match=r"'d\d\d' is assigned to, and not in"):
        qc.rollup(scanned(rows, documents.limit(20), folder), BOOK)
    with pytest.raises(errors.DuplicateDocumentError):
        qc.rollup(scanned(rows, documents.union(documents.limit(1)), folder), BOOK)
    with pytest.raises(errors.StatisticsError, match="repartition=False does not go with"):
        qc.rollup(table, BOOK, repartition=False)
    with pytest.raises(errors.StatisticsError, match="a frame of Spark, and the assignments no"):
        scanned(folder / "rows.parquet", documents, folder)
    with pytest.raises(errors.StatisticsError, match="cases in a frame of Spark cannot be read"):
        qc.scan_assignments(rows, documents=documents, cases=documents)


def test_dask_brings_documents_and_assignments_together(
    client: Any, folder: Path, wanted: dict[str, Any]
) -> None:
    frames = pytest.importorskip("dask.dataframe")
    rows = frames.read_parquet(folder / "rows.parquet").repartition(npartitions=4)
    documents = frames.read_parquet(folder / "documents.parquet").repartition(npartitions=2)
    table = scanned(rows, documents, folder)
    for name, ask in QUESTIONS.items():
        assert told(ask(table, engine=client)) == wanted[name], name
    categories = rows.assign(document=rows["document"].astype("category"))
    found = qc.rollup(scanned(categories, documents, folder), BOOK, count="documents")
    assert told(found) == wanted["documents"]
    with pytest.raises(errors.NotFoundError, match=r"'d\d\d' is assigned to, and not in"):
        qc.rollup(scanned(rows, documents[documents["document"] < "d30"], folder), BOOK)
    as_text = frames.from_pandas(
        parquet.read_table(folder / "documents.parquet").to_pandas(), npartitions=2
    )
    with pytest.raises(errors.DocumentError, match="the text of a list"):
        qc.rollup(scanned(rows, as_text, folder), BOOK, count="cases")


# What fails takes too long to be made small: each example runs through a scheduler.
@settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@given(some_projects, st.integers(1, 4), st.integers(1, 3), st.randoms(use_true_random=False))
def test_frames_of_both_count_what_the_project_does(
    project: qc.Project, row_parts: int, document_parts: int, random: Any
) -> None:
    dask = pytest.importorskip("dask")
    frames = pytest.importorskip("dask.dataframe")
    state = without_structure(project)
    rows, documents = (
        table.take(pa.array(random.sample(range(len(table)), len(table)), pa.int64())).to_pandas()
        for table in (as_assigned(state), listed(state))
    )
    coders = everybody(project)
    with dask.config.set(
        {
            "scheduler": "synchronous",
            "dataframe.convert-string": False,
            "dataframe.shuffle.method": "tasks",
        }
    ):
        table = qc.scan_assignments(
            frames.from_pandas(rows, npartitions=row_parts, sort=False),
            documents=frames.from_pandas(documents, npartitions=document_parts, sort=False),
        )
        for count in ("documents", "characters"):
            found = qc.rollup(table, project.codebook, count=count, coders=coders)
            wanted = roll_up(state, count=count, coders=coders)
            assert (found.counts.tolist(), found.base) == (wanted.counts.tolist(), wanted.base)
        met = qc.cooccurrence(table, project.codebook, "sentence", coders=coders)
        assert met.counts.tolist() == cooccur(state, unit="sentence", coders=coders).counts.tolist()
