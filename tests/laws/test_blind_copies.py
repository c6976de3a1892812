"""The laws of blind copies: they show nothing of others, and uniting them loses and doubles nothing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.test_merges import TEMPORARY, merged
from tests.laws.test_unions import DISPUTED, same

import qualcode as qc
from qualcode.errors import QualcodeError
from qualcode.testing import unions
from qualcode.testing.union import Copies


def work(project: qc.Project, coder: str) -> None:
    """Let a coder do a little of everything, as far as it goes."""
    code = next((each for each in project.codebook if each.is_live and each.codable), None)
    for document in project.documents.values():
        if code is not None and len(document):
            project.assign((document.id, 0, 1), code.id, coder=coder)
        project.add_memo(f"document:{document.id}", "Seen by me alone.", coder=coder)
        project.finish(document.id, coder=coder)
    try:
        with project.revise(coder=coder) as cb:
            cb.add("of-mine", name="Of mine")
    except QualcodeError:
        pass  # others have used the id


@settings(max_examples=40)
@given(unions(max_steps=24, deeds=DISPUTED), st.data())
def test_a_blind_copy_shows_nothing_of_others_and_unites_without_loss(
    copies: Copies, data: Any
) -> None:
    project = copies.project()
    coders = sorted({*project.coders, "zoe"})
    coder = data.draw(st.sampled_from(coders))
    with tempfile.TemporaryDirectory(dir=TEMPORARY) as root:
        whole, part = Path(root) / "whole", Path(root) / "part"
        project.save(whole)
        blind = project.blind(coder, part)
        assert {each.coder for each in blind.state.uncounted.assignments} <= {coder}
        assert {memo.coder for memo in blind.memos} <= {coder}
        assert {verdict.coder for verdict in blind.verdicts} <= {coder}
        assert dict(blind.documents) == dict(project.documents)
        assert dict(blind.cases) == dict(project.cases)
        assert blind.codebook.codes == project.codebook.codes
        assert qc.check_folder(part) == []
        same(qc.Project.open(part).state, blind.state)
        # With no work in it, it adds nothing, whichever way they are put together.
        same(merged(whole, part).state, project.state)
        same(merged(part, whole).state, project.state)
        events = {event.id for event in project.log}
        blind = qc.Project.open(part)
        work(blind, coder)
        blind.save()
        news = {event.id for event in blind.log} - events
        united = merged(part, whole)
        assert united.withheld == 0
        assert {event.id for event in united.log} == events | news
        own = {(*each.place, each.assigned_as) for each in blind.state.uncounted.assignments}
        others = {
            (*each.place, each.assigned_as)
            for each in project.state.uncounted.assignments
            if each.coder != coder
        }
        found = [(*each.place, each.assigned_as) for each in united.state.uncounted.assignments]
        assert {*found} == own | others
        assert len(found) == len({*found})
        copied(part, whole)
        same(qc.Project.open(whole).state, united.state)
        assert qc.check_folder(whole) == []


def copied(source: Path, target: Path) -> None:
    """Put the files of one folder's log into another, as git or a file service does."""
    for file in source.glob("*/*"):
        here = target / file.relative_to(source)
        if file.parent.name in ("log", "heads", "documents") and not here.exists():
            shutil.copy(file, here)
