"""Importing the library, opening a project of a million assignments, and saving one more.

Each figure is the median over fresh processes, the contestants taking turns. A process imports what it
needs first; only the import rows time that too.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

IMPORTS = {
    "import qualcode": "import qualcode",
    "import qualcode; qualcode.Project": "import qualcode; qualcode.Project",
    "import numpy": "import numpy",
}
READERS = (
    "open, no cache",
    "json.loads over the lines",
    "open, nothing changed",
    "pandas.read_csv",
)


def make(folder: Path, rows: int) -> None:
    """Make a project of that many assignments, and the same rows as CSV."""
    import numpy as np
    import pandas as pd

    import qualcode as qc

    rng = np.random.default_rng(0)
    n_documents, length = max(rows // 250, 1), 20_000
    book = qc.Codebook("book", codes=[qc.Code(f"code-{number}") for number in range(500)])
    project = qc.Project.create(folder / "project", codebook=book)
    project.add_documents({f"d{number}": "word " * (length // 5) for number in range(n_documents)})
    start = rng.integers(0, length - 100, rows)
    frame = pd.DataFrame(
        {
            "document": [f"d{number}" for number in rng.integers(0, n_documents, rows)],
            "start": start,
            "end": start + rng.integers(10, 100, rows),
            "code": [f"code-{number}" for number in rng.integers(0, 500, rows)],
        }
    ).drop_duplicates()
    project.assign_frame(frame, coder="ana")
    project.save()
    frame.to_csv(folder / "rows.csv", index=False)


def read(folder: Path, contestant: str) -> float:
    """Return the seconds that one way of reading takes, in this process."""
    import pandas as pd

    import qualcode as qc

    qc.Project.new("rehearsal")
    lines = folder / "project" / "assignments" / "ana.jsonl"
    began = time.perf_counter()
    if contestant.startswith("open"):
        qc.Project.open(folder / "project")
    elif contestant.startswith("json"):
        with open(lines, encoding="utf-8") as file:
            for line in file:
                json.loads(line)
    else:
        pd.read_csv(folder / "rows.csv")
    return time.perf_counter() - began


def append(folder: Path) -> tuple[float, int]:
    """Return the seconds, and the bytes written, to save one more assignment."""
    import qualcode as qc

    project = qc.Project.open(folder / "project")
    file = folder / "project" / "assignments" / "ana.jsonl"
    before = file.stat().st_size
    project.assign(("d0", 0, before % 19_000 + 1), "code-1", coder="ana")
    began = time.perf_counter()
    project.save()
    return time.perf_counter() - began, file.stat().st_size - before


def child(*words: str) -> str:
    command = [sys.executable, __file__, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def timed_import(statement: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - began


def ratios(figures: dict[str, list[float]], pairs: list[tuple[str, str, str]]) -> None:
    print("| | seconds | beside | ratio | wanted |\n|---|---|---|---|---|")
    for name, peer, wanted in pairs:
        ours, theirs = (statistics.median(figures[each]) for each in (name, peer))
        print(f"| {name} | {ours:.3f} | {peer} ({theirs:.3f}) | {ours / theirs:.2f} | {wanted} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a hundredth of the rows")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    rows = 10_000 if given.small else 1_000_000
    empty = statistics.median(timed_import("pass") for _ in range(given.rounds))
    figures: dict[str, list[float]] = {name: [] for name in (*IMPORTS, *READERS)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        child("make", name, str(rows))
        for _ in range(given.rounds):
            for label, statement in IMPORTS.items():
                figures[label].append(max(timed_import(statement) - empty, 1e-4))
            for cached in (folder / "project" / ".qualcode" / "cache").glob("*"):
                cached.unlink()
            for contestant in READERS:
                figures[contestant].append(float(child("read", name, contestant)))
        seconds, added = child("append", name).split()
        size = (folder / "project" / "assignments" / "ana.jsonl").stat().st_size
    print(f"{rows:,} assignments, medians of {given.rounds} fresh processes\n")
    ratios(
        figures,
        [
            ("import qualcode", "import numpy", "below 1.5"),
            ("import qualcode; qualcode.Project", "import numpy", ""),
            ("open, no cache", "json.loads over the lines", "at most 1"),
            ("open, nothing changed", "pandas.read_csv", "at most 3"),
        ],
    )
    print(f"\nOne more assignment: {float(seconds):.3f} s, {added} bytes behind {size:,}.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["read"]:
        print(read(Path(sys.argv[2]), sys.argv[3]))
    elif sys.argv[1:2] == ["append"]:
        print(*append(Path(sys.argv[2])))
    else:
        main()
