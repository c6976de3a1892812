"""Commands on a consensus: disagreements, adjudicate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from qualcode.cli.shared import (
    author_option,
    examples,
    file_or_output,
    find_project,
    json_option,
    open_folder,
    project_argument,
    records,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import qualcode as qc
    from qualcode.project.disagreeing import Disagreements

__all__ = ["adjudicate", "disagreements"]


def _comparing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say who is compared, and on what."""
    for option in (
        click.option(
            "--consensus", default="consensus", show_default=True, metavar="ID",
            help="The coder of that kind in whose name is decided.",
        ),
        click.option(
            "--between", multiple=True, metavar="ID",
            help="Compare these coders; all persons when not given. May be repeated.",
        ),
        click.option(
            "--unit", default="segment", show_default=True,
            help="Compare spans as coded (segment), or what lies in a sentence, paragraph, turn, line or "
            "document.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command(
    epilog=examples(
        "qualcode disagreements study",
        "qualcode disagreements study --unit paragraph --between ana --between ben",
        "qualcode disagreements study --open --document 02-joan --limit 50",
    )
)
@project_argument
@_comparing
@click.option("--code", "codes", multiple=True, metavar="CODE", help="On these codes only.")
@click.option("--document", "documents", multiple=True, metavar="ID", help="In these only.")
@click.option("--open", "only_open", is_flag=True, help="Those that wait for a decision only.")
@click.option("--limit", default=20, show_default=True, help="Print so many of them.")
@json_option
def disagreements(
    project: str,
    unit: str,
    between: tuple[str, ...],
    consensus: str,
    codes: tuple[str, ...],
    documents: tuple[str, ...],
    only_open: bool,
    limit: int,
    as_json: bool,
) -> None:
    """List where coders differ, with who has what, what was decided, and how far that is in each document.

    Decide with `qualcode adjudicate`.
    """
    opened = find_project(project)
    found = opened.disagreements(
        unit=unit, coders=between or None, codes=codes or None, consensus=consensus
    )
    found = _within(found, opened, documents)
    finished = opened.finished.get(consensus, frozenset())
    progress = [
        {**row, "finished": row["document"] in finished} for row in records(found.by_document())
    ]
    shown = found.open if only_open else found
    value = {
        "disagreements": len(found),
        "decided": len(found.decided),
        "open": len(found.open),
        "documents": progress,
        "units": records(shown.to_frame()),
    }
    tell(value, _listed(found, shown, progress, limit), as_json=as_json)


def _within(found: Disagreements, view: qc.View, documents: tuple[str, ...]) -> Disagreements:
    """Return the disagreements in some documents; all when none is named."""
    wanted = {view.documents[each].id for each in documents}
    return type(found)(each for each in found if not wanted or each.segment.document.id in wanted)


def _listed(
    found: Disagreements, shown: Disagreements, progress: list[dict[str, Any]], limit: int
) -> str:
    lines = []
    for each in shown[:limit]:
        segment = each.segment
        lines.append(f"{segment.document.id} {segment.start}–{segment.end}")
        lines.append(f"  {' '.join(segment.quote.split())}")
        for coder, codes in each.had.items():
            lines.append(f"  {coder}: {', '.join(codes) or 'no code'}")
        if each.decision is not None:
            made = each.decision
            why = f" ({made.reason})" if made.reason else ""
            since = ", and coded otherwise since: open again" if each.has_changed else ""
            lines.append(
                f"  decided by {made.by}: {', '.join(made.codes) or 'no code'}{why}{since}"
            )
        lines.append("")
    if len(shown) > limit:
        lines += [f"… and {len(shown) - limit} more; --limit shows more of them", ""]
    for row in progress:
        done = ", finished" if row["finished"] else ""
        lines.append(f"{row['document']}: {row['decided']} of {row['disagreements']} decided{done}")
    return "\n".join([*lines, str(found)])


@click.command(
    epilog=examples(
        "qualcode adjudicate study --table decide.xlsx",
        "qualcode adjudicate study --table decide.xlsx --document 02-joan",
        "qualcode adjudicate study decide.xlsx --coder ana",
        "qualcode adjudicate study decide.xlsx --coder ana --finish",
        "qualcode adjudicate study --finish",
    )
)
@project_argument
@click.argument("file", required=False, metavar="[FILE]", type=click.Path())
@_comparing
@click.option(
    "--table",
    type=click.Path(),
    metavar="FILE",
    help="Write the open disagreements as a table, .csv or .xlsx, to decide in a spreadsheet.",
)
@click.option("--replace", is_flag=True, help="Overwrite that file, with the decisions in it.")
@click.option(
    "--finish",
    is_flag=True,
    help="Give the consensus what all agree on, and finish the documents in which nothing is open; from then "
    "on it counts there.",
)
@click.option("--document", "documents", multiple=True, metavar="ID", help="Finish none but these.")
@click.option("--reason", default="", help="Why; for rows that give no reason of their own.")
@author_option
@json_option
def adjudicate(
    project: str,
    file: str | None,
    unit: str,
    between: tuple[str, ...],
    consensus: str,
    table: str | None,
    replace: bool,
    finish: bool,
    documents: tuple[str, ...],
    reason: str,
    coder: str | None,
    as_json: bool,
) -> None:
    """Decide, in the name of a consensus, what holds where coders differ.

    With --table, write what is open. With FILE, read that table back: its column "decision" holds codes with
    ; between them, or none. If a row does not fit, nothing is decided. What each coder had stays as it is.
    """
    if (table is None) == (file is None and not finish):
        raise click.UsageError(
            "give --table, to write what is open; or FILE, to read it back, or --finish, or both"
        )
    if documents and table is None and not finish:
        raise click.UsageError("--document says what goes into the --table, or what to --finish")
    if table is not None:
        view = find_project(project)
        found = view.disagreements(unit=unit, coders=between or None, consensus=consensus)
        with file_or_output(table, ".csv") as path:
            count = _within(found, view, documents).open.write(path, replace=replace)
        noun = "disagreement" if count == 1 else "disagreements"
        tell(
            {"table": table, "open": count},
            f"{table}: {count} open {noun}",
            as_json=as_json,
            file=table,
        )
        return
    opened = open_folder(project)
    told: list[str] = []
    value: dict[str, Any] = {}
    if file is not None:
        made = opened.apply_adjudication(file, coder=consensus, by=coder, reason=reason)
        value["decided"] = made
        told.append(f"{made} {'decision' if made == 1 else 'decisions'} new or changed")
    ready: tuple[str, ...] = ()
    if finish:
        ready = opened.finish_decided(unit=unit, coders=between or None, coder=consensus, by=coder)
        value["finished"] = list(ready)
        told.append(f"finished by {consensus}: {', '.join(ready) or 'no further document'}")
    opened.save()
    left = opened.disagreements(unit=unit, coders=between or None, consensus=consensus)
    value["open"] = len(left.open)
    told.append(str(left))
    tell(value, f"{project}: " + "; ".join(told), as_json=as_json)
