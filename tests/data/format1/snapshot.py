"""What a project says as of each revision, as plain values; the same for every version of the library."""

from __future__ import annotations

from datetime import date
from typing import Any


def snapshot(project: Any) -> dict[str, Any]:
    """Return what a project says, now and as of each of its revisions."""
    numbers = range(1, len(project.history) + 1)
    return {
        "revisions": [
            [
                each.change_kind if hasattr(each, "change_kind") else each.change.kind,
                each.coder,
                each.time,
                each.reason,
            ]
            for each in project.history
        ],
        "now": content(project),
        "at": {str(number): content(project.at(number)) for number in numbers},
    }


def content(view: Any) -> dict[str, Any]:
    """Return documents, codebook, coding and memos of a view."""
    return {
        "documents": {
            id: [
                each.name,
                each.text,
                list(each.cases),
                {name: plain(value) for name, value in each.variables.items()},
                each.source,
                each.time,
            ]
            for id, each in view.documents.items()
        },
        "cases": {
            id: [each.name, {name: plain(value) for name, value in each.variables.items()}]
            for id, each in view.cases.items()
        },
        "coders": {id: [each.name, each.kind] for id, each in view.coders.items()},
        "codes": {
            id: [
                code.name,
                code.definition,
                code.parent,
                code.status,
                code.merged_into,
                list(code.parts),
            ]
            for id, code in view.codebook.codes.items()
        },
        "assignments": sorted(row(each) for each in view.assignments),
        "unresolved": sorted(row(each) for each in view.unresolved),
        "memos": sorted(
            [
                memo.coder,
                memo.time,
                "revision" if memo.target.startswith("revision:") else memo.target,
                memo.text,
            ]
            for memo in view.memos
        ),
        "verdicts": [
            [
                each.kind,
                each.coder,
                each.time,
                each.document,
                each.start,
                each.end,
                each.code,
                each.memo,
            ]
            for each in view.state.verdicts
        ],
    }


def target(memo: str) -> str:
    """Return what a memo is about; ids of revisions depend on the format."""
    return "revision" if memo.startswith("revision:") else memo


def row(each: Any) -> list[Any]:
    segment = each.segment
    weight = None if each.weight is None else float(each.weight)
    return [
        segment.document.id, segment.start, segment.end, each.code.id, each.assigned_as, each.coder,
        each.time, each.origin, str(weight), each.memo or "",
    ]  # fmt: skip


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
