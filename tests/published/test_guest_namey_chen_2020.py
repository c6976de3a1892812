"""Guest et al. (2020), A simple method to assess and report thematic saturation.

The worked example: 37 codes in a base of four interviews; 4, 3, 1, 0, 1 and 0 new codes in
interviews 5 to 10.
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.saturation import guest_saturation

PAPER = "Guest et al. (2020)"

NEW = [22, 8, 4, 3, 4, 3, 1, 0, 1, 0]

# run: (new information in percent from run to run, documents before the run that saturates)
EXAMPLE = {2: ([19, 11, 3], 6), 3: ([22, 11, 5.4, 2.7], 7)}

PUBLISHED = [
    *(
        Published(
            PAPER,
            f"worked example, run of {run}, {at + 1}",
            "new information, %",
            value,
            0.05 if value % 1 else 0.5,
            lambda r=run, i=at: 100 * float(guest_saturation(NEW, base=4, run=r).share[i]),
        )
        for run, (values, _) in EXAMPLE.items()
        for at, value in enumerate(values)
    ),
    *(
        Published(
            PAPER,
            f"worked example, run of {run}",
            "documents before the run",
            reached,
            0,
            lambda r=run: guest_saturation(NEW, base=4, run=r).reached,
        )
        for run, (_, reached) in EXAMPLE.items()
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


def test_the_notation_of_the_paper() -> None:
    assert guest_saturation(NEW, base=4, run=2).notation == "6+2"
    assert guest_saturation(NEW, base=4, run=3).notation == "7+3"
    assert guest_saturation(NEW, base=4, run=2).base_codes == 37


def test_no_new_information_is_not_reached() -> None:
    found = guest_saturation(NEW, base=4, run=2, threshold=0)
    assert found.notation is None
    assert found.reason == "no run of 2 documents brought 0% or less"
