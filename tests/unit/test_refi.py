"""REFI-QDA as programs write it: what is read in spite of it, what is carried, what is refused."""

# ruff: noqa: E501  # XML in one line is easier to read

from __future__ import annotations

import io
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.test_cli import ran, refused

import qualcode as qc
from qualcode.errors import CodebookFileError, QualcodeError, StudyError
from qualcode.io.raw import packed

etree = pytest.importorskip("lxml.etree")
DATA = Path(__file__).parent.parent / "data" / "refi"
SHARED = Path(__file__).parents[3] / "shared" / "refi" / "files"

G = "00000000-0000-0000-0000-{:012d}".format
ANA, BEN, TRUST, MONEY, KINDS = G(1), G(2), G(11), G(12), G(13)
USERS = f'<Users><User guid="{ANA}" name="Ana"/><User guid="{BEN}" name="Ben"/></Users>'
CODES = (
    f'<CodeBook><Codes><Code guid="{KINDS}" name="Kinds" isCodable="false">'
    f'<Code guid="{TRUST}" name="Trust" isCodable="true" color="#F0a"><Description>Reliance.</Description></Code>'
    f'</Code><Code guid="{{{MONEY}}}" name="Money" isCodable="true"/></Codes></CodeBook>'
)
NO_FILE, BARE = 'plainTextPath="internal://no.txt"', 'plainTextPath="A.TXT"'
TEXT = "🤝 We trust them.\r\nThey pay."


def coding(guid: int, code: str = TRUST, user: str = ANA, inside: str = "") -> str:
    return (
        f'<Coding guid="{G(guid)}" creatingUser="{user}" creationDateTime="2024-05-06T07:08:09Z">'
        f'<CodeRef targetGUID="{code}"/>{inside}</Coding>'
    )


def selection(guid: int, start: int, end: int, inside: str = "", name: str = "") -> str:
    return (
        f'<PlainTextSelection guid="{G(guid)}" name="{name}" startPosition="{start}" endPosition="{end}">'
        f"{inside}</PlainTextSelection>"
    )


def source(inside: str = "", guid: int = 21, more: str = 'plainTextPath="internal://a.txt"') -> str:
    return f'<TextSource guid="{G(guid)}" name="A" {more}>{inside}</TextSource>'


def project(
    *parts: str, origin: str = "ATLAS.ti", namespace: str = "urn:QDA-XML:project:1.0"
) -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{namespace}" name="P" origin="{origin}">'
        f"{''.join(parts)}</Project>"
    )


def archived(xml: str | bytes, name: str = "project.qde", **files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)
        for each, data in ({"a.txt": TEXT.encode()} | files).items():
            archive.writestr(f"sources/{each}", data)
    return out.getvalue()


def read(data: bytes | str, tmp_path: Path, name: str = "study.qdpx", **options: Any) -> Any:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return qc.read_refi(path, **options)


