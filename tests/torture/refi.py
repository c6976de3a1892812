"""Files in REFI-QDA are altered: a project that can be written and read again, or an error of ours."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from random import Random
from typing import Any

from tests.store.making import tokens
from tests.torture.counting import Found, folder
from tests.torture.mutations import mutated
from tests.unit.test_refi import WHOLE

import qualcode as qc
from qualcode.errors import QualcodeError
from qualcode.testing.history import Clock

SLOWEST = 20.0
_SCHEMA = Path(__file__).parent.parent / "data" / "refi" / "Project.xsd"
_HOMES = Path(__file__).parents[2] / "docs" / "examples" / "programs" / "homes.qdpx"


def files(place: Path) -> dict[str, bytes]:
    """Return files of another program, with what is carried, and of qualcode itself."""
    book = qc.Codebook(
        "study", codes=[qc.Code("t", name="Trust"), qc.Code("of", name="Of staff", parent="t")]
    )
    project = qc.Project.new("Study", codebook=book, clock=Clock(), tokens=tokens("refi"))
    project.add_document("I: Who pays? 🤝\r\nR: We do.\nI: All?\nR: Yes.", id="int-7", name="Joan")
    project.set_speakers("int-7", labels={"R": "Joan"}, cases={"Joan": "joan"})
    project.assign(("int-7", 3, 12), "of", coder="ana", memo="Why?")
    project.add_memo("journal", "Began.")
    for ending in ("qdpx", "qde"):
        qc.write_refi(project, place / f"own.{ending}")
    qc.write_codebook(book, place / "own.qdc")
    made = {each.name: each.read_bytes() for each in sorted(place.iterdir())}
    return {"whole.qdpx": WHOLE, "homes.qdpx": _HOMES.read_bytes(), **made}


def altered(runs: int, seed: int) -> Found:
    """Alter as many files, of each kind in turn: every other archive within, the others as they lie there."""
    found = Found("refi", seed)
    random = Random(seed)
    schema = _schema()
    with folder() as place:
        known = files(place)
        for each in place.iterdir():
            each.unlink()
        for number in range(runs):
            name = [*known][number % len(known)]
            path = place / name
            path.write_bytes(_altered(known[name], random))
            for told in tried(found, path, schema):
                found.fault(f"run {number}, {name}: {told}")
            path.unlink()
            if left := [each.name for each in place.iterdir()]:
                found.fault(f"run {number}, {name}: wrote {left}")
                break
    return found


def _altered(data: bytes, random: Random) -> bytes:
    if data[:2] != b"PK" or random.random() < 0.5:
        return mutated(data, random)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice([*held, "project.qde"])
    held[name] = mutated(held[name], random) if name in held else b""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in held.items():
            archive.writestr(each, content)
    return out.getvalue()


def _schema() -> Any:
    from lxml import etree

    return etree.XMLSchema(etree.parse(_SCHEMA))


def tried(found: Found, path: Path, schema: Any) -> list[str]:
    """Read an altered file, write what was read, read that, and say what is wrong."""
    found.counts["altered"] += 1
    began = time.monotonic()
    try:
        qc.inspect_file(path)
        if path.suffix == ".qdc":
            qc.read_codebook(path)
            found.counts["read"] += 1
            return []
        project = qc.read_refi(path).project
    except QualcodeError as error:
        found.counts["refused by name"] += 1
        return [] if path.name in str(error) else [f"not named: {str(error)[:200]}"]
    except Exception as error:
        return [f"{type(error).__name__}: {str(error)[:200]}"]
    found.counts["read"] += 1
    try:
        wrong = _written(project, path, schema)
    except Exception as error:
        return [f"written: {type(error).__name__}: {str(error)[:200]}"]
    took = time.monotonic() - began
    return [*wrong, *([f"took {took:.0f} s"] if took > SLOWEST else [])]


def _written(project: qc.Project, path: Path, schema: Any) -> list[str]:
    from lxml import etree

    first, second = (path.with_name(f"{number}.qde") for number in ("first", "second"))
    try:
        qc.write_refi(project, first)
        if not schema.validate(etree.fromstring(first.read_bytes())):
            return [f"not valid: {schema.error_log.last_error}"]
        again = qc.read_refi(first).project
        qc.write_refi(again, second)
        if first.read_bytes() != second.read_bytes():
            return ["written twice, it is not the same"]
        return [] if len(again.assignments) == len(project.assignments) else ["codings are lost"]
    finally:
        first.unlink(missing_ok=True)
        second.unlink(missing_ok=True)
