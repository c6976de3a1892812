"""Commands that change what a project says of its things: finish, rename, variables."""

from __future__ import annotations

import click

from qualcode.cli.shared import (
    Value,
    author_option,
    examples,
    find_project,
    json_option,
    open_folder,
    project_argument,
    records,
    tell,
    variables_given,
)

__all__ = ["finish", "rename", "variables"]


@click.command(
    epilog=examples(
        "qualcode finish study 01-maria 02-joan --coder ana",
        "qualcode finish study 02-joan --coder ana --take-back",
    )
)
@project_argument
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@author_option
@click.option("--take-back", is_flag=True, help="Say that they were not read to the end after all.")
@json_option
def finish(
    project: str, documents: tuple[str, ...], coder: str | None, take_back: bool, as_json: bool
) -> None:
    """Say that a coder has read documents to the end."""
    opened = open_folder(project)
    who = opened.author if coder is None else coder
    (opened.unfinish if take_back else opened.finish)(documents, coder=who)
    opened.save()
    done = sorted(opened.finished.get(who, ()))
    tell(
        {"coder": who, "finished": done},
        f"{project}: {who} has finished {len(done)} of {len(opened.documents)} documents",
        as_json=as_json,
    )


@click.command(
    epilog=examples(
        'qualcode rename study 01-maria "Maria, first interview"',
        'qualcode rename study code:trust "Trust between people" --coder ana',
        'qualcode rename study project "Damp homes"',
    )
)
@project_argument
@click.argument("target")
@click.argument("name")
@author_option
@json_option
def rename(project: str, target: str, name: str, coder: str | None, as_json: bool) -> None:
    """Give a document, case, coder, code or the project another name; ids stay.

    TARGET is the id of a document, case:ID, coder:ID, code:ID or project.
    """
    opened = open_folder(project)
    opened.rename(target, name, coder=coder)
    opened.save()
    tell({"target": target, "name": name}, f"{project}: {target} is now {name!r}", as_json=as_json)


@click.command(
    epilog=examples(
        "qualcode variables study 01-maria site=south wave=2 --coder ana",
        "qualcode variables study case:north size=",
        "qualcode variables study 01-maria",
    )
)
@project_argument
@click.argument("target")
@click.argument("values", nargs=-1, callback=variables_given, metavar="[NAME=VALUE]...")
@author_option
@json_option
def variables(
    project: str, target: str, values: dict[str, Value | None], coder: str | None, as_json: bool
) -> None:
    """Set variables of a document or a case, or show them.

    TARGET is the id of a document, or case:ID. Values are read as `qualcode add --variable` reads them; an
    empty one removes the variable.
    """
    opened = open_folder(project) if values else find_project(project)
    if values:
        given = {name: None if value == "" else value for name, value in values.items()}
        opened.set_variables(target, variables=given, coder=coder)
        opened.save()
    kind, _, id = target.rpartition(":")
    held = (opened.cases if kind == "case" else opened.documents)[id].variables
    import pandas as pd

    frame = pd.DataFrame({"name": list(held), "value": list(held.values())}, dtype=object)
    shown = {row["name"]: row["value"] for row in records(frame)}
    lines = [f"{name}={_as_given(value)}" for name, value in shown.items()]
    tell(shown, "\n".join(lines) or f"{target} has no variables", as_json=as_json)


def _as_given(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
