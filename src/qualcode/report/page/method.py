"""What was done in a project, read from its log: who coded what when, revisions, corrections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np

from qualcode.errors import QualcodeError
from qualcode.model.coding.proposals import Disclosures
from qualcode.model.correction_list import TextCorrection, corrections
from qualcode.model.log.timeline import CODEBOOK
from qualcode.model.proposal_list import proposals
from qualcode.model.state import State
from qualcode.model.times import time_text
from qualcode.report.describing import describe
from qualcode.stats.agreement.measure_registry import measure_of_ratings
from qualcode.stats.counting.coding_progress import progress
from qualcode.suggest.judging.proposed import proposal_study

__all__ = ["CoderRow", "Method", "Revised", "method_of"]

_REVISIONS = {
    "add": "added", "rename": "renamed", "redefine": "redefined", "move": "moved", "merge": "merged",
    "split": "split", "retire": "retired", "restore": "restored",
}  # fmt: skip


@attrs.frozen
class CoderRow:
    """What one coder did.

    Parameters
    ----------
    id, name, kind : str
        Who.
    documents, finished, assignments, segments, counted : int
        In how many documents they assigned anything, how many they read to the end, what they assigned, on
        how many segments, and how many of these assignments count.
    first, last : str
        The days of the first and the last assignment that stands; empty where there is none.
    months : tuple of int
        Assignments in each of `Method.months`.
    """

    id: str
    name: str
    kind: str
    documents: int
    finished: int
    assignments: int
    segments: int
    counted: int
    first: str
    last: str
    months: tuple[int, ...]


@attrs.frozen
class Revised:
    """A revision of the codebook: the number, what, by whom, when, why, and whether it was reverted."""

    number: int
    kind: str
    told: str
    coder: str
    time: str
    reason: str
    reverted: bool
    id: str


@attrs.frozen
class Method:
    """What was done, as the log has it.

    Parameters
    ----------
    coders : tuple of CoderRow
        What each coder did.
    months : tuple of str
        From the first to the last month in which something was assigned that stands.
    revisions : tuple of Revised
        Of the codebook, oldest first.
    changed : tuple of (str, int)
        How many codes were added, merged and so on, in words.
    corrections : tuple of TextCorrection
        Of texts that are still there.
    copies : int
        In how many copies people worked that were united here.
    withdrawn, erased : int
        How many documents and cases were taken out of sight, and how many are gone from the files.
    pseudonymised : int
        How often names were replaced.
    decided, settled, undone : int
        Decisions in the name of a consensus, conflicts settled, steps undone.
    verdicts : tuple of (str, int)
        What people made of suggestions.
    origins : tuple of (str, int)
        Where the assignments come from: by hand, import, suggestion.
    machines : tuple of str
        What was opened to assistants, what they proposed, what became of it, and how far it agrees with
        coding made before.
    memos, journal : int
        Notes on things, and entries of the journal.
    events : int
        How much the log holds.
    """

    coders: tuple[CoderRow, ...]
    months: tuple[str, ...]
    revisions: tuple[Revised, ...]
    changed: tuple[tuple[str, int], ...]
    corrections: tuple[TextCorrection, ...]
    copies: int
    withdrawn: int
    erased: int
    pseudonymised: int
    decided: int
    settled: int
    undone: int
    verdicts: tuple[tuple[str, int], ...]
    origins: tuple[tuple[str, int], ...]
    machines: tuple[str, ...]
    memos: int
    journal: int
    events: int

    @property
    def reasons(self) -> int:
        """How many revisions say why."""
        return sum(bool(each.reason) for each in self.revisions)


def method_of(state: State) -> Method:
    """Return what was done, as the log has it."""
    months, by_coder = _months(state)
    done = Counter(event.kind for event in state.log)
    revisions = _revisions(state)
    kinds = Counter(each.kind for each in revisions if not each.reverted)
    gone = state.log.hidden.withdrawals
    return Method(
        coders=_coders(state, months, by_coder),
        months=months,
        revisions=revisions,
        changed=tuple((said, kinds[kind]) for kind, said in _REVISIONS.items() if kinds[kind]),
        corrections=tuple(corrections(state)),
        copies=len({event.log.rpartition(".")[2] for event in state.log}),
        withdrawn=sum(not each.erased for each in gone),
        erased=sum(each.erased for each in gone),
        pseudonymised=done["pseudonymise"],
        decided=len(state.adjudications),
        settled=done["settle"],
        undone=sum(_is_undo_of_coding(event, state) for event in state.log if event.kind == "undo"),
        verdicts=tuple(sorted(Counter(each.kind for each in state.verdicts).items())),
        origins=_origins(state),
        machines=tuple(_machines(state)),
        memos=sum(each.target != "journal" for each in state.memos),
        journal=sum(each.target == "journal" for each in state.memos),
        events=len(state.log),
    )


def _machines(state: State) -> Iterator[str]:
    if state.disclosures:
        yield from describe(Disclosures(state.disclosures)).sentences
    if not state.proposals:
        return
    yield from describe(proposals(state)).sentences
    for coder in dict.fromkeys(each.coder for each in state.proposals):
        try:
            agreed = proposal_study(state, coder, unit="sentence").agreement()
        except QualcodeError as error:
            yield f"How far “{coder}” agrees with coding made before is not known: {error}."
            continue
        if agreed.value is None:
            yield f"How far “{coder}” agrees with coding made before is not known: {agreed.reason}."
            continue
        sure = agreed.interval
        within = "" if sure is None else f" ({sure.low:.2f} to {sure.high:.2f})"
        yield (
            f"By sentence, the proposals of “{coder}” and what was coded in the same documents before them "
            f"agree with {measure_of_ratings(agreed.measure).title} {agreed.value:.2f}{within}, over "
            f"{agreed.n_units:,} sentences."
        )


def _is_undo_of_coding(event: Any, state: State) -> bool:
    """Tell whether an undo is none of a codebook's revision, which is listed with the revisions."""
    position = state.log.timeline.position
    undone = (position.get(id) for id in event.fields.get("of", ()))
    kinds = {state.log.timeline.events[at].kind for at in undone if at is not None}
    return not kinds or not kinds <= CODEBOOK


