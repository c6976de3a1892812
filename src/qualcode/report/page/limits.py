"""What limits a report: what waits for a decision, what was left out, what machines had a part in."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from qualcode.io.exchange.losses import Losses
from qualcode.model.readable import many
from qualcode.model.state import State
from qualcode.project.worklist import stale_assignments
from qualcode.report.describing.wording import listed
from qualcode.report.page.method import Method
from qualcode.stats.counting.coding_progress import progress

__all__ = ["Limit", "limits_of"]

LISTED = 50
"""How many documents are named at the most."""


@attrs.frozen
class Limit:
    """One thing to bear in mind.

    Parameters
    ----------
    title : str
        What it is.
    number : int
        How many; 0 where there is none of it.
    told : str
        What it means for the numbers.
    items : tuple of str
        Which ones, where there is something to list.
    is_known : bool
        Whether the project can tell at all.
    """

    title: str
    number: int
    told: str
    items: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def weighs(self) -> bool:
        """Whether there is anything to bear in mind: some of it, or nobody knows."""
        return self.number > 0 or not self.is_known

    @property
    def hidden(self) -> int:
        """How many more there are than are named, where only the first ones are."""
        return self.number - LISTED if len(self.items) == LISTED else 0


def limits_of(state: State, method: Method, losses: Losses | None) -> tuple[Limit, ...]:
    """Return what has to be borne in mind of a project's numbers, also what is none.

    Parameters
    ----------
    state : State
        What is reported.
    method : Method
        What was done.
    losses : Losses, optional
        What an import could not take over, one by one; as the log counted it when not given.
    """
    return (
        *_undecided(state),
        *_left_out(state),
        *_machines(state, method),
        _lost(state, method, losses),
    )


def _undecided(state: State) -> Iterable[Limit]:
    left = state.unsettled
    yield Limit(
        "Assignments of split codes that wait for a decision",
        left.undecided,
        "They count for the code that was split, and for none of its parts.",
    )
    stale = stale_assignments(state)
    yield Limit(
        "Assignments made before their code was redefined",
        len(stale),
        "They count as they are, and nobody has looked at them since.",
        tuple(
            dict.fromkeys(state.codebook.codes[stale.codes[at]].name for at in stale.code.tolist())
        ),
    )
    yield Limit(
        "Passages in quarantine",
        left.passages,
        "A correction of the text left no certain place for them. "
        f"{many(left.waiting, 'assignment')} on them {'counts' if left.waiting == 1 else 'count'} nowhere.",
    )
    yield Limit(
        "Conflicts that nobody resolved",
        left.conflicts,
        "Copies were changed at once in ways that do not go together; what the project shows counts.",
    )


def _left_out(state: State) -> Iterable[Limit]:
    done = progress(state)
    yield Limit(
        "Documents in which nothing is coded",
        len(done.uncoded),
        "They are in every share of documents, as documents without the code.",
        tuple(state.documents[id].name for id in done.uncoded[:LISTED]),
    )
    yield Limit(
        "Documents that nobody has finished",
        len(done.open),
        "Where a code is missing in them, nobody may have read that far.",
        tuple(state.documents[id].name for id in done.open[:LISTED]),
    )
    left = state.unsettled
    yield Limit(
        "Withdrawals and erasures",
        left.withdrawals,
        f"{many(left.withdrawn, 'document')} and all that was said of them are in no number of this report.",
    )
    events, rows = state.log.lost
    yield Limit(
        "Damaged entries of the log",
        events + rows,
        f"{many(events, 'event')} and {many(rows, 'row')} of coding were lost and are not counted.",
    )
    if left.withheld:
        yield Limit(
            "A blind copy",
            1,
            "It was made without what other coders did; their coding is not in it.",
        )
    out = [str(each) for each in state.counted.not_counted]
    yield Limit(
        "Coders whose assignments do not count",
        len(out),
        "By the rule of who is counted.",
        tuple(out),
    )
    if state.counted.across:
        yield Limit(
            "Segments that reach into words of others", state.counted.across, state.counted.reaching
        )


def _machines(state: State, method: Method) -> Iterable[Limit]:
    origins = dict(method.origins)
    made = origins.get("suggestion", 0)
    verdicts = listed(f"{number:,} {kind}" for kind, number in method.verdicts)
    yield Limit(
        "Assignments that a machine suggested",
        made,
        f"People accepted or edited these; of the suggestions they looked at: {verdicts}."
        if verdicts
        else "Nothing was accepted from a machine.",
    )


def _lost(state: State, method: Method, losses: Losses | None) -> Limit:
    title = "Losses at import"
    if losses is not None:
        return Limit(
            title,
            len(losses),
            "What another program's file held and this project could not take over.",
            tuple(map(str, losses)),
        )
    known = state.import_losses
    number = sum(each.count for each in known if each.severity != "note")
    imported = dict(method.origins).get("import", 0)
    if known or not imported:
        return Limit(
            title,
            number,
            "What files held and this project could not take over, as counted when they were read.",
            tuple(map(str, known)),
        )
    return Limit(
        title,
        0,
        f"{many(imported, 'assignment')} came from another program, and the log has no loss of that. "
        "What was imported before the log counted losses may have some that nobody knows of.",
        is_known=False,
    )
