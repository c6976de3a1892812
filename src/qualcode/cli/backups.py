"""Commands on backups: backup, restore."""

from __future__ import annotations

from pathlib import Path

import attrs
import click

import qualcode as qc
from qualcode.cli.shared import (
    STANDARD_OUTPUT,
    examples,
    file_or_output,
    json_option,
    open_folder,
    progress,
    project_argument,
    tell,
)

__all__ = ["backup", "restore"]


@click.command(epilog=examples("qualcode backup study study-3-may.zip"))
@project_argument
@click.argument("file", type=click.Path(dir_okay=False))
@json_option
def backup(project: str, file: str, as_json: bool) -> None:
    """Write the whole project into one new file, and read it back.

    `qualcode restore` makes a folder of it again.
    """
    with file_or_output(file, ".zip") as path, progress("Writing"):
        made = open_folder(project).backup(path)
    if file == STANDARD_OUTPUT:
        made = attrs.evolve(made, path=Path(file))
    value = {"file": str(made.path), "files": made.files, "bytes": made.size}
    tell(value, str(made), as_json=as_json, file=file)


@click.command(epilog=examples("qualcode restore study-3-may.zip study-again"))
@click.argument("file", type=click.Path(dir_okay=False))
@click.argument("folder", type=click.Path())
@json_option
def restore(file: str, folder: str, as_json: bool) -> None:
    """Put a backup into a new folder, all or nothing, having checked it."""
    with progress("Restoring"):
        made = qc.restore(file, folder)
    value = {"folder": folder, "documents": len(made.documents), "events": len(made.log)}
    tell(
        value,
        f"{folder}: {made.name}, with {len(made.documents)} documents, as it was backed up",
        as_json=as_json,
    )
