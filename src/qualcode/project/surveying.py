"""Adding a survey: respondents as cases, their answers to open questions as documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from qualcode.errors import DuplicateError
from qualcode.io.exchange.losses import Losses
from qualcode.io.surveys.answers import Answers, SurveyColumn, read_answers
from qualcode.io.surveys.asked import ask
from qualcode.io.surveys.table import open_table
from qualcode.model.ids import MARK
from qualcode.model.readable import Readable
from qualcode.model.texts.documents import Case, Document, Value, check_types, read_value
from qualcode.project.adding import Adding, plain_variables, said_of_case
from qualcode.project.losing import record_losses

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Survey", "Surveying"]


@attrs.frozen
class Survey(Readable):
    """What became of a survey.

    Parameters
    ----------
    source : str
        The table it was read from.
    cases : tuple of Case
        The respondents, as they are in the project.
    documents : tuple of Document
        Their answers to open questions that were added.
    columns : tuple of SurveyColumn
        What became of each column.
    losses : Losses
        What is not as it was in the table: heads told apart, empty rows, columns of more than one type.
    """

    source: str
    cases: tuple[Case, ...] = attrs.field(repr=False)
    documents: tuple[Document, ...] = attrs.field(repr=False)
    columns: tuple[SurveyColumn, ...] = attrs.field(repr=False)
    losses: Losses = attrs.field(repr=False)

    def __str__(self) -> str:
        lines = [
            f"{self.source}: {len(self.cases):,} respondents, {len(self.documents):,} answers added"
        ]
        for each in self.columns:
            told = {"open": f"question {each.variable!r}", "variable": each.type or "no values"}
            gaps = f", {each.missing:,} missing" if each.missing and each.use in told else ""
            order = f", ordered: {' < '.join(each.order)}" if each.order else ""
            lines.append(f"  {each.name}: {told.get(each.use, each.use)}{gaps}{order}")
        return "\n".join([*lines, *([str(self.losses)] if self.losses else [])])

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each column of the table.

        Columns: name, use, variable, type, answers, missing, order, wording.
        """
        import pandas as pd

        names = [field.name for field in attrs.fields(SurveyColumn)]
        rows = [[getattr(each, name) for name in names] for each in self.columns]
        return pd.DataFrame(rows, columns=names)


