"""Files of every kind that documents are read from are altered: a text, or an error that names the file."""

from __future__ import annotations

import io
import zipfile
from random import Random

from tests.torture.counting import Found
from tests.torture.mutations import mutated
from tests.unit.making_files import (
    archive,
    docx,
    docx_table,
    epub,
    odt,
    p,
    pdf,
    read,
    xlsx,
    xlsx_cell,
)

from qualcode._extras import require
from qualcode.errors import MissingExtraError, QualcodeError

_STYLES = '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
_SPOKEN = "ANA: We trust them.\nBEN: Do you? 🙂\n\n[00:01:05] ANA: Mostly."

FILES: dict[str, bytes] = {
    "a.txt": _SPOKEN.encode(),
    "b.txt": _SPOKEN.encode("utf-16"),
    "a.md": b"# Interview\n\n## First part\n\n**Ana:** We *trust* them.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    "a.docx": docx(
        p("Interview", "H1") + p("Ana: We trust them.") + docx_table(("a", "b"), ("1", "2")),
        styles=_STYLES,
        comments="",
    ),
    "a.odt": odt(
        '<text:h text:outline-level="1">Interview</text:h><text:p>We<text:s/>trust.</text:p>'
    ),
    "a.epub": epub("<h1>One</h1><p>We trust them.</p>", "<p>Two &amp; three.</p>"),
    "a.pdf": pdf("We trust them.\nMostly.", "A second page."),
    "a.rtf": b"{\\rtf1\\ansi{\\fonttbl\\f0 A;}\\f0 We trust {\\b them}.\\par \\'e9t\\u233?\\par}",
    "a.html": (
        b"<html><head><meta charset=utf-8></head><body><h1>One</h1>"
        b"<p>We <b>trust</b> them.</p></body></html>"
    ),
    "a.vtt": (
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>We trust them.\n\n"
        b"00:03.000 --> 00:04.500\nMostly.\n"
    ),
    "a.srt": (
        b"1\n00:00:01,000 --> 00:00:02,000\nAna: We trust them.\n\n"
        b"2\n00:00:03,000 --> 00:00:04,000\nMostly.\n"
    ),
    "a.csv": b'speaker,start,text\nAna,00:00:01,We trust them.\nBen,00:00:04,"Do you, ""really""?"\n',
    "a.tsv": b"speaker\ttext\nAna\tWe trust them.\n",
    "a.xlsx": xlsx(
        xlsx_cell("A1", "speaker") + xlsx_cell("A2", "Ana") + xlsx_cell("B3", "We trust them.")
    ),
    "a.json": b'{"segments": [{"start": 0.5, "end": 1.5, "speaker": "S1", "text": "We trust them."}]}',
}
READ_WITH = {
    "a.xlsx": "python_calamine",
    "a.pdf": "pypdfium2",
    "a.rtf": "striprtf",
    "a.html": "selectolax",
    "a.epub": "selectolax",
}


def available() -> dict[str, bytes]:
    """Return the files that can be read with what is installed."""
    found = dict(FILES)
    for name, module in READ_WITH.items():
        try:
            require(module, extra="documents")
        except MissingExtraError:
            del found[name]
    return found


def altered(runs: int, seed: int) -> Found:
    """Alter as many files, of each kind in turn; of archives every other time what is packed in them."""
    found = Found("documents", seed)
    random = Random(seed)
    files = available()
    found.counts["kinds of file"] = len(files)
    for number in range(runs):
        name = [*files][number % len(files)]
        inside = zipfile.is_zipfile(io.BytesIO(files[name])) and random.random() < 0.5
        data = repacked(files[name], random) if inside else mutated(files[name], random)
        for told in tried(found, name, data):
            found.fault(f"run {number}, {name}: {told}")
    return found


def tried(found: Found, name: str, data: bytes) -> list[str]:
    """Read bytes as a file of some name, and say what is wrong with what comes of it."""
    found.counts["altered"] += 1
    try:
        made = read(name, data)
    except QualcodeError as error:
        found.counts["refused by name"] += 1
        return [] if name in str(error) else [f"not named: {str(error)[:200]}"]
    except Exception as error:
        return [f"{type(error).__name__}: {str(error)[:200]}"]
    found.counts["read"] += 1
    made.text.encode("utf-8")
    outside = [each for each in made.structure if not 0 <= each.start <= each.end <= len(made.text)]
    return [f"parts outside the text: {outside[:3]}"] if outside else []


def repacked(data: bytes, random: Random) -> bytes:
    """Return an archive one member of which is altered."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        members: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    name = random.choice([*members])
    content = members[name]
    assert isinstance(content, bytes)
    members[name] = mutated(content, random)
    return archive(members)
