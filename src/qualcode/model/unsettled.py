"""How much of a project waits for a decision, contradicts itself, or was taken out."""

from __future__ import annotations

import attrs

from qualcode.model.readable import many

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

    Examples
    --------
    >>> print(Unsettled(undecided=2, passages=1, waiting=3))
    Not settled: 2 assignments of split codes; 1 passage in the quarantine, with 3 assignments, not counted
    """

    undecided: int = 0
    passages: int = 0
    waiting: int = 0
    conflicts: int = 0
    withheld: bool = False
    withdrawals: int = 0
    withdrawn: int = 0

    def __str__(self) -> str:
        """In a line, for what is printed; empty where all is settled."""
        rows = f", with {many(self.waiting, 'assignment')}, not counted"
        told = [
            (self.undecided, f"{many(self.undecided, 'assignment')} of split codes"),
            (self.passages, f"{many(self.passages, 'passage')} in the quarantine{rows}"),
            (self.conflicts, many(self.conflicts, "conflict")),
        ]
        out = [each for number, each in told if number]
        lines = [f"Not settled: {'; '.join(out)}"] if out else []
        if self.withdrawals:
            lines.append(f"Withdrawn, and counted nowhere: {many(self.withdrawn, 'document')}")
        if self.withheld:
            lines.append("A blind copy: what others coded is withheld")
        return "\n".join(lines)
