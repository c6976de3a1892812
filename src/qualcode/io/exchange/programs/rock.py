"""ROCK, the Reproducible Open Coding Kit: a line of text for each utterance, with codes in brackets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import DocumentError, QualcodeError, StudyError
from qualcode.io.exchange.programs.gathering import Gathering, line_of
from qualcode.io.exchange.study import Study
from qualcode.io.raw.decoding import read_text
from qualcode.io.raw.yaml_text import parsed
from qualcode.model.ids import is_id
from qualcode.model.texts.documents import Case, Value, check_value
from qualcode.model.texts.speakers import Speaker, Speakers
from qualcode.model.texts.structure import Part, Structure

__all__ = ["ENDINGS", "MARK", "NUMBER", "SECTION", "read_rock_files"]

ENDINGS = (".rock",)
# Up to the brackets that close or open another, so that a line of brackets alone is gone through once.
_MARK = r"\[\[((?:[^\[\]]|\[(?!\[)|\](?!\]))+)\]\]"
MARK = re.compile(_MARK)
# With the space that parts them from the words.
_BEFORE = re.compile(rf"\A(?:{_MARK} ?)+")
_WITHIN = re.compile(rf" ?{_MARK}")
SECTION = re.compile(
    r"\s*---\s*<<\s*(?P<name>.*?)\s*>>\s*---\s*\Z"
    r"|\s*---(?P<kind>(?:paragraph|section|turn)-break)---\s*\Z"
)
_IDENTIFIER = re.compile(r"(\w+)\s*(?:=|:)\s*(.+)\Z")
NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?\Z", re.ASCII)
_FENCE = re.compile(r"---\s*\Z")
_KNOWN_IDS = ("uid", "cid", "caseid", "coderid", "stanzaid", "sectionid")


@attrs.frozen
class _Line:
    """An utterance: its words, and what stood in brackets."""

    text: str
    codes: tuple[tuple[str, str], ...]
    ids: Mapping[str, str]
    section: str | None = None
    edges: int = 0

    @property
    def case(self) -> str | None:
        """The case that it and the lines behind it are of, where it says so."""
        return self.ids.get("cid", self.ids.get("caseid"))


@attrs.frozen
class _Source:
    name: str
    lines: tuple[_Line, ...]
    trees: tuple[Any, ...]
    attributes: tuple[Any, ...]

    @property
    def text(self) -> str:
        return "\n".join(each.text for each in self.lines)


def read_rock_files(path: Path) -> Study:
    """Return the study in a file of ROCK, or in all such files of a folder.

    Files of one text, each coded by somebody else, become one document.

    Raises
    ------
    StudyError
        When there is no such file, or one cannot be read.
    """
    if path.is_dir():
        files = sorted(each for each in path.rglob("*") if each.suffix.lower() in ENDINGS)
    else:
        files = [path]
    if not files:
        raise StudyError(f"{path}: has no file that ends with .rock")
    study = Gathering(str(path), "rock")
    reader = _Reader(study)
    sources = [_parsed(each, study) for each in files]
    for source in sources:
        for tree in source.trees:
            reader.tree(tree, None)
    by: dict[str, list[_Source]] = {}
    for source in sources:
        if any(each.text.strip() for each in source.lines):
            by.setdefault(source.text, []).append(source)
    for same in by.values():
        reader.document(same)
    for source in sources:
        for each in source.attributes:
            reader.attribute(each)
    if not study.documents:
        raise StudyError(f"{path}: has no utterance")
    return study.study(path.stem)


def _sections(source: _Source, starts: list[int]) -> list[Part]:
    """Return what stands between breaks of one name, each up to the next; those of other names go across."""
    by: dict[str, list[tuple[int, str]]] = {}
    for line, start in zip(source.lines, starts, strict=True):
        if line.section is not None:
            by.setdefault(line.section, []).append((start + 1, line.section))
    return [
        part
        for breaks in by.values()
        for part in _up_to_the_next(breaks, len(source.text), "section", less=1)
    ]


def _up_to_the_next(
    begins: list[tuple[int, str]], end: int, kind: str, *, less: int = 0
) -> list[Part]:
    """Return parts that begin where something new does, and end before the line of the next.

    `less` is how much before the beginning of the next part that line begins.
    """
    ends = [*(at - less - 1 for at, _ in begins[1:]), end]
    return [
        Part(kind, start, until, name=name)
        for (start, name), until in zip(begins, ends, strict=True)
        if start < until
    ]


def _parsed(path: Path, study: Gathering) -> _Source:
    try:
        text = read_text(path, encoding=None)
    except DocumentError as error:
        raise StudyError(str(error)) from error
    lines: list[_Line] = []
    trees: list[Any] = []
    attributes: list[Any] = []
    yaml: list[str] | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        line = line.removesuffix("\r")
        if _FENCE.match(line):
            if yaml is None:
                yaml = []
                continue
            held = _of_yaml("\n".join(yaml), path, number, study)
            trees += held.get("codes", [])
            attributes += held.get("attributes", [])
            yaml = None
        elif yaml is not None:
            yaml.append(line)
        elif line.startswith("#"):
            study.lose_many("note", "comment", "stands in the file and not in the text", name=line)
        else:
            lines.append(_line(line))
    if yaml is not None:
        # A line of dashes that nothing closes is a line of the text.
        lines += [_Line("---", (), {}), *(_line(each) for each in yaml)]
    if lines and not lines[-1].text:
        lines.pop()  # behind the line end of the last
    return _Source(path.stem, tuple(lines), tuple(trees), tuple(attributes))


def _of_yaml(text: str, path: Path, line: int, study: Gathering) -> dict[str, list[Any]]:
    from ruamel.yaml.error import YAMLError

    try:
        _, held = parsed(text)
    except YAMLError as error:
        reason = f"above line {line} of {path.name} is no YAML: {line_of(error)[:200]}"
        study.lose("loss", "YAML", reason, name=text)
        return {}
    found: dict[str, list[Any]] = {}
    for key, value in held.items() if isinstance(held, dict) else ():
        kind = str(key).lower().removeprefix("rock_")
        items = value if isinstance(value, list) else [value]
        if kind in ("codes", "attributes"):
            found.setdefault(kind, []).extend(items)
        else:
            study.lose_many("note", "YAML", "is neither codes nor attributes", name=key)
    return found


def _line(line: str) -> _Line:
    if section := SECTION.match(line):
        return _Line("", (), {}, section["kind"] or section["name"] or "")
    codes: list[tuple[str, str]] = []
    ids: dict[str, str] = {}
    edges = 0
    for mark in MARK.findall(line):
        if "->" in mark:
            edges += 1  # a relation of codes, as ROCK's networks have them
            continue
        value = mark.partition("||")
        if value[1]:
            codes.append((value[0].strip(), value[2].strip()))
        elif (said := _IDENTIFIER.match(mark)) and (
            said[1].lower() in _KNOWN_IDS or said[1].lower().endswith("id")
        ):
            ids[said[1].lower()] = said[2].strip()
        else:
            codes.append((mark.strip(), ""))
    return _Line(_WITHIN.sub("", _BEFORE.sub("", line)), tuple(codes), ids, edges=edges)


@attrs.define
class _Reader:
    study: Gathering
    _case_of: dict[str, str] = attrs.field(factory=dict)

    def tree(self, held: Any, above: str | None) -> None:
        """Add the codes of a tree that a file has in YAML."""
        if isinstance(held, str):
            held = {"id": held}
        if not isinstance(held, dict):
            return
        id = line_of(held.get("id") or held.get("value") or held.get("code") or held.get("label"))
        if not id:
            return
        parent = line_of(held.get("parentId") or "") or above
        if self.study.code_id(id) is None:
            self._add(
                id, parent, line_of(held.get("label")) or id, str(held.get("description") or "")
            )
        children = held.get("children")
        for child in children if isinstance(children, list) else [children]:
            if child is not None:
                self.tree(child, id)

    def _add(self, id: str, above: str | None, label: str, definition: str = "") -> None:
        own = id if is_id(id) else ""
        self.study.add_code(id, label, definition=definition, above=above, id=own)

    def code(self, path: str) -> str:
        """Return the key of a code that a line has, with those above it."""
        above: str | None = None
        for name in (line_of(each) for each in path.split(">")):
            if not name:
                continue
            if self.study.code_id(name) is None:
                self._add(name, above, name)
            above = name
        return above or path

    def document(self, sources: list[_Source]) -> None:
        """Add the document of files that have one text, as each of them is coded."""
        first = sources[0]
        parts, starts, at = [], [], 0
        for line in first.lines:
            starts.append(at)
            if line.ids.get("uid"):
                parts.append(Part("utterance", at, at + len(line.text), name=line.ids["uid"]))
            at += len(line.text) + 1
        parts += _sections(first, starts)
        turns, speaking = self._turns(first, starts)
        key = first.name if len(sources) == 1 else first.name.partition("--")[0]
        structure = Structure([*parts, *turns])
        if (
            self.study.add_document(key, key, first.text, structure=structure, speaking=speaking)
            is None
        ):
            return
        for source in sources:
            self._coded(key, source, starts)
            edges = sum(line.edges for line in source.lines)
            reason = "relates two codes on one line, and is no coding"
            self.study.lose_many("loss", "edge of a network", reason, count=edges, name=source.name)

    def _turns(self, source: _Source, starts: list[int]) -> tuple[list[Part], Speakers | None]:
        """Return whose the lines are, where a text is of several cases: each holds up to the next."""
        changes = [
            (start, case)
            for line, start in zip(source.lines, starts, strict=True)
            if (case := line.case) is not None
        ]
        names = dict.fromkeys(case for _, case in changes)
        if len(names) < 2:
            return [], None
        people = [Speaker(name, case=self._case(name).id) for name in names]
        turns = _up_to_the_next(changes, len(source.text), "turn")
        return turns, Speakers(tuple(people), sure=1.0, form="file")

    def _coded(self, key: str, source: _Source, starts: list[int]) -> None:
        coder = ""
        for line, start in zip(source.lines, starts, strict=True):
            coder = line.ids.get("coderid", coder)
            if line.case is not None:
                self._case(line.case)
                self.study.join(key, line.case)
            for path, value in line.codes:
                self._coding(key, start, line, path, value, coder)

    def _case(self, name: str) -> Case:
        known = self.study.cases.get(name)
        return self.study.add_case(name, name, variables={}) if known is None else known

    def _coding(
        self, document: str, start: int, line: _Line, path: str, value: str, coder: str
    ) -> None:
        if not line.text.strip():
            self.study.lose("loss", "coding", "stands on a line without words", name=path)
            return
        number = float(value) if NUMBER.match(value) else None
        self.study.add_coding(
            document, start, start + len(line.text), self.code(path), coder=coder, weight=number,
            memo="" if number is not None else value,
        )  # fmt: skip

    def attribute(self, held: Any) -> None:
        """Give a case the variables that a file has for it in YAML."""
        if not isinstance(held, dict):
            return
        named = next((held[name] for name in ("caseId", "cid", "caseid") if name in held), None)
        if named is None:
            self.study.lose_many("note", "attributes", "name no case", name=str(held))
            return
        key = line_of(named)
        if key not in self.study.cases:
            self.study.add_case(key, key, variables={})
        values: dict[str, Value] = {}
        for name, value in held.items():
            if str(name).lower() in ("caseid", "cid"):
                continue
            try:
                made = check_value(value, what=f"{name} of case {key!r}")
            except QualcodeError as error:
                self.study.lose("loss", "variable", str(error), name=name)
                continue
            if made is not None:
                values[str(name)] = made
        case = self.study.cases[key]
        self.study.cases[key] = attrs.evolve(case, variables={**case.variables, **values})
