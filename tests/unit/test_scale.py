"""Tables of assignments: what is read, what is refused, and what lies in several parts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.report.methods import methods
from qualcode.scale.sources import source
from qualcode.stats.counting.policies import DocumentThings

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

BOOK = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("budget"), qc.Code("roles")])


def rows(**columns: Any) -> Any:
    table = {
        "document": ["a", "a", "a", "b", "b", "c"],
        "start": [0, 0, 4, 0, 2, 7],
        "end": [3, 3, 9, 5, 6, 9],
        "code": ["trust", "budget", "trust", "trust", "roles", "budget"],
        "coder": ["ana", "ben", "ana", "ana", "ben", "ben"],
    }
    return pa.table({**table, **columns})


def documents(**columns: Any) -> Any:
    return pa.table({"document": ["a", "b", "c", "d"], **columns})


def counts(table: Any, **options: Any) -> dict[str, float]:
    found = qc.rollup(table, BOOK, **options)
    return {code: found.of(code, "code") for code in BOOK.codes}


# What is read


def test_files_tables_and_frames_count_the_same(tmp_path: Path) -> None:
    whole = rows()
    for number in range(3):
        parquet.write_table(whole.slice(2 * number, 2), tmp_path / f"{number}.parquet")
    with (
        pa.OSFile(str(tmp_path / "all.arrow"), "wb") as file,
        pa.ipc.new_file(file, whole.schema) as writer,
    ):
        writer.write_table(whole)
    wanted = {"trust": 2, "budget": 2, "roles": 1}
    for given in (
        str(tmp_path / "*.parquet"),
        tmp_path,
        [tmp_path / f"{number}.parquet" for number in range(3)],
        tmp_path / "all.arrow",
        whole,
        whole.to_pandas(),
        whole.to_reader(),
        [whole.slice(0, 3), whole.slice(3)],
    ):
        assert counts(given, count="documents") == wanted, given


def test_a_frame_may_hold_what_arrow_cannot() -> None:
    frame = rows().to_pandas()
    frame["memo"] = [1, "two", None, object(), [], {}]
    assert counts(frame) == {"trust": 3, "budget": 2, "roles": 1}


def test_dictionaries_that_differ_from_file_to_file_are_one_vocabulary(tmp_path: Path) -> None:
    for number, codes in enumerate((["trust", "budget"], ["budget", "roles"])):
        part = rows().slice(0, 2).set_column(3, "code", pa.array(codes).dictionary_encode())
        part = part.set_column(0, "document", pa.array([f"d{number}"] * 2).dictionary_encode())
        parquet.write_table(part, tmp_path / f"{number}.parquet")
    assert counts(tmp_path) == {"trust": 1, "budget": 2, "roles": 1}


def test_weights_are_the_greatest_of_what_a_merge_made_one() -> None:
    merging = qc.changes.Merge(["budget"], into="trust")
    book = merging.apply(qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("budget")]))
    table = rows(weight=[1.5, 4.0, None, None, None, None]).slice(0, 2)
    table = table.set_column(4, "coder", pa.array(["ana", "ana"]))
    assert qc.rollup(table, book, count="weight").total == 4
    assert qc.rollup(table, book, count="assignments").total == 1


def test_only_the_coders_who_are_named_count() -> None:
    found = qc.rollup(rows(), BOOK, coders="ben", count="assignments")
    assert (found.total, found.counted.coders, found.counted.documents) == (3, ("ben",), 3)


def test_documents_that_nobody_assigned_to_are_in_the_base() -> None:
    table = qc.scan_assignments(rows(), documents=documents())
    found = qc.rollup(table, BOOK, count="documents")
    assert (found.base, found.total) == (4, 3)
    assert qc.rollup(rows(), BOOK, count="documents").base == 3


def test_shares_of_text_are_of_all_text_or_none() -> None:
    texts = documents(text=["x" * 10, "y" * 10, "z" * 10, "ü" * 10])
    known = qc.rollup(qc.scan_assignments(rows(), documents=texts), BOOK, count="characters")
    assert (known.total, known.base, known.share("roles", "code")) == (16, 40, 0.1)
    unknown = qc.rollup(rows(), BOOK, count="characters")
    assert (unknown.total, unknown.share("roles", "code")) == (16, None)


def test_a_policy_of_ones_own_sees_variables_and_texts() -> None:
    table = qc.scan_assignments(
        rows(), documents=documents(text=["north of it", "south of it", "north of it", ""])
    )
    starts = DocumentThings("starts", how="once", thing=lambda each: [each.text[:5] or "nothing"])
    found = qc.rollup(table, BOOK, count=starts)
    assert (found.of("trust", "code"), found.base) == (2, 3)


def test_a_crosstab_has_a_column_for_what_is_not_known() -> None:
    table = qc.scan_assignments(rows(), documents=documents(wave=[2, 10, None, 2]))
    found = qc.crosstab(table, BOOK, "wave", level="code", count="documents")
    assert found.values == (2, 10, "(not known)")
    assert found.to_frame().loc["trust"].tolist() == ["trust", 1, 1, 0, 2]


def test_an_empty_table_counts_nothing() -> None:
    assert counts(rows().slice(0, 0)) == {"trust": 0, "budget": 0, "roles": 0}
    assert qc.cooccurrence(rows().slice(0, 0), BOOK).nodes == ()


def test_a_result_says_what_it_was_counted_of() -> None:
    found = qc.rollup(rows(), BOOK, count="documents")
    text = methods(found, code=True)
    assert (
        "6 assignments, in a table in memory, read through the codebook “study” (3 codes)" in text
    )
    assert text.endswith("Code: rollup(table, codebook, count='documents')")
    assert "6 assignments in 3 documents by 2 coders (ana, ben), from a table in memory" in str(
        qc.evidence(rows(), BOOK, level="code")
    )
    for each in (
        qc.prevalence(rows(), BOOK, interval="bootstrap", n_resamples=20, random_state=1),
        qc.cooccurrence(rows(), BOOK, "document"),
        qc.evidence(rows(), BOOK, level="code"),
        qc.rollup(rows(), BOOK, coders=["ana"]),
    ):
        assert methods(each)
        assert each.plot() is not None


# What is refused


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"code": ["trust"] * 5 + ["budgte"]}, errors.NotFoundError,
         r"code 'budgte' is not in the codebook 'study'.*Did you mean 'budget'"),
        ({"code": ["trust"] * 5 + [None]}, errors.AssignmentError, "row 6 of a part has no code"),
        ({"end": [3, 3, 4, 5, 6, 9]}, errors.AssignmentError, "span 4–4 of document 'a' is empty"),
        ({"start": [0, 0, -4, 0, 2, 7]}, errors.AssignmentError, "span -4–9 of document 'a'"),
        ({"start": [0.0] * 6}, errors.AssignmentError, "column 'start' holds double, not whole"),
        ({"document": [1] * 6}, errors.AssignmentError, "column 'document' holds int64, not texts"),
        ({"weight": ["high"] * 6}, errors.AssignmentError, "column 'weight' holds string"),
        ({"end": [3, 3, 4, 5, 6, 1 << 40]}, errors.AssignmentError, "an offset that no text has"),
    ],
)  # fmt: skip
def test_rows_that_are_no_assignments_are_refused(
    changed: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        qc.rollup(rows(**changed), BOOK)


def test_files_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    parquet.write_table(rows(), tmp_path / "a.parquet")
    parquet.write_table(rows().drop(["coder"]), tmp_path / "b.parquet")
    with pytest.raises(errors.AssignmentError, match=r"b\.parquet has no column 'coder'"):
        qc.scan_assignments(tmp_path)
    parquet.write_table(rows(weight=[1.0] * 6), tmp_path / "b.parquet")
    with pytest.raises(errors.AssignmentError, match=r"b\.parquet has a column 'weight' and .*a\."):
        qc.scan_assignments(tmp_path)
    (tmp_path / "c.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(errors.StoreError, match=r"c\.parquet cannot be read as Parquet"):
        qc.scan_assignments(tmp_path / "c.parquet")
    for nothing in (tmp_path / "*.pq", tmp_path / "none.parquet"):
        with pytest.raises(errors.StoreError, match=r"no file fits|cannot be read"):
            qc.scan_assignments(nothing)
    with pytest.raises(
        errors.StatisticsError, match=r"assignments in 7 \(int\) cannot be read: give Parquet"
    ):
        qc.scan_assignments(7)


def test_documents_that_do_not_go_with_the_assignments_are_refused() -> None:
    few = pa.table({"document": ["a", "b"]})
    with pytest.raises(errors.NotFoundError, match="document 'c' is assigned to, and not in the"):
        qc.rollup(qc.scan_assignments(rows(), documents=few), BOOK)
    twice = pa.table({"document": ["a", "b", "c", "c"]})
    with pytest.raises(errors.DuplicateDocumentError, match="document 'c'"):
        qc.rollup(qc.scan_assignments(rows(), documents=twice), BOOK)
    short = documents(text=["x" * 8, "y" * 10, "z" * 10, ""])
    with pytest.raises(
        errors.SpanError, match="4–9 reaches beyond the 8 code points of document 'a'"
    ):
        qc.rollup(qc.scan_assignments(rows(), documents=short), BOOK, count="characters")
    with pytest.raises(errors.DocumentError, match="no column 'document'; its columns are id"):
        qc.scan_assignments(rows(), documents=pa.table({"id": ["a"]}))
    table = qc.scan_assignments(rows(), documents=documents())
    for asked, message in (
        (lambda: qc.cooccurrence(rows(), BOOK, "sentence"), "unit='sentence' needs the documents"),
        (lambda: qc.cooccurrence(table, BOOK, "sentence"), "the table of documents has no text"),
        (lambda: qc.rollup(rows(), BOOK, count="cases"), "count='cases' needs to know which"),
        (lambda: qc.prevalence(rows(), BOOK, "turn"), "unit='turn' needs the documents"),
        (lambda: qc.prevalence(rows(), BOOK, by="site"), "no document has a variable 'site'"),
        (lambda: qc.crosstab(rows(), BOOK, "site"), "variable='site' is one of documents"),
        (lambda: qc.crosstab(table, BOOK, "site"), "no document has a variable 'site'"),
    ):
        with pytest.raises((errors.StatisticsError, errors.DocumentError), match=message):
            asked()


# Documents in several parts


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "BLOCK", 4)


def scattered(tmp_path: Path) -> tuple[Any, list[Path]]:
    """Return many rows, one document with a third of them, and files that split documents."""
    random = np.random.default_rng(5)
    n = 600
    document = np.sort(np.where(random.random(n) < 1 / 3, 0, random.integers(0, 40, n)))
    start = random.integers(0, 200, n)
    whole = pa.table(
        {
            "document": [f"d{each:02d}" for each in document],
            "start": start,
            "end": start + random.integers(1, 20, n),
            "code": random.choice([*BOOK.codes], n),
            "coder": random.choice(["ana", "ben"], n),
        }
    )
    paths = [tmp_path / f"{number}.parquet" for number in range(6)]
    for number, path in enumerate(paths):
        parquet.write_table(whole.slice(100 * number, 100), path, row_group_size=30)
    return whole, paths


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("shuffled", [False, True])
def test_documents_in_several_parts_count_once(tmp_path: Path, shuffled: bool) -> None:
    whole, paths = scattered(tmp_path)
    if shuffled:
        order = np.random.default_rng(1).permutation(len(whole))
        for number, path in enumerate(paths):
            parquet.write_table(whole.take(order[100 * number : 100 * number + 100]), path)
    wanted = len(set(whole["document"].to_pylist()))
    assert qc.rollup(paths, BOOK, count="documents").total == wanted
    for unit in ("segment", "document"):
        found, one = (qc.cooccurrence(each, BOOK, unit) for each in (paths, whole))
        assert found.counts.tolist() == one.counts.tolist()
    with pytest.raises(
        errors.DuplicateDocumentError, match=r"document.* in more than one part"
    ) as told:
        qc.rollup(paths, BOOK, count="documents", repartition=False)
    assert told.value.documents


def test_a_reader_that_is_gone_is_not_counted_as_empty(small_blocks: None, tmp_path: Path) -> None:
    whole, _ = scattered(tmp_path)
    order = np.random.default_rng(1).permutation(len(whole))
    batches = whole.take(order).combine_chunks().to_batches(max_chunksize=3)
    reader = pa.RecordBatchReader.from_batches(whole.schema, batches)
    with pytest.raises(errors.EngineError, match="600 rows when it was read first, and 0 when"):
        qc.rollup(reader, BOOK)


# Engines


def lossy(function: Callable[[Any], bytes], jobs: Sequence[Any]) -> Iterator[bytes]:
    yield from map(function, jobs[1:])


def twice(function: Callable[[Any], bytes], jobs: Sequence[Any]) -> list[bytes]:
    return [function(jobs[0])] * len(jobs)


def broken(function: Callable[[Any], bytes], jobs: Sequence[Any]) -> list[bytes]:
    raise ConnectionResetError("worker 3 is gone\nlong trace")


@pytest.mark.parametrize(
    ("engine", "message"),
    [
        (lossy, "handed back 5 results for 6 parts, not one for each"),
        (twice, "handed back 6 results for 6 parts, not one for each"),
        (broken, "failed, and nothing was counted: ConnectionResetError: worker 3 is gone. If"),
        (lambda function, jobs: ["no bytes"] * len(jobs), "handed back 6 results for 6 parts"),
    ],
)
def test_an_engine_that_loses_a_part_gives_no_count(
    engine: Any, message: str, tmp_path: Path
) -> None:
    _, paths = scattered(tmp_path)
    with pytest.raises(errors.EngineError, match=message):
        qc.rollup(paths, BOOK, engine=engine)


def test_any_mapper_is_an_engine(tmp_path: Path) -> None:
    _, paths = scattered(tmp_path)
    wanted = counts(paths, count="documents")
    with ThreadPoolExecutor(2) as pool:
        for engine in (map, pool, lambda function, jobs: [function(job) for job in jobs]):
            assert counts(paths, count="documents", engine=engine) == wanted
    with pytest.raises(
        errors.StatisticsError, match=r"engine='spark' .*is none: give a session of"
    ):
        qc.rollup(paths, BOOK, engine="spark")


def test_what_is_wrong_in_a_part_is_told_as_it_would_be_here(tmp_path: Path) -> None:
    _, paths = scattered(tmp_path)
    book = qc.Codebook("other", codes=[qc.Code("trust")])
    with pytest.raises(
        errors.NotFoundError, match=r"0\.parquet, document 'd00': code '(budget|roles)' is not in"
    ):
        qc.rollup(paths, book, engine=map)


def test_a_name_of_a_file_says_where_it_is(tmp_path: Path) -> None:
    _, paths = scattered(tmp_path)
    table = qc.scan_assignments(paths)
    assert repr(table) == f"<assignments in 6 files ({os.fspath(paths[0])}, …)>"


def test_files_without_any_of_the_documents_asked_for_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a file says of its row groups decides, so that many files are not each read for every other."""
    book = qc.Codebook("answers", codes=[qc.Code("price"), qc.Code("waiting")])
    table = qc.scale.write_answers(tmp_path / "answers", book, 400, parts=4)
    read: list[str] = []
    whole = parquet.read_table

    def noted(path: str, **given: Any) -> Any:
        read.append(Path(path).name)
        return whole(path, **given)

    monkeypatch.setattr(parquet, "read_table", noted)
    assert qc.rollup(table, book, count="documents", engine=map).base == 400
    assert read == [f"documents-{part:04d}.parquet" for part in range(4)]


