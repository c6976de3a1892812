"""Keeping in the log how much an import could not take over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from qualcode.io.exchange.losses import Losses
from qualcode.model.import_losses import ImportLoss
from qualcode.project.editing import Editing

__all__ = ["record_losses", "take_over_losses"]


def record_losses(
    project: Editing, source: str, losses: Losses, *, coder: str, again: bool = False
) -> None:
    """Count what a file held and the project lacks, by kind; nothing is recorded where nothing was lost.

    Parameters
    ----------
    project : Editing
        What the file was read into.
    source : str
        The program or the reader.
    losses : Losses
        What did not come along.
    coder : str
        Who read it.
    again : bool, default False
        Whether it was read before: then only what is more than the log has of this source is new.
    """
    counted: Counter[tuple[str, str]] = Counter()
    for each in losses:
        counted[each.severity, each.element] += each.count
    if again:
        for known in project.import_losses:
            if known.source == source:
                counted[known.severity, known.element] -= known.count
        counted = +counted
    if counted:
        rows = [[source, severity, element, n] for (severity, element), n in counted.items()]
        project._record("set", "project", {"losses": rows}, coder=coder)


def take_over_losses(project: Editing, losses: Iterable[ImportLoss], *, coder: str) -> None:
    """Record the losses of another project that is taken over, unless these are known already."""
    known = {each.event for each in project.import_losses}
    rows = [
        [each.source, each.severity, each.element, each.count, each.event]
        for each in losses
        if each.event not in known
    ]
    if rows:
        project._record("set", "project", {"losses": rows}, coder=coder)
