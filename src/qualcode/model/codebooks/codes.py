"""Codes: what is looked for in the text, and how to tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypedDict, get_args

import attrs

from qualcode.errors import CodebookError
from qualcode.model.checks import (
    Check,
    Raised,
    check_choice,
    check_flag,
    check_label,
    check_optional_text,
    check_text,
    check_text_mapping,
    check_texts,
    listed,
    settle,
)
from qualcode.model.codebooks.patterns import Pattern, as_patterns, check_keywords, check_patterns
from qualcode.model.ids import check_id
from qualcode.model.mappings import Frozen
from qualcode.model.readable import Card

__all__ = [
    "CODE_CHECKS",
    "Code",
    "CodeFields",
    "Link",
    "Sense",
    "Status",
    "check_colour",
    "texts",
]

Status = Literal["live", "retired", "merged", "split", "reverted"]
_STATUSES: tuple[Status, ...] = get_args(Status)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


def texts(value: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return one text, several, or none as a tuple of texts.

    Examples
    --------
    >>> texts("once"), texts(["a", "b"]), texts(None)
    (('once',), ('a', 'b'), ())
    """
    if value is None or value == "":
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def check_colour(value: object, *, what: str, error: Raised) -> str | None:
    """Return a colour as ``#rrggbb``, or None for none.

    Raises
    ------
    QualcodeError
        When it is no colour of that form.
    """
    colour = check_optional_text(value, what=what, error=error)
    if colour is not None and not _COLOUR.match(colour):
        raise error(f"{what} {colour!r} is not of the form '#rrggbb'")
    return colour


def check_attributes(value: object, *, what: str, error: Raised) -> Mapping[str, str]:
    """Return free attributes as a mapping that does not change."""
    if type(value) is Frozen and not value:
        return value
    return Frozen(check_text_mapping(value, what=what, error=error))


def _attributes(value: Mapping[str, str] | None) -> Mapping[str, str]:
    # A mapping is frozen here; what is none stays for the check, which knows the code.
    if value is None:
        return Frozen({})
    return Frozen(dict(value)) if isinstance(value, Mapping) else value


CODE_CHECKS: Mapping[str, Check] = {
    "definition": check_label,
    **dict.fromkeys(("include", "exclude", "examples", "counterexamples", "keywords"), check_texts),
    "colour": check_colour,
    "codable": check_flag,
    "attributes": check_attributes,
    "memos": check_texts,
}
"""What each field of a code that can be changed must be; patterns have a check of their own."""


def _check_status(value: object, *, what: str, error: Raised) -> object:
    if type(value) is str and value in _STATUSES:
        return value
    return check_choice(value, _STATUSES, what=what, error=error)


_CHECKS: Mapping[str, Check] = {
    "name": check_label,
    **CODE_CHECKS,
    "parent": check_optional_text,
    "status": _check_status,
    "merged_into": check_optional_text,
    "parts": check_texts,
}


class Sense(TypedDict, total=False):
    """What a code means, by the names of its fields: what `redefine` changes."""

    definition: str
    include: str | Iterable[str]
    exclude: str | Iterable[str]
    examples: str | Iterable[str]
    counterexamples: str | Iterable[str]
    keywords: str | Iterable[str]
    patterns: Iterable[Any]
    codable: bool
    attributes: Mapping[str, str]
    memos: str | Iterable[str]


class CodeFields(Sense, total=False):
    """The fields of a new code beside its id, name and parent."""

    colour: str | None


