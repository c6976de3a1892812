"""Projects of qualitative-coding: settings and codebook in YAML, texts in a folder, coded lines in SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import DocumentError, StudyError
from qualcode.io.exchange.programs.gathering import Gathering, line_of
from qualcode.io.exchange.study import Study
from qualcode.io.raw.databases import Database
from qualcode.io.raw.decoding import read_text
from qualcode.io.raw.yaml_text import parsed

__all__ = ["read_qualitative_coding_project"]

_LARGEST = 1 << 20
_SETTINGS = ("settings.yaml", "settings.yml", "config.yaml")
_DEFAULTS = {
    "corpus_dir": "corpus",
    "database": "qualitative_coding.sqlite3",
    "codebook": "codebook.yaml",
    "memos_dir": "memos",
    "codes_dir": "codes",
}


def read_qualitative_coding_project(path: Path) -> Study:
    """Return a project of qualitative-coding.

    Parameters
    ----------
    path : Path
        Its folder, or the file of its settings.

    Raises
    ------
    StudyError
        When there are no settings, no database or no texts.
    """
    settings = (
        path
        if path.is_file()
        else next(
            (path / name for name in _SETTINGS if (path / name).is_file()), path / _SETTINGS[0]
        )
    )
    if not settings.is_file():
        raise StudyError(
            f"{path}: has no {_SETTINGS[0]}, so it is no project of qualitative-coding"
        )
    said = _yaml(settings)
    if not isinstance(said, dict):
        raise StudyError(
            f"{settings}: is no settings of qualitative-coding, which name corpus_dir and so on"
        )
    names = {**_DEFAULTS, **{key: str(said[key]) for key in _DEFAULTS if said.get(key)}}
    places = {key: _inside(settings.parent, name, settings) for key, name in names.items()}
    study = Gathering(str(settings.parent), "qualitative-coding")
    return _Reader(study, places).read(settings.parent.name or "study")


def _inside(folder: Path, name: str, settings: Path) -> Path:
    """Return a path that settings name, if it lies in their folder."""
    found = (folder / name).resolve()
    if not found.is_relative_to(folder.resolve()):
        raise StudyError(
            f"{settings}: names {name!r}, which lies outside of the project: move it inside"
        )
    return found


def _yaml(path: Path) -> Any:
    from ruamel.yaml.error import YAMLError

    try:
        text = read_text(path, encoding=None)
        if len(text) > _LARGEST:
            raise StudyError(
                f"{path}: has {len(text):,} letters, more than settings or codes of qualitative-coding have"
            )
        return parsed(text)[1]
    except DocumentError as error:
        raise StudyError(str(error)) from error
    except YAMLError as error:
        raise StudyError(f"{path}: is no valid YAML: {line_of(error)[:300]}") from error


@attrs.define
class _Reader:
    study: Gathering
    places: dict[str, Path]
    _lines: dict[str, list[tuple[int, int]]] = attrs.field(factory=dict)

    def read(self, name: str) -> Study:
        if self.places["codebook"].is_file():
            self._codes(_yaml(self.places["codebook"]), None)
        if self.places["database"].is_file() or not self.places["codes_dir"].is_dir():
            self._of_database(self.places["database"])
        else:
            self._of_code_files(self.places["codes_dir"])
        self._memos()
        return self.study.study(name)

    def _of_database(self, base: Path) -> None:
        with Database(base, where=str(base), program="qualitative-coding") as held:
            held.need(document="file_path", code="name", coded_line="id line coder_id code_id")
            for (file,) in held.rows("document", "file_path", order="file_path"):
                self._document(str(file))
            for (code,) in held.rows("code", "name"):
                self._code(str(code), None)
            for (coder,) in held.rows("coder", "name"):
                self.study.coder(coder)
            self._coded(held)

    def _of_code_files(self, folder: Path) -> None:
        """Read a project from before version 1: a file of codes for each text and coder, line by line."""
        for file in sorted(folder.rglob("*.codes")):
            if not file.resolve().is_relative_to(folder):
                continue  # a link that leads out of the project
            document, _, coder = str(file.relative_to(folder))[: -len(".codes")].rpartition(".")
            if document not in self.study.documents:
                self._document(document)
            lines = self._lines.get(document)
            if lines is None:
                continue
            try:
                held = read_text(file, encoding=None).split("\n")
            except DocumentError as error:
                self.study.lose("loss", "file of codes", str(error), name=file.name)
                continue
            for number, line in enumerate(held):
                for name in filter(None, map(line_of, line.split(","))):
                    if number >= len(lines):
                        reason = "its line is in no text of the corpus"
                        self.study.lose("loss", "coding", reason, id=file.name, name=name)
                        continue
                    self._code(name, None)
                    self.study.add_coding(document, *lines[number], name, coder=coder)

    def _codes(self, tree: Any, above: str | None) -> None:
        """Add the codes of a tree: names, lists of them, and mappings from a name to what is below."""
        if isinstance(tree, list):
            for each in tree:
                self._codes(each, above)
        elif isinstance(tree, dict):
            for name, below in tree.items():
                self._code(line_of(name), above)
                self._codes(below, line_of(name))
        elif tree is not None and line_of(tree):
            self._code(line_of(tree), above)

    def _code(self, name: str, above: str | None) -> None:
        if self.study.code_id(name) is None:
            self.study.add_code(name, name, above=above)

    def _document(self, name: str) -> None:
        """Add a text of the corpus."""
        corpus = self.places["corpus_dir"]
        file = (corpus / name).resolve()
        if not file.is_relative_to(corpus) or not file.is_file():
            self.study.lose("loss", "document", "its file is not in the corpus", id=name, name=name)
            return
        try:
            text = read_text(file, encoding=None)
        except DocumentError as error:
            self.study.lose("loss", "document", str(error), id=name, name=name)
            return
        if self.study.add_document(name, name, text, source=name) is not None:
            self._lines[name] = list(_lines_of(text))

    def _coded(self, base: Database) -> None:
        documents: dict[Any, str] = {
            index: document
            for index, document in base.rows("document_index", "id document_id")
            if document
        }
        places = {
            id: documents.get(index) for id, index in base.rows("location", "id document_index_id")
        }
        where: dict[int, str] = {}
        for line, place in base.rows(
            "coded_line_location_association", "coded_line_id location_id"
        ):
            document = places.get(place)
            if document is not None:
                where.setdefault(line, document)
        for id, line, coder, code in base.rows(
            "coded_line", "id line coder_id code_id", order="id"
        ):
            document = where.get(id)
            lines = self._lines.get(document or "", [])
            if document is None or not isinstance(line, int) or not 0 <= line < len(lines):
                reason = "its line is in no text of the corpus"
                self.study.lose("loss", "coding", reason, id=id, name=code)
                continue
            self.study.add_coding(document, *lines[line], str(code), coder=coder, id=id)

    def _memos(self) -> None:
        folder = self.places["memos_dir"]
        for file in sorted(folder.glob("*.md")) if folder.is_dir() else ():
            try:
                self.study.add_memo("journal", read_text(file, encoding=None), id=file.stem)
            except DocumentError as error:
                self.study.lose("loss", "memo", str(error), id=file.name)


def _lines_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each line starts and ends."""
    at = 0
    for line in text.split("\n"):
        yield at, at + len(line.removesuffix("\r"))
        at += len(line) + 1
