"""Word documents: the words as they stand once tracked changes are accepted, with headings and tables."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from qualcode.io.raw.packed import Archive
from qualcode.io.readers.registry import File, Read
from qualcode.io.readers.symbols import symbol
from qualcode.io.readers.writing import Writing

__all__ = ["read_docx"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# The same by the standard's strict letter.
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PLAIN = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
# Inside a run or paragraph, but no words of it.
_PASSED_OVER = frozenset(
    [
        "pPr",
        "rPr",
        "instrText",
        "delInstrText",
        "sdtPr",
        "sdtEndPr",
        "tblPr",
        "tblGrid",
        "trPr",
        "tcPr",
    ]
)
_LEFT_OUT = {
    "del": ("deleted text", "a tracked change takes it out"),
    "moveFrom": ("moved text", "a tracked change moves it elsewhere, where it is kept"),
    "drawing": ("picture", "has no text"),
    "pict": ("picture", "has no text"),
    "object": ("embedded object", "has no text"),
}
_BESIDE = {
    "comments": ("comment", "stands beside the text"),
    "footnotes": ("footnote", "stands outside the text"),
    "endnotes": ("endnote", "stands outside the text"),
    "header": ("page header", "stands outside the text"),
    "footer": ("page footer", "stands outside the text"),
}
_NOTES = re.compile(r"word/(comments|footnotes|endnotes|header|footer)\d*\.xml")
_STYLE = re.compile(rb'<w:style [^>]*w:styleId="([^"]+)".*?<w:name w:val="([^"]+)"', re.DOTALL)


def read_docx(file: File) -> list[Read]:
    """Return the text of a Word document: its paragraphs apart by a blank line, table rows as lines.

    Inserted text of tracked changes is read, deleted text is not. What is left out is listed: deleted
    and hidden text, comments, footnotes, page heads, text boxes, pictures, macros.
    """
    where = str(file.path)
    archive = Archive(file.data, where=where, kind="Word document (.docx)")
    root = archive.xml("word/document.xml")
    writing = Writing(where)
    body = next((each for each in root if _name(each) == "body"), root)
    words = _Words(archive, writing)
    words.blocks(body)
    words.end()
    for name in archive.names:
        if found := _NOTES.fullmatch(name):
            _beside(archive, name, found[1], writing)
        elif name.endswith("vbaProject.bin"):
            writing.leave_out("macros", reason="programs are not read", severity="note")
    return [Read(writing.text, writing.structure, writing.losses)]


def _name(element: Element) -> str:
    tag = element.tag
    return tag[len(_W) :] if tag.startswith(_W) else tag.removeprefix(_STRICT)


def _value(element: Element, name: str = "val") -> str:
    return element.get(_W + name) or element.get(_STRICT + name) or ""


class _Words:
    """Reads the body of one document."""

    def __init__(self, archive: Archive, writing: Writing) -> None:
        self._archive, self._writing = archive, writing
        self._styles: dict[str, str] | None = None
        self._before = ""

    def end(self) -> None:
        """Add what is left of a last paragraph whose end a tracked change takes out."""
        self._writing.block(self._before)

    def blocks(self, parent: Element) -> None:
        for each in parent:
            name = _name(each)
            if name == "p":
                words, self._before = self._before + self.words(each), ""
                if _mark_is_deleted(each):
                    self._before = words  # accepted, the change joins it with the next paragraph
                    continue
                level = self._level(each)
                kind = "paragraph" if level is None else "heading"
                self._writing.block(words, kind=kind, level=level)
            elif name == "tbl":
                self._writing.table([self._row(row) for row in _found(each, "tr")])
            elif name in _LEFT_OUT:
                self._leave_out(each, name)
            elif name not in _PASSED_OVER and each.tag != _FALLBACK:
                self.blocks(each)

    def _row(self, row: Element) -> list[str]:
        return [
            "\n".join(filter(None, map(self.words, _found(cell, "p"))))
            for cell in _found(row, "tc")
        ]

    def words(self, parent: Element) -> str:
        """Return the words of a paragraph, or of whatever holds some."""
        found: list[str] = []
        for each in parent:
            name = _name(each)
            if name == "t":
                found.append(each.text or "")
            elif name == "r" and _is_hidden(each):
                if said := _text(each):
                    self._writing.leave_out("hidden text", reason="is not shown", name=said)
            elif name == "r":
                found.append(self.words(each))
            elif name in _PLAIN:
                found.append(_PLAIN[name])
            elif name == "sym":
                found.append(self._symbol(each))
            elif name in _LEFT_OUT:
                self._leave_out(each, name)
            elif name not in _PASSED_OVER and each.tag != _FALLBACK and len(each):
                found.append(self.words(each))
        return "".join(found)

    def _symbol(self, element: Element) -> str:
        found = symbol(_value(element, "font"), _value(element, "char"))
        if found is None:
            name = f"{_value(element, 'font')} {_value(element, 'char')}"
            self._writing.leave_out("symbol", reason="its font alone shows what it is", name=name)
        return "\ufffd" if found is None else found

    def _leave_out(self, element: Element, name: str) -> None:
        kind, reason = _LEFT_OUT[name]
        said = _text(element)
        if kind == "picture" and said.strip():
            kind, reason = "text box", "stands outside the text"
        if said or name not in ("del", "moveFrom"):
            self._writing.leave_out(kind, reason=reason, name=said)

    def _level(self, paragraph: Element) -> int | None:
        """Return a heading's level, by its outline or by its style."""
        for own in paragraph:
            if _name(own) != "pPr":
                continue
            for each in own:
                if _name(each) == "outlineLvl" and _value(each).isdecimal():
                    level = int(_value(each)) + 1
                    return level if level < 10 else None
                if _name(each) == "pStyle":
                    return self._of_style(_value(each))
        return None

    def _of_style(self, style: str) -> int | None:
        if found := re.fullmatch(r"(?i)heading ?([1-9])", style):
            return int(found[1])
        if style.casefold() in ("title", "subtitle"):
            return 1 if style.casefold() == "title" else 2
        if style.casefold() in ("normal", "standard", "listparagraph", "bodytext", "nospacing"):
            return None
        if self._styles is None:
            # Ids are in the language of whoever wrote the file; names of headings are not.
            data = (
                self._archive.read("word/styles.xml") if "word/styles.xml" in self._archive else b""
            )
            self._styles = {
                id.decode("utf-8", "replace"): name.decode("utf-8", "replace").casefold()
                for id, name in _STYLE.findall(data)
            }
        found = re.fullmatch(r"heading ([1-9])|(title)", self._styles.get(style, ""))
        return int(found[1] or 1) if found else None


