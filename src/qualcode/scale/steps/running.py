"""Counting a table by a plan: the parts, the documents that lie in two of them, and those nobody coded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial as with_arguments
from typing import Any

import attrs

from qualcode._extras import require
from qualcode.errors import EngineError, QualcodeError, StatisticsError
from qualcode.model.checks import check_flag
from qualcode.scale.sources.alike import decoded
from qualcode.scale.sources.columns import NEEDED, check_schema, texts_of
from qualcode.scale.sources.engines import Engine, frame_parts, mapped, regrouped
from qualcode.scale.sources.listed_schema import check_listed
from qualcode.scale.sources.paired_frames import paired_parts
from qualcode.scale.sources.source import BLOCK, Piece, Share, blocks
from qualcode.scale.sources.table import AssignmentTable, DocumentTable
from qualcode.scale.steps.plan import Part, Plan, Torn, merge, packed, partial, unpacked
from qualcode.scale.steps.scattered import in_several, looked_at, looked_into, refuse
from qualcode.stats.counting.partials import check_once

__all__ = ["Job", "count_job", "count_table"]

_AT_ONCE = 8
"""Blocks whose counts wait to be united; their arrays are all in memory until then."""

_SHARE = 4 * BLOCK
"""Rows that are brought together at once where documents are scattered."""

_UNCODED = 1 << 15
"""Documents without assignments, or cases, that are counted at once."""


@attrs.frozen
class Job:
    """A part to count.

    Parameters
    ----------
    pieces : tuple of Piece
        Where the rows are.
    share : Share, optional
        Which of their documents; all when not given.
    uncoded : tuple of str
        Ids of documents without assignments, where it is these.
    cases : tuple of str
        Ids of cases, where it is these: a case may have no document.
    """

    pieces: tuple[Piece, ...]
    share: Share | None = None
    uncoded: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


def count_job(job: Job, *, plan: Plan, documents: DocumentTable | None) -> bytes:
    """Count a part, and return what was counted, or why it could not be, as bytes."""
    try:
        return packed(_counted(job, plan, documents))
    except QualcodeError as error:
        return packed(error)


def _count_rows(table: Any, *, plan: Plan, documents: DocumentTable | None) -> bytes:
    """Count a partition of a frame."""
    try:
        return packed(_block(table, plan, documents, "a partition of the frame"))
    except QualcodeError as error:
        return packed(error)


def _counted(job: Job, plan: Plan, documents: DocumentTable | None) -> Part | Torn:
    if not job.pieces:
        return _of_catalogue(job, plan, documents)
    where = job.pieces[0].name
    parts: list[Part] = []
    seen: set[str] = set()
    rows, apart = 0, set[str]()
    for block in blocks(job.pieces, (*NEEDED, "weight"), job.share):
        rows += len(block)
        ids = frozenset(texts_of(block["document"], "document", where)[0])
        apart |= seen & ids
        seen |= ids
        if not apart:
            parts.append(_block(block, plan, documents, where))
            if len(parts) == _AT_ONCE:
                parts = [merge(parts, plan)]
    if apart:
        return Torn(tuple(sorted(seen)), tuple(sorted(apart)), rows)
    return merge(parts or [partial(_no_rows(), plan)], plan)


def _of_catalogue(job: Job, plan: Plan, documents: DocumentTable | None) -> Part:
    """Count documents that nobody assigned to, or cases."""
    if documents is None or job.cases:
        arrow = require("pyarrow", extra="parquet")
        nothing = arrow.schema([("document", arrow.string()), ("text", arrow.string())])
        cases = arrow.table({"case": list(job.cases)})
        return partial(_no_rows(), plan, nothing.empty_table(), cases=cases)
    return partial(_no_rows(), plan, **_told(documents, job.uncoded, plan))


def _block(table: Any, plan: Plan, documents: DocumentTable | None, where: str) -> Part:
    """Count a table of whole documents."""
    if documents is None:
        return partial(table, plan, where=where)
    check_schema(table.schema, where)
    ids, _ = texts_of(table["document"], "document", where)
    return partial(table, plan, **_told(documents, ids, plan), where=where)


def _told(documents: DocumentTable, ids: Sequence[str], plan: Plan) -> dict[str, Any]:
    """Return what is read of some documents: their rows, their turns, and the cases of both."""
    texts = documents.of(ids, plan.reads)
    return {"texts": texts, **_beside(documents, texts, plan)}


def _beside(documents: DocumentTable, texts: Any, plan: Plan) -> dict[str, Any]:
    """Return what is read beside the rows of documents: their turns, and the cases of both."""
    turns = None
    if plan.turns and documents.turns is not None:
        turns = documents.turns.of(texts["document"].to_pylist())
    return {"turns": turns, "cases": documents.cases_of(texts, turns, plan.of_cases)}


def _no_rows() -> Any:
    arrow = require("pyarrow", extra="parquet")
    kinds = [arrow.int64() if name in ("start", "end") else arrow.string() for name in NEEDED]
    return arrow.schema(list(zip(NEEDED, kinds, strict=True))).empty_table()


def count_table(
    table: AssignmentTable, plan: Plan, *, engine: Engine = None, repartition: bool = True
) -> Part:
    """Count a table on an engine.

    Parameters
    ----------
    table : AssignmentTable
        What is assigned.
    plan : Plan
        What to count.
    engine : session of Spark, client of Dask, executor or callable, optional
        Where to count; in threads of this process when not given, and a frame where it is.
    repartition : bool, default True
        Whether documents that lie in several parts are brought together, by reading those parts once more;
        when False, they are refused.

    Raises
    ------
    DuplicateDocumentError
        When a document lies in several parts, and they are not to be brought together.
    EngineError
        When the engine fails.
    """
    check_flag(repartition, what="repartition", error=StatisticsError)
    parts = _way(table)(table, plan, engine, repartition=repartition)
    parts += _of_uncoded(table, plan, engine, parts)
    return merge(parts or [partial(_no_rows(), plan)], plan)


def _way(table: AssignmentTable) -> Callable[..., list[Part]]:
    if table.frame is None:
        return _of_pieces
    paired = table.documents is not None and table.documents.frame is not None
    return _of_frames if paired else _of_frame


def _of_pieces(
    table: AssignmentTable, plan: Plan, engine: Engine, *, repartition: bool
) -> list[Part]:
    function = with_arguments(count_job, plan=plan, documents=table.documents)
    jobs = [Job((piece,)) for piece in table.pieces]
    seen = dict(enumerate(looked_at(table.pieces, plan, engine)))
    apart = {*in_several([*seen.values()])}
    left = [at for at in range(len(jobs)) if at not in apart]
    parts = mapped(engine, function, [jobs[at] for at in left])
    seen |= zip(left, map(unpacked, parts), strict=True)
    found = [seen[at] for at in range(len(jobs))]
    again = in_several(found)
    if not again:
        return [each for each in found if isinstance(each, Part)]
    if not repartition:
        refuse(found)
    pieces = tuple(table.pieces[at] for at in again)
    rows = sum(found[at].rows for at in again)
    n_shares = -(-rows // _SHARE)
    shares = [Job(pieces, Share(at, n_shares)) for at in range(n_shares)]
    joined = [unpacked(each) for each in mapped(engine, function, shares)]
    if sum(each.rows for each in joined) != rows:
        raise EngineError(
            f"{pieces[0].name} had {rows:,} rows when it was read first, and "
            f"{sum(each.rows for each in joined):,} when it was read again to bring documents together: give "
            "a table or a file, not a reader that can be read once, or sort it by document"
        )
    kept = [each for at, each in enumerate(found) if at not in set(again)]
    return [each for each in (*kept, *joined) if isinstance(each, Part)]


def _of_frame(
    table: AssignmentTable, plan: Plan, engine: Engine, *, repartition: bool
) -> list[Part]:
    function = with_arguments(_count_rows, plan=plan, documents=table.documents)

    def counted(frame: Any) -> list[Part]:
        found = [unpacked(each) for each in frame_parts(frame, table.columns, function, engine)]
        return [each for each in found if isinstance(each, Part)]

    found: Sequence[Part | Torn] = looked_into(table.frame, plan, engine)
    if not in_several(found):
        found = parts = counted(table.frame)
        if not in_several(parts):
            return parts
    if not repartition:
        refuse(found)
    joined = counted(regrouped(table.frame, len(found)))
    first, second = (sum(each.rows for each in some) for some in (found, joined))
    if first != second:
        raise EngineError(
            f"the frame had {first:,} rows at first, and {second:,} after it was repartitioned by document"
        )
    return joined


def _of_frames(
    table: AssignmentTable, plan: Plan, engine: Engine, *, repartition: bool
) -> list[Part]:
    """Count a frame whose documents are in a frame, too: those that nobody assigned to are among them."""
    documents = table.documents
    assert documents is not None
    if not repartition:
        raise StatisticsError(
            "repartition=False does not go with documents that are a frame, which are brought together with "
            "what is assigned to them by a repartition of both: give documents= as files"
        )
    beside = DocumentTable((), documents.cases, turns=documents.turns)
    function = with_arguments(_count_pair, plan=plan, beside=beside)
    found = paired_parts(
        table.frame, table.columns, documents.frame, documents.columns(plan.reads), function, engine
    )
    return [each for data in found if isinstance(each := unpacked(data), Part)]


def _count_pair(table: Any, texts: Any, *, plan: Plan, beside: DocumentTable) -> bytes:
    """Count a partition of two frames: assignments, and whole documents."""
    try:
        return packed(_paired(table, texts, plan, beside))
    except QualcodeError as error:
        return packed(error)


def _paired(table: Any, texts: Any, plan: Plan, beside: DocumentTable) -> Part:
    where = "a partition of the frame"
    check_schema(table.schema, where)
    check_listed(texts.schema, "document", "a partition of the frame of documents")
    texts = decoded(texts)
    return partial(table, plan, texts, **_beside(beside, texts, plan), where=where)


def _of_uncoded(
    table: AssignmentTable, plan: Plan, engine: Engine, parts: Sequence[Part]
) -> list[Part]:
    """Count the documents that nobody assigned to, and the cases that no document belongs to."""
    documents = table.documents
    if documents is None:
        return []
    jobs = [Job((), cases=each) for each in _some(documents.cases.ids())] if documents.cases else []
    if documents.frame is not None:
        documents = None  # they were counted beside the others, and a frame stays where it is
    else:
        seen = {id for part in parts for id in part.documents}
        ids = documents.ids()
        check_once(sorted(ids))
        jobs += [Job((), uncoded=each) for each in _some([id for id in ids if id not in seen])]
    function = with_arguments(count_job, plan=plan, documents=documents)
    found = [unpacked(each) for each in mapped(engine, function, jobs)]
    return [each for each in found if isinstance(each, Part)]


def _some(ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Return ids in parts that are counted at once."""
    return [tuple(ids[at : at + _UNCODED]) for at in range(0, len(ids), _UNCODED)]
