"""The kinds of codebook change: values that turn one codebook into the next.

Each change is a frozen value with a ``kind`` (its name in files), a pure ``apply``, and a record.
Reverting has no ``apply``: the history replays without the reverted revision.
"""

from qualcode.model.changes.base import Change, checked
from qualcode.model.changes.codes import (
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
from qualcode.model.changes.made import is_made
from qualcode.model.changes.merging import Decide, Merge, Split
from qualcode.model.changes.recording import (
    change_from_record,
    change_of,
    change_record,
    content_of,
)
from qualcode.model.changes.structure import (
    Adopt,
    Describe,
    DropRollup,
    LinkCodes,
    Revert,
    SetRollup,
    UnlinkCodes,
)

__all__ = [
    "MEANING",
    "Add",
    "Adopt",
    "Change",
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
    "change_record",
    "checked",
    "content_of",
    "is_made",
]
