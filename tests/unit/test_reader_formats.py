"""What each reader makes of its files: the words, the parts, and what is left out."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from tests.unit.making_files import (
    archive,
    docx,
    docx_table,
    epub,
    odt,
    p,
    parts,
    pdf,
    printed_pdf,
    read,
    xlsx,
    xlsx_cell,
)

import qualcode as qc
from qualcode.errors import DocumentError

# Plain text and Markdown


def test_a_text_is_read_as_it_is() -> None:
    found = read("a.txt", "One.\r\n\r\nTwo.\x85".encode())
    assert found.text == "One.\r\n\r\nTwo.\x85"
    assert found.encoding == "utf-8 (valid UTF-8)"


def test_markdown_has_headings_but_not_in_code() -> None:
    found = read("a.md", "# One\n\n```\n# no heading\n```\n\n## Two ##\nText.")
    assert parts(found, "heading") == ["One", "Two"]
    assert [each.level for each in found.structure.of("heading")] == [1, 2]


# Word


def test_paragraphs_headings_and_tables_of_word() -> None:
    found = read(
        "a.docx", docx(p("Farm", "Heading1") + p("Dry.") + docx_table(("A", "B"), ("", "C")))
    )
    assert found.text == "Farm\n\nDry.\n\nA\tB\n\tC"
    assert parts(found, "heading") == ["Farm"]
    assert parts(found, "row") == ["A\tB", "\tC"]
    assert parts(found, "cell") == ["A", "B", "", "C"]


def test_headings_of_other_languages_are_known_by_the_name_of_their_style() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>'
    )
    found = read("a.docx", docx(p("Ankunft", "berschrift2"), styles=styles))
    assert [each.level for each in found.structure.of("heading")] == [2]


def test_inserted_words_are_read_and_deleted_ones_listed() -> None:
    body = (
        '<w:p><w:r><w:t xml:space="preserve">with </w:t></w:r><w:del><w:r><w:delText>four</w:delText></w:r>'
        "</w:del><w:ins><w:r><w:t>five</w:t></w:r></w:ins></w:p>"
    )
    found = read("a.docx", docx(body))
    assert found.text == "with five"
    assert [(each.element, each.name) for each in found.losses] == [("deleted text", "four")]


def test_tabs_breaks_and_tab_stops() -> None:
    body = (
        '<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs></w:pPr>'
        "<w:r><w:t>I:</w:t><w:tab/><w:t>Yes.</w:t><w:br/><w:t>No.</w:t></w:r></w:p>"
    )
    assert read("a.docx", docx(body)).text == "I:\tYes.\nNo."


def test_what_stands_beside_the_words_is_listed() -> None:
    found = read(
        "a.docx",
        docx(
            p("Yes.") + "<w:p><w:r><w:drawing/></w:r></w:p>",
            comments=f"<w:comment>{p('Check the tape')}</w:comment>",
            footnotes=f"<w:footnote>{p('The park.')}</w:footnote>",
            header=p("confidential"),
        ),
    )
    assert found.text == "Yes."
    assert [each.element for each in found.losses] == [
        "picture",
        "comment",
        "footnote",
        "page header",
    ]
    assert found.losses[1].name == "Check the tape"


# OpenDocument


def test_paragraphs_headings_notes_and_tables_of_opendocument() -> None:
    found = read(
        "a.odt",
        odt(
            '<text:h text:outline-level="2">Süd</text:h>'
            "<text:p>Ein   Ort"
            "<text:note><text:note-body><text:p>Der Park.</text:p></text:note-body></text:note>"
            '.<text:line-break/>Zwei<text:s text:c="2"/>mehr<text:tab/>x</text:p>'
            "<table:table><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell>"
            "<table:table-cell><text:p>B</text:p></table:table-cell></table:table-row></table:table>"
        ),
    )
    assert found.text == "Süd\n\nEin Ort.\nZwei  mehr\tx\n\nA\tB"
    assert [each.level for each in found.structure.of("heading")] == [2]
    assert [(each.element, each.name) for each in found.losses] == [("footnote", "Der Park.")]


def test_other_opendocument_files_are_told() -> None:
    space = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    chart = (
        f'<o:document-content xmlns:o="{space}"><o:body><o:chart/></o:body></o:document-content>'
    )
    with pytest.raises(DocumentError, match="holds no text document"):
        read("a.odt", archive({"content.xml": chart}))


# Rich Text


def test_rich_text_with_its_code_page() -> None:
    pytest.importorskip("striprtf")
    code = r"{\rtf1\ansi\ansicpg1252{\info{\title Draft}}I: M\'fcller \u8211? ja.\par B: Nein.\par}"
    found = read("a.rtf", code)
    assert found.text == "I: Müller – ja.\n\nB: Nein."
    assert found.encoding == "cp1252"


def test_what_is_no_rich_text_is_told() -> None:
    with pytest.raises(DocumentError, match="does not begin as RTF does"):
        read("a.rtf", "I: Yes.")


# Web pages and e-books


def test_a_page_is_read_as_it_is_seen() -> None:
    pytest.importorskip("selectolax")
    found = read(
        "a.html",
        "<html><head><title>x</title><style>p{}</style></head><body><h2>Money</h2><p>We <b>share</b>\n one"
        " budget.<br>All &amp; more.<script>var x;</script><img alt='A map'></p>"
        "<ul><li>One</li><li>Two</li></ul>"
        "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>"
        "<pre>a\n  b</pre></body></html>",
    )
    assert (
        found.text
        == "Money\n\nWe share one budget.\nAll & more.\n\nOne\n\nTwo\n\nA\tB\n1\t2\n\na\n  b"
    )
    assert [(each.level) for each in found.structure.of("heading")] == [2]
    assert [(each.element, each.name) for each in found.losses] == [("picture", "A map")]


def test_a_page_is_read_in_the_encoding_that_it_names() -> None:
    pytest.importorskip("selectolax")
    page = '<meta charset="iso-8859-1"><p>Caf\u00e9 \u2013 ok</p>'.encode("cp1252")
    assert read("a.html", page).text == "Café – ok"


def test_an_e_book_is_one_document_with_chapters() -> None:
    pytest.importorskip("selectolax")
    found = read("a.epub", epub("<h1>One</h1><p>First.</p>", "<h1>Two</h1><p>Second.</p>"))
    assert found.text == "One\n\nFirst.\n\nTwo\n\nSecond."
    assert parts(found, "chapter") == ["One\n\nFirst.", "Two\n\nSecond."]


# PDF


def test_pages_of_a_pdf() -> None:
    pytest.importorskip("pypdfium2")
    found = read("a.pdf", pdf("I: Who pays?\nR: The council.", "I: All?", ""))
    assert found.text == "I: Who pays?\nR: The council.\n\nI: All?"
    assert [(each.level, each.name) for each in found.structure.of("page")] == [(1, "1"), (2, "2")]
    assert [(each.element, each.name) for each in found.losses] == [("page without text", "3")]
    document = qc.Document(id="a", text=found.text, structure=found.structure)
    assert [each.quote for each in qc.segment([document], unit="page")] == parts(found, "page")


LEFT, RIGHT = "The harbour years", "Talks with the crew"


def printed(number: int, *lines: str) -> list[tuple[int, int, str]]:
    """Return a page with a head, which differs on facing pages, and a foot with the page's number."""
    head = (50, 760, LEFT if number % 2 else f"{RIGHT} {2020 + number // 9}")
    foot = (300, 30, f"- {number + 16} -")
    # As printing programs do, with head and foot first.
    return [head, foot, *((50, 700 - 14 * at, line) for at, line in enumerate(lines) if line)]


