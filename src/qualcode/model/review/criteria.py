"""What a review takes in: criteria with short names, which exclusions name as their reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from qualcode.errors import NotFoundError, ProjectError, did_you_mean
from qualcode.model.checks import check_label, check_mapping, check_text, shown
from qualcode.model.ids import fold

__all__ = ["Criteria", "Criterion"]

_KINDS = ("include", "exclude")


@attrs.frozen
class Criterion:
    """One criterion of a review.

    Parameters
    ----------
    name : str
        What it is called, also as the reason of an exclusion, such as ``"wrong population"``.
    text : str
        What it says at length.
    """

    name: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.text}" if self.text else self.name


@attrs.frozen
class Criteria:
    """What records have to be to be included, and what excludes them.

    Parameters
    ----------
    include, exclude : tuple of Criterion
        In order. Names are compared without regard to case; no two of `exclude` are called alike.

    Examples
    --------
    >>> criteria = Criteria.of({"include": ["a review"], "exclude": {"wrong population": "no adults"}})
    >>> print(criteria.reason("Wrong Population"))
    wrong population
    """

    include: tuple[Criterion, ...] = ()
    exclude: tuple[Criterion, ...] = ()

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Criteria:
        """Return the criteria of a mapping with ``include`` and ``exclude``: names, or names with texts.

        Raises
        ------
        ProjectError
            When it is no such mapping, or names a criterion twice.
        """
        given = check_mapping(said, what="criteria", error=ProjectError)
        for name in given:
            if name not in _KINDS:
                raise ProjectError(
                    f"criteria say {shown(name)}: give 'include' and 'exclude', each a list of names or a "
                    f"mapping of names to texts.{did_you_mean(str(name), _KINDS)}"
                )
        return cls(*(_criteria(given.get(kind), kind) for kind in _KINDS))

    def said(self) -> dict[str, dict[str, str]]:
        """Return them as `of` takes them."""
        return {kind: {each.name: each.text for each in getattr(self, kind)} for kind in _KINDS}

    def reason(self, name: str) -> str:
        """Return the name of the criterion that excludes, as it is written.

        Raises
        ------
        NotFoundError
            When there is none of that name.
        """
        for each in self.exclude:
            if fold(each.name) == fold(name):
                return each.name
        names = [each.name for each in self.exclude]
        raise NotFoundError(
            f"no criterion of exclusion is called {shown(name)}; there are {', '.join(map(repr, names))}."
            f"{did_you_mean(name, names)}"
        )

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)

    def __str__(self) -> str:
        return "; ".join(
            f"{kind}: {', '.join(each.name for each in held)}"
            for kind, held in zip(_KINDS, (self.include, self.exclude), strict=True)
            if held
        )


def _criteria(said: Any, kind: str) -> tuple[Criterion, ...]:
    if said is None:
        return ()
    if isinstance(said, Mapping):
        pairs: Iterable[tuple[Any, Any]] = said.items()
    elif isinstance(said, Iterable) and not isinstance(said, str):
        pairs = ((each, "") for each in said)
    else:
        raise ProjectError(
            f"criteria to {kind} are a list of names or a mapping, not {shown(said)}"
        )
    made: dict[str, Criterion] = {}
    for name, text in pairs:
        label = check_label(name, what=f"a criterion to {kind}", error=ProjectError)
        if fold(label) in made:
            raise ProjectError(f"criterion {label!r} to {kind} is there twice: name each once")
        told = "" if text is None else text
        made[fold(label)] = Criterion(
            label, check_text(told, what=f"criterion {label!r}", error=ProjectError)
        )
    return tuple(made.values())
