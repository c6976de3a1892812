"""Co-occurrence: the segments that carry both codes of every pair."""

from __future__ import annotations

from collections.abc import Callable

import common

ROWS = 10_000_000

make = common.assignments


def qualcode(data: common.Data) -> Callable[[], common.Result]:
    from qualcode.stats import kernels

    return lambda: kernels.pair_counts(data["segment"], data["code"], common.N_CODES)


def scipy(data: common.Data) -> Callable[[], common.Result]:
    import numpy as np
    from scipy import sparse

    def count() -> common.Result:
        # The rows are sorted by segment and code, so neither dropping repeated rows nor building
        # the matrix needs a conversion.
        segment, code = data["segment"], data["code"]
        first = np.ones(code.size, dtype=np.bool_)
        first[1:] = (segment[1:] != segment[:-1]) | (code[1:] != code[:-1])
        segment, code = segment[first], code[first]
        ends = np.concatenate([[0], np.cumsum(np.bincount(segment))])
        ones = np.ones(code.size, dtype=np.int32)
        matrix = sparse.csr_array((ones, code, ends), shape=(ends.size - 1, common.N_CODES))
        return np.asarray((matrix.T @ matrix).toarray())

    return count


def pandas(data: common.Data) -> Callable[[], common.Result]:
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame(data)

    def count() -> common.Result:
        rows = frame.drop_duplicates()
        pairs = rows.merge(rows, on="segment").groupby(["code_x", "code_y"]).size()
        counts = np.zeros((common.N_CODES, common.N_CODES), dtype=np.int64)
        counts[pairs.index.get_level_values(0), pairs.index.get_level_values(1)] = pairs
        return counts

    return count


def duckdb(data: common.Data) -> Callable[[], common.Result]:
    import duckdb
    import numpy as np
    import pandas as pd

    database = duckdb.connect()
    frame = pd.DataFrame(data)
    database.execute("CREATE TABLE rows AS SELECT * FROM frame")
    del frame
    query = """
        WITH carried AS (SELECT DISTINCT segment, code FROM rows)
        SELECT one.code AS one, other.code AS other, count(*) AS segments
        FROM carried AS one JOIN carried AS other USING (segment)
        WHERE one.code <= other.code
        GROUP BY ALL
    """

    def count() -> common.Result:
        pairs = database.execute(query).fetchnumpy()
        counts = np.zeros((common.N_CODES, common.N_CODES), dtype=np.int64)
        counts[pairs["one"], pairs["other"]] = pairs["segments"]
        counts[pairs["other"], pairs["one"]] = pairs["segments"]
        return counts

    return count


CONTESTANTS: dict[str, common.Contestant] = {
    "qualcode": qualcode,
    "SciPy XᵀX": scipy,
    "pandas merge": pandas,
    "DuckDB self-join (2 threads)": duckdb,
}

if __name__ == "__main__":
    common.main("cooccurrence", "Segments that carry both codes", ROWS, CONTESTANTS)
