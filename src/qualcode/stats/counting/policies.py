"""Counting policies: what there is to count, and for each how parts of the material add up.

A policy counts the nodes of a rollup in three steps. `Policy.partial` counts some whole documents,
`Policy.merge` unites what was counted in several parts, and `Policy.finish` makes the counts of it.
However the documents are divided, the counts are those of counting everything at once.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import ClassVar, Literal, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.checks import Check, check_flag, check_text, looked_up, settle
from qualcode.model.codebooks.hierarchy import Membership
from qualcode.model.mappings import Frozen
from qualcode.model.texts.documents import Document
from qualcode.model.values import ByValue
from qualcode.stats import kernels
from qualcode.stats.arguments import check_function
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.partials import Added, Array, Partial, Present, Weighed, merged

__all__ = [
    "POLICIES",
    "Assigned",
    "Characters",
    "Coders",
    "Count",
    "Counts",
    "DocumentThings",
    "Policy",
    "Units",
    "Weights",
    "policy_of",
]

Longs: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[np.int64] | npt.NDArray[np.float64]

_LOW = (1 << 26) - 1
_ROOM = 1 << 62


@attrs.frozen(eq=False)
class Counts(ByValue):
    """What a policy counted.

    Parameters
    ----------
    nodes : array, shape (nodes,)
        The count of each node; of int64, or of float64 for weights.
    base : int or None
        How many there are, coded or not; None where only what is coded can be counted.
    unweighted : int
        Where weights are counted, how many coded segments have none.
    """

    nodes: Numbers
    base: int | None = None
    unweighted: int = 0


_said: Check = partial(check_text, empty=False)
_CHECKS: Mapping[str, Check] = {
    "name": _said, "how": _said, "things": _said, "share": _said,
    "persons": check_flag, "by_coder": check_flag,
}  # fmt: skip


@attrs.frozen
class Policy(ABC):
    """What is counted along a rollup; pass it as ``count=``.

    `Units` and `DocumentThings` count by a function of yours. Any other policy is a class that says
    how to count a part (`arrays`) and what the arrays of all parts together make (`total`).

    Parameters
    ----------
    name : str
        What results say they count, such as ``"segments"``.
    how : str
        When something counts once, for the methods paragraph: ``"a document counted once, however
        often the codes were in it"``.
    things : str
        What is counted, in words; the name when not given.
    share : str
        What shares are of, in words.
    persons : bool, default False
        Whether persons are counted everywhere, whatever a consensus has finished.
    by_coder : bool, default False
        Whether it makes a difference that a second coder assigns the same.
    """

    name: str
    how: str = attrs.field(kw_only=True)
    things: str = attrs.field(
        default=attrs.Factory(lambda self: self.name, takes_self=True), kw_only=True
    )
    share: str = attrs.field(
        default=attrs.Factory(lambda self: f"all {self.things} coded", takes_self=True),
        kw_only=True,
    )
    persons: bool = attrs.field(default=False, kw_only=True)
    by_coder: bool = attrs.field(default=False, kw_only=True)

    distinct: ClassVar[bool] = True
    """Whether a node's count is the size of a union, which the laws of rollups are about."""

    @property
    def of_all(self) -> bool:
        """Whether shares are of all there are, coded or not."""
        return False

    def __attrs_post_init__(self) -> None:
        settle(self, _CHECKS, where="a counting policy", error=StatisticsError)

    def partial(self, coded: Coded, membership: Membership) -> Partial:
        """Count some whole documents.

        Parameters
        ----------
        coded : Coded
            What is coded in them.
        membership : array of bool, codes × nodes
            Which codes lie under which node; the same for every part.
        """
        return Partial(self.name, coded.ids, self.arrays(coded, membership))

    def merge(self, partials: Iterable[Partial]) -> Partial:
        """Return what was counted in all parts together, in whatever order they are given.

        Raises
        ------
        DuplicateDocumentError
            When a document is in two of them, and would count twice.
        StatisticsError
            When they do not count the same, or there are none.
        """
        return merged(partials)

    def finish(
        self, partial: Partial, membership: Membership, *, cases: Collection[str] | None = None
    ) -> Counts:
        """Return the counts of the nodes.

        Parameters
        ----------
        partial : Partial
            What was counted in all parts together.
        membership : array of bool, codes × nodes
            As it was for the parts.
        cases : collection of str, optional
            Ids of the cases that count, for what counts cases; all when not given.

        Raises
        ------
        StatisticsError
            When the partial counts are another policy's.
        """
        if partial.of != self.name:
            raise StatisticsError(
                f"these are partial counts of {partial.of}, which do not tell how many {self.name} "
                f"there are: finish them by the policy {partial.of!r}"
            )
        return self.total(partial, membership, cases)

    def count(self, coded: Coded, membership: Membership) -> Counts:
        """Count everything at once: a single part, merged with no other, and finished."""
        return self.finish(self.merge([self.partial(coded, membership)]), membership)

    @abstractmethod
    def arrays(self, coded: Coded, membership: Membership) -> dict[str, Array]:
        """Return what is counted in a part, as arrays that unite with those of other parts."""
        raise NotImplementedError

    @abstractmethod
    def total(
        self, partial: Partial, membership: Membership, cases: Collection[str] | None
    ) -> Counts:
        """Return the counts that the arrays of all parts together make."""
        raise NotImplementedError


