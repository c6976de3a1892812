"""Commands that compare groups, networks and documents: what they print is what the library answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

import qualcode as qc
from qualcode.cli import main

STUDY = "partnership-interviews"


def told(*words: str) -> Any:
    result = CliRunner().invoke(main, [*words, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_groups_are_tested_as_the_library_tests_them() -> None:
    study = qc.load_project(STUDY)
    found = told("groups", STUDY, "--by", "wave", "--unit", "turn", "--level", "theme")
    wanted = study.group_tests("wave", unit="turn", level="theme").to_frame()
    assert [each["id"] for each in found["rows"]] == wanted["id"].tolist()
    assert [each["p"] for each in found["rows"]] == pytest.approx(wanted["p"].tolist())
    trend = told("groups", STUDY, "--by", "wave", "--unit", "turn", "--trend", "--coder", "ana")
    slopes = study.trends("wave", unit="turn", coders=["ana"]).to_frame()["slope"].tolist()
    assert [each["slope"] for each in trend["rows"]] == pytest.approx(slopes)


def test_networks_say_how_far_groups_are_apart() -> None:
    words = ("networks", STUDY, "--by", "wave", "--level", "domain", "--random-state", "1")
    found = told(*words)
    study = qc.load_project(STUDY)
    wanted = study.epistemic_networks(by="wave", level="domain", random_state=1).space
    assert wanted.contrast is not None
    assert found["distance_p"] == wanted.contrast.distance_p
    assert [each["axis"] for each in found["axes"]] == ["MR1", "SVD2"]
    printed = CliRunner().invoke(main, list(words)).output
    assert "by regrouping" in printed
    three = ("networks", STUDY, "--network", "speaker", "--by", "role", "--random-state", "1")
    named = told(*three, "--contrast", "director", "front-line", "--cluster", "case")
    wanted = study.epistemic_networks(
        network="speaker",
        by="role",
        contrast=("director", "front-line"),
        cluster="case",
        random_state=1,
    ).space
    assert named["axes"][0]["t"] == pytest.approx(wanted.tests_frame()["t"][0])
    assert wanted.contrast is not None
    assert named["distance_p"] == wanted.contrast.distance_p
    printed = CliRunner().invoke(main, [*three, "--contrast", "director", "front-line"]).output
    assert "front-line less director, by axis" in printed
    wrong = CliRunner().invoke(main, [*three, "--contrast", "director", "nobody"])
    assert wrong.exit_code == 1
    assert "no group 'nobody'" in wrong.output
    assert told("networks", STUDY, "--by", "wave", "--contrast", "1", "2")["distance"] is not None
    alone = told("networks", STUDY, "--network", "speaker", "--at", "9", "--window", "2")
    assert alone["distance"] is None


def test_saturation_says_how_many_more(tmp_path: Path) -> None:
    words = ("saturation", "collaboration-reviews", "--random-state", "1")
    found = told(*words)
    needed = qc.load_project("collaboration-reviews").saturation(random_state=1).needed
    assert [each["more"] for each in found["needed"]] == pytest.approx(needed.more.tolist())
    assert "How many more documents" in CliRunner().invoke(main, list(words)).output
    file = tmp_path / "curve.csv"
    written = CliRunner().invoke(main, [*words, "--csv", str(file)])
    assert "36 rows" in written.output
    assert len(pd.read_csv(file)) == 36


def test_what_is_wrong_is_said_in_a_line() -> None:
    result = CliRunner().invoke(main, ["groups", STUDY, "--by", "nothing"])
    assert result.exit_code != 0
    assert "nothing" in result.output
    assert "Traceback" not in result.output
