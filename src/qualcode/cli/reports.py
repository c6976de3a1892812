"""Commands that write a report: report, docx, tables, demo."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

import qualcode as qc
from qualcode.cli.big_demo import show_big
from qualcode.cli.shared import (
    STANDARD_OUTPUT,
    CountOption,
    at_option,
    coders_option,
    examples,
    file_or_output,
    json_option,
    progress,
    project_argument,
    records,
    speaks_unicode,
    tell,
    view_of,
    where_option,
    width,
    write_over_option,
)
from qualcode.errors import StoreError

if TYPE_CHECKING:
    from qualcode.project.view import View
    from qualcode.stats.synthesis.flow import Flow

__all__ = ["demo", "docx", "report", "tables"]

DEMO = "collaboration-reviews"
DEMO_ROLLUPS = ("factors", "impacts")
DEMO_VARIABLES = ("country", "scope")

rollups_option = click.option(
    "--rollup", "rollups", multiple=True, metavar="ID", help="All when not given."
)
meeting_option = click.option(
    "--unit", default="document", show_default=True, help="On what units codes meet."
)
compare_option = click.option(
    "--by", multiple=True, metavar="VARIABLE", help="Compare domains by its values."
)


def _write(view: View, output: str, **options: Any) -> list[Path]:
    """Write the page and the tables into a folder; return the files, the page first."""
    from qualcode.report import write_html, write_tables

    folder = Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot be made: {error.strerror or error}") from error
    with progress("Writing"):
        page = write_html(view, folder / "report.html", **options)
        # Without variables of its own the page compares none; the tables then have those with few values.
        options["by"] = options.get("by") or None
        return [page, *write_tables(view, folder / "tables", **options)]


def _written(files: list[Path]) -> str:
    page, *tables = files
    return f"{page}: open it in a browser\n{tables[0].parent}: {len(tables)} tables"


@click.command(
    epilog=examples(
        "qualcode report study",
        "qualcode report study --rollup factors --unit paragraph --output march",
    )
)
@project_argument
@click.option(
    "--output",
    default="report",
    show_default=True,
    type=click.Path(),
    help="The folder to write to; - for the page alone, to standard output.",
)
@rollups_option
@click.option(
    "--count", cls=CountOption, default="documents", show_default=True, help="What the bars count"
)
@meeting_option
@compare_option
@coders_option
@where_option
@at_option
@json_option
def report(
    project: str,
    output: str,
    rollups: tuple[str, ...],
    count: Any,
    unit: str,
    by: tuple[str, ...],
    coders: tuple[str, ...],
    where: str | None,
    at: int | str | None,
    as_json: bool,
) -> None:
    """Write an HTML page on which each number leads to its segments, and the tables as CSV."""
    from qualcode.report import write_html

    view = view_of(project, at)
    options = {
        "rollups": rollups or None, "count": count, "unit": unit, "by": by,
        "coders": coders or None, "where": where,
    }  # fmt: skip
    if output == STANDARD_OUTPUT:
        files = []
        with file_or_output(output, ".html") as path, progress("Writing"):
            write_html(view, path, **options)  # it needs no file beside it
    else:
        files = _write(view, output, **options)
    counted = view.state.counting(coders or None, where=where).counted
    value = {"files": [path.as_posix() for path in files], "counted": attrs.asdict(counted)}
    told = [_written(files)] if files else []
    tell(value, "\n".join([*told, str(counted)]), as_json=as_json, file=output)


@click.command(
    epilog=examples(
        "qualcode tables study tables.xlsx",
        "qualcode tables study tables --rollup factors --count segments",
    )
)
@project_argument
@click.argument("output", type=click.Path())
@rollups_option
@click.option(
    "--count", cls=CountOption, default="documents", show_default=True, help="What is counted"
)
@meeting_option
@click.option(
    "--agreement", default="paragraph", show_default=True, help="Of what units coders are compared."
)
@compare_option
@coders_option
@where_option
@at_option
@json_option
def tables(
    project: str,
    output: str,
    at: int | str | None,
    as_json: bool,
    *,
    rollups: tuple[str, ...],
    by: tuple[str, ...],
    coders: tuple[str, ...],
    **options: Any,
) -> None:
    """Write the tables of a report: sheets of one .xlsx file, or a folder of CSV files.

    Standard output (-) gets the .xlsx file.
    """
    from qualcode.report import write_tables

    with file_or_output(output, ".xlsx") as path, progress("Writing"):
        files = write_tables(
            view_of(project, at), path, rollups=rollups or None, by=by or None,
            coders=coders or None, **options,
        )  # fmt: skip
    told = output if len(files) == 1 else f"{files[0].parent}: {len(files)} tables"
    written = [output] if len(files) == 1 else [each.as_posix() for each in files]
    tell({"files": written}, told, as_json=as_json, file=output)


@click.command(
    epilog=examples(
        "qualcode docx study report.docx",
        "qualcode docx study factors.docx --rollup factors --quotes 5",
    )
)
@project_argument
@click.argument("file", type=click.Path())
@rollups_option
@click.option("--quotes", type=int, default=3, show_default=True, help="For each theme and code.")
@write_over_option
@coders_option
@where_option
@at_option
@json_option
def docx(
    project: str,
    file: str,
    rollups: tuple[str, ...],
    quotes: int,
    replace: bool,
    coders: tuple[str, ...],
    where: str | None,
    at: int | str | None,
    as_json: bool,
) -> None:
    """Write the report for a word processor: method, themes with quotes, codebook, limits."""
    with file_or_output(file, ".docx") as path, progress("Writing"):
        qc.write_docx(
            view_of(project, at), path, rollups=rollups or None, coders=coders or None, where=where,
            quotes=quotes, replace=replace,
        )  # fmt: skip
    tell({"files": [file]}, file, as_json=as_json, file=file)


def _flow() -> Flow:
    """Return the flow of the article's review as far as its text has the numbers."""
    import pandas as pd

    from qualcode.io.shipped import project_path

    return qc.stats.synthesis.prisma_flow(pd.read_csv(project_path(DEMO).parent / "flow.csv"))


