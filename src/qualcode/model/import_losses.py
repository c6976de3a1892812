"""What did not come along when files were read into a project: counted by kind, as the log has it."""

from __future__ import annotations

import attrs

__all__ = ["ImportLoss"]


@attrs.frozen
class ImportLoss:
    """Things of one kind that an import could not take over.

    The log counts them and names none, so that nothing of a participant is left in it that an erasure would
    have to find. What they were, one by one, is in the report of the import.

    Parameters
    ----------
    source : str
        What was read: a program such as ``"nvivo"``, a reader of documents such as ``"docx"``, ``"survey"``.
    severity : {"note", "loss", "damage"}
        ``"note"`` where nothing that is coded is concerned, ``"loss"`` where something is missing,
        ``"damage"`` where what was read may be wrong.
    element : str
        What they are, such as ``"comment"`` or ``"picture"``.
    count : int
        How many.
    event : str
        The event that says so, in whichever project read the file.

    Examples
    --------
    >>> from qualcode import ImportLoss
    >>> print(ImportLoss("docx", "loss", "footnote", 2, "3f0a"))
    loss: 2 × footnote (docx)
    """

    source: str
    severity: str
    element: str
    count: int
    event: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.count:,} × {self.element} ({self.source})"
