"""A project that is written as Parquet and read again is the same project, and damage is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from tests.store.making import made

import qualcode as qc
from qualcode.errors import HistoryError, StoreError
from qualcode.io.exchange.parquet_folder import SCHEMAS
from qualcode.testing import projects


@settings(max_examples=15)
@given(project=projects())
def test_nothing_is_lost_on_the_way_through_parquet(
    tmp_path_factory: pytest.TempPathFactory, project: qc.Project
) -> None:
    folder = tmp_path_factory.mktemp("parquet") / "out"
    project.write_parquet(folder)
    again = qc.Project.read_parquet(folder)
    assert again.state == project.state
    assert [event.id for event in again.log] == [event.id for event in project.log]
    for number in range(1, len(project.history) + 1):
        assert again.at(revision=number).state == project.at(revision=number).state
    assert {path.stem for path in folder.iterdir()} == {*SCHEMAS}
    assert len(pq.read_table(folder / "assignments.parquet")) == len(project.state.assignments)


def test_saved_lines_and_those_that_wait_go_along(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    made(folder)
    project = qc.Project.open(folder)
    project.add_document("Not saved yet.", id="fresh")
    project.assign(("fresh", 0, 3), "trust", coder="ana")
    project.write_parquet(tmp_path / "out")
    again = qc.Project.read_parquet(tmp_path / "out")
    assert again.state == project.state
    again.assign(("fresh", 4, 9), "trust", coder="ana")
    again.save(tmp_path / "saved")
    assert qc.check_folder(tmp_path / "saved") == []
    assert qc.Project.open(tmp_path / "saved").state == again.state


def test_what_is_scanned_is_what_the_project_counts(tmp_path: Path) -> None:
    project = made(tmp_path / "study")
    project.write_parquet(tmp_path / "out")
    table = qc.scan_assignments(
        tmp_path / "out" / "assignments.parquet",
        documents=tmp_path / "out" / "documents.parquet",
    )
    assert project.state.assignments
    for count in ("segments", "documents", "cases", "assignments"):
        scanned = qc.rollup(table, project.codebook, count=count).to_frame()
        own = project.rollup(count=count).to_frame()
        assert scanned["count"].tolist() == own["count"].tolist()


def _altered(name: str, change: Callable[[pa.Table], pa.Table]) -> Callable[[Path], None]:
    def alter(folder: Path) -> None:
        path = folder / f"{name}.parquet"
        pq.write_table(change(pq.read_table(path)), path)

    return alter


def _replaced(column: str, old: str, new: str) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        values = [each.replace(old, new) for each in table[column].to_pylist()]
        at = table.schema.get_field_index(column)
        return table.set_column(
            at, table.schema.field(at), pa.array(values, table.schema.field(at).type)
        )

    return change


@pytest.mark.parametrize(
    ("alter", "error", "told"),
    [
        (lambda folder: (folder / "texts.parquet").unlink(), StoreError, r"texts\.parquet: is missing"),
        (lambda folder: (folder / "log.parquet").write_bytes(b"no"), StoreError, "cannot be read as Parquet"),
        (_altered("log", lambda t: t.slice(0, len(t) - 1)), HistoryError, "an event that is missing here"),
        (_altered("log", lambda t: t.replace_schema_metadata({})), StoreError, "not written by qualcode"),
        (_altered("log", _replaced("line", '"end":', '"end":1')), HistoryError, "this row of coding"),
        (_altered("texts", lambda t: t.slice(0, 0)), StoreError, r"a text of '.*' is missing"),
        (_altered("texts", _replaced("text", "e", "3")), StoreError, "was changed since it was added"),
        (_altered("texts", lambda t: t.drop_columns("text")), StoreError, "has no column 'text'"),
    ],
)  # fmt: skip
def test_what_is_damaged_is_refused(
    tmp_path: Path, alter: Callable[[Path], Any], error: type[Exception], told: str
) -> None:
    made(tmp_path / "study").write_parquet(tmp_path / "out")
    alter(tmp_path / "out")
    with pytest.raises(error, match=told):
        qc.Project.read_parquet(tmp_path / "out")


def test_a_log_that_ends_too_early_is_refused_where_nobody_had_seen_its_end(tmp_path: Path) -> None:
    book = qc.Codebook("study", codes=[qc.Code("trust")])
    project = qc.Project.new("Study", codebook=book, coder="ana")
    project.add_document("We trust them.", id="a")
    project.write_parquet(tmp_path / "out")
    _altered("log", lambda table: table.slice(0, len(table) - 1))(tmp_path / "out")
    with pytest.raises(StoreError, match="events are missing"):
        qc.Project.read_parquet(tmp_path / "out")


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    project = made(tmp_path / "study")
    with pytest.raises(StoreError, match="not empty"):
        project.write_parquet(tmp_path / "study")
    (tmp_path / "out").mkdir()
    project.write_parquet(tmp_path / "out")
    with pytest.raises(StoreError, match="not empty"):
        project.write_parquet(tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "study"]
