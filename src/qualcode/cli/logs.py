"""Commands that show what was done: log, conflicts."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from qualcode.cli.shared import (
    at_option,
    author_option,
    examples,
    find_project,
    json_option,
    open_folder,
    optional_reason_option,
    project_argument,
    records,
    tell,
    view_of,
    width,
)
from qualcode.errors import NotFoundError, did_you_mean
from qualcode.model.log.event import SHORT
from qualcode.model.times import time_shown

__all__ = ["conflicts", "log"]


@click.command(
    epilog=examples(
        "qualcode log study",
        "qualcode log study --kind set --coder ana",
        "qualcode log study --at 2026-11-23 --json",
    )
)
@project_argument
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    help="Events of this kind only, such as rename; may be given repeatedly.",
)
@click.option(
    "--coder",
    "coders",
    multiple=True,
    metavar="ID",
    help="What this coder did only; may be given repeatedly.",
)
@at_option
@json_option
def log(
    project: str,
    kinds: tuple[str, ...],
    coders: tuple[str, ...],
    at: int | str | None,
    as_json: bool,
) -> None:
    """List everything that was done in a project: who, when, what and why."""
    from qualcode.model.fold.fold import EVENT_KINDS
    from qualcode.report import table_text

    view = view_of(project, at)
    for kind in kinds:
        if kind not in EVENT_KINDS:
            raise NotFoundError(
                f"--kind: there are no events of the kind {kind!r}, only of {', '.join(sorted(EVENT_KINDS))}."
                f"{did_you_mean(kind, EVENT_KINDS)}"
            )
    if coders:
        view.state.coder_ids(coders)  # refuses whom there is not
    events = [
        each
        for each in records(view.log.to_frame())
        if (not kinds or each["kind"] in kinds) and (not coders or each["coder"] in coders)
    ]
    rows = [
        (
            time_shown(each["time"], zone=False),
            each["coder"],
            each["kind"],
            ("(undone) " if each["undone"] else "") + each["what"],
            each["reason"],
            each["event"],
        )
        for each in events
    ]
    columns = ("time (UTC)", "coder", "kind", "what", "reason", "event")
    text = table_text(columns, rows, width=width()) if rows else "nothing of that kind was done"
    tell(events, text, as_json=as_json)


@click.command(
    epilog=examples(
        "qualcode conflicts study",
        'qualcode conflicts study --resolve 4f0c2a91 --take ben --reason "asked both"',
    )
)
@project_argument
@click.option("--resolve", "id", metavar="ID", help="Settle this one; its id stands before it.")
@click.option(
    "--take",
    metavar="WHO|VALUE|shown",
    default="shown",
    show_default=True,
    help="Whose side is taken, or which value.",
)
@optional_reason_option
@author_option
@json_option
def conflicts(
    project: str, id: str | None, take: str, reason: str, coder: str | None, as_json: bool
) -> None:
    """List what was changed in two copies at once and does not go together, or settle one of them.

    The project shows one side of each meanwhile. Whoever sets it anew, having seen both, settles it.
    """
    view = find_project(project)
    if id is not None:
        opened = open_folder(project)
        opened.resolve(id, take=take, coder=coder, reason=reason)
        opened.save()
        view = opened
    found, lines = [], []
    for each in view.conflicts:
        by = [
            {"event": side.event[:SHORT], "coder": side.coder, "time": side.time,
             "value": _plain(side.value)}
            for side in each.sides
        ]  # fmt: skip
        found.append(
            {
                "id": each.id,
                "kind": each.kind,
                "target": each.target,
                "field": each.field,
                "values": [_plain(value) for value in each.values],
                "taken": each.taken,
                "proposal": each.proposal,
                "events": by,
            }
        )
        lines.append(f"{each.id}  {each}")
        lines += [
            f"  {side.event[:SHORT]}  {time_shown(side.time)}  {side.coder}: {side.told}"
            for side in each.sides
        ]
        lines.append(f"  {each.proposal}")
    tell(found, "\n".join(lines) or f"{project}: no conflicts", as_json=as_json)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
