"""Every public statistic hangs on `qc.stats` or one of its parts, and the reference pages list it there."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import qualcode as qc

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs/reference").glob("*.md"))
PARTS = (
    "agreement",
    "coefficients",
    "conclusions",
    "counting",
    "kernels",
    "saturation",
    "synthesis",
)
FACES = {"qualcode.stats": qc.stats} | {
    f"qualcode.stats.{name}": getattr(qc.stats, name) for name in PARTS
}


def directives() -> list[tuple[str, str, str]]:
    """Return each directive of the reference pages: its kind, its argument, and the module it is under."""
    found, module = [], ""
    for page in PAGES:
        for kind, given in re.findall(r"^\.\. ([\w:]+):: (\S+)$", page.read_text("utf-8"), re.M):
            module = given if kind in ("automodule", "currentmodule") else module
            found.append((kind, given, module))
    return found


MODULES = sorted(
    given
    for kind, given, _ in directives()
    if kind == "automodule" and given.startswith("qualcode.stats")
)


def test_the_pages_are_read() -> None:
    assert len(MODULES) > 30
    assert set(PARTS) == {n for n in dir(qc.stats) if isinstance(getattr(qc.stats, n), ModuleType)}


@pytest.mark.parametrize("module", MODULES)
def test_what_a_documented_module_defines_is_on_a_face(module: str) -> None:
    home = importlib.import_module(module)
    for name in home.__all__:
        value = getattr(home, name)
        assert any(name in dir(face) and getattr(face, name) is value for face in FACES.values()), (
            f"{module}.{name} is neither on qc.stats nor on one of its parts"
        )


@pytest.mark.parametrize("name", FACES)
def test_a_face_shows_what_it_has_and_all_of_it_is_documented(name: str) -> None:
    face = FACES[name]
    shown = dir(face)
    assert shown == sorted(shown)
    assert sorted(face.__all__) == shown
    assert all(hasattr(face, each) for each in shown)
    documented = {
        given for kind, given, module in directives() if kind != "automodule" and module == name
    }
    if name in MODULES:
        documented |= set(face.__all__)
    own = {each for each in shown if not isinstance(getattr(face, each), ModuleType)}
    assert own <= documented
    assert documented - {name} <= set(shown)


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'jaccard'"):
        qc.stats.jaccard  # noqa: B018


def test_the_face_of_the_statistics_imports_none_of_them() -> None:
    script = (
        "import sys, qualcode; dir(qualcode.stats); dir(qualcode.stats.counting); "
        "print(*(name for name in sys.modules if name.startswith('qualcode.stats')))"
    )
    imported = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout.split()
    assert imported == ["qualcode.stats", "qualcode.stats.counting"]
