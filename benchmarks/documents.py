"""How long it takes to read a folder of Word files, beside python-docx alone.

Each file is an interview of twenty pages: some 9,000 words in 360 turns, the label of each in bold, as a
run of its own. python-docx opens each file and puts the texts of its paragraphs together; qualcode adds the
folder to a project: it reads words and headings, finds who speaks, keeps the files by their digest, and
checks all of it.

    pip install -r benchmarks/requirements.txt
    python benchmarks/documents.py [--files N] [--rounds N]

Each run is a fresh process, and the contestants take turns. CPU seconds are shown, as the disk's are the
same for both.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

SAID = (
    "we share one budget with the council and nobody asked before it was cut in spring so the neighbours "
    "lent us what they had while the bus was late again and friends drove us home through the rain"
)
WORDS = tuple(SAID.split())


def make(folder: Path, files: int) -> None:
    """Write interviews, all of which differ: of every ten, nine are the first with another beginning."""
    import docx

    rng = random.Random(1)
    data = io.BytesIO()
    for number in range(files):
        if number % 10 == 0:
            document = docx.Document()
            document.add_paragraph("Interview 0000000", style="Heading 1")
            for turn in range(360):
                paragraph = document.add_paragraph()
                paragraph.add_run(("I: ", "R: ")[turn % 2]).bold = True
                paragraph.add_run(" ".join(rng.choices(WORDS, k=25)).capitalize() + ".")
            data = io.BytesIO()
            document.save(data)
        path = folder / f"interview-{number:04}.docx"
        with (
            zipfile.ZipFile(data) as source,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file,
        ):
            for name in source.namelist():
                own = source.read(name).replace(b"0000000", f"{number:07}".encode())
                file.writestr(name, own)


def with_python_docx(folder: Path) -> int:
    """Return how many letters the paragraphs of all files have."""
    import docx

    return sum(
        sum(len(each.text) for each in docx.Document(str(path)).paragraphs)
        for path in sorted(folder.glob("*.docx"))
    )


def with_qualcode(folder: Path) -> int:
    """Return how many letters the paragraphs of all files have, having added them to a project."""
    import qualcode as qc

    project = qc.Project.new("Benchmark")
    project.add_documents(folder)
    return sum(
        part.length
        for document in project.documents.values()
        for part in document.structure
        if part.kind in ("paragraph", "heading")
    )


def only_reading(folder: Path) -> int:
    """Return the same of qualcode's reader alone, without speakers and a project."""
    from qualcode.io.readers.registry import File, read_file

    return sum(
        part.length
        for path in sorted(folder.glob("*.docx"))
        for read in read_file(File(path, path.read_bytes()))
        for part in read.structure
    )


CONTESTANTS = {
    "python-docx": with_python_docx,
    "qualcode, reader": only_reading,
    "qualcode": with_qualcode,
}


def timed(name: str, folder: Path) -> tuple[float, float, int]:
    """Return CPU seconds, megabytes at the most, and letters, of a run in a process of its own."""
    said = subprocess.run(
        [sys.executable, __file__, "--run", name, str(folder)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    return float(said[0]), float(said[1]), int(said[2])


def main() -> None:
    """Compare, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--run", nargs=2, metavar=("NAME", "FOLDER"))
    given = parser.parse_args()
    if given.run:
        started = time.process_time()
        letters = CONTESTANTS[given.run[0]](Path(given.run[1]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(time.process_time() - started, peak, letters)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make(folder, given.files)
        runs = {name: [] for name in CONTESTANTS}
        for _ in range(given.rounds):
            for name, own in runs.items():
                own.append(timed(name, folder))
    letters = {own[0][2] for own in runs.values()}
    if len(letters) > 1:
        raise SystemExit(f"they did not read the same: {letters}")
    peer = statistics.median(each[0] for each in runs["python-docx"])
    print(f"{given.files:,} files of twenty pages, {letters.pop():,} letters\n")
    print("| | CPU seconds | of python-docx's | peak MB |\n|---|---|---|---|")
    for name, own in runs.items():
        seconds = statistics.median(each[0] for each in own)
        megabytes = statistics.median(each[1] for each in own)
        print(f"| {name} | {seconds:.1f} | {seconds / peer:.2f} | {megabytes:,.0f} |")


if __name__ == "__main__":
    main()
