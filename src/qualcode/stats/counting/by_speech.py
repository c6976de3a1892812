"""Counting what each group of speakers says, in parts of whole documents that are united."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_items
from qualcode.model.mappings import Frozen
from qualcode.model.texts.documents import Value
from qualcode.model.texts.places import Places
from qualcode.model.values import ByValue
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.partials import Partial
from qualcode.stats.counting.policies import Counts, Policy
from qualcode.stats.counting.speaking import spoken_groups, value_of

__all__ = ["SpokenPartial", "finish_speech", "merge_speech", "partial_speech"]

Flags = npt.NDArray[np.bool_]


@attrs.frozen(eq=False)
class SpokenPartial(ByValue):
    """What was counted in some whole documents, apart for what each group of speakers says.

    Parameters
    ----------
    groups : mapping of value to Partial
        Of each group that somebody here is in, or that something here is of; each of all documents.
    whole, nothing : Partial
        Of everything, and of these documents without any assignment: what a group that is not here says.
    """

    groups: Mapping[Value, Partial]
    whole: Partial
    nothing: Partial

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "groups", Frozen(self.groups))


def partial_speech(policy: Policy, coded: Coded, membership: Flags, by: str) -> SpokenPartial:
    """Count some whole documents, apart for what each group of speakers says.

    Parameters
    ----------
    policy, coded, membership
        As for `qualcode.stats.counting.grouped.partial_groups`.
    by : str
        What tells the group of a speaker; see `qualcode.stats.counting.speaking.value_of`.
    """
    told = value_of(coded.named, by)
    people = (each for document in coded.documents for each in document.speakers.items_)
    values = dict.fromkeys(value for value in map(told, people) if value is not None)
    places = Places.of_columns(coded.document, coded.start, coded.end)
    groups = spoken_groups(coded.documents, coded.named, by, places, values)

    def counted(kept: Flags) -> Partial:
        return policy.partial(coded.only_rows(kept), membership)

    return SpokenPartial(
        {value: counted(kept) for value, kept in groups.items()},
        policy.partial(coded, membership),
        counted(np.zeros(len(coded), dtype=np.bool_)),
    )


def merge_speech(policy: Policy, partials: Iterable[SpokenPartial]) -> SpokenPartial:
    """Return what was counted in all parts together.

    Raises
    ------
    DuplicateDocumentError
        When a document is in two of them, and would count twice.
    """
    parts = check_items(partials, SpokenPartial, what="partials", error=StatisticsError)
    values = dict.fromkeys(value for each in parts for value in each.groups)
    return SpokenPartial(
        {
            value: policy.merge([each.groups.get(value, each.nothing) for each in parts])
            for value in values
        },
        policy.merge([each.whole for each in parts]),
        policy.merge([each.nothing for each in parts]),
    )


def finish_speech(
    policy: Policy, partial: SpokenPartial, membership: Flags
) -> tuple[dict[Value, Counts], Counts]:
    """Return the counts of what each group says, and of everything."""
    within = {value: policy.finish(each, membership) for value, each in partial.groups.items()}
    return within, policy.finish(partial.whole, membership)
