"""An appraisal: the answers to an instrument for each source, and the ratings recorded and computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, Unpack

import attrs

from qualcode.errors import NotFoundError, StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_choice, check_texts, looked_up
from qualcode.model.readable import many
from qualcode.model.results import CountedResult
from qualcode.model.review.entries import RECORDED, form_target
from qualcode.model.review.instrument_items import Rating
from qualcode.model.review.instruments import Instrument
from qualcode.model.review.sources import source_name
from qualcode.model.state import State
from qualcode.stats.agreement import IntervalOptions
from qualcode.stats.agreement.measure_registry import MeasureLike
from qualcode.stats.synthesis.filled import (
    Cell,
    CellPlace,
    FormDisagreements,
    cells_of,
    differing,
    entries_of,
    in_order,
    source_label,
    used_form,
)
from qualcode.stats.synthesis.form_agreement import FormAgreement, form_agreement

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BY", "Appraisal", "Appraised", "By", "appraisal"]

By = Literal["recorded", "computed"]
BY: tuple[By, ...] = ("recorded", "computed")
"""Which rating: the one an appraiser or a publication recorded, or the one that the rule gives."""


@attrs.frozen
class Appraised:
    """A source and how it was appraised.

    Parameters
    ----------
    source : str
        Id of the document, or of the case as ``"case:ID"``.
    name : str
        Its name.
    answers : mapping of str to str
        By item the answer that all who answered agree on, or a consensus gave.
    rating : Rating or None
        The rating; None where it cannot be computed and none is recorded.
    missing, differing : tuple of str
        Items that are not answered, and items on which the appraisers differ.
    coders : tuple of str
        Who appraised it.
    """

    source: str
    name: str
    answers: Mapping[str, str] = attrs.field(hash=False)
    rating: Rating | None
    missing: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    coders: tuple[str, ...] = ()

    def rated(self, by: By) -> str | None:
        """Return the rating of one kind; None where there is none.

        Parameters
        ----------
        by : {"recorded", "computed"}
            Which.
        """
        return None if self.rating is None else getattr(self.rating, by)


@attrs.frozen(eq=False)
class Appraisal(CountedResult):
    """The appraisal of sources by one instrument.

    Parameters
    ----------
    rows : tuple of Appraised
        A row for each source that anybody appraised, in the project's order.
    instrument : Instrument
        The instrument.
    cells : mapping
        What counts in each field.
    chosen : tuple of str or None
        Whose answers count; everybody's when None.
    state : State
        What was looked at.
    """

    _figure = "qualcode.report.plot.appraisals:appraisal"
    _print_columns = ("source", "name", "computed", "recorded", "missing", "differing")

    rows: tuple[Appraised, ...] = attrs.field(repr=False)
    instrument: Instrument
    cells: Mapping[CellPlace, Cell] = attrs.field(repr=False)
    chosen: tuple[str, ...] | None
    state: State = attrs.field(repr=False)

    def __iter__(self) -> Iterator[Appraised]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, source: str) -> Appraised:
        """Return the row of a source, by id or name.

        Raises
        ------
        NotFoundError
            When it was not appraised.
        """
        for each in self.rows:
            if source in (each.source, each.name):
                return each
        raise NotFoundError(f"{looked_up(source)} was not appraised by {self.instrument.name}")

    @property
    def form_target(self) -> str:
        """What the instrument is called in events."""
        return form_target(Instrument.kind, self.instrument.id)

    @property
    def agreement_fields(self) -> tuple[str, ...]:
        """The items on which agreement can be measured: those that have answers to choose from."""
        found = [id for id in self.instrument.fields if self.instrument[id].choices]
        return (*found, RECORDED) if self.instrument.ratings else tuple(found)

    def label_of(self, field: str) -> str:
        """Return what an item asks.

        Parameters
        ----------
        field : str
            Id of the item.
        """
        return "recorded rating" if field == RECORDED else self.instrument[field].text

    def categories_of(self, field: str) -> tuple[str, ...]:
        """Return the answers that an item can have.

        Parameters
        ----------
        field : str
            Id of the item.
        """
        if field == RECORDED:
            return self.instrument.ratings
        return tuple(each.answer for each in self.instrument[field].choices)

    @property
    def differences(self) -> tuple[Appraised, ...]:
        """The sources whose recorded rating is not the one that the rule gives."""
        return tuple(each for each in self.rows if each.rating is not None and each.rating.differs)

    @property
    def disagreements(self) -> FormDisagreements:
        """The items on which appraisers differ and no consensus was reached."""
        return differing(self.state, self.cells, (*self.instrument.fields, RECORDED))

    def agreement(
        self, measure: MeasureLike = "gwet_ac1", **options: Unpack[IntervalOptions]
    ) -> FormAgreement:
        """Return how far the appraisers agree, item by item; see `form_agreement`."""
        return form_agreement(self, measure, **options)

    def ratings(self, by: By = "computed") -> dict[str, str]:
        """Return the rating of each source that has one.

        Parameters
        ----------
        by : {"recorded", "computed"}, default "computed"
            Which rating.
        """
        by = check_by(by)
        return {each.source: found for each in self.rows if (found := each.rated(by)) is not None}

    def rated(self, at_least: str, by: By = "computed") -> tuple[str, ...]:
        """Return the sources that are rated so or better.

        Parameters
        ----------
        at_least : str
            The rating.
        by : {"recorded", "computed"}, default "computed"
            Which rating.

        Raises
        ------
        ProjectError
            When the instrument has no such rating.
        """
        order = self.instrument.ratings
        most = order.index(self.instrument.check_rating(at_least))
        held = self.ratings(by)
        return tuple(id for id, rating in held.items() if order.index(rating) <= most)

    @property
    def _print_title(self) -> str:
        whole = sum(not each.missing and not each.differing for each in self.rows)
        title = (
            f"Appraisal by {self.instrument.name}: {many(len(self), 'source')}, {whole:,} complete"
        )
        if self.differences:
            title += f"; {many(len(self.differences), 'recorded rating')} not the computed one"
        return title

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each source.

        Columns: source, name; an answer for each item, empty where there is none or appraisers differ;
        critical and other (items with a weakness), computed, recorded, missing, differing, coders.
        """
        import pandas as pd

        items = [each.id for each in self.instrument.items]
        rows = []
        for each in self.rows:
            found = each.rating
            rows.append(
                [
                    each.source, each.name,
                    *(_answer(self.instrument, id, each.answers) for id in items),
                    "" if found is None else ", ".join(found.critical),
                    "" if found is None else ", ".join(found.other),
                    each.rated("computed"), each.rated("recorded"),
                    ", ".join(each.missing), ", ".join(each.differing), ", ".join(each.coders),
                ]
            )  # fmt: skip
        columns = [
            "source", "name", *items, "critical", "other", "computed", "recorded", "missing", "differing",
            "coders",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


def check_by(by: object) -> By:
    """Return which rating is meant, checked."""
    check_choice(by, BY, what="by", error=StatisticsError)
    return "recorded" if by == "recorded" else "computed"


def _answer(instrument: Instrument, id: str, answers: Mapping[str, str]) -> str:
    return instrument.answer_of(instrument[id], answers) or ""


@question("review().appraisal")
def appraisal(
    state: State,
    instrument: str | Instrument | None = None,
    *,
    coders: str | Iterable[str] | None = None,
) -> Appraisal:
    """Return the appraisal of sources by one instrument.

    Parameters
    ----------
    state : State
        What to look at.
    instrument : str or Instrument, optional
        Its id; the only one that is used when not given. One whose rule is a function is given itself.
    coders : str or iterable of str, optional
        Whose answers; when not given a consensus's where there is one, and everybody's elsewhere.
    """
    instrument = used_form(state, Instrument, instrument)
    form = form_target(Instrument.kind, instrument.id)
    chosen = None if coders is None else check_texts(coders, what="coders", error=StatisticsError)
    entries = entries_of(state, form, chosen)
    cells = cells_of(state, entries)
    rows = []
    for target in in_order(state, (each.source for each in entries)):
        own = {field: cell for (source, _, field), cell in cells.items() if source == target}
        agreed, odd = _agreed(instrument, own)
        recorded = agreed.pop(RECORDED, None)
        missing = _missing(instrument, agreed, odd)
        rating = None
        if not missing and not set(odd) - {RECORDED}:
            rating = instrument.rate(agreed, recorded=recorded)
        elif recorded is not None:
            rating = Rating(instrument.id, None, recorded)
        coded = tuple(dict.fromkeys(each.coder for each in entries if each.source == target))
        rows.append(
            Appraised(
                source_name(target),
                source_label(state, target),
                agreed,
                rating,
                missing,
                odd,
                coded,
            )
        )
    return Appraisal(tuple(rows), instrument, cells, chosen, state)


def _agreed(
    instrument: Instrument, own: Mapping[str, Cell]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the answers that all agree on, and the items on which they do not."""
    agreed: dict[str, Any] = {id: cell.value for id, cell in own.items() if not cell.differs}
    odd = [id for id, cell in own.items() if cell.differs]
    for item in instrument.items:
        if item.id in agreed and any(each in own for each in item.parts):
            # One answered it as a whole and another by its parts: which of it holds is theirs to say.
            for each in (item.id, *item.parts):
                agreed.pop(each, None)
            odd = [*(each for each in odd if each not in item.parts), item.id]
    return agreed, tuple(odd)


def _missing(
    instrument: Instrument, agreed: Mapping[str, str], odd: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(
        id
        for id in instrument.missing(agreed)
        if id not in odd and not set(instrument[id].parts).intersection(odd)
    )
