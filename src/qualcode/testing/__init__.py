"""Hypothesis strategies for everything the library works on, and the laws of rollups as a check.

The strategies are what qualcode's own tests draw from. They need Hypothesis (the extra ``testing``),
which is imported when one of them is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode._extras import require
from qualcode._faces import face

if TYPE_CHECKING:
    from qualcode.testing.checking import check_rollup as check_rollup
    from qualcode.testing.codebook import codebooks as codebooks
    from qualcode.testing.codebook import rollups as rollups
    from qualcode.testing.history import histories as histories
    from qualcode.testing.laws import LawBroken as LawBroken
    from qualcode.testing.odd import odd_values as odd_values
    from qualcode.testing.project import assignments as assignments
    from qualcode.testing.project import projects as projects
    from qualcode.testing.queries import queries as queries
    from qualcode.testing.text import documents as documents
    from qualcode.testing.text import texts as texts
    from qualcode.testing.union import unions as unions

_HOMES = {
    "LawBroken": "laws",
    "assignments": "project",
    "check_rollup": "checking",
    "codebooks": "codebook",
    "documents": "text",
    "histories": "history",
    "odd_values": "odd",
    "projects": "project",
    "queries": "queries",
    "rollups": "codebook",
    "texts": "text",
    "unions": "union",
}

__all__ = sorted(_HOMES)


def _before(name: str) -> None:
    require("hypothesis", extra="testing")


__getattr__, __dir__ = face(__name__, _HOMES, before=_before)
