"""Parts that do not look alike, or of which one is wrong: a right count, or an error that says where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import qualcode as qc
from qualcode import errors

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

pytestmark = pytest.mark.filterwarnings("default")

BOOK = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("budget")])
TYPES = [
    (pa.string(), pa.int64()),
    (pa.dictionary(pa.int32(), pa.string()), pa.int32()),
    (pa.large_string(), pa.uint16()),
    (pa.null(), pa.null()),
]


def part(number: int, codes: tuple[str, ...] = ("trust", "budget")) -> Any:
    """Return the rows of a part: documents in disorder, each in every part but the last, which is empty."""
    text, offset = TYPES[number]
    n = 0 if pa.types.is_null(text) else 40
    values = {
        "document": [f"d{7 * at % 20:02d}" for at in range(n)],
        "start": [100 * number + at for at in range(n)],
        "end": [100 * number + at + 5 for at in range(n)],
        "code": [codes[at % 2] for at in range(n)],
        "coder": ["ana"] * n,
    }
    return pa.table(
        {
            name: pa.array(each).cast(offset if name in ("start", "end") else text)
            for name, each in values.items()
        }
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mixed")
    for number in range(len(TYPES)):
        parquet.write_table(part(number), folder / f"part-{number}.parquet")
    return folder


@pytest.fixture(scope="module")
def foreign(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foreign")
    for number in range(2):
        codes = ("trust", "budgte" if number else "budget")
        parquet.write_table(part(number, codes), folder / f"part-{number}.parquet")
    return folder


def counted(table: Any, **on: Any) -> list[Any]:
    return [
        qc.rollup(table, BOOK, count="documents", **on).counts.tolist(),
        qc.cooccurrence(table, BOOK, meeting="overlap", **on).counts.tolist(),
    ]


def check_foreign(ask: Callable[[], Any], where: str) -> None:
    with pytest.raises(errors.NotFoundError) as caught:
        ask()
    assert f"{where}, document 'd07': code 'budgte' is not in" in str(caught.value)


def test_spark_counts_what_is_mixed_and_tells_what_is_foreign(
    spark: Any, files: Path, foreign: Path
) -> None:
    pattern = str(files / "*.parquet")
    assert counted(pattern, engine=spark) == counted([part(at) for at in range(3)])
    check_foreign(
        lambda: qc.rollup(str(foreign / "*.parquet"), BOOK, engine=spark), "part-1.parquet"
    )
    frame = spark.read.parquet(str(foreign / "part-1.parquet")).coalesce(1)
    check_foreign(lambda: qc.rollup(frame, BOOK), "a partition of the frame")
    with pytest.raises(
        errors.AssignmentError, match="a partition of the frame has no column 'code"
    ):
        qc.rollup(frame.drop("coder"), BOOK)


def test_dask_counts_what_is_mixed_and_tells_what_is_foreign(
    client: Any, files: Path, foreign: Path
) -> None:
    frames = pytest.importorskip("dask.dataframe")
    pattern = str(files / "*.parquet")
    wanted = counted([part(at) for at in range(3)])
    assert counted(pattern, engine=client) == wanted
    check_foreign(
        lambda: qc.rollup(str(foreign / "*.parquet"), BOOK, engine=client), "part-1.parquet"
    )
    some = [part(0).to_pandas(), part(2).to_pandas().astype(part(0).to_pandas().dtypes)]
    expected = counted([part(0), part(2)])
    parts = [some[0], some[0].iloc[:0], some[1]]
    frame = frames.from_map(lambda at: parts[at], range(3), meta=parts[1])
    assert counted(frame) == expected
    # Dask itself cannot bring together partitions that are not as its frame says; nothing is counted then.
    parts[2] = part(1).to_pandas()
    with pytest.raises(errors.EngineError, match="nothing was counted"):
        counted(frames.from_map(lambda at: parts[at], range(3), meta=parts[1]))
