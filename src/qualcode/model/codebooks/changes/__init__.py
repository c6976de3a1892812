"""The kinds of codebook change: values that turn one codebook into the next.

Each change is a frozen value with a ``kind`` (its name in files), a pure ``apply``, and a record.
Reverting has no ``apply``: the history replays without the reverted revision.
"""

from qualcode.model.codebooks.changes.base import (
    KINDS,
    Change,
    Content,
    change_from_record,
    change_of,
    checked,
)
from qualcode.model.codebooks.changes.codes import (
    MEANING,
    Add,
    Move,
    Recolour,
    Redefine,
    Rename,
    Reorder,
    Restore,
    Retire,
)
from qualcode.model.codebooks.changes.merging import Decide, Merge, Split
from qualcode.model.codebooks.changes.structure import (
    Adopt,
    Describe,
    DropRollup,
    LinkCodes,
    Revert,
    SetRollup,
    UnlinkCodes,
)

__all__ = [
    "KINDS",
    "MEANING",
    "Add",
    "Adopt",
    "Change",
    "Content",
    "Decide",
    "Describe",
    "DropRollup",
    "LinkCodes",
    "Merge",
    "Move",
    "Recolour",
    "Redefine",
    "Rename",
    "Reorder",
    "Restore",
    "Retire",
    "Revert",
    "SetRollup",
    "Split",
    "UnlinkCodes",
    "change_from_record",
    "change_of",
    "checked",
]
