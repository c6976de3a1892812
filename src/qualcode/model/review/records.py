"""One record of a search: what a database says of a publication, as it was and as it is compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from qualcode.errors import DocumentError
from qualcode.model.checks import (
    check_mapping,
    check_text,
    check_texts,
    check_whole,
    settle,
    shown,
)
from qualcode.model.mappings import Frozen

__all__ = ["RECORD_FIELDS", "Record", "bare_doi", "family_names", "year_in"]

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>\]]+", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_AROUND_DOI = ".,;)"
_LAST_YEAR = 2999


def bare_doi(text: str) -> str:
    """Return the DOI in a text as it is compared: in small letters, without what links put before it.

    Nothing where there is none.

    Examples
    --------
    >>> bare_doi("https://doi.org/10.1186/S12889-021-10630-1"), bare_doi("10.1000/xyz [doi]"), bare_doi("n/a")
    ('10.1186/s12889-021-10630-1', '10.1000/xyz', '')
    """
    found = _DOI.search(text)
    if found is None:
        return ""
    doi = found.group()
    # A bracket that closes one of the DOI's own belongs to it: 10.1016/0022-510X(94)90280-1.
    while doi[-1] in _AROUND_DOI and not (doi[-1] == ")" and doi.count("(") >= doi.count(")")):
        doi = doi[:-1]
    return doi.lower()


def year_in(text: str) -> int | None:
    """Return the first year in a text, None where there is none.

    Examples
    --------
    >>> year_in("2021 Apr 19"), year_in("19/04/2021"), year_in("in press")
    (2021, 2021, None)
    """
    found = _YEAR.search(text)
    return int(found.group()) if found else None


def _check_year(value: object, *, what: str, error: Any) -> int | None:
    return None if value is None else check_whole(value, what=what, error=error, most=_LAST_YEAR)


def _check_raw(value: object, *, what: str, error: Any) -> Mapping[str, tuple[str, ...]]:
    if isinstance(value, Frozen):  # of a record that was checked, of which this is a copy
        return value
    said = check_mapping(value, what=what, error=error)
    return Frozen(
        {
            check_text(name, what=f"a field in {what}", error=error): check_texts(
                texts, what=f"{what} {shown(name)}", error=error
            )
            for name, texts in said.items()
        }
    )


_TEXTS = (
    "title", "journal", "volume", "issue", "pages", "doi", "pmid", "abstract", "url", "type",
    "language", "issn", "format", "file",
)  # fmt: skip
_CHECKS: dict[str, Any] = {
    **dict.fromkeys(_TEXTS, check_text),
    "authors": check_texts,
    "keywords": check_texts,
    "year": _check_year,
    "line": check_whole,
    "number": check_whole,
    "raw": _check_raw,
}


@attrs.frozen
class Record:
    """One bibliographic entry that a search found.

    Nothing but the title, authors and so on of a publication: which search found it and what reviewers
    decided on it is kept by the project. A record without a title is one, too; it is told by file and line.

    Parameters
    ----------
    title : str
        Its title.
    authors : tuple of str
        Its authors, as the file writes them: mostly ``"Family, Given"`` or ``"Family GI"``.
    year : int, optional
        When it was published.
    journal, volume, issue, pages : str
        Where it was published.
    doi, pmid : str
        Its DOI without the address before it, in small letters, and its number in PubMed.
    abstract : str
        Its abstract.
    keywords : tuple of str
        Keywords and subject headings.
    url, type, language, issn : str
        As the file has them.
    raw : mapping of str to tuple of str
        Every field of the file by its own name, also those that have no place above.
    format : str
        What kind of file it was in, such as ``"ris"``.
    file : str
        The file's name, without its folder.
    line : int
        The line (in a table: row) on which it begins; 0 where that is not known.
    number : int
        Which record of its file it is, from 1.

    Raises
    ------
    DocumentError
        When a field is not of its kind.

    Examples
    --------
    >>> record = Record(title="Working together", authors=["Okoye, B."], year=2021, file="a.ris", line=12)
    >>> print(record)
    Okoye 2021: Working together
    >>> record.where
    'a.ris, line 12'
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    abstract: str = attrs.field(default="", repr=False)
    keywords: tuple[str, ...] = attrs.field(default=(), repr=False)
    url: str = attrs.field(default="", repr=False)
    type: str = ""
    language: str = ""
    issn: str = ""
    raw: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, repr=False, hash=False)
    format: str = ""
    file: str = ""
    line: int = 0
    number: int = 0

    def __attrs_post_init__(self) -> None:
        settle(self, _CHECKS, where="a record", error=DocumentError)

    @property
    def where(self) -> str:
        """Where it stands, for messages: file and line, or which record of the file it is."""
        if self.line:
            return f"{self.file}, line {self.line}"
        return f"{self.file}, record {self.number}" if self.file else f"record {self.number}"

    @property
    def text(self) -> str:
        """The title and the abstract, as reviewers read them."""
        return "\n\n".join(each for each in (self.title, self.abstract) if each.strip())

    @property
    def families(self) -> tuple[str, ...]:
        """The authors' family names, as far as the file's way of writing tells them."""
        return family_names(self.authors)

    def __str__(self) -> str:
        who = self.families[0] if self.families else "no author"
        more = " et al." if len(self.authors) > 1 else ""
        when = self.year if self.year is not None else "no year"
        return f"{who}{more} {when}: {self.title or f'no title ({self.where})'}"

    def fields(self) -> dict[str, Any]:
        """Return its fields that say something, as JSON holds them; `from_fields` reads them."""
        return dict(_plain(self))

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Record:
        """Return the record of what `fields` gave.

        Raises
        ------
        DocumentError
            When a field is unknown, or not of its kind.

        Examples
        --------
        >>> record = Record(title="Working together", keywords=["partnership"])
        >>> record.fields()
        {'title': 'Working together', 'keywords': ['partnership']}
        >>> Record.from_fields(record.fields()) == record
        True
        """
        unknown = [name for name in fields if name not in _NAMES]
        if unknown:
            raise DocumentError(
                f"a record has no field {shown(unknown[0])}; it has {', '.join(_NAMES)}"
            )
        return cls(**{str(name): value for name, value in fields.items()})


_NAMES = tuple(each.name for each in attrs.fields(Record))

RECORD_FIELDS = _NAMES[: _NAMES.index("raw")]
"""What a record says of a publication, in order; not where it was found."""


def _plain(record: Record) -> Iterator[tuple[str, Any]]:
    for name in _NAMES:
        value = getattr(record, name)
        if value in ("", (), None, 0, {}):
            continue
        if isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, Mapping):
            value = {key: list(texts) for key, texts in value.items()}
        yield name, value


_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?){1,4}")


def family_names(authors: Iterable[str]) -> tuple[str, ...]:
    """Return the family names of authors, as far as the way of writing tells them.

    Examples
    --------
    >>> family_names(["Okoye, Ben", "van der Berg J.", "Keiko Sato"])
    ('Okoye', 'van der Berg', 'Sato')
    """
    return tuple(filter(None, map(_family, authors)))


def _family(author: str) -> str:
    """Return the family name in an author as files write them."""
    before, comma, _ = author.partition(",")
    if comma:
        return before.strip()
    words = author.split()
    if not words:
        return ""
    initials = [_INITIALS.fullmatch(each) and each.isupper() for each in words]
    if len(words) > 1 and initials[-1]:  # "Okoye BA", "van der Berg J. P."
        last = next(at for at in range(len(words)) if all(initials[at:]))
        return " ".join(words[:last] or words[:1])
    return words[-1]  # "Ben Okoye"
