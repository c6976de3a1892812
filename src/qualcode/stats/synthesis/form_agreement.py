"""Agreement of those who fill in a form, field by field, by the measures of agreement there are."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from inspect import signature
from itertools import chain
from typing import TYPE_CHECKING, Any, Unpack

import attrs

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.readable import many
from qualcode.model.results import CountedOf
from qualcode.model.review.entries import Entry
from qualcode.model.review.field_values import value_text
from qualcode.stats.agreement import AgreementResult, IntervalOptions, percent_agreement
from qualcode.stats.agreement.measure_registry import MeasureLike, measure_of_ratings
from qualcode.stats.synthesis.filled import entries_of, is_consensus

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FieldAgreement", "FormAgreement", "form_agreement"]

ALL = "all"


@attrs.frozen
class FieldAgreement:
    """How far coders agree on one field of a form.

    Parameters
    ----------
    field : str
        Its id; ``"all"`` for all fields, each field of each source being a unit.
    label : str
        What people call it.
    percent, result : AgreementResult
        The share of equal pairs of values, and the measure.
    """

    field: str
    label: str
    percent: AgreementResult
    result: AgreementResult


@attrs.frozen(eq=False)
class FormAgreement(CountedOf):
    """Agreement of those who filled in a form, for each field and for all.

    Parameters
    ----------
    rows : tuple of FieldAgreement
        A row for each field that two coders filled in for a source, and one for all.
    coders : tuple of str
        Who is compared; a consensus is not.
    of : Appraisal or Extraction
        What was filled in.
    """

    _figure = "qualcode.report.plot.appraisals:form_agreement"
    _print_columns = ("field", "label", "sources", "agreement", "value", "low", "high")

    rows: tuple[FieldAgreement, ...] = attrs.field(repr=False)
    coders: tuple[str, ...]
    of: Any = attrs.field(repr=False)

    def __iter__(self) -> Iterator[FieldAgreement]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, field: str) -> FieldAgreement:
        """Return the agreement on a field, by id; ``"all"`` for all.

        Raises
        ------
        StatisticsError
            When no two coders filled it in.
        """
        for each in self.rows:
            if each.field == str(field):
                return each
        raise StatisticsError(f"no two coders filled in {field!r} for the same source")

    @property
    def _print_title(self) -> str:
        whole = self[ALL]
        return (
            f"Agreement of {', '.join(self.coders)}: {whole.result.defined.title} on "
            f"{many(len(self.rows) - 1, 'field')}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each field.

        Columns: field, label, sources (rated by two), agreement (share of equal pairs), value, low, high,
        reason (why there is no value).
        """
        import pandas as pd

        rows = []
        for each in self.rows:
            held = each.result.interval
            low, high = (None, None) if held is None else (held.low, held.high)
            rows.append(
                (
                    each.field, each.label, each.result.n_units, each.percent.value,
                    each.result.value, low, high, each.result.reason or each.result.interval_reason,
                )
            )  # fmt: skip
        columns = ["field", "label", "sources", "agreement", "value", "low", "high", "reason"]
        return pd.DataFrame(rows, columns=columns)


@question("agreement")
def form_agreement(
    result: Any, measure: MeasureLike = "gwet_ac1", **options: Unpack[IntervalOptions]
) -> FormAgreement:
    """Return how far those who filled in a form agree, field by field.

    Parameters
    ----------
    result : Appraisal or Extraction
        What was filled in.
    measure : str or Measure, default "gwet_ac1"
        Its name in `qualcode.stats.agreement.MEASURES`, or a measure of your own. Most answers to an item
        are often the same, where κ is low although coders differ little; Gwet's AC1 is not.
    **options
        An interval, see `IntervalOptions`; by the published standard error when none is asked for and the
        measure has one.

    Raises
    ------
    StatisticsError
        When no two coders filled in a field for the same source.
    """
    function = measure_of_ratings(measure).function
    entries = [
        each
        for each in entries_of(result.state, result.form_target, result.chosen)
        if not is_consensus(result.state, each.coder)
    ]
    coders = tuple(dict.fromkeys(each.coder for each in entries))
    tables = [
        (field, table)
        for field in result.agreement_fields
        if (table := _table(coders, [each for each in entries if each.field == field]))
    ]
    if not tables:
        raise StatisticsError(
            "no two coders filled in a field for the same source, so there is nothing to agree on: have a "
            "second one fill in some of them"
        )
    asked: dict[str, Any] = {"interval": "analytic", **options}
    whole = [[*chain.from_iterable(table[at] for _, table in tables)] for at in range(len(coders))]
    takes_categories = "categories" in signature(function).parameters
    rows = []
    for field, table in tables:
        known = result.categories_of(field) if takes_categories else ()
        # With the answers that could have been given, agreement by chance is defined where all gave one.
        own = {**asked, "categories": known} if known else asked
        rows.append(
            FieldAgreement(
                field, result.label_of(field), percent_agreement(table), function(table, **own)
            )
        )
    everything = FieldAgreement(
        ALL, "all fields", percent_agreement(whole), function(whole, **asked)
    )
    return FormAgreement((*rows, everything), coders, result)


def _table(coders: Sequence[str], entries: Sequence[Entry]) -> list[list[Hashable | None]]:
    """Return the values of one field, coders × sources and rows; none where nobody shares a source."""
    held = {(each.coder, each.source, each.row): value_text(each.value) for each in entries}
    units = list(dict.fromkeys((each.source, each.row) for each in entries))
    table: list[list[Hashable | None]] = [
        [held.get((coder, *unit)) for unit in units] for coder in coders
    ]
    shared = any(sum(row[at] is not None for row in table) > 1 for at in range(len(units)))
    return table if shared else []
