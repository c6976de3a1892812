"""A whole project in one file: written with checksums, read back, and restored all or nothing."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import attrs
import msgspec

from qualcode.errors import StoreError
from qualcode.io.store import layout
from qualcode.io.store.checking import check_folder
from qualcode.io.store.journal import put_back
from qualcode.io.store.lines import read_bytes
from qualcode.io.store.locking import locked
from qualcode.io.store.reading import private_folder, read_head

__all__ = ["Backup", "restore_folder", "write_backup", "write_copy"]

_MANIFEST = "backup.json"
_FORMAT = 1
_FOLDERS = {
    layout.LOG: ("*.jsonl",),
    layout.HEADS: ("*.json",),
    layout.TEXTS: ("*.txt", "*.jsonl"),
    layout.DOCUMENTS: ("*.txt",),
    layout.ORIGINALS: ("*",),
    layout.ASIDE: ("*.jsonl",),
}
_TOP = (layout.PROJECT, layout.CODEBOOK, layout.ATTRIBUTES)
_INSIDE = re.compile(rf"(?:{'|'.join(_FOLDERS)})/[^/\\:\x00]+")
_DATE = (1980, 1, 1, 0, 0, 0)
_LARGEST = 1 << 36
"""Bytes that a backup may claim to hold: more than any project of text, and less than fills a disk."""


@attrs.frozen
class Backup:
    """A backup that was written and read back.

    Parameters
    ----------
    path : Path
        The file.
    files : int
        How many files of the project it holds.
    size : int
        Its own size in bytes.
    """

    path: Path
    files: int
    size: int

    def __str__(self) -> str:
        return f"{self.path}: {self.files} files, {self.size:,} bytes, verified"


class _Manifest(msgspec.Struct):
    backup: int
    files: dict[str, str]


def write_backup(root: Path, path: Path) -> Backup:
    """Write a project's folder into one file, and read it back.

    Parameters
    ----------
    root : Path
        The project's folder.
    path : Path
        A file that does not exist yet.

    Raises
    ------
    StoreError
        When the project is damaged, the file exists, or it cannot be written. No file is left then.
    LockedError
        When another process is saving the project.
    """
    if path.exists():
        raise StoreError(f"{path}: exists already, and a backup overwrites nothing: name another")
    if read_head(root).format < layout.UNPACKED:
        raise StoreError(
            f"{root}: the project has an older format: open it and save it, which keeps everything, and back "
            "it up then"
        )
    private = private_folder(root)
    with locked(private):
        put_back(root, private)
        _refuse_damaged(root)
        content = {name: read_bytes(root / name) for name in _names(root)}
    _write_verified(path, content)
    return Backup(path, len(content), path.stat().st_size)


def _write_verified(path: Path, content: Mapping[str, bytes]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        _write_zip(draft, content)
        if _read_zip(draft) != content:
            raise StoreError(f"{path}: what was written is not what is read back: check the disk")
        os.replace(draft, path)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be written: {error.strerror or error}. No backup was made"
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def write_copy(root: Path, path: Path) -> Backup:
    """Write a project's folder into one file as it is, damaged or not, and read it back.

    Raises
    ------
    StoreError
        When it cannot be written. No file is left then.
    """
    content = {name: read_bytes(root / name) for name in _names(root)}
    _write_verified(path, content)
    return Backup(path, len(content), path.stat().st_size)


def restore_folder(path: Path, folder: Path) -> None:
    """Put a backup into a new folder, all or nothing, having checked every file and the whole.

    Parameters
    ----------
    path : Path
        The backup.
    folder : Path
        A folder that does not exist yet, or is empty.

    Raises
    ------
    StoreError
        When the backup is damaged or none, or the folder holds anything. Nothing is left then.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise StoreError(f"{folder}: exists already and is not empty: name another folder")
    content = _read_zip(path)
    made: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        whole = made / "project"
        for name, data in content.items():
            _write_flushed(whole / name, data)
        _refuse_damaged(whole, shown=path)
        if folder.exists():
            folder.rmdir()
        os.replace(whole, folder)
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot be written: {error.strerror or error}. Nothing was restored"
        ) from error
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def _names(root: Path) -> list[str]:
    """Return the files of a project that are its content, below its folder."""
    top = [name for name in _TOP if (root / name).is_file()]
    inside = [
        f"{folder}/{path.name}"
        for folder, patterns in _FOLDERS.items()
        for pattern in patterns
        for path in sorted((root / folder).glob(pattern))
    ]
    return [*top, *inside]


def _refuse_damaged(root: Path, shown: Path | None = None) -> None:
    # Edits that wait to be made part of the history are no damage.
    problems = [
        each for each in check_folder(root) if each.file != layout.CODEBOOK and not each.waits
    ]
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise StoreError(f"{root if shown is None else shown}: is damaged: {problems[0]}{more}")


def _write_zip(path: Path, content: Mapping[str, bytes]) -> None:
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    manifest = msgspec.json.format(msgspec.json.encode(_Manifest(_FORMAT, sums)), indent=1)
    with open(path, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in {_MANIFEST: manifest, **content}.items():
                # The same project gives the same bytes, whenever it is backed up.
                info = zipfile.ZipInfo(name, date_time=_DATE)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, data)
        file.flush()
        os.fsync(file.fileno())


def _read_zip(path: Path) -> dict[str, bytes]:
    """Return the files that a backup holds, each compared with its checksum.

    Raises
    ------
    StoreError
        When it is damaged or no backup.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > _LARGEST:
                raise StoreError(f"{path}: claims to hold more than any project does")
            manifest = msgspec.json.decode(archive.read(_MANIFEST), type=_Manifest)
            if manifest.backup > _FORMAT:
                raise StoreError(
                    f"{path}: was written by a newer version: upgrade qualcode (pip install --upgrade "
                    "qualcode)"
                )
            content = {name: archive.read(name) for name in manifest.files if _is_ours(name)}
    except FileNotFoundError:
        raise StoreError(f"{path}: there is no such file") from None
    except (
        OSError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError,
        RuntimeError, msgspec.DecodeError,
    ) as error:  # fmt: skip
        raise StoreError(f"{path}: is no backup, or a damaged one: {error}") from error
    for name, sha in manifest.files.items():
        if name not in content:
            raise StoreError(f"{path}: is no backup: it holds {name!r}, which no project has")
        if hashlib.sha256(content[name]).hexdigest() != sha:
            raise StoreError(f"{path}: is damaged: {name} has another checksum than when written")
    return content


def _is_ours(name: str) -> bool:
    """Tell whether this can be a file of a project; nothing is ever written outside of its folder."""
    return name in _TOP or (
        _INSIDE.fullmatch(name) is not None and not name.endswith(("/.", "/.."))
    )


def _write_flushed(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
