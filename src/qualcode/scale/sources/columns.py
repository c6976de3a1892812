"""The rows of an Arrow table as columns of numbers: over one vocabulary, followed, in order, distinct."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode._extras import require
from qualcode.errors import AssignmentError, NotFoundError, did_you_mean
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.following import follow
from qualcode.stats.kernels.blocks import first_of_runs

__all__ = ["NEEDED", "Columns", "check_schema", "columns_of", "is_text", "texts_of"]

Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

NEEDED = ("document", "start", "end", "code", "coder")
"""What a table of assignments has to have; ``weight`` is read where it is there."""


@attrs.frozen(eq=False)
class Columns:
    """What is assigned, as numbers, sorted by document, start, end, code and coder, each once.

    Parameters
    ----------
    documents, coders : tuple of str
        Ids that the columns `document` and `coder` count into.
    document, start, end, code, coder : array of int32
        `code` counts into the codes of the codebook.
    weight : array of float64
        NaN where there is none.
    """

    documents: tuple[str, ...]
    coders: tuple[str, ...]
    document: Ints
    start: Ints
    end: Ints
    code: Ints
    coder: Ints
    weight: npt.NDArray[np.float64]


def check_schema(schema: Any, where: str) -> None:
    """Refuse a table that is none of assignments.

    Raises
    ------
    AssignmentError
        When a column is missing, or holds what it cannot hold.
    """
    types = require("pyarrow", extra="parquet").types
    missing = [name for name in NEEDED if name not in schema.names]
    if missing:
        raise AssignmentError(
            f"{where} has no column {missing[0]!r}; its columns are {', '.join(schema.names)}. A table of "
            f"assignments has {', '.join(NEEDED)}{did_you_mean(missing[0], schema.names)}"
        )
    for name in NEEDED:
        kind = schema.field(name).type
        if types.is_null(kind):
            continue  # as pandas writes what has no rows; a row without an id is refused when it is read
        number = name in ("start", "end")
        if not (_is_number(kind) if number else is_text(kind)):
            wanted = "whole numbers (code points)" if number else "texts (ids)"
            raise AssignmentError(f"{where}: column {name!r} holds {kind}, not {wanted}")
    weight = schema.field("weight").type if "weight" in schema.names else None
    if weight is not None and not any(
        is_so(weight) for is_so in (types.is_integer, types.is_floating, types.is_null)
    ):
        raise AssignmentError(f"{where}: column 'weight' holds {weight}, not numbers")


def is_text(kind: Any) -> bool:
    """Tell whether a type of Arrow is one of texts, whichever of them."""
    types = require("pyarrow", extra="parquet").types
    held = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(held) or types.is_large_string(held) or types.is_string_view(held))


def _is_number(kind: Any) -> bool:
    types = require("pyarrow", extra="parquet").types
    return bool(types.is_integer(kind.value_type if types.is_dictionary(kind) else kind))


def columns_of(
    table: Any, codebook: Codebook, *, coders: Sequence[str] | None, where: str
) -> Columns:
    """Return the assignments of a table that count, through a codebook.

    Parameters
    ----------
    table : pyarrow.Table
        With the columns of `NEEDED`.
    codebook : Codebook
        What the codes mean now: merges and splits are followed.
    coders : sequence of str, optional
        Ids of the coders who count; all when not given.
    where : str
        What the table is called in messages.

    Raises
    ------
    AssignmentError
        For a value that is missing, and for a span that is none.
    NotFoundError
        For a code that the codebook does not have.
    """
    check_schema(table.schema, where)
    documents, document = texts_of(table["document"], "document", where)
    used_codes, code = texts_of(table["code"], "code", where)
    used_coders, coder = _sorted(*texts_of(table["coder"], "coder", where))
    start, end = (_offsets(table[name], name, where) for name in ("start", "end"))
    weight = _weights(table)
    if coders is not None:
        kept = np.isin(coder, [at for at, id in enumerate(used_coders) if id in coders])
        document, start, end, code, coder = (
            each[kept] for each in (document, start, end, code, coder)
        )
        weight = weight[kept]
    wrong = np.flatnonzero((end <= start) | (start < 0))
    if wrong.size:
        at = int(wrong[0])
        raise AssignmentError(
            f"{where}: span {start[at]}–{end[at]} of document {documents[document[at]]!r} is empty, "
            "reversed or negative: give code points, half-open, with end greater than start"
        )
    for each in np.flatnonzero(np.bincount(code)).tolist():
        if used_codes[each] not in codebook.codes:
            at = documents[document[int(np.argmax(code == each))]]
            raise NotFoundError(_foreign(used_codes[each], f"{where}, document {at!r}", codebook))

    def place(row: int) -> tuple[str, int, int, str]:
        return documents[document[row]], int(start[row]), int(end[row]), used_coders[coder[row]]

    code = follow(code, used_codes, codebook, place)
    rows = Columns(documents, used_coders, document, start, end, code, coder, weight)
    return _in_order(rows, len(codebook.codes))


def _foreign(id: str, where: str, codebook: Codebook) -> str:
    """Return the message that the codebook has no such code."""
    return (
        f"{where}: code {id!r} is not in the codebook {codebook.name!r} of {len(codebook.codes)} codes: "
        f"count with the codebook that it was coded by, ids and not names.{did_you_mean(id, codebook.codes)}"
    )


def texts_of(column: Any, name: str, where: str) -> tuple[tuple[str, ...], Ints]:
    """Return the distinct texts of a column in order of appearance, and each row's number among them."""
    arrow = require("pyarrow", extra="parquet")
    _check_known(column, name, where)
    if arrow.types.is_null(column.type):
        column = column.cast(arrow.string())
    if not arrow.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks() if column.num_chunks != 1 else column
    if isinstance(whole, arrow.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else arrow.array([], type=column.type)
    number = whole.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    texts: list[str] = whole.dictionary.to_pylist()
    # Only what is used, once.
    onto = np.zeros(len(texts), dtype=np.int32)
    known: dict[str, int] = {}
    for each in _by_appearance(number, len(texts)).tolist():
        onto[each] = known.setdefault(texts[each], len(known))
    if None in known:
        raise AssignmentError(f"{where}: a row of a part has no {name}; every assignment needs one")
    if np.array_equal(onto, np.arange(len(texts))):
        return tuple(known), number
    return tuple(known), onto[number] if onto.size else number


def _sorted(texts: tuple[str, ...], number: Ints) -> tuple[tuple[str, ...], Ints]:
    """Return texts in order, and the numbers of these: files are sorted by the ids of coders, too."""
    order = sorted(range(len(texts)), key=texts.__getitem__)
    if order == [*range(len(texts))]:
        return texts, number
    onto = np.empty(len(texts), dtype=np.int32)
    onto[order] = np.arange(len(texts))
    return tuple(texts[at] for at in order), onto[number]


def _by_appearance(number: Ints, size: int) -> Longs:
    """Return which numbers there are, so that rows that stand together stay in order.

    Where they do not, as those of codes, the numbers are in their own order, which is found far faster.
    """
    runs = np.flatnonzero(first_of_runs(number))[::-1]
    if 4 * runs.size > number.size:
        used = np.zeros(size, dtype=np.bool_)
        used[number] = True
        return np.flatnonzero(used)
    appears = np.full(size, -1, dtype=np.int64)
    appears[number[runs]] = runs  # the last to be written is the first
    return np.argsort(appears, kind="stable")[np.count_nonzero(appears < 0) :]


def _check_known(column: Any, name: str, where: str) -> None:
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))[0])
        raise AssignmentError(
            f"{where}: row {row + 1} of a part has no {name}; every assignment needs one"
        )


