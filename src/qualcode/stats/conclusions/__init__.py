"""Conclusions that can be put to the test: a ranking, a co-occurrence, an agreement, a share.

A conclusion is a small frozen value with a `name` and a `sentence`. It says what to compute on a
project's content (`find`), and whether what was found still supports it (`holds`). A number alone
concludes nothing: state a bound, ``at_least`` or ``at_most``, and it does.
`sensitivity` looks how a conclusion moves.
"""

from qualcode.stats.conclusions.conclusion import (
    Bounded,
    Conclusion,
    Finding,
    Quantity,
    Variation,
    active_coders,
)
from qualcode.stats.conclusions.kinds import Agreement, Ranking, Share, Together, ranks
from qualcode.stats.conclusions.sensitivity_analysis import Sensitivity, Setting, sensitivity

__all__ = [
    "Agreement",
    "Bounded",
    "Conclusion",
    "Finding",
    "Quantity",
    "Ranking",
    "Sensitivity",
    "Setting",
    "Share",
    "Together",
    "Variation",
    "active_coders",
    "ranks",
    "sensitivity",
]


def __dir__() -> list[str]:
    return list(__all__)
