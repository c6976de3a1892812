"""The versions that a recipe keeps."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

import qualcode as qc


def test_a_package_that_is_being_imported_elsewhere_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As a thread sees it while another one is in the midst of `import sklearn`.
    monkeypatch.setitem(sys.modules, "sklearn", ModuleType("sklearn"))
    project = qc.load_project("partnership-interviews")
    versions = project.rollup().recipe.provenance.versions
    assert "sklearn" not in versions
    assert versions["numpy"]
