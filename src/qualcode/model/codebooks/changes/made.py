"""Whether a change is made already, so that a script that is run again changes nothing."""

from __future__ import annotations

from typing import Any

from qualcode.model.codebooks.changes.base import Change
from qualcode.model.codebooks.changes.codes import (
    Add,
    Move,
    Recolour,
    Redefine,
    Rename,
    Reorder,
    Retire,
)
from qualcode.model.codebooks.changes.merging import Decide, Merge, Split
from qualcode.model.codebooks.changes.structure import Describe, LinkCodes, SetRollup
from qualcode.model.codebooks.draft import Draft

__all__ = ["is_made"]


def is_made(change: Change, draft: Draft) -> bool:
    """Tell whether all is so already as a change would have it.

    Parameters
    ----------
    change : Change
        The change.
    draft : Draft
        The codebook as it stands.
    """
    code: Any = (
        draft.codes.get(getattr(change, "code", None) or "")
        if not isinstance(change, Add)
        else None
    )
    match change:
        case Add():
            return draft.codes.get(change.code.id) == change.code
        case Rename():
            return code is not None and code.is_live and code.name == change.name
        case Redefine():
            return (
                code is not None
                and code.is_live
                and all(getattr(code, name) == value for name, value in change.fields.items())
            )
        case Recolour():
            return code is not None and code.is_live and code.colour == change.colour
        case Move():
            return code is not None and code.is_live and code.parent == change.parent
        case Retire():
            return code is not None and code.status == "retired"
        case Merge():
            sources = [draft.codes.get(id) for id in change.sources]
            return bool(sources) and all(
                each is not None and each.merged_into == change.into for each in sources
            )
        case Split():
            return code is not None and code.status == "split" and code.parts == change.parts
        case Decide():
            decided = draft.decisions.get(change.code, {})
            return all(decided.get(place) == part for place, part in change.decisions.items())
        case LinkCodes():
            known = draft.links.get((change.link.source, change.link.type, change.link.target))
            return known is not None and known.note == change.link.note
        case SetRollup():
            return draft.rollups.get(change.rollup.id) == change.rollup
        case Describe():
            now = (draft.name, draft.description, draft.attributes)
            return now == (change.name, change.description, change.attributes)
        case Reorder():
            return [id for id, each in draft.codes.items() if each.is_live] == list(change.order)
        case _:
            return False
