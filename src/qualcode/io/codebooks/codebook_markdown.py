"""Codebooks as Markdown pages: a heading for each code, as `Codebook.to_markdown` writes them, or a list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import CodebookError, CodebookFileError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.raw.decoding import decode, read_bytes
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.ids import is_id, slug, unique_slug

__all__ = ["PAGES", "not_in_markdown", "read_codebook_markdown"]

PAGES = (".md", ".markdown")

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*\Z")
_ID = re.compile(r"`([^`\s]+)`\Z")
_TITLE = re.compile(r"(?:\*\*|__)(.+?):?(?:\*\*|__):?\s*(.*)\Z")
_ITEM = re.compile(r"(\s*)(?:[-*+]|\d+[.)])\s+(.*)\Z")
_ATTRIBUTE = re.compile(r"([^:`]{1,60}):\s+(.+)\Z")
_LEAD = re.compile(
    r"(?:\*\*|__)(.+?)(?:\*\*|__)\s*[:–—-]?\s*(.*)\Z|([^:]{1,120}?)\s*[:–—]\s+(.*)\Z"
)
_SECTIONS = {
    "include": "include", "inclusion criteria": "include", "when to use": "include",
    "exclude": "exclude", "exclusion criteria": "exclude", "when not to use": "exclude",
    "examples": "examples", "example": "examples",
    "counter-examples": "counterexamples", "counterexamples": "counterexamples",
    "keywords": "keywords", "patterns": "patterns", "memos": "memos", "notes": "memos",
    "definition": "definition", "description": "definition",
}  # fmt: skip


@attrs.define
class _Draft:
    """A code being read."""

    line: int
    name: str
    parent: _Draft | None
    id: str = ""
    text: list[str] = attrs.field(factory=list)
    entries: dict[str, list[str]] = attrs.field(factory=dict)
    attributes: dict[str, str] = attrs.field(factory=dict)


def read_codebook_markdown(path: Path) -> Codebook:
    """Read a codebook from a Markdown page.

    Codes are headings below the page's title, as deep as they are nested, with the id in backticks, a
    definition, and lists under **Include**, **Exclude**, **Examples** and so on, as
    `Codebook.to_markdown` writes them. A page without headings below its title is read as a nested list,
    ``- **Trust**: partners rely on each other``.

    Raises
    ------
    CodebookFileError
        When it has no codes, or a code is not right: the line is named.
    """
    text = decode(read_bytes(path), where=str(path)).text
    lines = [line.rstrip() for line in text.splitlines()]
    headings = [found for line in lines if (found := _HEADING.match(line))]
    title = headings[0][2] if headings else path.stem
    below = sum(1 for each in headings[1:])
    page = _Page.of(lines, path) if below or not headings else _Page.of_list(lines, path)
    if not page.codes and not below:
        page = _Page.of_list(lines, path)
    if not page.codes:
        raise CodebookFileError(
            f"{path}: has no codes: write each as a heading below the page's title, or as an entry of a list"
        )
    return page.codebook(title, slug(path.stem) or "codebook")


@attrs.define
class _Page:
    path: Path
    codes: list[_Draft] = attrs.field(factory=list)
    description: list[str] = attrs.field(factory=list)
    after_blank: bool = False

    @classmethod
    def of(cls, lines: list[str], path: Path) -> _Page:
        page = cls(path)
        above: list[tuple[int, _Draft | None]] = []
        section = ""
        for number, line in enumerate(lines, start=1):
            heading = _HEADING.match(line)
            if heading is None:
                section = page._take(line, section, above[-1][1] if above else None)
                continue
            section, depth = "", len(heading[1])
            if not above:
                above.append((depth, None))
                continue
            while len(above) > 1 and above[-1][0] >= depth:
                above.pop()
            page.codes.append(_Draft(number, heading[2], above[-1][1]))
            above.append((depth, page.codes[-1]))
        return page

    def _take(self, line: str, section: str, code: _Draft | None) -> str:
        """Take a line for a code, and return the section that it stands in."""
        if code is None:
            self.description.append(line)
            return ""
        after_blank, self.after_blank = self.after_blank, not line.strip()
        if self.after_blank:
            if not section:
                code.text.append("")
            return section
        if (found := _ID.match(line)) and not code.id and not any(code.text):
            code.id = found[1]
            return ""
        title, item = _TITLE.match(line), _ITEM.match(line)
        if title and _SECTIONS.get(title[1].casefold()):
            if title[2]:
                code.entries.setdefault(_SECTIONS[title[1].casefold()], []).append(title[2])
            return _SECTIONS[title[1].casefold()]
        entries = code.entries.setdefault(section, []) if section in _SECTIONS.values() else None
        # Attributes stand in a list of their own, after a blank line.
        said = _ATTRIBUTE.match(item[2]) if item else None
        if item and entries is not None and not (said and after_blank and entries):
            entries.append(item[2])
            return section
        if said and (section or not any(code.text)):
            code.attributes[said[1].strip()] = said[2]
            return "attributes"
        if entries and not after_blank:
            entries[-1] += f"\n{line.strip()}"
            return section
        code.text.append(line)
        return ""

    @classmethod
    def of_list(cls, lines: list[str], path: Path) -> _Page:
        page = cls(path)
        above: list[tuple[int, _Draft]] = []
        for number, line in enumerate(lines, start=1):
            item = _ITEM.match(line)
            if item is None:
                if above and line.strip() and not _HEADING.match(line):
                    above[-1][1].text.append(line.strip())
                elif not page.codes and not _HEADING.match(line):
                    page.description.append(line)
                continue
            indent = len(item[1].expandtabs(4))
            while above and above[-1][0] >= indent:
                above.pop()
            lead = _LEAD.match(item[2])
            name = (lead[1] or lead[3]) if lead else item[2]
            told = (lead[2] or lead[4] or "") if lead else ""
            code = _Draft(number, name.strip(" :"), above[-1][1] if above else None)
            code.text = [told] if told else []
            page.codes.append(code)
            above.append((indent, code))
        return page

    def codebook(self, name: str, id: str) -> Codebook:
        ids = self._ids()
        made = []
        for code in self.codes:
            parent = None if code.parent is None else ids[code.parent.line]
            entries: dict[str, Any] = {field: tuple(found) for field, found in code.entries.items()}
            told = ("\n".join(code.text).strip(), *entries.pop("definition", ()))
            try:
                made.append(
                    Code(
                        ids[code.line],
                        name=" ".join(code.name.split()),
                        definition="\n\n".join(filter(None, told)),
                        parent=parent,
                        attributes=code.attributes,
                        patterns=[json.loads(_bare(each)) for each in entries.pop("patterns", ())],
                        keywords=[_bare(each) for each in entries.pop("keywords", ())],
                        **entries,
                    )
                )
            except (CodebookError, ValueError) as error:
                raise self._fault(code.line, str(error)) from error
        try:
            description = "\n".join(self.description).strip()
            return Codebook(id, name=name, description=description, codes=made)
        except CodebookError as error:
            at = {ids[code.line]: code.line for code in self.codes}
            raise self._fault(
                at.get(str(error.at[1]) if len(error.at) > 1 else "", 1), str(error)
            ) from error

    def _ids(self) -> dict[int, str]:
        taken = {code.id for code in self.codes}
        found: dict[int, str] = {}
        for code in self.codes:
            if code.id and not is_id(code.id):
                raise self._fault(code.line, f"{code.id!r} cannot be the id of a code")
            found[code.line] = code.id or unique_slug(code.name, taken, default="code")
            taken.add(found[code.line])
        return found

    def _fault(self, line: int, message: str) -> CodebookFileError:
        return CodebookFileError(f"{self.path}, line {line}: {message}")


def _bare(text: str) -> str:
    return text.strip().strip("`")


def not_in_markdown(codebook: Codebook) -> Losses:
    """Return what `Codebook.to_markdown` has no place for."""
    return Losses(_left_out(codebook))


def _left_out(codebook: Codebook) -> Iterator[Loss]:
    reason = "a page has headings for codes in use, and no place for it"
    for name, number in (
        ("code out of use", sum(not code.is_live for code in codebook.codes.values())),
        ("declared attribute", len(codebook.attributes)),
        ("link", len(codebook.links)),
        ("rollup", len(codebook.rollups)),
        ("colour", sum(code.colour is not None for code in codebook.codes.values())),
        ("code that only groups others", sum(not code.codable for code in codebook)),
    ):
        if number:
            yield Loss("loss", name, reason=reason, count=number)
