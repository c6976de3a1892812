"""What a page can have done: a table of actions, each the library's own calls."""

from collections.abc import Mapping
from typing import Any

from qualcode.errors import did_you_mean
from qualcode.serve.actions import codes, coding, deciding, texts, undoing
from qualcode.serve.actions.acting import Acting, Action, CodebookAction, Effect
from qualcode.serve.refusals import Refusal

__all__ = ["ACTIONS", "Acting", "Action", "CodebookAction", "Effect", "find_action"]

ACTIONS: Mapping[str, Action[Any]] = {
    **coding.ACTIONS,
    **codes.ACTIONS,
    **deciding.ACTIONS,
    **texts.ACTIONS,
    **undoing.ACTIONS,
}


def find_action(name: str) -> Action[Any]:
    """Return the action of a name.

    Raises
    ------
    Refusal
        When there is none.
    """
    if name not in ACTIONS:
        raise Refusal(
            f"there is no action {name!r}.{did_you_mean(name, ACTIONS)}",
            status=400,
            kind="Arguments",
        )
    return ACTIONS[name]
