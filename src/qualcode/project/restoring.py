"""A project from its backup."""

from __future__ import annotations

from pathlib import Path

from qualcode.errors import ProjectError
from qualcode.io.store.backups import restore_folder
from qualcode.model.checks import check_path
from qualcode.project.project import Project

__all__ = ["restore"]


def restore(path: str | Path, folder: str | Path) -> Project:
    """Put a backup into a new folder, all or nothing, and open it.

    Every file is compared with its checksum, and the whole is checked as `check_folder` does, before the
    folder is there. The project is a copy like a clone, which can be united with others again.

    Parameters
    ----------
    path : str or Path
        What `Project.backup` wrote.
    folder : str or Path
        A folder that does not exist yet, or is empty.

    Raises
    ------
    StoreError
        When the backup is damaged or none, or the folder holds anything. Nothing is left then.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.Project.create("study", codebook=qc.Codebook("study", codes=[qc.Code("trust")]))
    >>> backup = project.backup("study.zip")
    >>> qc.restore("study.zip", "again").state == project.state
    True
    """
    source = check_path(path, what="path", error=ProjectError)
    target = check_path(folder, what="folder", error=ProjectError)
    restore_folder(source.absolute(), target.absolute())
    return Project.open(target)
