"""Documents that a page brings: read by the readers for their kind, and added as one step."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path, PurePath
from typing import Any

from qualcode.errors import DocumentError
from qualcode.serve.actions.acting import Acting

__all__ = ["add_upload"]

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
"""What a file's name cannot have on every system."""
_LONGEST = 60
"""How many letters of a name are kept: of whatever script, they fit into a file's name."""


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
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _safe_name(name)
        path.write_bytes(content)
        try:
            # Who brings a file twice is shown the document that is there.
            added = acting.project.add_documents(
                path, coder=acting.coder, existing="skip", relative_to=folder
            )
        except DocumentError as error:
            # Where it lies for a moment is nothing to whoever brought it, and no page passes a reader.
            told = str(error).replace(f"{folder}{os.sep}", "").removesuffix(", or pass reader=")
            raise DocumentError(told) from error
        # Its original is copied from where it lies, which is gone in a moment.
        acting.project.save()
    acting.told = f"added {', '.join(each.id for each in added) or 'nothing new'}"
    ids = [id for report in added.files for id in report.documents]
    return {"documents": ids, "told": str(added.files)}


def _safe_name(name: str) -> str:
    """Return the last part of a file's name, as a document can be called after it on every system."""
    given = PurePath(name.replace("\\", "/"))
    stem = _UNSAFE.sub(" ", given.stem).strip(" .")[:_LONGEST].strip(" .")
    return f"{stem or 'document'}{_UNSAFE.sub('', given.suffix.lower())[:10]}"
