"""What a page asks: searches, codings, history, figures, previews."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import qualcode as qc

from .conftest import OTHER, TEXT, Page


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"q": "trust"}, ["trust", "trust"]),
        ({"q": "trust*"}, ["trust", "trust", "trusts"]),
        ({"q": "rust", "how": "part"}, ["trust", "trust", "trusts"]),
        ({"q": "THE"}, ["The"]),
        ({"q": "THE", "case": "1"}, []),
        ({"q": r"trusts?\b", "how": "regex"}, ["trust", "trust", "trusts"]),
        ({"q": "ONE BUDGET", "how": "regex"}, ["one budget", "One budget"]),
        ({"q": "x*", "how": "regex"}, []),
        ({"q": "👧 family"}, ["👧 family"]),
    ],
)
def test_words_are_found_in_all_documents(
    page: Page, asked: dict[str, str], wanted: list[str]
) -> None:
    page.assign("trust", "money")
    found = page.get("search", **asked)
    assert [each["quote"] for each in found["hits"]] == wanted
    assert found["total"] == len(wanted)
    for hit in found["hits"]:
        text = TEXT if hit["document"] == "a" else OTHER
        assert text[hit["start"] : hit["end"]] == hit["quote"]
        assert hit["before"] + hit["quote"] + hit["after"] in text
        is_coded = hit["document"] == "a" and hit["start"] < 8 and hit["end"] > 3
        assert hit["codes"] == (["money"] if is_coded else [])


@pytest.mark.parametrize(
    "asked",
    [
        {"q": ""},
        {"q": "*"},
        {"q": "(", "how": "regex"},
        {"q": "x", "how": "magic"},
        {"q": "x", "limit": "-1"},
    ],
)
def test_what_cannot_be_searched_is_told(page: Page, asked: dict[str, str]) -> None:
    assert page.get("search", 400, **asked)["error"]["message"]


def test_an_expression_that_takes_for_ever_is_given_up(
    page: Page, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qualcode.serve.matching.PATIENCE", 1.5)
    page.desk.asked(lambda project: project.add_document("a" * 60 + "!", id="long"))
    error = page.get("search", 400, q="(a+)+$", how="regex")["error"]
    assert "takes more than" in error["message"]
    page.assign("family")


def test_codings_are_listed_over_documents_by_code_and_by_coder(page: Page) -> None:
    page.assign("family", "trust")
    page.assign("us", "money")
    page.do("assign", **page.passage("trusts", "b"), code="trust")
    assert [each["quote"] for each in page.get("codings")["codings"]] == ["us", "family", "trusts"]
    trust = page.get("codings", code="trust")["codings"]
    assert [(each["document"], each["coding"]["code"]) for each in trust] == [
        ("a", "trust"),
        ("b", "trust"),
    ]
    parts = [page.get("codings", **{"from": str(at), "limit": "2"}) for at in (0, 2, 4)]
    assert [len(each["codings"]) for each in parts] == [2, 1, 0]
    assert {each["total"] for each in parts} == {3}
    assert [one for each in parts for one in each["codings"]] == page.get("codings")["codings"]
    assert page.get("codings", coder="nobody")["total"] == 0
    page.get("codings", 404, code="nothing")


def test_what_was_done_is_told_the_latest_first_page_by_page(page: Page) -> None:
    page.do("rename-code", code="money", name="Means", reason="clearer")
    coding = page.assign("family")
    page.do("retract", **page.on(coding))
    done = page.get("history")["done"]
    assert {each["action"] for each in done} >= {"rename", "assign", "retract", "add-document"}
    assert [each["time"] for each in done] == sorted((each["time"] for each in done), reverse=True)
    (renamed,) = [each for each in done if each["action"] == "rename"]
    assert (renamed["reason"], renamed["coder"], renamed["undone"]) == ("clearer", "ana", False)
    assert page.get("history", before=done[-1]["time"])["done"] == []
    assert len(page.get("history", limit="2")["done"]) == 2


def test_what_waits_is_listed_with_its_place(page: Page) -> None:
    tasks = page.get("worklist")
    assert tasks["counts"]["not coded"] == 2
    assert {each["document"] for each in tasks["tasks"] if each["kind"] == "not coded"} == {
        "a",
        "b",
    }


def figure_keys(page: Page) -> dict[str, str]:
    return {each["name"]: each["key"] for each in page.get("figures")["figures"]}


def test_every_figure_is_drawn_or_says_why_not(page: Page, study: Path) -> None:
    pytest.importorskip("matplotlib")
    names = [*figure_keys(page)]
    before = {name: page.client.get(f"/api/figures/{name}").status_code for name in names}
    assert set(before.values()) <= {200, 409}
    project = qc.Project.open(study)
    for coder in ("ana", "ben"):
        for document, text in (("a", TEXT), ("b", OTHER)):
            for code in ("trust", "money"):
                project.assign((document, 0, len(text) // 2), code, coder=coder)
    project.save()
    page.desk.catch_up()
    for name in names:
        figure = page.get(f"figures/{name}")
        assert figure["svg"].lstrip().startswith("<?xml")
        assert figure["alt"]
        assert (
            page.client.get(f"/api/figures/{name}.svg").headers["content-type"] == "image/svg+xml"
        )
    keys = figure_keys(page)
    page.do("add-memo", target="code:trust", text="Too wide?")
    assert keys == figure_keys(page)
    page.assign("family")
    fresh = figure_keys(page)
    assert [name for name in names if keys[name] == fresh[name]] == ["codebook"]
    page.do("rename-code", code="trust", name="Faith")
    renamed = figure_keys(page)
    assert not set(fresh.items()) & set(renamed.items())
    assert "cooccurrence" in page.get("figures/cooccurence", 404)["error"]["message"]


@pytest.mark.parametrize(
    ("action", "arguments", "status"),
    [
        ("rename-code", {"code": "trust", "name": "Faith"}, 200),
        ("move-code", {"code": "trust", "parent": "money"}, 200),
        ("retire-code", {"code": "trust"}, 200),
        ("merge-codes", {"sources": ["trust"], "into": "trust"}, 409),
        ("rename-code", {"code": "nothing", "name": "x"}, 404),
        ("split-code", {"code": "trust", "parts": {"Kin": None, "Faith": None}}, 200),
        ("split-code", {"code": "trust", "parts": {"Kin": None}}, 409),
        ("decide-split", {"code": "trust", "parts": {"money": None}}, 200),
        ("redefine-code", {"code": "trust", "colour": "#112233", "codable": False}, 200),
        ("retire-code", {"code": "money"}, 409),
        ("assign", {"document": "a", "start": 0, "end": 2, "quote": "We", "code": "trust"}, 400),
        ("rename-code", {"code": "trust"}, 400),
    ],
)
def test_a_look_at_a_change_changes_nothing(
    page: Page, action: str, arguments: dict[str, Any], status: int
) -> None:
    before = page.get("project")
    told = page.post("preview", {"action": action, "arguments": arguments}, status)
    assert told["error"]["message"] if status != 200 else told["told"]
    assert page.get("project") == before


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("merge-codes", {"sources": ["trust", "shared-budget"], "into": "money"}),
        ("split-code", {"code": "trust", "parts": {"Kin": 'text("family")', "money": None}}),
        ("rename-code", {"code": "trust", "name": "Faith"}),
        ("retire-code", {"code": "trust"}),
        ("redefine-code", {"code": "trust", "definition": "Another"}),
        ("revert", {"revision": ""}),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_a_look_promises_is_what_comes(
    page: Page, study: Path, action: str, arguments: dict[str, Any]
) -> None:
    for quote, code in (("family", "trust"), ("us", "trust"), ("us", "money"), ("We", "trust")):
        page.assign(quote, code)
    page.do("add-code", name="Meetings", parent="money", reason="came up")
    page.do("merge-codes", sources=["meetings"], into="trust")
    if action == "revert":
        page.assign("Monday", "trust")
        done = page.get("history")["done"]
        arguments = {"revision": next(each["id"] for each in done if each["action"] == "merge")}
    seen = page.post("preview", {"action": action, "arguments": arguments})
    page.do(action, **arguments)
    rows = qc.Project.open(study).assignments
    for each in seen["codes"]:
        segments = {made.segment for made in rows if made.code.id == each["id"]}
        assert each["after"] == len(segments), each
    assert seen["codes"]
