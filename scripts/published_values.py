"""Write docs/definitions/published-values.md from the tests, or check that it is current.

    python scripts/published_values.py            write the page anew
    python scripts/published_values.py --check    exit with 1 when it would change

The page lists every printed value that tests/published checks, with what the library computes now.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from math import isclose
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "definitions" / "published-values.md"
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.published.table import Published, papers  # noqa: E402

INTRODUCTION = """\
<!-- Written by scripts/published_values.py; do not edit. -->

# Published values

The library is checked against what papers, handbooks and manuals print: {values} values of {papers} of
them. A test computes each from the same data and fails when it is further from the printed value than the
last column allows, which is the rounding of print unless the source says otherwise. Where a paper leaves its
arithmetic to a program that its authors maintain, the program's value stands in for print, and the source
says so.
"""
FORMULAS = """\
## Without a printed number

These are checked by what they define, prove or claim, on their own examples where they have any.
"""


def render() -> str:
    """Return the page."""
    printed = [(module, list(getattr(module, "PUBLISHED", []))) for module in papers()]
    sections = [section(module, entries) for module, entries in printed if entries]
    formulas = [f"- {about(module)}" for module, entries in printed if not entries]
    values = sum(len(entries) for _, entries in printed)
    parts = [
        INTRODUCTION.format(values=values, papers=len(sections)),
        *sections,
        FORMULAS,
        "\n".join(formulas) + "\n",
    ]
    return "\n".join(parts)


def section(module: ModuleType, entries: Sequence[Published]) -> str:
    return "\n".join([f"## {entries[0].paper}", "", about(module), "", *table(entries), ""])


def about(module: ModuleType) -> str:
    """Return what a module says of its paper, on one line, with a link where it has a DOI."""
    text = " ".join((module.__doc__ or "").split()).replace("``", "`")
    return re.sub(r"doi:(\S+?)(?=[:,.]?(?:\s|$))", r"[doi:\1](https://doi.org/\1)", text)


def table(entries: Sequence[Published]) -> Iterator[str]:
    yield "| Where | What | Printed | Computed | Allowed |"
    yield "|---|---|---|---|---|"
    for entry in entries:
        computed = entry.compute()
        cells = (
            entry.where,
            entry.statistic,
            f"{entry.value:.{decimals(entry)}f}",
            "undefined" if computed is None else near(computed, entry.tolerance),
            f"± {entry.tolerance:g}" if entry.tolerance > 1e-8 else "exact",
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def decimals(entry: Published) -> int:
    """Return how many decimals a value was printed with: its own, or those that it is rounded to."""
    own = len(f"{entry.value:.10f}".rstrip("0").partition(".")[2])
    rounded = next((n for n in range(8) if isclose(entry.tolerance, 0.5 * 10**-n)), 0)
    return max(own, rounded)


def near(value: float, tolerance: float) -> str:
    """Return a value to one place more than the comparison looks at, and seven places at the most."""
    places = next((n for n in range(6) if 10.0**-n <= tolerance), 6) + 1
    # Rounding must not turn a small negative number into -0.
    return f"{round(value, places) + 0.0:.{places}f}".rstrip("0").rstrip(".")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    page = render()
    if not parser.parse_args().check:
        PAGE.write_text(page, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page:
        print(f"{PAGE.relative_to(ROOT)} is not current: python scripts/published_values.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
