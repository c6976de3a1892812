"""Commands on the framework matrix: framework show, write, withdraw, export, import."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

import qualcode as qc
from qualcode.cli.refusing import Group
from qualcode.cli.shared import (
    at_option,
    author_option,
    examples,
    file_or_output,
    json_option,
    open_folder,
    optional_reason_option,
    progress,
    project_argument,
    records,
    tell,
    variables_given,
    view_of,
    write_over_option,
)
from qualcode.errors import ProjectError
from qualcode.model.readable import many

__all__ = ["framework"]

F = TypeVar("F", bound=Callable[..., Any])


@click.group(cls=Group)
def framework() -> None:
    """Work on the framework matrix: cases by themes, each cell a summary that a person writes."""


rollup_option = click.option(
    "--rollup", metavar="ID", help="Which rollup has the themes; the first when not given."
)
level_option = click.option(
    "--level",
    type=click.Choice(["domain", "theme", "code"]),
    default="theme",
    show_default=True,
    help="What the columns are.",
)


def rows_options(command: F) -> F:
    """Add the options that choose and sort the rows."""
    for option in (
        click.option("--sort", multiple=True, metavar="VARIABLE", help="Sort the cases by it."),
        click.option("--show", multiple=True, metavar="VARIABLE", help="Show it beside the cases."),
        click.option(
            "--variable",
            "variables",
            multiple=True,
            metavar="NAME=VALUE",
            callback=variables_given,
            help="Only cases with this value; may be given repeatedly.",
        ),
        click.option("--case", "cases", multiple=True, metavar="ID", help="Only this case."),
    ):
        command = option(command)
    return command


def _matrix(view: qc.View, rollup: str | None, level: Any, rows: dict[str, Any]) -> Any:
    return view.framework(
        rollup,
        level=level,
        cases=rows["cases"] or None,
        variables=rows["variables"] or None,
        show=rows["show"],
        sort=rows["sort"],
    )


@framework.command(
    epilog=examples(
        "qualcode framework show study --sort site",
        "qualcode framework show study case-1 trust",
    )
)
@project_argument
@click.argument("case", required=False, metavar="[CASE]")
@click.argument("theme", required=False, metavar="[THEME]")
@rollup_option
@level_option
@rows_options
@at_option
@json_option
def show(
    project: str,
    case: str | None,
    theme: str | None,
    rollup: str | None,
    level: str,
    at: int | str | None,
    as_json: bool,
    **rows: Any,
) -> None:
    """Print the matrix, or the cell of CASE and THEME; how many cells are written and stale, and which."""
    if case is not None and theme is None:
        raise click.UsageError(f"name a THEME too, or say --case {case} for all cells of the case")
    matrix = _matrix(view_of(project, at), rollup, level, rows)
    if case is not None and theme is not None:
        one = matrix[case, theme]
        tell(_record(one), _told(one), as_json=as_json)
        return
    lines = [str(matrix)]
    lines += [f"stale: {each.case.id}, {each.node.id}: {each.why}" for each in matrix.stale]
    value = {
        "cells": records(matrix.cells_frame()),
        "progress": records(matrix.progress_frame()),
    }
    tell(value, "\n".join(lines), as_json=as_json)


def _record(cell: Any) -> dict[str, Any]:
    made = cell.summary
    return {
        "case": cell.case.id,
        "node": cell.node.id,
        "summary": cell.text,
        "coder": made and made.coder,
        "time": made and made.time,
        "stale": cell.is_stale,
        "why": cell.why,
        "segments": [
            {
                "document": each.document.id,
                "start": each.start,
                "end": each.end,
                "quote": each.quote,
            }
            for each in cell.segments
        ],
    }


def _told(cell: Any) -> str:
    lines = [f"{cell.case.name}, {cell.node.name}"]
    if cell.summary is not None:
        lines += ["", cell.text, f"— {cell.summary.coder}, {cell.summary.time[:10]}"]
    if cell.is_stale:
        lines.append(f"stale: {cell.why}")
    for each in cell.segments:
        lines += ["", f"  “{' '.join(each.quote.split())}”"]
        lines.append(f"    {each.document.id}:{each.start}-{each.end}")
    return "\n".join(lines)


@framework.command(
    epilog=examples(
        'qualcode framework write study case-1 trust "Trusts people, not papers." --coder ana'
    )
)
@project_argument
@click.argument("case")
@click.argument("theme")
@click.argument("text")
@rollup_option
@level_option
@optional_reason_option
@author_option
@json_option
def write(
    project: str,
    case: str,
    theme: str,
    text: str,
    rollup: str | None,
    level: Any,
    reason: str,
    coder: str | None,
    as_json: bool,
) -> None:
    """Write a cell; the log keeps what stood there."""
    opened = open_folder(project)
    made = opened.summarise(
        case, theme, text, rollup=rollup, level=level, coder=coder, reason=reason
    )
    opened.save()
    value = {"case": made.case, "node": made.node, "summary": made.text, "id": made.id}
    told = many(len(made.anchors), "segment")
    tell(value, f"{project}: {made.case}, {made.node}: written from {told}", as_json=as_json)


@framework.command(
    epilog=examples("qualcode framework withdraw study case-1 trust --coder ana"),
)
@project_argument
@click.argument("case")
@click.argument("theme")
@rollup_option
@level_option
@optional_reason_option
@author_option
@json_option
def withdraw(
    project: str,
    case: str,
    theme: str,
    rollup: str | None,
    level: Any,
    reason: str,
    coder: str | None,
    as_json: bool,
) -> None:
    """Empty a cell; the log keeps what stood there."""
    opened = open_folder(project)
    opened.withdraw_summary(case, theme, rollup=rollup, level=level, coder=coder, reason=reason)
    opened.save()
    tell({"withdrawn": [case, theme]}, f"{project}: {case}, {theme} is empty", as_json=as_json)


@framework.command(
    epilog=examples(
        "qualcode framework export study matrix.xlsx --rollup factors --sort site",
        "qualcode framework export study matrix.md",
    )
)
@project_argument
@click.argument("file", type=click.Path())
@rollup_option
@level_option
@rows_options
@write_over_option
@at_option
@json_option
def export(
    project: str,
    file: str,
    rollup: str | None,
    level: str,
    replace: bool,
    at: int | str | None,
    as_json: bool,
    **rows: Any,
) -> None:
    """Write the matrix to an .xlsx or .csv file, to be worked on and imported again, or to .md."""
    view = view_of(project, at)
    with file_or_output(file, ".csv") as path, progress("Writing"):
        matrix = _matrix(view, rollup, level, rows)
        qc.write_framework(matrix, path, replace=replace)
    value = {"file": file, "cells": len(matrix), "written": len(matrix.written)}
    tell(value, f"{file}: {matrix.caption.splitlines()[0]}", as_json=as_json, file=file)


@framework.command(
    "import",
    epilog=examples(
        "qualcode framework import study matrix.xlsx --dry-run",
        "qualcode framework import study matrix.xlsx --coder ana",
    ),
)
@project_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--overwrite", is_flag=True, help="Take the file's words where both sides changed a cell."
)
@optional_reason_option
@author_option
@json_option
def import_(
    project: str,
    file: str,
    dry_run: bool,
    overwrite: bool,
    reason: str,
    coder: str | None,
    as_json: bool,
) -> None:
    """Take over what was written into a matrix; what was changed on both sides is told."""
    opened = open_folder(project)
    with progress("Reading"):
        reading = opened.read_framework(
            file, coder=coder, reason=reason, overwrite=overwrite, dry_run=dry_run
        )
        if not dry_run:
            opened.save()
    tell(records(reading.to_frame()), str(reading), as_json=as_json)
    if reading.conflicts and not dry_run:
        raise ProjectError(
            f"{len(reading.conflicts):,} cells were changed in the file and in the project, and kept as the "
            "project has them; --overwrite takes the file's"
        )
