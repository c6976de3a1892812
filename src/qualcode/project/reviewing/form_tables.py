"""Forms as tables: written to be filled in elsewhere, and read back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qualcode.errors import ProjectError, QualcodeError
from qualcode.io.tables.form_table import FormRow, read_form_table, write_form_table
from qualcode.model.checks import check_flag, check_path
from qualcode.model.review.entries import RECORDED, Entry, form_target
from qualcode.model.review.field_values import value_text
from qualcode.model.review.instruments import Instrument
from qualcode.model.review.sources import source_name
from qualcode.model.review.templates import Template
from qualcode.project.reviewing.appraising import Appraising
from qualcode.project.reviewing.extracting import Extracting
from qualcode.stats.synthesis.extraction import quotes_of
from qualcode.stats.synthesis.filled import cells_of, entries_of, in_order, source_label

__all__ = ["FormTables"]


class FormTables(Appraising, Extracting):
    """A review whose forms can be filled in as tables."""

    def write_extraction(
        self,
        template: str | Path | Template,
        path: str | Path,
        *,
        coder: str | None = None,
        replace: bool = False,
    ) -> int:
        """Write what was extracted, with quotes and notes, as a table that can be filled in and read back.

        Each document has a row, also one from which nothing was extracted yet.

        Parameters
        ----------
        template : str, Path or Template
            As for `extract`.
        path : str or Path
            A file that ends with ``.csv`` or ``.xlsx``.
        coder : str, optional
            Whose values; when not given what all agree on, or a consensus said.
        replace : bool, default False
            Whether a file that is there may be replaced.

        Returns
        -------
        int
            How many rows it has.

        Raises
        ------
        ProjectError
            When the file is there already, or cannot be written.

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.load_project("collaboration-reviews").review()
        >>> review.write_extraction("characteristics", "to-extract.csv")
        36
        """
        return self._write_table(self._template(template), path, coder, replace)

    def write_appraisal(
        self,
        instrument: str | Path | Instrument,
        path: str | Path,
        *,
        coder: str | None = None,
        replace: bool = False,
    ) -> int:
        """Write answers to an instrument as a table that can be filled in and read back.

        Parameters
        ----------
        instrument : str, Path or Instrument
            As for `appraise`.
        path, coder, replace
            As for `write_extraction`.
        """
        return self._write_table(self._instrument(instrument), path, coder, replace)

    def read_extraction(
        self, path: str | Path, template: str | Path | Template, *, coder: str | None = None
    ) -> int:
        r"""Take over a table that was filled in: each cell that is not empty, or nothing on an error.

        Parameters
        ----------
        path : str or Path
            A CSV file or a spreadsheet with a column ``source``, columns of fields and, for each that has
            them, ``FIELD quote`` and ``FIELD note``; ``row`` where a source has several.
        template : str, Path or Template
            As for `extract`.
        coder : str, optional
            Who extracted; the project's author when not given.

        Returns
        -------
        int
            How many rows said something.

        Raises
        ------
        ProjectError
            When the table or a value does not fit; file, row, source and field are named.

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.load_project("collaboration-reviews").review()
        >>> from pathlib import Path
        >>> _ = Path("extracted.csv").write_text("source,authors,year\n72,An author,2019\n")
        >>> review.read_extraction("extracted.csv", "characteristics", coder="ana")
        1
        """
        return self._read_table(self._template(template), path, coder)

    def read_appraisal(
        self, path: str | Path, instrument: str | Path | Instrument, *, coder: str | None = None
    ) -> int:
        """Take over answers from a table: each cell that is not empty, or nothing on an error.

        Parameters
        ----------
        path : str or Path
            As for `read_extraction`, with a column for each item, and ``recorded`` for the recorded rating.
        instrument : str, Path or Instrument
            As for `appraise`.
        coder : str, optional
            Who appraised; the project's author when not given.
        """
        return self._read_table(self._instrument(instrument), path, coder)

    def _write_table(
        self, form: Instrument | Template, path: str | Path, coder: str | None, replace: bool
    ) -> int:
        file = check_path(path, what="path", error=ProjectError)
        replace = check_flag(replace, what="replace", error=ProjectError)
        return write_form_table(form, self._rows(form, coder), file, replace=replace)

    def _rows(self, form: Instrument | Template, coder: str | None) -> Iterable[FormRow]:
        state = self.state
        entries = entries_of(state, form_target(form.kind, form.id), coder)
        cells = {
            place: cell for place, cell in cells_of(state, entries).items() if not cell.differs
        }
        held: dict[str, dict[str, dict[str, tuple[Entry, ...]]]] = {}
        for (source, row, field), cell in cells.items():
            held.setdefault(source, {}).setdefault(row, {})[field] = cell.entries
        everything = (*held, *(f"document:{id}" for id in state.documents))
        for source in in_order(state, everything):
            for row, fields in held.get(source, {"": {}}).items():
                yield FormRow(
                    source_name(source),
                    source_label(state, source),
                    row,
                    {field: value_text(each[0].value) for field, each in fields.items()},
                    {
                        field: "; ".join(dict.fromkeys(one.note for one in each if one.note))
                        for field, each in fields.items()
                    },
                    {field: quotes_of(state, each) for field, each in fields.items()},
                )

    def _read_table(self, form: Instrument | Template, path: str | Path, coder: str | None) -> int:
        file = check_path(path, what="path", error=ProjectError)
        rows = [
            each for each in read_form_table(form, file) if each.values or each.notes or each.quotes
        ]
        with self._project._step_or_nothing(self._project._who(coder)):
            for each in rows:
                try:
                    self._take(form, each, coder)
                except QualcodeError as problem:
                    raise ProjectError(f"{each.where}: {problem.args[0]}") from problem
        return len(rows)

    def _take(self, form: Instrument | Template, row: FormRow, coder: str | None) -> None:
        if not row.source:
            raise ProjectError(
                "the row names no source: give the id of its document in column 'source'"
            )
        quotes = {field: list(each) for field, each in row.quotes.items()}
        if isinstance(form, Template):
            self.extract(
                row.source, form, row.values, quotes=quotes, notes=row.notes, row=row.row or None,
                coder=coder,
            )  # fmt: skip
            return
        answers = {field: each for field, each in row.values.items() if field != RECORDED}
        self.appraise(
            row.source, form, answers, quotes=quotes, notes=row.notes,
            recorded=row.values.get(RECORDED), coder=coder,
        )  # fmt: skip
