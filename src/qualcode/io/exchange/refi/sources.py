"""Reading one source of REFI-QDA: its texts, and what is selected and coded in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from qualcode.errors import DocumentError
from qualcode.io.exchange.refi.package import Package
from qualcode.io.exchange.refi.values import (
    FARTHEST,
    as_moment_or_none,
    as_whole,
    guid_key,
    text_of,
)
from qualcode.io.raw.elements import Element, Piece

__all__ = ["CodedAt", "SourceText", "SourceTexts", "read_source", "texts_within"]

SELECTIONS = {
    "TextSource": "PlainTextSelection",
    "Representation": "PlainTextSelection",
    "TextDescription": "PlainTextSelection",
    "Transcript": "TranscriptSelection",
}
"""The elements that hold a text, and what selects a part of it."""

SOURCES = ("TextSource", "PictureSource", "PDFSource", "AudioSource", "VideoSource")


@attrs.define(slots=True)
class CodedAt:
    """What one source text has coded, in columns: a row for each coding.

    Parameters
    ----------
    start, end : list of int
        As the file has them; -1 to -1 for the whole text.
    name : list of str
        What the selection is called.
    code, user : list of str
        Keys of their GUIDs; no user where the file names nobody.
    made : list of int or None
        When.
    selection : list of int
        The number of the selection among those of the text; -1 for the whole text.
    notes : dict of int to list of str
        By row, the keys of notes on the coding.
    """

    start: list[int] = attrs.field(factory=list)
    end: list[int] = attrs.field(factory=list)
    name: list[str] = attrs.field(factory=list)
    code: list[str] = attrs.field(factory=list)
    user: list[str] = attrs.field(factory=list)
    made: list[int | None] = attrs.field(factory=list)
    selection: list[int] = attrs.field(factory=list)
    notes: dict[int, list[str]] = attrs.field(factory=dict)


@attrs.define
class SourceText:
    """One text of a source.

    Parameters
    ----------
    tag, guid, name : str
        The element that holds it.
    text : str or None
        None where there is none.
    marked : bool
        Whether the text's file begins with a byte order mark.
    missing : str
        Why there is no text.
    coded : CodedAt
        What is coded in it.
    noted : list
        For each selection that says or notes something: start, end, name, what it says, keys of its
        notes, its user and time, and its number.
    variables : list of (str, str, str)
        Key of the variable, the element that has the value, and the value.
    odd : list of (str, str, str)
        What of it cannot be read: element, id, why.
    """

    tag: str
    guid: str
    name: str
    text: str | None = None
    marked: bool = False
    missing: str = ""
    description: str = ""
    notes: list[str] = attrs.field(factory=list)
    coded: CodedAt = attrs.field(factory=CodedAt)
    noted: list[tuple[int, int, str, str, list[str], str, str, int]] = attrs.field(factory=list)
    variables: list[tuple[str, str, str]] = attrs.field(factory=list)
    points: list[tuple[int, int]] = attrs.field(factory=list)
    """Of a transcript: positions, and the milliseconds at which they are said."""
    odd: list[tuple[str, str, str]] = attrs.field(factory=list)
    told: list[tuple[str, str]] = attrs.field(factory=list)
    """What must be known of how its text was read: how grave, and what."""
    bare: int = 0
    """How many selections neither are coded nor say anything."""


@attrs.define
class SourceTexts:
    """One source: what it is, its texts, and the file that it was made from."""

    tag: str
    guid: str
    name: str
    texts: list[SourceText]
    rich: str = ""
    """The path of the file with layout, picture or recording, as the project has it."""
    line: int = 0


def texts_within(source: Element) -> Iterator[Element]:
    """Yield the elements of a source that hold a text of it, the source itself among them."""
    if source.tag == "TextSource":
        yield source
    for each in source:
        if each.tag in SELECTIONS:
            yield each


_MOST_CACHED = 50_000


class _Cached(dict[str, Any]):
    """A function's answers, each found once: of two hundred thousand users and times, few are different."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, value: str) -> Any:
        if len(self) > _MOST_CACHED:
            self.clear()
        found = self[value] = self._function(value)
        return found


_key: Mapping[str, str] = _Cached(guid_key)
_moment: Mapping[str, int | None] = _Cached(as_moment_or_none)


def read_source(piece: Piece, package: Package) -> SourceTexts:
    """Return what a source holds.

    Parameters
    ----------
    piece : Piece
        Its element.
    package : Package
        Where its files are.
    """
    source = piece.element
    found = SourceTexts(source.tag, source.get("guid"), source.get("name"), [], line=piece.line)
    found.rich = source.get("richTextPath") or source.get("path")
    for element in texts_within(source):
        text = SourceText(element.tag, element.get("guid"), element.get("name"))
        _read_text(text, element, package)
        _read_selections(text, element, piece)
        found.texts.append(text)
    if found.texts:
        first = found.texts[0]
        first.description = source.said("Description")
        first.notes = [_key[each.get("targetGUID")] for each in source.of("NoteRef")]
        first.variables = list(variable_values(source))
        if source.tag != "TextSource":
            _read_whole(first, source)
    return found


