"""Description of how far the coding had come."""

from __future__ import annotations

from qualcode.report.describing.wording import (
    Description,
    describe,
    many,
    material,
    unresolved,
)
from qualcode.stats.counting.coding_progress import Progress

__all__: list[str] = []


@describe.register
def _progress(result: Progress) -> Description:
    done = len(result.documents) - len(result.open)
    numbers = zip(result.coders, result.finished.sum(axis=0).tolist(), strict=True)
    by_whom = "; ".join(f"{coder}: {number}" for coder, number in numbers if number)
    return Description(
        (
            f"Of {many(len(result.documents), 'document')}, {done:,} had been read to the end by at least "
            f"one coder{f' ({by_whom})' if by_whom else ''}, and {len(result.uncoded):,} carried "
            "no code.",
            material(result.state),
            unresolved(result.state),
        ),
    )
