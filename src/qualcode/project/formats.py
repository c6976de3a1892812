"""The formats of other programs: which of them a file is in, and what reads and writes it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import QualcodeError, StudyError, did_you_mean
from qualcode.io.exchange.losses import Losses
from qualcode.io.exchange.refi.positions import Positions
from qualcode.io.raw.databases import Database
from qualcode.io.raw.sheets import TABLES
from qualcode.model.checks import check_path
from qualcode.project.programs import (
    read_codings,
    read_doccano,
    read_labelstudio,
    read_qualcoder,
    read_qualitative_coding,
    read_rock,
    read_rqda,
    read_taguette,
    read_webannotation,
    write_rock,
    write_webannotation,
)
from qualcode.project.project import Project
from qualcode.project.refi import Progress, read_refi, write_refi
from qualcode.project.studies import Imported
from qualcode.project.view import View

__all__ = ["FORMATS", "Format", "format_named", "format_of"]

_AGAIN = ("take_back", "dry_run")
"""What a format takes that is read into a project."""
_SQLITE = b"SQLite format 3\0"


@attrs.frozen
class Format:
    """A format that whole projects come in.

    Parameters
    ----------
    name : str
        One short word, as on the command line.
    title : str
        What it is, for people.
    fits : callable
        Tells of a path, which exists, whether it looks like this format.
    read : callable or None
        Makes a project of a path.
    write : callable or None
        Writes a project to a path, and returns what has no place there. It takes what it calls with how much
        is written, and of how much, too, or None.
    takes : tuple of str
        Of the options ``texts``, ``codebook``, ``columns``, ``project``, ``encoding`` and ``offsets``
        those that `read` knows; and ``into`` where it reads into a project that was made of an earlier file.
    """

    name: str
    title: str
    fits: Callable[[Path], bool]
    read: Callable[..., Imported] | None = None
    write: Callable[[View, Path, Progress | None], Losses] | None = None
    takes: tuple[str, ...] = ()

    def read_with(self, path: str | Path, options: Mapping[str, Any]) -> Imported:
        """Return a project made of a path.

        Raises
        ------
        StudyError
            When this format is only written, or an option means nothing for it.
        """
        takes = {*self.takes, "name", *(_AGAIN if "into" in self.takes else ())}
        unknown = next((option for option in options if option not in takes), None)
        if unknown == "into":
            raise StudyError(
                f"{path}: {self.title} has no ids that stay the same, so it cannot be read again: import "
                "it into a new folder, and merge that with the first (qualcode merge)"
            )
        if unknown is not None:
            raise StudyError(f"{path}: {unknown}= means nothing for {self.title}: leave it out")
        if self.read is None:
            raise StudyError(f"{path}: {self.title} is written and not read")
        return self.read(path, **options)


def _holds(path: Path, table: str) -> bool:
    """Tell whether a file is a SQLite database that has a table."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            return False
    with Database(path, where=str(path), program="the program that it comes from") as base:
        return table in base


def _is_qualcoder(path: Path) -> bool:
    if path.is_dir():
        return (path / "data.qda").is_file()
    return path.name == "data.qda" or path.suffix.lower() == ".zip" or _holds(path, "code_name")


def _is_rock(path: Path) -> bool:
    if path.is_dir():
        return any(path.glob("*.rock"))
    return path.suffix.lower() == ".rock"


def _first_record(path: Path) -> dict[str, Any]:
    """Return the first mapping of a file of JSON, or the whole where that is one; none if it is no JSON."""
    if path.suffix.lower() not in (".json", ".jsonl", ".jsonld", ".ndjson") or not path.is_file():
        return {}
    text = path.read_bytes()[:50_000_000].decode("utf-8", "replace").lstrip("\ufeff")
    for part in (text, text.strip().partition("\n")[0]):
        try:
            held = json.loads(part)
        except (ValueError, RecursionError):
            continue
        held = held[0] if isinstance(held, list) and held else held
        return held if isinstance(held, dict) else {}
    return {}


def _is_annotation(path: Path) -> bool:
    if path.suffix.lower() == ".jsonld":
        return True
    held = _first_record(path)
    return "target" in held or "@context" in held or {"rows", "total"} <= {*held}


def _is_labelstudio(path: Path) -> bool:
    held = _first_record(path)
    return "data" in held or {"annotator", "lead_time"} & {*held} != set()


def _is_doccano(path: Path) -> bool:
    held = _first_record(path)
    return "text" in held and bool({"label", "labels", "entities"} & {*held})


