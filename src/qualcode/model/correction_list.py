"""The corrections of a project's texts: who corrected what and why, and what it does to the coding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

import attrs

from qualcode.model.readable import Readable
from qualcode.model.state import State
from qualcode.model.texts.corrections import Placement
from qualcode.model.times import time_shown, with_moments

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Corrections", "Effect", "TextCorrection", "corrections"]


@attrs.frozen
class TextCorrection:
    """A correction of a document's text.

    Parameters
    ----------
    event : str
        Short id of the event; ``project.at(event)`` is what its author saw.
    document : str
        Id of the document.
    coder, time, reason : str
        Who corrected it, when (UTC), and why.
    before, after : str
        The text as it was, and as it became.
    in_force : bool
        Whether it was not taken back.
    """

    event: str
    document: str
    coder: str
    time: str
    reason: str
    before: str = attrs.field(repr=False)
    after: str = attrs.field(repr=False)
    in_force: bool

    def __str__(self) -> str:
        told = f"{self.document}, {time_shown(self.time)}, {self.coder}"
        why = f": {self.reason}" if self.reason else ""
        return f"{told}{why}{'' if self.in_force else ' (taken back)'}"


@attrs.frozen
class Corrections(Readable, Sequence[TextCorrection]):
    """Corrections in order.

    Parameters
    ----------
    items : tuple of TextCorrection
        The corrections.
    """

    items: tuple[TextCorrection, ...] = ()

    @overload
    def __getitem__(self, index: int) -> TextCorrection: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TextCorrection]: ...
    def __getitem__(self, index: int | slice) -> TextCorrection | Sequence[TextCorrection]:
        return self.items[index]

    def __iter__(self) -> Iterator[TextCorrection]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __str__(self) -> str:
        return "\n".join(map(str, self.items)) or "no text was corrected"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each correction.

        Columns: event, document, time, coder, reason, before and after (lengths in code points), in_force.
        """
        import pandas as pd

        rows = [
            (
                each.event, each.document, each.time, each.coder, each.reason, len(each.before),
                len(each.after), each.in_force,
            )
            for each in self.items
        ]  # fmt: skip
        columns = [
            "event", "document", "time", "coder", "reason", "before", "after", "in_force",
        ]  # fmt: skip
        return with_moments(pd.DataFrame(rows, columns=columns))


def corrections(state: State) -> Corrections:
    """Return the corrections of the texts of a state's documents."""
    texts, off = state.log.timeline.texts, state.log.switches.off
    found = [
        TextCorrection(
            event=event.short,
            document=event.target.partition(":")[2],
            coder=event.author,
            time=event.time,
            reason=event.reason,
            before=texts[event.fields["correction"]["old"]],
            after=texts[event.fields["sha256"]],
            in_force=event.id not in off,
        )
        for event in state.log
        if event.kind == "correct"
    ]
    return Corrections(tuple(each for each in found if each.document in state.documents))


@attrs.frozen
class Effect(Readable):
    """What a correction does to the passages of a document that are coded or have memos.

    Parameters
    ----------
    document : str
        Id of the document.
    places : int
        In how many places the text changes.
    placements : tuple of Placement
        What becomes of each passage.
    """

    document: str
    places: int
    placements: tuple[Placement, ...] = attrs.field(repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """How many passages are kept, changed within, and quarantined."""
        known = Counter(each.outcome for each in self.placements)
        return {name: known[name] for name in ("kept", "changed", "quarantined")}

    @property
    def joined(self) -> int:
        """How many passages come to stand on the same words as another."""
        return sum(self._is_joined)

    @property
    def _is_joined(self) -> list[bool]:
        there = Counter(each.new for each in self.placements)
        return [each.new is not None and there[each.new] > 1 for each in self.placements]

    def __str__(self) -> str:
        told = self.counts
        places = f"{self.places} place{'' if self.places == 1 else 's'}"
        passages = f"{len(self.placements)} passage{'' if len(self.placements) == 1 else 's'}"
        return (
            f"{self.document}: {places} changed; of {passages} "
            f"{told['kept']} kept, {told['changed']} changed within, {told['quarantined']} quarantined"
            + (f"; {self.joined} joined on the same words" if self.joined else "")
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each passage.

        Columns: outcome, start, end, new_start, new_end (code points, half-open), quote, new_quote, reason,
        joined (whether it comes to stand on the same words as another).
        """
        import pandas as pd

        rows = [
            (
                each.outcome, each.old.start, each.old.end,
                None if each.new is None else each.new.start,
                None if each.new is None else each.new.end,
                each.quote, each.new_quote, each.reason, joined,
            )
            for each, joined in zip(self.placements, self._is_joined, strict=True)
        ]  # fmt: skip
        columns = [
            "outcome", "start", "end", "new_start", "new_end", "quote", "new_quote", "reason", "joined",
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=columns)
        return frame.astype({"new_start": "Int64", "new_end": "Int64"})
