"""Settling conflicts: what was changed in two copies at once, decided by somebody who has seen both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import attrs

from qualcode.errors import CorrectionError, NotFoundError, ProjectError, did_you_mean
from qualcode.model.checks import check_kind, check_text, shown
from qualcode.model.codebooks import changes
from qualcode.model.codebooks.changes import Change
from qualcode.model.codebooks.changes.codes import MEANING
from qualcode.model.codebooks.codes import Link
from qualcode.model.fold.reviewed import review_event
from qualcode.model.log.event import Event
from qualcode.model.log.registers import DIFFERENTLY, Conflict, ConflictSide
from qualcode.model.log.rows import Key
from qualcode.model.log.withdrawals import DISPUTED
from qualcode.model.review.entries import entry_event
from qualcode.model.texts.corrections import check_clean
from qualcode.model.texts.documents import plain_value
from qualcode.project.correcting import Correcting
from qualcode.project.speaking import speakers_said
from qualcode.project.summarising import Summarising

__all__ = ["Settling"]

DECIDED = "decided by "
"""How the field of a consensus' decision begins."""

_ASSIGNMENT = re.compile(
    r"segment:(?P<document>[^:]+):(?P<start>\d+)-(?P<end>\d+) (?P<code>\S+) by (?P<coder>.+)\Z",
    re.DOTALL,
)


