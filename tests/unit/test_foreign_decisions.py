"""What screeners decided in other programs, from their exports."""

from __future__ import annotations

from pathlib import Path

import pytest

import qualcode as qc

DATA = Path(__file__).parents[1] / "data/references"
EXCLUDED = DATA / "review_1_excluded_csv_20240101000000.csv"
IRRELEVANT = DATA / "review_1_irrelevant_csv_20240101000000.csv"


def said(found: qc.ForeignDecisions) -> list[tuple[str, ...]]:
    return [(each.coder, each.stage, each.decision, each.reason, each.note) for each in found]


def test_rayyan_says_who_decided_what_and_why() -> None:
    found = qc.read_decisions(DATA / "articles.csv")
    assert found.program == "rayyan"
    assert said(found) == [
        ("Ana", "title-abstract", "include", "", "labels: key paper"),
        (
            "Ben K.",
            "title-abstract",
            "maybe",
            "",
            "check the sites; and the year; labels: key paper",
        ),
        ("Ana", "title-abstract", "exclude", "wrong population", "also: foreign language"),
        ("Ben K.", "title-abstract", "exclude", "wrong population", "also: foreign language"),
    ]
    assert [(each.severity, each.name) for each in found.losses] == [
        ("note", "Found by nobody else")
    ]
    assert found[0].record.authors == ("Okoye, Ben", "van der Berg, Johanna")


def test_rayyan_writes_ris_too() -> None:
    found = qc.read_decisions(DATA / "rayyan.ris", stage="full-text")
    assert said(found) == [("Ana", "full-text", "exclude", "wrong population", "")]


def test_a_list_of_covidence_says_the_stage_and_the_reason() -> None:
    assert said(qc.read_decisions(EXCLUDED)) == [
        ("covidence", "title-abstract", "include", "", ""),
        ("covidence", "full-text", "exclude", "Wrong population", ""),
    ]
    assert said(qc.read_decisions(IRRELEVANT, coder="both")) == [
        ("both", "title-abstract", "exclude", "", "")
    ]


def test_a_list_whose_name_was_changed_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_bytes(EXCLUDED.read_bytes())
    found = qc.read_decisions(tmp_path / "mine.csv")
    assert not found
    assert "which list it is" in found.losses[0].reason


def test_asreview_needs_somebody_who_decided() -> None:
    with pytest.raises(qc.errors.DocumentError, match="coder='ana'"):
        qc.read_decisions(DATA / "asreview.csv")
    found = qc.read_decisions(DATA / "asreview.csv", coder="ana")
    assert said(found) == [
        ("ana", "title-abstract", "include", "", "good"),
        ("ana", "title-abstract", "exclude", "", ""),
    ]
    assert found.losses[0].name == "Found by nobody else"


def test_what_is_no_decision_is_listed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("title,included\nTrust,perhaps\nMoney,1\n")
    found = qc.read_decisions(tmp_path / "a.csv", coder="ana")
    assert [each.record.title for each in found] == ["Money"]
    assert "neither 1 nor 0" in found.losses[0].reason


def test_other_files_are_refused() -> None:
    with pytest.raises(qc.errors.DocumentError, match="no decisions that are known"):
        qc.read_decisions(DATA / "scopus.csv")
    with pytest.raises(qc.errors.DocumentError, match="program"):
        qc.read_decisions(DATA / "articles.csv", "excel")
