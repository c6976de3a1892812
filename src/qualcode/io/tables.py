"""Assignments from and to data frames and CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualcode.errors import AssignmentError, QualcodeError, did_you_mean
from qualcode.model.assignments import Assignments
from qualcode.model.codebook import Codebook
from qualcode.model.documents import Document, Registry
from qualcode.model.events import Events, format_time

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["events_from_frame", "read_assignment_table", "write_assignment_table"]

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
        frame.to_csv(path, index=False, lineterminator="\n")
    except OSError as error:
        raise AssignmentError(f"{path}: cannot be written: {error.strerror or error}") from error


@attrs.frozen
class _Fault:
    row: int
    message: str


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
    _check_columns(frame, coder)
    if not len(frame):
        return Events.empty()
    codes, wrong = _codes(frame, codebook)
    faults = [*_span_faults(frame, documents), *_code_faults(frame, wrong)]
    faults = faults or _quote_faults(frame, documents)
    if faults:
        shown = "; ".join(f"row {fault.row + 1}: {fault.message}" for fault in faults[:5])
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise AssignmentError(f"{len(faults)} rows cannot be assigned, so none was: {shown}{more}")
    count = len(frame)
    return Events.from_rows(
        document=frame["document"].tolist(),
        start=frame["start"].to_numpy(dtype=np.int64),
        end=frame["end"].to_numpy(dtype=np.int64),
        code=[codes[key] for key in frame["code"].tolist()],
        coder=frame["coder"].tolist() if "coder" in frame else [coder or ""] * count,
        time=[time] * count,
        revision=[revision] * count,
        origin=[origin] * count,
        weight=frame["weight"].to_numpy(dtype=np.float64) if "weight" in frame else [None] * count,
        retracted=[False] * count,
        memo=_memos(frame),
    )


def _memos(frame: pd.DataFrame) -> list[str | None]:
    if "memo" not in frame:
        return []
    return [value if isinstance(value, str) and value else None for value in frame["memo"].tolist()]


def _check_columns(frame: pd.DataFrame, coder: str | None) -> None:
    known = [str(name) for name in frame.columns]
    for name in REQUIRED:
        if name not in frame:
            raise AssignmentError(
                f"the table has no column {name!r}; it has {', '.join(known)}.{did_you_mean(name, known)}"
            )
    if "coder" not in frame and coder is None:
        raise AssignmentError("the table has no column 'coder': say who assigned with coder=…")


def _codes(frame: pd.DataFrame, codebook: Codebook) -> tuple[dict[Any, str], dict[Any, str]]:
    """Return the id for each code that the frame names, and what is wrong with those without one."""
    found: dict[Any, str] = {}
    wrong: dict[Any, str] = {}
    for key in frame["code"].unique().tolist():
        try:
            found[key] = codebook.assignable(key).id
        except QualcodeError as error:
            wrong[key] = str(error)
    return found, wrong


def _code_faults(frame: pd.DataFrame, wrong: dict[Any, str]) -> list[_Fault]:
    if not wrong:
        return []
    keys = enumerate(frame["code"].tolist())
    return [_Fault(row, wrong[key]) for row, key in keys if key in wrong]


def _span_faults(frame: pd.DataFrame, documents: Registry[Document]) -> list[_Fault]:
    lengths = {id: len(document) for id, document in documents.items()}
    length = frame["document"].map(lengths).to_numpy(dtype=np.float64, na_value=np.nan)
    start = frame["start"].to_numpy(dtype=np.float64, na_value=np.nan)
    end = frame["end"].to_numpy(dtype=np.float64, na_value=np.nan)
    fits = (start >= 0) & (start < end) & (end <= length) & (start % 1 == 0) & (end % 1 == 0)
    faults = []
    for row in np.flatnonzero(~fits).tolist():
        document = frame["document"].iloc[row]
        if document not in lengths:
            hint = did_you_mean(str(document), lengths)
            faults.append(_Fault(row, f"the document {document!r} does not exist.{hint}"))
        else:
            span = f"{frame['start'].iloc[row]}–{frame['end'].iloc[row]}"
            faults.append(
                _Fault(
                    row,
                    f"{span} is no span of document {document!r}, which has {lengths[document]} code points",
                )
            )
    return faults


def _quote_faults(frame: pd.DataFrame, documents: Registry[Document]) -> list[_Fault]:
    if "quote" not in frame:
        return []
    faults = []
    columns: Sequence[Any] = [
        frame[name].tolist() for name in ("document", "start", "end", "quote")
    ]
    for row, (document, start, end, quote) in enumerate(zip(*columns, strict=True)):
        there = documents[document].text[int(start) : int(end)]
        if isinstance(quote, str) and quote and quote != there:
            faults.append(
                _Fault(
                    row,
                    f"the quote {quote[:40]!r} is not what stands at {start}–{end}: {there[:40]!r}",
                )
            )
    return faults
