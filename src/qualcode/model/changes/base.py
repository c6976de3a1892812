"""What every kind of change has, and the checks that several share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import attrs

from qualcode.errors import ChangeError, did_you_mean
from qualcode.model.checks import Check, check_text, settle
from qualcode.model.codebook import Codebook
from qualcode.model.codes import Code

__all__ = ["Change", "CodeChange", "live_code", "refuse_children"]


class Change:
    """A codebook change; its subclasses are the kinds, and say what each of their fields must be."""

    kind: ClassVar[str]
    checks: ClassVar[Mapping[str, Check]] = {}

    def __attrs_post_init__(self) -> None:
        settle(self, self.checks, where=f"the change {self.kind!r}", error=ChangeError)

    def apply(self, codebook: Codebook) -> Codebook:
        """Return the codebook after the change.

        Raises
        ------
        ChangeError
            When the change does not fit the codebook.
        """
        raise NotImplementedError

    @property
    def touched(self) -> tuple[str, ...]:
        """Ids of the codes whose assignments or meaning the change concerns."""
        return ()

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


def live_code(codebook: Codebook, id: str, doing: str) -> Code:
    """Return a live code, or refuse what was to be done with it, saying what to do instead."""
    if id not in codebook.codes:
        raise ChangeError(
            f"cannot {doing} {id!r}: no code has that id.{did_you_mean(id, codebook.codes)}"
        )
    code = codebook.codes[id]
    if code.status == "merged":
        raise ChangeError(
            f"cannot {doing} {id!r}: it was merged into {code.merged_into!r}; change that one, or "
            "revert the merge"
        )
    if code.status == "split":
        raise ChangeError(
            f"cannot {doing} {id!r}: it was split into {', '.join(code.parts)}; change those, or "
            "revert the split"
        )
    if code.status == "retired":
        raise ChangeError(f"cannot {doing} {id!r}: it is retired; restore it first")
    return code


def refuse_children(codebook: Codebook, code: Code, doing: str) -> None:
    """Refuse what cannot be done to a code that has live codes below it."""
    children = codebook.children(code.id)
    if children:
        raise ChangeError(
            f"cannot {doing} {code.id!r}: {len(children)} codes stand below it "
            f"({', '.join(child.id for child in children[:5])}); move, merge or retire them first"
        )
