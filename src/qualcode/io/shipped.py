"""The codebooks, projects, instruments and templates that come with the library, by name."""

from __future__ import annotations

from pathlib import Path

from qualcode.errors import NotFoundError, ProjectError, did_you_mean
from qualcode.model.checks import check_text

__all__ = [
    "codebook_path",
    "instrument_path",
    "list_codebooks",
    "list_instruments",
    "list_projects",
    "list_templates",
    "project_path",
    "template_path",
]

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
    return _names("codebooks")


def list_instruments() -> list[str]:
    """Return the names of the instruments of appraisal that come with the library.

    Examples
    --------
    >>> list_instruments()
    ['amstar2', 'casp-qualitative', 'casp-systematic-review']
    """
    return _names("instruments")


def list_templates() -> list[str]:
    """Return the names of the templates of extraction that come with the library.

    Examples
    --------
    >>> list_templates()
    ['characteristics', 'factors', 'impacts', 'quality']
    """
    return _names("templates")


def _names(folder: str) -> list[str]:
    return sorted(path.stem for path in _folder(folder).glob("*.yaml"))


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
    return _file("codebooks", name, "a codebook")


def instrument_path(name: str) -> Path:
    """Return the file of a shipped instrument.

    Raises
    ------
    NotFoundError
        When none has that name.
    """
    return _file("instruments", name, "an instrument")


def template_path(name: str) -> Path:
    """Return the file of a shipped template.

    Raises
    ------
    NotFoundError
        When none has that name.
    """
    return _file("templates", name, "a template")


def _file(folder: str, name: str, what: str) -> Path:
    name = check_text(name, what=f"the name of {what}", error=ProjectError)
    known = _names(folder)
    if name not in known:
        raise NotFoundError(
            f"no {what.partition(' ')[2]} named {name!r} comes with qualcode; there are "
            f"{', '.join(known)}.{did_you_mean(name, known)}"
        )
    return _folder(folder) / f"{name}.yaml"


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
