"""XML read piece by piece: elements with their lines and their very bytes, bounded in depth and number."""

from __future__ import annotations

import codecs
import gc
import re
from collections import Counter
from collections.abc import Collection, Generator, Iterable, Iterator
from typing import Any
from xml.parsers import expat

import attrs

from qualcode.errors import QualcodeError
from qualcode.io.raw.packed import DEEPEST

__all__ = [
    "FORBIDDEN", "Element", "Piece", "Pieces", "begin_of", "element", "parse_element", "write_element",
]  # fmt: skip

_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*+>""")
_ASCII = bytes(range(32, 92)) + bytes(range(93, 127))
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What no XML can hold, not even by its number."""

_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_VALUE = {**_TEXT, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_IN_TEXT = re.compile("[&<>\r]")
_IN_VALUE = re.compile('[&<>\r"\n\t]')


class Element(list["Element"]):
    """An element of XML: a list of its children, with its local name, attributes as written, and text.

    Making one costs next to nothing, since files have millions; `element` makes one with all it has.
    """

    __slots__ = ("__dict__", "attributes", "tag")

    tag: str
    attributes: dict[str, str]
    text = ""
    line = 0
    """Where it begins in its file; 0 where that was not counted."""

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return self is other

    def get(self, name: str) -> str:
        """Return the value of an attribute; nothing where there is none."""
        return self.attributes.get(name, "")

    def of(self, *tags: str) -> list[Element]:
        """Return the children that have one of these names."""
        return [each for each in self if each.tag in tags]

    def first(self, tag: str) -> Element | None:
        """Return the first child of a name."""
        return next((each for each in self if each.tag == tag), None)

    def said(self, tag: str) -> str:
        """Return the text of the first child of a name; nothing where there is none."""
        found = self.first(tag)
        return "" if found is None else found.text

    def says(self, tag: str) -> str:
        """Return the text of the first child of a name as it is, where it is more than white space."""
        text = self.said(tag)
        return text if text.strip() else ""

    def all(self) -> Iterator[Element]:
        """Yield the element and all in it, in the order of the file."""
        waiting: list[Element] = [self]
        while waiting:
            each = waiting.pop()
            yield each
            waiting += reversed(each)

    def __repr__(self) -> str:
        return f"<{self.tag}, {len(self)} children>"


def element(
    tag: str, attributes: dict[str, str] | None = None, text: str = "", line: int = 0
) -> Element:
    """Return an element without children."""
    made = Element()
    made.tag, made.attributes = tag, {} if attributes is None else attributes
    made.text, made.line = text, line
    return made


@attrs.frozen
class Piece:
    """One element that was read apart from the rest.

    Parameters
    ----------
    element : Element
        It.
    raw : bytes
        What the file holds of it, in UTF-8, but for the text of what was left out.
    line : int
        Where it begins.
    """

    element: Element
    raw: bytes
    line: int

    def line_of(self, element: Element) -> int:
        """Return the line of an element in it, which is counted only when it is asked for."""
        whole = parse_element(self.raw, where="", error=QualcodeError)
        wanted = next(at for at, each in enumerate(self.element.all()) if each is element)
        lines = [each.line for each in whole.all()]
        return self.line - 1 + (lines[wanted] if wanted < len(lines) else 1)


class Pieces:
    """Reads XML of which some elements come in great number: these one by one, and the rest as a tree.

    Of pieces, only the text of some elements is read, and no lines are counted: there may be a million of
    elements, and most text is what indents them.

    Parameters
    ----------
    chunks : iterable of bytes
        The file.
    where : str
        Its name, for messages.
    within : str
        The local name of the element whose children are read one by one.
    texts : collection of str
        The elements of pieces whose text is read.
    leave_out : str
        Elements of this name, in a piece or one deeper, are empty in its bytes.
    error : type
        What is raised.

    Attributes
    ----------
    root : Element
        The rest, once all pieces were read; in the place of each is an element with its attributes alone.
    counts : Counter
        How many elements of each name there are.
    instructions : list of (str, str)
        The processing instructions before the root: their names and what they say.
    """

    def __init__(
        self,
        chunks: Iterable[bytes],
        *,
        where: str,
        within: str = "",
        texts: Collection[str] = (),
        leave_out: str = "",
        error: type[QualcodeError],
    ) -> None:
        self.where, self._error, self._chunks = where, error, chunks
        self.root = element("")
        self.counts: Counter[str] = Counter()
        self.instructions: list[tuple[str, str]] = []
        self._within, self._texts, self._leave_out = within, texts, leave_out
        self._found: list[Piece] = []
        self._buffer = bytearray()
        self._base = 0
        """Where in the file the buffer begins."""
        self._apart = False
        self._parser: Any = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        if hasattr(self._parser, "SetReparseDeferralEnabled"):
            # From Expat 2.6 on, what a piece begins with could be told of only after it was let go.
            self._parser.SetReparseDeferralEnabled(False)
        self._listen()

    def __iter__(self) -> Generator[Piece, None, None]:
        # Elements know only what is in them, so nothing here waits for what looks for circles.
        watched = gc.isenabled()
        gc.disable()
        try:
            yield from self._read()
        finally:
            if watched:
                gc.enable()
            if isinstance(self._chunks, Generator):
                self._chunks.close()  # with the file that it reads, whatever keeps hold of it

    def _read(self) -> Iterator[Piece]:
        parser, buffer = self._parser, self._buffer
        try:
            for chunk in _as_utf8(self._chunks, self.where, self._error):
                buffer += chunk
                parser.Parse(chunk, False)
                yield from self._found
                self._found.clear()
                if not self._apart:
                    # A tag that is not at its end yet may be about to begin a piece.
                    self._drop(max(0, buffer.rfind(b"<")))
            parser.Parse(b"", True)
        except expat.ExpatError as problem:
            raise self._error(
                f"{self.where}, line {problem.lineno}: is no valid XML: "
                f"{expat.errors.messages.get(problem.code, problem.code)}. Open it with the program it comes "
                "from and export it anew"
            ) from problem
        yield from self._found

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._base += count

    def _refused(self, why: str) -> QualcodeError:
        return self._error(
            f"{self.where}, line {self._parser.CurrentLineNumber}: {why}, by which files can harm; it is not "
            "read. Open it with the program it comes from and export it anew"
        )

    def _listen(self) -> None:
        """Let the parser build the tree. Called for every element, so all that is needed is at hand."""
        parser, counts, deepest = self._parser, self.counts, DEEPEST
        within, leave_out, texts = self._within or None, self._leave_out, frozenset(self._texts)
        top = element("")
        stack = [top]
        push, pop = stack.append, stack.pop
        local: dict[str, str] = {}
        said: list[str] = []
        begins, first_line, depth = 0, 0, 0
        cuts: list[tuple[int, int]] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal begins, first_line, depth
            tag = local.get(name) or local.setdefault(name, name.rpartition(":")[2])
            counts[tag] += 1
            made = Element()
            made.tag = tag
            made.attributes = attributes
            above = stack[-1]
            above.append(made)
            push(made)
            if depth:
                if tag in texts:
                    parser.CharacterDataHandler = said.append
                    said.clear()
                    if tag == leave_out and len(stack) <= depth + 2:
                        cuts.append((parser.CurrentByteIndex, -1))
            else:
                made.line = parser.CurrentLineNumber
                said.clear()
                if above is top:
                    self.root = made
                if above.tag == within:
                    depth, begins, first_line = len(stack), parser.CurrentByteIndex, made.line
                    self._apart = True
                    parser.CharacterDataHandler = None
            if len(stack) > deepest:
                raise self._refused(f"elements lie more than {DEEPEST} deep in each other")

        def end(name: str) -> None:
            nonlocal depth
            done = pop()
            if not depth:
                if said:
                    done.text = "".join(said)
                    said.clear()
                return
            if done.tag in texts:
                done.text = "".join(said)
                parser.CharacterDataHandler = None
                if done.tag == leave_out and depth <= len(stack) < depth + 2:
                    cuts[-1] = (cuts[-1][0], self._end_of_tag(cuts[-1][0]))
            if len(stack) < depth:
                self._found.append(Piece(done, self._raw(done, begins, cuts), first_line))
                stack[-1][-1] = element(done.tag, done.attributes, line=first_line)
                depth, self._apart = 0, False
                parser.CharacterDataHandler = said.append
                cuts.clear()
                self._drop(parser.CurrentByteIndex - self._base)

        def doctype(*_: object) -> None:
            raise self._refused("declares a document type")

        def instruction(name: str, said: str) -> None:
            if len(stack) == 1:
                self.instructions.append((name, said))

        parser.ProcessingInstructionHandler = instruction
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = said.append
        parser.StartDoctypeDeclHandler = doctype

    def _end_of_tag(self, begins: int) -> int:
        """Return where the end tag ends that the parser is at, or -1 for an element in a single tag."""
        # After a single tag the parser is behind it, where the end tag of another may stand.
        tag = _TAG.match(self._buffer, begins - self._base)
        if tag is not None and tag[0].endswith(b"/>"):
            return -1
        at = self._parser.CurrentByteIndex - self._base
        return self._base + self._buffer.index(b">", at) + 1

    def _raw(self, whole: Element, begins: int, cuts: list[tuple[int, int]]) -> bytes:
        end = self._end_of_tag(begins)
        if end < 0:
            return write_element(whole).encode()
        parts: list[bytes | bytearray] = []
        at = begins
        for begin, until in cuts:
            if until > 0:
                parts.append(self._buffer[at - self._base : begin - self._base])
                parts.append(f"<{self._leave_out}/>".encode())
                at = until
        parts.append(self._buffer[at - self._base : end - self._base])
        return b"".join(parts)


def parse_element(data: bytes, *, where: str, error: type[QualcodeError]) -> Element:
    """Return the root of some XML.

    Raises
    ------
    QualcodeError
        Of the given kind, when it is no XML, or made to harm.
    """
    pieces = Pieces([data], where=where, error=error)
    for _ in pieces:
        pass  # there are none: all of it is the rest
    return pieces.root


def _is_of_texts(encoding: str) -> bool:
    """Tell whether an encoding is one of texts: UTF-16, UTF-32, or one in which ASCII is itself."""
    # Python's other codecs unpack archives, or need more time than a text is long.
    if encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "ucs-2", "ucs-4")):
        return encoding.lower().startswith("utf")
    try:
        return _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except (LookupError, UnicodeError):
        return False


