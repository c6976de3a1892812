"""The review that a project is about: asked as its questions are, and written into its log."""

from __future__ import annotations

from qualcode.project.reviewing.form_tables import FormTables
from qualcode.project.reviewing.judging import Judging
from qualcode.project.reviewing.screening import Screening

__all__ = ["Review"]


class Review(Judging, FormTables, Screening):
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
