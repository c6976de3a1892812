"""A seeded fiftieth of `make torture`: what is counted follows from the seed, and there are no faults."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest
from tests.store.test_atomic import needs_fork
from tests.torture import documents, programs, refi
from tests.torture.copies import united
from tests.torture.corrections import corrected
from tests.torture.counting import Found
from tests.torture.disks import failing
from tests.torture.mutations import mutated
from tests.torture.repairs import repaired

ROOT = Path(__file__).resolve().parents[2]


def sound(found: Found, expected: Mapping[str, int]) -> None:
    assert found.faults == []
    assert {name: found.counts[name] for name in expected} == expected


def run(part: str, runs: int) -> str:
    """Run a part in a process of its own, which forks the processes that die."""
    command = [sys.executable, "-m", "tests.torture.forking", part, str(runs)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_fork
@pytest.mark.parametrize(
    ("part", "runs", "said"),
    [
        ("kills", 20, "20 kills"),
        ("pairs", 6, "6 runs"),
        ("store", 240, "240 altered"),
        ("erasures", 20, "20 runs"),
    ],
)
def test_what_forks(part: str, runs: int, said: str) -> None:
    assert said in run(part, runs)


def test_disks_that_fail() -> None:
    sound(failing(30, seed=50), {"fault points": 30})


def test_copies_united() -> None:
    sound(united(20, seed=50), {"histories": 20})


def test_texts_corrected() -> None:
    sound(corrected(20, seed=50), {"corrections": 20})


def test_documents_altered() -> None:
    sound(documents.altered(280, seed=50), {"altered": 280})


def test_files_of_programs_altered() -> None:
    sound(programs.altered(200, seed=50), {"altered": 200})


def test_files_in_refi_qda_altered() -> None:
    pytest.importorskip("lxml.etree")
    sound(refi.altered(60, seed=50), {"altered": 60})


def test_logs_repaired() -> None:
    sound(repaired(20, seed=50), {"damaged": 20})


def test_mutations_follow_from_the_seed_and_alter() -> None:
    data = b'{"n":1,"document":"a"}\n{"n":2}\n'
    first, second = (
        [mutated(data, random) for _ in range(200)] for random in (Random(1), Random(1))
    )
    assert first == second
    assert data not in first[:50]
    assert len(set(first)) > 100
    assert mutated(b"", Random(2))
