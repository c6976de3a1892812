"""The texts as they stand, for people to read and to edit: views of the versions in force.

The name of a view says which version it was made from. So a file with other bytes is an edit of exactly that
version, which waits to be adopted and is never written over; every other view can be made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
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

__all__ = ["TextView", "TextViews"]

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
        everywhere : bool, default True
            Whether to look at all there are, or only at those that changed since they were written last.
        is_new : bool, default False
            Whether the folder is to be a project's only now, so that no view is there.
        """
        wanted = self._wanted(timeline, documents)
        there: set[str] = set()
        older: list[str] = []
        if is_new:
            pass
        elif everywhere:
            views = self.read(timeline.events)
            there = {view.file for view in views}
            older = [view.file for view in views if view.version and not view.is_edited]
        else:
            new = wanted.keys() - self._shown.keys()
            there = {*self._shown, *(file for file in new if (self._root / file).exists())}
            older = [file for file in self._shown if file not in wanted and self._is_made(file)]
        found = {file: Write(None) for file in older if file not in wanted}
        for file, sha in wanted.items():
            if file not in there:
                found[file] = Write(timeline.texts[sha].encode("utf-8"))
        if found and not (self._root / _IGNORE).exists():
            found[_IGNORE] = Write(layout.VIEWS_IGNORED.encode())
        return found

    def written(self, timeline: Timeline, documents: Mapping[str, Document]) -> None:
        """Take note that the views are those of the versions in force."""
        self._shown = self._wanted(timeline, documents)

    def _wanted(self, timeline: Timeline, documents: Mapping[str, Document]) -> dict[str, str]:
        """Return the views that there shall be, with the version of each."""
        by_text = {text: sha for sha, text in timeline.texts.items()}
        return {
            layout.view_file(id, by_text[document.text]): by_text[document.text]
            for id, document in documents.items()
        }

    def _is_made(self, file: str) -> bool:
        """Tell whether a view that was written last is as it was written."""
        return _digest(read_bytes(self._root / file)) == self._shown[file]

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


def _id(name: str) -> str:
    """Return the id of the document that a view is called after."""
    return name.rsplit(".", 2)[0]


def _plain(name: str) -> str:
    """Return the name of a file without the mark of a document whose id was given twice."""
    id = _id(name)
    return id.partition(MARK)[0] + name.removeprefix(id)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
