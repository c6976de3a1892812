"""Saturation: how much of what there is to find has been found, and how many documents it takes.

`accumulation` draws the curve, `guest_saturation` reads the order in which documents were coded,
`chao2`, `ice`, `ace`, the jackknives, `coverage` and `good_turing` estimate what has not been seen,
`documents_needed` how many more documents that takes, and the functions of
`qualcode.stats.saturation.study_size` size a study before it starts.
"""

from qualcode.stats.saturation.accumulation_curve import (
    AccumulationCurve,
    accumulation,
    expected_codes,
    new_codes,
)
from qualcode.stats.saturation.coverage_estimators import ace, good_turing, ice
from qualcode.stats.saturation.documents_needed import DocumentsNeeded, documents_needed
from qualcode.stats.saturation.found_in_order import SaturationCourse
from qualcode.stats.saturation.frequency_counts import CodeFrequencies, code_frequencies, code_table
from qualcode.stats.saturation.guest import GuestSaturation, guest_saturation
from qualcode.stats.saturation.meaning import MeaningSaturation, meaning_saturation
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
    "DocumentsNeeded",
    "GuestSaturation",
    "MeaningSaturation",
    "Richness",
    "Saturation",
    "SaturationCourse",
    "accumulation",
    "ace",
    "chao2",
    "code_frequencies",
    "code_table",
    "coding_order",
    "coverage",
    "creation",
    "documents_needed",
    "expected_codes",
    "fugard_potts_power",
    "fugard_potts_size",
    "galvin_probability",
    "galvin_size",
    "good_turing",
    "guest_saturation",
    "ice",
    "jackknife_1",
    "jackknife_2",
    "meaning_saturation",
    "new_codes",
    "saturation",
]


def __dir__() -> list[str]:
    return list(__all__)
