"""The review that a project is about: asked as its questions are, and written into its log."""

from __future__ import annotations

from qualcode.project.reviewing.bringing import Bringing
from qualcode.project.reviewing.form_tables import FormTables
from qualcode.project.reviewing.judging import Judging

__all__ = ["Review"]


class Review(Judging, FormTables, Bringing):
    """The review that a project is about. It holds nothing of its own: all is read from the project's log.

    Parameters
    ----------
    project : Project
        The project.

    Examples
    --------
    >>> import qualcode as qc
    >>> review = qc.load_project("collaboration-reviews").review()
    >>> len(review.findings("factors")), len(review.diagram("factors"))
    (18, 42)
    """
