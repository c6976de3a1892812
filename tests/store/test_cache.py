"""The cache makes opening quicker, and changes nothing else."""

from __future__ import annotations

import os
import shutil
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.store.making import clock, log, made

import qualcode as qc
from qualcode.errors import HistoryError
from qualcode.io.store import reading
from qualcode.model.log import columns

ROWS = 6_000


@pytest.fixture
def folder(quick: Path) -> Path:
    """A project with enough assignments to be worth a cache."""
    folder = quick / "study"
    project = made(folder)
    project.add_document("word " * ROWS, id="long")
    start = np.arange(ROWS) * 5
    frame = pd.DataFrame({"document": "long", "start": start, "end": start + 4, "code": "trust"})
    frame["weight"] = np.where(start % 3, 0.5, np.nan)
    frame["memo"] = np.where(start % 1000, None, "a memo")
    project.assign_frame(frame, coder="ana")
    project.save()
    return folder


@pytest.fixture
def cached(folder: Path) -> Path:
    """Its cache, after it was opened."""
    qc.Project.open(folder)
    (cache,) = (folder / ".qualcode" / "cache").glob("log-*")
    return cache


@pytest.fixture
def unparsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail when the long file is parsed."""
    read = reading.read_log_file

    def refuse(path: Path, data: bytes) -> object:
        assert not path.name.startswith("ana."), "the cache should have been used"
        return read(path, data)

    monkeypatch.setattr(reading, "read_log_file", refuse)


@pytest.mark.usefixtures("cached", "unparsed")
def test_what_is_cached_is_not_parsed_again_and_is_the_same(folder: Path) -> None:
    opened = qc.Project.open(folder, clock=clock)
    assert len(opened.assignments) == ROWS + 2
    assert len(opened.state.events.memos) == 1 + ROWS * 5 // 1000
    opened.assign(("long", 0, 9), "trust", coder="ana")
    opened.retract(("long", 0, 4), "trust", coder="ana")
    assert opened.rollup(count="assignments")["trust"] == ROWS + 1
    opened.save()


def test_the_cache_holds_what_the_file_holds(folder: Path, cached: Path) -> None:
    once = qc.Project.open(folder).state
    cached.unlink()
    assert qc.Project.open(folder).state == once
    assert once.events == qc.Project.open(folder).state.events


@pytest.mark.usefixtures("cached")
def test_rows_are_sorted_once_for_all_who_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = qc.Project.open(folder).state

    def refuse(key: np.ndarray, bits: int) -> None:
        raise AssertionError("the order is known")

    monkeypatch.setattr(columns, "_sorting", refuse)
    opened = qc.Project.open(folder, clock=clock)
    assert opened.state == state
    assert len(opened.assignments) == ROWS + 2
    opened.assign(("long", 0, 9), "trust", coder="ana")
    assert opened.assignments[2].segment.end == 4
    assert opened.assignments[3].segment.end == 9


@pytest.mark.parametrize("order", [0, 1, 2**40])
@pytest.mark.usefixtures("cached")
def test_an_order_that_is_none_is_not_believed(folder: Path, order: int) -> None:
    state = qc.Project.open(folder).state
    kept = folder / ".qualcode" / "cache" / "order"
    content = kept.read_bytes()
    wrong = np.full(ROWS + 2, order, dtype=np.uint32).tobytes() if order < 2**32 else b"\xff" * 9
    kept.write_bytes(zlib.crc32(wrong).to_bytes(4, "little") + wrong)
    assert qc.Project.open(folder).state == state
    assert kept.read_bytes() == content, "it is written anew"


def test_small_projects_have_no_cache(quick: Path) -> None:
    made(quick / "small")
    qc.Project.open(quick / "small")
    assert not (quick / "small" / ".qualcode" / "cache").exists()


def test_the_private_folder_can_be_deleted_at_any_time(folder: Path, cached: Path) -> None:
    project = qc.Project.open(folder, clock=clock)
    shutil.rmtree(folder / ".qualcode")
    assert qc.Project.open(folder).state == project.state
    shutil.rmtree(folder / ".qualcode")
    project.assign(("long", 0, 9), "trust", coder="ana")
    project.save()
    shutil.rmtree(folder / ".qualcode")
    assert qc.Project.open(folder).state == project.state
    assert qc.check_folder(folder) == []


def test_a_file_that_changed_is_read_anew(folder: Path, cached: Path) -> None:
    project = qc.Project.open(folder, clock=clock)
    project.assign(("long", 0, 9), "trust", coder="ana")
    project.save()
    assert qc.Project.open(folder).state == project.state


def test_a_change_that_hides_its_time_and_size_is_seen(folder: Path, cached: Path) -> None:
    path = log(folder, "ana")
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b'"end":4,', b'"end":3,'))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert path.stat().st_mtime_ns == status.st_mtime_ns
    with pytest.raises(HistoryError, match="this row of coding was changed by hand"):
        qc.Project.open(folder)


def test_a_damaged_cache_is_not_believed(folder: Path, cached: Path) -> None:
    state = qc.Project.open(folder).state
    good = cached.read_bytes()
    damaged = [b"", b"x", b"\0" * len(good), good + b"x", good[4:]]
    damaged += [good[: len(good) * part // 7] for part in range(1, 7)]
    for at in range(0, len(good), len(good) // 11):
        damaged.append(good[:at] + bytes([good[at] ^ 0x40]) + good[at + 1 :])
    for content in damaged:
        cached.write_bytes(content)
        assert qc.Project.open(folder).state == state
        assert cached.read_bytes() == good, "it is written anew"


def test_what_a_dead_process_left_in_the_cache_is_swept(folder: Path, cached: Path) -> None:
    stray = cached.with_name("log-0123-99.new")
    stray.write_bytes(b"half")
    cached.unlink()
    qc.Project.open(folder)
    assert not stray.exists()
    assert cached.exists()


def test_a_cache_that_cannot_be_written_is_done_without(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert len(qc.Project.open(folder).assignments) == ROWS + 2
    assert not any((folder / ".qualcode").rglob("log-*"))


def test_an_altered_event_is_seen_behind_the_cache_too(folder: Path, cached: Path) -> None:
    path = log(folder, "project")
    path.write_bytes(path.read_bytes().replace(b"North", b"South").replace(b"north", b"south"))
    with pytest.raises(HistoryError, match=r"changed by hand"):
        qc.Project.open(folder)


def test_a_log_that_a_process_left_open_is_not_cached(folder: Path) -> None:
    path = log(folder, "ana")
    row = path.read_bytes().splitlines(keepends=True)[-2].replace(b"trust", b"money")
    path.write_bytes(path.read_bytes() + row)
    qc.Project.open(folder)
    assert not [*(folder / ".qualcode" / "cache").glob("*")]
