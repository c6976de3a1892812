"""What the tests of the store share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.making import made

import qualcode as qc


@pytest.fixture
def folder(quick: Path) -> Path:
    return quick / "study"


@pytest.fixture
def project(folder: Path) -> qc.Project:
    return made(folder)


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk in memory, where there is one: flushing to it takes no time."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)
