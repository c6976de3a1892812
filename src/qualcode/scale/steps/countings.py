"""What can be counted of a table: values that say how, and travel to where the parts are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.codebooks.hierarchy import Membership
from qualcode.model.texts.documents import Value
from qualcode.scale.sources.listed import Reads, no_variable
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.grouped import (
    GroupedPartial,
    Groups,
    finish_groups,
    merge_groups,
    partial_groups,
)
from qualcode.stats.counting.grouping import NOT_KNOWN, cases_with, masks_of
from qualcode.stats.counting.pairing import Pairing, PairTotals
from qualcode.stats.counting.partials import ByDocument, Partial, merged
from qualcode.stats.counting.policies import POLICIES, Counts, Policy
from qualcode.stats.counting.rollup import evidence_partial
from qualcode.stats.counting.units import Unit, is_cut
from qualcode.stats.counting.variable_values import Holder, document_values, natural_order
from qualcode.stats.groups.prevalence import carried_counts, carried_partial

__all__ = ["ByDocuments", "ByGroup", "ByPolicy", "Carried", "Meetings", "is_cut", "reads_of"]

Flags: TypeAlias = npt.NDArray[np.bool_]
Longs: TypeAlias = npt.NDArray[np.int64]


def reads_of(policy: Policy, *, texts: bool) -> Reads:
    """Return what a policy reads of documents: one of your own may ask for any text there is."""
    if policy.name not in POLICIES:
        return "texts" if texts else "nothing"
    return "lengths" if policy.name == "characters" else "nothing"


@attrs.frozen(eq=False)
class ByPolicy:
    """Nodes, by a policy.

    Parameters
    ----------
    policy : Policy
        What counts.
    membership : array of bool, codes × nodes
        Which codes lie under which node.
    reads : {"nothing", "lengths", "texts"}
        What it reads of documents.
    """

    policy: Policy
    membership: Membership
    reads: Reads

    def partial(self, coded: Coded) -> Partial:
        """Count some whole documents."""
        return self.policy.partial(coded, self.membership)

    def merge(self, partials: Iterable[Partial]) -> Partial:
        """Return what was counted in all parts together."""
        return self.policy.merge(partials)

    def finish(self, partial: Partial) -> Counts:
        """Return the counts of the nodes."""
        return self.policy.finish(partial, self.membership)


@attrs.frozen(eq=False)
class ByGroup:
    """Nodes, by a policy, within the values of a variable of documents or, where they have none, of cases.

    Parameters
    ----------
    policy, membership, reads
        As for `ByPolicy`.
    variable : str
        Its name.
    """

    policy: Policy
    membership: Membership
    reads: Reads
    variable: str

    def partial(self, coded: Coded) -> GroupedPartial:
        """Count some whole documents."""
        if not coded.documents:
            return GroupedPartial({})
        return partial_groups(self.policy, coded, self.membership, self._groups(coded))

    def _groups(self, coded: Coded) -> Groups:
        held = [
            document_values(each, coded.named, self.variable) or (NOT_KNOWN,)
            for each in coded.documents
        ]
        known = dict.fromkeys(value for values in held for value in values)
        return masks_of(held, known.keys() - {NOT_KNOWN})

    def merge(self, partials: Iterable[GroupedPartial]) -> GroupedPartial:
        """Return what was counted in all parts together."""
        return merge_groups(self.policy, partials)

    def finish(
        self, partial: GroupedPartial, cases: Mapping[str, Holder] | None = None
    ) -> tuple[dict[Value, Counts], Counts]:
        """Return the counts within each value, in order, and of everything.

        Parameters
        ----------
        partial : GroupedPartial
            What was counted in all parts together.
        cases : mapping, optional
            All cases by id, where these are counted and the variable may be theirs.
        """
        values = {value for key in partial.cells for value in key}
        if not values - {NOT_KNOWN}:
            raise StatisticsError(no_variable(self.variable))
        having = None if cases is None else cases_with(cases, self.variable, values)
        within, whole = finish_groups(self.policy, partial, self.membership, cases=having)
        ordered = sorted(within, key=lambda value: (value == NOT_KNOWN, natural_order(value)))
        return {value: within[value] for value in ordered}, whole


@attrs.frozen(eq=False)
class ByDocuments:
    """Distinct segments of each document that carry each node.

    Parameters
    ----------
    membership : array of bool, codes × nodes
        Which codes lie under which node.
    """

    membership: Membership
    reads: Reads = "nothing"

    def partial(self, coded: Coded) -> Partial:
        """Count some whole documents."""
        return evidence_partial(coded, self.membership)

    def merge(self, partials: Iterable[Partial]) -> Partial:
        """Return what was counted in all parts together."""
        return merged(partials)

    def finish(self, partial: Partial) -> ByDocument:
        """Return a row for each document, by its id."""
        return partial.by_document("segments")


@attrs.frozen(eq=False)
class Meetings:
    """How often pairs of nodes meet.

    Parameters
    ----------
    pairing : Pairing
        What meets on what.
    """

    pairing: Pairing

    @property
    def reads(self) -> Reads:
        """Texts, where they are cut into units."""
        return "texts" if is_cut(self.pairing.unit) else "nothing"

    def partial(self, coded: Coded) -> Partial:
        """Count some whole documents."""
        return self.pairing.partial(self.pairing.places(coded))

    def merge(self, partials: Iterable[Partial]) -> Partial:
        """Return what was counted in all parts together."""
        return self.pairing.merge(partials)

    def finish(self, partial: Partial) -> PairTotals:
        """Return the counts of the pairs, and how many units there are."""
        return self.pairing.finish(partial)


@attrs.frozen(eq=False)
class Carried:
    """How many units of each document carry each node.

    Parameters
    ----------
    membership : array of bool, codes × nodes
        Which codes lie under which node.
    unit : str, regular expression or callable
        What the units are.
    """

    membership: Membership
    unit: Unit

    @property
    def reads(self) -> Reads:
        """Texts, where they are cut into units."""
        return "texts" if is_cut(self.unit) else "nothing"

    def partial(self, coded: Coded) -> Partial:
        """Count some whole documents."""
        return carried_partial(coded, self.membership, self.unit)

    def merge(self, partials: Iterable[Partial]) -> Partial:
        """Return what was counted in all parts together."""
        return merged(partials)

    def finish(self, partial: Partial) -> tuple[tuple[str, ...], Longs, Longs]:
        """Return the documents, or cases; how many units of each carry each node; all units of each."""
        of_cases = self.unit == "case"
        clusters = partial.present("cases").things if of_cases else partial.documents
        return clusters, *carried_counts(partial, self.membership, clusters)
