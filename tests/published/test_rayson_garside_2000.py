"""Rayson and Garside (2000), doi:10.3115/1117729.1117730: log-likelihood of words in two corpora.

The paper leaves the arithmetic to the authors' calculator. Values of it: Rayson's answer on the forms of
KEEP in learners' and native speakers' English (Corpora list, 18 January 2002; both corpora of a million
words), and the worked example of Lancaster's significance test (52 in 50,000 words, 57 in 75,000).
"""

from __future__ import annotations

import pytest
from tests.published import test_dunning_1993
from tests.published.table import Published, check

from qualcode.stats import log_likelihood

PAPER = "Rayson and Garside (2000)"
MILLION = 1_000_000
KEEP = {
    "KEEP": (392, 170, 90), "keep": (348, 99, 147), "keeps": (15, 14, 0), "keeping": (9, 32, 14),
    "kept": (21, 25, 0),
}  # fmt: skip


def of(a: int, b: int, c: int, d: int) -> float:
    return float(log_likelihood(a, b, c, d, formula="rayson-garside"))


PUBLISHED = [
    *(
        Published(PAPER, f"Corpora list, {word}", "G²", value, 0.5,
                  lambda a=a, b=b: of(a, b, MILLION, MILLION))
        for word, (a, b, value) in KEEP.items()
    ),
    Published(PAPER, "Lancaster’s example", "G²", 2.65, 0.005, lambda: of(52, 57, 50_000, 75_000)),
]  # fmt: skip


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


@pytest.mark.parametrize("bigram", test_dunning_1993.TABLE_1)
def test_by_all_four_cells_it_is_dunnings(bigram: str) -> None:
    value, a, b, c, d = test_dunning_1993.TABLE_1[bigram]
    assert float(log_likelihood(a, b, a + c, b + d)) == pytest.approx(value, abs=0.005)
