"""Findings of a synthesis: which sources stand behind each theme, and which way each of them points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import NotFoundError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import looked_up
from qualcode.model.codebooks.hierarchy import LEVELS, Hierarchy, Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.queries import Query
from qualcode.model.readable import many
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.segments import Segments
from qualcode.stats.arguments import check_one_of
from qualcode.stats.synthesis.directions import (
    DIRECTIONS,
    Bits,
    Direction,
    common_direction,
    directed,
)
from qualcode.stats.synthesis.evidence_table import EvidenceTable, evidence_table
from qualcode.stats.synthesis.finding import Finding, column
from qualcode.stats.synthesis.summary import SummaryOfFindings, summary_of_findings

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Findings", "findings"]

Flags = npt.NDArray[np.bool_]


@attrs.frozen(eq=False)
class Findings(CountedResult):
    """The findings of a synthesis, in the order of the rollup; each has a source behind it.

    Parameters
    ----------
    items : tuple of Finding
        The findings.
    of : {"document", "case"}
        What a source is.
    level : {"domain", "theme", "code"}
        What each finding is about.
    how : str
        How codings carry a direction, in words.
    without : tuple of Node
        What has no segment, and so no finding.
    hierarchy : Hierarchy
        The rollup over the codebook.
    bits : array of uint8
        The direction of each assignment of `state`.
    state : State
        What was looked at.
    """

    items: tuple[Finding, ...] = attrs.field(repr=False)
    of: str
    level: str
    how: str
    without: tuple[Node, ...] = attrs.field(repr=False)
    hierarchy: Hierarchy = attrs.field(repr=False)
    bits: Bits = attrs.field(repr=False)
    state: State = attrs.field(repr=False)

    _instead = (
        "evidence_table() has what stands behind each; review.diagram(…).plot() draws the links"
    )
    _print_columns = (
        "name", "sources", "direction", "supports", "constrains", "mixed", "not_stated",
    )  # fmt: skip

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, id: str) -> Finding:
        """Return a finding by the id or name of its theme, domain or code.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        for each in self.items:
            if id in (each.id, each.name):
                return each
        known = [name for each in self.items for name in (each.id, each.name)]
        raise NotFoundError(
            f"there is no finding on {looked_up(id)}.{did_you_mean(str(id), known)}"
        )

    @property
    def rollup(self) -> Rollup:
        """The rollup whose themes, domains or codes the findings are about."""
        return self.hierarchy.rollup

    @property
    def contradictions(self) -> tuple[Finding, ...]:
        """The findings that some sources have support and others constrain."""
        return tuple(each for each in self.items if each.is_contradicted)

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of all sources behind any finding, in the project's order."""
        held = {id for each in self.items for id in each.directions}
        return tuple(id for id in _things(self.state, self.of) if id in held)

    def named(self, source: str) -> str:
        """Return the name of a source.

        Parameters
        ----------
        source : str
            Its id.
        """
        return _things(self.state, self.of)[source].name or source

    def quotes(
        self, id: str, *, direction: Direction | None = None, source: str | None = None
    ) -> Segments:
        """Return the segments behind a finding, in document order.

        Parameters
        ----------
        id : str
            Id or name of the theme, domain or code.
        direction : {"supports", "constrains", "mixed", "not stated"}, optional
            Only those whose codes there point this way.
        source : str, optional
            Only those of this source, by id.
        """
        finding = self[id]
        rows = self.state.assignments
        chosen = self.hierarchy.under(self._at(finding.node))[rows.code]
        if source is not None:
            held = [
                source == each.id if self.of == "document" else source in each.cases
                for each in self.state.documents.values()
            ]
            chosen &= np.array(held, dtype=np.bool_)[rows.document]
        found = rows.take(chosen)
        if direction is not None:
            wanted = check_one_of(direction, DIRECTIONS, what="direction")
            at = _per_segment(found, self.bits[chosen])
            kept = np.array([common_direction([each]) == wanted for each in at], dtype=np.bool_)
            found = found.take(kept[found.segment])
        return Segments(found.segments())

    def ways_of_code(self, code: str) -> dict[str, Direction]:
        """Return for each source that has a code which way it points there.

        Parameters
        ----------
        code : str
            Id of a code.
        """
        rows = self.state.assignments
        chosen = np.array([each == code for each in rows.codes], dtype=np.bool_)[rows.code]
        return _by_source(self.state, self.of, rows.take(chosen), self.bits[chosen])

    def summary(
        self,
        cerqual: Mapping[str, Mapping[str, object]] | None = None,
        *,
        coders: str | Iterable[str] | None = None,
    ) -> SummaryOfFindings:
        """Return the summary of findings after GRADE-CERQual, which people judge and nothing computes.

        Parameters
        ----------
        cerqual : mapping, optional
            For findings, by id or name, what was judged: by component (``"methods"``, ``"coherence"``,
            ``"adequacy"``, ``"relevance"``) and ``"overall"`` a level, or a level and the reason for it. It
            is shown in place of what the log has; `Review.judge` puts it into the log.
        coders : str or iterable of str, optional
            Whose judgements; when not given a consensus's where there is one, and everybody's elsewhere.

        Raises
        ------
        NotFoundError
            For a finding that there is not.
        ProjectError
            For a component or a level that there is not.
        """
        return summary_of_findings(self, cerqual, coders=coders)

    def evidence_table(
        self, ratings: Mapping[str, object] | None = None, *, quotes: int = 3
    ) -> EvidenceTable:
        """Return for each finding what stands behind it: sources by direction, their ratings, and quotes.

        Parameters
        ----------
        ratings : mapping, optional
            For sources, by id, how they were rated.
        quotes : int, default 3
            How many quotes of each finding are shown: one from each source first.
        """
        return evidence_table(self, ratings, quotes=quotes)

    def _at(self, node: Node) -> int:
        return self.hierarchy.nodes.index(node)

    @property
    def _print_title(self) -> str:
        what = f"{self.level}s" + ("" if self.level == "code" else f" of “{self.rollup.name}”")
        lines = [
            f"{many(len(self), 'finding')} on {what}, from {many(len(self.sources), self.of)}; {self.how}"
        ]
        if self.contradictions:
            told = ", ".join(each.name for each in self.contradictions)
            lines.append(f"{many(len(self.contradictions), 'contradiction')}: {told}")
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each finding.

        Columns: domain and theme (names of what it lies under, where it does), id, name, sources (how many),
        direction, contradicted, supports, constrains, mixed, not_stated (how many sources each), segments.
        """
        import pandas as pd

        rows = [
            {
                **{node.level: node.name for node in each.above},
                "id": each.id,
                "name": each.name,
                "sources": len(each.sources),
                "direction": each.direction,
                "contradicted": each.is_contradicted,
                **{column(way): len(each.pointing(way)) for way in DIRECTIONS},
                "segments": each.segments,
            }
            for each in self.items
        ]
        above = [node.level for node in self.items[0].above] if self.items else []
        columns = [
            *above, "id", "name", "sources", "direction", "contradicted", *map(column, DIRECTIONS),
            "segments",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def sources_frame(self) -> pd.DataFrame:
        """Return a row for each finding and source behind it.

        Columns: finding (id), name, source, source_name, direction, segments (how many of its segments stand
        behind it).
        """
        import pandas as pd

        rows = [
            (
                each.id, each.name, source, self.named(source), direction,
                len(self.quotes(each.id, source=source)),
            )
            for each in self.items
            for source, direction in each.directions.items()
        ]  # fmt: skip
        columns = ["finding", "name", "source", "source_name", "direction", "segments"]
        return pd.DataFrame(rows, columns=columns)


@question("review().findings")
def findings(
    state: State,
    rollup: str | Rollup | None = None,
    *,
    level: str = "theme",
    of: str = "document",
    directions: str | Mapping[str, str] | None = None,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
) -> Findings:
    """Return for each theme the sources behind it, and which way each of them points.

    Parameters
    ----------
    state : State
        The project's content.
    rollup : str or Rollup, optional
        The codebook's first rollup when not given, or else the code tree.
    level : {"domain", "theme", "code"}, default "theme"
        What each finding is about.
    of : {"document", "case"}, default "document"
        What a source is.
    directions : str or mapping, optional
        How a coding carries a direction. The name of an attribute of codes whose values ``"supports"``,
        ``"constrains"`` and ``"mixed"`` say so, while any other leaves it open; ``"direction"`` when not
        given, where codes have it. Or a mapping from ids of codes to these words: an assignment has the
        direction of its own code or, where that has none, of the codes of the mapping on the same segment, as
        ``{"improved": "supports", "worsened": "constrains"}``.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.

    Raises
    ------
    StatisticsError
        When no code has the attribute, or the mapping names what is no code or no direction.
    NotFoundError
        For a rollup that is not known.

    Examples
    --------
    >>> import qualcode as qc
    >>> reviews = qc.load_project("collaboration-reviews")
    >>> found = findings(reviews.state, "factors")
    >>> money = found["money-and-staff"]
    >>> money.direction, len(money.sources), money.is_contradicted
    ('mixed', 23, True)
    """
    check_one_of(of, ("document", "case"), what="of")
    state = state.counting(coders, where=where)
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    rows = state.assignments
    found = directed(rows, state.codebook, directions)
    paths = {node: path for node, path in hierarchy.walk() if node.level == level}
    known = {(node.level, node.id): node for node in hierarchy.nodes}
    levels = LEVELS[LEVELS.index(hierarchy.top) :]
    items, without = [], []
    for node, members in zip(hierarchy.level(level), hierarchy.members(level).T, strict=True):
        chosen = members[rows.code]
        if node.id == UNASSIGNED or node not in paths:
            continue
        if not chosen.any():
            without.append(node)
            continue
        held = rows.take(chosen)
        above = tuple(known[each] for each in zip(levels, paths[node], strict=False))
        ways = _by_source(state, of, held, found.bits[chosen])
        if ways:
            items.append(Finding(node, above, ways, held.n_segments))
    return Findings(
        tuple(items), of, level, found.how, tuple(without), hierarchy, found.bits, state
    )


def _things(state: State, of: str) -> Mapping[str, Any]:
    return state.documents if of == "document" else state.cases


def _per_segment(rows: Assignments, bits: Bits) -> Bits:
    """Return the directions of each distinct segment together."""
    found = np.zeros(rows.n_segments, dtype=np.uint8)
    np.bitwise_or.at(found, rows.segment, bits)
    return found


def _by_source(state: State, of: str, rows: Assignments, bits: Bits) -> dict[str, Direction]:
    """Return which way each source points, in the project's order."""
    documents = list(state.documents.values())
    ways: dict[str, list[int]] = {}
    for document, bit in np.unique(np.column_stack([rows.document, bits]), axis=0).tolist():
        each = documents[document]
        for source in (each.id,) if of == "document" else each.cases:
            ways.setdefault(source, []).append(bit)
    return {id: common_direction(ways[id]) for id in _things(state, of) if id in ways}
