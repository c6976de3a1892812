"""What the ratings of sources change of a synthesis: each finding with all sources, and with some of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_mapping, check_number
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.readable import many
from qualcode.model.results import CountedOf
from qualcode.model.review.instruments import Instrument
from qualcode.model.state import State
from qualcode.stats.synthesis.appraisal import By, appraisal
from qualcode.stats.synthesis.directions import Direction
from qualcode.stats.synthesis.filled import documents_of
from qualcode.stats.synthesis.finding import Finding
from qualcode.stats.synthesis.findings import Findings, findings

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Conclusion", "RatingSensitivity", "Subset", "rating_sensitivity"]

ALL = "all"
WEIGHED = "weighed"


@attrs.frozen
class Subset:
    """Some of the sources: which, and why these.

    Parameters
    ----------
    id : str
        ``"all"``, ``"only high"``, ``"without low"`` and the like, or ``"weighed"``.
    weights : mapping of str to float
        By source how much it counts: 1, or its rating's weight.
    """

    id: str
    weights: Mapping[str, float] = attrs.field(hash=False, repr=False)

    @property
    def total(self) -> float:
        """How much all of them come to: how many there are."""
        return sum(self.weights.values())


@attrs.frozen
class Conclusion:
    """What a synthesis says of one finding, by some of its sources.

    Parameters
    ----------
    count : float
        How many sources stand behind it, or what their weights come to.
    share : float or None
        Their share of those that are looked at; None where there are none.
    rank : int or None
        Its place among all findings by count, 1 for most, the same for equal ones; None where none is left.
    direction : {"supports", "constrains", "mixed", "not stated"} or None
        Which way they point; None where none is left.
    """

    count: float
    share: float | None
    rank: int | None
    direction: Direction | None


@attrs.frozen(eq=False)
class RatingSensitivity(CountedOf):
    """Each finding with all sources, without those of each rating, and with the best alone.

    Parameters
    ----------
    subsets : tuple of Subset
        What is looked at: all sources first.
    rows : mapping
        By finding, for each subset what it says.
    ratings : mapping of str to str
        The rating of each source that has one.
    instrument : str
        The instrument's name.
    by : {"recorded", "computed"}
        Which rating.
    of : Findings
        The findings.
    """

    _figure = "qualcode.report.plot.appraisals:rating_sensitivity"
    _print_columns = ("name", "subset", "count", "share", "rank", "direction")

    subsets: tuple[Subset, ...] = attrs.field(repr=False)
    rows: Mapping[Finding, tuple[Conclusion, ...]] = attrs.field(repr=False)
    ratings: Mapping[str, str] = attrs.field(repr=False)
    instrument: str
    by: By
    of: Any = attrs.field(repr=False)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, id: str) -> dict[str, Conclusion]:
        """Return what each subset says of a finding, by id or name."""
        found = self.of[id]
        return {
            subset.id: said for subset, said in zip(self.subsets, self.rows[found], strict=True)
        }

    @property
    def unrated(self) -> tuple[str, ...]:
        """The sources behind findings that have no rating: they count among all, and nowhere else."""
        return tuple(id for id in self.of.sources if id not in self.ratings)

    @property
    def changes(self) -> tuple[str, ...]:
        """What each subset changes, in words: findings that are gone, that point another way, or move."""
        return tuple(
            told
            for at, subset in enumerate(self.subsets)
            if at
            for told in [f"{subset.id} ({_sources(subset)}): {'; '.join(self._changed(at))}"]
        )

    def _changed(self, at: int) -> Iterator[str]:
        before = {finding: said[0] for finding, said in self.rows.items()}
        now = {finding: said[at] for finding, said in self.rows.items()}
        gone = [each.name for each in self.rows if not now[each].count]
        turned = [
            f"{each.name} from {before[each].direction} to {now[each].direction}"
            for each in self.rows
            if now[each].direction not in (None, before[each].direction)
        ]
        moved = sorted(
            (
                (abs(now[each].rank - before[each].rank), each)  # type: ignore[operator]
                for each in self.rows
                if None not in (now[each].rank, before[each].rank)
                and now[each].rank != before[each].rank
            ),
            key=lambda pair: -pair[0],
        )
        if not (gone or turned or moved):
            yield "nothing changes"
        if gone:
            yield f"no source is left for {_listed(gone)}"
        if turned:
            yield f"the direction turns of {_listed(turned)}"
        if moved:
            told = [
                f"{each.name} from {before[each].rank} to {now[each].rank}" for _, each in moved
            ]
            yield f"{many(len(moved), 'finding')} of {len(self.rows)} change rank, most {_listed(told)}"

    @property
    def _print_title(self) -> str:
        return (
            f"What ratings by {self.instrument} ({self.by}) change of "
            f"{many(len(self), 'finding')}: {many(len(self.ratings), 'source')} rated, "
            f"{len(self.unrated):,} not"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each finding and subset: id, name, subset, count, share, rank, direction."""
        import pandas as pd

        rows = [
            (
                finding.id, finding.name, subset.id, each.count, each.share, each.rank, each.direction,
            )
            for finding, said in self.rows.items()
            for subset, each in zip(self.subsets, said, strict=True)
        ]  # fmt: skip
        columns = ["id", "name", "subset", "count", "share", "rank", "direction"]
        frame = pd.DataFrame(rows, columns=columns)
        return frame.astype({"rank": "Int64"})


