"""Codebook files: YAML that people write by hand, with comments that survive, and `extends:`."""

from __future__ import annotations

import os
from pathlib import Path

from qualcode.errors import CodebookError, CodebookFileError
from qualcode.io import shipped
from qualcode.io.codebook_layers import codebook_of, inherited, own_record
from qualcode.io.codebook_yaml import FORMAT, CodebookFile
from qualcode.io.yaml_editing import dumped, edited, parsed
from qualcode.model.codebook import Codebook
from qualcode.model.codes import texts
from qualcode.model.diff import diff
from qualcode.model.records import codebook_record

__all__ = ["FORMAT", "codebook_text", "load_codebook", "read_codebook", "write_codebook"]

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
    path = Path(given)
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
    file = CodebookFile.read(Path(path))
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
    path = Path(path)
    text = codebook_text(codebook, path)
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
    if path is None or not path.exists():
        return dumped({"format": FORMAT, **codebook_record(codebook)})
    file = CodebookFile.read(path)
    base = inherited(file)
    known = codebook_of(file, base)
    if base is None:
        before, after = codebook_record(known), codebook_record(codebook)
    else:
        hide = texts(file.content.get("hide"))
        before, after = own_record(known, base, hide), own_record(codebook, base, hide)
    if before == after and not _differ(known, codebook):
        return file.text
    text = edited(file.text, before, after, ordered=_ORDERED)
    if _says(text, codebook, file, base):
        return text
    # Aliases and the like cannot be edited in place: the file is laid out anew, without comments.
    text = dumped({"format": FORMAT, **file.head, **after})
    if _says(text, codebook, file, base):
        return text
    raise CodebookFileError(
        f"{path}: it extends {file.content.get('extends')!r}, and what was changed cannot be written as "
        "an extension (a link, theme or rollup of the extended codebook was removed, or codes were put "
        "in another order): remove the file to have the whole codebook written, or write to another"
    )


def _says(
    text: str, codebook: Codebook, file: CodebookFile, base: dict[str, object] | None
) -> bool:
    """Tell whether a text, in the place of a file's, defines a codebook."""
    try:
        root, content = parsed(text)
        read = codebook_of(CodebookFile(file.path, text, root, content), base)
    except (CodebookError, ValueError):
        return False
    return not _differ(read, codebook)


def _differ(one: Codebook, other: Codebook) -> bool:
    return one.id != other.id or len(diff(one, other, retire_missing=True)) > 0
