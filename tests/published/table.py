"""Values that papers print, each with what the library computes; the documentation lists them all.

A module ``test_AUTHOR_YEAR.py`` holds the values of one paper in ``PUBLISHED`` and checks them with
`check`; `collect` gathers them from every module. ``scripts/published_values.py`` writes the page.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True)
class Published:
    """A printed value: the paper, the place in it, what it is, and how to compute it here."""

    paper: str
    where: str
    statistic: str
    value: float
    tolerance: float
    compute: Callable[[], float | None]

    def __str__(self) -> str:
        return f"{self.where}: {self.statistic}"


def check(entry: Published) -> None:
    computed = entry.compute()
    assert computed is not None, f"{entry} is undefined"
    assert abs(computed - entry.value) <= entry.tolerance, (
        f"{entry.paper}, {entry} is {computed:.6f}, printed {entry.value}"
    )


def papers() -> list[ModuleType]:
    """Return the modules that check papers, in order."""
    paths = sorted(Path(__file__).parent.glob("test_*.py"))
    modules = (importlib.import_module(f"tests.published.{path.stem}") for path in paths)
    return [module for module in modules if module.__name__ != "tests.published.test_table"]


def collect() -> list[Published]:
    """Return the printed values of every paper, in the order of the modules."""
    return [entry for module in papers() for entry in getattr(module, "PUBLISHED", [])]


def two_coders(table: Sequence[Sequence[int]], labels: Sequence[object] = ()) -> list[list[object]]:
    """Return the ratings that a contingency table counts; labels are 1, 2, … by default."""
    names = list(labels) or list(range(1, len(table) + 1))
    pairs = [
        (names[i], names[j])
        for i, row in enumerate(table)
        for j, count in enumerate(row)
        for _ in range(count)
    ]
    return [[first for first, _ in pairs], [second for _, second in pairs]]


def by_unit(units: Sequence[Sequence[object]]) -> list[list[object]]:
    """Return ratings given unit by unit as ratings coder by coder."""
    return [list(coder) for coder in zip(*units, strict=True)]
