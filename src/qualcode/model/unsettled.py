"""How much of a project waits for a decision, contradicts itself, or was taken out."""

from __future__ import annotations

import attrs

__all__ = ["Unsettled"]


@attrs.frozen
class Unsettled:
    """How much is not settled: every report of a result says it.

    Parameters
    ----------
    undecided : int
        Assignments of split codes that no part was decided for; they count for the split code.
    passages, waiting : int
        Passages in the quarantine, and the assignments on them, which count nowhere.
    conflicts : int
        Conflicts that nobody resolved; what the project shows counts.
    withheld : bool
        Whether it is a blind copy.
    withdrawals, withdrawn : int
        Withdrawals, and the documents of which nothing counts for them.
    """

    undecided: int = 0
    passages: int = 0
    waiting: int = 0
    conflicts: int = 0
    withheld: bool = False
    withdrawals: int = 0
    withdrawn: int = 0
