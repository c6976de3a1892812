"""Instruments: the items by which a source is appraised, their answers, and the rule that rates it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeAlias, cast

import attrs

from qualcode.errors import NotFoundError, ProjectError, did_you_mean
from qualcode.model.checks import (
    check_choice,
    check_mapping,
    check_text,
    check_texts,
    looked_up,
    shown,
)
from qualcode.model.review.form_parts import (
    check_fields,
    check_list,
    check_slug,
    check_unique,
    field_key,
    pairs_once,
    text_of,
)
from qualcode.model.review.instrument_items import (
    WORST,
    Item,
    Rating,
    RuleLine,
    choices_of,
    item_of,
    line_of,
)

__all__ = ["Instrument", "RatingFunction"]

RatingFunction: TypeAlias = Callable[[Mapping[str, str]], str]
"""A rule of your own: from the answers, by item, to the rating."""


@attrs.frozen
class Instrument:
    """An instrument of appraisal, as data.

    Parameters
    ----------
    id, name : str
        How scripts name it, and people.
    items : tuple of Item
        Its items.
    ratings : tuple of str
        The overall ratings there are, from the best to the worst; none where it gives none.
    rule : tuple of RuleLine, or callable
        How the rating follows from weaknesses: the first line that holds. Or a function of the answers,
        which a script has to give each time, for no file can hold it.
    about, reference, licence : str
        What it is for, where it was published, and what its licence allows.

    Examples
    --------
    >>> import qualcode as qc
    >>> amstar = qc.read_instrument("amstar2")
    >>> answers = dict(zip(range(1, 17), "Y Y N Y Y Y Y Y Y Y NM NM Y Y NM Y".split(), strict=True))
    >>> amstar.rate(answers).computed
    'high'
    >>> amstar.rate({**answers, 2: "no", 4: "no"}).critical
    ('2', '4')
    """

    kind: ClassVar[str] = "instrument"

    id: str
    name: str
    items: tuple[Item, ...] = attrs.field(repr=False)
    ratings: tuple[str, ...] = ()
    rule: tuple[RuleLine, ...] | RatingFunction = attrs.field(default=(), repr=False)
    about: str = attrs.field(default="", repr=False)
    reference: str = attrs.field(default="", repr=False)
    licence: str = attrs.field(default="", repr=False)

    # What it is made of

    @classmethod
    def of(cls, given: object, *, what: str = "the instrument") -> Instrument:
        """Return the instrument that a mapping says, as a file has it.

        Parameters
        ----------
        given : mapping
            With id, name, items, ratings, rule, answers (sets of answers by name, for several items),
            about, reference and licence. See `docs/howto/appraise-with-two-people.md`.
        what : str
            What it is called in messages.

        Raises
        ------
        ProjectError
            When it is none; what is wrong, and where, is said.

        Examples
        --------
        >>> Instrument.of({"id": "mine", "items": [
        ...     {"id": "aim", "text": "aim is clear", "answers": {"yes": "met", "no": "weakness"}}],
        ...     "ratings": ["good", "poor"], "rule": [{"rating": "poor", "other": 1}, {"rating": "good"}],
        ... }).rate({"aim": "no"}).computed
        'poor'
        """
        known = (
            "id", "name", "about", "reference", "licence", "answers", "items", "ratings", "rule",
        )  # fmt: skip
        said = check_fields(given, known, what=what)
        id = check_slug(said.get("id"), what=f"{what}: id")
        what = f"instrument {id!r}"
        sets = check_mapping(said.get("answers"), what=f"{what}: answers", error=ProjectError)
        named = {
            str(name): choices_of(each, f"{what}: answers {name}") for name, each in sets.items()
        }
        items = check_list(said.get("items"), what=f"{what}: items")
        if not items:
            raise ProjectError(f"{what}: it has no items: list what is asked")
        ratings = check_texts(
            said.get("ratings") or (), what=f"{what}: ratings", error=ProjectError
        )
        rule = said.get("rule")
        made = cls(
            id,
            text_of(said, "name", what=what) or id,
            tuple(item_of(each, named, what) for each in items),
            ratings,
            rule
            if callable(rule)
            else tuple(
                line_of(each, ratings, what) for each in check_list(rule, what=f"{what}: rule")
            ),
            *(text_of(said, name, what=what) for name in ("about", "reference", "licence")),
        )
        made._check()
        return made

    def _check(self) -> None:
        what = f"instrument {self.id!r}"
        check_unique((id for each in self.items for id in (each.id, *each.parts)), what=what)
        check_unique(self.ratings, what=f"{what}: ratings")
        if "recorded" in self.fields:
            raise ProjectError(f"{what}: no item can be called 'recorded', as the rating is")
        if self.rule and not callable(self.rule):
            last = self.rule[-1]
            if last.critical or last.other:
                raise ProjectError(
                    f"{what}: the rule gives no rating where there are too few weaknesses for its last "
                    f"line, {last.rating!r}: end it with a line that asks for none"
                )
        if self.rule and not self.ratings:
            raise ProjectError(f"{what}: it has a rule and no ratings: list them, the best first")

    def to_mapping(self) -> dict[str, Any]:
        """Return it as files and the log have it; a rule that is a function is left out."""
        items = [
            {
                "id": each.id, "text": each.text, "critical": each.critical, "domain": each.domain,
                "parts": list(each.parts), "help": each.help,
                "answers": {
                    one.answer: {"counts": one.counts, "short": one.short} for one in each.choices
                },
            }
            for each in self.items
        ]  # fmt: skip
        rule = () if callable(self.rule) else self.rule
        said = {
            "id": self.id, "name": self.name, "about": self.about, "reference": self.reference,
            "licence": self.licence,
            "items": [{name: value for name, value in each.items() if value} for each in items],
            "ratings": list(self.ratings), "rule": [attrs.asdict(each) for each in rule],
        }  # fmt: skip
        return {name: value for name, value in said.items() if value}

    @property
    def fields(self) -> tuple[str, ...]:
        """Ids of all that can be answered: items, and parts of items behind them."""
        return tuple(id for each in self.items for id in (each.id, *each.parts))

    def __getitem__(self, id: str) -> Item:
        """Return an item by its id, or by that of one of its parts.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        key = field_key(id)
        for each in self.items:
            if key in (each.id, *each.parts):
                return each
        raise NotFoundError(
            f"{self.name} has no item {looked_up(key)}; there are {', '.join(self.fields)}."
            f"{did_you_mean(str(key), self.fields)}"
        )

    # Answers

    def checked(self, field: str, value: object) -> str:
        """Return an answer as it is kept.

        Raises
        ------
        NotFoundError
            When there is no such item.
        ProjectError
            When that is no answer of it.
        """
        item = self[field]
        what = f"{self.name}: item {field_key(field)}"
        text = check_text(value, what=what, error=ProjectError, empty=False)
        return item.choice(text).answer if item.choices else text

    def check_rating(self, value: object) -> str:
        """Return a recorded rating as it is kept.

        Raises
        ------
        ProjectError
            When it is none of the ratings, or the instrument gives none.
        """
        if not self.ratings:
            raise ProjectError(
                f"{self.name} gives no overall rating, so {shown(value)} cannot be one: record none, or "
                "make an instrument of your own that has ratings (qc.Instrument.of)"
            )
        folded = {each.casefold(): each for each in self.ratings}
        if isinstance(value, str) and value.strip().casefold() in folded:
            return folded[value.strip().casefold()]
        return check_choice(
            value, self.ratings, what=f"the rating by {self.name}", error=ProjectError
        )

    def answer_of(self, item: Item, answers: Mapping[str, str]) -> str | None:
        """Return the answer of an item or, where its parts are answered, the worst of theirs.

        Parameters
        ----------
        item : Item
            The item.
        answers : mapping of str to str
            Answers by id, checked.
        """
        if item.id in answers:
            return answers[item.id]
        if not item.parts or not all(each in answers for each in item.parts):
            return None
        found = [item.choice(answers[each]) for each in item.parts]
        return min(found, key=lambda each: WORST.index(each.counts)).answer

    def missing(self, answers: Mapping[str, str]) -> tuple[str, ...]:
        """Return the ids of items that are not answered yet; of one whose parts are begun, of the parts.

        Parameters
        ----------
        answers : mapping of str to str
            Answers by id, checked.
        """
        lacking: list[str] = []
        for item in self.items:
            if self.answer_of(item, answers) is None:
                begun = any(each in answers for each in item.parts)
                lacking += (
                    [each for each in item.parts if each not in answers] if begun else [item.id]
                )
        return tuple(lacking)

    def check_once(self, answers: Iterable[str]) -> None:
        """Refuse answers to an item and to its parts.

        Raises
        ------
        ProjectError
            When an item is answered twice so.
        """
        given = set(answers)
        for item in self.items:
            twice = given.intersection(item.parts) if item.id in given else ()
            if twice:
                raise ProjectError(
                    f"{self.name}: item {item.id} is answered twice, as a whole and by its part "
                    f"{min(twice)}; answer one of them, and take the other back with None"
                )

    def rate(self, answers: object, *, recorded: str | None = None) -> Rating:
        """Return the rating that follows from answers to all items.

        Parameters
        ----------
        answers : mapping, or pairs
            By id of each item its answer, in words or short.
        recorded : str, optional
            The rating that an appraiser or a publication gave, to be set beside the computed one.

        Raises
        ------
        ProjectError
            When an item is not answered, or is answered twice, or that is no answer of it.
        NotFoundError
            When there is no such item.

        Examples
        --------
        >>> import qualcode as qc
        >>> qc.read_instrument("amstar2").rate({1: "yes", 2: "no"})
        Traceback (most recent call last):
        ...
        qualcode.errors.ProjectError: AMSTAR 2: 14 of 16 items are not answered: 3, 4, 5, 6, 7, 8, 9, 10, ...
        """
        given = pairs_once(answers, what=f"answers to {self.name}")
        found = {id: self.checked(id, value) for id, value in given.items() if value is not None}
        self.check_once(found)
        lacking = self.missing(found)
        if lacking:
            raise ProjectError(
                f"{self.name}: {len(lacking)} of {len(self.items)} items are not answered: "
                f"{', '.join(lacking)}. An item that does not apply has an answer that says so"
            )
        return self._rated(found, recorded)

    def _rated(self, answers: Mapping[str, str], recorded: str | None) -> Rating:
        whole = {each.id: cast(str, self.answer_of(each, answers)) for each in self.items}
        weak = [
            each
            for each in self.items
            if each.choices and each.choice(whole[each.id]).counts == "weakness"
        ]
        critical = tuple(each.id for each in weak if each.critical)
        other = tuple(each.id for each in weak if not each.critical)
        computed: str | None = None
        if callable(self.rule):
            computed = self.check_rating(self.rule(whole))
        else:
            for line in self.rule:
                if len(critical) >= line.critical and len(other) >= line.other:
                    computed = line.rating
                    break
        said = None if recorded is None else self.check_rating(recorded)
        return Rating(self.id, computed, said, critical, other)
