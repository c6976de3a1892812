"""What one machine holds: a project made, saved, opened and asked, and how cost grows with rows and codes.

Run ``python benchmarks/limits.py --rows 1000000``; ten million need 3 GB of memory and 4 GB of disk, and some
minutes. Each line is a fresh process after a rehearsal on next to nothing. Seconds are of the processor, so
that other work on the machine counts little; the peak is the highest resident size so far, input included.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    import qualcode as qc

ROWS_A_DOCUMENT = 2_000
LENGTH = 30_000
CODES = (200, 2_000, 20_000)


def codebook(codes: int) -> qc.Codebook:
    """Return so many codes below a quarter as many themes, and a twentieth as many domains."""
    import qualcode as qc

    themes, domains = max(codes // 4, 1), max(codes // 20, 1)
    tree = [qc.Code(f"domain-{at}", codable=False) for at in range(domains)]
    tree += [
        qc.Code(f"theme-{at}", parent=f"domain-{at % domains}", codable=False)
        for at in range(themes)
    ]
    tree += [qc.Code(f"code-{at}", parent=f"theme-{at % themes}") for at in range(codes)]
    return qc.Codebook("big", codes=tree)


def coding(rows: int, codes: int) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return a table of assignments by four coders, in no order, and the texts they are on."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(1)
    documents = [f"d{at:05d}" for at in range(max(rows // ROWS_A_DOCUMENT, 1))]
    start = rng.integers(0, 600, rows) * 40

    def drawn(names: list[str]) -> Any:
        return np.array(names, dtype=object)[rng.integers(0, len(names), rows)]

    frame = pd.DataFrame(
        {
            "document": drawn(documents),
            "start": start,
            "end": start + 40 * (1 + rng.integers(0, 5, rows)),
            "code": drawn([f"code-{at}" for at in range(codes)]),
            "coder": drawn(list("wxyz")),
        }
    ).drop_duplicates(ignore_index=True)
    text = ("the money went where it was not needed. " * (LENGTH // 40))[:LENGTH]
    return frame, dict.fromkeys(documents, text)


class Clock:
    """Takes the seconds of steps, and the peak after each."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, float, float]] = []

    def take(self, name: str, step: Callable[[], Any]) -> Any:
        """Return what a step does, having noted what it cost."""
        began = time.process_time()
        made = step()
        spent = time.process_time() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        self.steps.append((name, spent, peak))
        return made


def make(folder: Path, rows: int, codes: int, clock: Clock) -> None:
    """Make a project, ask it and save it."""
    import qualcode as qc

    frame, texts = coding(rows, codes)
    project = qc.Project.create(folder, codebook=codebook(codes))
    project.add_documents(texts)
    clock.take("assign_frame", lambda: project.assign_frame(frame))
    result = clock.take("first rollup", project.rollup)
    clock.take("the same again", project.rollup)
    clock.take("to_frame of it", result.to_frame)
    clock.take("save", project.save)


def reopen(folder: Path, clock: Clock) -> None:
    """Open a project and ask it."""
    import qualcode as qc

    project = clock.take("open", lambda: qc.Project.open(folder))
    clock.take("first rollup", project.rollup)
    clock.take("the same again", project.rollup)


def answers(folder: Path, count: int, clock: Clock) -> None:
    """Make a project of short answers, a document each with an assignment; ask, save and open it."""
    import pandas as pd

    import qualcode as qc

    texts = {
        f"r{at}": f"I waited {at % 90} minutes. The staff, {at} of them, were kind."
        for at in range(count)
    }
    frame = pd.DataFrame({"document": [*texts], "start": 0, "end": 8, "code": "code-0"})
    project = qc.Project.create(folder, codebook=codebook(10), coder="ana")
    clock.take("add", lambda: project.add_documents(texts))
    project.assign_frame(frame, coder="ana")
    clock.take("rollup", project.rollup)
    clock.take("pairs by sentence", lambda: project.cooccurrence(unit="sentence"))
    clock.take("save", project.save)
    clock.take("open", lambda: qc.Project.open(folder))


def child(task: str, folder: Path, rows: int, codes: int) -> None:
    """Do one task in this process, after a rehearsal, and print what it cost."""
    with tempfile.TemporaryDirectory() as place:
        make(Path(place) / "small", 1_000, 10, Clock())
        reopen(Path(place) / "small", Clock())
    clock = Clock()
    if task == "answers":
        answers(folder, rows, clock)
    elif task == "make":
        make(folder, rows, codes, clock)
    else:
        if task == "parse":
            shutil.rmtree(folder / ".qualcode" / "cache", ignore_errors=True)
        reopen(folder, clock)
    print(json.dumps(clock.steps))


def tasks(folder: Path, rows: int, codes: int, names: tuple[str, ...]) -> None:
    """Print what some tasks cost, each in a fresh process."""
    for name in names:
        command = [sys.executable, __file__, name, str(folder), str(rows), str(codes)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        for step, seconds, peak in json.loads(done.stdout):
            print(f"| {rows:,} | {codes:,} | {name} | {step} | {seconds:.2f} | {peak:.2f} |")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--small", action="store_true", help="a hundredth of the rows")
    given = parser.parse_args()
    rows = given.rows // 100 if given.small else given.rows
    print("| rows | codes | process | step | CPU s | peak GB |\n|---:|---:|---|---|---:|---:|")
    with tempfile.TemporaryDirectory() as place:
        tasks(Path(place) / "big", rows, CODES[0], ("make", "parse", "cached"))
        for codes in CODES[:2] if given.small else CODES:
            tasks(Path(place) / f"codes-{codes}", min(rows, 200_000), codes, ("make",))
        for count in (rows // 1_000, rows // 100, rows // 10):
            tasks(Path(place) / f"answers-{count}", count, 10, ("answers",))


if __name__ == "__main__":
    if len(sys.argv) == 5:
        child(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
