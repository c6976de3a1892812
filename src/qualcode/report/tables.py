"""The tables of a report as CSV files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualcode.errors import MissingExtraError, StatisticsError, StoreError
from qualcode.io.tables.frame_files import write_csv
from qualcode.model.checks import check_kind, check_path, check_texts
from qualcode.model.codebooks.hierarchy import lay_over
from qualcode.model.codebooks.themes import Rollup, Theme
from qualcode.model.coding.queries import Query
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.model.texts.places import Places
from qualcode.model.times import optional_time
from qualcode.project.view import View
from qualcode.report.methods import methods
from qualcode.report.page.choosing import chosen_rollups, few_valued, value_label
from qualcode.report.workbook import write_workbook
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study import agreement_study
from qualcode.stats.arguments import check_unit
from qualcode.stats.coefficients import CoefficientLike, coefficient_or_count
from qualcode.stats.counting.grouping import variable_groups
from qualcode.stats.counting.policies import Count
from qualcode.stats.counting.rollup import Evidence, crosstab, evidence, roll_up
from qualcode.stats.counting.speaking import documents_of_groups, is_of_speakers
from qualcode.stats.counting.units import Unit
from qualcode.stats.pairs.cooccurrence import Cooccurrence, cooccur
from qualcode.stats.pairs.pair_table import BASIC

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["pairs_frame", "write_frame", "write_tables"]

_FILE = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}")
"""Endings of files: of ``t.odt``, and not of a folder called ``tables.2024`` or ``v1.0``."""


def _checked(target: Path) -> Path:
    """Refuse what looks like the name of a file of another kind, and would become a folder of that name."""
    if _FILE.fullmatch(target.suffix) and target.suffix.lower() != ".xlsx" and not target.is_dir():
        raise StoreError(
            f"{target}: tables are not written as {target.suffix}: name a file that ends with .xlsx, or a "
            f"folder for CSV files, such as {target.with_suffix('')}"
        )
    return target


def write_tables(
    view: View,
    path: str | Path,
    *,
    rollups: Iterable[str | Rollup] | None = None,
    count: Count = "documents",
    unit: Unit = "document",
    by: Iterable[str] | None = None,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    agreement: Unit = "paragraph",
) -> tuple[Path, ...]:
    """Write what a page shows, and what it is made from, as tables into a folder or one XLSX file.

    For each rollup: ``rollup-ID.csv`` (domains, themes and codes), ``evidence-ID.csv`` (documents by
    themes), ``crosstab-ID.csv`` (domains and themes by the values of variables) and
    ``cooccurrence-ID.csv`` (pairs of themes). For the project: ``cooccurrence.csv`` (pairs of codes),
    ``agreement.csv`` (codes, themes and domains, where several persons coded), ``summaries.csv`` (of the
    framework matrix, where any were written), ``documents.csv`` and ``cases.csv`` (with their variables),
    ``methods.csv`` (how each table was computed), ``assignments.csv`` (with their quotes) and
    ``codebook.md``. Files that are there are replaced. A path that ends with ``.xlsx`` becomes one file with
    a sheet for each of them, the codebook's included.

    Parameters
    ----------
    view : View or Project
        What to report, as it is or as it was.
    path : str or Path
        A folder, made if it does not exist; or a file that ends with ``.xlsx``.
    rollups : iterable of str or Rollup, optional
        Which rollups; all of the codebook's when not given.
    count : str, default "documents"
        What rollups and crosstabs count; see `View.rollup`.
    unit : str, regular expression or callable, default "document"
        On what units pairs meet; see `View.cooccurrence`.
    by : iterable of str, optional
        Which variables the crosstabs have; those with at most twelve values when not given.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `View.rollup` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.
    agreement : str, regular expression or callable, default "paragraph"
        Of what units coders are compared; see `View.study`.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    StoreError
        When a file cannot be written.
    StatisticsError, NotFoundError
        For a count, unit, variable or rollup that is not known.
    """
    check_kind(view, View, what="view", error=StatisticsError, advice="pass a project or a view")
    target = _checked(check_path(path, what="path", error=StoreError))
    given = () if by is None else check_texts(by, what="by", error=StatisticsError)
    state = view.state.counting(coders, where=where)
    variables = few_valued(state) if by is None else given
    chosen = chosen_rollups(state, rollups)
    tables = _Tables(state, count, check_unit(unit), check_unit(agreement))
    for rollup in chosen:
        tables.add_rollup(rollup, variables)
    tables.add_project(view, chosen[0] if chosen else state.find_rollup())
    if target.suffix.lower() == ".xlsx":
        write_workbook(target, tables.all_frames())
        return (target,)
    try:
        target.mkdir(parents=True, exist_ok=True)
        (target / "codebook.md").write_text(
            state.codebook.to_markdown(), encoding="utf-8", newline="\n"
        )
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error.strerror or error}") from error
    view.write_csv(target / "assignments.csv", state.assignments)
    return (
        *(write_frame(frame, target / f"{name}.csv") for name, frame in tables.frames.items()),
        target / "assignments.csv",
        target / "codebook.md",
    )


class _Tables:
    """The tables of a report, by name, and how each was computed."""

    def __init__(self, state: State, count: Count, unit: Unit, agreement: Unit) -> None:
        self._state, self._count, self._unit, self._agreement = state, count, unit, agreement
        self.frames: dict[str, pd.DataFrame] = {}
        self._told: dict[str, str] = {}

    def add_rollup(self, rollup: Rollup, variables: tuple[str, ...]) -> None:
        state, id = self._state, rollup.id
        counted = roll_up(state, rollup, count=self._count)
        met = cooccur(state, unit=self._unit, level="theme", rollup=rollup)
        self._add(f"rollup-{id}", counted.to_frame(), counted)
        found = evidence(state, rollup=rollup)
        self._add(f"evidence-{id}", _evidence_frame(found), found)
        if variables:
            self._add(f"crosstab-{id}", _crosstabs(state, rollup, variables, self._count))
        self._add(f"cooccurrence-{id}", pairs_frame(met), met)

    def add_project(self, view: View, rollup: Rollup) -> None:
        state = self._state
        met = cooccur(state, unit=self._unit)
        self._add("cooccurrence", pairs_frame(met), met)
        self._add_agreement(rollup)
        if view.summaries:
            self._add("summaries", view.summaries.to_frame())
        self._add("documents", state.documents.to_frame().drop(columns="source"))
        self._add("cases", state.cases.to_frame())
        self._add("methods", self._methods())

    def all_frames(self) -> dict[str, pd.DataFrame]:
        """Return the tables with the codebook and the assignments, how they were computed first."""
        found = dict(self.frames)
        book = self._state.codebook.to_frame()
        return {
            "methods": found.pop("methods"),
            **found,
            "codebook": book.drop(columns=["guid", "patterns"], errors="ignore"),
            "assignments": self._state.assignments.to_frame(),
        }

    def _add(self, name: str, frame: pd.DataFrame, result: object = None) -> None:
        columns = {str(each): _as_written(frame[each]) for each in frame.columns}
        self.frames[name] = frame.assign(**columns)
        if result is not None:
            self._told[name] = methods(result)

    def _add_agreement(self, rollup: Rollup) -> None:
        """Add a row for each level and for each code; say why there is none where there is none."""
        import pandas as pd

        try:
            study = agreement_study(self._state.uncounted, unit=self._agreement, rollup=rollup)
            overall = study.agreement()
            rows = [_agreed("code", overall)]
            for level in ("theme", "domain"):
                if level in _levels(self._state, rollup):
                    found = study.at_level(level, rollup).agreement()
                    rows.append(_agreed(level, found))
            each = study.per_code().assign(level="code")
        except (StatisticsError, MissingExtraError) as error:
            self._told["agreement"] = f"There is no table of agreement: {error}"
            return
        columns = ["level", "id", "name", "value", "low", "high", "reason"]
        frame = pd.concat([pd.DataFrame(rows, columns=columns), each[columns]], ignore_index=True)
        self._add("agreement", frame, overall)

    def _methods(self) -> pd.DataFrame:
        import pandas as pd

        state = self._state
        rows = [("project", state.name), ("as of", f"revision {len(state.history)}")]
        rows += [("counted", str(state.counted)), *self._told.items()]
        return pd.DataFrame(rows, columns=["table", "how it was computed"])


def _as_written(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column as a file has it: times as the log writes them, lists as their entries."""
    if getattr(column.dtype, "tz", None) is not None:
        return column.map(lambda time: optional_time(time, what="time", error=StatisticsError))
    if column.dtype == object:
        return column.map(
            lambda cell: ", ".join(map(str, cell)) if isinstance(cell, list) else cell
        )
    return column


