"""What a question can be asked of: a state, or anything that shows one as it stands at the moment."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from qualcode.errors import ProjectError
from qualcode.model.checks import Raised, check_kind
from qualcode.model.state import State

__all__ = ["HasState", "Subject", "state_shown"]


class HasState(Protocol):
    """Anything with content, which may grow: a project, a view."""

    @property
    def state(self) -> State:
        """The content at this moment."""
        ...


Subject: TypeAlias = State | HasState


def state_shown(subject: object, *, what: str = "project", error: Raised = ProjectError) -> State:
    """Return the content of a project or a view at this moment; a state is its own.

    Parameters
    ----------
    subject : State, or anything that has one
        What is asked.
    what : str
        What the argument is called.
    error : type of QualcodeError
        What is raised.

    Raises
    ------
    ProjectError
        When it has no content.
    """
    state = subject if isinstance(subject, State) else getattr(subject, "state", subject)
    return check_kind(state, State, what=what, error=error, advice="pass a project or a view")
