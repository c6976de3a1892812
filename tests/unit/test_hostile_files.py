"""Files that are broken, or made to harm: a clear error, in bounded time and memory."""

from __future__ import annotations

import io
import os
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.making_files import (
    OFFICE,
    archive,
    docx,
    epub,
    odt,
    p,
    pdf,
    read,
    refusal,
    xlsx,
    xlsx_cell,
)

import qualcode as qc
from qualcode.errors import DocumentError
from qualcode.io.raw import decoding, packed
from qualcode.io.raw.extents import check_extents
from qualcode.io.raw.packed import Archive
from qualcode.io.raw.sheets import read_sheets
from qualcode.io.readers import writing

BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>'
FILES = {
    "a.docx": docx(p("One.") + p("Two.")),
    "a.odt": odt("<text:p>One.</text:p>"),
    "a.epub": epub("<p>One.</p>"),
    "a.pdf": pdf("One."),
    "a.rtf": b"{\\rtf1\\ansi One.\\par}",
    "a.html": b"<p>One.</p>",
    "a.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nOne.\n",
    "a.srt": b"1\n00:00:01,000 --> 00:00:02,000\nOne.\n",
    "a.csv": b"speaker,text\nAna,One.\n",
    "a.json": b'{"segments": [{"text": "One."}]}',
    "a.txt": b"One.",
}


@pytest.mark.parametrize("name", [n for n in FILES if n not in ("a.txt", "a.html", "a.csv")])
@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"%PDF-1.4", b"\xd0\xcf\x11\xe0 old", b"nothing"]
)
def test_a_file_that_is_not_what_its_name_says(name: str, data: bytes) -> None:
    told = refusal(name, data)
    assert name in told if told is not None else not read(name, data).text


def test_an_archive_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "LARGEST_MEMBER", 1_000_000)
    data = docx(p("x" * 2_000_000))
    assert len(data) < 10_000
    with pytest.raises(DocumentError, match="unpacks to more than"):
        read("a.docx", data)


def test_a_text_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LARGEST_TEXT", 100)
    with pytest.raises(DocumentError, match="has more than 100 letters"):
        read("a.docx", docx(p("word " * 50)))


def test_a_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x" * 200)
    with pytest.raises(DocumentError, match="has more than 100 bytes"):
        decoding.read_bytes(tmp_path / "a.txt", most=100)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_not_read(encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{BOMB}<a>&c;</a>'.encode(encoding)
    with pytest.raises(DocumentError, match="declares a document type or entities"):
        read("a.docx", archive({"word/document.xml": xml}))
    outside = b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'
    with pytest.raises(DocumentError, match="declares a document type"):
        read("a.odt", archive({"content.xml": outside}))


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.html", "a.epub"])
def test_elements_that_lie_too_deep(name: str) -> None:
    deep = 5_000
    data = {
        "a.docx": docx("<w:ins>" * deep + "</w:ins>" * deep),
        "a.odt": odt("<text:section>" * deep + "</text:section>" * deep),
        "a.html": b"<div>" * deep + b"x" + b"</div>" * deep,
        "a.epub": epub("<div>" * deep + "x" + "</div>" * deep),
    }[name]
    with pytest.raises(DocumentError, match="deep in each other"):
        read(name, data)


@pytest.mark.parametrize(
    "opened", ["<div>", "<ul><li>", "<p><div></p>", "<!--><Section>", "<div title='>'>"]
)
@pytest.mark.parametrize("name", ["a.html", "a.epub"])
def test_the_time_to_refuse_a_deep_page_does_not_grow_with_its_square(
    name: str, opened: str
) -> None:
    page = opened * 200_000 + "I: hi"
    begun = time.perf_counter()
    with pytest.raises(DocumentError, match="deep in each other"):
        read(name, page.encode() if name == "a.html" else epub(page))
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    "page",
    [
        "<div><p>One.</div>",
        "<li>One.",
        "<ul><div>One.</ul>",
        "<!-- <div> -->One.",
        "<script>'<div>'</script>One.",
        '<p title="<div>">One.',
    ],
)
def test_a_long_page_is_no_deep_one(page: str) -> None:
    assert read("a.html", (page * 5_000).encode()).text.count("One.") == 5_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("source", [".", "*.txt"])
