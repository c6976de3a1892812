"""Records read from files: what one file or several hold, in order, with what did not come along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, overload

import attrs

from qualcode.errors import DocumentError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.raw.decoding import read_bytes
from qualcode.io.references.file import ReferenceFile
from qualcode.io.references.registry import find_format, read_as
from qualcode.model.checks import check_items, check_path, check_text_mapping
from qualcode.model.mappings import Frozen
from qualcode.model.readable import Readable, many
from qualcode.model.review.records import RECORD_FIELDS, Record

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Records", "find_files", "read_records"]


def _records(value: Iterable[Record]) -> tuple[Record, ...]:
    return check_items(value, Record, what="records", error=DocumentError)


@attrs.frozen(repr=False)
class Records(Readable, Sequence[Record]):
    """Bibliographic records in order, and what was not taken over from their files.

    Parameters
    ----------
    items : iterable of Record
        The records.
    losses : Losses
        What did not come along, and what is worth knowing of it.

    Examples
    --------
    >>> found = Records([Record(title="Working together", authors=["Okoye, B."], year=2021)])
    >>> found, found[0].year, len(found.without_title)
    (<1 record>, 2021, 0)
    """

    items: tuple[Record, ...] = attrs.field(converter=_records)
    losses: Losses = attrs.field(factory=Losses)
    _print_columns = ("title", "authors", "year", "journal", "doi", "where")
    _instead = "review.prisma().plot() draws where records went"

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Records: ...
    def __getitem__(self, index: int | slice) -> Record | Records:
        if isinstance(index, slice):
            return Records(self.items[index], self.losses)
        return self.items[index]

    def __iter__(self) -> Iterator[Record]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<{many(len(self), 'record')}>"

    @property
    def without_title(self) -> tuple[Record, ...]:
        """The records that have no title: they are kept, and told by their file and line."""
        return tuple(each for each in self.items if not each.title.strip())

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each record: its fields, several authors parted by semicolons."""
        import pandas as pd

        rows = [
            [*(_cell(getattr(each, name)) for name in RECORD_FIELDS), each.where]
            for each in self.items
        ]
        return pd.DataFrame(rows, columns=[*RECORD_FIELDS, "where"])


def _cell(value: object) -> object:
    return "; ".join(value) if isinstance(value, tuple) else value


def find_files(source: str | Path | Iterable[str | Path]) -> list[Path]:
    r"""Return the files that a path, a pattern or several of them name, each once and in order.

    Raises
    ------
    DocumentError
        When a path or pattern names none.

    Examples
    --------
    >>> for name in ("b.ris", "a.ris"):
    ...     _ = Path(name).write_text("TY  - JOUR\nER  -\n")
    >>> [each.name for each in find_files("*.ris")]
    ['a.ris', 'b.ris']
    """
    given = [source] if isinstance(source, str | Path) else list(source)
    found: dict[Path, None] = {}
    for each in given:
        path = check_path(each, what="source", error=DocumentError)
        files = [path] if path.is_file() else sorted(map(Path, glob(str(path), recursive=True)))
        files = [each for each in files if each.is_file()]
        if not files:
            reason = (
                "is a folder; name its files, as 'search/*.ris'"
                if path.is_dir()
                else "no such file"
            )
            raise DocumentError(f"{path}: {reason}")
        found.update(dict.fromkeys(files))
    return list(found)


def read_records(
    source: str | Path | Iterable[str | Path],
    *,
    format: str | None = None,
    encoding: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Records:
    r"""Read bibliographic records from files of databases and reference managers.

    Every record is kept, also one without a title, with all fields that the file has (`Record.raw`), its file
    and its line.

    Parameters
    ----------
    source : str, path or iterable
        A file, a pattern such as ``"search/*.ris"``, or several.
    format : str, optional
        What the files are: ``"ris"``, ``"nbib"`` (PubMed), ``"wos"`` (Web of Science), ``"bibtex"``,
        ``"csl"`` (CSL-JSON), ``"zotero"`` (RDF), ``"endnote"`` (XML) or ``"table"`` (CSV or a spreadsheet).
        Told by the end of the name and the beginning of the file when not given.
    encoding : str, optional
        What the files are encoded in; found by what the bytes tell when not given.
    columns : mapping, optional
        For columns of a table that are not known, the field that each holds: ``{"Titel": "title"}``.

    Returns
    -------
    Records
        The records of all files in order, with what did not come along.

    Raises
    ------
    DocumentError
        When a file cannot be read, is of another kind than it says, or holds no record.
    MissingExtraError
        For BibTeX, when what reads it is not installed (extra ``references``).

    Examples
    --------
    >>> import qualcode as qc
    >>> _ = Path("search.ris").write_text(
    ...     "TY  - JOUR\nTI  - Working together\nAU  - Okoye, B.\nPY  - 2021\nER  - \n")
    >>> found = qc.read_records("search.ris")
    >>> print(found[0], "in", found[0].where)
    Okoye 2021: Working together in search.ris, line 1
    """
    said = Frozen(check_text_mapping(columns or {}, what="columns", error=DocumentError))
    records: list[Record] = []
    losses = Losses()
    for path in find_files(source):
        data = read_bytes(path)
        kind = find_format(path, data, format)
        found = read_as(kind, ReferenceFile(path, data, kind.name, encoding, said))
        records += found.records
        losses += found.losses + _untitled(found.records)
    return Records(records, losses)


def _untitled(records: Iterable[Record]) -> Losses:
    reason = "has no title: it is kept, and counted as a record"
    return Losses(
        Loss(
            "note", "record", id=each.where, name="; ".join(each.authors) or each.doi, reason=reason
        )
        for each in records
        if not each.title.strip()
    )
