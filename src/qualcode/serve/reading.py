"""Reading requests, within bounds, and writing answers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from qualcode.errors import QualcodeError
from qualcode.serve.refusals import Refusal, as_refusal

__all__ = ["answered", "as_answer", "as_json", "read", "read_bytes", "remember", "whole_number"]

_log = logging.getLogger(__name__)

MOST = 4_000_000
"""How many bytes a request may have: corrections of a long text fit, and nothing that fills the memory."""
_YEAR = 365 * 24 * 3600

S = TypeVar("S")
T = TypeVar("T")


def answered(
    ask: Callable[[S, Request], Awaitable[Any]],
) -> Callable[[S, Request], Awaitable[Response]]:
    """Give what a method returns as JSON, and what it refuses with the status that fits."""

    @wraps(ask)
    async def answer(self: S, request: Request) -> Response:
        try:
            found = await ask(self, request)
        except QualcodeError as error:
            return as_answer(as_refusal(error))
        except OSError as error:
            told = f"the disk does not allow it: {error.strerror or error}"
            return as_answer(Refusal(told, status=503, kind="Disk", retry=True))
        except Exception:
            _log.exception("%s %s failed", request.method, request.url.path)
            told = "the server failed at this, and nothing was done; its terminal says how"
            return as_answer(Refusal(told, status=500, kind="Fault"))
        return found if isinstance(found, Response) else as_json(found)

    return answer


def as_json(value: Any, status: int = 200) -> Response:
    """Return an answer in JSON."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def as_answer(refusal: Refusal) -> Response:
    """Return the answer that says what is refused."""
    return as_json(refusal.to_data(), refusal.status)


def remember(answer: Response, cookie: str, value: str) -> None:
    """Have a browser keep something for this server: no script reads it, and no other page sends it."""
    answer.set_cookie(cookie, value, max_age=_YEAR, httponly=True, samesite="strict")


async def read(request: Request, kind: type[T]) -> T:
    """Return what a request holds.

    Raises
    ------
    Refusal
        When it is too large, or is not what it has to be.
    """
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Refusal("send JSON, as application/json", status=400, kind="Arguments")
    try:
        return msgspec.json.decode(await read_bytes(request, MOST), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(
            f"the request cannot be read: {error}", status=400, kind="Arguments"
        ) from error


async def read_bytes(request: Request, most: int) -> bytes:
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


def whole_number(request: Request, name: str, default: int) -> int:
    """Return a whole number that an address asks with.

    Raises
    ------
    Refusal
        When it is none, or out of reason.
    """
    given = request.query_params.get(name, str(default))
    if not (given.isascii() and given.isdigit() and len(given) < 7):
        raise Refusal(f"{name}: {given[:40]!r} is no whole number", status=400, kind="Arguments")
    return int(given)
