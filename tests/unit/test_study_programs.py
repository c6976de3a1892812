"""What NVivo, MAXQDA and ATLAS.ti would report on a study, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

import qualcode as qc
from qualcode import errors
from qualcode.stats.agreement import cohen_kappa, krippendorff_alpha
from qualcode.stats.agreement.study import Study


@pytest.fixture
def project() -> qc.Project:
    rollup = qc.Rollup("r", themes=[qc.Theme("t", codes=["a", "b"])])
    book = qc.Codebook("study", codes=[qc.Code(id) for id in "abc"], rollups=[rollup])
    made = qc.Project.new("Study", codebook=book)
    made.add_document("x" * 100, id="d1")
    made.add_document("y" * 300, id="d2")
    for document, start, end, code in (("d1", 0, 40, "a"), ("d1", 50, 60, "b"), ("d2", 0, 30, "a")):
        made.assign((document, start, end), code, coder="ana")
    for document, start, end, code in (("d1", 0, 38, "a"), ("d1", 50, 60, "a"), ("d2", 0, 30, "a")):
        made.assign((document, start, end), code, coder="ben")
    return made


@pytest.fixture
def study(project: qc.Project) -> Study:
    return project.study(unit="document", codes=["a", "b", "c"])


def test_nvivo_compares_each_code_in_each_document(project: qc.Project, study: Study) -> None:
    cells = {(cell.code, cell.document): cell for cell in study.nvivo().cells}
    assert set(cells) == {(code, document) for code in "abc" for document in ("d1", "d2")}
    assert cells["a", "d1"].agreement == 0.88
    characters = project.study(unit="character", codes=["a"]).ratings("a")[:, :100]
    assert cells["a", "d1"].kappa == pytest.approx(cohen_kappa(characters).value)
    assert (cells["a", "d2"].agreement, cells["a", "d2"].kappa) == (1.0, 1.0)
    assert (cells["b", "d1"].agreement, cells["b", "d1"].kappa) == (0.9, 0.0)


def test_nvivo_shows_one_where_there_is_nothing_to_tell(study: Study) -> None:
    frame = study.nvivo().to_frame()
    nothing = frame[frame["code"] == "c"]
    assert nothing["shown"].tolist() == [1.0, 1.0]
    assert nothing["kappa"].isna().all()
    assert nothing["reason"].str.contains("coded nothing").all()


def test_nvivo_averages_count_cells_alike_or_by_size(study: Study) -> None:
    found = study.nvivo()
    equal, size = found.averages().to_dict("records")
    agreement = np.array([0.88, 1, 0.9, 1, 1, 1])
    shown = found.to_frame()["shown"].to_numpy()
    weights = np.array([100, 300] * 3)
    assert equal["agreement"] == pytest.approx(agreement.mean())
    assert size["agreement"] == pytest.approx((agreement * weights).sum() / weights.sum())
    assert equal["shown"] == pytest.approx(shown.mean())
    assert size["shown"] == pytest.approx((shown * weights).sum() / weights.sum())
    defined = shown[[0, 1, 2]]
    assert equal["kappa"] == pytest.approx(defined.mean())
    assert (equal["undefined"], size["undefined"]) == (3, 3)


def test_nvivo_averages_of_a_code_or_a_document(study: Study) -> None:
    by_code = study.nvivo().averages("code")
    assert by_code["code"].tolist() == ["a", "a", "b", "b", "c", "c"]
    assert by_code["agreement"].tolist() == pytest.approx([0.94, 0.97, 0.95, 0.975, 1, 1])
    assert by_code["kappa"].isna().tolist() == [False] * 4 + [True] * 2
    assert study.nvivo().averages("document")["document"].tolist() == ["d1", "d1", "d2", "d2"]


def test_maxqda_matches_segments_by_overlap(study: Study) -> None:
    found = study.maxqda()
    rows = [(row.code, row.agreements, row.disagreements, row.total) for row in found.codes]
    assert rows == [("a", 4, 1, 5), ("b", 0, 1, 1), ("c", 0, 0, 0)]
    assert found.to_frame()["percent"].iloc[0] == 80
    assert found.to_frame()["percent"].isna().iloc[2]
    assert found.kappa.observed == pytest.approx(4 / 6)
    assert found.kappa.value == pytest.approx((4 / 6 - 1 / 3) / (1 - 1 / 3))
    assert study.maxqda(overlap=0.96).codes[0].agreements == 2
    assert study.maxqda(n_codes=10).kappa.expected == pytest.approx(0.1)


def test_segments_of_two_documents_never_match(project: qc.Project) -> None:
    project.assign(("d1", 70, 80), "c", coder="ana")
    project.assign(("d2", 70, 80), "c", coder="ben")
    assert project.study(unit="document", codes=["c"]).maxqda(n_codes=3).codes[0].agreements == 0


def test_atlasti_takes_the_codes_for_one_domain(project: qc.Project, study: Study) -> None:
    found = study.atlasti()
    assert found.holsti.value == pytest.approx(2 / 6)
    characters = project.study(unit="character")
    coded = characters.present.any(axis=2)
    assert found.c_alpha.value == pytest.approx(krippendorff_alpha(coded).value)
    assert found.cu_alpha.value is not None
    a, b, c = found.codes
    by_code = characters.agreement(of="a").value
    assert (a.holsti, a.c_alpha) == (pytest.approx(0.4), pytest.approx(by_code))
    assert b.holsti == 0
    assert c.reason == "no coder coded a segment"
    assert found.to_frame()["code"].tolist() == ["a", "b", "c"]


def test_codes_that_overlap_have_no_cu_alpha(project: qc.Project) -> None:
    project.assign(("d1", 10, 20), "b", coder="ana")
    found = project.study(unit="document").atlasti()
    assert found.cu_alpha.value is None
    assert "overlapping" in str(found.cu_alpha.reason)
    assert found.c_alpha.value is not None


def test_a_theme_is_marked_where_its_codes_are(project: qc.Project) -> None:
    project.assign(("d1", 0, 40), "b", coder="ana")
    study = project.study(unit="document", level="theme")
    assert study.maxqda(n_codes=2).codes[0].total == 6, "two codes on one span are one theme"
    assert study.nvivo().cells[0].agreement == 0.98


def test_programs_compare_two_coders(project: qc.Project) -> None:
    project.assign(("d1", 0, 10), "a", coder="carl")
    study = project.study(unit="document")
    for compare in (study.nvivo, study.maxqda, study.atlasti):
        with pytest.raises(errors.StatisticsError, match="two coders, and this study has ana, ben"):
            compare()
