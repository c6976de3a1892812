"""Names of the files in a project's folder."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from qualcode.model.ids import is_device

__all__ = [
    "FORMAT",
    "GIT_ATTRIBUTES",
    "GIT_ATTRIBUTES_1",
    "GIT_ATTRIBUTES_2",
    "GIT_ORIGINALS",
    "GIT_PACKS",
    "VIEWS_IGNORED",
    "ProjectFile",
    "before_repair",
    "log_file",
    "log_of",
    "make_private",
    "pack_file",
    "text_file",
    "view_file",
]

FORMAT = 3
"""The newest format: that of a project with packs, which versions that know none would take for damaged."""
UNPACKED = 2
"""The format of a project without packs, and the oldest with a log like today's."""
VERSION = 8
"""How many digits of a text's digest are in the name of its file."""
PROJECT = "project.json"
CODEBOOK = "codebook.yaml"
LOG = "log"
HEADS = "heads"
TEXTS = "texts"
DOCUMENTS = "documents"
ORIGINALS = "originals"
ASIDE = "set-aside"
PRIVATE = ".qualcode"
REWRITTEN = "rewritten"
"""In the private folder: by what the log was rewritten last, for processes that have it open."""
ATTRIBUTES = ".gitattributes"

GIT_ATTRIBUTES = """\
# The same bytes on every machine. Texts keep the line ends they came with: offsets count them.
* text=auto eol=lf
texts/*.txt -text
documents/*.txt -text
# Each copy adds to files of its own, so these merge as they are. Should two copies have added to one file
# all the same, both keep their lines; and the codebook's file is made anew from the log.
log/*.jsonl merge=union
heads/*.json merge=union
codebook.yaml merge=union
"""

GIT_ORIGINALS = "originals/* -text\n"
"""What git is told besides, where there are original files: of many kinds it would change line ends."""

GIT_PACKS = f"{TEXTS}/*.jsonl merge=union\n"
"""What git is told besides, where there are packs: lines beside each other that two copies erased are no
conflict, and what such a merge brings back the next save takes out again."""

GIT_ATTRIBUTES_2 = GIT_ATTRIBUTES.replace("texts/*.txt -text\n", "")
"""What format 2 told git before it kept versions of texts apart from the ones to be read."""

GIT_ATTRIBUTES_1 = """\
# The same bytes on every machine. Texts keep the line ends they came with: offsets count them.
* text=auto eol=lf
documents/*.txt -text
# Lines are only ever added to these files, so git may keep those of both sides.
coders.jsonl merge=union
assignments/*.jsonl merge=union
memos/*.jsonl merge=union
verdicts/*.jsonl merge=union
"""
"""What format 1 told git."""

VIEWS_IGNORED = """\
# The texts as they stand now, for reading and editing: made from ../texts in every copy of the project.
*
"""
"""What git is told in the folder of views, which two copies that correct one text would name differently."""


class ProjectFile(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What `project.json` holds."""

    format: int
    project: str = ""
    name: str = ""


def make_private(private: Path) -> None:
    """Make the folder for lock, journal, cache and notes, which git shall not see."""
    private.mkdir(parents=True, exist_ok=True)
    ignore = private / ".gitignore"
    if not ignore.exists():
        ignore.write_bytes(b"*\n")


def log_file(log: str) -> str:
    """Return the name of a log's file, with what file names cannot hold percent-encoded."""
    # The rest is kept readable, letters of any script included.
    name = re.sub(r"[^\w @+.-]", lambda match: quote(match.group(), safe=""), log)
    if name.startswith(".") or is_device(name):
        # A leading dot would hide the file, and some systems keep such a name for a device.
        name = f"%{ord(name[0]):02X}{name[1:]}"
    return f"{name}.jsonl"


def log_of(path: Path) -> str:
    """Return the log whose file this is."""
    return unquote(path.name.removesuffix(".jsonl"))


def text_file(document: str, sha256: str) -> str:
    """Return the file that keeps one version of a document's text, below the project's folder."""
    return f"{TEXTS}/{document}.{sha256[:VERSION]}.txt"


def pack_file(sha256: str) -> str:
    """Return the file of a pack of texts that has a digest, below the project's folder."""
    return f"{TEXTS}/pack.{sha256[:16]}.jsonl"


def view_file(document: str, sha256: str) -> str:
    """Return the file in which a version of a text is shown for reading and editing."""
    return f"{DOCUMENTS}/{document}.{sha256[:VERSION]}.txt"


def before_repair(root: Path) -> str:
    """Return how the names of files begin into which a repair writes a folder as it was found."""
    return f"{root.name}-before-repair"
