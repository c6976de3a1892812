"""Overlapping spans: the segments in which two codes meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import common

ROWS = 1_000_000

make = common.spans


def qualcode(data: common.Data) -> Callable[[], common.Result]:
    from qualcode.stats import kernels

    columns = data["document"], data["start"], data["end"], data["code"]
    return lambda: kernels.near_pair_counts(*columns, common.N_CODES)


def _overlaps(data: common.Data) -> tuple[Any, Any]:
    """Return the positions of all overlapping rows, both ways and each row with itself."""
    import numpy as np
    from ncls import NCLS  # type: ignore[import-untyped]

    # Documents end to end: one index for all is far faster than one for each.
    origin = data["document"].astype(np.int64) * int(data["end"].max())
    start, end = origin + data["start"], origin + data["end"]
    index = NCLS(start, end, np.arange(start.size))
    return index.all_overlaps_both(start, end, np.arange(start.size))  # type: ignore[no-any-return]


def _without_repeated_rows(data: common.Data) -> common.Data:
    import numpy as np

    first = np.ones(data["code"].size, dtype=np.bool_)
    first[1:] = np.any([column[1:] != column[:-1] for column in data.values()], axis=0)
    return {name: column[first] for name, column in data.items()}


def _distinct(values: Any) -> tuple[Any, Any]:
    """Return the sorted distinct values and how often each occurs, far faster than np.unique."""
    import numpy as np

    values = np.sort(values, kind="stable")
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
    return values[starts], np.diff(starts, append=values.size)


def ncls_numpy(data: common.Data) -> Callable[[], common.Result]:
    import ncls  # noqa: F401
    import numpy as np

    n_codes = common.N_CODES

    def count() -> common.Result:
        rows = _without_repeated_rows(data)
        one, other = _overlaps(rows)
        document, code = rows["document"].astype(np.int64), rows["code"].astype(np.int64)
        counts = np.diag(np.bincount(code, minlength=n_codes))
        apart = code[one] != code[other]
        # Each segment with each code it meets, once; then how many segments of each code do.
        met, _ = _distinct(one[apart] * n_codes + code[other[apart]])
        one, theirs = np.divmod(met, n_codes)
        cell, there = _distinct((document[one] * n_codes + code[one]) * n_codes + theirs)
        of_document, mine = np.divmod(cell // n_codes, n_codes)
        theirs = cell % n_codes
        back = there[np.searchsorted(cell, (of_document * n_codes + theirs) * n_codes + mine)]
        np.add.at(counts, (mine, theirs), np.minimum(there, back))
        return counts

    return count


def ncls_pandas(data: common.Data) -> Callable[[], common.Result]:
    import ncls  # noqa: F401
    import numpy as np
    import pandas as pd

    def count() -> common.Result:
        rows = _without_repeated_rows(data)
        one, other = _overlaps(rows)
        code = rows["code"]
        columns = {"row": one, "document": rows["document"][one], "a": code[one], "b": code[other]}
        frame = pd.DataFrame(columns)
        met = frame[frame["a"] != frame["b"]].drop_duplicates(["row", "b"])
        there = met.groupby(["document", "a", "b"]).size().reset_index(name="n")
        keys = ["document", "a", "b"]
        both = there.merge(there.rename(columns={"a": "b", "b": "a"}), on=keys)
        least = both[["n_x", "n_y"]].min(axis=1).groupby([both["a"], both["b"]]).sum()
        counts = np.diag(np.bincount(code, minlength=common.N_CODES))
        counts[least.index.get_level_values(0), least.index.get_level_values(1)] = least
        return counts

    return count


CONTESTANTS: dict[str, common.Contestant] = {
    "qualcode": qualcode,
    "ncls, then NumPy": ncls_numpy,
    "ncls, then pandas": ncls_pandas,
}

if __name__ == "__main__":
    common.main("overlap", "Segments in which two codes meet", ROWS, CONTESTANTS)
