"""The command on what assistants proposed."""

from __future__ import annotations

from typing import Any

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
from qualcode.model.coding.proposals import Proposal, ProposedMemo
from qualcode.model.readable import many

__all__ = ["proposals"]


@click.command(
    epilog=examples(
        "qualcode proposals study",
        "qualcode proposals study --all --json",
        "qualcode proposals study --output review.csv",
        'qualcode proposals study --accept 4f2a --reject 9c01 --memo "as discussed" --coder ana',
    )
)
@project_argument
@click.option("--all", "everything", is_flag=True, help="Also what was decided about.")
@click.option(
    "--output",
    type=click.Path(),
    metavar="FILE",
    help="Write the proposed codings as a review table, .csv or .xlsx, for the command review.",
)
@click.option("--replace", is_flag=True, help="Overwrite that file, with the verdicts in it.")
@click.option(
    "--accept", multiple=True, metavar="ID", help="Do what is proposed; may be given repeatedly."
)
@click.option(
    "--reject", multiple=True, metavar="ID", help="Refuse it for good; may be given repeatedly."
)
@click.option("--memo", default="", help="A note on what is decided.")
@author_option
@json_option
def proposals(
    project: str,
    everything: bool,
    output: str | None,
    replace: bool,
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    memo: str,
    coder: str | None,
    as_json: bool,
) -> None:
    """List what assistants proposed, and decide about it: codings, changes of the codebook, memos.

    An ID is what the list calls a proposal, or the beginning of it. All that is accepted and rejected at once
    is done, or nothing.
    """
    if accept or reject:
        opened = open_folder(project)
        chosen = [opened.proposals[each] for each in accept]
        refused = [opened.proposals[each] for each in reject]
        with opened.step(coder=coder):
            opened.accept(chosen, coder=coder, memo=memo)
            opened.reject(refused, coder=coder, memo=memo)
        opened.save()
        told = f"{project}: {len(chosen):,} accepted, {len(refused):,} rejected"
        tell({"accepted": len(chosen), "rejected": len(refused)}, told, as_json=as_json)
        return
    view = find_project(project)
    if output is not None:
        with file_or_output(output, ".csv") as path:
            count = view.write_proposals(path, replace=replace)
        value: dict[str, Any] = {"file": output, "proposals": count}
        tell(value, f"{output}: {many(count, 'proposed coding')}", as_json=as_json, file=output)
        return
    listed = view.proposals if everything else view.proposals.open
    lines = [f"{each.id}  {each.outcome:8}  {_place(each)}{each}" for each in listed]
    text = "\n".join(lines) or "nothing that was proposed waits for a decision"
    tell(records(listed.to_frame()), text, as_json=as_json)


def _place(proposal: Proposal) -> str:
    """Return where a proposal has its passage, for who is to decide about it; nothing for none."""
    segment = None if isinstance(proposal, ProposedMemo) else proposal.segment
    return "" if segment is None else f"{segment.document.id} {segment.start}–{segment.end}: "
