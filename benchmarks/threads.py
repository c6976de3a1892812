"""What questions to a large project take: seconds of the clock and of the processor, on one and on all.

Run ``python benchmarks/threads.py --rows 1000000``. The project is that of ``limits.py``. Each question is
asked several times, on one processor and on all in turn; shown is the quickest, since what other work on the
machine takes is never less than nothing.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

from limits import CODES, codebook, coding

import qualcode as qc


def asked(rows: int) -> dict[str, Callable[[], object]]:
    """Return questions to a project of so many assignments."""
    frame, texts = coding(rows, CODES[0])
    project = qc.Project.new("Big", codebook=codebook(CODES[0]), coder="w")
    project.add_documents(texts)
    project.assign_frame(frame)
    return {
        "rollup, documents": lambda: project.rollup(count="documents"),
        "rollup, segments": lambda: project.rollup(count="segments"),
        "rollup, characters": lambda: project.rollup(count="characters"),
        "evidence": project.evidence,
        "prevalence": project.prevalence,
        "pairs on segments": lambda: project.cooccurrence("segment"),
        "pairs on documents": lambda: project.cooccurrence("document"),
        "pairs that overlap": lambda: project.cooccurrence(meeting="overlap"),
    }


def taken(ask: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds of the clock and of the processor that a question takes."""
    clock, processor = time.perf_counter(), time.process_time()
    ask()
    return time.perf_counter() - clock, time.process_time() - processor


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--small", action="store_true", help="a hundredth of the rows")
    given = parser.parse_args()
    rows = given.rows // 100 if given.small else given.rows
    every = os.sched_getaffinity(0)
    print("| rows | question | processors | s | CPU s |\n|---:|---|---:|---:|---:|")
    for name, ask in asked(rows).items():
        ask()  # what is sorted and compiled the first time is kept
        found: dict[int, list[tuple[float, float]]] = {}
        for _ in range(given.rounds):
            for allowed in ({min(every)}, every):
                os.sched_setaffinity(0, allowed)
                found.setdefault(len(allowed), []).append(taken(ask))
        for number, times in found.items():
            clock, processor = min(times)
            print(f"| {rows:,} | {name} | {number} | {clock:.3f} | {processor:.3f} |")


if __name__ == "__main__":
    main()
