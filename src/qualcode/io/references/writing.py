"""Records as files for other programs: RIS, CSL-JSON and CSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from qualcode.errors import DocumentError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.raw.new_files import write_file
from qualcode.io.references.records import Records
from qualcode.io.tables.frame_files import write_csv
from qualcode.model.checks import check_flag, check_path
from qualcode.model.review.records import Record

__all__ = ["write_records"]

_RIS_TYPES = {
    "JOUR": ("article", "article-journal", "journal article", "journalarticle", "journal"),
    "BOOK": ("book",),
    "CHAP": ("chapter", "incollection", "inbook", "book chapter", "booksection"),
    "CONF": ("inproceedings", "paper-conference", "conference paper", "proceedings paper"),
    "THES": ("thesis", "phdthesis", "mastersthesis"),
    "RPRT": ("report", "techreport"),
}
_RIS_TAGS = (
    ("TI", "title"), ("AU", "authors"), ("PY", "year"), ("JF", "journal"), ("VL", "volume"), ("IS", "issue"),
    ("DO", "doi"), ("AB", "abstract"), ("KW", "keywords"), ("UR", "url"), ("LA", "language"), ("SN", "issn"),
)  # fmt: skip
_CSL = {
    "title": "title", "journal": "container-title", "volume": "volume", "issue": "issue", "pages": "page",
    "doi": "DOI", "pmid": "PMID", "abstract": "abstract", "url": "URL", "language": "language",
    "issn": "ISSN",
}  # fmt: skip
_CSL_TYPES = {
    "JOUR": "article-journal", "BOOK": "book", "CHAP": "chapter", "CONF": "paper-conference",
    "THES": "thesis", "RPRT": "report",
}  # fmt: skip


def write_records(records: Iterable[Record], path: str | Path, *, replace: bool = False) -> Losses:
    r"""Write records to a file that other programs read.

    Parameters
    ----------
    records : Records or iterable of Record
        What is written.
    path : str or path
        Where to; the end of the name says what: ``.ris``, ``.json`` (CSL-JSON) or ``.csv``.
    replace : bool, default False
        Whether a file of that name is written over.

    Returns
    -------
    Losses
        What the format has no place for.

    Raises
    ------
    DocumentError
        When the name ends otherwise.
    StoreError
        When the file is there already, or cannot be written.

    Examples
    --------
    >>> import qualcode as qc
    >>> record = qc.Record(title="Working together", authors=["Okoye, B."], year=2021)
    >>> print(qc.write_records([record], "found.ris"))
    nothing was lost
    >>> print(Path("found.ris").read_text())
    TY  - JOUR
    TI  - Working together
    AU  - Okoye, B.
    PY  - 2021
    ER  -
    <BLANKLINE>
    """
    path = check_path(path, what="path", error=DocumentError)
    check_flag(replace, what="replace", error=DocumentError)
    kept = Records(records)
    if path.suffix.lower() == ".csv":
        write_file(path, b"", replace=replace)  # refuses to write over what is there
        write_csv(kept.to_frame().drop(columns="where"), path, error=DocumentError)
        return _left_out(kept)
    writers: Mapping[str, Callable[[Records], str]] = {".ris": _ris, ".json": _csl}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise DocumentError(f"{path}: records are written to .ris, .json (CSL-JSON) or .csv")
    write_file(path, write(kept).encode(), replace=replace)
    return _left_out(kept)


def _left_out(records: Records) -> Losses:
    """Return which fields of files have no place in a record, and so in no file of another program."""
    count = sum(1 for each in records if each.raw)
    if not count:
        return Losses()
    reason = (
        "only what a record itself says is written; fields of the file it came from stay in raw"
    )
    return Losses([Loss("note", "raw fields of a record", reason=reason, count=count)])


def _ris(records: Records) -> str:
    return "\n".join("\n".join([*_ris_lines(each), "ER  -", ""]) for each in records)


def _ris_lines(record: Record) -> Iterator[str]:
    yield f"TY  - {_ris_type(record.type)}"
    for tag, field in _RIS_TAGS:
        value = getattr(record, field)
        for each in value if isinstance(value, tuple) else (value,):
            if each is not None and (line := " ".join(str(each).split())):
                yield f"{tag}  - {line}"
    first, dash, last = record.pages.partition("-")
    if record.pages:
        yield f"SP  - {first if dash else record.pages}"
    if dash:
        yield f"EP  - {last}"
    if record.pmid:
        yield f"AN  - {record.pmid}"
        yield "DB  - PubMed"


def _ris_type(type: str) -> str:
    if len(type) in (3, 4) and type.isupper():
        return type
    return next(
        (ris for ris, names in _RIS_TYPES.items() if type.casefold() in names),
        "JOUR" if not type else "GEN",
    )


def _csl(records: Records) -> str:
    items = [_item(each, number) for number, each in enumerate(records, start=1)]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _item(record: Record, number: int) -> dict[str, Any]:
    kind = _ris_type(record.type)
    item: dict[str, Any] = {"id": str(number), "type": _CSL_TYPES.get(kind, "document")}
    item |= {name: value for field, name in _CSL.items() if (value := getattr(record, field))}
    if record.authors:
        item["author"] = [_person(each) for each in record.authors]
    if record.year is not None:
        item["issued"] = {"date-parts": [[record.year]]}
    if record.keywords:
        item["keyword"] = "; ".join(record.keywords)
    return item


def _person(author: str) -> dict[str, str]:
    family, comma, given = author.partition(", ")
    return {"family": family, "given": given} if comma and given else {"literal": author}
