"""Fields of files become those of records: which field is which, and how several of a kind are told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from qualcode.model.review.records import Record, bare_doi, year_in

__all__ = ["Names", "Raw", "make_record", "split_authors", "split_keywords"]

Raw = Mapping[str, Sequence[str]]
"""The fields of a record by the names that its file has, each with all that it says."""

Names = Mapping[str, tuple[str, ...]]
"""For fields of records the names that they may have in a file, the best first."""

_SPACES = re.compile(r"\s+")
_WRITTEN = re.compile(r"[^\W\d_][\w'’.\- ]*\s(?:[^\W\d_]\.?-?\s?){1,4}")
_NUMBERED = re.compile(r"\s*\(\d+\)$")
_NOBODY = re.compile(
    r"\[?(?:no author(?:s| name)?(?: available| listed| id available)?|anonymous)\.?\]?", re.I
)
_NO_PAGE = re.compile(r"(?:page )?n/?a\.?|-+", re.IGNORECASE)
_LISTS = ("authors", "keywords")


def make_record(
    raw: Raw,
    names: Names,
    *,
    format: str,
    file: str,
    line: int = 0,
    number: int = 0,
    written: Raw | None = None,
) -> Record:
    """Return the record that the fields of a file make.

    Parameters
    ----------
    raw : mapping
        The fields, with several authors and keywords told apart.
    names : mapping
        Which of them says what. Besides the fields of a record, ``"first"`` and ``"last"`` name where the
        pages begin and end. ``"doi"`` and ``"pmid"`` may name fields that hold other things as well: what is
        no DOI or no number is passed over.
    format, file, line, number
        As for `Record`.
    written : mapping, optional
        The fields as the file has them, where that is not `raw`.

    Examples
    --------
    >>> made = make_record({"TI": ["Trust"], "DO": ["https://doi.org/10.1000/A"]},
    ...                    {"title": ("TI",), "doi": ("DO",)}, format="ris", file="a.ris", line=1)
    >>> made.title, made.doi, made.raw["TI"]
    ('Trust', '10.1000/a', ('Trust',))
    """
    said = {
        field: next((texts for key in keys if (texts := _texts(raw.get(key, ())))), [])
        for field, keys in names.items()
    }
    single = {
        field: " ".join(values) if field == "abstract" else values[0]
        for field, values in said.items()
        if values and field not in (*_LISTS, "year", "doi", "pmid", "first", "last")
    }
    if not single.get("pages"):
        single["pages"] = _pages(said.get("first", ()), said.get("last", ()))
    return Record(
        **single,
        authors=tuple(said.get("authors", ())),
        keywords=tuple(dict.fromkeys(_all(raw, names.get("keywords", ())))),
        year=next(filter(None, map(year_in, said.get("year", ()))), None),
        doi=next(filter(None, map(bare_doi, _all(raw, names.get("doi", ())))), ""),
        pmid=next((each for each in _all(raw, names.get("pmid", ())) if each.isdecimal()), ""),
        raw={
            key: tuple(values)
            for key, values in (raw if written is None else written).items()
            if any(map(str.strip, values))
        },
        format=format,
        file=file,
        line=line,
        number=number,
    )


def _texts(values: Iterable[str]) -> list[str]:
    return [text for each in values if (text := _SPACES.sub(" ", each).strip())]


def _all(raw: Raw, keys: Iterable[str]) -> list[str]:
    return [each for key in keys for each in _texts(raw.get(key, ()))]


def _pages(first: Sequence[str], last: Sequence[str]) -> str:
    ends = [each for values in (first, last) for each in values[:1] if not _NO_PAGE.fullmatch(each)]
    return "-".join(dict.fromkeys(ends))


def split_authors(text: str) -> list[str]:
    """Return the authors that a cell of a table lists.

    Examples
    --------
    >>> split_authors("Okoye, B.; Berg, J."), split_authors("Okoye B, Berg J."), split_authors("Okoye, Ben")
    (['Okoye, B.', 'Berg, J.'], ['Okoye B', 'Berg J.'], ['Okoye, Ben'])
    """
    if ";" in text:
        parts = text.split(";")
    elif " and " in text:
        parts = text.split(" and ")
    else:
        parts = text.split(",")
        if not all(_WRITTEN.fullmatch(each.strip().rstrip(".")) for each in parts):
            parts = [text]  # one author, the family name before the comma
    # Scopus puts the number of each author after the name.
    return _texts(_NUMBERED.sub("", each) for each in parts if not _NOBODY.fullmatch(each.strip()))


def split_keywords(text: str) -> list[str]:
    """Return the keywords that a text lists: parted by semicolons, or by commas where there are none.

    Examples
    --------
    >>> split_keywords("trust; joint work, local"), split_keywords("trust, joint work")
    (['trust', 'joint work, local'], ['trust', 'joint work'])
    """
    return _texts(re.split(";" if ";" in text else r",|\n", text))
