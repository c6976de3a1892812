"""Documents that a page brings: read by the readers for their kind, and added as one step."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath
from typing import Any

from qualcode.model.ids import slug
from qualcode.serve.actions.acting import Acting

__all__ = ["add_upload"]


def add_upload(acting: Acting, name: str, content: bytes) -> dict[str, Any]:
    """Add what is in a file, and return the ids of the documents and what was left out.

    Parameters
    ----------
    acting : Acting
        Who adds it.
    name : str
        The file's name; its end says of what kind it is. No path of it is followed.
    content : bytes
        What is in it.

    Raises
    ------
    DocumentError
        When it cannot be read; nothing is added then.
    """
    given = PurePath(name.replace("\\", "/"))
    stem = slug(given.stem) or "document"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{stem}{given.suffix.lower()[:10]}"
        path.write_bytes(content)
        added = acting.project.add_documents(path, coder=acting.coder)
        # Its original is copied from where it lies, which is gone in a moment.
        acting.project.save()
    ids = [each.id for each in added]
    acting.told = f"added {', '.join(ids) or 'nothing new'}"
    return {"documents": ids, "told": str(added.files)}
