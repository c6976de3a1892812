"""Who may talk to the server: host, origin and token of a request, and what a browser may do with answers."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qualcode.serve.access import Access
from qualcode.serve.reading import as_answer, remember
from qualcode.serve.refusals import Refusal

__all__ = ["Guard"]

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        # Text that is put where HTML is expected is an error, not HTML.
        "require-trusted-types-for 'script'",
    )
)
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_ELSEWHERE = ("cross-site", "same-site")
"""What a browser says of a request that another page makes; a page on another port is of the same site."""


class Guard:
    """Refuses what does not come from the server's own page, before anything else sees it.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    access : Access
        What a request must show.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access
        self._is_entered = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # a web socket, which no page of ours opens

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _harden(MutableHeaders(scope=message))
            await send(message)

        refused = self._refusal(Headers(scope=scope)) or self._entry(scope)
        await (refused or self._app)(scope, receive, send_guarded)

    def _refusal(self, headers: Headers) -> Response | None:
        """Return what refuses a request for where it goes to or comes from."""
        host = headers.get("host", "")
        if not self._access.knows_host(host):
            told = f"there is no {host!r} here: open the address that qualcode serve printed"
            return as_answer(Refusal(told, status=421, kind="Host"))
        own = headers.get("origin") in (None, f"http://{host}")
        if not own or headers.get("sec-fetch-site") in _ELSEWHERE:
            told = "another page asked for this, and only the own one may"
            return as_answer(Refusal(told, status=403, kind="Origin"))
        return None

    def _entry(self, scope: Scope) -> Response | None:
        """Return what exchanges the token of an address for a cookie, or refuses one without either."""
        given = _tokens(Headers(scope=scope), self._access.cookie)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("token", [None])[0]
        if scope["path"] == "/" and self._lets_in(asked):
            answer = RedirectResponse("/", status_code=303)
            remember(answer, self._access.cookie, self._access.token)
            return answer
        if any(map(self._access.has_token, given)):
            return None
        told = "open the address that qualcode serve printed: it has a token, by which it knows you"
        if scope["path"].startswith("/api/"):
            return as_answer(Refusal(told, status=401, kind="Token"))
        return PlainTextResponse(told + "\n", status_code=401)

    def _lets_in(self, asked: str | None) -> bool:
        """Tell whether an address lets in; one that was made for a single time does so once."""
        if self._access.has_token(asked):
            return True
        if self._is_entered or not self._access.has_entry(asked):
            return False
        self._is_entered = True
        return True


def _tokens(headers: Headers, cookie: str) -> Iterable[str]:
    kind, _, bearer = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        yield bearer
    # Cookies of other programs on this machine come along, since browsers do not tell ports apart. Some are
    # written in ways at which SimpleCookie stops or fails.
    held = cookie_parser(headers.get("cookie", "")).get(cookie)
    if held is not None:
        yield held


def _harden(headers: MutableHeaders) -> None:
    is_picture = headers.get("content-type", "").startswith("image/svg+xml")
    headers["content-security-policy"] = _PICTURE_POLICY if is_picture else _POLICY
    headers.setdefault("cache-control", "no-store")
    for name, value in _HEADERS.items():
        headers[name] = value
