"""The package as a whole: it is light to import, and its versions agree."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {"hypothesis", "matplotlib", "networkx", "pandas", "scipy", "sklearn", "spacy"}


def test_importing_qualcode_imports_nothing_heavy() -> None:
    script = "import sys, qualcode; print(*{name.partition('.')[0] for name in sys.modules})"
    imported = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout.split()
    assert not HEAVY & set(imported)


def test_the_version_is_the_same_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"\nversion: {version}\n" in citation
    newest = next(v for v in re.findall(r"^## \[(.+?)\]", changelog, re.M) if v != "Unreleased")
    assert newest == version
