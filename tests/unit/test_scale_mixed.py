"""Parts that do not look alike, or hold what they should not: a right result, or an error that says where."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import qualcode as qc
from qualcode import errors

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

BOOK = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("budget")])
COLUMNS = ("document", "start", "end", "code", "coder")

TYPES: dict[str, tuple[Any, Any]] = {
    "texts": (pa.string(), pa.int64()),
    "dictionaries": (pa.dictionary(pa.int32(), pa.string()), pa.int32()),
    "small dictionaries": (pa.dictionary(pa.int8(), pa.large_string()), pa.uint16()),
    "large texts": (pa.large_string(), pa.uint64()),
    "views": (pa.string_view(), pa.int32()),
}


def part(ids: str, kind: str = "texts", **columns: Any) -> Any:
    """Return rows of documents, each named by a letter, two of which are alike never."""
    text, number = TYPES[kind]
    values = {
        "document": list(ids),
        "start": [3 * at for at in range(len(ids))],
        "end": [3 * at + 2 for at in range(len(ids))],
        "code": [("trust", "budget")[at % 2] for at in range(len(ids))],
        "coder": ["ana"] * len(ids),
        **columns,
    }
    kinds = {name: number if name in ("start", "end") else text for name in COLUMNS}
    return pa.table(
        {
            name: pa.array(value, pa.string() if kinds[name] is text else pa.int64()).cast(
                kinds[name]
            )
            for name, value in values.items()
        }
    )


def copied(function: Callable[[Any], bytes], jobs: Sequence[Any]) -> Iterator[bytes]:
    """An engine that works on copies of what it was given."""
    for job in jobs:
        yield pickle.loads(pickle.dumps(function))(pickle.loads(pickle.dumps(job)))


def counted(parts: Any, documents: Any = None, engine: Any = None) -> list[Any]:
    table = qc.scan_assignments(parts, documents=documents)
    found = [
        qc.rollup(table, BOOK, count=count, engine=engine)
        for count in ("documents", "assignments", "characters")
    ]
    return [(each.total, each.counts.tolist()) for each in found]


def in_files(parts: Sequence[Any], folder: Path) -> str:
    folder.mkdir()
    for number, each in enumerate(parts):
        parquet.write_table(each, folder / f"part-{number}.parquet")
    return str(folder / "*.parquet")


@pytest.mark.parametrize("ids", [("aabb", "cdde"), ("abcd", "dcba")], ids=["whole", "scattered"])
def test_types_may_differ_from_part_to_part(ids: tuple[str, str], tmp_path: Path) -> None:
    wanted = counted([part(ids[0]), part(ids[1])])
    for at, kind in enumerate(TYPES):
        other = [*TYPES][at - 1]
        parts = [part(ids[0], kind), part(ids[1], other)]
        assert counted(parts) == wanted, kind
        files = in_files(parts, tmp_path / str(at))
        assert counted(files, engine=copied) == wanted, kind


@pytest.mark.parametrize("ids", [("aabb", "cdde"), ("abcd", "dcba")], ids=["whole", "scattered"])
def test_a_part_without_rows_counts_nothing(ids: tuple[str, str], tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    parts = [part(ids[0]), part(ids[1])]
    wanted = counted(parts)
    nothing = pa.Table.from_pandas(pandas.DataFrame(columns=list(COLUMNS)), preserve_index=False)
    texts = pa.table({"document": list("abcde"), "text": ["0123456789ab"] * 5})
    none = pa.Table.from_pandas(
        pandas.DataFrame(columns=["document", "text"]), preserve_index=False
    )
    for at, empty in enumerate((nothing, part(""))):
        assert counted([parts[0], empty, parts[1]]) == wanted
        files = in_files([empty, *parts, empty], tmp_path / str(at))
        assert counted(files, engine=copied) == wanted
        assert counted(files, documents=[none, texts])[:2] == wanted[:2]


def test_documents_may_be_of_several_makers() -> None:
    rows = part("abcd")
    texts = ["It is so. And why?"] * 2
    wanted = counted(rows, pa.table({"document": list("abcd"), "text": texts * 2}))
    for kind, _ in TYPES.values():
        first, second = (
            pa.table({"document": pa.array(list(ids), kind), "text": pa.array(texts, kind)})
            if not pa.types.is_dictionary(kind)
            else pa.table({"document": pa.array(list(ids)).cast(kind), "text": texts})
            for ids in ("ab", "cd")
        )
        plain = second.set_column(0, "document", second["document"].cast(pa.string()))
        assert counted(rows, [first, second]) == wanted, kind
        assert counted(rows, [first, plain]) == wanted, kind


def test_columns_of_documents_that_do_not_go_together_are_named() -> None:
    listed = [
        pa.table({"document": list("ab"), "site": [20, 20]}),
        pa.table({"document": list("cd"), "site": ["20", "20"]}),
    ]
    with pytest.raises(errors.DocumentError, match=r"tables of documents do not go .* site"):
        counted(part("abcd"), listed)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"document": [1, 2]}, "column 'document' holds int64, not texts"),
        ({"document": ["a", "b", None]}, "a row has no document"),
        ({"length": ["3", "4"]}, "column 'length' holds string, not whole numbers"),
        ({"text": [3, 4]}, "column 'text' holds int64, not texts"),
        ({"cases": [[1], [2]]}, "column 'cases' holds list<item: int64>, not lists of texts"),
        ({"cases": [["k", None], None]}, "document 'a' belongs to a case without an id"),
        ({"variables": [1, 2]}, "column 'variables' holds int64, not texts"),
    ],
)
def test_a_table_of_documents_that_is_none_is_refused(columns: dict[str, Any], told: str) -> None:
    with pytest.raises(errors.DocumentError, match=told):
        counted(part("ab"), pa.table({"document": list("ab"), **columns}))


def test_cases_may_be_lists_of_views() -> None:
    cases = pa.array([["x"], ["x", "y"]], pa.large_list(pa.string_view()))
    documents = pa.table({"document": pa.array(list("ab"), pa.string_view()), "cases": cases})
    table = qc.scan_assignments(part("ab"), documents=documents)
    assert qc.rollup(table, BOOK, count="cases").total == 2


@pytest.mark.parametrize("engine", [None, map, copied], ids=["threads", "map", "copies"])
def test_a_foreign_code_is_told_with_its_file_and_document(engine: Any, tmp_path: Path) -> None:
    files = in_files([part("aabb"), part("cd", code=["trust", "budgte"])], tmp_path / "files")
    with pytest.raises(errors.NotFoundError) as caught:
        counted(files, engine=engine)
    told = str(caught.value)
    assert "part-1.parquet, document 'd': code 'budgte' is not in the codebook 'study'" in told
    assert "budget" in told


def test_rows_that_say_nothing_are_refused() -> None:
    lacking = part("ab").set_column(3, "code", pa.array(["trust", None]))
    with pytest.raises(errors.AssignmentError, match="row 2 of a part has no code"):
        counted([part("cd"), lacking])
    held = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["trust", None]))
    with pytest.raises(errors.AssignmentError, match="a row of a part has no code"):
        counted([part("cd"), part("ab").set_column(3, "code", held)])
    with pytest.raises(errors.AssignmentError, match="row 1 of a part has no document"):
        counted(part("ab").set_column(0, "document", pa.nulls(2)))


@pytest.mark.parametrize("offset", [-(2**32) + 1, 2**32 + 1])
def test_an_offset_is_not_cut_to_one_that_fits(offset: int) -> None:
    with pytest.raises(errors.AssignmentError, match=f"start {offset} is an offset that no text"):
        counted(part("ab", start=[0, offset]))
