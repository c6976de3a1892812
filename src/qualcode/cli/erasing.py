"""Commands that take people's words out of the files themselves: erase, names, pseudonymise, share."""

from __future__ import annotations

import attrs
import click

import qualcode as qc
from qualcode.cli.shared import (
    author_option,
    examples,
    file_or_output,
    json_option,
    open_folder,
    progress,
    project_argument,
    records,
    tell,
)

__all__ = ["erase", "names", "pseudonymise", "share"]

yes_option = click.option(
    "--yes", "sure", is_flag=True, help="Do it; without this, only say what would be done."
)
backup_option = click.option(
    "--backup",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write the project as it is into a new file first. That holds everything: mind where it lies.",
)


match_case_option = click.option(
    "--match-case", is_flag=True, help="Leave words alone that differ in case."
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
    with progress("Erasing"):
        if backup is not None and sure:
            opened.backup(backup)
        made = opened.erase(what, coder=coder, reason=reason, dry_run=not sure)
    told = str(made) if sure else f"{made}\nnothing was done: say --yes to erase it"
    tell(attrs.asdict(made), told, as_json=as_json)


@click.command(
    epilog=examples(
        "qualcode pseudonymise study --name Joan=P4 --name 'Joan Smith=P4'",
        "qualcode pseudonymise study --name Anna=P5 --form Anna=Annę --key ../key.csv --yes",
        "qualcode pseudonymise study --names ../key.csv --yes",
    )
)
@project_argument
@click.option("--name", "given", multiple=True, metavar="NAME=PSEUDONYM", help="May be repeated.")
@click.option(
    "--form",
    "forms",
    multiple=True,
    metavar="NAME=FORM",
    help="Another form of a name; may be repeated.",
)
@click.option(
    "--names",
    "table",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="A table with the columns name, pseudonym and of, as --key writes it.",
)
@match_case_option
@click.option(
    "--key",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write names and pseudonyms into a new file, outside the project's folder.",
)
@click.option("--reason", default="", help="Why; it stays visible.")
@author_option
@backup_option
@yes_option
@json_option
def pseudonymise(
    project: str,
    given: tuple[str, ...],
    forms: tuple[str, ...],
    table: str | None,
    match_case: bool,
    key: str | None,
    reason: str,
    coder: str | None,
    backup: str | None,
    sure: bool,
    as_json: bool,
) -> None:
    """Replace names by pseudonyms in every version of every text, and wherever else they stand.

    Without --yes nothing is done, and each place is listed. Nothing leads back but the key.
    """
    named, inflections = qc.read_key(table) if table is not None else ({}, {})
    named.update(_pair(each, "--name", "NAME=PSEUDONYM") for each in given)
    for each in forms:
        name, form = _pair(each, "--form", "NAME=FORM")
        inflections.setdefault(name, []).append(form)
    opened = open_folder(project)
    with progress("Looking for names"):
        if backup is not None and sure:
            opened.backup(backup)
        made = opened.pseudonymise(
            named, inflections=inflections, ignore_case=not match_case, key=key, coder=coder, reason=reason,
            dry_run=not sure,
        )  # fmt: skip
    told = str(made)
    if not sure:
        told = "\n".join(
            [*map(str, made.places), told, "nothing was done: say --yes to replace them"]
        )
    tell(attrs.asdict(made), told, as_json=as_json)


def _pair(given: str, option: str, form: str) -> tuple[str, str]:
    name, sign, new = given.partition("=")
    if not (name.strip() and sign and new.strip()):
        raise click.UsageError(f"{option} {given}: give {form}")
    return name.strip(), new.strip()


@click.command(
    epilog=examples("qualcode names study", "qualcode names study --output ../names.csv")
)
@project_argument
@click.option(
    "--output",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write a table in which to fill in pseudonyms. It holds names: mind where it lies.",
)
@json_option
def names(project: str, output: str | None, as_json: bool) -> None:
    """List what looks like names, for a person to decide which to replace.

    It finds too much, and not everything. The table that --output writes is filled in and given to
    `qualcode pseudonymise --names`.
    """
    opened = open_folder(project)
    with progress("Looking for names"):
        found = opened.find_names()
    if output is not None:
        with file_or_output(output, ".csv") as path:
            found.write_csv(path)
        tell(
            {"file": output, "candidates": len(found)},
            f"{output}: {found.caption}",
            as_json=as_json,
            file=output,
        )
        return
    tell(records(found.to_frame()), str(found), as_json=as_json)


@click.command(
    epilog=examples(
        "qualcode share study --output ../to-share --names ../key.csv",
        "qualcode share study --output ../to-share --names ../key.csv --memos code --variable site --yes",
    )
)
@project_argument
@click.option("--output", required=True, metavar="FOLDER", help="A new folder for the copy.")
@click.option(
    "--names",
    "table",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="A table of names and pseudonyms, with the columns name, pseudonym and of.",
)
@match_case_option
@click.option(
    "--memos", multiple=True, metavar="ON", help="Memos on this go along, or all; may be repeated."
)
@click.option(
    "--variable",
    "variables",
    multiple=True,
    help="A variable that goes along, or all; may be repeated.",
)
@author_option
@yes_option
@json_option
def share(
    project: str,
    output: str,
    table: str | None,
    match_case: bool,
    memos: tuple[str, ...],
    variables: tuple[str, ...],
    coder: str | None,
    sure: bool,
    as_json: bool,
) -> None:
    """Make a copy for an archive or a colleague: as the project is now, with what you choose to share.

    Nothing of the past, no withdrawn material, no original files, and no memos or variables but those
    that are chosen. Every byte of the copy is searched for the names. Without --yes the places are
    listed where names would be replaced, and nothing is written.
    """
    named, inflections = qc.read_key(table) if table is not None else ({}, {})
    opened = open_folder(project)
    if not sure:
        told = "nothing was written: say --yes to make the copy"
        would = None
        if named:
            with progress("Looking for names"):
                would = opened.pseudonymise(
                    named, inflections=inflections, ignore_case=not match_case, dry_run=True
                )
            told = "\n".join([*map(str, would.places), str(would), told])
        tell(None if would is None else attrs.asdict(would), told, as_json=as_json)
        return
    with progress("Copying"):
        made = opened.sharing_copy(
            output,
            names=named or None,
            inflections=inflections,
            ignore_case=not match_case,
            memos="all" if "all" in memos else memos,
            variables="all" if "all" in variables else variables,
            coder=coder,
        )
    value = {
        "folder": output,
        "documents": len(made.project.documents),
        "assignments": len(made.project.assignments),
        "left": [attrs.asdict(each) for each in made.left],
    }
    tell(value, str(made), as_json=as_json)
