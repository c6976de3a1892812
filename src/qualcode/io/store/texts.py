"""The versions of texts: each in a file of its own or a line of a pack, written once and never again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from qualcode.errors import StoreError
from qualcode.io.store import layout
from qualcode.io.store.lines import read_bytes
from qualcode.io.store.logfile import Fault
from qualcode.io.store.packs import Packed, read_packs
from qualcode.model.ids import check_id
from qualcode.model.log.event import Event
from qualcode.model.log.timeline import TEXTS, Timeline

__all__ = [
    "is_as_named",
    "kept_texts",
    "read_texts",
    "stray_packed",
    "text_faults",
    "versions",
]


def versions(events: Iterable[Event]) -> dict[str, str]:
    """Return the digest of every version of a text, by its file below the project's folder."""
    return {
        layout.text_file(_document(event), event.fields["sha256"]): event.fields["sha256"]
        for event in events
        if event.kind in TEXTS
    }


def kept_texts(root: Path) -> set[str]:
    """Return the files that keep one version of a text each, below the project's folder."""
    return {f"{layout.TEXTS}/{path.name}" for path in (root / layout.TEXTS).glob("*.txt")}


def stray_packed(root: Path, timeline: Timeline) -> set[str]:
    """Return the packed texts that the log of a project with an erasure does not name.

    Two copies that erased from one pack each left what the other erased; git brings both remainders
    together. Where a repair set lines aside, what they named may come back, and stays.
    """
    if not timeline.erasures or (root / layout.ASIDE).is_dir():
        return set()
    return read_packs(root).texts.keys() - versions(timeline.events).keys()


def read_texts(root: Path, timeline: Timeline) -> dict[str, str]:
    """Return the texts that events name, by their SHA-256.

    Raises
    ------
    StoreError
        When one is missing, damaged or another than was added.
    """
    packs = read_packs(root)
    if packs.faults:
        pack, line, message = packs.faults[0]
        raise StoreError(f"{root / pack}, line {line}: {message}. {_TAKE}")
    own = kept_texts(root)
    texts: dict[str, str] = {}
    for event in timeline.events:
        if event.kind in TEXTS and event.fields["sha256"] not in texts:
            texts[event.fields["sha256"]] = _stored(root, event, own, packs.texts)
    return texts


def text_faults(root: Path, events: Iterable[Event]) -> Iterator[tuple[str, Fault]]:
    """Yield what is wrong with packs, and with the texts that events name."""
    packs, own = read_packs(root), kept_texts(root)
    for pack, line, message in packs.faults:
        yield pack, Fault(line, f"{message}. {_TAKE}")
    for event in events:
        try:
            _stored(root, event, own, packs.texts)
        except StoreError as error:
            name, _, message = str(error).removeprefix(f"{root}/").partition(" ")
            yield name.removesuffix(":"), Fault(None, message)


def is_as_named(path: Path) -> bool:
    """Tell whether a file holds the version that its name says."""
    return path.name.endswith(f".{_digest(read_bytes(path))[:8]}.txt")


def _document(event: Event) -> str:
    return event.target.partition(":")[2]


def _stored(root: Path, event: Event, own: Collection[str], packed: Mapping[str, Packed]) -> str:
    """Return a version of a text, exactly as kept."""
    id, sha = _document(event), str(event.fields.get("sha256"))
    check_id(id, what="document", error=StoreError)
    name = layout.text_file(id, sha)
    if name not in own and name in packed and packed[name].sha == sha:
        return packed[name].text
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
        raise StoreError(
            f"{kept} is missing, but the document is in the log, and no pack has its text. {_TAKE}"
        )
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
