"""What a suggester learns from, as plain values: texts, documents, decisions, and the codebook's words.

Nothing here knows of projects. A row is a segment. Its decisions are one row of `assigned`: which
codes a human put on it. Whether a row without any code is a decision ("none of these") or was never
looked at is told by `coded`, and the two are never confused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import AssignmentError
from qualcode.model.codebooks.codes import texts
from qualcode.model.coding.suggestions import Status
from qualcode.model.values import ByValue

__all__ = ["CodeText", "CodedTexts", "Phrase", "group_numbers", "neighbours", "status_of"]

Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

# A code with fewer examples, or all of them in one document, is still being learned.
_USABLE_SEGMENTS, _USABLE_DOCUMENTS = 5, 2

# Where a definition falls apart into phrases, each of which can be what a segment matched.
_BREAK = re.compile(r"[;\n•]+|(?<=[.!?。！？])\s+")


@frozen
class Phrase:
    """A piece of the codebook's text that a segment can resemble.

    Parameters
    ----------
    text : str
        The words, as they stand in the codebook.
    code : int
        The code's place in the codebook.
    part : str
        Where it stands: name, definition, include, exclude, examples or counterexamples.
    """

    text: str
    code: int
    part: str

    @property
    def against(self) -> bool:
        """Whether the phrase says what the code is not."""
        return self.part in ("exclude", "counterexamples")


@frozen
class CodeText:
    """What the codebook says of one code.

    Parameters
    ----------
    id : str
        The code's id.
    name : str
        Its name.
    definition : str, optional
        What it means.
    include, exclude : str or sequence of str, optional
        When to use it, and when not to.
    examples, counterexamples : sequence of str, optional
        Quotes that it fits, and quotes that it does not fit.

    Examples
    --------
    >>> code = CodeText("trust", "Trust", definition="Partners rely on each other; they share.")
    >>> [phrase.text for phrase in code.phrases(0)]
    ['Trust', 'Partners rely on each other', 'they share.']
    """

    id: str
    name: str
    definition: str = ""
    include: tuple[str, ...] = field(default=(), converter=texts)
    exclude: tuple[str, ...] = field(default=(), converter=texts)
    examples: tuple[str, ...] = field(default=(), converter=texts)
    counterexamples: tuple[str, ...] = field(default=(), converter=texts)

    def phrases(self, code: int) -> Iterator[Phrase]:
        """Yield the phrases of name, definition, criteria and quotes.

        Parameters
        ----------
        code : int
            The code's place in the codebook.
        """
        for part in ("name", "definition", "include", "exclude", "examples", "counterexamples"):
            for text in texts(getattr(self, part)):
                # A quote stays whole: it is an example of a segment.
                pieces = (
                    [text]
                    if part in ("name", "examples", "counterexamples")
                    else _BREAK.split(text)
                )
                for piece in pieces:
                    if piece and not piece.isspace():
                        yield Phrase(piece.strip(), code, part)


def _each(value: Iterable[str]) -> tuple[str, ...]:
    return tuple(value)


def _codes(value: Iterable[CodeText]) -> tuple[CodeText, ...]:
    return tuple(value)


def _coded(value: ArrayLike | None) -> Any:
    return None if value is None else np.asarray(value, bool)


def _hits(value: Any) -> Any:
    return None if value is None else _labels(value)


def _labels(value: Any) -> Any:
    """Return labels as a CSR matrix of booleans, whatever they came as."""
    from scipy import sparse

    matrix = sparse.csr_matrix(
        value if sparse.issparse(value) else np.atleast_2d(np.asarray(value))
    )
    matrix = matrix.astype(bool)
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix


@frozen(eq=False)
class CodedTexts(ByValue):
    """Segments, the documents they are from, and what humans decided about them.

    Parameters
    ----------
    texts : sequence of str
        The segments' quotes, those of a document in the order of the document.
    documents : sequence of str
        The document of each segment.
    assigned : array or sparse matrix of bool, segments × codes
        Which codes were put on which segment.
    codebook : sequence of CodeText
        What the codebook says, a column of `assigned` each.
    coded : array of bool, optional
        Which segments a human decided about. A segment with codes always counts. Default: all.
    rules : array or sparse matrix of bool, optional
        Hits of the codebook's own patterns, segments × codes: one more score to be weighed.
    through : array of bool, optional
        Which segments are in a document that is known to have been coded from beginning to end. Default:
        those whose documents have no segment that nobody decided about. Exemplars that were picked by hand
        are in none, even where a document is a single segment.

    Raises
    ------
    AssignmentError
        When the parts do not fit each other.

    Examples
    --------
    >>> data = CodedTexts(
    ...     texts=["We trust them.", "It rained.", "Money was short."],
    ...     documents=["a", "a", "b"],
    ...     assigned=[[1, 0], [0, 0], [0, 1]],
    ...     codebook=[CodeText("trust", "Trust"), CodeText("money", "Money")],
    ... )
    >>> data.n_coded, data.n_documents
    (3, 2)
    """

    texts: tuple[str, ...] = field(converter=_each)
    documents: tuple[str, ...] = field(converter=_each)
    assigned: Any = field(converter=_labels)
    codebook: tuple[CodeText, ...] = field(converter=_codes)
    coded: Bools = field(default=None, converter=_coded)
    rules: Any = field(default=None, converter=_hits)
    through: Bools | None = field(default=None, converter=_coded)

    def __attrs_post_init__(self) -> None:
        shape = (len(self.texts), len(self.codebook))
        if not all(shape):
            raise AssignmentError(
                f"{shape[0]} segments and {shape[1]} codes were given: a suggester needs at least "
                "one of each"
            )
        if len(self.documents) != shape[0]:
            raise AssignmentError(
                f"{shape[0]} segments but {len(self.documents)} document labels: give one a segment"
            )
        for name in ("assigned", "rules"):
            matrix = getattr(self, name)
            if matrix is not None and matrix.shape != shape:
                raise AssignmentError(
                    f"{name} has the shape {matrix.shape}, but there are {shape[0]} segments (rows) "
                    f"and {shape[1]} codes (columns)"
                )
        if len({code.id for code in self.codebook}) < shape[1]:
            raise AssignmentError("two codes of the codebook have the same id")
        has_code = np.diff(self.assigned.indptr) > 0
        coded = np.ones(shape[0], bool) if self.coded is None else self.coded
        if coded.shape != (shape[0],):
            raise AssignmentError(
                f"coded has the shape {coded.shape}: give one value for each of {shape[0]} segments"
            )
        object.__setattr__(self, "coded", coded | has_code)
        if self.through is not None and self.through.shape != (shape[0],):
            raise AssignmentError(
                f"through has the shape {self.through.shape}: give one value for each of {shape[0]} segments"
            )

    @property
    def n_coded(self) -> int:
        """How many segments a human decided about."""
        return int(self.coded.sum())

    @property
    def n_documents(self) -> int:
        """How many documents there are."""
        return int(self.document.max()) + 1

    @cached_property
    def document(self) -> Longs:
        """The number of each segment's document, in order of first appearance."""
        return group_numbers(self.documents)

    @cached_property
    def coded_through(self) -> Bools:
        """Which segments are in a document that was coded from beginning to end.

        Only there is a segment without a code known to have none, and only there do the codes occur as
        often as they will in the next document; exemplars picked by hand say nothing of either.
        """
        uncoded = np.bincount(self.document, ~self.coded, minlength=self.n_documents)
        through = np.asarray(uncoded[self.document] == 0, bool)
        return through if self.through is None else through & self.through

    def uses(self) -> tuple[Longs, Longs]:
        """Return how many segments have each code, and in how many documents."""
        n_codes = len(self.codebook)
        row, code = self.assigned.nonzero()
        cells = np.unique(self.document[row] * n_codes + code)
        segments = np.bincount(code, minlength=n_codes)
        return segments, np.bincount(cells % n_codes, minlength=n_codes)

    def rows(self, keep: ArrayLike) -> CodedTexts:
        """Return the data of some segments only.

        Parameters
        ----------
        keep : array of bool or int
            Which segments, in their order.
        """
        index = np.arange(len(self.texts))[np.asarray(keep)]
        return CodedTexts(
            [self.texts[i] for i in index],
            [self.documents[i] for i in index],
            self.assigned[index],
            self.codebook,
            self.coded[index],
            None if self.rules is None else self.rules[index],
            None if self.through is None else self.through[index],
        )

    def hide(self, rows: ArrayLike) -> CodedTexts:
        """Return the data with the decisions about some segments taken away, their text kept.

        Parameters
        ----------
        rows : array of bool or int
            Which segments.
        """
        coded = self.coded.copy()
        coded[np.asarray(rows)] = False
        shown = self.assigned.multiply(coded[:, None])
        return evolve(self, assigned=shown, coded=coded)

    def picked(self) -> CodedTexts:
        """Return the data with no document taken for coded from beginning to end."""
        return evolve(self, through=np.zeros(len(self.texts), bool))


