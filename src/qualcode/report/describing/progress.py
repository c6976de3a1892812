"""Descriptions of how far the coding, and the writing of a framework matrix, had come."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.references import RITCHIE_SPENCER_1994
from qualcode.report.describing.wording import Description, describe, listed, material, unresolved
from qualcode.stats.counting.coding_progress import Progress
from qualcode.stats.counting.framework import Framework

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


@describe.register
def _framework(result: Framework) -> Description:
    written = [each.summary for each in result if each.summary is not None]
    coders = sorted({each.coder for each in written})
    did = (
        f"{listed(coders)} wrote {many(len(written), 'summary', 'summaries')}, each from the segments coded "
        "so at that time"
        if written
        else "No summary was written"
    )
    stale = many(len(result.stale), "summary rests", "summaries rest")
    sentences = [
        f"Segments were summarised in a framework matrix of {many(len(result.cases), 'case')} by "
        f"{many(len(result.nodes), result.level)}.",
        f"{did}; {many(len(result.unwritten), 'cell')} with segments had none.",
        *([f"{stale} on segments that have changed since."] if result.stale else []),
        material(result.state),
        unresolved(result.state),
    ]
    return Description(tuple(sentences), (RITCHIE_SPENCER_1994,))
