"""The codebooks and projects that come with the library, by name."""

from __future__ import annotations

from pathlib import Path

from qualcode.errors import NotFoundError, ProjectError, did_you_mean
from qualcode.model.checks import check_text

__all__ = ["codebook_path", "list_codebooks", "list_projects", "project_path"]

_PACKAGE = Path(__file__).resolve().parents[1]


def _folder(name: str) -> Path:
    """Return the folder of the installed package or, when run from a checkout, of the checkout."""
    installed = _PACKAGE / "shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parents[1] / name


def list_codebooks() -> list[str]:
    """Return the names of the codebooks that come with the library.

    Examples
    --------
    >>> "collaboration" in list_codebooks()
    True
    """
    return sorted(path.stem for path in _folder("codebooks").glob("*.yaml"))


def list_projects() -> list[str]:
    """Return the names of the projects that come with the library.

    Examples
    --------
    >>> "collaboration-reviews" in list_projects()
    True
    """
    return sorted(_projects())


def _projects() -> dict[str, Path]:
    """Return the folder of each shipped project; one that goes on with another lies in its folder."""
    corpora = _folder("corpora")
    found = [*corpora.glob("*/project/project.json"), *corpora.glob("*/*/project/project.json")]
    return {path.parent.parent.name: path.parent for path in found}


def codebook_path(name: str) -> Path:
    """Return the file of a shipped codebook.

    Raises
    ------
    NotFoundError
        When none has that name.
    """
    name = check_text(name, what="the name of a codebook", error=ProjectError)
    if name not in list_codebooks():
        raise NotFoundError(
            f"no codebook named {name!r} comes with qualcode; there are "
            f"{', '.join(list_codebooks())}.{did_you_mean(name, list_codebooks())}"
        )
    return _folder("codebooks") / f"{name}.yaml"


def project_path(name: str) -> Path:
    """Return the folder of a shipped project.

    Raises
    ------
    NotFoundError
        When none has that name.
    """
    name = check_text(name, what="the name of a project", error=ProjectError)
    projects = _projects()
    if name not in projects:
        raise NotFoundError(
            f"no project named {name!r} comes with qualcode; there are "
            f"{', '.join(list_projects())}.{did_you_mean(name, list_projects())}"
        )
    return projects[name]
