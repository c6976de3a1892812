"""What is coded in some documents of a table: their rows, and what other tables tell of these documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from qualcode._extras import require
from qualcode.errors import NotFoundError, SpanError
from qualcode.model.codebooks.codebook import Codebook
from qualcode.scale.sources.columns import Columns
from qualcode.scale.sources.listed import Listed, Reads, cases_of, documents_of
from qualcode.scale.sources.turn_table import heard_in
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.partials import check_once

__all__ = ["coded_of"]


def coded_of(
    rows: Columns,
    codebook: Codebook,
    reads: Reads,
    texts: Any,
    cases: Any,
    turns: Any,
    *,
    where: str,
) -> Coded:
    """Return what is coded in the documents, which are numbered by their ids.

    Parameters
    ----------
    rows : Columns
        The assignments that count.
    codebook : Codebook
        What the codes mean.
    reads : {"nothing", "lengths", "texts"}
        What is read of documents beside their ids, cases and variables.
    texts, cases, turns : pyarrow.Table or None
        As for `qualcode.scale.partial`.
    where : str
        What the table is called in messages.

    Raises
    ------
    NotFoundError
        For a document, or a case, that is not in the table of these.
    SpanError
        When a segment reaches beyond the end of its text.
    """
    if texts is None:
        documents: Sequence[Any] = [Listed(id) for id in rows.documents]
        document: npt.NDArray[Any] = rows.document
    else:
        documents = _listed(texts, reads)
        document = _numbers(rows, [each.id for each in documents], where)
        _check_ends(rows, document, documents, where)
        order = np.argsort(document, kind="stable")
        rows = attrs.evolve(
            rows,
            **{
                name: getattr(rows, name)[order]
                for name in ("start", "end", "code", "coder", "weight")
            },
        )
        document = document[order]
    if turns is not None:
        documents = heard_in(documents, turns.to_pydict(), "the table of turns")
    named = {} if cases is None else {each.id: each for each in cases_of(cases.to_pydict())}
    belonging = dict.fromkeys(case for each in documents for case in each.cases)
    return Coded(
        tuple(documents), (*{**belonging, **named},), tuple(codebook.codes), rows.coders,
        document, rows.start, rows.end, rows.code, rows.coder, rows.weight, named=named,
    )  # fmt: skip


def _listed(texts: Any, reads: Reads) -> Sequence[Any]:
    """Return documents with what is read of them."""
    whole = reads == "texts"
    names = [name for name in texts.schema.names if whole or name != "text"]
    columns = {name: texts[name].to_pylist() for name in names}
    if reads == "lengths" and "text" in texts.schema.names:
        columns["length"] = _lengths(texts["text"])
    return documents_of(columns, whole=whole)


def _lengths(texts: Any) -> list[int]:
    compute = require("pyarrow.compute", extra="parquet")
    lengths: list[int] = compute.utf8_length(texts).to_pylist()
    return lengths


def _numbers(rows: Columns, ids: list[str], where: str) -> npt.NDArray[np.int64]:
    """Return the number of each row's document among those given."""
    number = {id: at for at, id in enumerate(ids)}
    check_once(sorted(ids))
    missing = [id for id in rows.documents if id not in number]
    if missing:
        raise NotFoundError(
            f"{where}: document {missing[0]!r} is assigned to, and not in the table of documents: give "
            "the table that has all of them"
        )
    onto = np.array([number[id] for id in rows.documents], dtype=np.int64)
    return onto[rows.document] if onto.size else rows.document.astype(np.int64)


def _check_ends(
    rows: Columns, document: npt.NDArray[Any], documents: Sequence[Any], where: str
) -> None:
    """Refuse segments that reach beyond the end of their text, where its length is known."""
    lengths = np.array([each.heard_length for each in documents], dtype=np.int64)
    if not lengths.any():
        return
    beyond = np.flatnonzero(rows.end > lengths[document])
    if beyond.size:
        at = int(beyond[0])
        one = documents[document[at]]
        raise SpanError(
            f"{where}: span {rows.start[at]}–{rows.end[at]} reaches beyond the {one.heard_length} code "
            f"points of document {one.id!r}: give the text that was coded"
        )
