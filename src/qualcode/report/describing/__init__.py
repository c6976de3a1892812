"""What was computed, on what, and with which choices, in words: one function for each result."""

from qualcode.report.describing import agreement, arrays, counts, robustness, saturation
from qualcode.report.describing.wording import Description, describe

__all__ = ["Description", "agreement", "arrays", "counts", "describe", "robustness", "saturation"]
