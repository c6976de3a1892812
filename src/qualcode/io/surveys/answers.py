"""Answers of a survey: a table with a row for each respondent, as cases and documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from qualcode.errors import DocumentError, DuplicateError
from qualcode.io.exchange.losses import Loss, Losses, formulas_lost
from qualcode.io.surveys.asked import Asked
from qualcode.io.surveys.columns import check_order, values_of
from qualcode.io.surveys.heads import RESERVED, Heads, read_heads
from qualcode.io.surveys.table import Table
from qualcode.io.tables.frames import cell_label
from qualcode.model.checks import is_missing
from qualcode.model.ids import is_device, is_id, slug, unique_slug
from qualcode.model.texts.documents import Case, Document, Registry, Value, cases_labelled

__all__ = ["Answers", "SurveyColumn", "read_answers"]

_LONGEST = 30  # letters of a question in the ids of its answers


@attrs.frozen
class SurveyColumn:
    """What became of a column.

    Parameters
    ----------
    name : str
        Its head, told apart from others.
    use : {"id", "open", "variable", "left out"}
        What it was used as.
    variable : str
        The variable that it is, or for an open question the value of ``question``.
    type : str
        Of the values; empty where there are none.
    answers, missing : int
        In how many rows there is a value, and in how many there is none.
    order : tuple of str
        Its categories, where they are ordered.
    wording : str
        What was asked, where the table says it in a row of its own.
    """

    name: str
    use: str
    variable: str = ""
    type: str = ""
    answers: int = 0
    missing: int = 0
    order: tuple[str, ...] = ()
    wording: str = ""


@attrs.frozen
class Answers:
    """A survey as cases and documents.

    Parameters
    ----------
    where : str
        The table's name.
    cases : tuple of Case
        The respondents, in the order of the rows.
    documents : tuple of Document
        Their answers to open questions.
    rows : mapping of str to int
        The row of each case.
    orders : mapping of str to tuple of str
        Ordered categories by variable.
    columns : tuple of SurveyColumn
        What became of each column.
    losses : Losses
        What is not as it was in the table, or was passed over.
    """

    where: str
    cases: tuple[Case, ...] = attrs.field(repr=False)
    documents: tuple[Document, ...] = attrs.field(repr=False)
    rows: Mapping[str, int] = attrs.field(repr=False)
    orders: Mapping[str, tuple[str, ...]] = attrs.field(repr=False)
    columns: tuple[SurveyColumn, ...] = attrs.field(repr=False)
    losses: Losses


def _check_widths(table: Table, heads: Heads) -> None:
    """Check that no row goes on behind the last head, as one with an unquoted separator does."""
    width = max(
        (len(row) for number, row in table.rows[: len(table.rows) - len(heads.rows)]), default=0
    )
    for number, row in heads.rows:
        if any(not is_missing(cell) and str(cell).strip() for cell in row[width:]):
            raise DocumentError(
                f"{table.where}, row {number}: has {len(row)} cells, and there are {width} heads: a comma, "
                "semicolon or tab in its words is not in quotation marks. Mend the row, or save the table "
                "again as XLSX"
            )


# Cases and documents


def read_answers(table: Table, asked: Asked, *, cases: Registry[Case]) -> Answers:
    """Return the respondents of a table as cases, and their answers as documents.

    Parameters
    ----------
    table : Table
        Of `open_table`.
    asked : Asked
        Which column is what.
    cases : Registry
        The cases there are; a respondent may be one of them, by id or name.

    Raises
    ------
    DocumentError
        When a column is not there, a row has no id, or a cell is not what it must be.
    DuplicateError
        When two rows have the same id, or two columns become one variable.
    """
    heads = read_heads(table.rows, heads=asked.heads, where=table.where)
    _check_widths(table, heads)
    reading = _Reading(table, asked, heads)
    labels = reading.labels()
    ids = cases_labelled(cases, labels)[1]
    reading.check_different([ids[label] for label in labels], labels)
    variables = reading.variables()
    made = tuple(
        Case(id=ids[label], name=label, variables=values)
        for label, values in zip(labels, variables, strict=True)
    )
    documents = tuple(reading.documents(made))
    return Answers(
        table.where,
        made,
        documents,
        {each.id: number for each, (number, _) in zip(made, heads.rows, strict=True)},
        reading.orders,
        tuple(reading.columns[at] for at in sorted(reading.columns)),
        Losses((*formulas_lost(table.sheet.uncalculated), *heads.losses, *reading.losses)),
    )


class _Reading:
    """Reads a table column by column."""

    def __init__(self, table: Table, asked: Asked, heads: Heads) -> None:
        self._table, self._asked, self._heads = table, asked, heads
        self._numbers = [number for number, _ in heads.rows]
        self.columns: dict[int, SurveyColumn] = {}
        self.orders: dict[str, tuple[str, ...]] = {}
        self.losses: list[Loss] = []
        self._id = None if asked.id is None else self._at(asked.id, "id")
        self._open = {self._at(name, "open"): short for name, short in asked.open.items()}
        if self._id in self._open:
            raise DocumentError(f"{table.where}: {asked.id!r} cannot be both the id and a question")
        self._tell_empty_rows()

    def _at(self, name: str, what: str) -> int:
        return self._heads.column(name, what=what, where=self._table.where)

    def _tell_empty_rows(self) -> None:
        """Note the empty rows between others."""
        shown = [number for number, _ in self._table.rows]
        gaps = sorted(set(range(shown[0], shown[-1])) - set(shown))
        if gaps:
            told = ", ".join(map(str, gaps[:10])) + (", …" if len(gaps) > 10 else "")
            self.losses.append(
                Loss("note", "empty row", reason=f"nothing stands in row {told}", count=len(gaps))
            )

    def _cells(self, at: int) -> list[Any]:
        return [row[at] if at < len(row) else None for _, row in self._heads.rows]

    def _where(self, at: int) -> str:
        return f"{self._table.where}, column {self._heads.names[at]!r}"

    def _note(
        self, at: int, use: str, *, variable: str = "", type: str = "", answers: int = 0
    ) -> None:
        self.columns[at] = SurveyColumn(
            self._heads.names[at],
            use,
            variable,
            type,
            answers,
            len(self._numbers) - answers,
            self.orders.get(variable, ()) if use == "variable" else (),
            self._heads.wordings[at],
        )

    def labels(self) -> list[str]:
        """Return what the respondents are called: their ids as they are, or rows by number."""
        if self._id is None:
            return [f"row-{number}" for number in self._numbers]
        labels = []
        for number, cell in zip(self._numbers, self._cells(self._id), strict=True):
            where = f"{self._table.where}, row {number}"
            label = cell_label(cell, what=f"{where}: {self._asked.id!r}", error=DocumentError)
            if label is None:
                raise DocumentError(
                    f"{where}: there is no id in {self._asked.id!r}. Give the row one, take the row out, or "
                    "leave id= out to have rows numbered; if it goes on with the heads, pass heads=2"
                )
            labels.append(label)
        self._note(self._id, "id", type="text", answers=len(labels))
        return labels

    def check_different(self, ids: Sequence[str], labels: Sequence[str]) -> None:
        """Check that every row is another respondent.

        Raises
        ------
        DuplicateError
            When two rows have the same id.
        """
        first: dict[str, int] = {}
        twice = []
        for id, label, number in zip(ids, labels, self._numbers, strict=True):
            if id in first:
                twice.append(f"rows {first[id]} and {number} have the same id {label!r}")
            first.setdefault(id, number)
        if twice:
            more = f" (and {len(twice) - 3} more)" if len(twice) > 3 else ""
            raise DuplicateError(
                f"{self._table.where}: {'; '.join(twice[:3])}{more}: keep one row for each respondent, or "
                "leave id= out to have rows numbered"
            )

    # Closed questions

    def variables(self) -> list[dict[str, Value | None]]:
        """Return the variables of each row."""
        found: list[dict[str, Value | None]] = [{} for _ in self._numbers]
        taken: dict[str, str] = {}
        for at, name in self._closed().items():
            head = self._heads.names[at]
            if name in taken:
                raise DuplicateError(
                    f"{self._table.where}: the columns {taken[name]!r} and {head!r} would both be the "
                    f"variable {name!r}: give one another name in variables="
                )
            taken[name] = head
            for row, value in zip(found, self._values(at, name), strict=True):
                row[name] = value
        self._check_orders_used()
        return found

    def _closed(self) -> dict[int, str]:
        """Return which columns are closed questions, and their variables."""
        others = [
            at
            for at, name in enumerate(self._heads.names)
            if name and at != self._id and at not in self._open
        ]
        given = self._asked.variables
        if given is None:
            return {at: self._heads.names[at] for at in others}
        chosen: dict[int, str] = {}
        for name, variable in given.items():
            at = self._at(name, "variables")
            if at not in others:
                raise DocumentError(
                    f"{self._table.where}: {name!r} is the id or an open question, and no variable"
                )
            if variable == RESERVED:
                raise DocumentError(
                    f"{RESERVED!r} says of a document which question it answers: give {name!r} another name"
                )
            chosen[at] = variable or self._heads.names[at]
        for at in others:
            if at not in chosen:
                self._note(at, "left out")
        return chosen

    def _values(self, at: int, variable: str) -> Sequence[Value | None]:
        head, where = self._heads.names[at], self._where(at)
        found = values_of(
            self._cells(at),
            self._numbers,
            missing=self._asked.is_missing_in(head),
            where=where,
            texts=self._table.texts,
            comma=self._table.sheet.comma,
        )
        order = self._asked.orders.get(head) or self._table.orders.get(at)
        if order:
            check_order(found.values, order, self._numbers, where=where)
            self.orders[variable] = tuple(order)
        if found.mixed:
            reason = f"holds {found.mixed}, and is text so that it is of one type"
            self.losses.append(Loss("note", "column", name=head, reason=reason))
        answers = sum(each is not None for each in found.values)
        self._note(at, "variable", variable=variable, type=found.type, answers=answers)
        return found.values

    def _check_orders_used(self) -> None:
        for name in (*self._asked.orders, *self._asked.missing):
            self._at(name, "orders or missing")

    # Open questions

    def documents(self, cases: Sequence[Case]) -> Iterable[Document]:
        """Yield a document for each answer, respondent by respondent."""
        shorts = self._shorts()
        texts = {at: self._texts(at) for at in shorts}
        for at, short in shorts.items():
            number = sum(each is not None for each in texts[at])
            self._note(at, "open", variable=short, type="text" if number else "", answers=number)
            if not number:
                reason = "is an open question that nobody answered"
                self.losses.append(
                    Loss("note", "column", name=self._heads.names[at], reason=reason)
                )
        taken: set[str] = set()
        for row, case in enumerate(cases):
            for at, short in shorts.items():
                text = texts[at][row]
                if text is None:
                    continue
                id = _document_id(case, short, taken)
                taken.add(id)
                yield Document(
                    id=id,
                    text=text,
                    name=f"{case.name}: {self._heads.names[at]}",
                    variables={RESERVED: short},
                    cases=case.id,
                    source=self._table.source,
                )

    def _shorts(self) -> dict[int, str]:
        """Return a short name for each open question."""
        taken = {short for short in self._open.values() if short}
        made: dict[int, str] = {}
        for at, short in self._open.items():
            name = self._heads.names[at]
            made[at] = short or _short(name, taken)
            taken.add(made[at])
        return made

    def _texts(self, at: int) -> list[str | None]:
        missing = self._asked.is_missing_in(self._heads.names[at])
        return [
            None
            if missing(cell)
            else cell
            if isinstance(cell, str)
            else str(cell)
            if isinstance(cell, bool)
            else cell_label(cell, what=f"{self._where(at)}, row {number}", error=DocumentError)
            for number, cell in zip(self._numbers, self._cells(at), strict=True)
        ]


def _short(name: str, taken: set[str]) -> str:
    """Return a question's name as it is where it is short and can be part of an id, or its first words."""
    if is_id(name) and len(name) <= _LONGEST and name not in taken:
        return name
    cut = slug(name)
    if len(cut) > _LONGEST:
        cut = cut[: _LONGEST + 1].rpartition("-")[0] or cut[:_LONGEST]
    return unique_slug(cut, taken, default="question")


def _document_id(case: Case, short: str, taken: set[str]) -> str:
    id = f"{case.id}-{short}"
    usable = is_id(id) and id not in taken and not is_device(id)
    return id if usable else unique_slug(f"{case.id} {short}", taken, default="answer")