def _draw(output: str, **results: Any) -> list[str]:
    """Draw results into a folder, where matplotlib is there; say what was drawn, or what would."""
    if find_spec("matplotlib") is None:
        return [f"pip install 'qualcode[plots]' to have the {' and the '.join(results)} drawn"]
    folder = Path(output)
    for name, result in results.items():
        result.plot().figure.savefig(folder / f"{name}.png")
    return [f"{folder / name}.png" for name in results]


@click.command(
    epilog=examples(
        "qualcode demo",
        "qualcode demo --output reviews",
        "qualcode demo --big --answers 100000",
    )
)
@click.option(
    "--output",
    default="qualcode-demo",
    show_default=True,
    type=click.Path(),
    help="The folder to write to.",
)
@click.option(
    "--big", is_flag=True, help="Instead, make up answers and count them as tables (extra parquet)."
)
@click.option(
    "--answers",
    type=click.IntRange(1),
    default=1_000_000,
    show_default=True,
    help="With --big: how many.",
)
@json_option
def demo(output: str, big: bool, answers: int, as_json: bool) -> None:
    """Roll up what 36 reviews say about collaboration, from codes to themes to domains."""
    from qualcode.report import pairs_frame, pairs_text, rollup_text

    if big:
        show_big(output, answers, as_json=as_json)
        return
    project = qc.load_project(DEMO)
    counted = [project.rollup(each, count="documents") for each in DEMO_ROLLUPS]
    met = project.cooccurrence("document")
    files = _write(project, output, rollups=DEMO_ROLLUPS, by=DEMO_VARIABLES)
    if as_json:
        value = {
            "rollups": {each.hierarchy.rollup.id: records(each.to_frame()) for each in counted},
            "pairs": records(pairs_frame(met).head(20)),
            "files": [path.as_posix() for path in files],
        }
        tell(value, "", as_json=True)
        return
    shown_flow = _flow()
    drawn = _draw(output, flow=shown_flow, diagram=project.review().diagram("factors"))
    text = [
        f"{project.name}: what one article says of each of {len(project.documents)} reviews.",
        "A document is one review, so each number is a number of reviews: those with at least one",
        "finding under the code, theme or domain. Findings on two codes of a theme count once for it.",
        *("\n" + rollup_text(each, width=width(), ascii=not speaks_unicode()) for each in counted),
        "\nCodes in the same reviews: 'both' is the number of reviews with findings on both codes, n_a",
        "and n_b that of reviews with findings on each. It need not be the same finding.",
        pairs_text(met, top=15, width=width()),
        f"\n{shown_flow}",
        "\n" + _written(files),
        *drawn,
    ]
    click.echo("\n".join(text))