LONG = "we came by the early boat and nobody had told us about it at all, so"


def test_what_is_printed_on_most_pages_is_no_text() -> None:
    pytest.importorskip("pypdfium2")
    found = read(
        "a.pdf",
        printed_pdf(
            [(200, 500, "The harbour years")],
            printed(2, f"I: {LONG}", "what happened?", f"R: {LONG}", f"{LONG}"),
            printed(3, "we went home by the road. Then it was closed for 12-", "hours or more."),
            printed(4, f"I: {LONG} what?", f"R: {LONG} some-"),
            printed(5, "body told us.", "", f"I: {LONG} then?"),
        ),
    )
    assert LEFT not in found.text.removeprefix(LEFT)
    assert RIGHT not in found.text
    assert "- 1" not in found.text
    document = qc.Document(id="a", text=found.text, structure=found.structure)
    turns = [(each.speaker, each.quote) for each in qc.segment([document], unit="turn")]
    assert [who for who, _ in turns] == ["I", "R", "I", "R", "I"]
    # A sentence, a word and a paragraph go on over the end of a page.
    assert f"{LONG}\nwe went home by the road. Then it was closed for 12-\nhours" in turns[1][1]
    assert turns[3][1] == f"{LONG} somebody told us."
    assert len(parts(found, "paragraph")) == 6
    assert [e.level for e in found.structure.of("page")] == [1, 2, 3, 4, 5]
    assert parts(found, "page")[4].startswith("body told us.")
    heads = [each.name for each in found.structure.of("page header")]
    assert heads == [f"{RIGHT} 2020", LEFT, f"{RIGHT} 2020", LEFT]
    assert next(each.name for each in found.structure.of("page footer")) == "- 18 -"
    assert {(e.element, e.count) for e in found.losses} == {("page header", 4), ("page footer", 4)}


