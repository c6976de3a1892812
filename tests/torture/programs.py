"""Files of other programs are altered: a project, or an error of ours; nothing is written, nothing hangs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from tests.torture.counting import Found, folder
from tests.torture.mutations import mutated
from tests.unit.test_program_texts import ROCK, TASKS, TEXT, annotation
from tests.unit.test_programs import database, qualcoder, rqda, taguette

import qualcode as qc
from qualcode.errors import QualcodeError

SLOWEST = 20.0
_TABLE = "document,code,quote,start,end\none,Trust; Money,We trust them.,0,14\none,Who,They,,\n"
_BOOK = "tag,description,parent\nTrust,Reliance.,\nOf staff,,Trust\n"
_PAGE = "# Homes\n\n## Trust\n\n`trust`\n\nReliance.\n\n**Include**\n\n- promises\n\n### Of staff\n"

Reader = Callable[[Path], Any]
READERS: dict[str, Reader] = {
    "taguette.sqlite3": lambda path: qc.read_taguette(path, project=1),
    "qualcoder.qda": qc.read_qualcoder,
    "rqda.rqda": qc.read_rqda,
    "one.rock": qc.read_rock,
    "tasks.json": qc.read_labelstudio,
    "rows.jsonl": qc.read_doccano,
    "web.jsonld": lambda path: qc.read_webannotation(path, texts={"one.txt": TEXT}),
    "segments.csv": lambda path: qc.read_codings(path, texts={"one": TEXT}),
    "codes.csv": qc.read_codebook,
    "codes.md": qc.read_codebook,
}


def files(place: Path) -> dict[str, bytes]:
    """Return what each reader reads."""
    rows = [
        {"id": 1, "text": TEXT, "label": [[17, 21, "Who"]]},
        {"id": 2, "text": "x", "entities": []},
    ]
    made = {"taguette.sqlite3": taguette(), "qualcoder.qda": qualcoder(), "rqda.rqda": rqda()}
    data = {name: database(place / name, tables).read_bytes() for name, tables in made.items()}
    return {
        **data,
        "one.rock": ROCK.encode(),
        "tasks.json": json.dumps(TASKS).encode(),
        "rows.jsonl": "\n".join(map(json.dumps, rows)).encode(),
        "web.jsonld": json.dumps({"items": [annotation()]}).encode(),
        "segments.csv": _TABLE.encode(),
        "codes.csv": _BOOK.encode(),
        "codes.md": _PAGE.encode(),
    }


def altered(runs: int, seed: int) -> Found:
    """Alter as many files, of each kind in turn."""
    found = Found("programs", seed)
    random = Random(seed)
    with folder() as place:
        known = files(place)
        found.counts["kinds of file"] = len(known)
        for each in place.iterdir():
            each.unlink()
        for number in range(runs):
            name = [*known][number % len(known)]
            path = place / name
            path.write_bytes(mutated(known[name], random))
            for told in tried(found, READERS[name], path):
                found.fault(f"run {number}, {name}: {told}")
            path.unlink()
            if left := [each.name for each in place.iterdir()]:
                found.fault(f"run {number}, {name}: wrote {left}")
                break
    return found


def tried(found: Found, read: Reader, path: Path) -> list[str]:
    """Read an altered file, and say what is wrong with what comes of it."""
    found.counts["altered"] += 1
    began = time.monotonic()
    try:
        read(path)
    except QualcodeError as error:
        found.counts["refused by name"] += 1
        if path.name not in str(error):
            return [f"not named: {str(error)[:200]}"]
    except Exception as error:
        return [f"{type(error).__name__}: {str(error)[:200]}"]
    else:
        found.counts["read"] += 1
    took = time.monotonic() - began
    return [f"took {took:.0f} s"] if took > SLOWEST else []
