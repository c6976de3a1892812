"""Nobody but the own page is answered, and nothing that a document or a code says is ever run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import qualcode as qc
from qualcode.serve.access import Access
from qualcode.serve.api import LARGEST
from qualcode.serve.app import make_app
from qualcode.serve.desk import Desk
from qualcode.serve.reading import MOST

from .conftest import PORT, Page

HERE = f"http://127.0.0.1:{PORT}"


@pytest.fixture
def stranger(page: Page) -> TestClient:
    """Somebody without a token."""
    return TestClient(page.client.app, base_url=HERE, follow_redirects=False)


@pytest.mark.parametrize(
    "path", ["/", "/static/main.js", "/api/project", "/api/events", "/nothing"]
)
def test_nothing_is_given_without_the_token(stranger: TestClient, path: str) -> None:
    assert stranger.get(path).status_code == 401
    assert stranger.get(path, params={"token": "wrong"}).status_code == 401
    assert stranger.get(path, headers={"authorization": "Bearer wrong"}).status_code == 401
    assert stranger.get(path, headers={"cookie": f"qualcode-{PORT}=wrong"}).status_code == 401
    assert stranger.get(path, headers={"cookie": f"qualcode-{PORT + 1}=secret"}).status_code == 401


def test_the_token_of_the_address_becomes_a_cookie_that_no_script_and_no_other_site_has(
    stranger: TestClient,
) -> None:
    answer = stranger.get("/?token=secret")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert stranger.get("/").status_code == 200
    assert stranger.get("/api/project?token=secret", headers={"cookie": ""}).status_code == 401


@pytest.mark.parametrize("other", ["a/b=1", "a@b=1", "a[b]=1", 'a={"b":1}', "a b=1", "expires=1"])
def test_cookies_of_other_programs_on_this_machine_do_not_lock_the_page_out(
    stranger: TestClient, other: str
) -> None:
    for held in (f"{other}; qualcode-{PORT}=secret", f"qualcode-{PORT}=secret; {other}"):
        assert stranger.get("/api/project", headers={"cookie": held}).status_code == 200
    assert stranger.get("/api/project", headers={"cookie": other}).status_code == 401


def test_what_a_browser_is_started_with_lets_in_once(
    page: Page, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import webbrowser

    import uvicorn

    from qualcode.serve import serve

    opened: list[str] = []
    addresses: list[str] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: None)
    monkeypatch.setattr(webbrowser, "open", opened.append)
    serve(study, coder="ana", browser=True, ready=addresses.append)
    assert opened != addresses
    # The list of processes, which everybody on the machine may read, has nothing that lasts.
    assert addresses[0].partition("=")[2] not in opened[0]
    access = Access(PORT, token="secret")
    app = make_app(page.desk, access)
    for status in (303, 401):
        client = TestClient(app, base_url=HERE, follow_redirects=False)
        assert client.get("/", params={"token": access.entry}).status_code == status
    assert client.get("/", params={"token": "secret"}).status_code == 303
    headers = {"authorization": f"Bearer {access.entry}"}
    assert TestClient(app, base_url=HERE).get("/api/project", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "name", ["../../new.txt", "/etc/new.txt", "..\\new.txt", "new\0.txt", "?new.txt"]
)
def test_of_a_file_that_is_brought_only_its_last_name_counts(
    page: Page, study: Path, name: str
) -> None:
    answer = page.client.post(
        "/api/documents",
        params={"name": name},
        content=b"We met.",
        headers={"x-action-id": "upload-name"},
    )
    assert answer.status_code == 200, answer.text
    (id,) = answer.json()["result"]["documents"]
    added = qc.Project.open(study).documents[id]
    assert (id, added.source) == ("new", "new.txt")
    assert {path.name for path in study.parent.iterdir()} == {"study"}


def test_a_file_may_have_a_name_of_any_length(page: Page, study: Path) -> None:
    answer = page.client.post(
        "/api/documents",
        params={"name": f"{300 * '🪙'}.txt"},
        content=b"We met.",
        headers={"x-action-id": "upload-long"},
    )
    assert answer.status_code == 200, answer.text
    (id,) = answer.json()["result"]["documents"]
    assert qc.Project.open(study).documents[id].name == 60 * "🪙"


@pytest.mark.parametrize(
    "host", ["evil.example:8765", "127.0.0.1", "127.0.0.1:80", "localhost.evil.example:8765", ""]
)
def test_a_name_that_was_bent_to_this_machine_is_refused(page: Page, host: str) -> None:
    assert page.client.get("/api/project", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": f"http://localhost:{PORT + 1}"},
        {"origin": f"https://127.0.0.1:{PORT}"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_what_another_page_asks_for_is_refused(page: Page, headers: dict[str, str]) -> None:
    for path in ("/", "/api/project", "/api/events"):
        assert page.client.get(path, headers=headers).status_code == 403
    assert page.client.post("/api/do", json={}, headers=headers).status_code == 403


def test_the_own_page_is_answered_by_each_of_its_names(page: Page) -> None:
    for name in ("127.0.0.1", "localhost", "[::1]"):
        headers = {
            "host": f"{name}:{PORT}", "origin": f"http://{name}:{PORT}", "sec-fetch-site": "same-origin",
        }  # fmt: skip
        assert page.client.get("/api/project", headers=headers).status_code == 200


def test_every_answer_forbids_scripts_from_elsewhere(page: Page, stranger: TestClient) -> None:
    answers = [
        page.client.get("/"),
        page.client.get("/api/project"),
        page.client.get("/api/documents/nothing"),
        page.client.get("/static/main.js"),
        stranger.get("/"),
        page.client.get("/api/project", headers={"host": "evil"}),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert answers[1].headers["cache-control"] == "no-store"


def test_what_a_document_or_code_says_is_data_wherever_it_comes_back(
    page: Page, study: Path
) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>"
    project = qc.Project.open(study)
    project.add_document(bad, id="bad", name=bad)
    with project.revise(coder="ana") as codebook:
        codebook.add("bad", name=bad, definition=bad)
    project.assign(("bad", 0, 8), "bad", coder="ana", memo=bad)
    project.save()
    page.desk.catch_up()
    for path in ("project", "documents/bad", "codings", "search?q=alert", "history"):
        answer = page.client.get(f"/api/{path}")
        assert answer.status_code == 200
        # A browser takes it for nothing but data, and what does would be held by the policy.
        assert answer.headers["content-type"] == "application/json"
        assert "alert" in answer.text
    error = page.refused("assign", 404, "NotFoundError", **page.passage("us"), code=f"{bad}?")
    assert "<script>" in error["message"]
    page.get("figures/codes")
    picture = page.client.get("/api/figures/codes.svg")
    assert "<script" not in picture.text
    assert "sandbox" in picture.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["../app.py", "%2e%2e/app.py", "..%2fapp.py", "/etc/passwd"])
def test_no_file_outside_the_page_is_given(page: Page, path: str) -> None:
    assert page.client.get(f"/static/{path}").status_code in (404, 400)


def test_what_is_too_large_is_not_read(page: Page) -> None:
    answer = page.client.post(
        "/api/do", content=b" " * (MOST + 1), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413
    upload = {"x-action-id": "too-large"}
    answer = page.client.post(
        "/api/documents?name=a.txt", content=b"a" * (LARGEST + 1), headers=upload
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b'{"id": 1}', b'{"id": "x", "coder": "ana", "action": "undo", "more": 1}',
     b'{"id": "\\ud800\\ud800aaaaaaa", "coder": "ana", "action": "undo"}', b"[" * 100_000],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(page: Page, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = page.client.post("/api/do", content=content, headers=headers)
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["message"]


def test_a_form_of_another_page_is_no_json(page: Page) -> None:
    answer = page.client.post("/api/do", content=b"{}", headers={"content-type": "text/plain"})
    assert answer.status_code == 400


def test_the_token_is_for_nobody_else_on_the_machine(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import uvicorn

    from qualcode.serve import serve

    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: None)
    addresses: list[str] = []
    for _ in range(2):
        serve(study, coder="ana", ready=addresses.append)
    assert addresses[0] == addresses[1]
    kept = study / ".qualcode/serve.json"
    if os.name != "nt":
        assert kept.stat().st_mode & 0o077 == 0
    with pytest.raises(qc.errors.ProjectError, match="name the one by which others reach it"):
        serve(study, host="0.0.0.0")
    with pytest.raises(qc.errors.ProjectError, match=r"cannot listen at 192\.0\.2\.1"):
        serve(study, host="192.0.2.1", port=1)


def test_another_address_is_listened_at_only_when_told(study: Path) -> None:
    access = Access(PORT, ("192.168.1.5",), "secret")
    app = make_app(Desk(study), access)
    client = TestClient(app, base_url=f"http://192.168.1.5:{PORT}")
    client.headers["authorization"] = "Bearer secret"
    assert client.get("/api/project").status_code == 200
    assert client.get("/api/project", headers={"host": f"127.0.0.1:{PORT}"}).status_code == 421


def test_who_works_is_chosen_on_the_page_or_fixed_at_the_start(
    open_page: Callable[..., Page],
) -> None:
    chosen = open_page("ben", chosen=True)
    assert chosen.get("project")["me"] == "ben"
    assert chosen.assign("family")["coder"] == "ben"
    fixed = open_page("ana")
    assert fixed.post("me", {"coder": "ben"}, 409)["error"]["kind"] == "OtherCoder"
    fixed.coder = "ben"
    fixed.refused("assign", 409, "OtherCoder", **fixed.passage("us"), code="trust")
    assert chosen.post("me", {"coder": "a\nb"}, 409)["error"]["kind"] == "ProjectError"