def _revisions(state: State) -> tuple[Revised, ...]:
    frame = state.history.to_frame()
    return tuple(
        Revised(
            number=int(row["revision"]),
            kind=row["kind"],
            told=row["change"],
            coder=row["coder"],
            time=time_text(row["time"]),
            reason=row["reason"],
            reverted=bool(row["reverted"]),
            id=row["id"],
        )
        for row in frame.to_dict("records")
    )


def _months(state: State) -> tuple[tuple[str, ...], dict[str, Counter[str]]]:
    """Return the months from the first assignment to the last, and each coder's assignments in them."""
    rows = state.uncounted.assignments.rows
    if not len(rows):
        return (), {}
    month = rows.time.astype("datetime64[us]").astype("datetime64[M]")
    found: dict[str, Counter[str]] = {}
    for at, id in enumerate(rows.coders):
        told = month[rows.coder == at].astype(str).tolist()
        if told:
            found[id] = Counter(told)
    every = np.arange(month.min(), month.max() + np.timedelta64(1, "M"))
    return tuple(every.astype(str).tolist()), found


def _coders(
    state: State, months: tuple[str, ...], by_month: dict[str, Counter[str]]
) -> tuple[CoderRow, ...]:
    rows = state.uncounted.assignments.rows
    number = {id: at for at, id in enumerate(rows.coders)}
    found = []
    for row in progress(state).by_coder().to_dict("records"):
        times = rows.time[rows.coder == number.get(row["coder"], -1)]
        days = times.astype("datetime64[us]").astype("datetime64[D]").astype(str)
        counted = by_month.get(row["coder"], Counter())
        found.append(
            CoderRow(
                id=row["coder"],
                name=row["name"],
                kind=row["kind"],
                documents=int(row["documents"]),
                finished=int(row["finished"]),
                assignments=int(row["assignments"]),
                segments=int(row["segments"]),
                counted=int(row["counted"]),
                first=min(days.tolist(), default=""),
                last=max(days.tolist(), default=""),
                months=tuple(counted[each] for each in months),
            )
        )
    return tuple(found)


def _origins(state: State) -> tuple[tuple[str, int], ...]:
    rows = state.assignments.rows
    kinds = Counter(rows.origins[at].partition(":")[0] for at in rows.origin.tolist())
    return tuple(sorted(kinds.items()))
