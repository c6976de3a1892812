"""Projects of RQDA, a package for R: a SQLite database in which what was deleted stays, marked so."""

from __future__ import annotations

from pathlib import Path

import attrs

from qualcode.io.exchange.programs.gathering import Gathering
from qualcode.io.exchange.programs.qualcoder import typed_values
from qualcode.io.exchange.study import Study
from qualcode.io.raw.databases import Database
from qualcode.io.tables.colours import cell_colour
from qualcode.model.texts.documents import Value

__all__ = ["read_rqda_project"]

_DELETED = "was deleted in RQDA, which keeps it in the file"
_LEFT = {"imagecoding": "coded region of a picture", "image": "picture"}


def read_rqda_project(path: Path) -> Study:
    """Return a project of RQDA.

    Parameters
    ----------
    path : Path
        The file, ``NAME.rqda``.

    Raises
    ------
    StudyError
        When it is none, or is damaged.
    """
    with Database(path, where=str(path), program="RQDA") as base:
        base.need(source="id name file", freecode="id name", coding="cid fid selfirst selend")
        return _Reader(base, Gathering(str(path), "rqda")).read(path.stem)


@attrs.define
class _Reader:
    base: Database
    study: Gathering

    def read(self, name: str) -> Study:
        for memo, about in self.base.rows("project", "memo about"):
            self.study.add_memo("project", memo)
            if about and "RQDA" not in str(about):
                self.study.add_memo("project", about)
        self._sources()
        self._codes()
        self._cases()
        self._codings()
        self._notes()
        self.study.lose_tables(self.base, _LEFT)
        return self.study.study(name)

    def _live(self, status: object, element: str, name: object) -> bool:
        """Tell whether a row is in use, and note it if not."""
        live = status in (1, 1.0, "1", None)
        if not live:
            self.study.lose_many("note", element, _DELETED, name=name)
        return live

    def _sources(self) -> None:
        variables = self._attributes("fileattr", "fileid")
        columns = "id name file memo owner date status"
        for id, name, text, memo, owner, date, status in self.base.rows(
            "source", columns, order="id"
        ):
            if not self._live(status, "document", name):
                continue
            if not text:
                self.study.lose("loss", "document", "has no text", id=id, name=name)
                continue
            document = self.study.add_document(id, name, str(text), variables=variables.get(id, {}))
            if document is not None:
                self.study.add_memo(f"document:{document.id}", memo, coder=owner, time=date)

    def _attributes(self, table: str, key: str) -> dict[int, dict[str, Value]]:
        numeric = {
            name
            for name, kind in self.base.rows("attributes", "name class")
            if str(kind).lower() == "numeric"
        }
        cells = [
            (name, value, id)
            for name, value, id, status in self.base.rows(table, f"variable value {key} status")
            if self._live(status, "variable", name)
        ]
        return typed_values(cells, numeric, self.study)

    def _codes(self) -> None:
        for id, name, memo, status in self.base.rows(
            "codecat", "catid name memo status", order="catid"
        ):
            if self._live(status, "category", name):
                self.study.add_code(
                    ("category", id), name, definition=str(memo or ""), codable=False
                )
        within: dict[int, list[int]] = {}
        for code, category, status in self.base.rows("treecode", "cid catid status"):
            if self._live(status, "place in a category", code) and self.study.code_id(
                ("category", category)
            ):
                within.setdefault(code, []).append(category)
        columns = "id name memo status color"
        for id, name, memo, status, colour in self.base.rows("freecode", columns, order="id"):
            if not self._live(status, "code", name):
                continue
            categories = list(dict.fromkeys(within.get(id, [])))
            self.study.add_code(
                ("code", id),
                name,
                definition=str(memo or ""),
                above=("category", categories[0]) if categories else None,
                colour=cell_colour(str(colour or "")),
            )
            if len(categories) > 1:
                reason = "is in several categories: here it stands below the first, and in a set for each"
                self.study.lose("note", "code", reason, id=id, name=name)
                for category in categories:
                    self.study.group(self._category(category), ("code", id))

    def _category(self, id: int) -> str:
        return next(
            str(name) for number, name in self.base.rows("codecat", "catid name") if number == id
        )

    def _cases(self) -> None:
        variables = self._attributes("caseattr", "caseid")
        columns = "id name memo owner date status"
        for id, name, memo, owner, date, status in self.base.rows("cases", columns, order="id"):
            if self._live(status, "case", name):
                case = self.study.add_case(id, name, variables=variables.get(id, {}))
                self.study.add_memo(f"case:{case.id}", memo, coder=owner, time=date)
        columns = "caseid fid selfirst selend status"
        for case, file, start, end, status in self.base.rows("caselinkage", columns):
            if not self._live(status, "part of a case", case):
                continue
            if case not in self.study.cases or file not in self.study.documents:
                self.study.lose_many(
                    "loss", "part of a case", "its case or text is not in the file"
                )
                continue
            self.study.join(file, case)
            size = len(self.study.documents[file].text)
            if start is not None and end is not None and end - start < size - 2:
                reason = "a case has a part of a text there, and here the whole document"
                name = self.study.documents[file].name
                self.study.lose_many("loss", "part of a case", reason, name=name)

    def _codings(self) -> None:
        columns = "cid fid seltext selfirst selend status owner date memo"
        for code, file, words, start, end, status, owner, date, memo in self.base.rows(
            "coding", columns
        ):
            if not self._live(status, "coding", words):
                continue
            # A whole number, kept as a real one.
            placed = isinstance(start, int | float) and isinstance(end, int | float)
            self.study.add_coding(
                file,
                int(start) if placed else -1,
                int(end) if placed else -1,
                ("code", code),
                coder=owner,
                time=date,
                memo=memo,
                quote=str(words or "") or None,
            )

    def _notes(self) -> None:
        columns = "fid position annotation owner date status"
        for file, position, words, owner, date, status in self.base.rows("annotation", columns):
            if not self._live(status, "annotation", words):
                continue
            document = self.study.documents.get(file)
            at = int(position) if isinstance(position, int | float) else -1
            if document is None or not 0 <= at < len(document.text):
                self.study.lose("loss", "annotation", "its place is not in the file", name=words)
                continue
            target = f"segment:{document.id}:{at}-{at + 1}"
            self.study.add_memo(target, words, coder=owner, time=date)
        for name, entry, owner, date, status in self.base.rows(
            "journal", "name journal owner date status"
        ):
            if self._live(status, "journal entry", name):
                self.study.add_memo(
                    "journal", f"{name or ''}\n\n{entry or ''}".strip(), coder=owner, time=date
                )
        sets = {
            id: str(name)
            for id, name, status in self.base.rows("filecat", "catid name status")
            if self._live(status, "group of documents", name)
        }
        members: dict[int, list[str]] = {}
        for file, group, status in self.base.rows("treefile", "fid catid status"):
            if status in (1, 1.0, "1", None) and group in sets and file in self.study.documents:
                members.setdefault(group, []).append(self.study.documents[file].id)
        for group, ids in members.items():
            # What is grouped is told apart as a variable tells it.
            for key, document in list(self.study.documents.items()):
                if document.id in ids:
                    values = {**document.variables, f"group {sets[group]}": True}
                    self.study.documents[key] = attrs.evolve(document, variables=values)
