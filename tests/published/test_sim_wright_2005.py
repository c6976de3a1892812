"""Sim and Wright (2005), doi:10.1093/ptj/85.3.257: the kappa statistic in reliability studies."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check, two_coders

from qualcode.stats.agreement import code_diagnostics

PAPER = "Sim and Wright (2005)"

# Two clinicians on 39 patients, after Kilpikoski et al. (2002).
DIAGNOSTICS = code_diagnostics(two_coders([[22, 2], [4, 11]], ["relevant", "not"]), "relevant")

PUBLISHED = [
    Published(PAPER, "worked example", "κ", 0.67, 0.005, lambda: DIAGNOSTICS.kappa),
    Published(
        PAPER,
        "worked example",
        "prevalence index",
        0.28,
        0.005,
        lambda: DIAGNOSTICS.prevalence_index,
    ),
    Published(PAPER, "worked example", "bias index", 0.05, 0.005, lambda: DIAGNOSTICS.bias_index),
    Published(PAPER, "worked example", "PABAK", 0.69, 0.005, lambda: DIAGNOSTICS.pabak),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
