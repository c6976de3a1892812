"""Records from the files of databases and reference managers, and back."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.io.references.registry import FORMATS
from qualcode.model.review.records import bare_doi, year_in

DATA = Path(__file__).parents[1] / "data/references"

EVERY = [
    "search.ris",
    "pubmed.nbib",
    "wos.txt",
    "items.json",
    "library.rdf",
    "library.xml",
    "scopus.csv",
]


@pytest.mark.parametrize("name", EVERY)
def test_one_article_is_the_same_in_every_format(name: str) -> None:
    record = qc.read_records(DATA / name)[0]
    assert record.title.rstrip(".") == "Working together: a review of partnerships"
    assert record.authors[:1] == ("Okoye, Ben",)
    assert record.families[:2] in {("Okoye", "van der Berg")}
    assert (record.year, record.volume, record.doi) == (2021, "21", "10.1234/jih.2021.753")
    assert record.pages in ("753-769", "753-69")
    assert record.journal.casefold() == "journal of invented health"
    assert record.pmid in ("33500001", "")
    assert record.file == name
    assert record.line or record.number
    assert record.raw


def test_ris_keeps_every_field_and_lists_what_is_no_record() -> None:
    found = qc.read_records(DATA / "search.ris")
    assert [each.line for each in found] == [2, 23, 29, 35]
    assert found[0].raw["XX"] == ("a field of nobody's",)
    assert found[0].abstract == "Background: Partnerships are many. They are rarely compared."
    assert [(each.severity, each.id) for each in found.losses] == [
        ("loss", "line 34"),
        ("note", "line 35"),
        ("note", "search.ris, line 29"),
    ]


def test_records_without_a_title_are_kept_and_told_by_their_line() -> None:
    found = qc.read_records(DATA / "search.ris")
    assert [each.where for each in found.without_title] == ["search.ris, line 29"]
    assert "no title (search.ris, line 29)" in str(found.without_title[0])


def test_bibtex_reads_latex_and_lists_what_is_broken() -> None:
    found = qc.read_records(DATA / "library.bib")
    assert found[0].title == "Working Together: cafés and naïve partners"
    assert found[0].journal == "Journal of Invented Health"
    assert [each.line for each in found] == [2, 13, 15]
    assert [(each.severity, each.id) for each in found.losses if each.element == "entry"] == [
        ("note", "line 13"),
        ("loss", "line 14"),
    ]


def test_bibtex_says_which_extra_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "bibtexparser", None)
    with pytest.raises(qc.errors.MissingExtraError, match=r"qualcode\[references\]"):
        qc.read_records(DATA / "library.bib")


def test_tables_say_which_columns_are_read_as_what() -> None:
    found = qc.read_records(DATA / "scopus.csv")
    assert "title from 'Title'" in found.losses[0].reason
    assert found[1].authors == ()
    assert found[1].pages == "e12"
    assert qc.read_records(DATA / "pubmed.csv")[0].authors == ("Okoye B", "van der Berg J.")


def test_unknown_columns_are_said_and_the_encoding_is_found() -> None:
    with pytest.raises(qc.errors.DocumentError, match="no column holds titles; there are 'Titel'"):
        qc.read_records(DATA / "katalog.csv")
    said = {"Titel": "title", "Autor": "authors", "Jahr": "year"}
    (record,) = qc.read_records(DATA / "katalog.csv", columns=said)
    assert (record.title, record.authors) == ("Über Vertrauen", ("Müller, E.", "Groß, K."))
    with pytest.raises(qc.errors.DocumentError, match="Did you mean 'title'"):
        qc.read_records(DATA / "katalog.csv", columns={"Titel": "titel"})


def test_csl_lists_what_is_no_item() -> None:
    found = qc.read_records(DATA / "items.json")
    assert found[0].authors == ("Okoye, Ben", "van der Berg, Johanna", "The Partnership Group")
    assert [each.id for each in found.losses if each.severity == "loss"] == ["item 3"]


def test_a_file_is_read_as_what_it_holds(tmp_path: Path) -> None:
    for source, name in (
        ("pubmed.nbib", "a.txt"),
        ("search.ris", "b.txt"),
        ("pubmed.nbib", "c.ris"),
    ):
        (tmp_path / name).write_bytes((DATA / source).read_bytes())
        assert len(qc.read_records(tmp_path / name)) == len(qc.read_records(DATA / source))


def test_several_files_are_read_in_order() -> None:
    found = qc.read_records([DATA / "*.nbib", DATA / "search.ris", DATA / "pubmed.nbib"])
    assert [each.file for each in found] == ["pubmed.nbib"] * 2 + ["search.ris"] * 4


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    for source, said in ((tmp_path, "is a folder"), (tmp_path / "*.ris", "no such file")):
        with pytest.raises(qc.errors.DocumentError, match=said):
            qc.read_records(source)
    with pytest.raises(qc.errors.DocumentError, match="Did you mean 'ris'"):
        qc.read_records(DATA / "search.ris", format="rs")


@pytest.mark.parametrize("format", [each.name for each in FORMATS])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_damaged_files_are_refused_and_never_crash(
    format: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    names = {
        "ris": "search.ris", "nbib": "pubmed.nbib", "wos": "wos.txt", "bibtex": "library.bib",
        "csl": "items.json", "zotero": "library.rdf", "endnote": "library.xml", "table": "scopus.csv",
    }  # fmt: skip
    whole = (DATA / names[format]).read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    put = data.draw(st.binary(max_size=8))
    path = tmp_path_factory.mktemp("damaged") / names[format]
    path.write_bytes(whole[:cut] + put + whole[cut + len(put) :])
    try:
        found = len(qc.read_records(path, format=format))
    except qc.QualcodeError as error:
        found = path.name in str(error)
    assert found


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aa">]><xml><record><title>&a;</title></record></xml>'
    for name in ("a.xml", "a.rdf"):
        (tmp_path / name).write_bytes(bomb)
        with pytest.raises(qc.QualcodeError):
            qc.read_records(tmp_path / name)


def test_ris_agrees_with_the_package_for_it() -> None:
    ours = qc.read_records(DATA / "search.ris")
    theirs = rispy.loads((DATA / "search.ris").read_text())
    for mine, other in zip(ours, theirs, strict=False):
        assert mine.title == (other.get("title") or other.get("primary_title") or "")
        assert list(mine.authors) == (other.get("authors") or other.get("first_authors"))
    # The package has no record that nothing ends, and says nothing of it.
    assert len(theirs) == len(ours) - 1


words = st.text(st.sampled_from("abcdé ßΩ,-:'=(1"), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
)
names = st.tuples(
    st.text(st.sampled_from("abcdéß"), min_size=1, max_size=6), st.sampled_from(["A.", "Bo", "C D"])
).map(", ".join)
plain_records = st.builds(
    qc.Record,
    title=words,
    authors=st.lists(names, max_size=3),
    year=st.none() | st.integers(1500, 2099),
    journal=words,
    volume=st.just("") | st.integers(1, 99).map(str),
    issue=st.just("") | st.integers(1, 99).map(str),
    pages=st.sampled_from(["", "12", "12-19", "e12"]),
    doi=st.sampled_from(["", "10.1234/abc(d)1"]),
    pmid=st.sampled_from(["", "123"]),
    abstract=words,
    keywords=st.lists(
        st.text(st.sampled_from("abcé"), min_size=1, max_size=5), max_size=3, unique=True
    ),
    language=st.sampled_from(["", "eng"]),
    issn=st.sampled_from(["", "0000-0001"]),
    type=st.just("JOUR"),
)


@pytest.mark.parametrize("suffix", [".ris", ".json", ".csv"])
@settings(max_examples=40, deadline=None)
@given(records=st.lists(plain_records, min_size=1, max_size=4))
def test_what_is_written_is_read_back(
    suffix: str, records: list[qc.Record], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("written") / f"records{suffix}"
    qc.write_records(records, path)
    back = qc.read_records(path, encoding="utf-8")
    blank = {"raw": {}, "format": "", "file": "", "line": 0, "number": 0, "type": "JOUR"}
    assert [attrs.evolve(each, **blank) for each in back] == records


def test_nothing_is_written_over(tmp_path: Path) -> None:
    record = qc.Record(title="Trust")
    for suffix in (".ris", ".json", ".csv"):
        path = tmp_path / f"a{suffix}"
        path.write_text("mine")
        with pytest.raises(qc.errors.StoreError, match="replace=True"):
            qc.write_records([record], path)
        assert path.read_text() == "mine"
        qc.write_records([record], path, replace=True)
        assert len(qc.read_records(path)) == 1
    with pytest.raises(qc.errors.DocumentError, match="written to"):
        qc.write_records([record], tmp_path / "a.xml")


@given(record=plain_records)
@settings(max_examples=30, deadline=None)
def test_a_record_is_its_fields(record: qc.Record) -> None:
    assert qc.Record.from_fields(json.loads(json.dumps(record.fields()))) == record


def test_bad_fields_are_named() -> None:
    with pytest.raises(qc.errors.DocumentError, match="year"):
        qc.Record(title="a", year="2021")
    with pytest.raises(qc.errors.DocumentError, match="no field 'titel'"):
        qc.Record.from_fields({"titel": "a"})


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1016/0022-510X(94)90280-1", "10.1016/0022-510x(94)90280-1"),
        ("(doi: 10.1000/XYZ).", "10.1000/xyz"),
        ("https://dx.doi.org/10.1000/a;b", "10.1000/a;b"),
        ("10.5 percent", ""),
    ],
)
def test_dois(text: str, doi: str) -> None:
    assert bare_doi(text) == doi


def test_years() -> None:
    assert [year_in(each) for each in ("Apr 2021", "12021", "1499", "c2019")] == [
        2021,
        None,
        None,
        2019,
    ]
