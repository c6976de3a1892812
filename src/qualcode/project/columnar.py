"""A project as Parquet: its tables for engines, and its whole log, so that nothing is lost on the way."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np

from qualcode.errors import StoreError
from qualcode.io.exchange.parquet_folder import read_pieces, read_said, write_tables
from qualcode.io.store.originals import Originals, originals_of
from qualcode.io.store.uniting import united
from qualcode.model.checks import check_path
from qualcode.model.log.timeline import TEXTS, Timeline
from qualcode.model.state import State
from qualcode.model.texts.documents import Case, Document
from qualcode.project.adding import plain_variables
from qualcode.project.editing import Clock, now
from qualcode.project.keeping import Keeping
from qualcode.project.recording import Recorder, Tokens

__all__ = ["Columnar"]

_ROWS = 50_000
"""Rows of a piece."""
_TEXTS = 1_000
"""Texts of a piece, each of which may be long."""


class Columnar(Keeping):
    """A project that goes into Parquet, and comes from there."""

    def write_parquet(self, path: str | Path) -> None:
        """Write the project as a folder of Parquet files.

        ``documents``, ``cases``, ``assignments`` and ``codebook`` are the present, for
        `qualcode.scan_assignments` and any engine that reads Parquet; ``log``, ``texts`` and ``originals``
        are all there ever was, from which `read_parquet` makes the same project again. Columns are in the
        [format](https://qualcode.readthedocs.io/en/latest/format/parquet.html).

        Parameters
        ----------
        path : str or Path
            A folder that is not there yet, or empty.

        Raises
        ------
        StoreError
            When it cannot be written, or something is in it; nothing is written then.
        MissingExtraError
            When pyarrow is not installed (extra ``parquet``).

        Examples
        --------
        >>> import qualcode as qc
        >>> book = qc.Codebook("study", codes=[qc.Code("trust")])
        >>> project = qc.Project.new("Study", codebook=book, coder="ana")
        >>> _ = project.add_document("We trust them.", id="a")
        >>> _ = project.assign(("a", 0, 8), "trust")
        >>> project.write_parquet("out")
        >>> qc.Project.read_parquet("out").state == project.state
        True
        """
        folder = check_path(path, what="path", error=StoreError)
        self._refuse_outdated()
        self._recorder.seal()
        state, timeline = self.state.uncounted, self._recorder.timeline
        tables: dict[str, Iterator[Mapping[str, Any]]] = {
            "documents": _documents(state),
            "cases": _cases(state),
            "assignments": _assignments(state),
            "codebook": _codebook(state),
            "log": self._log_lines(),
            "texts": _texts(timeline),
            "originals": _originals(timeline, self._recorder.originals),
        }
        write_tables(folder, tables, {"heads": dict(timeline.heads())})

    def _log_lines(self) -> Iterator[Mapping[str, Any]]:
        for file, part in self._store.log_parts(self._recorder):
            lines = part.decode("utf-8").split("\n")[:-1]
            for first in range(0, len(lines), _ROWS):
                some = lines[first : first + _ROWS]
                yield {"file": [file] * len(some), "line": some}

    @classmethod
    def read_parquet(
        cls, path: str | Path, *, clock: Clock = now, tokens: Tokens = secrets.token_hex
    ) -> Self:
        """Return the project that `write_parquet` wrote, with its whole history, in memory only.

        Parameters
        ----------
        path : str or Path
            The folder.
        clock, tokens : callable, optional
            As for `new`.

        Raises
        ------
        StoreError
            When a file is missing, damaged, or not as it was written.
        HistoryError
            When an event was altered, or some are gone.
        MissingExtraError
            When pyarrow is not installed (extra ``parquet``).
        """
        folder = check_path(path, what="path", error=StoreError)
        said = read_said(folder)
        lines: dict[str, list[str]] = {}
        for piece in read_pieces(folder, "log"):
            for file, line in zip(piece["file"], piece["line"], strict=True):
                lines.setdefault(file, []).append(line)
        files = {file: ("\n".join(lines.pop(file)) + "\n").encode() for file in [*lines]}
        opened = united([files], _texts_in(folder))
        _check_whole(folder, opened.timeline, said)
        recorder = Recorder.of(opened, tokens, _originals_in(folder))
        return cls(recorder, clock=clock, outdated=opened.outdated)


def _documents(state: State) -> Iterator[Mapping[str, Any]]:
    documents = iter(state.documents.values())
    while some := [*islice(documents, _TEXTS)]:
        yield {
            "document": [each.id for each in some],
            "name": [each.name for each in some],
            "text": [each.text for each in some],
            "length": [len(each) for each in some],
            "cases": [list(each.cases) for each in some],
            "variables": [_variables(each) for each in some],
        }


def _cases(state: State) -> Iterator[Mapping[str, Any]]:
    cases = list(state.cases.values())
    yield {
        "case": [each.id for each in cases],
        "name": [each.name for each in cases],
        "variables": [_variables(each) for each in cases],
    }


def _variables(holder: Document | Case) -> str:
    return msgspec.json.encode(plain_variables(holder.variables)).decode()


def _assignments(state: State) -> Iterator[Mapping[str, Any]]:
    """Yield the assignments of everybody, those of one document in one piece."""
    rows = state.assignments
    first = 0
    while first < len(rows):
        end = min(first + _ROWS, len(rows))
        end = int(np.searchsorted(rows.document, rows.document[end - 1], side="right"))
        frame = rows[first:end].to_frame()
        yield {
            name: frame[name].astype(object).where(frame[name].notna(), None).tolist()
            for name in frame.columns
        }
        first = end


def _codebook(state: State) -> Iterator[Mapping[str, Any]]:
    codes = list(state.codebook.codes.values())
    yield {
        "code": [each.id for each in codes],
        "name": [each.name for each in codes],
        "parent": [each.parent for each in codes],
        "definition": [each.definition for each in codes],
        "status": [each.status for each in codes],
        "codable": [each.codable for each in codes],
    }


def _texts(timeline: Timeline) -> Iterator[Mapping[str, Any]]:
    texts = iter(timeline.texts.items())
    while some := [*islice(texts, _TEXTS)]:
        yield {"sha256": [sha for sha, _ in some], "text": [text for _, text in some]}


def _originals(timeline: Timeline, originals: Originals) -> Iterator[Mapping[str, Any]]:
    for each in originals_of(timeline).values():
        if originals.path_of(each) is not None:  # one that is nowhere is told of by `check`
            yield {"sha256": [each.sha256], "name": [each.name], "content": [originals.read(each)]}


def _texts_in(folder: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for piece in read_pieces(folder, "texts"):
        for sha, text in zip(piece["sha256"], piece["text"], strict=True):
            if hashlib.sha256(text.encode()).hexdigest() != sha:
                raise StoreError(
                    f"{folder / 'texts.parquet'}: the text {sha[:8]} was changed since it was added, so "
                    "offsets into it are no longer true"
                )
            texts[sha] = text
    return texts


def _originals_in(folder: Path) -> Originals:
    originals = Originals()
    for piece in read_pieces(folder, "originals"):
        for content, name in zip(piece["content"], piece["name"], strict=True):
            originals.put(content, name)
    return originals


def _check_whole(folder: Path, timeline: Timeline, said: Mapping[str, Any]) -> None:
    """Refuse a log that ends before it should, and one whose texts are not there."""
    known = said.get("heads")
    if known != dict(timeline.heads()):
        raise StoreError(
            f"{folder / 'log.parquet'}: events are missing, or there are others than were written"
        )
    for event in timeline.events:
        if event.kind in TEXTS and event.fields["sha256"] not in timeline.texts:
            raise StoreError(
                f"{folder / 'texts.parquet'}: a text of {event.target.partition(':')[2]!r} is missing"
            )
