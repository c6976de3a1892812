"""The summary of findings: what people judged of each finding, and on what grounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import NotFoundError, StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_mapping
from qualcode.model.readable import many
from qualcode.model.results import CountedOf
from qualcode.model.review.cerqual import (
    COMPONENTS,
    OVERALL,
    PARTS,
    Judged,
    Judgement,
    misfits,
    read_assessment,
)
from qualcode.stats.synthesis.finding import Finding

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SummaryOfFindings", "SummaryRow", "summary_of_findings"]


@attrs.frozen
class SummaryRow:
    """A finding and what was judged of it.

    Parameters
    ----------
    finding : Finding
        The finding.
    judged : mapping of str to Judged
        By component, or ``"overall"``, the level and the reason; what was not judged is not there, nor is
        that on which those who judged differ.
    differing : mapping of str to tuple of Judgement
        The components on which they differ, each with what everybody judged.
    coders : tuple of str
        Ids of those whose judgements these are.
    """

    finding: Finding
    judged: Mapping[str, Judged] = attrs.field(hash=False)
    differing: Mapping[str, tuple[Judgement, ...]] = attrs.field(hash=False)
    coders: tuple[str, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Where judgements lack grounds, depart from the published guidance, or differ."""
        told = [
            f"{COMPONENTS.get(name, name)}: "
            + ", ".join(f"{each.coder} judges {each.judged.level}" for each in found)
            for name, found in self.differing.items()
        ]
        return (*misfits(self.judged), *told)


@attrs.frozen(eq=False)
class SummaryOfFindings(CountedOf):
    """The summary of qualitative findings after GRADE-CERQual: nothing in it is computed, people judge.

    Parameters
    ----------
    rows : tuple of SummaryRow
        A row for each finding.
    of : Findings
        The findings.
    """

    _instead = "it is a table to read; write_synthesis writes it"
    _print_columns = ("name", "sources", *COMPONENTS, OVERALL)

    rows: tuple[SummaryRow, ...] = attrs.field(repr=False)
    of: Any = attrs.field(repr=False)

    def __iter__(self) -> Iterator[SummaryRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, id: str) -> SummaryRow:
        """Return the row of a finding, by id or name."""
        finding = self.of[id]
        return next(each for each in self.rows if each.finding is finding)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd, each with the finding that it is about."""
        return tuple(f"{row.finding.name}: {each}" for row in self.rows for each in row.warnings)

    @property
    def _print_title(self) -> str:
        whole = sum(OVERALL in row.judged for row in self.rows)
        lines = [
            f"Summary of findings: confidence in {whole:,} of {many(len(self), 'finding')} is judged"
        ]
        if self.warnings:
            lines.append(f"{many(len(self.warnings), 'warning')}: see warnings")
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each finding.

        Columns: domain and theme (names of what it lies under, where it does), id, name, sources (how many),
        direction; for each component and overall its level and its reason; coders, warnings, source_ids.
        """
        import pandas as pd

        rows: list[dict[str, object]] = []
        for row in self.rows:
            each = row.finding
            judged = {name: row.judged.get(name, Judged("")) for name in PARTS}
            rows.append(
                {
                    **{node.level: node.name for node in each.above},
                    "id": each.id,
                    "name": each.name,
                    "sources": len(each.sources),
                    "direction": each.direction,
                    **{name: judged[name].level for name in PARTS},
                    **{f"{name}_reason": judged[name].reason for name in PARTS},
                    "coders": ", ".join(row.coders),
                    "warnings": "; ".join(row.warnings),
                    "source_ids": ", ".join(each.sources),
                }
            )
        above = [node.level for node in self.rows[0].finding.above] if self.rows else []
        columns = [
            *above, "id", "name", "sources", "direction", *PARTS, *(f"{name}_reason" for name in PARTS),
            "coders", "warnings", "source_ids",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


@question("summary")
def summary_of_findings(
    found: Any,
    cerqual: Mapping[str, Mapping[str, object]] | None = None,
    *,
    coders: str | Iterable[str] | None = None,
) -> SummaryOfFindings:
    """Return the summary of findings after GRADE-CERQual.

    Parameters
    ----------
    found : Findings
        The findings.
    cerqual : mapping, optional
        For findings, by id or name, what was judged: by component (``"methods"``, ``"coherence"``,
        ``"adequacy"``, ``"relevance"``) and ``"overall"`` a level, or a level and the reason for it. It is
        shown in place of what the log has; `Review.judge` puts it into the log.
    coders : str or iterable of str, optional
        Whose judgements; when not given a consensus's where there is one, and everybody's elsewhere.

    Raises
    ------
    NotFoundError
        For a finding that there is not.
    ProjectError
        For a component or a level that there is not.

    Examples
    --------
    >>> import qualcode as qc
    >>> from qualcode.stats.synthesis.findings import findings
    >>> found = findings(qc.load_project("collaboration-reviews").state, "factors")
    >>> judged = {"roles": {"methods": ("serious", "an invented reason"), "coherence": "none",
    ...     "adequacy": "none", "relevance": "none", "overall": "high"}}
    >>> print(summary_of_findings(found, judged)["roles"].warnings)
    ('overall is high in spite of serious concerns: methodological limitations',)
    """
    given = _given(found, cerqual)
    wanted = None if coders is None else {coders} if isinstance(coders, str) else {*coders}
    rows = []
    for finding in found:
        key = _key(found, finding)
        logged = [
            each
            for each in found.state.review.judgements
            if each.finding == key and (wanted is None or each.coder in wanted)
        ]
        judged, differing = _agreed(found, logged)
        if finding.id in given:
            judged, differing = (
                {**judged, **given[finding.id]},
                {name: each for name, each in differing.items() if name not in given[finding.id]},
            )
        whose = tuple(dict.fromkeys(each.coder for each in logged))
        rows.append(SummaryRow(finding, judged, differing, whose))
    return SummaryOfFindings(tuple(rows), found)


def _given(
    found: Any, cerqual: Mapping[str, Mapping[str, object]] | None
) -> dict[str, dict[str, Judged]]:
    if cerqual is None:
        return {}
    said = check_mapping(cerqual, what="cerqual", error=StatisticsError)
    try:
        return {found[name].id: read_assessment(parts, of=name) for name, parts in said.items()}
    except NotFoundError as error:
        raise NotFoundError(f"cerqual: {error}") from error


def _key(found: Any, finding: Finding) -> tuple[str, str, str]:
    """Return how judgements name a finding: a code is the same in every rollup."""
    return found.level, finding.id, "" if found.level == "code" else found.rollup.id


def _agreed(
    found: Any, logged: Iterable[Judgement]
) -> tuple[dict[str, Judged], dict[str, tuple[Judgement, ...]]]:
    """Return what those who judged agree on, and what they differ on; a consensus alone counts."""
    by_component: dict[str, list[Judgement]] = {}
    for each in logged:
        by_component.setdefault(each.component, []).append(each)
    agreed: dict[str, Judged] = {}
    differing: dict[str, tuple[Judgement, ...]] = {}
    for component in (name for name in PARTS if name in by_component):
        said = by_component[component]
        held = [each for each in said if _is_consensus(found, each.coder)] or said
        if len({each.judged.level for each in held}) > 1:
            differing[component] = tuple(held)
        else:
            reasons = dict.fromkeys(each.judged.reason for each in held if each.judged.reason)
            agreed[component] = Judged(held[0].judged.level, "; ".join(reasons))
    return agreed, differing


def _is_consensus(found: Any, coder: str) -> bool:
    known = found.state.coders.get(coder)
    return known is not None and known.kind == "consensus"
