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
        "qualcode assign study from-a-web-page.csv --coder ana --offsets utf-16",
    )
)
@project_argument
@click.argument("file", metavar="FILE", type=click.Path())
@click.option(
    "--coder",
    envvar="QUALCODE_CODER",
    show_envvar=True,
    help="Who assigned, when the file has no column coder.",
)
@click.option(
    "--offsets",
    type=click.Choice(["code point", "utf-16", "utf-8"]),
    help="What start and end count; code points when not given, unless the quotes prove another.",
)
@click.option("--encoding", help="Of CSV that is not in UTF-8, such as cp1252.")
@json_option
def assign(
    project: str,
    file: str,
    coder: str | None,
    offsets: str | None,
    encoding: str | None,
    as_json: bool,
) -> None:
    """Import codings from a table, CSV or a spreadsheet: all rows, or none if one does not fit.

    The columns are document, start, end (code points, the end not included) and code (id or name);
    coder, memo, weight and quote may be there too. Quotes are compared with the text; without start and
    end, a quote says where a row belongs.
    """
    opened = open_folder(project)
    fresh = opened.assign_csv(file, coder=coder, offsets=offsets, encoding=encoding)
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
@click.argument("file", metavar="FILE", type=click.Path())
@at_option
@json_option
def export(project: str, file: str, at: int | str | None, as_json: bool) -> None:
    """Write the assignments with their quotes as a table: XLSX if the file ends so, else CSV."""
    view = view_of(project, at)
    view.write_csv(file)
    count = len(view.assignments)
    noun = "assignment" if count == 1 else "assignments"
    tell({"file": file, "assignments": count}, f"{file}: {count} {noun}", as_json=as_json)
