"""Codings that a page names, over several documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qualcode.model.coding.assignments import Assignment
from qualcode.serve.actions.acting import Acting
from qualcode.serve.refusals import Refusal
from qualcode.serve.showing import coding_of

__all__ = ["assignments_of"]


def assignments_of(acting: Acting, ids: Mapping[str, Sequence[str]]) -> list[Assignment]:
    """Return the assignments of codings, given by document, whoever made them.

    Raises
    ------
    Refusal
        When one does not stand, or may not be seen.
    """
    found = []
    for document, wanted in ids.items():
        here = {
            coding_of(each).id: each for each in acting.sight.assignments(acting.project, document)
        }
        for id in wanted:
            if id not in here:
                raise Refusal(
                    f"the coding {id!r} in {document!r} is there no more, so nothing was done",
                    status=404,
                    kind="Gone",
                )
            found.append(here[id])
    return found