@attrs.frozen
class Units(Policy):
    """Distinct units that lie within documents.

    Parameters
    ----------
    name, how, things, share, persons, by_coder
        As for `Policy`.
    unit : callable
        Takes what is coded in some documents (a `Coded`) and returns a number for each assignment:
        two assignments of the same document with the same number are of one unit.
    every : callable, optional
        Takes the same and returns how many units there are, coded or not, of which shares are; of
        the coded ones when not given.

    Examples
    --------
    What each coder found in a document counts once for that coder:

    >>> import qualcode as qc
    >>> readings = Units(
    ...     "readings", how="a document counted once for each coder", unit=lambda coded: coded.coder,
    ...     by_coder=True,
    ... )
    >>> project = qc.load_project("partnership-interviews")
    >>> project.rollup(count=readings, coders=["ana", "ben"]).total
    21
    """

    unit: Callable[[Coded], npt.ArrayLike] = attrs.field(kw_only=True)
    every: Callable[[Coded], int] | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_function(self.unit, what=f"{self.name}: unit")
        if self.every is not None:
            check_function(self.every, what=f"{self.name}: every")

    @property
    def of_all(self) -> bool:
        """Whether shares are of all units there are, coded or not."""
        return self.every is not None

    def arrays(self, coded: Coded, membership: Membership) -> dict[str, Array]:
        """Return the units of each node and, where that is known, of all there are."""
        unit = self.units(coded)
        found: dict[str, Array] = {
            "nodes": Added(kernels.node_counts(unit, coded.code, membership))
        }
        if self.every is not None:
            found["every"] = Added(np.array(self.every(coded), dtype=np.int64))
        return found

    def units(self, coded: Coded) -> npt.NDArray[np.signedinteger[npt.NBitBase]]:
        """Return a number for each assignment, which no two units share, in whatever document.

        Raises
        ------
        StatisticsError
            When `unit` returns anything but a whole number for each assignment.
        """
        given = np.asarray(self.unit(coded))
        if given is coded.document or given is coded.segment:
            return given
        if given.shape != (len(coded),) or (given.size and given.dtype.kind not in "iub"):
            raise StatisticsError(
                f"{self.name}: unit returned {given.dtype} of shape {given.shape} for {len(coded)} "
                "assignments: return an array with a whole number for each"
            )
        if not given.size:
            return np.zeros(0, dtype=np.int64)
        low, high = int(given.min()), int(given.max())
        if (high - low + 1) * len(coded.documents) < _ROOM:
            own = given.astype(np.int64) - low
        else:
            _, own = np.unique(given, return_inverse=True)
        return coded.document.astype(np.int64) * (int(own.max()) + 1) + own

    def total(
        self, partial: Partial, membership: Membership, cases: Collection[str] | None
    ) -> Counts:
        """Return the sums."""
        return _sums(partial)


