"""Make the project of format 1 beside this file, and what is expected of it.

It was run with the last version of the library that wrote format 1 (commit df0e1b9), and is kept to show how
the project came about::

    PYTHONPATH=src python tests/data/format1/make.py
"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import qualcode as qc

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from snapshot import snapshot  # noqa: E402

_moments = iter(datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(minutes=7 * n) for n in range(9999))


def clock() -> datetime:
    return next(_moments)


def codebook() -> qc.Codebook:
    return qc.Codebook(
        "study",
        name="Study",
        codes=[
            qc.Code("people", name="People", codable=False),
            qc.Code("trust", name="Trust", parent="people", definition="That others mean well."),
            qc.Code("faith", name="Faith", parent="people"),
            qc.Code("money", name="Money", keywords=["fund"]),
            qc.Code("time", name="Time"),
            qc.Code("place", name="Place"),
        ],
    )


def main() -> None:
    folder = HERE / "project"
    shutil.rmtree(folder, ignore_errors=True)
    project = qc.Project.create(
        folder, name="Old study", codebook=codebook(), coder="ana", clock=clock
    )
    project.add_coder("ana", name="Ana")
    project.add_coder("robot", kind="machine")
    project.add_coder("both", name="Ana and Ben", kind="consensus")
    project.add_case("north", name="North", variables={"size": 3})
    texts = {
        "a": "We trust them.\r\nThey trust us 🤝, mostly.\r\n",
        "b": "Money is short. Nobody decides. \u00e9 and e\u0301.",
        "c": "\ufeffThe fund ends in March; time runs out, and nobody knows where we meet.",
    }
    project.add_document(
        texts["a"],
        id="a",
        name="First talk",
        variables={
            "site": "north",
            "seen": date(2026, 1, 2),
            "wave": 1,
            "paid": True,
            "score": 0.5,
        },
        cases=["north"],
        source="tapes/a.txt",
    )
    project.add_document(texts["b"], id="b", variables={"site": "south"}, cases=["north", "south"])
    project.assign(("a", 0, 14), "trust", coder="ana", memo="first", weight=0.5)
    project.assign(("a", 16, 26), "faith", coder="ana")
    project.assign(("b", 0, 15), "money", coder="ana")
    project.assign(("b", 0, 15), "trust", coder="Ben Öz/1", memo="zwei\nZeilen")
    project.retract(("b", 0, 15), "trust", coder="Ben Öz/1")
    project.assign(("b", 16, 31), "time", coder="Ben Öz/1", weight=2)
    project.add_memo("project", "Begun.", coder="ana")
    project.add_memo("code:trust", "Too wide?", coder="ana")
    project.save()
    with project.revise(coder="ana", reason="they are one") as cb:
        cb.merge(["faith"], into="trust")
    project.assign(("a", 16, 20), "trust", coder="ana")
    project.add_memo("revision:2", "A hard choice.", coder="Ben Öz/1")
    project.revert(2, coder="Ben Öz/1", reason="they are two")
    project.assign(("a", 21, 26), "faith", coder="Ben Öz/1")
    project.revert(3, coder="ana", reason="one after all")
    project.add_document(texts["c"], id="c", cases=["south"])
    project.assign(("c", 1, 9), "money", coder="ana")
    project.assign(("c", 10, 23), "money", coder="both")
    project.assign(("c", 25, 38), "time", coder="robot", origin="import:list")
    project.assign(("c", 44, 70), "place", coder="Ben Öz/1")
    with project.revise(coder="Ben Öz/1", reason="two kinds of money") as cb:
        cb.split(
            "money",
            {
                qc.Code("short-money", name="Short money"): lambda each: (
                    each.segment.document.id == "b"
                ),
                qc.Code("ending-money", name="Ending money"): lambda each: (
                    each.coder == "ana" and each.segment.document.id == "c"
                ),
            },
        )
        cb.rename("time", "Hours")
    project.save()
    with project.revise(coder="ana") as cb:
        cb.decide("money", {"ending-money": lambda each: each.coder == "both"})
        cb.add("hope", name="Hope", parent="people", definition="Of better things.")
        cb.retire("place")
    project.assign(("a", 27, 33), "hope", coder="ana")
    project.revert(9, coder="ana", reason="it is needed")
    project.revert(len(project.history), coder="ana")
    project.revert(len(project.history), coder="Ben Öz/1", reason="no, it is")
    project.reject(project.autocode("hope", text="decides"), coder="ana")
    project.accept(
        project.autocode("hope", text="nobody", documents="c"), coder="Ben Öz/1", memo="so it is"
    )
    project.retract(("a", 0, 14), "trust", coder="ana")
    project.add_memo("document:c", "Read twice.\r\nSure.", coder="both")
    project.add_memo(project.segment("b", 0, 5), "Which?", coder="ana")
    project.add_memo("case:south", "Later.", coder="ana")
    project.add_memo("coder:robot", "A list.", coder="ana")
    project.set_variables("b", site="south-east", wave=2)
    project.save()
    assert qc.check_folder(folder) == []
    shutil.rmtree(folder / ".qualcode")
    found = json.dumps(snapshot(qc.Project.open(folder)), ensure_ascii=False, indent=1)
    (HERE / "expected.json").write_text(found + "\n", encoding="utf-8")
    shutil.rmtree(folder / ".qualcode", ignore_errors=True)


if __name__ == "__main__":
    main()
