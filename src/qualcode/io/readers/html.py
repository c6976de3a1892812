"""Web pages: what a reader sees of them, by the package selectolax."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from qualcode._extras import require
from qualcode.errors import DocumentError
from qualcode.io.raw.packed import DEEPEST
from qualcode.io.readers.registry import File, Read
from qualcode.io.readers.writing import Writing

__all__ = ["read_html", "write_page"]


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNSEEN = _words_of(
    """
    head script style template noscript iframe object svg math select
    """
)
_BLOCKS = _words_of(
    """
    address article aside blockquote body caption dd details div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section
    summary table tbody td tfoot th thead tr ul
    """
)
_ANNOTATIONS = frozenset(["rt", "rp"])
"""How East Asian words are read, beside them."""
_PICTURES = frozenset(["img", "video", "audio", "canvas"])
# What is ended by a tag of its own alone, so that it nests for as long as none comes.
_NESTING = _BLOCKS - _words_of(
    """
    caption dd dt h1 h2 h3 h4 h5 h6 hr html li p tbody td tfoot th thead tr
    """
)
# What is opened again in each block until its own tag ends it.
_FORMATTING = _words_of("b big code em font i s small strike strong tt u")
_TAGS = re.compile(
    r"""
    <!--(?:-?>|.*?(?:--!?>|\Z))                         # a comment
    | <(?:script|style)\b.*?(?:</(?:script|style)\b|\Z)  # no tags in there
    | <(?P<end>/?)(?P<tag>[a-z][^\s/>]*)
      (?:=\s*(?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z))|[^>])*+
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)


