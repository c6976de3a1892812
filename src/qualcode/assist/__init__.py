"""A project opened to an assistant, which reads, proposes and decides nothing; needs the extra ``assist``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qualcode._extras import require

if TYPE_CHECKING:
    from qualcode.assist.session import Session

__all__ = ["run"]


def run(session: Session, *, propose: bool = False) -> None:
    """Serve a project over standard input and output until the client ends it.

    Parameters
    ----------
    session : Session
        What may be asked of it.
    propose : bool, default False
        Whether the tools that propose are offered.

    Raises
    ------
    MissingExtraError
        When the SDK of the Model Context Protocol is not installed (extra ``assist``).
    """
    require("mcp.server.mcpserver", extra="assist")
    from qualcode.assist.server import make_server

    make_server(session, propose=propose).run("stdio")
