"""Tables of coded segments: heads of many programs and languages, codes in one cell, words looked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import StudyError
from qualcode.io.exchange.programs.code_cells import split_codes, vocabulary

TEXT = "We trust them. \U0001f91d\n\nThey trust us.\n\nWe left. They trust us."


def read(folder: Path, text: str, **how: Any) -> Any:
    (folder / "segments.csv").write_text(text, encoding="utf-8")
    return qc.read_codings(folder / "segments.csv", **how)


def found(report: Any) -> list[tuple[str, str, str]]:
    return [(each.segment.quote, each.code.name, each.coder) for each in report.project.assignments]


PROGRAMS = {
    "atlasti": "ID;Quotation Name;Document;Quotation Content;Comment;Codes;Created by\n"
    '1:1;;Interview 1;"""We trust them.""";Note;Trust, Money;ana\n',
    "dedoose": "Media Title,Excerpt Range,Excerpt Creator,Excerpt Copy,Codes Applied Combined,"
    'Code: Trust Applied,Code: Money Applied\nInterview 1,0-14,ana,We trust them.,"Trust, Money",True,True\n',
    "maxqda": "Document group\tDocument name\tCode\tBeginning\tEnd\tWeight score\tSegment\tAuthor\n"
    "Round 1\tInterview 1\tTrust\t1\t1\t5\tWe trust them.\tana\n"
    "Round 1\tInterview 1\tMoney\t1\t1\t0\tWe trust them.\tana\n",
    "german": "Dokumentgruppe;Dokumentname;Code;Anfang;Ende;Segment;Autor\n"
    "Round 1;Interview 1;Trust;1;1;We trust them.;ana\nRound 1;Interview 1;Money;1;1;We trust them.;ana\n",
    "nvivo": "Name,Source Name,Coded Text,Coded By\nTrust,Interview 1,We trust them.,ana\n"
    "Money,Interview 1,We trust them.,ana\n",
    "taguette": "id,document,tag,content,user\n1,Interview 1,Trust,We trust them.,ana\n"
    "2,Interview 1,Money,We trust them.,ana\n",
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_tables_of_programs_are_read(tmp_path: Path, program: str) -> None:
    how = {"columns": {"code": "Name"}} if program == "nvivo" else {}
    report = read(tmp_path, PROGRAMS[program], texts={"Interview 1": TEXT}, **how)
    assert sorted(found(report)) == [
        ("We trust them.", "Money", "ana"),
        ("We trust them.", "Trust", "ana"),
    ]
    assert not [loss for loss in report.losses if loss.severity != "note"]
    if program in ("maxqda", "german"):
        assert report.program == "maxqda"


def test_a_spreadsheet_with_heads_of_ones_own_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Fonte", "Ausschnitt", "Thema"], ["Interview 1", "We left.", "Money"], [None] * 3):
        book.active.append(row)
    book.save(tmp_path / "own.xlsx")
    heads = {"document": "Fonte", "quote": "ausschnitt", "code": "Thema"}
    report = qc.read_codings(tmp_path / "own.xlsx", columns=heads, texts={"Interview 1": TEXT})
    assert found(report) == [("We left.", "Money", "project")]
    with pytest.raises(StudyError, match=r"no column of codes.*it has Fonte, Ausschnitt, Thema"):
        qc.read_codings(tmp_path / "own.xlsx")
    with pytest.raises(StudyError, match=r"no 'quot'.*Did you mean 'quote'"):
        qc.read_codings(tmp_path / "own.xlsx", columns={"quot": "Ausschnitt"})
    with pytest.raises(
        StudyError, match=r"there is no column 'Auschnitt'.*Did you mean 'Ausschnitt'"
    ):
        qc.read_codings(tmp_path / "own.xlsx", columns={"quote": "Auschnitt"})


def test_texts_may_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "Interview 1.txt").write_text(TEXT, encoding="utf-8")
    report = read(tmp_path, PROGRAMS["atlasti"], texts=tmp_path / "texts")
    assert len(found(report)) == 2
    assert report.project.documents["interview-1"].text == TEXT


def test_words_that_stand_twice_are_told_apart_by_their_paragraph_or_listed(tmp_path: Path) -> None:
    head = "document,code,quote,beginning\n"
    # That only lines with words are counted is told by what stands once.
    rows = "i,Trust,They trust us.,3\ni,Money,They trust us.,\ni,Trust,They stayed.,1\ni,Left,We left.,3\n"
    report = read(tmp_path, head + rows, texts={"i": TEXT})
    assert [each.segment.span.start for each in report.project.assignments] == [34, 43]
    told = str(report.losses).replace("\n    ", " ")
    assert (
        "row 3, code 'Money': 'They trust us.' stands 2 times in document 'i', at 18–32, 43–57"
        in told
    )
    assert "row 4, code 'Trust': 'They stayed.' does not stand in document 'i'" in told
    assert "told apart by the number of their paragraph" in told


def test_offsets_in_utf_16_are_found_by_the_words(tmp_path: Path) -> None:
    start = TEXT.index("They") + 1
    table = f"document,code,start,end,quote\ni,Trust,{start},{start + 14},They trust us.\n"
    assert found(read(tmp_path, table, texts={"i": TEXT})) == [
        ("They trust us.", "Trust", "project")
    ]
    bare = f"document,code,start,end\ni,Trust,{start},{start + 14}\n"
    report = read(tmp_path, bare, texts={"i": TEXT}, offsets="utf-16")
    assert found(report) == [("They trust us.", "Trust", "project")]


def test_without_texts_the_segments_become_the_texts_and_that_is_said(tmp_path: Path) -> None:
    rows = (
        "i,Trust,We trust them.\nj,Trust,We left.\ni,Money,We trust them.\ni,Money,They trust us.\n"
    )
    report = read(tmp_path, "document,code,quote\n" + rows)
    texts = {each.id: each.text for each in report.project.documents.values()}
    assert texts == {"i": "We trust them.\n\nThey trust us.", "j": "We left."}
    assert len(report.project.assignments) == 4
    assert "texts were not given" in str(report.losses)
    rollup = report.project.rollup(count="segments")
    assert (rollup["trust"], rollup["money"]) == (2, 2)


def test_names_may_say_what_stands_above(tmp_path: Path) -> None:
    table = "document,code,quote\ni,People::Trust,We left.\ni,People,We left.\n"
    report = read(tmp_path, table, hierarchy="::")
    assert {code.id: (code.parent, code.codable) for code in report.project.codebook} == {
        "people": (None, True), "trust": ("people", True),
    }  # fmt: skip
    plain = read(tmp_path, table)
    assert [code.name for code in plain.project.codebook] == ["People::Trust", "People"]


def test_the_codebook_says_which_codes_they_are(tmp_path: Path) -> None:
    book = qc.Codebook(
        "c", codes=[qc.Code("t1", name="Security, Privacy & Trust"), qc.Code("m", name="Money")]
    )
    table = 'document,codes,quote\ni,"Money, Security, Privacy & Trust, Other",We left.\n'
    report = read(tmp_path, table, codebook=book)
    assert {each.code.id for each in report.project.assignments} == {"t1", "m", "other"}


def test_dedooses_weights_belong_to_one_code_each(tmp_path: Path) -> None:
    table = (
        "Media Title,Excerpt Copy,Code: People\\Trust Applied,Code: People\\Trust Weight,"
        "Code: Money Applied,Code: Money Weight\n"
        "i,We left.,True,5,True,\n"
    )
    project = read(tmp_path, table, texts={"i": TEXT}).project
    assert {each.code.name: each.weight for each in project.assignments} == {
        "Trust": 5,
        "Money": None,
    }


def test_a_document_that_is_not_there_is_listed(tmp_path: Path) -> None:
    report = read(
        tmp_path, "document,code,quote\nx,Trust,We left.\ni,Trust,We left.\n", texts={"i": TEXT}
    )
    assert len(report.project.assignments) == 1
    assert [(loss.element, loss.count) for loss in report.losses if loss.severity == "loss"] == [
        ("coding", 1)
    ]


def test_a_title_above_the_heads_is_listed(tmp_path: Path) -> None:
    text = "Segments of Damp homes,,\n,,\ndocument,code,quote\na,Trust,We trust them\n"
    report = read(tmp_path, text)
    assert found(report)[0][:2] == ("We trust them", "Trust")
    assert ("title", "Segments of Damp homes") in [(e.element, e.name) for e in report.losses]


def test_a_table_without_segments_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no coded segment below its heads"):
        read(tmp_path, "document,code,quote\n")
    with pytest.raises(StudyError, match="A table with codes alone is a codebook"):
        read(tmp_path, "tag,description\nTrust,x\n")


# Codes in one cell

names = st.lists(
    st.lists(
        st.sampled_from(["Trust", "Security", "Privacy", "a", "b & c"]), min_size=1, max_size=3
    ).map(", ".join),
    min_size=1,
    max_size=4,
    unique=True,
)


@given(names)
def test_names_with_commas_are_told_apart_where_they_are_known(codes: list[str]) -> None:
    known = {each.casefold(): each for each in codes}
    split = split_codes(", ".join(codes), known, len(codes))
    # Where it can be read in several ways, nothing is guessed.
    assert split is None or ", ".join(split) == ", ".join(codes)
    alone = vocabulary([(each, 1) for each in codes])
    assert set(alone.values()) == {*codes}


@pytest.mark.parametrize("cell", ["a\nb", "a; b", "a | b", "a, b", "a,b"])
def test_what_parts_codes(cell: str) -> None:
    assert split_codes(cell) == ["a", "b"]


def test_what_can_be_read_in_several_ways_is_not_guessed() -> None:
    known = {"a": "a", "b": "b", "a, b": "a, b", "b, c": "b, c", "c": "c"}
    assert split_codes("a, b, c", known, 2) is None
    assert split_codes("a, b, c", known, 3) == ["a", "b", "c"]
    assert split_codes("") == []


@pytest.mark.parametrize(
    "heads",
    [
        "Dokument;Kodes;Zitatinhalt;Bearbeitet von;Kommentar;Erstellt am",
        "Dokumentname;Code;Codiertes Segment;Erstellt von;Kommentar;Erstellt am",
        "Nom du document;Codes;Contenu de la citation;Créé par;Commentaire;Date de création",
        "Nombre del documento;Códigos;Contenido de la cita;Creado por;Comentario;Fecha de creación",
        "Documento;Códigos;Conteúdo da citação;Criado por;Comentário;Data de criação",
        "Nome documento;Codici;Contenuto della citazione;Creato da;Commento;Data di creazione",
        "Bestandsnaam;Codes;Citaat;Gewijzigd door;Opmerking;Aanmaakdatum",
        "Nazwa dokumentu;Kody;Fragment;Utworzone przez;Komentarz;Data utworzenia",
        "File Name:;Nodes;Coded Text;Coded By;Annotation;Coded on",
    ],
)
def test_heads_are_known_in_the_languages_of_programs(heads: str, tmp_path: Path) -> None:
    path = tmp_path / "codings.csv"
    path.write_text(f"{heads}\nint-1;trust;We trust them.;Ana;Why?;31.01.2025 14:05\n")
    report = qc.read_codings(path, texts={"int-1": "Yes. We trust them. No."})
    (found,) = report.project.assignments
    assert (found.segment.quote, found.coder, found.memo) == ("We trust them.", "Ana", "Why?")
    assert found.time == "2025-01-31T14:05:00Z"
    assert not report.losses


def test_columns_that_are_not_read_are_listed_each(tmp_path: Path) -> None:
    path = tmp_path / "codings.csv"
    path.write_text(
        "code,quote,memo,mood,Site,Site,empty\ntrust,We trust them.,Why?,low,n,s,\n", "utf-8"
    )
    losses = qc.read_codings(path, texts={"a": "We trust them."}).losses
    assert [(each.element, each.name) for each in losses] == [
        ("column", "mood"), ("column", "Site"), ("column", "Site"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("dates", "times"),
    [
        (["3/25/25", "3/4/25"], ["2025-03-25", "2025-03-04"]),
        (["25/3/2025 2:05 PM", "4/3/2025 9:00 am"], ["2025-03-25T14:05", "2025-03-04T09:00"]),
        (["2025/3/4", "2025-03-04 10:00"], ["2025-03-04", "2025-03-04T10:00"]),
        (["4.3.25, 10:00:30", ""], ["2025-03-04T10:00:30", None]),
    ],
)
def test_dates_are_told_by_their_column(
    dates: list[str], times: list[str | None], tmp_path: Path
) -> None:
    path = tmp_path / "codings.csv"
    rows = "".join(f'trust,We trust them {n}.,"{date}"\n' for n, date in enumerate(dates))
    path.write_text(f"code,quote,date\n{rows}")
    text = " ".join(f"We trust them {n}." for n in range(len(dates)))
    report = qc.read_codings(path, texts={"a": text})
    for found, time in zip(report.project.assignments, times, strict=True):
        assert time is None or found.time.startswith(time)
    assert not report.losses


def test_a_date_that_may_be_two_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "codings.csv"
    path.write_text("code,quote,date\ntrust,We trust them.,03/04/2025\n")
    report = qc.read_codings(path, texts={"a": "We trust them."})
    assert [(each.element, each.count) for each in report.losses] == [("time", 1)]
    assert not report.project.log.rows.made
