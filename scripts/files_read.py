"""What becomes of real files of other programs: the table in docs/reference/exchange.md.

``python scripts/files_read.py FOLDER`` reads the files in a folder and writes the table anew; a test
compares it. Another file is one entry in `FILES`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import qualcode as qc
from qualcode.project.studies import Imported

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "exchange.md"
START, END = "<!-- files read -->\n", "<!-- end of files read -->\n"


def _codings(path: Path) -> Imported:
    return qc.read_codings(path, codebook=path.with_name("atlas-codebook.csv"))


FILES: dict[str, tuple[str, Callable[[Path], Imported]]] = {
    "qualcoder-3.6.qda": ("QualCoder 3.6", qc.read_qualcoder),
    "taguette-ndporter.sqlite3": ("Taguette", qc.read_taguette),
    "atlas-quotation.csv": ("ATLAS.ti, quotations as CSV", _codings),
    "nvivo-windows-12.qdpx": ("NVivo for Windows 12.6, REFI-QDA", qc.read_refi),
    "atlasti-8-mac-annex.qdpx": (
        "ATLAS.ti 8.4 for Mac, REFI-QDA without its sources",
        qc.read_refi,
    ),
    "annex-A3.qde": ("Transana, REFI-QDA without its sources", qc.read_refi),
}
"""By its name in the folder: the program that made a file, and what reads it."""


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """Yield a row for each kind of element of each file that is in a folder."""
    for name, (program, read) in FILES.items():
        if not (folder / name).exists():
            continue
        report = read(folder / name)
        first = (name, program)
        for each in report.elements:
            numbers = (each.read, each.kept, each.carried, each.lost)
            yield (*first, each.element, *(f"{number:,}" for number in numbers))
            first = ("", "")


def table(folder: Path) -> str:
    """Return the table in Markdown."""
    heads = ("File", "Program", "Element", "read", "kept", "carried", "lost")
    lines = ["| " + " | ".join(row) + " |" for row in (heads, *rows(folder))]
    return "\n".join([lines[0], "|---|---|---|--:|--:|--:|--:|", *lines[1:]]) + "\n"


def written(page: str, made: str) -> str:
    """Return a page with the table in its place."""
    before, _, rest = page.partition(START)
    return before + START + made + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8"), table(Path(sys.argv[1]))), encoding="utf-8")
