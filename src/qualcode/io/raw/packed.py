"""Archives and XML from people one does not know: bounded in size, depth and time."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from qualcode.errors import DocumentError

__all__ = ["DEEPEST", "Archive", "parse_xml"]

LARGEST_MEMBER = 1 << 28
"""How many bytes one file in an archive may unpack to."""
MOST_MEMBERS = 20_000
HIGHEST_RATIO = 250
"""How many times its packed size a large file may unpack to: XML and text come to 30 at the most."""
_SMALL = 1 << 22
_CHUNK = 1 << 18
DEEPEST = 200
"""How deep elements may be nested."""

_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Archive:
    """A ZIP archive whose members are read into memory, and only those asked for; none is written.

    Parameters
    ----------
    data : bytes or Path
        The archive, or where it is; one that may be large is read from there as far as it is asked for.
    where : str
        The file's name, for messages.
    kind : str
        What it should be, for messages.

    Raises
    ------
    DocumentError
        When it is no archive, or was cut off.
    """

    def __init__(self, data: bytes | Path, *, where: str, kind: str) -> None:
        self.where = where
        if isinstance(data, bytes) and data.startswith(b"\xd0\xcf\x11\xe0"):
            raise DocumentError(
                f"{where}: is in an older format than {kind}, or protected by a password: open it and save "
                "it anew, without one"
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
            self.names = tuple(self._zip.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise DocumentError(
                f"{where}: is no {kind}, or was cut off ({str(error).rstrip('.')}): take the original, "
                "or give the file the ending of what it is"
            ) from error
        if len(self.names) > MOST_MEMBERS:
            self.close()
            raise DocumentError(f"{where}: holds {len(self.names):,} files, more than any {kind}")

    def close(self) -> None:
        """Let go of the file, where it is read from the disk."""
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def size(self, name: str) -> int:
        """Return how many bytes a member says that it has."""
        return self._zip.getinfo(name).file_size

    def read(self, name: str) -> bytes:
        """Return what a member holds.

        Raises
        ------
        DocumentError
            When it is not there, is damaged, or unpacks to more than it may.
        """
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield what a member holds, piece by piece; raises as `read` does."""
        size = 0
        try:
            packed = self._zip.getinfo(name).compress_size
            with self._zip.open(name) as member:
                while chunk := member.read(_CHUNK):
                    size += len(chunk)
                    if size > LARGEST_MEMBER or size > max(_SMALL, HIGHEST_RATIO * packed):
                        break
                    yield chunk
                else:
                    return
        except KeyError as error:
            raise DocumentError(
                f"{self.where}: has no {name} inside, so it is not what its name says, or damaged"
            ) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise DocumentError(f"{self.where}: {name} inside is damaged: {error}") from error
        except (RuntimeError, NotImplementedError) as error:
            raise DocumentError(
                f"{self.where}: {name} inside cannot be unpacked ({error}): save it without a password"
            ) from error
        raise DocumentError(
            f"{self.where}: {name} inside unpacks to more than {size - 1:,} bytes; such files are "
            "made to harm, and are not read"
        )

    def xml(self, name: str) -> ElementTree.Element:
        """Return a member's XML; see `parse_xml`."""
        return parse_xml(self.read(name), where=f"{self.where}, {name}")


def parse_xml(data: bytes, *, where: str) -> ElementTree.Element:
    """Return the root of XML that declares no entities of its own and is not nested beyond reason.

    Raises
    ------
    DocumentError
        When it does, is, or is no XML.
    """
    plain = data
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        plain = data.replace(b"\0", b"")
    if _DECLARES.search(plain):
        raise DocumentError(
            f"{where}: declares a document type or entities, by which files can harm; it is not read. "
            "Open it with the program it comes from and save it anew"
        )
    parser: Any = ElementTree.XMLPullParser(("start", "end"))
    root: ElementTree.Element | None = None
    depth = 0
    try:
        for start in range(0, len(data), 1 << 16):
            parser.feed(data[start : start + (1 << 16)])
            for event, element in parser.read_events():
                depth += 1 if event == "start" else -1
                root = element if root is None else root
                if depth > DEEPEST:
                    raise DocumentError(
                        f"{where}: elements lie more than {DEEPEST} deep in each other; such files are "
                        "made to harm, and are not read"
                    )
        parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DocumentError(f"{where}: is no valid XML: {error}") from error
    if root is None:
        raise DocumentError(f"{where}: is empty where XML should be")
    return root