def _sources(subset: Subset) -> str:
    if subset.id == WEIGHED:
        return f"weights of {subset.total:g} together"
    return many(len(subset.weights), "source")


def _listed(names: list[str], most: int = 3) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


@question("review().sensitivity", first=("rollup",))
def rating_sensitivity(
    state: State,
    rollup: str | Rollup | None = None,
    *,
    instrument: str | Instrument | None = None,
    by: By = "computed",
    coder: str | None = None,
    weights: Mapping[str, float] | None = None,
    level: str = "theme",
    of: str = "document",
    directions: str | Mapping[str, str] | None = None,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
) -> RatingSensitivity:
    """Return each finding with all sources, without those of each rating, and with the best alone.

    Parameters
    ----------
    state : State
        What to look at.
    rollup, level, of, directions, coders, where
        As for `findings`.
    instrument : str or Instrument, optional
        By which sources were appraised; the only one that is used when not given.
    by : {"recorded", "computed"}
        Which rating.
    coder : str, optional
        Whose appraisal; a consensus's, or what all agree on, when not given.
    weights : mapping of str to float, optional
        How much a source of each rating counts, to see counts that are weighed; nobody's published rule
        says how much, so there is no default.

    Raises
    ------
    StatisticsError
        When no source behind the findings is rated.
    """
    appraised = appraisal(state, instrument, coders=coder)
    held = appraised.ratings(by)
    if of == "case":
        ratings = {id.removeprefix("case:"): each for id, each in held.items() if ":" in id}
    else:
        ratings = {
            id: rating for source, rating in held.items() for id in documents_of(state, [source])
        }
    found = findings(
        state, rollup, level=level, of=of, directions=directions, coders=coders, where=where
    )
    return _compared(found, ratings, appraised.instrument, by, weights)


def _compared(
    found: Findings,
    ratings: Mapping[str, str],
    instrument: Instrument,
    by: By,
    weights: Mapping[str, float] | None,
) -> RatingSensitivity:
    order = instrument.ratings
    rated = {id: ratings[id] for id in found.sources if id in ratings}
    if not rated:
        raise StatisticsError(
            f"none of the {len(found.sources)} sources behind the findings has a {by} rating by "
            f"{instrument.name}: appraise them, or take by='{'recorded' if by == 'computed' else 'computed'}'"
        )
    subsets = [Subset(ALL, dict.fromkeys(found.sources, 1))]
    there = [each for each in order if each in rated.values()]
    best = [id for id in rated if rated[id] == order[0]]
    if best:
        subsets.append(Subset(f"only {order[0]}", dict.fromkeys(best, 1)))
    for each in reversed(there):
        kept = [id for id in rated if rated[id] != each]
        if kept and kept != best:
            subsets.append(Subset(f"without {each}", dict.fromkeys(kept, 1)))
    if weights is not None:
        subsets.append(Subset(WEIGHED, _weighed(rated, weights, order)))
    by_subset = [_concluded(found, each) for each in subsets]
    rows = {finding: tuple(said[finding] for said in by_subset) for finding in found}
    return RatingSensitivity(tuple(subsets), rows, rated, instrument.name, by, found)


def _weighed(
    rated: Mapping[str, str], weights: Mapping[str, float], order: tuple[str, ...]
) -> dict[str, float]:
    said = check_mapping(weights, what="weights", error=StatisticsError)
    lacking = [each for each in order if each in rated.values() and each not in said]
    unknown = [each for each in said if each not in order]
    if lacking or unknown:
        raise StatisticsError(
            f"weights must say how much each of {', '.join(order)} counts; "
            + (f"{lacking[0]!r} is missing" if lacking else f"{unknown[0]!r} is no rating")
        )
    checked = {
        name: check_number(each, what=f"the weight of {name!r}", error=StatisticsError, least=0)
        for name, each in said.items()
    }
    return {id: float(checked[rating]) for id, rating in rated.items()}


def _concluded(found: Findings, subset: Subset) -> dict[Finding, Conclusion]:
    counts = {
        finding: sum(subset.weights.get(id, 0) for id in finding.directions) for finding in found
    }
    made = {}
    for finding, count in counts.items():
        ways = {id: way for id, way in finding.directions.items() if subset.weights.get(id, 0)}
        direction = attrs.evolve(finding, directions=ways).direction if ways else None
        rank = 1 + sum(each > count for each in counts.values()) if count else None
        share = count / subset.total if subset.total else None
        made[finding] = Conclusion(count, share, rank, direction)
    return made
