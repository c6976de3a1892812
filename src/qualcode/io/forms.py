"""Files of instruments and templates: YAML that people write, or one that comes with the library, by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from qualcode.errors import NotFoundError, ProjectError, QualcodeError
from qualcode.io import shipped
from qualcode.io.codebooks.codebook_yaml import parsed_yaml, yaml_file_text
from qualcode.model.checks import check_path
from qualcode.model.review.instruments import Instrument
from qualcode.model.review.templates import Template

__all__ = ["read_instrument", "read_template"]

T = TypeVar("T")

_YAML = (".yaml", ".yml")
_PART = re.compile(r"(?:item|field) '?([\w.-]+)")


def read_instrument(given: str | Path | Mapping[str, Any] | Instrument) -> Instrument:
    """Return an instrument of appraisal.

    Parameters
    ----------
    given : str, Path, mapping or Instrument
        The name of one that comes with the library, a YAML file, or what such a file says.

    Raises
    ------
    NotFoundError
        When there is neither such a file nor a shipped one of that name.
    ProjectError
        When it is no instrument; file and line are named.

    Examples
    --------
    >>> amstar = read_instrument("amstar2")
    >>> len(amstar.items), [each.id for each in amstar.items if each.critical]
    (16, ['2', '4', '7', '9', '11', '13', '15'])
    """
    if isinstance(given, Instrument):
        return given
    return _read(given, Instrument.of, shipped.instrument_path, "instrument")


def read_template(given: str | Path | Mapping[str, Any] | Template) -> Template:
    """Return a template of extraction.

    Parameters
    ----------
    given : str, Path, mapping or Template
        The name of one that comes with the library, a YAML file, or what such a file says.

    Raises
    ------
    NotFoundError
        When there is neither such a file nor a shipped one of that name.
    ProjectError
        When it is no template; file and line are named.

    Examples
    --------
    >>> read_template("impacts").rows
    'outcome'
    """
    if isinstance(given, Template):
        return given
    return _read(given, Template.of, shipped.template_path, "template")


def _read(given: Any, of: Callable[..., T], named: Callable[[str], Path], what: str) -> T:
    if isinstance(given, Mapping):
        return of(given)
    path = check_path(
        given, what=f"{what} (a file, a mapping or a shipped name)", error=ProjectError
    )
    if path.suffix.lower() not in _YAML and not path.exists():
        path = named(str(given))
    if not path.exists():
        raise NotFoundError(f"there is no file {path} with the {what}")
    text = yaml_file_text(path, error=ProjectError)
    _, content = parsed_yaml(text, path, error=ProjectError)
    try:
        return of(content, what=f"the {what}")
    except QualcodeError as problem:
        raise ProjectError(f"{path}, line {_line(text, str(problem))}: {problem}") from problem


def _line(text: str, problem: str) -> int:
    """Return the line of the item or field that a problem is about; the first where it is about all."""
    found = _PART.search(problem)
    if found is None:
        return 1
    said = re.compile(rf"\bid:\s*['\"]?{re.escape(found[1])}['\"]?\s*(?:[,}}#]|$)")
    lines = text.split("\n")
    return next((at for at, line in enumerate(lines, 1) if said.search(line)), 1)
