"""Changing the codebook while coding: each action one revision, with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec

from qualcode.model.codebooks.codes import Code
from qualcode.model.ids import unique_slug
from qualcode.project.revising import Revising
from qualcode.serve.actions.acting import (
    Acting,
    Action,
    Arguments,
    CodebookAction,
    Passage,
    Reason,
    Text,
    as_it_stands,
    placed,
)
from qualcode.serve.actions.coded import assignments_of

__all__ = ["ACTIONS", "RevertRevision"]

Label = Annotated[str, msgspec.Meta(max_length=500)]
Lines = list[Text]

_ABOUT = ("definition", "include", "exclude", "examples", "counterexamples", "keywords", "codable")
"""What a code means, by the names of its fields."""


class AddCode(Arguments):
    """A new code, and what it is put on."""

    name: Label
    id: Label | None = None
    parent: str | None = None
    definition: Text = ""
    include: Lines = msgspec.field(default_factory=list)
    exclude: Lines = msgspec.field(default_factory=list)
    examples: Lines = msgspec.field(default_factory=list)
    counterexamples: Lines = msgspec.field(default_factory=list)
    keywords: Lines = msgspec.field(default_factory=list)
    codable: bool = True
    colour: Label | None = None
    reason: Reason = ""
    passage: Passage | None = None
    memo: Text | None = None


class OnCode(Arguments):
    """A code, and why it is changed."""

    code: str
    reason: Reason = ""


class RenameCode(OnCode, kw_only=True):
    """Another name."""

    name: Label


class RedefineCode(OnCode, kw_only=True):
    """Another meaning, and another colour; what is not given stays."""

    definition: Text | msgspec.UnsetType = msgspec.UNSET
    include: Lines | msgspec.UnsetType = msgspec.UNSET
    exclude: Lines | msgspec.UnsetType = msgspec.UNSET
    examples: Lines | msgspec.UnsetType = msgspec.UNSET
    counterexamples: Lines | msgspec.UnsetType = msgspec.UNSET
    keywords: Lines | msgspec.UnsetType = msgspec.UNSET
    codable: bool | msgspec.UnsetType = msgspec.UNSET
    colour: Label | msgspec.UnsetType | None = msgspec.UNSET


class RecolourCode(OnCode, kw_only=True):
    """Another colour, or none of its own."""

    colour: Label | None


class MoveCode(OnCode, kw_only=True):
    """Another code above it, or none."""

    parent: str | None


class MergeCodes(Arguments):
    """One code for several."""

    sources: Annotated[list[str], msgspec.Meta(min_length=1)]
    into: str
    reason: Reason = ""


class RevertRevision(Arguments):
    """A revision of the codebook that is undone, whoever made it and however long ago."""

    revision: str
    reason: Reason = ""


Claims = dict[str, dict[str, list[str]] | Text | None]
"""For each part the ids of its codings by document, a query, or nothing yet."""


class SplitCode(OnCode, kw_only=True):
    """Several codes for one."""

    parts: Annotated[Claims, msgspec.Meta(min_length=1)]


# A code, made and assigned at once


def _add(acting: Acting, asked: AddCode) -> dict[str, Any]:
    project = acting.project
    segment = None if asked.passage is None else placed(acting, asked.passage)
    id = asked.id or unique_slug(asked.name, project.codebook.codes, default="code")
    fields: dict[str, Any] = {name: getattr(asked, name) for name in (*_ABOUT, "colour")}
    made = None
    with project.step(coder=acting.coder):
        with project.revise(coder=acting.coder, reason=asked.reason) as codebook:
            codebook.add(id, name=asked.name, parent=asked.parent, **fields)
        if segment is not None:
            made = project.assign(segment, id, coder=acting.coder, memo=asked.memo)
    acting.told = f"added the code {acting.name_of(id)}"
    return {"code": id, "coding": None if made is None else as_it_stands(acting, made)}


# Changes of the codebook alone


def _rename(acting: Acting, codebook: Revising, asked: RenameCode) -> str:
    before = acting.name_of(asked.code)
    codebook.rename(asked.code, asked.name)
    return f"renamed {before} to {asked.name}"


def _redefine(acting: Acting, codebook: Revising, asked: RedefineCode) -> str:
    given = {name: getattr(asked, name) for name in _ABOUT}
    fields: Any = {name: each for name, each in given.items() if each is not msgspec.UNSET}
    if fields or asked.colour is msgspec.UNSET:
        codebook.redefine(asked.code, **fields)
    if asked.colour is not msgspec.UNSET:
        codebook.recolour(asked.code, asked.colour)
    return f"redefined {acting.name_of(asked.code)}"


def _recolour(acting: Acting, codebook: Revising, asked: RecolourCode) -> str:
    codebook.recolour(asked.code, asked.colour)
    return f"recoloured {acting.name_of(asked.code)}"


def _move(acting: Acting, codebook: Revising, asked: MoveCode) -> str:
    codebook.move(asked.code, asked.parent)
    where = "the root" if asked.parent is None else acting.name_of(asked.parent)
    return f"moved {acting.name_of(asked.code)} to {where}"


def _merge(acting: Acting, codebook: Revising, asked: MergeCodes) -> str:
    names = ", ".join(map(acting.name_of, asked.sources))
    codebook.merge(asked.sources, asked.into)
    return f"merged {names} into {acting.name_of(asked.into)}"


def _split(acting: Acting, codebook: Revising, asked: SplitCode) -> str:
    book = acting.project.codebook
    # A part is the id of a code that there is, or the name of one that is made beside the split one.
    taken, parts = set(book.codes), dict[Any, Any]()
    for part, claim in _chosen(acting, asked.parts).items():
        if part in book.codes:
            parts[part] = claim
            continue
        id = unique_slug(part, taken, default="code")
        taken.add(id)
        parts[Code(id, name=part)] = claim
    codebook.split(asked.code, parts)
    return f"split {acting.name_of(asked.code)}"


def _decide(acting: Acting, codebook: Revising, asked: SplitCode) -> str:
    codebook.decide(asked.code, _chosen(acting, asked.parts))
    return f"gave codings of {acting.name_of(asked.code)} to its parts"


def _chosen(acting: Acting, parts: Claims) -> dict[str, Any]:
    return {
        part: assignments_of(acting, claim) if isinstance(claim, dict) else claim
        for part, claim in parts.items()
    }


def _retire(acting: Acting, codebook: Revising, asked: OnCode) -> str:
    codebook.retire(asked.code)
    return f"retired {acting.name_of(asked.code)}"


def _restore(acting: Acting, codebook: Revising, asked: OnCode) -> str:
    codebook.restore(asked.code)
    return f"restored {acting.name_of(asked.code)}"


# Their results


def _of_code(_: Acting, asked: OnCode | MergeCodes) -> dict[str, Any]:
    return {"code": asked.into if isinstance(asked, MergeCodes) else asked.code}


def _of_split(acting: Acting, asked: SplitCode) -> dict[str, Any]:
    waiting = acting.sight.part(acting.project).unresolved
    return {"undecided": sum(each.code.id == asked.code for each in waiting)}


def _revert(acting: Acting, asked: RevertRevision) -> dict[str, Any]:
    told = acting.project.history.describe(asked.revision)
    acting.project.revert(asked.revision, coder=acting.coder, reason=asked.reason)
    acting.told = f"reverted: {told}"
    return {}


R = TypeVar("R", bound=OnCode | MergeCodes)


def _revision(
    arguments: type[R],
    change: Callable[[Acting, Revising, R], str],
    result: Callable[[Acting, R], dict[str, Any]] = _of_code,
    *,
    rereads: bool = False,
) -> CodebookAction[R]:
    """Return the action of a change, which says in words what it does."""

    def run(acting: Acting, asked: R) -> dict[str, Any]:
        with acting.project.revise(coder=acting.coder, reason=asked.reason) as codebook:
            acting.told = change(acting, codebook, asked)
        return result(acting, asked)

    return CodebookAction(arguments, run, is_wide=True, rereads=rereads, change=change)


ACTIONS: dict[str, Action[Any]] = {
    "add-code": Action(AddCode, _add, is_wide=True),
    "rename-code": _revision(RenameCode, _rename),
    "redefine-code": _revision(RedefineCode, _redefine, rereads=True),
    "recolour-code": _revision(RecolourCode, _recolour),
    "move-code": _revision(MoveCode, _move),
    "merge-codes": _revision(MergeCodes, _merge, rereads=True),
    "split-code": _revision(SplitCode, _split, _of_split, rereads=True),
    "decide-split": _revision(SplitCode, _decide, _of_split, rereads=True),
    "retire-code": _revision(OnCode, _retire, rereads=True),
    "restore-code": _revision(OnCode, _restore, rereads=True),
    "revert": Action(RevertRevision, _revert, is_wide=True, rereads=True),
}
