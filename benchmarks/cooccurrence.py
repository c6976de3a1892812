"""Co-occurrence: the segments that carry both codes of every pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import common

if TYPE_CHECKING:
    from qualcode.model.state import State

ROWS = 10_000_000

make = common.assignments


def qualcode(data: common.Data) -> Callable[[], common.Result]:
    from qualcode.stats import kernels

    return lambda: kernels.pair_counts(data["segment"], data["code"], common.N_CODES)


def of_a_project(data: common.Data) -> Callable[[], common.Result]:
    """Count what a project holds, and compute every coefficient of every pair."""
    import numpy as np

    from qualcode.stats.pairs.cooccurrence import cooccur

    state = project_state(data, common.N_CODES)
    _ = state.assignments  # read once by every statistic

    def count() -> common.Result:
        met = cooccur(state)
        met.association()
        counts = np.zeros((common.N_CODES, common.N_CODES), dtype=np.int64)
        at = [int(node.id) for node in met.nodes]
        counts[np.ix_(at, at)] = met.counts
        return counts

    return count


def project_state(data: common.Data, n_codes: int) -> State:
    """Make the content of a project: a hundred coded segments to a document."""
    import attrs
    import numpy as np

    import qualcode
    from qualcode.model.log.rows import Events
    from qualcode.model.texts.documents import Registry

    segment, code = data["segment"], data["code"]
    rows = np.arange(code.size, dtype=np.int32)
    again = (segment[1:] == segment[:-1]) & (code[1:] == code[:-1])
    # Where a code is on a segment twice, the second is by the second coder, and so on.
    first = np.concatenate([[0], np.where(again, 0, rows[1:])])
    coder = rows - np.maximum.accumulate(first).astype(np.int32)
    document, line = np.divmod(segment, np.int32(100))
    documents = [
        qualcode.Document(id=f"d{number}", text="x" * 1000)
        for number in range(int(document[-1]) + 1)
    ]
    book = qualcode.Codebook("book", codes=[qualcode.Code(str(at)) for at in range(n_codes)])
    state = qualcode.Project.new("Study", codebook=book).state
    nought = np.zeros(code.size, dtype=np.int32)
    events = Events(
        documents=tuple(each.id for each in documents),
        codes=tuple(book.codes),
        coders=tuple(f"coder-{number}" for number in range(int(coder.max()) + 1)),
        origins=("hand",),
        document=document,
        code=code,
        coder=coder,
        block=nought,
        origin=nought,
        start=10 * line,
        end=10 * line + 10,
        time=nought.astype(np.int64),
        weight=np.full(code.size, np.nan),
        retracted=nought.astype(np.bool_),
    )
    registry = Registry(documents, what="document")
    return attrs.evolve(state, documents=registry, events=events)


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
    "qualcode, of a project, with all coefficients": of_a_project,
    "SciPy XᵀX": scipy,
    "pandas merge": pandas,
    "DuckDB self-join (2 threads)": duckdb,
}

if __name__ == "__main__":
    common.main("cooccurrence", "Segments that carry both codes", ROWS, CONTESTANTS)
