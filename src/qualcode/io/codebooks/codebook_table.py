"""Codebooks as tables, CSV and spreadsheets: a row for each code, its heads in many words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import CodebookError, CodebookFileError, did_you_mean
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.raw.sheets import TABLES
from qualcode.io.tables.cells import Column, write_cells
from qualcode.io.tables.colours import cell_colour
from qualcode.io.tables.reading import Cells, columns_said, read_tables
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.codebooks.patterns import plain
from qualcode.model.ids import fold, is_id, slug, unique_slug

__all__ = [
    "TABLES",
    "cell_colour",
    "codebook_from_rows",
    "read_codebook_table",
    "write_codebook_table",
]

# What programs and people call the columns, in the languages that exports were seen in.
HEADS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "code id", "code_id", "codeid"),
    "name": (
        "name", "code", "tag", "code name", "code_name", "label", "node", "title", "codename",
        "código", "nome", "nombre", "nom", "kod", "codes",
    ),
    "parent": (
        "parent", "parent id", "parent code", "parent name", "category", "parent code id", "oberkategorie",
        "kategorie", "categoría", "categoria", "catégorie", "parent_id", "kategoria",
    ),
    "definition": (
        "definition", "description", "comment", "meaning", "code comment", "kommentar", "beschreibung",
        "comentário", "comentario", "commentaire", "descripción", "descrição", "definição", "definición",
        "définition", "komentarz", "opis",
    ),
    "include": ("include", "inclusion", "inclusion criteria", "when to use", "includes"),
    "exclude": ("exclude", "exclusion", "exclusion criteria", "when not to use", "excludes"),
    "examples": ("examples", "example", "typical exemplars", "example quotes", "beispiele", "ankerbeispiel"),
    "counterexamples": ("counterexamples", "counter-examples", "atypical exemplars", "close but no"),
    "keywords": ("keywords", "key words", "stichwörter"),
    "patterns": ("patterns",),
    "colour": ("colour", "color", "farbe", "couleur", "cor", "kolor"),
    "codable": ("codable", "iscodable", "is codable"),
    "memos": ("memos", "memo", "notes", "note", "code memo"),
    "status": ("status",),
    "merged_into": ("merged_into", "merged into"),
    "parts": ("parts",),
}  # fmt: skip
_LISTS = ("include", "exclude", "examples", "counterexamples", "keywords", "memos")
_NO = ("false", "no", "0", "nein", "não", "non", "nie", "f", "n")
_YES = ("", "true", "yes", "1", "ja", "sim", "sí", "oui", "tak", "t", "y")


def read_codebook_table(
    path: Path, *, columns: Mapping[str, str] | None = None, encoding: str | None = None
) -> Codebook:
    """Read a codebook from a table that has a row for each code.

    Parameters
    ----------
    path : Path
        CSV or a spreadsheet; of several sheets, the one with most of the known columns.
    columns : mapping of str to str, optional
        The heads of columns that are called otherwise, such as ``{"definition": "Was gemeint ist"}``.
    encoding : str, optional
        Of CSV; UTF-8, or what a byte order mark says, when not given.

    Raises
    ------
    CodebookFileError
        When there is no column with the names of codes, or a row is not right: it is named.

    Notes
    -----
    A column that is not known becomes an attribute of the codes, so nothing of the table is lost.
    """
    tables = read_tables(path, error=CodebookFileError, encoding=encoding)
    cells = max(tables, key=lambda each: len(_used(each, {})))
    return codebook_from_rows(cells, _used(cells, columns or {}), name=path.stem)


def _used(cells: Cells, columns: Mapping[str, str]) -> dict[str, str]:
    """Return for each field of codes the column that has it."""
    used = columns_said(cells, columns, HEADS, what="codes have no field", error=CodebookFileError)
    for field, heads in HEADS.items():
        found = next((head for head in heads if head in cells.columns), None)
        if field not in used and found is not None and found not in used.values():
            used[field] = found
    return used


def codebook_from_rows(cells: Cells, used: Mapping[str, str], *, name: str) -> Codebook:
    """Return the codebook that the rows of a table define; see `read_codebook_table`."""
    if "name" not in used and "id" in used:
        used = {**used, "name": used["id"]}
    if "name" not in used:
        raise CodebookFileError(
            f"{cells.where}: has no column with the names of codes, such as 'name', 'code' or 'tag'; it has "
            f"{', '.join(filter(None, cells.heads)) or 'none'}: rename one, or say which, as "
            "columns={'name': …}"
        )
    twice = next((each for each in used.values() if cells.columns.count(each) > 1), None)
    if twice is not None:
        raise CodebookFileError(f"{cells.where}: has more than one column {twice!r}: keep one")
    rows = [_Row(number, row, used, cells.where) for number, row in cells.rows]
    rows = [row for row in rows if row.name or row.rest()]
    ids = _ids(rows)
    known = _Known(rows, ids)
    codes = [row.code(id, known.parent(row), cells) for row, id in zip(rows, ids, strict=True)]
    try:
        return Codebook(slug(name) or "codebook", name=name.strip(), codes=codes)
    except CodebookError as error:
        at = error.at[1] if len(error.at) > 1 else None
        where = f", row {rows[ids.index(at)].number}" if at in ids else ""
        raise CodebookFileError(f"{cells.where}{where}: {error}", at=error.at) from error


@attrs.frozen
class _Row:
    number: int
    cells: Mapping[str, str]
    used: Mapping[str, str]
    where: str

    def get(self, field: str) -> str:
        return self.cells[self.used[field]].strip() if field in self.used else ""

    @property
    def name(self) -> str:
        return re.sub(r"\s*[\r\n]\s*", " ", self.get("name"))

    def rest(self) -> bool:
        return any(cell.strip() for cell in self.cells.values())

    def fault(self, message: str) -> CodebookFileError:
        return CodebookFileError(f"{self.where}, row {self.number}: {message}")

    def code(self, id: str, parent: str | None, cells: Cells) -> Code:
        if not self.name:
            raise self.fault("has no name of a code")
        own = {*self.used.values()}
        attributes = {
            head: self.cells[column].strip()
            for head, column in zip(cells.heads, cells.columns, strict=True)
            if head and column not in own and self.cells[column].strip()
        }
        colour = cell_colour(self.get("colour"))
        if colour is None and self.get("colour"):
            attributes["colour"] = self.get("colour")
        try:
            fields: dict[str, Any] = {field: self.get(field).splitlines() for field in _LISTS}
            fields["patterns"] = [json.loads(line) for line in self.get("patterns").splitlines()]
            fields["status"] = self.get("status") or "live"
            return Code(
                id,
                name=self.name,
                definition=self.get("definition"),
                colour=colour,
                codable=self._flag(),
                parent=parent,
                attributes=attributes,
                merged_into=self.get("merged_into") or None,
                parts=self.get("parts").split(),
                **fields,
            )
        except (CodebookError, ValueError) as error:
            raise self.fault(str(error)) from error

    def _flag(self) -> bool:
        said = self.get("codable").casefold()
        if said not in (*_YES, *_NO):
            raise self.fault(f"codable is {self.get('codable')!r}: write yes or no")
        return said not in _NO


def _ids(rows: Sequence[_Row]) -> list[str]:
    """Return an id for each row: the one that it has, where that can be one, or one made of its name."""
    given = [row.get("id") if is_id(row.get("id")) else "" for row in rows]
    seen: dict[str, _Row] = {}
    for id, row in zip(given, rows, strict=True):
        if id and fold(id) in seen:
            raise row.fault(
                f"the id {id!r} is that of row {seen[fold(id)].number} too: give each its own"
            )
        seen[fold(id)] = row
    taken = {*given}
    made = []
    for id, row in zip(given, rows, strict=True):
        made.append(id or unique_slug(row.name, taken, default="code"))
        taken.add(made[-1])
    return made


class _Known:
    """Finds the code above another by what a row says of it: its id, or its name where one code has it."""

    def __init__(self, rows: Sequence[_Row], ids: Sequence[str]) -> None:
        self._by_id = {
            row.get("id"): id for row, id in zip(rows, ids, strict=True) if row.get("id")
        }
        self._by_id.update((id, id) for id in ids)
        self._named: dict[str, list[str]] = {}
        for row, id in zip(rows, ids, strict=True):
            self._named.setdefault(fold(row.name), []).append(id)

    def parent(self, row: _Row) -> str | None:
        said = row.get("parent")
        if not said:
            return None
        if said in self._by_id:
            return self._by_id[said]
        named = self._named.get(fold(" ".join(said.split())), [])
        if len(named) == 1:
            return named[0]
        if named:
            raise row.fault(f"several codes are called {said!r}, its parent: give the parent's id")
        raise row.fault(
            f"its parent {said!r} is no code of the table: add a row for it, or empty the cell."
            f"{did_you_mean(said, self._named)}"
        )


# Writing


def write_codebook_table(codebook: Codebook, path: Path) -> Losses:
    """Write a codebook as a table, CSV or XLSX, and say what it has no column for.

    Every code has a row, those out of use too. Columns that no code needs are left out, but for id, name,
    parent and definition. Several entries of a cell stand on lines of their own.

    Raises
    ------
    CodebookFileError
        When it cannot be written.
    """
    names = [name for code in codebook.codes.values() for name in code.attributes]
    attributes = list(dict.fromkeys(names))
    _check_heads(attributes, path)
    fields = [
        field
        for field in HEADS
        if field in ("id", "name", "parent", "definition")
        or any(_cell(code, field) for code in codebook.codes.values())
    ]
    rows = [
        [
            *(_cell(code, field) for field in fields),
            *(code.attributes.get(name) for name in attributes),
        ]
        for code in codebook.codes.values()
    ]
    wide = {"definition": 60, "name": 30}
    columns = [Column(name, wide.get(name, 20)) for name in (*fields, *attributes)]
    write_cells(path, columns, rows, error=CodebookFileError, replace=True, sheet="codebook")
    return Losses(_not_in_table(codebook))


def _check_heads(attributes: Sequence[str], path: Path) -> None:
    heads = {head: field for field, known in HEADS.items() for head in known}
    for name in attributes:
        sought = " ".join(name.split()).casefold()
        if sought in heads:
            raise CodebookFileError(
                f"{path}: an attribute of codes is called {name!r}, as the column of their {heads[sought]} "
                "is: rename the attribute, or write YAML"
            )


def _cell(code: Code, field: str) -> str | None:
    value: Any = getattr(code, field)
    if field == "codable":
        return None if value else "no"
    if field == "status":
        return None if value == "live" else str(value)
    if field == "parts":
        return " ".join(value) or None
    if field == "patterns":
        return "\n".join(json.dumps(plain(each), ensure_ascii=False) for each in value) or None
    if field in _LISTS:
        return "\n".join(" ".join(each.split("\n")) for each in value) or None
    return value or None


def _not_in_table(codebook: Codebook) -> Iterator[Loss]:
    reason = "a table has a row for each code, and no place for it"
    if codebook.description:
        yield Loss("note", "description", name=codebook.description, reason=reason)
    for name, number in (
        ("declared attribute", len(codebook.attributes)),
        ("link", len(codebook.links)),
        ("rollup", len(codebook.rollups)),
        ("decision on a split", sum(map(len, codebook.decisions.values()))),
    ):
        if number:
            yield Loss("loss", name, reason=reason, count=number)
    for code in codebook.codes.values():
        broken = sum("\n" in each for field in _LISTS for each in getattr(code, field))
        if broken:
            reason = "entries stand on lines of their own, so their line breaks become spaces"
            yield Loss("note", "line break", id=code.id, reason=reason, count=broken)
