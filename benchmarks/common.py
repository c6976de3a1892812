"""What every benchmark shares: fresh processes that take turns, medians, identical results, a table.

Each run happens in a process of its own, so that its peak memory is its own; the contestants take
turns, so that a busy moment of the machine strikes them alike. A benchmark module has

- ``CONTESTANTS``: for each name a function that takes the input as a dict of arrays, imports and
  prepares what its library would have in memory anyway, and returns the function to be timed;
- ``make(rows)``: the input.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

# NumPy is imported only by the processes that count: what the parent holds in memory at the start of
# a process is reckoned to that process by the operating system.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Data: TypeAlias = dict[str, NDArray[np.int32]]
    Result: TypeAlias = NDArray[np.int64]
    Contestant: TypeAlias = Callable[[Data], Callable[[], Result]]

LIBRARY = "qualcode"


@dataclass(frozen=True)
class Outcome:
    """Medians over the rounds of one contestant."""

    seconds: float
    megabytes: float


# ------------------------------------------------------------------------------- in a fresh process


def _make(module: str, rows: int, path: Path) -> None:
    import numpy as np

    np.savez(path, **importlib.import_module(module).make(rows))


def _run(module: str, contestant: str, path: Path) -> None:
    import numpy as np

    start: Contestant = importlib.import_module(module).CONTESTANTS[contestant]
    # A rehearsal on next to nothing, so that every import is done before memory is measured.
    start(importlib.import_module(module).make(1000))()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with np.load(path) as stored:
        data = {name: stored[name] for name in stored.files}
    count = start(data)
    began = time.perf_counter()
    result = count()
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    digest = hashlib.sha256(np.ascontiguousarray(result, dtype=np.int64).tobytes()).hexdigest()
    print(json.dumps({"seconds": seconds, "megabytes": (after - before) / 1024, "digest": digest}))


# ------------------------------------------------------------------------------------ in the parent


def _child(*args: object) -> str:
    command = [sys.executable, __file__, *map(str, args)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def compete(
    module: str, rows: int, contestants: Iterable[str], rounds: int
) -> Mapping[str, Outcome]:
    """Let the contestants of a module take turns on the same input, and check that they agree."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in contestants}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.npz"
        _child("make", module, rows, path)
        for _ in range(rounds):
            for name, results in runs.items():
                results.append(json.loads(_child("run", module, name, path)))
    digests = {name: {run["digest"] for run in results} for name, results in runs.items()}
    if len(set().union(*digests.values())) != 1:
        raise SystemExit(f"the results differ: {digests}")
    return {
        name: Outcome(
            statistics.median(run["seconds"] for run in results),
            statistics.median(run["megabytes"] for run in results),
        )
        for name, results in runs.items()
    }


def table(outcomes: Mapping[str, Outcome]) -> str:
    """Return a Markdown table with the library first and everything in proportion to it."""
    own = outcomes[LIBRARY]
    lines = [
        "| | seconds | peak MB | seconds, ratio | peak, ratio |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {name} | {o.seconds:.3f} | {o.megabytes:.0f} "
        f"| {o.seconds / own.seconds:.1f} | {o.megabytes / own.megabytes:.1f} |"
        for name, o in outcomes.items()
    ]
    return "\n".join(lines)


def arguments(description: str) -> argparse.Namespace:
    """Read ``--small`` and ``--rounds``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--small", action="store_true", help="a hundredth of the rows")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each contestant")
    return parser.parse_args()


def main(module: str, title: str, rows: int, contestants: Iterable[str]) -> None:
    """Print a benchmark's table."""
    args = arguments(title)
    rows = rows // 100 if args.small else rows
    print(f"{title}; {rows:,} rows, medians of {args.rounds} runs, identical results\n")
    print(table(compete(module, rows, contestants, args.rounds)))


# -------------------------------------------------------------------------------------------- input

N_CODES = 500
N_THEMES = 50
N_DOMAINS = 5


def skewed_codes(rng: np.random.Generator, size: int) -> NDArray[np.int32]:
    """Draw codes of which some are far more frequent than others."""
    import numpy as np

    weight = 1 / np.arange(1, N_CODES + 1) ** 0.7
    rank = rng.choice(N_CODES, size, p=weight / weight.sum())
    return rng.permutation(N_CODES)[rank].astype(np.int32)


def assignments(rows: int) -> Data:
    """Make assignments, ten to a segment, sorted by segment and code as a project stores them.

    Segments are numbered in the order of documents. Where a code is drawn twice for a segment, two
    coders assigned it.
    """
    import numpy as np

    rng = np.random.default_rng(20261122)
    key = rng.integers(0, rows // 10, rows) * N_CODES + skewed_codes(rng, rows)
    key.sort()
    segment, code = np.divmod(key, N_CODES)
    return {"segment": segment.astype(np.int32), "code": code.astype(np.int32)}


def tree() -> Data:
    """Make the codes' themes and domains."""
    import numpy as np

    rng = np.random.default_rng(7)
    theme = rng.permutation(np.arange(N_CODES) % N_THEMES)
    return {
        "code": np.arange(N_CODES, dtype=np.int32),
        "theme": theme.astype(np.int32),
        "domain": (theme % N_DOMAINS).astype(np.int32),
    }


def spans(rows: int) -> Data:
    """Make coded segments, a hundred to a document of 30,000 code points.

    They lie on forty passages of a document, 300 code points long on average, so several codes sit
    on the same passage, and passages overlap. Sorted by document, start, end and code.
    """
    import numpy as np

    rng = np.random.default_rng(20261122)
    document = np.repeat(np.arange(rows // 100), 100)
    passage = document * 40 + rng.integers(0, 40, document.size)
    starts = rng.integers(0, 30_000, int(document[-1] + 1) * 40)
    ends = starts + 1 + rng.geometric(1 / 300, starts.size)
    columns = document, starts[passage], ends[passage], skewed_codes(rng, document.size)
    order = np.lexsort(columns[::-1])
    names = "document", "start", "end", "code"
    return {
        name: column[order].astype(np.int32) for name, column in zip(names, columns, strict=True)
    }


if __name__ == "__main__":
    task, *rest = sys.argv[1:]
    if task == "make":
        _make(rest[0], int(rest[1]), Path(rest[2]))
    else:
        _run(rest[0], rest[1], Path(rest[2]))
