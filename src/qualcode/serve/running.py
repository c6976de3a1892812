"""Running the server: its port and token, the browser, and an end within seconds."""

from __future__ import annotations

import json
import os
import secrets
import socket
import webbrowser
import zlib
from collections.abc import Callable
from pathlib import Path

import attrs

from qualcode._extras import require
from qualcode.errors import ProjectError
from qualcode.io.store.layout import PRIVATE, make_private
from qualcode.serve.access import LOOPBACK, Access

__all__ = ["serve"]

_FILE = "serve.json"
_FIRST, _PORTS = 8765, 200
_TRIES = 20
_PATIENCE = 1
"""Seconds for requests that are going on when the server is to end."""


def serve(
    path: str | Path,
    *,
    coder: str | None = None,
    blind: bool = False,
    host: str = "127.0.0.1",
    port: int | None = None,
    browser: bool = False,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the page to code on, until the process is told to end.

    Parameters
    ----------
    path : str or Path
        The project's folder.
    coder : str, optional
        Who works on it; whoever opens the page chooses where not given.
    blind : bool, default False
        Whether the coder sees others' work in a document only after they finished it.
    host : str, default "127.0.0.1"
        The address to listen at; one that is not of this machine alone lets others in who have the token, and
        nothing is encrypted.
    port : int, optional
        Where to listen; the same as last time for this project, or the next that is free, when not given.
    browser : bool, default False
        Whether to open the page in a browser.
    ready : callable, optional
        Called with the address to open, once the server listens.

    Raises
    ------
    MissingExtraError
        When the extra ``serve`` is not installed.
    ProjectError
        When there is no free port, or the address is not that of this machine.
    StoreError
        When the project cannot be opened.
    """
    uvicorn = require("uvicorn", extra="serve")
    require("starlette", extra="serve")
    from qualcode.serve.app import make_app
    from qualcode.serve.desk import Desk

    class Server(uvicorn.Server):  # type: ignore[name-defined, misc]
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Pages listen for ever: the server would wait for them.
            desk.board.close()
            await super().shutdown(sockets)

    folder = Path(os.path.abspath(path))
    hosts = LOOPBACK if host in LOOPBACK else (_in_url(host),)
    desk = Desk(folder, coder=coder, blind=blind)
    kept = _read_kept(folder)
    with _listening(host, port, kept.port or _own_port(folder)) as listener:
        bound = listener.getsockname()[1]
        access = Access(bound, hosts, kept.token or secrets.token_urlsafe(24))
        _keep(folder, _Kept(bound, access.token))
        config = uvicorn.Config(
            make_app(desk, access),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_PATIENCE,
        )
        if ready is not None:
            ready(access.address)
        if browser:
            webbrowser.open(access.entry_address)
        Server(config).run(sockets=[listener])


@attrs.frozen
class _Kept:
    """What stays the same from one start to the next, so that a page which is open goes on."""

    port: int | None = None
    token: str | None = attrs.field(default=None, repr=False)


def _read_kept(folder: Path) -> _Kept:
    try:
        held = json.loads((folder / PRIVATE / _FILE).read_bytes())
        return _Kept(int(held["port"]), str(held["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return _Kept()


def _keep(folder: Path, kept: _Kept) -> None:
    make_private(folder / PRIVATE)
    path = folder / PRIVATE / _FILE
    fresh = path.with_suffix(f".{os.getpid()}.new")
    # Nobody else on this machine is to read the token, not even for a moment.
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(attrs.asdict(kept), file)
    os.replace(fresh, path)


def _own_port(folder: Path) -> int:
    """Return a port that is the same each time, and seldom that of another project."""
    return _FIRST + zlib.crc32(str(folder).encode()) % _PORTS


def _listening(host: str, port: int | None, usual: int) -> socket.socket:
    """Return a socket that listens: at the port that was asked for, or at the usual one or the next free.

    Raises
    ------
    ProjectError
        When there is none.
    """
    told = ""
    for tried in [port] if port is not None else [*range(usual, usual + _TRIES), 0]:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        if os.name != "nt":  # there it would let two servers listen at one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host.strip("[]"), tried))
            listener.listen(128)
        except (OSError, OverflowError) as error:
            listener.close()
            told = getattr(error, "strerror", None) or str(error)
            continue
        return listener
    where = host if port is None else f"{host}:{port}"
    raise ProjectError(
        f"cannot listen at {where}: {told}. Name another port, or an address of this machine"
    )


def _in_url(host: str) -> str:
    """Return an address as it stands in a URL."""
    if host in ("0.0.0.0", "::"):
        raise ProjectError(
            f"{host} is every address of this machine: name the one by which others reach it, such as "
            "192.168.1.5, so that requests meant for another name are refused"
        )
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
