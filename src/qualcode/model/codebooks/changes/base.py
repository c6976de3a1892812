"""What every kind of change has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

import attrs

from qualcode.errors import ChangeError, QualcodeError
from qualcode.model.checks import Check, check_text, settle
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.draft import Draft

__all__ = ["Change", "CodeChange", "checked"]

Own = TypeVar("Own", bound="Change")


class Change:
    """A codebook change; its subclasses are the kinds, and say what each of their fields must be."""

    kind: ClassVar[str]
    checks: ClassVar[Mapping[str, Check]] = {}

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

    def __str__(self) -> str:
        return f"{self.kind} {', '.join(self.touched)}"


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
