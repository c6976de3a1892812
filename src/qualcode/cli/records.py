"""Commands on search results: records import, duplicates, …, screen, screening, flow, export."""

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


@records.command(
    epilog=examples(
        "qualcode records screen study decisions.csv --by ana",
        "qualcode records screen study full-texts.csv --stage full-text",
    )
)
@project_argument
@click.argument("file", type=click.Path())
@click.option(
    "--stage",
    type=click.Choice(STAGES),
    default=STAGES[0],
    show_default=True,
    help="For rows that do not say theirs.",
)
@click.option("--by", "coder", metavar="CODER", help="Who decided, for rows that do not say who.")
@json_option
def screen(project: str, file: str, stage: str, coder: str | None, as_json: bool) -> None:
    """Take the decisions in FILE, a table of record, decision, reason, note, stage and coder: all or none."""
    opened = open_folder(project)
    taken = opened.review().read_screening(file, stage=stage, coder=coder)
    opened.save()
    tell({"decisions": taken}, f"{project}: {many(taken, 'decision')}", as_json=as_json)


@records.command(
    epilog=examples(
        "qualcode records screening study",
        "qualcode records screening study --for ben --csv to-screen.csv",
    )
)
@project_argument
@click.option(
    "--for", "coder", metavar="CODER", help="Only what this coder has still to decide on."
)
@click.option("--csv", type=click.Path(), metavar="FILE", help="Write the table; - prints it.")
@at_option
@json_option
def screening(
    project: str, coder: str | None, csv: str | None, at: int | str | None, as_json: bool
) -> None:
    """Print how far screening has come, or what waits for somebody."""
    from qualcode.report import write_frame

    found = view_of(project, at).review().screening()
    frame = found.to_frame()
    if coder is not None:
        waiting = {each.record: each for each in found.waiting(coder)}
        frame = frame[frame.record.isin([*waiting])].assign(
            stage=lambda rows: [waiting[id].stage for id in rows.record], decision=""
        )
    if csv is not None:
        with file_or_output(csv, ".csv") as path:
            write_frame(frame, path)
        value = {"file": csv, "rows": len(frame)}
        tell(value, f"{csv}: {many(len(frame), 'record')}", as_json=as_json, file=csv)
        return
    value = {"counts": found.counts(), "reasons": found.reasons(), "records": rows_of(frame)}
    lines = [str(found).replace("to_frame() has all", "--csv writes all")]
    if coder is not None:
        lines = [f"{coder} has {many(len(frame), 'record')} to decide on"]
        lines += [f"{each.record} ({each.stage}, {each.why})" for each in found.waiting(coder)]
    tell(value, "\n".join(lines), as_json=as_json)


@records.command(
    epilog=examples("qualcode records flow study", "qualcode records flow study --output flow.svg")
)
@project_argument
@click.option("--output", type=click.Path(), metavar="FILE", help="Draw it: .svg, .png or .pdf.")
@click.option("--studies", type=int, metavar="N", help="How many studies the reports are about.")
@at_option
@json_option
def flow(
    project: str, output: str | None, studies: int | None, at: int | str | None, as_json: bool
) -> None:
    """Print the flow of records through the review as PRISMA 2020 has it, or draw it."""
    found = view_of(project, at).review().prisma(studies=studies)
    value: dict[str, Any] = {"boxes": dict(found.boxes), "reasons": dict(found.reasons)}
    if output is None:
        tell(value, str(found).replace("to_frame() has all", "--json prints all"), as_json=as_json)
        return
    found.plot().figure.savefig(output)
    tell({**value, "file": output}, output, as_json=as_json)


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
