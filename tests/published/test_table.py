"""The table of printed values gathers what the modules check."""

from __future__ import annotations

from tests.published.table import collect


def test_every_paper_of_agreement_is_in_the_table() -> None:
    papers = {entry.paper for entry in collect()}
    assert {"Cohen (1960)", "Fleiss (1971)", "Gwet (2014)", "Krippendorff et al. (2016)"} <= papers


def test_no_value_is_entered_twice() -> None:
    entries = [(entry.paper, str(entry), entry.value) for entry in collect()]
    assert len(entries) == len(set(entries))
