"""What `qualcode demo --big` does: answers that are no project, counted as tables."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

import qualcode as qc
from qualcode.cli.shared import progress, records, tell

__all__ = ["show_big"]

T = TypeVar("T")

CODEBOOK = "collaboration"
ROLLUP = "factors"
SCRIPT = """\
# Counts the answers beside this file again; run it in this folder. With `engine=`, a session of Spark or a
# client of Dask counts.
import qualcode as qc

codebook = qc.read_codebook("codebook.yaml")
table = qc.scan_assignments(
    "answers/assignments-*.parquet", documents="answers/documents-*.parquet"
)
print(qc.rollup(table, codebook, "{rollup}", count="documents"))
print(qc.crosstab(table, codebook, "site", rollup="{rollup}", level="domain", count="documents"))
print(qc.cooccurrence(table, codebook, "document"))
"""


class Clock:
    """Notes how long steps take."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def take(self, name: str, step: Callable[[], T]) -> T:
        """Return what a step gives, having noted its seconds."""
        began = time.perf_counter()
        with progress(name):
            made = step()
        self.seconds[name] = time.perf_counter() - began
        return made


def show_big(output: str, answers: int, *, as_json: bool) -> None:
    """Make up answers, count them, and say what each step took."""
    folder, clock = Path(output), Clock()
    codebook = qc.load_codebook(CODEBOOK)
    table = clock.take(
        "Writing answers", lambda: qc.scale.write_answers(folder / "answers", codebook, answers)
    )
    qc.write_codebook(codebook, folder / "codebook.yaml")
    (folder / "count.py").write_text(SCRIPT.format(rollup=ROLLUP), encoding="utf-8")
    counted = clock.take(
        "Rolling up", lambda: qc.rollup(table, codebook, ROLLUP, count="documents")
    )
    met = clock.take("Pairing", lambda: qc.cooccurrence(table, codebook, "document"))
    if as_json:
        value = {
            "answers": answers,
            "rollup": records(counted.to_frame()),
            "pairs": records(met.to_frame().head(20)),
            "seconds": clock.seconds,
            "files": [
                (folder / name).as_posix() for name in ("answers", "codebook.yaml", "count.py")
            ],
        }
        tell(value, "", as_json=True)
        return
    text = [
        f"{answers:,} made-up answers in {folder.as_posix()}/answers: no project, two tables in files of "
        "Parquet.",
        f"\n{counted}\n",
        f"{met}\n",
        *(f"{name}: {seconds:.1f} s" for name, seconds in clock.seconds.items()),
        f"{folder.as_posix()}/count.py: the same from a script, here or on an engine",
    ]
    click.echo("\n".join(text))
