"""How often codes, themes or domains meet, counted in parts of whole documents that are united."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.codebooks.hierarchy import Membership
from qualcode.model.values import ByValue
from qualcode.stats import kernels
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.in_parts import in_threads, parts_of
from qualcode.stats.counting.meeting import Places, near_units, on_units, overlapping
from qualcode.stats.counting.partials import Added, Array, Partial, Present, merged
from qualcode.stats.counting.units import Unit

__all__ = ["PairTotals", "Pairing"]

Longs: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

_BETWEEN = "\0"
"""Between the id of a case and that of its reader: a sign that no id has."""


@attrs.frozen(eq=False)
class PairTotals(ByValue):
    """How often each pair meets, and in how many units.

    Parameters
    ----------
    counts : array of int64, nodes × nodes
        Units that carry both.
    n_units : int
        How many units there are.
    """

    counts: Longs
    n_units: int


@attrs.frozen(eq=False)
class Pairing(ByValue):
    """What meets on what, in three steps: `partial` of some whole documents, `merge`, `finish`.

    Parameters
    ----------
    membership : array of bool, codes × nodes
        Which codes lie under which node.
    unit : str, regular expression or callable, optional
        On what units they meet; None where spans meet.
    gap, min_overlap, inside
        As for `qualcode.stats.kernels.Meets`; with units only a gap, of so many units.
    same_coder : bool, default False
        Whether each coder's reading of a unit is a unit of its own.

    Examples
    --------
    >>> import qualcode as qc
    >>> coded = Coded.of(qc.load_project("partnership-interviews").state.counting())
    >>> pairing = Pairing(np.eye(len(coded.codes), dtype=np.bool_), "document")
    >>> halves = coded.split([0, 1] * 6)
    >>> found = [pairing.partial(pairing.places(half)) for half in halves]
    >>> pairing.finish(pairing.merge(found)).n_units
    12
    """

    membership: Membership
    unit: Unit | None = None
    gap: int | None = attrs.field(default=None, kw_only=True)
    min_overlap: int | float | None = attrs.field(default=None, kw_only=True)
    inside: bool = attrs.field(default=False, kw_only=True)
    same_coder: bool = attrs.field(default=False, kw_only=True)

    @property
    def _meets(self) -> kernels.Meets:
        return kernels.Meets(self.gap, self.min_overlap, self.inside)

    def count(self, coded: Coded, places: Places) -> PairTotals:
        """Count the pairs of all documents, in threads where these pay.

        Only what is compiled lets other threads run; NumPy's counts hold them up.

        Parameters
        ----------
        coded : Coded
            What is coded in all documents.
        places : Places
            Where the nodes are in them.
        """
        pairs = self.membership.shape[1] ** 2
        parts = parts_of(coded, pairs) if self.unit is None else (coded,)
        if len(parts) > 1 and not self._meets.is_compiled:
            parts = (coded,)
        found = in_threads(
            lambda part: self.partial(places if part is coded else self.places(part)), parts
        )
        return self.finish(self.merge(list(found)))

    def places(self, coded: Coded) -> Places:
        """Return where the nodes are in some whole documents."""
        if self.unit is None:
            return overlapping(coded, self.membership, self._meets, same_coder=self.same_coder)
        if self.gap is not None:
            return near_units(
                coded, self.membership, self.unit, self.gap, same_coder=self.same_coder
            )
        return on_units(coded, self.membership, self.unit, same_coder=self.same_coder)

    def partial(self, places: Places) -> Partial:
        """Count the pairs of some whole documents."""
        on = places.on
        read = np.unique(on.coded.coder) if self.same_coder else np.zeros(0, dtype=np.int64)
        readers = tuple(on.coded.coders[at] for at in read.tolist())
        arrays: dict[str, Array] = {"readers": _named(readers)}
        if self.unit == "case":
            arrays["cases"] = _named(on.coded.cases)
            arrays["present"] = self._readings(places, readers)
        else:
            # What is read: of coded segments, the readings that occur; else what may be read.
            of_all = not self.same_coder or self.unit in (None, "segment")
            units = on.n_units if of_all else on.coding.n_units
            arrays["units"] = Added(np.array(units, dtype=np.int64))
            arrays["pairs"] = Added(places.counts())
        return Partial("pairs", on.coded.ids, arrays)

    def _readings(self, places: Places, readers: tuple[str, ...]) -> Present:
        """Return which case, or which coder's reading of it, carries which code."""
        on = places.on
        unit, place, reader = on.readings
        used = np.unique(unit)
        names = tuple(
            f"{on.coding.labels[at]}{_BETWEEN}{readers[who]}" if self.same_coder else
            str(on.coding.labels[at])
            for at, who in zip(place[used].tolist(), reader[used].tolist(), strict=True)
        )  # fmt: skip
        bits = kernels.code_presence(
            np.searchsorted(used, unit), len(used), on.coded.code[on.coding.row],
            self.membership.shape[0],
        )  # fmt: skip
        return Present(names, bits)

    def merge(self, partials: Iterable[Partial]) -> Partial:
        """Return what was counted in all parts together.

        Raises
        ------
        DuplicateDocumentError
            When a document is in two of them, and would count twice.
        """
        return merged(partials)

    def finish(self, partial: Partial) -> PairTotals:
        """Return the counts of the pairs, and the number of units."""
        if partial.of != "pairs":
            raise StatisticsError(
                f"these are partial counts of {partial.of}, which do not tell what meets"
            )
        readers = len(partial.present("readers").things) if self.same_coder else 1
        if self.unit == "case":
            bits = partial.present("present").bits
            counts = kernels.presence_pair_counts(bits, self.membership)
            return PairTotals(counts, len(partial.present("cases").things) * readers)
        units = int(partial.added("units"))
        of_all = self.unit in (None, "segment")
        return PairTotals(partial.added("pairs"), units if of_all else units * readers)


def _named(things: tuple[str, ...]) -> Present:
    """Return names to be united, with nothing told of them."""
    return Present(things, np.zeros((len(things), 0), dtype=np.uint8))