@attrs.frozen
class DocumentThings(Policy):
    """What documents belong to, and several documents can share: cases, sites, years.

    Parameters
    ----------
    name, how, things, share, persons, by_coder
        As for `Policy`.
    thing : callable
        Takes a document and returns texts: what it belongs to.
    every : callable, optional
        Takes what is coded in some documents (a `Coded`) and returns texts: what there is besides,
        to which no document belongs, but of which shares are.

    Examples
    --------
    >>> import qualcode as qc
    >>> sites = DocumentThings(
    ...     "sites", how="a site counted once", thing=lambda document: [document.variables["site"]]
    ... )
    >>> project = qc.load_project("partnership-interviews")
    >>> found = project.rollup(count=sites)
    >>> found.total, found.base
    (3, 3)
    """

    thing: Callable[[Document], Iterable[str]] = attrs.field(kw_only=True)
    every: Callable[[Coded], Iterable[str]] | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        check_function(self.thing, what=f"{self.name}: thing")
        if self.every is not None:
            check_function(self.every, what=f"{self.name}: every")

    @property
    def of_all(self) -> bool:
        """Shares are of all things there are."""
        return True

    def arrays(self, coded: Coded, membership: Membership) -> dict[str, Array]:
        """Return which thing carries which code."""
        belongs = [self.of(document) for document in coded.documents]
        besides = () if self.every is None else self.every(coded)
        things = tuple(dict.fromkeys([*(each for own in belongs for each in own), *besides]))
        number = {thing: at for at, thing in enumerate(things)}
        n_documents = len(coded.documents)
        of_document = kernels.code_presence(
            coded.document, n_documents, coded.code, membership.shape[0]
        )
        bits = np.zeros((len(things), of_document.shape[1]), dtype=np.uint8)
        thing = np.array([number[each] for own in belongs for each in own], dtype=np.int64)
        document = np.repeat(np.arange(n_documents), [len(own) for own in belongs])
        order = np.argsort(thing, kind="stable")
        first = np.flatnonzero(np.diff(thing[order], prepend=-1))
        if first.size:
            united = np.bitwise_or.reduceat(of_document[document[order]], first)
            bits[thing[order][first]] = united
        return {"present": Present(things, bits)}

    def of(self, document: Document) -> tuple[str, ...]:
        """Return what a document belongs to.

        Raises
        ------
        StatisticsError
            When `thing` returns anything but texts.
        """
        given = self.thing(document)
        alone = isinstance(given, str) or not isinstance(given, Iterable)
        things = () if alone else tuple(dict.fromkeys(given))
        if alone or not all(isinstance(each, str) for each in things):
            raise StatisticsError(
                f"{self.name}: thing returned {looked_up(given)} for document {document.id!r}: return "
                "a list of texts, empty where it belongs to nothing"
            )
        return things

    def total(
        self, partial: Partial, membership: Membership, cases: Collection[str] | None
    ) -> Counts:
        """Return how many things carry each node."""
        present = partial.present("present")
        return Counts(kernels.presence_counts(present.bits, membership), len(present.things))


@attrs.frozen
class Cases(DocumentThings):
    """Cases; of a variable of cases, only those that have the value."""

    def of(self, document: Document) -> tuple[str, ...]:
        """Return the cases of a document, which were checked when it was made."""
        return document.cases

    def total(
        self, partial: Partial, membership: Membership, cases: Collection[str] | None
    ) -> Counts:
        """Return how many cases carry each node."""
        present = partial.present("present")
        counting = present if cases is None else present.only(cases)
        return Counts(kernels.presence_counts(counting.bits, membership), len(present.things))


@attrs.frozen
class Coders(Policy):
    """Who assigned."""

    def arrays(self, coded: Coded, membership: Membership) -> dict[str, Array]:
        """Return which coder used which code."""
        used = np.unique(coded.coder)
        bits = kernels.code_presence(
            coded.coder, len(coded.coders), coded.code, membership.shape[0]
        )
        return {"present": Present(tuple(coded.coders[at] for at in used.tolist()), bits[used])}

    def total(
        self, partial: Partial, membership: Membership, cases: Collection[str] | None
    ) -> Counts:
        """Return how many coders used each node's codes."""
        return Counts(kernels.presence_counts(partial.present("present").bits, membership))


@attrs.frozen
class Assigned(Policy):
    """Assignments, each coder's for itself."""

    def arrays(self, coded: Coded, membership: Membership) -> dict[str, Array]:
        """Return the assignments of each code."""
        return {"codes": Added(np.bincount(coded.code, minlength=membership.shape[0]))}

    def total(
        self, partial: Partial, membership: Membership, cases: Collection[str] | None
    ) -> Counts:
        """Return the assignments of each node: an assignment has one code, so codes add up."""
        return Counts(partial.added("codes") @ membership)


@attrs.frozen
class Characters(Policy):
    """Code points that are covered."""

    @property
    def of_all(self) -> bool:
        """Shares are of all text."""
        return True

    def arrays(self, coded: Coded, membership: Membership) -> dict[str, Array]:
        """Return the text that each node covers, and all there is."""
        covered = kernels.covered_lengths(
            coded.document, coded.start, coded.end, coded.code, membership
        )
        text = sum(document.heard_length for document in coded.documents)
        return {"nodes": Added(covered), "every": Added(np.array(text, dtype=np.int64))}

    def total(
        self, partial: Partial, membership: Membership, cases: Collection[str] | None
    ) -> Counts:
        """Return the sums."""
        return _sums(partial)


