"""The server: which address answers what."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from qualcode.serve.access import Access
from qualcode.serve.api import Api
from qualcode.serve.desk import Desk
from qualcode.serve.security import Guard

__all__ = ["make_app"]

_log = logging.getLogger(__name__)

_WATCH = 0.5
"""After how many seconds it is looked again whether others changed the project."""


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
        except Exception:
            # What is wrong now may be right in half a second, and pages must go on being told.
            _log.exception("looking for changes of others failed")


def _page(folder: str) -> Callable[[Request], Any]:
    static = _Static(directory=folder)

    async def answer(request: Request) -> Response:
        scope: Scope = request.scope
        return await static.get_response("index.html", scope)

    return answer
