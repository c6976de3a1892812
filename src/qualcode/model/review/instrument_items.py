"""The parts of instruments: items with their answers, lines of rules, and the ratings these lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, cast, get_args

import attrs

from qualcode.errors import ProjectError, did_you_mean
from qualcode.model.checks import (
    check_choice,
    check_flag,
    check_text,
    check_whole,
    looked_up,
    shown,
)
from qualcode.model.review.form_parts import (
    check_fields,
    check_list,
    check_slug,
    check_unique,
    text_of,
)

__all__ = [
    "COUNTS",
    "WORST",
    "Choice",
    "Counts",
    "Item",
    "Rating",
    "RuleLine",
    "choices_of",
    "item_of",
    "line_of",
]

Counts: TypeAlias = Literal["met", "partly", "weakness", "none"]

COUNTS: tuple[Counts, ...] = get_args(Counts)
"""What an answer says of an item: met, partly met, a weakness, or nothing, where it does not apply."""

WORST = ("weakness", "partly", "met", "none")
"""The same, the worst first; what does not apply says nothing of an item."""


@attrs.frozen
class Choice:
    """An answer that an item can have.

    Parameters
    ----------
    answer : str
        The answer.
    counts : {"met", "partly", "weakness", "none"}
        What it says of the item. Only a weakness bears on the rating.
    short : str
        A short form of it, which is taken for it and stands in tables.
    """

    answer: str
    counts: Counts
    short: str = ""


@attrs.frozen
class Item:
    """One item of an instrument.

    Parameters
    ----------
    id : str
        Its number or name.
    text : str
        What is asked.
    choices : tuple of Choice
        The answers there are; none where it is answered in one's own words.
    critical : bool
        Whether a weakness here is a critical one.
    domain : str
        The group of items that it belongs to.
    parts : tuple of str
        Ids of its parts, such as ``("9a", "9b")``, which can be answered in its place. The worst of their
        answers is that of the item.
    help : str
        What to look for.
    """

    id: str
    text: str
    choices: tuple[Choice, ...] = ()
    critical: bool = False
    domain: str = ""
    parts: tuple[str, ...] = ()
    help: str = ""

    def choice(self, answer: str) -> Choice:
        """Return one of the answers, by its words or its short form, in any case.

        Raises
        ------
        ProjectError
            When there is none.
        """
        folded = answer.strip().casefold()
        for each in self.choices:
            if folded in (each.answer.casefold(), each.short.casefold() or None):
                return each
        known = [each.answer for each in self.choices]
        raise ProjectError(
            f"item {self.id}: {looked_up(answer)} is no answer; there are {', '.join(known)}."
            f"{did_you_mean(answer, known)}"
        )


@attrs.frozen
class RuleLine:
    """A line of a rule: a rating, and how many weaknesses it takes at the least.

    Parameters
    ----------
    rating : str
        The rating.
    critical, other : int
        So many weaknesses, or more, in critical items, and in the others.
    """

    rating: str
    critical: int = 0
    other: int = 0


@attrs.frozen
class Rating:
    """What a source comes to by an instrument.

    Parameters
    ----------
    instrument : str
        Id of the instrument.
    computed : str or None
        The rating by the instrument's rule; None where it has none.
    recorded : str or None
        The rating that an appraiser gave, or a publication has; nothing computes it.
    critical, other : tuple of str
        The items with a weakness: critical ones, and others.
    """

    instrument: str
    computed: str | None
    recorded: str | None = None
    critical: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether what was recorded is another rating than the rule gives."""
        return None not in (self.computed, self.recorded) and self.computed != self.recorded


def choices_of(given: object, what: str) -> tuple[Choice, ...]:
    """Return the answers that a mapping says, each with what it counts as."""
    if not isinstance(given, Mapping) or not given:
        raise ProjectError(
            f"{what} must be a mapping from answers to {', '.join(COUNTS)}, not {shown(given)}"
        )
    found = []
    for answer, value in given.items():
        name = check_text(answer, what=f"{what}: each answer", error=ProjectError, empty=False)
        said = value if isinstance(value, Mapping) else {"counts": value}
        said = check_fields(said, ("counts", "short"), what=f"{what}: {name}")
        counts = check_choice(
            said.get("counts"), COUNTS, what=f"{what}: what {name!r} counts as", error=ProjectError
        )
        found.append(Choice(name, cast(Counts, counts), text_of(said, "short", what=what)))
    forms = [
        each for one in found for each in {one.answer.casefold(), one.short.casefold()} if each
    ]
    check_unique(forms, what=what)
    return tuple(found)


def item_of(given: object, named: Mapping[str, tuple[Choice, ...]], what: str) -> Item:
    """Return the item that a mapping says; its answers may be a set of answers by name."""
    known = ("id", "text", "critical", "domain", "parts", "help", "answers")
    said = check_fields(given, known, what=f"{what}: an item")
    id = check_slug(said.get("id"), what=f"{what}: id of an item")
    what = f"{what}: item {id}"
    answers = said.get("answers")
    if isinstance(answers, str):
        check_choice(answers, ("text", *named), what=f"{what}: answers", error=ProjectError)
        choices = named.get(answers, ())
    else:
        choices = () if answers is None else choices_of(answers, f"{what}: answers")
    parts = check_list(said.get("parts"), what=f"{what}: parts")
    return Item(
        id,
        check_text(said.get("text"), what=f"{what}: text", error=ProjectError, empty=False),
        choices,
        check_flag(said.get("critical", False), what=f"{what}: critical", error=ProjectError),
        text_of(said, "domain", what=what),
        tuple(check_slug(each, what=f"{what}: a part") for each in parts),
        text_of(said, "help", what=what),
    )


def line_of(given: object, ratings: tuple[str, ...], what: str) -> RuleLine:
    """Return the line of a rule that a mapping says."""
    said = check_fields(given, ("rating", "critical", "other"), what=f"{what}: a line of the rule")
    rating = check_choice(
        said.get("rating"), ratings, what=f"{what}: a rating of the rule", error=ProjectError
    )
    least = [
        check_whole(
            said.get(name, 0), what=f"{what}: {name} of {rating!r}", error=ProjectError, least=0
        )
        for name in ("critical", "other")
    ]
    return RuleLine(rating, *least)