def _is_refi(path: Path) -> bool:
    if path.suffix.lower() in (".qdpx", ".qde"):
        return True
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.lower().endswith(".qde") for name in archive.namelist())


def _read_refi(
    path: Path, *, offsets: str | None = None, name: str | None = None, **again: Any
) -> Imported:
    positions = None if offsets is None else Positions(offsets)
    return read_refi(path, positions=positions, name=name, **again)


def _write_refi_for(program: str | None) -> Callable[[View, Path, Progress | None], Losses]:
    def write(project: View, path: Path, progress: Progress | None) -> Losses:
        if not isinstance(project, Project):
            raise StudyError(
                f"{path}: REFI-QDA is written of a project as it is now: leave out --at"
            )
        return write_refi(project, path, for_program=program, progress=progress)

    return write


def _is_none(path: Path) -> bool:
    return False


_TITLES = {
    "nvivo": "NVivo",
    "atlasti": "ATLAS.ti",
    "maxqda": "MAXQDA",
    "quirkos": "Quirkos",
    "transana": "Transana",
    "dedoose": "Dedoose",
    "f4analyse": "f4analyse",
    "webqda": "webQDA",
}

FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(
            "refi",
            "REFI-QDA, .qdpx or .qde",
            _is_refi,
            _read_refi,
            _write_refi_for(None),
            takes=("offsets", "into", "progress"),
        ),
        *(
            Format(name, f"{title}, by REFI-QDA", _is_none, write=_write_refi_for(name))
            for name, title in _TITLES.items()
        ),
        Format(
            "taguette",
            "Taguette, database or exported highlights",
            lambda path: _holds(path, "highlights"),
            read_taguette,
            takes=("texts", "project"),
        ),
        Format(
            "qualcoder",
            "QualCoder, folder, database or archive; written by REFI-QDA",
            _is_qualcoder,
            read_qualcoder,
            _write_refi_for("qualcoder"),
        ),
        Format(
            "rqda",
            "RQDA, database",
            lambda path: path.suffix.lower() == ".rqda" or _holds(path, "freecode"),
            read_rqda,
        ),
        Format("rock", "ROCK, plain text", _is_rock, read_rock, lambda p, at, _: write_rock(p, at)),
        Format(
            "qualitative-coding",
            "qualitative-coding, folder",
            lambda path: path.is_dir() and (path / "settings.yaml").is_file(),
            read_qualitative_coding,
        ),
        Format(
            "webannotation",
            "Web Annotations of the W3C, JSON-LD",
            _is_annotation,
            read_webannotation,
            lambda project, path, _: write_webannotation(project, path),
            takes=("texts",),
        ),
        Format(
            "labelstudio",
            "Label Studio, JSON",
            _is_labelstudio,
            read_labelstudio,
            takes=("offsets",),
        ),
        Format("doccano", "doccano, JSON in lines", _is_doccano, read_doccano, takes=("offsets",)),
        Format(
            "codings",
            "a table of coded segments, as ATLAS.ti, Dedoose, MAXQDA and NVivo export it",
            lambda path: path.suffix.lower() in TABLES,
            read_codings,
            takes=("texts", "codebook", "columns", "encoding", "offsets"),
        ),
    )
}
"""The formats by name; of several that a file may be in, the first."""


def format_named(name: str) -> Format:
    """Return the format of a name.

    Raises
    ------
    StudyError
        When there is none.

    Examples
    --------
    >>> format_named("rock").title
    'ROCK, plain text'
    """
    if name in FORMATS:
        return FORMATS[name]
    raise StudyError(
        f"there is no format {name!r}; there are {', '.join(FORMATS)}.{did_you_mean(name, FORMATS)}"
    )


def format_of(path: str | Path) -> Format:
    """Return the format that a file or folder looks like.

    Raises
    ------
    StudyError
        When it is not there, or looks like none.
    """
    place = check_path(path, what="path", error=StudyError)
    if not place.exists():
        raise StudyError(f"{place}: there is no such file or folder")
    for each in FORMATS.values():
        try:
            if each.read is not None and each.fits(place):
                return each
        except (OSError, QualcodeError) as error:
            raise StudyError(f"{place}: cannot be read: {error}") from error
    raise StudyError(
        f"{place}: looks like no format that is known; say which it is with program=, of "
        f"{', '.join(FORMATS)}. Documents and codebooks are no projects, and are added to one"
    )
