"""Templates: the typed fields that are extracted from each source, once or in repeated rows."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from qualcode.errors import NotFoundError, ProjectError, did_you_mean
from qualcode.model.checks import (
    check_choice,
    check_flag,
    check_number,
    check_text,
    check_texts,
    looked_up,
)
from qualcode.model.review.field_values import TYPES, FieldValue, read_value_of
from qualcode.model.review.form_parts import (
    check_fields,
    check_list,
    check_slug,
    check_unique,
    field_key,
    text_of,
)

__all__ = ["Field", "Template"]

_CHOOSING = ("choice", "choices")
_MEASURING = ("number", "integer")


@attrs.frozen
class Field:
    """One field of a template.

    Parameters
    ----------
    id : str
        How scripts and tables name it.
    type : str
        ``"text"``, ``"number"``, ``"integer"``, ``"date"``, ``"year"``, ``"choice"``, ``"choices"`` (one or
        more), ``"yes/no"`` or ``"interval"``, an estimate with its interval.
    label, help : str
        What people call it, and what belongs in it.
    required : bool
        Whether a source, or a row of it, is complete only with it.
    choices : tuple of str
        Which there are, of a field that chooses.
    units : tuple of str
        Of a number, its unit, or those of which one is given with each value.
    least, most : float, optional
        Of a number, the bounds.
    """

    id: str
    type: str = "text"
    label: str = ""
    help: str = attrs.field(default="", repr=False)
    required: bool = False
    choices: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


@attrs.frozen
class Template:
    """What is extracted from each source, as data.

    Parameters
    ----------
    id, name : str
        How scripts name it, and people.
    fields_of : tuple of Field
        Its fields.
    rows : str
        What a row is, where a source has several, such as ``"outcome"``; empty where it has one.
    about, reference, licence : str
        What it is for, and whose shape it has.

    Examples
    --------
    >>> import qualcode as qc
    >>> template = qc.read_template("characteristics")
    >>> template["reviews"].type, template.checked("reviews", "12")
    ('integer', 12)
    """

    kind: ClassVar[str] = "template"

    id: str
    name: str
    fields_of: tuple[Field, ...] = attrs.field(repr=False)
    rows: str = ""
    about: str = attrs.field(default="", repr=False)
    reference: str = attrs.field(default="", repr=False)
    licence: str = attrs.field(default="", repr=False)

    @classmethod
    def of(cls, given: object, *, what: str = "the template") -> Template:
        """Return the template that a mapping says, as a file has it.

        Parameters
        ----------
        given : mapping
            With id, name, fields, rows, about, reference and licence; each field with id, type, label, help,
            required, choices, units, least and most.
        what : str
            What it is called in messages.

        Raises
        ------
        ProjectError
            When it is none; what is wrong, and where, is said.

        Examples
        --------
        >>> made = Template.of({"id": "mine", "fields": [{"id": "year", "type": "year", "required": True}]})
        >>> made.checked("year", "2021")
        2021
        """
        known = ("id", "name", "about", "reference", "licence", "rows", "fields")
        said = check_fields(given, known, what=what)
        id = check_slug(said.get("id"), what=f"{what}: id")
        what = f"template {id!r}"
        fields = check_list(said.get("fields"), what=f"{what}: fields")
        if not fields:
            raise ProjectError(f"{what}: it has no fields: list what is to be taken down")
        made = cls(
            id,
            text_of(said, "name", what=what) or id,
            tuple(_field(each, what) for each in fields),
            *(text_of(said, name, what=what) for name in ("rows", "about", "reference", "licence")),
        )
        check_unique(made.fields, what=what)
        taken = {"source", "name", "row", "coder"}.intersection(made.fields)
        if taken:
            raise ProjectError(
                f"{what}: {min(taken)!r} is a column of every table of it; call the field otherwise"
            )
        return made

    def to_mapping(self) -> dict[str, Any]:
        """Return it as files and the log have it."""
        said = {
            "id": self.id, "name": self.name, "about": self.about, "reference": self.reference,
            "licence": self.licence, "rows": self.rows,
            "fields": [
                {
                    name: list(value) if isinstance(value, tuple) else value
                    for name, value in attrs.asdict(each, recurse=False).items()
                    if value is not None and value is not False and value not in ("", ())
                }
                for each in self.fields_of
            ],
        }  # fmt: skip
        return {name: value for name, value in said.items() if value}

    @property
    def fields(self) -> tuple[str, ...]:
        """Ids of the fields."""
        return tuple(each.id for each in self.fields_of)

    def __getitem__(self, id: str) -> Field:
        """Return a field by its id.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        key = field_key(id)
        for each in self.fields_of:
            if key == each.id:
                return each
        raise NotFoundError(
            f"{self.name} has no field {looked_up(key)}; there are {', '.join(self.fields)}."
            f"{did_you_mean(str(key), self.fields)}"
        )

    def checked(self, field: str, value: object) -> FieldValue:
        """Return a value as it is kept.

        Raises
        ------
        NotFoundError
            When there is no such field.
        ProjectError
            When it cannot have that value.
        """
        of = self[field]
        what = f"{self.name}: field {of.id!r}"
        found = read_value_of(of.type, value, what=what, choices=of.choices, units=of.units)
        if of.type in _MEASURING:
            number = found["value"] if isinstance(found, dict) else found
            check_number(number, what=what, error=ProjectError, least=of.least, most=of.most)
        return found

    def check_row(self, row: object) -> str:
        """Return the name of a row as it is kept; empty where a source has one row.

        Raises
        ------
        ProjectError
            When one is named where there are none, or none is named where there are.
        """
        name = (
            ""
            if row is None
            else check_text(field_key(row), what="row", error=ProjectError).strip()
        )
        if bool(name) != bool(self.rows):
            raise ProjectError(
                f"{self.name} has a row for each {self.rows}: say which, as row='1'"
                if self.rows
                else f"{self.name} has one row for each source, and not {name!r}: leave row out"
            )
        return name


def _field(given: object, what: str) -> Field:
    known = ("id", "type", "label", "help", "required", "choices", "units", "least", "most")
    said = check_fields(given, known, what=f"{what}: a field")
    id = check_slug(said.get("id"), what=f"{what}: id of a field")
    what = f"{what}: field {id!r}"
    type = check_choice(said.get("type", "text"), TYPES, what=f"{what}: type", error=ProjectError)
    choices = check_texts(said.get("choices") or (), what=f"{what}: choices", error=ProjectError)
    units = check_texts(said.get("units") or (), what=f"{what}: units", error=ProjectError)
    if bool(choices) != (type in _CHOOSING):
        raise ProjectError(
            f"{what}: {'it has no choices' if not choices else f'a {type} has no choices'}; choices go "
            "with the types choice and choices"
        )
    if units and type != "number":
        raise ProjectError(f"{what}: units go with the type number, and not with {type}")
    check_unique((each.casefold() for each in choices), what=f"{what}: choices")
    bounds = [
        None
        if said.get(name) is None
        else check_number(said[name], what=f"{what}: {name}", error=ProjectError)
        for name in ("least", "most")
    ]
    return Field(
        id, type, text_of(said, "label", what=what), text_of(said, "help", what=what),
        check_flag(said.get("required", False), what=f"{what}: required", error=ProjectError),
        choices, units, *bounds,
    )  # fmt: skip