TEXTS = {
    "a": "We trust them. Money is short.",
    "b": "No money? No trust.",
    "c": "",
    "d": "Trust. Trust!",
}


def texts(ids: Sequence[str]) -> Any:
    return pa.table({"document": list(ids), "text": [TEXTS[id] for id in ids]})


@pytest.mark.parametrize("engine", [None, map], ids=["threads", "map"])
def test_documents_are_cut_and_searched_as_a_project_does_it(engine: Any, tmp_path: Path) -> None:
    for at, ids in enumerate(("ab", "cd")):
        parquet.write_table(texts(ids), tmp_path / f"documents-{at}.parquet")
    files = str(tmp_path / "*.parquet")
    project = qc.Project.new("Texts", codebook=BOOK, coder="ana")
    project.add_documents(TEXTS)
    for unit in ("sentence", "document"):
        cut = qc.scale.units(files, unit, engine=engine).to_pylist()
        own = [(each.document.id, each.start, each.end) for each in project.segments(unit)]
        assert [tuple(row.values()) for row in cut] == own
    coded = qc.scale.autocode(files, "trust", text="trust", engine=engine, coder="ana")
    for each in project.autocode("trust", text="trust"):
        project.accept(each)
    counted = qc.rollup(coded, BOOK, count="segments")["trust"]
    assert counted == project.rollup(count="segments")["trust"] == 4


