"""Codebook files: YAML that people write by hand, with comments that survive, tables and Markdown pages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qualcode.errors import CodebookError, CodebookFileError
from qualcode.io import shipped
from qualcode.io.codebooks.codebook_layers import codebook_of, inherited, own_record
from qualcode.io.codebooks.codebook_markdown import (
    PAGES,
    not_in_markdown,
    read_codebook_markdown,
)
from qualcode.io.codebooks.codebook_table import read_codebook_table, write_codebook_table
from qualcode.io.codebooks.codebook_yaml import FORMAT, CodebookFile
from qualcode.io.codebooks.yaml_editing import dumped, edited
from qualcode.io.exchange.losses import Losses
from qualcode.io.exchange.refi.qdc import qdc_text, read_qdc
from qualcode.io.raw.sheets import TABLES
from qualcode.model.checks import check_kind, check_path, check_text, check_text_mapping
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import texts
from qualcode.model.codebooks.records import codebook_record

__all__ = [
    "FORMAT",
    "codebook_text",
    "load_codebook",
    "plain_text",
    "read_codebook",
    "write_codebook",
]

Record = dict[str, Any]

_YAML = (".yaml", ".yml")
_REFI = (".qdc", ".qde")
_ORDERED = (("codes",), ("rollups",), ("rollups", "*", "domains"), ("rollups", "*", "themes"))


def load_codebook(given: str | Path | Codebook) -> Codebook:
    """Return a codebook given as a value, a file, or the name of a shipped one.

    Raises
    ------
    NotFoundError
        When there is neither such a file nor a shipped codebook of that name.
    CodebookFileError
        When the file cannot be read as a codebook.
    """
    if isinstance(given, Codebook):
        return given
    path = check_path(
        given, what="codebook (a Codebook, a file or a shipped name)", error=CodebookError
    )
    if path.suffix.lower() in (*_YAML, *_REFI, *TABLES, *PAGES) or path.exists():
        return read_codebook(path)
    return read_codebook(shipped.codebook_path(str(given)))


def read_codebook(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
) -> Codebook:
    r"""Read a codebook from a file; what its name ends with says what it is.

    Parameters
    ----------
    path : str or Path
        YAML in the codebook format, with what it extends; a table with a row for each code
        (``.csv``, ``.tsv``, ``.xlsx``, ``.xls``, ``.ods``), as Taguette, ATLAS.ti and NVivo write it and
        people do; a Markdown page with a heading for each (``.md``); or a codebook in REFI-QDA (``.qdc``,
        or that of a project, ``.qde``), whose codes have their GUIDs as the attribute ``guid``.
    columns : mapping of str to str, optional
        Of a table, the heads of columns that are called otherwise than qualcode knows, such as
        ``{"name": "Kategorie", "definition": "Was gemeint ist"}``.
    encoding : str, optional
        Of CSV; UTF-8, or what a byte order mark says, when not given.

    Raises
    ------
    CodebookFileError
        When it cannot be read, or breaks a rule of codebooks; file and line or row are named.
    CycleError
        When codebooks extend each other in a circle.

    Examples
    --------
    >>> read_codebook(shipped.codebook_path("collaboration")).id
    'collaboration'
    >>> _ = Path("codes.csv").write_text("tag;description\nTrust;Partners rely on each other.\n")
    >>> read_codebook("codes.csv")["trust"].definition
    'Partners rely on each other.'
    """
    path = check_path(path, what="path", error=CodebookFileError)
    kind = path.suffix.lower()
    if encoding is not None:
        encoding = check_text(encoding, what="encoding", error=CodebookFileError)
    if kind in TABLES:
        if columns is not None:
            columns = check_text_mapping(columns, what="columns", error=CodebookFileError)
        return read_codebook_table(path, columns=columns, encoding=encoding)
    if columns is not None or encoding is not None:
        raise CodebookFileError(f"{path}: columns= and encoding= are for tables, such as .csv")
    if kind in PAGES:
        return read_codebook_markdown(path)
    if kind in _REFI:
        return read_qdc(path)
    file = CodebookFile.read(path)
    return codebook_of(file, inherited(file))


def write_codebook(codebook: Codebook, path: str | Path) -> Losses:
    """Write a codebook to a file; what its name ends with says how.

    Parameters
    ----------
    codebook : Codebook
        What the file shall say.
    path : str or Path
        A table (``.csv``, ``.xlsx``), a Markdown page (``.md``), REFI-QDA (``.qdc``), else YAML. Of a YAML
        file that exists only what differs is changed; one that extends others keeps doing so.

    Returns
    -------
    Losses
        What the file has no place for. YAML has a place for everything.

    Raises
    ------
    CodebookFileError
        When an existing YAML file is no codebook, or the file cannot be written.

    Examples
    --------
    >>> from qualcode import Code
    >>> book = Codebook("study", codes=[Code("trust"), Code("money")])
    >>> print(write_codebook(book, "study.csv"))
    nothing was lost
    >>> read_codebook("study.csv") == book
    True
    """
    check_kind(codebook, Codebook, what="codebook", error=CodebookError)
    path = check_path(path, what="path", error=CodebookFileError)
    kind = path.suffix.lower()
    if kind in (".csv", ".xlsx"):
        return write_codebook_table(codebook, path)
    if kind == ".qdc":
        text, losses = qdc_text(codebook)
        _put(text, path)
        return losses
    if kind in TABLES:
        raise CodebookFileError(f"{path}: tables are written as .csv or .xlsx")
    if kind in PAGES:
        _put(codebook.to_markdown(), path)
        return not_in_markdown(codebook)
    _put(codebook_text(codebook, path), path)
    return Losses()


def _put(text: str, path: Path) -> None:
    if not path.name:
        raise CodebookFileError(f"path {str(path)!r} names no file")
    draft = path.with_name(f".{path.name}.new")
    try:
        with open(draft, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CodebookFileError(f"{path}: cannot be written: {error.strerror or error}") from error


def codebook_text(codebook: Codebook, path: Path | None = None) -> str:
    """Return what a codebook file shall hold, updating the file at `path` if there is one.

    Raises
    ------
    CodebookFileError
        When the existing file is no codebook, or extends another in a way that the codebook does not
        allow any more.
    """
    check_kind(codebook, Codebook, what="codebook", error=CodebookError)
    if path is None or not path.exists():
        return plain_text(codebook)
    file = CodebookFile.read(path)
    base = inherited(file)
    known = codebook_of(file, base)
    if base is None:
        before, after = codebook_record(known), codebook_record(codebook)
    else:
        hide = texts(file.content.get("hide"))
        before, after = own_record(known, base, hide), own_record(codebook, base, hide)
    if _same(known, codebook):
        return file.text
    # Where aliases and the like cannot be edited in place, the file is laid out anew.
    head = {name: value for name, value in file.head.items() if name != "hide"}
    for text in (_edited(file, before, after), _dumped({**head, **after})):
        if _says(text, codebook, path, base):
            return text
    raise CodebookFileError(
        f"{path}: it extends {file.content.get('extends')!r}, and what was changed cannot be written as "
        "an extension (a link, theme or rollup of the extended codebook was removed, or codes were put "
        "in another order): remove the file to have the whole codebook written, or write to another"
    )


def plain_text(codebook: Codebook) -> str:
    """Return a codebook file laid out anew."""
    return _dumped(codebook_record(codebook))


def _dumped(record: Record) -> str:
    return dumped({"format": FORMAT, **record}, spaced=[(), ("codes",)])


def _edited(file: CodebookFile, before: Record, after: Record) -> str:
    from ruamel.yaml.error import YAMLError

    try:
        return edited(file.text, file.root, before, after, ordered=_ORDERED)
    except YAMLError:
        return ""


def _says(text: str, codebook: Codebook, path: Path, base: Record | None) -> bool:
    """Tell whether a text, in the place of a file, defines a codebook."""
    try:
        return _same(codebook_of(CodebookFile.of(text, path), base), codebook)
    except CodebookError:
        return False


def _same(one: Codebook, other: Codebook) -> bool:
    """Tell whether two codebooks look the same in a file, where a split's decisions are not."""

    def order(codebook: Codebook) -> list[object]:
        return [*codebook.codes, *codebook.rollups.values()]

    return codebook_record(one) == codebook_record(other) and order(one) == order(other)
