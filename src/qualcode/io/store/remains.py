"""What may still hold what was erased: stray files in a project's folder, git's history, backups, copies."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

import attrs
import msgspec

from qualcode.errors import QualcodeError
from qualcode.io.store import layout
from qualcode.io.store.checking import stray_files
from qualcode.io.store.reading import read_head

__all__ = ["Remainder", "remains_of"]

_SHOWN = 8
_TIME = 60
"""Seconds that git is given for an answer."""


@attrs.frozen
class Remainder:
    """Something that may still hold what was erased, and what to do about it.

    Parameters
    ----------
    kind : str
        ``"file"``, ``"git"``, ``"backup"`` or ``"copy"``.
    where : str
        Where it is.
    what : str
        What it holds.
    remedy : str
        How to remove it.
    """

    kind: str
    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.remedy}"


def remains_of(root: Path, files: Collection[str], added: Collection[str]) -> tuple[Remainder, ...]:
    """Return what is seen in and near a project's folder that may still hold what was erased.

    Parameters
    ----------
    root : Path
        The project's folder.
    files : collection of str
        Files that were removed or rewritten, below it.
    added : collection of str
        Ids of the events that added what was erased.
    """
    return (*_strays(root), *_in_git(root, files), *_backups(root, added), *_copies(root, added))


def _strays(root: Path) -> Iterator[Remainder]:
    try:
        found = stray_files(root)
    except (QualcodeError, OSError):
        return
    for name in found:
        yield Remainder(
            "file",
            str(root / name),
            "the project did not write this file, and it may hold it",
            "Look at it, and delete it",
        )


def _in_git(root: Path, files: Collection[str]) -> Iterator[Remainder]:
    if shutil.which("git") is None:
        if any((each / ".git").exists() for each in (root, *root.parents)):
            yield Remainder(
                "git",
                str(root),
                "lies in a git repository, and there is no git to look into it",
                _PURGE,
            )
        return
    top = _git(root, "rev-parse", "--show-toplevel").strip()
    if not top:
        return
    paths = [
        f":(top,literal){(root.resolve() / name).relative_to(Path(top).resolve()).as_posix()}"
        for name in sorted(files)
    ]
    commits = _git(root, "log", "--all", "--format=%h", "--", *paths).split()
    if not commits:
        return
    refs = _git(
        root, "for-each-ref", "--format=%(refname:short)", f"--contains={commits[-1]}"
    ).split()
    shown = ", ".join(commits[:_SHOWN]) + (", …" if len(commits) > _SHOWN else "")
    where = f" in {', '.join(refs)}" if refs else ""
    noun = "commit" if len(commits) == 1 else "commits"
    remotes = _git(root, "remote").split()
    also = (
        f" Then push to {', '.join(remotes)} with --force, or have it deleted there."
        if remotes
        else ""
    )
    yield Remainder(
        "git",
        top,
        f"git still has the files as they were: {len(commits)} {noun}{where} ({shown})",
        _PURGE + also,
    )


_PURGE = (
    "The log has the project's whole history, so the repository can begin anew: git checkout --orphan clean; "
    "git add -A; git commit -m 'Begin anew'; delete all other branches, tags and stashes; git reflog expire "
    "--expire=now --all; git gc --prune=now. Whoever has a clone makes a new one."
)


def _git(root: Path, *arguments: str) -> str:
    """Return what git answers; nothing where it has no answer."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, timeout=_TIME, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _backups(root: Path, added: Collection[str]) -> Iterator[Remainder]:
    repairs = f"{layout.before_repair(root)}-"
    for folder in (root, root.parent):
        for path in sorted(folder.glob("*.zip")):
            if _backup_holds(path, added):
                yield Remainder(
                    "backup",
                    str(path),
                    "this backup was made before",
                    "Delete it, and make another",
                )
            elif path.name.startswith(repairs):  # damaged lines cannot be looked through
                yield Remainder(
                    "backup",
                    str(path),
                    "a repair wrote the damaged folder there, which may hold it",
                    "Delete it",
                )


def _backup_holds(path: Path, added: Collection[str]) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(
                _holds(archive.read(name), added)
                for name in archive.namelist()
                if name.startswith(f"{layout.LOG}/")
            )
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return False


def _copies(root: Path, added: Collection[str]) -> Iterator[Remainder]:
    try:
        own = read_head(root).project
        beside = sorted(each for each in root.parent.iterdir() if each.is_dir() and each != root)
    except (QualcodeError, OSError):
        return
    for folder in beside:
        try:
            if not (folder / layout.PROJECT).is_file() or read_head(folder).project != own:
                continue
            logs = [path.read_bytes() for path in (folder / layout.LOG).glob("*.jsonl")]
        except (QualcodeError, OSError):
            continue
        if any(_holds(data, added) for data in logs):
            yield Remainder(
                "copy",
                str(folder),
                "this copy of the project holds it",
                "Unite it with this one and save, or delete it",
            )


def _holds(data: bytes, added: Collection[str]) -> bool:
    """Tell whether a file of a log has one of some events as it was made."""
    for id in added:
        at = data.find(b'"id":"%s"' % id.encode())
        while at >= 0:
            start = data.rfind(b"\n", 0, at) + 1
            end = data.find(b"\n", at)
            try:
                line = msgspec.json.decode(data[start : end if end >= 0 else len(data)])
            except (msgspec.DecodeError, UnicodeDecodeError):
                return True
            if isinstance(line, dict) and line.get("id") == id and not line.get("erased"):
                return True
            at = data.find(b'"id":"%s"' % id.encode(), at + 1)
    return False
