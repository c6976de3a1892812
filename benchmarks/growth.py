"""Growth: how time and peak memory grow with the number of assignments."""

from __future__ import annotations

import common

EXPONENTS = range(4, 8)
PEERS = {
    "rollup": ("qualcode", "pandas merge, nunique", "DuckDB (2 threads)"),
    "cooccurrence": ("qualcode", "SciPy XᵀX", "DuckDB self-join (2 threads)"),
}

if __name__ == "__main__":
    args = common.arguments("Growth of time and memory")
    for module, contestants in PEERS.items():
        print(f"{module}: seconds / peak MB, medians of {args.rounds} runs, identical results\n")
        print("| rows |", " | ".join(contestants), "|")
        print("|---:|" + "---:|" * len(contestants))
        for exponent in EXPONENTS[: 2 if args.small else None]:
            outcomes = common.compete(module, 10**exponent, contestants, args.rounds)
            cells = [f"{o.seconds:.4f} / {o.megabytes:.0f}" for o in outcomes.values()]
            print(f"| 10^{exponent} |", " | ".join(cells), "|", flush=True)
        print()
