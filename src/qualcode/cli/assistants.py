"""The command that opens a project to an assistant."""

from __future__ import annotations

import click

from qualcode._extras import require
from qualcode.cli.shared import examples, own_folder, project_argument

__all__ = ["mcp"]


@click.command(
    epilog=examples(
        'qualcode mcp study --documents "int-0*"',
        'qualcode mcp study --documents "int-0*" --pseudonyms --propose',
        "qualcode mcp study --documents int-07 --pseudonyms names.csv --propose --blind",
    )
)
@project_argument
@click.option(
    "--documents",
    multiple=True,
    metavar="ID",
    help="A document that is opened, or a pattern such as 'int-0*'; may be repeated. None when not given.",
)
@click.option(
    "--pseudonyms",
    is_flag=False,
    flag_value="yes",
    metavar="[FILE]",
    help="Replace the names of those who speak and of cases, and those of a table of names and pseudonyms.",
)
@click.option(
    "--propose", is_flag=True, help="Offer the tools that propose; else it can only read."
)
@click.option("--blind", is_flag=True, help="Show it nothing of what others coded.")
@click.option(
    "--coder",
    default="assistant",
    show_default=True,
    metavar="ID",
    help="What the assistant is called; a coder of kind machine.",
)
@click.option("--model", default="", metavar="NAME", help="The model, for the record.")
def mcp(
    project: str,
    documents: tuple[str, ...],
    pseudonyms: str | None,
    propose: bool,
    blind: bool,
    coder: str,
    model: str,
) -> None:
    """Open a project to an assistant that speaks the Model Context Protocol, on standard input and output.

    Nothing listens on a port. What is opened is said on standard error and logged. Nothing that the assistant
    proposes counts until a person accepts it.
    """
    require("mcp.server.mcpserver", extra="assist")
    from qualcode.assist import run
    from qualcode.assist.prompts import DIGEST
    from qualcode.assist.session import Session

    session = Session(
        own_folder(project),
        documents,
        coder=coder,
        pseudonyms=pseudonyms == "yes" or pseudonyms or False,
        propose=propose,
        blind=blind,
        model=model,
        prompts=DIGEST,
    )
    click.echo(session.announced(), err=True)
    run(session, propose=propose)
