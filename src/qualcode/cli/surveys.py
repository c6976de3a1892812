"""The command on surveys: survey."""

from __future__ import annotations

from pathlib import Path

import attrs
import click

from qualcode.cli.shared import (
    author_option,
    examples,
    json_option,
    open_folder,
    progress,
    project_argument,
    records,
    tell,
)
from qualcode.model.ids import is_id

__all__ = ["survey"]


def _open(_: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Return the columns of open questions, each with the short name before it, if there is one."""
    found: dict[str, str] = {}
    for each in given:
        short, equals, column = each.partition("=")
        named = bool(equals and column.strip() and is_id(short))
        found[column if named else each] = short if named else ""
    return found


def _orders(
    _: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in given:
        column, equals, categories = each.partition("=")
        if not equals:
            raise click.BadParameter(f"{each!r} is not of the form COLUMN=A,B,C", param=parameter)
        found[column] = [name.strip() for name in categories.split(",")]
    return found


@click.command(
    epilog=examples(
        "qualcode survey study answers.xlsx --id nr --open why --open how",
        "qualcode survey study answers.csv --id nr --open 'why=Why join?' --order use=never,rarely,often",
        "qualcode survey study answers.csv --id nr --open why --variable age --missing NA --missing 99",
    )
)
@project_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--open",
    "open_",
    multiple=True,
    required=True,
    callback=_open,
    metavar="[SHORT=]COLUMN",
    help="A column with an open question, and perhaps a short name for it.",
)
@click.option("--id", metavar="COLUMN", help="The column that says who answered.")
@click.option(
    "--variable",
    "variables",
    multiple=True,
    metavar="COLUMN",
    help="A column with a closed question; all others when not given.",
)
@click.option(
    "--order",
    "orders",
    multiple=True,
    callback=_orders,
    metavar="COLUMN=A,B,C",
    help="The categories of a column in their order.",
)
@click.option("--missing", multiple=True, metavar="TEXT", help="What stands for no answer.")
@click.option("--heads", type=click.IntRange(min=1), help="How many rows of heads there are.")
@click.option("--sheet", help="Which sheet of a spreadsheet.")
@click.option("--encoding", help="Of CSV; found by what the file holds when not given.")
@author_option
@json_option
def survey(
    project: str,
    file: Path,
    open_: dict[str, str],
    id: str | None,
    variables: tuple[str, ...],
    orders: dict[str, list[str]],
    missing: tuple[str, ...],
    heads: int | None,
    sheet: str | None,
    encoding: str | None,
    coder: str | None,
    as_json: bool,
) -> None:
    """Add a survey: a table (.csv, .xlsx, .ods) with a row for each respondent.

    Respondents become cases, closed questions their variables, and each answer to an open question a
    document.
    """
    opened = open_folder(project)
    with progress("Reading"):
        added = opened.add_survey(
            file,
            open=open_,
            id=id,
            variables=variables or None,
            orders=orders,
            missing=missing or None,
            heads=heads,
            sheet=sheet,
            encoding=encoding,
            coder=coder,
        )
    opened.save()
    value = {
        "respondents": [case.id for case in added.cases],
        "added": [document.id for document in added.documents],
        "columns": records(added.to_frame()),
        "losses": [attrs.asdict(loss) for loss in added.losses],
    }
    tell(value, f"{project}: {added}", as_json=as_json)
