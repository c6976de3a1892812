"""Commands that hand out words: quotes, context."""

from __future__ import annotations

import click

from qualcode.cli.shared import (
    at_option,
    coders_option,
    examples,
    file_or_output,
    json_option,
    progress,
    project_argument,
    records,
    tell,
    view_of,
    write_over_option,
)

__all__ = ["context", "quotes"]


@click.command(
    epilog=examples(
        "qualcode quotes study --code trust --variable site",
        "qualcode quotes study --theme 'Ties between people' -o ties.docx",
        "qualcode quotes study 'code(trust) and not code(conflict)' -o trust.xlsx",
    )
)
@project_argument
@click.argument("query", required=False, metavar="[QUERY]")
@click.option("--code", "codes", multiple=True, metavar="CODE", help="May be given repeatedly.")
@click.option("--theme", metavar="ID|NAME", help="Of a theme or domain.")
@click.option("--rollup", metavar="ID", help="Which rollup has it; the first when not given.")
@click.option(
    "--variable",
    "variables",
    multiple=True,
    metavar="NAME",
    help="Told with each quote; repeatable.",
)
@click.option(
    "-o", "--output", metavar="FILE", help="A .docx, .md, .xlsx or .csv; printed when not given."
)
@write_over_option
@coders_option
@at_option
@json_option
def quotes(
    project: str,
    query: str | None,
    codes: tuple[str, ...],
    theme: str | None,
    rollup: str | None,
    variables: tuple[str, ...],
    output: str | None,
    replace: bool,
    coders: tuple[str, ...],
    at: int | str | None,
    as_json: bool,
) -> None:
    """Hand out the quotes of codes, of a theme or of a query, exemplary ones first."""
    from qualcode.report import quotes as collect
    from qualcode.report import write_quotes

    found = collect(
        view_of(project, at), query, code=codes or None, theme=theme, rollup=rollup,
        coders=coders or None, variables=variables,
    )  # fmt: skip
    text = str(found)
    if output is not None:
        with file_or_output(output, ".md") as path, progress("Writing"):
            write_quotes(found, path, replace=replace)
        text = f"{output}: {found.caption.splitlines()[0]}"
    tell(records(found.to_frame()), text, as_json=as_json, file=output)


@click.command(
    epilog=examples(
        "qualcode context study 'trust*' budget",
        "qualcode context study partnership --width 60",
    )
)
@project_argument
@click.argument("keywords", nargs=-1, required=True, metavar="WORDS...")
@click.option("--width", type=int, default=30, show_default=True, help="Characters on each side.")
@at_option
@json_option
def context(
    project: str, keywords: tuple[str, ...], width: int, at: int | str | None, as_json: bool
) -> None:
    """Print every place of keywords with what stands before and after; * stands for any letters."""
    from qualcode.report import keywords_in_context

    found = keywords_in_context(view_of(project, at), keywords, width=width)
    tell(records(found.to_frame()), str(found), as_json=as_json)
