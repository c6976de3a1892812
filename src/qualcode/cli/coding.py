"""Commands on assignments: assign, export."""

from __future__ import annotations

import click

from qualcode.cli.shared import (
    at_option,
    examples,
    json_option,
    open_folder,
    project_argument,
    tell,
    view_of,
)

__all__ = ["assign", "export"]


@click.command(
    epilog=examples(
        "qualcode assign study codings.csv --coder ana",
    )
)
@project_argument
@click.argument("file", metavar="FILE.csv", type=click.Path())
@click.option(
    "--coder",
    envvar="QUALCODE_CODER",
    show_envvar=True,
    help="Who assigned, when the file has no column coder.",
)
@json_option
def assign(project: str, file: str, coder: str | None, as_json: bool) -> None:
    """Import codings from a CSV file: all rows, or none if one does not fit.

    The columns are document, start, end (code points, the end not included) and code (id or name);
    coder, memo, weight and quote may be there too, and quotes are compared with the text.
    """
    opened = open_folder(project)
    fresh = opened.assign_csv(file, coder=coder)
    opened.save()
    noun = "assignment" if fresh == 1 else "assignments"
    tell(
        {"assigned": fresh, "assignments": len(opened.assignments)},
        f"{project}: {fresh} new {noun}; there are {len(opened.assignments)}",
        as_json=as_json,
    )


@click.command(
    epilog=examples(
        "qualcode export study codings.csv",
        "qualcode export study as-adopted.csv --at 1",
    )
)
@project_argument
@click.argument("file", metavar="FILE.csv", type=click.Path())
@at_option
@json_option
def export(project: str, file: str, at: int | str | None, as_json: bool) -> None:
    """Write the assignments with their quotes to a CSV file."""
    view = view_of(project, at)
    view.write_csv(file)
    count = len(view.assignments)
    noun = "assignment" if count == 1 else "assignments"
    tell({"file": file, "assignments": count}, f"{file}: {count} {noun}", as_json=as_json)
