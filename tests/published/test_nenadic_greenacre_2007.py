"""Nenadić and Greenacre (2007), doi:10.18637/jss.v020.i03: the smoking of five groups of staff.

The table of Greenacre 1984; what the authors' R package ca prints of it: principal inertias, masses, χ²
distances from the middle and standard coordinates. An axis can be mirrored, so sizes are compared.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.published.table import Published, check

from qualcode.stats import correspondence_axes

PAPER = "Nenadić and Greenacre (2007)"
# Senior and junior managers, senior and junior employees, secretaries; none, light, medium, heavy.
SMOKE = [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]]
ROWS = {
    "SM": (0.056995, 0.216559, 0.240539, 1.935708),
    "JM": (0.093264, 0.356921, 0.947105, 2.430958),
    "SE": (0.264249, 0.380779, 1.391973, 0.106508),
    "JE": (0.455959, 0.240025, 0.851989, 0.576944),
    "SC": (0.129534, 0.216169, 0.735456, 0.788435),
}
COLUMNS = {
    "none": (0.316062, 0.394490, 1.438471, 0.304659),
    "light": (0.233161, 0.173996, 0.363746, 1.409433),
    "medium": (0.321244, 0.198127, 0.718017, 0.073528),
    "heavy": (0.129534, 0.355109, 1.074445, 1.975960),
}


def point(rows: bool, at: int) -> tuple[float, ...]:
    found = correspondence_axes(SMOKE)
    mass, points = (found.row_mass, found.rows) if rows else (found.column_mass, found.columns)
    standard = np.abs(found.standard[0 if rows else 1][at])
    return float(mass[at]), float(np.linalg.norm(points[at])), *map(float, standard[:2])


PUBLISHED = [
    *(
        Published(PAPER, f"axis {at + 1}", "principal inertia", value, 5e-7,
                  lambda at=at: float(correspondence_axes(SMOKE).inertia[at]))
        for at, value in enumerate((0.074759, 0.010017, 0.000414))
    ),
    *(
        Published(PAPER, name, what, value, 5e-7,
                  lambda rows=rows, at=at, which=which: point(rows, at)[which])
        for rows, points in ((True, ROWS), (False, COLUMNS))
        for at, (name, values) in enumerate(points.items())
        for which, (what, value) in enumerate(
            zip(("mass", "χ² distance", "axis 1", "axis 2"), values, strict=True)
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)
