"""The laws of a consensus: it leaves what the coders had, and counts where it has finished."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import AssignmentError, StatisticsError
from qualcode.testing import projects

UNITS = ("segment", "sentence", "paragraph", "document")
CONSENSUS = "of us all"


def own(project: qc.Project) -> list[str]:
    """Return what was assigned by others than the consensus, as text."""
    return sorted(str(each) for each in project.assignments if each.coder != CONSENSUS)


def differing(project: qc.Project) -> set[tuple[str, int, int]]:
    """Return where coders differ on the very same words, the slow way."""
    study = project.study(unit="segment")
    read = {
        coder: {
            document
            for at, document in enumerate(study.table.documents)
            if study.table.read[number, at]
        }
        for number, coder in enumerate(study.coders)
    }
    had: dict[tuple[str, int, int], dict[str, set[str]]] = {}
    for each in project.assignments:
        document, start, end, coder = each.place
        if coder in read and document in read[coder]:
            had.setdefault((document, start, end), {}).setdefault(coder, set()).add(each.code.id)
    return {
        place
        for place, codes in had.items()
        if len({frozenset(codes.get(coder, ())) for coder in read if place[0] in read[coder]}) > 1
    }


@settings(max_examples=60)
@given(projects(max_steps=30), st.data())
def test_deciding_everywhere_leaves_nothing_open_and_what_each_had(
    project: qc.Project, data: Any
) -> None:
    unit = data.draw(st.sampled_from(UNITS))
    codes = [code.id for code in project.codebook if code.is_live and code.codable]
    try:
        found = project.disagreements(unit=unit, consensus=CONSENSUS)
        agreed = project.study(unit=unit).agreement().value
    except StatisticsError:
        assume(False)
    if unit == "segment":
        places = {
            (each.segment.document.id, each.segment.start, each.segment.end) for each in found
        }
        assert places == differing(project)
    before = own(project)
    for each in found:
        wanted = data.draw(st.lists(st.sampled_from(codes), max_size=2)) if codes else []
        made = project.adjudicate(each, wanted, coder=CONSENSUS, reason="so")
        assert dict(made.had) == dict(each.had)
    after = project.disagreements(unit=unit, consensus=CONSENSUS)
    assert (len(after), after.open) == (len(found), ())
    assert own(project) == before
    assert repr(project.study(unit=unit).agreement().value) == repr(agreed)
    try:
        done = project.finish_decided(unit=unit, coder=CONSENSUS)
    except AssignmentError:
        return  # all agree on a code that was split or retired
    assert {each.segment.document.id for each in after} <= project.finished.get(CONSENSUS, set())
    assert own(project) == before
    for document in done:
        assert CONSENSUS in project.restricted(documents=document).rollup("tree").counted.consensus
    assert project.finish_decided(unit=unit, coder=CONSENSUS) == ()
