"""Fournier (2013), ACL P13-1167: boundary similarity, with the values of the author's segeval."""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.agreement import boundary_similarity

PAPER = "Fournier (2013)"

# Two of the seven coders of "Stargazers look for life" (Hearst 1997), and two hypotheses.
CODER_1, CODER_2 = (2, 3, 3, 1, 3, 6, 3), (2, 8, 2, 4, 2, 3)
H1, H2 = (2, 6, 4, 2, 4, 3), (2, 1, 1, 1, 5, 8, 2, 1)


def places(*types: int) -> list[frozenset[int]]:
    return [frozenset({one} if one else ()) for one in types]


PUBLISHED = [
    Published(
        PAPER,
        "segeval 2.0, a boundary missed",
        "B",
        0.5,
        5e-06,
        lambda: boundary_similarity([2, 3, 6], [5, 6]).value,
    ),
    Published(
        PAPER,
        "segeval 2.0, a boundary too many",
        "B",
        0.66667,
        5e-06,
        lambda: boundary_similarity([2, 3, 6], [2, 3, 3, 3]).value,
    ),
    Published(
        PAPER,
        "segeval 2.0, a near miss",
        "B",
        0.75,
        5e-06,
        lambda: boundary_similarity([2, 3, 6], [2, 2, 7]).value,
    ),
    Published(
        PAPER,
        "segeval 2.0, several too many",
        "B",
        0.5,
        5e-06,
        lambda: boundary_similarity([2, 3, 6], [1, 1, 3, 1, 5]).value,
    ),
    Published(
        PAPER,
        "segeval 2.0, no boundary in one",
        "B",
        0,
        5e-06,
        lambda: boundary_similarity([11], [5, 6]).value,
    ),
    Published(
        PAPER,
        "segeval 2.0, Stargazers (Hearst 1997)",
        "B of H1 and CODER_1",
        0.57142857,
        1e-08,
        lambda: boundary_similarity(H1, CODER_1).value,
    ),
    Published(
        PAPER,
        "segeval 2.0, Stargazers (Hearst 1997)",
        "B of H2 and CODER_1",
        0.38888888,
        1e-08,
        lambda: boundary_similarity(H2, CODER_1).value,
    ),
    Published(
        PAPER,
        "segeval 2.0, Stargazers (Hearst 1997)",
        "B of H1 and CODER_2",
        0.42857142,
        1e-08,
        lambda: boundary_similarity(H1, CODER_2).value,
    ),
    Published(
        PAPER,
        "segeval 2.0, Stargazers (Hearst 1997)",
        "B of H2 and CODER_2",
        0.33333333,
        1e-08,
        lambda: boundary_similarity(H2, CODER_2).value,
    ),
    Published(
        PAPER,
        "segeval 2.0, two types of boundary",
        "B with a substitution",
        0.75,
        1e-09,
        lambda: boundary_similarity(places(1, 0, 0, 0, 1), places(1, 0, 0, 0, 2)).value,
    ),
    Published(
        PAPER,
        "segeval 2.0, two types of boundary",
        "B with an addition and a move",
        0.25,
        1e-09,
        lambda: boundary_similarity(places(1, 0, 0, 0, 1), places(0, 0, 0, 1, 0)).value,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)
