"""The same readers, with bytes that coverage guides (atheris), where it is installed.

Run as a script: it tries one reader, in a process of its own, since the engine ends it.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.torture.counting import Found, folder

ROOT = Path(__file__).resolve().parents[2]
NO_ENGINE = (
    "atheris is not installed (pip install atheris): what is drawn at random is all there is"
)
STORED = (
    "settled log/ana.",
    "settled heads/ana.",
    "settled project.json",
    "settled codebook.yaml",
    "settled .qualcode/copies.json",
    "settled .qualcode/cache/",
    "settled texts/a.",
    "settled documents/a.",
    "mended log/ana.",
    "mended set-aside/",
    "unsealed log/ana.",
    "interrupted .qualcode/journal.json",
    "format-1 history.jsonl",
    "format-1 documents/index.jsonl",
    "format-1 assignments/ana.jsonl",
)
"""Files of projects, by how their path begins: one for each reader of the store."""


def guided(runs: int, seed: int) -> Found:
    """Try each reader with so many inputs; none where the engine is not there."""
    found = Found("guided", seed)
    if importlib.util.find_spec("atheris") is None:
        print(f"guided: skipped: {NO_ENGINE}", flush=True)
        return found
    from tests.torture.documents import available

    for name in (*available(), *STORED):
        _one_reader(found, name, runs, seed)
    return found


def _one_reader(found: Found, name: str, runs: int, seed: int) -> None:
    with folder() as place:
        command = [sys.executable, "-m", "tests.torture.guided", name, str(place)]
        run = subprocess.run(
            [*command, str(runs), str(seed)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        said = place / "found.json"
        if run.returncode or not said.exists():
            found.fault(f"{name}: the process ended with {run.returncode}: {run.stderr[-300:]}")
            return
        counts, faults = json.loads(said.read_text())
    found.counts["readers"] += 1
    found.counts += Counter(counts)
    found.faults += [f"{name}: {each}" for each in faults]


def _hunt(name: str, place: Path, runs: int, seed: int) -> None:
    """Let the engine try one reader; it ends the process."""
    import atheris

    with atheris.instrument_imports(include=["qualcode"]):
        from tests.torture import documents, stores
    found = Found("guided", seed)
    one: Callable[[bytes], list[str]]
    if name in documents.FILES:
        whole = documents.FILES[name]

        def one(data: bytes) -> list[str]:
            return documents.tried(found, name, data)

    else:
        kind, _, begin = name.partition(" ")
        stores.cache._WORTH_IT = 0
        base = stores.Base.made(place / kind, stores.MAKERS[kind.replace("-", " ")])
        path = next(each for each in base.names() if str(each).startswith(str(base.root / begin)))
        whole = base.files[path]

        def one(data: bytes) -> list[str]:
            return stores.tried(found, base, path, data)

    (place / "corpus").mkdir()
    (place / "corpus" / "whole").write_bytes(whole)

    def each(data: bytes) -> None:
        found.faults += one(data)[: 20 - len(found.faults)]
        (place / "found.json").write_text(json.dumps([found.counts, found.faults]))

    options = [f"-runs={runs}", f"-seed={seed}", "-max_len=20000", "-rss_limit_mb=0", "-timeout=60"]
    atheris.Setup(["torture", *options, str(place / "corpus")], each)
    atheris.Fuzz()


if __name__ == "__main__":
    _hunt(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
