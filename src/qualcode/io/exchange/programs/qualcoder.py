"""Projects of QualCoder: a folder or ZIP archive with a database, of version 8 to 17."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import DocumentError, StudyError
from qualcode.io.exchange.programs.gathering import Gathering
from qualcode.io.exchange.study import Study
from qualcode.io.raw.databases import Database
from qualcode.io.raw.decoding import read_bytes
from qualcode.io.raw.packed import Archive
from qualcode.io.tables.colours import cell_colour
from qualcode.model.texts.documents import Value

__all__ = ["read_qualcoder_project", "value_of"]

_DATABASE = "data.qda"
_NEWEST = 17
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Besides what becomes part of the study, with what it is.
_LEFT = {
    "code_image": "coded region of a picture",
    "code_av": "coded stretch of a recording",
    "graph": "graph",
    "stored_sql": "stored query",
    "ris": "bibliographic entry",
    "code_text_exclusion": "exclusion",
}


def read_qualcoder_project(path: Path) -> Study:
    """Return a project of QualCoder.

    Parameters
    ----------
    path : Path
        The folder ``NAME.qda``, the ``data.qda`` in it, or a ZIP archive of the folder, as backups are.

    Raises
    ------
    StudyError
        When it is none, is damaged, or is of a version that is not known.
    """
    source, where = _database(path)
    with Database(source, where=where, program="QualCoder") as base:
        base.need(
            project="databaseversion",
            source="id name fulltext",
            code_name="cid name",
            code_text="cid fid pos0 pos1",
        )
        return _Reader(base, Gathering(where, "qualcoder")).read(_name(path))


def _name(path: Path) -> str:
    named = path.parent if path.name == _DATABASE and path.parent.name else path
    return re.sub(r"(?:\.qda|\.zip)+\Z", "", named.name, flags=re.IGNORECASE) or "QualCoder"


def _database(path: Path) -> tuple[Path | bytes, str]:
    if path.is_dir():
        inside = path / _DATABASE
        if not inside.is_file():
            raise StudyError(
                f"{path}: has no {_DATABASE} inside, so it is no project of QualCoder: give the folder whose "
                "name ends with .qda"
            )
        return inside, str(inside)
    try:
        if read_bytes(path)[:2] != b"PK":
            return path, str(path)
        archive = Archive(
            read_bytes(path), where=str(path), kind="archive of a project of QualCoder"
        )
        inside_names = [each for each in archive.names if each.split("/")[-1] == _DATABASE]
        if len(inside_names) != 1:
            raise StudyError(
                f"{path}: holds {len(inside_names)} files {_DATABASE}; the archive of a project of QualCoder "
                "has one"
            )
        return archive.read(inside_names[0]), f"{path}, {inside_names[0]}"
    except DocumentError as error:
        raise StudyError(str(error)) from error


def value_of(cell: object, *, numeric: bool) -> Value | None:
    """Return a variable's value as programs keep it, as text: a number where it is said to be one.

    Examples
    --------
    >>> value_of("31", numeric=True), value_of("2.5", numeric=True), value_of("007", numeric=False)
    (31, 2.5, '007')
    """
    text = str(cell if cell is not None else "").strip()
    if not text:
        return None
    if numeric and _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text


@attrs.define
class _Reader:
    base: Database
    study: Gathering
    _texts: dict[int, bool] = attrs.field(factory=dict)

    def read(self, name: str) -> Study:
        self._project()
        self._sources()
        self._codes()
        self._cases()
        self._codings()
        self._notes()
        self.study.lose_tables(self.base, _LEFT)
        return self.study.study(name)

    def _project(self) -> None:
        for version, memo, by in self.base.rows("project", "databaseversion memo codername"):
            digits = re.sub(r"\D", "", str(version or ""))
            if not digits or int(digits) > _NEWEST:
                self.study.lose(
                    "note", "project",
                    f"is of version {version!r} of QualCoder's database, newer than is known (v{_NEWEST}): "
                    "compare the numbers below with what QualCoder shows",
                )  # fmt: skip
            self.study.add_memo("project", memo, coder=by)

    def _sources(self) -> None:
        variables = self._attributes("file")
        columns = "id name fulltext mediapath memo owner date"
        for id, name, text, media, memo, owner, date in self.base.rows(
            "source", columns, order="id"
        ):
            if not text:
                kind = "recording, picture or PDF" if media else "document"
                self.study.lose("loss", kind, "has no text in the database", id=id, name=name)
                continue
            document = self.study.add_document(
                id, name, str(text), variables=variables.get(id, {}), source=_source(media)
            )
            if document is not None:
                self.study.add_memo(f"document:{document.id}", memo, coder=owner, time=date)

    def _attributes(self, of: str) -> dict[int, dict[str, Value]]:
        numeric = {
            name
            for name, kind in self.base.rows("attribute_type", "name valuetype")
            if str(kind).lower() == "numeric"
        }
        cells = [
            (name, value, id)
            for name, kind, value, id in self.base.rows(
                "attribute", "name attr_type value id", order="attrid"
            )
            if kind == of
        ]
        return typed_values(cells, numeric, self.study)

    def _codes(self) -> None:
        columns = "catid name memo owner date supercatid"
        for id, name, memo, _, _, above in self.base.rows("code_cat", columns, order="catid"):
            self.study.add_code(
                ("category", id),
                name,
                definition=str(memo or ""),
                above=None if above is None else ("category", above),
                codable=False,
            )
        columns = "cid name memo catid color supercid"
        for id, name, memo, category, colour, above in self.base.rows(
            "code_name", columns, order="cid"
        ):
            over = ("code", above) if above is not None else None
            over = over or (("category", category) if category is not None else None)
            self.study.add_code(
                ("code", id),
                name,
                definition=str(memo or ""),
                above=over,
                colour=cell_colour(str(colour or "")),
            )

    def _cases(self) -> None:
        variables = self._attributes("case")
        for id, name, memo, owner, date in self.base.rows(
            "cases", "caseid name memo owner date", order="caseid"
        ):
            case = self.study.add_case(id, name, variables=variables.get(id, {}))
            self.study.add_memo(f"case:{case.id}", memo, coder=owner, time=date)
        columns = "caseid fid pos0 pos1 memo owner date"
        for case, file, start, end, memo, owner, date in self.base.rows("case_text", columns):
            if case not in self.study.cases or file not in self.study.documents:
                self.study.lose_many(
                    "loss", "part of a case", "its case or text is not in the file"
                )
                continue
            self.study.join(file, case)
            document = self.study.documents[file]
            if _inside(start, end, len(document.text)):
                self.study.add_memo(
                    f"segment:{document.id}:{start}-{end}", memo, coder=owner, time=date
                )
                if (start, end) != (0, len(document.text)) and end - start < len(document.text) - 1:
                    reason = "a case has a part of a text there, and here the whole document"
                    self.study.lose_many("loss", "part of a case", reason, name=document.name)

    def _codings(self) -> None:
        columns = "ctid cid fid seltext pos0 pos1 owner date memo important"
        for id, code, file, words, start, end, owner, date, memo, important in self.base.rows(
            "code_text", columns, order="ctid"
        ):
            note = str(memo or "")
            if important:
                self.study.lose_many("note", "mark as important", "is kept as a memo on the coding")
                note = f"important\n{note}".strip()
            self.study.add_coding(
                file,
                *_offsets(start, end),
                ("code", code),
                coder=owner,
                time=date,
                memo=note,
                quote=str(words or "") or None,
                id=id,
            )

    def _notes(self) -> None:
        columns = "fid pos0 pos1 memo owner date anid"
        for file, start, end, memo, owner, date, id in self.base.rows("annotation", columns):
            document = self.study.documents.get(file)
            if document is None or not _inside(start, end, len(document.text)):
                self.study.lose(
                    "loss", "annotation", "its place is not in the file", id=id, name=memo
                )
                continue
            target = f"segment:{document.id}:{start}-{end}"
            self.study.add_memo(target, memo, coder=owner, time=date, id=id)
        for name, entry, owner, date, id in self.base.rows("journal", "name jentry owner date jid"):
            self.study.add_memo(
                "journal", f"{name}\n\n{entry or ''}".strip(), coder=owner, time=date, id=id
            )


def typed_values(
    cells: Sequence[tuple[Any, Any, Any]], numeric: set[Any], study: Gathering
) -> dict[Any, dict[str, Value]]:
    """Return variables by what they belong to; those said to be numbers are, where all of them can be.

    Parameters
    ----------
    cells : sequence of (name, value, key)
        As a file has them.
    numeric : set
        Names of those that are numbers.
    study : Gathering
        Is told of those that are not.
    """
    plain = {
        name
        for name, cell, _ in cells
        if name in numeric and isinstance(value_of(cell, numeric=True), str)
    }
    for name in sorted(map(str, plain)):
        study.lose(
            "note", "variable", "is said to be a number and is not in places: text here", name=name
        )
    found: dict[Any, dict[str, Value]] = {}
    for name, cell, key in cells:
        value = value_of(cell, numeric=name in numeric and name not in plain)
        if value is not None and str(name or "").strip():
            # Whole numbers beside others are numbers like these.
            found.setdefault(key, {})[str(name).strip()] = value
    mixed = {
        name
        for values in found.values()
        for name, value in values.items()
        if isinstance(value, float)
    }
    for values in found.values():
        for name in mixed & {*values}:
            values[name] = float(values[name])  # type: ignore[arg-type]
    return found


def _source(media: object) -> str | None:
    name = re.split(r"[/\\]", str(media or ""))[-1]
    return name or None


def _offsets(start: object, end: object) -> tuple[int, int]:
    if (
        isinstance(start, int | float)
        and isinstance(end, int | float)
        and float(start).is_integer()
        and float(end).is_integer()
    ):
        return int(start), int(end)
    return -1, -1


def _inside(start: Any, end: Any, size: int) -> bool:
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= size
