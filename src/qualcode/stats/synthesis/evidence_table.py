"""The evidence table: what stands behind each finding, source by source, with ratings and quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import check_mapping, check_text, looked_up
from qualcode.model.readable import many
from qualcode.model.results import CountedOf
from qualcode.model.texts.segments import Segment
from qualcode.stats.arguments import check_count
from qualcode.stats.synthesis.directions import DIRECTIONS
from qualcode.stats.synthesis.finding import Finding, column
from qualcode.stats.synthesis.narrative import Narrative, narrative

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EvidenceRow", "EvidenceTable", "evidence_table"]


@attrs.frozen
class EvidenceRow:
    """A finding with what stands behind it.

    Parameters
    ----------
    finding : Finding
        The finding.
    ratings : mapping of str to str
        For each source behind it that was rated, how.
    quotes : tuple of (str, Segment)
        Some of the segments behind it, each with the id of its source.
    """

    finding: Finding
    ratings: Mapping[str, str] = attrs.field(hash=False)
    quotes: tuple[tuple[str, Segment], ...] = attrs.field(repr=False)

    @property
    def rated(self) -> str:
        """How many sources have which rating, in words."""
        counts = Counter(self.ratings.values())
        left = len(self.finding.sources) - len(self.ratings)
        told = [f"{number} {rating}" for rating, number in counts.items()]
        return ", ".join([*told, *([f"{left} not rated"] if left else [])])


@attrs.frozen(eq=False)
class EvidenceTable(CountedOf):
    """What stands behind each finding: sources by direction, how they were rated, and quotes.

    Parameters
    ----------
    rows : tuple of EvidenceRow
        A row for each finding.
    of : Findings
        The findings.
    """

    _instead = "it is a table to read; write_synthesis writes it"
    _print_columns = ("name", "direction", *map(column, DIRECTIONS), "ratings")

    rows: tuple[EvidenceRow, ...] = attrs.field(repr=False)
    of: Any = attrs.field(repr=False)

    def __iter__(self) -> Iterator[EvidenceRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def _print_title(self) -> str:
        rated = {id for row in self.rows for id in row.ratings}
        told = f", {len(rated):,} of them rated" if rated else ""
        return f"Evidence behind {many(len(self), 'finding')}: {many(len(self.of.sources), self.of.of)}{told}"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each finding.

        Columns: domain and theme (names of what it lies under, where it does), id, name, sources (how many),
        direction; supports, constrains, mixed, not_stated (ids of the sources); ratings, quotes.
        """
        import pandas as pd

        rows = [
            {
                **{node.level: node.name for node in row.finding.above},
                "id": row.finding.id,
                "name": row.finding.name,
                "sources": len(row.finding.sources),
                "direction": row.finding.direction,
                **{column(way): ", ".join(row.finding.pointing(way)) for way in DIRECTIONS},
                "ratings": row.rated if row.ratings else "",
                "quotes": "\n".join(f"“{each.quote}” ({source})" for source, each in row.quotes),
            }
            for row in self.rows
        ]
        above = [node.level for node in self.rows[0].finding.above] if self.rows else []
        columns = [
            *above, "id", "name", "sources", "direction", *map(column, DIRECTIONS), "ratings", "quotes",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def narrative(self) -> Narrative:
        """Return the skeleton of a narrative synthesis, to be written on by a person."""
        return narrative(self)


@question("evidence_table")
def evidence_table(
    found: Any, ratings: Mapping[str, object] | None = None, *, quotes: int = 3
) -> EvidenceTable:
    """Return for each finding what stands behind it.

    Parameters
    ----------
    found : Findings
        The findings.
    ratings : mapping, optional
        For sources, by id, how they were rated.
    quotes : int, default 3
        How many quotes of each finding are shown: one from each source first, none twice.

    Raises
    ------
    StatisticsError
        When ratings name what is no source.

    Examples
    --------
    >>> import qualcode as qc
    >>> from qualcode.stats.synthesis.findings import findings
    >>> found = findings(qc.load_project("collaboration-reviews").state, "impacts")
    >>> evidence_table(found, {"62": "high"}).to_frame().set_index("id").loc["access", "ratings"]
    '1 high, 6 not rated'
    """
    most = check_count(quotes, what="quotes")
    given = check_mapping(ratings or {}, what="ratings", error=StatisticsError)
    things = found.state.documents if found.of == "document" else found.state.cases
    rated = {}
    for source, rating in given.items():
        if source not in things:
            raise StatisticsError(
                f"ratings names {looked_up(source)}, which is no "
                f"{found.of}.{did_you_mean(str(source), things)}"
            )
        rated[source] = check_text(rating, what=f"the rating of {source!r}", error=StatisticsError)
    rows = [
        EvidenceRow(
            finding,
            {id: rated[id] for id in finding.sources if id in rated},
            tuple(_quotes(found, finding, most)),
        )
        for finding in found
    ]
    return EvidenceTable(tuple(rows), found)


def _quotes(found: Any, finding: Finding, most: int) -> Iterator[tuple[str, Segment]]:
    """Yield segments behind a finding, one from each source first, the same words once."""
    waiting = [(id, list(found.quotes(finding.id, source=id))) for id in finding.sources]
    said: set[str] = set()
    while len(said) < most and waiting:
        for source, segments in waiting:
            fresh = next((each for each in segments if each.quote not in said), None)
            if fresh is None or len(said) >= most:
                segments.clear()
                continue
            segments.remove(fresh)
            said.add(fresh.quote)
            yield source, fresh
        waiting = [each for each in waiting if each[1]]
