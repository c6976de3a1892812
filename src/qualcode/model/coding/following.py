"""Which code stands for each that was assigned: merges and splits, followed column by column."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from qualcode.model.codebooks.codebook import Codebook, Place

__all__ = ["follow"]

Ints = npt.NDArray[np.int32]


def follow(
    code: Ints, ids: Sequence[str], codebook: Codebook, place: Callable[[int], Place]
) -> Ints:
    """Return for each row the number, in the codebook's order, of the code that stands for it now.

    Parameters
    ----------
    code : array of int
        The code that was assigned in each row: numbers into `ids`.
    ids : sequence of str
        Codes by their ids or names; all that any row has are in the codebook.
    codebook : Codebook
        What they mean now.
    place : callable
        Takes the number of a row and returns its document, start, end and coder: what a split's
        decisions go by.
    """
    number = {id: at for at, id in enumerate(codebook.codes)}
    # The vocabulary may hold codes that no row has any more, as of an earlier revision.
    onward = np.full(len(ids), -1, dtype=np.int32)
    used = np.flatnonzero(np.bincount(code, minlength=len(ids)))
    for each in used.tolist():
        now = codebook[ids[each]]
        onward[each] = number[now.id if now.merged_into is None else codebook.resolve(now.id)]
    # Most often codes have their numbers already, and then the order of the rows is known.
    found = code if np.array_equal(onward[used], used) else onward[code]
    split = [number[source] for source, places in codebook.decisions.items() if places]
    if split:
        known, found = tuple(codebook.codes), found.copy()
        for row in np.flatnonzero(np.isin(found, split)).tolist():
            found[row] = number[codebook.resolve(known[found[row]], place(row))]
    return found
