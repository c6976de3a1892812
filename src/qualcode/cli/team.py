"""Commands for people who work on one project: merge, blind, worklist, compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import qualcode as qc
from qualcode.cli.shared import (
    author_option,
    examples,
    find_project,
    json_option,
    mapping_given,
    progress,
    project_argument,
    records,
    tell,
)
from qualcode.errors import NotFoundError, ProjectError, did_you_mean

if TYPE_CHECKING:
    from qualcode.project.comparing import Order
    from qualcode.project.worklist import Task

__all__ = ["blind", "compare", "merge", "worklist"]


@click.command(
    epilog=examples(
        "qualcode merge mine hers --output both",
        "qualcode merge mine hers --dry-run",
        "qualcode merge mine other-study --code confidence=trust --output both",
    )
)
@click.argument("projects", nargs=-1, required=True, metavar="PROJECT...")
@click.option("--output", metavar="FOLDER", help="A new folder for the whole.")
@click.option(
    "--code",
    "codes",
    multiple=True,
    callback=mapping_given,
    metavar="THEIRS=OURS",
    help="For projects that never were one: which code of the first is this one of another; with nothing "
    "after the =, none is.",
)
@click.option(
    "--coder-is",
    "coders",
    multiple=True,
    callback=mapping_given,
    metavar="THEIRS=OURS",
    help="For such projects: who a coder there is in the first.",
)
@author_option
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and write nothing.")
@json_option
def merge(
    projects: tuple[str, ...],
    output: str | None,
    codes: dict[str, str | None],
    coders: dict[str, str | None],
    coder: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Merge projects into a new folder: whatever any of them holds is in it, or listed.

    Copies of one project unite by their logs. A project that never was one with the first is taken over
    into it.
    """
    if (output is None) != dry_run:
        raise ProjectError("say where the whole goes, with --output, or ask for a --dry-run")
    people = {theirs: ours or theirs for theirs, ours in coders.items()}
    with progress("Merging"):
        made = qc.merge(*projects, codes=codes, coders=people, coder=coder, dry_run=dry_run)
        if output is not None:
            made.project.save(output)
    value = {
        "output": output,
        "sides": records(made.to_frame()),
        "items": records(made.items_frame()),
        "conflicts": len(made.conflicts),
    }
    text = str(made)
    if output is not None and made.conflicts:
        text += f"; to see them: qualcode conflicts {output}"
    tell(value, text, as_json=as_json)


@click.command(
    epilog=examples(
        "qualcode blind study ben --output for-ben",
    )
)
@project_argument
@click.argument("coders", nargs=-1, required=True, metavar="CODER...")
@click.option("--output", required=True, metavar="FOLDER", help="A new folder for the copy.")
@json_option
def blind(project: str, coders: tuple[str, ...], output: str, as_json: bool) -> None:
    """Make a copy for coders who are not to see what the others coded, noted and decided.

    Unite it again with `qualcode merge`, or with git.
    """
    copy = find_project(project).blind(coders, output)
    tell(
        {"output": output, "withheld": copy.withheld},
        f"{output}: a copy for {' and '.join(coders)}, with {copy.withheld} events of others withheld",
        as_json=as_json,
    )


_SETTLED_BY = {
    "conflict": "qualcode conflicts {project}",
    "quarantine": "qualcode quarantine {project}",
    "owed": "qualcode finish {project} {id} --coder {coder}",
    "not coded": 'qualcode assign {project} "…" CODE --document {id}, or qualcode finish {project} {id}',
    "empty": "qualcode correct {project} {id} FILE, or qualcode finish {project} {id}",
    "edits of document": "qualcode correct {project} {id} --adopt",
    "edits of codebook": "qualcode codebook apply {project}",
    "no definition": 'qualcode codebook redefine {project} {id} --definition "…"',
    "no example": 'qualcode codebook redefine {project} {id} --example "…"',
    **dict.fromkeys(
        ("never used", "used once"),
        "qualcode codebook retire {project} {id}, or qualcode codebook merge {project} {id} INTO",
    ),
}
"""What is typed for each kind of task; for the others it takes a script."""


def _command(task: Task, project: str) -> str:
    """Return what settles a task, as it is typed."""
    kind, id = task.kind, task.about.partition(":")[2]
    if kind == "edits" and not task.call.startswith("project."):
        return task.call  # which says in words what has to be done before
    typed = _SETTLED_BY.get(
        f"{kind} of {task.about.partition(':')[0]}" if kind == "edits" else kind
    )
    if typed is None:
        return f"in a script: {task.call}"
    return typed.format(project=project, id=id, coder=task.coder)


@click.command(
    epilog=examples(
        "qualcode worklist study",
        "qualcode worklist study --kind stale --kind conflict",
        "qualcode worklist study --coder ben",
    )
)
@project_argument
@click.option("--kind", "kinds", multiple=True, help="Tasks of this kind only; may be repeated.")
@click.option(
    "--coder", metavar="ID", help="What this coder has to do, and what nobody in particular has."
)
@json_option
def worklist(project: str, kinds: tuple[str, ...], coder: str | None, as_json: bool) -> None:
    """List what waits to be done in a project, each item with the command that settles it."""
    found = find_project(project).worklist()
    for kind in kinds:
        if kind not in found.counts:
            there = ", ".join(found.counts) or "none"
            raise NotFoundError(
                f"--kind: nothing of the kind {kind!r} waits to be done; of these there is: {there}."
                f"{did_you_mean(kind, found.counts)}"
            )
    chosen = [
        each
        for each in found
        if (not kinds or each.kind in kinds) and coder in (None, each.coder or coder)
    ]
    lines = []
    for kind in dict.fromkeys(each.kind for each in chosen):
        lines.append(f"{kind}")
        for each in chosen:
            if each.kind == kind:
                lines += [f"  {each.told}", f"    {_command(each, project)}"]
    rows = [
        {**row, "command": _command(each, project)}
        for row, each in zip(records(type(found)(chosen).to_frame()), chosen, strict=True)
    ]
    tell(rows, "\n".join(lines) or f"{project}: nothing to do", as_json=as_json)


@click.command(
    epilog=examples(
        "qualcode compare study trust",
        "qualcode compare study trust --order document --json",
    )
)
@project_argument
@click.argument("code")
@click.option(
    "--order",
    type=click.Choice(["time", "document", "coder"]),
    default="time",
    show_default=True,
    help="From the first coded to the last, as in the texts, or one coder after the other.",
)
@json_option
def compare(project: str, code: str, order: Order, as_json: bool) -> None:
    """Lay the segments of a code side by side, with what the code meant to who coded them."""
    found = find_project(project).compare(code, order=order)
    tell(records(found.to_frame()), str(found), as_json=as_json)