def _agreed(level: str, found: AgreementResult) -> tuple[object, ...]:
    """Return the row of all codes, themes or domains together."""
    between = found.interval
    low, high = (None, None) if between is None else (between.low, between.high)
    return level, "", f"(all {level}s)", found.value, low, high, found.reason


def write_frame(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write a data frame as a CSV file in UTF-8 that spreadsheet programs open rightly, without its index.

    Raises
    ------
    StoreError
        When the file cannot be written.
    """
    import pandas as pd

    check_kind(frame, pd.DataFrame, what="frame", error=StatisticsError)
    target = check_path(path, what="path", error=StoreError)
    write_csv(frame, target, error=StoreError)
    return target


def pairs_frame(
    met: Cooccurrence, *, measure: CoefficientLike = "count", min_count: int = 1
) -> pd.DataFrame:
    """Return the pairs that meet, with names, sorted by a measure.

    Parameters
    ----------
    met : Cooccurrence
        From `View.cooccurrence`.
    measure : str or Coefficient, default "count"
        ``"count"`` or a coefficient; where it is not defined, a pair comes last.
    min_count : int, default 1
        Leave out pairs that meet less often.
    """
    check_kind(
        met,
        Cooccurrence,
        what="met",
        error=StatisticsError,
        advice="pass what project.cooccurrence(…) returns",
    )
    known = coefficient_or_count(measure)
    measures = BASIC if known is None or known.name in BASIC else (known, *BASIC)
    frame = met.to_frame(measures=measures, min_count=min_count)
    if known is not None:
        # Stable, so that equals stay in the order of their counts.
        frame = frame.sort_values(known.name, ascending=False, kind="stable", ignore_index=True)
    names = {node.id: node.name for node in met.nodes}
    frame.insert(2, "name_a", frame["a"].map(names))
    frame.insert(3, "name_b", frame["b"].map(names))
    return frame


def _evidence_frame(found: Evidence) -> pd.DataFrame:
    table = found.to_frame().reset_index()
    table.insert(1, "name", [document.name for document in found.state.documents.values()])
    return table


def _crosstabs(
    state: State, rollup: Rollup, variables: tuple[str, ...], count: Count
) -> pd.DataFrame:
    """Return one table with a block of columns for each variable."""
    import pandas as pd

    # What is coded at all, whatever it rolls up to: one theme that holds every code.
    everything = Rollup(
        "total", themes=[Theme("total", "(everything coded)", codes=tuple(state.codebook.codes))]
    )
    parts = [
        *((level, rollup) for level in ("domain", "theme") if level in _levels(state, rollup)),
        ("theme", everything),
    ]
    blocks = [_group_sizes(state, variables)] if count == "documents" else []
    for level, counted in parts:
        columns: dict[str, object] = {}
        for variable in variables:
            table = crosstab(state, variable, rollup=counted, level=level, count=count)
            columns["id"] = [node.id for node in table.nodes]
            columns["name"] = [node.name for node in table.nodes]
            for at, value in enumerate(table.values):
                columns[f"{variable}: {value_label(value)}"] = table.counts[:, at]
            columns["total"] = table.totals
        block = pd.DataFrame(columns)
        block.insert(0, "level", "total" if counted is everything else level)
        blocks.append(block.head(1) if counted is everything else block)
    frame = pd.concat(blocks, ignore_index=True)
    return frame[[*(name for name in frame.columns if name != "total"), "total"]]


def _group_sizes(state: State, variables: tuple[str, ...]) -> pd.DataFrame:
    """Return one row with the number of documents that have each value, coded or not."""
    import pandas as pd

    row: dict[str, object] = {"level": "all", "id": "documents", "name": "(all documents)"}
    for variable in variables:
        for value, number in _documents_by(state, variable).items():
            row[f"{variable}: {value_label(value)}"] = number
    return pd.DataFrame([{**row, "total": len(state.documents)}])


def _documents_by(state: State, variable: str) -> dict[Value, int]:
    if is_of_speakers(state, variable):
        rows = state.counting(None).assignments
        places = Places.of_columns(rows.document, rows.start, rows.end)
        return documents_of_groups(state, variable, places)
    return {value: int(mask.sum()) for value, mask in variable_groups(state, variable).items()}


def _levels(state: State, rollup: Rollup) -> set[str]:
    return {node.level for node in lay_over(rollup, state.codebook).nodes}
