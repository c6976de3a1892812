"""The project that all pages work on: one writer, every action on the disk before it is confirmed."""

from __future__ import annotations

import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from qualcode.errors import ProjectError, QualcodeError, StoreError
from qualcode.model.checks import looked_up
from qualcode.model.log.log import Log
from qualcode.project.project import Project
from qualcode.project.view import View
from qualcode.serve.actions import Acting, find_action
from qualcode.serve.done import Done, DoneList
from qualcode.serve.refusals import Refusal
from qualcode.serve.showing import Coding, codings, place_of
from qualcode.serve.sight import Sight
from qualcode.serve.suggesting import Suggested
from qualcode.serve.telling import Board
from qualcode.serve.undoing import next_redo, next_undo
from qualcode.serve.uploading import add_upload

__all__ = ["Asked", "Desk"]

_ID = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
_MOST_CHANGED = 300
"""More codings than that in one document are fetched anew."""
_MOST_SEEN = 12
"""Of so many documents it is known what pages have seen; the others are fetched anew."""
_PATIENCE = 3
"""How often in a row the folder may be in the midst of a change, as by git, before pages are told."""


T = TypeVar("T")


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """What a page asks to be done.

    Parameters
    ----------
    id : str
        Made by the page: what comes twice under one id is done once.
    coder : str
        Who the page works for.
    action : str
        One of the table of actions.
    arguments : mapping
        What it takes.
    """

    id: str
    coder: str
    action: str
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)


