"""Description of what a query found."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.wording import Description, describe
from qualcode.stats.counting.found import Found

__all__: list[str] = []


@describe.register
def _found(result: Found) -> Description:
    documents = len({segment.document.id for segment in result})
    return Description(
        (
            f"The query “{result.query}” was asked of the coding; it fits {many(len(result), 'passage')} in "
            f"{many(documents, 'document')}.",
        ),
    )
