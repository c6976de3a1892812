"""Every error the library raises: one root, and for each error the builtin it is a kind of.

A message says what failed, the value, where, and the likely fix, so that it can be acted on without
reading the code. ``except QualcodeError`` catches all of them; ``except KeyError`` still works where a
reader would expect it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "AssignmentError",
    "ChangeError",
    "CodebookError",
    "CodebookFileError",
    "CorrectionError",
    "CycleError",
    "DocumentError",
    "DuplicateDocumentError",
    "DuplicateError",
    "EngineError",
    "HistoryError",
    "LockedError",
    "MissingExtraError",
    "NotFoundError",
    "ProjectError",
    "PseudonymError",
    "QualcodeError",
    "QueryError",
    "RollupError",
    "SpanError",
    "StatisticsError",
    "StoreError",
    "StudyError",
    "SuggestionError",
    "WithdrawnError",
    "did_you_mean",
]


class QualcodeError(Exception):
    """The root of every error that qualcode raises."""

    def __str__(self) -> str:
        # KeyError shows the repr of its argument; a message meant for people must stay readable.
        return str(self.args[0]) if self.args else ""


class SpanError(QualcodeError, ValueError):
    """A span is empty, reversed, or outside the text it belongs to."""


class DocumentError(QualcodeError, ValueError):
    """A document, case or variable cannot be accepted as given."""


class PseudonymError(QualcodeError, ValueError):
    """Names cannot be replaced as given."""


class CorrectionError(QualcodeError, ValueError):
    """A correction of a text is not of that text, or is damaged."""


class CodebookError(QualcodeError, ValueError):
    """A code or codebook breaks a rule of codebooks.

    Parameters
    ----------
    message : str
        What is wrong.
    at : sequence of str and int
        Where in the codebook's record, such as ``("codes", "trust", "parent")``, so that a reader of
        files can name the line.
    """

    def __init__(self, message: str, *, at: Iterable[str | int] = ()) -> None:
        super().__init__(message)
        self.at = tuple(at)


class CodebookFileError(CodebookError):
    """A codebook file cannot be read; the message names file and line."""


class CycleError(CodebookError):
    """Parents, or codebooks that extend each other, form a circle."""


class DuplicateError(QualcodeError, ValueError):
    """Something with this id, or this name beside it, exists already."""


class DuplicateDocumentError(DuplicateError):
    """A document is in two of the parts that were counted, and would count twice.

    Parameters
    ----------
    message : str
        What is wrong.
    documents : iterable of str
        Ids of the documents that are in more than one part.
    """

    def __init__(self, message: str, *, documents: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.documents = tuple(documents)


class NotFoundError(QualcodeError, KeyError):
    """Nothing has this id or name; the message suggests what was perhaps meant."""


class WithdrawnError(NotFoundError):
    """A document or case was withdrawn, so nothing can be done with it."""


class ChangeError(QualcodeError, ValueError):
    """A codebook change cannot be applied to the codebook as it stands."""


class HistoryError(QualcodeError, ValueError):
    """The log of revisions is broken, edited by hand, or forked.

    Parameters
    ----------
    message : str
        What is wrong.
    revision : int or None
        Number of the first revision at fault, so that a reader of files can name the line.
    """

    def __init__(self, message: str, *, revision: int | None = None) -> None:
        super().__init__(message)
        self.revision = revision


class AssignmentError(QualcodeError, ValueError):
    """A code cannot be assigned, or an assignment cannot be retracted, as asked.

    Parameters
    ----------
    message : str
        What is wrong.
    rows : iterable of int
        The rows of a table that are at fault, counted from 0.
    """

    def __init__(self, message: str, *, rows: Iterable[int] = ()) -> None:
        super().__init__(message)
        self.rows = tuple(rows)


class QueryError(QualcodeError, ValueError):
    """A query cannot be read, or asks for what cannot be answered.

    Parameters
    ----------
    message : str
        What is wrong, and what would fit.
    at : int or None
        Where in the text of the query, in code points from its start.
    """

    def __init__(self, message: str, *, at: int | None = None) -> None:
        super().__init__(message)
        self.at = at


class RollupError(CodebookError):
    """A rollup names what does not exist, or is not well formed."""


class StatisticsError(QualcodeError, ValueError):
    """A statistic was asked for with arguments that do not define one."""


class FlowError(QualcodeError, ValueError):
    """The numbers of a review's flow do not reconcile, or are none."""


class EngineError(QualcodeError, RuntimeError):
    """An engine that counts parts elsewhere failed, or handed back what cannot be."""


class ProjectError(QualcodeError, ValueError):
    """A project cannot do what was asked of it."""


class SuggestionError(QualcodeError, ValueError):
    """A suggester, or a verdict on a suggestion, cannot do what was asked of it."""


class StoreError(QualcodeError, OSError):
    """A project's folder cannot be read or written; the message names file and line."""


class StudyError(QualcodeError, ValueError):
    """A file of another program cannot be read or written; the message names file, line and element."""


class LockedError(StoreError):
    """Another process is writing to the project; the message says which."""


class MissingExtraError(QualcodeError, ImportError):
    """An optional dependency is not installed; the message names the extra to install."""


_LONGEST_LOOKED_UP = 200  # comparing texts takes the product of their lengths


def did_you_mean(wanted: object, known: Iterable[str], *, limit: int = 3) -> str:
    """Return " Did you mean …?" for the close matches of a missed look-up, or nothing.

    Parameters
    ----------
    wanted : object
        What was looked up. A number is compared as text; nothing is close to anything else.
    known : iterable of str
        Everything that would have been found.
    limit : int, default 3
        How many suggestions at the most.

    Examples
    --------
    >>> did_you_mean("trsut", ["trust", "roles"])
    " Did you mean 'trust'?"
    >>> did_you_mean("xyz", ["trust", "roles"])
    ''
    """
    if isinstance(wanted, int | float) and not isinstance(wanted, bool) and abs(wanted) < 1e15:
        wanted = f"{wanted:g}" if isinstance(wanted, float) else str(wanted)
    if not isinstance(wanted, str) or len(wanted) > _LONGEST_LOOKED_UP:
        return ""
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(name.casefold(), name)  # the first spelling is the one to show
    close = difflib.get_close_matches(wanted.casefold(), folded, n=limit, cutoff=0.6)
    if not close:
        return ""
    return " Did you mean " + " or ".join(repr(folded[name]) for name in close) + "?"
