"""Assignments from and to data frames and CSV files."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import AssignmentError, QualcodeError, did_you_mean
from qualcode.model.assignments import Assignments
from qualcode.model.codebook import Codebook
from qualcode.model.documents import Document, Registry
from qualcode.model.events import Events, format_time
from qualcode.model.memos import Coder

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Fault",
    "events_from_frame",
    "first_faults",
    "read_assignment_table",
    "write_assignment_table",
]

REQUIRED = ("document", "start", "end", "code")


def read_assignment_table(path: str | Path) -> pd.DataFrame:
    """Read a CSV file of assignments, as `write_assignment_table` writes it.

    Raises
    ------
    AssignmentError
        When the file cannot be read as CSV in UTF-8.
    """
    import pandas as pd

    try:
        return pd.read_csv(
            path,
            dtype={
                "document": str,
                "code": str,
                "coder": str,
                "memo": str,
                "quote": str,
                "origin": str,
            },
            encoding="utf-8-sig",
            keep_default_na=False,
            na_values={"weight": [""], "start": [""], "end": [""]},
        )
    except (OSError, ValueError) as error:
        raise AssignmentError(
            f"{path}: cannot be read as a table of assignments: {error}"
        ) from error


def write_assignment_table(assignments: Assignments, path: str | Path) -> None:
    """Write assignments as a CSV file in UTF-8, a row for each.

    Raises
    ------
    AssignmentError
        When the file cannot be written.
    """
    frame = assignments.to_frame()
    frame["time"] = [format_time(moment) for moment in assignments.rows.time.tolist()]
    try:
        frame.to_csv(path, index=False, lineterminator="\n", quoting=_quoting(frame))
    except OSError as error:
        raise AssignmentError(f"{path}: cannot be written: {error.strerror or error}") from error


def _quoting(frame: pd.DataFrame) -> Literal[0, 2]:
    """Return how to quote: as little as possible, unless that would break lines on reading."""
    cells = (cell for column in frame for cell in frame[column] if isinstance(cell, str))
    # Python's writer leaves a carriage return alone where lines end with a line feed.
    return csv.QUOTE_NONNUMERIC if any("\r" in cell for cell in cells) else csv.QUOTE_MINIMAL


@attrs.frozen
class Fault:
    """What is wrong with a row, which is counted from 0."""

    row: int
    message: str


def first_faults(faults: Iterable[Fault]) -> str:
    """Return what is wrong with the first rows at fault, and how many more there are."""
    ordered = sorted(faults, key=lambda fault: fault.row)
    told = "; ".join(f"row {fault.row + 1}: {fault.message}" for fault in ordered[:5])
    return told + (f"; and {len(ordered) - 5} more" if len(ordered) > 5 else "")


def events_from_frame(
    frame: pd.DataFrame,
    documents: Registry[Document],
    codebook: Codebook,
    *,
    coder: str | None,
    origin: str,
    time: str,
    revision: str,
) -> Events:
    """Return the assignments that a frame holds as events.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns document, start, end (code points, half-open), code (id or name); optionally coder,
        quote (checked against the text), memo and weight.
    documents, codebook
        What the rows must fit.
    coder : str or None
        For all rows; needed when the frame has no column coder.
    origin, time, revision : str
        For all events.

    Raises
    ------
    AssignmentError
        When rows do not fit: the first ones are named, with what is wrong.
    """
    import pandas as pd

    _check_columns(frame, coder)
    if not len(frame):
        return Events.empty()
    codes, code_faults = _found(frame["code"], lambda key: codebook.assignable(key).id)
    given = frame["coder"] if "coder" in frame else pd.Series([coder] * len(frame))
    coders, coder_faults = _found(given, lambda id: Coder(id).id)
    weights = _numbers(frame, "weight")
    faults = [
        *_span_faults(frame, documents),
        *code_faults,
        *coder_faults,
        *_weight_faults(frame, weights),
    ]
    faults = faults or _quote_faults(frame, documents)
    if faults:
        raise AssignmentError(
            f"{len(faults)} rows cannot be assigned, so none was: {first_faults(faults)}"
        )
    count = len(frame)
    return Events.from_rows(
        document=frame["document"].tolist(),
        start=_numbers(frame, "start").astype(np.int64),
        end=_numbers(frame, "end").astype(np.int64),
        code=codes,
        coder=coders,
        time=[time] * count,
        revision=[revision] * count,
        origin=[origin] * count,
        weight=weights,
        retracted=[False] * count,
        memo=_texts(frame, "memo"),
    )


def _texts(frame: pd.DataFrame, name: str) -> list[str | None]:
    """Return the texts of a column; None where it has none."""
    if name not in frame:
        return [None] * len(frame)
    missing = frame[name].isna().tolist()
    return [
        None if gone or value == "" else str(value)
        for value, gone in zip(frame[name].tolist(), missing, strict=True)
    ]


def _numbers(frame: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """Return the numbers of a column; NaN where it has none."""
    import pandas as pd

    if name not in frame:
        return np.full(len(frame), np.nan)
    numbers = pd.to_numeric(frame[name], errors="coerce")
    return np.asarray(numbers.to_numpy(dtype=np.float64, na_value=np.nan))


def _found(column: pd.Series[Any], find: Callable[[Any], str]) -> tuple[list[str], list[Fault]]:
    """Return what each row's value stands for, and the rows whose value stands for nothing."""
    import pandas as pd

    numbers, values = pd.factorize(column)
    found, wrong = [], {-1: f"it has no {column.name or 'coder'}"}  # -1 is what is missing
    for number, value in enumerate(values.tolist()):
        try:
            found.append(find(value))
        except QualcodeError as error:
            found.append("")
            wrong[number] = str(error)
    rows = numbers.tolist()
    faults = [Fault(row, wrong[number]) for row, number in enumerate(rows) if number in wrong]
    return [found[number] if number >= 0 else "" for number in rows], faults


