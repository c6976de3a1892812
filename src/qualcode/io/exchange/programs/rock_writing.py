"""Writing ROCK: a file for each document and coder, with the codes of a line behind it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.exchange.programs.rock import MARK, NUMBER, SECTION
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.assignments import Assignment, Assignments
from qualcode.model.texts.documents import Case, Document

__all__ = ["rock_files"]

_PLAIN = re.compile(r"[^A-Za-z0-9_.-]+")
_IN_BRACKETS = re.compile(r"(?!.*->)[^\s\[\]|](?:[^\n\r\[\]|]*[^\s\[\]|])?")
_FENCE = re.compile(r"---\s*\Z")


def rock_files(
    documents: Mapping[str, Document],
    cases: Mapping[str, Case],
    assignments: Assignments,
    codebook: Codebook,
) -> tuple[dict[str, str], Losses]:
    """Return the text of each file by its name, and what ROCK has no place for."""
    writer = _Writer(codebook)
    by: dict[tuple[str, str], list[Assignment]] = {}
    for each in assignments:
        by.setdefault((each.segment.document.id, each.coder), []).append(each)
    files: dict[str, str] = {}
    for id, document in documents.items():
        coders = [coder for name, coder in by if name == id] or [""]
        for number, coder in enumerate(coders):
            stem = id if len(coders) == 1 else f"{id}--{_plain(coder) or number}"
            name = stem if f"{stem}.rock" not in files else f"{stem}-{number}"
            files[f"{name}.rock"] = writer.file(document, coder, by.get((id, coder), []))
    files["codes.rock"] = writer.codes()
    told = _attributes(cases)
    if told:
        files["cases.rock"] = told
    return files, writer.losses(documents, codebook)


def _plain(name: str) -> str:
    """Return a name in the letters that ROCK has for codes."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _PLAIN.sub("_", bare).strip("_.-")


def _quoted(text: str) -> str:
    """Return a text as YAML has it in double quotes."""
    from json import dumps

    return dumps(" ".join(text.split()), ensure_ascii=False)


def _attributes(cases: Mapping[str, Case]) -> str:
    lines = []
    for id, case in cases.items():
        if case.variables:
            lines.append(f"  - caseId: {_quoted(id)}")
            lines += [
                f"    {_quoted(name)}: {_value(value)}" for name, value in case.variables.items()
            ]
    return "\n".join(["---", "ROCK_attributes:", *lines, "---", ""]) if lines else ""


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else _quoted(str(value))


