"""Looking for what may be names."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import attrs
import pytest
from tests.unit.test_cli import run

import qualcode as qc
from qualcode.errors import PseudonymError
from qualcode.model.texts.names import mentions
from qualcode.project.pseudonymising import read_key

TEXT = (
    "INT: Who helped you?\nR: The nurse, Joan Smith, and Herr van der Berg. I think Joan's phone is "
    "030 123 45 67. Anna did, who else. We met Élodie in New York, as we do. I'm joan@example.org."
)


@pytest.fixture
def project() -> qc.Project:
    project = qc.Project.new("Study", codebook=qc.Codebook("study", codes=[qc.Code("trust")]))
    project.add_document(TEXT, id="a", name="first", cases="Joan")
    project.assign(("a", 0, 3), "trust", memo="as Zacharias had it", coder="ben")
    return project


def test_what_looks_like_a_name_is_found_with_counts_and_contexts(project: qc.Project) -> None:
    found = {each.name: each for each in project.find_names()}
    assert found["Joan Smith"].kinds == ("capitalised",)
    assert found["Joan"].count == 3
    assert set(found["Joan"].kinds) >= {"capitalised", "case"}
    assert found["030 123 45 67"].kinds == ("phone",)
    assert found["joan@example.org"].kinds == ("e-mail",)
    assert found["Anna"].kinds == ("always capitalised",)
    assert found["Zacharias"].contexts == ("as [Zacharias] had it",)
    assert "speaker" in found["INT"].kinds
    assert {"Who", "We", "I'm", "I"}.isdisjoint(found)
    assert found["Élodie"].documents == ("a",)


def test_entities_of_a_pipeline_are_candidates(project: qc.Project) -> None:
    @attrs.frozen
    class Entity:
        start_char: int
        end_char: int
        label_: str

    @attrs.frozen
    class Doc:
        ents: tuple[Entity, ...]

    def pipeline(text: str) -> Any:
        at = text.find("nurse")
        return Doc((Entity(at, at + 5, "PERSON"), Entity(0, 1, "CARDINAL"))) if at >= 0 else Doc(())

    found = {each.name: each.kinds for each in project.find_names(pipeline)}
    assert found["nurse"] == ("PERSON",)
    with pytest.raises(PseudonymError, match="must be a spaCy pipeline"):
        project.find_names("en_core_web_sm")  # type: ignore[arg-type]


def test_its_table_is_filled_in_and_given_back(project: qc.Project, tmp_path: Path) -> None:
    folder, table = tmp_path / "study", tmp_path / "names.csv"
    project.save(folder)
    listed = run("names", str(folder))
    assert "candidates for names" in listed.output
    assert run("names", str(folder), "--output", str(table)).exit_code == 0
    with open(table, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["pseudonym"] = {"Joan": "P4", "Joan Smith": "P4"}.get(row["name"], "")
        row["of"] = {"Anna": "Joan"}.get(row["name"], "")
    with open(table, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert read_key(table) == ({"Joan": "P4", "Joan Smith": "P4"}, {"Joan": ["Anna"]})
    done = run("pseudonymise", str(folder), "--names", str(table), "--yes")
    assert done.exit_code == 0, done.output
    assert "P4 did" in qc.Project.open(folder).documents["a"].text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("we saw Mr. Who there", ["Who"]),
        ("so O'Brien and Anne-Marie came", ["O'Brien", "Anne-Marie"]),
        ("и там Иван Петров", ["Иван Петров"]),
        ("she said: “Joan!”", ["Joan"]),
        ("nobody", []),
        ("", []),
    ],
)
def test_names_in_many_forms(text: str, names: list[str]) -> None:
    assert [each.text for each in mentions(text)] == names
