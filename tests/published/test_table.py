"""The table of printed values gathers what the modules check."""

from __future__ import annotations

from scripts.published_values import PAGE, render
from tests.published.table import collect


def test_every_paper_of_agreement_is_in_the_table() -> None:
    papers = {entry.paper for entry in collect()}
    assert {"Cohen (1960)", "Fleiss (1971)", "Gwet (2014)", "Krippendorff et al. (2016)"} <= papers


def test_no_value_is_entered_twice() -> None:
    entries = [(entry.paper, str(entry), entry.value) for entry in collect()]
    assert len(entries) == len(set(entries))


def test_the_page_of_published_values_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run python scripts/published_values.py"
