"""Commands on corrected texts: correct, quarantine, place."""

from __future__ import annotations

import re
from pathlib import Path

import click

from qualcode.cli.shared import (
    at_option,
    author_option,
    examples,
    json_option,
    open_folder,
    optional_reason_option,
    project_argument,
    records,
    tell,
    view_of,
)
from qualcode.errors import DocumentError

__all__ = ["correct", "place", "quarantine"]


@click.command(
    epilog=examples(
        'qualcode correct study 02-joan corrected.txt --reason "transcriber\'s errata" --dry-run',
        'qualcode correct study 02-joan corrected.txt --reason "transcriber\'s errata" --coder ana',
        'qualcode correct study --adopt --reason "typing errors" --coder ana',
        "qualcode correct study 02-joan --adopt --dry-run",
    )
)
@project_argument
@click.argument("document", required=False)
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--adopt",
    is_flag=True,
    help="Take the text from the project's documents folder, where it was edited.",
)
@optional_reason_option
@click.option("--encoding", help="How the file is encoded; found by what it holds when not given.")
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
@author_option
@json_option
def correct(
    project: str,
    document: str | None,
    file: Path | None,
    adopt: bool,
    reason: str,
    encoding: str | None,
    dry_run: bool,
    coder: str | None,
    as_json: bool,
) -> None:
    """Correct a document's text; what is coded moves along, and what is not certain waits to be placed.

    FILE holds the whole text as it shall be. With --adopt there is none: the text is what the document's file
    in the project's documents folder was edited to, of all documents where none is named.
    """
    if adopt == (file is not None) or not (adopt or document):
        raise click.UsageError("give a DOCUMENT and a FILE, or --adopt and no FILE")
    opened = open_folder(project)
    if file is None:
        effects = opened.adopt(document, coder=coder, reason=reason, dry_run=dry_run)
    else:
        text = _one_text(file, encoding)
        made = opened.correct(str(document), text, coder=coder, reason=reason, dry_run=dry_run)
        effects = (made,)
    opened.save()
    waiting = len(opened.quarantine)
    lines = [
        f"{project}: {each}" + (" (nothing was changed)" if dry_run else "") for each in effects
    ]
    if not effects:
        lines.append(f"{project}: no text was edited; the files to edit are in {project}/documents")
    if waiting and not dry_run:
        lines.append(f"{waiting} passages wait to be placed: qualcode quarantine {project}")
    found = [
        {
            "document": each.document,
            "places": each.places,
            **each.counts,
            "passages": records(each.to_frame()),
        }
        for each in effects
    ]
    tell(found if adopt else found[0], "\n".join(lines), as_json=as_json)


def _one_text(file: Path, encoding: str | None) -> str:
    from qualcode.io.readers.files import read_documents

    read = read_documents(file, encoding=encoding)
    if len(read) != 1:
        raise DocumentError(f"{file}: holds {len(read)} texts, where one is needed")
    return read[0].text


@click.command(
    epilog=examples(
        "qualcode quarantine study",
        "qualcode quarantine study --json",
    )
)
@project_argument
@at_option
@json_option
def quarantine(project: str, at: int | str | None, as_json: bool) -> None:
    """List the passages whose place in a corrected text is not certain, with where they might be."""
    found = view_of(project, at).quarantine
    lines = []
    for each in found:
        before, after = (" ".join(part.split()) for part in each.context)
        lines += [str(each), f"  it stood here: …{before} [{each.quote}] {after}…"]
        text = each.placement.new_text
        for number, candidate in enumerate(each.candidates, start=1):
            span = candidate.span
            lines.append(
                f"  {number}. {span.start}-{span.end}, {candidate.score:.2f}, {candidate.reason}: "
                f"“{text[span.start : span.end]}”"
            )
    tell(
        records(found.to_frame()),
        "\n".join(lines) or f"{project}: nothing is in the quarantine",
        as_json=as_json,
    )


def _span(
    context: click.Context, parameter: click.Parameter, given: str | None
) -> tuple[int, int] | None:
    if given is None:
        return None
    found = re.fullmatch(r"(\d{1,9})-(\d{1,9})", given, re.ASCII)
    if found is None:
        raise click.BadParameter(f"{given!r} is not of the form START-END", param=parameter)
    return int(found[1]), int(found[2])


@click.command(
    epilog=examples(
        "qualcode place study 02-joan:120-164@5f0c21aa --candidate 1 --coder ana",
        "qualcode place study 02-joan:120-164@5f0c21aa --at 118-160",
        'qualcode place study 02-joan:120-164@5f0c21aa --nowhere --reason "taken out at her wish"',
    )
)
@project_argument
@click.argument("passage")
@click.option(
    "--candidate", type=click.IntRange(min=1), help="The number of one of its candidates."
)
@click.option("--at", "span", callback=_span, metavar="START-END", help="Code points, half-open.")
@click.option("--nowhere", is_flag=True, help="It is not in the text any more.")
@optional_reason_option
@author_option
@json_option
def place(
    project: str,
    passage: str,
    candidate: int | None,
    span: tuple[int, int] | None,
    nowhere: bool,
    reason: str,
    coder: str | None,
    as_json: bool,
) -> None:
    """Say where a passage of the quarantine is now; everything that hangs on it moves there.

    PASSAGE is its id, as `qualcode quarantine` lists it.
    """
    if (candidate is not None) + (span is not None) + nowhere != 1:
        raise click.UsageError("give one of --candidate, --at and --nowhere")
    opened = open_folder(project)
    waiting = opened.quarantine[passage]
    where = span
    if candidate is not None:
        if candidate > len(waiting.candidates):
            raise click.BadParameter(
                f"{passage} has {len(waiting.candidates)} candidates", param_hint="--candidate"
            )
        chosen = waiting.candidates[candidate - 1].span
        where = chosen.start, chosen.end
    opened.place(waiting, where, coder=coder, reason=reason)
    opened.save()
    left = len(opened.quarantine)
    tell(
        {"passage": passage, "at": where, "left": left},
        f"{project}: {passage} is {'nowhere' if where is None else f'at {where[0]}-{where[1]}'}; "
        f"{left} passages wait",
        as_json=as_json,
    )
