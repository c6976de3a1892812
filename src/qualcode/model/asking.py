"""How recipes are recorded: a decorator on what answers questions."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Set
from contextvars import ContextVar
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import attrs
import numpy as np

from qualcode.model.mappings import Frozen
from qualcode.model.recipe import Argument, NotKept, Provenance, Recipe, imported, lost_in
from qualcode.model.state import State
from qualcode.model.texts.documents import Document
from qualcode.model.values import same

__all__ = ["question"]

P = ParamSpec("P")
R = TypeVar("R")

_ANSWERING: ContextVar[bool] = ContextVar("answering", default=False)
_SEEDS = 1 << 32


def question(
    name: str | None = None,
    *,
    first: tuple[str, ...] = (),
    unsaid: tuple[str, ...] = (),
    called: str = "method",
    named: tuple[str, ...] = (),
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator by which the answers of a function carry their recipes.

    The function is asked of its first argument, where that is a state, something that has one, or
    another answer. A seed that is not given is drawn here, so that it is known.

    Parameters
    ----------
    name : str, optional
        What the question is called; the function's name when not given.
    first : tuple of str
        Parameters that are written without their names although the function wants these.
    unsaid : tuple of str
        Parameters that are not written, because the question as it is written gives them itself.
    called : {"method", "function"}, default "method"
        How the question is written.
    named : tuple of str
        Parameters that are written as a name, because what they are given is too large to be kept.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                bound = signature.bind(*args, **kwargs)
            except TypeError:
                return function(*args, **kwargs)
            bound.apply_defaults()
            given = bound.arguments
            seeded = _draw(given)
            if _ANSWERING.get():
                return function(*bound.args, **bound.kwargs)
            for each, value in given.items():
                if isinstance(value, Iterator) and each not in named:
                    given[each] = tuple(value)
            token = _ANSWERING.set(True)
            try:
                answer = function(*bound.args, **bound.kwargs)
            finally:
                _ANSWERING.reset(token)
            if seeded is not None:
                seeded["random_state"] = None
            record = _Record(
                name or function.__name__, f"{function.__module__}:{function.__qualname__}",
                first, unsaid, called, named,
            )  # fmt: skip
            record.on(answer, signature, dict(given))
            return answer

        return asked

    return decorate


def _draw(given: dict[str, Any]) -> dict[str, Any] | None:
    """Draw a seed where one is wanted and was not given, and return the arguments that it is among."""
    options = given.get("options", {})
    if given.get("random_state", 0) is not None and not (
        isinstance(options, dict)
        and isinstance(interval := options.get("interval"), str)
        and interval.endswith("bootstrap")
        and options.get("random_state") is None
    ):
        return None
    among = given if "random_state" in given else options
    among["random_state"] = int(np.random.default_rng().integers(_SEEDS))
    return cast(dict[str, Any], among)


@attrs.frozen
class _Record:
    """How the answers to one question are told what they answer."""

    name: str
    function: str
    first: tuple[str, ...]
    unsaid: tuple[str, ...]
    called: str
    named: tuple[str, ...] = ()

    def on(self, answer: Any, signature: inspect.Signature, given: dict[str, Any]) -> None:
        if isinstance(answer, dict):
            for item, part in answer.items():
                self._put(part, signature, given, item if isinstance(item, str) else None)
        else:
            self._put(answer, signature, given, None)

    def _put(
        self, answer: Any, signature: inspect.Signature, given: dict[str, Any], item: str | None
    ) -> None:
        if not hasattr(answer, "recipe"):
            return
        made = self._recipe(signature, given, _seed(answer))
        if made is not None:
            # It was made a moment ago, and nobody else has it yet.
            object.__setattr__(answer, "recipe", attrs.evolve(made, item=item))

    def _recipe(
        self, signature: inspect.Signature, given: dict[str, Any], seed: int | None
    ) -> Recipe | None:
        parameters = list(signature.parameters.values())
        subject: Any = given[parameters[0].name] if parameters else None
        state = subject if isinstance(subject, State) else getattr(subject, "state", None)
        on: Recipe | None = None
        provenance: Provenance | None = None
        if hasattr(subject, "recipe"):
            on = subject.recipe
            if on is None:
                return None
        elif isinstance(state, State):
            provenance = Provenance.of(state)
        of_one = on is not None or provenance is not None
        arguments: list[Argument] = []
        for parameter in parameters[1:] if of_one else parameters:
            if parameter.name == "progress":
                continue
            value = given[parameter.name]
            if parameter.kind is parameter.VAR_KEYWORD:
                arguments += [
                    Argument(key, _kept(each, key, tables=not of_one))
                    for key, each in value.items()
                    if key != "random_state" or each is not None
                ]
                continue
            positional = parameter.name in self.first or parameter.kind in (
                parameter.POSITIONAL_OR_KEYWORD, parameter.POSITIONAL_ONLY,
            )  # fmt: skip
            # Behind one that is left out, others need their names.
            positional = positional and all(
                each.positional and not each.default for each in arguments
            )
            default = parameter.name in self.unsaid or (
                parameter.default is not parameter.empty and same(value, parameter.default)
            )
            kept = (
                NotKept(parameter.name, f"a {type(value).__name__}")
                if parameter.name in self.named and value is not None
                else _kept(value, parameter.name, tables=not of_one)
            )
            arguments.append(Argument(parameter.name, kept, default, positional))
        return Recipe(
            self.name, tuple(_seeded(arguments, seed)), self.function, on, provenance,
            None,
            self.called if of_one else "function",
        )  # fmt: skip


def _seeded(arguments: list[Argument], seed: int | None) -> list[Argument]:
    """Return the arguments with the seed that was used, where none was given."""
    if seed is None or any(
        each.name == "random_state" and each.value is not None for each in arguments
    ):
        return arguments
    rest = [each for each in arguments if each.name != "random_state"]
    return [*rest, Argument("random_state", seed)]


def _seed(answer: Any, depth: int = 3) -> int | None:
    """Return the seed that an answer says it used."""
    if not attrs.has(type(answer)) or isinstance(answer, State):
        return None
    seed = getattr(answer, "seed", None)
    if isinstance(seed, int) or depth == 0:
        return seed
    for field in attrs.fields(type(answer)):
        if field.name not in ("of", "state", "recipe"):
            found = _seed(getattr(answer, field.name), depth - 1)
            if found is not None:
                return found
    return None


# What is kept of an argument


def _kept(value: Any, name: str, *, tables: bool = False) -> Any:
    """Return an argument as a recipe keeps it."""
    if value is None or isinstance(value, bool | int | float | str | range | date | re.Pattern):
        return value
    if isinstance(value, np.bool_ | np.integer | np.floating):
        return value.item()
    if isinstance(value, np.random.Generator):
        return NotKept("…", "a random generator, which has moved on")
    if recipe := getattr(value, "recipe", None):
        if recipe.origin is not None:
            return recipe
        return NotKept(name, "what was computed before")
    if isinstance(value, type) or (callable(value) and not attrs.has(type(value))):
        return _kept_function(value)
    if tables and not attrs.has(type(value)):
        return NotKept(name, f"a table (a {type(value).__name__})")
    if isinstance(value, Mapping):
        kept = {key: _kept(each, name) for key, each in value.items()}
        return next(iter(lost_in(kept)), Frozen(kept))
    if isinstance(value, tuple | list):
        return _of_kept([_kept(each, name) for each in value], type(value))
    if isinstance(value, Set):
        return _of_kept([_kept(each, name) for each in sorted(value, key=str)], list)
    if attrs.has(type(value)) and not isinstance(value, Document):
        held = [_kept(getattr(value, field.name), name) for field in attrs.fields(type(value))]
        return next(iter(lost_in(held)), value)
    return NotKept(name, f"a {type(value).__name__}")


def _of_kept(kept: list[Any], kind: type) -> Any:
    return next(iter(lost_in(kept)), tuple(kept) if kind is tuple else kept)


def _kept_function(function: Any) -> Any:
    """Return a function that can be found again by its name, or what it would be called."""
    name = str(getattr(function, "__name__", ""))
    place = f"{getattr(function, '__module__', '')}:{getattr(function, '__qualname__', '')}"
    try:
        if imported(place) is function:
            return function
    except (ImportError, AttributeError, ValueError):
        pass
    shown = name if name.isidentifier() else "…"
    return NotKept(shown, "a function that cannot be found by its name")
