"""The command that asks a query: find."""

from __future__ import annotations

from typing import Any

import attrs
import click

import qualcode as qc
from qualcode.cli.shared import (
    at_option,
    coders_option,
    examples,
    json_option,
    project_argument,
    records,
    tell,
    view_of,
)

__all__ = ["NOTHING_FITS", "find"]

NOTHING_FITS = 3
"""The exit status when a query was answered, and nothing fits it."""


@click.command(
    epilog=examples(
        "qualcode find study 'code(trust) and not code(conflict) within paragraph'",
        "qualcode find study 'code(trust) overlaps code(money)' --coder ana --count",
        "qualcode find study 'units(sentence) text(\"budget*\") speaker(MARTIN)' --json",
    )
)
@project_argument
@click.argument("query", metavar="QUERY")
@click.option("--count", "only_count", is_flag=True, help="Print how many passages fit, only.")
@coders_option
@at_option
@json_option
@click.pass_context
def find(
    context: click.Context,
    project: str,
    query: str,
    only_count: bool,
    coders: tuple[str, ...],
    at: int | str | None,
    as_json: bool,
) -> None:
    """Print the passages that fit a query: document, place, speaker, codes and quote.

    The exit status is 0 when something fits, and 3 when nothing does.
    """
    view = view_of(project, at)
    asked = qc.View(view.state.counting(coders)) if coders else view
    found = asked.find(query)
    counted = asked.state.counted
    if only_count:
        value: Any = {"query": str(found.query), "count": len(found)}
        tell({**value, "counted": attrs.asdict(counted)}, str(len(found)), as_json=as_json)
    else:
        passages = records(found.to_frame())
        value = {"query": str(found.query), "counted": attrs.asdict(counted), "passages": passages}
        documents = len({each.document.id for each in found})
        noun = "passage" if len(found) == 1 else "passages"
        foot = (
            f"{len(found)} {noun} in {documents} document{'' if documents == 1 else 's'}\n{counted}"
        )
        text = "\n\n".join([*map(_passage, passages), foot])
        tell(value, text, as_json=as_json)
    if not len(found):
        context.exit(NOTHING_FITS)


def _passage(row: dict[str, Any]) -> str:
    """Return a passage as it is printed: where and what on one line, and the quote below."""
    place = f"{row['document']} {row['start']}–{row['end']}"
    told = [place, row["speaker"] or "", ", ".join(row["codes"])]
    quote = " ".join(row["quote"].split())
    return f"{'  '.join(each for each in told if each)}\n  {quote}"
