"""The table of what becomes of real files is what reading them gives."""

from __future__ import annotations

import pytest
from scripts import files_read
from tests.unit.test_programs import FILES


@pytest.mark.skipif(not FILES.exists(), reason="the real files of other programs are not here")
def test_the_table_of_real_files_is_current() -> None:
    page = files_read.PAGE.read_text("utf-8")
    assert files_read.written(page, files_read.table(FILES)) == page, (
        "run scripts/files_read.py with the folder of the files"
    )


def test_the_table_has_a_row_for_each_kind_of_element() -> None:
    page = files_read.PAGE.read_text("utf-8")
    for name in files_read.FILES:
        assert f"| {name} |" in page
