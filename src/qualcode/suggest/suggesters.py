"""Suggesters by name: those that qualcode has, and those of plugins (entry points `qualcode.suggesters`).

A plugin's entry point names a callable that makes a suggester; `options` are handed on to it. In its
``pyproject.toml``::

    [project.entry-points."qualcode.suggesters"]
    mine = "my_package:MySuggester"
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from sklearn.base import is_classifier
from sklearn.linear_model import LogisticRegression

from qualcode.errors import NotFoundError, SuggestionError, did_you_mean
from qualcode.model.checks import check_flag, check_mapping, check_text, shown
from qualcode.suggest.bench.protocols import Suggester
from qualcode.suggest.encoders.encoders import load_encoder
from qualcode.suggest.standins.classifier import ClassifierSuggester
from qualcode.suggest.standins.function import CallableSuggester

__all__ = ["GROUP", "make_suggester", "suggester_names", "tfidf"]

GROUP = "qualcode.suggesters"


def suggester_names() -> tuple[str, ...]:
    """Return the names that a suggester can be asked for by, those of plugins among them.

    Examples
    --------
    >>> {"stacker", "tfidf"} <= set(suggester_names())
    True
    """
    return tuple(sorted(entry_points(group=GROUP).names))


def make_suggester(
    what: Any = None,
    *,
    encode: Any = None,
    batch: bool = False,
    version: str = "",
    options: Mapping[str, Any] | None = None,
) -> Suggester:
    """Return a suggester by name, or one that stands in for the shared stacker.

    Parameters
    ----------
    what : str, classifier, callable, suggester or None
        None for the shared stacker; one of `suggester_names`; a scikit-learn classifier or pipeline; a
        function from text to codes; or a suggester, which is returned as it is.
    encode : str, path, callable or object, optional
        An encoder for the shared stacker, or for a plugin that takes one: see
        `qualcode.suggest.encoders.encoders.load_encoder`.
    batch : bool, default False
        For a function: whether it takes a list of texts, and returns as many answers.
    version : str
        For a function: its version, to be changed whenever the function does.
    options : mapping of str to object, optional
        For a name: what else the suggester is made with.

    Raises
    ------
    NotFoundError
        When there is no such name.
    SuggestionError
        When it is no suggester and none can be made of it, when it does not take what is given beside it,
        or when its plugin is broken.

    Examples
    --------
    >>> make_suggester()
    SharedStacker()
    >>> make_suggester("tfidf", options={"block_size": 500}).block_size
    500
    """
    batch = check_flag(batch, what="batch", error=SuggestionError)
    version = check_text(version, what="version", error=SuggestionError)
    given = {
        "encode": encode is not None,
        "batch": batch,
        "version": bool(version),
        "options": options is not None,
    }
    if what is None or isinstance(what, str):
        _check_taken(what, given, "encode", "options")
        how = dict(check_mapping(options, what="options", error=SuggestionError))
        if encode is not None:
            how["encode"] = load_encoder(encode)
        return _by_name("stacker" if what is None else what, how)
    if isinstance(what, type):
        raise SuggestionError(f"{_name(what)} is a class: give what it makes, {_name(what)}(…)")
    if isinstance(what, Suggester):
        _check_taken(what, given)
        return what
    if hasattr(what, "__sklearn_tags__") and is_classifier(what):
        _check_taken(what, given)
        return ClassifierSuggester(what)
    if callable(what):
        _check_taken(what, given, "batch", "version")
        return CallableSuggester(what, batch=batch, version=version)
    raise SuggestionError(
        f"{shown(what)} is no suggester: give a name ({', '.join(suggester_names())}), a scikit-learn "
        "classifier, a function from text to codes, or an object with the methods fit and suggest"
    )


_GOES_WITH = {
    "encode": "the shared stacker: put an encoder in front of a classifier with "
    "sklearn.pipeline.make_pipeline and FunctionTransformer(load_encoder(…))",
    "batch": "a function",
    "version": "a function",
    "options": "the name of a suggester: make it with these, and give what is made",
}


def _check_taken(what: Any, given: Mapping[str, bool], *taken: str) -> None:
    """Refuse what is given beside a suggester that does not take it."""
    for name, is_given in given.items():
        if is_given and name not in taken:
            told = "the shared stacker" if what is None else _name(what)
            told = shown(what) if isinstance(what, str) else told
            raise SuggestionError(
                f"{name} does not go with {told}: it goes with {_GOES_WITH[name]}"
            )


def tfidf(*, block_size: int = 2048) -> ClassifierSuggester:
    """Return the plain text classifier that a suggester has to beat: TF-IDF and logistic regression.

    Parameters
    ----------
    block_size : int, default 2048
        How many segments are scored together; bounds the memory.
    """
    return ClassifierSuggester(
        LogisticRegression(class_weight="balanced", max_iter=1000),
        vectorizer="tfidf",
        block_size=block_size,
    )


def _by_name(name: str, options: dict[str, Any]) -> Suggester:
    found = {entry.value: entry for entry in entry_points(group=GROUP, name=name)}
    if not found:
        raise NotFoundError(
            f"there is no suggester {name!r}: {', '.join(suggester_names())} are known."
            + did_you_mean(name, suggester_names())
        )
    if len(found) > 1:
        owners = " and ".join(_owner(entry) for entry in found.values())
        raise SuggestionError(f"the suggester {name!r} is offered by {owners}: remove one of them")
    (entry,) = found.values()
    try:
        made = entry.load()(**options)
    except Exception as error:  # whatever a plugin does wrong, it has to be told which one it was
        raise SuggestionError(
            f"the suggester {name!r} of {_owner(entry)} cannot be made{_with(options)}: "
            f"{type(error).__name__}: {error}"
        ) from error
    if not isinstance(made, Suggester):
        raise SuggestionError(
            f"the suggester {name!r} of {_owner(entry)} is no suggester: {_name(made)} lacks fit or suggest"
        )
    return made


def _with(options: Mapping[str, Any]) -> str:
    return f" with the options {', '.join(map(str, options))}" if options else ""


def _owner(entry: EntryPoint) -> str:
    if entry.dist is None:
        return f"an unknown distribution ({entry.value})"
    return f"the distribution {entry.dist.name} {entry.dist.version} ({entry.value})"


def _name(what: Any) -> str:
    return what.__name__ if isinstance(what, type) else type(what).__name__
