"""Telling every open page what was done, and who is here."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import attrs
import msgspec

__all__ = ["Board", "Page"]

_KEPT = 500
"""How many messages are kept for pages that were out of reach for a while."""
_BEAT = 15.0
_HELLO = b"retry: 1000\n\n"
_PING = b": still here\n\n"


@attrs.define(eq=False)
class Page:
    """A page that is open.

    Parameters
    ----------
    id : str
        As the page calls itself.
    coder : str or None
        Who works on it.
    document : str or None
        What they look at.
    """

    id: str
    coder: str | None
    document: str | None = None
    queue: asyncio.Queue[bytes | None] = attrs.field(factory=asyncio.Queue)


class Board:
    """The pages that are open, and what they were told last."""

    def __init__(self) -> None:
        self._pages: list[Page] = []
        self._told: deque[tuple[str, bytes]] = deque(maxlen=_KEPT)
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_closed = False

    @property
    def here(self) -> list[dict[str, str | None]]:
        """Who is here, and what they look at."""
        return [{"coder": page.coder, "document": page.document} for page in list(self._pages)]

    def looks_at(self, page: str, document: str | None) -> None:
        """Note which document a page shows now."""
        for each in list(self._pages):
            if each.id == page:
                each.document = document
        self.tell("here", {"here": self.here})

    # Telling; from any thread

    def tell(self, event: str, said: Any, *, place: str | None = None) -> None:
        """Tell all pages something.

        Parameters
        ----------
        event : str
            What kind of thing.
        said : object
            What.
        place : str, optional
            The place in the log that it brought the project to; pages that were out of reach are told later.
        """
        line = _line(event, said, place)
        if place is not None:
            with self._lock:
                self._told.append((place, line))
        for page in list(self._pages):
            self._put(page, line)

    def _put(self, page: Page, line: bytes | None) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(page.queue.put_nowait, line)

    # Listening; in the server's loop

    async def listen(self, page: Page, last: str | None, place: str) -> AsyncIterator[bytes]:
        """Yield what a page is told, beginning with what it missed.

        Parameters
        ----------
        page : Page
            Who listens.
        last : str or None
            The place in the log that the page knows.
        place : str
            Where the log is.
        """
        self._loop = asyncio.get_running_loop()
        # What is told from here on comes by the queue, and what was told before is looked up: nothing is
        # in neither, and what is in both says the same twice.
        self._pages.append(page)
        self.tell("here", {"here": self.here})
        try:
            yield _HELLO
            for line in self._missed(last, place):
                yield line
            while not (self._is_closed and page.queue.empty()):
                try:
                    told = await asyncio.wait_for(page.queue.get(), _BEAT)
                except TimeoutError:
                    told = _PING
                if told is None:
                    return
                yield told
        finally:
            self._pages.remove(page)
            self.tell("here", {"here": self.here})

    def _missed(self, last: str | None, place: str) -> list[bytes]:
        with self._lock:
            told = list(self._told)
        places = [each for each, _ in told]
        place = places[-1] if places else place
        if last in (None, place):
            return []
        if last not in places:
            return [_line("reload", {"place": place}, place)]
        after = len(places) - places[::-1].index(last)
        return [line for _, line in told[after:]]

    def close(self) -> None:
        """End what all pages listen to, so that the server can stop."""
        self._is_closed = True
        for page in list(self._pages):
            self._put(page, None)


def _line(event: str, said: Any, place: str | None) -> bytes:
    id = "" if place is None else f"id: {place}\n"
    return f"event: {event}\n{id}data: ".encode() + msgspec.json.encode(said) + b"\n\n"
