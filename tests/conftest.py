"""What every test shares: how Hypothesis runs, and which lines are counted as covered.

The default profile is the same on every machine and in every run: examples follow from the test's
own code, and nothing depends on how fast the machine is. To hunt for what it has not met yet, run
``pytest --hypothesis-profile=hunt``, which draws many fresh examples.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "hunt",
    max_examples=2000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")

HERE = Path(__file__).parent

UNCOUNTED = {"browser", "data", "engines", "laws", "published", "store", "torture"}
"""Folders whose tests run without the counting of lines, which would make them take two thirds longer.

They run much the same lines for many examples. What counts as covered is what tests of single parts run.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and item.path.relative_to(HERE).parts[0] in UNCOUNTED:
            item.add_marker("no_cover")
