"""One coder twice: what they put on the same documents at two moments, from the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_text, check_texts
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.memos import Coder
from qualcode.model.log.rows import Events
from qualcode.model.state import State
from qualcode.stats.agreement.study.coding_table import Uncoded
from qualcode.stats.agreement.study.making import agreement_study
from qualcode.stats.agreement.study.study import Study
from qualcode.stats.counting.units import Unit

__all__ = ["recoding"]


@question("recoding")
def recoding(
    state: State,
    coder: str,
    moment: int | str | None = None,
    *,
    unit: Unit,
    revision: int | str | None = None,
    time: str | date | None = None,
    documents: Iterable[str] | str | None = None,
    level: str = "code",
    rollup: str | Rollup | None = None,
    codes: Iterable[str] | str | None = None,
    uncoded: Uncoded = "decision",
) -> Study:
    """Compare what one coder put on documents by an earlier moment with what they put there since.

    Parameters
    ----------
    state : State
        The project's content; its moment is the later one.
    coder : str
        Id of the coder.
    moment, revision, time
        The earlier moment, as for `State.at`.
    unit, level, rollup, codes, uncoded
        As for `agreement_study`.
    documents : iterable of str, optional
        Which to compare. When not given, those coded anew: the coder had coded them by the earlier moment,
        has coded them now, and nothing they had put there then still stands.

    Raises
    ------
    StatisticsError
        When nothing was coded anew, or a text has changed since.
    NotFoundError
        For a coder or document that does not exist, or where there is no such moment.
    """
    coder = check_text(coder, what="coder", error=StatisticsError)
    (coder,) = state.coder_ids(coder)
    before = state.at(moment, revision=revision, time=time)
    then, now = _own(before, coder), _own(state, coder)
    chosen = _chosen(state, before, coder, then, now, documents)
    names = (f"{coder} (earlier)", f"{coder} (later)")
    both = Events.concatenate(
        [attrs.evolve(then, coders=(names[0],)), attrs.evolve(now, coders=(names[1],))]
    )
    kind = state.coders[coder].kind
    twice = attrs.evolve(
        state.uncounted,
        coders={name: Coder(name, kind=kind) for name in names},
        events=both,
        finished={},
        unasked=None,
    )
    made = agreement_study(
        twice, unit=unit, coders=names, level=level, rollup=rollup, codes=codes, uncoded=uncoded,
        coverage=dict.fromkeys(names, chosen),
    )  # fmt: skip
    return attrs.evolve(made, again=f"{coder}, {_when(before)} and {_when(state)}")


def _own(state: State, coder: str) -> Events:
    """Return the assignments of one coder that stand, and no other coder among them."""
    return state.uncounted.events.standing().over("coder", (coder,))


def _when(state: State) -> str:
    """Return at which moment a project is seen."""
    moment = next((each for each in reversed(state.narrowed) if hasattr(each, "revision")), None)
    return "now" if moment is None else str(moment)


def _chosen(
    state: State,
    before: State,
    coder: str,
    then: Events,
    now: Events,
    documents: Iterable[str] | str | None,
) -> list[str]:
    """Return the documents to compare, whose texts must be the same at both moments."""
    if documents is not None:
        given = check_texts(documents, what="documents", error=StatisticsError)
        chosen = [state.documents[each].id for each in given]
    else:
        coded_then, coded_now = _places(then), _places(now)
        chosen = [
            id
            for id in state.documents
            if coded_then.get(id) and coded_now.get(id) and not coded_then[id] & coded_now[id]
        ]
    if not chosen:
        shared = len(_places(then).keys() & _places(now).keys())
        raise StatisticsError(
            f"{coder!r} coded nothing anew: of the {shared} documents that they coded by then and now, each "
            "holds an assignment that stands since; name those that they did code anew with documents=…"
        )
    for id in chosen:
        if id not in before.documents or before.documents[id].text != state.documents[id].text:
            raise StatisticsError(
                f"the text of document {id!r} is another now than at the earlier moment, so that places in "
                "it cannot be compared: leave it out with documents=…"
            )
    return chosen


def _places(rows: Events) -> dict[str, set[tuple[int, ...]]]:
    """Return for each document what was put where and when; a decision made anew has another time."""
    found: dict[str, set[tuple[int, ...]]] = {}
    columns = (rows.document, rows.start, rows.end, rows.time)
    for document, *place in zip(*(np.asarray(each).tolist() for each in columns), strict=True):
        found.setdefault(rows.documents[document], set()).add(tuple(place))
    return found
