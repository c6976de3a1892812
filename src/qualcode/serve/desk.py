"""The project that all pages work on: one writer, every action on the disk before it is confirmed."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from qualcode.errors import ProjectError, QualcodeError
from qualcode.model.checks import looked_up
from qualcode.model.log.log import Log
from qualcode.project.project import Project
from qualcode.project.view import View
from qualcode.serve.actions import Acting, Effect, find_action
from qualcode.serve.done import Done, DoneList
from qualcode.serve.figures import Figures
from qualcode.serve.previewing import Previewed, preview
from qualcode.serve.refusals import Refusal
from qualcode.serve.seen import Seen, places_since
from qualcode.serve.showing import Place, Texts, place_of
from qualcode.serve.sight import Sight
from qualcode.serve.suggesting import Suggested
from qualcode.serve.telling import Board
from qualcode.serve.undoing import next_redo, next_undo
from qualcode.serve.uploading import add_upload

__all__ = ["Asked", "Desk"]

_ID = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
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
    project : str, optional
        The id of the project that it is meant for: another one may be served at the same port by now.
    """

    id: str
    coder: str
    action: str
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    project: str | None = None


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
        self._done = DoneList(path)
        self._project = self._opened()
        self._everyone = Sight(coder, blind=True) if blind else Sight()
        """What may be seen is the same on all pages: only one coder works where somebody is blind."""
        self._failed = 0
        self.coder = coder
        self.blind = blind
        self.board = Board()
        self.figures = Figures()
        self.texts = Texts()
        self.seen = Seen(self._everyone)
        self.trouble: str | None = None
        self.suggestions = Suggested(lambda: self._everyone.part(self.view))
        if blind and coder not in self._project.coders:
            self._project.add_coder(coder or "")
            self._project.save()

    def _opened(self) -> Project:
        """Return the project as the folder has it, with the steps that can be undone."""
        project = Project.open(self._path, autosave=True)
        project.take_up(*self._done.stacks())
        return project

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

    def steps(self, coder: str | None) -> dict[str, Any]:
        """Return what the next undo and redo of a coder take back."""
        with self._lock:
            return {
                "undo": next_undo(self._project, coder),
                "redo": next_redo(self._project, coder),
            }

    def preview(self, asked: Previewed, coder: str | None) -> dict[str, Any]:
        """Return what an action would do; nothing is changed."""
        with self._lock:
            return preview(self._acting(coder), asked)

    def _acting(self, coder: str | None) -> Acting:
        return Acting(self._project, coder or "", self.sight(coder), self.suggestions)

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
        served = self._project.log.timeline.project
        if asked.project not in (None, served):
            raise Refusal(
                f"this was meant for another project, and here is {self._project.name!r}: open the page of "
                "that project, which keeps it",
                kind="OtherProject",
            )
        if asked.coder != coder:
            raise Refusal(
                f"this was meant to be done by {asked.coder!r}, and here works {coder!r}: choose "
                f"{asked.coder!r} on this page, or do it again as {coder!r}",
                kind="OtherCoder",
            )
        action = find_action(asked.action)
        arguments = action.read(asked.arguments)

        def run(acting: Acting) -> Any:
            return action.run(acting, arguments)

        with self._lock:
            return self._once(asked.id, asked.coder, asked.action, run, action)

    def upload(self, id: str, coder: str | None, name: str, content: bytes) -> dict[str, Any]:
        """Add what is in a file to the documents, once; as `do`."""
        if coder is None:
            raise Refusal("say first who works on this page", kind="OtherCoder")

        def run(acting: Acting) -> Any:
            return add_upload(acting, name, content)

        with self._lock:
            return self._once(id, coder, "add-documents", run, Effect(is_wide=True))

    def _once(
        self, id: str, coder: str, name: str, run: Callable[[Acting], Any], effect: Effect
    ) -> dict[str, Any]:
        """Do something, unless that was done already, and tell all pages; the lock is held."""
        if not _ID.fullmatch(id):
            raise Refusal(
                f"id: {looked_up(id)} is none: 8 to 64 letters, digits and hyphens",
                status=400,
                kind="Arguments",
            )
        known = self._done.get(id)
        if known is not None:
            return self._answer(id, place_of(self._project), known.result, None, again=True)
        self.catch_up()
        before, team = place_of(self._project), len(self._project.coders)
        count = len(self._project.log.rows)
        acting = self._acting(coder)
        result = self._durable(id, name, acting, run, before)
        place, change = place_of(self._project), None
        if place != before:
            change = self._changed(
                place,
                coder,
                name,
                f"{coder}: {acting.told or name}",
                id=id,
                wide=effect.is_wide or team != len(self._project.coders),
                places=None if effect.rereads else places_since(self._project, count),
            )
        return self._answer(id, place, result, change, again=False)

    def _durable(
        self, id: str, name: str, acting: Acting, run: Callable[[Acting], Any], place: str
    ) -> Any:
        """Do something, and return its result when it is on the disk; `place` is where the log is."""
        before = len(self._project.steps)
        try:
            result = run(acting)
            if not self._project.is_saved:
                self._project.save()
            steps = self._project.written_steps(before)
            self._done.add(Done(id, acting.coder, result, name, steps))
        except Exception as error:
            # What is not on the disk was not done: memory must not know more than the folder. What the
            # library refuses leaves nothing behind.
            if not isinstance(error, QualcodeError) or isinstance(error, OSError):
                self._project = self._opened()
                now = place_of(self._project)
                if now != place:
                    self._changed(now, None, "taken-over", "what is in the folder was read again")
            raise
        return result

    def _answer(
        self, id: str, place: str, result: Any, change: dict[str, Any] | None, *, again: bool
    ) -> dict[str, Any]:
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
            self._changed(
                place_of(self._project), who[0] if len(who) == 1 else None, "taken-over", told
            )
            return True

    def _recovered(self) -> None:
        self._failed = 0
        if self.trouble is not None:
            self.trouble = None
            self.board.tell("trouble", {"message": None})

    # Telling

    def _changed(
        self,
        place: str,
        who: str | None,
        action: str,
        told: str,
        *,
        id: str | None = None,
        wide: bool = True,
        places: Mapping[str, set[Place]] | None = None,
    ) -> dict[str, Any]:
        """Tell all pages what a change made of what they see, and return that."""
        change = {
            "place": place,
            "id": id,
            "who": who,
            "action": action,
            "told": told,
            "documents": self.seen.differences(self.view, places),
            "project": wide,
        }
        if id is not None:
            change |= self.steps(who)
        self.board.tell("change", change, place=place)
        return change


def _done_by(log: Log) -> Counter[str]:
    """Return how much each coder has done: events and rows of coding."""
    rows = log.rows
    numbers = np.bincount(rows.coder, minlength=len(rows.coders)).tolist()
    return Counter(each.author for each in log) + Counter(
        dict(zip(rows.coders, numbers, strict=True))
    )
