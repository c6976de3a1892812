"""Commands on other programs' files: import, inspect."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

import qualcode as qc
from qualcode.cli.shared import (
    examples,
    json_option,
    mapping_given,
    open_folder,
    progress,
    records,
    tell,
)
from qualcode.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from qualcode.project.inspecting import Inspected
    from qualcode.project.studies import Imported

__all__ = ["import_", "inspect"]


def _reading(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say how a file is read."""
    for option in (
        click.option(
            "--from",
            "program",
            metavar="PROGRAM",
            help="Whose file it is, such as qualcoder or codings; found when not given.",
        ),
        click.option(
            "--texts",
            type=click.Path(),
            help="A file or folder with the texts that a table is about.",
        ),
        click.option("--codebook", help="A codebook that says which codes a table means."),
        click.option("--project", help="Which project of a database with several."),
        click.option(
            "--column",
            "columns",
            multiple=True,
            callback=mapping_given,
            metavar="WHAT=HEAD",
            help="Which column of a table holds what, such as quote=Ausschnitt; may be given repeatedly.",
        ),
        click.option("--encoding", help="Of CSV that is not in UTF-8, such as cp1252."),
        click.option(
            "--offsets",
            type=click.Choice(["code point", "utf-16", "utf-8"]),
            help="What offsets count, where it cannot be found.",
        ),
        json_option,
    ):
        command = option(command)
    return command


def _read(
    file: str, program: str | None, name: str | None, options: dict[str, Any], **again: Any
) -> Imported:
    from qualcode.project.formats import format_named, format_of

    found = format_of(file) if program is None else format_named(program)
    given = {option: value for option, value in options.items() if value}
    if name is not None:
        given["name"] = name
    with progress("Reading") as advance:
        if "progress" in found.takes:
            given["progress"] = advance
        return found.read_with(file, {**again, **given})


def _reported(program: str, report: Imported | Inspected) -> dict[str, Any]:
    return {
        "program": program,
        "elements": records(report.to_frame()),
        "remarks": list(report.remarks),
        "losses": [attrs.asdict(loss) for loss in report.losses],
    }


def _told(report: Imported) -> dict[str, Any]:
    return {
        "name": report.project.name,
        **_reported(report.program, report),
        **({"items": [attrs.asdict(item) for item in report.items]} if report.items else {}),
    }


@click.command(
    "import",
    epilog=examples(
        "qualcode import study.qda study",
        "qualcode import codings.xlsx study --texts interviews --codebook codes.csv",
        "qualcode import server.sqlite3 study --project 'Damp homes'",
        "qualcode import later.qdpx study --update --dry-run",
    ),
)
@click.argument("file", type=click.Path())
@click.argument("folder", type=click.Path())
@click.option("--name", help="The project's name; that in the file when not given.")
@click.option(
    "--update",
    is_flag=True,
    help="Read a later export into the project that was made of an earlier one.",
)
@click.option(
    "--take-back",
    is_flag=True,
    help="With --update: take back codings and memos, and retire codes, that are gone there.",
)
@click.option("--dry-run", is_flag=True, help="With --update: only say what would change.")
@_reading
def import_(
    file: str,
    folder: str,
    name: str | None,
    update: bool,
    take_back: bool,
    dry_run: bool,
    program: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Make a project of another program's file, in a new folder, and say what did not come along.

    Read are projects in REFI-QDA (.qdpx, .qde) of NVivo, ATLAS.ti, MAXQDA and others, projects of QualCoder,
    Taguette, RQDA, ROCK and qualitative-coding, tables of coded segments as ATLAS.ti, Dedoose, MAXQDA and
    NVivo export them, Label Studio and doccano JSON, and Web Annotations.
    """
    if update:
        if name is not None:
            raise StudyError("--name is for a new project: leave it out with --update")
        project = open_folder(folder)
        again = {"into": project, "take_back": take_back, "dry_run": dry_run}
        report = _read(file, program, None, options, **again)
        if not dry_run:
            project.save()
        tell({"folder": folder, **_told(report)}, f"{folder}: {report}", as_json=as_json)
        return
    if take_back or dry_run:
        raise StudyError("--take-back and --dry-run go with --update: say that too")
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StudyError(f"{folder}: exists already: name a new folder")
    report = _read(file, program, name, options)
    report.project.save(target)
    tell({"folder": folder, **_told(report)}, f"{folder}: {report}", as_json=as_json)


@click.command(
    epilog=examples(
        "qualcode inspect study.qda",
        "qualcode inspect codings.csv --texts interviews",
        "qualcode inspect interview.docx",
        "qualcode inspect codes.qdc",
    )
)
@click.argument("file", type=click.Path())
@_reading
def inspect(file: str, program: str | None, as_json: bool, **options: Any) -> None:
    """Say what is in a file, and what of it would be lost; nothing is written.

    Projects of other programs, codebooks (.qdc, tables, YAML), documents (.docx, .pdf, .vtt and others) and
    tables of answers are told apart by what they hold.
    """
    given = {option: value for option, value in options.items() if value}
    with progress("Reading"):
        found = qc.inspect_file(file, program=program, **given)
    value = {"name": found.name, "kind": found.kind, **_reported(found.source, found)}
    tell(value, str(found), as_json=as_json)
