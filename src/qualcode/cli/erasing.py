"""Commands that take people's words out of the files themselves: erase."""

from __future__ import annotations

import attrs
import click

from qualcode.cli.shared import (
    author_option,
    examples,
    json_option,
    open_folder,
    project_argument,
    tell,
)

__all__ = ["erase"]

yes_option = click.option(
    "--yes", "sure", is_flag=True, help="Do it; without this, only say what would be done."
)
backup_option = click.option(
    "--backup",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write the project as it is into a new file first. That holds everything: mind where it lies.",
)


@click.command(
    epilog=examples(
        "qualcode erase study 02-joan",
        "qualcode erase study 02-joan --reason 'asked for it, 3 May' --yes",
        "qualcode erase study case:joan --backup before.zip --yes",
    )
)
@project_argument
@click.argument("what")
@click.option("--reason", default="", help="Why; it stays visible.")
@author_option
@backup_option
@yes_option
@json_option
def erase(
    project: str,
    what: str,
    reason: str,
    coder: str | None,
    backup: str | None,
    sure: bool,
    as_json: bool,
) -> None:
    """Remove a document, or a case with its documents, from every file of the project, for good.

    WHAT is the id of a document, or case:ID. Without --yes nothing is done, and what would go is said.
    Nothing brings it back. What git, backups and other copies still hold is said at the end.
    """
    opened = open_folder(project)
    if backup is not None and sure:
        opened.backup(backup)
    made = opened.erase(what, coder=coder, reason=reason, dry_run=not sure)
    told = str(made) if sure else f"{made}\nnothing was done: say --yes to erase it"
    tell(attrs.asdict(made), told, as_json=as_json)
