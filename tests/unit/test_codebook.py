"""Codebooks: looking up, standing above and below, showing, and what no codebook may hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

import qualcode as qc
from qualcode import errors
from qualcode.model.codebooks.changes import (
    KINDS,
    Add,
    Change,
    Describe,
    LinkCodes,
    Merge,
    Move,
    Redefine,
    Rename,
    Reorder,
    Restore,
    Retire,
    Revert,
    SetRollup,
    Split,
    UnlinkCodes,
    change_from_record,
)
from qualcode.model.codebooks.codes import CODE_CHECKS, CodeFields, Sense
from qualcode.model.codebooks.diff import diff
from qualcode.model.codebooks.hierarchy import lay_over
from qualcode.model.codebooks.records import (
    code_from_record,
    codebook_from_record,
    rollup_from_record,
)
from qualcode.model.log.timeline import CODEBOOK

RELY_ON = [[{"LOWER": "rely"}, {"LOWER": {"IN": ["on", "upon"]}}]]


def book(*codes: qc.Code, **more: Any) -> qc.Codebook:
    return qc.Codebook("study", codes=codes, **more)


@pytest.fixture
def study() -> qc.Codebook:
    return book(
        qc.Code("people", name="People", codable=False),
        qc.Code("trust", name="Trust", definition="Reliance.", parent="people", colour="#4477aa"),
        qc.Code("blind", name="Blind trust", parent="trust", include=["always"], memos="Check."),
        qc.Code("money", name="Money", attributes={"direction": "supports"}),
        links=[qc.Link("money", "supports", "trust", note="p. 3")],
        rollups=[qc.Rollup("factors", themes=[qc.Theme("soft", codes=["trust"])])],
        attributes={"direction": ["supports", "constrains"]},
    )


def after(codebook: qc.Codebook, *changes: Change) -> qc.Codebook:
    for change in changes:
        codebook = change.apply(codebook)
    return codebook


# Looking up


def test_codes_are_found_by_id_and_by_name(study: qc.Codebook) -> None:
    assert study["trust"] is study["Trust"] is study[" TRUST "]
    assert "trust" in study
    assert "Trust" not in study, "only ids are keys"
    assert [code.id for code in study] == ["people", "trust", "blind", "money"]


@pytest.mark.parametrize(
    ("key", "hint"),
    [("trsut", "'trust'"), ("blnd trust", "'Blind trust'"), ("monney", "'money'")],
)
def test_a_miss_suggests_what_was_meant(study: qc.Codebook, key: str, hint: str) -> None:
    with pytest.raises(errors.NotFoundError, match=f"'{key}'.*Did you mean .*{hint}") as raised:
        study[key]
    assert isinstance(raised.value, KeyError)


def test_nothing_is_suggested_where_nothing_is_close(study: qc.Codebook) -> None:
    with pytest.raises(errors.NotFoundError, match=r"'xyz'\.$"):
        study["xyz"]


def test_a_name_that_two_codes_have_is_ambiguous() -> None:
    both = book(
        qc.Code("a"),
        qc.Code("b"),
        qc.Code("x", name="Costs", parent="a"),
        qc.Code("y", name="Costs", parent="b"),
    )
    with pytest.raises(errors.CodebookError, match="'costs' is ambiguous: use one of the ids x, y"):
        both["costs"]


def test_an_id_comes_before_a_name() -> None:
    assert book(qc.Code("a", name="b"), qc.Code("b", name="a"))["a"].id == "a"


# Above and below


def test_what_stands_above_and_below(study: qc.Codebook) -> None:
    assert [code.id for code in study.children()] == ["people", "money"]
    assert [code.id for code in study.children("People")] == ["trust"]
    assert [code.id for code in study.descendants("people")] == ["trust", "blind"]
    assert [code.id for code in study.ancestors("blind")] == ["trust", "people"]


def test_a_live_code_below_a_retired_one_is_still_below() -> None:
    codes = book(qc.Code("a"), qc.Code("b", parent="a", status="retired"), qc.Code("c", parent="b"))
    assert [code.id for code in codes.descendants("a")] == ["c"]
    assert [code.id for code in codes.descendants("a", all=True)] == ["b", "c"]


def test_parents_may_come_after_their_children() -> None:
    codes = book(qc.Code("b", parent="a"), qc.Code("a"))
    assert codes.tree() == "a\n└─ b"


# Showing


def test_the_tree(study: qc.Codebook) -> None:
    assert study.tree() == (
        "People (people)\n└─ Trust (trust)\n   └─ Blind trust (blind)\nMoney (money)"
    )
    retired = after(study, Retire("money"))
    assert "money" not in retired.tree()
    assert retired.tree(all=True).endswith("Money (money) [retired]")


def test_markdown_has_all_that_people_wrote(study: qc.Codebook) -> None:
    page = study.to_markdown()
    for text in ("# study", "## People", "#### Blind trust", "Reliance.", "- always", "- Check."):
        assert text in page
    assert "- direction: supports" in page
    assert page.endswith("\n")
    ruled = Redefine("money", {"keywords": ["fund*", "a`b\nc"], "patterns": RELY_ON})
    page = after(study, ruled).to_markdown()
    assert "**Keywords**\n\n- `fund*`\n- `` a`b c ``\n\n**Patterns**\n\n- `[{" in page
    assert '- `[{"LOWER": "rely"}, {"LOWER": {"IN": ["on", "upon"]}}]`' in page


def test_the_frame_has_a_row_for_each_code(study: qc.Codebook) -> None:
    frame = after(study, Retire("money")).to_frame()
    assert frame["id"].tolist() == ["people", "trust", "blind", "money"]
    assert frame["status"].tolist()[-1] == "retired"
    assert frame["attributes"].tolist()[-1] == {"direction": "supports"}


# What no codebook may hold


@pytest.mark.parametrize(
    ("codes", "more", "error", "message"),
    [
        ([qc.Code("a"), qc.Code("a")], {}, errors.CodebookError, "'a' is used twice"),
        ([qc.Code("a", parent="b")], {}, errors.CodebookError, "its parent.*'b'.*does not exist"),
        ([qc.Code("a", parent="a")], {}, errors.CycleError, "a → a"),
        (
            [qc.Code("a", parent="b"), qc.Code("b", parent="c"), qc.Code("c", parent="a")],
            {},
            errors.CycleError,
            "own ancestors: a → b → c → a",
        ),
        (
            [qc.Code("a", name="Élan"), qc.Code("b", name="E\u0301LAN")],
            {},
            errors.CodebookError,
            "both named",
        ),
        (
            [qc.Code("a"), qc.Code("b")],
            {"links": [qc.Link("a", "supports", "c")]},
            errors.CodebookError,
            "the link a supports c names the code 'c'",
        ),
        (
            [qc.Code("trust")],
            {"rollups": [qc.Rollup("r", themes=[qc.Theme("t", codes=["trsut"])])]},
            errors.RollupError,
            "theme 't' names the code 'trsut'.*Did you mean 'trust'",
        ),
        (
            [qc.Code("a", attributes={"direction": "suports"})],
            {"attributes": {"direction": ["supports"]}},
            errors.CodebookError,
            "allowed are supports.*Did you mean 'supports'",
        ),
        (
            [qc.Code("a", status="merged", merged_into="b")],
            {},
            errors.CodebookError,
            "merged_into.*'b'",
        ),
        (
            [
                qc.Code("a", status="merged", merged_into="b"),
                qc.Code("b", status="merged", merged_into="a"),
            ],
            {},
            errors.CycleError,
            "merged into each other",
        ),
    ],
)
def test_broken_codebooks_are_refused(
    codes: list[qc.Code], more: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        book(*codes, **more)


def test_names_may_be_the_same_where_they_do_not_meet() -> None:
    book(
        qc.Code("a"),
        qc.Code("x", name="Costs"),
        qc.Code("y", name="Costs", parent="a"),
        qc.Code("z", name="Costs", status="retired"),
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"id": "a b"}, "code id 'a b' is not usable"),
        ({"id": 3}, "is not text: pass text, in quotes"),
        ({"id": "a", "name": " a"}, "white space at its ends"),
        ({"id": "a", "name": "a\nb"}, "line break"),
        ({"id": "a", "colour": "red"}, "'red' is not of the form '#rrggbb'"),
        ({"id": "a", "keywords": [""]}, "code 'a': the keyword '' is empty"),
        ({"id": "a", "keywords": " \n"}, r"the keyword ' \\n' is empty"),
        ({"id": "a", "keywords": ["\u200b\u00a0"]}, "is empty"),
        ({"id": "a", "keywords": ["b", "* **"]}, "is nothing but stars"),
        ({"id": "a", "keywords": [3]}, "keywords: each entry must be text, not 3"),
        ({"id": "a", "patterns": "rely"}, "patterns is 'rely' .*, not a list"),
        ({"id": "a", "patterns": {"LOWER": "rely"}}, "patterns is {.*}.*, not a list"),
        (
            {"id": "a", "patterns": [{"LOWER": "rely"}]},
            r"pattern 1 is \{.*\} \(dict\), not a list of tok",
        ),
        ({"id": "a", "patterns": [[]]}, r"pattern 1 is \[\] \(list\), not a list of tokens"),
        ({"id": "a", "patterns": [["rely"]]}, r"in which 'rely' \(str\) is no token"),
        ({"id": "a", "patterns": [[{1: "x"}]]}, "in which 1 is no key"),
        ({"id": "a", "patterns": [[{"X": {"Y": [{2: 3}]}}]]}, "in which 2 is no key"),
        ({"id": "a", "patterns": [[{"X": float("nan")}]]}, "in which nan is no value"),
        ({"id": "a", "patterns": [[{"X": [{"a"}]}]]}, "in which {'a'} is no value"),
        ({"id": "a", "patterns": [[{"X": 2**63}]]}, "is no value that a file can keep"),
    ],
)
def test_broken_codes_are_refused(fields: Any, message: str) -> None:
    with pytest.raises(errors.CodebookError, match=message) as raised:
        qc.Code(**fields)
    if "keywords" in fields or "patterns" in fields:
        (field,) = fields.keys() - {"id"}
        assert raised.value.at[:3] == ("codes", "a", field)


def test_broken_links_and_rollups_are_refused() -> None:
    with pytest.raises(errors.CodebookError, match="linked to itself"):
        qc.Link("a", "supports", "a")
    with pytest.raises(errors.CodebookError, match="has no type"):
        qc.Link("a", " ", "b")
    with pytest.raises(errors.RollupError, match="one of the three"):
        qc.Rollup("r", themes=[qc.Theme("t")], tree=True)
    with pytest.raises(errors.RollupError, match="theme id 't' is used twice"):
        qc.Rollup("r", themes=[qc.Theme("t"), qc.Theme("t")])
    with pytest.raises(errors.RollupError, match="names the theme 'tt', which does not exist"):
        qc.Rollup("r", themes=[qc.Theme("t1")], domains=[qc.Domain("d", themes=["tt"])])
    with pytest.raises(errors.RollupError, match="taken by the row for what rolls up to nothing"):
        qc.Theme("unassigned")


def test_what_may_be_assigned_is_said(study: qc.Codebook) -> None:
    assert study.assignable("Trust").id == "trust"
    with pytest.raises(errors.AssignmentError, match=r"only groups.*assign one below it: trust"):
        study.assignable("people")


# Rollups that follow the codebook


def themes_of(codebook: qc.Codebook, rollup: qc.Rollup) -> dict[str, set[str]]:
    return {node.id: set(node.codes) for node in lay_over(rollup, codebook).level("theme")}


def test_values_of_an_attribute_become_themes_whatever_they_are() -> None:
    values = ["+", "-", "Supports", "supports", "unassigned"]
    codes = [qc.Code(f"c{at}", attributes={"d": value}) for at, value in enumerate(values)]
    assert themes_of(book(*codes, qc.Code("none")), qc.Rollup.by_attribute("d")) == {
        "value-1": {"c0"},
        "value-2": {"c1"},
        "supports": {"c2"},
        "supports-2": {"c3"},
        "unassigned-2": {"c4"},
        "unassigned": {"none"},
    }
    with pytest.raises(errors.RollupError, match="no code has the attribute 'e'"):
        themes_of(book(*codes), qc.Rollup.by_attribute("e"))


def test_a_code_may_be_named_like_the_row_for_nothing() -> None:
    codes = book(qc.Code("unassigned"), qc.Code("x", parent="unassigned"))
    found = themes_of(codes, qc.Rollup.by_tree())
    assert found == {"unassigned-2": {"unassigned"}, "x": {"x"}, "unassigned": set()}


# Merging and splitting, where codes stand below each other and in themes


def test_a_merge_takes_along_what_stands_below() -> None:
    codes = book(qc.Code("a"), qc.Code("b", parent="a"), qc.Code("c", parent="b"), qc.Code("d"))
    assert after(codes, Merge(["b"], "d")).tree() == "a\nd\n└─ c"
    assert after(codes, Merge(["a"], "c")).tree() == "b\n└─ c\nd"
    assert after(codes, Merge(["a", "b"], "c")).tree() == "c\nd"


def merged_themes(rollup: qc.Rollup, *codes: qc.Code, merge: Merge) -> dict[str, set[str]]:
    return themes_of(
        after(book(*codes, rollups=[rollup]), merge), rollup_after(codes, rollup, merge)
    )


def rollup_after(codes: Any, rollup: qc.Rollup, merge: Merge) -> qc.Rollup:
    return after(book(*codes, rollups=[rollup]), merge).rollups[rollup.id]


@pytest.mark.parametrize(
    ("themes", "wanted"),
    [
        # The target has no place: it takes that of its source.
        ([qc.Theme("t", codes=["x"])], {"t": {"y"}}),
        ([qc.Theme("t", subtrees=["x"])], {"t": {"y", "below-x", "below-y"}}),
        # It has one, which decides; what was below the source was not merged.
        ([qc.Theme("t", codes=["x"]), qc.Theme("u", codes=["y"])], {"t": set(), "u": {"y"}}),
        (
            [qc.Theme("t", subtrees=["x"]), qc.Theme("u", codes=["y"])],
            {"t": {"below-x"}, "u": {"y"}},
        ),
        # It has one through what stands above it.
        (
            [qc.Theme("t", codes=["x"]), qc.Theme("u", subtrees=["top"])],
            {"t": set(), "u": {"top", "y", "below-y", "below-x"}},
        ),
        # Both have a place in one theme, which keeps holding both.
        (
            [qc.Theme("t", codes=["y"], subtrees=["x"]), qc.Theme("u", codes=["y"])],
            {"t": {"y", "below-x"}, "u": {"y"}},
        ),
        (
            [qc.Theme("t", codes=["x"], subtrees=["top"]), qc.Theme("u", codes=["y"])],
            {"t": {"top", "y", "below-y", "below-x"}, "u": {"y"}},
        ),
    ],
)
def test_where_a_merged_code_stands_in_a_rollup(
    themes: list[qc.Theme], wanted: dict[str, set[str]]
) -> None:
    codes = [
        qc.Code("x"),
        qc.Code("below-x", parent="x"),
        qc.Code("top"),
        qc.Code("y", parent="top"),
        qc.Code("below-y", parent="y"),
    ]
    found = merged_themes(qc.Rollup("r", themes=themes), *codes, merge=Merge(["x"], "y"))
    assert {id: held for id, held in found.items() if id != "unassigned"} == wanted


def test_what_was_below_a_merged_code_stays_in_its_themes() -> None:
    """Met by a law: a theme that held both, one through what stood above it, lost what was below."""
    codes = [
        qc.Code("top"),
        qc.Code("x", parent="top"),
        qc.Code("below-x", parent="x"),
        qc.Code("y"),
    ]
    themes = [qc.Theme("t", codes=["y"], subtrees=["top"])]
    found = merged_themes(qc.Rollup("r", themes=themes), *codes, merge=Merge(["x"], "y"))
    assert found == {"t": {"top", "y", "below-x"}, "unassigned": set()}
    alone = [qc.Theme("t", subtrees=["top"])]
    found = merged_themes(qc.Rollup("r", themes=alone), *codes, merge=Merge(["x"], "y"))
    assert found == {"t": {"top", "y", "below-x"}, "unassigned": set()}


def test_a_merge_into_what_stands_below_keeps_the_theme_of_both() -> None:
    """Met by a law: a theme that held both, one of them by a subtree, lost both."""
    codes = [qc.Code("x"), qc.Code("between", parent="x"), qc.Code("y", parent="between")]
    themes = [qc.Theme("t", codes=["y"]), qc.Theme("u", subtrees=["x"])]
    found = merged_themes(qc.Rollup("r", themes=themes), *codes, merge=Merge(["x"], "y"))
    assert found == {"t": {"y"}, "u": {"y", "between"}, "unassigned": set()}


def test_links_follow_a_merge_and_never_run_in_a_circle() -> None:
    links = [qc.Link("a", "supports", "b"), qc.Link("b", "supports", "c"), qc.Link("a", "is", "c")]
    codes = book(qc.Code("a"), qc.Code("b"), qc.Code("c"), links=links)
    merged = after(codes, Merge(["a"], "b"))
    assert [(each.source, each.type, each.target) for each in merged.links] == [
        ("b", "supports", "c"),
        ("b", "is", "c"),
    ]


def test_resolving_follows_merges_and_decisions() -> None:
    place = ("doc", 0, 5, "ana")
    codes = book(*(qc.Code(id) for id in "abcd"))
    changed = after(
        codes, Merge(["a"], "b"), Split("b", ["c", "d"], {place: "d"}), Merge(["d"], "c")
    )
    assert changed.resolve("a") == "b"
    assert changed.resolve("a", place) == "c"
    assert changed.resolve("a", ("doc", 0, 6, "ana")) == "b"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Rename("x", "X"), "no code has that id"),
        (Rename("gone", "X"), "it is retired; restore it first"),
        (Rename("was", "X"), "it was merged into 'trust'"),
        (Add(qc.Code("trust")), "exists already"),
        (Add(qc.Code("new", parent="gone")), "retired"),
        (Add(qc.Code("new", status="retired")), "a new code is live"),
        (Move("trust", "blind"), "which is part of it"),
        (Move("trust", "trust"), "which is part of it"),
        (Retire("trust"), "1 code below it"),
        (Restore("trust"), "it is live; it is in use"),
        (Restore("was"), "revert its merge"),
        (Merge([], "trust"), "nothing to merge"),
        (Merge(["trust"], "trust"), "a code twice"),
        (Merge(["trust"], "people"), "not codable"),
        (Split("money", ["trust"]), "at least two other codes"),
        (Split("money", ["trust", "people"]), "not codable"),
        (Split("trust", ["money", "blind"]), "^$"),
        (LinkCodes(qc.Link("money", "supports", "trust")), "exists already"),
        (UnlinkCodes(qc.Link("money", "is", "trust")), "there is no such link"),
        (Reorder(["trust"]), "every live code exactly once"),
        (Redefine("trust", {"attributes": {"direction": "up"}}), "allowed are supports"),
        (SetRollup(qc.Rollup("r", themes=[qc.Theme("t", codes=["x"])])), "does not exist"),
    ],
    ids=str,
)
def test_changes_that_do_not_fit(study: qc.Codebook, change: Change, message: str) -> None:
    base = after(
        study, Add(qc.Code("gone")), Retire("gone"), Add(qc.Code("was")), Merge(["was"], "trust")
    )
    history = qc.History.start(base, coder="x", time="2026-01-01T00:00:00Z")
    if message == "^$":
        # A part may stand below the code that is split: it moves up.
        assert after(base, change)["blind"].parent == "people"
        return
    with pytest.raises(errors.QualcodeError, match=message):
        history.append(change, coder="x", time="2026-01-02T00:00:00Z")


def test_redefining_what_is_no_definition_is_refused() -> None:
    with pytest.raises(errors.ChangeError, match=r"cannot set 'nam'|redefine cannot set 'name'"):
        Redefine("trust", {"name": "Trust"})


# Differences


def test_names_can_be_exchanged_and_passed_on() -> None:
    old = book(qc.Code("a", name="A"), qc.Code("b", name="B"), qc.Code("c", name="C"))
    new = book(
        qc.Code("a", name="B"),
        qc.Code("b", name="A"),
        qc.Code("c", name="D"),
        qc.Code("d", name="C"),
    )
    found = diff(old, new)
    assert after(old, *found) == new
    assert [change.code for change in found.of("rename")] == ["c", "b", "a", "b"]  # type: ignore[attr-defined]


def test_places_can_be_exchanged() -> None:
    old = book(
        qc.Code("p"),
        qc.Code("q"),
        qc.Code("x", name="N", parent="p"),
        qc.Code("y", name="N", parent="q"),
    )
    new = book(
        qc.Code("p"),
        qc.Code("q"),
        qc.Code("x", name="N", parent="q"),
        qc.Code("y", name="N", parent="p"),
    )
    assert after(old, *diff(old, new)) == new


def test_the_values_of_an_attribute_can_be_renamed() -> None:
    old = book(qc.Code("a", attributes={"d": "up"}), attributes={"d": ["up", "down"]})
    new = book(qc.Code("a", attributes={"d": "plus"}), attributes={"d": ["plus", "minus"]})
    assert after(old, *diff(old, new)) == new


def test_the_note_of_a_link_and_the_order_of_rollups_are_differences(study: qc.Codebook) -> None:
    noted = after(
        study,
        UnlinkCodes(study.links[0]),
        LinkCodes(qc.Link("money", "supports", "trust", note="p. 4")),
    )
    assert after(study, *diff(study, noted)).links[0].note == "p. 4"
    first, second = qc.Rollup("one", tree=True), qc.Rollup("two", tree=True)
    old, new = (book(qc.Code("a"), rollups=r) for r in ([first, second], [second, first]))
    assert list(after(old, *diff(old, new)).rollups) == ["two", "one"]


def test_what_was_renamed_and_then_retired_is_both(study: qc.Codebook) -> None:
    new = after(study, Rename("money", "Cash"), Retire("money"))
    assert [change.kind for change in diff(study, new)] == ["rename", "retire"]
    assert after(study, *diff(study, new)) == new


def test_a_code_that_is_gone_is_refused_or_retired(study: qc.Codebook) -> None:
    less = book(*(code for code in study.codes.values() if code.id not in ("blind", "money")))
    with pytest.raises(errors.ChangeError, match="codes blind, money are gone"):
        diff(study, less)
    assert [change.code for change in diff(study, less, retire_missing=True).of("retire")] == [  # type: ignore[attr-defined]
        "blind",
        "money",
    ]


def test_what_no_change_can_do_is_said(study: qc.Codebook) -> None:
    merged = after(study, Merge(["money"], "trust"))
    with pytest.raises(errors.ChangeError, match="cannot restore 'money': it is merged; revert"):
        diff(merged, study)


def test_a_difference_is_told_by_kind(study: qc.Codebook) -> None:
    new = after(study, Rename("trust", "Confidence"), Describe("Study", "", study.attributes))
    found = qc.diff(study, new)
    assert str(found) == "described: describe the codebook\nrenamed: rename trust to 'Confidence'"
    assert found.to_frame()["kind"].tolist() == ["described", "renamed"]
    assert str(qc.diff(study, study)) == "no difference"


# Keywords and patterns


def test_what_finds_a_code_is_part_of_what_it_means(study: qc.Codebook) -> None:
    fields = {"keywords": ["trust*", "rely on"], "patterns": RELY_ON}
    ruled = after(study, Redefine("trust", fields))
    assert ruled["trust"].keywords == ("trust*", "rely on")
    (change,) = diff(study, ruled)
    assert change == Redefine("trust", fields)
    assert str(diff(study, ruled)) == "redefined: redefine trust (keywords, patterns)"
    assert after(study, change) == ruled
    assert qc.diff(
        study, after(ruled, Redefine("trust", {"keywords": None, "patterns": None}))
    ) == (qc.diff(study, study))
    line = {"kind": change.kind, **change.record()}
    assert line["fields"] == fields
    assert change_from_record(json.loads(json.dumps(line))) == change
    history = qc.History.start(study, coder="ana", time="2026-01-05T09:00:00Z")
    history = history.append(change, coder="ben", time="2026-01-06T09:00:00Z")
    assert history.describe(2) == "redefine trust (keywords, patterns)"
    reverted = history.append(Revert(history[2].id), coder="ana", time="2026-01-07T09:00:00Z")
    assert reverted.codebook == study
    assert reverted.at(2)["trust"].patterns == ruled["trust"].patterns


def test_a_pattern_that_is_none_is_refused_when_it_is_made_part_of_a_code(
    study: qc.Codebook,
) -> None:
    with pytest.raises(
        errors.CodebookError, match=r"patterns: pattern 1 is 'x' \(str\), not a list"
    ):
        Redefine("trust", {"patterns": ["x"]}).apply(study)
    with pytest.raises(errors.ChangeError, match="code 'trust': the keyword '' is empty"):
        Redefine("trust", {"keywords": ["x", ""]}).apply(study)


def test_a_merge_leaves_each_code_its_own_keywords() -> None:
    merged = after(
        book(
            qc.Code("a", keywords="x", examples="ex", patterns=RELY_ON),
            qc.Code("b", keywords="y", examples="why"),
        ),
        Merge(["a"], "b"),
    )
    assert (merged["b"].keywords, merged["b"].examples) == (("y",), ("why",))
    assert (merged.codes["a"].keywords, len(merged.codes["a"].patterns)) == (("x",), 1)


def test_codes_without_keywords_are_written_as_they_were_before_there_were_any() -> None:
    old = qc.Codebook(
        "study",
        codes=[
            qc.Code(
                "trust",
                name="Trust",
                definition="Reliance.",
                include=["always"],
                examples=["I rely on them."],
                memos="Check.",
                colour="#4477aa",
                attributes={"direction": "supports"},
            )
        ],
    )
    changes = [
        Redefine("trust", {"definition": "Word.", "include": ["a", "b"], "attributes": {}}),
        Describe("Study", "d", {"direction": ["supports", "constrains"]}),
    ]
    history = qc.History.start(old, coder="ana", time="2026-01-05T09:00:00Z")
    for change in changes:
        history = history.append(change, coder="ana", time="2026-01-05T09:01:00Z")
    # What was not said is not written, so a log without keywords is what one was before there were any.
    texts = [json.dumps([*map(list, each.change.content()[1:])]) for each in history]
    assert not any(word in text for text in texts for word in ("keywords", "patterns"))
    written = [each.change.content() for each in history]
    assert written[0][2]["codebook"]["codes"]["trust"] == {
        "name": "Trust",
        "definition": "Reliance.",
        "include": "always",
        "examples": "I rely on them.",
        "memos": "Check.",
        "colour": "#4477aa",
        "attributes": {"direction": "supports"},
    }
    assert written[1:] == [change.content() for change in changes]


# Records


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (["a"], "must be a mapping of fields"),
        ({"defintion": "x"}, "'defintion', which is not known.*Did you mean 'definition'"),
        ({"definition": 3}, "it must be text"),
        ({"codable": "yes"}, "true or false"),
        ({"include": [1]}, "text or a list of texts"),
        ({"attributes": {"d": 1}}, "a mapping of texts to texts"),
        ({"keywords": {"a": 1}}, "keywords is .*; it must be text or a list of texts"),
        ({"patterns": "rely"}, "patterns is 'rely'; it must be a list of patterns"),
    ],
)
def test_broken_records_of_codes_are_refused(record: Any, message: str) -> None:
    with pytest.raises(errors.CodebookError, match=message):
        code_from_record("a", record)


def test_broken_records_of_codebooks_and_rollups_are_refused() -> None:
    with pytest.raises(errors.CodebookError, match="codes is 3; it must be a mapping"):
        codebook_from_record({"id": "a", "codes": 3})
    with pytest.raises(errors.CodebookError, match="'cods', which is not known"):
        codebook_from_record({"id": "a", "cods": {}})
    with pytest.raises(errors.CodebookError, match=r"themes is .*; it must be a mapping"):
        rollup_from_record("r", {"themes": ["a"]})
    with pytest.raises(errors.CodebookError, match=r"codes is .a.; it must be a list"):
        rollup_from_record("r", {"themes": {"t": {"codes": "a"}}})
    with pytest.raises(errors.ChangeError, match="no kind of change"):
        change_from_record({"kind": "explode"})
    with pytest.raises(errors.ChangeError, match="has the fields code, name"):
        change_from_record({"kind": "rename", "code": "a"})


def test_the_log_and_the_codebook_know_the_same_kinds_of_change() -> None:
    # To revert is to undo: an event of its own kind, which no codebook can make.
    assert {*KINDS} - {"revert"} == CODEBOOK
    assert all(kind.verb and kind.kind == name for name, kind in KINDS.items())


def test_what_editors_know_of_a_codes_fields_is_what_can_be_set() -> None:
    assert {*Sense.__annotations__} == {*CODE_CHECKS, "patterns"} - {"colour"}
    assert {*CodeFields.__annotations__} == {*CODE_CHECKS, "patterns"}
