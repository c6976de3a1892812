"""What a part of the torture counted, and how it is printed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

MEMORY = Path("/dev/shm")


@attrs.define
class Found:
    """Counts by name, and what went wrong, each with what brings it about again."""

    part: str
    seed: int
    counts: Counter[str] = attrs.field(factory=Counter)
    faults: list[str] = attrs.field(factory=list)

    def fault(self, told: str) -> None:
        self.faults.append(told)

    def line(self) -> str:
        told = ", ".join(f"{count:,} {name}" for name, count in self.counts.items())
        return f"{self.part} (seed {self.seed}): {told}; {len(self.faults):,} faults"


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on a disk in memory, where there is one, so that the processor is what is waited for."""
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    made = Path(tempfile.mkdtemp(prefix="torture-", dir=memory))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
