"""The package as a whole: light to import, its versions agree, and what it imports is declared."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripts import architecture_picture, lowest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DISTRIBUTIONS = {
    "docx": "python-docx",
    "python_calamine": "python-calamine",
    "ruamel": "ruamel.yaml",
    "sklearn": "scikit-learn",
    "stop_words": "stop-words",
}  # where the names differ
HEAVY = {"hypothesis", "matplotlib", "networkx", "pandas", "scipy", "sklearn", "spacy"}


def test_importing_qualcode_imports_nothing_heavy() -> None:
    script = "import sys, qualcode; print(*{name.partition('.')[0] for name in sys.modules})"
    imported = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout.split()
    assert not HEAVY & set(imported)


def test_the_version_is_the_same_everywhere() -> None:
    version = PROJECT["version"]
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"\nversion: {version}\n" in citation
    newest = next(v for v in re.findall(r"^## \[(.+?)\]", changelog, re.M) if v != "Unreleased")
    assert newest == version


# Dependencies


def needed(*extras: str) -> set[str]:
    return set(lowest.lowest(lowest.declared(PROJECT, extras)))


def distribution(module: str) -> str:
    top = module.partition(".")[0]
    return DISTRIBUTIONS.get(top, top)


def imports() -> Iterator[tuple[str, str | None]]:
    """Yield each module that the package imports, and the extra for which `require` asks for it."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Import():
                    yield from ((alias.name, None) for alias in node.names)
                case ast.ImportFrom(module=str(module), level=0):
                    yield module, None
                case ast.Call(
                    func=ast.Name(id="require"),
                    args=[ast.Constant(value=module)],
                    keywords=[ast.keyword(value=ast.Constant(value=extra))],
                ):
                    yield module, extra


def test_everything_imported_is_declared() -> None:
    known = needed(*PROJECT["optional-dependencies"])
    of_others = {
        distribution(module)
        for module, _ in imports()
        if module.partition(".")[0] not in {*sys.stdlib_module_names, "qualcode"}
    }
    assert of_others <= known
    # The other way round: nobody has to install what nothing imports.
    assert needed() <= of_others


def test_an_extra_brings_what_asks_for_it_and_the_core_does_not() -> None:
    asked = [(module, extra) for module, extra in imports() if extra is not None]
    assert asked
    for module, extra in asked:
        assert distribution(module) in needed(extra) - needed(), (module, extra)


def test_each_dependency_has_one_floor_wherever_it_is_declared() -> None:
    assert needed("all", "tests") >= {"numpy", "networkx", "pytest"}
    assert needed(*PROJECT["optional-dependencies"])


@pytest.mark.parametrize(
    ("requirements", "why"),
    [
        (["numpy"], "'numpy' has no floor"),
        (["numpy==2.1"], "'numpy==2.1' has no floor"),
        (["numpy>=2.1", "numpy>=2.2"], "numpy has two floors, 2.1 and 2.2"),
    ],
)
def test_a_floor_that_is_none_is_told(requirements: list[str], why: str) -> None:
    with pytest.raises(SystemExit, match=re.escape(why)):
        lowest.lowest(requirements)


def test_an_extra_within_an_extra_is_followed() -> None:
    project = {
        "name": "one",
        "dependencies": ["a>=1"],
        "optional-dependencies": {"all": ["one[b, c]"], "b": ["b>=2,<3"], "c": ["one[all]"]},
    }
    assert lowest.lowest(lowest.declared(project, ["all"])) == {"a": "1", "b": "2"}
    with pytest.raises(SystemExit, match="no extra 'd'"):
        list(lowest.declared(project, ["d"]))


# Faces


def test_the_face_of_suggest_shows_what_it_holds_and_nothing_else() -> None:
    from qualcode import suggest

    assert dir(suggest) == suggest.__all__
    for name in dir(suggest):
        assert getattr(suggest, name) is not None


# Structure


def test_the_picture_of_the_architecture_is_true() -> None:
    assert architecture_picture.PICTURE.read_text("utf-8") == architecture_picture.drawn(), (
        "run scripts/architecture_picture.py"
    )


def test_the_table_of_the_architecture_names_every_room() -> None:
    page = (ROOT / "docs/explanation/architecture.md").read_text("utf-8")
    for layer in architecture_picture.layers():
        for package in (
            each for each in layer if each in ("stats", "suggest", "model", "io", "report")
        ):
            (row,) = [line for line in page.splitlines() if re.match(rf"\| .*`{package}`", line)]
            missing = [
                room for room in architecture_picture.rooms(package) if f"`{room}`" not in row
            ]
            assert not missing, f"{package}: the table lacks {missing}"
