"""Which parts of a table hold documents that are not whole there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from qualcode._extras import require
from qualcode.errors import QualcodeError
from qualcode.scale.sources.columns import texts_of
from qualcode.scale.sources.engines import Engine, frame_parts, mapped
from qualcode.scale.sources.source import File, Piece
from qualcode.scale.steps.plan import Part, Plan, Torn, packed, unpacked
from qualcode.stats.counting.partials import check_once

__all__ = ["in_several", "looked_at", "looked_into", "refuse"]


def looked_at(pieces: Sequence[Piece], plan: Plan, engine: Engine) -> list[Part | Torn]:
    """Return which documents files have, where counting those that share some in vain would cut texts.

    What is no file may be there to be read once, so that it is not looked at.
    """
    files = all(isinstance(each, File) for each in pieces)
    if plan.reads != "texts" or len(pieces) < 2 or not files:
        return []
    return [unpacked(each) for each in mapped(engine, _documents_of, pieces)]


def looked_into(frame: Any, plan: Plan, engine: Engine) -> list[Part | Torn]:
    """Return which documents the partitions of a frame have, where counting them in vain would cut texts."""
    if plan.reads != "texts":
        return []
    return [unpacked(each) for each in frame_parts(frame, ["document"], _documents_in, engine)]


def _documents_of(piece: Piece) -> bytes:
    return _named(list(piece.batches(["document"])), piece.name)


def _documents_in(table: Any) -> bytes:
    return _named(table.to_batches(), "a partition of the frame")


def _named(batches: Sequence[Any], where: str) -> bytes:
    """Return which documents have rows in a part that was not counted yet, or what is wrong."""
    arrow = require("pyarrow", extra="parquet")
    columns = [arrow.chunked_array([batch["document"]]) for batch in batches]
    try:
        ids = {id for each in columns for id in texts_of(each, "document", where)[0]}
    except QualcodeError as error:
        return packed(error)
    return packed(Torn(tuple(sorted(ids)), (), sum(map(len, batches))))


def in_several(found: Sequence[Part | Torn]) -> list[int]:
    """Return which parts hold documents that are not whole there."""
    number = Counter(id for each in found for id in each.documents)
    several = {id for id, times in number.items() if times > 1}
    return [
        at
        for at, each in enumerate(found)
        if (isinstance(each, Torn) and each.repeated) or not several.isdisjoint(each.documents)
    ]


def refuse(found: Sequence[Part | Torn]) -> None:
    """Refuse documents that lie in several parts, by name.

    Raises
    ------
    DuplicateDocumentError
        With the first of them.
    """
    apart = [id for each in found if isinstance(each, Torn) for id in each.repeated]
    check_once(sorted([*(id for each in found for id in each.documents), *apart]))
