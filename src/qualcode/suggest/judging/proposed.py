"""How far what a machine proposed agrees with what persons coded without having seen it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np

from qualcode.errors import SuggestionError
from qualcode.model.asking import question
from qualcode.model.checks import check_text
from qualcode.model.coding.proposals import CODING, Proposed
from qualcode.model.log.rows import Events, parse_times
from qualcode.model.state import State
from qualcode.stats.agreement.study.making import agreement_study
from qualcode.stats.agreement.study.study import Study

if TYPE_CHECKING:
    from qualcode.model.codebooks.themes import Rollup
    from qualcode.stats.counting.units import Unit

__all__ = ["proposal_study"]


@question()
def proposal_study(
    state: State,
    coder: str,
    *,
    unit: Unit,
    coders: str | Iterable[str] | None = None,
    level: Literal["code", "theme", "domain"] = "code",
    rollup: str | Rollup | None = None,
    codes: Iterable[str] | None = None,
) -> Study:
    """Compare a machine's proposals with blind coding; see `View.proposal_study`.

    Parameters
    ----------
    state : State
        The project's content.
    coder, unit, coders, level, rollup, codes
        See `View.proposal_study`.
    """
    coder = check_text(coder, what="coder", error=SuggestionError, empty=False)
    made = [each for each in state.proposals if each.coder == coder and each.what == CODING]
    placed = [each for each in made if not each.is_lost and each.document in state.documents]
    if not placed:
        raise SuggestionError(f"{coder!r} has proposed no coding that could be compared")
    read = {each.document for each in state.disclosures if each.coder == coder}
    read |= {str(each.document) for each in placed}
    blind = _blind(state, read, _first(placed))
    coded = {blind.coders[number] for number in np.unique(blind.coder).tolist()}
    persons = [
        id
        for id in (state.coder_ids(coders) if coders is not None else state.coders)
        if state.coders[id].kind == "person"
        and (id in coded or not read.isdisjoint(state.finished.get(id, ())))
    ]
    events = Events.concatenate([blind, _rows(placed, coder)])
    return agreement_study(
        attrs.evolve(state, events=events), unit=unit, coders=[*persons, coder], level=level,
        rollup=rollup, codes=codes, coverage={coder: sorted(read)},
    )  # fmt: skip


def _first(placed: Iterable[Proposed]) -> dict[str, int]:
    """Return when the first coding was proposed in each document, in microseconds since 1970."""
    first: dict[str, int] = {}
    for each, time in zip(placed, parse_times([each.time for each in placed]), strict=True):
        document = str(each.document)
        first[document] = min(int(time), first.get(document, int(time)))
    return first


def _blind(state: State, documents: Iterable[str], first: dict[str, int]) -> Events:
    """Return what was coded in documents before anything was proposed there."""
    events = state.events
    wanted = set(documents)
    before = np.array(
        [first.get(id, np.iinfo(np.int64).max) if id in wanted else -1 for id in events.documents],
        np.int64,
    )
    return events.take(events.time <= before[events.document])


def _rows(placed: list[Proposed], coder: str) -> Events:
    number = len(placed)
    return Events.from_rows(
        document=[str(each.document) for each in placed],
        start=[each.start for each in placed],
        end=[each.end for each in placed],
        code=[str(each.code) for each in placed],
        coder=[coder] * number,
        time=[each.time for each in placed],
        origin=["hand"] * number,
        weight=[None] * number,
        retracted=[False] * number,
    )
