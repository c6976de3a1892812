"""How far records of searches are screened, what was decided, and how far screeners agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

import attrs

from qualcode.errors import NotFoundError, StatisticsError
from qualcode.model.asking import question
from qualcode.model.readable import many
from qualcode.model.recipe import Answer
from qualcode.model.review.records import Record
from qualcode.model.review.screening import STAGES, Screened, check_stage
from qualcode.model.state import State
from qualcode.stats.agreement import AgreementResult, IntervalOptions, percent_agreement
from qualcode.stats.agreement.measure_registry import MeasureLike, measure_of_ratings
from qualcode.stats.synthesis.filled import is_consensus

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "RecordScreened",
    "ScreeningAgreement",
    "ScreeningResult",
    "StageAgreement",
    "Waiting",
    "outcome_of",
    "screening",
]

OPEN, DIFFERING = "open", "differing"
"""What becomes of a record on which nobody has decided, or on which screeners differ."""

GOES_ON = ("include", "maybe")


@attrs.frozen
class Waiting:
    """A record that somebody has still to decide on.

    Parameters
    ----------
    record : str
        Its id.
    stage : str
        At which stage.
    why : str
        ``"open"``: nobody has; ``"differing"``: screeners differ, and a consensus is to be reached;
        ``"second"``: it was drawn for this coder to screen as well.
    """

    record: str
    stage: str
    why: str


@attrs.frozen
class RecordScreened:
    """A record and what was decided on it.

    Parameters
    ----------
    id : str
        Its id.
    record : Record
        The record.
    outcomes : mapping of str to str
        By stage, as far as it came: what all who decided say, or the consensus; ``"open"`` where nobody
        decided, ``"differing"`` where they differ on whether it goes on.
    decisions : tuple of Screened
        What everybody decided.
    """

    id: str
    record: Record
    outcomes: Mapping[str, str] = attrs.field(hash=False)
    decisions: tuple[Screened, ...] = ()

    @property
    def outcome(self) -> str:
        """What was decided at the last stage that it came to."""
        return self.outcomes[self.stage]

    @property
    def stage(self) -> str:
        """The last stage that it came to."""
        return [*self.outcomes][-1]

    @property
    def is_included(self) -> bool:
        """Whether it passed every stage."""
        return len(self.outcomes) == len(STAGES) and self.outcome == "include"

    @property
    def reason(self) -> str:
        """Why it was excluded: what those who excluded it at that stage named, each once."""
        named = (
            each.reason
            for each in self.decisions
            if each.stage == self.stage and each.decision == "exclude" and each.reason
        )
        return "; ".join(dict.fromkeys(named)) if self.outcome == "exclude" else ""


@attrs.frozen(eq=False)
class ScreeningResult(Answer):
    """What was decided on the records of a review, stage by stage.

    Parameters
    ----------
    rows : tuple of RecordScreened
        A row for each record, in the order imported.
    chosen : tuple of str or None
        Whose decisions count; everybody's when None.
    state : State
        What was looked at.
    """

    _instead = "review.prisma().plot() draws the flow"
    _print_columns = ("record", "year", "title", "title_abstract", "full_text", "reason")

    rows: tuple[RecordScreened, ...] = attrs.field(repr=False)
    chosen: tuple[str, ...] | None
    state: State = attrs.field(repr=False)

    def __iter__(self) -> Iterator[RecordScreened]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, record: str) -> RecordScreened:
        """Return the row of a record, by id.

        Raises
        ------
        NotFoundError
            When there is no such record.
        """
        for each in self.rows:
            if each.id == record:
                return each
        raise NotFoundError(f"there is no record {record!r} among the {len(self.rows):,} records")

    @property
    def included(self) -> tuple[RecordScreened, ...]:
        """The records that passed every stage."""
        return tuple(each for each in self.rows if each.is_included)

    @property
    def disagreements(self) -> tuple[RecordScreened, ...]:
        """The records on which screeners differ and no consensus was reached."""
        return tuple(each for each in self.rows if each.outcome == DIFFERING)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return for each stage how many records came to it, and what became of them."""
        found = {}
        for stage in STAGES:
            there = [each.outcomes[stage] for each in self.rows if stage in each.outcomes]
            found[stage] = {"records": len(there), **dict(sorted(Counter(there).items()))}
        return found

    def reasons(self, stage: str = "full-text") -> dict[str, int]:
        """Return how many records were excluded at a stage for each reason, the most frequent first.

        Parameters
        ----------
        stage : {"title-abstract", "full-text"}, default "full-text"
            At which stage.
        """
        check_stage(stage)
        found = Counter(
            each.reason or "no reason named"
            for each in self.rows
            if each.stage == stage and each.outcome == "exclude"
        )
        return dict(found.most_common())

    def waiting(self, coder: str) -> tuple[Waiting, ...]:
        """Return what a coder has still to decide on, in order.

        Parameters
        ----------
        coder : str
            Id of the coder. To a consensus, these are the records on which screeners differ.
        """
        if is_consensus(self.state, coder):
            return tuple(Waiting(each.id, each.stage, DIFFERING) for each in self.disagreements)
        samples = self.state.review.screening.samples
        drawn = {
            stage: set(samples[stage, coder].records)
            for stage in STAGES
            if (stage, coder) in samples
        }
        found = []
        for each in self.rows:
            for stage, outcome in each.outcomes.items():
                mine = any(one.coder == coder and one.stage == stage for one in each.decisions)
                second = each.id in drawn.get(stage, ())
                if not mine and (second or outcome == OPEN):
                    found.append(Waiting(each.id, stage, "second" if second else OPEN))
        return tuple(found)

    def agreement(
        self, measure: MeasureLike = "cohen_kappa", **options: Unpack[IntervalOptions]
    ) -> ScreeningAgreement:
        """Return how far screeners agree on what goes on, stage by stage; see `screening_agreement`."""
        return screening_agreement(self, measure, **options)

    @property
    def _print_title(self) -> str:
        counts = self.counts()
        lines = [f"Screening of {many(len(self), 'record')}: {len(self.included):,} included"]
        for stage, held in counts.items():
            told = ", ".join(
                f"{number:,} {what}" for what, number in held.items() if what != "records"
            )
            lines.append(f"{stage}: {held['records']:,}{f' ({told})' if told else ''}")
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each record.

        Columns: record (id), year, authors, title, title_abstract and full_text (the outcomes; empty where it
        did not come so far), reason, coders (who decided).
        """
        import pandas as pd

        rows = [
            (
                each.id, each.record.year, "; ".join(each.record.authors), each.record.title,
                each.outcomes.get(STAGES[0], ""), each.outcomes.get(STAGES[1], ""), each.reason,
                ", ".join(dict.fromkeys(one.coder for one in each.decisions)),
            )
            for each in self.rows
        ]  # fmt: skip
        columns = [
            "record", "year", "authors", "title", "title_abstract", "full_text", "reason", "coders",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


def outcome_of(decisions: Sequence[Screened], is_agreed: Callable[[str], bool]) -> str:
    """Return what was decided on a record at a stage.

    Parameters
    ----------
    decisions : sequence of Screened
        What everybody decided at that stage.
    is_agreed : callable
        Tells whether a coder is a consensus, which alone counts where it decided.

    Examples
    --------
    >>> said = [Screened("a", "full-text", who, what) for who, what in (("ana", "maybe"), ("ben", "include"))]
    >>> outcome_of(said, lambda coder: False)
    'include'
    """
    agreed = [each.decision for each in decisions if is_agreed(each.coder)]
    said = set(agreed or [each.decision for each in decisions])
    if not said:
        return OPEN
    if len({each in GOES_ON for each in said}) > 1 or {"exclude", "not-retrieved"} <= said:
        return DIFFERING
    return "include" if "include" in said else said.pop()


@question("review().screening")
def screening(state: State, *, coders: str | Iterable[str] | None = None) -> ScreeningResult:
    """Return what was decided on the records of a review.

    Parameters
    ----------
    state : State
        What to look at.
    coders : str or iterable of str, optional
        Whose decisions; when not given a consensus's where there is one, and everybody's elsewhere.
    """
    held = state.review.screening
    chosen = None if coders is None else state.coder_ids(coders)
    stands_for = state.review.ties.duplicates([*held.records])
    by_record: dict[str, dict[tuple[str, str], Screened]] = {}
    # What was decided on a duplicate before it was known as one is said of what stands for it, unless that
    # coder said something of that one.
    for each in sorted(held.decisions.values(), key=lambda each: each.record not in stands_for):
        if chosen is None or each.coder in chosen:
            record_of = stands_for.get(each.record, each.record)
            by_record.setdefault(record_of, {})[each.stage, each.coder] = each
    rows = []
    for id, record in held.records.items():
        if id in stands_for:
            continue
        decisions = [*by_record.get(id, {}).values()]
        outcomes: dict[str, str] = {}
        for stage in STAGES:
            at_stage = [each for each in decisions if each.stage == stage]
            outcomes[stage] = outcome_of(at_stage, lambda coder: is_consensus(state, coder))
            if outcomes[stage] not in GOES_ON:
                break
        rows.append(RecordScreened(id, record, outcomes, tuple(decisions)))
    return ScreeningResult(tuple(rows), chosen, state)


@attrs.frozen
class StageAgreement:
    """How far screeners agree at one stage.

    Parameters
    ----------
    stage : str
        Which.
    percent, result : AgreementResult
        The share of equal pairs of decisions, and the measure.
    """

    stage: str
    percent: AgreementResult
    result: AgreementResult


@attrs.frozen(eq=False)
class ScreeningAgreement(Answer):
    """How far screeners agree on which records go on, stage by stage; a maybe counts as an inclusion.

    Parameters
    ----------
    rows : tuple of StageAgreement
        A row for each stage at which two coders or more decided on the same record.
    coders : tuple of str
        Who is compared; a consensus is not.
    of : ScreeningResult
        The screening.
    """

    _instead = "one number for each stage: print it"
    _print_columns = ("stage", "records", "agreement", "value", "low", "high")

    rows: tuple[StageAgreement, ...] = attrs.field(repr=False)
    coders: tuple[str, ...]
    of: ScreeningResult = attrs.field(repr=False)

    def __iter__(self) -> Iterator[StageAgreement]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, stage: str) -> StageAgreement:
        """Return the agreement at a stage.

        Raises
        ------
        StatisticsError
            When no two coders decided on the same record there.
        """
        for each in self.rows:
            if each.stage == stage:
                return each
        raise StatisticsError(f"no two coders decided on the same record at stage {stage!r}")

    @property
    def _print_title(self) -> str:
        return (
            f"Agreement of {', '.join(self.coders)} on which records go on: "
            f"{self.rows[0].result.defined.title}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each stage.

        Columns: stage, records (decided on by two), agreement (share of equal pairs), value, low, high,
        reason (why there is no value).
        """
        import pandas as pd

        rows = []
        for each in self.rows:
            held = each.result.interval
            low, high = (None, None) if held is None else (held.low, held.high)
            rows.append(
                (
                    each.stage, each.result.n_units, each.percent.value, each.result.value, low, high,
                    each.result.reason or each.result.interval_reason,
                )
            )  # fmt: skip
        columns = ["stage", "records", "agreement", "value", "low", "high", "reason"]
        return pd.DataFrame(rows, columns=columns)


