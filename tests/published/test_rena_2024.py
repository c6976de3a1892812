"""Marquart et al. (2024), rENA 0.2.7: the one number that its own tests hold.

tests/testthat/test-cohens.R: Cohen's d of the two games on the first axis of a singular value
decomposition, each line a window of its own, within an activity and group. And accumulation, line by line,
of tests/testthat/test-verify_toy_data_2.R, whose products above 0 are what binary connections are. The
data of the former are rENA's: `tests/published/rescushell.py` says how to check it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.published.rescushell import CODES, lines, needs_data
from tests.published.table import Published, check

from qualcode.stats import epistemic_space

PAPER = "Marquart et al. (2024)"


def cohen() -> float:
    found = epistemic_space(
        lines(), codes=CODES, network=["person", "game"], conversation=["activity", "group"], by="game",
        rotation="svd", window=1, random_state=1,
    )  # fmt: skip
    assert found.contrast is not None
    return abs(float(found.contrast.d[0]))


PRINTED = [
    Published(PAPER, "test-cohens.R", "d of the games on SVD1", 0.1142617, 5e-8, cohen),
]


@needs_data
@pytest.mark.parametrize("entry", PRINTED, ids=str)
def test_values_of_the_package(entry: Published) -> None:
    check(entry)


def test_lines_connect_what_their_products_do() -> None:
    # A, B, C of six lines of three persons in turn; rows 1, 3 and 6 are (0, 0, 0), (1, 2, 0), (6, 15, 2)
    # for A & B, A & C, B & C in a window of three: what is above 0 is connected.
    codes = np.array([[3, 0, 0], [0, 1, 2], [1, 0, 0], [0, 0, 4], [0, 2, 0], [3, 0, 1]]) > 0
    frame = pd.DataFrame(codes.astype(int), columns=["A", "B", "C"])
    frame["line"], frame["talk"] = np.arange(1, 7), 1
    found = epistemic_space(
        frame, codes=["A", "B", "C"], network="line", conversation="talk", window=3
    )
    assert found.counts[[0, 2, 5]].tolist() == [[0, 0, 0], [1, 1, 0], [1, 1, 1]]
