"""Repairing a damaged log: what is damaged is set aside, listed and kept, and all else opens again.

An event that was lost stays in the chain as one that says nothing, under the id that others name it by.
So what came after it still has its place, and a copy that has it whole brings it back when both are united.
Of rows under a seal, those go that their short sums do not know. Rows that a damaged seal still knows stay
under what stands in for it; those that no seal knows any more are counted with the event that is lost. What
cannot be without what was lost, such as the coding of a document whose addition is gone, is held back too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import attrs
import msgspec

from qualcode.errors import LockedError, QualcodeError, StoreError
from qualcode.io.store import layout
from qualcode.io.store.backups import Backup, write_copy
from qualcode.io.store.damaged_lines import SetAside, shown
from qualcode.io.store.journal import Write, commit, put_back
from qualcode.io.store.lines import read_bytes
from qualcode.io.store.locking import locked
from qualcode.io.store.reading import PATIENCE, private_folder, read_folder, read_head
from qualcode.io.store.salvaging import Salvage
from qualcode.model.checks import check_path
from qualcode.model.log.telling import told_lost

__all__ = ["Repair", "SetAside", "read_set_aside", "repair_folder"]

_encode = msgspec.json.Encoder().encode


@attrs.frozen
class Repair:
    """What a repair did.

    Parameters
    ----------
    backup : Backup
        The folder as it was, in a file beside it.
    file : str
        Where the lines are kept that were set aside, below the project's folder.
    lines : tuple of SetAside
        The lines, in order.
    lost : tuple of (int, int)
        How many events, and how many rows of coding, the project lacks by that.
    """

    backup: Backup
    file: str
    lines: tuple[SetAside, ...]
    lost: tuple[int, int]

    def __str__(self) -> str:
        count = len(self.lines)
        head = (
            f"{count:,} {'line was' if count == 1 else 'lines were'} set aside, in {self.file}; lost: "
            f"{told_lost(*self.lost)}. The folder as it was is in {self.backup.path}. A copy that has "
            "what is lost brings it back when both are united (git, or qualcode merge)"
        )
        return "\n".join([head, *(f"  {each}" for each in self.lines)])


def read_set_aside(root: Path) -> tuple[SetAside, ...]:
    """Return the lines that repairs of a project set aside, and that its folder keeps."""
    found: list[SetAside] = []
    for path in sorted((root / layout.ASIDE).glob("*.jsonl")):
        for number, line in enumerate(read_bytes(path).splitlines(), start=1):
            try:
                found.append(msgspec.json.decode(line, type=SetAside))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                why = "a line that was set aside is damaged itself"
                found.append(SetAside(f"{layout.ASIDE}/{path.name}", number, why, shown(line)))
    return tuple(found)


def repair_folder(root: str | Path) -> Repair | None:
    """Set aside what is damaged in a project's log, having written the folder into a file beside it.

    Lines that are damaged go into a file in ``set-aside``, and with them what cannot be without them, such as
    the coding of a document whose addition is lost. All else is as it was. The file beside the folder,
    ``NAME-before-repair-TIME.zip``, has everything as it was found; `qualcode.restore` refuses it for being
    damaged, but any program opens it.

    Parameters
    ----------
    root : str or Path
        The project's folder.

    Returns
    -------
    Repair or None
        What was done; nothing where the project opens as it is.

    Raises
    ------
    StoreError
        When it is no project, another process writes to it, or what is damaged is more than lines of the log.
        Nothing is changed then.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.Project.create("broken", codebook=qc.Codebook("study"), coder="ana")
    >>> memos = [project.add_memo("project", text) for text in ("one", "two", "three")]
    >>> project.save()
    >>> (file,) = Path("broken/log").iterdir()
    >>> _ = file.write_text(file.read_text().replace('"two"', '"toe"'))
    >>> repair = qc.repair_folder("broken")
    >>> [line.why for line in repair.lines]
    ['the event is damaged']
    >>> project = qc.Project.open("broken")
    >>> [memo.text for memo in project.memos], project.lost
    (['one', 'three'], (1, 0))
    """
    root = check_path(root, what="root", error=StoreError).absolute()
    if read_head(root).format < layout.UNPACKED:
        raise StoreError(
            f"{root}: folders of an older format are not repaired: take the file that is damaged from "
            "version control or a copy"
        )
    try:
        read_folder(root)
    except LockedError:
        raise
    except QualcodeError as error:
        damage = error
    else:
        return None
    private = private_folder(root)
    with locked(private, wait=PATIENCE):
        put_back(root, private)
        salvage = Salvage(root)
        try:
            log = salvage.run()
        except (QualcodeError, OSError) as error:
            raise StoreError(
                f"{root}: cannot be repaired by setting lines aside: {error}. Take the project from version "
                "control, a copy or a backup"
            ) from (damage if error is damage else error)
        now = datetime.now(UTC)
        backup = write_copy(root, _beside(root, now))
        lines = tuple(
            SetAside(each.file, each.line, each.why, each.text, now.strftime("%Y-%m-%dT%H:%M:%SZ"))
            for each in sorted(salvage.aside, key=lambda each: (each.file, each.line))
        )
        file = f"{layout.ASIDE}/{backup.path.stem.rpartition('-')[2]}.jsonl"
        kept = b"".join(_encode(each) + b"\n" for each in lines)
        writes = {file: Write(kept), **salvage.writes()}
        commit(root, private, writes)
    return Repair(backup, file, lines, log.lost)


def _beside(root: Path, now: datetime) -> Path:
    """Return a file beside a folder that does not exist yet."""
    stamp = now.strftime("%Y%m%dT%H%M%S")
    path, number = root.parent / f"{layout.before_repair(root)}-{stamp}.zip", 1
    while path.exists():
        number += 1
        path = root.parent / f"{layout.before_repair(root)}-{stamp}_{number}.zip"
    return path
