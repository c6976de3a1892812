"""What two copies set to two values at once is settled by whoever sets it anew, also to what is shown."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import qualcode as qc

Change = Callable[[qc.Project, int], object]


def _in_codebook(project: qc.Project, *call: object, **fields: object) -> None:
    with project.revise() as cb:
        getattr(cb, str(call[0]))(*call[1:], **fields)


CHANGES: dict[str, Change] = {
    "variable": lambda p, side: p.set_variables("a", site=("north", "south")[side]),
    "variable of a case": lambda p, side: p.set_variables("case:one", size=side),
    "name of a document": lambda p, side: p.rename("a", ("Maria", "Joan")[side]),
    "name of a case": lambda p, side: p.rename("case:one", ("One", "The one")[side]),
    "name of a coder": lambda p, side: p.rename("coder:eve", ("Eve L", "Eve M")[side]),
    "name of the project": lambda p, side: p.rename("project", ("Mine", "Ours")[side]),
    "name of a code": lambda p, side: p.rename("code:trust", ("Faith", "Reliance")[side]),
    "definition": lambda p, side: _in_codebook(p, "redefine", "trust", definition=("x", "y")[side]),
    "colour": lambda p, side: _in_codebook(p, "recolour", "trust", ("#112233", "#332211")[side]),
    "place": lambda p, side: _in_codebook(p, "move", "trust", ("money", "time")[side]),
    "kind": lambda p, side: p.set_kind("joint", ("machine", "consensus")[side]),  # type: ignore[arg-type]
    "scale": lambda p, side: p.set_scale({1: ("little", "some")[side]}),
    "code set": lambda p, side: p.set_codes("key", ("trust", "money")[side]),
    "view": lambda p, side: p.save_view("part", documents=("a", "b")[side]),
    "query": lambda p, side: p.save_query("calm", ("code(trust)", "code(money)")[side]),
    "text": lambda p, side: p.correct("a", ("We all trust.", "We trust her.")[side]),
    "memo": lambda p, side: p.edit_memo(p.memos[0], ("This.", "That.")[side]),
}


@pytest.mark.parametrize("name", list(CHANGES))
def test_setting_what_is_shown_settles_it(tmp_path: Path, name: str) -> None:
    book = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money"), qc.Code("time")])
    made = qc.Project.create(tmp_path / "one", codebook=book, coder="eve")
    made.add_documents({"a": "We trust.", "b": "They do.", "c": "So."})
    made.add_case("one", documents="b")
    made.add_coder("joint")
    made.add_memo("project", "First.")
    made.save()
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    for side, folder in enumerate(("one", "two")):
        with qc.Project.open(tmp_path / folder) as project, project.as_coder(("ana", "ben")[side]):
            CHANGES[name](project, side)
    for file in (*(tmp_path / "two/log").iterdir(), *(tmp_path / "two/texts").iterdir()):
        here = tmp_path / "one" / file.parent.name / file.name
        if not here.exists():
            shutil.copy(file, here)
    united = qc.Project.open(tmp_path / "one")
    (conflict,) = united.conflicts
    assert conflict.kind == "both set"
    events = united.log.timeline
    last = events.events[events.position[conflict.events[-1]]].author
    CHANGES[name](united, ("ana", "ben").index(last))
    assert united.conflicts == ()
    count = len(united.log)
    CHANGES[name](united, ("ana", "ben").index(last))
    assert len(united.log) == count, "once settled, the same again changes nothing"
    united.save()
    assert qc.Project.open(tmp_path / "one").conflicts == ()
