"""Codebooks as tables and pages: whatever people and programs call the columns, and back again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import attrs
import openpyxl
import pytest
from hypothesis import given, settings

import qualcode as qc
from qualcode.errors import CodebookFileError
from qualcode.testing import codebooks


def read(folder: Path, name: str, text: str, **how: Any) -> qc.Codebook:
    (folder / name).write_text(text, encoding="utf-8")
    return qc.read_codebook(folder / name, **how)


TABLES = {
    "taguette": "tag,description,number of highlights\nTrust,They rely on each other.,3\nMoney,,\n",
    "atlas": "\ufeffCode;Comment;Code Group 1\nTrust;They rely on each other.;People\nMoney;;\n",
    "nvivo": "Name\tDescription\tFiles\nTrust\tThey rely on each other.\t2\nMoney\t\t1\n",
    "german": "Codename;Beschreibung\nTrust;They rely on each other.\nMoney;\n",
    "qualcode": "id,name,parent,definition\ntrust,Trust,,They rely on each other.\nmoney,Money,trust,\n",
}


@pytest.mark.parametrize("kind", TABLES)
def test_what_programs_write_is_read(tmp_path: Path, kind: str) -> None:
    book = read(tmp_path, f"{kind}.csv", TABLES[kind])
    assert [(code.id, code.name) for code in book] == [("trust", "Trust"), ("money", "Money")]
    assert book["trust"].definition == "They rely on each other."
    assert (book.id, book.name) == (kind, kind)


def test_columns_that_are_not_known_become_attributes(tmp_path: Path) -> None:
    book = read(tmp_path, "tags.csv", TABLES["taguette"])
    assert [dict(code.attributes) for code in book] == [{"number of highlights": "3"}, {}]


def test_parents_are_named_by_id_or_name(tmp_path: Path) -> None:
    text = "Code,Parent Code,Id\nMoney,,10\nPooled,Money,11\nShared,10,\n"
    book = read(tmp_path, "a.csv", text)
    assert [(code.id, code.parent) for code in book] == [
        ("10", None),
        ("11", "10"),
        ("shared", "10"),
    ]


def test_colours_are_read_as_programs_write_them(tmp_path: Path) -> None:
    text = 'Code,Color\na,#FF0080\nb,ff0080ff\nc,"rgb(255, 0, 128)"\nd,red\n'
    book = read(tmp_path, "a.csv", text)
    assert [code.colour for code in book] == ["#FF0080", "#ff0080", "#ff0080", None]
    assert dict(book["d"].attributes) == {"colour": "red"}


def test_columns_may_be_called_anything(tmp_path: Path) -> None:
    text = "Thema;Was gemeint ist\nVertrauen;Man verl\u00e4sst sich.\n"
    with pytest.raises(
        CodebookFileError, match=r"no column with the names .* it has Thema, Was gemeint ist"
    ):
        read(tmp_path, "a.csv", text)
    book = read(tmp_path, "a.csv", text, columns={"name": "thema", "definition": "Was gemeint ist"})
    assert book["vertrauen"].definition == "Man verl\u00e4sst sich."
    with pytest.raises(
        CodebookFileError, match=r"there is no column 'Themen'.*Did you mean 'Thema'"
    ):
        read(tmp_path, "a.csv", text, columns={"name": "Themen"})
    with pytest.raises(CodebookFileError, match=r"no field 'nmae'.*Did you mean 'name'"):
        read(tmp_path, "a.csv", text, columns={"nmae": "Thema"})
    with pytest.raises(CodebookFileError, match="are for tables"):
        read(tmp_path, "a.yaml", "id: c\n", columns={"name": "Thema"})


WRONG = {
    "code,parent\na,b\n": "row 2: its parent 'b' is no code of the table",
    "id,code\nx,a\nx,b\n": "row 3: the id 'x' is that of row 2 too",
    "code,definition\na,x\n,y\n": "row 3: has no name",
    "code,definition\na,x\nA,y\n": "row 3: codes 'a' and 'a-2' are both named 'A'",
    "code,parent\na,b\nb,a\n": "row .: codes are their own ancestors",
    "id,code,parent\n1,a,\n2,a,1\n3,b,a\n": "row 4: several codes are called 'a'",
    "code,codable\na,perhaps\n": "row 2: codable is 'perhaps'",
    "code,code\na,b\n": "more than one column 'code'",
    "": "no column with the names of codes.*it has none",
}


@pytest.mark.parametrize("text", WRONG, ids=WRONG.values())
def test_what_is_wrong_with_a_table_is_said_with_its_row(tmp_path: Path, text: str) -> None:
    with pytest.raises(CodebookFileError, match=rf"a\.csv.*{WRONG[text]}"):
        read(tmp_path, "a.csv", text)


def test_a_spreadsheet_is_read_and_given_to_a_project(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["made in May"])
    sheet = book.create_sheet("codes")
    for row in (["CODE", "Definition"], ["Trust", "They rely."], [None, None], ["Money", None]):
        sheet.append(row)
    book.save(tmp_path / "codes.xlsx")
    project = qc.Project.new("S", codebook=tmp_path / "codes.xlsx")
    assert [code.name for code in project.codebook] == ["Trust", "Money"]


def bare(book: qc.Codebook, **fields: Any) -> qc.Codebook:
    """Return a codebook with what a table has a place for, as it has it."""
    lists = ("include", "exclude", "examples", "counterexamples", "keywords", "memos")

    def shown(code: qc.Code) -> qc.Code:
        entries = {
            name: tuple(
                filter(None, (" ".join(each.split("\n")).strip() for each in getattr(code, name)))
            )
            for name in lists
        }
        return attrs.evolve(code, definition=code.definition.strip(), **entries, **fields)

    codes = {id: shown(code) for id, code in book.codes.items()}
    return attrs.evolve(
        book, codes=codes, links=(), rollups={}, attributes={}, decisions={}, description=""
    )


def plain(book: qc.Codebook) -> bool:
    """Tell whether a codebook has no entry that spreads over lines or ends in white space."""
    texts = [
        text
        for code in book.codes.values()
        for name in ("include", "exclude", "examples", "counterexamples", "memos")
        for text in getattr(code, name)
    ]
    texts += [code.definition for code in book.codes.values()]
    texts += [each for code in book.codes.values() for each in code.attributes.values()]
    return all(text == " ".join(text.split()) and text.isprintable() for text in texts)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(max_examples=25)
@given(book=codebooks().filter(plain))
def test_a_table_gives_back_the_codes_less_what_is_listed(kind: str, book: qc.Codebook) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{book.id}.{kind}")
        losses = qc.write_codebook(book, path)
        back = qc.read_codebook(path)
    assert list(back.codes.values()) == list(bare(book).codes.values())
    lost = {"link": len(book.links), "rollup": len(book.rollups)}
    assert {loss.element: loss.count for loss in losses if loss.element in lost} == {
        name: number for name, number in lost.items() if number
    }


def test_shipped_codebooks_go_through_tables_and_pages(tmp_path: Path) -> None:
    for name in qc.list_codebooks():
        book = qc.load_codebook(name)
        for kind in ("csv", "xlsx"):
            qc.write_codebook(book, tmp_path / f"{name}.{kind}")
            assert qc.read_codebook(tmp_path / f"{name}.{kind}").codes == book.codes
        losses = qc.write_codebook(book, tmp_path / f"{name}.md")
        back = qc.read_codebook(tmp_path / f"{name}.md")
        want = {
            id: attrs.evolve(code, colour=None, codable=True)
            for id, code in book.codes.items()
            if code.is_live
        }
        assert (back.name, back.description) == (book.name, book.description)
        assert dict(back.codes) == want
        assert losses.total


def test_an_attribute_that_is_called_as_a_column_is_not_mixed_up(tmp_path: Path) -> None:
    book = qc.Codebook("c", codes=[qc.Code("a", attributes={"Comment": "x"})])
    with pytest.raises(CodebookFileError, match="an attribute of codes is called 'Comment'"):
        qc.write_codebook(book, tmp_path / "c.csv")
    with pytest.raises(CodebookFileError, match=r"written as \.csv or \.xlsx"):
        qc.write_codebook(book, tmp_path / "c.ods")


# Pages


def test_a_page_with_headings_is_read(tmp_path: Path) -> None:
    book = read(
        tmp_path,
        "codes.md",
        "# Damp homes\n\nFor the second round.\n\n## Trust\n\nPartners rely\non each other.\n\n"
        "**Include:**\n\n* promises kept\n* being told\n  early\n\n**Examples**\n- I trust Joan.\n\n"
        "### Trust in staff\n\n**Definition:** Of people.\n\n## Money\n\n- direction: against\n",
    )
    assert (book.id, book.name, book.description) == (
        "codes",
        "Damp homes",
        "For the second round.",
    )
    assert [(code.id, code.parent) for code in book] == [
        ("trust", None), ("trust-in-staff", "trust"), ("money", None),
    ]  # fmt: skip
    trust = book["trust"]
    assert trust.definition == "Partners rely\non each other."
    assert trust.include == ("promises kept", "being told\nearly")
    assert trust.examples == ("I trust Joan.",)
    assert book["trust-in-staff"].definition == "Of people."
    assert dict(book["money"].attributes) == {"direction": "against"}


def test_a_page_with_a_list_is_read(tmp_path: Path) -> None:
    book = read(
        tmp_path,
        "codes.md",
        "# Damp homes\n\n- **Trust**: partners rely on each other\n  - in staff \u2013 of people\n- Money\n",
    )
    assert [(code.id, code.parent, code.definition) for code in book] == [
        ("trust", None, "partners rely on each other"),
        ("in-staff", "trust", "of people"),
        ("money", None, ""),
    ]


def test_what_is_wrong_with_a_page_is_said_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CodebookFileError, match=r"a\.md: has no codes"):
        read(tmp_path, "a.md", "Nothing here.\n")
    with pytest.raises(CodebookFileError, match=r"a\.md, line 5: .* both named 'B'"):
        read(tmp_path, "a.md", "# A\n\n## B\n\n## B\n")


# YAML in the words of those who write it


YAML = {
    "  trust:\n    definition: Use for: partners and friends\n": ("5", "put the text in quotes"),
    "  1.1: {name: Trust}\n  1.10: {name: Money}\n": (
        "5",
        "put ids that look like numbers in quotes, as '1.10'",
    ),
    "  trust:\n\tname: Trust\n": ("5", "indent with spaces"),
    "  trust:\n    name: @Joan\n": ("5", "put the text in quotes"),
    "  trust:\n    name: *Joan\n": ("5", r"begins with \*.*put the text in quotes"),
    '  trust:\n    name: "Joan\n': (".", "a quotation mark is opened and never closed"),
    "  trust:\n    name: [Joan\n": (".", "a bracket is opened and not closed"),
    "  trust:\n    name: Joan\n   definition: x\n": ("6", "not indented as those beside it"),
    '  trust:\n    definition: "Use" for partners\n': ("5", "in quotes"),
    "  trust:\n    name: Trust\n    definition\n  money:\n": (".", "has no colon|colon"),
}


@pytest.mark.parametrize("text", YAML)
def test_errors_of_yaml_say_what_to_do(tmp_path: Path, text: str) -> None:
    line, advice = YAML[text]
    head = "format: qualcode-codebook/1\nid: c\ncodes:\n"
    with pytest.raises(CodebookFileError, match=rf"a\.yaml, line {line}: .*(?:{advice})"):
        read(tmp_path, "a.yaml", head + text)
