"""The command ``qualcode``, its subcommands, and how errors are shown."""

from __future__ import annotations

import sys
from typing import Any

import click

from qualcode import __version__
from qualcode.cli.adjudicating import adjudicate, disagreements
from qualcode.cli.assistants import mcp
from qualcode.cli.backups import backup, restore
from qualcode.cli.changing import finish, rename, variables
from qualcode.cli.codebooks import codebook
from qualcode.cli.coding import assign, export
from qualcode.cli.comparing import groups, networks, saturation
from qualcode.cli.erasing import erase, names, pseudonymise, share
from qualcode.cli.exchanging import import_, inspect
from qualcode.cli.finding import find
from qualcode.cli.forms import appraise, extract
from qualcode.cli.frameworks import framework
from qualcode.cli.logs import conflicts, log
from qualcode.cli.memos import memo
from qualcode.cli.projects import add, check, init, status
from qualcode.cli.proposing import proposals
from qualcode.cli.quoting import context, quotes
from qualcode.cli.records import records
from qualcode.cli.refusing import Group
from qualcode.cli.reports import demo, docx, report, tables
from qualcode.cli.reviewing import autocode, review
from qualcode.cli.serving import serve
from qualcode.cli.shared import examples
from qualcode.cli.speaking import speakers
from qualcode.cli.statistics import cooccur, rollup
from qualcode.cli.suggest import suggest
from qualcode.cli.surveys import survey
from qualcode.cli.team import blind, compare, merge, worklist
from qualcode.cli.texts import correct, place, quarantine
from qualcode.cli.withdrawing import reinstate, withdraw

__all__ = ["main"]


class Commands(Group):
    """All commands, on whatever terminal."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                # A terminal that lacks a character shows a question mark, not a traceback.
                stream.reconfigure(errors="replace")
        return super().invoke(ctx)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "qualcode demo",
        "qualcode init study --codebook collaboration",
        "qualcode add study interviews/*.txt --variable site=north",
        "qualcode rollup study --count documents",
    ),
)
@click.version_option(__version__, prog_name="qualcode")
def main() -> None:
    """Qualitative coding: documents, a living codebook, themes, and numbers that can be defended.

    PROJECT is always the folder of a project, or the name of one that comes with qualcode.
    """


for command in (
    init, add, survey, speakers, variables, rename, assign, finish, memo, suggest, autocode, review,
    records, appraise, extract, proposals, codebook, find, quotes, context, framework, rollup, cooccur,
    groups, networks, saturation, export, import_, inspect, report,
    docx, tables, correct,
    quarantine, place, withdraw, reinstate, erase, names, pseudonymise, share, backup, restore, log,
    merge, blind, conflicts, disagreements, adjudicate, check, status, worklist, compare, serve, mcp, demo,
):  # fmt: skip
    main.add_command(command)
