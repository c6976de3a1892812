"""Coders compared in a table of assignments: what is asked, refused, and said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.report.methods import methods
from qualcode.stats.agreement import own_measure
from qualcode.stats.agreement.study.levels import NothingComparedError

pa = pytest.importorskip("pyarrow")

BOOK = qc.Codebook(
    "study",
    codes=[
        qc.Code("people", codable=False),
        qc.Code("trust", parent="people"),
        qc.Code("roles", parent="people"),
        qc.Code("budget"),
    ],
)


def rows(n: int = 40, coders: str = "abc") -> Any:
    """Return what several coders put on the same sentences of some documents."""
    random = np.random.default_rng(3)
    kept = random.random((n, len(coders))) < 0.8
    own = random.integers(0, 3, n)[:, None]
    given = np.where(random.random(kept.shape) < 0.7, own, random.integers(0, 3, kept.shape))
    unit, coder = np.nonzero(kept)
    return pa.table(
        {
            "document": [f"d{each % 7}" for each in unit],
            "start": 10 * unit,
            "end": 10 * unit + 10,
            "code": [("trust", "roles", "budget")[given[at]] for at in zip(unit, coder, strict=True)],
            "coder": [coders[each] for each in coder],
        }
    )  # fmt: skip


LISTED = pa.table({"document": [f"d{each}" for each in range(9)], "length": [500] * 9})


@pytest.fixture(scope="module")
def project() -> qc.Project:
    """The same coding as a project."""
    project = qc.Project.new("Study", codebook=BOOK)
    project.add_documents({f"d{each}": "x" * 500 for each in range(9)})
    for each in rows().to_pylist():
        project.assign(
            (each["document"], each["start"], each["end"]), each["code"], coder=each["coder"]
        )
    return project


@pytest.fixture(scope="module")
def found() -> Any:
    return qc.study(qc.scan_assignments(rows(), documents=LISTED), BOOK, unit="segment")


def test_pairs_and_those_left_out_are_as_in_the_project(project: qc.Project, found: Any) -> None:
    wanted = project.study(unit="segment")
    for of in ("sets", "trust"):
        one, other = (each.by_pair(of=of).values for each in (found, wanted))
        assert np.allclose(one, other, equal_nan=True)
        one, other = (each.leave_one_coder_out(of=of)["value"] for each in (found, wanted))
        assert np.allclose(one, other)
    assert found.units_with(0) == wanted.units_with(0)
    assert found.coded_units == wanted.coded_units
    two = qc.study(rows(coders="ab"), BOOK, unit="segment")
    small = project.study(unit="segment", coders=["a", "b"])
    assert two.coders == small.coders
    assert two.diagnostics("trust").both > 0


def test_a_level_is_seen_without_counting_again(project: qc.Project, found: Any) -> None:
    wanted = project.study(unit="segment").at_level("theme", "tree")
    seen = found.at_level("theme", "tree")
    assert [each.id for each in seen.nodes] == [each.id for each in wanted.nodes]
    assert seen.agreement().value == pytest.approx(wanted.agreement().value)
    with pytest.raises(errors.StatisticsError, match="compares chosen codes only"):
        qc.study(rows(), BOOK, unit="segment", codes=["trust"]).at_level("theme")


def test_a_bootstrap_draws_the_same_documents(project: qc.Project, found: Any) -> None:
    options: dict[str, Any] = {"interval": "bootstrap", "random_state": 5, "n_resamples": 60}
    for how in ("bootstrap", "unit-bootstrap"):
        options["interval"] = how
        one = found.agreement(of="trust", **options)
        other = project.study(unit="segment").agreement(of="trust", **options)
        assert one.interval.method == other.interval.method == how
        if how == "bootstrap":
            assert np.allclose(one.replicates, other.replicates)
    assert found.probability_below(0.5, **options) == {0.5: pytest.approx(0.5, abs=0.5)}


def test_a_measure_of_ones_own_sees_every_unit(project: qc.Project, found: Any) -> None:
    def alike(ratings: Any) -> float:
        codes = ratings.codes[:, (ratings.codes >= 0).all(axis=0)]
        return float(np.mean((codes == codes[0]).all(axis=0)))

    own = own_measure("alike", alike, formula="units alike / units", reference="this study")
    one, other = (each.agreement(own) for each in (found, project.study(unit="segment")))
    assert one.value == pytest.approx(other.value)
    assert one.interval.low == pytest.approx(other.interval.low)


def test_coverage_is_stated_or_follows_from_what_was_assigned() -> None:
    table = qc.scan_assignments(rows(), documents=LISTED)
    stated = {each: [f"d{number}" for number in range(9)] for each in "abc"}
    found = qc.study(table, BOOK, unit="document", coverage=stated)
    assert (found.n_units, len(found.documents)) == (9, 9)
    assert "stated (a: 9 documents" in methods(found.agreement())
    with pytest.raises(errors.NotFoundError, match=r"coverage\['a'\] names the document 'd10'"):
        qc.study(table, BOOK, unit="document", coverage={"a": ["d10"]})
    with pytest.raises(errors.NotFoundError, match="'d7', which has no assignment"):
        qc.study(rows(), BOOK, unit="document", coverage=stated)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(errors.StatisticsError, match="two coders or more; there is a"):
        qc.study(rows(), BOOK, unit="segment", coders="a")
    with pytest.raises(NothingComparedError, match="two coders or more; there is a"):
        qc.study(rows(coders="a"), BOOK, unit="segment")
    elsewhere = rows(coders="b")
    elsewhere = elsewhere.set_column(0, "document", pa.array(["z"] * len(elsewhere)))
    apart = pa.concat_tables([rows(coders="a"), elsewhere])
    with pytest.raises(NothingComparedError, match="no document was covered by two"):
        qc.study(apart, BOOK, unit="segment")
    with pytest.raises(errors.StatisticsError, match="needs the documents"):
        qc.study(rows(), BOOK, unit="character")
    with pytest.raises(errors.StatisticsError, match="code documents, not cases"):
        qc.study(rows(), BOOK, unit="case")
    with pytest.raises(errors.StatisticsError, match="needs the documents"):
        qc.study(rows(), BOOK, unit="sentence")


def test_a_study_of_a_table_is_told_and_drawn(found: Any) -> None:
    assert str(found).startswith("TableStudy of a, b, c on 3 codes")
    text = methods(found)
    assert "read through the codebook “study”" in text
    frame = found.to_frame()
    assert [*frame.columns] == ["document", "units", "a", "b", "c"]
    assert frame["units"].sum() == found.n_units
    assert frame["a"].map(lambda given: given is None or isinstance(given, list)).all()
    assert len(found.plot().texts) >= 0
