"""The server of a project for assistants that speak the Model Context Protocol.

It talks over standard input and output, and nothing listens on a port. The tools read and propose; none
assigns, revises, deletes, saves settings, or reads a file other than the project's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.prompts.base import Prompt as ServerPrompt
from mcp.server.mcpserver.prompts.base import PromptArgument
from mcp.types import ToolAnnotations

import qualcode
from qualcode.assist.prompts import INSTRUCTIONS, PROMPTS
from qualcode.assist.session import Session
from qualcode.errors import QualcodeError

__all__ = ["make_server"]

_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)
_PROPOSES = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def make_server(session: Session, *, propose: bool = False) -> MCPServer[Any]:
    """Return the server of a project that is opened to an assistant.

    Parameters
    ----------
    session : Session
        What may be asked of it.
    propose : bool, default False
        Whether the tools that propose are offered.
    """

    async def meeting(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        met = ctx.session.client_params
        if met is not None:
            session.meet(f"{met.client_info.name} {met.client_info.version}".strip())
        return await call_next(ctx)

    server: MCPServer[Any] = MCPServer(
        name="qualcode",
        title="Qualitative coding with qualcode",
        instructions=INSTRUCTIONS,
        version=qualcode.__version__,
        log_level="WARNING",
        middleware=[meeting],
    )
    reading: tuple[Callable[..., Any], ...] = (
        session.overview, session.list_documents, session.read_document, session.codebook,
        session.search, session.passages, session.codings, session.numbers, session.segments_of,
        session.groups, session.cooccurrence, session.agreement, session.worklist, session.history,
        session.proposals,
    )  # fmt: skip
    proposing: tuple[Callable[..., Any], ...] = (
        session.propose_coding, session.propose_code, session.propose_merge, session.propose_split,
        session.propose_definition, session.propose_grouping, session.propose_memo,
    )  # fmt: skip
    for ask in reading:
        server.add_tool(_answering(session, ask), annotations=_READS)
    for ask in proposing if propose else ():
        server.add_tool(_answering(session, ask), annotations=_PROPOSES)
    _add_resources(server, session)
    _add_prompts(server)
    return server


def _answering(session: Session, ask: Callable[..., Any]) -> Callable[..., Any]:
    """Return a tool that says what is wrong as the protocol wants it."""

    @wraps(ask)
    def answer(**given: Any) -> Any:
        try:
            return ask(**given)
        except QualcodeError as error:
            raise ToolError(session.shown(str(error))) from error

    return answer


def _add_resources(server: MCPServer[Any], session: Session) -> None:
    @server.resource("qualcode://codebook", title="Codebook", mime_type="application/json")
    def codebook() -> Any:
        """Return the codes in use with what they mean."""
        return session.codebook()

    @server.resource("qualcode://documents/{document}", title="Document", mime_type="text/plain")
    def document(document: str) -> str:
        """Return the beginning of a document that is opened, as much as is read at once."""
        return str(session.read_document(document)["text"])


def _add_prompts(server: MCPServer[Any]) -> None:
    for each in PROMPTS:
        server.add_prompt(
            ServerPrompt(
                name=each.name,
                title=each.title,
                description=each.title,
                arguments=[
                    PromptArgument(name=name, description=None, required=True) for name in each.asks
                ],
                fn=each.fill,
                context_kwarg=None,
            )
        )