def xml_of(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("project.qde").decode()


def written(project: qc.Project, tmp_path: Path, **options: Any) -> str:
    qc.write_refi(project, tmp_path / "out.qdpx", **options)
    xml = xml_of(tmp_path / "out.qdpx")
    schema = etree.XMLSchema(etree.parse(DATA / "Project.xsd"))
    assert schema.validate(etree.fromstring(xml.encode())), schema.error_log.last_error
    return xml


def test_what_has_a_home_is_kept(tmp_path: Path) -> None:
    noted = f'<Notes><Note guid="{G(31)}" name="n" creatingUser="{BEN}"><PlainTextContent>Why?</PlainTextContent></Note></Notes>'
    note = f'<NoteRef targetGUID="{G(31)}"/>'
    variable = (
        f'<Variables><Variable guid="{G(41)}" name="wave" typeOfVariable="Integer"/></Variables>'
    )
    value = f'<VariableValue><VariableRef targetGUID="{G(41)}"/><IntegerValue>2</IntegerValue></VariableValue>'
    case = f'<Cases><Case guid="{G(51)}" name="North">{value}<SourceRef targetGUID="{G(21)}"/></Case></Cases>'
    sets = f'<Sets><Set guid="{G(61)}" name="care"><MemberCode targetGUID="{TRUST}"/><MemberSource guid="{G(21)}"/></Set></Sets>'
    one = selection(
        22, 2, 10, f"<Description>Here.</Description>{coding(23, inside=note)}{note}", "We trust"
    )
    report = read(
        archived(
            project(USERS, CODES, variable, case, f"<Sources>{source(one)}</Sources>", noted, sets)
        ),
        tmp_path,
    )
    made = report.project
    (found,) = made.assignments
    assert (found.segment.quote, found.code.name, found.coder, found.memo) == (
        "We trust",
        "Trust",
        "Ana",
        "Why?",
    )
    assert found.origin == "import:atlasti"
    assert made.codebook["trust"].colour == "#FF00aa"
    assert made.codebook["trust"].parent == "kinds"
    assert made.cases["north"].variables == {"wave": 2}
    assert made.documents["a"].cases == ("north",)
    assert made.code_sets == {"care": ("trust",)}
    assert dict(made.view("care").documents) == dict(made.documents)
    assert sorted((m.target, m.text, m.coder) for m in made.memos) == [
        ("segment:a:2-10", "Here.", "project"),
        ("segment:a:2-10", "Why?", "Ben"),
    ]
    assert not [each for each in report.losses if each.severity != "note"]
    assert written(made, tmp_path).count(G(23)) == 1


@pytest.mark.parametrize(
    ("xml", "told"),
    [
        (project(CODES, f"<Sources>{source(selection(22, 2, 10, coding(23)))}</Sources>"), "is named and not among the users"),
        (project(USERS, CODES, f"<Sources>{source(selection(22, 4, 4, coding(23)))}</Sources>"), "4–4 of 'a' is no span"),
        (project(USERS, CODES, f"<Sources>{source(selection(22, 2, 999, coding(23)))}</Sources>"), "is no span of the text"),
        (project(USERS, CODES, f"<Sources>{source(selection(22, 2, 10, coding(23, G(99))))}</Sources>"), "a code that the file does not have"),
        (project(USERS, CODES, f"<Sources>{source(more='')}</Sources>"), "it has no text"),
        (project(USERS, CODES, f"<Sources>{source(more=NO_FILE)}</Sources>"), "not among the sources"),
        (project(USERS, CODES.replace("Money", "kinds")), "another beside it has this name"),
        (project(USERS, CODES, f"<Sources>{source(selection(22, 2, 10, coding(23, KINDS)))}</Sources>"), "only groups others by the file"),
    ],
)  # fmt: skip
def test_deviations_are_read_and_told(xml: str, told: str, tmp_path: Path) -> None:
    report = read(archived(xml), tmp_path)
    assert told in " ".join(str(report.losses).split())
    assert G(21) in written(report.project, tmp_path) or "<Sources>" not in xml


def test_names_of_files_and_namespaces_may_be_any(tmp_path: Path) -> None:
    xml = project(
        "<Sets/>", f"<Sources>{source(selection(22, 2, 10, coding(23)), more=BARE)}</Sources>",
        CODES, USERS, namespace="urn:QDA-XML:project:0:10",
    )  # fmt: skip
    data = archived(xml, "My study.qde").replace(b"sources/", b"Sources/")
    made = read(data, tmp_path).project
    assert [each.segment.quote for each in made.assignments] == ["We trust"]
    assert 'xmlns="urn:QDA-XML:project:1.0"' in written(made, tmp_path)


def test_what_has_no_home_is_carried_and_written_again(tmp_path: Path) -> None:
    picture = (
        f'<PictureSource guid="{G(71)}" path="internal://p.png"><PictureSelection guid="{G(72)}" firstX="1" firstY="2" '
        f'secondX="3" secondY="4">{coding(73)}</PictureSelection></PictureSource>'
    )
    graph = f'<Graphs><Graph guid="{G(81)}" name="g"><Vertex guid="{G(82)}" firstX="1" firstY="2"/></Graph></Graphs>'
    unknown = "<Mood value='good'/>"
    xml = project(
        USERS,
        CODES,
        f"<Sources>{picture}{source(selection(22, 2, 10, coding(23)) + unknown)}</Sources>",
        graph,
    )
    report = read(archived(xml, **{"p.png": b"\x89PNG"}), tmp_path)
    counts = {each.element: each for each in report.elements}
    assert (counts["Coding"].kept, counts["Coding"].carried) == (1, 1)
    assert (
        counts["PictureSelection"].carried == counts["Graph"].carried == counts["Mood"].carried == 1
    )
    report.project.save(tmp_path / "kept")
    assert qc.check_folder(tmp_path / "kept") == []
    opened = qc.Project.open(tmp_path / "kept")
    losses = qc.write_refi(opened, tmp_path / "again.qdpx")
    again = xml_of(tmp_path / "again.qdpx")
    assert all(G(each) in again for each in (71, 72, 73, 81, 82))
    with zipfile.ZipFile(tmp_path / "again.qdpx") as archive:
        assert archive.read("sources/p.png") == b"\x89PNG"
    # The schema has no such element, and validity wins.
    assert [each.element for each in losses] == ["Mood"]


def test_what_was_done_since_is_written(tmp_path: Path) -> None:
    two = selection(22, 2, 10, coding(23) + coding(24, MONEY, BEN), "We trust")
    xml = project(USERS, CODES, f"<Sources>{source(two)}</Sources>")
    made = read(archived(xml), tmp_path).project
    made.retract(("a", 2, 10), "Trust", coder="Ana")
    made.assign(("a", 18, 27), "Money", coder="Ana", memo="At last.")
    made.rename("code:money", "Cash")
    made.correct("a", made.documents["a"].text.replace("🤝 ", "🤝 Yes: "), reason="misheard")
    again = read(
        Path(tmp_path / "out.qdpx").read_bytes() if written(made, tmp_path) else b"", tmp_path
    ).project
    assert [(e.segment.quote, e.code.name, e.coder, e.memo) for e in again.assignments] == [
        ("We trust", "Cash", "Ben", None), ("They pay.", "Cash", "Ana", "At last."),
    ]  # fmt: skip
    assert G(24) in xml_of(tmp_path / "out.qdpx")


@pytest.mark.parametrize(
    ("origin", "start", "end", "told"),
    [
        ("NVivo for Windows 12.6", 19, 28, "UTF-16"),
        ("ATLAS.ti 23", 17, 26, "CR LF counts 1"),
        ("Anything", 18, 26, "end inclusive"),
    ],
)
def test_how_positions_count_is_found_by_the_quotes(
    origin: str, start: int, end: int, told: str, tmp_path: Path
) -> None:
    xml = project(
        USERS,
        CODES,
        f"<Sources>{source(selection(22, start, end, coding(23), 'They pay.'))}</Sources>",
        origin=origin,
    )
    report = read(archived(xml), tmp_path)
    assert [each.segment.quote for each in report.project.assignments] == ["They pay."]
    assert told in report.remarks[0]


def test_a_quote_that_stands_elsewhere_is_told(tmp_path: Path) -> None:
    inside = selection(22, 2, 10, coding(23), "We trust") + selection(
        24, 0, 4, coding(25), "They pay."
    )
    report = read(archived(project(USERS, CODES, f"<Sources>{source(inside)}</Sources>")), tmp_path)
    assert [each.reason for each in report.losses if each.severity == "damage"] == [
        "0–4 of 'a' is not where its quote stands"
    ]


def test_the_caller_may_say_how_positions_count(tmp_path: Path) -> None:
    data = archived(
        project(USERS, CODES, f"<Sources>{source(selection(22, 3, 11, coding(23)))}</Sources>")
    )
    made = read(data, tmp_path, positions=qc.Positions("utf-16")).project
    assert [each.segment.quote for each in made.assignments] == ["We trust"]


def test_a_blind_copy_has_nothing_of_what_is_carried(tmp_path: Path) -> None:
    data = archived(
        project(USERS, CODES, f"<Sources>{source(selection(22, 2, 10, coding(23)))}</Sources>")
    )
    made = read(data, tmp_path).project
    made.save(tmp_path / "kept")
    made.blind("Ben", tmp_path / "blind")
    copied = b"".join(
        each.read_bytes() for each in (tmp_path / "blind").rglob("*") if each.is_file()
    )
    assert G(23).encode() not in copied
    assert G(23).encode() in b"".join(
        e.read_bytes() for e in (tmp_path / "kept" / "originals").iterdir()
    )


def test_an_erasure_takes_the_carried_file_with_it(tmp_path: Path) -> None:
    two = source(selection(22, 2, 10, coding(23))) + source("", 26).replace(
        'name="A"', 'name="Joan Q"'
    )
    made = read(archived(project(USERS, CODES, f"<Sources>{two}</Sources>")), tmp_path).project
    made.save(tmp_path / "kept")
    made.erase("document:joan-q", reason="asked for")
    made.save()
    assert qc.check_folder(tmp_path / "kept") == []
    left = b"".join(each.read_bytes() for each in (tmp_path / "kept").rglob("*") if each.is_file())
    assert b"Joan Q" not in left
    again = written(qc.Project.open(tmp_path / "kept"), tmp_path)
    assert "We trust" in again
    assert "Joan Q" not in again


# Codebooks


def test_codebooks_keep_guids_and_sets(tmp_path: Path) -> None:
    xml = (
        f'<CodeBook xmlns="urn:QDA-XML:codebook:0:4">{CODES.removeprefix("<CodeBook>").removesuffix("</CodeBook>")}'
        f'<Sets><Set guid="{G(61)}" name="care"><MemberCode guid="{TRUST}"/></Set></Sets></CodeBook>'
    )
    (tmp_path / "codes.qdc").write_text(xml)
    book = qc.read_codebook(tmp_path / "codes.qdc")
    assert book["Money"].attributes == {"guid": f"{{{MONEY}}}"}
    assert book.rollups["sets"].themes[0].codes == ("trust",)
    assert not qc.write_codebook(book, tmp_path / "again.qdc")
    schema = etree.XMLSchema(etree.parse(DATA / "Codebook.xsd"))
    assert schema.validate(etree.parse(tmp_path / "again.qdc")), schema.error_log.last_error
    assert list(qc.read_codebook(tmp_path / "again.qdc").codes.values()) == list(
        book.codes.values()
    )
    (tmp_path / "no.qdc").write_text("<Codes/>")
    with pytest.raises(CodebookFileError, match="line 1: is no codebook"):
        qc.read_codebook(tmp_path / "no.qdc")


# The command line


def test_import_inspect_and_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    xml = project(
        USERS, CODES, f"<Sources>{source(selection(22, 2, 10, coding(23), 'We trust'))}</Sources>"
    )
    Path("study.qdpx").write_bytes(archived(xml))
    assert "P (from atlasti)" in ran("inspect", "study.qdpx")
    assert "quotes stand" in ran("import", "study.qdpx", "study")
    assert "out.qdpx: 1 assignment" in ran("export", "study", "out.qdpx", "--to", "refi")
    told = ran("export", "study", "nvivo.qdpx", "--to", "nvivo")
    assert "1 assignment" in told
    assert 'startPosition="3"' in xml_of(Path("nvivo.qdpx"))
    assert "written as .qdpx" in refused("export", "study", "out.zip", "--to", "refi")


# Hostile and broken files

BOMB = '<!DOCTYPE P [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (project().replace("<Project", f"{BOMB}<Project"), "declares a document type"),
        (project("<Description>&xxe;</Description>"), "line 1: is no valid XML"),
        (project("<Sources>" + "<TextSource>" * 300), "more than 200 deep"),
        ("<Project><Users></Project>", "mismatched tag"),
        ("<CodeBook/>", "read_codebook reads it"),
        ("no XML", "is no valid XML"),
        ("", "is no valid XML"),
    ],
)
def test_a_project_that_is_none_or_made_to_harm(data: str, told: str, tmp_path: Path) -> None:
    for name, content in (("a.qde", data.encode()), ("a.qdpx", archived(data))):
        with pytest.raises(StudyError, match=told):
            read(content, tmp_path, name)


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/evil", "C:\\evil", "sources/../../evil"])
def test_an_archive_that_names_files_outside(name: str, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("project.qde", project())
        archive.writestr(name, b"evil")
    with pytest.raises(StudyError, match="names a file outside"):
        read(out.getvalue(), tmp_path)
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["study.qdpx"]


def test_an_archive_that_unpacks_to_too_much(tmp_path: Path) -> None:
    begun = time.perf_counter()
    data = archived(project("<Description>" + " " * 100_000_000 + "</Description>"))
    with pytest.raises(QualcodeError, match="unpacks to more than"):
        read(data, tmp_path)
    assert time.perf_counter() - begun < 60


def test_an_archive_with_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "MOST_MEMBERS", 2)
    with pytest.raises(QualcodeError, match="holds 3 files"):
        read(archived(project(), **{"b.txt": b""}), tmp_path)


