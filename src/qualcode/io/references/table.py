"""Tables of records: what Scopus, Web of Science, Embase, PubMed, Zotero, Rayyan and others export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qualcode.errors import DocumentError, did_you_mean
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.raw.sheets import Sheet, read_sheets, titles_above
from qualcode.io.references.file import Found, ReferenceFile
from qualcode.io.references.making import make_record, split_authors, split_keywords
from qualcode.io.tables.guards import unguarded
from qualcode.model.review.records import RECORD_FIELDS, Record

__all__ = ["COLUMNS", "read_table"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "article title", "document title", "primary_title", "titles"),
    "authors": (
        "author full names", "authors", "author", "author names", "author(s)", "creator", "first author",
    ),
    "year": (
        "year", "publication year", "published year", "pub year", "date", "publication date", "pub_date",
        "published",
    ),
    "journal": (
        "journal", "source title", "journal/book", "publication title", "journal name", "publication name",
        "source", "secondary_title",
    ),
    "volume": ("volume",),
    "issue": ("issue", "number", "issue number"),
    "pages": ("pages", "page", "page range"),
    "first": ("page start", "start page", "first page", "art. no.", "article number", "start_page"),
    "last": ("page end", "end page", "last page", "end_page"),
    "doi": ("doi", "doi link", "link", "url", "full text link", "urls"),
    "pmid": ("pmid", "pubmed id", "pubmed_id", "medline pmid", "pubmed"),
    "abstract": ("abstract", "abstract note", "abstracts", "notes_abstract"),
    "keywords": (
        "keywords", "author keywords", "manual tags", "index keywords", "keywords plus",
        "emtree medical index terms",
    ),
    "url": ("url", "link", "urls", "full text link", "embase link"),
    "type": ("document type", "publication type", "item type", "type", "type of reference"),
    "language": ("language", "language of original document", "article language"),
    "issn": ("issn", "isbn"),
}  # fmt: skip
"""For each field of a record the heads that a column of it may have, in small letters; the best first."""


def read_table(file: ReferenceFile) -> Found:
    """Return the records of a table, a row each; which columns are read as what is a note."""
    tables = read_sheets(file.path.suffix, file.data, encoding=file.encoding, where=str(file.path))
    sheet, heads, rows = max(map(_headed, tables), key=lambda each: _fit(each[1], file))
    names = _names(heads, file)
    records: list[Record] = []
    for line, cells in rows:
        raw = {
            head: [unguarded(text)]
            for head, text in zip(heads, cells, strict=False)
            if head and text
        }
        fields = dict(raw)
        for field, split in (("authors", split_authors), ("keywords", split_keywords)):
            for head in names.get(field, ()):
                if head in raw:
                    fields[head] = split(raw[head][0])
        made = make_record(
            fields, names, format=file.format, file=file.name, line=line, number=len(records) + 1,
            written=raw,
        )  # fmt: skip
        records.append(made)
    if not records:
        raise DocumentError(f"{file.path}: the table has no row below its heads")
    told = ", ".join(f"{field} from {heads_[0]!r}" for field, heads_ in names.items() if heads_)
    lost = [Loss("note", "columns", reason=f"read as {told}")]
    if sheet.uncalculated:
        reason = "has no result in the file: open it in a spreadsheet program and save it anew"
        lost.append(Loss("loss", "formula", name=", ".join(sheet.uncalculated), reason=reason,
                         count=len(sheet.uncalculated)))  # fmt: skip
    return Found(tuple(records), Losses(lost))


_Rows = list[tuple[int, list[str]]]


def _headed(sheet: Sheet) -> tuple[Sheet, list[str], _Rows]:
    """Return a sheet with its heads as written and its rows, each with its number."""
    filled: _Rows = []
    for number, row in enumerate(sheet.rows, start=1):
        cells = ["" if cell is None else str(cell).strip() for cell in row]
        if any(cells):
            filled.append((number, cells))
    filled = filled[titles_above(filled) :]
    heads = [unguarded(each) for each in filled[0][1]] if filled else []
    return sheet, heads, filled[1:]


def _head(text: str) -> str:
    return " ".join(text.split()).casefold()


def _fit(heads: Sequence[str], file: ReferenceFile) -> int:
    known = {each for names in COLUMNS.values() for each in names}
    return sum(_head(head) in known or head in file.columns for head in heads)


def _names(heads: Sequence[str], file: ReferenceFile) -> dict[str, tuple[str, ...]]:
    """Return for each field the columns that hold it: those that were said, or those that are known."""
    said = _said(heads, file)
    by_head: dict[str, str] = {}
    for head in heads:
        by_head.setdefault(_head(head), head)
    names = {
        field: said.get(field) or tuple(by_head[each] for each in known if each in by_head)
        for field, known in COLUMNS.items()
    }
    if not names["title"]:
        there = ", ".join(repr(head) for head in heads if head) or "none"
        raise DocumentError(
            f"{file.path}: no column holds titles; there are {there}. Say which it is, as "
            "columns={'Titel': 'title'}"
        )
    return names


def _said(heads: Sequence[str], file: ReferenceFile) -> dict[str, tuple[str, ...]]:
    said: dict[str, Any] = {}
    for column, field in file.columns.items():
        if column not in heads:
            raise DocumentError(
                f"{file.path}: there is no column {column!r}.{did_you_mean(column, heads)}"
            )
        if field not in COLUMNS:
            raise DocumentError(
                f"columns: a record has no field {field!r} that a column can hold; there are "
                f"{', '.join(name for name in RECORD_FIELDS if name in COLUMNS)}"
                f".{did_you_mean(field, COLUMNS)}"
            )
        said[field] = (*said.get(field, ()), column)
    return said
