"""Documents that are no project, cut into units and searched where they lie: units and codings as tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial as with_arguments
from typing import Any

from qualcode._extras import require
from qualcode.errors import AssignmentError
from qualcode.model.checks import check_label
from qualcode.model.texts.documents import Document
from qualcode.model.texts.segmenters import Segmenter, resolve_segmenter, segment
from qualcode.model.texts.segments import Segment
from qualcode.scale.made.from_documents import made_from
from qualcode.scale.sources.engines import Engine
from qualcode.suggest.finding.searching import find

__all__ = ["autocode", "units"]


def units(
    documents: Any,
    unit: str | re.Pattern[str] | Segmenter = "sentence",
    *,
    engine: Engine = None,
) -> Any:
    """Cut documents into units, on the engine that has them.

    Parameters
    ----------
    documents : path, iterable of paths, table or frame
        As for `scan_assignments`: columns ``document`` (ids, each once) and ``text``.
    unit : str, compiled regular expression, or callable, default "sentence"
        As for `Project.segments`; a callable goes to the workers.
    engine : session of Spark, client of Dask, executor or callable, optional
        As for `rollup`.

    Returns
    -------
    pyarrow.Table
        A row for each unit, in the order of parts and texts: document, start and end (code points,
        half-open).

    Raises
    ------
    DocumentError
        When a document has no text.
    DuplicateDocumentError
        When a document comes twice.
    EngineError
        When the engine fails.

    Examples
    --------
    >>> import pyarrow as pa
    >>> import qualcode as qc
    >>> answers = pa.table({"document": ["a1", "a2"], "text": ["Too dear. Refund?", "Fine."]})
    >>> qc.scale.units(answers, "sentence").to_pylist()[1]
    {'document': 'a1', 'start': 10, 'end': 17}
    """
    resolve_segmenter(unit)
    return made_from(documents, with_arguments(_cut, unit=unit), engine)


def autocode(
    documents: Any,
    code: str,
    *,
    text: str | Iterable[str] | None = None,
    regex: str | None = None,
    unit: str | re.Pattern[str] | Segmenter = "sentence",
    coder: str = "search",
    engine: Engine = None,
) -> Any:
    """Return the units in which a search finds something, as a table of assignments.

    In a project a search proposes and people decide; here whoever keeps the table decides. It can be read by
    `scan_assignments`.

    Parameters
    ----------
    documents, unit, engine
        As for `units`.
    code : str
        Id of the code.
    text : str or iterable of str, optional
        Words to find, any of them; ``*`` stands for any letters.
    regex : str, optional
        A regular expression that must match.
    coder : str, default "search"
        Whose the assignments are.

    Returns
    -------
    pyarrow.Table
        Columns document, start, end, code, coder.

    Raises
    ------
    SuggestionError
        When there is nothing to search for, or it is malformed.
    DocumentError, DuplicateDocumentError, EngineError
        As for `units`.

    Examples
    --------
    >>> import pyarrow as pa
    >>> import qualcode as qc
    >>> answers = pa.table({"document": ["a1", "a2"], "text": ["Too dear. Refund?", "Fine."]})
    >>> rows = qc.scale.autocode(answers, "price", text="dear")
    >>> rows.to_pylist()
    [{'document': 'a1', 'start': 0, 'end': 9, 'code': 'price', 'coder': 'search'}]
    """
    arrow = require("pyarrow", extra="parquet")
    resolve_segmenter(unit)
    id = check_label(code, what="code", error=AssignmentError)
    who = check_label(coder, what="coder", error=AssignmentError)
    words = None if text is None else [text] if isinstance(text, str) else list(text)
    find([], text=words, regex=regex)  # what is wrong is told here and not by a worker
    searching = with_arguments(_searched, unit=unit, text=words, regex=regex)
    made = made_from(documents, searching, engine)
    for name, value in (("code", id), ("coder", who)):
        made = made.append_column(name, arrow.repeat(arrow.scalar(value), len(made)))
    return made


def _cut(documents: list[Document], *, unit: Any) -> Any:
    return _as_table(segment(documents, unit=unit))


def _searched(
    documents: list[Document], *, unit: Any, text: list[str] | None, regex: str | None
) -> Any:
    units = segment(documents, unit=unit)
    return _as_table([each for each, _ in find(units, text=text, regex=regex)])


def _as_table(found: Sequence[Segment]) -> Any:
    arrow = require("pyarrow", extra="parquet")
    kinds = {"document": arrow.string(), "start": arrow.int64(), "end": arrow.int64()}
    return arrow.table(
        {
            "document": [each.document.id for each in found],
            "start": [each.start for each in found],
            "end": [each.end for each in found],
        },
        schema=arrow.schema(kinds),
    )
