"""What was asked of what: every result carries the question that it answers, to be asked again.

A recipe is recorded when the question is asked, so nothing has to be guessed from the answer later.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module, metadata
from typing import Any, ClassVar

import attrs

from qualcode.errors import StatisticsError
from qualcode.model.coding.queries import Query
from qualcode.model.log.log import Mark
from qualcode.model.mappings import Frozen
from qualcode.model.readable import Readable
from qualcode.model.restriction import Moment, Restriction
from qualcode.model.values import ByValue, same

__all__ = ["Answer", "Argument", "NotKept", "Provenance", "Recipe", "imported", "lost_in", "told"]

_PACKAGES = ("numpy", "scipy", "pandas", "networkx", "sklearn")


@attrs.frozen
class NotKept:
    """An argument that a recipe does not hold, because it could not be given again.

    Parameters
    ----------
    text : str
        How it is written in the call: a name, or ``…``.
    why : str
        What it was.
    """

    text: str
    why: str


@attrs.frozen
class Argument:
    """One argument of a question.

    Parameters
    ----------
    name : str
        Its name.
    value : object
        What was given, or the default.
    default : bool
        Whether it is as by default, and can be left out.
    positional : bool
        Whether it is written without its name.
    """

    name: str
    value: Any
    default: bool = False
    positional: bool = False


@attrs.frozen
class Provenance:
    """Which project a question was asked of, when and by which software.

    Parameters
    ----------
    project : str
        The project's name.
    mark : Mark
        Where its log stood: the ids of its newest events.
    revision : int
        Number of the newest codebook revision.
    revision_id : str
        The short id of that revision.
    narrowed : tuple of Moment or Restriction
        How it was narrowed; see `State.narrowed`.
    who : {"everybody", "rule", "persons"}
        Whose assignments were in sight; see `State.who`.
    steps : tuple of str
        The calls that lead there from the project.
    versions : mapping of str to str
        By name, the versions of Python, of this package, and of what it computed with.
    """

    project: str
    mark: Mark
    revision: int
    revision_id: str
    narrowed: tuple[Moment | Restriction, ...]
    who: str
    steps: tuple[str, ...]
    # Not part of which question it was: what is loaded depends on what else was asked before.
    versions: Mapping[str, str] = attrs.field(eq=False)

    @classmethod
    def of(cls, state: Any) -> Provenance:
        """Return the provenance of what is asked of a state."""
        return cls(
            state.name, state.log.mark, len(state.history), state.head, state.narrowed, state.who,
            state.provenance, _versions(),
        )  # fmt: skip

    @property
    def coders(self) -> tuple[str, ...] | None:
        """Ids of the coders whom the project was narrowed to; None where it was to nobody."""
        named = [
            each.coders
            for each in self.narrowed
            if isinstance(each, Restriction) and each.coders is not None
        ]
        return tuple(id for id in named[0] if all(id in each for each in named)) if named else None

    def find(self, state: Any) -> Any:
        """Return what was asked, in a project that may have grown since."""
        return state.as_of(self.mark, self.narrowed, self.who)


@attrs.frozen
class Recipe:
    """A question that was asked, with all that it takes to ask it again.

    Parameters
    ----------
    question : str
        Its name, as it is called.
    arguments : tuple of Argument
        All of them, those left at their defaults included.
    function : str
        Where it is computed: ``module:name``.
    on : Recipe or None
        The question whose answer it was asked of.
    provenance : Provenance or None
        The project that it was asked of, where it was asked of one.
    item : str or None
        Which part of the answer, where it has several.
    called : {"method", "function"}
        How it is written.

    Examples
    --------
    >>> from qualcode.stats.pairs.exact_tests import hypergeometric_test
    >>> recipe = hypergeometric_test(3, 4, 4, 8).recipe
    >>> print(recipe)
    hypergeometric_test(3, 4, 4, 8)
    >>> recipe.run() == hypergeometric_test(3, 4, 4, 8)
    True
    """

    question: str
    arguments: tuple[Argument, ...] = attrs.field(hash=False)
    function: str
    on: Recipe | None = None
    provenance: Provenance | None = None
    item: str | None = None
    called: str = "method"

    def argument(self, name: str) -> Any:
        """Return an argument, by its name; None where there is none."""
        return next((each.value for each in self.arguments if each.name == name), None)

    def given(self, name: str) -> bool:
        """Tell whether an argument is other than by default."""
        return any(each.name == name and not each.default for each in self.arguments)

    @property
    def origin(self) -> Provenance | None:
        """The project that the first of the questions was asked of; None where it was of none."""
        return self.provenance if self.on is None else self.on.origin

    @property
    def not_kept(self) -> tuple[NotKept, ...]:
        """What would have to be given again by hand."""
        own = tuple(lost for each in self.arguments for lost in lost_in(each.value))
        return own if self.on is None else (*self.on.not_kept, *own)

    def __str__(self) -> str:
        written = [
            _written(each.value) if each.positional else f"{each.name}={_written(each.value)}"
            for each in self.arguments
            if not each.default
        ]
        before: list[str] = []
        if self.on is not None:
            before = [str(self.on)]
        elif self.provenance is not None:
            before = [".".join(["project", *self.provenance.steps])]
        if self.called == "function":
            call = f"{self.question}({', '.join([*before, *written])})"
        else:
            call = ".".join([*before, f"{self.question}({', '.join(written)})"])
        return call if self.item is None else f"{call}[{self.item!r}]"

    def run(self, project: Any = None) -> Any:
        """Ask the question again, and return the answer.

        Parameters
        ----------
        project : Project or View, optional
            The project that it was asked of, grown meanwhile or not: it is read as it stood then. Not needed
            for what was computed from numbers alone.

        Raises
        ------
        StatisticsError
            When the recipe does not hold all that was given, such as a function without a name or a table of
            ratings; or when no project is given where one is needed.
        NotFoundError
            When the project does not hold what was asked.
        """
        if self.not_kept:
            lost = "; ".join(f"{each.text}: {each.why}" for each in self.not_kept)
            raise StatisticsError(f"this cannot be run again: {self} was given {lost}")
        function = imported(self.function)
        before: tuple[Any, ...] = ()
        if self.on is not None:
            before = (self.on.run(project),)
        elif self.provenance is not None:
            if project is None:
                raise StatisticsError(f"give the project “{self.provenance.project}” to run {self}")
            state = self.provenance.find(getattr(project, "state", project))
            before = (state,)
        first = [each for each in self.arguments if each.positional]
        named = {each.name: each for each in self.arguments if not each.positional}
        answer = function(
            *before,
            **{each.name: _again(each.value, project) for each in (*first, *named.values())},
        )
        return answer if self.item is None else answer[self.item]


@attrs.frozen(eq=False)
class Answer(ByValue, Readable):
    """What every result has: the recipe that it was made by; None where nobody asked for it alone.

    Parameters
    ----------
    recipe : Recipe or None
        The question, its arguments and what it was asked of.
    """

    _says: ClassVar[str] = ""
    """What a class of results shows, where that is the same for all of them."""

    recipe: Recipe | None = attrs.field(default=None, kw_only=True, repr=False, eq=False)

    @property
    def caption(self) -> str:
        """What was counted, of whom, and as of when."""
        lines = [self._print_title]
        counted = getattr(self, "counted", None)
        if counted is not None:
            lines.append(str(counted))
        unsettled = getattr(getattr(self, "state", self), "unsettled", None)
        lines += str(unsettled or "").splitlines()
        origin = None if self.recipe is None else self.recipe.origin
        if origin is not None:
            lines.append(f"{origin.project}, as of revision {origin.revision}")
        return "\n".join(lines)

    @property
    def _print_title(self) -> str:
        """What was counted, in words; the class and the question where it has no words of its own."""
        if self._says:
            return self._says
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(self).__name__).lower().capitalize()
        return name if self.recipe is None else f"{name}: {self.recipe}"


def told(answer: Answer) -> dict[str, Any]:
    """Return the fields of an answer by name, for frames of one row: all but the recipe."""
    fields = attrs.fields(type(answer))
    return {each.name: getattr(answer, each.name) for each in fields if each.name != "recipe"}


# How it is written


def _written(value: Any) -> str:
    """Return a value as code."""
    if isinstance(value, NotKept):
        return value.text
    if isinstance(value, Recipe):
        return str(value)
    if isinstance(value, Query):
        return repr(str(value))  # its text is taken wherever the query is
    if isinstance(value, re.Pattern):
        flags = value.flags & ~re.UNICODE
        return f"re.compile({value.pattern!r}{f', {flags}' if flags else ''})"
    if isinstance(value, Mapping):
        items = ", ".join(f"{_written(key)}: {_written(each)}" for key, each in value.items())
        return f"{{{items}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(_written, value))}{',' if len(value) == 1 else ''})"
    if attrs.has(type(value)):
        return _written_fields(value)
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    return repr(value)


def _written_fields(value: Any) -> str:
    """Return a value of ours as the call that makes it, without what is as by default."""
    written = []
    # Those that need their names come last.
    for field in sorted(attrs.fields(type(value)), key=lambda field: field.kw_only):
        held, default = getattr(value, field.name), field.default
        if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
            default = attrs.NOTHING if default.takes_self else default.factory()
        if not field.init or (default is not attrs.NOTHING and same(held, default)):
            continue
        named = field.kw_only or field.default is not attrs.NOTHING
        written.append(f"{field.alias}={_written(held)}" if named else _written(held))
    return f"{type(value).__name__}({', '.join(written)})"


@cache
def _own_version() -> str:
    return metadata.version("qualcode")


def _versions() -> Mapping[str, str]:
    """Return the versions of what computes here."""
    python = ".".join(map(str, sys.version_info[:3]))
    # What another thread is importing just now has no version yet, and computed nothing here.
    known = {name: getattr(sys.modules.get(name), "__version__", None) for name in _PACKAGES}
    loaded = {name: str(version) for name, version in known.items() if version is not None}
    return Frozen({"python": python, "qualcode": _own_version(), **loaded})


# Running it again


def lost_in(value: Any) -> Iterator[NotKept]:
    """Yield what is not kept of an argument."""
    if isinstance(value, NotKept):
        yield value
    elif isinstance(value, Recipe):
        yield from value.not_kept
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from lost_in(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from lost_in(each)


def _again(value: Any, project: Any) -> Any:
    return value.run(project) if isinstance(value, Recipe) else value


def imported(place: str) -> Any:
    """Return what is called so: ``module:name``."""
    module, _, name = place.partition(":")
    found = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found