def test_archives_without_a_project_or_with_two(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="holds no project"):
        read(archived(project(), "project.xml"), tmp_path)
    with pytest.raises(StudyError, match="holds 2 projects"):
        read(archived(project(), "a.qde").replace(b"sources/a.txt", b"sourcesXa.qde"), tmp_path)


WHOLE = archived(
    project(
        USERS, CODES, f"<Sources>{source(selection(22, 2, 10, coding(23), 'We trust'))}</Sources>"
    )
)


@settings(max_examples=60)
@given(st.integers(0, len(WHOLE)), st.binary(max_size=4), st.booleans())
def test_an_archive_that_is_damaged_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, bytes_: bytes, cut: bool
) -> None:
    data = WHOLE[:at] if cut else WHOLE[:at] + bytes_ + WHOLE[at + len(bytes_) :]
    with suppress(QualcodeError):
        read(data, tmp_path_factory.getbasetemp())


TAGS = st.sampled_from(
    ["Users", "User", "CodeBook", "Codes", "Code", "Sources", "TextSource", "VideoSource", "Transcript",
     "PlainTextContent", "PlainTextSelection", "TranscriptSelection", "SyncPoint", "Coding", "CodeRef", "Notes",
     "Note", "NoteRef", "Cases", "Case", "VariableValue", "VariableRef", "IntegerValue", "Variables", "Variable",
     "Sets", "Set", "MemberCode", "Links", "Link", "Graphs", "Odd", "Description"]
)  # fmt: skip
VALUES = st.sampled_from(
    [
        "",
        "1",
        "-1",
        "99999999999999999999",
        "x",
        TRUST,
        ANA,
        f"{{{MONEY}}}",
        "2024-01-01T00:00:00Z",
        "true",
        "🤝",
        "a\tb",
    ]
)
NAMES = st.sampled_from(
    ["guid", "name", "targetGUID", "startPosition", "endPosition", "creatingUser", "plainTextPath", "isCodable",
     "color", "creationDateTime", "position", "timeStamp", "fromSyncPoint", "toSyncPoint", "typeOfVariable", "odd"]
)  # fmt: skip


