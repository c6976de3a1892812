"""The shipped sources of the partnership interviews are consistent in themselves."""

import csv
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2] / "corpora" / "partnership-interviews"
CODERS = {"ana", "ben", "consensus"}
SECTORS = {"health", "local government", "voluntary", "housing"}
ROLES = {"manager", "front-line", "director"}
ROUNDS = (1, 2, 3)

Row = dict[str, str]


@cache
def rows(name: str) -> list[Row]:
    with (ROOT / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def yaml(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text(encoding="utf-8"))


@cache
def text(document: str) -> str:
    return (ROOT / "interviews" / f"{document}.txt").read_text(encoding="utf-8")


def place(row: Row) -> tuple[int, int]:
    """Where the quote of a coding stands: its start and end in code points."""
    start = -1
    for _ in range(int(row["occurrence"])):
        start = text(row["document"]).find(row["quote"], start + 1)
        assert start >= 0, (
            f"{row['document']} has no occurrence {row['occurrence']}: {row['quote']!r}"
        )
    return start, start + len(row["quote"])


def change(live: set[str], step: Any) -> set[str]:
    """The codes that can be assigned after one change, refusing one that does not fit."""
    match step["kind"]:
        case "add":
            assert step["code"] not in live
            assert step["parent"] in live
            return live | {step["code"]}
        case "merge":
            gone = set(step["sources"])
            assert gone < live
            assert step["into"] in live - gone
            return live - gone
        case "split":
            assert step["source"] in live
            return live - {step["source"]} | {part["code"] for part in step["parts"]}
        case "retire":
            assert step["code"] in live
            return live - {step["code"]}
        case "rename" | "redefine" | "move":
            assert step["code"] in live
            return live
    raise AssertionError(step["kind"])


@cache
def live_codes(round_: int) -> frozenset[str]:
    book = yaml("codebook.yaml")["codes"]
    codes = {key for key, code in book.items() if code.get("codable", True)}
    for revision in yaml("revisions.yaml"):
        if revision["after_round"] < round_:
            for step in revision["changes"]:
                codes = change(codes, step)
    return frozenset(codes)


def by_document(coder: str) -> dict[str, list[Row]]:
    found = defaultdict(list)
    for row in rows("codings.csv"):
        if row["coder"] == coder:
            found[row["document"]].append(row)
    return found


def shared() -> set[str]:
    return set(by_document("ana")) & set(by_document("ben"))


def matched(document: str) -> int:
    """How many of ana's codings overlap one of ben's with the same code."""
    theirs = [(row["code"], *place(row)) for row in by_document("ben")[document]]
    ours = [(row["code"], *place(row)) for row in by_document("ana")[document]]
    return sum(
        any(c == code and s < end and start < e for c, s, e in theirs) for code, start, end in ours
    )


def test_each_document_has_one_interview_and_its_variables() -> None:
    documents = rows("documents.csv")
    assert len(documents) == 12
    assert {row["id"] for row in documents} == {p.stem for p in (ROOT / "interviews").iterdir()}
    cases = {row["id"]: row for row in rows("cases.csv")}
    assert len(cases) == len(rows("cases.csv"))
    for row in documents:
        assert row["sector"] in SECTORS
        assert row["role"] in ROLES
        assert row["wave"] in {"1", "2"}
        date.fromisoformat(row["date"])
        own = row["cases"].split(";")
        assert set(own) <= cases.keys()
        assert [c for c in own if cases[c]["kind"] == "site"] == [row["site"]]
        assert sum(cases[c]["kind"] == "participant" for c in own) == len(speakers(row["id"]))
    assert all(count == 3 for count in Counter(row["sector"] for row in documents).values())


def speakers(document: str) -> set[str]:
    labels = {turn.split(": ", 1)[0] for turn in text(document).rstrip("\n").split("\n\n")}
    return labels - {"INTERVIEWER"}


@pytest.mark.parametrize("document", [row["id"] for row in rows("documents.csv")])
def test_interview_is_turns_of_the_promised_length(document: str) -> None:
    assert 650 <= len(text(document).split()) <= 900
    assert b"\r" not in (ROOT / "interviews" / f"{document}.txt").read_bytes()
    own = next(row["cases"] for row in rows("documents.csv") if row["id"] == document).split(";")
    names = {row["name"].upper() for row in rows("cases.csv") if row["id"] in own}
    assert speakers(document) <= names
    turns = text(document).rstrip("\n").split("\n\n")
    assert all(turn.partition(": ")[2] and "\n" not in turn for turn in turns)
    assert turns[0].startswith("INTERVIEWER: ")


def test_every_quote_stands_where_it_says() -> None:
    for row in rows("codings.csv"):
        start, end = place(row)
        assert text(row["document"])[start:end] == row["quote"] == row["quote"].strip() != ""
        assert "\n" not in row["quote"]


def test_no_coding_is_given_twice() -> None:
    keys = [(r["document"], r["coder"], r["code"], *place(r)) for r in rows("codings.csv")]
    assert len(keys) == len(set(keys))


def test_codings_use_codes_live_in_their_round() -> None:
    assert {int(row["round"]) for row in rows("codings.csv")} == set(ROUNDS)
    for row in rows("codings.csv"):
        assert row["code"] in live_codes(int(row["round"])), row


def test_interviews_are_coded_in_their_round_but_for_the_code_added_last() -> None:
    order = [row["id"] for row in rows("documents.csv")]
    for row in rows("codings.csv"):
        in_turn = 1 + order.index(row["document"]) // 4
        assert int(row["round"]) == (3 if row["code"] == "resident-voice" else in_turn), row


@pytest.mark.parametrize("round_", ROUNDS)
def test_every_live_code_is_used_in_its_round(round_: int) -> None:
    used = {row["code"] for row in rows("codings.csv") if int(row["round"]) == round_}
    assert used == live_codes(round_)


def test_rounds_change_the_codebook_as_described() -> None:
    first, second, third = (live_codes(round_) for round_ in ROUNDS)
    assert first - second == {"informal-contact"}
    assert second < first
    assert second - third == {"funding"}
    assert third - second == {"flexible-money", "short-term-money", "resident-voice"}


def test_revisions_come_in_order_with_who_and_why() -> None:
    revisions = yaml("revisions.yaml")
    assert len(revisions) == 3
    rounds = [revision["after_round"] for revision in revisions]
    assert rounds == sorted(rounds)
    assert all(revision["coder"] in {"ana", "ben"} for revision in revisions)
    assert all(revision["reason"] for revision in revisions)


def test_split_decides_all_codings_but_two() -> None:
    (split,) = (s for r in yaml("revisions.yaml") for s in r["changes"] if s["kind"] == "split")
    parts = {part["code"] for part in split["parts"]}
    decided = {(d["document"], d["coder"], d["quote"], d["occurrence"]) for d in split["decisions"]}
    assert len(decided) == len(split["decisions"])
    assert {d["part"] for d in split["decisions"]} == parts
    codings = {
        (row["document"], row["coder"], row["quote"], int(row["occurrence"]))
        for row in rows("codings.csv")
        if row["code"] == split["source"]
    }
    assert decided < codings
    assert len(codings - decided) == 2


def test_codebook_tree_and_rollups_name_codes_that_exist() -> None:
    book = yaml("codebook.yaml")
    codes = book["codes"]
    directions = set(book["attributes"]["direction"])
    for key, code in codes.items():
        assert code["definition"]
        assert code["colour"].startswith("#")
        assert code.get("parent", key) in codes
        assert set(code.get("attributes", {}).values()) <= directions
    colours = [code["colour"] for code in codes.values()]
    assert len(colours) == len(set(colours))
    rollup = book["rollups"]["domains"]
    placed = Counter(theme for domain in rollup["domains"].values() for theme in domain["themes"])
    assert placed.keys() == rollup["themes"].keys()
    assert 2 in placed.values()
    for theme in rollup["themes"].values():
        assert {*theme.get("codes", []), *theme.get("subtrees", [])} <= codes.keys()
    assert book["rollups"]["direction"]["attribute"] == "direction"


def test_examples_are_quotes_of_round_one_coded_so() -> None:
    first = [row for row in rows("codings.csv") if row["round"] == "1"]
    for key, code in yaml("codebook.yaml")["codes"].items():
        for example in code.get("examples", []):
            overlapping = [
                row
                for row in first
                if row["code"] == key and (row["quote"] in example or example in row["quote"])
            ]
            assert overlapping, f"{key}: {example!r} is not coded {key} by anyone"
        assert "examples" in code or not code.get("codable", True)


def test_who_coded_what() -> None:
    assert {row["coder"] for row in rows("codings.csv")} == CODERS
    assert len(shared()) == 9
    assert set(by_document("ana")) - shared() == {"int-04", "int-10"}
    assert set(by_document("ben")) - shared() == {"int-08"}
    assert set(by_document("consensus")) == shared()
    for coder in ("ana", "ben"):
        assert all(25 <= len(found) <= 45 for found in by_document(coder).values())


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %"


def test_agreement_is_moderate_and_as_the_readme_says() -> None:
    ana = by_document("ana")
    total, agreed = sum(len(ana[d]) for d in shared()), sum(map(matched, shared()))
    assert 0.4 < agreed / total < 0.9
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"Of ana's {total} codings" in readme
    assert f"for {agreed}, {share(agreed, total)}" in readme
    made = Counter(row["coder"] for row in rows("codings.csv"))
    assert f"Ana made {made['ana']} codings, ben {made['ben']}," in readme
    assert f"the consensus has {made['consensus']}." in readme
    for round_, first in zip(ROUNDS, (0, 3, 6), strict=True):
        coded = sorted(shared())[first : first + 3]
        percent = share(sum(map(matched, coded)), sum(len(ana[d]) for d in coded))
        assert f"{percent} in round {round_}" in readme


def test_some_segments_carry_several_codes() -> None:
    def where(row: Row) -> tuple[str, str, int, int]:
        return row["document"], row["coder"], *place(row)

    ordered = sorted(rows("codings.csv"), key=where)
    assert sum(len(list(same)) > 1 for _, same in groupby(ordered, key=where)) >= 3


def test_difficult_text_is_kept() -> None:
    assert "👍🏽🚗" in text("int-05")
    assert "SIÂN PROSSER: " in text("int-12")
    assert len(speakers("int-07")) == 2
    assert any(row["occurrence"] == "2" for row in rows("codings.csv"))