def test_pages_that_begin_alike_keep_their_words() -> None:
    pytest.importorskip("pypdfium2")
    found = read("a.pdf", pdf("R: Yes.\nI: When?", "R: Yes.\nI: Where?", "R: Yes.\nI: Who?"))
    assert found.text.count("R: Yes.") == 3
    assert not found.losses


def test_a_scan_needs_its_text_recognised() -> None:
    pytest.importorskip("pypdfium2")
    with pytest.raises(DocumentError, match=r"its 2 pages hold no text.*OCR"):
        read("a.pdf", pdf("", ""))


# Subtitles


@pytest.mark.parametrize(
    ("name", "one", "two"),
    [
        ("a.srt", "- ANA: Hi.\n- BEN: Hello, and\nwelcome.", "ANA: Bye.\nBEN: Bye."),
        ("a.vtt", "<v ANA>Hi.</v> <v BEN>Hello, and\nwelcome.</v>", "<v ANA>Bye.\n<v BEN>Bye."),
        ("a.vtt", "ANA: Hi.\nBEN: Hello, and\nwelcome.", ">> ANA: Bye.\n>> BEN: Bye."),
        ("a.srt", "- Hi.\n- Hello, and\nwelcome.", "-Bye. -Bye."),
    ],
)
def test_two_speak_in_one_cue(name: str, one: str, two: str) -> None:
    mark = "," if name == "a.srt" else "."
    times = f"00:00:0{{}}{mark}000 --> 00:00:0{{}}{mark}500"
    cues = [f"{times.format(n, n)}\n{said}" for n, said in enumerate((one, two), 1)]
    head = ["WEBVTT"] if name == "a.vtt" else []
    found = read(name, "\n\n".join([*head, *cues]))
    named = ["ANA", "BEN", "ANA", "BEN"] if "ANA" in one else [""] * 4
    assert [each.name for each in found.structure.of("turn")] == named
    assert parts(found, "turn") == ["Hi.", "Hello, and welcome.", "Bye.", "Bye."]
    assert parts(found, "cue") == parts(found, "turn")
    assert [each.begins for each in found.structure.of("cue")] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("said", "turns"),
    [
        (["- Who pays?", "- The council.", "mostly."], ["Who pays?", "The council.\nmostly."]),
        (["- ANA: Hi.", "- BEN: Hello."], ["Hi.", "Hello."]),
        (["It was long - too long", "- and hard.", "a", "b", "c", "d"], []),  # once is no habit
    ],
)
def test_a_dash_that_begins_cues_is_somebody_else(said: list[str], turns: list[str]) -> None:
    cues = [f"00:00:0{n},000 --> 00:00:0{n},500\n{each}" for n, each in enumerate(said, 1)]
    found = read("a.srt", "\n\n".join(cues))
    assert parts(found, "turn") == turns
    named = ["ANA", "BEN"] if "ANA" in said[0] else [""] * len(turns)
    assert [each.name for each in found.structure.of("turn")] == named


