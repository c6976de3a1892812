"""Keywords in context, of a project or of a view of it."""

from __future__ import annotations

from collections.abc import Iterable

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_kind
from qualcode.project.view import View
from qualcode.stats.words.contexts import InContext, KeywordsInContext

__all__ = ["InContext", "KeywordsInContext", "keywords_in_context"]


def keywords_in_context(
    view: View, keywords: str | Iterable[str], *, width: int = 30
) -> KeywordsInContext:
    """Find every place of keywords in the texts; the same as `View.keywords_in_context`.

    Parameters
    ----------
    view : View or Project
        The project, as it is or as it was; narrow it to documents or speakers with `View.restricted`.
    keywords : str or iterable of str
        Whole words, whatever their case; ``*`` stands for any letters.
    width : int, default 30
        How many characters of context on each side.

    Raises
    ------
    StatisticsError
        When nothing is asked for.

    Examples
    --------
    >>> from qualcode import Project
    >>> project = Project.new("Study")
    >>> _ = project.add_document("We trust them. Trust takes time.", id="a")
    >>> print(keywords_in_context(project, "trust*", width=12))
    'trust*': 2 places in 1 of 1 documents
    a           We  trust  them. Trust
    a  trust them.  Trust  takes time.
    """
    check_kind(view, View, what="view", error=StatisticsError, advice="pass a project or a view")
    return view.keywords_in_context(keywords, width=width)
