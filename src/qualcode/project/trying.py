"""Changes of a codebook that are only tried: what comes of them, before any is made."""

from __future__ import annotations

from qualcode.errors import ChangeError
from qualcode.model.codebooks.changes import Change, checked
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.codebooks.draft import Draft
from qualcode.model.coding.assignments import Assignments
from qualcode.model.state import State

__all__ = ["Trial", "read_through"]


class Trial:
    """Makes changes of a codebook, as `Writer` does, only to look at what comes of them.

    Parameters
    ----------
    state : State
        The project's content, which stays as it is.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.draft = Draft(state.codebook)
        self.changes: list[Change] = []

    def find(self, key: str) -> Code:
        """Return the code with an id or name."""
        return self.draft.find(key)

    def __call__(self, change: Change) -> None:
        """Make a change, unless all is so already.

        Raises
        ------
        ChangeError
            When it does not fit the codebook.
        """
        if not change.is_made(self.draft):
            checked(change, self.draft)
            change.make(self.draft)
            self.changes.append(change)

    def revert(self, revision: int | str) -> None:
        """Refuse to undo a revision: what that comes to, only the log knows."""
        raise ChangeError(
            f"reverting revision {revision!r} cannot be tried: project.preview(…) says what it would touch"
        )


def read_through(codebook: Codebook, state: State) -> Assignments:
    """Return the assignments of a project as another codebook has them."""
    return Assignments.read(
        state.events.standing(), state.documents, codebook, coders=state.coders, cases=state.cases
    )
