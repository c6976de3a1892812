"""Whatever reports and the suggester are given is taken, or refused by an error that names the argument."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from tests.laws.entries import Entry, check_refusal, method
from tests.laws.test_wrong_questions import AMONG, made

import qualcode as qc
from qualcode import report, suggest
from qualcode.testing.odd import ODD

mpl.use("agg")
PROJECT = made()
MET = PROJECT.cooccurrence("paragraph")
ROLLED = PROJECT.rollup("r")
SEGMENTS = PROJECT.segments("sentence")
SUGGESTER = PROJECT.suggester(unit="sentence").fit()
TEXTS = ["We share one budget", "They do not", "Nobody asked us", "We paid"]


def reports() -> list[Entry]:
    view = qc.View(PROJECT.state)
    return [
        Entry("methods", report.methods, {"result": ROLLED, "code": True}, {"result": "paragraph"}),
        Entry(
            "write_html", report.write_html,
            {"view": view, "path": "page.html", "rollups": ["r"], "count": "documents",
             "unit": "document", "by": ["site"], "coders": ["ana"], "agreement": "sentence",
             "quotes": 3, "text": 100, "random_state": 0},
            {**AMONG, "path": "path|page|written", "rollups": "rollup|attribute", "agreement": "unit"},
        ),
        Entry(
            "write_tables", report.write_tables,
            {"view": view, "path": "tables", "rollups": ["r"], "count": "documents",
             "unit": "document", "by": ["site"], "coders": ["ana"]},
            {**AMONG, "path": "path|written", "rollups": "rollup|attribute"},
        ),
        Entry("write_frame", report.write_frame, {"frame": pd.DataFrame({"a": [1]}), "path": "frame.csv"},
              {"path": "path|written|kind|end"}),
        Entry("pairs_frame", report.pairs_frame, {"met": MET, "measure": "count", "min_count": 1}),
        Entry("pairs_text", report.pairs_text,
              {"met": MET, "measure": "count", "min_count": 1, "top": 3, "width": 80}),
        Entry("rollup_text", report.rollup_text,
              {"result": ROLLED, "width": 80, "level": "theme", "ascii": True}),
        Entry("plot.rollup", report.plot.rollup, {"result": ROLLED, "level": "theme", "top": 3}),
        Entry("plot.evidence", report.plot.evidence, {"result": PROJECT.evidence()}),
        Entry("plot.agreement", report.plot.agreement,
              {"study": PROJECT.study(unit="sentence"), "measure": "cohen_kappa", "thresholds": [0.8]}),
        Entry("plot.sensitivity", report.plot.sensitivity,
              {"result": PROJECT.sensitivity(qc.conclusions.Together("a", "c"))}),
    ]  # fmt: skip


def suggesting() -> list[Entry]:
    suggested: dict[str, Any] = {
        "documents": ["d0"], "coded": True, "again": True, "top": 2, "precision": None, "recall": None,
        "explain": False, "progress": None,
    }  # fmt: skip
    told = {**AMONG, "precision": "precision|recall", "recall": "precision|recall"}
    return [
        method(PROJECT, "suggester", {**AMONG, "what": "suggester|what"}, what="stacker", unit="sentence",
               name="n", coders=["ana"], codes=["a", "b"], complete=["d0"], without_speakers=["ANA"],
               language="en", pipeline=None, encode=None, batch=False, version="",
               options=None),
        method(PROJECT, "suggest", told, suggester=SUGGESTER, **suggested),
        Entry("suggest for segments", lambda segments: PROJECT.suggest(SUGGESTER, segments, explain=False),
              {"segments": [SEGMENTS[0]]}),
        method(SUGGESTER, "next_to_code", n=2, strategy="random", documents=["d0"], min_words=1,
               random_state=1),
        method(SUGGESTER, "doubts", n=2),
        Entry(
            "find", lambda **given: list(suggest.find(**given)),
            {"segments": list(SEGMENTS), "text": ["share"], "regex": "sh", "pattern": None, "speaker": None,
             "whole_word": True, "ignore_case": True, "language": "en", "pipeline": None},
            {"text": "text|look for", "regex": "regex|regular"},
        ),
        Entry("make_suggester", suggest.make_suggester, {"what": "stacker"}, {"what": "suggester|what"}),
        Entry("Rules.of", suggest.Rules.of, {"codes": list(PROJECT.codebook), "language": "en",
                                             "pipeline": None}),
        method(suggest.Rules.of(list(PROJECT.codebook)), "matches", text="share"),
        method(suggest.Rules.of(list(PROJECT.codebook)), "hits", texts=["share"]),
        Entry("CodeText", suggest.CodeText, {"id": "a", "name": "A"}),
    ]  # fmt: skip


ENTRIES = [*reports(), *suggesting()]
RUNS = [
    pytest.param(entry, name, id=f"{at}-{entry.label}-{name}")
    for at, entry in enumerate(ENTRIES)
    for name in entry.base
]


@pytest.mark.parametrize(("entry", "name"), RUNS)
def test_odd_arguments_are_taken_or_refused_by_name(
    entry: Entry, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for odd in ODD:
        check_refusal(entry, name, odd)


@pytest.mark.parametrize("name", ["project", "suggester", "documents", "budgets", "seeds", "marked",
                                  "baselines", "precisions", "recalls", "progress"])  # fmt: skip
def test_an_evaluation_says_at_once_what_is_wrong(name: str) -> None:
    # With too little coded to evaluate, so that what is taken costs nothing.
    base = {"project": PROJECT, "suggester": SUGGESTER}
    words = {name: f"segments are coded|learned|{name.rstrip('s')}"}
    entry = Entry("evaluate_suggester", qc.evaluate_suggester, base, words)
    for odd in ODD:
        check_refusal(entry, name, odd)
