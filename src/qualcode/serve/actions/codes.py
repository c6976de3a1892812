"""Changing the codebook while coding: each action one revision, with its reason."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Annotated, Any

import msgspec

from qualcode.model.codebooks.codes import Code
from qualcode.model.ids import unique_slug
from qualcode.project.revising import Revising
from qualcode.serve.actions.acting import (
    Acting,
    Action,
    Arguments,
    Passage,
    Reason,
    Text,
    as_it_stands,
    placed,
)
from qualcode.serve.actions.coded import assignments_of

__all__ = ["ACTIONS"]

Label = Annotated[str, msgspec.Meta(max_length=500)]
Lines = list[Text]


class AddCode(Arguments):
    """A new code, and what it is put on."""

    name: Label
    id: Label | None = None
    parent: str | None = None
    definition: Text = ""
    include: Lines = msgspec.field(default_factory=list)
    exclude: Lines = msgspec.field(default_factory=list)
    examples: Lines = msgspec.field(default_factory=list)
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
    """Another meaning; what is not given stays."""

    definition: Text | msgspec.UnsetType = msgspec.UNSET
    include: Lines | msgspec.UnsetType = msgspec.UNSET
    exclude: Lines | msgspec.UnsetType = msgspec.UNSET
    examples: Lines | msgspec.UnsetType = msgspec.UNSET
    counterexamples: Lines | msgspec.UnsetType = msgspec.UNSET
    keywords: Lines | msgspec.UnsetType = msgspec.UNSET
    codable: bool | msgspec.UnsetType = msgspec.UNSET


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


Claims = dict[str, dict[str, list[str]] | Text | None]
"""For each part the ids of its codings by document, a query, or nothing yet."""


class SplitCode(OnCode, kw_only=True):
    """Several codes for one."""

    parts: Annotated[Claims, msgspec.Meta(min_length=1)]


def _revising(acting: Acting, reason: str) -> AbstractContextManager[Revising]:
    return acting.project.revise(coder=acting.coder, reason=reason)


def _add(acting: Acting, asked: AddCode) -> dict[str, Any]:
    project = acting.project
    segment = None if asked.passage is None else placed(acting, asked.passage)
    id = asked.id or unique_slug(asked.name, project.codebook.codes, default="code")
    fields: dict[str, Any] = {
        "definition": asked.definition, "include": asked.include, "exclude": asked.exclude,
        "examples": asked.examples, "colour": asked.colour,
    }  # fmt: skip
    made = None
    with project.step(coder=acting.coder):
        with _revising(acting, asked.reason) as codebook:
            codebook.add(id, name=asked.name, parent=asked.parent, **fields)
        if segment is not None:
            made = project.assign(segment, id, coder=acting.coder, memo=asked.memo)
    acting.told = f"added the code {acting.name_of(id)}"
    return {"code": id, "coding": None if made is None else as_it_stands(acting, made)}


def _rename(acting: Acting, asked: RenameCode) -> dict[str, Any]:
    before = acting.name_of(asked.code)
    with _revising(acting, asked.reason) as codebook:
        codebook.rename(asked.code, asked.name)
    acting.told = f"renamed {before} to {asked.name}"
    return {"code": asked.code}


def _redefine(acting: Acting, asked: RedefineCode) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: value
        for name, value in msgspec.structs.asdict(asked).items()
        if name not in ("code", "reason") and value is not msgspec.UNSET
    }
    with _revising(acting, asked.reason) as codebook:
        codebook.redefine(asked.code, **fields)
    acting.told = f"redefined {acting.name_of(asked.code)}"
    return {"code": asked.code}


def _recolour(acting: Acting, asked: RecolourCode) -> dict[str, Any]:
    with _revising(acting, asked.reason) as codebook:
        codebook.recolour(asked.code, asked.colour)
    acting.told = f"recoloured {acting.name_of(asked.code)}"
    return {"code": asked.code}


def _move(acting: Acting, asked: MoveCode) -> dict[str, Any]:
    with _revising(acting, asked.reason) as codebook:
        codebook.move(asked.code, asked.parent)
    where = "the root" if asked.parent is None else acting.name_of(asked.parent)
    acting.told = f"moved {acting.name_of(asked.code)} to {where}"
    return {"code": asked.code}


def _merge(acting: Acting, asked: MergeCodes) -> dict[str, Any]:
    names = ", ".join(map(acting.name_of, asked.sources))
    with _revising(acting, asked.reason) as codebook:
        codebook.merge(asked.sources, asked.into)
    acting.told = f"merged {names} into {acting.name_of(asked.into)}"
    return {"code": asked.into}


def _split(acting: Acting, asked: SplitCode) -> dict[str, Any]:
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
    name = acting.name_of(asked.code)
    with _revising(acting, asked.reason) as codebook:
        codebook.split(asked.code, parts)
    acting.told = f"split {name}"
    return _undecided(acting, asked.code)


def _chosen(acting: Acting, parts: Claims) -> dict[str, Any]:
    return {
        part: assignments_of(acting, claim) if isinstance(claim, dict) else claim
        for part, claim in parts.items()
    }


def _undecided(acting: Acting, code: str) -> dict[str, Any]:
    waiting = acting.sight.part(acting.project).unresolved
    return {"undecided": sum(each.code.id == code for each in waiting)}


def _decide(acting: Acting, asked: SplitCode) -> dict[str, Any]:
    with _revising(acting, asked.reason) as codebook:
        codebook.decide(asked.code, _chosen(acting, asked.parts))
    acting.told = f"gave codings of {acting.name_of(asked.code)} to its parts"
    return _undecided(acting, asked.code)


def _retire(acting: Acting, asked: OnCode) -> dict[str, Any]:
    with _revising(acting, asked.reason) as codebook:
        codebook.retire(asked.code)
    acting.told = f"retired {acting.name_of(asked.code)}"
    return {"code": asked.code}


def _restore(acting: Acting, asked: OnCode) -> dict[str, Any]:
    with _revising(acting, asked.reason) as codebook:
        codebook.restore(asked.code)
    acting.told = f"restored {acting.name_of(asked.code)}"
    return {"code": asked.code}


ACTIONS: dict[str, Action[Any]] = {
    "add-code": Action(AddCode, _add, is_wide=True),
    "rename-code": Action(RenameCode, _rename, is_wide=True),
    "redefine-code": Action(RedefineCode, _redefine, is_wide=True, rereads=True),
    "recolour-code": Action(RecolourCode, _recolour, is_wide=True),
    "move-code": Action(MoveCode, _move, is_wide=True),
    "merge-codes": Action(MergeCodes, _merge, is_wide=True, rereads=True),
    "split-code": Action(SplitCode, _split, is_wide=True, rereads=True),
    "decide-split": Action(SplitCode, _decide, is_wide=True, rereads=True),
    "retire-code": Action(OnCode, _retire, is_wide=True, rereads=True),
    "restore-code": Action(OnCode, _restore, is_wide=True, rereads=True),
}
