"""Rollup: the distinct segments of every code, theme and domain."""

from __future__ import annotations

from collections.abc import Callable

import common

ROWS = 10_000_000
LEVELS = ("code", "theme", "domain")

make = common.assignments


def qualcode(data: common.Data) -> Callable[[], common.Result]:
    import numpy as np

    from qualcode.stats import kernels

    tree = common.tree()
    membership = np.hstack([tree[level][:, None] == np.unique(tree[level]) for level in LEVELS])
    return lambda: kernels.node_counts(data["segment"], data["code"], membership)


def scipy(data: common.Data) -> Callable[[], common.Result]:
    import numpy as np
    from scipy import sparse

    tree = common.tree()
    membership = np.hstack([tree[level][:, None] == np.unique(tree[level]) for level in LEVELS])

    def count() -> common.Result:
        # The rows are sorted by segment, so the matrix needs no conversion.
        ends = np.concatenate([[0], np.cumsum(np.bincount(data["segment"]))])
        ones = np.ones(data["code"].size, dtype=np.int32)
        matrix = sparse.csr_array((ones, data["code"], ends), shape=(ends.size - 1, common.N_CODES))
        nodes = matrix @ sparse.csr_array(membership.astype(np.int32))
        return np.bincount(nodes.indices, minlength=membership.shape[1])

    return count


def pandas(data: common.Data) -> Callable[[], common.Result]:
    import numpy as np
    import pandas as pd

    frame, tree = pd.DataFrame(data), pd.DataFrame(common.tree())

    def count() -> common.Result:
        rows = frame.merge(tree, on="code")
        return np.concatenate([rows.groupby(level)["segment"].nunique() for level in LEVELS])

    return count


def duckdb(data: common.Data) -> Callable[[], common.Result]:
    import duckdb
    import numpy as np
    import pandas as pd

    database = duckdb.connect()
    frame, tree = pd.DataFrame(data), pd.DataFrame(common.tree())  # noqa: F841
    database.execute("CREATE TABLE rows AS SELECT * FROM frame")
    database.execute("CREATE TABLE tree AS SELECT * FROM tree")
    del frame
    query = """
        SELECT {0} AS node, count(*) AS segments
        FROM (SELECT DISTINCT {0}, segment FROM rows JOIN tree USING (code))
        GROUP BY node ORDER BY node
    """

    def count() -> common.Result:
        results = [database.execute(query.format(level)).fetchnumpy() for level in LEVELS]
        return np.concatenate([result["segments"] for result in results])

    return count


CONTESTANTS: dict[str, common.Contestant] = {
    "qualcode": qualcode,
    "SciPy sparse": scipy,
    "pandas merge, nunique": pandas,
    "DuckDB (2 threads)": duckdb,
}

if __name__ == "__main__":
    common.main("rollup", "Distinct segments of codes, themes and domains", ROWS, CONTESTANTS)
