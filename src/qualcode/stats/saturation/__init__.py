"""Saturation: how much of what there is to find has been found, and how many documents it takes.

`accumulation` draws the curve, `guest_saturation` reads the order in which documents were coded,
`chao2`, `jackknife_1`, `jackknife_2` and `coverage` estimate what has not been seen, and the
functions of `qualcode.stats.saturation.study_size` size a study before it starts.
"""

from qualcode.stats.saturation.accumulation_curve import (
    AccumulationCurve,
    accumulation,
    expected_codes,
    new_codes,
)
from qualcode.stats.saturation.frequency_counts import CodeFrequencies, code_frequencies, code_table
from qualcode.stats.saturation.guest import GuestSaturation, guest_saturation
from qualcode.stats.saturation.project_saturation import (
    Saturation,
    coding_order,
    creation,
    saturation,
)
from qualcode.stats.saturation.richness import (
    Coverage,
    Richness,
    chao2,
    coverage,
    jackknife_1,
    jackknife_2,
)
from qualcode.stats.saturation.study_size import (
    fugard_potts_power,
    fugard_potts_size,
    galvin_probability,
    galvin_size,
)

__all__ = [
    "AccumulationCurve",
    "CodeFrequencies",
    "Coverage",
    "GuestSaturation",
    "Richness",
    "Saturation",
    "accumulation",
    "chao2",
    "code_frequencies",
    "code_table",
    "coding_order",
    "coverage",
    "creation",
    "expected_codes",
    "fugard_potts_power",
    "fugard_potts_size",
    "galvin_probability",
    "galvin_size",
    "guest_saturation",
    "jackknife_1",
    "jackknife_2",
    "new_codes",
    "saturation",
]


def __dir__() -> list[str]:
    return list(__all__)