def _weight_faults(frame: pd.DataFrame, weights: npt.NDArray[np.float64]) -> list[Fault]:
    if "weight" not in frame:
        return []
    return [
        Fault(row, f"the weight {given!r} is no finite number")
        for row, given in enumerate(_texts(frame, "weight"))
        if given is not None and not np.isfinite(weights[row])
    ]


def _check_columns(frame: pd.DataFrame, coder: str | None) -> None:
    known = [str(name) for name in frame.columns]
    for name in REQUIRED:
        if name not in frame:
            raise AssignmentError(
                f"the table has no column {name!r}; it has {', '.join(known)}.{did_you_mean(name, known)}"
            )
        if known.count(name) > 1:
            raise AssignmentError(f"the table has more than one column {name!r}: keep one")
    if "coder" not in frame and coder is None:
        raise AssignmentError("the table has no column 'coder': say who assigned with coder=…")


def _span_faults(frame: pd.DataFrame, documents: Registry[Document]) -> list[Fault]:
    lengths = {id: len(document) for id, document in documents.items()}
    length = frame["document"].map(lengths).to_numpy(dtype=np.float64, na_value=np.nan)
    start, end = _numbers(frame, "start"), _numbers(frame, "end")
    whole = (start == np.floor(start)) & (end == np.floor(end))
    fits = whole & (start >= 0) & (start < end) & (end <= length)
    faults, given = [], frame["document"].tolist()
    for row in np.flatnonzero(~fits).tolist():
        document = given[row]
        if document not in lengths:
            hint = did_you_mean(str(document), lengths)
            faults.append(Fault(row, f"the document {document!r} does not exist.{hint}"))
        else:
            span = f"{frame['start'].iloc[row]}–{frame['end'].iloc[row]}"
            faults.append(
                Fault(
                    row,
                    f"{span} is no span of document {document!r}, which has {lengths[document]} code points",
                )
            )
    return faults


def _quote_faults(frame: pd.DataFrame, documents: Registry[Document]) -> list[Fault]:
    if "quote" not in frame:
        return []
    faults = []
    places = zip(frame["document"], _numbers(frame, "start"), _numbers(frame, "end"), strict=True)
    for row, (place, quote) in enumerate(zip(places, _texts(frame, "quote"), strict=True)):
        document, start, end = place[0], int(place[1]), int(place[2])
        there = documents[document].text[start:end]
        if quote is not None and quote != there:
            faults.append(
                Fault(
                    row,
                    f"the quote {quote[:40]!r} is not what stands at {start}–{end}: {there[:40]!r}",
                )
            )
    return faults