def test_speakers_without_a_name_are_counted() -> None:
    cues = "1\n00:00:01,000 --> 00:00:02,000\n- Who pays?\n\n2\n00:00:03,000 --> 00:00:04,000\n- We do.\n"
    found = read("a.srt", cues)
    told = qc.Document(id="a", text=found.text, structure=found.structure).speakers
    assert str(told) == "2 turns of speakers without a name"


ZOOM = """WEBVTT

1
00:00:01.200 --> 00:00:03.000
Marta: Shall we begin?

2
00:00:03.100 --> 00:00:06.000
Kwame: Yes. Six years,

3
00:00:06.000 --> 00:00:09.500
and then I trained the others.

4
00:00:10.000 --> 00:00:12.000
Kwame: It was: hard.

5
00:00:12.100 --> 00:00:15.000
Marta: I see.
"""


def test_a_cue_without_a_name_goes_on_and_a_repeated_name_begins_no_turn() -> None:
    found = read("a.vtt", ZOOM)
    assert found.text == (
        "Marta: Shall we begin?\nKwame: Yes. Six years,\nand then I trained the others.\nIt was: hard.\n"
        "Marta: I see."
    )
    assert [(each.name, each.begins) for each in found.structure.of("turn")] == [
        ("Marta", 1.2),
        ("Kwame", 3.1),
        ("Marta", 12.1),
    ]
    cues = found.structure.of("cue")
    assert [each.name for each in cues] == ["Marta", "Kwame", "Kwame", "Kwame", "Marta"]
    assert (cues[2].begins, cues[2].ends) == (6.0, 9.5)


def test_voices_entities_notes_and_settings() -> None:
    found = read(
        "a.vtt",
        'WEBVTT\n\nNOTE duration:"1"\n\nid/1-0\n00:02.120 --> 00:04.880 align:start\n'
        "<v Lena Ek>Two days\n&amp; one night.</v>\n\n00:05.000 --> 00:06.000\n<v.loud Omar>I <i>see</i>.</v>"
        "\n",
    )
    assert found.text == "Lena Ek: Two days & one night.\nOmar: I see."
    assert [each.name for each in found.structure.of("turn")] == ["Lena Ek", "Omar"]
    assert [each.element for each in found.losses] == ["note"]


def test_a_voice_that_is_a_language_is_no_speaker() -> None:
    found = read("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v English>Hello there.</v>\n")
    assert (found.text, found.structure.kinds) == ("Hello there.", {"cue": 1})


def test_arrows_change_the_speaker_within_a_cue_too() -> None:
    found = read(
        "a.srt",
        "1\r\n00:00:01,000 --> 00:00:04,000\r\n>> HOST: Tonight: the strike.\r\n\r\n2\r\n00:00:05,000 --> "
        "00:00:06,000\r\n>> Why?\r\n\r\n3\r\n00:00:07,000 --> 00:00:09,000\r\n"
        ">> DELEGATE: The rota. >> HOST: I see.\r\n",
    )
    assert [
        (each.name, found.text[each.start : each.end]) for each in found.structure.of("turn")
    ] == [
        ("HOST", "Tonight: the strike."),
        ("", "Why?"),
        ("DELEGATE", "The rota."),
        ("HOST", "I see."),
    ]


# Tables and JSON


