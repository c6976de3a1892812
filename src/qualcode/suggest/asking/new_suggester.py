"""A suggester for a project: made anew, or of what was saved."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from qualcode._extras import require
from qualcode.errors import SuggestionError
from qualcode.model.asking import question
from qualcode.model.checks import check_text, check_texts
from qualcode.model.subject import Subject, state_shown
from qualcode.stats.arguments import check_unit
from qualcode.suggest.asking.project_suggester import ProjectSuggester
from qualcode.suggest.finding.token_patterns import check_pipeline

if TYPE_CHECKING:
    from qualcode.stats.counting.units import Unit

__all__ = ["load_suggester", "suggester"]


@question()
def suggester(
    project: Subject,
    what: Any = None,
    *,
    unit: Unit = "sentence",
    name: str | None = None,
    coders: str | Iterable[str] | None = None,
    codes: Iterable[str] | None = None,
    complete: str | Iterable[str] | None = None,
    without_speakers: str | Iterable[str] | None = None,
    language: str = "en",
    pipeline: Any = None,
    encode: Any = None,
    batch: bool = False,
    version: str = "",
    options: Mapping[str, Any] | None = None,
) -> ProjectSuggester:
    """Return a suggester for a project; see `View.suggester`.

    Parameters
    ----------
    project : State, or what has one
        What to learn from and to suggest for. A project is read as it stands when the suggester is asked.
    what, unit, name, coders, codes, complete, without_speakers, language, pipeline
        See `View.suggester`.
    encode, batch, version, options
        See `qualcode.suggest.make_suggester`.
    """
    require("sklearn", extra="suggest")
    from qualcode.suggest.suggesters import make_suggester

    unit = check_unit(unit)
    if name is not None:
        name = check_text(name, what="name", error=SuggestionError, empty=False)
    check_pipeline(pipeline)
    reading = {
        "coders": _named(coders, "coders"),
        "codes": _named(codes, "codes"),
        "complete": _named(complete, "complete"),
        "without_speakers": _named(without_speakers, "without_speakers"),
        "language": check_text(language, what="language", error=SuggestionError, empty=False),
        "pipeline": pipeline,
    }
    model = make_suggester(what, encode=encode, batch=batch, version=version, options=options)
    return ProjectSuggester(
        project,
        model,
        name=_label(what) if name is None else name,
        unit=unit,
        reading=reading,
    )


def load_suggester(
    project: Subject, path: str | os.PathLike[str], *, encode: Any = None
) -> ProjectSuggester:
    """Return a suggester that was saved; see `View.load_suggester`.

    Parameters
    ----------
    project : State, or what has one
        The project that it learned from.
    path, encode
        See `View.load_suggester`.
    """
    require("sklearn", extra="suggest")
    from qualcode.suggest.asking.suggester_file import read_suggester

    saved = read_suggester(path, state_shown(project, error=SuggestionError), encode=encode)
    loaded = ProjectSuggester(
        project, saved.model, name=saved.name, unit=saved.unit, reading=dict(saved.reading)
    )
    loaded.learned = saved.learned
    return loaded


def _label(what: Any) -> str:
    """Return what suggestions of a suggester say they come from, when no name is given."""
    if what is None or isinstance(what, str):
        return what or "stacker"
    return str(getattr(what, "__name__", type(what).__name__))


def _named(given: str | Iterable[str] | None, what: str) -> list[str] | None:
    return None if given is None else list(check_texts(given, what=what, error=SuggestionError))