def _as_utf8(chunks: Iterable[bytes], where: str, error: type[QualcodeError]) -> Iterator[bytes]:
    """Yield a file in UTF-8, whatever its mark or its first line says that it is in."""
    decoder: codecs.IncrementalDecoder | None = None
    first = True
    for chunk in chunks:
        if first and chunk:
            first = False
            encoding = next((name for mark, name in _MARKS if chunk.startswith(mark)), "")
            said = _DECLARED.match(chunk)
            if not encoding and said:
                encoding = said[1].decode()
            if encoding.lower() not in ("", "utf-8", "utf8", "us-ascii", "ascii"):
                if not _is_of_texts(encoding):
                    raise error(f"{where}: says that it is in {encoding!r}, which no XML is")
                decoder = codecs.getincrementaldecoder(encoding)()
        if decoder is None:
            yield chunk
            continue
        try:
            yield decoder.decode(chunk).encode()
        except UnicodeError as problem:
            raise error(f"{where}: is not in {encoding}, as it says: {problem}") from problem


def plain(text: str, pattern: re.Pattern[str], names: dict[str, str]) -> str:
    """Return a text with what XML reserves written by its name."""
    return pattern.sub(lambda found: names[found[0]], text) if pattern.search(text) else text


def write_element(whole: Element, indent: str = "") -> str:
    r"""Return an element as XML, each child on a line of its own.

    Examples
    --------
    >>> made = element("Code", {"name": 'A "b"'})
    >>> made.append(element("Description", text="one\r\ntwo"))
    >>> print(write_element(made))
    <Code name="A &quot;b&quot;">
      <Description>one&#13;
    two</Description>
    </Code>
    """
    parts: list[str] = []
    _write(whole, indent, parts.append)
    return "".join(parts)


def begin_of(whole: Element) -> str:
    """Return the start tag of an element but for its last sign."""
    given = [
        f' {name}="{plain(each, _IN_VALUE, _VALUE)}"' for name, each in whole.attributes.items()
    ]
    return f"<{whole.tag}{''.join(given)}"


def _write(whole: Element, indent: str, put: Any) -> None:
    put(indent)
    put(begin_of(whole))
    if len(whole):
        put(">\n")
        for child in whole:
            _write(child, f"{indent}  ", put)
            put("\n")
        put(f"{indent}</{whole.tag}>")
    elif whole.text:
        put(f">{plain(whole.text, _IN_TEXT, _TEXT)}</{whole.tag}>")
    else:
        put("/>")
