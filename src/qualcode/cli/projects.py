"""Commands on projects as a whole: init, add, check, status."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

import qualcode as qc
from qualcode.cli.shared import (
    Value,
    examples,
    find_project,
    json_option,
    open_folder,
    progress,
    project_argument,
    records,
    tell,
    variables_given,
)
from qualcode.cli.speaking import what_became
from qualcode.cli.templates import TEMPLATES, script_beside, write_script
from qualcode.model.log.telling import told_lost
from qualcode.model.readable import many

if TYPE_CHECKING:
    from qualcode.model.counted import Counted

__all__ = ["add", "check", "init", "status"]


@click.command(
    epilog=examples(
        "qualcode init study",
        "qualcode init study --template interviews",
        'qualcode init study --name "Partnership interviews" --codebook collaboration',
    )
)
@click.argument("path", type=click.Path())
@click.option("--name", help="A label for people; the folder's name when not given.")
@click.option("--codebook", metavar="FILE|NAME", help="A codebook to begin with, or a shipped one.")
@click.option("--coder", envvar="QUALCODE_CODER", show_envvar=True, help="Who begins it.")
@click.option(
    "--template",
    type=click.Choice([*TEMPLATES]),
    help="Write a script beside it to begin with: "
    + "; ".join(f"{name}, {each.told}" for name, each in TEMPLATES.items())
    + ".",
)
@json_option
def init(
    path: str,
    name: str | None,
    codebook: str | None,
    coder: str | None,
    template: str | None,
    as_json: bool,
) -> None:
    """Make a project in a new folder, and say what comes next."""
    who, folder = coder or "project", Path(path)
    script = None if template is None else script_beside(folder)
    project = qc.Project.create(path, name=name, codebook=codebook, coder=who)
    told = [f"{path}: made the project {project.name!r} with {many(len(project.codebook), 'code')}"]
    following, before = f"qualcode add {shlex.quote(path)} interviews/", None
    if script is not None and template is not None:
        write_script(template, script, folder, project.codebook, who)
        told.append(f"{script}: a script to begin with, to be edited")
        following = f"python {shlex.quote(str(script))}"
        needed = script.parent / TEMPLATES[template].needs
        if not needed.exists():
            before = TEMPLATES[template].before.format(needed=needed)
            told.append(f"first: {before}")
    tell(
        {
            "path": path,
            "name": project.name,
            "codes": len(project.codebook),
            "script": None if script is None else str(script),
            "first": before,
            "next": following,
        },
        "\n".join([*told, f"next: {following}"]),
        as_json=as_json,
    )


@click.command(
    epilog=examples(
        "qualcode add study interviews/*.txt",
        "qualcode add study interviews --variable site=north --variable wave=1",
        "qualcode add study maria.docx --case north --case maria",
        "qualcode add study maria.txt --encoding cp1252",
    )
)
@project_argument
@click.argument("files", nargs=-1, required=True, metavar="FILES...")
@click.option(
    "--variable",
    "variables",
    multiple=True,
    callback=variables_given,
    metavar="NAME=VALUE",
    help="A variable for each document; numbers, true, false and dates (2026-11-22) are read as such, "
    'and "007" in double quotes as text.',
)
@click.option("--case", "cases", multiple=True, metavar="ID", help="A case they belong to.")
@click.option("--encoding", help="Of text files; found by what they hold when not given.")
@click.option("--reader", help="Which reader to use, instead of the one for the kind of file.")
@click.option(
    "--originals/--no-originals",
    default=True,
    help="Whether to keep the files themselves beside the project, where they hold more than their text.",
)
@click.option(
    "--skip-existing", is_flag=True, help="Leave alone what is there already with the same text."
)
@json_option
def add(
    project: str,
    files: tuple[str, ...],
    variables: dict[str, Value | None],
    cases: tuple[str, ...],
    encoding: str | None,
    reader: str | None,
    originals: bool,
    skip_existing: bool,
    as_json: bool,
) -> None:
    """Add documents: files such as .docx, .pdf, .vtt and .txt, folders, or patterns such as 'talks/*.txt'.

    A table says what became of each file: who speaks in it, what of it is left out, why one was not added.
    """
    opened = open_folder(project)
    with progress("Reading") as advance:
        added = opened.add_documents(
            files,
            variables=variables,
            cases=cases,
            encoding=encoding,
            reader=reader,
            originals=originals,
            existing="skip" if skip_existing else "error",
            progress=advance,
        )
    opened.save()
    noun = "document" if len(added) == 1 else "documents"
    lines = [f"{project}: added {len(added)} {noun}; there are {len(opened.documents)}"]
    tell(
        {
            "added": [document.id for document in added],
            "files": [
                {**row, "left_out": [attrs.asdict(loss) for loss in each.losses]}
                for row, each in zip(records(added.to_frame()), added.files, strict=True)
            ],
        },
        "\n".join([*lines, *what_became(added)]),
        as_json=as_json,
    )


@click.command(
    epilog=examples(
        "qualcode check study",
        "qualcode check study --repair",
    )
)
@project_argument
@click.option(
    "--repair",
    is_flag=True,
    help="Set aside damaged lines of the log, if it does not open with them.",
)
@json_option
@click.pass_context
def check(context: click.Context, project: str, repair: bool, as_json: bool) -> None:
    """Find everything broken in a project's folder, with file and line; exit status 1 if any.

    With --repair, damaged lines of the log are set aside first and listed, and a file beside the folder has
    everything as it was.
    """
    folder = Path(project)
    if repair:
        done = qc.repair_folder(folder)
        if done is not None and not as_json:
            click.echo(f"{project}: {done}")
    if not folder.exists() and project in qc.list_projects():
        from qualcode.io.shipped import project_path

        folder = project_path(project)
    with progress("Checking"):
        problems = qc.check_folder(folder)
    lines = [
        f"{(folder / each.file).as_posix()}:{f'{each.line}:' if each.line else ''} {each.message}"
        for each in problems
    ]
    tell(
        [{"file": each.file, "line": each.line, "message": each.message} for each in problems],
        "\n".join(lines) or f"{project}: no problems",
        as_json=as_json,
    )
    context.exit(1 if problems else 0)


@click.command(
    epilog=examples(
        "qualcode status study",
        "qualcode status collaboration-reviews --json",
    )
)
@project_argument
@json_option
def status(project: str, as_json: bool) -> None:
    """Say what a project holds, and what waits to be done."""
    opened = find_project(project)
    rows, found = opened.assignments, opened.progress()
    by_coder = found.by_coder().set_index("coder")
    value = {
        "name": opened.name,
        "author": opened.author,
        "documents": len(opened.documents),
        "documents_without_a_code": len(found.uncoded),
        "cases": len(opened.cases),
        "codes": len(opened.codebook),
        "segments": rows.n_segments,
        "assignments": len(rows),
        "coders": {coder: int(number) for coder, number in by_coder["assignments"].items()},
        "finished": {
            coder: int(number) for coder, number in by_coder["finished"].items() if number
        },
        "counted": attrs.asdict(found.counted),
        "memos": len(opened.memos),
        "verdicts": dict(Counter(verdict.kind for verdict in opened.verdicts)),
        "revision": len(opened.history),
        "last_change": opened.history.describe(-1),
        "rollups": list(opened.codebook.rollups),
        "undecided": len(opened.unresolved),
        "conflicts": len(opened.conflicts),
        "quarantine": len(opened.quarantine),
        "withdrawn": len(opened.withdrawals),
        "withheld": opened.withheld,
        "lost": dict(zip(("events", "rows"), opened.lost, strict=True)),
        "set_aside": [str(each) for each in opened.set_aside],
        "worklist": opened.worklist().counts,
        "text_edits": [str(edit) for edit in opened.text_edits],
        "unapplied_edits": opened.has_unapplied_edits,
    }
    tell(value, _status_text(project, value, found.counted), as_json=as_json)


def _status_text(project: str, value: dict[str, object], counted: Counted) -> str:
    coders = value["coders"]
    assert isinstance(coders, dict)
    by = ", ".join(f"{coder} {count}" for coder, count in coders.items() if count)
    lines = [
        f"{value['name']}",
        f"  author       {value['author']}",
        f"  documents    {value['documents']}, {value['documents_without_a_code']} without a code",
        f"  cases        {value['cases']}",
        f"  codes        {value['codes']}, at revision {value['revision']} ({value['last_change']})",
        f"  segments     {value['segments']}",
        f"  assignments  {value['assignments']}" + (f" ({by})" if by else ""),
    ]
    finished = value["finished"]
    assert isinstance(finished, dict)
    if finished:
        done = ", ".join(f"{number} by {coder}" for coder, number in finished.items())
        lines.append(f"  finished     {done}")
    if value["assignments"]:
        lines.append(f"  counted      {str(counted).removeprefix('Counted: ')}")
    verdicts = value["verdicts"]
    assert isinstance(verdicts, dict)
    if verdicts:
        told = ", ".join(f"{count} {kind}" for kind, count in verdicts.items())
        lines.append(f"  suggestions  {told}")
    if value["undecided"]:
        lines.append(f"  undecided    {value['undecided']} assignments of split codes")
    if value["quarantine"]:
        one = value["quarantine"] == 1
        told = (
            "1 passage of a corrected text waits"
            if one
            else f"{value['quarantine']} passages of corrected texts wait"
        )
        lines.append(f"  quarantine   {told} to be placed: qualcode quarantine {project}")
    if value["conflicts"]:
        lines.append(
            f"  conflicts    {value['conflicts']}; to see them: qualcode conflicts {project}"
        )
    if value["withdrawn"]:
        lines.append(
            f"  withdrawn    {value['withdrawn']}; to see when and why: qualcode withdraw {project}"
        )
    if value["withheld"]:
        lines.append(f"  withheld     {value['withheld']} events of others: this is a blind copy")
    lost, aside = value["lost"], value["set_aside"]
    assert isinstance(lost, dict)
    assert isinstance(aside, list)
    if any(lost.values()):
        lines.append(
            f"  lost         {told_lost(**lost)}, which went with damaged lines; "
            f"a copy that has them brings them back: qualcode merge {project} …"
        )
    if aside:
        noun = "line" if len(aside) == 1 else "lines"
        lines.append(f"  set aside    {len(aside)} {noun}, by a repair: see {project}/set-aside")
    waiting = value["worklist"]
    assert isinstance(waiting, dict)
    if waiting:
        told = ", ".join(f"{count} {kind}" for kind, count in waiting.items())
        lines.append(f"  to do        {told}; to see them: qualcode worklist {project}")
    edits = value["text_edits"]
    assert isinstance(edits, list)
    lines += [f"  {edit}" for edit in edits]
    if edits:
        lines.append(
            "  to make such edits corrections of the texts: "
            f"qualcode correct {project} --adopt --coder … --reason …"
        )
    if value["unapplied_edits"]:
        lines.append(
            "  codebook.yaml was edited; to make the edits part of the history: "
            f"qualcode codebook apply {project} --coder … --reason …"
        )
    return "\n".join(lines)
