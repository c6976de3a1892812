"""A report of a thousand documents and fifty thousand segments, opened in a browser without a graphics card.

    python benchmarks/report.py [--small] [--rounds N]

Needs Playwright and Chromium. Prints how long it takes to write the file, to open it until the first
screen is drawn and all counts are there, to open a number with thousands of segments, to let a filter count
everything anew, and to search all texts: medians of the rounds, each in a fresh browser.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import qualcode as qc
from qualcode.report import write_html

DOCUMENTS, SEGMENTS, CODES = 1_000, 50_000, 120
_WORDS = (
    "we they the council partners money trust meeting time plan share know work people never always "
    "because first last week year nobody asked paid said went came help need home visit call team"
)


def project(documents: int, segments: int) -> qc.Project:
    """Return a project of made-up interviews: two speakers, three coders, four domains of five themes."""
    draw = np.random.default_rng(7)
    codes = [qc.Code(f"c{at}", name=f"Code number {at}") for at in range(CODES)]
    themes = [
        qc.Theme(
            f"t{at}", f"Theme number {at}", codes=[f"c{code}" for code in range(6 * at, 6 * at + 6)]
        )
        for at in range(CODES // 6)
    ]
    domains = [
        qc.Domain(
            f"d{at}", f"Domain {at}", themes=[f"t{theme}" for theme in range(5 * at, 5 * at + 5)]
        )
        for at in range(len(themes) // 5)
    ]
    book = qc.Codebook(
        "big", codes=codes, rollups=[qc.Rollup("main", "Themes", themes=themes, domains=domains)]
    )
    made = qc.Project.new("A big study", codebook=book)
    for coder in ("ana", "ben", "eve"):
        made.add_coder(coder)
    rows = []
    each = segments // documents
    for at in range(documents):
        said = [" ".join(draw.choice(_WORDS.split(), 24)) for _ in range(each)]
        text = "".join(f"{'I' if line % 2 else 'R'}: {words}.\n" for line, words in enumerate(said))
        variables = {"site": ("north", "south", "east")[at % 3], "wave": 1 + at % 2}
        id = made.add_document(text, id=f"d{at}", variables=variables).id
        start = 0
        for line in text.splitlines():
            end = start + len(line)
            code = int(min(CODES - 1, draw.geometric(0.03) - 1))
            rows.append((id, start + 3, end, f"c{code}", ("ana", "ben", "eve")[at % 3]))
            start = end + 1
    import pandas as pd

    made.assign_frame(pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"]))
    return made


_COUNTED = "() => document.documentElement.classList.contains('script')"
_PAINTED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"


def timed(page: Any, script: str) -> float:
    """Return the seconds that a step in the page takes until what it changed is drawn."""
    return (
        float(
            page.evaluate(
                f"async () => {{ const start = performance.now(); {script};"
                " await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));"
                " return performance.now() - start; }"
            )
        )
        / 1000
    )


def opened(browser: Any, path: Path) -> dict[str, float]:
    """Return the seconds of each step in a new window."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(path.as_uri())
    page.wait_for_function(_COUNTED)
    page.evaluate(_PAINTED)
    found = {"open": time.perf_counter() - start}
    # What an address leads to is there once its event was handled.
    follow = (
        "await new Promise((done) => {"
        " addEventListener('hashchange', () => setTimeout(done), { once: true });"
        " location.hash = '%s' })"
    )
    north = "drawer.close(); filterBy({ ...EVERYTHING, variable: 'site', value: 'north' })"
    draw = "drawer.close(); drawOnce(document.querySelector('[data-matrix]'))"
    found["a number"] = timed(page, follow % "domain/main/d0")
    found["another"] = timed(page, follow % "theme/main/t1")
    found["a filter"] = timed(page, north)
    found["a search"] = timed(page, follow % "search/money%20trust")
    found["a text"] = timed(page, follow % "document/d500")
    found["the matrix"] = timed(page, draw)
    context.close()
    return found


def main() -> None:
    """Print the table."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    part = 100 if given.small else 1
    made = project(DOCUMENTS // part, SEGMENTS // part)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        start = time.perf_counter()
        write_html(made, path)
        rows = {"write the file": [time.perf_counter() - start]}
        executable = shutil.which("chromium") or shutil.which("google-chrome")
        for _ in range(given.rounds):
            browser = playwright.chromium.launch(
                executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
            )
            for step, seconds in opened(browser, path).items():
                rows.setdefault(step, []).append(seconds)
            browser.close()
        size = path.stat().st_size / 1e6
    print(
        f"{len(made.documents):,} documents, {len(made.assignments):,} assignments, {size:.1f} MB\n"
    )
    print("| | seconds |\n|---|---:|")
    for step, found in rows.items():
        print(f"| {step} | {statistics.median(found):.3f} |")


if __name__ == "__main__":
    main()
