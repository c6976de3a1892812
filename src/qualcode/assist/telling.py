"""Values of a project as plain data, as an assistant gets them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from qualcode.model.codebooks.codes import Code
from qualcode.model.coding.assignments import Assignment
from qualcode.model.coding.proposals import Proposal

__all__ = ["plain", "told_code", "told_coding", "told_proposal"]


def plain(value: Any) -> Any:
    """Return a frame as a list of rows, and anything else as JSON holds it."""
    if isinstance(value, pd.DataFrame):
        return json.loads(value.to_json(orient="records", date_format="iso", default_handler=str))
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def told_code(code: Code, examples: Callable[[Iterable[str]], list[str]]) -> dict[str, Any]:
    """Return a code with its criteria.

    Parameters
    ----------
    code : Code
        The code.
    examples : callable
        Returns those examples that may be shown.
    """
    said = {
        "code": code.id,
        "name": code.name,
        "parent": code.parent,
        "definition": code.definition,
        "include": list(code.include),
        "exclude": list(code.exclude),
        "examples": examples(code.examples),
        "counterexamples": examples(code.counterexamples),
    }
    if not code.codable:
        said["note"] = "groups other codes, and is not assigned"
    return {name: value for name, value in said.items() if value}


def told_coding(each: Assignment) -> dict[str, Any]:
    """Return what was assigned to a passage."""
    said = {
        "code": each.code.id, "coder": each.coder, "memo": each.memo, "weight": each.weight,
        "time": each.time, "origin": each.origin,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


def told_proposal(each: Proposal) -> dict[str, Any]:
    """Return a proposal, and what people made of it."""
    last = each.decided[-1] if each.decided else None
    said = {
        "id": each.id, "what": each.what, "outcome": each.outcome, "proposal": each.told, "why": each.why,
        "time": each.time, "decided by": last and last.coder, "note": last and last.memo,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}
