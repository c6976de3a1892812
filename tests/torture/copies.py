"""Copies of one project go apart, are changed, and are united: nothing is lost, and the order is nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from tests.torture.counting import Found, folder

import qualcode as qc
from qualcode.model.log.uniting import unite
from qualcode.model.state import State
from qualcode.testing import unions
from qualcode.testing.history import Clock
from qualcode.testing.project import DEEDS, Tokens
from qualcode.testing.union import Copies, content

KINDS = (*DEEDS, "adjudicate", *("correct", "place", "undo", "change") * 3)
FOLDERS = 4
"""Every so many-th history is saved and merged as folders too."""


def united(runs: int, seed: int) -> Found:
    """Unite the copies of as many histories, of up to four authors, and hold them to the laws."""
    found = Found("unions", seed)
    random = Random(seed)

    @seeded(seed)
    @settings(
        max_examples=runs,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(unions(max_copies=4, max_steps=40, max_coders=4, deeds=KINDS))
    def each(copies: Copies) -> None:
        number = found.counts["histories"]
        found.counts["histories"] += 1
        _count(found, copies)
        for told in broken(copies, random, as_folders=number % FOLDERS == 0):
            found.fault(f"history {number}: {told}")

    each()
    return found


def _count(found: Found, copies: Copies) -> None:
    whole = unite(copies.logs)
    kinds = [event.kind for event in whole]
    found.counts["copies"] += len(copies.logs)
    found.counts["with more than one copy"] += len(copies.logs) > 1
    found.counts["events"] += len(kinds)
    found.counts["rows of coding"] += len(whole.rows)
    found.counts["corrections"] += kinds.count("correct")
    found.counts["decisions"] += kinds.count("adjudicate")
    found.counts["memos"] += kinds.count("memo")
    found.counts["revisions"] += len(whole.revisions)
    found.counts["conflicts"] += len(content(whole).conflicts)


def broken(copies: Copies, random: Random, *, as_folders: bool) -> list[str]:
    """Return the laws that the union of copies breaks."""
    laws: dict[str, Callable[[], bool]] = {
        "commutative": lambda: _commutes(copies, random),
        "associative": lambda: _associates(copies),
        "idempotent": lambda: copies.united([*range(len(copies.logs))] * 2) == copies.united(),
        "nothing is lost": lambda: _keeps_all(copies),
        "past states stay": lambda: _past_stays(copies),
        "now is as of now": lambda: copies.united().at(-1) == copies.united(),
    }
    if as_folders:
        laws["folders merge alike"] = lambda: _folders_alike(copies, random)
    return [name for name, law in laws.items() if not law()]


def _commutes(copies: Copies, random: Random) -> bool:
    order = [*range(len(copies.logs))]
    random.shuffle(order)
    return copies.united(order) == copies.united()


def _associates(copies: Copies) -> bool:
    *first, last = copies.logs
    return content(unite([*first, unite([last, *first])])) == copies.united()


def _keeps_all(copies: Copies) -> bool:
    """Tell whether every event and every row of each copy is in the whole, as often as in any of them."""
    whole = unite(copies.logs)
    ids = {event.id for event in whole}
    return all(event.id in ids for log in copies.logs for event in log) and len(whole.rows) >= max(
        len(log.rows) for log in copies.logs
    )


def _past_stays(copies: Copies) -> bool:
    whole = copies.united()
    return all(whole.at(each.event) == each.state for each in copies.shown)


def _merged(*sources: Path) -> qc.Project:
    return qc.merge(*sources, clock=Clock(10_000), tokens=Tokens(14)).project


def _folders_alike(copies: Copies, random: Random) -> bool:
    with folder() as place:
        folders = [place / f"copy-{at}" for at in range(len(copies.projects))]
        for project, where in zip(copies.projects, folders, strict=True):
            project.save(where)
        random.shuffle(folders)
        whole = _merged(*folders)
        whole.save(place / "both")
        states: list[State] = [whole.state, qc.Project.open(place / "both").state]
        states.append(_merged(place / "both", *folders).state)
        sound = qc.check_folder(place / "both") == []
        return sound and all(state == copies.united() for state in states)
