"""What each copy had seen when it last saved, so that the end of a file cannot go missing unnoticed."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from pathlib import Path

import msgspec

from qualcode.errors import StoreError
from qualcode.io.store import layout
from qualcode.io.store.lines import is_conflict_mark, read_bytes
from qualcode.io.store.logfile import Fault

__all__ = ["check_heads", "heads_line", "heads_name"]


def heads_name(log_file: str) -> str:
    """Return the file, below the project's folder, of the copy that writes a file of the log."""
    return f"{layout.HEADS}/{log_file.removesuffix('.jsonl')}.json"


def heads_line(heads: Mapping[str, str]) -> bytes:
    """Return the newest event of each log as a line."""
    return msgspec.json.encode(dict(sorted(heads.items()))) + b"\n"


def check_heads(root: Path, known: Container[str]) -> Iterator[tuple[str, Fault]]:
    """Yield what is missing of what copies had seen: the file below the project's folder, and why.

    Parameters
    ----------
    root : Path
        The project's folder.
    known : container of str
        Ids of the events that are there.
    """
    for path in sorted((root / layout.HEADS).glob("*.json")):
        name = f"{layout.HEADS}/{path.name}"
        try:
            data = read_bytes(path)
        except StoreError as error:
            yield name, Fault(None, str(error))
            continue
        # A merge may keep the lines of both sides: all of them hold.
        for number, line in enumerate(data.replace(b"\r", b"").split(b"\n"), start=1):
            if not line or is_conflict_mark(line):
                continue
            try:
                heads = msgspec.json.decode(line, type=dict[str, str])
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                yield name, Fault(number, f"not a whole record ({error})")
                continue
            for log, id in heads.items():
                if id not in known:
                    own = layout.log_file(log.partition("~")[0])
                    yield (
                        f"{layout.LOG}/{own}",
                        Fault(
                            _end_of(root / layout.LOG / own),
                            f"event {id[:12]} is missing, which {name} knows: the file was cut off at its "
                            "end, or is gone. Take it from version control or a copy",
                            follows=True,
                        ),
                    )


def _end_of(path: Path) -> int | None:
    try:
        return read_bytes(path).count(b"\n") + 1
    except StoreError:
        return None
