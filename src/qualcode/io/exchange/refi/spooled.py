"""Sources on their way out, one at a time, since all together may be more than there is memory."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from typing import IO

from qualcode.io.exchange.refi.leaving import Written
from qualcode.io.exchange.refi.programs import counted
from qualcode.io.exchange.refi.schema import RANKS, mended_in
from qualcode.io.exchange.refi.sources import texts_within
from qualcode.io.exchange.refi.values import guid_key
from qualcode.io.raw.elements import Element, begin_of, write_element

__all__ = ["Spooled"]


class Spooled:
    """The sources of a project, each written to a file by itself as soon as it is at hand.

    What stands before them in the project depends on what they name, so they wait in a file.

    Parameters
    ----------
    written : Written
        What is written so far.
    program : str or None
        Which program is to read it.
    file : file
        An empty file, open for reading and writing.
    progress : callable, optional
        Called with how many are written, and of how many.
    """

    def __init__(
        self,
        written: Written,
        program: str | None,
        file: IO[bytes],
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.written, self.program, self._file = written, program, file
        self._progress, self._done = progress, 0
        self.guids: set[str] = set()
        """Keys of the sources and of what holds their texts."""
        self.codes: set[str] = set()
        """Ids of codes that they name."""
        self.users: dict[str, str] = {}
        """By key, users that they name, as the file that they come from spells them."""
        self.counts: Counter[str] = Counter()
        """What the program is known to drop."""
        self._code_at = {
            guid_key(guid): target.partition(":")[2]
            for target, guid in written.ids.items()
            if target.startswith("code:")
        }

    def carried(self, source: Element) -> None:
        """Write a source that a file had: with the codes that stand now for those it names."""
        book = self.written.leaving.state.codebook
        for each in source.all():
            given = each.attributes
            if user := given.get("creatingUser"):
                self.users.setdefault(guid_key(user), user)
            if each.tag != "CodeRef":
                continue
            id = self._code_at.get(guid_key(given.get("targetGUID", "")), "")
            if id in book.codes:
                now = book.resolve(id)
                if now != id:
                    given["targetGUID"] = self.written.guid(f"code:{now}")
                self.codes.add(now)
        self.put(source)

    def put(self, source: Element) -> None:
        """Write a source."""
        mended = mended_in("Sources", source, self.written.losses.append, self.written.without)
        if mended is None:
            return
        for each in (mended, *texts_within(mended)):
            self.guids.add(guid_key(each.get("guid")))
        if self.program is not None:
            self.counts += counted(self.program, mended)
        self._file.write(write_element(mended, "    ").encode() + b"\n")
        self._done += 1
        if self._progress is not None:
            whole = len(self.written.leaving.state.documents)
            self._progress(min(self._done, whole), whole)

    def write(self, root: Element, head: Iterable[str], out: IO[bytes]) -> None:
        """Write the whole project, with the sources in their place.

        Parameters
        ----------
        root : Element
            The project without them, as the schema has it.
        head : iterable of str
            What stands before it.
        out : file
            Where to.
        """
        place = RANKS["Sources"]
        if not self._file.tell():
            out.write("".join([*head, write_element(root), "\n"]).encode())
            return
        out.write("".join([*head, begin_of(root), ">\n"]).encode())
        for each in (each for each in root if RANKS[each.tag] < place):
            out.write(write_element(each, "  ").encode() + b"\n")
        out.write(b"  <Sources>\n")
        self._file.seek(0)
        shutil.copyfileobj(self._file, out, 1 << 20)
        out.write(b"  </Sources>\n")
        for each in (each for each in root if RANKS[each.tag] > place):
            out.write(write_element(each, "  ").encode() + b"\n")
        out.write(f"</{root.tag}>\n".encode())
