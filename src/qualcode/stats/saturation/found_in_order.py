"""What has been found as documents were coded one after the other, wherever they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_texts
from qualcode.model.codebooks.hierarchy import Hierarchy
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.recipe import Answer
from qualcode.stats import kernels
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.partials import Partial, Present
from qualcode.stats.saturation.accumulation_curve import AccumulationCurve, accumulation, new_codes
from qualcode.stats.saturation.coverage_estimators import ice
from qualcode.stats.saturation.documents_needed import DocumentsNeeded, documents_needed
from qualcode.stats.saturation.frequency_counts import code_frequencies
from qualcode.stats.saturation.guest import GuestSaturation, guest_saturation
from qualcode.stats.saturation.richness import (
    Coverage,
    Richness,
    chao2,
    coverage,
    jackknife_1,
    jackknife_2,
)

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.stats.uncertainty.resampling import RandomState

__all__ = ["SaturationCourse", "checked_order", "course", "presence_partial"]


@attrs.frozen(eq=False)
class SaturationCourse(Answer):
    """How much of what there is to find has been found, in a project or in a table of assignments.

    Parameters
    ----------
    documents : tuple of str
        In the order in which they were taken.
    codes : tuple of str
        Ids of the codes, themes or domains.
    table : array of bool, shape (codes, documents)
        Which code was put anywhere in which document.
    new : array of int, shape (documents,)
        Codes that each document was the first to have.
    curve : AccumulationCurve
        Codes found against documents coded, with its mean and band over other orders.
    guest : GuestSaturation
        New information in runs of documents. It depends on the order.
    chao2, ice, jackknife_1, jackknife_2 : Richness
        Estimates of how many codes there are, found or not.
    coverage : Coverage
        Estimate of the share of what is said that the codes found cover.
    needed : DocumentsNeeded
        How many more documents it takes to have met most of the codes there are.
    rollup : Rollup
        Along which the codes, themes or domains are.
    level : str
        Which of them.
    new_at : {"use", "creation"}
        When one is new.
    """

    _figure = "qualcode.report.plot.course:saturation"

    documents: tuple[str, ...] = attrs.field(repr=False)
    codes: tuple[str, ...] = attrs.field(repr=False)
    table: npt.NDArray[np.bool_] = attrs.field(repr=False)
    new: npt.NDArray[np.int64] = attrs.field(repr=False)
    curve: AccumulationCurve = attrs.field(repr=False)
    guest: GuestSaturation
    chao2: Richness
    ice: Richness
    jackknife_1: Richness
    jackknife_2: Richness
    coverage: Coverage
    needed: DocumentsNeeded
    rollup: Rollup = attrs.field(repr=False)
    level: str
    new_at: str

    @property
    def _print_title(self) -> str:
        guest = self.guest
        reached = (
            f"reached after {guest.reached} documents"
            if guest.reached is not None
            else "not reached"
        )
        return (
            f"{len(self.codes)} {self.level}s in {len(self.documents)} documents; saturation {reached} "
            f"(base {guest.base}, runs of {guest.run}, at most {guest.threshold:.0%} new)"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each document, in order.

        Columns: document, new (codes it was the first to have), found (codes so far), expected, low,
        high (over random orders of the documents).
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "document": self.documents,
                "new": self.new,
                "found": self.curve.observed,
                "expected": self.curve.expected,
                "low": self.curve.low,
                "high": self.curve.high,
            }
        )


def presence_partial(coded: Coded) -> Partial:
    """Mark which codes are on which of some whole documents.

    Partial results of several parts unite by `qualcode.stats.counting.partials.merged`.
    """
    n_codes = len(coded.codes)
    bits = kernels.code_presence(coded.document, len(coded.documents), coded.code, n_codes)
    return Partial("codes of documents", coded.ids, {"codes": Present(coded.ids, bits)})


def course(
    counted: Partial,
    documents: tuple[str, ...],
    hierarchy: Hierarchy,
    level: str,
    *,
    base: int,
    run: int,
    threshold: float,
    new: npt.NDArray[np.int64] | None = None,
    n_orders: int,
    confidence: float,
    random_state: RandomState,
) -> dict[str, Any]:
    """Return the fields of a `SaturationCourse` but `new_at`.

    Parameters
    ----------
    counted : Partial
        By `presence_partial`, of all parts together.
    documents : tuple of str
        In order.
    new : array of int64, optional
        Codes that are new in each document; those it was the first to have when not given.
    hierarchy, level, base, run, threshold, n_orders, confidence, random_state
        As for `saturation`.

    Raises
    ------
    StatisticsError
        When nothing is coded.
    """
    present, members = counted.present("codes"), hierarchy.members(level)
    nodes = hierarchy.level(level)
    table = kernels.present_nodes(present.bits, members)
    place = {id: at for at, id in enumerate(present.things)}
    used = np.any(table, axis=1)
    if not used.any():
        raise StatisticsError("nothing is coded yet, so there is nothing to be saturated")
    table = table[used][:, [place[id] for id in documents]]
    new = new_codes(table) if new is None else new
    frequencies = code_frequencies(table)
    drawn: dict[str, Any] = {"confidence": confidence, "random_state": random_state}
    return {
        "documents": documents,
        "codes": tuple(nodes[at].id for at in np.flatnonzero(used).tolist()),
        "table": table,
        "new": new,
        "curve": accumulation(table, n_orders=n_orders, **drawn),
        "guest": guest_saturation(new, base=base, run=run, threshold=threshold),
        "chao2": chao2(frequencies, confidence=confidence),
        "ice": ice(frequencies, confidence=confidence),
        "jackknife_1": jackknife_1(frequencies),
        "jackknife_2": jackknife_2(frequencies),
        "coverage": coverage(frequencies),
        "needed": documents_needed(frequencies, n_resamples=n_orders, **drawn),
        "rollup": hierarchy.rollup,
        "level": level,
    }


def checked_order(order: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Return ids of documents in order, each once.

    Raises
    ------
    StatisticsError
        When one is missing, or named twice.
    """
    order = check_texts(order, what="order", error=StatisticsError)
    if sorted(order) != sorted(known):
        raise StatisticsError(
            f"the order names {len(order)} documents, {len(set(order) & set(known))} of the "
            f"{len(known)} there are: name each document once"
        )
    return order
