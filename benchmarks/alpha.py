"""Krippendorff's α, and a cluster bootstrap of it, against the package krippendorff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import common

# Units: ten coders of whom 30 % of the ratings are missing, and two coders of many units.
TEN_CODERS, TWO_CODERS = 100_000, 1_000_000
N_CATEGORIES = 20
UNITS_PER_DOCUMENT = 100
N_RESAMPLES = 1000


def make(rows: int) -> common.Data:
    import numpy as np

    rng = np.random.default_rng(20261122)
    # A hundredth of the units is a small run.
    n_coders, missing = (2, 0.0) if rows in (TWO_CODERS, TWO_CODERS // 100) else (10, 0.3)
    truth = rng.integers(1, N_CATEGORIES + 1, rows)
    guesses = rng.integers(1, N_CATEGORIES + 1, (n_coders, rows))
    ratings = np.where(rng.random((n_coders, rows)) < 0.7, truth, guesses).astype(float)
    ratings[rng.random((n_coders, rows)) < missing] = np.nan
    return {"ratings": ratings}


def _result(*values: float) -> common.Result:
    """Return values as integers that are equal where the values are, to eleven places."""
    import numpy as np

    return np.round(np.array(values) * 1e11).astype(np.int64)


def qualcode(data: common.Data) -> Callable[[], common.Result]:
    from qualcode.stats.agreement import krippendorff_alpha

    return lambda: _result(float(krippendorff_alpha(data["ratings"])))


def qualcode_bootstrap(data: common.Data) -> Callable[[], common.Result]:
    import numpy as np

    from qualcode.stats.agreement import krippendorff_alpha

    options: dict[str, Any] = {
        "clusters": np.arange(data["ratings"].shape[1]) // UNITS_PER_DOCUMENT,
        "interval": "bootstrap",
        "n_resamples": N_RESAMPLES,
        "random_state": 1,
    }

    def count() -> common.Result:
        interval = krippendorff_alpha(data["ratings"], **options).interval
        assert interval is not None
        return _result(interval.low, interval.high)

    return count


def krippendorff(data: common.Data) -> Callable[[], common.Result]:
    import krippendorff as peer

    return lambda: _result(
        peer.alpha(reliability_data=data["ratings"], level_of_measurement="nominal")
    )


CONTESTANTS = {
    "qualcode": qualcode,
    "qualcode_bootstrap": qualcode_bootstrap,
    "krippendorff": krippendorff,
}


def compare(n_coders: int, rows: int, rounds: int) -> common.Outcome:
    """Print one table; return how the peer did."""
    outcomes = common.compete("alpha", rows, ["qualcode", "krippendorff"], rounds)
    print(
        f"{n_coders} coders, {rows:,} units, {N_CATEGORIES} categories; "
        f"medians of {rounds} runs, identical results\n"
    )
    print(common.table(outcomes), "\n")
    return outcomes["krippendorff"]


def main() -> None:
    args = common.arguments("Krippendorff's alpha")
    shrink = 100 if args.small else 1
    one_call = compare(10, TEN_CODERS // shrink, args.rounds)
    compare(2, TWO_CODERS // shrink, args.rounds)
    drawn = common.compete("alpha", TEN_CODERS // shrink, ["qualcode_bootstrap"], args.rounds)
    bootstrap = drawn["qualcode_bootstrap"]
    print(
        f"{N_RESAMPLES:,}-fold bootstrap by document, 10 coders: {bootstrap.seconds:.3f} s, "
        f"{bootstrap.seconds / one_call.seconds:.2f} times one call of krippendorff; "
        f"peak {bootstrap.megabytes:.0f} MB"
    )


if __name__ == "__main__":
    main()
