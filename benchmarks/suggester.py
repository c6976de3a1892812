"""The suggester: how good on documents it has not seen, beside the baselines, and at what cost.

    python benchmarks/suggester.py FOLDER [--budgets s100 s200 s500 s1000 k10] [--seeds 5] [--scale]

FOLDER holds coded data: projects, which are read whole, by the unit that is asked for (``--unit``), with all
that their codebooks say; and `*.jsonl` with one segment a line (`doc`, `text`, `codes`), and beside it, if
there is one, the codebook as `*.codebook.json` (name of the code: `definition`, `include`, `exclude`,
`examples`, `counterexamples`). All methods decide by the same rule. Every split is by
whole documents; all text is read, but only that of the split's own documents with its codes. Run it on one
thread (``OMP_NUM_THREADS=1``): the times are CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np

import qualcode as qc
from qualcode.suggest import CodedTexts, CodeText, Evaluation, SharedStacker, evaluate
from qualcode.suggest.judging.metrics import calibration_error

MEASURES = {
    "macro_f1": "macro-F1",
    "precision_at_1": "P@1",
    "recall_at_3": "R@3",
    "map": "MAP",
    "map_cold": "MAP new codes",
    "calibration_error": "ECE",
}


def read(path: Path) -> CodedTexts:
    """Return the data of one file, with its codebook."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    rows.sort(key=lambda row: row["doc"])
    codebook_file = path.with_suffix("").with_suffix(".codebook.json")
    told = json.loads(codebook_file.read_text("utf-8")) if codebook_file.exists() else {}
    names = list(told) or sorted({code for row in rows for code in row["codes"]})
    place = {name: i for i, name in enumerate(names)}
    assigned = np.zeros((len(rows), len(names)), bool)
    for i, row in enumerate(rows):
        assigned[i, [place[code] for code in row["codes"]]] = True
    codebook = [CodeText(name, name, **told.get(name, {})) for name in names]
    return CodedTexts(
        [row["text"] for row in rows], [row["doc"] for row in rows], assigned, codebook
    )


def read_project(path: Path, unit: str) -> CodedTexts:
    """Return the data of a project: what people coded by themselves, and its whole codebook."""
    view = qc.Project.open(path).restricted(origin=["hand", "import"])
    return view.suggester(unit=unit).material().data


def sets(folder: Path, unit: str) -> Iterator[tuple[str, CodedTexts]]:
    """Yield the name and the data of each file and each project."""
    for path in sorted(folder.glob("*.jsonl")):
        yield path.stem, read(path)
    for path in sorted(folder.glob("*/project.json")):
        yield path.parent.name, read_project(path.parent, unit)


def report(name: str, result: Evaluation) -> None:
    frame = result.to_frame()
    print(f"\n### {name}\n")
    print("| budget | coded | method | " + " | ".join(MEASURES.values()) + " |")
    print("|---|---:|---|" + "---:|" * len(MEASURES))
    for row in frame.to_dict("records"):
        values = " | ".join("" if np.isnan(row[m]) else f"{row[m]:.3f}" for m in MEASURES)
        print(f"| {row['budget']} | {row['n_train']:.0f} | {row['method']} | {values} |")
    print(f"\nECE of perfectly calibrated claims, judged on as many segments: {floors(result)}")
    promises = result.promises_frame()
    if promises.empty:
        return
    print("\n| budget | promise | given | broken | attained | coverage |")
    print("|---|---|---:|---:|---:|---:|")
    for row in promises.to_dict("records"):
        attained = "" if np.isnan(row["attained"]) else f"{row['attained']:.2f}"
        print(
            f"| {row['budget']} | {row['kind']} {row['wanted']:.0%} | {row['given']:.0%} | "
            f"{row['broken']:.0%} | {attained} | {row['coverage']:.0%} |"
        )


def floors(result: Evaluation) -> str:
    """Return the calibration error that chance alone leaves on a test of the same size, by budget."""
    rng = np.random.default_rng(0)
    told = []
    for budget, (claimed, _) in result.best.items():
        sizes = [r.n_test for r in result.results if r.budget == budget and r.reason is None]
        if claimed.size and sizes:
            draws = [rng.choice(claimed, sizes[i % len(sizes)]) for i in range(40)]
            errors = [calibration_error(p, rng.random(p.size) < p) for p in draws]
            told.append(f"{budget} {np.mean(errors):.3f}")
    return ", ".join(told) or "no probabilities"


def cost(data: CodedTexts, *, scale: bool) -> None:
    """Print the CPU seconds of a fit on 1,000 segments × 40 codes, and of scoring."""
    n = min(1000, len(data.texts))
    some = data.rows(np.arange(len(data.texts)) < n)
    assigned = some.assigned.toarray()
    while assigned.shape[1] < 40:
        assigned = np.hstack([assigned, np.roll(assigned, 7, axis=0)])
    texts = list(data.codebook) * 40
    # With examples and all: a codebook that is rich in them is what takes time to read.
    codebook = [attrs.evolve(texts[i], id=str(i)) for i in range(40)]
    made = CodedTexts(some.texts, some.documents, assigned[:, :40], codebook)
    model = SharedStacker(codebook)
    print("\n| what | CPU seconds | segments a second |\n|---|---:|---:|")
    for what in ("first fit (imports done before)", "refit after more coding"):
        if what.startswith("first"):
            SharedStacker(codebook).fit(made)
        began = time.process_time()
        model.fit(made)
        print(f"| {what}, {n} × 40 | {time.process_time() - began:.2f} | |")
    for size in (4_000, 40_000, 1_000_000) if scale else (4_000,):
        began = time.process_time()
        for _ in model.score_blocks(repeated(data, size)):
            pass
        seconds = time.process_time() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"| scoring {size:,} (peak {memory:.0f} MB) | {seconds:.1f} | {size / seconds:,.0f} |"
        )


def repeated(data: CodedTexts, size: int) -> Iterator[tuple[str, object]]:
    for i in range(size):
        place = i % len(data.texts)
        yield data.texts[place], (i // len(data.texts), data.documents[place])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--budgets", nargs="+", default=["s100", "s200", "s500", "s1000", "k10"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--unit", default="sentence", help="of projects")
    parser.add_argument("--scale", action="store_true", help="score up to a million segments")
    args = parser.parse_args()
    largest: CodedTexts | None = None
    for name, data in sets(args.folder, args.unit):
        if largest is None or len(data.texts) > len(largest.texts):
            largest = data
        model = SharedStacker()
        report(
            name,
            evaluate(data, budgets=args.budgets, seeds=range(args.seeds), suggester=model),
        )
    if largest is not None:
        cost(largest, scale=args.scale)


if __name__ == "__main__":
    main()
