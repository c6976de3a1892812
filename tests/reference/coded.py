"""Small coded projects, and what their units carry, read from the objects one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import qualcode as qc

Line = tuple[str, ...]


def coded_project(
    lines: Mapping[str, Sequence[str]],
    *,
    themes: Mapping[str, str] | None = None,
    variables: Mapping[str, Mapping[str, Any]] | None = None,
    cases: Mapping[str, Sequence[str]] | None = None,
    case_variables: Mapping[str, Mapping[str, Any]] | None = None,
    coders: Sequence[str] = ("ana",),
) -> qc.Project:
    """Return a project whose documents have a line of text for each text of one-letter codes.

    Codes before a ``|`` are the first coder's, those behind it the second's. `themes` holds the
    letters of each theme.
    """
    letters = sorted(
        {letter for each in lines.values() for line in each for letter in line} - {"|"}
    )
    rollups = []
    if themes is not None:
        rollups = [
            qc.Rollup(
                "r", themes=[qc.Theme(name, codes=list(held)) for name, held in themes.items()]
            )
        ]
    book = qc.Codebook("book", codes=[qc.Code(letter) for letter in letters], rollups=rollups)
    project = qc.Project.new("Study", codebook=book, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for case in dict.fromkeys(each for held in (cases or {}).values() for each in held):
        project.add_case(case, variables=dict((case_variables or {}).get(case, {})))
    for id, each in lines.items():
        project.add_document(
            "\n".join(f"line {at}" for at in range(len(each))),
            id=id,
            variables=dict((variables or {}).get(id, {})),
            cases=list((cases or {}).get(id, [])),
        )
        for unit, carried in zip(project.segments(unit="line", documents=id), each, strict=True):
            for coder, own in zip(coders, carried.split("|"), strict=False):
                for letter in own:
                    project.assign(unit, letter, coder=coder)
    return project


def carried_by_line(lines: Iterable[str], codes: Iterable[str]) -> set[int]:
    """Return which lines carry any of some codes."""
    return {at for at, line in enumerate(lines) if set(line) & set(codes)}
