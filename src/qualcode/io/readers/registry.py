"""The readers of documents: which file is read by which, built-in ones and those of other packages."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import DocumentError, QualcodeError, did_you_mean
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.raw.decoding import Decoded, decode
from qualcode.io.readers.held import kind_held
from qualcode.model.checks import check_kind, check_label, check_text, check_texts, looked_up, shown
from qualcode.model.readable import Readable
from qualcode.model.texts.documents import Value
from qualcode.model.texts.structure import NO_STRUCTURE, Structure

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["File", "Read", "Reader", "Readers", "list_readers", "read_as_held", "read_file"]

GROUP = "qualcode.readers"


@attrs.frozen
class File:
    """What a reader is given.

    Parameters
    ----------
    path : Path
        Where the file is; for its name and for messages.
    data : bytes
        What it holds.
    encoding : str or None
        The encoding that was said, if one was.
    """

    path: Path
    data: bytes = attrs.field(repr=False)
    encoding: str | None = None

    def decoded(self) -> Decoded:
        """Return the text and its encoding, found with evidence unless one was said."""
        return decode(self.data, encoding=self.encoding, where=str(self.path))


_NOTHING = Losses()


@attrs.frozen
class Read:
    """A document as a reader found it.

    Parameters
    ----------
    text : str
        The words.
    structure : Structure
        Headings, paragraphs, pages, turns and the like: stretches of the text.
    losses : Losses
        What of the file is not in the text.
    name : str
        The document's name; that of the file when not given. Needed where a file holds several.
    variables : mapping
        What the file says about the document.
    encoding : str
        The encoding it was in, and what told so, for the report.
    """

    text: str
    structure: Structure = NO_STRUCTURE
    losses: Losses = _NOTHING
    name: str = ""
    variables: Mapping[str, Value | None] = attrs.field(factory=dict, hash=False)
    encoding: str = ""


Function = Callable[[File], Iterable[Read]]


def _suffixes(value: Any) -> tuple[str, ...]:
    given = check_texts(value, what="a reader's suffixes", error=DocumentError)
    for each in given:
        if not each.startswith(".") or len(each) < 2:
            raise DocumentError(
                f"a reader's suffixes begin with a full stop, as '.txt'; {each!r} does not"
            )
    return tuple(each.lower() for each in given)


@attrs.frozen
class Reader:
    """How files of a kind become documents.

    Parameters
    ----------
    name : str
        What it is called, for ``reader=``.
    suffixes : str or iterable of str
        Ends of the names of files it reads, such as ``".docx"``.
    reads : str
        What it reads, in words.
    function : callable or str
        Takes a `File` and returns `Read` values; as text ``"package.module:function"``, imported when
        the first file is read.
    extra : str
        The extra of qualcode that it needs.

    Examples
    --------
    >>> shout = Reader("shout", ".loud", "loud texts", lambda file: [Read(file.decoded().text.upper())])
    >>> shout.read(File(Path("a.loud"), b"hello"))[0].text
    'HELLO'
    """

    name: str
    suffixes: tuple[str, ...] = attrs.field(converter=_suffixes)
    reads: str
    function: Function | str = attrs.field(repr=False)
    extra: str = ""

    def __attrs_post_init__(self) -> None:
        check_text(self.name, what="a reader's name", error=DocumentError, empty=False)
        check_label(self.reads, what="what a reader reads", error=DocumentError)
        if not callable(self.function) and not (
            isinstance(self.function, str) and ":" in self.function
        ):
            raise DocumentError(
                f"reader {self.name!r}: function must be a function, or 'package.module:function', not "
                f"{shown(self.function)}"
            )

    def read(self, file: File) -> list[Read]:
        """Return the documents of a file.

        Raises
        ------
        DocumentError
            When the file is not what it should be.
        MissingExtraError
            When the package that reads it is not installed.
        """
        function = self.function
        if isinstance(function, str):
            module, _, name = function.partition(":")
            function = getattr(importlib.import_module(module), name)
        try:
            found = list(function(file))
        except QualcodeError:
            raise
        except (MemoryError, KeyboardInterrupt):
            raise
        except Exception as error:
            raise DocumentError(
                f"{file.path}: reader {self.name!r} cannot read it ({type(error).__name__}: "
                f"{str(error)[:200]}); it may be damaged, or of another kind than its name says"
            ) from error
        for each in found:
            check_kind(each, Read, what=f"what reader {self.name!r} returns", error=DocumentError)
            each.structure.check_within(len(each.text), where=f"{file.path}, read by {self.name!r}")
        return found


def _built_in(name: str, suffixes: str, reads: str, module: str = "", extra: str = "") -> Reader:
    home = f"qualcode.io.readers.{module or name}:read_{name}"
    return Reader(name, suffixes.split(), reads, home, extra)


BUILT_IN = (
    _built_in("plain", ".txt .text", "plain text"),
    _built_in("markdown", ".md .markdown", "Markdown, with its headings", "plain"),
    _built_in("docx", ".docx .docm", "Word: paragraphs, headings, tables"),
    _built_in("odt", ".odt .fodt", "OpenDocument text: paragraphs, headings, tables"),
    _built_in("rtf", ".rtf", "Rich Text: paragraphs", extra="documents"),
    _built_in("html", ".html .htm .xhtml", "web pages: paragraphs, headings, tables", extra="documents"),
    _built_in("epub", ".epub", "e-books: chapters, headings, paragraphs", extra="documents"),
    _built_in("pdf", ".pdf", "PDF with a text layer: pages", extra="documents"),
    _built_in("vtt", ".vtt", "WebVTT subtitles, of Zoom or Teams: cues and turns", "subtitles"),
    _built_in("srt", ".srt", "SubRip subtitles: cues and turns", "subtitles"),
    _built_in("csv", ".csv .tsv", "a transcript as a table, a row a stretch of speech", "table"),
    _built_in("xlsx", ".xlsx .xls .ods", "the same as a spreadsheet", "table", extra="documents"),
    _built_in("json", ".json", "a transcript of Whisper or WhisperX: cues and turns", "whisper"),
)  # fmt: skip


@attrs.frozen(repr=False)
class Readers(Readable, Mapping[str, Reader]):
    """Readers by name.

    Examples
    --------
    >>> readers = list_readers()
    >>> readers["pdf"].suffixes, readers.of(Path("interview.VTT")).name
    (('.pdf',), 'vtt')
    """

    items_: tuple[Reader, ...] = attrs.field(alias="items")

    def __getitem__(self, key: str) -> Reader:
        for each in self.items_:
            if each.name == key:
                return each
        names = [each.name for each in self.items_]
        raise DocumentError(
            f"there is no reader {looked_up(key)}; there are {', '.join(names)}.{did_you_mean(key, names)}"
        )

    def __contains__(self, key: object) -> bool:
        return any(each.name == key for each in self.items_)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(each.name for each in self.items_))

    def __len__(self) -> int:
        return len({each.name for each in self.items_})

    def __repr__(self) -> str:
        return f"<{len(self)} readers: {', '.join(self)}>"

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Every suffix that is read."""
        return tuple(dict.fromkeys(each for reader in self.items_ for each in reader.suffixes))

    def of(self, path: Path) -> Reader | None:
        """Return the reader of a file, by the end of its name; None where there is none.

        Raises
        ------
        DocumentError
            When there are two.
        """
        name = path.name.lower()
        fits = [each for each in self.items_ if name.endswith(each.suffixes)]
        if len(fits) > 1:
            names = " and ".join(repr(each.name) for each in fits)
            raise DocumentError(
                f"{path}: the readers {names} both read {path.suffix!r}: say which, as "
                f"reader={fits[0].name!r}"
            )
        return fits[0] if fits else None

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each reader: name, suffixes, reads, extra."""
        import pandas as pd

        rows = [
            (each.name, " ".join(each.suffixes), each.reads, each.extra) for each in self.items_
        ]
        return pd.DataFrame(rows, columns=["name", "suffixes", "reads", "extra"])


def list_readers() -> Readers:
    """Return the readers there are: built-in ones, and those that installed packages bring.

    A package brings one by an entry point of the group ``qualcode.readers`` that names a `Reader`.

    Raises
    ------
    DocumentError
        When an entry point does not give a reader.
    """
    found = list(BUILT_IN)
    for point in metadata.entry_points(group=GROUP):
        try:
            reader = point.load()
        except Exception as error:
            raise DocumentError(
                f"the reader {point.name!r} ({point.value}) cannot be imported: {error}; mend or remove "
                "the package that brings it"
            ) from error
        what = f"entry point {point.name!r} of {GROUP}"
        found.append(check_kind(reader, Reader, what=what, error=DocumentError))
    return Readers(tuple(found))


def read_as_held(file: File, reader: Reader, readers: Readers) -> tuple[list[Read], Reader]:
    """Return the documents of a file that has its reader by its ending, and the reader that read them.

    That is the one for what the file holds, where its ending says something else; a note says so.

    Raises
    ------
    DocumentError
        When what it holds has no reader: a document of an old Word.
    """
    told = _told_by(file, reader)
    if not told:
        return reader.read(file), reader
    reason = f"the ending says {reader.name}, and it was read as what it holds: {told}"
    note = Losses([Loss("note", "ending", reason=reason)])
    held = readers[told]
    return [attrs.evolve(read, losses=read.losses + note) for read in held.read(file)], held


def _told_by(file: File, reader: Reader) -> str:
    """Return the name of the reader for what a file holds, where that is another; or nothing."""
    if reader not in BUILT_IN:
        return ""
    name = kind_held(file.data, file.path)
    as_it_is = reader.name in ("plain", "markdown") and name in ("vtt", "srt")
    return "" if as_it_is or name == reader.name else name


def read_file(file: File, *, reader: Reader | str | None = None) -> list[Read]:
    """Return the documents of a file, by the reader for the end of its name or by another.

    Raises
    ------
    DocumentError
        When no reader reads such files, or the file is not what it should be.
    """
    if isinstance(reader, Reader):
        return reader.read(file)
    readers = list_readers()
    chosen = readers.of(file.path) if reader is None else readers[reader]
    if chosen is None:
        raise DocumentError(
            f"{file.path}: files of kind {file.path.suffix!r} are not read; {', '.join(readers.suffixes)} "
            "are. Save it as one of these, or pass reader="
        )
    if reader is None:
        return read_as_held(file, chosen, readers)[0]
    return chosen.read(file)
