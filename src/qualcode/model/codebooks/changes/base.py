"""What every kind of change has, and how it is read from an event of the log or a record.

A kind is one class: it says what its fields must be, checks and makes itself, tells when all is so
already, what it needs and takes away, and what an event says of it. Nothing else lists the kinds but
`qualcode.model.log.timeline`, which knows nothing of codebooks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, TypeVar

import attrs

from qualcode.errors import ChangeError, QualcodeError
from qualcode.model.checks import Check, check_mapping, check_text, settle
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.codebooks.draft import Draft
from qualcode.model.codebooks.patterns import plain
from qualcode.model.log.event import Event
from qualcode.model.log.timeline import SWITCHES
from qualcode.model.said import said

__all__ = [
    "KINDS",
    "Change",
    "CodeChange",
    "Content",
    "change_from_record",
    "change_of",
    "checked",
    "subject",
]

Own = TypeVar("Own", bound="Change")
Record = dict[str, Any]
Content = tuple[str, Record, Record]
"""Target, fields and words of an event."""

KINDS: dict[str, type[Change]] = {}
"""The kinds of change by name; a class joins them when it is made."""

_WORDS = frozenset(
    (
        "name", "definition", "include", "exclude", "examples", "counterexamples", "keywords", "patterns",
        "memos", "description", "note", "codebook", "rollup",
    )
)  # fmt: skip
"""What people put in their own words, and may have to take back some day."""


def subject(code: str) -> str:
    """Return the name by which events and conflicts call a code."""
    return f"code:{code}"


class Change:
    """A codebook change; its subclasses are the kinds, and say what each of their fields must be."""

    kind: ClassVar[str]
    verb: ClassVar[str]
    """What was done, for lists of changes: added, renamed, …."""
    checks: ClassVar[Mapping[str, Check]] = {}

    def __init_subclass__(cls, **given: Any) -> None:
        super().__init_subclass__(**given)
        if "kind" in cls.__dict__:
            # attrs makes the class again with slots; the second one takes the place of the first.
            KINDS[cls.kind] = cls

    def __attrs_post_init__(self) -> None:
        settle(self, self.checks, where=f"the change {self.kind!r}", error=ChangeError)

    def check(self, draft: Draft) -> None:
        """Refuse the change where it does not fit.

        Raises
        ------
        QualcodeError
            When the change does not fit the codebook: a `ChangeError`, or what a value says of itself.
        """

    def make(self, draft: Draft) -> None:
        """Write the change, as far as it goes where others changed the same at once; it never fails."""
        raise NotImplementedError

    def apply(self, codebook: Codebook) -> Codebook:
        """Return the codebook after the change.

        Raises
        ------
        ChangeError
            When the change does not fit the codebook.
        """
        draft = Draft(codebook)
        checked(self, draft)
        self.make(draft)
        return draft.codebook()

    @property
    def touched(self) -> tuple[str, ...]:
        """Ids of the codes whose assignments or meaning the change concerns."""
        return ()

    def meaning(self: Own, code: Callable[[str], str]) -> Own:
        """Return the change with each id as the code that its author meant by it.

        Two people may have added different codes with one id at once, so that an id alone does not tell.

        Parameters
        ----------
        code : callable
            From an id to the id of the code that is meant.
        """
        return self

    @property
    def sets(self) -> tuple[str, ...]:
        """The fields of its target that it sets, of those that two people may set at once."""
        return ()

    def is_made(self, draft: Draft) -> bool:
        """Tell whether all is so already, so that a script that is run again changes nothing."""
        return False

    @property
    def needs(self) -> tuple[str, ...]:
        """The codes that must be in use for it; with the mark `codable`, those that must be codable."""
        return ()

    @property
    def ends(self) -> tuple[str, ...]:
        """What is no longer there after it, of what changes need."""
        return ()

    # Records and events

    def record(self) -> Record:
        """Return its fields as plain values."""
        fields = attrs.fields(type(self))  # type: ignore[arg-type]
        return {field.name: plain(getattr(self, field.name)) for field in fields}

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Self:
        """Return the change with these fields, given as plain values."""
        return cls(**record)

    def said(self) -> tuple[str, Record]:
        """Return the target of the event that makes the change, and what it says of it."""
        return "codebook", self.record()

    @classmethod
    def heard(cls, id: str, said: Record) -> Self:
        """Return the change that an event makes.

        Parameters
        ----------
        id : str
            The id in the event's target, or nothing.
        said : dict
            What the event says of it.
        """
        return cls.read(_fitting(cls, said))

    def content(self) -> Content:
        """Return what an event says that makes the change: target, fields and words."""
        target, said = self.said()
        words = {name: value for name, value in said.items() if name in _WORDS}
        return target, {name: value for name, value in said.items() if name not in words}, words

    @property
    def sentence(self) -> str:
        """What it does in a few words: a `Said` where other languages have words for it."""
        return said(f"code.{self.kind}", what=", ".join(self.touched))

    def __str__(self) -> str:
        return f"{self.sentence}"


@attrs.frozen
class CodeChange(Change):
    """A change of one code that exists, given by its id."""

    checks: ClassVar[Mapping[str, Check]] = {"code": check_text}
    code: str

    @property
    def touched(self) -> tuple[str, ...]:
        """The code."""
        return (self.code,)

    def meaning(self, code: Callable[[str], str]) -> Any:
        """Return the change with the code that is meant."""
        return attrs.evolve(self, code=code(self.code))

    def is_made(self, draft: Draft) -> bool:
        """Tell whether the code is in use, and has already what the change would give it."""
        code = draft.codes.get(self.code)
        return code is not None and code.is_live and self.is_held(code)

    def is_held(self, code: Code) -> bool:
        """Tell whether a code in use has already what the change would give it."""
        return False

    @property
    def needs(self) -> tuple[str, ...]:
        """The code."""
        return (self.code,)

    def said(self) -> tuple[str, Record]:
        """Return the code as the target, and the other fields."""
        record = self.record()
        return subject(record.pop("code")), record

    @classmethod
    def heard(cls, id: str, said: Record) -> Self:
        """Return the change of the code with an id."""
        return cls.read(_fitting(cls, {"code": id, **said}))


def checked(change: Change, draft: Draft) -> Change:
    """Return a change that fits.

    Raises
    ------
    ChangeError
        When it does not.
    """
    try:
        change.check(draft)
    except ChangeError:
        raise
    except QualcodeError as error:
        raise ChangeError(f"cannot {change}: {error}") from error
    return change


def change_from_record(record: Mapping[str, Any]) -> Change:
    """Return the change that a record describes: its kind and its fields.

    Raises
    ------
    ChangeError
        For a kind that is not known, or fields that do not fit it.
    """
    record = check_mapping(record, what="a change", error=ChangeError)
    kind = KINDS.get(str(record.get("kind")))
    if kind is None:
        raise ChangeError(
            f"{record.get('kind')!r} is no kind of change; there are {', '.join(sorted(KINDS))}. "
            "A newer version of qualcode may have written it"
        )
    return kind.read(_fitting(kind, {n: value for n, value in record.items() if n != "kind"}))


def _fitting(kind: type[Change], record: Record) -> Record:
    """Return a record with the fields of a kind, or say which it has instead."""
    known = {each.name for each in attrs.fields(kind)}  # type: ignore[arg-type]
    if record.keys() != known:
        raise ChangeError(
            f"a change of kind {kind.kind!r} has the fields {', '.join(sorted(known))}, "
            f"not {', '.join(sorted(map(str, record)))}"
        )
    return record


def change_of(event: Event) -> Change:
    """Return the change that an event makes.

    Raises
    ------
    QualcodeError
        When what it says makes none.
    """
    kind = "revert" if event.kind in SWITCHES else event.kind
    said = {**event.fields, **event.words}
    said.pop("reason", None)
    return KINDS[kind].heard(event.target.partition(":")[2], said)
