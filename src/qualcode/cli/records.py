"""Commands on search results: records import, duplicates, confirm, apart, decisions, export."""

from __future__ import annotations

from typing import Any

import click

import qualcode as qc
from qualcode.cli.refusing import Group
from qualcode.cli.shared import (
    at_option,
    author_option,
    examples,
    file_or_output,
    json_option,
    mapping_given,
    open_folder,
    project_argument,
    tell,
    view_of,
    write_over_option,
)
from qualcode.cli.shared import records as rows_of
from qualcode.model.readable import many
from qualcode.model.review.screening import SOURCES, STAGES

__all__ = ["records"]


@click.group(cls=Group)
def records() -> None:
    """Bring in what searches found, and say which records are one publication."""


encoding_option = click.option(
    "--encoding", metavar="NAME", help="What the file is encoded in; found when not given."
)


@records.command(
    "import",
    epilog=examples(
        "qualcode records import study search/*.ris",
        "qualcode records import study medline.nbib --source Medline --date 2026-01-31",
        "qualcode records import study katalog.csv --column Titel=title --column Jahr=year",
    ),
)
@project_argument
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--source", metavar="NAME", help="What was searched; each file's name when not given."
)
@click.option(
    "--kind",
    type=click.Choice(SOURCES),
    default="database",
    show_default=True,
    help="What that is.",
)
@click.option("--date", metavar="DATE", help="When the search was made.")
@click.option(
    "--format", metavar="FORMAT", help="ris, nbib, wos, bibtex, csl, zotero, endnote or table."
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME=FIELD",
    callback=mapping_given,
    help="What a column of a table holds, such as Titel=title; may be given repeatedly.",
)
@encoding_option
@author_option
@json_option
def import_(project: str, files: tuple[str, ...], as_json: bool, **how: Any) -> None:
    """Bring in the records of FILES: all of them, or none; duplicates are tied, and nothing is deleted."""
    opened = open_folder(project)
    review = opened.review()
    found = review.import_records(files, **how)
    opened.save()
    waiting = len(review.duplicates().to_confirm)
    value = {
        "files": rows_of(found.to_frame()),
        "tied": found.tied,
        "to_confirm": waiting,
        "losses": rows_of(found.losses.to_frame()),
    }
    lines = [str(found)]
    if waiting:
        lines.append(
            f"{many(waiting, 'pair')} to be confirmed: qualcode records duplicates {project}"
        )
    if found.losses:
        lines.append(str(found.losses))
    tell(value, "\n".join(lines), as_json=as_json)


@records.command(epilog=examples("qualcode records duplicates study"))
@project_argument
@at_option
@json_option
def duplicates(project: str, at: int | str | None, as_json: bool) -> None:
    """Print which records are one publication, and which pairs a person should look at."""
    found = view_of(project, at).review().duplicates()
    value = {
        "records": len(found.records),
        "duplicates": found.count,
        "groups": [list(each.ids) for each in found.groups],
        "to_confirm": rows_of(found.to_confirm_frame()),
    }
    lines = [str(found).replace("to_frame() has all", "--json prints all")]
    for each in found.to_confirm:
        lines += ["", f"{each.first} or {each.second}?"]
        lines += [f"  {found.records[id]}" for id in each.ids]
        lines.append(f"  the same: {', '.join(each.agree) or 'nothing'}")
        lines.append(f"  another: {', '.join(each.differ) or 'nothing'}")
    tell(value, "\n".join(lines), as_json=as_json)


@records.command(
    epilog=examples("qualcode records confirm study okoye-2021-4af6dd11 okoye-2021-a88223b4")
)
@project_argument
@click.argument("ids", nargs=-1, required=True, metavar="RECORD…")
@author_option
@json_option
def confirm(project: str, ids: tuple[str, ...], coder: str | None, as_json: bool) -> None:
    """Say that records are one publication."""
    opened = open_folder(project)
    opened.review().confirm_duplicates(*ids, coder=coder)
    opened.save()
    tell({"same": list(ids)}, f"{project}: {', '.join(ids)} are one", as_json=as_json)


@records.command(
    epilog=examples("qualcode records apart study okoye-2021-4af6dd11 okoye-2021-a88223b4")
)
@project_argument
@click.argument("ids", nargs=-1, required=True, metavar="RECORD…")
@author_option
@json_option
def apart(project: str, ids: tuple[str, ...], coder: str | None, as_json: bool) -> None:
    """Say that records are different publications; a single one, that it is none of those it is tied to."""
    opened = open_folder(project)
    opened.review().keep_apart(*ids, coder=coder)
    opened.save()
    tell({"apart": list(ids)}, f"{project}: {', '.join(ids)} kept apart", as_json=as_json)


@records.command(
    epilog=examples(
        "qualcode records decisions study articles.csv",
        "qualcode records decisions study asreview.csv --by ana",
    )
)
@project_argument
@click.argument("file", type=click.Path())
@click.option(
    "--program", type=click.Choice(["rayyan", "covidence", "asreview"]), help="Told when not given."
)
@click.option(
    "--by", "coder", default="", metavar="CODER", help="Who decided, where the file does not say."
)
@click.option(
    "--stage",
    type=click.Choice(STAGES),
    default=STAGES[0],
    show_default=True,
    help="At which stage.",
)
@click.option(
    "--reason",
    "reasons",
    multiple=True,
    metavar="THEIRS=OURS",
    callback=mapping_given,
    help="Which criterion a reason of the file is; may be given repeatedly.",
)
@encoding_option
@json_option
def decisions(project: str, file: str, as_json: bool, **how: Any) -> None:
    """Take over what screeners decided in Rayyan, Covidence or ASReview: all of it, or nothing."""
    opened = open_folder(project)
    found = opened.review().import_decisions(file, **how)
    opened.save()
    value = {
        "program": found.program,
        "taken": found.taken,
        "unmatched": rows_of(found.to_frame()),
        "losses": rows_of(found.losses.to_frame()),
    }
    lines = [str(found), *([str(found.losses)] if found.losses else [])]
    tell(value, "\n".join(lines), as_json=as_json)


@records.command(epilog=examples("qualcode records export study found.ris"))
@project_argument
@click.argument("file", type=click.Path())
@write_over_option
@at_option
@json_option
def export(project: str, file: str, replace: bool, at: int | str | None, as_json: bool) -> None:
    """Write each publication once, with what its records say together, to .ris, .json (CSL-JSON) or .csv."""
    found = view_of(project, at).review().duplicates()
    with file_or_output(file, ".csv") as path:
        qc.write_records(found.publications, path, replace=replace)
    count = len(found.publications)
    tell(
        {"file": file, "records": count},
        f"{file}: {many(count, 'record')}",
        as_json=as_json,
        file=file,
    )
