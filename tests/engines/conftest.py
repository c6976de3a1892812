"""Engines for the tests on them: Spark in local mode, and a cluster of Dask with two processes.

They run in an environment of their own (`make test-engines`). Elsewhere they are skipped, and say so;
``QUALCODE_REQUIRE=engines`` makes that a failure.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

import pytest


def need(module: str) -> None:
    """Skip a test whose engine is not there, or fail where it has to be."""
    lacking = None
    if importlib.util.find_spec(module) is None:
        lacking = f"{module} is not installed: make test-engines has it"
    elif module == "pyspark" and shutil.which("java") is None:
        lacking = "Spark needs Java, and there is none"
    if lacking is None:
        return
    if "engines" in os.environ.get("QUALCODE_REQUIRE", "").split(","):
        pytest.fail(lacking)
    pytest.skip(lacking)


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """A session of Spark in local mode."""
    need("pyspark")
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "3")
        # Far fewer than by default, so that a small table is cut within documents, too.
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "70")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def client() -> Iterator[Any]:
    """A client of a Dask cluster of two processes."""
    need("distributed")
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client
