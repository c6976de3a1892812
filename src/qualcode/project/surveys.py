"""Making a project of a survey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from qualcode.errors import DocumentError
from qualcode.io.exchange.losses import Losses
from qualcode.model.checks import check_path
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.readable import Readable
from qualcode.project.project import Project
from qualcode.project.surveying import Survey

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SurveyProject", "read_survey"]


@attrs.frozen(eq=False)
class SurveyProject(Readable):
    """A project made of a survey, and what became of each column.

    Parameters
    ----------
    project : Project
        In memory; ``save`` with a path puts it in a folder.
    survey : Survey
        The respondents, their answers, the columns.
    """

    project: Project
    survey: Survey

    @property
    def losses(self) -> Losses:
        """What is not as it was in the table, or was passed over."""
        return self.survey.losses

    def __str__(self) -> str:
        return str(self.survey)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each column of the table; see `Survey.to_frame`."""
        return self.survey.to_frame()


def read_survey(
    source: str | Path | pd.DataFrame,
    *,
    open: str | Iterable[str] | Mapping[str, str],
    id: str | None = None,
    variables: Iterable[str] | Mapping[str, str] | None = None,
    orders: Mapping[str, Iterable[object]] | None = None,
    missing: Iterable[object] | Mapping[str, Iterable[object]] | None = None,
    heads: int | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    name: str | None = None,
    codebook: str | Path | Codebook | None = None,
    coder: str = "project",
) -> SurveyProject:
    r"""Read a survey, a table with a row for each respondent, as a project of its own.

    Parameters
    ----------
    source, open, id, variables, orders, missing, heads, sheet, encoding
        As for `qualcode.Project.add_survey`, which adds a survey to a project that is there.
    name : str, optional
        Of the project; that of the file when not given.
    codebook, coder
        As for `qualcode.Project.new`.

    Returns
    -------
    SurveyProject
        The project, and what became of each column.

    Raises
    ------
    DocumentError
        When the table cannot be read, a column is not there, or a row has no id.
    DuplicateError
        When two rows have the same id.

    Examples
    --------
    >>> _ = Path("answers.csv").write_text("nr;age;why\n007;31;Trust.\n012;;Money.\n")
    >>> read = read_survey("answers.csv", open="why", id="nr")
    >>> read.project.name, read.project.documents["012-why"].text
    ('answers', 'Money.')
    """
    if name is None:
        framed = hasattr(source, "columns")
        name = "Survey" if framed else check_path(source, what="source", error=DocumentError).stem
    project = Project.new(name, codebook=codebook, coder=coder)
    survey = project.add_survey(
        source,
        open=open,
        id=id,
        variables=variables,
        orders=orders,
        missing=missing,
        heads=heads,
        sheet=sheet,
        encoding=encoding,
    )
    return SurveyProject(project, survey)