def test_documents_to_cut_are_refused_when_something_is_wrong() -> None:
    with pytest.raises(errors.DuplicateDocumentError, match="'a'"):
        qc.scale.units([texts("ab"), texts("ca")])
    with pytest.raises(errors.DocumentError, match="text"):
        qc.scale.units(pa.table({"document": ["a"]}))
    with pytest.raises(errors.SuggestionError, match="nothing to search for"):
        qc.scale.autocode(texts("a"), "trust")
    with pytest.raises(errors.QualcodeError, match="unit"):
        qc.scale.units(texts("a"), "verse")


# Documents in a frame


def frame_of(engine: str) -> Any:
    """Return what looks like a frame of an engine that is not installed here."""
    return type("Frame", (), {"__module__": f"{engine}.frame", "columns": ["document", "text"]})()


@pytest.mark.parametrize(
    ("assigned", "listed", "told"),
    [
        (None, "pyspark.sql", "the documents are a frame of Spark, and the assignments no frame"),
        ("dask.dataframe", "pyspark.sql", "Spark, and the assignments a frame of Dask"),
        ("ray.data", "ray.data", "a dataset of Ray cannot be brought together"),
    ],
)
def test_documents_in_a_frame_take_assignments_in_one(
    assigned: str | None, listed: str, told: str
) -> None:
    given = rows() if assigned is None else frame_of(assigned)
    with pytest.raises(errors.StatisticsError, match=told):
        qc.scan_assignments(given, documents=frame_of(listed))
    with pytest.raises(errors.StatisticsError, match="cases in a frame of Spark cannot be read"):
        qc.scan_assignments(rows(), documents=documents(), cases=frame_of("pyspark.sql"))