def _found(parent: Element, name: str) -> list[Element]:
    """Return elements of a name below another, in order, not those inside one of their own kind."""
    met: list[Element] = []
    for each in parent:
        own = _name(each)
        if own == name:
            met.append(each)
        elif own not in _PASSED_OVER and own not in _LEFT_OUT and each.tag != _FALLBACK:
            met += _found(each, name)
    return met


def _is_hidden(run: Element) -> bool:
    """Tell whether a run of letters is hidden, as by itself; what a style hides is not known."""
    for own in run:
        if _name(own) == "rPr":
            return any(_name(each) == "vanish" and not _is_off(each) for each in own)
    return False


def _is_off(element: Element) -> bool:
    return _value(element) in ("0", "false", "off")


def _mark_is_deleted(paragraph: Element) -> bool:
    """Tell whether a tracked change takes out the end of a paragraph."""
    return any(
        _name(each) in ("del", "moveFrom")
        for own in paragraph
        if _name(own) == "pPr"
        for properties in own
        if _name(properties) == "rPr"
        for each in properties
    )


def _text(element: Element) -> str:
    return "".join(each.text or "" for each in element.iter() if _name(each) in ("t", "delText"))


def _beside(archive: Archive, name: str, kind: str, writing: Writing) -> None:
    element, reason = _BESIDE[kind]
    root = archive.xml(name)
    notes = [root] if kind in ("header", "footer") else list(root)
    for each in notes:
        said = "\n".join(filter(None, map(_text, _found(each, "p"))))
        if said.strip():
            writing.leave_out(element, reason=reason, name=said, severity="note")
