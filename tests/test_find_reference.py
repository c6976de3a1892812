"""The index of the reference: it is what the docstrings say, and no public name is missing."""

from __future__ import annotations

from scripts import find_reference


def test_the_index_is_what_the_docstrings_say() -> None:
    wanted = find_reference.page()
    assert find_reference.PAGE.read_text("utf-8") == wanted, "run scripts/find_reference.py"


def test_every_public_name_is_found_by_a_question() -> None:
    found = {name for names in find_reference.QUESTIONS.values() for name in names.split()}
    missing = sorted(set(find_reference.public()) - found)
    assert not missing, f"put into QUESTIONS of scripts/find_reference.py: {missing}"