@attrs.define
class _Writer:
    codebook: Codebook
    _names: dict[str, str] = attrs.field(factory=dict)
    _lost: Counter[tuple[str, str, str]] = attrs.field(factory=Counter)

    def __attrs_post_init__(self) -> None:
        taken: set[str] = set()
        for code in self.codebook.codes.values():
            base = _plain(code.id) or "code"
            name, number = base, 2
            while name in taken:
                name, number = f"{base}_{number}", number + 1
            taken.add(name)
            self._names[code.id] = name

    def _lose(self, severity: str, element: str, reason: str) -> None:
        self._lost[severity, element, reason] += 1

    def codes(self) -> str:
        """Return the tree of codes, with labels and definitions."""

        def lines(parent: str | None, depth: int) -> Iterator[str]:
            indent = "  " * depth
            for code in self.codebook.children(parent):
                yield f"{indent}- id: {_quoted(self._names[code.id])}"
                yield f"{indent}  label: {_quoted(code.name)}"
                if code.definition:
                    yield f"{indent}  description: {_quoted(code.definition)}"
                below = list(lines(code.id, depth + 2))
                if below:
                    yield f"{indent}  children:"
                    yield from below

        return "\n".join(["---", "ROCK_codes:", *lines(None, 1), "---", ""])

    def file(self, document: Document, coder: str, coded: Sequence[Assignment]) -> str:
        """Return a document as one coder coded it."""
        on: dict[int, list[str]] = {}
        lines = list(_lines(document.text))
        for each in coded:
            self._place(each, lines, on)
        uids = {
            (part.start, part.end): part.name
            for part in document.structure.of("utterance")
            if re.fullmatch(r"[A-Za-z0-9]+", part.name)
        }
        cases, breaks = self._cases(document, lines), self._breaks(document, lines)
        written = []
        for at, (start, end) in enumerate(lines):
            words = document.text[start:end]
            if at in breaks:
                written.append(breaks[at])
                continue
            if (
                MARK.search(words)
                or SECTION.match(words)
                or words.startswith("#")
                or _FENCE.match(words)
            ):
                reason = "looks like a mark of ROCK itself, and is read as such"
                self._lose("damage", "line", reason)
            if "\r" in words:
                self._lose("loss", "carriage return", "lines end with a line feed alone")
            uid = [f"[[uid={uids[start, end]}]]"] if (start, end) in uids else []
            # Both hold from the line on that has them.
            marks = [f"[[coderId={coder}]]"] if at == 0 and coder else []
            marks += [f"[[cid={cases[at]}]]"] if at in cases else []
            marks += [f"[[{code}]]" for code in on.get(start, [])]
            written.append(" ".join([*uid, words, *marks]))
        return "\n".join([*written, ""])

    def _cases(self, document: Document, lines: Sequence[tuple[int, int]]) -> dict[int, str]:
        """Return the case that begins on a line: one holds up to the next, so there are several by turns."""
        begins = [start for start, _ in lines]
        people = {} if document.speaking is None else dict(document.speaking)
        cases: dict[int, str] = {}
        for turn in document.structure.of("turn"):
            who = people.get(turn.name)
            if who is not None and who.case is not None:
                cases[bisect_right(begins, turn.start) - 1] = who.case
        if not cases and document.cases:
            cases[0] = document.cases[0]
        for _ in {*document.cases} - {*cases.values()}:
            self._lose("loss", "case of a document", "a line has one case in ROCK")
        return cases

    def _breaks(self, document: Document, lines: Sequence[tuple[int, int]]) -> dict[int, str]:
        """Return the lines that part sections, which are empty lines of the text."""
        begins = {start: at for at, (start, _) in enumerate(lines)}
        breaks: dict[int, str] = {}
        for part in document.structure.parts:
            at = begins.get(part.start, 0) - 1
            if (
                part.kind == "section"
                and at >= 0
                and lines[at][0] == lines[at][1]
                and at not in breaks
            ):
                mark = f"---{part.name}---"
                breaks[at] = mark if SECTION.match(mark) else f"---<<{part.name}>>---"
            elif part.kind not in ("turn", "utterance"):
                self._lose("note", part.kind, "ROCK has no place for what a text is made of")
        return breaks

    def _place(
        self, assignment: Assignment, lines: Sequence[tuple[int, int]], on: dict[int, list[str]]
    ) -> None:
        segment, text = assignment.segment, assignment.segment.document.text
        touched = [
            (start, end)
            for start, end in lines
            if start < segment.end and segment.start < end and text[start:end].strip()
        ]
        if not touched:
            self._lose("loss", "coding", "is on nothing but white space")
            return
        path = ">".join([self._names[each.id] for each in self._above(assignment.code.id)])
        value = self._value(assignment)
        for start, _ in touched:
            if path + value not in on.setdefault(start, []):
                on[start].append(path + value)
        whole = segment.start <= touched[0][0] and touched[-1][1] <= segment.end
        if len(touched) > 1:
            reason = "goes over several lines, and is a coding of each in ROCK"
            self._lose("note", "coding", reason)
        if not whole:
            self._lose(
                "loss", "span", "ROCK codes whole lines: what is coded begins or ends within one"
            )
        memo = assignment.memo
        if memo and not value.endswith(memo):
            self._lose("loss", "memo on a coding", "ROCK has one value beside a code, in one line")

    def _value(self, assignment: Assignment) -> str:
        """Return what stands behind a code: its weight, or a memo that has place in a line."""
        if assignment.weight is not None:
            return f"||{assignment.weight:.15g}"
        memo = assignment.memo or ""
        fits = memo and _IN_BRACKETS.fullmatch(memo) and not NUMBER.fullmatch(memo)
        return f"||{memo}" if fits else ""

    def _above(self, id: str) -> list[Any]:
        codes = self.codebook.codes
        path = [codes[id]]
        while path[0].parent is not None:
            path.insert(0, codes[path[0].parent])
        return path

    def losses(self, documents: Mapping[str, Document], codebook: Codebook) -> Losses:
        """Return what was lost in all that was written."""
        met: set[str] = set()
        for each in documents.values():
            if not each.text.strip():
                self._lose("loss", "document", "has no words, and so no utterance")
            elif each.text in met:
                self._lose("damage", "document", "has the text of another, and is read as the same")
            met.add(each.text)
            for _ in each.variables:
                self._lose("loss", "variable of a document", "ROCK has variables of cases alone")
        for name, number in (
            ("link", len(codebook.links)),
            ("rollup", len(codebook.rollups)),
            ("code out of use", sum(not code.is_live for code in codebook.codes.values())),
        ):
            for _ in range(number):
                self._lose("loss", name, "ROCK has no place for it")
        for id, name in self._names.items():
            if id != name:
                self._lose("note", "id of a code", "ROCK has letters from a to z for it alone")
        return Losses(
            Loss(severity, element, reason=reason, count=count)
            for (severity, element, reason), count in self._lost.items()
        )


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in text.split("\n"):
        yield at, at + len(line)
        at += len(line) + 1
