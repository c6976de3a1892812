"""The versions of texts: each in a file of its own that is written once and never again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from qualcode.errors import StoreError
from qualcode.io.store import layout
from qualcode.io.store.lines import read_bytes
from qualcode.io.store.logfile import Fault
from qualcode.model.ids import check_id
from qualcode.model.log.event import Event
from qualcode.model.log.timeline import TEXTS, Timeline

__all__ = ["is_as_named", "kept_texts", "read_texts", "text_faults", "versions"]


def versions(events: Iterable[Event]) -> dict[str, str]:
    """Return the digest of every version of a text, by its file below the project's folder."""
    return {
        layout.text_file(_document(event), event.fields["sha256"]): event.fields["sha256"]
        for event in events
        if event.kind in TEXTS
    }


def kept_texts(root: Path) -> set[str]:
    """Return the files that keep versions of texts, below the project's folder."""
    return {f"{layout.TEXTS}/{path.name}" for path in (root / layout.TEXTS).glob("*.txt")}


def read_texts(root: Path, timeline: Timeline) -> dict[str, str]:
    """Return the texts that events name, by their SHA-256.

    Raises
    ------
    StoreError
        When one is missing, damaged or another than was added.
    """
    texts: dict[str, str] = {}
    for event in timeline.events:
        if event.kind in TEXTS and event.fields["sha256"] not in texts:
            texts[event.fields["sha256"]] = _stored(root, event)
    return texts


def text_faults(root: Path, events: Iterable[Event]) -> Iterator[tuple[str, Fault]]:
    """Yield what is wrong with the texts that events name."""
    for event in events:
        try:
            _stored(root, event)
        except StoreError as error:
            name, _, message = str(error).removeprefix(f"{root}/").partition(" ")
            yield name.removesuffix(":"), Fault(None, message)


def is_as_named(path: Path) -> bool:
    """Tell whether a file holds the version that its name says."""
    return path.name.endswith(f".{_digest(read_bytes(path))[:8]}.txt")


def _document(event: Event) -> str:
    return event.target.partition(":")[2]


def _stored(root: Path, event: Event) -> str:
    """Return a version of a text, exactly as kept."""
    id, sha = _document(event), str(event.fields.get("sha256"))
    check_id(id, what="document", error=StoreError)
    kept, view = root / layout.text_file(id, sha), root / layout.view_file(id, sha)
    if kept.exists():
        data = read_bytes(kept)
        if _digest(data) != sha:
            raise StoreError(
                f"{kept} was changed since it was added: it has another checksum, so offsets "
                f"into it are no longer true. {_way_back(view, sha)}. To correct a text, edit its file in "
                f"{layout.DOCUMENTS}, and adopt that"
            )
        return data.decode("utf-8")
    # Before versions were kept apart, the files for reading and editing were all there was.
    if not view.exists():
        raise StoreError(f"{kept} is missing, but the document is in the log. {_TAKE}")
    data = read_bytes(view)
    if _digest(data) != sha:
        raise StoreError(
            f"{view} was changed since it was added, and {kept.relative_to(root)}, which would "
            f"have it as it was, is missing. {_TAKE}; or keep the changed file elsewhere, put the old one "
            "back as it is in version control, open the project and save it: after that the file may be "
            "edited, and the edit adopted"
        )
    return data.decode("utf-8")


_TAKE = "Take the file from version control or a copy; mind settings that change line ends"


def _way_back(view: Path, sha: str) -> str:
    """Say where a version is to be had from."""
    with suppress(StoreError):
        if _digest(read_bytes(view)) == sha:
            return f"{view.parent.name}/{view.name} still has it: copy that in its place"
    return _TAKE


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
