"""Guest, Namey & Chen 2020, A simple method to assess and report thematic saturation.

The worked example: 37 codes in a base of four interviews; 4, 3, 1, 0, 1 and 0 new codes in
interviews 5 to 10.
"""

import pytest

from qualcode.stats.saturation import guest_saturation

NEW = [22, 8, 4, 3, 4, 3, 1, 0, 1, 0]


def test_run_of_two() -> None:
    found = guest_saturation(NEW, base=4, run=2)
    assert found.base_codes == 37
    assert found.share[:3].round(2).tolist() == [0.19, 0.11, 0.03]
    assert found.notation == "6+2"


def test_run_of_three() -> None:
    found = guest_saturation(NEW, base=4, run=3)
    assert found.share.tolist() == pytest.approx([8 / 37, 4 / 37, 2 / 37, 1 / 37])
    assert [f"{share:.1%}" for share in found.share] == ["21.6%", "10.8%", "5.4%", "2.7%"]
    assert found.notation == "7+3"


def test_no_new_information_is_not_reached() -> None:
    found = guest_saturation(NEW, base=4, run=2, threshold=0)
    assert found.notation is None
    assert found.reason == "no run of 2 documents brought 0% or less"
