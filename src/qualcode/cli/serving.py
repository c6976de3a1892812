"""The command that serves the page to code on."""

from __future__ import annotations

import click

from qualcode.cli.shared import examples, own_folder, project_argument

__all__ = ["serve"]


@click.command(
    epilog=examples(
        "qualcode serve study --coder ana",
        "qualcode serve study --coder ben --blind",
        "qualcode serve study --no-browser --port 8765",
    )
)
@project_argument
@click.option(
    "--coder",
    envvar="QUALCODE_CODER",
    show_envvar=True,
    metavar="ID",
    help="Who codes; chosen on the page when not given.",
)
@click.option(
    "--blind",
    is_flag=True,
    help="Show others' work in a document only once the coder has finished it.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Where to listen; the same as last time for the project, or the next that is free, when not given.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="The address to listen at. One that others reach, such as 192.168.1.5, lets in whoever has "
    "the token; nothing is encrypted.",
)
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the page.")
def serve(
    project: str, coder: str | None, blind: bool, port: int | None, host: str, browser: bool
) -> None:
    """Serve a page to code on, on this machine, until Ctrl-C.

    The address that is printed lets in whoever has it. Changes by a script, a git pull or another server are
    shown as they are made.
    """
    from qualcode.serve import serve as serve_page

    folder = own_folder(project).absolute()

    def ready(address: str) -> None:
        click.echo(f"Coding {folder} at {address}")
        click.echo("Ctrl-C ends it.")

    try:
        serve_page(
            folder,
            coder=coder,
            blind=blind,
            host=host,
            port=port,
            browser=browser,
            ready=ready,
        )
    except KeyboardInterrupt:
        click.echo("Ended. All that was confirmed is saved.")