def variable_values(element: Element) -> Iterator[tuple[str, str, str]]:
    """Yield key of the variable, element and text of each value that an element has."""
    for each in element.of("VariableValue"):
        ref = each.first("VariableRef")
        value = next((child for child in each if child.tag != "VariableRef"), None)
        if ref is not None and value is not None:
            yield guid_key(ref.get("targetGUID")), value.tag, value.text


def _read_text(text: SourceText, element: Element, package: Package) -> None:
    path, content = element.get("plainTextPath"), element.first("PlainTextContent")
    held = package.find(path) if path else None
    if held is not None:
        try:
            data = package.read(held)
            text.text = text_of(data, f"{package.path}, {held}")
            text.marked = data[:3] == b"\xef\xbb\xbf" or data[:2] in (b"\xff\xfe", b"\xfe\xff")
        except DocumentError as error:
            text.missing = f"its text cannot be read: {error}"
    elif path:
        text.missing = f"its text, {path}, is not among the sources of the file"
    else:
        text.missing = "it has no text"
    if content is None:
        return
    if text.text is None:
        text.text = content.text
        if held is not None:
            text.told.append(("damage", f"{text.missing}. That within the project is read"))
    elif _one_line_ends(content.text) != _one_line_ends(text.text):
        reason = f"differs from {path}, which is read; one text has one of them"
        text.told.append(("damage", reason))


def _one_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _read_selections(text: SourceText, element: Element, piece: Piece) -> None:
    tag = SELECTIONS[element.tag]
    points: dict[str, tuple[int | None, int | None]] = {}
    coded, key, moment = text.coded, _key, _moment
    columns = (
        coded.start.append, coded.end.append, coded.name.append, coded.code.append,
        coded.user.append, coded.made.append, coded.selection.append,
    )  # fmt: skip
    put_start, put_end, put_name, put_code, put_user, put_made, put_selection = columns
    for number, each in enumerate(element):
        if each.tag == "SyncPoint":
            place = as_whole(each.get("position")), as_whole(each.get("timeStamp"))
            points[key[each.get("guid")]] = place
            if place[0] is not None and place[1] is not None:
                text.points.append((place[0], place[1]))
            continue
        if each.tag != tag:
            continue
        given = each.attributes
        try:
            if tag == "TranscriptSelection":
                start, end = (
                    points[key[each.get(name)]][0] for name in ("fromSyncPoint", "toSyncPoint")
                )
                if start is None or end is None:
                    raise ValueError
            else:
                start, end = int(given["startPosition"]), int(given["endPosition"])
                if not (-FARTHEST < start < FARTHEST and -FARTHEST < end < FARTHEST):
                    raise ValueError
        except (KeyError, TypeError, ValueError):
            where = f"line {piece.line_of(each)}"
            text.odd.append((each.tag, each.get("guid"), f"it has no place in the text ({where})"))
            continue
        name = given.get("name", "")
        says, notes, is_coded = "", [], False
        for child in each:
            if child.tag == "Coding":
                is_coded = True
                refs = child
                if len(refs) == 1 and refs[0].tag == "CodeRef":
                    code = refs[0].attributes.get("targetGUID", "")
                else:
                    code = next((ref.get("targetGUID") for ref in refs if ref.tag == "CodeRef"), "")
                    noted = [key[ref.get("targetGUID")] for ref in refs if ref.tag == "NoteRef"]
                    if noted:
                        coded.notes[len(coded.start)] = noted
                said = child.attributes
                put_start(start)
                put_end(end)
                put_name(name)
                put_code(key[code])
                put_selection(number)
                put_user(key[said.get("creatingUser") or given.get("creatingUser", "")])
                put_made(moment[said.get("creationDateTime") or given.get("creationDateTime", "")])
            elif child.tag == "Description":
                says = child.text if child.text.strip() else ""
            elif child.tag == "NoteRef":
                notes.append(key[child.get("targetGUID")])
        if says or notes:
            user, time = key[given.get("creatingUser", "")], given.get("creationDateTime", "")
            text.noted.append((start, end, name, says, notes, user, time, number))
        elif not is_coded:
            text.bare += 1
    if element.tag == "TextSource":
        _read_whole(text, element)


def _read_whole(text: SourceText, source: Element) -> None:
    """Read what is coded on the source as a whole."""
    for child in source.of("Coding"):
        ref = child.first("CodeRef")
        coded = text.coded
        noted = [_key[each.get("targetGUID")] for each in child.of("NoteRef")]
        if noted:
            coded.notes[len(coded.start)] = noted
        coded.start.append(-1)
        coded.end.append(-1)
        coded.name.append("")
        coded.selection.append(-1)
        coded.code.append(_key["" if ref is None else ref.get("targetGUID")])
        coded.user.append(_key[child.get("creatingUser")])
        coded.made.append(as_moment_or_none(child.get("creationDateTime")))