class Settling(Correcting, Summarising):
    """A project in which conflicts are settled."""

    def resolve(
        self,
        conflict: Conflict | str,
        take: object = "shown",
        *,
        coder: str | None = None,
        reason: str = "",
    ) -> None:
        """Settle a conflict, one way or the other.

        What is taken is set anew, by somebody who has seen all sides, so it is settled in every copy that
        gets to know of it. Where it is not a matter of a value, what the others did is taken back.

        Parameters
        ----------
        conflict : Conflict or str
            One of `conflicts`, or its id.
        take : str or value, default "shown"
            ``"shown"`` leaves it as it is; the id of a coder takes what they did; or a value of one of the
            sides, or the start of its event's id, where a coder took part more than once. For an assignment
            that was taken back in one copy and made in another, ``"retracted"`` or ``"assigned"``. For a text
            that was corrected in both, ``"merged"`` takes what each changed, if they changed different words.
        coder : str, optional
            Who settles it; the project's author when not given.
        reason : str
            Why.

        Raises
        ------
        NotFoundError
            When there is no such open conflict, or nobody and nothing of that name takes part in it.
        ProjectError
            When it cannot be settled so; the message says how. Nothing is changed then.

        Examples
        --------
        >>> import shutil
        >>> import qualcode as qc
        >>> with qc.Project.open_or_create("one") as project:
        ...     document = project.add_document("We trust them.", id="a")
        >>> _ = shutil.copytree("one", "two")
        >>> for folder, coder, site in (("one", "ana", "north"), ("two", "ben", "south")):
        ...     with qc.Project.open(folder) as project:
        ...         project.set_variables("a", site=site, coder=coder)
        >>> project = qc.merge("one", "two").project
        >>> for conflict in project.conflicts:
        ...     project.resolve(conflict, take="ana", coder="ben", reason="asked her")
        >>> project.documents["a"].variables["site"], len(project.conflicts)
        ('north', 0)
        """
        found = self._conflict(conflict)
        reason = check_text(reason, what="reason", error=ProjectError)
        who = self._who(coder)
        if isinstance(take, str) and take == "shown":
            if not found.field.startswith(DECIDED):
                self.settle(found, coder=who, reason=reason)
                return
            # Of two decisions at once the assignments of both stand, so that one has to be made anew.
            take = found.sides[-1].event
        with self._step_or_nothing(who):
            self._doing(who)
            self._take(found, take, who, reason)
            if found in self.state.conflicts:
                self.settle(found, coder=who, reason=reason)

    def _conflict(self, given: object) -> Conflict:
        opened = self.state.conflicts
        if isinstance(given, str):
            found = [each for each in opened if each.id.startswith(given)] if given else []
            if len(found) == 1:
                return found[0]
            ids = [each.id for each in opened]
            raise NotFoundError(
                f"no open conflict has the id {given!r}; there are {', '.join(ids) or 'none'}."
                f"{did_you_mean(given, ids)}"
            )
        conflict = check_kind(given, Conflict, what="conflict", error=ProjectError)
        if conflict not in opened:
            raise ProjectError(f"{conflict}: that is no open conflict of this project")
        return next(each for each in opened if each == conflict)

    def settle(self, conflict: Conflict, *, coder: str | None = None, reason: str = "") -> None:
        """Say that a conflict is settled as it is shown; it is listed again when somebody else joins in.

        To settle it otherwise, `resolve` it, or change what it is about: who does so has seen all sides.

        Parameters
        ----------
        conflict : Conflict
            One of `conflicts`.
        coder : str, optional
            Who settles it; the project's author when not given.
        reason : str
            Why.

        Raises
        ------
        ProjectError
            When it is open no longer, or nothing tells who brought it about.
        """
        check_kind(conflict, Conflict, what="conflict", error=ProjectError)
        reason = check_text(reason, what="reason", error=ProjectError)
        if conflict not in self.state.conflicts:
            raise ProjectError(f"{conflict}: that is no open conflict of this project")
        if not conflict.events:
            raise ProjectError(f"{conflict}: change one of them, so that they go together")
        fields = {"conflict": conflict.kind, "events": list(conflict.events)}
        words = {"reason": reason} if reason else {}
        self._record("settle", conflict.target, fields, words, coder=self._doing(coder))

    # Taking a side

    def _take(self, conflict: Conflict, take: object, who: str, reason: str) -> None:
        if conflict.kind == "retracted and assigned":
            self._take_assignment(conflict, take)
            return
        if take == "merged" and conflict.is_of_text:
            id = conflict.target.partition(":")[2]
            self.correct(id, self._merged_text(conflict), coder=who, reason=reason)
            return
        side = _side(conflict, take)
        if conflict.kind in ("same id", "same name"):
            proposal = conflict.proposal
            as_shown = "" if "take='shown'" in proposal else ", or take='shown'"
            raise ProjectError(f"{conflict}: both stay, whoever is taken; {proposal}{as_shown}")
        if conflict.kind == DIFFERENTLY:
            memo, weight = side.value
            key = _key_of(conflict)
            origin = self._recorder.standing(key[0])[key][2]
            self._record_row(key, time=self._time(), origin=origin, memo=memo, weight=weight)
            return
        shown_already = conflict.kind == "both set" and side.value == conflict.values[-1]
        if shown_already and not conflict.field.startswith(DECIDED):
            return
        timeline = self._recorder.timeline
        if conflict.kind == "both set" and conflict.field != "status":
            if conflict.field.startswith("place "):
                self._say_again(timeline.events[timeline.position[side.event]], who, reason)
            else:
                self._write(conflict, side.value, who, reason)
            if any(_alike(each, conflict) for each in self.state.conflicts):
                raise ProjectError(
                    f"{conflict}: to take {shown(side.value)} changed nothing; set it anew, or take='shown'"
                )
            return
        others = [each.event for each in conflict.sides if each.coder != side.coder]
        others = others or [each.event for each in conflict.sides if each.event != side.event]
        for id in reversed(others):
            self._take_back(timeline.events[timeline.position[id]], who, reason)
        if conflict.kind == "undone and redone":
            self._switch_as(side, who, reason)
        elif conflict.kind == DISPUTED:
            self._say_again(timeline.events[timeline.position[side.event]], who, reason)

    def _merged_text(self, conflict: Conflict) -> str:
        """Return a text with what each of several changed who corrected it at once."""
        made = [self._recorder.timeline.position[each.event] for each in conflict.sides]
        corrected = self._recorder.fold.corrected
        assert corrected is not None
        before, merged = corrected.merged(conflict.target.partition(":")[2], made)
        try:
            return check_clean(merged, before)
        except CorrectionError as error:
            raise ProjectError(
                f"{conflict}: {error}. Take one of the texts, or correct it anew"
            ) from error

    def _take_assignment(self, conflict: Conflict, take: object) -> None:
        if take not in ("retracted", "assigned"):
            raise NotFoundError(
                f"{conflict}: take 'retracted' or 'assigned', not {shown(take)}; both are by one coder"
            )
        if take == "retracted":
            self._record_row(_key_of(conflict), time=self._time(), retracted=True)

    def _take_back(self, event: Event, who: str, reason: str) -> None:
        """Take back what somebody did to the codebook; other things take effect by what is set anew."""
        words = {"reason": reason} if reason else {}
        if self._recorder.timeline.is_revision(event):
            with self.revise(coder=who, reason=reason) as cb:
                cb.revert(event.id)
        elif event.kind == "undo":
            self._record("redo", "", {"of": event.fields["of"]}, words, coder=who)

    def _say_again(self, event: Event, who: str, reason: str) -> None:
        """Say what somebody said, having seen what others did meanwhile."""
        words = {"reason": reason} if reason else {}
        self._record(event.kind, event.target, event.fields, words, coder=who)

    def _switch_as(self, side: ConflictSide, who: str, reason: str) -> None:
        """Undo or do again what one did and another undid, as one of them had it."""
        timeline = self._recorder.timeline
        event = timeline.events[timeline.position[side.event]]
        if self._recorder.timeline.is_revision(event):
            return  # reverting what the others did has seen to it
        words = {"reason": reason} if reason else {}
        fields: dict[str, Any] = {
            name: event.fields[name] for name in ("of", "rows") if name in event.fields
        }
        self._record(event.kind, "", fields, words, coder=who)

    # Setting a value anew

    def _write(self, conflict: Conflict, value: Any, who: str, reason: str) -> None:
        kind, _, id = conflict.target.partition(":")
        change = self._as_change(kind, id, conflict.field, value)
        if change is not None:
            with self.revise(coder=who, reason=reason) as cb:
                cb.apply(change)
            return
        if (kind, conflict.field) == ("document", "text"):
            self.correct(id, self._recorder.timeline.texts[value], coder=who, reason=reason)
            return
        if kind == "case" and self._settle_summary(
            conflict.target, conflict.field, value, who, reason
        ):
            return
        words: dict[str, Any] = {"reason": reason} if reason else {}
        reviewed = review_event(conflict.target, conflict.field, value)
        if reviewed is not None:
            # The reason of a judgement is part of what is taken, and not why it is.
            self._record(reviewed[0], conflict.target, *reviewed[1:], coder=who)
            return
        filled = entry_event(conflict.target, conflict.field, value)
        if filled is not None:
            self._record(*filled, coder=who)
            return
        if (kind, conflict.field) == ("document", "speakers"):
            said = speakers_said(self._document(id), value)
            self._record("set", conflict.target, {}, {**said, **words}, coder=who)
            return
        name, fields, said = _as_event(kind, conflict.field, value)
        if kind == "project" and said.get("name") == "":
            raise ProjectError("the project's name cannot be empty: take another")
        self._record(name, conflict.target, fields, {**said, **words}, coder=who)

    def _as_change(self, kind: str, id: str, field: str, value: Any) -> Change | None:
        """Return the codebook change that sets a register, or None where it is not the codebook's."""
        draft = self._recorder.fold.draft
        if kind == "code":
            return _code_change(id, field, value)
        if kind == "rollup":
            return changes.DropRollup(id) if value is None else changes.SetRollup(value)
        if kind == "link":
            source, *type, target = id.split(" ")
            link = Link(source, " ".join(type), target)
            return changes.LinkCodes(link) if value else changes.UnlinkCodes(link)
        if kind == "codebook" and field == "order":
            live = [code.id for code in draft.codes.values() if code.is_live]
            known = [each for each in value if each in live]
            return changes.Reorder((*known, *(each for each in live if each not in known)))
        if kind == "codebook":
            now = changes.Describe(draft.name, draft.description, draft.attributes)
            return attrs.evolve(now, **{field: value})
        return None


