"""Description of which records are one publication."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.wording import Description, describe
from qualcode.stats.synthesis.duplicates import Duplicates

__all__: list[str] = []


@describe.register
def _duplicates(result: Duplicates) -> Description:
    open_ = len(result.to_confirm)
    waiting = f"; {many(open_, 'pair')} that may be one had not been judged by a person" * bool(
        open_
    )
    return Description(
        (
            f"Of {many(len(result.records), 'record')}, {result.count:,} were duplicates of another, which "
            "left "
            f"{many(len(result.records) - result.count, 'publication')}{waiting}.",
            "Records were compared by title, authors, year, journal, volume, issue, pages, DOI, PubMed "
            "number and abstract; a shared DOI alone made none a duplicate, and none was deleted.",
        ),
    )
