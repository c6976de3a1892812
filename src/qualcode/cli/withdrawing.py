"""Commands on consent that was withdrawn: withdraw, reinstate."""

from __future__ import annotations

import click

from qualcode.cli.shared import (
    author_option,
    examples,
    json_option,
    open_folder,
    optional_reason_option,
    project_argument,
    records,
    tell,
)

__all__ = ["reinstate", "withdraw"]


@click.command(
    epilog=examples(
        'qualcode withdraw study 02-joan --reason "consent withdrawn 3 May" --coder ana',
        "qualcode withdraw study case:joan",
        "qualcode withdraw study",
    )
)
@project_argument
@click.argument("what", required=False)
@click.option("--reason", default="", help="Why; it stays visible.")
@author_option
@json_option
def withdraw(project: str, what: str | None, reason: str, coder: str | None, as_json: bool) -> None:
    """Take a document, or a case with its documents, out of every result, past ones included.

    WHAT is the id of a document, or case:ID. Without it, what was withdrawn is listed. The files keep
    everything, and `qualcode reinstate` brings it back.
    """
    opened = open_folder(project)
    if what is None:
        found = opened.withdrawals
        tell(records(found.to_frame()), str(found), as_json=as_json)
        return
    made = opened.withdraw(what, coder=coder, reason=reason)
    opened.save()
    noun = "document" if made.documents == 1 else "documents"
    tell(
        {"target": made.target, "documents": made.documents, "event": made.event},
        f"{project}: {made.target} is withdrawn; {made.documents} {noun} out of every result, past ones "
        "included",
        as_json=as_json,
    )


@click.command(epilog=examples('qualcode reinstate study 02-joan --reason "asked again"'))
@project_argument
@click.argument("what")
@optional_reason_option
@author_option
@json_option
def reinstate(project: str, what: str, reason: str, coder: str | None, as_json: bool) -> None:
    """Bring back what was withdrawn, with everything that was done with it.

    WHAT is what `qualcode withdraw` was given.
    """
    opened = open_folder(project)
    opened.reinstate(what, coder=coder, reason=reason)
    opened.save()
    tell(
        {"what": what, "documents": len(opened.documents)},
        f"{project}: {what} is back",
        as_json=as_json,
    )