def test_cases_that_are_the_text_of_a_list_are_refused() -> None:
    table = qc.scan_assignments(rows(), documents=documents(cases=["['x']"] * 4))
    with pytest.raises(errors.DocumentError, match="the text of a list"):
        qc.rollup(table, BOOK, count="cases")


def test_scattered_documents_are_not_cut_in_vain(tmp_path: Path) -> None:
    for number in range(4):
        part = rows(
            start=[10 * number + at for at in range(6)],
            end=[10 * number + at + 2 for at in range(6)],
        )
        parquet.write_table(part, tmp_path / f"{number}.parquet")
    cut: list[str] = []

    def halves(document: qc.Document) -> list[tuple[int, int]]:
        cut.append(document.id)
        return [(0, 25), (25, 50)]

    listed = documents(text=["It is so. " * 5] * 4)
    table = qc.scan_assignments(tmp_path, documents=listed)
    found = qc.cooccurrence(table, BOOK, halves)
    assert sorted(cut) == ["a", "b", "c", "d"]
    together = qc.scan_assignments(
        pa.concat_tables(map(parquet.read_table, tmp_path.iterdir())), documents=listed
    )
    assert found.counts.tolist() == qc.cooccurrence(together, BOOK, halves).counts.tolist()


def test_whoever_was_named_and_assigned_nothing_is_told() -> None:
    found = qc.rollup(rows(), BOOK, coders=["ana", "anna"])
    assert found.counted.without == ("anna",)
    assert "nothing is by anna" in found.caption
    assert "nothing is by" not in qc.rollup(rows(), BOOK, coders="ana").caption
