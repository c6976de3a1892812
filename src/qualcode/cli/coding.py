"""Commands on assignments: assign, export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import click

from qualcode.cli.shared import (
    STANDARD_OUTPUT,
    at_option,
    examples,
    file_or_output,
    json_option,
    open_folder,
    progress,
    project_argument,
    tell,
    view_of,
)
from qualcode.errors import StudyError

__all__ = ["assign", "export"]


@click.command(
    epilog=examples(
        "qualcode assign study codings.csv --coder ana",
        "qualcode assign study from-a-web-page.csv --coder ana --offsets utf-16",
        'qualcode assign study "we share one budget" pooled-budget --coder ana',
    )
)
@project_argument
@click.argument("what", metavar="FILE|QUOTE")
@click.argument("code", required=False, metavar="[CODE]")
@click.option(
    "--coder",
    envvar="QUALCODE_CODER",
    show_envvar=True,
    help="Who assigned, when the file has no column coder.",
)
@click.option("--document", metavar="ID", help="Where the quote stands, if in several documents.")
@click.option("--memo", help="A note on the assignment of the quote.")
@click.option(
    "--offsets",
    type=click.Choice(["code point", "utf-16", "utf-8"]),
    help="What start and end count; code points when not given, unless the quotes prove another.",
)
@click.option("--encoding", help="Of CSV that is not in UTF-8, such as cp1252.")
@json_option
def assign(
    project: str,
    what: str,
    code: str | None,
    coder: str | None,
    document: str | None,
    memo: str | None,
    offsets: str | None,
    encoding: str | None,
    as_json: bool,
) -> None:
    """Put CODE on the words QUOTE; or import codings from a table, CSV or a spreadsheet: all rows, or none.

    The columns are document, start, end (code points, the end not included) and code (id or name);
    coder, memo, weight and quote may be there too. Quotes are compared with the text; without start and
    end, a quote says where a row belongs.
    """
    opened = open_folder(project)
    before = len(opened.assignments)
    if code is None:
        _refuse(document=document, memo=memo, without="CODE")
        with progress("Reading"):
            fresh = opened.assign_csv(what, coder=coder, offsets=offsets, encoding=encoding)
    else:
        _refuse(offsets=offsets, encoding=encoding, without="FILE")
        opened.assign(opened.locate(what, document=document), code, coder=coder, memo=memo)
        fresh = len(opened.assignments) - before
    opened.save()
    noun = "assignment" if fresh == 1 else "assignments"
    tell(
        {"assigned": fresh, "assignments": len(opened.assignments)},
        f"{project}: {fresh} new {noun}; there are {len(opened.assignments)}",
        as_json=as_json,
    )


def _refuse(*, without: str, **given: str | None) -> None:
    """Refuse options that say something of what is not there."""
    for name, value in given.items():
        if value is not None:
            raise click.UsageError(f"--{name} is for {without}, and none is given")


@click.command(
    epilog=examples(
        "qualcode export study codings.csv",
        "qualcode export study as-adopted.csv --at 1",
        "qualcode export study study.qdpx --to refi",
        "qualcode export study for-r --to rock",
    )
)
@project_argument
@click.argument("file", metavar="FILE", type=click.Path())
@click.option(
    "--to",
    metavar="PROGRAM",
    help="Write the whole project for another program: refi (REFI-QDA, .qdpx), nvivo, atlasti, maxqda, "
    "quirkos, transana, dedoose, f4analyse, webqda, qualcoder, rock or webannotation.",
)
@at_option
@json_option
def export(project: str, file: str, to: str | None, at: int | str | None, as_json: bool) -> None:
    """Write the assignments with their quotes as a table: XLSX or Parquet if the file ends so, else CSV.

    With --to, write the whole project in another program's format, and say what has no place there.
    """
    view = view_of(project, at)
    count = len(view.assignments)
    noun = "assignment" if count == 1 else "assignments"
    if to in (None, "csv"):
        with file_or_output(file, ".csv") as path, progress("Writing"):
            view.write_csv(path)
        value: dict[str, Any] = {"file": file, "assignments": count}
        tell(value, f"{file}: {count} {noun}", as_json=as_json, file=file)
        return
    from qualcode.project.formats import format_named

    write = format_named(to).write
    if write is None:
        raise StudyError(f"{to}: is read and not written; csv goes into any spreadsheet program")
    if file == STANDARD_OUTPUT and to in ("rock", "webannotation"):
        raise StudyError(f"{to}: is a folder of files, which standard output cannot hold: name one")
    with file_or_output(file, ".qdpx") as path, progress("Writing") as advance:
        losses = write(view, Path(path), advance)
    value = {
        "file": file,
        "assignments": count,
        "losses": [attrs.asdict(loss) for loss in losses],
    }
    tell(value, f"{file}: {count} {noun}\n{losses}", as_json=as_json, file=file)
