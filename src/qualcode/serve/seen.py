"""What pages have seen of the codings of documents, so that they are told of what changes and not of all."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from qualcode.project.view import View
from qualcode.serve.showing import Coding, Place, codings, version_of
from qualcode.serve.sight import Sight

__all__ = ["Seen", "places_since"]

_MOST_CHANGED = 300
"""More codings than that in one document are fetched anew."""
_MOST_SEEN = 12
"""Of so many documents it is known what pages have seen; the others are fetched anew."""


class Seen:
    """The codings of documents as pages have them.

    Parameters
    ----------
    sight : Sight
        What may be seen: the same on all pages.
    """

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[str, dict[str, Coding]]] = OrderedDict()
        """By document, the version of its text, and its codings."""

    def look(self, view: View, document: str) -> list[Coding]:
        """Return the codings of a document; from now on pages are told of each that changes."""
        found = codings(view, document, self._sight)
        with self._lock:
            self._known[document] = version_of(view.documents[document]), found
            self._known.move_to_end(document)
            while len(self._known) > _MOST_SEEN:
                self._known.popitem(last=False)
        return list(found.values())

    def differences(
        self, view: View, places: Mapping[str, set[Place]] | None = None
    ) -> dict[str, Any]:
        """Return by document which codings are new or other than they were seen, and which are gone.

        Parameters
        ----------
        view : View
            The project as it is now.
        places : mapping, optional
            By document the places where something may have changed; all of those that were seen when not
            given. None for a document in the result is to say that it has to be fetched anew.
        """
        with self._lock:
            wanted = list(self._known) if places is None else list(places)
            found = {
                document: self._difference(
                    view, document, None if places is None else places[document]
                )
                for document in wanted
            }
        return {id: each for id, each in found.items() if each != {"added": [], "removed": []}}

    def _difference(
        self, view: View, document: str, places: set[Place] | None
    ) -> dict[str, Any] | None:
        version, known = self._known.get(document, ("", {}))
        text = view.documents.get(document)
        if text is None or version != version_of(text):
            self._known.pop(document, None)
            return None
        new = codings(view, document, self._sight, places)
        old = known
        if places is not None:
            old = {id: each for id, each in known.items() if (each.start, each.end) in places}
        added = [each for id, each in new.items() if old.get(id) != each]
        removed = [id for id in old if id not in new]
        for id in removed:
            del known[id]
        known.update(new)
        if len(added) + len(removed) > _MOST_CHANGED:
            return None
        return {"added": added, "removed": removed}


def places_since(view: View, count: int) -> dict[str, set[Place]]:
    """Return by document where something was assigned or taken back since the log had some rows."""
    found: dict[str, set[Place]] = {}
    for document, place in _rows_since(view, count):
        found.setdefault(document, set()).add(place)
    return found


def _rows_since(view: View, count: int) -> Iterator[tuple[str, Place]]:
    rows = view.log.rows
    for at in range(count, len(rows)):
        yield rows.documents[rows.document[at]], (int(rows.start[at]), int(rows.end[at]))
