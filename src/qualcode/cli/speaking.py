"""Commands on who speaks, and the table of what became of files: speakers."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from qualcode.cli.shared import (
    author_option,
    examples,
    find_project,
    json_option,
    open_folder,
    project_argument,
    records,
    tell,
    width,
)

if TYPE_CHECKING:
    import qualcode as qc

__all__ = ["speakers", "what_became"]

_MOST = 40
"""How many files are listed; of more, those that need to be looked at."""


def what_became(added: qc.Added) -> Iterator[str]:
    """Yield the lines of a table of what became of each file, where there is more to say than a number."""
    from qualcode.report import table_text

    if len(added.files) < 2 and not added.left_out and not added.losses:
        return
    documents = {each.id: each for each in added}
    shown = list(added.files)
    if len(shown) > _MOST:
        yield ", ".join(f"{number} {status}" for status, number in added.counts.items())
        shown = [
            each for each in shown if each.losses or each.status not in ("added", "there already")
        ]
    rows: list[list[object]] = []
    for each in shown:
        people = [
            speaker.name
            for id in each.documents
            if id in documents
            for speaker in documents[id].speakers.items_
        ]
        kinds = Counter[str]()
        for loss in each.losses:
            kinds[loss.element] += loss.count
        left = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
        spoken = ", ".join(dict.fromkeys(people)) or ("–" if each.status == "added" else "")
        rows.append([each.file, each.status, each.reader, spoken, left])
    if rows:
        heads = ["file", "became", "reader", "speakers", "left out of it"]
        yield table_text(heads, rows, width=width())
    for each in added.left_out:
        yield textwrap.fill(
            f"not added: {each.file}: {each.reason}", width(), subsequent_indent="    "
        )


def _pairs(
    _: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for each in given:
        name, equals, value = each.rpartition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"{each!r} is not of the form NAME=VALUE", param=parameter)
        found[name.strip()] = value.strip() or None
    return found


@click.command(
    epilog=examples(
        "qualcode speakers study",
        'qualcode speakers study night --role "Marta Silva=interviewer" --coder ana',
        "qualcode speakers study market --case P1=stall-1 --case P2=stall-2",
        'qualcode speakers study ferry --label "F=Ferryman" --label Note=',
    )
)
@project_argument
@click.argument("documents", nargs=-1, metavar="[DOCUMENTS]...")
@click.option(
    "--role",
    "roles",
    multiple=True,
    callback=_pairs,
    metavar="NAME=ROLE",
    help="Who is interviewer or participant.",
)
@click.option(
    "--case",
    "cases",
    multiple=True,
    callback=_pairs,
    metavar="NAME=ID",
    help="Which case a speaker is; made where there is none.",
)
@click.option(
    "--label",
    "labels",
    multiple=True,
    callback=_pairs,
    metavar="LABEL=NAME",
    help="What a label says who speaks; with nothing behind the sign, that it is none.",
)
@click.option("--pattern", help="What labels look like: a regular expression with (?P<speaker>…).")
@author_option
@json_option
def speakers(
    project: str,
    documents: tuple[str, ...],
    roles: dict[str, str | None],
    cases: dict[str, str | None],
    labels: dict[str, str | None],
    pattern: str | None,
    coder: str | None,
    as_json: bool,
) -> None:
    """List who speaks in the documents, to be checked; or say who does, in some or in all of them."""
    from qualcode.report import table_text

    if (labels or pattern) and not documents:
        raise click.UsageError("name the documents in which labels mean that")
    said = bool(roles or cases or labels or pattern)
    opened = open_folder(project) if said else find_project(project)
    chosen = documents or tuple(opened.documents)
    for each in chosen:
        opened.documents[each]  # one that does not exist is refused by name
    if said:
        spoken = [id for id in chosen if documents or opened.documents[id].speakers]
        opened.set_speakers(
            spoken,
            labels=labels or None,
            pattern=pattern,
            roles=roles or None,
            cases=cases or None,
            coder=coder,
        )
        opened.save()
    frame = opened.speakers_frame()
    rows = records(frame[frame["document"].isin(chosen)])
    heads = ["document", "speaker", "also", "role", "case", "turns", "words", "sure", "doubtful"]
    cells: list[list[object]] = [
        [
            row["document"], row["speaker"] or "nobody found", ", ".join(row["aliases"]),
            row["role"] or "", row["case"] or "", row["turns"], row["words"], f"{row['sure']:.2f}",
            row["suspects"],
        ]
        for row in rows
    ]  # fmt: skip
    tell(rows, table_text(heads, cells, width=width()), as_json=as_json)
