"""The lowest versions that pyproject.toml allows, as constraints for pip.

``python scripts/lowest.py all dev`` prints ``name==floor`` for every dependency of the core and of the
extras named, and of the extras that those name in turn. ``make test-lowest`` installs with them.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)>=(?P<floor>[\w.]+)(,<[\w.]+)?")


def declared(project: Mapping[str, Any], extras: Iterable[str]) -> Iterator[str]:
    """Yield what the core and the extras need, with the extras that an extra names in turn."""
    own = re.compile(rf"{re.escape(project['name'])}\[(.+)\]")
    yield from project["dependencies"]
    waiting, met = list(extras), set[str]()
    while waiting:
        extra = waiting.pop()
        if extra in met:
            continue
        met.add(extra)
        if extra not in project["optional-dependencies"]:
            sys.exit(f"pyproject.toml has no extra {extra!r}")
        for requirement in project["optional-dependencies"][extra]:
            if of := own.fullmatch(requirement):
                waiting += re.split(r"\s*,\s*", of[1])
            else:
                yield requirement


def lowest(requirements: Iterable[str]) -> dict[str, str]:
    """Return the floor of each dependency, which must have one, and the same wherever it is declared."""
    floors: dict[str, str] = {}
    for requirement in requirements:
        found = REQUIREMENT.fullmatch(requirement)
        if found is None:
            sys.exit(f"pyproject.toml: {requirement!r} has no floor, such as 'numpy>=2.1'")
        name, floor = found["name"], found["floor"]
        if floors.setdefault(name, floor) != floor:
            sys.exit(f"pyproject.toml: {name} has two floors, {floors[name]} and {floor}")
    return dict(sorted(floors.items()))


def main(extras: Sequence[str]) -> None:
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    for name, floor in lowest(declared(project, extras)).items():
        print(f"{name}=={floor}")


if __name__ == "__main__":
    main(sys.argv[1:])
