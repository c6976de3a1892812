"""How a file looked when it was read, so that a save does not write over what others wrote since."""

from __future__ import annotations

import hashlib
from pathlib import Path

import attrs

from qualcode.io.store.lines import read_bytes

__all__ = ["Stamp"]


@attrs.frozen
class Stamp:
    """The size of a file and, where saving replaces the file, a digest of its content.

    Parameters
    ----------
    size : int
        In bytes.
    digest : str or None
        SHA-256; None for a file that is only ever added to, whose size tells enough.
    """

    size: int
    digest: str | None = None

    @classmethod
    def of(cls, content: bytes) -> Stamp:
        """Return the stamp of a file that saving replaces."""
        return cls(len(content), hashlib.sha256(content).hexdigest())

    def fits(self, path: Path) -> bool:
        """Tell whether a file still looks like that; one that is missing is like an empty one."""
        if self.digest is not None:
            return self == Stamp.of(read_bytes(path))
        return self.size == (path.stat().st_size if path.exists() else 0)