def test_a_transcript_in_a_sheet() -> None:
    pytest.importorskip("python_calamine")
    book = openpyxl.Workbook()
    for row in (
        ["start", "stop", "speaker", "text", "remarks"],
        [0, 4.2, 1, "Shall I sit here?", None],
        [4.3, 6, "4 (Nadia)", "Anywhere: you like.", "laughs"],
        [None] * 5,
        [6.1, 9, "4 (Nadia)", "How do you plan?", "again"],
    ):
        book.active.append(row)
    book.create_sheet("Key").append(["not a transcript"])
    data = io.BytesIO()
    book.save(data)
    found = read("a.xlsx", data.getvalue())
    assert found.text == "1: Shall I sit here?\n4 (Nadia): Anywhere: you like.\nHow do you plan?"
    assert [(each.name, each.begins) for each in found.structure.of("turn")] == [
        ("1", 0.0),
        ("4 (Nadia)", 4.3),
    ]
    assert [each.element for each in found.losses] == ["column", "sheet"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_transcript_in_a_csv_file_with_heads_of_another_language(mark: str) -> None:
    rows = [["Zeit", "Sprecher", "Text"], ["0:01", "Eva", "Ja."], ["0:04", "Jan", "Nein."]]
    found = read("a.csv", "\r\n".join(mark.join(row) for row in rows))
    assert [(each.name, each.begins) for each in found.structure.of("turn")] == [
        ("Eva", 1),
        ("Jan", 4),
    ]


def test_a_table_that_is_no_transcript_is_told_what_to_do() -> None:
    with pytest.raises(DocumentError, match=r"is no transcript: a column for the speaker"):
        read("a.csv", "id,age\n1,40\n2,50\n")


def test_a_transcript_of_a_program_in_json() -> None:
    found = read(
        "a.json",
        '{"segments": [{"start": 0, "end": 2, "text": " So?", "speaker": "SPEAKER_01"}, '
        '{"start": 2.4, "end": 5, "text": " My sister.", "speaker": "SPEAKER_00"}, '
        '{"start": 6, "end": 7, "text": "She goes."}]}',
    )
    assert found.text == "SPEAKER_01: So?\nSPEAKER_00: My sister.\nShe goes."
    assert [each.name for each in found.structure.of("turn")] == ["SPEAKER_01", "SPEAKER_00"]
    with pytest.raises(DocumentError, match="is no transcript"):
        read("a.json", '{"a": 1}')
    with pytest.raises(DocumentError, match="is no valid JSON"):
        read("a.json", '{"a": ')


def test_tables_are_units_and_so_are_their_rows() -> None:
    found = read("a.docx", docx(p("One.") + docx_table(("a", "b"), ("1", "2")) + p("Two.")))
    document = qc.Document(id="a", text=found.text, structure=found.structure)
    assert [each.quote for each in qc.segment([document], unit="table")] == ["a\tb\n1\t2"]
    assert [each.quote for each in qc.segment([document], unit="row")] == ["a\tb", "1\t2"]


# What is not shown, stands beside the text, or is not what the ending says


def _run(text: str, look: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def test_hidden_text_and_signs_of_symbol_fonts_in_word() -> None:
    body = (
        f"<w:p>{_run('I: seen ')}{_run('hidden', '<w:vanish/>')}"
        f"""{_run("shown", '<w:vanish w:val="0"/>')}"""
        '<w:r><w:sym w:font="Symbol" w:char="F061"/><w:sym w:font="Mine" w:char="F021"/></w:r></w:p>'
    )
    found = read("a.docx", docx(body))
    assert found.text == "I: seen shownα\ufffd"
    assert [(e.element, e.name) for e in found.losses] == [
        ("hidden text", "hidden"),
        ("symbol", "Mine F021"),
    ]


def test_a_paragraph_whose_end_is_taken_out_goes_on() -> None:
    end = '<w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'
    found = read(
        "a.docx", docx(f"<w:p>{end}{_run('One ')}</w:p>{p('two.')}<w:p>{end}{_run('Last')}</w:p>")
    )
    assert found.text == "One two.\n\nLast"


def test_hidden_elements_of_a_page() -> None:
    pytest.importorskip("selectolax")
    found = read(
        "a.html",
        "<p>seen <span style='display: none'>one</span><i hidden>two</i> <ruby>漢<rt>kan</rt></ruby></p>"
        "<table><tr><td>I</td><td>Why?<b style='visibility:hidden'>three</b></td></tr></table>",
    )
    assert found.text == "seen 漢\n\nI\tWhy?"
    assert {(e.element, e.name) for e in found.losses} == {
        ("hidden text", "one; two; three"),
        ("annotation", "kan"),
    }


def test_formats_that_are_never_closed_take_no_time() -> None:
    pytest.importorskip("selectolax")
    with pytest.raises(DocumentError, match="more than 200 deep"):
        read("a.html", "<b></p>" * 50_000)


def test_what_stands_beside_the_text_of_rich_text() -> None:
    pytest.importorskip("striprtf")
    found = read(
        "a.rtf",
        r"{\rtf1\ansi\ansicpg1252{\header Study 7}{\footerl Page 1}\pard I: Why?\par "
        r"R: So{\footnote \chftn Then.}{\v hid}{\v0 den}{\deleted gone}{\*\annotation {Good}} \'e9t\'e9\par}",
    )
    assert found.text == "I: Why?\n\nR: Soden été"
    assert {(e.element, e.name) for e in found.losses} == {
        ("page header", "Study 7"), ("page footer", "Page 1"), ("footnote", "Then."),
        ("hidden text", "hid"), ("deleted text", "gone"), ("comment", "Good"),
    }  # fmt: skip
    assert read("a.rtf", r"{\rtf1\mac \pard \'8et\'8e \'d2Hi\'d3\par}").text == "été “Hi”"


def test_a_table_of_rich_text() -> None:
    pytest.importorskip("striprtf")
    row = r"\pard\intbl {}\cell {}\cell\row"
    rows = "".join(
        row.format(*each) for each in (("I", r"Why?\par Or how?"), ("R", "So."), ("I", "Ah."))
    )
    found = read("a.rtf", rf"{{\rtf1\ansi Talk\par{rows}\pard End\par}}")
    assert found.text == "Talk\n\nI\tWhy?\nOr how?\nR\tSo.\nI\tAh.\n\nEnd"
    assert found.structure.kinds["cell"] == 6


@pytest.mark.parametrize("ending", [".txt", ".md", ".docx", ".rtf", ".html"])
def test_a_file_is_read_as_what_it_holds(ending: str) -> None:
    pytest.importorskip("striprtf")
    pytest.importorskip("selectolax")
    for kind, data in {
        "rtf": rb"{\rtf1\ansi I: Why?\par}",
        "html": b"<!DOCTYPE html><html><body><p>I: Why?</p></body></html>",
        "docx": docx(p("I: Why?")),
        "odt": odt("<text:p>I: Why?</text:p>"),
    }.items():
        found = read(f"a{ending}", data)
        assert found.text == "I: Why?"
        told = [e.reason for e in found.losses if e.element == "ending"]
        assert bool(told) != ending.endswith(kind)


def test_a_document_of_an_old_word_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))
    with pytest.raises(DocumentError, match="an old program, such as Word 97"):
        qc.read_documents(tmp_path / "a.txt")


def test_formulas_without_results_are_told(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    formula = '<row r="3"><c r="A3"><f>A2</f></c><c r="B3"><f>B2&amp;"!"</f><v></v></c></row>'
    cells = [
        ("A1", "speaker"),
        ("B1", "text"),
        ("A2", "Ana"),
        ("B2", "Hello."),
        ("A4", "Ben"),
        ("B4", "Yes."),
    ]
    rows = "".join(xlsx_cell(*each) for each in cells[:4]) + formula
    rows += "".join(xlsx_cell(*each) for each in cells[4:])
    found = read("a.xlsx", xlsx(rows))
    assert [(e.element, e.name, e.count) for e in found.losses] == [("formula", "A3, B3", 2)]
    (tmp_path / "a.xlsx").write_bytes(xlsx(rows))
    survey = qc.read_survey(tmp_path / "a.xlsx", open=["text"])
    assert [(e.element, e.name) for e in survey.losses][:1] == [("formula", "A3, B3")]
