"""Writing ROCK: a file for each document and coder, with the codes of a line behind it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.exchange.programs.rock import MARK, SECTION
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.assignments import Assignment, Assignments
from qualcode.model.texts.documents import Case, Document

__all__ = ["rock_files"]

_PLAIN = re.compile(r"[^A-Za-z0-9_.-]+")
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
        told = [f"[[coderId={coder}]]"] if coder else []
        # Both hold from the line on that has them.
        head = " ".join([*told, *(f"[[cid={case}]]" for case in document.cases)])
        written = []
        for at, (start, end) in enumerate(lines):
            words = document.text[start:end]
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
            marks = [head] if at == 0 and head else []
            marks += [f"[[{code}]]" for code in on.get(start, [])]
            written.append(" ".join([*uid, words, *marks]))
        return "\n".join([*written, ""])

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
        for start, _ in touched:
            path = ">".join([self._names[each.id] for each in self._above(assignment.code.id)])
            if path not in on.setdefault(start, []):
                on[start].append(path)
        whole = segment.start <= touched[0][0] and touched[-1][1] <= segment.end
        if len(touched) > 1:
            reason = "goes over several lines, and is a coding of each in ROCK"
            self._lose("note", "coding", reason)
        if not whole:
            self._lose(
                "loss", "span", "ROCK codes whole lines: what is coded begins or ends within one"
            )
        if assignment.memo:
            self._lose("loss", "memo on a coding", "ROCK has no place for it")
        if assignment.weight is not None:
            self._lose("loss", "weight", "ROCK has no place for it beside a code")

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
