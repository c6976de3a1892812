"""The saturation of a project: its codes, in the order in which its documents were coded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.codebooks.changes import Add, Adopt
from qualcode.model.codebooks.hierarchy import LEVELS, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.log.rows import Events
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.stats.arguments import check_one_of
from qualcode.stats.counting.coded import Coded
from qualcode.stats.saturation.found_in_order import (
    SaturationCourse,
    checked_order,
    course,
    presence_partial,
)

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.stats.uncertainty.resampling import RandomState

__all__ = ["Saturation", "coding_order", "creation", "saturation"]


@attrs.frozen(eq=False)
class Saturation(SaturationCourse, CountedResult):
    """How much of what there is to find a project has found.

    Its fields are those of `SaturationCourse`, and one more.

    Parameters
    ----------
    state : State
        What was counted.
    """

    state: State = attrs.field(repr=False, kw_only=True)


def coding_order(state: State) -> tuple[str, ...]:
    """Return the documents in the order in which somebody first assigned a code in them.

    By the revision under which that was, then by time, then by the order of the log; so clocks that
    disagree matter only within a revision. Documents without assignments come last, as added. A
    machine may have gone through all of them at once, so it is passed over unless it was named.
    """
    begun = _begun(state)
    never = (len(state.history) + 1, 0, 0)
    numbered = {id: at for at, id in enumerate(state.documents)}
    return tuple(sorted(state.documents, key=lambda id: (begun.get(id, never), numbered[id])))


def _begun(state: State) -> dict[str, tuple[int, int, int]]:
    """Return for each coded document the revision, time and row of its first event."""
    events = _by_people(state)
    if not len(events):
        return {}
    revision = state.log.eras()[events.block]
    when = events.when
    order = np.lexsort((np.arange(len(events)), when, revision))
    documents, first = np.unique(events.document[order], return_index=True)
    rows = order[first]
    return {
        events.documents[document]: (int(revision[row]), int(when[row]), int(row))
        for document, row in zip(documents.tolist(), rows.tolist(), strict=True)
        if events.documents[document] in state.documents
    }


def _by_people(state: State) -> Events:
    """Return the events of all but machines, or of those who were named."""
    machine = [
        id in state.coders and state.coders[id].kind == "machine" for id in state.events.coders
    ]
    if state.names_coders or not any(machine):
        return state.events
    return state.events.take(~np.array(machine)[state.events.coder])


def creation(state: State) -> pd.DataFrame:
    """Return when each code was really created, from the project's own history.

    Columns: code, revision (its number), time, coder, document (the last one whose coding had begun
    by then; None for codes that were there before any coding). Codes whose addition was reverted are
    left out.
    """
    import pandas as pd

    begun = sorted((key[0], key[1:], id) for id, key in _begun(state).items())
    rows = []
    for number, revision in enumerate(state.history, start=1):
        if isinstance(revision.change, Adopt):
            created = tuple(revision.change.codebook.codes)
        elif isinstance(revision.change, Add):
            created = (revision.change.code.id,)
        else:
            continue
        # What was coded under an earlier revision was coded before this one was made.
        before = [id for first, _, id in begun if first < number]
        rows += [
            (code, number, revision.time, revision.coder, before[-1] if before else None)
            for code in created
            if code in state.codebook
        ]
    frame = pd.DataFrame(rows, columns=["code", "revision", "time", "coder", "document"])
    return frame.drop_duplicates("code", keep="last", ignore_index=True)


@question()
def saturation(
    state: State,
    *,
    order: Iterable[str] | None = None,
    new_at: str = "use",
    level: str = "code",
    rollup: str | Rollup | None = None,
    coders: str | Iterable[str] | None = None,
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
    n_orders: int = 1000,
    confidence: float = 0.95,
    random_state: RandomState = None,
) -> Saturation:
    """Return how much of what there is to find a project has found.

    Parameters
    ----------
    state : State
        The project's content; as of any revision.
    order : iterable of str, optional
        Ids of documents in the order to take them; that of coding (`coding_order`) when not given.
    new_at : {"use", "creation"}, default "use"
        Whether a code is new in the first document it was put on, or in the one that was being coded
        when the codebook got it (`creation`). Codes that were there before any coding are new
        nowhere by creation. This concerns `new` and `guest`; the estimates are of use.
    level : {"code", "theme", "domain"}, default "code"
        What is found.
    rollup : str or Rollup, optional
        For themes and domains.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    base, run, threshold
        As for `guest_saturation`.
    n_orders, confidence, random_state
        As for `accumulation`.

    Raises
    ------
    StatisticsError
        When nothing is coded, or `order` does not name each document once.
    """
    check_one_of(new_at, ("use", "creation"), what="new_at")
    check_one_of(level, LEVELS, what="level")
    if new_at == "creation" and level != "code":
        raise StatisticsError(
            f"new_at={new_at!r}, level={level!r}: new at 'use' or, for codes only, at 'creation'"
        )
    state = state.counting(coders)
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    counted = presence_partial(Coded.of(state))
    documents = checked_order(coding_order(state) if order is None else order, counted.documents)
    found = course(
        counted, documents, hierarchy, level, base=base, run=run, threshold=threshold,
        new=None if new_at == "use" else _created(state, documents), n_orders=n_orders,
        confidence=confidence, random_state=random_state,
    )  # fmt: skip
    return Saturation(**found, new_at=new_at, state=state)


def _created(state: State, documents: tuple[str, ...]) -> npt.NDArray[np.int64]:
    counts = creation(state)["document"].value_counts()
    return np.array([int(counts.get(id, 0)) for id in documents], dtype=np.int64)
