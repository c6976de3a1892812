"""What machines proposed as of a state of a project, with what people made of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from qualcode.model.coding.proposals import (
    CODING,
    MEMO,
    Answer,
    Proposal,
    Proposals,
    Proposed,
    ProposedChange,
    ProposedCoding,
    ProposedMemo,
)
from qualcode.model.coding.suggestions import Explanation, Verdict
from qualcode.model.texts.documents import Segment
from qualcode.model.texts.spans import Span

if TYPE_CHECKING:
    from qualcode.model.state import State

__all__ = ["RANKS_ONLY", "proposals"]

RANKS_ONLY = "no probability: how often this proposer is right is not known"

Place = tuple[str, int, int, str, str, str]


def proposals(state: State) -> Proposals:
    """Return what was proposed, in order.

    Parameters
    ----------
    state : State
        The project's content.
    """
    verdicts: defaultdict[Place, list[Verdict]] = defaultdict(list)
    for verdict in state.verdicts:
        place = verdict.document, verdict.start, verdict.end, verdict.code
        verdicts[*place, verdict.suggester, verdict.fingerprint.model].append(verdict)
    answers: defaultdict[str, list[Answer]] = defaultdict(list)
    for answer in state.answers:
        answers[answer.proposal].append(answer)
    made = [_proposal(each, state, verdicts, answers) for each in state.proposals]
    there = tuple(each for each in made if each is not None)
    return Proposals(there, lost=len(made) - len(there))


def _proposal(
    each: Proposed,
    state: State,
    verdicts: defaultdict[Place, list[Verdict]],
    answers: defaultdict[str, list[Answer]],
) -> Proposal | None:
    """Return a proposal with all it is about; None where that is gone."""
    if each.is_lost or (each.document is not None and each.document not in state.documents):
        return None
    segment = None
    if each.document is not None:
        segment = Segment(state.documents[each.document], Span(each.start, each.end))
    if each.what == MEMO:
        return ProposedMemo(
            id=each.id, coder=each.coder, time=each.time, machine=each.machine, why=each.why,
            target=each.target, text=each.text, fingerprint=each.fingerprint,
            decided=tuple(answers[each.id]),
        )  # fmt: skip
    if each.what != CODING:
        return ProposedChange(
            id=each.id, coder=each.coder, time=each.time, machine=each.machine, why=each.why,
            changes=each.changes, segment=segment, fingerprint=each.fingerprint,
            decided=tuple(answers[each.id]),
        )  # fmt: skip
    code = state.codebook.codes.get(each.code or "")
    if code is None or segment is None:
        return None
    place = each.document or "", each.start, each.end, code.id, each.coder, each.fingerprint.model
    return ProposedCoding(
        id=each.id, coder=each.coder, time=each.time, machine=each.machine, segment=segment, code=code,
        rank=1, score=0.0, probability=None, status="cold", explanation=Explanation(why=each.why),
        reason=RANKS_ONLY, suggester=each.coder, fingerprint=each.fingerprint,
        decided=tuple(verdicts[place]),
    )  # fmt: skip
