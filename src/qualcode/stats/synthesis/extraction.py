"""An extraction: what was filled into the fields of a template for each source, with its quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Unpack

import attrs

from qualcode.errors import NotFoundError, StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_texts, looked_up
from qualcode.model.readable import many
from qualcode.model.results import CountedResult
from qualcode.model.review.entries import Entry, form_target
from qualcode.model.review.field_values import FieldValue, value_text
from qualcode.model.review.sources import source_name
from qualcode.model.review.templates import Template
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

__all__ = ["Extracted", "Extraction", "extraction"]


@attrs.frozen
class Extracted:
    """What was extracted from a source; of one with several rows, one row.

    Parameters
    ----------
    source, name : str
        Id of the source (a case as ``"case:ID"``), and its name.
    row : str
        Which row; empty where a source has one.
    values : mapping of str to value
        By field the value that all who filled it in agree on, or a consensus gave.
    quotes : mapping of str to tuple of str
        By field the words of the source that the value rests on.
    missing, differing : tuple of str
        Required fields without a value, and fields on which the extractors differ.
    coders : tuple of str
        Who extracted it.
    """

    source: str
    name: str
    row: str
    values: Mapping[str, FieldValue] = attrs.field(hash=False)
    quotes: Mapping[str, tuple[str, ...]] = attrs.field(hash=False)
    missing: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    coders: tuple[str, ...] = ()


@attrs.frozen(eq=False)
class Extraction(CountedResult):
    """What was extracted from sources by one template.

    Parameters
    ----------
    rows : tuple of Extracted
        The rows that anybody filled in, in the project's order of sources.
    template : Template
        The template.
    without : tuple of str
        Ids of the documents for which nobody filled in anything, also not for their cases.
    cells : mapping
        What counts in each field.
    chosen : tuple of str or None
        Whose values count; everybody's when None.
    state : State
        What was looked at.
    """

    _instead = "it is a table to read; write_extraction writes it"

    rows: tuple[Extracted, ...] = attrs.field(repr=False)
    template: Template
    without: tuple[str, ...] = attrs.field(repr=False)
    cells: Mapping[CellPlace, Cell] = attrs.field(repr=False)
    chosen: tuple[str, ...] | None
    state: State = attrs.field(repr=False)

    def __iter__(self) -> Iterator[Extracted]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, source: str) -> tuple[Extracted, ...]:
        """Return the rows of a source, by id or name.

        Parameters
        ----------
        source : str
            The source.

        Raises
        ------
        NotFoundError
            When nothing was extracted from it.
        """
        found = tuple(each for each in self.rows if source in (each.source, each.name))
        if not found:
            raise NotFoundError(
                f"nothing was extracted from {looked_up(source)} by {self.template.name}"
            )
        return found

    @property
    def form_target(self) -> str:
        """What the template is called in events."""
        return form_target(Template.kind, self.template.id)

    @property
    def agreement_fields(self) -> tuple[str, ...]:
        """The fields on which agreement can be measured: all but free text, which is seldom the same."""
        return tuple(each.id for each in self.template.fields_of if each.type != "text")

    def label_of(self, field: str) -> str:
        """Return what people call a field.

        Parameters
        ----------
        field : str
            Its id.
        """
        return self.template[field].label or field

    def categories_of(self, field: str) -> tuple[str, ...]:
        """Return the values that a field can have, where they are few.

        Parameters
        ----------
        field : str
            Its id.
        """
        of = self.template[field]
        if of.type == "yes/no":
            return ("yes", "no")
        return of.choices if of.type == "choice" else ()

    @property
    def missing(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """The required fields without a value, by source and row."""
        return {(each.source, each.row): each.missing for each in self.rows if each.missing}

    @property
    def disagreements(self) -> FormDisagreements:
        """The fields on which extractors differ and no consensus was reached."""
        return differing(self.state, self.cells, self.template.fields)

    def agreement(
        self, measure: MeasureLike = "gwet_ac1", **options: Unpack[IntervalOptions]
    ) -> FormAgreement:
        """Return how far the extractors agree, field by field; see `form_agreement`."""
        return form_agreement(self, measure, **options)

    @property
    def _print_title(self) -> str:
        sources = len({each.source for each in self.rows})
        title = f"Extraction by {self.template.name}: {many(sources, 'source')}"
        title += f", {many(len(self), 'row')}" if self.template.rows else ""
        lacking = sum(len(each.missing) for each in self.rows)
        odd = sum(len(each.differing) for each in self.rows)
        title += f"; {many(lacking, 'required value')} missing" if lacking else ""
        return title + (f"; {many(odd, 'disagreement')}" if odd else "")

    def to_frame(self, *, quotes: bool = False) -> pd.DataFrame:
        """Return a row for each source, or for each of its rows.

        Columns: source, name, row (where there are several), a column for each field as text, with
        ``quotes`` one more for its quotes; missing, differing, coders.

        Parameters
        ----------
        quotes : bool, default False
            Whether each field has a column of the words it rests on.
        """
        import pandas as pd

        fields, is_many = self.template.fields, bool(self.template.rows)
        rows = []
        for each in self.rows:
            row: dict[str, object] = {"source": each.source, "name": each.name}
            row |= {"row": each.row} if is_many else {}
            for field in fields:
                row[field] = value_text(each.values.get(field))
                if quotes:
                    row[f"{field} quotes"] = " … ".join(each.quotes.get(field, ()))
            row |= {
                "missing": ", ".join(each.missing), "differing": ", ".join(each.differing),
                "coders": ", ".join(each.coders),
            }  # fmt: skip
            rows.append(row)
        columns = ["source", "name", *(["row"] if is_many else [])]
        for field in fields:
            columns += [field, f"{field} quotes"] if quotes else [field]
        return pd.DataFrame(rows, columns=[*columns, "missing", "differing", "coders"])


@question("review().extraction")
def extraction(
    state: State,
    template: str | Template | None = None,
    *,
    coders: str | Iterable[str] | None = None,
) -> Extraction:
    """Return what was extracted from sources by one template.

    Parameters
    ----------
    state : State
        What to look at.
    template : str or Template, optional
        Its id; the only one that is used when not given.
    coders : str or iterable of str, optional
        Whose values; when not given a consensus's where there is one, and everybody's elsewhere.
    """
    template = used_form(state, Template, template)
    form = form_target(Template.kind, template.id)
    chosen = None if coders is None else check_texts(coders, what="coders", error=StatisticsError)
    entries = entries_of(state, form, chosen)
    cells = cells_of(state, entries)
    rows = []
    for target in in_order(state, (each.source for each in entries)):
        named = dict.fromkeys(each.row for each in entries if each.source == target)
        rows += [_extracted(state, template, cells, target, row) for row in named]
    reached = {each.source for each in entries}
    without = tuple(
        id
        for id, document in state.documents.items()
        if f"document:{id}" not in reached
        and not any(f"case:{case}" in reached for case in document.cases)
    )
    return Extraction(tuple(rows), template, without, cells, chosen, state)


def _extracted(
    state: State, template: Template, cells: Mapping[CellPlace, Cell], target: str, row: str
) -> Extracted:
    own = {
        field: cells[target, row, field]
        for field in template.fields
        if (target, row, field) in cells
    }
    values = {field: value for field, cell in own.items() if (value := cell.value) is not None}
    return Extracted(
        source_name(target),
        source_label(state, target),
        row,
        values,
        {
            field: quotes
            for field, cell in own.items()
            if (quotes := quotes_of(state, cell.entries))
        },
        tuple(each.id for each in template.fields_of if each.required and each.id not in own),
        tuple(field for field, cell in own.items() if cell.differs),
        tuple(dict.fromkeys(each.coder for cell in own.values() for each in cell.entries)),
    )


def quotes_of(state: State, entries: Iterable[Entry]) -> tuple[str, ...]:
    """Return the words that entries rest on, each place once, where it is certain."""
    places = dict.fromkeys(
        place for each in entries for anchor in each.anchors if (place := anchor.place) is not None
    )
    return tuple(state.documents[id].text[start:end] for id, start, end in places)
