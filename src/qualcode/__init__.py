"""Qualitative coding as a library: documents, a living codebook, assignments, rollups, statistics.

Names are imported when they are first used, so ``import qualcode`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qualcode import errors as errors
    from qualcode import report as report
    from qualcode import stats as stats
    from qualcode import suggest as suggest
    from qualcode import testing as testing
    from qualcode.errors import QualcodeError as QualcodeError
    from qualcode.io.codebook_file import load_codebook as load_codebook
    from qualcode.io.codebook_file import read_codebook as read_codebook
    from qualcode.io.codebook_file import write_codebook as write_codebook
    from qualcode.io.shipped import list_codebooks as list_codebooks
    from qualcode.io.shipped import list_projects as list_projects
    from qualcode.io.store.checking import check_folder as check_folder
    from qualcode.model import changes as changes
    from qualcode.model.assignments import Assignment as Assignment
    from qualcode.model.assignments import Assignments as Assignments
    from qualcode.model.codebook import Codebook as Codebook
    from qualcode.model.codes import Code as Code
    from qualcode.model.codes import Link as Link
    from qualcode.model.documents import Case as Case
    from qualcode.model.documents import Document as Document
    from qualcode.model.history import History as History
    from qualcode.model.history import Revision as Revision
    from qualcode.model.memos import Coder as Coder
    from qualcode.model.memos import Memo as Memo
    from qualcode.model.queries import where as where
    from qualcode.model.rollups import Domain as Domain
    from qualcode.model.rollups import Rollup as Rollup
    from qualcode.model.rollups import Theme as Theme
    from qualcode.model.segmenters import by_regex as by_regex
    from qualcode.model.segmenters import by_spacy as by_spacy
    from qualcode.model.segmenters import segment as segment
    from qualcode.model.segments import Segment as Segment
    from qualcode.model.segments import Segments as Segments
    from qualcode.model.spans import Span as Span
    from qualcode.model.suggestions import Suggestion as Suggestion
    from qualcode.model.suggestions import Verdict as Verdict
    from qualcode.project.evaluating import evaluate_suggester as evaluate_suggester
    from qualcode.project.project import Project as Project
    from qualcode.project.project import load_project as load_project
    from qualcode.project.view import View as View
    from qualcode.stats import conclusions as conclusions

__version__ = "0.1.0"

_HOMES = {
    "Assignment": "model.assignments",
    "Assignments": "model.assignments",
    "Case": "model.documents",
    "Code": "model.codes",
    "Codebook": "model.codebook",
    "Coder": "model.memos",
    "Document": "model.documents",
    "Domain": "model.rollups",
    "History": "model.history",
    "Link": "model.codes",
    "Memo": "model.memos",
    "Project": "project.project",
    "QualcodeError": "errors",
    "Revision": "model.history",
    "Rollup": "model.rollups",
    "Segment": "model.segments",
    "Segments": "model.segments",
    "Span": "model.spans",
    "Suggestion": "model.suggestions",
    "Theme": "model.rollups",
    "Verdict": "model.suggestions",
    "View": "project.view",
    "by_regex": "model.segmenters",
    "by_spacy": "model.segmenters",
    "check_folder": "io.store.checking",
    "evaluate_suggester": "project.evaluating",
    "list_codebooks": "io.shipped",
    "list_projects": "io.shipped",
    "load_codebook": "io.codebook_file",
    "load_project": "project.project",
    "read_codebook": "io.codebook_file",
    "segment": "model.segmenters",
    "where": "model.queries",
    "write_codebook": "io.codebook_file",
}
_MODULES = {
    "changes": "model.changes",
    "conclusions": "stats.conclusions",
    "errors": "errors",
    "report": "report",
    "stats": "stats",
    "suggest": "suggest",
    "testing": "testing",
}

__all__ = ["__version__", *sorted([*_HOMES, *_MODULES])]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"qualcode.{_MODULES[name]}")
    if name not in _HOMES:
        raise AttributeError(f"module 'qualcode' has no attribute {name!r}")
    value = getattr(import_module(f"qualcode.{_HOMES[name]}"), name)
    globals()[name] = value  # the next look-up is a plain one
    return value


def __dir__() -> list[str]:
    return list(__all__)