def read_html(file: File) -> list[Read]:
    """Return the text of a web page: paragraphs apart by a blank line, table rows as lines.

    Scripts and styles are no text; pictures, and elements that are hidden, are listed as left out.
    """
    where = str(file.path)
    said = _CHARSET.search(file.data[:2048])
    encoding = file.encoding
    if (
        encoding is None
        and said is not None
        and not file.data.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        encoding = _meant(said[1].decode("ascii"))
    found = File(file.path, file.data, encoding).decoded()
    writing = Writing(where)
    write_page(found.text, writing)
    return [
        Read(
            writing.text,
            writing.structure,
            writing.losses,
            encoding=f"{found.encoding} ({found.evidence})",
        )
    ]


def _meant(charset: str) -> str | None:
    """Return the encoding that browsers read a page in that claims this one."""
    if charset.lower() in ("iso-8859-1", "latin1", "us-ascii", "ascii"):
        return "cp1252"
    return None if charset.lower() in ("utf-8", "utf8", "unicode", "utf-16") else charset


def write_page(source: str, writing: Writing) -> None:
    """Add the text of a page to a document that is being written.

    Raises
    ------
    MissingExtraError
        When selectolax is not installed (extra ``documents``).
    """
    lexbor = require("selectolax.lexbor", extra="documents")
    if _opened(source) > 10 * DEEPEST:
        raise _too_deep(writing.where)
    body = lexbor.LexborHTMLParser(source).body
    if body is not None:
        page = _Page(writing)
        page.blocks(body, 0)
        page.end()


def _opened(source: str) -> int:
    """Return how many blocks, or formats, are open at once, roughly; it ends when they are far too many.

    The time that the parser takes grows with the square of that, so it is asked before. What is roughly right
    for a page with mistakes is good enough: how deep elements do lie is asked when it is parsed.
    """
    most = 0
    stack: list[str] = []
    places: dict[str, list[int]] = {tag: [] for tag in _NESTING}
    formats = Counter[str]()
    for found in _TAGS.finditer(source):
        tag = (found["tag"] or "").lower()
        if tag in _FORMATTING:
            formats[tag] = max(0, formats[tag] + (-1 if found["end"] else 1))
            if formats.total() > 10 * DEEPEST:
                return formats.total()
            continue
        if tag not in _NESTING:
            continue
        if not found["end"]:
            places[tag].append(len(stack))
            stack.append(tag)
            most = max(most, len(stack))
            if most > 10 * DEEPEST:
                break
        # What is in a table ends nothing outside it.
        elif places[tag] and places[tag][-1] >= (places["table"] or [0])[-1]:
            start = places[tag][-1]
            for each in stack[start:]:
                places[each].pop()
            del stack[start:]
    return most


def _too_deep(where: str) -> DocumentError:
    return DocumentError(
        f"{where}: elements lie more than {DEEPEST} deep in each other; such files are made to harm, and are "
        "not read"
    )


class _Page:
    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._words: list[str] = []

    def end(self, *, kind: str = "paragraph", level: int | None = None) -> None:
        """End the block whose words were gathered."""
        words = _seen("".join(self._words))
        self._words = []
        self._writing.block(words, kind=kind, level=level)

    def blocks(self, parent: Any, depth: int) -> None:
        if depth > DEEPEST:
            raise _too_deep(self._writing.where)
        for node in _children(parent):
            tag = node.tag
            if tag == "-text":
                self._words.append(node.text_content or "")
            elif tag == "br":
                self._words.append("\0")
            elif tag in _PICTURES:
                name = str(node.attributes.get("alt") or "")
                self._writing.leave_out("picture", reason="has no text", name=name)
            elif tag in _UNSEEN or tag.startswith(("-", "_", "!")):
                continue
            elif reason := _hides(node):
                self._leave_out(node, reason)
            elif tag == "table" and not node.css("table table"):
                self.end()
                self._table(node)
            elif tag in _BLOCKS:
                self.end()
                self._block(node, tag, depth)
            else:
                self.blocks(node, depth + 1)

    def _leave_out(self, node: Any, reason: str) -> None:
        said = _seen(str(node.text()))
        if said:
            kind = "annotation" if node.tag in _ANNOTATIONS else "hidden text"
            self._writing.leave_out(kind, reason=reason, name=said)

    def _block(self, node: Any, tag: str, depth: int) -> None:
        if tag == "pre":
            self._writing.block((node.text() or "").strip("\n"))
        elif len(tag) == 2 and tag[0] == "h" and tag[1].isdecimal():
            self.blocks(node, depth + 1)
            self.end(kind="heading", level=int(tag[1]))
        else:
            self.blocks(node, depth + 1)
            self.end()

    def _table(self, table: Any) -> None:
        for node in table.css("[hidden], [style], rt, rp"):
            if reason := _hides(node):
                self._leave_out(node, reason)
                node.decompose()
        rows = [
            [_seen(_said(cell)) for cell in _children(row) if cell.tag in ("td", "th")]
            for row in table.css("tr")
        ]
        if max(map(len, rows), default=0) > 1:
            self._writing.table(rows)
        else:  # a table for the sake of looks
            for row in rows:
                for cell in row:
                    self._writing.block(cell)


def _hides(node: Any) -> str:
    """Return why an element is no part of the words, if it is none."""
    if node.tag in _ANNOTATIONS:
        return "stands above the words"
    style = re.sub(r"\s", "", str(node.attributes.get("style") or "").lower())
    if "hidden" in node.attributes or "display:none" in style or "visibility:hidden" in style:
        return "is not shown"
    return ""


def _children(parent: Any) -> Iterator[Any]:
    node = parent.first_child
    while node is not None:
        yield node
        node = node.next


def _said(cell: Any) -> str:
    for node in cell.css("script, style, template, noscript"):
        node.decompose()
    for node in cell.css("br, p, div, li"):
        node.insert_before("\0") if node.tag == "br" else node.insert_after("\0")
    return str(cell.text())


def _seen(text: str) -> str:
    """Return text as a browser shows it: white space is one space; a zero is a line's end."""
    lines = (re.sub(r"[ \t\r\n\f]+", " ", line).strip(" ") for line in text.split("\0"))
    return "\n".join(lines).strip("\n")
