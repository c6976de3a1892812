"""REFI-QDA of which a part is damaged, says two things, or tells little: the rest is read, and it is told."""

# XML in one line is easier to read

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest
from tests.unit.test_refi import (
    CODES,
    TEXT,
    TRUST,
    USERS,
    G,
    archived,
    coding,
    project,
    read,
    selection,
    source,
    written,
    xml_of,
)

import qualcode as qc
from qualcode.errors import StudyError

ONE = selection(22, 2, 10, coding(23), "We trust")
BOTH = 'plainTextPath="internal://a.txt" richTextPath="internal://a.docx"'


def of(*sources: str) -> str:
    return project(USERS, CODES, f"<Sources>{''.join(sources)}</Sources>")


def damaged(archive: bytes, name: str) -> bytes:
    """The archive with one file in it altered, so that its sum does not fit."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        info = file.getinfo(name)
    at = info.header_offset + 30 + len(name) + info.compress_size // 2
    return archive[:at] + bytes([archive[at] ^ 0x55]) + archive[at + 1 :]


def test_a_damaged_file_is_left_out_and_told(tmp_path: Path) -> None:
    docx = b"PK" + bytes(range(256)) * 4
    whole = archived(of(source(ONE, more=BOTH)), **{"a.docx": docx})
    report = read(damaged(whole, "sources/a.docx"), tmp_path)
    assert [each.segment.quote for each in report.project.assignments] == ["We trust"]
    (told,) = [each for each in report.losses if each.severity == "damage"]
    assert (told.element, told.name) == ("file", "a.docx")
    assert not read(whole, tmp_path).losses


def test_a_damaged_text_is_carried_and_other_texts_are_read(tmp_path: Path) -> None:
    other = source(ONE.replace(f"{23:012d}", f"{93:012d}"), 91, 'plainTextPath="internal://b.txt"')
    whole = archived(of(source(ONE), other), **{"b.txt": TEXT.encode()})
    report = read(damaged(whole, "sources/a.txt"), tmp_path)
    assert [each.segment.quote for each in report.project.assignments] == ["We trust"]
    assert any("cannot be read" in each.reason for each in report.losses)
    assert f'guid="00000000-0000-0000-0000-{21:012d}"' in written(report.project, tmp_path)


def test_a_damaged_text_that_is_in_the_project_too_is_read_there(tmp_path: Path) -> None:
    inside = f"<PlainTextContent>{TEXT.replace(chr(13), '&#13;')}</PlainTextContent>"
    whole = archived(of(source(inside + ONE)))
    report = read(damaged(whole, "sources/a.txt"), tmp_path)
    assert [each.text for each in report.project.documents.values()] == [TEXT]
    assert [each.severity for each in report.losses] == ["damage"]


@pytest.mark.parametrize(
    ("inside", "told"),
    [("We trust nobody.", ["damage"]), (TEXT.replace("\r\n", "\n"), []), (f"{TEXT}\n", [])],
)
def test_a_text_said_twice_is_told_where_it_differs(
    inside: str, told: list[str], tmp_path: Path
) -> None:
    report = read(
        archived(of(source(f"<PlainTextContent>{inside}</PlainTextContent>{ONE}"))), tmp_path
    )
    assert [each.text for each in report.project.documents.values()] == [TEXT]
    assert [each.severity for each in report.losses if each.element == "PlainTextContent"] == told


@pytest.mark.parametrize("origin", ["NVivo", "ATLAS.ti", "Somebody's own"])
def test_few_selections_are_no_damage(origin: str, tmp_path: Path) -> None:
    plain = b"We trust them.\r\nThey pay."
    few = source(selection(22, 3, 8, coding(23)) + selection(24, 9, 13, coding(25)))
    xml = project(USERS, CODES, f"<Sources>{few}</Sources>", origin=origin)
    report = read(archived(xml, **{"a.txt": plain}), tmp_path)
    assert [each.segment.quote for each in report.project.assignments] == ["trust", "them"]
    assert not report.losses


def test_selections_that_fit_another_way_better_are_told(tmp_path: Path) -> None:
    # Counted as UTF-16, each is a word; as the standard has it, none is. Two are too few to go by.
    text = "🤝 We trust them."
    two = selection(22, 6, 11, coding(23)) + selection(24, 12, 16, coding(25))
    xml = project(USERS, CODES, f"<Sources>{source(two)}</Sources>", origin="unknown")
    report = read(archived(xml, **{"a.txt": text.encode()}), tmp_path)
    assert [each.element for each in report.losses] == ["positions"]


def test_a_file_whose_own_part_was_edited_is_read_as_any_other(tmp_path: Path) -> None:
    book = qc.Codebook("b", codes=[qc.Code("t9", name="Trust")])
    project = qc.Project.new("P", codebook=book)
    project.add_document("I: Who pays?\nR: We do.\nI: Sure?\nR: Yes.", id="int-7", name="Joan")
    project.set_speakers("int-7", labels={"R": "Joan"})
    qc.write_refi(project, tmp_path / "p.qdpx")
    xml = xml_of(tmp_path / "p.qdpx")
    for old, new in [
        ('"t9"', '"../t9"'), ('"t9"', "9"), ('{"code"', '{"code'), ("turn", "burn"),
        ('"int-7"', '"con"'), ('"speakers":{', '"speakers":{"sure":[],'), ("[3,12", "[3,1299"),
    ]:  # fmt: skip
        (tmp_path / "edited.qde").write_text(xml.replace(old, new))
        again = qc.read_refi(tmp_path / "edited.qde").project
        assert [each.name for each in again.codebook.codes.values()] == ["Trust"]


@pytest.mark.parametrize("encoding", ["rot13", "zlib_codec", "utf-7", "punycode", "no-such"])
def test_an_encoding_that_no_xml_is_in(encoding: str, tmp_path: Path) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?><Project name="x"/>'
    with pytest.raises(StudyError, match="which no XML is"):
        read(data, tmp_path, "study.qde")


def test_thousands_of_one_name_take_no_longer_than_others(tmp_path: Path) -> None:
    codes = "".join(f'<Code guid="{G(number)}" name="A"/>' for number in range(3_000))
    began = time.monotonic()
    report = read(project(f"<CodeBook><Codes>{codes}</Codes></CodeBook>"), tmp_path, "study.qde")
    assert time.monotonic() - began < 20
    names = [(each.id, each.name) for each in report.project.codebook.codes.values()]
    assert names[:3] == [("a", "A"), ("a-2", "A (2)"), ("a-3", "A (3)")]
    assert names[-1] == ("a-3000", "A (3000)")


def test_what_has_no_guid_is_written_with_one(tmp_path: Path) -> None:
    codes = (
        '<CodeBook><Codes><Code name="A" isCodable="true">'
        f'<Code guid="{TRUST}" name="Trust" isCodable="true"/></Code><Code name="B"/></Codes></CodeBook>'
    )
    bare = source(ONE).replace(f'guid="{G(21)}" ', "")
    case = '<Cases><Case name="North"/><Case name="South"/></Cases>'
    xml = project(USERS, codes, case, f"<Sources>{bare}</Sources>")
    first = read(archived(xml), tmp_path).project
    assert [each.name for each in first.codebook.codes.values()] == ["A", "Trust", "B"]
    written(first, tmp_path)
    again = qc.read_refi(tmp_path / "out.qdpx").project
    assert {id: (c.name, c.parent) for id, c in again.codebook.codes.items()} == {
        id: (c.name, c.parent) for id, c in first.codebook.codes.items()
    }
    assert [each.name for each in again.cases.values()] == ["North", "South"]
    assert [each.place for each in again.assignments] == [each.place for each in first.assignments]
