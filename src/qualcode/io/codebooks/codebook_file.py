"""Codebook files: YAML that people write by hand, with comments that survive, and `extends:`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from qualcode.errors import CodebookError, CodebookFileError
from qualcode.io import shipped
from qualcode.io.codebooks.codebook_layers import codebook_of, inherited, own_record
from qualcode.io.codebooks.codebook_yaml import FORMAT, CodebookFile
from qualcode.io.codebooks.yaml_editing import dumped, edited
from qualcode.model.checks import check_kind, check_path
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
    if path.suffix in (".yaml", ".yml") or path.exists():
        return read_codebook(path)
    return read_codebook(shipped.codebook_path(str(given)))


def read_codebook(path: str | Path) -> Codebook:
    """Read a codebook file, with what it extends.

    Parameters
    ----------
    path : str or Path
        A YAML file in the codebook format.

    Raises
    ------
    CodebookFileError
        When it cannot be read, is not YAML, or breaks a rule of codebooks; file and line are named.
    CycleError
        When codebooks extend each other in a circle.

    Examples
    --------
    >>> read_codebook(shipped.codebook_path("collaboration")).id
    'collaboration'
    """
    file = CodebookFile.read(check_path(path, what="path", error=CodebookFileError))
    return codebook_of(file, inherited(file))


def write_codebook(codebook: Codebook, path: str | Path) -> None:
    """Write a codebook file; where one exists, only what differs is changed in it.

    Parameters
    ----------
    codebook : Codebook
        What the file shall say.
    path : str or Path
        A file that extends others keeps doing so: only what differs is written.

    Raises
    ------
    CodebookFileError
        When the existing file is no codebook, or the file cannot be written.
    """
    check_kind(codebook, Codebook, what="codebook", error=CodebookError)
    path = check_path(path, what="path", error=CodebookFileError)
    text = codebook_text(codebook, path)
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
