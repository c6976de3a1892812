"""Taguette's databases: documents as HTML, highlights counted in bytes of the text without tags, tags."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from qualcode.errors import StudyError
from qualcode.io.exchange.programs.gathering import Gathering
from qualcode.io.exchange.study import Study
from qualcode.io.raw.databases import Database
from qualcode.io.tables.colours import cell_colour
from qualcode.model.texts.offsets import starts_in
from qualcode.model.texts.structure import Part, Structure

__all__ = ["ENDINGS", "read_taguette_database"]

ENDINGS = (".sqlite3", ".sqlite", ".db", ".taguette")
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = ("p", "div", "li", "ul", "ol", "table", "tr", "blockquote", "pre", "section", *_HEADINGS)
_NO_TAG = "highlighted, without a tag"


def read_taguette_database(path: Path, *, project: str | int | None = None) -> Study:
    """Return a project in a database of Taguette.

    Parameters
    ----------
    path : Path
        The file.
    project : str or int, optional
        Its name or number, where the database has several.

    Raises
    ------
    StudyError
        When it is no such database, or it has several projects and none is chosen.
    """
    with Database(path, where=str(path), program="Taguette") as base:
        base.need(
            projects="id name",
            documents="id name contents project_id",
            highlights="id document_id start_offset end_offset",
            tags="id project_id path",
            highlight_tags="highlight_id tag_id",
        )
        number, name, description = _chosen(base, project, path)
        return _Reader(base, Gathering(str(path), "taguette"), number).read(name, description)


def _chosen(base: Database, project: str | int | None, path: Path) -> tuple[int, str, str]:
    found = [
        (id, str(name or ""), str(told or ""))
        for id, name, told in base.rows("projects", "id name description", order="id")
        if isinstance(id, int)
    ]
    told = ", ".join(f"{name!r} ({id})" for id, name, _ in found[:10]) or "none"
    if project is None:
        if len(found) != 1:
            raise StudyError(
                f"{path}: holds {len(found)} projects: {told}; say which, as project="
                f"{found[0][1] if found else 'name'!r}"
            )
        return found[0]
    for each in found:
        if project in (each[0], each[1]):
            return each
    raise StudyError(f"{path}: has no project {project!r}; it has {told}")


@attrs.define
class _Reader:
    base: Database
    study: Gathering
    project: int
    _starts: dict[int, Any] = attrs.field(factory=dict)

    def read(self, name: str, description: str) -> Study:
        self._documents()
        self._tags()
        read = self._highlights()
        if description.strip():
            self.study.add_memo("project", description)
        return self.study.study(name, read=read)

    def _documents(self) -> None:
        columns = "id name description filename project_id contents"
        for id, name, told, file, project, contents in self.base.rows(
            "documents", columns, order="id"
        ):
            if project != self.project:
                continue
            page = TextOf(str(contents or ""))
            document = self.study.add_document(
                id, name or file, page.text, source=file, structure=page.structure
            )
            if document is not None:
                self._starts[id] = page.starts
                self.study.add_memo(f"document:{document.id}", told)

    def _tags(self) -> None:
        columns = "id project_id path description color"
        for id, project, path, told, colour in self.base.rows("tags", columns, order="id"):
            if project == self.project:
                self.study.add_code(
                    id, path, definition=str(told or ""), colour=cell_colour(str(colour or ""))
                )

    def _highlights(self) -> dict[str, int]:
        tags: dict[int, list[int]] = {}
        for highlight, tag in self.base.rows("highlight_tags", "highlight_id tag_id"):
            tags.setdefault(highlight, []).append(tag)
        by = self._who_highlighted()
        columns = "id document_id start_offset end_offset snippet"
        number = 0
        for id, document, start, end, snippet in self.base.rows("highlights", columns, order="id"):
            if document not in self._starts:
                continue
            number += 1
            who, time = by.get(id, ("", None))
            place = self._place(document, start, end)
            words = TextOf(str(snippet or "")).text.strip() or None
            if not tags.get(id):
                held = self.study.documents[document]
                found = self.study.place(held, *place, words, id=id)
                if found is not None:
                    self.study.add_memo(
                        f"segment:{held.id}:{found[0]}-{found[1]}", _NO_TAG, coder=who, time=time
                    )
                    reason = "has no tag, and is kept as a memo on its words"
                    self.study.lose_many("note", "highlight", reason, name=words)
                continue
            for tag in tags[id]:
                self.study.add_coding(
                    document, *place, tag, coder=who, time=time, quote=words, id=id
                )
        return {"highlight": number}

    def _place(self, document: int, start: object, end: object) -> tuple[int, int]:
        """Return code points of bytes; what stands within a letter reaches to its edge."""
        if not isinstance(start, int) or not isinstance(end, int):
            return -1, -1
        starts = self._starts[document]
        # A line end that was put there belongs to neither side.
        return (
            int(np.searchsorted(starts, start, side="right")) - 1,
            int(np.searchsorted(starts, end, side="left")),
        )

    def _who_highlighted(self) -> dict[int, tuple[str, str | None]]:
        """Return who made each highlight, and when, from the list of what was done."""
        found: dict[int, tuple[str, str | None]] = {}
        for project, date, user, payload in self.base.rows(
            "commands", "project_id date user_login payload", order="id"
        ):
            if project != self.project:
                continue
            try:
                said = json.loads(payload or "{}")
            except ValueError:
                continue
            if isinstance(said, dict) and said.get("type") == "highlight_add":
                highlight = said.get("highlight_id", said.get("id"))
                if isinstance(highlight, int):
                    found.setdefault(highlight, (user or "", date))
        return found


class TextOf(HTMLParser):
    r"""The text of a document of Taguette, and how many bytes stand before each of its letters.

    The words are as the browser has them. A line end that is only in the page's layout, such as between two
    paragraphs, is put where there is none, and counts no bytes.

    Examples
    --------
    >>> page = TextOf("<h2>Caf&eacute;</h2><p>a<br>b</p>")
    >>> page.text, page.starts.tolist()
    ('Café\na\nb', [0, 1, 2, 3, 5, 5, 6, 6, 7])
    """

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._added: list[int] = []
        self._length = 0
        self._parts: list[Part] = []
        self._open: list[tuple[str, int]] = []
        self._hidden = 0
        self.feed(source)
        self.close()
        self._break()
        self.text = "".join(self._pieces).rstrip("\n")
        added = np.zeros(len(self.text) + 1, dtype=np.int64)
        added[[at + 1 for at in self._added if at < len(self.text)]] = 1
        self.starts = starts_in(self.text, "utf-8") - np.cumsum(added)
        self.structure = Structure(
            attrs.evolve(each, end=min(each.end, len(self.text)))
            for each in self._parts
            if each.start < min(each.end, len(self.text))
        )

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        if tag in ("script", "style"):
            self._hidden += 1
        elif tag == "br":
            self._put("\n", added=True)
        elif tag in _BLOCKS:
            self._break()
            self._open.append((tag, self._length))

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)
        elif any(tag == each for each, _ in self._open):
            while self._open:
                name, start = self._open.pop()
                if name in _HEADINGS:
                    self._parts.append(Part("heading", start, self._length, level=_HEADINGS[name]))
                elif name in ("p", "li"):
                    self._parts.append(Part("paragraph", start, self._length))
                if name == tag:
                    break
            self._wants_break = True

    _wants_break = False

    def handle_data(self, data: str) -> None:
        """Take words."""
        if self._hidden or not data:
            return
        if self._wants_break and not data.startswith("\n"):
            self._break()
        self._wants_break = False
        self._put(data)

    def _break(self) -> None:
        self._wants_break = False
        if self._pieces and not self._pieces[-1].endswith("\n"):
            self._put("\n", added=True)

    def _put(self, text: str, *, added: bool = False) -> None:
        if added:
            self._added.append(self._length)
        self._pieces.append(text)
        self._length += len(text)
