"""Mieskes (2009), Experiments in summarizing spoken dialogues: part-of-speech tags."""

from __future__ import annotations

import pytest
from tests.published.table import Published, by_unit, check

from qualcode.stats.agreement import fleiss_kappa

PAPER = "Mieskes (2009)"

TAGS = by_unit(
    [
        ("UH", "VB", "UH"),
        ("UH", "UH", "UH"),
        ("RB", "RB", "RB"),
        ("JJ", "JJ", "JJ"),
        ("NN", "NN", "RB"),
        ("VB", "VBP", "VB"),
        ("RB", "UH", "UH"),
        ("MD", "MD", "MD"),
        *3 * [("PRP", "PRP", "PRP")],
        *6 * [("INP", "INP", "INP")],
    ]
)


def code(name: str) -> float | None:
    return next(code.value for code in fleiss_kappa(TAGS).codes if code.code == name)


PUBLISHED = [
    Published(
        PAPER, "p. 58", "observed agreement", 0.84, 0.005, lambda: fleiss_kappa(TAGS).observed
    ),
    Published(PAPER, "p. 58", "chance agreement", 0.2, 0.005, lambda: fleiss_kappa(TAGS).expected),
    Published(PAPER, "p. 58", "κ", 0.8, 0.005, lambda: fleiss_kappa(TAGS).value),
    Published(PAPER, "p. 58", "κ of INP", 1, 0.0051, lambda: code("INP")),
    Published(PAPER, "p. 58", "κ of JJ", 1, 0.0051, lambda: code("JJ")),
    Published(PAPER, "p. 58", "κ of MD", 1, 0.0051, lambda: code("MD")),
    Published(PAPER, "p. 58", "κ of NN", 0.48, 0.0051, lambda: code("NN")),
    Published(PAPER, "p. 58", "κ of PRP", 1, 0.0051, lambda: code("PRP")),
    Published(PAPER, "p. 58", "κ of RB", 0.56, 0.0051, lambda: code("RB")),
    Published(PAPER, "p. 58", "κ of UH", 0.67, 0.0051, lambda: code("UH")),
    Published(PAPER, "p. 58", "κ of VB", 0.29, 0.0051, lambda: code("VB")),
    Published(PAPER, "p. 58", "κ of VBP", -0.02, 0.0051, lambda: code("VBP")),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
