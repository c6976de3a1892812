"""Tables to fill in forms with: a row for each source, a column for each field, its note and its quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from qualcode.errors import ProjectError
from qualcode.io.tables.cells import Column, write_cells
from qualcode.io.tables.reading import read_cells
from qualcode.model.review.entries import RECORDED
from qualcode.model.review.instruments import Instrument
from qualcode.model.review.templates import Template

__all__ = ["QUOTE_MARK", "FormRow", "read_form_table", "write_form_table"]

QUOTE_MARK = " ¦ "
"""What stands between several quotes in one cell."""
_NOTE, _QUOTE = "note", "quote"
_HEADS = ("source", "name", "row")


@attrs.frozen
class FormRow:
    """A row of such a table.

    Parameters
    ----------
    source, name : str
        Id of the source, and its name, which is not read back.
    row : str
        Which row of the source; empty where it has one.
    values, notes : mapping of str to str
        By field, as text.
    quotes : mapping of str to sequence of str
        By field.
    where : str
        File and row, for messages.
    """

    source: str
    name: str = ""
    row: str = ""
    values: Mapping[str, str] = attrs.field(factory=dict)
    notes: Mapping[str, str] = attrs.field(factory=dict)
    quotes: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    where: str = ""


def _fields(form: Instrument | Template) -> tuple[str, ...]:
    if isinstance(form, Template):
        return form.fields
    return (*form.fields, RECORDED) if form.ratings else form.fields


def _column(form: Instrument | Template, field: str) -> Column:
    """Return the column of a field: what it asks, and the answers there are."""
    if isinstance(form, Template):
        of = form[field]
        choices = of.choices if of.type == "choice" else ()
        prompt = "\n".join(filter(None, [of.label, of.help]))
    elif field == RECORDED:
        choices, prompt = form.ratings, "the overall rating, as recorded"
    else:
        item = form[field]
        choices = tuple(each.answer for each in item.choices)
        prompt = "\n".join(filter(None, [item.text, item.help]))
    return Column(field, 18, fill_in=True, choices=[(each,) for each in choices], prompt=prompt)


def write_form_table(
    form: Instrument | Template, rows: Iterable[FormRow], path: Path, *, replace: bool = False
) -> int:
    """Write a table in which a form can be filled in, and return how many rows it has.

    Parameters
    ----------
    form : Instrument or Template
        The form.
    rows : iterable of FormRow
        What is there already.
    path : Path
        A file that ends with ``.csv`` or ``.xlsx``.
    replace : bool, default False
        Whether a file that is there may be replaced.

    Raises
    ------
    ProjectError
        When the file is there already, or cannot be written.
    """
    is_many = isinstance(form, Template) and bool(form.rows)
    columns = [Column("source", 14), Column("name", 26)]
    columns += [Column("row", 12, fill_in=True)] if is_many else []
    fields = _fields(form)
    for field in fields:
        columns.append(_column(form, field))
        columns += [Column(f"{field} {each}", 24, fill_in=True) for each in (_QUOTE, _NOTE)]
    cells = []
    for each in rows:
        line: list[str | None] = [each.source, each.name, *([each.row] if is_many else [])]
        for field in fields:
            quoted = QUOTE_MARK.join(each.quotes.get(field, ()))
            line += [each.values.get(field), quoted or None, each.notes.get(field) or None]
        cells.append(line)
    return write_cells(path, columns, cells, error=ProjectError, replace=replace, sheet=form.kind)


def read_form_table(form: Instrument | Template, path: Path) -> Iterator[FormRow]:
    """Yield the rows of a table that was filled in; cells that are empty say nothing.

    Parameters
    ----------
    form : Instrument or Template
        The form.
    path : Path
        A CSV file or a spreadsheet with a column ``source`` and columns of fields, each of which can have
        one of quotes and one of notes: ``year``, ``year quote``, ``year note``.

    Raises
    ------
    ProjectError
        When it cannot be read, lacks a column, or has one that is none of the form's.
    """
    cells = read_cells(path, needed=("source",), error=ProjectError)
    fields = {field.casefold(): field for field in _fields(form)}
    meant: dict[str, tuple[str, str]] = {}
    for column in cells.columns:
        field, _, kind = column.rpartition(" ")
        if column in fields:
            meant[column] = fields[column], "value"
        elif field in fields and kind in (_QUOTE, _NOTE):
            meant[column] = fields[field], kind
        elif column and column not in (*_HEADS, "coder"):
            raise ProjectError(
                f"{path}: the column {column!r} is none of {form.name}; there are source, "
                f"{', '.join(fields.values())}, and for each of them 'FIELD quote' and 'FIELD note'"
            )
    for number, row in cells.rows:
        said: dict[str, dict[str, str]] = {"value": {}, _NOTE: {}, _QUOTE: {}}
        for column, (field, kind) in meant.items():
            if row[column].strip():
                said[kind][field] = row[column].strip()
        yield FormRow(
            row["source"].strip(), "", row.get("row", "").strip(), said["value"], said[_NOTE],
            {field: each.split(QUOTE_MARK) for field, each in said[_QUOTE].items()},
            f"{path}, row {number}",
        )  # fmt: skip