def test_a_pipe_in_a_folder_is_told_and_never_waited_for(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("One.")
    os.mkfifo("p.txt")
    project = qc.Project.new("s", codebook=qc.Codebook("s", codes=[qc.Code("t")]), coder="ana")
    added = project.add_documents(source)
    assert [document.id for document in added] == ["a"]
    (left,) = added.left_out
    assert (left.file, left.status) == ("p.txt", "not read")
    assert "is a pipe, a socket or a device" in left.reason
    with pytest.raises(DocumentError, match=r"^p\.txt: is a pipe, a socket or a device"):
        project.add_documents("p.txt")
    assert list(project.documents) == ["a"]


def test_json_that_lies_too_deep() -> None:
    with pytest.raises(DocumentError, match=r"a\.json"):
        read("a.json", b"[" * 100_000 + b"]" * 100_000)


def test_cells_in_opposite_corners_make_no_grid() -> None:
    small = read_sheets(
        ".xlsx", xlsx(xlsx_cell("A1", "x") + xlsx_cell("C4", "y")), encoding=None, where="a"
    )
    assert small[0].rows[3][2] == "y"
    # What makes the grid would end the whole process, for want of memory.
    with pytest.raises(DocumentError, match="row 1,048,576 and column 16,384"):
        read("a.xlsx", xlsx(xlsx_cell("A1", "x") + xlsx_cell("XFD1048576", "y")))


def test_cells_that_are_repeated_without_end_make_no_grid() -> None:
    spaces = "urn:oasis:names:tc:opendocument:xmlns:"
    cell = "<table:table-cell office:value-type='string' table:number-columns-repeated='16000'/>"
    rows = f"<table:table-row table:number-rows-repeated='1000000'>{cell}</table:table-row>"
    content = (
        f"<office:document-content xmlns:office='{spaces}office:1.0' xmlns:table='{spaces}table:1.0'>"
        f"<office:body><office:spreadsheet><table:table table:name='S'>{rows}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with pytest.raises(DocumentError, match="row 1,000,000 and column 16,000"):
        read("a.ods", archive({"mimetype": kind, "content.xml": content}))


def test_cells_of_a_binary_sheet_are_bounded_too() -> None:
    def record(kind: int, number: int) -> bytes:
        return bytes([kind, 4]) + number.to_bytes(4, "little")

    far = b"\x91\x01\x00" + record(0, 1_048_575) + record(7, 16_383)
    with pytest.raises(DocumentError, match="row 1,048,576 and column 16,384"):
        read_sheets(".xlsb", archive({"xl/worksheets/sheet1.bin": far}), encoding=None, where="a")


@given(st.binary(max_size=300))
def test_any_bytes_as_a_sheet_are_looked_at_to_their_end(data: bytes) -> None:
    for name in ("xl/worksheets/sheet1.bin", "xl/worksheets/sheet1.xml", "content.xml"):
        with suppress(DocumentError):
            check_extents(Archive(archive({name: data}), where="a.xlsx", kind="spreadsheet"))


def test_macros_and_links_to_elsewhere_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    to = f"Target='{secret.as_uri()}' TargetMode='External'"
    link = f"<Relationship Id='r9' Type='{OFFICE}/attachedTemplate' {to}/>"
    field = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>INCLUDETEXT '
        f'"{secret}"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>as it was</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    with zipfile.ZipFile(io.BytesIO(docx(p("One.") + field))) as file:
        members: dict[str, str | bytes] = {name: file.read(name) for name in file.namelist()}
    members["word/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 Sub AutoOpen()"
    members["word/_rels/document.xml.rels"] = f"<Relationships>{link}</Relationships>"
    found = read("a.docm", archive(members))
    assert found.text.split() == ["One.", "as", "it", "was"]


def test_nothing_is_written_and_no_path_leaves_the_archive(tmp_path: Path) -> None:
    outside = tmp_path / "outside.xhtml"
    outside.write_text("<p>secret</p>")
    data = epub("<p>One.</p>")
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    members["O/b.opf"] = members["O/b.opf"].replace(b"text/c0.xhtml", b"../../outside.xhtml")
    members["../evil.txt"] = b"x"
    (tmp_path / "book").mkdir()
    path = tmp_path / "book" / "a.epub"
    path.write_bytes(archive(members))
    with pytest.raises(DocumentError, match="holds no text"):
        qc.Project.new("S").add_documents(path)
    assert {each.name for each in tmp_path.rglob("*")} == {"outside.xhtml", "book", "a.epub"}


def test_a_password_is_told() -> None:
    with pytest.raises(DocumentError, match="protected by a password"):
        read("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500)


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=40)
@given(cut=st.integers(0, 400), at=st.integers(0, 400), byte=st.integers(0, 255))
def test_cut_and_altered_files_give_a_document_or_an_error(
    name: str, cut: int, at: int, byte: int
) -> None:
    whole = FILES[name]
    altered = bytearray(whole)
    altered[at % len(whole)] = byte
    for data in (whole[: cut % (len(whole) + 1)], bytes(altered)):
        told = refusal(name, data)
        assert told is None or name in told


@pytest.mark.parametrize(
    "text",
    [
        "A" * 300_000,
        "A " * 150_000,
        "1:" * 150_000,
        "[" * 300_000,
        "A: " * 100_000,
        "\n".join("A: b" for _ in range(30_000)),
        "\n".join("I: b\nx" for _ in range(15_000)),
        "\n".join(f"## A\nI: b\nR: {n}" for n in range(10_000)),
        "\n".join(f"I: b\n[0:{n % 60:02}:00]\nR: c" for n in range(10_000)),
        ">> " * 100_000,
        "\n>> " * 50_000,
        "(((" * 100_000,
        "00:00:01 " * 40_000,
        "**" * 150_000,
        "\n" * 300_000,
        "# " * 150_000,
        "Â€" * 100_000,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_no_text_takes_long_to_look_through(text: str) -> None:
    start = time.process_time()
    qc.find_turns(text)
    read("a.md", text) if "Â" not in text else None
    assert time.process_time() - start < 20
