"""Reading a later export of a study into the project that was made of an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from qualcode.errors import ProjectError, QualcodeError
from qualcode.io.exchange.study import Study
from qualcode.io.store.originals import Originals
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code, Link
from qualcode.model.codebooks.diff import diff
from qualcode.model.coding.memos import Memo, segment_place
from qualcode.model.ids import fold
from qualcode.model.log.event import Event
from qualcode.model.log.rows import Events
from qualcode.model.texts.documents import Document
from qualcode.project.carrying import carry_instead
from qualcode.project.coding_update import CodingUpdate, placed
from qualcode.project.importing import Item
from qualcode.project.losing import record_losses
from qualcode.project.matching import MATCHED, Matched
from qualcode.project.project import Project
from qualcode.project.saying import (
    NOTHING,
    THERE,
    Key,
    Said,
    digest,
    known_memos,
    memo_keys,
    said_of,
)
from qualcode.project.steps import Doing
from qualcode.project.studies import import_study

__all__ = ["update"]

_GONE = "gone"
"""What became of what the later file does not have any more, and which stays here."""


def update(
    project: Project,
    study: Study,
    *,
    originals: Originals,
    name: str,
    coder: str | None = None,
    take_back: bool = False,
    dry_run: bool = False,
) -> tuple[Item, ...]:
    """Bring a project up to date with a later export of the study that it was made of.

    Three states are compared: what the file said last time, what it says now, and what the project says. What
    changed in the file alone changes here. What changed here, in both or not, stays.

    Parameters
    ----------
    project : Project
        What is brought up to date: as a whole, or not at all.
    study : Study
        What the later file holds.
    originals : Originals
        Where the files are that the study carries.
    name : str
        What the file is called.
    coder : str, optional
        Who does it; the project's author when not given.
    take_back : bool, default False
        Whether codings, memos and codes that are gone there are taken back here.
    dry_run : bool, default False
        Only return what would become of everything.
    """
    recorder = project._recorder
    if any(event.kind == "pseudonymise" for event in recorder.timeline.events):
        raise ProjectError(
            f"{name}: names have pseudonyms in this project, and the file holds them as they were. Read the "
            "file as a project of its own, pseudonymise that with the same key, and merge it with this one"
        )
    recorder.seal()
    held = recorder.originals
    mark = recorder.mark()
    who = project._who(coder)
    with project._step(who):
        doing = project._open or Doing()
        before = doing.mark
        done = False
        try:
            recorder.originals = held.with_those_of([originals])
            updating = _Updating(project, study, name, who, take_back=take_back)
            updating.all()
            done = not dry_run
        finally:
            if not done:
                recorder.back_to(mark)
                doing.back_to(before)
                recorder.originals = held
    return tuple(updating.items)


class _Updating:
    def __init__(
        self, project: Project, study: Study, name: str, who: str, *, take_back: bool
    ) -> None:
        self.project, self.study, self.name, self.who = project, study, name, who
        self.take_back = take_back
        self.origin = f"import:{study.program}"
        self.reason = f"read again: {name}"
        self.items: list[Item] = []
        self.changed: dict[str, list[str]] = {}
        made = project._recorder.fold
        self.later = import_study(study, coder=made.author).project
        self.carries = [
            project._recorder.timeline.events[at] for at in project._recorder.fold.carried
        ]
        self.matched = Matched(project, self.later, study.ids)
        self.named, self._id = self.matched.named, self.matched.id
        self.fresh = set(self.matched.fresh.values())
        for kind, theirs, ours, told in self.matched.told:
            self.say(kind, theirs, ours, "matched", told)
        self.ours: Said = {}
        self.memos: dict[str, Memo] = {}
        self._look()
        self.their_ids = known_memos(self.later._recorder.timeline)
        self.their_memos = memo_keys(
            self.later.state,
            self.named,
            lambda id: self.their_ids.get(id, ""),
        )
        self._match_memos()
        self.theirs = said_of(self.later.state, self.named, self.their_memos)
        self.coded_before = Events.empty()
        """What was coded when the file was read last."""
        self.base, self.kept = self._last_time()

    def all(self) -> None:
        """Do everything, in the order in which one thing needs another."""
        wanted = self._wanted()
        self._add()
        self._set(wanted)
        self._codes(wanted)
        self._named(wanted)
        self._memos(wanted)
        codings = CodingUpdate(self.matched, self.origin, self.coded_before, self.kept, self.say)
        codings.all(take_back=self.take_back)
        self._gone()
        for target, told in self.changed.items():
            kind, _, id = target.partition(":")
            self.say(kind, self._called(target), id.replace("\t", " "), "changed", "; ".join(told))
        record_losses(
            self.project, self.study.program, self.study.losses, coder=self.who, again=True
        )
        self._carry(codings.still)

    def say(self, what: str, theirs: str, ours: str, how: str, note: str = "") -> None:
        self.items.append(Item(self.name, what, theirs, ours, how, note))

    # What is what

    def _known(self) -> dict[str, str]:
        return known_memos(self.project._recorder.timeline)

    def _match_memos(self) -> None:
        """Let memos on the same that say the same be one, whatever their GUIDs."""
        missing = {
            (key.partition(" on ")[2], memo.text): key
            for key, memo in self.memos.items()
            if key not in self.their_memos
        }
        self.their_memos = {
            key
            if key in self.memos
            else missing.pop((key.partition(" on ")[2], memo.text), key): memo
            for key, memo in self.their_memos.items()
        }

    def _called(self, target: str) -> str:
        """Return what a thing is called in the later file."""
        said = self.theirs.get((target, "name"), target.partition(":")[2])
        return str(said)

    def _look(self) -> None:
        """Look anew at what the project says."""
        state = self.project.state.uncounted
        known = self._known()
        self.memos = memo_keys(
            state, _itself, lambda id: known.get(id) or self.matched.derived(f"note:memo:{id}")
        )
        self.ours = said_of(state, _itself, self.memos)

    def _last_time(self) -> tuple[Said, Mapping[str, str]]:
        """Return what the project said when the file was read last, and what the file said otherwise."""
        there = {self.named(target) for target in self.study.ids} - self.fresh
        best: tuple[int, Event] | None = None
        for event in self.carries:
            shared = len(there & event.words.get("ids", {}).keys())
            if shared and (best is None or shared >= best[0]):
                best = shared, event
        if best is None:
            return {}, {}
        state = self.project.state.at(best[1].id).uncounted
        known = self._known()
        memos = memo_keys(
            state, _itself, lambda id: known.get(id) or self.matched.derived(f"note:memo:{id}")
        )
        self.coded_before = state.events
        return said_of(state, _itself, memos), best[1].words.get("kept", {})

    # What changes

    def _wanted(self) -> dict[str, dict[str, Any]]:
        """Return by thing which properties it gets; say what stays as it is here."""
        found: dict[str, dict[str, Any]] = {}
        for key in dict.fromkeys((*self.theirs, *self.base)):
            target, name = key
            if target in self.fresh or self._is_missing(key):
                continue
            theirs, ours = self.theirs.get(key, NOTHING), self.ours.get(key, NOTHING)
            if theirs == ours or self._as_before(key):
                continue
            if self._is_thing(target) and (target, THERE) not in self.ours:
                self._stays(key, "it was withdrawn here, or is out of use")
            elif digest(key) not in self.kept and ours == self.base.get(key, NOTHING):
                found.setdefault(target, {})[name] = theirs
            else:
                self._stays(key, "")
        return found

    def _is_missing(self, key: Key) -> bool:
        """Tell whether a property is of what the file does not have."""
        target = key[0]
        if self._is_thing(target):
            return (target, THERE) not in self.theirs
        return target.startswith("memo:") and key not in self.theirs

    def _is_thing(self, target: str) -> bool:
        return target.partition(":")[0] in MATCHED

    def _as_before(self, key: Key) -> bool:
        """Tell whether the file says the same as last time."""
        now = self.theirs.get(key, NOTHING)
        if (told := self.kept.get(digest(key))) is not None:
            return told == digest(now)
        return bool(self.base.get(key, NOTHING) == now)

    def _stays(self, key: Key, why: str) -> None:
        target, name = key
        kind, _, id = target.partition(":")
        there = _shown(name, self.theirs.get(key, NOTHING))
        note = why or f"{name}: {_shown(name, self.ours.get(key, NOTHING))} here, {there} there"
        item = Item(self.name, kind, self._called(target), id, "kept", note)
        if item not in self.items:
            self.items.append(item)

    def _tell(self, target: str, name: str, before: Any, now: Any) -> None:
        told = f"{name}: {_shown(name, before)} → {_shown(name, now)}"
        self.changed.setdefault(target, []).append(told)

    def _change(self, target: str, name: str, now: Any, do: Callable[[], object]) -> None:
        """Do what the file says otherwise, and say so; or say why it was left."""
        before = self.ours.get((target, name), NOTHING)
        try:
            do()
        except QualcodeError as error:
            kind, _, id = target.partition(":")
            self.say(kind, self._called(target), id, "left", f"{name}: {error}")
        else:
            self._tell(target, name, before, now)

    # Coders, cases, documents

    def _added(self, kind: str, theirs: str, ours: str) -> None:
        self.say(kind, theirs, ours, "added" if theirs == ours else "renamed")

    def _add(self) -> None:
        project, later = self.project, self.later
        for theirs, ours in self.matched.fresh_of("coder"):
            coder = later.coders[theirs]
            project.add_coder(ours, name=coder.name, kind=coder.kind, coder=self.who)
            self._added("coder", theirs, ours)
        if project._recorder.timeline.erasures:
            self._leave_new()
            return
        for theirs, ours in self.matched.fresh_of("case"):
            case = later.cases[theirs]
            project.add_case(ours, name=case.name, variables=case.variables, coder=self.who)
            self._added("case", theirs, ours)
        here = project._recorder.fold.cases
        made: list[Document] = []
        for theirs, ours in self.matched.fresh_of("document"):
            document = later.documents[theirs]
            cases = [id for each in document.cases if (id := self._id("case", each)) in here]
            made.append(attrs.evolve(document, id=ours, cases=cases))
            self._added("document", theirs, ours)
        project._add_documents(made, coder=self.who)

    def _leave_new(self) -> None:
        """Add no document and no case: by which GUID and words what was erased can be known is erased too."""
        told = "something was erased here, and this may be it: add it by hand if it is not"
        for kind in ("case", "document"):
            for theirs, _ in self.matched.fresh_of(kind):
                self.say(kind, theirs, "", "left", told)

    def _set(self, wanted: Mapping[str, dict[str, Any]]) -> None:
        """Give documents, cases and coders the names, texts, cases and variables that they have there."""
        for target, values in wanted.items():
            kind, _, id = target.partition(":")
            if kind not in ("document", "case", "coder"):
                continue
            for name, value in values.items():
                self._change(target, name, value, self._setting(target, id, name, value))

    def _setting(self, target: str, id: str, name: str, value: Any) -> Callable[[], object]:
        project, who = self.project, self.who
        what, _, of = name.partition(" ")
        if what == "name":
            return lambda: project.rename(target, value, coder=who)
        if what == "text":
            return lambda: project.correct(id, value, coder=who, reason=self.reason)
        if what == "case":
            verb = project.leave if value is NOTHING else project.join
            return lambda: verb(id, of, coder=who)
        now = None if value is NOTHING else value[1]
        return lambda: project.set_variables(target, variables={of: now}, coder=who)

    # Codes

    def _codes(self, wanted: Mapping[str, dict[str, Any]]) -> None:
        book = self.project.codebook
        codes = dict(book.codes)
        touched: dict[str, dict[str, Any]] = {}
        for theirs, ours in self.matched.fresh_of("code"):
            code = self.later.codebook.codes[theirs]
            above = None if code.parent is None else self._id("code", code.parent)
            codes[ours] = attrs.evolve(code, id=ours, parent=above)
            touched[ours] = {}
        for target, values in wanted.items():
            kind, _, id = target.partition(":")
            if kind == "code":
                touched[id] = dict(values)
                codes[id] = attrs.evolve(codes[id], **values)
        if self.take_back:
            for id in self._gone_codes():
                codes[id] = attrs.evolve(codes[id], status="retired")
                self.say("code", "", id, "taken back", "gone there, so retired here")
        self._fitted(codes, touched)
        links = self._links(book, codes, wanted)
        made = diff(book, attrs.evolve(book, codes=tuple(codes.values()), links=links))
        if made:
            with self.project.revise(coder=self.who, reason=self.reason) as cb:
                for change in made:
                    cb.apply(change)
        for id, values in touched.items():
            for name, value in values.items():
                self._tell(f"code:{id}", name, self.ours.get((f"code:{id}", name)), value)
        for theirs, ours in self.matched.fresh_of("code"):
            self._added("code", theirs, ours)

    def _gone_codes(self) -> list[str]:
        return [
            target.partition(":")[2] for target in self._missing() if target.startswith("code:")
        ]

    def _missing(self) -> list[str]:
        """Return the things here that the file had some time, and has not any more."""
        ever = {
            target
            for event in self.project._recorder.timeline.events
            if event.kind == "carry"
            for target in event.words.get("ids", ())
        }
        return [
            target
            for target, name in self.ours
            if name == THERE
            and target in ever
            and (target, THERE) not in self.theirs
            and not target.startswith("coder:")
        ]

    def _fitted(self, codes: dict[str, Code], touched: dict[str, dict[str, Any]]) -> None:
        """Let no code stand below itself or one out of use, nor two of one name beside each other."""
        book = self.project.codebook

        def keep(id: str, name: str, why: str) -> None:
            value = touched[id].pop(name, None)
            self.say(
                "code", self._called(f"code:{id}"), id, "kept", f"{name} there: {value!r}; {why}"
            )

        for id in touched:
            at, seen = codes[id].parent, {id}
            while at is not None and at not in seen:
                seen.add(at)
                at = codes[at].parent
            if at is not None:
                before = book.codes[id].parent if id in book.codes else None
                keep(id, "parent", "it would stand below itself")
                codes[id] = attrs.evolve(codes[id], parent=before)
        for id in touched:
            above = codes[id].parent
            while above is not None and not codes[above].is_live:
                above = codes[above].parent
            if codes[id].parent != above:
                keep(id, "parent", "the code above it is out of use here")
                codes[id] = attrs.evolve(codes[id], parent=above)
        for id in touched:
            beside = {
                fold(each.name)
                for each in codes.values()
                if each.is_live and each.id != id and each.parent == codes[id].parent
            }
            label = codes[id].name
            if fold(label) not in beside:
                continue
            touched[id].pop("name", None)
            label = book.codes[id].name if id in book.codes else label
            while fold(label) in beside:
                label = f"{label} ({self.study.program})"
            self.say(
                "code", codes[id].name, id, "kept", f"its name is taken, so it is called {label!r}"
            )
            codes[id] = attrs.evolve(codes[id], name=label)

    def _links(
        self,
        book: Codebook,
        codes: Mapping[str, Code],
        wanted: Mapping[str, dict[str, Any]],
    ) -> tuple[Link, ...]:
        links = {(each.source, each.type, each.target): each for each in book.links}
        for target, values in wanted.items():
            kind, _, rest = target.partition(":")
            if kind != "link":
                continue
            source, type, end = rest.split("\t")
            if values["link"] is NOTHING:
                links.pop((source, type, end), None)
            elif codes[source].is_live and codes[end].is_live:
                links[source, type, end] = Link(source, type, end)
            self._tell(target, "link", self.ours.get((target, "link"), NOTHING), values["link"])
        return tuple(links.values())

    # Sets and memos

    def _named(self, wanted: Mapping[str, dict[str, Any]]) -> None:
        project, who = self.project, self.who
        for target, values in wanted.items():
            kind, _, name = target.partition(":")
            if kind == "set":
                ids = values["codes"]
                there = project.codebook.codes
                left = [] if ids is NOTHING else [id for id in ids if id in there]
                self._change(target, "codes", ids,
                             lambda n=name, i=left: project.set_codes(n, i, coder=who))  # type: ignore[misc]  # fmt: skip
            elif kind == "group":
                ids = values["documents"]
                if ids is NOTHING:
                    self._change(target, "documents", ids,
                                 lambda n=name: project.drop_view(n, coder=who))  # type: ignore[misc]  # fmt: skip
                else:
                    known = [id for id in ids if id in project.documents]
                    view = {"documents": known}
                    self._change(target, "documents", ids,
                                 lambda n=name, v=view: project._set_named("views", n, v, who))  # type: ignore[misc]  # fmt: skip

    def _memos(self, wanted: Mapping[str, dict[str, Any]]) -> None:
        known = self._known()
        gone = [
            memo
            for key, memo in self.memos.items()
            if memo.id in known and (key, "text") not in self.theirs
        ]
        for memo in gone if self.take_back else ():
            self.project.withdraw_memo(memo.id, coder=self.who, reason=self.reason)
        if gone:
            how = "taken back" if self.take_back else _GONE
            self.say("memos", f"{len(gone):,}", f"{len(gone):,}", how)
        for key, values in wanted.items():
            if not key.startswith("memo:"):
                continue
            if key in self.memos:
                self._change(key, "text", values["text"],
                             lambda k=key, t=values["text"]: self.project.edit_memo(  # type: ignore[misc]
                                 self.memos[k].id, t, coder=self.who))  # fmt: skip
            else:
                self._new_memo(self.their_memos[key])

    def _new_memo(self, memo: Memo) -> None:
        target = self._about(memo)
        known = self.their_ids
        if target is None:
            self.say("memo", memo.target, "", "left", "what it is about is not here")
            return
        fields = {"id": known[memo.id]} if memo.id in known else {}
        if memo.time:
            fields["made"] = memo.time
        who = self.project._doing(self._id("coder", memo.coder))
        self.project._record("memo", target, fields, {"text": memo.text}, coder=who)
        self.say("memo", memo.target, target, "added")

    def _about(self, memo: Memo) -> str | None:
        kind, _, id = memo.target.partition(":")
        if not id:
            return memo.target
        if kind == "segment":
            document, start, end = segment_place(memo.target)
            ours = self.project.documents.get(self._id("document", document))
            if ours is None:
                return None
            place = placed(self.later.documents[document], ours, [(start, end)])[0]
            return place and f"segment:{ours.id}:{place[0]}-{place[1]}"
        target = self.named(memo.target)
        held = {"code": self.project.codebook.codes, "case": self.project.cases,
                "document": self.project.documents, "coder": self.project.coders}  # fmt: skip
        return target if target.partition(":")[2] in held.get(kind, ()) else None

    # What stays, and what is kept beside

    def _gone(self) -> None:
        for target in self._missing():
            kind, _, id = target.partition(":")
            if kind != "code" or not self.take_back:
                self.say(kind, "", id, _GONE, "not in the file any more; it stays here")

    def _carry(self, still: Mapping[str, str]) -> None:
        """Keep what has no place here in the place of what was kept of the earlier file."""
        new = (*self.matched.fresh_of("case"), *self.matched.fresh_of("document"))
        if self.project._recorder.timeline.erasures and new:
            told = "something was erased here, and may be in it: what has no place here is not kept anew"
            self.say("file", self.name, "", "left", told)
            return
        self._look()
        kept = dict(still)
        for key in dict.fromkeys((*self.theirs, *self.ours)):
            mine, now = self.ours.get(key, NOTHING), self.theirs.get(key, NOTHING)
            if mine != now and not self._is_missing(key):
                kept[digest(key)] = digest(now)
        known = self._known()
        without = [
            memo.id
            for key, memo in self.memos.items()
            if memo.id in known and (key, "text") not in self.theirs
        ]
        carry_instead(self.matched, self.study, {"kept": kept, "without": without}, coder=self.who)


def _itself(target: str) -> str:
    return target


def _shown(name: str, value: Any) -> str:
    """Return a value as it is told; texts and lists of ids by their size."""
    if value is NOTHING:
        return "nothing"
    if name == "text" and len(str(value)) > 60:
        return f"a text of {len(value):,} signs"
    if name.startswith("variable ") and isinstance(value, tuple):
        return repr(value[1])
    return ", ".join(value) if isinstance(value, tuple) else repr(value)
