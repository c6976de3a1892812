"""The texts as they stand, for people to read and to edit: views of the versions in force.

The name of a view says which version it was made from. So a file with other bytes is an edit of exactly that
version, which waits to be adopted and is never written over; every other view can be made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from stat import S_ISREG

import attrs

from qualcode.io.store import layout
from qualcode.io.store.journal import Write
from qualcode.io.store.lines import read_bytes
from qualcode.io.store.texts import versions
from qualcode.model.ids import MARK
from qualcode.model.log.event import Event
from qualcode.model.log.timeline import Timeline
from qualcode.model.texts.documents import Document

__all__ = ["TextEdit", "TextView", "TextViews", "stray_views"]

_IGNORE = f"{layout.DOCUMENTS}/.gitignore"


@attrs.frozen
class TextView:
    """A file for reading and editing.

    Parameters
    ----------
    file : str
        Its path below the project's folder.
    document : str
        Id of the document.
    version : str
        SHA-256 of the version that it was made from; empty where the log has none that the name fits.
    sha : str
        SHA-256 of what the file holds.
    """

    file: str
    document: str
    version: str
    sha: str

    @property
    def is_edited(self) -> bool:
        """Whether somebody changed it."""
        return bool(self.version) and self.sha != self.version

    @property
    def is_strange(self) -> bool:
        """Whether it is of no version that is known, nor as it was made of one that another branch has."""
        return not self.version and not self.file.endswith(f".{self.sha[:8]}.txt")


@attrs.frozen
class TextEdit:
    """A text that was edited outside, which waits to be adopted.

    Parameters
    ----------
    file : str
        The file that was edited, below the project's folder.
    document : str
        Id of the document.
    version : str
        SHA-256 of the version that was edited.
    text : str
        The text as it was edited to; nothing where it cannot be read.
    what : str
        What is other than it was: ``"words"``, or where that is all, ``"line ends"``,
        ``"the byte order mark"`` or ``"the last line end"``, which programs change without being asked.
    fault : str
        Why it cannot be adopted; nothing where it can.
    """

    file: str
    document: str
    version: str
    text: str = attrs.field(repr=False)
    what: str
    fault: str = ""

    def __str__(self) -> str:
        told = f"{self.file}: was edited outside"
        if self.what and self.what != "words":
            told += f", in nothing but {self.what}, which editors and git change by themselves"
        return f"{told}, and cannot be adopted: {self.fault}" if self.fault else told


class TextViews:
    """The views of a project, as this process knows them.

    Parameters
    ----------
    root : Path
        The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, tuple[tuple[int, ...], str]] = {}
        """For each file how it looked when it was read last, and its digest."""
        self._shown: dict[str, str] = {}
        """For each view that was written last, the version."""
        self._adopted: dict[str, str] = {}
        """For each view whose edit is part of the history now, the digest of what it held then."""

    def read(self, events: Iterable[Event]) -> list[TextView]:
        """Return the views that there are, in the order of their names.

        Parameters
        ----------
        events : iterable of Event
            Those of the log, whose versions of texts the names of views are compared with.
        """
        named = {_plain(file.partition("/")[2]): sha for file, sha in versions(events).items()}
        return [
            TextView(f"{layout.DOCUMENTS}/{name}", _id(name), named.get(_plain(name), ""), sha)
            for name, sha in sorted(self._digests())
        ]

    def writes(
        self,
        timeline: Timeline,
        documents: Mapping[str, Document],
        packed: Collection[str],
        *,
        everywhere: bool = True,
        is_new: bool = False,
    ) -> dict[str, Write]:
        """Return what makes the views those of the versions in force, without touching anybody's edits.

        Parameters
        ----------
        timeline : Timeline
            The log.
        documents : mapping of str to Document
            The documents in force.
        packed : collection of str
            The versions that packs keep, by the paths that files of their own would have. They are not
            shown: what takes minutes to write once would take as long a second time.
        everywhere : bool, default True
            Whether to look at all there are, or only at those that changed since they were written last.
        is_new : bool, default False
            Whether the folder is to be a project's only now, so that no view is there.
        """
        wanted = self._wanted(timeline, documents, packed)
        there: set[str] = set()
        older: list[str] = []
        if is_new:
            pass
        elif everywhere:
            views = self.read(timeline.events)
            there = {view.file for view in views}
            older = [
                view.file
                for view in views
                if (view.version and not view.is_edited)
                or layout.view_file(view.document, view.sha) in wanted
            ]
        else:
            new = wanted.keys() - self._shown.keys()
            there = {*self._shown, *(file for file in new if (self._root / file).exists())}
            older = [
                file
                for file in self._shown
                if file not in wanted and self._holds(file, self._shown)
            ]
        done = {file for file in self._adopted if self._holds(file, self._adopted)}
        found = {file: Write(None) for file in (*older, *done) if file not in wanted}
        for file, sha in wanted.items():
            if file not in there or file in done:
                found[file] = Write(timeline.texts[sha].encode("utf-8"))
        if found and not (self._root / _IGNORE).exists():
            found[_IGNORE] = Write(layout.VIEWS_IGNORED.encode())
        return found

    def written(
        self, timeline: Timeline, documents: Mapping[str, Document], packed: Collection[str]
    ) -> None:
        """Take note that the views are those of the versions in force."""
        self._shown = self._wanted(timeline, documents, packed)
        self._adopted.clear()

    def edits(
        self, timeline: Timeline, documents: Mapping[str, Document], *, only: str | None = None
    ) -> tuple[TextEdit, ...]:
        """Return the texts that were edited outside; parameters as for `writes`, `only` being a document."""
        found = []
        for view in self.read(timeline.events):
            document = documents.get(view.document)
            if not view.is_edited or only not in (None, view.document):
                continue
            data = read_bytes(self._root / view.file)
            if self._adopted.get(view.file) == _digest(data):
                continue
            edit = _edit(view, timeline.texts[view.version], data, document)
            if edit is not None:
                found.append(edit)
        return tuple(found)

    def adopted(self, edit: TextEdit) -> None:
        """Take note that an edit is part of the history, so that its file may be made anew."""
        self._adopted[edit.file] = _digest(edit.text.encode("utf-8"))

    def _wanted(
        self, timeline: Timeline, documents: Mapping[str, Document], packed: Collection[str]
    ) -> dict[str, str]:
        """Return the views that there shall be, with the version of each."""
        by_text = {text: sha for sha, text in timeline.texts.items()}
        return {
            layout.view_file(id, sha): sha
            for id, document in documents.items()
            if layout.text_file(id.partition(MARK)[0], sha := by_text[document.text]) not in packed
        }

    def _holds(self, file: str, digests: Mapping[str, str]) -> bool:
        """Tell whether a view holds what it did when its digest was noted."""
        return _digest(read_bytes(self._root / file)) == digests[file]

    def _digests(self) -> Iterator[tuple[str, str]]:
        """Yield the name of each view, and the digest of what it holds; what is unchanged is not read."""
        folder = self._root / layout.DOCUMENTS
        known, self._known = self._known, {}
        for path in folder.glob("*.txt"):
            try:
                status = path.stat()
            except OSError:
                continue  # taken away just now, or a link to nothing
            if not S_ISREG(status.st_mode):
                continue
            looks = status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
            before = known.get(path.name)
            same = before is not None and before[0] == looks
            sha = before[1] if before is not None and same else _digest(read_bytes(path))
            self._known[path.name] = looks, sha
            yield path.name, sha


