"""Legendre and Legendre (1998), Numerical ecology, 2nd English edition: correspondence analysis of table
9.11.

Three sites by three species; eigenvalues and coordinates of pages 458 to 460. An axis can be mirrored.
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats import CorrespondenceAxes, correspondence_axes

PAPER = "Legendre and Legendre (1998)"
SITES = [[10, 10, 20], [10, 15, 10], [15, 5, 5]]
# Principal coordinates of sites (F) and species (F̂), and standard ones (V̂, V).
COORDINATES = {
    "F": [[0.26322, 0.17862], [0.06835, 0.27211], [0.51685, 0.09517]],
    "F̂": [[0.40887, 0.06955], [0.11539, 0.29977], [0.30997, 0.18739]],
    "V̂": [[0.84896, 0.88276], [0.22046, 1.34482], [1.66697, 0.47032]],
    "V": [[1.31871, 0.34374], [0.37215, 1.48150], [0.99972, 0.92612]],
}


def matrix(found: CorrespondenceAxes, name: str) -> object:
    return dict(
        zip(("V̂", "V", "F", "F̂"), (*found.standard, found.rows, found.columns), strict=True)
    )[name]


PUBLISHED = [
    *(
        Published(PAPER, "p. 458", f"eigenvalue {at + 1}", value, 5e-6,
                  lambda at=at: float(correspondence_axes(SITES).inertia[at]))
        for at, value in enumerate((0.09613, 0.04094))
    ),
    *(
        Published(PAPER, f"pp. 458–460, {name}", f"row {row + 1}, axis {axis + 1}", value, 1e-5,
                  lambda name=name, row=row, axis=axis: abs(
                      float(matrix(correspondence_axes(SITES), name)[row, axis])))  # type: ignore[index]
        for name, rows in COORDINATES.items()
        for row, values in enumerate(rows)
        for axis, value in enumerate(values)
    ),
]  # fmt: skip


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)
