"""Finding every broken invariant in a project's folder, with file and line.

Opening stops at the first damage it meets. Checking goes on: it reads each file by itself, and says
of each line what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import attrs
import msgspec

from qualcode.errors import HistoryError, QualcodeError, StoreError
from qualcode.io import codebook_file
from qualcode.io.store import layout
from qualcode.io.store.journal import JOURNAL
from qualcode.io.store.lines import bad_lines, read_bytes
from qualcode.io.store.reading import private_folder, read_head
from qualcode.io.store.restoring import (
    case_of,
    coder_of,
    document_of,
    event_fault,
    memo_of,
    revision_of,
    stored_text,
    time_fault,
    verdict_fault,
    verdict_of,
)
from qualcode.model.diff import diff
from qualcode.model.history import History, Revision
from qualcode.model.memos import Coder

__all__ = ["Problem", "check_folder"]

Line = TypeVar("Line", bound=msgspec.Struct)


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
    the history says; texts against their checksums; cases and coders; each assignment's document,
    offsets, quote, code, revision and time, and each verdict's; each memo's target; and that no save was
    left unfinished.

    Raises
    ------
    StoreError
        When the folder is no project, or one of a newer format.
    """
    root = Path(root)
    read_head(root)
    return list(_Check(root).problems())


class _Check:
    """What the files read so far hold, for those that are checked against them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.history: History | None = None
        self.texts: dict[str, str | None] = {}  # None where the text cannot be read
        self.cases: set[str] = set()
        self.coders: dict[str, Coder] = {}

    def problems(self) -> Iterator[Problem]:
        if (private_folder(self.root) / JOURNAL).exists():
            yield Problem(
                layout.PRIVATE, None, "a save was interrupted: open the project to take it back"
            )
        yield from self._history()
        yield from self._codebook()
        yield from self._coders()
        yield from self._cases()
        yield from self._documents()
        checks = {
            layout.ASSIGNMENTS: self._assignments,
            layout.MEMOS: self._memos,
            layout.VERDICTS: self._verdicts,
        }
        for folder, check in checks.items():
            for path in sorted((self.root / folder).glob("*")):
                yield from self._coders_file(path)
                if path.suffix == ".jsonl":
                    yield from check(path)

    def _lines(
        self,
        name: str,
        kind: type[Line],
        check: Callable[[Line, int], Iterator[str]],
    ) -> Iterator[Problem]:
        """Yield the problems of a file: lines that are no records, and what `check` says of the rest."""
        try:
            data = read_bytes(self.root / name)
        except StoreError as error:
            yield self._located(error, name)
            return
        bad = dict(bad_lines(data, kind))
        decoder = msgspec.json.Decoder(kind)
        for number, line in enumerate(data.split(b"\n"), start=1):
            if number in bad:
                yield Problem(name, number, bad[number])
            elif line.strip():
                for message in check(decoder.decode(line), number):
                    yield Problem(name, number, message)

    def _located(self, error: Exception, name: str) -> Problem:
        """Return the problem that an error of reading describes, whose message begins with the place."""
        message = str(error).replace(f"{self.root}/", "")
        found = re.match(rf"{re.escape(name)}(?:, line (\d+))?: (.*)", message, re.DOTALL)
        if found is None:
            return Problem(name, None, message)
        return Problem(name, int(found[1]) if found[1] else None, found[2])

    # The codebook and its history

    def _history(self) -> Iterator[Problem]:
        revisions: list[Revision] = []

        def check(line: layout.RevisionLine, number: int) -> Iterator[str]:
            try:
                revisions.append(revision_of(line, number))
            except HistoryError as error:
                yield str(error)

        problems = list(self._lines(layout.HISTORY, layout.RevisionLine, check))
        yield from problems
        if not problems and not revisions:
            yield Problem(layout.HISTORY, None, "is missing or empty: the project has no codebook")
        elif not problems:
            try:
                self.history = History(tuple(revisions))
            except HistoryError as error:
                yield Problem(layout.HISTORY, error.revision, str(error))

    def _codebook(self) -> Iterator[Problem]:
        name = layout.CODEBOOK
        if not (self.root / name).exists():
            yield Problem(name, None, "is missing; saving the project writes it again")
            return
        try:
            edited = codebook_file.read_codebook(self.root / name)
            if self.history is not None:
                for change in diff(self.history.codebook, edited, retire_missing=True):
                    message = (
                        f"differs from the history ({change}): apply it (qualcode codebook apply)"
                    )
                    yield Problem(name, None, message)
        except QualcodeError as error:
            yield self._located(error, name)

    # Coders, cases and documents

    def _coders(self) -> Iterator[Problem]:
        def check(line: layout.CoderLine, number: int) -> Iterator[str]:
            try:
                coder = coder_of(line)
            except QualcodeError as error:
                yield str(error)
                return
            if self.coders.setdefault(coder.id, coder) != coder:
                yield f"coder {coder.id!r} is listed twice, each time differently"

        yield from self._lines(layout.CODERS, layout.CoderLine, check)

    def _cases(self) -> Iterator[Problem]:
        def check(line: layout.CaseLine, number: int) -> Iterator[str]:
            if line.id in self.cases:
                yield f"case {line.id!r} is listed twice"
            self.cases.add(line.id)
            try:
                case_of(line)
            except QualcodeError as error:
                yield str(error)

        yield from self._lines(layout.CASES, layout.CaseLine, check)

    def _documents(self) -> Iterator[Problem]:
        yield from self._lines(layout.INDEX, layout.DocumentLine, self._document)
        for path in sorted((self.root / layout.DOCUMENTS).glob("*.txt")):
            if path.stem not in self.texts:
                name = f"{layout.DOCUMENTS}/{path.name}"
                yield Problem(name, None, f"is not listed in {layout.INDEX}")

    def _document(self, line: layout.DocumentLine, number: int) -> Iterator[str]:
        if line.id in self.texts:
            yield f"document {line.id!r} is listed twice"
            return
        self.texts[line.id] = None
        try:
            text, stamp = stored_text(self.root, line.id)
            self.texts[line.id] = text
            document_of(line, text, stamp)
        except QualcodeError as error:
            yield str(error)
        for case in line.cases:
            if case not in self.cases:
                yield f"document {line.id!r} names the case {case!r}, which does not exist"

    # Assignments and memos

    def _coders_file(self, path: Path) -> Iterator[Problem]:
        name = f"{path.parent.name}/{path.name}"
        if path.suffix != ".jsonl":
            yield Problem(name, None, "is not the file of a coder (CODER.jsonl)")
        elif layout.coder_of(path) not in self.coders:
            coder = layout.coder_of(path)
            yield Problem(name, None, f"coder {coder!r} is not listed in {layout.CODERS}")

    def _assignments(self, path: Path) -> Iterator[Problem]:
        codes = self.history.codebook.codes if self.history is not None else None
        revisions = {each.short for each in self.history} if self.history is not None else None
        lengths = {id: len(text) for id, text in self.texts.items() if text is not None}

        def check(line: layout.QuoteLine, number: int) -> Iterator[str]:
            if (fault := time_fault(line.time)) is not None:
                yield fault
            if revisions is not None and line.revision not in revisions:
                yield f"revision {line.revision!r} is not in the history"
            if line.document in self.texts and line.document not in lengths:
                return  # the text cannot be read, which is said where it is listed
            known = {line.code: None} if codes is None else codes
            place = (line.document, line.start, line.end)
            fault = event_fault(*place, line.code, lengths=lengths, codes=known)
            if fault is not None:
                yield fault
            elif (there := self._quote(*place)) != line.quote:
                yield _other_quote(line, there)

        yield from self._lines(f"{layout.ASSIGNMENTS}/{path.name}", layout.QuoteLine, check)

    def _verdicts(self, path: Path) -> Iterator[Problem]:
        codes = self.history.codebook.codes if self.history is not None else None
        lengths = {id: len(text) for id, text in self.texts.items() if text is not None}

        def check(line: layout.VerdictLine, number: int) -> Iterator[str]:
            if line.document in self.texts and line.document not in lengths:
                return  # the text cannot be read, which is said where it is listed
            named = {code: None for code in (line.code, line.became and line.became[2]) if code}
            fault = verdict_fault(line, lengths=lengths, codes=named if codes is None else codes)
            if fault is not None:
                yield fault
            elif (there := self._quote(line.document, line.start, line.end)) != line.quote:
                yield _other_quote(line, there)
            try:
                verdict_of(line, layout.coder_of(path))
            except QualcodeError as error:
                yield str(error)

        yield from self._lines(f"{layout.VERDICTS}/{path.name}", layout.VerdictLine, check)

    def _quote(self, document: str, start: int, end: int) -> str:
        return layout.abridged((self.texts[document] or "")[start:end])

    def _memos(self, path: Path) -> Iterator[Problem]:
        author = layout.coder_of(path)

        def check(line: layout.MemoLine, number: int) -> Iterator[str]:
            if (fault := time_fault(line.time)) is not None:
                yield fault
            try:
                memo_of(line, author)
            except QualcodeError as error:
                yield str(error)
                return
            if not self._exists(line.target):
                yield f"the memo is about {line.target!r}, which does not exist"

        yield from self._lines(f"{layout.MEMOS}/{path.name}", layout.MemoLine, check)

    def _exists(self, target: str) -> bool:
        kind, _, id = target.partition(":")
        if kind in ("code", "revision") and self.history is None:
            return True  # nobody can tell
        if kind == "code" and self.history is not None:
            return id in self.history.codebook.codes
        if kind == "revision" and self.history is not None:
            return any(each.id.startswith(id) for each in self.history)
        if kind == "segment":
            document, _, span = id.rpartition(":")
            start, end = map(int, span.split("-"))
            text = self.texts.get(document, "")
            return text is None or 0 <= start < end <= len(text)
        known = {"document": self.texts, "case": self.cases, "coder": self.coders}
        return kind not in known or id in known[kind]


def _other_quote(line: layout.QuoteLine | layout.VerdictLine, there: str) -> str:
    return (
        f"the quote does not match the text at {line.start}–{line.end} of document {line.document!r}: the "
        f"line has {line.quote!r}, the text {there!r}"
    )
