"""Commands on codebooks and their history: codebook show, diff, log, apply, revert, and revisions."""

from __future__ import annotations

from typing import Any

import click

from qualcode.cli.refusing import Group
from qualcode.cli.revising import REVISIONS
from qualcode.cli.shared import (
    at_option,
    author_option,
    examples,
    find_codebook,
    find_project,
    json_option,
    open_folder,
    project_argument,
    reason_option,
    records,
    revision,
    tell,
    view_of,
    why,
    width,
)
from qualcode.model.times import time_shown

__all__ = ["codebook"]


@click.group(cls=Group)
def codebook() -> None:
    """Show a codebook, and change it without losing its history."""


for command in REVISIONS:
    codebook.add_command(command)


@codebook.command(
    epilog=examples(
        "qualcode codebook show study",
        "qualcode codebook show collaboration --markdown > collaboration.md",
        "qualcode codebook show study --at 1",
    )
)
@click.argument("source", metavar="PROJECT|FILE|NAME")
@click.option(
    "--tree", "form", flag_value="tree", default="tree", help="Names and ids. The default."
)
@click.option("--markdown", "form", flag_value="markdown", help="Definitions and criteria too.")
@at_option
@json_option
def show(source: str, form: str, at: int | str | None, as_json: bool) -> None:
    """Show the codebook of a project, in a file, or of a name that comes with qualcode."""
    from qualcode.model.codebooks.records import codebook_record

    found = find_codebook(source) if at is None else view_of(source, at).codebook
    text = found.to_markdown().rstrip("\n") if form == "markdown" else found.tree()
    tell(codebook_record(found), text, as_json=as_json)


@codebook.command(
    epilog=examples(
        "qualcode codebook diff study --from 3",
        "qualcode codebook diff study study/codebook.yaml",
    )
)
@click.argument("sources", nargs=-1, required=True, metavar="PROJECT | OLD NEW")
@click.option("--from", "old", callback=revision, metavar="REV", help="The first when not given.")
@click.option("--to", "new", callback=revision, metavar="REV", help="The newest when not given.")
@json_option
def diff(
    sources: tuple[str, ...], old: int | str | None, new: int | str | None, as_json: bool
) -> None:
    """Show what changed between two revisions of a project, or between two codebooks.

    A codebook is a file, a project's folder, or a name that comes with qualcode. So the second example
    shows what `qualcode codebook apply study` would do.
    """
    from qualcode.model.codebooks.diff import diff as difference

    if len(sources) > 2:
        raise click.UsageError("give one project, or two codebooks to compare")
    if len(sources) == 2:
        if old is not None or new is not None:
            raise click.UsageError("--from and --to are revisions of one project")
        before, after = (find_codebook(source) for source in sources)
    else:
        history = find_project(sources[0]).history
        before = history.at(1 if old is None else old)
        after = history.at(-1 if new is None else new)
    found = difference(before, after, retire_missing=True)
    tell(records(found.to_frame()), str(found), as_json=as_json)


@codebook.command(
    epilog=examples(
        "qualcode codebook log study",
    )
)
@project_argument
@json_option
def log(project: str, as_json: bool) -> None:
    """List the revisions of a project's codebook."""
    from qualcode.report import table_text

    revisions = records(find_project(project).history.to_frame())
    rows = [
        (
            each["revision"],
            time_shown(each["time"], zone=False),
            each["coder"],
            ("(reverted) " if each["reverted"] else "") + each["change"],
            each["reason"],
            each["id"],
        )
        for each in revisions
    ]
    columns = ("revision", "time (UTC)", "coder", "change", "reason", "id")
    tell(revisions, table_text(columns, rows, width=width()), as_json=as_json)


@codebook.command(
    epilog=examples(
        'qualcode codebook apply study --coder ana --reason "after interview 3"',
        'qualcode codebook apply study revised.yaml --coder ana --reason "as agreed on Monday"',
    )
)
@project_argument
@click.argument("file", required=False, type=click.Path())
@author_option
@reason_option
@json_option
def apply(
    project: str, file: str | None, coder: str | None, reason: str | None, as_json: bool
) -> None:
    """Make the edits of a codebook file part of a project's history.

    Without FILE it is the project's own codebook.yaml. Ids decide what is a rename; a code that is gone
    from the file is retired.
    """
    opened = open_folder(project)
    made = opened.apply_codebook(file, coder=coder, reason=why(reason))
    opened.save()
    tell(records(made.to_frame()), str(made), as_json=as_json)


@codebook.command(
    epilog=examples(
        'qualcode codebook revert study 4 --coder ana --reason "they were two things after all"',
    )
)
@project_argument
@click.argument("target", metavar="REVISION", callback=revision)
@author_option
@reason_option
@json_option
def revert(project: str, target: Any, coder: str | None, reason: str | None, as_json: bool) -> None:
    """Undo an earlier revision, keeping all later work."""
    opened = open_folder(project)
    made = opened.revert(target, coder=coder, reason=why(reason))
    opened.save()
    number = len(opened.history)
    tell(
        {"revision": number, "id": made.short, "change": opened.history.describe(number)},
        f"{project}: revision {number}: {opened.history.describe(number)}",
        as_json=as_json,
    )
