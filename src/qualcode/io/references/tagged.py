"""Files of lines that begin with a tag: RIS, PubMed's nbib and the plain text of Web of Science.

The package that is usually taken for RIS (rispy) keeps one of several values of most tags, and passes over
what stands before, between and after records without saying so; here nothing may be lost, and a message needs
the line. Tests compare both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from qualcode.errors import DocumentError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.references.file import Found, ReferenceFile
from qualcode.io.references.making import Names, make_record, split_keywords
from qualcode.model.review.records import Record

__all__ = ["read_nbib", "read_ris", "read_wos"]

_Fields = dict[str, list[str]]
_LINE_END = re.compile(r"\r\n|\r|\n")
_COUNT = re.compile(r"\s*<?\d+[.>]?\s*")
"""What some databases put above each record: its number."""


@attrs.frozen
class _Dialect:
    """How a program writes records in tagged lines."""

    name: str
    tagged: re.Pattern[str]
    begins: tuple[str, ...]
    ends: str
    names: Names
    passed_over: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    """Tags of which each line is a value of its own."""


_RIS = _Dialect(
    "RIS",
    re.compile(r"\s*([A-Z][A-Z0-9])\s\s?-(?:\s(.*)|\s*)$"),
    ("TY",),
    "ER",
    {
        "title": ("TI", "T1", "CT", "BT"),
        "authors": ("AU", "A1", "A2", "A3"),
        "year": ("PY", "Y1", "DA", "Y2"),
        "journal": ("JF", "JO", "T2", "JA", "J2", "J1", "BT", "T3"),
        "volume": ("VL",),
        "issue": ("IS", "CP"),
        "first": ("SP",),
        "last": ("EP",),
        "doi": ("DO", "DI", "M3", "L3", "UR", "ID", "N1"),
        "pmid": ("PM",),
        "abstract": ("AB", "N2"),
        "keywords": ("KW", "DE"),
        "url": ("UR", "L2"),
        "type": ("TY",),
        "language": ("LA",),
        "issn": ("SN",),
    },
)
_NBIB = _Dialect(
    "nbib",
    re.compile(r"([A-Z]{2,4}) *-(?: (.*)|\s*)$"),
    ("PMID",),
    "",
    {
        "title": ("TI", "BTI", "TT"),
        "authors": ("FAU", "AU", "CN", "FED"),
        "year": ("DP", "DEP", "EDAT"),
        "journal": ("JT", "TA"),
        "volume": ("VI",),
        "issue": ("IP",),
        "pages": ("PG",),
        "doi": ("LID", "AID", "SO"),
        "pmid": ("PMID",),
        "abstract": ("AB", "OAB"),
        "keywords": ("MH", "OT"),
        "type": ("PT",),
        "language": ("LA",),
        "issn": ("IS",),
    },
)
_WOS = _Dialect(
    "Web of Science",
    re.compile(r"([A-Z][A-Z0-9])(?: (.*)|\s*)$"),
    ("PT",),
    "ER",
    {
        "title": ("TI",),
        "authors": ("AF", "AU"),
        "year": ("PY", "EA"),
        "journal": ("SO", "JI"),
        "volume": ("VL",),
        "issue": ("IS",),
        "first": ("BP", "AR"),
        "last": ("EP",),
        "doi": ("DI",),
        "pmid": ("PM",),
        "abstract": ("AB",),
        "keywords": ("DE", "ID"),
        "type": ("DT",),
        "language": ("LA",),
        "issn": ("SN", "EI"),
    },
    passed_over=("FN", "VR", "EF"),
    lists=("AU", "AF", "CR"),
)


def read_ris(file: ReferenceFile) -> Found:
    """Return the records of a file in RIS."""
    return _read(file, _RIS)


def read_nbib(file: ReferenceFile) -> Found:
    """Return the records of a file of PubMed, in the format that it calls PubMed or MEDLINE."""
    return _read(file, _NBIB)


def read_wos(file: ReferenceFile) -> Found:
    """Return the records of a plain text of Web of Science."""
    return _read(file, _WOS)


def _read(file: ReferenceFile, dialect: _Dialect) -> Found:
    records: list[Record] = []
    lost: list[Loss] = []
    for line, fields, fault in _entries(file.text, dialect):
        if not fields:
            lost.append(Loss("loss", "line outside a record", id=f"line {line}", name=fault))
            continue
        if fault:
            lost.append(Loss("note", "record", id=f"line {line}", reason=fault))
        made = make_record(
            fields, dialect.names, format=file.format, file=file.name, line=line,
            number=len(records) + 1,
        )  # fmt: skip
        records.append(_mended(made, dialect))
    if not records:
        raise DocumentError(
            f"{file.path}: holds no record of {dialect.name}: none begins with {dialect.begins[0]!r}; say "
            "what it is with format=…, or export it anew"
        )
    return Found(tuple(records), Losses(lost))


def _mended(record: Record, dialect: _Dialect) -> Record:
    if dialect is _RIS:
        pages = record.pages.replace("--", "-").replace("–", "-")
        pmid = record.pmid or _pmid(record)
        if (pages, pmid) == (record.pages, record.pmid):
            return record
        return attrs.evolve(record, pages=pages, pmid=pmid)
    if dialect is _WOS:
        words = split_keywords("; ".join(record.keywords))
        return attrs.evolve(record, keywords=tuple(words))
    return record


_FROM_PUBMED = re.compile(r"pubmed|medline", re.IGNORECASE)


def _pmid(record: Record) -> str:
    """Return the accession number of a RIS record that says it is from MEDLINE: its number in PubMed."""
    source = " ".join(text for tag in ("DB", "DP") for text in record.raw.get(tag, ()))
    if not _FROM_PUBMED.search(source):
        return ""
    return next((each for each in record.raw.get("AN", ()) if each.isdecimal()), "")


def _entries(text: str, dialect: _Dialect) -> Iterator[tuple[int, _Fields, str]]:
    """Yield for each record its line, its fields and what is odd; without fields, a line outside of any."""
    fields: _Fields = {}
    begin, last = 0, ""
    unended = f"has no line {dialect.ends!r} at its end" if dialect.ends else ""
    # Not splitlines: what else it takes for the end of a line may stand in an abstract.
    for number, line in enumerate(_LINE_END.split(text), start=1):
        found = dialect.tagged.match(line)
        tag, value = (found[1], (found[2] or "").strip()) if found else ("", line.strip())
        if tag in dialect.begins:
            if fields:
                yield begin, fields, unended
            fields, begin, last = {tag: [value]}, number, tag
        elif tag and tag == dialect.ends:
            if fields:
                yield begin, fields, ""
            fields, last = {}, ""
        elif not fields:
            if value and tag not in dialect.passed_over and not _COUNT.fullmatch(line):
                yield number, {}, line.strip()
        elif tag and not (line[:1].isspace() and dialect is not _RIS):
            fields.setdefault(tag, []).append(value)
            last = tag
        elif value and last in dialect.lists:
            fields[last].append(value)
        elif value and last:
            held = fields[last]
            held[-1] = f"{held[-1]} {value}".strip()
    if fields:
        yield begin, fields, unended
