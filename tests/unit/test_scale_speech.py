"""Who speaks in tables: what is found, what is told, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

import qualcode as qc
from qualcode import errors
from qualcode.report.methods import methods

pa = pytest.importorskip("pyarrow")

BOOK = qc.Codebook("talks", codes=[qc.Code("trust"), qc.Code("budget")])
TEXTS = ["I: Who pays?\nANA: We do.\nI: All of it?\nANA: Mostly.", "Field notes."]


def rows() -> Any:
    return pa.table(
        {
            "document": ["a", "a", "a", "b"],
            "start": [3, 18, 3, 0],
            "end": [8, 24, 20, 5],
            "code": ["trust", "budget", "trust", "budget"],
            "coder": ["ana"] * 4,
        }
    )


def documents(**columns: Any) -> Any:
    return pa.table({"document": ["a", "b"], **columns})


def turns(**columns: Any) -> Any:
    told = {
        "document": ["a", "a", "b"], "start": [3, 18, 0], "end": [12, 24, 12],
        "speaker": ["I", "ANA", None], "role": ["interviewer", None, None],
    }  # fmt: skip
    return pa.table({**told, **columns})


def asked(by: str, **tables: Any) -> Any:
    table = qc.scan_assignments(rows(), **tables)
    return qc.crosstab(table, BOOK, by, level="code", count="segments")


def test_speakers_are_found_in_texts_or_told_by_turns() -> None:
    found = asked("speaker", documents=documents(text=TEXTS))
    told = asked("speaker", documents=documents(), turns=turns())
    for each in (found, told):
        assert each.values == ("ANA", "I", "(several)", "(not known)")
        assert each.counts.tolist() == [[0, 1, 1, 0], [1, 0, 0, 1]]
    assert asked("role", documents=documents(), turns=turns()).values[0] == "interviewer"
    assert "the words of each speaker" in methods(told)


def test_a_variable_that_is_called_so_is_that_variable() -> None:
    found = asked("role", documents=documents(role=["x", "y"]), turns=turns())
    assert found.values == ("x", "y")


def test_what_is_not_told_is_refused() -> None:
    with pytest.raises(
        errors.StatisticsError, match="'speaker' asks who speaks, which is found in"
    ):
        asked("speaker", documents=documents())
    with pytest.raises(errors.StatisticsError, match=r"turns=… is of no use without the documents"):
        qc.scan_assignments(rows(), turns=turns())
    with pytest.raises(errors.DocumentError, match=r"no column 'speaker'.*A table of turns has"):
        asked("speaker", documents=documents(), turns=turns().drop(["speaker"]))
    with pytest.raises(errors.StatisticsError, match=r"there are no groups by 'speaker\.case'"):
        asked("speaker.case", documents=documents(), turns=turns())
    with pytest.raises(errors.StatisticsError, match="one of documents or cases"):
        asked("speaker")


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"end": [20, 24, 12]}, errors.DocumentError, r"turns 3–20 and 18–24 of document 'a' overlap"),
        ({"start": [13, 18, 0]}, errors.DocumentError, "ends at 12, before its start 13"),
        ({"role": ["boss", None, None]}, errors.DocumentError, "role"),
        ({"speaker": ["I", "I", None], "role": ["interviewer", "participant", None]},
         errors.DocumentError, r"'I' has two roles or cases in document 'a'"),
        ({"document": ["a", "a", "a"], "start": [3, 18, 30], "end": [12, 24, 31]},
         errors.NotFoundError, "document 'b' has no turn there: give all turns"),
        ({"start": ["3", "18", "0"]}, errors.DocumentError, "offsets"),
    ],
)  # fmt: skip
def test_turns_that_are_none_are_refused(
    changed: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        asked("speaker", documents=documents(), turns=turns(**changed))
    assert qc.rollup(
        qc.scan_assignments(rows(), documents=documents(), turns=turns(**changed)), BOOK
    ).total, "nobody asked who speaks"
