"""Commands on memos and the journal: memo add, edit, withdraw, list."""

from __future__ import annotations

from typing import Any

import click

from qualcode.cli.refusing import Group
from qualcode.cli.shared import (
    at_option,
    author_option,
    examples,
    json_option,
    open_folder,
    optional_reason_option,
    project_argument,
    tell,
    view_of,
)
from qualcode.model.times import time_shown

__all__ = ["memo"]


@click.group(cls=Group)
def memo() -> None:
    """Write and read memos, on anything, and the project's journal."""


@memo.command(
    epilog=examples(
        'qualcode memo add study code:trust "Still too wide?" --coder ana',
        'qualcode memo add study journal "Met about the second wave." --coder ana',
    )
)
@project_argument
@click.argument("target")
@click.argument("text")
@click.option("--link", "links", multiple=True, metavar="MEMO", help="A memo that it refers to.")
@author_option
@json_option
def add(
    project: str,
    target: str,
    text: str,
    links: tuple[str, ...],
    coder: str | None,
    as_json: bool,
) -> None:
    """Write a memo.

    TARGET is project, journal, code:ID, document:ID, case:ID, coder:ID, memo:ID, revision:NUMBER or
    segment:DOCUMENT:START-END.
    """
    opened = open_folder(project)
    made = opened.add_memo(target, text, coder=coder, links=links)
    opened.save()
    tell(_record(made), f"{project}: memo {made.id} on {made.target}", as_json=as_json)


@memo.command(
    epilog=examples('qualcode memo edit study 4a0c8d31f2b7 "Settled: it stays." --coder ana')
)
@project_argument
@click.argument("memo")
@click.argument("text")
@author_option
@json_option
def edit(project: str, memo: str, text: str, coder: str | None, as_json: bool) -> None:
    """Give a memo another text; the log keeps the earlier one."""
    opened = open_folder(project)
    made = opened.edit_memo(memo, text, coder=coder)
    opened.save()
    tell(_record(made), f"{project}: memo {made.id} on {made.target}", as_json=as_json)


@memo.command(epilog=examples("qualcode memo withdraw study 4a0c8d31f2b7 --coder ana"))
@project_argument
@click.argument("memo")
@optional_reason_option
@author_option
@json_option
def withdraw(project: str, memo: str, reason: str, coder: str | None, as_json: bool) -> None:
    """Take a memo back; the log keeps it."""
    opened = open_folder(project)
    opened.withdraw_memo(memo, coder=coder, reason=reason)
    opened.save()
    tell({"withdrawn": memo}, f"{project}: memo {memo} is withdrawn", as_json=as_json)


@memo.command(
    "list",
    epilog=examples(
        "qualcode memo list study",
        "qualcode memo list study code:trust",
    ),
)
@project_argument
@click.argument("target", required=False)
@at_option
@json_option
def list_(project: str, target: str | None, at: int | str | None, as_json: bool) -> None:
    """List the memos of a project, or those on one thing, in the order written."""
    view = view_of(project, at)
    found = view.memos if target is None else view.memos_on(target)
    lines = []
    for each in found:
        lines.append(f"{each.id}  {time_shown(each.time)}  {each.coder}  {each.target}")
        lines += [f"  {line}" for line in each.text.splitlines()]
        lines += [f"  see {link}" for link in each.links]
    tell([_record(each) for each in found], "\n".join(lines) or "no memos", as_json=as_json)


def _record(memo: Any) -> dict[str, Any]:
    return {
        "id": memo.id,
        "target": memo.target,
        "text": memo.text,
        "coder": memo.coder,
        "time": memo.time,
        "links": list(memo.links),
    }