def _key_of(conflict: Conflict) -> Key:
    """Return which assignment a conflict is about."""
    place = _ASSIGNMENT.match(conflict.target)
    assert place is not None
    start, end = int(place["start"]), int(place["end"])
    return place["document"], start, end, place["code"], place["coder"]


def _alike(one: Conflict, other: Conflict) -> bool:
    return (one.kind, one.target, one.field) == (other.kind, other.target, other.field)


def _side(conflict: Conflict, take: object) -> ConflictSide:
    """Return the side of a conflict that is named: by its author, its value, or its event."""
    sides = conflict.sides
    named = [each for each in sides if each.coder == take]
    valued = [each for each in sides if each.value == take] or [
        each for each in sides if isinstance(take, str) and str(each.value) == take
    ]
    started = [
        each for each in sides if isinstance(take, str) and take and each.event.startswith(take)
    ]
    for found in (named, valued, started):
        if found and all(each.value == found[0].value for each in found):
            return found[-1]
    told = "; ".join(f"{each} ({each.event[:12]})" for each in sides)
    several = "several sides are" if named or started else "no side is"
    raise NotFoundError(
        f"{conflict.target}: {several} {shown(take)}: take 'shown', a coder, a value, or the start of an "
        f"event's id. There are {told}"
    )


def _code_change(id: str, field: str, value: Any) -> Change:
    if field == "name":
        return changes.Rename(id, value)
    if field == "colour":
        return changes.Recolour(id, value)
    if field == "parent":
        return changes.Move(id, value)
    if field in MEANING:
        return changes.Redefine(id, {field: value})
    document, start, end, coder = field.removeprefix("decision ").split(":", 3)
    return changes.Decide(id, {(document, int(start), int(end), coder): value})


def _as_event(kind: str, field: str, value: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return the event that sets a register: its kind, fields and words."""
    what, _, name = field.partition(" ")
    if kind == "memo":
        if value is None:
            return "withdraw-memo", {}, {}
        return "edit-memo", {}, {"text": value}
    if what == "variable":
        return "set", {}, {"variables": {name: plain_value(value)}}
    if what == "case":
        return "join" if value else "leave", {"case": name}, {}
    if what == "finished":
        return "finish" if value else "unfinish", {"coder": name.removeprefix("by ")}, {}
    if what in ("set", "view", "order"):
        kept = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
        return "set", {}, {f"{what}s": {name: kept}}
    if what == "query":
        return "set", {}, {"queries": {name: value}}
    if what == "structure":
        return "set", {}, {what: value.plain()}
    if (kind, field) == ("coder", "kind"):
        return "set", {"kind": value}, {}
    return "set", {}, {field: value}
