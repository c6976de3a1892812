"""Where parts are counted: in threads here, on the engine that holds a frame, or by any mapper of yours.

An engine maps a function over jobs, or over the partitions of its frame, and hands back bytes. All it has
to do is to do that once for each; what a document that lies in two parts does to the counts is judged by
the ids that the parts carry, whichever engine it was.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeAlias

from qualcode._extras import require
from qualcode.errors import EngineError, StatisticsError
from qualcode.model.checks import shown
from qualcode.stats.counting.in_parts import in_threads

__all__ = ["Engine", "Mapper", "frame_columns", "frame_parts", "mapped", "mapper_of", "regrouped"]

Function: TypeAlias = Callable[[Any], bytes]
Mapper: TypeAlias = Callable[[Function, Sequence[Any]], Iterable[bytes]]
Engine: TypeAlias = Any
"""None (threads here), a session of Spark, a client of Dask, an executor, or a function like `map`."""

_NUMBER = 8
"""Bytes of the number of a job."""


def mapper_of(engine: Engine) -> Mapper:
    """Return how an engine maps a function over jobs.

    Raises
    ------
    StatisticsError
        When it is no engine.
    """
    module = type(engine).__module__
    if engine is None:
        return in_threads
    if module.startswith("pyspark.sql"):
        return lambda function, jobs: _by_spark(engine, function, jobs)
    if module.startswith("distributed"):
        return lambda function, jobs: _by_dask(engine, function, jobs)
    if isinstance(engine, Executor):
        return engine.map
    if callable(engine):
        return engine  # type: ignore[no-any-return]
    raise StatisticsError(
        f"engine={shown(engine)} is none: give a session of Spark, a client of Dask, an executor of "
        "concurrent.futures, or a function that takes a function and jobs as map does; None counts here"
    )


def mapped(engine: Engine, function: Function, jobs: Sequence[Any]) -> list[bytes]:
    """Return what a function gives for each job, in the order of the jobs.

    Raises
    ------
    EngineError
        When the engine fails, or does not hand back one result for each job.
    """
    if not jobs:
        return []
    mapper = mapper_of(engine)
    try:
        found = list(mapper(partial(_numbered, function), list(enumerate(jobs))))
    except Exception as error:
        if engine is None:
            raise
        raise _failed(engine, error) from error
    wrong = sum(not isinstance(each, bytes | bytearray) for each in found)
    numbers = sorted(int.from_bytes(each[:_NUMBER]) for each in found) if not wrong else []
    if numbers != list(range(len(jobs))):
        raise EngineError(
            f"{_named(engine)} handed back {len(found)} results for {len(jobs)} parts, not one for each: an "
            "engine has to return what the function returns, once for each job"
        )
    return [bytes(each[_NUMBER:]) for each in sorted(found)]


def _numbered(function: Function, job: tuple[int, Any]) -> bytes:
    """Count a job, and put its number before the result: engines may finish in any order."""
    number, asked = job
    return number.to_bytes(_NUMBER) + function(asked)


def _named(engine: Engine) -> str:
    return f"the engine {shown(engine)}"


def _failed(engine: Engine, error: Exception) -> EngineError:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return EngineError(
        f"{_named(engine)} failed, and nothing was counted: {type(error).__name__}: {lines[0][:300]}. If a "
        "worker was lost, it may have run out of memory: use more or smaller files, or fewer codes at once"
    )


def frame_parts(
    frame: Any, columns: Sequence[str], function: Function, engine: Engine
) -> list[bytes]:
    """Return what a function gives for each partition of a frame that has any rows.

    Parameters
    ----------
    frame : frame of Spark, Dask or Ray
        Partitioned in whatever way.
    columns : sequence of str
        The columns to read, of those that it has.
    function : callable
        Takes an Arrow table.
    engine : client of Dask, optional
        Where a frame of Dask is computed; as Dask is set up when not given.

    Raises
    ------
    EngineError
        When the engine fails.
    """
    names = [name for name in columns if name in frame_columns(frame)]
    try:
        if _is(frame, "pyspark"):
            found = _of_spark_frame(frame.select(*names), function)
        elif _is(frame, "ray"):
            found = _of_ray_dataset(frame.select_columns(names), function)
        else:
            found = _of_dask_frame(frame[names], function, engine)
    except Exception as error:
        raise _failed(frame if engine is None else engine, error) from error
    return [bytes(each) for each in found if each]


def frame_columns(frame: Any) -> list[str]:
    """Return the names of a frame's columns."""
    return list(frame.columns() if callable(frame.columns) else frame.columns)


def regrouped(frame: Any, n_parts: int) -> Any:
    """Return a frame in whose partitions documents are whole: one repartition by their ids."""
    if _is(frame, "pyspark"):
        return frame.repartition(n_parts, "document")
    if _is(frame, "ray"):
        return frame.repartition(num_blocks=n_parts, keys=["document"])
    return frame.shuffle("document", npartitions=n_parts)


def _is(thing: Any, package: str) -> bool:
    return type(thing).__module__.partition(".")[0] == package


# Spark


def _by_spark(session: Any, function: Function, jobs: Sequence[Any]) -> Iterable[bytes]:
    arrow = require("pyarrow", extra="spark")

    def run(batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            for each in batch["job"].to_pylist():
                yield arrow.RecordBatch.from_pydict({"part": [function(pickle.loads(each))]})

    rows = [(at, bytearray(pickle.dumps(job))) for at, job in enumerate(jobs)]
    frame = session.createDataFrame(rows, "at long, job binary").repartition(len(jobs), "at")
    return [bytes(row["part"]) for row in frame.mapInArrow(run, "part binary").collect()]


def _of_spark_frame(frame: Any, function: Function) -> list[bytes]:
    arrow = require("pyarrow", extra="spark")

    def run(batches: Iterable[Any]) -> Iterator[Any]:
        # Spark cuts a partition into batches of 10,000 rows wherever these end.
        held = [batch for batch in batches if len(batch)]
        if held:
            part = function(arrow.Table.from_batches(held))
            yield arrow.RecordBatch.from_pydict({"part": [part]})

    return [row["part"] for row in frame.mapInArrow(run, "part binary").collect()]


# Dask and Ray


def _by_dask(client: Any, function: Function, jobs: Sequence[Any]) -> Iterable[bytes]:
    # As the result of a task it goes to each worker once, however large, and is made again if one is lost.
    there = client.submit(_same, function, pure=False)
    return client.gather(client.map(_called, jobs, function=there, pure=False))  # type: ignore[no-any-return]


def _same(function: Function) -> Function:
    return function


def _called(job: Any, *, function: Function) -> bytes:
    return function(job)


def _of_dask_frame(frame: Any, function: Function, client: Any) -> list[bytes]:
    dask = require("dask", extra="dask")
    there = dask.delayed(_same)(dask.delayed(function))
    parts = [dask.delayed(_of_pandas)(there, each) for each in frame.to_delayed()]
    if client is None:
        return list(dask.compute(*parts))
    return list(client.gather(client.compute(parts)))


def _of_pandas(function: Function, frame: Any) -> bytes:
    if not len(frame):
        return b""
    return function(require("pyarrow", extra="dask").Table.from_pandas(frame, preserve_index=False))


def _of_ray_dataset(frame: Any, function: Function) -> list[bytes]:
    def run(table: Any) -> dict[str, list[bytes]]:
        return {"part": [function(table)] if len(table) else []}

    found = frame.map_batches(run, batch_format="pyarrow", batch_size=None).take_all()
    return [row["part"] for row in found]
