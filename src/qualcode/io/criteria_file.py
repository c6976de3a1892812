"""Files of criteria: YAML that people write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qualcode.errors import ProjectError
from qualcode.io.codebooks.codebook_yaml import parsed_yaml, yaml_file_text
from qualcode.model.checks import check_path
from qualcode.model.review.criteria import Criteria

__all__ = ["read_criteria"]


def read_criteria(given: str | Path | Mapping[str, Any] | Criteria) -> Criteria:
    """Return the criteria of a review.

    Parameters
    ----------
    given : str, Path, mapping or Criteria
        A YAML file with ``include`` and ``exclude``, or what such a file says.

    Raises
    ------
    ProjectError
        When it is none; the file is named.

    Examples
    --------
    >>> print(read_criteria({"exclude": ["no review", "wrong population"]}))
    exclude: no review, wrong population
    """
    if isinstance(given, Criteria):
        return given
    if isinstance(given, Mapping):
        return Criteria.of(given)
    path = check_path(given, what="criteria", error=ProjectError)
    _, content = parsed_yaml(yaml_file_text(path, error=ProjectError), path, error=ProjectError)
    try:
        return Criteria.of(content)
    except ProjectError as error:
        raise ProjectError(f"{path}: {error}") from error
