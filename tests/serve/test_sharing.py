"""Several pages, scripts and servers on one folder see what the others do, and who is blind does not."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

import qualcode as qc
from qualcode.serve.done import Done, DoneList
from qualcode.serve.telling import Board
from qualcode.serve.telling import Page as Listener

from .conftest import TEXT, Page

# What is sent twice


def test_what_is_sent_twice_is_done_once_also_after_a_restart(
    page: Page, open_page: Callable[..., Page], study: Path
) -> None:
    asked = {"target": "code:trust", "text": "Too wide?"}
    first = page.do("add-memo", action_id="the-same-1", **asked)
    second = page.do("add-memo", action_id="the-same-1", **asked)
    assert (first["again"], second["again"]) == (False, True)
    assert second["result"] == first["result"]
    assert open_page().do("add-memo", action_id="the-same-1", **asked)["again"]
    page.assign("family")
    page.assign("us")
    page.do("undo", action_id="one-undo-1")
    page.do("undo", action_id="one-undo-1")
    assert [each.segment.quote for each in qc.Project.open(study).assignments] == ["family"]


@pytest.mark.parametrize("id", ["", "short", "a" * 65, "with space", "ümläut-1", "../../etc-1"])
def test_an_id_is_of_letters_digits_and_hyphens(page: Page, id: str) -> None:
    said = {"id": id, "coder": "ana", "action": "undo", "arguments": {}}
    assert page.post("do", said, 400)["error"]["kind"] == "Arguments"


def test_what_was_refused_is_not_remembered_as_done(page: Page) -> None:
    wrong = {**page.passage("family"), "quote": "x"}
    page.do("assign", action_id="refused-1", status=409, code="trust", **wrong)
    assert not page.do("assign", action_id="refused-1", code="trust", **page.passage("family"))[
        "again"
    ]


def test_the_list_of_what_was_done_outlives_half_a_line_and_stays_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qualcode.serve.done._MOST", 10)
    done = DoneList(tmp_path)
    for number in range(25):
        done.add(Done(f"action-{number}", "ana", {"n": number}))
    with open(tmp_path / ".qualcode/served.jsonl", "ab") as file:
        file.write(b'{"id":"torn","coder"')
    done = DoneList(tmp_path)
    done.add(Done("behind", "ana", None))
    known = DoneList(tmp_path)
    assert known.get("torn") is None
    assert known.get("behind") is not None
    assert known.get("action-24") == Done("action-24", "ana", {"n": 24})
    assert known.get("action-0") is None
    assert len((tmp_path / ".qualcode/served.jsonl").read_bytes().splitlines()) < 50


# A disk that fails


@pytest.mark.parametrize("where", ["io.store.writing.add_flushed", "serve.done.os.fsync"])
def test_what_is_not_on_the_disk_was_not_done(
    page: Page, study: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    page.assign("family")
    page.codings()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(f"qualcode.{where}", fail)
        error = page.do(
            "assign", action_id="on-full-disk", status=503, code="trust", **page.passage("us")
        )
        assert error["error"]["retry"] is True
    stored = {each.segment.quote for each in qc.Project.open(study).assignments}
    assert {TEXT[each["start"] : each["end"]] for each in page.codings()} == stored
    page.do("assign", action_id="on-full-disk", code="trust", **page.passage("us"))
    assert {each.segment.quote for each in qc.Project.open(study).assignments} == {"family", "us"}


# Others


def test_pages_a_script_and_a_second_server_see_each_others_changes(
    page: Page, open_page: Callable[..., Page], study: Path
) -> None:
    other = open_page("ben")
    page.assign("family")
    other.desk.catch_up()
    assert [each["coder"] for each in other.codings()] == ["ana"]
    other.assign("us", "money")
    with qc.Project.open_or_create(study, coder="cleo") as project:
        project.assign(("a", 0, 2), "trust")
    for each in (page, other):
        each.desk.catch_up()
        assert {coding["coder"] for coding in each.codings()} == {"ana", "ben", "cleo"}
    # What was done before is undone as before, though the log was read again meanwhile.
    page.do("undo")
    other.desk.catch_up()
    assert {coding["coder"] for coding in other.codings()} == {"ben", "cleo"}


def test_an_action_meets_what_others_did_just_before(
    page: Page, open_page: Callable[..., Page]
) -> None:
    start = TEXT.index("family")
    edit = {"start": start, "end": start + 6, "quote": "family", "text": "clan"}
    open_page("ben").do("correct", document="a", edits=[edit])
    error = page.do("assign", status=409, **page.passage("family"), code="trust")["error"]
    assert error["kind"] == "OtherText"


def test_many_pages_at_once_lose_nothing(page: Page, study: Path) -> None:
    starts = range(0, 60, 2)

    def work(part: range) -> None:
        for start in part:
            quote = TEXT[start : start + 2]
            page.do("assign", document="a", start=start, end=start + 2, quote=quote, code="trust")

    threads = [threading.Thread(target=work, args=(starts[at::3],)) for at in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.segment.start for each in qc.Project.open(study).assignments} == {*starts}


def test_a_folder_in_the_midst_of_a_change_is_told_and_taken_when_it_is_whole(
    page: Page, study: Path
) -> None:
    other = qc.Project.open(study)
    other.add_document("More.", id="c", coder="ben")
    other.save()
    (added,) = [path for path in (study / "log").iterdir() if path.name.startswith("ben")]
    whole = added.read_bytes()
    added.write_bytes(whole[: len(whole) // 2])
    for _ in range(3):
        page.desk.catch_up()
    assert page.get("project")["trouble"]
    assert "c" not in [each["id"] for each in page.get("project")["documents"]]
    added.write_bytes(whole)
    page.desk.catch_up()
    assert page.get("project")["trouble"] is None
    assert "c" in [each["id"] for each in page.get("project")["documents"]]


# What pages are told


@attrs.define
class Heard:
    """What a page was told."""

    lines: list[tuple[str, str | None, Any]] = attrs.field(factory=list)

    def take(self, raw: bytes) -> None:
        said: dict[str, str] = {}
        for line in raw.decode().splitlines():
            name, _, value = line.partition(": ")
            said[name] = value
        if "event" in said:
            self.lines.append((said["event"], said.get("id"), json.loads(said["data"])))

    def of(self, event: str) -> list[Any]:
        return [data for name, _, data in self.lines if name == event]


def listen(
    board: Board, do: Callable[[], None], *, last: str | None = None, place: str = "p"
) -> Heard:
    """Return what a page is told while something is done in another thread."""
    heard = Heard()

    async def run() -> None:
        listener = Listener("one", "ana")

        async def take() -> None:
            async for raw in board.listen(listener, last, place):
                heard.take(raw)

        taking = asyncio.create_task(take())
        await asyncio.sleep(0)
        await asyncio.to_thread(do)
        board.close()
        await asyncio.wait_for(taking, 5)

    asyncio.run(run())
    return heard


def test_pages_are_told_what_changed_by_whom_and_where_the_log_is(page: Page) -> None:
    page.codings()
    heard = listen(page.desk.board, lambda: [page.assign("family"), None][1])
    (change,) = heard.of("change")
    assert (change["who"], change["told"], change["project"]) == (
        "ana",
        "ana: assigned Trust",
        False,
    )
    assert [each["code"] for each in change["documents"]["a"]["added"]] == ["trust"]
    (place,) = [id for event, id, _ in heard.lines if event == "change"]
    assert place == change["place"] == page.get("project")["place"]


def test_others_changes_are_told_with_who_made_them(page: Page, study: Path) -> None:
    page.codings()
    project = qc.Project.open(study)
    project.assign(("a", 0, 2), "trust", coder="ben")
    project.save()
    heard = listen(page.desk.board, lambda: [page.desk.catch_up(), None][1])
    (change,) = heard.of("change")
    assert (change["who"], change["action"], change["project"]) == ("ben", "taken-over", True)
    assert [each["coder"] for each in change["documents"]["a"]["added"]] == ["ben"]


def test_a_page_that_was_out_of_reach_is_told_what_it_missed_or_to_begin_anew(page: Page) -> None:
    page.assign("family")
    known = page.get("project")["place"]
    page.assign("us")
    page.assign("them")
    board = page.desk.board
    nothing: Callable[[], None] = lambda: None  # noqa: E731
    missed = listen(board, nothing, last=known).of("change")
    assert [each["told"] for each in missed] == ["ana: assigned Trust"] * 2
    board._is_closed = False
    assert listen(board, nothing, last="unheard of").of("reload")
    board._is_closed = False
    up_to_date = listen(board, nothing, last=page.get("project")["place"])
    assert not up_to_date.of("change") + up_to_date.of("reload")


def test_who_is_here_is_told(page: Page) -> None:
    heard = listen(page.desk.board, lambda: page.desk.board.looks_at("one", "a"))
    assert heard.of("here")[0] == {"here": [{"coder": "ana", "document": None}]}
    assert heard.of("here")[1] == {"here": [{"coder": "ana", "document": "a"}]}
    assert page.desk.board.here == []


# Blind


def test_who_is_blind_is_sent_nothing_of_others_until_they_finished(
    open_page: Callable[..., Page], study: Path
) -> None:
    ana = open_page("ana")
    secret = "a word that only ana wrote"
    ana.assign("family", memo=secret)
    ana.do("add-memo", target="document:a", text=secret)
    ana.do("finish", document="a")
    ben = open_page("ben", blind=True)
    own = ben.assign("us", "money")
    asked = [
        "project", "documents/a", "documents/a/codings", "codings", "search?q=family", "worklist", "history",
        "figures",
    ]  # fmt: skip
    for path in asked:
        told = json.dumps(
            ben.get(path.partition("?")[0], **({"q": "family"} if "?" in path else {}))
        )
        assert secret not in told, path
        assert '"coder": "ana", "memo"' not in told, path
    assert ben.codings() == [own]
    project = ben.get("project")
    assert [each["count"] for each in project["codes"]] == [0, 1, 0]
    assert [(each["codings"], each["finished"]) for each in project["documents"]] == [
        (1, []),
        (0, []),
    ]
    assert ben.get("search", q="family")["hits"][0]["codes"] == []
    assert not [each for each in ben.get("history")["done"] if secret in each["told"]]
    for path in ("disagreements", "conflicts", "quarantine", "figures/agreement"):
        assert ben.get(path, 403)["error"]["kind"] == "Blind"
    decision = {**ben.passage("us"), "codes": ["trust"]}
    ben.refused("adjudicate", 403, "Blind", **decision)
    heard = listen(
        ben.desk.board,
        lambda: [ana.assign("them", memo=secret), ben.desk.catch_up(), None][2],
    )
    assert secret not in json.dumps(heard.lines)
    assert not heard.of("change")[-1]["documents"]
    shown = ben.do("finish", document="a")["change"]["documents"]["a"]["added"]
    assert {each["coder"] for each in shown} == {"ana"}
    assert {each["coder"] for each in ben.codings()} == {"ana", "ben"}
    assert ben.get("documents/a")["finished"] == ["ana", "ben"]


def test_blind_needs_a_name(study: Path) -> None:
    from qualcode.serve.desk import Desk

    with pytest.raises(qc.errors.ProjectError, match="blind for whom"):
        Desk(study, blind=True)


# Steps outlive the server


def test_steps_are_undone_and_done_again_after_a_restart(
    page: Page, open_page: Callable[..., Page], study: Path
) -> None:
    page.assign("family")
    page.do("add-code", name="Kin", passage=page.passage("family"))
    page.do("rename-code", code="money", name="Means")
    page.assign("us")
    page.do("undo")
    with qc.Project.open_or_create(study, coder="ben") as project:
        project.assign(("a", 0, 2), "trust")
    page = open_page()
    assert page.get("project")["redo"]["told"] == "assign Trust: “us”"
    page.do("redo")
    for _ in range(4):
        page = open_page()
        page.do("undo", step=page.get("project")["undo"]["id"])
    assert [each["coder"] for each in page.codings()] == ["ben"]
    assert [each["name"] for each in page.get("project")["codes"]] == [
        "Trust",
        "Money",
        "Shared budget",
    ]
    page.refused("undo", 409, "ProjectError")
    page = open_page()
    for _ in range(4):
        page.do("redo")
    again = qc.Project.open(study)
    assert [each.segment.quote for each in again.assignments] == ["We", "us", "family", "family"]
    assert again.codebook["money"].name == "Means"
    # Something new is done, so what was undone is not done again.
    page.do("undo")
    page.assign("them")
    assert open_page().get("project")["redo"] is None


def test_a_step_that_was_taken_back_otherwise_is_not_offered(
    page: Page, open_page: Callable[..., Page], study: Path
) -> None:
    page.do("rename-code", code="money", name="Means")
    page.assign("family")
    project = qc.Project.open(study)
    project.revert(2, coder="ben", reason="no")
    project.save()
    page.desk.catch_up()
    told = open_page().get("project")["undo"]["told"]
    assert told == "assign Trust: “family”"
