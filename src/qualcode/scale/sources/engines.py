"""Where parts are counted: in threads here, on the engine that holds a frame, or by any mapper of yours.

An engine maps a function over jobs, or over the partitions of its frame, and hands back bytes. All it has
to do is to do that once for each; what a document that lies in two parts does to the counts is judged by
the ids that the parts carry, whichever engine it was.
"""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

from qualcode._extras import require
from qualcode.errors import EngineError, StatisticsError
from qualcode.model.checks import shown
from qualcode.stats.counting.in_parts import in_threads

__all__ = [
    "Engine",
    "Mapper",
    "Sent",
    "dask_computed",
    "failed",
    "frame_columns",
    "frame_parts",
    "is_frame",
    "is_of",
    "mapped",
    "mapper_of",
    "named_engine",
    "narrowed",
    "of_table",
    "regrouped",
    "spark_parts",
    "streamed",
    "table_of",
]

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
        raise failed(engine, error) from error
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


def failed(engine: Engine, error: Exception) -> EngineError:
    """Return the error that an engine failed."""
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
    frame = narrowed(frame, columns)
    try:
        if is_of(frame, "pyspark"):
            found = spark_parts(frame, function)
        elif is_of(frame, "ray"):
            found = _of_ray_dataset(frame, function)
        else:
            found = _of_dask_frame(frame, function, engine)
    except Exception as error:
        raise failed(frame if engine is None else engine, error) from error
    return [bytes(each) for each in found if each]


def frame_columns(frame: Any) -> list[str]:
    """Return the names of a frame's columns."""
    return list(frame.columns() if callable(frame.columns) else frame.columns)


def narrowed(frame: Any, columns: Sequence[str]) -> Any:
    """Return a frame with some columns only, of those that it has."""
    names = [name for name in columns if name in frame_columns(frame)]
    if is_of(frame, "pyspark"):
        # Without them a dot would mean a part of a column.
        return frame.select(*("`" + name.replace("`", "``") + "`" for name in names))
    return frame.select_columns(names) if is_of(frame, "ray") else frame[names]


def regrouped(frame: Any, n_parts: int) -> Any:
    """Return a frame in whose partitions documents are whole: one repartition by their ids."""
    if is_of(frame, "pyspark"):
        return frame.repartition(n_parts, "document")
    if is_of(frame, "ray"):
        return frame.repartition(num_blocks=n_parts, keys=["document"])
    return frame.shuffle("document", npartitions=n_parts)


def is_frame(source: Any) -> bool:
    """Tell whether something is a frame that lies in partitions elsewhere."""
    module = type(source).__module__
    return any(
        module.startswith(each) for each in ("pyspark.sql", "dask.", "dask_expr", "ray.data")
    )


def named_engine(frame: Any) -> str:
    """Return the name of the engine that a frame is of."""
    package = type(frame).__module__.partition(".")[0]
    return {"pyspark": "Spark", "ray": "Ray"}.get(package, "Dask")


def is_of(thing: Any, package: str) -> bool:
    """Tell whether something is of a package."""
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


def spark_parts(frame: Any, function: Function) -> list[bytes]:
    """Return what a function gives for each partition of a frame of Spark that has any rows."""
    arrow = require("pyarrow", extra="spark")
    names = list(frame.columns)

    def run(batches: Iterable[Any]) -> Iterator[Any]:
        # Spark cuts a partition into batches of 10,000 rows wherever these end.
        held = [batch for batch in batches if len(batch)]
        if held:
            part = function(arrow.Table.from_batches(held).rename_columns(names))
            yield arrow.RecordBatch.from_pydict({"part": [part]})

    # By number, as mapInArrow does not find a column with a dot in its name.
    plain = frame.toDF(*(f"column {at}" for at in range(len(names))))
    return [row["part"] for row in plain.mapInArrow(run, "part binary").collect()]


# Dask and Ray


class Sent:
    """A function as it was sent, which it stays for whoever it is sent on to.

    A worker hands what it has on to others. What a function that was used has worked out for itself need not
    be something that can be sent, and Dask waits for ever for what cannot.

    Parameters
    ----------
    data : bytes
        The function, pickled.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._function: Callable[..., bytes] | None = None

    @classmethod
    def of(cls, function: Callable[..., bytes]) -> Sent:
        """Return a function to be sent."""
        data: bytes = require("cloudpickle", extra="dask").dumps(function)
        return cls(data)

    def __reduce__(self) -> tuple[type[Sent], tuple[bytes]]:
        return Sent, (self._data,)

    def __call__(self, *given: Any) -> bytes:
        """Return what the function does."""
        if self._function is None:
            self._function = pickle.loads(self._data)
        return self._function(*given)


def _by_dask(client: Any, function: Function, jobs: Sequence[Any]) -> Iterable[bytes]:
    # As the result of a task it goes to each worker once, and is made again if one is lost: no large graph.
    with _unwarned():
        there = client.submit(_same, Sent.of(function), pure=False)
    return client.gather(client.map(_called, jobs, function=there, pure=False))  # type: ignore[no-any-return]


def _same(function: Function) -> Function:
    return function


def _called(job: Any, *, function: Function) -> bytes:
    return function(job)


def _of_dask_frame(frame: Any, function: Function, client: Any) -> list[bytes]:
    dask = require("dask", extra="dask")
    there = dask.delayed(_same)(dask.delayed(Sent.of(function)))
    parts = [dask.delayed(_of_pandas)(there, each) for each in frame.to_delayed()]
    return dask_computed(parts, client)


def dask_computed(parts: Sequence[Any], client: Any) -> list[bytes]:
    """Return what delayed parts come to, on a client or as Dask is set up."""
    dask = require("dask", extra="dask")
    with _unwarned():
        if client is None:
            return list(dask.compute(*parts))
        return list(client.gather(client.compute(parts)))


@contextmanager
def _unwarned() -> Iterator[None]:
    """Let Dask not warn of a large graph: what is large in it is there once."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
        yield


def _of_pandas(function: Function, frame: Any) -> bytes:
    return function(of_table(frame)) if len(frame) else b""


def of_table(frame: Any) -> Any:
    """Return a frame of pandas as an Arrow table."""
    return require("pyarrow", extra="dask").Table.from_pandas(frame, preserve_index=False)


def _of_ray_dataset(frame: Any, function: Function) -> list[bytes]:
    def run(table: Any) -> dict[str, list[bytes]]:
        return {"part": [function(table)] if len(table) else []}

    found = frame.map_batches(run, batch_format="pyarrow", batch_size=None).take_all()
    return [row["part"] for row in found]


# Tables on the way


def streamed(table: Any) -> bytes:
    """Return an Arrow table as bytes."""
    arrow = require("pyarrow", extra="parquet")
    into = arrow.BufferOutputStream()
    with arrow.ipc.new_stream(into, table.schema) as stream:
        stream.write_table(table)
    data: bytes = into.getvalue().to_pybytes()
    return data


def table_of(data: bytes) -> Any:
    """Return the Arrow table that `streamed` wrote."""
    return require("pyarrow", extra="parquet").ipc.open_stream(data).read_all()
