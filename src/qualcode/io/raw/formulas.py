"""Formulas of a spreadsheet whose results are not in the file: their cells look empty, and are not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from qualcode.io.raw.packed import Archive

__all__ = ["without_results"]

# A cell with a formula, and nothing behind that but an empty value.
_CELL = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{1,4}\d{1,9})["'][^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)
    \s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>""",
    re.VERBOSE,
)
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def without_results(archive: Archive) -> Mapping[str, tuple[str, ...]]:
    """Return, by the name of their sheet, the cells whose formulas have no result.

    Programs that write spreadsheets, and do not calculate, leave the results out.
    """
    found = {}
    for sheet, file in _sheet_files(archive):
        data = archive.read(file) if file in archive else b""
        if b"<f" in data or b":f" in data:
            found[sheet] = tuple(each.decode("ascii") for each in _CELL.findall(data))
    return found


def _sheet_files(archive: Archive) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet of a workbook, and its file."""
    if _BOOK not in archive or _RELATIONS not in archive:
        return
    targets = {each.get("Id"): each.get("Target", "") for each in archive.xml(_RELATIONS)}
    for element in archive.xml(_BOOK).iter():
        if element.tag.endswith("}sheet"):
            id = next((value for name, value in element.items() if name.endswith("}id")), None)
            target = targets.get(id, "")
            file = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            yield element.get("name", ""), file
