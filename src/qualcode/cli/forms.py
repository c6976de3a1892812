"""Commands that take what reviewers filled into forms, and give it back: appraise, extract."""

from __future__ import annotations

import click

from qualcode.cli.shared import (
    author_option,
    examples,
    json_option,
    open_folder,
    project_argument,
    records,
    tell,
)
from qualcode.model.readable import many

__all__ = ["appraise", "extract"]

table_option = click.option(
    "--table",
    type=click.Path(),
    metavar="FILE",
    help="Take over what is filled in there: .csv or .xlsx, a row for each source.",
)
output_option = click.option(
    "--output",
    type=click.Path(),
    metavar="FILE",
    help="Write a table to fill in, with what is there already: .csv or .xlsx.",
)
replace_option = click.option("--replace", is_flag=True, help="Overwrite that file.")


@click.command(
    epilog=examples(
        "qualcode appraise study amstar2 --output to-appraise.xlsx",
        "qualcode appraise study amstar2 --table to-appraise.xlsx --coder ana",
        "qualcode appraise study amstar2",
    )
)
@project_argument
@click.argument("instrument", metavar="INSTRUMENT")
@table_option
@output_option
@replace_option
@author_option
@json_option
def appraise(
    project: str,
    instrument: str,
    table: str | None,
    output: str | None,
    replace: bool,
    coder: str | None,
    as_json: bool,
) -> None:
    """Show how sources were appraised by an instrument, a shipped name or a file; or take over a table."""
    opened = open_folder(project)
    review = opened.review()
    if table is not None:
        rows = review.read_appraisal(table, instrument, coder=coder)
        opened.save()
        tell({"rows": rows}, f"{table}: {many(rows, 'row')} taken over", as_json=as_json)
    elif output is not None:
        rows = review.write_appraisal(instrument, output, coder=coder, replace=replace)
        tell({"rows": rows}, f"{output}: {many(rows, 'row')} to fill in", as_json=as_json)
    else:
        found = review.appraisal(instrument)
        tell(records(found.to_frame()), str(found), as_json=as_json)


@click.command(
    epilog=examples(
        "qualcode extract study characteristics --output to-extract.csv",
        "qualcode extract study characteristics --table to-extract.csv --coder ben",
        "qualcode extract study characteristics",
    )
)
@project_argument
@click.argument("template", metavar="TEMPLATE")
@table_option
@output_option
@replace_option
@author_option
@json_option
def extract(
    project: str,
    template: str,
    table: str | None,
    output: str | None,
    replace: bool,
    coder: str | None,
    as_json: bool,
) -> None:
    """Show what was extracted from sources by a template, a shipped name or a file; or take over a table."""
    opened = open_folder(project)
    review = opened.review()
    if table is not None:
        rows = review.read_extraction(table, template, coder=coder)
        opened.save()
        tell({"rows": rows}, f"{table}: {many(rows, 'row')} taken over", as_json=as_json)
    elif output is not None:
        rows = review.write_extraction(template, output, coder=coder, replace=replace)
        tell({"rows": rows}, f"{output}: {many(rows, 'row')} to fill in", as_json=as_json)
    else:
        found = review.extraction(template)
        tell(records(found.to_frame(quotes=True)), str(found), as_json=as_json)