def made_xml(tag: str, given: dict[str, str], inside: str) -> str:
    shown = "".join(f' {name}="{value}"' for name, value in given.items())
    return f"<{tag}{shown}>{inside}</{tag}>"


ELEMENTS = st.recursive(
    st.builds(
        made_xml,
        TAGS,
        st.dictionaries(NAMES, VALUES, max_size=5),
        st.sampled_from(["", "1", "We trust."]),
    ),
    lambda inner: st.builds(
        made_xml,
        TAGS,
        st.dictionaries(NAMES, VALUES, max_size=5),
        st.lists(inner, max_size=5).map("".join),
    ),
    max_leaves=20,
)


@settings(max_examples=60)
@given(st.lists(ELEMENTS, max_size=6), st.lists(ELEMENTS, max_size=4))
def test_any_structure_is_read_and_written_valid_or_refused(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str], sources: list[str]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    xml = project(USERS, CODES, *parts, f"<Sources>{''.join(sources)}</Sources>")
    try:
        report = read(archived(xml), folder)
    except QualcodeError:
        return
    for each in report.elements:
        assert each.read == each.kept + each.carried + each.lost
    written(report.project, folder)


@pytest.mark.parametrize(
    "last",
    [
        f'<AudioSource guid="{G(4)}" name="a" path="internal://p.mp3"/>',
        f'<AudioSource guid="{G(4)}" name="a/>" path="internal://p.mp3"></AudioSource>',
        f'<AudioSource guid="{G(4)}" name="a"><Description/></AudioSource>',
        f'<TextSource guid="{G(4)}" name="a"><PlainTextContent/></TextSource>',
        f'<TextSource guid="{G(4)}" name="a"><PlainTextContent>A.</PlainTextContent></TextSource>',
    ],
)
def test_a_source_in_a_single_tag_may_be_last(last: str, tmp_path: Path) -> None:
    made = read(project(f"<Sources>{last}</Sources>"), tmp_path, "compact.qde").project
    assert G(4) in written(made, tmp_path)


@pytest.mark.parametrize(
    "users",
    ["", USERS, f'<Users><User guid="{BEN}" name="abcdef00-0000-0000-0000-000000000009"/></Users>'],
)
def test_a_user_that_is_missing_is_written_with_its_guid(users: str, tmp_path: Path) -> None:
    ghost = "ABCDEF00-0000-0000-0000-000000000009"
    memo = f'<Notes><Note guid="{G(31)}" name="n" creatingUser="{G(8)}"/></Notes>'
    sources = f"<Sources>{source(selection(22, 2, 10, coding(23, user=ghost)))}</Sources>"
    first = read(archived(project(users, CODES, sources, memo)), tmp_path)
    xml = written(first.project, tmp_path)
    guids = etree.fromstring(xml.encode()).xpath("//*[local-name()='User']/@guid")
    assert {ghost, G(8)} <= {*guids}
    assert len(guids) == len({*guids})
    again = qc.read_refi(tmp_path / "out.qdpx")
    assert "not among the users" not in str(again.losses)
    coders = [set(each.project.assignments.to_frame()["coder"]) for each in (first, again)]
    assert coders[0] == coders[1]
    assert xml == written(again.project, tmp_path)
