"""Torgerson (1952), doi:10.1007/BF02288916: classical scaling, as R's cmdscale has it.

Road distances between 21 cities of Europe (eurodist of R, from the Cambridge Encyclopaedia); coordinates and
eigenvalues as R prints them. An axis can be mirrored, so sizes are compared.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import squareform
from tests.published.table import Published, check

from qualcode.stats import classical_scaling

PAPER = "Torgerson (1952)"
# From Athens to all others, then from Barcelona to those after it, and so on.
KILOMETRES = (
    3313, 2963, 3175, 3339, 2762, 3276, 2610, 4485, 2977, 3030, 4532, 2753, 3949, 2865, 2282, 2179,
    3000, 817, 3927, 1991, 1318, 1326, 1294, 1498, 2218, 803, 1172, 2018, 1490, 1305, 645, 636, 521,
    1014, 1365, 1033, 1460, 2868, 1802, 204, 583, 206, 966, 677, 2256, 597, 172, 2084, 690, 1558, 1011,
    925, 747, 285, 1511, 1616, 1175, 460, 409, 1136, 747, 2224, 714, 330, 2052, 739, 1550, 1059, 1077,
    977, 280, 1662, 1786, 1381, 785, 1545, 853, 2047, 1115, 731, 1827, 789, 1347, 1101, 1209, 1160, 340,
    1794, 2196, 1588, 760, 1662, 2436, 460, 269, 2290, 714, 1764, 1035, 911, 583, 465, 1497, 1403, 937,
    1418, 3196, 460, 269, 2971, 1458, 2498, 1778, 1537, 1104, 1176, 2050, 650, 1455, 1975, 1118, 895,
    1936, 158, 1439, 425, 328, 591, 513, 995, 2068, 1019, 2897, 2428, 676, 1817, 698, 1693, 2185, 2565,
    1971, 2631, 3886, 2974, 550, 2671, 1159, 2198, 1479, 1238, 805, 877, 1751, 949, 1155, 2280, 863,
    1730, 1183, 1098, 851, 457, 1683, 1500, 1205, 1178, 668, 1762, 2250, 2507, 1799, 2700, 3231, 2937,
    1281, 320, 328, 724, 471, 1048, 2108, 1157, 1157, 1724, 2010, 1273, 2097, 3188, 2409, 618, 1109,
    792, 1011, 2428, 1363, 331, 856, 586, 2187, 898, 821, 946, 1754, 428, 1476, 1827, 1249, 2707, 1209,
    2105,
)  # fmt: skip
CITIES = {
    "Athens": (2290.274680, 1798.80293),
    "Barcelona": (825.382790, 546.81148),
    "Brussels": (59.183341, 367.08135),
    "Calais": (82.845973, 429.91466),
    "Cherbourg": (352.499435, 290.90843),
    "Cologne": (293.689633, 405.31194),
}


def points() -> np.ndarray:
    return classical_scaling(squareform(np.array(KILOMETRES, dtype=float)), 2)[0]


PUBLISHED = [
    *(
        Published(PAPER, city, f"coordinate {axis + 1}", at, 5e-6 if axis else 5e-7,
                  lambda row=row, axis=axis: abs(float(points()[row, axis])))
        for row, (city, place) in enumerate(CITIES.items())
        for axis, at in enumerate(place)
    ),
    *(
        Published(PAPER, "eigenvalues", f"axis {axis + 1}", value, 5e-5,
                  lambda axis=axis: float((points()[:, axis] ** 2).sum()))
        for axis, value in enumerate((19538377.0895, 11856555.3340))
    ),
]  # fmt: skip


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)
