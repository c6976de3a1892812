"""Taking back, and doing again, the latest step of whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qualcode.project.project import Project
from qualcode.project.steps import Step
from qualcode.serve.actions.acting import Acting, Action, Arguments, Reason
from qualcode.serve.refusals import Refusal
from qualcode.serve.undoing import next_redo, next_undo

__all__ = ["ACTIONS"]


class Back(Arguments):
    """A step to take back or do again: the one that the page shows."""

    step: str | None = None
    reason: Reason = ""


def _switch(
    acting: Acting,
    asked: Back,
    shown: Callable[[Project, str | None], dict[str, Any] | None],
    how: str,
    switch: Callable[..., Step],
) -> dict[str, Any]:
    latest = shown(acting.project, acting.coder)
    if asked.step is not None and (latest is None or latest["id"] != asked.step):
        raise Refusal(
            f"this is no longer the latest step to {how}: something was done, undone or redone meanwhile, on "
            "another page perhaps",
            kind="OtherStep",
        )
    switch(coder=acting.coder, reason=asked.reason)
    told = "" if latest is None else latest["told"]
    acting.told = f"{how}: {told}"
    return {"told": told}


def _undo(acting: Acting, asked: Back) -> dict[str, Any]:
    return _switch(acting, asked, next_undo, "undo", acting.project.undo)


def _redo(acting: Acting, asked: Back) -> dict[str, Any]:
    return _switch(acting, asked, next_redo, "redo", acting.project.redo)


ACTIONS: dict[str, Action[Any]] = {
    "undo": Action(Back, _undo, is_wide=True, rereads=True),
    "redo": Action(Back, _redo, is_wide=True, rereads=True),
}