def _offsets(column: Any, name: str, where: str) -> Ints:
    _check_known(column, name, where)
    values = column.to_numpy()
    if values.size:
        for offset in (int(values.max()), int(values.min())):
            if abs(offset) >= 1 << 31:
                raise AssignmentError(f"{where}: {name} {offset} is an offset that no text has")
    offsets: Ints = values.astype(np.int32, copy=False)
    return offsets


def _weights(table: Any) -> npt.NDArray[np.float64]:
    if "weight" not in table.schema.names:
        return np.full(len(table), np.nan)
    column = table["weight"].cast("float64")
    weights: npt.NDArray[np.float64] = column.to_numpy()
    return weights


def _in_order(rows: Columns, n_codes: int) -> Columns:
    """Return rows sorted by all they say, without repeated ones; of weights the greatest is kept."""
    key = _packed(rows, n_codes)
    if isinstance(key, np.ndarray):
        if np.all(key[1:] > key[:-1]):
            return rows
        order = np.argsort(key, kind="stable")
        again = np.append(False, np.diff(key[order]) == 0)[: len(order)]
    else:
        order = np.lexsort(key)
        again = ~np.any([first_of_runs(column[order]) for column in key], axis=0)
    names = ("document", "start", "end", "code", "coder")
    kept = order[~again]
    weight = rows.weight[kept]
    if again.any() and not np.isnan(rows.weight).all():
        weight = np.fmax.reduceat(rows.weight[order], np.flatnonzero(~again))
    return attrs.evolve(rows, weight=weight, **{name: getattr(rows, name)[kept] for name in names})


def _packed(rows: Columns, n_codes: int) -> Longs | tuple[Ints, ...]:
    """Return one number for each row to sort by, or the columns, last first, where it has no room."""
    size = (int(rows.start.max(initial=0)) + 1, int(rows.end.max(initial=0)) + 1, n_codes)
    key = rows.document.astype(np.int64)
    room = max(1, len(rows.documents))
    parts = (rows.start, rows.end, rows.code, rows.coder)
    for column, values in zip(parts, (*size, max(1, len(rows.coders))), strict=True):
        room *= max(1, values)
        if room >= 1 << 63:
            return rows.coder, rows.code, rows.end, rows.start, rows.document
        key *= values
        key += column
    return key