@attrs.frozen
class Code(Card):
    """A label with its definition.

    Parameters
    ----------
    id : str
        Readable, unique in its codebook for ever, never changed by a rename.
    name : str
        A label for people, unique among the live codes under the same parent.
    definition : str
        What the code means.
    include, exclude : str or iterable of str
        When it applies, and when it does not.
    examples, counterexamples : str or iterable of str
        Quotes that are, and that are not, instances of it.
    keywords : str or iterable of str
        Words that speak for it: found whole, whatever their case and the white space between them; ``*``
        stands for any letters, as in ``"trust*"``.
    patterns : iterable of patterns
        Patterns of tokens that speak for it, each as a list of mappings that spaCy's Matcher reads, such
        as ``[{"LOWER": "rely"}, {"LOWER": {"IN": ["on", "upon"]}}]``.
    colour : str or None
        As ``#rrggbb``.
    parent : str or None
        Id of the code above it.
    codable : bool, default True
        False for codes that only group others.
    attributes : mapping of str to str
        Free attributes, such as ``{"direction": "supports"}``.
    memos : str or iterable of str
        Notes on the code itself.
    status : {"live", "retired", "merged", "split", "reverted"}
        Only live codes can be assigned. A code whose addition was reverted keeps its id for ever.
    merged_into : str or None
        For a merged code, the id of the code that now stands for it.
    parts : tuple of str
        For a split code, the ids of the codes it was split into.

    Examples
    --------
    >>> Code("trust", name="Trust", attributes={"direction": "supports"}).status
    'live'
    """

    id: str
    name: str = ""
    definition: str = ""
    include: tuple[str, ...] = attrs.field(default=(), converter=listed, kw_only=True)
    exclude: tuple[str, ...] = attrs.field(default=(), converter=listed, kw_only=True)
    examples: tuple[str, ...] = attrs.field(default=(), converter=listed, kw_only=True)
    counterexamples: tuple[str, ...] = attrs.field(default=(), converter=listed, kw_only=True)
    keywords: tuple[str, ...] = attrs.field(default=(), converter=listed, kw_only=True)
    patterns: tuple[Pattern, ...] = attrs.field(
        default=(), converter=as_patterns, kw_only=True, hash=False
    )
    colour: str | None = attrs.field(default=None, kw_only=True)
    parent: str | None = attrs.field(default=None, kw_only=True)
    codable: bool = attrs.field(default=True, kw_only=True)
    attributes: Mapping[str, str] = attrs.field(
        factory=dict, converter=_attributes, kw_only=True, hash=False
    )
    memos: tuple[str, ...] = attrs.field(default=(), converter=listed, kw_only=True)
    status: Status = attrs.field(default="live", kw_only=True)
    merged_into: str | None = attrs.field(default=None, kw_only=True)
    parts: tuple[str, ...] = attrs.field(default=(), converter=listed, kw_only=True)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "id", check_id(self.id, what="code", error=CodebookError))
        where = f"code {self.id!r}"
        settle(self, _CHECKS, where=where, error=CodebookError, at=("codes", self.id))
        if not self.name:
            object.__setattr__(self, "name", self.id)
        if self.name != self.name.strip() or "\n" in self.name:
            raise CodebookError(
                f"code {self.id!r}: the name {self.name!r} has white space at its ends or a line break",
                at=("codes", self.id, "name"),
            )
        check_keywords(self.keywords, where, at=("codes", self.id, "keywords"))
        check_patterns(self.patterns, where, at=("codes", self.id, "patterns"))

    def __str__(self) -> str:
        return self.name

    @property
    def _head(self) -> str:
        out = "" if self.is_live else f", {self.status}"
        return f"{self.name} ({self.id}){out}"

    @property
    def _notes(self) -> list[str]:
        lists = {
            "applies": self.include,
            "does not apply": self.exclude,
            "examples": self.examples,
            "keywords": self.keywords,
        }
        told = [f"{name}: {'; '.join(map(str, each))}" for name, each in lists.items() if each]
        return [self.definition, *told] if self.definition else told

    @property
    def is_live(self) -> bool:
        """Whether the code is in use: not retired, merged away or split up."""
        return self.status == "live"


_CODE_FIELDS = tuple(field.name for field in attrs.fields(Code))


def as_checked(code: Code, fields: Mapping[str, Any]) -> Code:
    """Return a code with other values of some fields, which are known to be right and not checked again."""
    made = Code.__new__(Code)
    for name in _CODE_FIELDS:
        object.__setattr__(made, name, fields[name] if name in fields else getattr(code, name))
    return made


@attrs.frozen
class Link:
    """A typed, directed relation between two codes, such as *supports*.

    Parameters
    ----------
    source, target : str
        Ids of the codes it runs from and to.
    type : str
        What the relation says, such as ``"supports"`` or ``"constrains"``.
    note : str
        Where it was seen, or on what grounds it is held.
    """

    source: str
    type: str
    target: str
    note: str = attrs.field(default="", eq=False)

    def __attrs_post_init__(self) -> None:
        settle(self, _LINK_CHECKS, where="a link", error=CodebookError)
        if not self.type.strip():
            raise CodebookError(f"the link from {self.source!r} to {self.target!r} has no type")
        if self.source == self.target:
            raise CodebookError(f"code {self.source!r} cannot be linked to itself")


_LINK_CHECKS: Mapping[str, Check] = {
    **dict.fromkeys(("source", "type", "target"), check_text),
    "note": check_label,
}
