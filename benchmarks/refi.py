"""How long it takes to read a large project in REFI-QDA, beside its XML alone and beside another library.

The project has 2,000 codes, 1,000 texts with Windows line ends, and 200,000 selections, each with one code.
lxml goes through the elements and does nothing; pyrefiqda makes its objects of them; qualcode makes a
project: it finds how positions are counted, converts and checks them, and keeps every source as it was.

    pip install -r benchmarks/requirements.txt
    python benchmarks/refi.py [--selections N] [--rounds N]

Each run is a fresh process, and the contestants take turns. CPU seconds are shown, without those in which
the libraries are imported, and the peak of memory beside the size of the XML.
"""

from __future__ import annotations

import argparse
import importlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
import zipfile
from pathlib import Path

CODES, TEXTS = 2_000, 1_000


def make(path: Path, selections: int) -> int:
    """Write a project, and return how many bytes its XML has."""
    rng = random.Random(3)

    def guid() -> str:
        return str(uuid.UUID(int=rng.getrandbits(128)))

    words = ["".join(rng.choices("abcdefghij", k=rng.randrange(2, 9))) for _ in range(4_000)]
    users, codes = [guid() for _ in range(4)], [guid() for _ in range(CODES)]
    parts = [
        '<Project xmlns="urn:QDA-XML:project:1.0" name="Large" origin="NVivo for Windows 12.6"><Users>'
    ]
    parts += [f'<User guid="{user}" name="User {n}"/>' for n, user in enumerate(users)]
    parts.append("</Users><CodeBook><Codes>")
    parts += [
        f'<Code guid="{code}" name="Code {n}" isCodable="true"><Description>Meaning {n}</Description></Code>'
        for n, code in enumerate(codes)
    ]
    parts.append("</Codes></CodeBook><Sources>\n")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(TEXTS):
            source = guid()
            text = "".join(" ".join(rng.choices(words, k=12)) + ".\r\n" for _ in range(150))
            archive.writestr(f"sources/{source}.txt", b"\xef\xbb\xbf" + text.encode())
            begins = [0, *(at + 1 for at, letter in enumerate(text) if letter in " \n")]
            parts.append(
                f'<TextSource guid="{source}" name="{number}" plainTextPath="internal://{source}.txt">\n'
            )
            for _ in range(selections // TEXTS):
                first = rng.randrange(len(begins) - 12)
                last = first + rng.randrange(1, 11)
                when = f"2025-06-18T02:{rng.randrange(60):02}:{rng.randrange(60):02}Z"
                user = rng.choice(users)
                parts.append(
                    f'  <PlainTextSelection guid="{guid()}" name="" startPosition="{begins[first]}" '
                    f'endPosition="{begins[last] - 1}" creatingUser="{user}" creationDateTime="{when}">\n'
                    f'    <Description />\n    <Coding guid="{guid()}" creatingUser="{user}" '
                    f'creationDateTime="{when}">\n      <CodeRef targetGUID="{rng.choice(codes)}" />\n'
                    "    </Coding>\n  </PlainTextSelection>\n"
                )
            parts.append("</TextSource>\n")
        parts.append("</Sources></Project>")
        xml = "".join(parts).encode()
        archive.writestr("project.qde", xml)
    return len(xml)


def with_lxml(path: Path) -> int:
    """Go through the elements, and return how many selections there are."""
    from lxml import etree

    found = 0
    with zipfile.ZipFile(path) as archive, archive.open("project.qde") as file:
        for _, each in etree.iterparse(file):
            found += each.tag.endswith("PlainTextSelection")
            each.clear()
    return found


def with_qualcode(path: Path) -> int:
    """Read the project, and return how many codings it has."""
    import qualcode as qc

    return len(qc.read_refi(path).project.log.rows)


def with_pyrefiqda(path: Path) -> int:
    """Parse the project into pyrefiqda's objects, and return how many selections there are."""
    from pyrefiqda import RefiProject

    with tempfile.TemporaryDirectory() as folder:
        project = RefiProject.load(path, extract_dir=folder)
    return sum(len(each.plain_text_selection) for each in project.sources.text_source)


CONTESTANTS = {"lxml iterparse": with_lxml, "qualcode": with_qualcode, "pyrefiqda": with_pyrefiqda}
MODULES = {
    "lxml iterparse": "lxml.etree",
    "qualcode": "qualcode.project.refi",
    "pyrefiqda": "pyrefiqda",
}
"""What is imported before the clock starts."""


def run(name: str, path: Path) -> None:
    """Time one contestant in this process."""
    importlib.import_module(MODULES[name])
    before = time.process_time()
    found = CONTESTANTS[name](path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.process_time() - before, peak, found)


def main() -> None:
    """Let the contestants take turns, and show the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--selections", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", choices=CONTESTANTS)
    parser.add_argument("--run", nargs=2)
    parser.add_argument("--make", nargs=2)
    given = parser.parse_args()
    if given.make:
        print(make(Path(given.make[1]), int(given.make[0])))
        return
    if given.run:
        run(given.run[0], Path(given.run[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.qdpx"
        # In a process of its own: what the parent holds is reckoned to those that count.
        command = [sys.executable, __file__, "--make", str(given.selections), str(path)]
        out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        megabytes = int(out) / 1e6
        runs: dict[str, list[tuple[float, float, int]]] = {}
        for _ in range(given.rounds):
            for name in given.only or CONTESTANTS:
                command = [sys.executable, __file__, "--run", name, str(path)]
                out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
                seconds, peak, found = out.split()
                runs.setdefault(name, []).append((float(seconds), float(peak), int(found)))
    print(
        f"{given.selections:,} selections, {megabytes:.0f} MB of XML, medians of {given.rounds} runs\n"
    )
    print("| | CPU seconds | peak MB | found |\n|---|---:|---:|---:|")
    for name, results in runs.items():
        seconds, peak, found = (statistics.median(each) for each in zip(*results, strict=True))
        print(f"| {name} | {seconds:.2f} | {peak:.0f} | {found:,.0f} |")


if __name__ == "__main__":
    main()