_MARKS = ("<<<<<<< ", ">>>>>>> ")


def _edit(view: TextView, before: str, data: bytes, document: Document | None) -> TextEdit | None:
    """Return what was made of a view; nothing where it holds the text that is in force anyway."""
    fault = ""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text, fault = (
            "",
            (
                f"it is no UTF-8 (byte {error.start + 1}): save it in that encoding, or remove it to have it "
                "made again"
            ),
        )
    if document is None:
        fault = "there is no such document any more: remove the file"
    elif not fault and text == document.text:
        return None
    marks = [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if line.startswith(_MARKS) and line not in before
    ]
    if marks:
        fault = (
            f"line {marks[0]} is a mark of a merge conflict, as two people edited it: leave one text there, "
            "without the marks, or remove the file to have it made again"
        )
    what = _difference(before, text) if not fault else ""
    return TextEdit(view.file, view.document, view.version, text, what, fault)


def _difference(before: str, after: str) -> str:
    """Say what is other in an edited text."""

    def same(*forms: str) -> bool:
        one, other = before, after
        for what in forms:
            one, other = _FORMS[what](one), _FORMS[what](other)
        return one == other

    if not same(*_FORMS):
        return "words"
    told = [what for what in _FORMS if not same(*(_FORMS.keys() - {what}))]
    return " and ".join(told) or "line ends"


_FORMS: Mapping[str, Callable[[str], str]] = {
    "the byte order mark": lambda text: text.removeprefix("\ufeff"),
    "line ends": lambda text: text.replace("\r\n", "\n").replace("\r", "\n"),
    "the last line end": lambda text: text.rstrip("\r\n"),
}
"""What programs change in a text without being asked, and how a text is without it."""


def stray_views(root: Path, timeline: Timeline) -> list[str]:
    """Return the views of versions that the log of a project with an erasure does not name, unedited.

    Git leaves them where they are when it brings the erasure. They are made again should there be such a
    version after all.
    """
    if not timeline.erasures:
        return []
    named = {_plain(file.partition("/")[2]) for file in versions(timeline.events)}
    return [
        f"{layout.DOCUMENTS}/{path.name}"
        for path in sorted((root / layout.DOCUMENTS).glob("*.txt"))
        if path.is_file()
        and _plain(path.name) not in named
        and path.name.endswith(f".{_digest(read_bytes(path))[:8]}.txt")
    ]


def _id(name: str) -> str:
    """Return the id of the document that a view is called after."""
    return name.rsplit(".", 2)[0]


def _plain(name: str) -> str:
    """Return the name of a file without the mark of a document whose id was given twice."""
    id = _id(name)
    return id.partition(MARK)[0] + name.removeprefix(id)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