class Surveying(Adding):
    """A project that surveys are added to."""

    def add_survey(
        self,
        source: str | Path | pd.DataFrame,
        *,
        open: str | Iterable[str] | Mapping[str, str],
        id: str | None = None,
        variables: Iterable[str] | Mapping[str, str] | None = None,
        orders: Mapping[str, Iterable[object]] | None = None,
        missing: Iterable[object] | Mapping[str, Iterable[object]] | None = None,
        heads: int | None = None,
        sheet: str | None = None,
        encoding: str | None = None,
        coder: str | None = None,
    ) -> Survey:
        r"""Add a survey: a table with a row for each respondent.

        Each respondent becomes a case, with the closed questions as its variables, and each answer to an
        open question a document of that case, with the variable ``question``. Adding the same again
        changes nothing; a respondent who is there already gets the variables that are new.

        Parameters
        ----------
        source : str, Path or pandas.DataFrame
            A file (.csv, .tsv, .txt, .xlsx, .xlsm, .xls, .xlsb, .ods), or a frame.
        open : str, iterable of str, or mapping
            Columns of open questions; in a mapping each with a short name, which is part of the ids of
            its answers and the value of ``question``.
        id : str, optional
            The column that says who answered. Ids stay as they are: ``007`` is no number. Without it
            respondents are called by the numbers of their rows.
        variables : iterable of str or mapping, optional
            Columns of closed questions; in a mapping each with the name of its variable. All that have no
            other use when not given.
        orders : mapping of str to list, optional
            Categories in their order, by column; ordered categories of a frame are kept without it.
        missing : iterable, or mapping of str to iterable, optional
            What stands for no answer, in all columns or by column, such as ``{"age": [99]}``; a number is
            the same as 99, 99.0 and 99,0. In a column for which nothing is said it is NA, N/A, #N/A, NaN,
            NULL and null. An empty cell always is no answer.
        heads : int, optional
            How many rows of heads there are. Found when not given, in what Qualtrics and SurveyMonkey
            write.
        sheet : str, optional
            Which sheet of a spreadsheet, where several hold something.
        encoding : str, optional
            Of CSV; found by what the file holds when not given.
        coder : str, optional
            Who adds it; the project's author when not given.

        Returns
        -------
        Survey
            The cases, the documents that were added, and what became of each column.

        Raises
        ------
        DocumentError
            When a column is not there, a row has no id, or a cell is not what it must be.
        DuplicateError
            When two rows have the same id, or a respondent is in the project with other answers.

        Examples
        --------
        >>> from qualcode import Project
        >>> table = "nr;age;why;how\n007;31;Trust.;\n012;;Money.;By bus."
        >>> _ = Path("answers.csv").write_text(table)
        >>> project = Project.new("Survey")
        >>> survey = project.add_survey("answers.csv", open=["why", "how"], id="nr")
        >>> list(project.documents), dict(project.cases["007"].variables)
        (['007-why', '012-why', '012-how'], {'age': 31})
        >>> print(survey)
        answers.csv: 2 respondents, 3 answers added
          nr: id
          age: whole number, 1 missing
          why: question 'why'
          how: question 'how', 1 missing
        """
        asked = ask(
            open=open, id=id, variables=variables, orders=orders, missing=missing, heads=heads
        )
        table = open_table(source, sheet=sheet, encoding=encoding)
        found = read_answers(table, asked, cases=self.cases)
        cases, documents = found.cases, found.documents
        for case in cases:
            self._did("add-case", f"case:{case.id}", {}, said_of_case(case), coder=self._who(coder))
        news = self._news_of(found)
        self._fresh(documents)
        self._orders_to_set(found.orders)
        who = self._doing(coder)
        with self._step(who):
            for case in cases:
                if case.id not in self._recorder.fold.cases:
                    self._record_case(case, who)
                elif case.id in news:
                    words = {"variables": plain_variables(news[case.id])}
                    self._record("set", f"case:{case.id}", {}, words, coder=who)
            added = self._add_documents(documents, coder=coder, orders=found.orders)
            if added:
                record_losses(self, "survey", found.losses, coder=who)
        held = self._recorder.fold.cases
        respondents = tuple(held[each.id] for each in cases)
        return Survey(found.where, respondents, added, found.columns, found.losses)

    def _news_of(self, found: Answers) -> dict[str, dict[str, Value]]:
        """Return the variables that are new for respondents who are there; all respondents are checked.

        What was ever said of one is nothing new, whatever has been said since.
        """
        held = dict(self._recorder.fold.cases)
        said = self._ever_said({f"case:{each.id}" for each in found.cases if each.id in held})
        news: dict[str, dict[str, Value]] = {}
        for case in found.cases:
            if case.id not in held:
                self._check_free(case, found)
                held[case.id] = case
                continue
            known = held[case.id].variables
            fresh = {
                name: value
                for name, value in case.variables.items()
                if known.get(name) != value and (case.id, name, value) not in said
            }
            for name, value in fresh.items():
                if name in known:
                    raise DuplicateError(
                        f"{found.where}, row {found.rows[case.id]}: {case.name!r} is in the project with "
                        f"{name!r} {known[name]!r}, and the row says {value!r}: give the column's variable "
                        f"another name, as variables={{{name!r}: {name + '_2'!r}}}, or leave it out"
                    )
            if fresh:
                news[case.id] = fresh
                held[case.id] = attrs.evolve(held[case.id], variables={**known, **fresh})
        check_types(held.values())
        return news

    def _check_free(self, case: Case, found: Answers) -> None:
        if self._recorder.fold.letters.knows("case", case.id) or MARK in case.id:
            raise DuplicateError(
                f"{found.where}, row {found.rows[case.id]}: the id {case.id!r} was taken by a case whose "
                "addition was undone, and is never free again: give the respondent another"
            )

    def _ever_said(self, targets: set[str]) -> set[tuple[str, str, Value]]:
        """Return the values that cases ever had: id, variable and value."""
        said: set[tuple[str, str, Value]] = set()
        if not targets:
            return said
        for event in self._recorder.timeline.events:
            if event.target in targets and event.kind in ("add-case", "set"):
                id = event.target.partition(":")[2]
                for name, value in event.words.get("variables", {}).items():
                    if value is not None:
                        said.add((id, name, read_value(value)))
        return said
