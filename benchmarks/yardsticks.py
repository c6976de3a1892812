"""Yardsticks: what counting costs beside one pass of ``numpy.bincount`` over the same columns.

Run ``python benchmarks/yardsticks.py``. Two million sorted rows, 2,000 to a document, 200 codes under 50
themes and 10 domains; CPU nanoseconds a row, the least of some rounds in each of some fresh processes: where
an allocator happens to put what is worked on, the same work takes up to twice as long. With ``ncls``
installed, what codes overlap is compared with the time that it takes to find the rows.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

ROWS = 2_000_000
DOCUMENT = 2_000
CODES, THEMES, DOMAINS = 200, 50, 10
BOUNDS = {
    "rollup by documents": 2,
    "pairs on a segment": 2,
    "rollup by segments": 3,
    "rollup by characters": 6,
    "pairs in a document": 3,
    "pairs that overlap": 18,
}


def columns(rows: int) -> dict[str, np.ndarray[Any, Any]]:
    """Return sorted, distinct assignments as a project holds them."""
    import numpy as np

    rng = np.random.default_rng(1)
    document = np.repeat(np.arange(rows // DOCUMENT), DOCUMENT)
    start = rng.integers(0, 600, document.size) * 40
    end = start + 40 * (1 + rng.integers(0, 5, document.size))
    drawn = document, start, end, rng.integers(0, CODES, document.size), rng.integers(0, 4, rows)
    table = np.unique(np.stack(drawn, axis=1), axis=0).astype(np.int32)
    names = ("document", "start", "end", "code", "coder")
    return {name: np.ascontiguousarray(table[:, at]) for at, name in enumerate(names)}


def membership() -> np.ndarray[Any, Any]:
    """Return which codes lie under which code, theme and domain."""
    import numpy as np

    code = np.arange(CODES)
    nodes = [code[:, None] == code]
    nodes += [code[:, None] % size == np.arange(size) for size in (THEMES, DOMAINS)]
    return np.hstack(nodes)


def tasks(data: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """Return what is timed: the yardstick first."""
    import numpy as np

    from qualcode.stats import kernels
    from qualcode.stats.kernels.blocks import first_of_runs

    document, start, end, code, coder = data.values()
    tree = membership()
    new = first_of_runs(document) | first_of_runs(start) | first_of_runs(end)
    segment = np.cumsum(new) - 1
    spans = document, start, end, code
    return {
        "numpy.bincount": lambda: [
            np.bincount(each) for each in (document, start, end, code, coder)
        ],
        "rollup by documents": lambda: kernels.node_counts(document, code, tree),
        "pairs on a segment": lambda: kernels.pair_counts(segment, code, CODES),
        "rollup by segments": lambda: kernels.node_counts(segment, code, tree),
        "rollup by characters": lambda: kernels.covered_lengths(*spans, tree),
        "pairs in a document": lambda: kernels.pair_counts(document, code, CODES),
        "pairs that overlap": lambda: kernels.near_pair_counts(*spans, CODES),
    }


def ncls_overlaps(data: dict[str, Any]) -> Callable[[], Any] | None:
    """Return a function that finds the overlapping rows by ncls; None where that is not installed."""
    import numpy as np

    try:
        from ncls import NCLS  # type: ignore[import-untyped]
    except ImportError:
        return None
    origin = data["document"].astype(np.int64) * int(data["end"].max())
    first, last = origin + data["start"], origin + data["end"]
    number = np.arange(first.size)
    return lambda: NCLS(first, last, number).all_overlaps_both(first, last, number)


def least(function: Callable[[], Any], rounds: int) -> float:
    """Return the least CPU seconds of some rounds, after a rehearsal."""
    function()
    spent = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        function()
        spent = min(spent, time.process_time() - began)
    return spent


def child(name: str, rows: int, rounds: int) -> float | None:
    """Return the CPU seconds of one task; None where ncls is not installed."""
    data = columns(rows)
    if name in ("ncls", "own"):
        # The peer lists every pair of rows: some rows are enough of a comparison.
        data = {key: column[: len(column) // 10] for key, column in data.items()}
    function = ncls_overlaps(data) if name == "ncls" else tasks(data)[TASKS.get(name, name)]
    return None if function is None else least(function, rounds)


TASKS = {"own": "pairs that overlap"}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a hundredth of the rows")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=4)
    given = parser.parse_args()
    rows = ROWS // 100 if given.small else ROWS

    def seconds(name: str) -> float | None:
        command = [sys.executable, __file__, name, str(rows), str(given.rounds)]
        found = []
        for _ in range(given.processes):
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            found.append(json.loads(done.stdout))
        return None if None in found else min(found)

    unit = seconds("numpy.bincount")
    assert unit is not None
    print(
        f"{rows:,} rows, CPU ns a row, the least of {given.rounds} rounds in {given.processes} processes\n"
    )
    print("| | ns a row | × bincount | at most |\n|---|---:|---:|---:|")
    print(f"| numpy.bincount of five columns | {unit / rows * 1e9:.1f} | 1.0 | |")
    for name, bound in BOUNDS.items():
        spent = seconds(name)
        assert spent is not None
        print(f"| {name} | {spent / rows * 1e9:.1f} | {spent / unit:.1f} | {bound} |", flush=True)
    own, peer = seconds("own"), seconds("ncls")
    if own is not None and peer is not None:
        print(
            f"\nOverlaps in {rows // 10:,} rows: 1/{peer / own:.1f} of what ncls takes to find the rows"
        )


if __name__ == "__main__":
    if len(sys.argv) == 4 and not sys.argv[1].startswith("-"):
        print(json.dumps(child(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
    else:
        main()