def group_numbers(labels: Sequence[object]) -> Longs:
    """Return the number of each label, in order of first appearance.

    Parameters
    ----------
    labels : sequence
        Labels that compare equal are one group.

    Examples
    --------
    >>> group_numbers(["b", "a", "b"])
    array([0, 1, 0])
    """
    known: dict[object, int] = {}
    return np.array([known.setdefault(label, len(known)) for label in labels], np.int64)


def neighbours(document: Longs) -> tuple[Longs, Longs]:
    """Return the segment before and after each one in its document, -1 where there is none.

    Parameters
    ----------
    document : array of int
        The document of each segment.

    Examples
    --------
    >>> before, after = neighbours(np.array([0, 0, 1, 0]))
    >>> before.tolist(), after.tolist()
    ([-1, 0, -1, 1], [1, 3, -1, -1])
    """
    order = np.argsort(document, kind="stable")
    same = document[order][1:] == document[order][:-1]
    before, after = np.full(document.size, -1), np.full(document.size, -1)
    before[order[1:][same]] = order[:-1][same]
    after[order[:-1][same]] = order[1:][same]
    return before, after


def status_of(n_segments: int, n_documents: int) -> Status:
    """Return cold, learning or usable: how much is known of a code.

    Parameters
    ----------
    n_segments, n_documents : int
        How many coded segments have it, in how many documents.

    Examples
    --------
    >>> status_of(0, 0), status_of(9, 1), status_of(9, 3)
    ('cold', 'learning', 'usable')
    """
    if n_segments == 0:
        return "cold"
    if n_segments < _USABLE_SEGMENTS or n_documents < _USABLE_DOCUMENTS:
        return "learning"
    return "usable"
