"""Cases over waves: which way each goes, and whether more come to say something than cease to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import NotFoundError, StatisticsError
from qualcode.stats.groups.following import PATHS, _ends, _mcnemar, _ways

WAYS = {
    (1, 1, 1): "always", (0, 0, 0): "never", (0, 1, 1): "gained", (0, 0, 1): "gained", (1, 0, 0): "lost",
    (1, 0, 1): "mixed", (0, 1, 0): "mixed", (-1, 1, 1): "always", (0, -1, 1): "gained", (1, -1, 0): "lost",
    (-1, 0, 0): "never", (1, 0, -1): "lost",
}  # fmt: skip


@pytest.mark.parametrize("path", WAYS, ids=str)
def test_a_case_goes_one_way(path: tuple[int, ...]) -> None:
    present = np.array(path, dtype=np.int8).reshape(1, -1, 1)
    assert PATHS[int(_ways(present)[0, 0])] == WAYS[path]


cells = st.integers(3, 12).flatmap(
    lambda cases: st.lists(
        st.lists(st.sampled_from([0, 1]), min_size=3, max_size=3), min_size=cases, max_size=cases
    )
)


@given(cells)
@settings(max_examples=50)
def test_the_test_is_mcnemars(rows: list[list[int]]) -> None:
    from scipy import stats

    present = np.array(rows, dtype=np.int8)[:, :, None]
    first, last = (each[:, 0] for each in _ends(present))
    gained, lost = int((first < last).sum()), int((first > last).sum())
    found = _mcnemar(present)[0]
    if gained + lost == 0:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(stats.binomtest(gained, gained + lost).pvalue)
        # As many lost as gained is no sign of either.
        turned = _mcnemar(present[:, ::-1])[0]
        assert found == pytest.approx(turned)
    way = _ways(present)[:, 0]
    assert (way == PATHS.index("gained")).sum() <= gained
    assert np.bincount(way, minlength=len(PATHS)).sum() == len(rows)


@pytest.fixture
def panel() -> qc.Project:
    """Three people in three waves; one drops out, one joins late, and a fourth is there once."""
    project = qc.Project.new(
        "Panel",
        codebook=qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money")]),
        coder="ana",
    )
    said = {
        ("ann", 1): ["trust"], ("ann", 2): ["trust", "money"], ("ann", 3): ["trust", "money"],
        ("bob", 1): ["money"], ("bob", 2): [],
        ("cyn", 2): [], ("cyn", 3): ["money"],
        ("dan", 1): ["trust"],
    }  # fmt: skip
    for (who, wave), codes in said.items():
        id = f"{who}-{wave}"
        project.add_document("Some words.", id=id, variables={"wave": wave}, cases=who)
        for code in codes:
            project.assign((id, 0, 11), code)
    return project


def test_cases_are_followed_as_long_as_they_are_there(panel: qc.Project) -> None:
    found = panel.trajectories("wave")
    assert found.cases == ("ann", "bob", "cyn")
    frame = found.to_frame().set_index("id")
    assert frame.loc["trust", list(PATHS)].tolist() == [1, 0, 0, 0, 2]
    assert frame.loc["money", list(PATHS)].tolist() == [0, 2, 1, 0, 0]
    cases = found.cases_frame().set_index(["case", "id"])
    assert cases.loc[("bob", "money"), ["wave=1", "wave=2"]].tolist() == [1, 0]
    assert cases.loc[("bob", "money"), "path"] == "lost"
    assert cases.isna()["wave=3"].loc["bob"].all()
    assert found.recipe is not None
    assert found.recipe.run(panel) == found
    told = qc.report.methods(found)
    assert "3 cases with documents in two or more of the values of wave (1, 2 and 3)" in told


def test_cases_can_be_named(panel: qc.Project) -> None:
    assert panel.trajectories("wave", cases=["cyn", "dan"]).cases == ("cyn",)
    with pytest.raises(StatisticsError, match="none of 1 cases has documents in two"):
        panel.trajectories("wave", cases="dan")
    with pytest.raises(NotFoundError):
        panel.trajectories("wave", cases="eve")
    with pytest.raises(StatisticsError, match="no document has a variable 'waves'"):
        panel.trajectories("waves")


def test_a_past_state_has_the_trajectories_of_then(panel: qc.Project) -> None:
    before = panel.trajectories("wave").to_frame()
    mark = panel.log.timeline.events[-1].short
    panel.assign(("bob-2", 0, 11), "money")
    panel.add_document("More words.", id="dan-2", variables={"wave": 2}, cases="dan")
    assert len(panel.trajectories("wave").cases) == 4
    assert panel.at(mark).trajectories("wave").to_frame()["id"].tolist() == before["id"].tolist()