@question("agreement")
def screening_agreement(
    result: ScreeningResult,
    measure: MeasureLike = "cohen_kappa",
    **options: Unpack[IntervalOptions],
) -> ScreeningAgreement:
    """Return how far screeners agree on which records go on.

    Parameters
    ----------
    result : ScreeningResult
        The screening.
    measure : str or Measure, default "cohen_kappa"
        Its name in `qualcode.stats.agreement.MEASURES`, or a measure of your own. Where few records are
        included κ is low although screeners differ little: `"gwet_ac1"` is not.
    **options
        An interval, see `IntervalOptions`; by the published standard error when none is asked for and the
        measure has one.

    Raises
    ------
    StatisticsError
        When no two coders decided on the same record.
    """
    function = measure_of_ratings(measure).function
    decided: dict[str, dict[str, dict[str, bool]]] = {stage: {} for stage in STAGES}
    for row in result:
        for each in row.decisions:
            if not is_consensus(result.state, each.coder):
                decided[each.stage].setdefault(row.id, {})[each.coder] = each.decision in GOES_ON
    asked: dict[str, Any] = {"interval": "analytic", **options}
    rows: list[StageAgreement] = []
    compared: list[str] = []
    for stage, records in decided.items():
        shared = [said for said in records.values() if len(said) > 1]
        coders = tuple(dict.fromkeys(coder for said in shared for coder in said))
        if not shared:
            continue
        table = [[said.get(coder) for said in shared] for coder in coders]
        rows.append(StageAgreement(stage, percent_agreement(table), function(table, **asked)))
        compared += coders
    if not rows:
        raise StatisticsError(
            "no two coders decided on the same record, so there is nothing to agree on: draw a sample for "
            "a second one by review.sample"
        )
    return ScreeningAgreement(tuple(rows), tuple(dict.fromkeys(compared)), result)
