"""Extracting from sources by templates: typed fields, quotes, two extractors, tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.cli.app import main
from qualcode.errors import NotFoundError, ProjectError
from qualcode.model.review.field_values import TYPES, read_value_of, value_text

EFFECTS = {
    "id": "effects",
    "rows": "outcome",
    "fields": [
        {"id": "outcome", "required": True},
        {"id": "effect", "type": "interval", "required": True},
        {"id": "distance", "type": "number", "units": ["km", "mi"], "least": 0},
        {"id": "blind", "type": "yes/no"},
        {"id": "kinds", "type": "choices", "choices": ["east", "west"]},
    ],
}


@pytest.fixture
def project() -> qc.Project:
    project = qc.Project.new("Study", codebook=qc.Codebook("study"), coder="ana")
    project.add_document("In 2019 we asked 40 people. It helped somewhat.", id="a")
    project.add_document("It helped nobody.", id="b")
    return project


@pytest.mark.parametrize(
    ("type", "given_value", "kept"),
    [
        ("text", " as it stands ", " as it stands "),
        ("number", "−1.5", -1.5),
        ("number", 3, 3),
        ("integer", "40", 40),
        ("integer", 40.0, 40),
        ("year", "2019", 2019),
        ("date", "2019-12-31", "2019-12-31"),
        ("yes/no", "No", False),
        ("choice", "EAST", "east"),
        ("choices", "west; east", ["east", "west"]),
        (
            "interval",
            "OR 2.07 [1.26 to 3.41]",
            {"measure": "OR", "estimate": 2.07, "low": 1.26, "high": 3.41},
        ),
        ("interval", (1, 0.5, 2), {"estimate": 1, "low": 0.5, "high": 2}),
    ],
)
def test_values_are_read_by_type(type: str, given_value: object, kept: object) -> None:
    assert read_value_of(type, given_value, what="field", choices=("east", "west")) == kept


@pytest.mark.parametrize(
    ("type", "given_value", "told"),
    [
        ("text", "  ", "not empty"),
        ("number", "many", "must be a number"),
        ("number", "3 km", "'km' is no unit of it, and this field has none"),
        ("number", float("nan"), "finite"),
        ("integer", "4.5", "whole number"),
        ("integer", True, "whole number"),
        ("year", 19, "from 1000 to 2999"),
        ("date", "31.12.2019", "as 2026-01-31"),
        ("yes/no", "maybe", "yes or no"),
        ("choice", "north", "none of its choices; there are east, west"),
        ("choices", [], "names none"),
        ("interval", "2.07", r"as 'RR 1.04 \(0.92–1.17\)'"),
        ("interval", "9 (1–3)", "does not lie in its interval"),
        ("interval", {"estimate": 1, "low": 0, "high": 2, "p": 0.1}, "'p' is no part"),
    ],
)
def test_what_is_no_value_is_refused(type: str, given_value: object, told: str) -> None:
    with pytest.raises(ProjectError, match=told):
        read_value_of(type, given_value, what="field", choices=("east", "west"))


_NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 4))
_VALUES = st.one_of(
    st.tuples(st.just("integer"), st.integers(-(10**9), 10**9)),
    st.tuples(st.just("number"), _NUMBERS),
    st.tuples(st.just("yes/no"), st.booleans()),
    st.tuples(st.just("date"), st.dates().map(str)),
    st.tuples(st.just("choices"), st.sampled_from([["east"], ["west"], ["east", "west"]])),
    st.tuples(
        st.just("interval"),
        st.tuples(_NUMBERS, _NUMBERS, _NUMBERS).map(
            lambda three: dict(zip(("low", "estimate", "high"), sorted(three), strict=True))
        ),
    ),
)


@settings(max_examples=150)
@given(_VALUES)
def test_what_is_written_as_text_is_read_again(drawn: tuple[str, Any]) -> None:
    type, value = drawn
    kept = read_value_of(type, value, what="field", choices=("east", "west"))
    assert read_value_of(type, value_text(kept), what="field", choices=("east", "west")) == kept
    assert type in TYPES


def test_fields_are_filled_in_over_several_calls(project: qc.Project) -> None:
    review = project.review()
    review.extract(
        "a", EFFECTS, {"outcome": "help"}, quotes={"outcome": "it helped  somewhat"}, row=1
    )
    review.extract("a", "effects", {"effect": "1.1 (0.9–1.3)", "distance": "3 km"}, row="1")
    review.extract("a", "effects", {"outcome": "harm"}, row="2")
    found = review.extraction("effects")
    one, two = found.of("a")
    assert one.quotes == {"outcome": ("It helped somewhat",)}
    assert one.values["distance"] == {"value": 3, "unit": "km"}
    assert (one.missing, two.missing) == ((), ("effect",))
    assert found.without == ("b",)
    review.extract("a", "effects", {"outcome": None}, row="2")
    assert len(review.extraction()) == 1


@pytest.mark.parametrize(
    ("values", "options", "error", "told"),
    [
        ({"outcome": "x"}, {}, ProjectError, "a row for each outcome: say which"),
        ({"price": 3}, {"row": 1}, NotFoundError, "no field 'price'"),
        (
            {"distance": 3},
            {"row": 1},
            ProjectError,
            "source 'a': effects: field 'distance': 3 has no unit",
        ),
        ({"distance": "-3 km"}, {"row": 1}, ProjectError, "must be at least 0"),
        (
            {"outcome": "x"},
            {"row": 1, "quotes": {"outcome": "It helped nobody"}},
            ProjectError,
            "nearest passage",
        ),
        ([("outcome", "x"), ("outcome", "y")], {"row": 1}, ProjectError, "answered twice"),
    ],
)
def test_what_does_not_fit_leaves_nothing(
    project: qc.Project, values: Any, options: dict[str, Any], error: type[Exception], told: str
) -> None:
    before = len(project.log)
    with pytest.raises(error, match=told):
        project.review().extract("a", EFFECTS, values, **options)
    assert len(project.log) == before


def test_two_extract_and_agree(project: qc.Project) -> None:
    review = project.review()
    for coder, year, people in (("ana", 2019, 40), ("ben", 2019, 14)):
        review.extract(
            "a", "characteristics", {"authors": "They", "year": year, "reviews": people}, coder=coder,
            quotes={"year": "In 2019"},
        )  # fmt: skip
    (odd,) = review.extraction().disagreements
    assert (odd.field, dict(odd.values)) == ("reviews", {"ana": 40, "ben": 14})
    done = review.reconcile_extraction("characteristics", {("a", "reviews"): "40"})
    (row,) = done
    assert dict(row.values) == {"authors": "They", "year": 2019, "reviews": 40}
    assert row.quotes["year"] == ("In 2019",)
    assert not done.disagreements
    assert done.agreement()["reviews"].percent.value == 0.0
    with pytest.raises(ProjectError, match="named by its source and field"):
        review.reconcile_extraction("characteristics", {("a", "1", "reviews"): 40})


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"id": "t", "fields": []}, "it has no fields"),
        ({"id": "t", "fields": [{"id": "a"}, {"id": "a"}]}, "two called 'a'"),
        (
            {"id": "t", "fields": [{"id": "a", "type": "number", "choices": ["x"]}]},
            "choices go with",
        ),
        ({"id": "t", "fields": [{"id": "a", "type": "choice"}]}, "it has no choices"),
        ({"id": "t", "fields": [{"id": "source"}]}, "is a column of every table"),
        (
            {"id": "t", "fields": [{"id": "a", "typ": "text"}]},
            "did you mean 'type'|'typ' is not known",
        ),
        ({"id": "a b", "fields": [{"id": "a"}]}, "must be of letters"),
    ],
)
def test_what_is_no_template_is_refused(said: dict[str, Any], told: str) -> None:
    with pytest.raises(ProjectError, match=told):
        qc.Template.of(said)


@pytest.mark.parametrize("name", qc.list_templates())
def test_shipped_templates_are_what_they_say(name: str) -> None:
    template = qc.read_template(name)
    assert template.id == name
    assert qc.Template.of(template.to_mapping()) == template


@pytest.mark.parametrize("name", qc.list_instruments())
def test_shipped_instruments_are_what_they_say(name: str) -> None:
    instrument = qc.read_instrument(name)
    assert instrument.id == name
    assert "own" in instrument.licence
    assert qc.Instrument.of(instrument.to_mapping()) == instrument


def test_a_table_is_taken_over_whole_or_not_at_all(project: qc.Project, tmp_path: Path) -> None:
    review = project.review()
    path = tmp_path / "table.csv"
    path.write_text(
        "source,row,outcome,outcome quote,effect,effect note\n"
        "a,1,help,It helped somewhat,OR 2 (1–3),rounded\nb,1,help,,2 (3–4),\n"
    )
    before = len(project.log)
    with pytest.raises(
        ProjectError, match=r"table.csv, row 3: source 'b': .*does not lie in its interval"
    ):
        review.read_extraction(path, EFFECTS)
    assert len(project.log) == before
    path.write_text(path.read_text().replace("2 (3–4)", ""))
    assert review.read_extraction(path, EFFECTS) == 2
    again = tmp_path / "again.csv"
    review.write_extraction("effects", again)
    assert review.read_extraction(again, "effects", coder="ben") == 2
    assert not review.extraction().disagreements
    path.write_text("source,price\na,3\n")
    with pytest.raises(ProjectError, match="the column 'price' is none of effects"):
        review.read_extraction(path, EFFECTS)


def test_the_commands_take_tables_and_give_them(project: qc.Project, tmp_path: Path) -> None:
    folder, table = str(tmp_path / "study"), tmp_path / "table.csv"
    project.save(folder)
    run = CliRunner()
    made = run.invoke(main, ["extract", folder, "characteristics", "--output", str(table)])
    assert made.exit_code == 0, made.output
    table.write_text("source,authors,year,type\na,They,2019,formal\n")
    taken = run.invoke(
        main, ["extract", folder, "characteristics", "--table", str(table), "--coder", "ben"]
    )
    assert "1 row taken over" in taken.output
    shown = run.invoke(main, ["extract", folder, "characteristics"])
    assert "Context and type" in shown.output
    table.write_text("source,1,recorded\na,yes,low\n")
    run.invoke(main, ["appraise", folder, "amstar2", "--table", str(table)])
    assert "AMSTAR 2: 1 source" in run.invoke(main, ["appraise", folder, "amstar2"]).output
    wrong = run.invoke(main, ["appraise", folder, "casp-qualitative"])
    assert wrong.exit_code != 0
    assert "does not use the instrument" in wrong.output
