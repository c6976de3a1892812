"""Tables of coded segments, as ATLAS.ti, Dedoose, MAXQDA, NVivo and Taguette export them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from qualcode.errors import StudyError
from qualcode.io.exchange.programs.code_cells import split_codes, vocabulary
from qualcode.io.exchange.programs.coding_dates import times_of
from qualcode.io.exchange.programs.coding_heads import HEADS, PROGRAM_OF, head_key
from qualcode.io.exchange.programs.gathering import Gathering, line_of
from qualcode.io.exchange.study import Study
from qualcode.io.raw.sheets import TITLE
from qualcode.io.tables.colours import cell_colour
from qualcode.io.tables.placing import convert, locate
from qualcode.io.tables.reading import Cells, columns_said, read_tables
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.ids import fold
from qualcode.model.texts.documents import Document
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.structure import Part, Structure

__all__ = ["Texts", "named_texts", "read_coding_table"]

_APPLIED = re.compile(r"code:? (.+) applied\Z", re.IGNORECASE)
_WEIGHT = re.compile(r"code:? (.+) weight\Z", re.IGNORECASE)
_RANGE = re.compile(r"\s*(\d+)\s*[-–]\s*(\d+)\s*\Z")
_DIGITS = re.compile(r"\D*(\d+)")
_BETWEEN = "\n\n"
_YES = frozenset(
    ("true", "1", "yes", "x", "wahr", "ja", "vrai", "oui", "verdadero", "sí", "si", "sim", "vero")
)


@attrs.frozen
class Texts:
    """Texts that coded segments are looked for in, by whatever a table may call them."""

    documents: tuple[Document, ...]

    def find(self, label: str) -> Document | None:
        """Return the document that a table means, by id, name or file; the only one where it says none."""
        if not label and len(self.documents) == 1:
            return self.documents[0]
        sought = {fold(label), fold(Path(label).stem)}
        for each in self.documents:
            names = (each.id, each.name, Path(each.name).stem, Path(each.source or each.id).stem)
            if sought & {fold(name) for name in (*names, Path(each.source or each.id).name)}:
                return each
        return None


def read_coding_table(
    path: Path,
    *,
    texts: Texts | None = None,
    columns: Mapping[str, str] | None = None,
    codebook: Codebook | None = None,
    encoding: str | None = None,
    offsets: str | None = None,
    hierarchy: str | None = None,
    program: str | None = None,
) -> Study:
    """Return the study that a table of coded segments tells of.

    Parameters
    ----------
    path : Path
        CSV or a spreadsheet.
    texts : Texts, optional
        Where the segments are looked for. Without texts, the segments of each document become its text.
    columns : mapping of str to str, optional
        The heads of columns that are called otherwise, such as ``{"quote": "Fragmento"}``.
    codebook : Codebook, optional
        Whose codes they are, by name; it tells names with commas in them apart, too.
    encoding : str, optional
        Of CSV.
    offsets : {"code point", "utf-16", "utf-8"}, optional
        What start and end count, if the table has them.
    hierarchy : str, optional
        What parts the names of codes from those above them, such as ``"::"`` or ``" > "``.
    program : str, optional
        Whose table it is; found by its heads when not given.

    Raises
    ------
    StudyError
        When it has no column of codes, or neither words nor texts.
    """
    tables = read_tables(path, error=StudyError, encoding=encoding)
    cells = max(tables, key=lambda each: len(_used(each, {})))
    used = _used(cells, columns or {})
    applied = {
        column: found[1]
        for column, head in zip(cells.columns, cells.heads, strict=True)
        if (found := _APPLIED.match(head))
    }
    if not applied and "code" not in used:
        if len(cells.heads) < 2:
            raise StudyError(
                f"{cells.where}: is no table of coded segments, as it has one column: if it is a text, "
                "qualcode add, or add_documents, puts it into a project"
            )
        raise StudyError(
            f"{cells.where}: has no column of codes, such as 'code', 'codes' or 'tag'; it has "
            f"{', '.join(filter(None, cells.heads)) or 'none'}: say which, as columns={{'code': …}}"
        )
    if "quote" not in used and texts is None:
        raise StudyError(
            f"{cells.where}: has no column with the words that are coded, such as 'quote' or 'segment'; say "
            "which, as columns={'quote': …}, or give the texts=. A table with codes alone is a "
            "codebook"
        )
    made_by = program or next(
        (PROGRAM_OF[key] for each in cells.columns if (key := head_key(each)) in PROGRAM_OF),
        "table",
    )
    if hierarchy is None and made_by in ("maxqda", "dedoose"):
        names = [row.get(used.get("code", ""), "") for _, row in cells.rows] + [*applied.values()]
        hierarchy = "\\" if made_by == "dedoose" or any("\\" in each for each in names) else " > "
    study = Gathering(cells.where, made_by)
    return _Reader(cells, used, applied, study, texts, codebook, hierarchy, offsets).read(path.stem)


def _used(cells: Cells, columns: Mapping[str, str]) -> dict[str, str]:
    used = columns_said(cells, columns, HEADS, what="a coded segment has no", error=StudyError)
    by_key: dict[str, str] = {}
    for column in cells.columns:
        by_key.setdefault(head_key(column), column)
    for field, heads in HEADS.items():
        there = (by_key[head] for head in heads if head in by_key)
        found = next((column for column in there if column not in used.values()), None)
        if field not in used and found is not None:
            used[field] = found
    if "start" not in used or "end" not in used:
        # An end without a start is the paragraph that a segment ends in.
        used.pop("start", None)
        used.pop("end", None)
    return used


@attrs.frozen
class _Row:
    number: int
    document: str
    codes: tuple[str, ...]
    quote: str
    cells: Mapping[str, str]


@attrs.define
class _Reader:
    cells: Cells
    used: Mapping[str, str]
    applied: Mapping[str, str]
    study: Gathering
    texts: Texts | None
    codebook: Codebook | None
    hierarchy: str | None
    offsets: str | None

    def read(self, name: str) -> Study:
        for column, head in zip(self.cells.columns, self.cells.heads, strict=True):
            if found := _WEIGHT.match(head):
                self._weights[fold(found[1])] = column
        rows = list(self._rows())
        if not rows:
            raise StudyError(f"{self.cells.where}: has no coded segment below its heads")
        self._codes(rows)
        self._tell_times()
        if self.texts is None:
            self._of_quotes(rows)
        else:
            self._in_texts(rows, self.texts)
        self._unread()
        return self.study.study(name, read={"coding": sum(len(row.codes) for row in rows)})

    def _unread(self) -> None:
        """List the titles and columns that say something and are not read."""
        for title in self.cells.titles:
            self.study.lose("note", "title", TITLE, name=title)
        known = {*self.used.values(), *self.applied, *self._weights.values()}
        for at, (column, head) in enumerate(zip(self.cells.columns, self.cells.heads, strict=True)):
            if not any(row[at].strip() for row in self.cells.table):
                continue
            if column in self.cells.columns[at + 1 :]:
                reason = (
                    "another has the same head, and that is read"
                    if column in known
                    else "is not read"
                )
                self.study.lose("note", "column", reason, name=head)
            elif column not in known:
                self.study.lose("note", "column", "is not read", name=head or f"column {at + 1}")

    def _tell_times(self) -> None:
        """Find when each row was coded, which the column as a whole may tell."""
        if "time" not in self.used:
            return
        cells = self.cells.column(self.used["time"])
        times = times_of(cells)
        self._times = dict(zip(self.cells.numbers, times, strict=True))
        dark = sum(
            bool(cell.strip()) and time is None for cell, time in zip(cells, times, strict=True)
        )
        reason = "does not say which is the day and which the month, or is no date"
        self.study.lose_many("loss", "time", reason, count=dark)

    _times: Mapping[int, str | None] = attrs.field(factory=dict)

    # Rows

    def _get(self, row: Mapping[str, str], field: str) -> str:
        return row[self.used[field]].strip() if field in self.used else ""

    def _rows(self) -> Iterable[_Row]:
        cells = [
            (self._get(row, "code"), _whole(self._get(row, "number"))) for _, row in self.cells.rows
        ]
        known = [code.name for code in self.codebook] if self.codebook is not None else []
        names = vocabulary(cells, known)
        for (number, row), (cell, count) in zip(self.cells.rows, cells, strict=True):
            codes = [
                name
                for column, name in self.applied.items()
                if row[column].strip().casefold() in _YES
            ]
            if not self.applied:
                # One code stands in each row of MAXQDA's table, whatever its name holds.
                found = (
                    [cell] if self.study.program == "maxqda" else split_codes(cell, names, count)
                )
                if found is None:
                    reason = (
                        f"row {number}: its codes cannot be told apart, since names hold commas"
                    )
                    self.study.lose(
                        "loss",
                        "coding",
                        f"{reason}: give the codebook=",
                        id=self._get(row, "id"),
                        name=cell,
                        count=count or 1,
                    )
                    continue
                codes = found
            quote = _unquoted(row[self.used["quote"]]) if "quote" in self.used else ""
            if not codes:
                if quote:
                    self.study.lose_many("note", "segment", "has no code", name=quote)
                continue
            yield _Row(number, self._get(row, "document"), tuple(filter(None, codes)), quote, row)

    # Codes

    def _codes(self, rows: Sequence[_Row]) -> None:
        if self.codebook is not None:
            for code in self.codebook.codes.values():
                self.study.add_code(
                    code.id, code.name, definition=code.definition, above=code.parent, id=code.id,
                    colour=code.colour, codable=code.codable, memos=code.memos,
                )  # fmt: skip
        named = {fold(code.name): code.id for code in (self.codebook or ())}
        for row in rows:
            for name in row.codes:
                if fold(name) not in named:
                    colour = cell_colour(self._get(row.cells, "colour"))
                    named[fold(name)] = self._add_code(name, named, colour)
        self._key = named

    _key: dict[str, str] = attrs.field(factory=dict)
    _weights: dict[str, str] = attrs.field(factory=dict)
    """The columns that have a weight for each code, as Dedoose writes them."""

    def _add_code(self, name: str, named: dict[str, str], colour: str | None) -> str:
        parts = name.split(self.hierarchy) if self.hierarchy else [name]
        above = None
        for depth in range(1, len(parts)):
            path = (self.hierarchy or "").join(parts[:depth])
            if fold(path) not in named:
                named[fold(path)] = f"path:{path}"
                self.study.add_code(f"path:{path}", parts[depth - 1], above=above, codable=False)
            above = named[fold(path)]
        key = f"path:{name}"
        self.study.add_code(key, parts[-1], above=above, colour=colour)
        return key

    # Texts

    def _of_quotes(self, rows: Sequence[_Row]) -> None:
        """Make a document of the segments of each, in the order of the table."""
        reason = (
            "texts were not given, so each document is made of its coded segments, in the order of the "
            "table; what stood between them is not known"
        )
        by: dict[str, list[_Row]] = {}
        for row in rows:
            if row.quote.strip():
                by.setdefault(row.document, []).append(row)
            else:
                self.study.lose(
                    "loss", "coding", f"row {row.number} has no words", name=row.codes[0]
                )
        for label, within in by.items():
            places: dict[str, tuple[int, int]] = {}
            text, parts = "", []
            for row in within:
                if row.quote not in places:
                    text += _BETWEEN if text else ""
                    places[row.quote] = len(text), len(text) + len(row.quote)
                    text += row.quote
                    parts.append(Part("paragraph", *places[row.quote]))
            name = label or self.study.where
            if self._document(label, name, text, within[0], Structure(parts)):
                for row in within:
                    self._coding(label, row, places[row.quote])
                self.study.lose_many("note", "text", reason, name=name)

    def _document(
        self, key: str, name: str, text: str, row: _Row, structure: Structure | None = None
    ) -> bool:
        group = self._get(row.cells, "group")
        variables = {"document group": group} if group else {}
        made = self.study.add_document(key, name, text, variables=variables, structure=structure)
        return made is not None

    def _in_texts(self, rows: Sequence[_Row], texts: Texts) -> None:
        for each in texts.documents:
            self.study.documents[each.id] = each
        found = {label: texts.find(label) for label in dict.fromkeys(row.document for row in rows)}
        for label, held in found.items():
            if held is None:
                name = label or "(no name)"
                self.study.lose("note", "document", "is not among the texts", name=name)
        self._count_paragraphs(rows, found)
        for row in rows:
            document = found[row.document]
            if document is None:
                self.study.lose_many("loss", "coding", "its document is not among the texts",
                                     count=len(row.codes), name=row.document)  # fmt: skip
                continue
            place = self._place(row, document)
            if place is not None:
                self._coding(document.id, row, place)

    def _count_paragraphs(self, rows: Sequence[_Row], found: Mapping[str, Document | None]) -> None:
        """Find how the table counts paragraphs, by the words that stand once."""
        fits = [0, 0]
        for row in rows if "paragraph" in self.used else ():
            document, said = found[row.document], _whole(self._get(row.cells, "paragraph"))
            place = locate(row.quote, document).place if document is not None else None
            if document is not None and place is not None and said is not None:
                numbers = _paragraphs(document.text, place[0])
                fits = [fit + (said == number) for fit, number in zip(fits, numbers, strict=True)]
        self._counted = () if fits[0] == fits[1] else (fits.index(max(fits)),)

    _counted: tuple[int, ...] = ()

    def _is_in(self, paragraph: int | None, document: Document, start: int) -> bool:
        numbers = _paragraphs(document.text, start)
        return all(numbers[way] == paragraph for way in self._counted or (0, 1))

    def _place(self, row: _Row, document: Document) -> tuple[int, int] | None:
        given = self._given(row)
        if given is not None:
            unit = self.offsets or _unit(document, given, row.quote)
            place = convert({document.id: document}, [document.id], [given], unit)[0]
            return self.study.place(document, *place, row.quote or None, id=f"row {row.number}")
        located = locate(row.quote, document)
        if located.place is not None:
            return located.place
        places = [(each.start, each.end) for each in _every(document, row.quote)]
        paragraph = _whole(self._get(row.cells, "paragraph"))
        within = [each for each in places if self._is_in(paragraph, document, each[0])]
        if len(within) == 1:
            self.study.lose_many("note", "coding", "its words stand several times, and are told apart by the "
                                 "number of their paragraph", name=row.quote)  # fmt: skip
            return within[0]
        for name in row.codes:
            told = f"row {row.number}, code {name!r}: {located.fault}"
            self.study.lose("loss", "coding", told, id=self._get(row.cells, "id"), name=row.quote)
        return None

    def _given(self, row: _Row) -> tuple[int, int] | None:
        """Return the offsets that a row has."""
        if found := _RANGE.match(self._get(row.cells, "range")):
            return int(found[1]), int(found[2])
        start, end = (self._get(row.cells, field) for field in ("start", "end"))
        return (int(start), int(end)) if start.isdecimal() and end.isdecimal() else None

    def _coding(self, document: str, row: _Row, place: tuple[int, int]) -> None:
        for name in row.codes:
            own = self._weights.get(fold(name))
            said = row.cells[own] if own is not None else self._get(row.cells, "weight")
            weight = said.strip().replace(",", ".")
            self.study.add_coding(
                document,
                *place,
                self._key[fold(name)],
                coder=self._get(row.cells, "coder"),
                time=self._times.get(row.number),
                memo=self._get(row.cells, "memo"),
                weight=float(weight) if re.fullmatch(r"-?\d+(\.\d+)?", weight) else None,
                id=line_of(self._get(row.cells, "id")),
            )


def _unquoted(cell: str) -> str:
    """Return words without the quotation marks around all of them, which some exports add."""
    text = cell.strip()
    inner = text[1:-1]
    return inner if len(text) > 2 and text[0] == text[-1] == '"' and '"' not in inner else text


def _every(document: Document, quote: str) -> Sequence[Segment]:
    return Segment.whole(document).find_all(quote) if quote.strip() and document.text else ()


def _unit(document: Document, given: tuple[int, int], quote: str) -> str:
    for unit in ("code point", "utf-16", "utf-8") if quote else ():
        start, end = convert({document.id: document}, [document.id], [given], unit)[0]
        if 0 <= start < end and document.text[start:end] == quote:
            return unit
    return "code point"


def _paragraphs(text: str, start: int) -> tuple[int, int]:
    """Return the number of the paragraph that a place is in: of all lines, and of those with words."""
    lines = text[:start].split("\n")
    words = sum(1 for each in lines[:-1] if each.strip()) + 1
    return len(lines), words


def _whole(cell: str) -> int | None:
    found = _DIGITS.match(cell)
    return int(found[1]) if found and len(found[1]) < 10 else None


def named_texts(texts: Mapping[str, str]) -> Texts:
    """Return plain texts by name as what coded segments are looked for in."""
    made = Gathering("texts", "texts")
    for name, text in texts.items():
        made.add_document(name, name, text)
    return Texts(tuple(made.documents.values()))
