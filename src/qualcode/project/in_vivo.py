"""Codes named in the words of the people who are studied."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from qualcode.errors import AssignmentError
from qualcode.model.codebooks.codes import Code
from qualcode.model.ids import fold, unique_slug
from qualcode.model.texts.segments import Segment

if TYPE_CHECKING:
    from qualcode.project.editing import Editing

__all__ = ["in_vivo_code", "in_vivo_words", "nearest_codes"]

_LONGEST = 120
_ALIKE = 0.75


def in_vivo_words(project: Editing, segment: Segment, *, new: bool) -> str:
    """Return the words of a segment that name a code.

    Parameters
    ----------
    project : Editing
        The project.
    segment : Segment
        Whose words name the code.
    new : bool
        Whether to make it although others are much like it.

    Raises
    ------
    AssignmentError
        When the segment is too long to be a name, or has no words; or when codes are much like it.
    """
    name = " ".join(segment.quote.split()).strip(".,;:!?…\"'“”‘’«»()[] ")
    if not name:
        raise AssignmentError(f"the segment {segment.quote!r} has no words to make a code of")
    if len(name) > _LONGEST:
        raise AssignmentError(
            f"the segment has {len(name)} characters, too many for the name of a code (at most {_LONGEST}): "
            "take the few words that say it"
        )
    if _named_so(project, name) is not None:
        return name
    near = nearest_codes((code for code in project.codebook if code.codable), name)
    if near and not new:
        told = ", ".join(f"{code.id!r} ({code.name})" for code in near[:5])
        raise AssignmentError(
            f"there are codes much like {name!r}: {told}. Assign one of them, or make another with "
            "in_vivo='new'"
        )
    return name


def _named_so(project: Editing, name: str) -> str | None:
    """Return the id of the code that is named so, or that stands for the one that was."""
    before = project._earlier.named(name) if project._earlier is not None else None
    if before is not None:
        return project.codebook.resolve(before)
    for code in project.codebook:
        if fold(code.name) == fold(name) and code.codable:
            return code.id
    for code in project.codebook.codes.values():
        if fold(code.name) == fold(name) and code.status == "merged":
            return project.codebook.resolve(code.id)
    return None


def in_vivo_code(project: Editing, segment: Segment, coder: str, name: str) -> str:
    """Return the id of the code that is named like a segment, made if there is none.

    Parameters
    ----------
    project : Editing
        The project.
    segment : Segment
        Whose words name the code.
    coder : str
        Who makes it.
    name : str
        These words, from `in_vivo_words`.
    """
    if (known := _named_so(project, name)) is not None:
        return known
    id = unique_slug(name, project.codebook.codes, default="in-vivo")
    with project.revise(coder=coder, reason="in vivo") as codebook:
        codebook.add(id, name=name, examples=segment.quote)
    return id


def nearest_codes(codes: Iterable[Code], text: str) -> tuple[Code, ...]:
    """Return the codes whose names are much like a text, the most alike first."""
    wanted = fold(" ".join(text.split()))
    words = set(wanted.split())

    def likeness(code: Code) -> float:
        name = fold(code.name)
        shared = words & set(name.split())
        overlap = len(shared) / min(len(words), len(name.split())) if shared else 0.0
        return max(difflib.SequenceMatcher(None, wanted, name).ratio(), overlap * _ALIKE)

    scored = [(likeness(code), code) for code in codes]
    near = [(score, code) for score, code in scored if score >= _ALIKE]
    return tuple(code for _, code in sorted(near, key=lambda each: (-each[0], each[1].id)))
