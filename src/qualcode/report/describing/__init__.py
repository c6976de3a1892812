"""What was computed, on what, and with which choices, in words: one function for each result."""

from qualcode.report.describing import (
    agreement,
    arrays,
    coders,
    comparison,
    counts,
    diagnostics,
    found,
    networks,
    order,
    pairs,
    programs,
    progress,
    robustness,
    saturation,
    study,
    suggester,
    suggestions,
)
from qualcode.report.describing.wording import Description, describe

__all__ = [
    "Description",
    "agreement",
    "arrays",
    "coders",
    "comparison",
    "counts",
    "describe",
    "diagnostics",
    "found",
    "networks",
    "order",
    "pairs",
    "programs",
    "progress",
    "robustness",
    "saturation",
    "study",
    "suggester",
    "suggestions",
]
