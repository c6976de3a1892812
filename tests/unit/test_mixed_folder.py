"""A folder of transcripts of every format goes to a table of themes by who speaks."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from tests.unit.making_files import docx, docx_table, epub, odt, p, pdf

import qualcode as qc

TALK = (
    ("How did you come here?", "By boat. We trust the sea. Money was short."),
    ("And the money?", "They pay late, but we trust each other."),
)
CODES = (qc.Code("money", keywords=["money", "pay"]), qc.Code("trust", keywords=["trust"]))
THEMES = (qc.Theme("means", codes=["money"]), qc.Theme("ties", codes=["trust"]))


def _turns(asks: str, answers: str) -> list[tuple[str, str]]:
    return [(who, said) for a, b in TALK for who, said in ((asks, a), (answers, b))]


def _lines(asks: str, answers: str, mark: str = ": ") -> list[str]:
    return [f"{who}{mark}{said}" for who, said in _turns(asks, answers)]


def _sheet() -> bytes:
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Name", "Content"])
    for turn in _turns("Interviewer", "Zoë"):
        book.active.append(turn)
    book.save(data)
    return data.getvalue()


def _cues(mark: str) -> list[str]:
    return [
        f"00:00:{5 * n:02}{mark}000 --> 00:00:{5 * n + 4:02}{mark}000\n{line}"
        for n, line in enumerate(_lines("Interviewer", "Jo Park"))
    ]


def _files() -> dict[str, bytes | str]:
    """Return a transcript in each format, each in another convention."""
    bold = "".join(f"<p><b>{who}</b>: {said}</p>" for who, said in _turns("Interviewer", "Ola"))
    rich = r"\par ".join(_lines("Q", "A"))
    table = docx_table(*_turns("Interviewer", "Ines"))
    said = [{"speaker": who, "text": words} for who, words in _turns("Interviewer", "P9")]
    return {
        "bold.html": f"<!doctype html><html><body>{bold}</body></html>",
        "book.epub": epub(bold),
        "cells.xlsx": _sheet(),
        "cues.srt": "\n\n".join(f"{n}\n{cue}" for n, cue in enumerate(_cues(","), 1)),
        "cues.vtt": "WEBVTT\n\n" + "\n\n".join(_cues(".")),
        "dashes.odt": odt("".join(f"<text:p>{line}</text:p>" for line in _lines("I", "R", " – "))),
        "json.json": json.dumps(said),
        "marks.md": "\n\n".join(f"**{who}:** {words}" for who, words in _turns("I", "P2")),
        "old.rtf": rf"{{\rtf1\ansi {rich}\par}}",
        "paragraphs.docx": docx("".join(map(p, _lines("Interviewer (I)", "Jan van der Berg")))),
        "print.pdf": pdf("\n".join(_lines("INTERVIEWER", "MR. OBI"))),
        "rows.csv": "\r\n".join(["Sprecher;Text", *_lines("I", "B3", ";")]).encode("cp1252"),
        "table.docx": docx(table),
        "wide.txt": "\r\n".join(_lines("I", "R")).encode("utf-16"),
    }


def test_files_of_every_format_go_to_themes_by_role(tmp_path: Path) -> None:
    for package in ("selectolax", "striprtf", "pypdfium2", "python_calamine"):
        pytest.importorskip(package)
    files = _files()
    for name, data in files.items():
        (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    codebook = qc.Codebook("work", codes=CODES, rollups=[qc.Rollup("main", themes=THEMES)])
    project = qc.Project.new("Harbour", codebook=codebook, coder="ana")
    added = project.add_documents(tmp_path)
    n = len(files)
    assert added.counts == {"added": n}
    people = project.speakers_frame()
    assert (
        people.groupby("document")["role"].agg(set).tolist() == [{"interviewer", "participant"}] * n
    )
    assert set(people["turns"]) == {2}
    for code in CODES:
        project.accept(project.autocode(code.id))
    table = project.crosstab("role", level="theme").to_frame()
    assert table.loc["means", ["interviewer", "participant"]].tolist() == [n, 2 * n]
    assert table.loc["ties", ["interviewer", "participant"]].tolist() == [0, 2 * n]
    assert project.segments(unit="turn").to_frame()["quote"].value_counts().to_dict() == {
        words: n for turn in TALK for words in turn
    }
