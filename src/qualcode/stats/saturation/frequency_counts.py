"""In how many documents each code is: all that estimates of unseen codes need."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence, Set
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.checks import is_missing
from qualcode.stats.arguments import check_count, check_list, is_blank

__all__ = ["CodeFrequencies", "code_frequencies", "code_table"]

Documents: TypeAlias = "Sequence[Set[Hashable]] | NDArray[Any] | CodeFrequencies"
"""Sets of codes in document order, a codes × documents table, or frequencies alone."""


@attrs.frozen
class CodeFrequencies:
    """In how many documents each code is.

    Parameters
    ----------
    frequencies : tuple of int
        One for each code that is in any document.
    n_documents : int
        How many documents there are, those without codes included.
    uniques : tuple of int, optional
        How many codes each document alone has; known from a table only.
    """

    frequencies: tuple[int, ...] = attrs.field(converter=tuple)
    n_documents: int
    uniques: tuple[int, ...] | None = None

    def __attrs_post_init__(self) -> None:
        high = max(self.frequencies, default=0)
        if min(self.frequencies, default=1) < 1 or high > self.n_documents:
            raise StatisticsError(
                f"frequencies from {min(self.frequencies, default=0)} to {high} in "
                f"{self.n_documents} documents: each code is in at least one and at most all"
            )

    @property
    def observed(self) -> int:
        """How many codes there are."""
        return len(self.frequencies)

    @property
    def incidences(self) -> int:
        """The sum of the frequencies."""
        return sum(self.frequencies)

    def exactly(self, documents: int) -> int:
        """Return how many codes are in exactly so many documents."""
        return self.frequencies.count(check_count(documents, what="documents"))


def code_table(documents: Sequence[Set[Hashable]] | NDArray[Any]) -> NDArray[np.bool_]:
    """Return the codes × documents table of documents, which may be one already.

    Parameters
    ----------
    documents : sequence of sets, or array of bool, n_codes × n_documents
        In document order. Codes are numbered as they first appear, those of one document by name.

    Examples
    --------
    >>> code_table([{"trust"}, {"trust", "roles"}, set()]).astype(int)
    array([[1, 1, 0],
           [0, 1, 0]])
    """
    if isinstance(documents, np.ndarray):
        if documents.dtype == np.bool_ and documents.ndim == 2:
            return documents
        if documents.ndim != 2 or not np.isin(documents, (0, 1)).all():
            raise StatisticsError(
                f"a table of shape {documents.shape} and type {documents.dtype}: "
                "give booleans, one row for each code and one column for each document"
            )
        return documents.astype(np.bool_)
    documents = check_list(documents, what="documents", of="sets of codes")
    if not all(isinstance(each, Set) for each in documents):
        raise StatisticsError("give a set of codes for each document, or a codes × documents table")
    at: dict[Hashable, int] = {}
    for codes in documents:
        for code in _by_name(codes):
            if is_missing(code) or is_blank(code):
                raise StatisticsError(
                    f"a document has the code {code!r}, which is none: give the empty set where a document "
                    "has no code"
                )
            at.setdefault(code, len(at))
    table = np.zeros((len(at), len(documents)), dtype=np.bool_)
    for number, codes in enumerate(documents):
        table[[at[code] for code in codes], number] = True
    return table


def code_frequencies(documents: Documents) -> CodeFrequencies:
    """Count in how many documents each code is.

    Parameters
    ----------
    documents : sequence of sets, array of bool, or CodeFrequencies
        As for `code_table`; frequencies are returned as they are.

    Examples
    --------
    >>> found = code_frequencies([{"trust"}, {"trust", "roles"}, set()])
    >>> found.frequencies, found.n_documents, found.uniques
    ((2, 1), 3, (0, 1, 0))
    """
    if isinstance(documents, CodeFrequencies):
        return documents
    table = code_table(documents)
    each = table.sum(axis=1)
    return CodeFrequencies(
        frequencies=tuple(each[each > 0].tolist()),
        n_documents=table.shape[1],
        uniques=tuple(table[each == 1].sum(axis=0).tolist()),
    )


def _by_name(codes: Iterable[Hashable]) -> list[Hashable]:
    return sorted(codes, key=str)
