"""A study, and a page's requests to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs
import pytest

import qualcode as qc

pytest.importorskip("starlette", reason="needs the extra serve")

from starlette.testclient import TestClient

from qualcode.serve.access import Access
from qualcode.serve.app import make_app
from qualcode.serve.desk import Desk

TEXT = "We trust them. They trust us, too.\r\n\r\nThe 👩‍👩‍👧 family shares one budget. We met on Monday."
OTHER = "Nobody trusts anybody here. One budget is not enough."
PORT = 8765
_numbers = itertools.count()


@attrs.define
class Page:
    """A page: it asks, and it looks at what is refused."""

    client: TestClient
    desk: Desk
    coder: str

    def get(self, path: str, status: int = 200, **params: Any) -> dict[str, Any]:
        answer = self.client.get(f"/api/{path}", params=params)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, said: Any, status: int = 200) -> dict[str, Any]:
        answer = self.client.post(f"/api/{path}", json=said)
        assert answer.status_code == status, answer.text
        return answer.json()

    def do(
        self, action: str, *, action_id: str = "", status: int = 200, **arguments: Any
    ) -> dict[str, Any]:
        asked = {
            "id": action_id or f"action-{next(_numbers)}",
            "coder": self.coder,
            "action": action,
            "arguments": arguments,
        }
        return self.post("do", asked, status)

    def refused(self, action: str, status: int, kind: str, **arguments: Any) -> dict[str, Any]:
        """Ask for what is refused, and look that it left everything as it was."""
        before = place(self.desk)
        error = self.do(action, status=status, **arguments)["error"]
        assert error["kind"] == kind, error
        assert place(self.desk) == before
        return error

    def passage(self, quote: str, document: str = "a") -> dict[str, Any]:
        start = (TEXT if document == "a" else OTHER).index(quote)
        return {"document": document, "start": start, "end": start + len(quote), "quote": quote}

    def assign(self, quote: str, code: str = "trust", **more: Any) -> dict[str, Any]:
        return self.do("assign", **self.passage(quote), code=code, **more)["result"]["coding"]

    def on(self, coding: dict[str, Any], document: str = "a") -> dict[str, Any]:
        text = TEXT if document == "a" else OTHER
        quote = text[coding["start"] : coding["end"]]
        return {"document": document, "coding": coding["id"], "quote": quote}

    def codings(self, document: str = "a") -> list[dict[str, Any]]:
        return self.get(f"documents/{document}/codings")["codings"]


def place(desk: Desk) -> tuple[Any, ...]:
    log = desk.view.log
    return tuple(each.id for each in log if each.kind not in ("seal", "add-coder")), len(log.rows)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A project with two documents and three codes, in a folder."""
    codes = [
        qc.Code("trust", name="Trust", definition="Relying on others", keywords=["trust*"]),
        qc.Code("money", name="Money"),
        qc.Code("shared-budget", name="Shared budget", parent="money"),
    ]
    project = qc.Project.create(
        tmp_path / "study", codebook=qc.Codebook("study", codes=codes), coder="ana"
    )
    project.add_document(TEXT, id="a", name="First", variables={"site": "north"})
    project.add_document(OTHER, id="b")
    project.save()
    return tmp_path / "study"


@pytest.fixture
def open_page(study: Path) -> Iterator[Callable[..., Page]]:
    """Open pages: ``open_page(coder="ben", blind=True)``; each has a server of its own on the one folder."""
    with ExitStack() as stack:

        def make(coder: str = "ana", *, blind: bool = False, chosen: bool = False) -> Page:
            desk = Desk(study, coder=None if chosen else coder, blind=blind)
            access = Access(PORT, token="secret")
            app = make_app(desk, access)
            client = stack.enter_context(TestClient(app, base_url=f"http://127.0.0.1:{PORT}"))
            client.headers["authorization"] = "Bearer secret"
            if chosen:
                client.post("/api/me", json={"coder": coder})
            return Page(client, desk, coder)

        yield make


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page on which ana works."""
    return open_page()
