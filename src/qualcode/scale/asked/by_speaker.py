"""What each group of speakers says, counted in a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, cast

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.texts.documents import Value
from qualcode.scale.asked.asking import Asked
from qualcode.scale.asked.results import Material
from qualcode.scale.sources.listed import Reads
from qualcode.scale.steps.countings import reads_of
from qualcode.stats.counting.by_speech import (
    SpokenPartial,
    finish_speech,
    merge_speech,
    partial_speech,
)
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.grouping import NOT_KNOWN
from qualcode.stats.counting.policies import Counts, Policy
from qualcode.stats.counting.speaking import SEVERAL_SPEAK
from qualcode.stats.counting.variable_values import natural_order

__all__ = ["BySpeech", "count_speech"]

Flags: TypeAlias = npt.NDArray[np.bool_]

_LAST = (SEVERAL_SPEAK, NOT_KNOWN)


@attrs.frozen(eq=False)
class BySpeech:
    """Nodes, by a policy, within what each speaker says, or each role, or speakers of cases with a value.

    Parameters
    ----------
    policy, membership, reads
        As for `qualcode.scale.steps.countings.ByPolicy`; texts are read where speakers are to be found in
        these.
    by : str
        ``"speaker"``, ``"role"``, ``"speaker.case"`` or ``"speaker.VARIABLE"``.
    """

    policy: Policy
    membership: Flags
    reads: Reads
    by: str

    def partial(self, coded: Coded) -> SpokenPartial:
        """Count some whole documents."""
        return partial_speech(self.policy, coded, self.membership, self.by)

    def merge(self, partials: Iterable[SpokenPartial]) -> SpokenPartial:
        """Return what was counted in all parts together."""
        return merge_speech(self.policy, partials)

    def finish(self, partial: SpokenPartial) -> tuple[dict[Value, Counts], Counts]:
        """Return the counts of what each group says, in order, and of everything."""
        within, whole = finish_speech(self.policy, partial, self.membership)
        known = sorted((value for value in within if value not in _LAST), key=natural_order)
        if not known:
            raise StatisticsError(
                f"there are no groups by {self.by!r}: nobody is found to speak in a text, or of no speaker "
                "it is known. A table says who speaks, scan_assignments(…, documents=…, turns=…), with the "
                "speaker of each turn and, where it is asked for, the role and case"
            )
        last = [value for value in _LAST if value in within]
        return {value: within[value] for value in (*known, *last)}, whole


def count_speech(
    asked: Asked, by: str, policy: Policy, membership: Flags
) -> tuple[dict[Value, Counts], Counts, Material]:
    """Return the counts of what each group of speakers says, of everything, and what was counted.

    Parameters
    ----------
    asked : Asked
        The table.
    by, policy, membership
        As for `BySpeech`.
    """
    reads = reads_of(policy, texts=asked.has_texts) if asked.has_turns else "texts"
    spoken = BySpeech(policy, membership, reads, by)
    variables = asked.of_cases(by.removeprefix("speaker."))
    part, material = asked.part(spoken, variables, speakers=True)
    return *spoken.finish(cast(SpokenPartial, part.counted)), material
