"""Every action is what the library's own call does, and what is refused changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import qualcode as qc
from qualcode.serve.access import Access
from qualcode.serve.actions import ACTIONS
from qualcode.serve.api import Api

from .conftest import TEXT, Page


def stored(study: Path) -> qc.Project:
    """Return the project as somebody else opens it: what is not on the disk is not in it."""
    return qc.Project.open(study)


def test_a_code_is_assigned_and_on_the_disk_when_it_is_confirmed(page: Page, study: Path) -> None:
    done = page.do("assign", **page.passage("family"), code="trust", memo="who?", weight=2)
    (made,) = stored(study).assignments
    assert (made.segment.quote, made.code.id, made.coder) == ("family", "trust", "ana")
    assert (made.memo, made.weight) == ("who?", 2.0)
    coding = done["result"]["coding"]
    assert TEXT[coding["start"] : coding["end"]] == "family"
    assert done["change"]["documents"]["a"] is None  # nobody fetched the document yet
    assert page.codings() == [coding]
    assert page.do("assign", **page.passage("us"), code="money")["change"]["documents"]["a"] == {
        "added": [each for each in page.codings() if each["code"] == "money"],
        "removed": [],
    }


@pytest.mark.parametrize(
    ("change", "status", "kind"),
    [
        ({"quote": "famile"}, 409, "OtherText"),
        ({"start": 0}, 409, "OtherText"),
        ({"end": 10_000}, 409, "SpanError"),
        ({"start": -1}, 409, "SpanError"),
        ({"document": "z"}, 404, "NotFoundError"),
        ({"code": "trsut"}, 404, "NotFoundError"),
        ({"code": None}, 400, "Arguments"),
        ({"start": "0"}, 400, "Arguments"),
        ({"coder": "ben"}, 400, "Arguments"),
        ({"memo": "x" * 30_000}, 400, "Arguments"),
    ],
)
def test_what_does_not_fit_is_not_assigned(
    page: Page, change: dict[str, Any], status: int, kind: str
) -> None:
    page.refused("assign", status, kind, **{**page.passage("family"), "code": "trust", **change})


def test_what_is_meant_for_another_project_is_refused(page: Page) -> None:
    said = {
        "coder": "ana",
        "action": "assign",
        "arguments": {**page.passage("us"), "code": "trust"},
    }
    id = page.get("project")["id"]
    error = page.post("do", {"id": "action-of-a", "project": "0" * 32, **said}, 409)["error"]
    assert (error["kind"], page.codings()) == ("OtherProject", [])
    page.post("do", {"id": "action-of-b", "project": id, **said})
    assert len(page.codings()) == 1


def test_the_time_of_a_coding_is_that_of_the_program_it_was_made_in(
    page: Page, study: Path
) -> None:
    project = stored(study)
    row = {"document": "a", "quote": "family", "code": "trust", "time": "2019-05-04T10:00:00Z"}
    project.assign_frame(pd.DataFrame([row]), coder="ben")
    project.save()
    page.desk.catch_up()
    (listed,) = page.get("codings")["codings"]
    assert [each["time"] for each in page.codings()] == [listed["coding"]["time"]]
    assert listed["coding"]["time"].startswith("2019-05-04T10:00:00")


def test_a_coding_is_changed_in_each_way_and_taken_back(page: Page, study: Path) -> None:
    coding = page.assign("We trust them.")
    noted = page.do("memo", **page.on(coding), memo="really?")["result"]["coding"]
    weighed = page.do("weight", **page.on(coding), weight=3)["result"]["coding"]
    assert (noted["memo"], weighed["memo"], weighed["weight"]) == ("really?", "really?", 3.0)
    assert page.do("memo", **page.on(coding), memo="")["result"]["coding"]["memo"] is None
    assert page.do("weight", **page.on(coding), weight=None)["result"]["coding"]["weight"] is None
    other = page.do("recode", **page.on(coding), code="money")["result"]["coding"]
    assert [each.code.id for each in stored(study).assignments] == ["money"]
    page.refused("recode", 404, "Gone", **page.on(coding), code="money")
    page.do("retract", **page.on(other))
    assert not stored(study).assignments
    page.do("retract", **page.on(other))  # is so already
    for action in ("memo", "weight", "confirm"):
        more: dict[str, Any] = {"memo": {"memo": "x"}, "weight": {"weight": 1}}.get(action, {})
        page.refused(action, 404, "Gone", **page.on(other), **more)


def test_memo_and_weight_of_a_coding_under_a_merged_code_can_be_taken_away(page: Page) -> None:
    page.assign("family", "trust", memo="old", weight=2)
    page.do("merge-codes", sources=["trust"], into="money")
    (coding,) = page.codings()
    assert (coding["code"], coding["memo"], coding["weight"]) == ("money", "old", 2.0)
    page.do("memo", **page.on(coding), memo="")
    page.do("weight", **page.on(coding), weight=None)
    (coding,) = page.codings()
    assert (coding["code"], coding["memo"], coding["weight"]) == ("money", None, None)


def test_nobody_changes_what_others_coded(
    page: Page, open_page: Callable[..., Page], study: Path
) -> None:
    theirs = open_page("ben").assign("family")
    assert page.desk.catch_up()
    for action in ("retract", "confirm"):
        assert "ben" in page.refused(action, 409, "NotYours", **page.on(theirs))["message"]
    page.refused("recode", 409, "NotYours", **page.on(theirs), code="money")
    assert len(stored(study).assignments) == 1


def test_codings_of_before_a_redefinition_are_stale_until_they_are_confirmed(page: Page) -> None:
    coding = page.assign("family")
    page.do("redefine-code", code="trust", definition="Relying on somebody", reason="clearer")
    assert [each["stale"] for each in page.codings()] == [True]
    assert page.do("confirm", **page.on(coding))["result"]["coding"]["stale"] is False


def test_a_code_is_made_of_the_words_and_one_that_is_much_like_it_is_shown_first(
    page: Page, study: Path
) -> None:
    made = page.do("in-vivo", **page.passage("one budget"))["result"]
    assert stored(study).codebook[made["code"]].name == "one budget"
    again = page.do("in-vivo", **page.passage("One budget", "b"))["result"]
    assert again["code"] == made["code"]
    asked = page.passage("shares one budget")
    error = page.refused("in-vivo", 409, "SimilarCodes", **asked)
    assert made["code"] in error["codes"]
    assert page.do("in-vivo", **asked, new=True)["result"]["code"] not in error["codes"]


def test_many_passages_are_coded_all_or_none_and_undone_at_once(page: Page, study: Path) -> None:
    passages = [page.passage("trust"), page.passage("trusts", "b")]
    page.refused(
        "assign-many",
        409,
        "OtherText",
        code="trust",
        passages=[*passages, {**passages[0], "quote": "x"}],
    )
    assert page.do("assign-many", code="trust", passages=passages)["result"] == {"assigned": 2}
    assert len(stored(study).assignments) == 2
    page.do("undo")
    assert not stored(study).assignments


def test_a_code_is_added_and_assigned_in_one_step(page: Page, study: Path) -> None:
    made = page.do(
        "add-code", name="Work  on Monday", parent="money", definition="Meetings", include=["dates"],
        reason="came up", passage=page.passage("We met on Monday."), memo="first",
    )["result"]  # fmt: skip
    found = stored(study)
    code = found.codebook[made["code"]]
    assert (code.parent, code.definition, code.include) == ("money", "Meetings", ("dates",))
    assert found.assignments[0].memo == "first"
    assert found.history.head.reason == "came up"
    page.refused("add-code", 409, "ChangeError", name="X", id=made["code"])
    page.refused(
        "add-code", 409, "OtherText", name="X", passage={**page.passage("us"), "quote": "x"}
    )
    page.do("undo")
    assert not stored(study).assignments
    assert made["code"] not in [code.id for code in stored(study).codebook]


def test_the_codebook_is_changed_in_each_way(page: Page, study: Path) -> None:
    page.assign("family", "trust")
    page.do("rename-code", code="trust", name="Confidence", reason="better")
    page.do("redefine-code", code="trust", exclude=["money"], keywords=["rely*"], codable=True)
    page.do("redefine-code", code="trust", examples=["They keep a promise."], colour="#445566")
    page.do("undo")
    assert stored(study).codebook["trust"].colour is None
    page.do("redo")
    code = stored(study).codebook["trust"]
    assert (code.colour, code.examples) == ("#445566", ("They keep a promise.",))
    page.do("redefine-code", code="trust", colour=None)
    assert stored(study).codebook["trust"].colour is None
    page.do("recolour-code", code="trust", colour="#112233")
    page.do("move-code", code="trust", parent="money", reason="belongs there")
    code = stored(study).codebook["trust"]
    assert (code.name, code.exclude, code.parent) == ("Confidence", ("money",), "money")
    assert code.definition == "Relying on others"
    assert (code.colour, code.keywords) == ("#112233", ("rely*",))
    page.do("retire-code", code="money", status=409)
    page.do("retire-code", code="shared-budget", reason="not used")
    assert stored(study).codebook["shared-budget"].status == "retired"
    page.do("restore-code", code="shared-budget")
    page.refused("rename-code", 404, "NotFoundError", code="nothing", name="x")
    page.refused("move-code", 409, "ChangeError", code="money", parent="trust")


def test_codes_are_merged_after_a_look_at_what_it_does(page: Page, study: Path) -> None:
    page.assign("family", "trust")
    page.assign("family", "money")
    asked = {"sources": ["trust"], "into": "money", "reason": "the same"}
    seen = page.post("preview", {"action": "merge-codes", "arguments": asked})
    counts = {each["id"]: (each["before"], each["after"]) for each in seen["codes"]}
    assert counts == {"trust": (1, 0), "money": (1, 1)}
    assert seen["touches"] == {"codings": 1, "passages": 1, "documents": 1, "coders": 1}
    page.do("merge-codes", **asked)
    assert stored(study).codebook["trust"].merged_into == "money"
    told = page.get("project")["codes"]
    assert [each["count"] for each in told if each["id"] in ("trust", "money")] == [0, 1]


def test_a_revision_is_reverted_whoever_made_it_and_later_work_stays(
    page: Page, open_page: Callable[..., Page], study: Path
) -> None:
    page.assign("family", "trust")
    page.assign("one budget", "money")
    open_page("ben").do("merge-codes", sources=["trust"], into="money", reason="the same")
    page.desk.catch_up()
    page.assign("us", "money")
    (merged,) = [each for each in page.get("history")["done"] if each["action"] == "merge"]
    asked = {"revision": merged["id"], "reason": "not the same"}
    seen = page.post("preview", {"action": "revert", "arguments": asked})
    counts = {each["id"]: (each["before"], each["after"]) for each in seen["codes"]}
    assert counts == {"trust": (0, 1), "money": (3, 2)}
    page.do("revert", **asked)
    quotes = {(each.segment.quote, each.code.id) for each in stored(study).assignments}
    assert quotes == {("family", "trust"), ("one budget", "money"), ("us", "money")}
    page.refused("revert", 409, "ChangeError", **asked)
    page.refused("revert", 404, "NotFoundError", revision="zzz")
    page.do("undo")
    assert stored(study).codebook["trust"].merged_into == "money"


def test_a_code_is_split_and_what_is_left_decided_later(page: Page, study: Path) -> None:
    page.do("move-code", code="shared-budget", parent=None)
    first, second = page.assign("family", "money"), page.assign("one budget", "money")
    parts = {"Kin": {"a": [first["id"]]}, "trust": None}
    seen = page.post(
        "preview", {"action": "split-code", "arguments": {"code": "money", "parts": parts}}
    )
    counts = {each["name"]: (each["before"], each["after"]) for each in seen["codes"]}
    assert counts == {"Money": (2, 1), "Kin": (0, 1), "Trust": (0, 0)}
    assert seen["undecided"] == 1
    split = page.do("split-code", code="money", parts=parts, reason="two")
    assert split["result"] == {"undecided": 1}
    decided = {"code": "money", "parts": {"trust": {"a": [second["id"]]}}}
    seen = page.post("preview", {"action": "decide-split", "arguments": decided})
    assert seen["undecided"] == 0
    left = page.do("decide-split", **decided)
    assert left["result"] == {"undecided": 0}
    assert {each.code.id for each in stored(study).assignments} == {"kin", "trust"}
    page.refused("split-code", 404, "Gone", code="trust", parts={"x": {"a": ["0:1:trust:ana"]}})


def test_steps_are_undone_and_done_again_in_any_depth_but_only_those_that_are_shown(
    page: Page, study: Path
) -> None:
    for quote in ("family", "us", "them"):
        page.assign(quote)
    shown = page.get("project")["undo"]
    assert "them" in shown["told"]
    page.do("undo", step=shown["id"])
    page.refused("undo", 409, "OtherStep", step=shown["id"])
    page.do("undo")
    page.do("undo")
    assert not stored(study).assignments
    page.refused("undo", 409, "ProjectError")
    assert page.do("redo", step=page.get("project")["redo"]["id"])["change"]["undo"] is not None
    page.do("redo")
    assert [each.segment.quote for each in stored(study).assignments] == ["us", "family"]


def test_documents_are_finished_and_memos_written(page: Page, study: Path) -> None:
    page.do("finish", document="a")
    assert page.get("documents/a")["mine"] is True
    assert dict(stored(study).finished) == {"ana": frozenset({"a"})}
    page.do("unfinish", document="a")
    assert page.get("documents/a")["finished"] == []
    start = TEXT.index("family")
    target = f"segment:a:{start}-{start + 6}"
    page.refused("add-memo", 409, "OtherText", target=target, text="x", quote="famile")
    page.refused("add-memo", 400, "Arguments", target="segment:a", text="x", quote="x")
    memo = page.do("add-memo", target=target, text="Ask", quote="family")["result"]["memo"]
    page.do("add-memo", target="code:trust", text="Too wide?")
    assert page.do("edit-memo", memo=memo["id"], text="Asked")["result"]["memo"]["text"] == "Asked"
    assert [each["text"] for each in page.get("documents/a")["memos"]] == ["Asked"]
    page.do("withdraw-memo", memo=memo["id"])
    assert [each.text for each in stored(study).memos] == ["Too wide?"]


def test_a_text_is_corrected_in_place_and_line_ends_stay(page: Page, study: Path) -> None:
    coding = page.assign("shares one budget. We met on Monday.")
    start = TEXT.index("one budget")
    asked = {
        "document": "a",
        "edits": [{"start": start, "end": start + 3, "quote": "one", "text": "a small"},
                  {"start": 0, "end": 2, "quote": "We", "text": "Then we"}],
        "reason": "heard again",
    }  # fmt: skip
    seen = page.post("preview", {"action": "correct", "arguments": asked})
    assert (seen["changed"], seen["quarantined"]) == (1, 0)
    page.codings()
    done = page.do("correct", **asked)
    assert done["change"]["documents"] == {"a": None}
    text = stored(study).documents["a"].text
    assert text == TEXT.replace("We trust", "Then we trust").replace("one", "a small")
    assert page.get("documents/a")["version"] == done["result"]["version"]
    assert page.do("correct", **asked)["result"]["told"] == "corrected so already"
    page.refused("retract", 409, "OtherText", **page.on(coding))
    other = {**asked, "edits": [{"start": 0, "end": 2, "quote": "We", "text": "They"}]}
    page.refused("correct", 409, "OtherText", **other)
    meet = [
        {"start": 0, "end": 3, "quote": "The", "text": "x"},
        {"start": 2, "end": 4, "quote": "en", "text": "y"},
    ]
    page.refused("correct", 400, "Arguments", document="a", edits=meet)


def test_a_passage_that_a_correction_made_uncertain_is_placed(page: Page, study: Path) -> None:
    page.assign("us, too")
    start = TEXT.index("They trust us, too.")
    edit = {
        "start": start,
        "end": start + 19,
        "quote": "They trust us, too.",
        "text": "Nothing of it.",
    }
    assert page.do("correct", document="a", edits=[edit])["result"]["quarantined"] == 1
    (waiting,) = page.get("quarantine")["passages"]
    assert waiting["quote"] == "us, too"
    page.do("place", passage=waiting["id"], start=start, end=start + 7)
    assert [each.segment.quote for each in stored(study).assignments] == ["Nothing"]


def test_suggestions_are_accepted_edited_and_rejected_with_what_was_shown(
    page: Page, study: Path
) -> None:
    project = stored(study)
    for number in range(6):
        text = f"We rely on trust, number {number}. The budget of {number} is money. It rained."
        project.add_document(text, id=f"more-{number}")
        project.assign((f"more-{number}", 0, text.index(".") + 1), "trust", coder="ana")
        start = text.index("The")
        project.assign((f"more-{number}", start, text.index("money") + 6), "money", coder="ana")
        project.finish(f"more-{number}", coder="ana")
    project.save()
    page.desk.catch_up()
    found = page.get("suggestions", document="a")["suggestions"]
    assert found
    assert all(TEXT[each["start"] : each["end"]] == each["quote"] for each in found)
    first = found[0]
    coding = page.do("accept", suggestion=first, memo="yes")["result"]["coding"]
    assert coding["origin"].startswith("suggestion:")
    assert page.do("accept", suggestion=first)["result"]["coding"] is None
    rest = [each for each in found if each["quote"] != first["quote"]]
    page.do("reject", suggestion=rest[0])
    page.do("reject", suggestion=rest[0])
    page.do("edit-suggestion", suggestion=rest[1], code="shared-budget")
    kinds = [each.kind for each in stored(study).verdicts]
    assert kinds == ["accepted", "rejected", "edited"]
    page.refused("accept", 409, "OtherText", suggestion={**first, "quote": "x"})
    again = {*(each["id"] for each in page.get("suggestions", document="a")["suggestions"])}
    assert not again & {first["id"], rest[0]["id"]}


def test_what_an_assistant_proposed_is_decided_about_on_the_page(page: Page, study: Path) -> None:
    project = stored(study)
    project.propose("a", quote=TEXT[:7], code="trust", why="says so", coder="assistant")
    project.save()
    page.desk.catch_up()
    (first, *_) = page.get("suggestions", document="a")["suggestions"]
    assert (first["quote"], first["suggester"], first["told"]) == (
        TEXT[:7],
        "assistant",
        ["says so"],
    )
    coding = page.do("accept", suggestion=first)["result"]["coding"]
    assert coding["origin"].startswith("suggestion:assistant@")
    assert stored(study).proposals[0].outcome == "accepted"


def test_what_coders_differ_about_is_decided_and_the_consensus_finished(
    page: Page, open_page: Callable[..., Page], study: Path
) -> None:
    page.assign("family", "trust")
    ben = open_page("ben")
    ben.assign("family", "money")
    page.desk.catch_up()
    (differ,) = page.get("disagreements")["disagreements"]
    assert differ["had"] == {"ana": ["trust"], "ben": ["money"]}
    page.do("adjudicate", **page.passage("family"), codes=["trust"], reason="no money there")
    (decided,) = page.get("disagreements")["disagreements"]
    assert (decided["open"], decided["decision"]["codes"]) == (False, ["trust"])
    page.refused("finish-decided", 400, "Arguments", unit="page")
    assert page.do("finish-decided", document="b")["result"] == {"finished": []}
    # The decision is on the passage, and not on the sentence around it.
    assert page.do("finish-decided", unit="sentence")["result"] == {"finished": []}
    assert page.do("finish-decided")["result"] == {"finished": ["a"]}
    assert stored(study).rollup()["trust"] == 1


def test_a_conflict_is_shown_and_settled(page: Page, open_page: Callable[..., Page]) -> None:
    other = qc.Project.open(page.desk._path)
    with other.revise(coder="ben") as codebook:
        codebook.rename("trust", "Faith")
    page.desk.asked(lambda project: _rename(project, "Confidence"))
    other.save()
    page.desk.catch_up()
    (conflict,) = page.get("conflicts")["conflicts"]
    assert {side["coder"] for side in conflict["sides"]} == {"ana", "ben"}
    assert page.get("project")["conflicts"] == 1
    page.do("resolve", conflict=conflict["id"], take="ben", reason="asked")
    assert page.get("conflicts")["conflicts"] == []
    assert page.get("project")["codes"][0]["name"] == "Faith"


def _rename(project: qc.Project, name: str) -> None:
    with project.revise(coder="ana") as codebook:
        codebook.rename("trust", name)


def test_a_document_is_brought_by_the_page(page: Page, study: Path) -> None:
    headers = {"x-action-id": "upload-1"}
    for _ in range(2):
        answer = page.client.post(
            "/api/documents?name=../../Joan%20Day.md", content=b"# Day\n\nWe met.", headers=headers
        )
        assert answer.status_code == 200, answer.text
    (id,) = answer.json()["result"]["documents"]
    added = stored(study).documents[id]
    assert "We met." in added.text
    # Its name is the file's, and nothing is kept of where it lay for a moment.
    assert (id, added.name, added.source) == ("joan-day", "Joan Day", "Joan Day.md")
    again = page.client.post(
        "/api/documents?name=Joan%20Day.md",
        content=b"# Day\n\nWe met.",
        headers={"x-action-id": "upload-1-again"},
    )
    assert again.json()["result"]["documents"] == [id]
    assert {path.name for path in study.parent.iterdir()} == {"study"}
    bad = page.client.post(
        "/api/documents?name=x.exe", content=b"MZ\0", headers={"x-action-id": "upload-2"}
    )
    assert bad.status_code == 409, bad.text
    assert bad.json()["error"]["message"].startswith("x.exe: files of kind")
    assert len(stored(study).documents) == 3


def test_every_action_and_address_is_documented(page: Page) -> None:
    told = (Path(__file__).parents[2] / "docs/reference/page-server.md").read_text("utf-8")
    assert not [name for name in ACTIONS if f"`{name}`" not in told]
    addresses = [
        f"/api{each.path}".replace("{id}", "ID") for each in Api(page.desk, Access(1)).routes
    ]
    assert not [each for each in addresses if each.replace("{name}", "NAME") not in told]


def test_every_action_is_tried_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert not [name for name in ACTIONS if not re.search(rf'do\(\s*"{name}"', text)]
