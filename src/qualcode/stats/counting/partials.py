"""Partial results: what was counted in some whole documents, as named arrays that unite exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal, Protocol, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import DuplicateDocumentError, StatisticsError
from qualcode.model.checks import check_items
from qualcode.model.mappings import Frozen
from qualcode.model.values import ByValue
from qualcode.stats import kernels

__all__ = [
    "Added",
    "Array",
    "ByDocument",
    "Kind",
    "Partial",
    "Present",
    "Weighed",
    "merged",
]

Longs: TypeAlias = npt.NDArray[np.int64]
Kind = Literal["sum", "or", "by document"]
"""How the arrays of several parts become one: added up, united bit by bit, or put together."""

_SHOWN = 5


@attrs.frozen(eq=False)
class Added(ByValue):
    """Whole numbers that add up.

    Parameters
    ----------
    values : array of int64
        Of the same shape in every part.
    """

    kind: ClassVar[Kind] = "sum"
    values: Longs

    @classmethod
    def joined(cls, parts: Sequence[Added]) -> Added:
        """Return the sum."""
        shapes = {part.values.shape for part in parts}
        if len(shapes) > 1:
            raise StatisticsError(
                f"partial counts of the shapes {', '.join(map(str, sorted(shapes)))} do not add up: "
                "count every part with the same codebook and rollup"
            )
        return cls(np.sum([part.values for part in parts], axis=0, dtype=np.int64))


@attrs.frozen(eq=False)
class Weighed(ByValue):
    """How many units have which weight at each node: whole numbers, so that no order rounds a sum.

    Parameters
    ----------
    node, weight, count
        As `qualcode.stats.kernels.weight_counts` returns.
    """

    kind: ClassVar[Kind] = "sum"
    node: Longs
    weight: npt.NDArray[np.float64]
    count: Longs

    @classmethod
    def joined(cls, parts: Sequence[Weighed]) -> Weighed:
        """Return the sum for each node and weight."""
        names = ("node", "weight", "count")
        columns = [np.concatenate([getattr(part, name) for part in parts]) for name in names]
        return cls(*kernels.by_weight(*columns))


@attrs.frozen(eq=False)
class Present(ByValue):
    """What carries which code, where it can be in several parts: presence, united by OR.

    Parameters
    ----------
    things : tuple of str
        Ids of cases, coders or whatever it is; after uniting, sorted.
    bits : array of uint8, things × (codes / 8, rounded up)
        As `qualcode.stats.kernels.code_presence` returns.
    """

    kind: ClassVar[Kind] = "or"
    things: tuple[str, ...]
    bits: kernels.Bits

    @classmethod
    def joined(cls, parts: Sequence[Present]) -> Present:
        """Return the union."""
        widths = {part.bits.shape[1] for part in parts}
        if len(widths) > 1:
            raise StatisticsError(
                "the parts were counted with different numbers of codes: count every part with the "
                "same codebook"
            )
        things = tuple(sorted({thing for part in parts for thing in part.things}))
        number = {thing: at for at, thing in enumerate(things)}
        bits = np.zeros((len(things), *widths), dtype=np.uint8)
        for part in parts:
            bits[[number[thing] for thing in part.things]] |= part.bits
        return cls(things, bits)

    def only(self, things: Iterable[str]) -> Present:
        """Return some of the things only."""
        wanted = frozenset(things)
        kept = [at for at, thing in enumerate(self.things) if thing in wanted]
        return Present(tuple(self.things[at] for at in kept), self.bits[kept])


@attrs.frozen(eq=False)
class ByDocument(ByValue):
    """A row for each document.

    Parameters
    ----------
    documents : tuple of str
        Their ids; after uniting, sorted.
    values : array of int64, documents × anything
        The rows.
    """

    kind: ClassVar[Kind] = "by document"
    documents: tuple[str, ...]
    values: Longs

    @classmethod
    def joined(cls, parts: Sequence[ByDocument]) -> ByDocument:
        """Return the rows of all, by the ids of their documents."""
        ids = [id for part in parts for id in part.documents]
        order = sorted(range(len(ids)), key=ids.__getitem__)
        values = np.concatenate([part.values for part in parts])[order]
        return cls(tuple(ids[at] for at in order), values)

    def of(self, documents: Iterable[str]) -> Longs:
        """Return the rows of some documents, in the order in which these are given."""
        wanted = tuple(documents)
        if wanted == self.documents:
            return self.values
        number = {id: at for at, id in enumerate(self.documents)}
        rows: Longs = self.values[[number[id] for id in wanted]]
        return rows


class Array(Protocol):
    """An array, or several that belong together, that unites with those of other parts."""

    @property
    def kind(self) -> Kind:
        """How it unites."""

    @classmethod
    def joined(cls, parts: Sequence[Any]) -> Any:
        """Return what was counted in all parts together."""


@attrs.frozen(eq=False)
class Partial(ByValue):
    """What was counted in some whole documents.

    Parameters
    ----------
    of : str
        What was counted: the name of a policy.
    documents : tuple of str
        Ids of the documents that it covers, so that none is counted twice; after uniting, sorted.
    arrays : mapping of str to array
        Each `Added` or `Weighed` (they add up), `Present` (bits that unite by OR), `ByDocument`, or another
        that has a kind and says how it is joined.
    """

    of: str
    documents: tuple[str, ...] = attrs.field(repr=False)
    arrays: Mapping[str, Array] = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "arrays", Frozen(self.arrays))

    @property
    def kinds(self) -> dict[str, Kind]:
        """How each array unites with those of other parts."""
        return {name: array.kind for name, array in self.arrays.items()}

    def added(self, name: str) -> Longs:
        """Return the values of an array that adds up."""
        array = self.arrays[name]
        assert isinstance(array, Added)
        return array.values

    def present(self, name: str) -> Present:
        """Return an array of presence."""
        array = self.arrays[name]
        assert isinstance(array, Present)
        return array

    def by_document(self, name: str) -> ByDocument:
        """Return an array of rows by document."""
        array = self.arrays[name]
        assert isinstance(array, ByDocument)
        return array

    @property
    def adds(self) -> bool:
        """Whether the counts of parts add up, as numbers, to the count of the whole."""
        return "or" not in self.kinds.values()


def merged(partials: Iterable[Partial]) -> Partial:
    """Return what was counted in all parts together, in whatever order they are given.

    Many at once are faster than one after the other, and the same.

    Raises
    ------
    DuplicateDocumentError
        When a document is in two of them, and would count twice.
    StatisticsError
        When they do not count the same, or there are none.

    Examples
    --------
    >>> one = Partial("pages", ("a",), {"counts": Added(np.array([1, 0]))})
    >>> other = Partial("pages", ("b",), {"counts": Added(np.array([2, 2]))})
    >>> merged([one, other]).arrays["counts"].values
    array([3, 2])
    >>> merged([one, one])
    Traceback (most recent call last):
        ...
    qualcode.errors.DuplicateDocumentError: document 'a' is in more than one part, and would count ...
    """
    parts = check_items(partials, Partial, what="partials", error=StatisticsError)
    if not parts:
        raise StatisticsError(
            "there are no partial counts to merge: give those of one part at least"
        )
    if len(parts) == 1:
        return parts[0]
    _check_alike(parts)
    documents = sorted(id for part in parts for id in part.documents)
    check_once(documents)
    arrays: dict[str, Array] = {}
    for name, array in parts[0].arrays.items():
        kind: Any = type(array)
        arrays[name] = kind.joined([part.arrays[name] for part in parts])
    return Partial(parts[0].of, tuple(documents), arrays)


def _check_alike(parts: Sequence[Partial]) -> None:
    first = parts[0]
    for part in parts[1:]:
        if part.of != first.of:
            raise StatisticsError(
                f"{first.of} and {part.of} do not add up: merge partial counts of one policy"
            )
        names = [
            {name: type(array) for name, array in each.arrays.items()} for each in (first, part)
        ]
        if names[0] != names[1]:
            raise StatisticsError(
                f"two partial counts of {first.of} hold different arrays ({', '.join(names[0])}; "
                f"{', '.join(names[1])}): count every part with the same policy"
            )


def check_once(documents: Sequence[str]) -> None:
    """Refuse a document that comes twice in a sorted list."""
    if len(set(documents)) == len(documents):
        return
    twice = [id for id, number in Counter(documents).items() if number > 1]
    shown = ", ".join(map(repr, twice[:_SHOWN]))
    if len(twice) == 1:
        told = f"document {shown} is"
    else:
        more = f" and {len(twice) - _SHOWN} more" if len(twice) > _SHOWN else ""
        told = f"documents {shown}{more} are"
    raise DuplicateDocumentError(
        f"{told} in more than one part, and would count twice: make parts of whole documents, each "
        "of them in one",
        documents=twice,
    )
