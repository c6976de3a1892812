"""Which files a path, a folder, a glob or several of them stand for, and which are passed over."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import DocumentError
from qualcode.model.checks import check_path, looked_up, plain_scalar, shown

__all__ = ["Found", "find_files"]

# To read from a pipe waits until somebody writes to it, which may be never.
_NO_FILE = "is a pipe, a socket or a device, not a file; save what it holds in a file"


@attrs.frozen
class Found:
    """A file that was found.

    Parameters
    ----------
    path : Path
        The file.
    named : bool
        Whether it was named itself, not found in a folder or by a pattern.
    reason : str
        Why it is passed over, if it is.
    """

    path: Path
    named: bool
    reason: str = ""


def find_files(source: str | Path | Iterable[str | Path]) -> list[Found]:
    """Return the files that a path, a folder, a glob or several of them stand for, sorted.

    Files and folders within a folder that are passed over are among them, with the reason.

    Raises
    ------
    DocumentError
        When nothing is found.
    """
    found: dict[Path, Found] = {}
    for path in _paths(source):
        if any(len(os.fsencode(part)) > 255 for part in path.parts):
            raise DocumentError(
                f"source: {looked_up(str(path))} is too long for a path; if it is the text itself, "
                "add_document takes it"
            )
        matches = _matches(path)
        if not matches:
            raise DocumentError(f"no file matches {str(path)!r} (looked from {Path.cwd()})")
        for each in matches:
            if each.path not in found or each.named:
                found[each.path] = each
    return list(found.values())


def _matches(path: Path) -> list[Found]:
    if path.is_dir():
        return [_inside(each) for each in sorted(path.iterdir())]
    if path.exists():
        if not path.is_file():
            raise DocumentError(f"{path}: {_NO_FILE}")
        return [Found(path, named=True)]
    matches = (Path(name) for name in sorted(glob.glob(str(path), recursive=True)))
    return [
        Found(each, named=False, reason="" if each.is_file() else _NO_FILE)
        for each in matches
        if each.exists() and not each.is_dir()
    ]


def _inside(path: Path) -> Found:
    reason = ""
    if path.is_dir():
        reason = f"is a folder: to read it as well, add {path.parent.as_posix()}/**/*"
    elif path.name.startswith((".", "~$")):
        reason = "is a hidden file, or one that a program keeps while it has another open"
    elif path.exists() and not path.is_file():
        reason = _NO_FILE
    return Found(path, named=False, reason=reason)


def _paths(source: Any) -> list[Path]:
    source = plain_scalar(source)
    lone = isinstance(source, str | os.PathLike)
    if not lone and (not isinstance(source, Iterable) or isinstance(source, bytes)):
        raise DocumentError(
            "source must be a path, a glob, several of them, a mapping of ids to texts or a data frame, "
            f"not {shown(source)}"
        )
    given = [source] if lone else list(source)
    return [check_path(each, what="source", error=DocumentError) for each in given]