@attrs.frozen
class Weights(Policy):
    """The greatest weight on each segment, added up."""

    distinct: ClassVar[bool] = False

    def arrays(self, coded: Coded, membership: Membership) -> dict[str, Array]:
        """Return how many segments have which weight, and how many have none."""
        weighed = kernels.weight_counts(coded.segment, coded.code, coded.weight, membership)
        given = coded.segment[~np.isnan(coded.weight)]
        without = coded.n_segments - len(np.unique(given))
        return {
            "weights": Weighed(*weighed),
            "unweighted": Added(np.array(without, dtype=np.int64)),
        }

    def total(
        self, partial: Partial, membership: Membership, cases: Collection[str] | None
    ) -> Counts:
        """Return the sum of the weights of each node, rounded once."""
        weights = partial.arrays["weights"]
        assert isinstance(weights, Weighed)
        sums = _weight_sums(weights, membership.shape[1])
        return Counts(sums, unweighted=int(partial.added("unweighted")))


def _weight_sums(weighed: Weighed, n_nodes: int) -> npt.NDArray[np.float64]:
    """Add up count × weight for each node without rounding on the way."""
    # Halves of at most 26 and 27 bits, whose products a float holds exactly.
    high = (weighed.weight.view(np.int64) & ~(_LOW << 1 | 1)).view(np.float64)
    low = weighed.weight - high
    many, few = weighed.count & ~_LOW, weighed.count & _LOW
    with np.errstate(over="ignore"):
        terms = np.stack([high * few, low * few, high * many, low * many], axis=1)
    ends = np.searchsorted(weighed.node, np.arange(n_nodes + 1))
    return np.array([
        _exact_sum(terms[low:high].ravel())
        for low, high in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ], dtype=np.float64)  # fmt: skip


def _exact_sum(terms: npt.NDArray[np.float64]) -> float:
    try:
        return math.fsum(terms)
    except (OverflowError, ValueError):  # beyond what a float holds
        return float(np.sum(terms))


def _sums(partial: Partial) -> Counts:
    base = int(partial.added("every")) if "every" in partial.arrays else None
    return Counts(partial.added("nodes"), base)


# The table


def _segment(coded: Coded) -> Longs:
    return coded.segment


def _document(coded: Coded) -> npt.ArrayLike:
    return coded.document


def _number_of_documents(coded: Coded) -> int:
    return len(coded.documents)


def _cases(document: Document) -> tuple[str, ...]:
    return document.cases


def _every_case(coded: Coded) -> tuple[str, ...]:
    return coded.cases


POLICIES: Mapping[str, Policy] = Frozen({
    policy.name: policy
    for policy in (
        Assigned(
            "assignments",
            how="every code that a coder had put on a segment counted",
            share="all assignments",
            by_coder=True,
        ),
        Units(
            "segments",
            things="distinct segments",
            how="a segment counted once, however many of the codes were on it and whoever had put "
            "them there",
            share="all coded segments",
            unit=_segment,
        ),
        Units(
            "documents",
            how="a document counted once, however often the codes were in it",
            share="all documents, coded or not",
            unit=_document,
            every=_number_of_documents,
        ),
        Cases(
            "cases",
            how="a case counted once, however often the codes were in its documents",
            share="all cases",
            thing=_cases,
            every=_every_case,
        ),
        Characters(
            "characters",
            things="characters of text",
            how="a code point counted once, however many segments covered it",
            share="all code points of all documents",
        ),
        Coders(
            "coders",
            how="a coder counted once, however often they had used the codes",
            share="all of them who assigned anything",
            persons=True,
            by_coder=True,
        ),
        Weights(
            "weight",
            things="points of weight",
            how="a distinct segment counted with the greatest weight that its codes had been given "
            "there",
            share="the weight of everything coded",
        ),
    )
})  # fmt: skip
"""Every policy that has a name in the library, by that name."""

Count: TypeAlias = (
    Literal["assignments", "segments", "documents", "cases", "characters", "coders", "weight"]
    | Policy
)
"""What ``count=`` takes: the name of a policy in `POLICIES`, or a policy of your own."""


def policy_of(count: Count) -> Policy:
    """Return a counting policy, given by its name or itself.

    Raises
    ------
    StatisticsError
        When no policy has that name, or one of your own has a name of the library's.

    Examples
    --------
    >>> policy_of("segments").things
    'distinct segments'
    """
    if isinstance(count, Policy):
        if POLICIES.get(count.name, count) != count:
            raise StatisticsError(
                f"{count.name} are counted by the library in its own way: give your policy another "
                "name"
            )
        return count
    if not isinstance(count, str) or count not in POLICIES:
        raise StatisticsError(
            f"count={looked_up(count)} is no counting policy; there are {', '.join(POLICIES)}, and any "
            f"qualcode.stats.counting.policies.Policy.{did_you_mean(count, POLICIES)}"
        )
    return POLICIES[count]
