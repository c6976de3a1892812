"""Tables made from documents that are no project, part by part, where they lie and in bounded memory."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from functools import partial as with_arguments
from typing import Any, TypeAlias

from qualcode._extras import require
from qualcode.errors import QualcodeError
from qualcode.model.texts.documents import Document
from qualcode.scale.sources.engines import Engine, frame_parts, is_frame, mapped, streamed, table_of
from qualcode.scale.sources.listed import documents_of
from qualcode.scale.sources.source import Piece
from qualcode.scale.sources.table import listed_in
from qualcode.stats.counting.partials import check_once

__all__ = ["Maker", "made_from"]

Maker: TypeAlias = Callable[[list[Document]], Any]
"""Makes an Arrow table of some whole documents, of none as well; it travels to where they are."""

_COLUMNS = ("document", "text")

_AT_ONCE = 1 << 10
"""Documents whose texts are read together."""


def made_from(documents: Any, make: Maker, engine: Engine) -> Any:
    """Return what is made of the documents of each part, one after the other, as one Arrow table.

    Parameters
    ----------
    documents : path, iterable of paths, table or frame
        As for `qualcode.scale.units`.
    make : callable
        Takes a list of documents, and returns an Arrow table that is the same whatever others are beside
        them.
    engine : session of Spark, client of Dask, executor or callable, optional
        Where.

    Raises
    ------
    DocumentError
        When a document has no text.
    DuplicateDocumentError
        When a document comes twice.
    EngineError
        When the engine fails.
    """
    arrow = require("pyarrow", extra="parquet")
    listed = listed_in(documents, columns=_COLUMNS)
    listed.check_column("document", "their ids")
    if is_frame(documents):
        found = frame_parts(documents, _COLUMNS, with_arguments(_of_partition, make=make), engine)
    else:
        found = mapped(engine, with_arguments(_of_piece, make=make), listed.pieces)
    parts, ids = [make([])], list[str]()
    for data in found:
        made = pickle.loads(data)
        if isinstance(made, QualcodeError):
            raise made
        part, own = made
        parts.append(table_of(part))
        ids += own
    check_once(sorted(ids))
    return arrow.concat_tables(parts).unify_dictionaries()


def _of_piece(piece: Piece, *, make: Maker) -> bytes:
    return _made(piece.batches(_COLUMNS, _AT_ONCE), make)


def _of_partition(table: Any, *, make: Maker) -> bytes:
    return _made(table.to_batches(), make)


def _made(batches: Iterable[Any], make: Maker) -> bytes:
    """Return what is made of documents as Arrow's stream, with their ids; or what is wrong."""
    arrow = require("pyarrow", extra="parquet")
    made, ids = [make([])], list[str]()
    try:
        for batch in batches:
            for at in range(0, len(batch), _AT_ONCE):
                columns = batch.slice(at, _AT_ONCE).to_pydict()
                made.append(make(documents_of(columns, whole=True)))  # type: ignore[arg-type]
                ids += columns["document"]
    except QualcodeError as error:
        return pickle.dumps(error)
    # A dictionary for each would make a stream that not everything reads.
    whole = arrow.concat_tables(made).unify_dictionaries().combine_chunks()
    return pickle.dumps((streamed(whole), ids))
