"""Real files in REFI-QDA: read, rolled up and written again; the documentation's table is made here."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

import qualcode as qc
from qualcode.errors import StudyError
from qualcode.io.raw.elements import Element, parse_element

etree = pytest.importorskip("lxml.etree")
ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "refi"
PAGE = ROOT / "docs" / "explanation" / "what-travels.md"
FILES = {
    "nvivo-windows-12.qdpx": "NVivo for Windows 12.6",
    "atlasti-8-mac-annex.qdpx": "ATLAS.ti 8.4 for Mac",
    "annex-A2.qde": "the same, as the standard prints it",
    "annex-A3.qde": "Transana 3.22, as the standard prints it",
}


def place() -> Path:
    for above in (ROOT, *ROOT.parents):
        found = above.parent / "shared" / "refi" / "files"
        if found.is_dir():
            return found
    pytest.skip("the real files are not here")


def xml_of(path: Path) -> bytes:
    if path.suffix == ".qde":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(next(n for n in archive.namelist() if n.lower().endswith(".qde")))


def plain(element: Element) -> Any:
    given = {k: v for k, v in element.attributes.items() if not k.startswith(("xmlns", "xsi:"))}
    return element.tag, given, "" if len(element) else element.text, [*map(plain, element)]


def test_real_files_and_the_table_of_them(tmp_path: Path) -> None:
    schema = etree.XMLSchema(etree.parse(DATA / "Project.xsd"))
    rows = [
        "| File | Made by | Elements read | Kept | Carried | Lost | Written again |",
        "|---|---|---:|---:|---:|---:|---|",
    ]
    for name, made_by in FILES.items():
        path, again = place() / name, tmp_path / f"again-{name}"
        report = qc.read_refi(path)
        rolled = report.project.rollup(count="segments").to_frame().set_index("id")
        places = {
            (e.segment.document.id, e.segment.start, e.segment.end)
            for e in report.project.assignments
        }
        assert rolled.loc["total", "count"] == len(places)
        losses = qc.write_refi(report.project, again)
        assert schema.validate(etree.fromstring(xml_of(again))), schema.error_log.last_error
        before, after = (
            plain(parse_element(xml_of(each), where=name, error=StudyError))
            for each in (path, again)
        )
        same = before == after
        assert same or losses
        sums = [
            sum(getattr(e, f) for e in report.elements) for f in ("read", "kept", "carried", "lost")
        ]
        told = "each element the same" if same else f"valid, {losses.total} mends"
        rows.append(f"| `{name}` | {made_by} | {' | '.join(f'{n:,}' for n in sums)} | {told} |")
        qc.write_refi(qc.read_refi(again).project, tmp_path / f"third-{name}")
        assert xml_of(tmp_path / f"third-{name}") == xml_of(again)
    assert "\n".join(rows) in PAGE.read_text(encoding="utf-8"), "\n".join(rows)


def test_a_real_codebook_is_the_same_when_written_again(tmp_path: Path) -> None:
    book = qc.read_codebook(place() / "annex-A1.qdc")
    assert not qc.write_codebook(book, tmp_path / "again.qdc")
    again = qc.read_codebook(tmp_path / "again.qdc")
    assert list(again.codes.values()) == list(book.codes.values())


def test_a_file_that_is_no_xml_is_refused_with_its_line() -> None:
    with pytest.raises(StudyError, match=r"malformed\.qde, line 260: is no valid XML"):
        qc.read_refi(place() / "annex-A3-malformed.qde")
