"""Packs: files that keep many short texts, a line each, where a file for each would take minutes to write.

A pack is called after the digest of what it was made of, and no line is ever added to one, so copies never
write to one file; only an erasure takes lines out. Git unites and compares packs like other text. Each
line stands for one file of the folder of texts, and has its name: whatever knows those files by their
names knows packed ones as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import attrs
import msgspec

from qualcode.errors import StoreError
from qualcode.io.store import layout
from qualcode.io.store.journal import Write
from qualcode.io.store.lines import read_bytes

__all__ = ["Packed", "Packs", "packed_names", "read_packs", "text_writes", "without"]

_SHORT = 4096
"""Bytes that a text may have to be packed: what is longer is worth a file that can be read by itself."""
_MANY = 100
"""How many short texts a save has to add before they are packed."""
_SIZE = 1 << 22
"""Bytes of text in a pack, so that services take it and an erasure rewrites little."""


class Line(msgspec.Struct, frozen=True):
    """A line of a pack: the document that the text was added to, digits of its digest, and the text."""

    document: str
    version: str
    text: str


class _Name(msgspec.Struct, frozen=True):
    document: str
    version: str


_decode = msgspec.json.Decoder(Line).decode
_decode_name = msgspec.json.Decoder(_Name).decode
_encode = msgspec.json.Encoder().encode


@attrs.frozen
class Packed:
    """A text in a pack.

    Parameters
    ----------
    pack : str
        The pack's path below the project's folder.
    line : int
        Its line there, counted from 1.
    name : str
        The path that a file of its own would have.
    sha : str
        SHA-256 of the text.
    text : str
        The text.
    """

    pack: str
    line: int
    name: str
    sha: str
    text: str = attrs.field(repr=False)


@attrs.frozen
class Packs:
    """What packs hold, and what is wrong with them.

    Parameters
    ----------
    texts : mapping of str to Packed
        The texts, by the path that a file of its own would have.
    repeats : list of Packed
        What other packs hold as well, as after a union of copies that added the same.
    faults : list of (str, int, str)
        Pack, line and what is wrong there.
    """

    texts: Mapping[str, Packed]
    repeats: list[Packed]
    faults: list[tuple[str, int, str]]

    def all(self) -> Iterator[Packed]:
        """Yield each text of each pack."""
        yield from self.texts.values()
        yield from self.repeats


def packed_names(root: Path) -> set[str]:
    """Return the texts that packs keep, by paths of files of their own, without looking at their words."""
    names = set[str]()
    for path in _files(root):
        for _, line in _lines(path):
            # What is damaged keeps nothing, and opening has said so.
            with suppress(msgspec.DecodeError, UnicodeDecodeError):
                each = _decode_name(line)
                names.add(layout.text_file(each.document, each.version))
    return names


def read_packs(root: Path) -> Packs:
    """Return what the packs of a project's folder hold, each text compared with its checksum."""
    texts: dict[str, Packed] = {}
    repeats: list[Packed] = []
    faults: list[tuple[str, int, str]] = []
    for path in _files(root):
        pack = f"{layout.TEXTS}/{path.name}"
        for number, line in _lines(path):
            try:
                each = _packed(pack, number, line)
            except StoreError as error:
                faults.append((pack, number, str(error)))
                continue
            if texts.setdefault(each.name, each) is not each:
                repeats.append(each)
    return Packs(texts, repeats, faults)


def text_writes(texts: Iterable[tuple[str, str]]) -> dict[str, Write]:
    """Return what keeps texts: in files of their own, or in packs where there are many short ones.

    Parameters
    ----------
    texts : iterable of (str, str)
        The path below the project's folder that a file of its own has, and the text.
    """
    found = [(name, text.encode("utf-8")) for name, text in texts]
    short = [each for each in found if len(each[1]) <= _SHORT]
    if len(short) < _MANY:
        return {name: Write(data) for name, data in found}
    writes = {name: Write(data) for name, data in found if len(data) > _SHORT}
    lines: list[bytes] = []
    size = 0
    for name, data in short:
        id, version, _ = name.partition("/")[2].rsplit(".", 2)
        lines.append(_encode(Line(id, version, data.decode("utf-8"))) + b"\n")
        size += len(lines[-1])
        if size >= _SIZE:
            writes |= _pack(lines)
            lines, size = [], 0
    return writes | _pack(lines)


def without(root: Path, gone: Collection[str]) -> dict[str, Write]:
    """Return what takes texts out of packs.

    A pack keeps its name, also where nothing is left of it: git would take a new name for one that both
    copies gave which erased from it, and stop at that.

    Parameters
    ----------
    root : Path
        The project's folder.
    gone : collection of str
        The texts, by the paths that files of their own would have.
    """
    packs = read_packs(root)
    held: dict[str, set[int]] = {}
    for each in packs.all():
        if each.name in gone:
            held.setdefault(each.pack, set()).add(each.line)
    return {
        pack: Write(b"".join(line + b"\n" for at, line in _lines(root / pack) if at not in numbers))
        for pack, numbers in held.items()
    }


def _pack(lines: list[bytes]) -> dict[str, Write]:
    """Return a new pack; none for no lines."""
    if not lines:
        return {}
    data = b"".join(lines)
    return {layout.pack_file(hashlib.sha256(data).hexdigest()): Write(data)}


def _files(root: Path) -> list[Path]:
    return sorted((root / layout.TEXTS).glob("*.jsonl"))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a pack with their numbers, whatever line ends git gave it."""
    for number, line in enumerate(read_bytes(path).split(b"\n"), start=1):
        if line:
            yield number, line.removesuffix(b"\r")


def _packed(pack: str, number: int, line: bytes) -> Packed:
    """Return the text in a line of a pack.

    Raises
    ------
    StoreError
        When the line is damaged.
    """
    try:
        each = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(f"this line of a pack of texts is damaged: {error}") from error
    sha = hashlib.sha256(each.text.encode("utf-8")).hexdigest()
    if not sha.startswith(each.version) or len(each.version) != layout.VERSION:
        raise StoreError(
            f"the text of document {each.document!r} was changed since it was added: it has another "
            "checksum, so offsets into it are no longer true"
        )
    return Packed(pack, number, layout.text_file(each.document, sha), sha, each.text)
