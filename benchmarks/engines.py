"""Tables of assignments, counted by qualcode and by the SQL of those who read the same files.

Run ``python benchmarks/engines.py`` with ``qualcode[engines]`` installed; Spark needs Java. Files of whole
documents, sorted; counted are the distinct segments of every code, theme and domain, and those that carry
both of two codes. Every contestant has a process of its own, and has counted a small table before. Seconds
are of all processors and of all processes it starts; all have to find the same numbers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROWS = 10_000_000
FILES = 32
DOCUMENT = 2_000
CODES, THEMES, DOMAINS = 200, 50, 10

Counts = dict[str, list[list[Any]]]


def write(folder: Path, rows: int) -> None:
    """Write files of whole documents, sorted as a project writes them."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(1)
    per_file = max(1, rows // FILES // DOCUMENT)
    folder.mkdir()
    for file in range(FILES):
        document = np.repeat(np.arange(per_file), DOCUMENT)
        start = rng.integers(0, 600, document.size) * 40
        drawn = (
            document, start, start + 40 * (1 + rng.integers(0, 5, document.size)),
            rng.integers(0, CODES, document.size), rng.integers(0, 4, document.size),
        )  # fmt: skip
        table = np.unique(np.stack(drawn, axis=1), axis=0).astype(np.int32)

        def named(at: int, names: list[str], table: Any = table) -> Any:
            column = pa.DictionaryArray.from_arrays(pa.array(table[:, at]), pa.array(names))
            return column.cast(pa.string())

        columns = {
            "document": named(0, [f"d{file:02d}{at:05d}" for at in range(per_file)]),
            "start": pa.array(table[:, 1]),
            "end": pa.array(table[:, 2]),
            "code": named(3, [f"code-{at:03d}" for at in range(CODES)]),
            "coder": named(4, list("wxyz")),
        }
        pq.write_table(
            pa.table(columns),
            folder / f"{file:02d}.parquet",
            compression="zstd",
            store_schema=False,
        )


def tree() -> list[tuple[str, str, str]]:
    """Return each code's theme and domain."""
    return [
        (f"code-{at:03d}", f"theme-{at % THEMES:02d}", f"domain-{at % DOMAINS}")
        for at in range(CODES)
    ]


# What is asked in SQL; {files} and {tree} are the tables.
DISTINCT = 'select distinct document, "start", "end", code from {files}'
LEVELS = {
    "code": "select code as id, count(*) as n from {rows} group by code",
    "theme": """select id, count(*) as n from (select distinct document, "start", "end", theme as id
        from {rows} join {tree} using (code)) group by id""",
    "domain": """select id, count(*) as n from (select distinct document, "start", "end", domain as id
        from {rows} join {tree} using (code)) group by id""",
}
PAIRS = """select a.code as one, b.code as other, count(*) as n from {rows} a join {rows} b
    on a.document = b.document and a."start" = b."start" and a."end" = b."end" and a.code < b.code
    group by a.code, b.code"""


def sql(ask: Callable[[str], list[Any]], **tables: str) -> Counts:
    """Return the counts that a database finds."""
    found = {name: ask(text.format(**tables)) for name, text in LEVELS.items()}
    return {**found, "pairs": ask(PAIRS.format(**tables))}


def duckdb(folder: Path) -> Counts:
    """Count by DuckDB."""
    import duckdb

    base = duckdb.connect()
    base.execute("create table tree (code varchar, theme varchar, domain varchar)")
    base.executemany("insert into tree values (?, ?, ?)", tree())
    files = f"read_parquet('{folder}/*.parquet')"
    base.execute(f"create temp table seen as {DISTINCT.format(files=files)}")
    return sql(lambda text: base.execute(text).fetchall(), rows="seen", tree="tree")


def polars(folder: Path) -> Counts:
    """Count by Polars, streaming."""
    import polars as pl

    segment = ["document", "start", "end"]
    nodes = pl.LazyFrame(tree(), schema=["code", "theme", "domain"], orient="row")
    rows = pl.scan_parquet(f"{folder}/*.parquet").select([*segment, "code"]).unique()
    counts = [rows.group_by("code").len()]
    counts += [
        rows.join(nodes, on="code").select([*segment, level]).unique().group_by(level).len()
        for level in ("theme", "domain")
    ]
    both = rows.join(rows, on=segment, suffix="_other").filter(
        pl.col("code") < pl.col("code_other")
    )
    counts.append(both.group_by("code", "code_other").len())
    names = ("code", "theme", "domain", "pairs")
    found = pl.collect_all(counts, engine="streaming")
    return {name: each.rows() for name, each in zip(names, found, strict=True)}  # type: ignore[misc]


def codebook() -> Any:
    """Return the same codes as a codebook."""
    import qualcode as qc

    codes = [qc.Code(f"domain-{at}", codable=False) for at in range(DOMAINS)]
    themes = {theme: domain for _, theme, domain in tree()}
    codes += [qc.Code(theme, parent=domain, codable=False) for theme, domain in themes.items()]
    codes += [qc.Code(code, parent=theme) for code, theme, _ in tree()]
    return qc.Codebook("big", codes=codes)


def counted(source: Any, engine: Any = None) -> Counts:
    """Count by qualcode, in this process or on an engine."""
    import numpy as np

    import qualcode as qc

    book = codebook()
    table = qc.scan_assignments(source)
    rollup = qc.rollup(table, book, "tree", engine=engine)
    found: Counts = {
        level: [[node.id, int(rollup.of(node.id, level))] for node in rollup.hierarchy.level(level)]
        for level in ("code", "theme", "domain")
    }
    found["code"] = [each for each in found["code"] if each[0].startswith("code-")]
    met = qc.cooccurrence(table, book, "segment", engine=engine)
    ids = [node.id for node in met.nodes]
    upper = np.argwhere(np.triu(met.counts, 1))
    found["pairs"] = [[ids[a], ids[b], int(met.counts[a, b])] for a, b in upper.tolist()]
    return found


def local(folder: Path) -> Counts:
    """Count by qualcode in this process."""
    return counted(str(folder))


_SESSION: list[Any] = []


def session() -> Any:
    """Return one session of Spark for both rounds."""
    if not _SESSION:
        from pyspark.sql import SparkSession

        os.environ["PYSPARK_PYTHON"] = sys.executable
        made = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        made = made.config("spark.driver.memory", "4g").config("spark.sql.shuffle.partitions", "8")
        made = made.config("spark.sql.ansi.doubleQuotedIdentifiers", "true")
        _SESSION.append(made.getOrCreate())
        _SESSION[0].sparkContext.setLogLevel("ERROR")
    return _SESSION[0]


def spark_sql(folder: Path) -> Counts:
    """Count by the SQL of Spark."""
    spark = session()
    spark.createDataFrame(tree(), ["code", "theme", "domain"]).createOrReplaceTempView("tree")
    spark.read.parquet(str(folder)).createOrReplaceTempView("files")
    rows = spark.sql(DISTINCT.format(files="files")).cache()
    rows.createOrReplaceTempView("seen")
    found = sql(
        lambda text: [list(row) for row in spark.sql(text).collect()], rows="seen", tree="tree"
    )
    rows.unpersist()
    return found


def spark_kernels(folder: Path) -> Counts:
    """Count by qualcode on Spark, which reads the files."""
    return counted(session().read.parquet(str(folder)))


CONTESTANTS: dict[str, Callable[[Path], Counts]] = {
    "qualcode": local,
    "DuckDB": duckdb,
    "Polars, streaming": polars,
    "qualcode on Spark": spark_kernels,
    "SQL of Spark": spark_sql,
}


def spent() -> float:
    """Return the CPU seconds of this process and of all below it, running and ended."""
    tick = os.sysconf("SC_CLK_TCK")
    parent, seconds = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parent[int(entry.name)] = int(fields[1])
            seconds[int(entry.name)] = sum(map(int, fields[11:15])) / tick
    below, found = {os.getpid()}, 0
    while len(below) > found:
        found = len(below)
        below |= {each for each, of in parent.items() if of in below}
    return sum(seconds[each] for each in below)


def child(name: str, folder: Path) -> dict[str, Any]:
    """Return what one contestant took, and a digest of what it found."""
    CONTESTANTS[name](folder / "small")
    cpu, wall = spent(), time.perf_counter()
    found = CONTESTANTS[name](folder / "files")
    took = {"cpu": spent() - cpu, "wall": time.perf_counter() - wall}
    plain = {key: sorted([list(row) for row in rows if row[-1]]) for key, rows in found.items()}
    return {**took, "digest": hashlib.sha256(json.dumps(plain).encode()).hexdigest()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--small", action="store_true", help="a hundredth of the rows")
    parser.add_argument("--only", nargs="*", choices=CONTESTANTS, default=[*CONTESTANTS])
    given = parser.parse_args()
    rows = given.rows // 100 if given.small else given.rows
    print(f"{rows:,} rows in {FILES} files\n")
    print("| | CPU s | wall s | CPU, ratio |\n|---|---:|---:|---:|")
    digests = set()
    with tempfile.TemporaryDirectory() as place:
        write(Path(place) / "files", rows)
        write(Path(place) / "small", FILES * DOCUMENT)
        first = None
        for name in given.only:
            command = [sys.executable, __file__, name, place]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            found = json.loads(done.stdout.splitlines()[-1])
            first = first or found["cpu"]
            digests.add(found["digest"])
            ratio = found["cpu"] / first
            print(
                f"| {name} | {found['cpu']:.1f} | {found['wall']:.1f} | {ratio:.1f} |", flush=True
            )
    if len(digests) > 1:
        raise SystemExit("they found different numbers")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in CONTESTANTS:
        print(json.dumps(child(sys.argv[1], Path(sys.argv[2]))))
    else:
        main()
