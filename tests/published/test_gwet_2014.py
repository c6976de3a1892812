"""Gwet (2014), Handbook of inter-rater reliability, 4th edition, as the author's irrCAC computes.

The data are those of the handbook that irrCAC ships. Where a value has a name of weights beside it,
they are that package's.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.published.table import Published, by_unit, check, two_coders

from qualcode.stats import agreement
from qualcode.stats.agreement import AgreementResult

PAPER = "Gwet (2014)"

Ratings = list[list[object]]


def _coders(printed: str) -> Ratings:
    """Return ratings written coder by coder, a dot where there is none; digits are numbers."""
    return [
        [None if one == "." else int(one) if one.isdigit() else one for one in coder]
        for coder in printed.split()
    ]


DATA: dict[str, Ratings] = {
    "4 raters, 12 units": _coders("123321412... 1233224125.. .33323422513 12332441251."),
    "5 observers, 15 units": _coders(
        "112.001122.0131 1130000.2110231 203000222100221 .13....0.10022. 2..0001.2....31"
    ),
    "4 raters, 14 units": _coders("abccbadab...bb abccbbdabe..ba .cccbcdbbeaccc abccbddabea.bb"),
    "4 raters, 15 persons": _coders(
        "aaaaabbbcaaaaab aaaababccaaaaba abbcaabbcabbcaa ccccaabbcccccaa"
    ),
    "Ben and Gerry": _coders("aabbdcccedda babbbccce.dd"),
    "pregnancies, 3 × 3": two_coders([[13, 0, 0], [0, 20, 7], [0, 4, 56]]),
    "diagnoses, 4 × 4": two_coders(
        [[40, 6, 4, 15], [4, 25, 1, 5], [4, 2, 21, 9], [17, 13, 12, 45]]
    ),
    "paradox, 2 × 2": two_coders([[80, 7], [8, 5]]),
    "Cohen, p. 37": two_coders([[25, 12, 3], [13, 2, 15], [12, 16, 2]]),
    "Cohen, p. 45": two_coders([[88, 14, 18], [10, 40, 10], [2, 6, 12]]),
    "scale, 4 × 4": two_coders([[20, 5, 1, 0], [4, 15, 6, 1], [0, 5, 18, 4], [0, 1, 3, 12]]),
    "scale, 5 × 5": two_coders(
        [[15, 4, 1, 0, 0], [3, 12, 4, 1, 0], [1, 3, 14, 3, 1], [0, 1, 3, 10, 2], [0, 0, 1, 2, 8]]
    ),
}
# Krippendorff (2011) has the rating of the 12th unit with another coder.
DATA["4 raters, Krippendorff"] = by_unit(
    [*zip(*(row[:11] for row in DATA["4 raters, 12 units"]), strict=True), (None, 3, None, None)]
)

# For each data set and weights: coefficient, and standard error where printed.
PRINTED: dict[tuple[str, str | None], dict[str, tuple[float, ...]]] = {
    ("4 raters, 12 units", None): {
        "percent_agreement": (0.818,),
        "fleiss_kappa": (0.761, 0.153),
        "conger_kappa": (0.763, 0.149),
        "brennan_prediger": (0.773, 0.145),
        "gwet_ac1": (0.775, 0.143),
        "krippendorff_alpha": (0.743,),
    },
    ("4 raters, 12 units", "linear"): {
        "fleiss_kappa": (0.818, 0.149),
        "conger_kappa": (0.814, 0.145),
        "brennan_prediger": (0.848, 0.123),
        "gwet_ac2": (0.859, 0.117),
    },
    ("4 raters, 12 units", "gwet-ordinal"): {
        "fleiss_kappa": (0.850, 0.147),
        "conger_kappa": (0.844, 0.144),
        "brennan_prediger": (0.886, 0.114),
        "gwet_ac2": (0.899, 0.107),
        "krippendorff_alpha": (0.834,),
    },
    ("4 raters, 12 units", "quadratic"): {
        "fleiss_kappa": (0.865, 0.146),
        "conger_kappa": (0.858, 0.144),
        "brennan_prediger": (0.902, 0.111),
        "gwet_ac2": (0.914, 0.104),
    },
    ("4 raters, 12 units", "radical"): {
        "fleiss_kappa": (0.790, 0.150),
        "conger_kappa": (0.788, 0.146),
        "brennan_prediger": (0.813, 0.133),
        "gwet_ac2": (0.820, 0.128),
    },
    ("4 raters, 12 units", "ratio"): {
        "fleiss_kappa": (0.821, 0.152),
        "conger_kappa": (0.812, 0.149),
        "brennan_prediger": (0.840, 0.132),
        "gwet_ac2": (0.857, 0.122),
        "krippendorff_alpha": (0.797,),
    },
    ("5 observers, 15 units", None): {
        "percent_agreement": (0.616,),
        "fleiss_kappa": (0.458, 0.120),
        "conger_kappa": (0.469, 0.117),
        "brennan_prediger": (0.487, 0.121),
        "gwet_ac1": (0.497, 0.122),
        "krippendorff_alpha": (0.481, 0.114),
    },
    ("4 raters, 14 units", None): {
        "percent_agreement": (0.744,),
        "fleiss_kappa": (0.657, 0.150),
        "conger_kappa": (0.659, 0.146),
        "brennan_prediger": (0.679, 0.136),
        "gwet_ac1": (0.685, 0.134),
        "krippendorff_alpha": (0.632, 0.150),
    },
    ("4 raters, 15 persons", None): {
        "percent_agreement": (0.456,),
        "fleiss_kappa": (0.129, 0.141),
        "conger_kappa": (0.166, 0.121),
        "brennan_prediger": (0.183, 0.102),
        "gwet_ac1": (0.208, 0.091),
        "krippendorff_alpha": (0.143, 0.141),
    },
    ("Ben and Gerry", None): {
        "percent_agreement": (0.727,),
        "fleiss_kappa": (0.649, 0.191),
        "conger_kappa": (0.657, 0.179),
        "brennan_prediger": (0.659, 0.185),
        "gwet_ac1": (0.661, 0.184),
        "krippendorff_alpha": (0.665, 0.180),
    },
    ("pregnancies, 3 × 3", None): {
        "percent_agreement": (0.890, 0.031),
        "cohen_kappa": (0.796,),
        "scott_pi": (0.796, 0.059),
        "gwet_ac1": (0.849,),
        "brennan_prediger": (0.835,),
    },
    ("pregnancies, 3 × 3", "linear"): {
        "cohen_kappa": (0.843,),
        "scott_pi": (0.843, 0.048),
        "gwet_ac2": (0.900,),
        "brennan_prediger": (0.876,),
    },
    ("pregnancies, 3 × 3", "gwet-ordinal"): {
        "cohen_kappa": (0.872,),
        "scott_pi": (0.872, 0.041),
        "gwet_ac2": (0.925,),
        "brennan_prediger": (0.901,),
    },
    ("pregnancies, 3 × 3", "quadratic"): {
        "cohen_kappa": (0.892,),
        "scott_pi": (0.892, 0.035),
        "gwet_ac2": (0.940,),
        "brennan_prediger": (0.918,),
    },
    ("pregnancies, 3 × 3", "radical"): {
        "cohen_kappa": (0.819,),
        "scott_pi": (0.819, 0.054),
        "gwet_ac2": (0.875,),
        "brennan_prediger": (0.855,),
    },
    ("pregnancies, 3 × 3", "ratio"): {
        "cohen_kappa": (0.927,),
        "scott_pi": (0.927, 0.025),
        "gwet_ac2": (0.963,),
        "brennan_prediger": (0.951,),
    },
    ("diagnoses, 4 × 4", None): {
        "percent_agreement": (0.587, 0.033),
        "cohen_kappa": (0.432, 0.046),
        "scott_pi": (0.430, 0.046),
        "gwet_ac1": (0.456, 0.043),
        "brennan_prediger": (0.450, 0.044),
    },
    ("diagnoses, 4 × 4", "linear"): {
        "cohen_kappa": (0.407,),
        "scott_pi": (0.406, 0.054),
        "gwet_ac2": (0.377, 0.056),
        "brennan_prediger": (0.347, 0.060),
    },
    ("diagnoses, 4 × 4", "gwet-ordinal"): {
        "cohen_kappa": (0.390,),
        "scott_pi": (0.389, 0.062),
        "gwet_ac2": (0.324, 0.069),
        "brennan_prediger": (0.273, 0.076),
    },
    ("diagnoses, 4 × 4", "quadratic"): {
        "cohen_kappa": (0.383,),
        "scott_pi": (0.382, 0.066),
        "gwet_ac2": (0.299, 0.075),
        "brennan_prediger": (0.236, 0.085),
    },
    ("diagnoses, 4 × 4", "radical"): {
        "cohen_kappa": (0.419,),
        "scott_pi": (0.418, 0.049),
        "gwet_ac2": (0.418, 0.048),
        "brennan_prediger": (0.401, 0.050),
    },
    ("diagnoses, 4 × 4", "ratio"): {
        "cohen_kappa": (0.413,),
        "scott_pi": (0.412, 0.063),
        "gwet_ac2": (0.359, 0.070),
        "brennan_prediger": (0.310, 0.077),
    },
}

# The same, printed to five places or more.
EXACT: dict[tuple[str, str | None], dict[str, tuple[float, ...]]] = {
    ("4 raters, Krippendorff", None): {
        "conger_kappa": (0.76207,),
        "gwet_ac1": (0.77544, 0.14295),
        "brennan_prediger": (0.77273,),
    },
    ("4 raters, Krippendorff", "quadratic"): {"gwet_ac2": (0.91400,)},
    ("4 raters, 12 units", "gwet-ordinal"): {"krippendorff_alpha": (0.83364,)},
    ("pregnancies, 3 × 3", None): {
        "scott_pi": (0.796240,),
        "gwet_ac1": (0.849331, 0.043217),
    },
    ("paradox, 2 × 2", None): {"gwet_ac1": (0.80800,), "cohen_kappa": (0.314442,)},
    ("Cohen, p. 37", None): {"gwet_ac1": (-0.04797,)},
    ("Cohen, p. 45", None): {"gwet_ac1": (0.57597,)},
    ("Cohen, p. 45", "quadratic"): {"gwet_ac2": (0.63855,)},
    ("scale, 4 × 4", None): {"gwet_ac1": (0.58046,)},
    ("scale, 4 × 4", "quadratic"): {"gwet_ac2": (0.84028,)},
    ("scale, 5 × 5", None): {"gwet_ac1": (0.57997,)},
    ("scale, 5 × 5", "quadratic"): {"gwet_ac2": (0.87005,)},
}


def _result(name: str, data: str, weights: str | None) -> AgreementResult:
    options: dict[str, str] = {}
    if weights is not None:
        options["distance" if name == "krippendorff_alpha" else "weights"] = weights
    function: Callable[..., AgreementResult] = getattr(agreement, name)
    return function(DATA[data], interval="irrcac", **options)


def _entries(
    printed: dict[tuple[str, str | None], dict[str, tuple[float, ...]]], tolerance: float
) -> list[Published]:
    entries = []
    for (data, weights), values in printed.items():
        for name, numbers in values.items():
            what = agreement.MEASURES[name].title + (f", {weights}" if weights else "")
            arguments = name, data, weights
            entries.append(
                Published(
                    PAPER, data, what, numbers[0], tolerance,
                    lambda arguments=arguments: _result(*arguments).value,
                )
            )  # fmt: skip
            if len(numbers) > 1:
                entries.append(
                    Published(
                        PAPER, data, f"standard error of {what}", numbers[1], tolerance,
                        lambda arguments=arguments: _result(*arguments).se,
                    )
                )  # fmt: skip
    return entries


PUBLISHED = _entries(PRINTED, 0.00055) + _entries(EXACT, 5.1e-6)


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_value(entry: Published) -> None:
    check(entry)


def test_intervals_of_a_table() -> None:
    # Student's t with n - 1 degrees of freedom, as irrCAC: pregnancies, 3 × 3.
    printed = {"scott_pi": (0.679, 0.913), "gwet_ac1": (0.764, 0.935)}
    printed["brennan_prediger"] = (0.742, 0.928)
    for name, (low, high) in printed.items():
        interval = _result(name, "pregnancies, 3 × 3", None).interval
        assert interval is not None
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.00055)
