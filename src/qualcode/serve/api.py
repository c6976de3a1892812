"""What the page asks, and what it is answered; `docs/reference/page-server.md` has the shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from qualcode.model.coding.memos import Coder
from qualcode.project.view import View
from qualcode.serve.access import Access
from qualcode.serve.desk import Asked, Desk
from qualcode.serve.previewing import Previewed
from qualcode.serve.reading import answered, as_json, read, read_bytes, remember, whole_number
from qualcode.serve.refusals import Refusal
from qualcode.serve.searching import all_codings, history, search
from qualcode.serve.showing import document_data, place_of, project_data
from qualcode.serve.sight import Sight
from qualcode.serve.suggesting import suggestion_data
from qualcode.serve.telling import Page
from qualcode.serve.waiting import conflicts, disagreements, quarantine, worklist

__all__ = ["Api"]

LARGEST = 20_000_000
"""How many bytes a file may have that a page brings."""


class Choice(msgspec.Struct, forbid_unknown_fields=True):
    """Who works on a page."""

    coder: str


class Looking(msgspec.Struct, forbid_unknown_fields=True):
    """What a page shows."""

    page: str
    document: str | None = None


class Api:
    """The addresses below ``/api``.

    Parameters
    ----------
    desk : Desk
        The project.
    access : Access
        For the name of the cookie that holds who works.
    """

    def __init__(self, desk: Desk, access: Access) -> None:
        self._desk = desk
        self._me = f"{access.cookie}-coder"
        self.routes = [
            Route("/project", self.project),
            Route("/me", self.choose, methods=["POST"]),
            Route("/documents", self.upload, methods=["POST"]),
            Route("/documents/{id}", self.document),
            Route("/documents/{id}/codings", self.codings),
            Route("/do", self.do, methods=["POST"]),
            Route("/preview", self.preview, methods=["POST"]),
            Route("/search", self.search),
            Route("/codings", self.all_codings),
            Route("/worklist", self.worklist),
            Route("/disagreements", self.disagreements),
            Route("/conflicts", self.conflicts),
            Route("/quarantine", self.quarantine),
            Route("/suggestions", self.suggestions),
            Route("/history", self.history),
            Route("/figures", self.figures),
            Route("/figures/{name}.svg", self.picture),
            Route("/figures/{name}", self.figure),
            Route("/here", self.here, methods=["POST"]),
            Route("/events", self.events),
        ]

    def _coder(self, request: Request) -> str | None:
        """Return who works on a page."""
        return self._desk.coder or request.cookies.get(self._me) or None

    async def _looked(
        self, request: Request, look: Callable[[View, Sight], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return what is found in the project as it is now, with the place in the log."""
        sight = self._desk.sight(self._coder(request))

        def looked() -> dict[str, Any]:
            view = self._desk.view
            return {"place": place_of(view), **look(view, sight)}

        return await run_in_threadpool(looked)

    # The project and its documents

    @answered
    async def project(self, request: Request) -> Any:
        """Return the project: team, codebook, documents."""
        desk = self._desk

        def look(view: View, sight: Sight) -> dict[str, Any]:
            return {
                **project_data(view, sight),
                "fixed": desk.coder is not None,
                "here": desk.board.here,
                "trouble": desk.trouble,
                **desk.steps(sight.coder),
            }

        return await self._looked(request, look)

    @answered
    async def choose(self, request: Request) -> Any:
        """Say who works on this page."""
        asked = await read(request, Choice)
        if self._desk.coder not in (None, asked.coder):
            raise Refusal(f"this server was started for {self._desk.coder!r}", kind="OtherCoder")
        answer = as_json({"me": Coder(asked.coder).id})
        remember(answer, self._me, asked.coder)
        return answer

    @answered
    async def document(self, request: Request) -> Any:
        """Return a document with its structure and codings."""
        id = request.path_params["id"]

        def look(view: View, sight: Sight) -> dict[str, Any]:
            return {
                **document_data(view, id, sight),
                **self._desk.texts.of(view, id),
                "codings": self._desk.seen.look(view, id),
            }

        return await self._looked(request, look)

    @answered
    async def codings(self, request: Request) -> Any:
        """Return the codings of a document."""
        id = request.path_params["id"]
        return await self._looked(
            request, lambda view, sight: {"codings": self._desk.seen.look(view, id)}
        )

    # Doing

    @answered
    async def do(self, request: Request) -> Any:
        """Do one action."""
        asked = await read(request, Asked)
        return await run_in_threadpool(self._desk.do, asked, self._coder(request))

    @answered
    async def preview(self, request: Request) -> Any:
        """Say what an action would do."""
        asked = await read(request, Previewed)
        return await run_in_threadpool(self._desk.preview, asked, self._coder(request))

    @answered
    async def upload(self, request: Request) -> Any:
        """Add what is in a file to the documents."""
        content = await read_bytes(request, LARGEST)
        name = request.query_params.get("name", "")
        id = request.headers.get("x-action-id", "")
        return await run_in_threadpool(self._desk.upload, id, self._coder(request), name, content)

    # Looking over all documents

    @answered
    async def search(self, request: Request) -> Any:
        """Find words."""
        asked = request.query_params
        how, most = asked.get("how", "words"), whole_number(request, "limit", 200)
        return await self._looked(
            request,
            lambda view, sight: search(
                view,
                sight,
                asked.get("q", ""),
                how=how,
                match_case=asked.get("case") == "1",
                most=most,
            ),
        )

    @answered
    async def all_codings(self, request: Request) -> Any:
        """Return the codings of all documents."""
        asked = request.query_params
        first, most = whole_number(request, "from", 0), whole_number(request, "limit", 1_000)
        return await self._looked(
            request,
            lambda view, sight: all_codings(
                view,
                sight,
                code=asked.get("code"),
                coder=asked.get("coder"),
                first=first,
                most=most,
            ),
        )

    @answered
    async def worklist(self, request: Request) -> Any:
        """Return what waits to be done."""
        return await self._looked(request, worklist)

    @answered
    async def disagreements(self, request: Request) -> Any:
        """Return where coders differ."""
        unit = request.query_params.get("unit", "segment")
        sight = self._desk.sight(self._coder(request))
        return await run_in_threadpool(
            self._desk.asked, lambda project: disagreements(project, sight, unit=unit)
        )

    @answered
    async def conflicts(self, request: Request) -> Any:
        """Return what does not go together."""
        return await self._looked(request, conflicts)

    @answered
    async def quarantine(self, request: Request) -> Any:
        """Return the passages without a place."""
        return await self._looked(request, quarantine)

    @answered
    async def suggestions(self, request: Request) -> Any:
        """Return what is suggested for a document."""
        asked = request.query_params
        most = whole_number(request, "limit", 50)
        found = await run_in_threadpool(self._desk.suggestions.ask, asked.get("document", ""))
        return {"total": len(found), "suggestions": [*map(suggestion_data, found[:most])]}

    @answered
    async def history(self, request: Request) -> Any:
        """Return what was done last."""
        before = request.query_params.get("before", "~")
        most = whole_number(request, "limit", 100)
        return await self._looked(
            request, lambda view, sight: history(view, sight, before=before, most=most)
        )

    # Figures

    @answered
    async def figures(self, request: Request) -> Any:
        """Return which figures there are."""
        return await self._looked(
            request, lambda view, sight: {"figures": self._desk.figures.listed(view, sight)}
        )

    @answered
    async def figure(self, request: Request) -> Any:
        """Return a figure, with what it shows in words."""
        name = request.path_params["name"]
        return await self._looked(
            request, lambda view, sight: self._desk.figures.draw(view, sight, name)
        )

    @answered
    async def picture(self, request: Request) -> Any:
        """Return a figure as a picture."""
        name = request.path_params["name"]
        made = await self._looked(
            request, lambda view, sight: self._desk.figures.draw(view, sight, name)
        )
        return Response(made["svg"], media_type="image/svg+xml")

    # Who is here, and what they do

    @answered
    async def here(self, request: Request) -> Any:
        """Say which document a page shows."""
        looking = await read(request, Looking)
        self._desk.board.looks_at(looking.page, looking.document)
        return {"here": self._desk.board.here}

    @answered
    async def events(self, request: Request) -> Any:
        """Tell a page what is done, as long as it listens."""
        asked = request.query_params
        page = Page(asked.get("page", ""), self._coder(request), asked.get("document"))
        last = request.headers.get("last-event-id") or asked.get("since")
        place = await run_in_threadpool(lambda: place_of(self._desk.view))
        lines = self._desk.board.listen(page, last, place)
        return StreamingResponse(lines, media_type="text/event-stream")
