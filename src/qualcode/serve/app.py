"""The server: which address answers what."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from functools import wraps
from importlib.resources import files
from typing import Any, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from qualcode.errors import QualcodeError
from qualcode.model.coding.memos import Coder
from qualcode.serve.access import Access
from qualcode.serve.desk import Asked, Desk
from qualcode.serve.refusals import Refusal, as_refusal
from qualcode.serve.security import Guard
from qualcode.serve.showing import document_data, place_of, project_data
from qualcode.serve.telling import Page

__all__ = ["make_app"]

_log = logging.getLogger(__name__)

MOST = 4_000_000
"""How many bytes a request may have; a text of a million characters that is corrected fits."""
_WATCH = 0.5
"""After how many seconds it is looked again whether others changed the project."""
_YEAR = 365 * 24 * 3600

T = TypeVar("T")
Answer = Callable[[Request], Any]


class Choice(msgspec.Struct, forbid_unknown_fields=True):
    """Who works on a page."""

    coder: str


class Looking(msgspec.Struct, forbid_unknown_fields=True):
    """What a page shows."""

    page: str
    document: str | None = None


class _Static(StaticFiles):
    """Files of the page, which a browser asks for again each time: a newer version takes effect at once."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        answer = super().file_response(*args, **options)
        answer.headers["cache-control"] = "no-cache"
        return answer


def make_app(desk: Desk, access: Access) -> Guard:
    """Return the server's application.

    Parameters
    ----------
    desk : Desk
        The project.
    access : Access
        What a request must show.
    """
    pages = str(files("qualcode.serve") / "static")

    @contextlib.asynccontextmanager
    async def watched(_: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(_watch(desk))
        try:
            yield
        finally:
            desk.board.close()
            watching.cancel()

    api = Api(desk, access)
    routes = [
        Route("/", _page(pages)),
        Mount("/static", _Static(directory=pages)),
        Mount("/api", routes=api.routes),
    ]
    return Guard(Starlette(routes=routes, lifespan=watched), access)


async def _watch(desk: Desk) -> None:
    while True:
        await asyncio.sleep(_WATCH)
        try:
            await run_in_threadpool(desk.catch_up)
        except (
            Exception
        ):  # what is wrong now may be right in half a second, and pages must go on being told
            _log.exception("looking for changes of others failed")


def _page(folder: str) -> Callable[[Request], Any]:
    static = _Static(directory=folder)

    async def answer(request: Request) -> Response:
        scope: Scope = request.scope
        return await static.get_response("index.html", scope)

    return answer


def answered(ask: Callable[[Api, Request], Any]) -> Callable[[Api, Request], Any]:
    """Give what a method returns as JSON, and what it refuses with the status that fits."""

    @wraps(ask)
    async def answer(self: Api, request: Request) -> Response:
        try:
            found = await ask(self, request)
        except QualcodeError as error:
            refusal = as_refusal(error)
            return _json(refusal.to_data(), refusal.status)
        return found if isinstance(found, Response) else _json(found)

    return answer


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


class Api:
    """What the page asks, and what it is answered.

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
            Route("/documents/{id}", self.document),
            Route("/documents/{id}/codings", self.codings),
            Route("/do", self.do, methods=["POST"]),
            Route("/here", self.here, methods=["POST"]),
            Route("/events", self.events),
        ]

    def coder(self, request: Request) -> str | None:
        """Return who works on a page."""
        return self._desk.coder or request.cookies.get(self._me) or None

    @answered
    async def project(self, request: Request) -> Any:
        """Return the project: team, codebook, documents."""
        return await run_in_threadpool(self._project, self.coder(request))

    def _project(self, coder: str | None) -> dict[str, Any]:
        desk = self._desk
        view = desk.view
        return {
            "place": place_of(view),
            **project_data(view, desk.sight(coder)),
            "fixed": desk.coder is not None,
            "here": desk.board.here,
            "trouble": desk.trouble,
            **desk.steps(coder),
        }

    @answered
    async def choose(self, request: Request) -> Any:
        """Say who works on this page."""
        asked = await _read(request, Choice)
        if self._desk.coder not in (None, asked.coder):
            raise Refusal(f"this server was started for {self._desk.coder!r}", kind="OtherCoder")
        answer = _json({"me": Coder(asked.coder).id})
        answer.set_cookie(self._me, asked.coder, max_age=_YEAR, httponly=True, samesite="strict")
        return answer

    @answered
    async def document(self, request: Request) -> Any:
        """Return a document with its structure and codings."""
        return await run_in_threadpool(
            self._document, request.path_params["id"], self.coder(request)
        )

    def _document(self, id: str, coder: str | None) -> dict[str, Any]:
        view = self._desk.view
        return {
            "place": place_of(view),
            **document_data(view, id, self._desk.sight(coder)),
            "codings": self._desk.codings(view, id),
        }

    @answered
    async def codings(self, request: Request) -> Any:
        """Return the codings of a document."""
        view, id = self._desk.view, request.path_params["id"]
        found = await run_in_threadpool(self._desk.codings, view, id)
        return {"place": place_of(view), "codings": found}

    @answered
    async def do(self, request: Request) -> Any:
        """Do one action."""
        asked = await _read(request, Asked)
        return await run_in_threadpool(self._desk.do, asked, self.coder(request))

    @answered
    async def here(self, request: Request) -> Any:
        """Say which document a page shows."""
        looking = await _read(request, Looking)
        self._desk.board.looks_at(looking.page, looking.document)
        return {"here": self._desk.board.here}

    @answered
    async def events(self, request: Request) -> Any:
        """Tell a page what is done, as long as it listens."""
        asked = request.query_params
        page = Page(asked.get("page", ""), self.coder(request), asked.get("document"))
        last = request.headers.get("last-event-id") or asked.get("since")
        place = await run_in_threadpool(lambda: place_of(self._desk.view))
        lines = self._desk.board.listen(page, last, place)
        return StreamingResponse(lines, media_type="text/event-stream")


async def _read(request: Request, kind: type[T]) -> T:
    """Return what a request holds.

    Raises
    ------
    Refusal
        When it is too large, or is not what it has to be.
    """
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Refusal("send JSON, as application/json", status=400, kind="Arguments")
    try:
        return msgspec.json.decode(await read_body(request, MOST), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(
            f"the request cannot be read: {error}", status=400, kind="Arguments"
        ) from error


async def read_body(request: Request, most: int) -> bytes:
    """Return the bytes that a request holds, and no more than may be.

    Raises
    ------
    Refusal
        When there are more.
    """
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > most:
                raise Refusal(
                    f"the request has more than {most:,} bytes", status=413, kind="TooLarge"
                )
            parts.append(part)
    except ClientDisconnect as error:
        raise Refusal("the request broke off", status=400, kind="Arguments") from error
    return b"".join(parts)
