"""Growth: how time and memory grow with rows, codes, themes, coders, revisions and documents.

Run ``python benchmarks/growth.py [--of codes coders …]``. Rows are counted beside peers, as `common`
describes. Of everything else each size has a fresh process, after a rehearsal on next to nothing; seconds are
of the processor. The last row of a table says with which power of the size each column grew between the two
largest sizes: 1 is in proportion, 2 would be quadratic.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import common
import limits

EXPONENTS = range(4, 8)
PEERS = {
    "rollup": ("qualcode", "pandas merge, nunique", "DuckDB (2 threads)"),
    "cooccurrence": ("qualcode", "SciPy XᵀX", "DuckDB self-join (2 threads)"),
}
ROWS = 200_000
SIZES = {
    "codes": (200, 2_000, 20_000),
    "themes": (1_000, 4_000, 16_000),
    "coders": (2, 20, 500),
    "revisions": (100, 400, 1_600, 6_400),
    "documents": (1_000, 10_000, 100_000),
}

Step = tuple[str, Callable[[], Any]]


def codes(size: int, folder: Path) -> list[Step]:
    """Return questions to a tree of so many codes, all of them in use."""
    import qualcode as qc

    frame, texts = limits.coding(ROWS, size)
    project = qc.Project.new("Study", codebook=limits.codebook(size))
    project.add_documents(texts)
    project.assign_frame(frame)
    rollup, met = project.rollup, lambda: project.cooccurrence(unit="segment")
    return [
        ("rollup", rollup),
        ("its frame", lambda: rollup().to_frame()),
        ("evidence", project.evidence),
        ("pairs", met),
        ("shares", lambda: project.prevalence(interval="wilson")),
    ]


def themes(size: int, folder: Path) -> list[Step]:
    """Return questions along a rollup of so many themes."""
    import pandas as pd

    import qualcode as qc

    rollup = qc.Rollup(
        "all",
        themes=[qc.Theme(f"theme-{at}", codes=[f"code-{at}"]) for at in range(size)],
        domains=[qc.Domain("domain", themes=[f"theme-{at}" for at in range(size)])],
    )
    book = qc.Codebook("big", codes=[qc.Code(f"code-{at}") for at in range(size)], rollups=[rollup])
    project = qc.Project.new("Study", codebook=book, coder="ana")
    project.add_document("one two three " * size, id="d")
    starts = [14 * at for at in range(size)]
    frame = {"document": "d", "start": starts, "end": [at + 3 for at in starts]}
    project.assign_frame(
        pd.DataFrame({**frame, "code": [f"code-{at}" for at in range(size)]}), coder="ana"
    )
    return [
        ("rollup", project.rollup),
        ("its frame", lambda: project.rollup().to_frame()),
        ("evidence", lambda: project.evidence(level="theme")),
    ]


def coders(size: int, folder: Path) -> list[Step]:
    """Return questions to what so many coders have assigned."""
    import numpy as np

    import qualcode as qc

    frame, texts = limits.coding(ROWS, 50)
    names = np.array([f"coder-{at:03d}" for at in range(size)], dtype=object)
    frame["coder"] = names[np.random.default_rng(2).integers(0, size, len(frame))]
    project = qc.Project.new("Study", codebook=limits.codebook(50))
    project.add_documents(texts)
    project.assign_frame(frame)
    project.save(folder / "project")
    study = {"unit": "segment", "uncoded": "missing", "codes": ["code-0", "code-1"]}
    return [
        ("rollup by coders", lambda: project.rollup(count="coders")),
        ("overlaps, same coder", lambda: project.cooccurrence(meeting="overlap", same_coder=True)),
        ("agreement", lambda: project.study(**study).agreement(of="code-0")),
        ("open", lambda: qc.Project.open(folder / "project")),
    ]


def revisions(size: int, folder: Path) -> list[Step]:
    """Return what a codebook costs that was changed so often."""
    import qualcode as qc

    project = qc.Project.new("Study", codebook=qc.Codebook("study"), coder="ana")

    def make() -> None:
        for at in range(size):
            with project.revise() as codebook:
                codebook.add(f"code-{at}")

    def reopen() -> None:
        project.save(folder / "project")
        qc.Project.open(folder / "project")

    return [
        ("make", make),
        ("save and open", reopen),
        ("its history", lambda: project.history.to_frame()),
        ("half way back", lambda: project.at(revision=size // 2)),
    ]


def documents(size: int, folder: Path) -> list[Step]:
    """Return what so many short answers cost, a document each."""
    import pandas as pd

    import qualcode as qc

    texts = {
        f"r{at}": f"I waited {at % 90} minutes. The staff, {at} of them, were kind."
        for at in range(size)
    }
    frame = pd.DataFrame({"document": [*texts], "start": 0, "end": 8, "code": "code-0"})
    project = qc.Project.create(folder / "project", codebook=limits.codebook(10), coder="ana")
    return [
        ("add", lambda: project.add_documents(texts)),
        ("assign", lambda: project.assign_frame(frame, coder="ana")),
        ("rollup", project.rollup),
        ("shares by bootstrap", lambda: project.prevalence(interval="bootstrap", n_resamples=200)),
        ("saturation", lambda: project.saturation(n_orders=50)),
        ("save", project.save),
        ("open", lambda: qc.Project.open(folder / "project")),
    ]


GROWING: dict[str, Callable[[int, Path], list[Step]]] = {
    each.__name__: each for each in (codes, themes, coders, revisions, documents)
}


def child(of: str, size: int) -> list[tuple[str, float]]:
    """Return the seconds of each step, and the highest memory."""
    with tempfile.TemporaryDirectory() as place:
        for _, step in GROWING[of](min(SIZES[of][0], 20), Path(place)):
            step()
    spent = []
    with tempfile.TemporaryDirectory() as place:
        for name, step in GROWING[of](size, Path(place)):
            began = time.process_time()
            step()
            spent.append((name, time.process_time() - began))
    return [*spent, ("highest GB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)]


def table(of: str, sizes: tuple[int, ...]) -> None:
    """Print the table of one thing that grows."""
    found = []
    for size in sizes:
        command = [sys.executable, __file__, of, str(size)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found.append(json.loads(done.stdout))
    names = [name for name, _ in found[0]]
    print(f"| {of} | {' | '.join(names)} |\n|---:|{'---:|' * len(names)}")
    for size, row in zip(sizes, found, strict=True):
        print(f"| {size:,} | {' | '.join(f'{value:.2f}' for _, value in row)} |")
    if len(sizes) > 1:
        step = math.log(sizes[-1] / sizes[-2])
        powers = [
            f"{math.log(max(last, 1e-3) / max(before, 1e-3)) / step:.1f}"
            for (_, before), (_, last) in zip(found[-2], found[-1], strict=True)
        ]
        print(f"| power | {' | '.join(powers)} |")
    print(flush=True)


def rows(args: argparse.Namespace) -> None:
    """Print how counting grows with rows, beside peers."""
    for module, contestants in PEERS.items():
        print(f"{module}: seconds / peak MB, medians of {args.rounds} runs, identical results\n")
        print("| rows |", " | ".join(contestants), "|")
        print("|---:|" + "---:|" * len(contestants))
        for exponent in EXPONENTS[: 2 if args.small else None]:
            outcomes = common.compete(module, 10**exponent, contestants, args.rounds)
            cells = [f"{o.seconds:.4f} / {o.megabytes:.0f}" for o in outcomes.values()]
            print(f"| 10^{exponent} |", " | ".join(cells), "|", flush=True)
        print()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="the smaller sizes only")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each contestant")
    parser.add_argument("--of", nargs="*", choices=["rows", *GROWING], default=["rows", *GROWING])
    args = parser.parse_args()
    for of in args.of:
        if of == "rows":
            rows(args)
        else:
            table(of, SIZES[of][:2] if args.small else SIZES[of])


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in GROWING:
        print(json.dumps(child(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
