"""Finding every broken invariant in a project's folder, with file and line.

Opening stops at the first damage it meets. Checking goes on: it reads each file by itself, and says
of each line what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import msgspec

from qualcode.errors import QualcodeError, StoreError
from qualcode.io import codebook_file
from qualcode.io.store import layout
from qualcode.io.store.lines import read_bytes, read_lines
from qualcode.io.store.reading import document_text, private_folder, read_head, read_history
from qualcode.model.diff import diff
from qualcode.model.documents import Case, Document
from qualcode.model.events import parse_times
from qualcode.model.history import History
from qualcode.model.memos import Memo
from qualcode.model.spans import Span

__all__ = ["Problem", "check_folder"]


@attrs.frozen
class Problem:
    """A broken invariant.

    Parameters
    ----------
    file : str
        Path below the project's folder.
    line : int or None
        Counted from 1; None where the whole file is meant.
    message : str
        What is wrong.
    """

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.message}"


def check_folder(root: str | Path) -> list[Problem]:
    """Return every broken invariant of a project's folder; none is good.

    Checked are: that each file can be read; the chain of revisions; that the codebook file says what
    the history says; texts against their checksums; cases; each assignment's document, offsets, quote,
    code, revision and time; each memo's target; and that no save was left unfinished.

    Raises
    ------
    StoreError
        When the folder is no project, or one of a newer format.
    """
    root = Path(root)
    read_head(root)
    return list(_Check(root).problems())


class _Check:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.history: History | None = None
        self.texts: dict[str, str] = {}
        self.cases: set[str] = set()
        self.coders: set[str] = set()
        self.revisions: set[str] = set()

    def problems(self) -> Iterator[Problem]:
        if (private_folder(self.root) / "journal.json").exists():
            yield Problem(
                layout.PRIVATE, None, "a save was interrupted: open the project to finish it"
            )
        yield from self._history()
        yield from self._codebook()
        yield from self._coders_and_cases()
        yield from self._documents()
        for path in sorted((self.root / layout.ASSIGNMENTS).glob("*")):
            yield from self._assignments(path)
        for path in sorted((self.root / layout.MEMOS).glob("*")):
            yield from self._memos(path)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _lines(
        self, path: Path, kind: type[msgspec.Struct]
    ) -> Iterator[tuple[int, msgspec.Struct | Problem]]:
        """Yield each line's record, or what is wrong with the line."""
        try:
            yield from enumerate(read_lines(path, kind), start=1)
        except StoreError as error:
            yield from self._lines_one_by_one(path, kind, error)

    def _lines_one_by_one(
        self, path: Path, kind: type[msgspec.Struct], error: StoreError
    ) -> Iterator[tuple[int, msgspec.Struct | Problem]]:
        try:
            data = read_bytes(path)
        except StoreError:
            yield 0, Problem(self._name(path), None, str(error))
            return
        decoder = msgspec.json.Decoder(kind)
        for number, line in enumerate(data.split(b"\n"), start=1):
            if not line and number == data.count(b"\n") + 1:
                continue
            try:
                yield number, decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as problem:
                yield number, Problem(self._name(path), number, f"not a whole record: {problem}")
        if not data.endswith(b"\n"):
            number = data.count(b"\n") + 1
            yield number, Problem(self._name(path), number, "the last line is cut off")

    def _history(self) -> Iterator[Problem]:
        try:
            self.history = read_history(self.root, read_bytes(self.root / layout.HISTORY))
            self.revisions = {each.short for each in self.history}
        except QualcodeError as error:
            yield Problem(layout.HISTORY, None, self._shortened(error))

    def _shortened(self, error: Exception) -> str:
        return str(error).replace(f"{self.root}/", "")

    def _codebook(self) -> Iterator[Problem]:
        path = self.root / layout.CODEBOOK
        if not path.exists():
            yield Problem(layout.CODEBOOK, None, "is missing; saving the project writes it again")
            return
        try:
            edited = codebook_file.read_codebook(path)
            if self.history is not None:
                changes = diff(self.history.codebook, edited, retire_missing=True)
                for change in changes:
                    yield Problem(
                        layout.CODEBOOK,
                        None,
                        f"differs from the history ({change}): apply it (qualcode codebook apply)",
                    )
        except QualcodeError as error:
            yield Problem(layout.CODEBOOK, None, self._shortened(error))

    def _coders_and_cases(self) -> Iterator[Problem]:
        for file, kind, known in (
            (layout.CODERS, layout.CoderLine, self.coders),
            (layout.CASES, layout.CaseLine, self.cases),
        ):
            for number, line in self._lines(self.root / file, kind):
                if isinstance(line, Problem):
                    yield line
                    continue
                if line.id in known:  # type: ignore[attr-defined]
                    yield Problem(file, number, f"{line.id!r} is listed twice")  # type: ignore[attr-defined]
                known.add(line.id)  # type: ignore[attr-defined]
                if isinstance(line, layout.CaseLine):
                    yield from self._case(line, number)

    def _case(self, line: layout.CaseLine, number: int) -> Iterator[Problem]:
        try:
            Case(id=line.id, name=line.name, variables=_values(line.variables))
        except (QualcodeError, ValueError, KeyError, TypeError) as error:
            yield Problem(layout.CASES, number, str(error))

    def _documents(self) -> Iterator[Problem]:
        for number, line in self._lines(self.root / layout.INDEX, layout.DocumentLine):
            if isinstance(line, Problem):
                yield line
                continue
            assert isinstance(line, layout.DocumentLine)
            if line.id in self.texts:
                yield Problem(layout.INDEX, number, f"document {line.id!r} is listed twice")
                continue
            self.texts[line.id] = ""
            yield from self._document(line, number)
        for path in sorted((self.root / layout.DOCUMENTS).glob("*.txt")):
            if path.stem not in self.texts:
                yield Problem(self._name(path), None, f"is not listed in {layout.INDEX}")

    def _document(self, line: layout.DocumentLine, number: int) -> Iterator[Problem]:
        try:
            text = document_text(self.root, line.id)
        except StoreError as error:
            yield Problem(layout.INDEX, number, self._shortened(error))
            return
        self.texts[line.id] = text
        try:
            document = Document(id=line.id, text=text, variables=_values(line.variables))
        except (QualcodeError, ValueError, KeyError, TypeError) as error:
            yield Problem(layout.INDEX, number, str(error))
            return
        if document.checksum != line.sha256:
            yield Problem(
                f"{layout.DOCUMENTS}/{line.id}.txt",
                None,
                f"the text was changed since it was added: line {number} of {layout.INDEX} has another "
                "checksum",
            )
        for case in line.cases:
            if case not in self.cases:
                yield Problem(
                    layout.INDEX,
                    number,
                    f"document {line.id!r} names the case {case!r}, which does not exist",
                )

    def _assignments(self, path: Path) -> Iterator[Problem]:
        if path.suffix != ".jsonl":
            yield Problem(self._name(path), None, "is no file of assignments (CODER.jsonl)")
            return
        if layout.coder_of(path) not in self.coders:
            yield Problem(
                self._name(path),
                None,
                f"coder {layout.coder_of(path)!r} is not listed in {layout.CODERS}",
            )
        for number, line in self._lines(path, layout.QuoteLine):
            if isinstance(line, Problem):
                yield line
                continue
            assert isinstance(line, layout.QuoteLine)
            for message in self._event(line):
                yield Problem(self._name(path), number, message)

    def _event(self, line: layout.QuoteLine) -> Iterator[str]:
        try:
            parse_times([line.time])
        except QualcodeError as error:
            yield str(error)
        if self.history is not None:
            if line.code not in self.history.codebook.codes:
                yield f"the code {line.code!r} does not exist"
            if line.revision not in self.revisions:
                yield f"revision {line.revision!r} is not in the history"
        if line.document not in self.texts:
            yield f"the document {line.document!r} does not exist"
            return
        text = self.texts[line.document]
        try:
            Span(line.start, line.end).check_within(len(text), where=f"document {line.document!r}")
        except QualcodeError as error:
            yield str(error)
            return
        there = layout.abridged(text[line.start : line.end])
        if line.quote != there:
            yield (
                f"the quote does not match the text at {line.start}–{line.end} of document "
                f"{line.document!r}: the line has {line.quote!r}, the text {there!r}"
            )

    def _memos(self, path: Path) -> Iterator[Problem]:
        for number, line in self._lines(path, layout.MemoLine):
            if isinstance(line, Problem):
                yield line
                continue
            assert isinstance(line, layout.MemoLine)
            try:
                Memo(line.target, line.text, layout.coder_of(path), line.time)
            except QualcodeError as error:
                yield Problem(self._name(path), number, str(error))
                continue
            if not self._exists(line.target):
                yield Problem(
                    self._name(path),
                    number,
                    f"the memo is about {line.target!r}, which does not exist",
                )

    def _exists(self, target: str) -> bool:
        kind, _, id = target.partition(":")
        if kind == "code" and self.history is not None:
            return id in self.history.codebook.codes
        if kind == "revision" and self.history is not None:
            return any(each.id.startswith(id) for each in self.history)
        if kind == "segment":
            document, _, span = id.rpartition(":")
            end = int(span.partition("-")[2])
            return end <= len(self.texts.get(document, ""))
        known = {"document": self.texts, "case": self.cases, "coder": self.coders}
        return kind not in known or id in known[kind]


def _values(variables: dict[str, Any]) -> dict[str, Any]:
    return {name: layout.read_value(value) for name, value in variables.items()}