class Desk:
    """A project in a folder that several pages work on.

    Parameters
    ----------
    path : Path
        The folder.
    coder : str, optional
        Who works on every page; each page says it where not given.
    blind : bool, default False
        Whether the coder sees of others only what is in documents that they finished.

    Raises
    ------
    ProjectError
        When somebody is to be blind who is not named.
    StoreError
        When the folder cannot be read.
    """

    def __init__(self, path: Path, *, coder: str | None = None, blind: bool = False) -> None:
        if blind and coder is None:
            raise ProjectError("blind for whom? Name the coder, such as --coder ana")
        self._path = path
        self._lock = threading.RLock()
        self._project = Project.open(path, autosave=True)
        self._done = DoneList(path)
        self._everyone = Sight(coder, blind=True) if blind else Sight()
        """What may be seen is the same on all pages: only one coder works where somebody is blind."""
        self._seen: OrderedDict[str, dict[str, Coding]] = OrderedDict()
        self._failed = 0
        self.coder = coder
        self.blind = blind
        self.board = Board()
        self.trouble: str | None = None
        self.suggestions = Suggested(lambda: self._everyone.part(self.view))
        if blind and coder not in self._project.coders:
            self._project.add_coder(coder or "")
            self._project.save()

    # Looking

    def sight(self, coder: str | None) -> Sight:
        """Return what a page may see."""
        return Sight(coder, self.blind)

    @property
    def view(self) -> View:
        """The project as it is now, to be looked at while others go on working."""
        with self._lock:
            return View(self._project.state)

    def asked(self, ask: Callable[[Project], T]) -> T:
        """Return what only the project itself can be asked, while nobody changes it."""
        with self._lock:
            return ask(self._project)

    def codings(self, view: View, document: str) -> list[Coding]:
        """Return what pages see in a document; from now on they are told of each that changes."""
        found = codings(view, document, self._everyone)
        with self._lock:
            self._seen[document] = found
            self._seen.move_to_end(document)
            while len(self._seen) > _MOST_SEEN:
                self._seen.popitem(last=False)
        return list(found.values())

    def steps(self, coder: str | None) -> dict[str, Any]:
        """Return what the next undo and redo of a coder take back."""
        with self._lock:
            return {
                "undo": next_undo(self._project, coder),
                "redo": next_redo(self._project, coder),
            }

    # Doing

    def do(self, asked: Asked, coder: str | None) -> dict[str, Any]:
        """Do what a page asks, once, and return the answer when it is on the disk.

        Parameters
        ----------
        asked : Asked
            What.
        coder : str or None
            Who the page was opened for.

        Raises
        ------
        QualcodeError
            When it is not done; nothing of it was, then.
        """
        if asked.coder != coder:
            raise Refusal(
                f"this was meant to be done by {asked.coder!r}, and here works {coder!r}: choose "
                f"{asked.coder!r} on this page, or do it again as {coder!r}",
                kind="OtherCoder",
            )
        action = find_action(asked.action)
        arguments = action.read(asked.arguments)
        return self._once(
            asked.id,
            asked.coder,
            asked.action,
            lambda acting: action.run(acting, arguments),
            is_wide=action.is_wide,
        )

    def upload(self, id: str, coder: str | None, name: str, content: bytes) -> dict[str, Any]:
        """Add what is in a file to the documents, once; as `do`."""
        if coder is None:
            raise Refusal("say first who works on this page", kind="OtherCoder")
        return self._once(
            id,
            coder,
            "add-documents",
            lambda acting: add_upload(acting, name, content),
            is_wide=True,
        )

    def _once(
        self, id: str, coder: str, action: str, run: Callable[[Acting], Any], *, is_wide: bool
    ) -> dict[str, Any]:
        if not _ID.fullmatch(id):
            raise Refusal(
                f"id: {looked_up(id)} is none: 8 to 64 letters, digits and hyphens",
                status=400,
                kind="Arguments",
            )
        with self._lock:
            known = self._done.get(id)
            if known is not None:
                return self._answer(id, known.result, None, again=True)
            self.catch_up()
            before, team = place_of(self._project), len(self._project.coders)
            acting = Acting(self._project, coder, self.sight(coder), self.suggestions)
            try:
                result = run(acting)
                if not self._project.is_saved:
                    self._project.save()
                self._done.add(Done(id, coder, result))
            except (StoreError, OSError):
                # What is not on the disk was not done: memory must not know more than the folder.
                self._project = Project.open(self._path, autosave=True)
                raise
            change = None
            if place_of(self._project) != before:
                change = self._changed(
                    coder,
                    action,
                    f"{coder}: {acting.told or action}",
                    id=id,
                    wide=is_wide or team != len(self._project.coders),
                    documents=None if is_wide else acting.documents,
                )
            return self._answer(id, result, change, again=False)

    def _answer(
        self, id: str, result: Any, change: dict[str, Any] | None, *, again: bool
    ) -> dict[str, Any]:
        place = place_of(self._project)
        return {"id": id, "place": place, "again": again, "result": result, "change": change}

    # What others do

    def catch_up(self) -> bool:
        """Take over what others put into the folder: a script, a git pull, another server."""
        with self._lock:
            if not self._project.is_behind:
                self._recovered()
                return False
            before = _done_by(self._project.log)
            try:
                self._project.refresh()
            except (QualcodeError, OSError) as error:
                self._failed += 1
                if self._failed >= _PATIENCE and self.trouble != str(error):
                    self.trouble = str(error)
                    self.board.tell("trouble", {"message": self.trouble})
                return False
            self._recovered()
            who = sorted(_done_by(self._project.log) - before)
            if self.blind:
                who = [each for each in who if each == self.coder]
            told = f"{', '.join(who) or 'others'}: changes from outside this page"
            self._changed(who[0] if len(who) == 1 else None, "taken-over", told)
            return True

    def _recovered(self) -> None:
        self._failed = 0
        if self.trouble is not None:
            self.trouble = None
            self.board.tell("trouble", {"message": None})

    # Telling

    def _changed(
        self,
        who: str | None,
        action: str,
        told: str,
        *,
        id: str | None = None,
        wide: bool = True,
        documents: set[str] | None = None,
    ) -> dict[str, Any]:
        """Tell all pages what a change made of what they see, and return that."""
        place = place_of(self._project)
        change = {
            "place": place,
            "id": id,
            "who": who,
            "action": action,
            "told": told,
            "documents": self._differences(documents),
            "project": wide,
        }
        if id is not None:
            change |= self.steps(who)
        self.board.tell("change", change, place=place)
        return change

    def _differences(self, documents: set[str] | None) -> dict[str, Any]:
        """Return by document which codings are new or other than they were seen, and which are gone."""
        view, found = View(self._project.state), dict[str, Any]()
        for document in list(self._seen) if documents is None else documents:
            old = self._seen.pop(document, None)
            if old is None or document not in view.documents:
                found[document] = None
                continue
            new = self._seen[document] = codings(view, document, self._everyone)
            added = [each for id, each in new.items() if old.get(id) != each]
            removed = [id for id in old if id not in new]
            if len(added) + len(removed) > _MOST_CHANGED:
                found[document] = None
            elif added or removed:
                found[document] = {"added": added, "removed": removed}
        return found


def _done_by(log: Log) -> Counter[str]:
    """Return how much each coder has done: events and rows of coding."""
    rows = log.rows
    numbers = np.bincount(rows.coder, minlength=len(rows.coders)).tolist()
    return Counter(each.author for each in log) + Counter(
        dict(zip(rows.coders, numbers, strict=True))
    )
