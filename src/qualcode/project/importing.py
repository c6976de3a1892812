"""Taking a project over into another that it never was one with: what is matched, renamed and added."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import NotFoundError, QualcodeError, did_you_mean
from qualcode.io.store.rows import abridged
from qualcode.model.checks import looked_up
from qualcode.model.codebooks.changes import Add, LinkCodes, Retire, SetRollup
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code, Link
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.memos import Memo
from qualcode.model.coding.proposals import MEMO, Proposed, proposed_said
from qualcode.model.coding.suggestions import Verdict
from qualcode.model.coding.summaries import CellKey, Summary, cell_fields
from qualcode.model.fold.reviewed import backing_target, finding_target, judged_field, review_event
from qualcode.model.ids import MARK, fold
from qualcode.model.log.event import SHORT
from qualcode.model.log.rows import Events, intern
from qualcode.model.log.timeline import TEXTS
from qualcode.model.review.entries import entry_event, entry_field, entry_target
from qualcode.model.review.sources import source_name
from qualcode.model.texts.documents import Case, Document
from qualcode.project.deciding import verdict_said
from qualcode.project.importing_records import take_records
from qualcode.project.losing import take_over_losses
from qualcode.project.whole import Whole

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Item", "free_id", "import_project", "items_frame"]

ORIGIN = "import:merge"
"""Where assignments come from that were taken over, unless from a suggestion."""


@attrs.frozen
class Item:
    """What became of one thing of a project that was taken over.

    Parameters
    ----------
    side : str
        The project that it comes from.
    what : str
        What it is: ``"document"``, ``"case"``, ``"coder"``, ``"code"``, ``"assignment"`` and so on.
    theirs, ours : str
        What it is called there, and in the whole; `ours` is empty for what was left.
    how : str
        ``"matched"``, ``"added"``, ``"renamed"`` (added under another id), ``"kept"`` (both have it, and
        say something different of it: what the whole had stays) or ``"left"``. Of a file that is read again
        also ``"changed"``, ``"gone"`` (there, and still here) or ``"taken back"`` (here too).
    note : str
        By what it was matched, what differs, or why it was left.
    """

    side: str
    what: str
    theirs: str
    ours: str
    how: str
    note: str = ""

    def __str__(self) -> str:
        name = self.theirs if self.ours in ("", self.theirs) else f"{self.theirs} → {self.ours}"
        return f"{self.side}: {self.what} {name}: {self.how}" + (
            f" ({self.note})" if self.note else ""
        )


def items_frame(items: Iterable[Item]) -> pd.DataFrame:
    """Return a frame with a row for each item: side, what, theirs, ours, how, note."""
    import pandas as pd

    rows = [attrs.astuple(each) for each in items]
    return pd.DataFrame(rows, columns=[field.name for field in attrs.fields(Item)])


def import_project(
    whole: Whole,
    other: Whole,
    *,
    name: str,
    codes: Mapping[str, str | None],
    coders: Mapping[str, str],
    coder: str | None = None,
    as_copy: bool = False,
) -> list[Item]:
    """Take over into a project what another holds, and return what became of each thing.

    Parameters
    ----------
    whole : Whole
        What is added to.
    other : Whole
        What is taken over: a copy, for what is withdrawn here is withdrawn there too.
    name : str
        What the other is called.
    codes, coders : mapping
        Which codes and coders of the other are which of the whole.
    coder : str, optional
        Who does it.
    as_copy : bool, default False
        Whether the whole is to be a copy of the other: then assignments keep where they came from, and the
        journal does not say that anything was taken over.

    Raises
    ------
    ProjectError, NotFoundError
        When a mapping names what there is not.
    """
    taking = _Importing(whole, other, name, coder)
    heads = ", ".join(sorted(id[:SHORT] for id in other.log.heads()))
    taking.leave_withdrawn()
    before = len(whole.log)
    rows = len(whole.log.rows)
    with whole._step(taking.who):
        taking.coders(coders)
        taking.cases()
        taking.documents()
        taking.codes(codes)
        taking.organised()
        taking.assignments(as_copy=as_copy)
        taking.retired()
        taking.notes()
        taking.summaries()
        taking.reviewed()
        take_records(taking)
        taking.verdicts()
        taking.proposals()
        taking.adjudications()
        taking.finished()
        taking.left()
        if not as_copy and (len(whole.log) > before or len(whole.log.rows) > rows):
            told = f"Took over {other.name!r} ({name}), as of {heads}."
            whole.write_journal(told, coder=taking.who)
    return taking.items


class _Importing:
    def __init__(self, whole: Whole, other: Whole, name: str, coder: str | None) -> None:
        self.whole, self.other, self.name = whole, other, name
        self.who = whole._doing(coder)
        self.items: list[Item] = []
        self.document: dict[str, str] = {}
        self.case: dict[str, str] = {}
        self.code: dict[str, str] = {}
        self.coder: dict[str, str] = {}
        self.memo: dict[str, str] = {}
        self.rollup: dict[str, str] = {}
        self.added: set[str] = set()
        """Ids there of codes that were added here."""

    def say(self, what: str, theirs: str, ours: str, how: str, note: str = "") -> None:
        self.items.append(Item(self.name, what, theirs, ours, how, note))

    def leave_withdrawn(self) -> None:
        """Leave out what was withdrawn here: documents by any version of their text, cases by id."""
        made = self.whole._recorder.fold
        events = [self.whole.log.timeline.events[at] for at in made.hidden.events]
        sums = {event.fields["sha256"] for event in events if event.kind in TEXTS}
        gone = [id for id, document in self.other.documents.items() if document.checksum in sums]
        cases = [f"case:{id}" for id in self.other.cases if f"case:{id}" in made.out]
        for target in (*cases, *gone):
            if target in cases or target in self.other.documents:
                self.other.withdraw(target)
            kind, _, id = target.rpartition(":")
            self.say(kind or "document", id, "", "left", "it was withdrawn here")

    # Coders, cases, documents

    def coders(self, given: Mapping[str, str]) -> None:
        for theirs in given:
            if theirs not in self.other.coders:
                raise NotFoundError(
                    f"coders: {self.name} has no coder {looked_up(theirs)}."
                    f"{did_you_mean(theirs, self.other.coders)}"
                )
        known = {fold(id): id for id in self.whole._recorder.fold.coders}
        for id, coder in self.other.coders.items():
            wanted = given.get(id, id)
            ours = known.get(fold(wanted))
            if ours is None:
                ours = self.whole.add_coder(
                    wanted, name=coder.name, kind=coder.kind, coder=self.who
                ).id
                known[fold(ours)] = ours
                self.say("coder", id, ours, "added" if ours == id else "renamed")
            else:
                kind = self.whole._recorder.fold.coders[ours].kind
                note = "as given" if id in given else "by id"
                if kind != coder.kind:
                    note += f"; there a {coder.kind}, here a {kind}"
                self.say("coder", id, ours, "matched", note)
            self.coder[id] = ours

    def cases(self) -> None:
        knows = self.whole._recorder.fold.letters.knows
        for id, case in self.other.cases.items():
            ours = self.whole.cases.get(id)
            if ours is not None:
                self.case[id] = id
                self.say("case", id, id, "matched", "by id")
                self._say_more("case", case, ours)
                continue
            new = free_id(id, lambda each: knows("case", each))
            self._or_left(
                "case",
                id,
                new,
                lambda c=case, n=new: self._add_case(c, n),  # type: ignore[misc]
            )
            self.case[id] = new

    def _add_case(self, case: Case, id: str) -> None:
        self.whole.add_case(id, name=case.name, variables=case.variables, coder=self.who)

    def documents(self) -> None:
        # Several may have one text: each of theirs is matched with another of ours, by id where it can be.
        waiting: dict[str, list[str]] = {}
        for id, document in self.whole.documents.items():
            if not self._is_same(id, document):
                waiting.setdefault(document.checksum, []).append(id)
        fresh: list[tuple[Document, Document]] = []
        names = {fold(id) for id in self.whole.documents}
        for id, document in self.other.documents.items():
            alike = waiting.get(document.checksum)
            found = id if self._is_same(id, document) else alike.pop(0) if alike else None
            if found is not None:
                self.document[id] = found
                self.say("document", id, found, "matched", "" if found == id else "by its text")
                self._say_more("document", document, self.whole.documents[found])
                for case in document.cases:
                    self.whole.join(found, self.case[case], coder=self.who)
            else:
                fresh.append((document, self._as_new(document, names)))
        for _, mine in fresh:
            self._take_original(mine)
        self._add_documents(fresh)

    def _is_same(self, id: str, document: Document) -> bool:
        """Tell whether both projects have a document of this id with the same text."""
        held = (project.documents.get(id) for project in (self.whole, self.other))
        return all(each is not None and each.checksum == document.checksum for each in held)

    def _take_original(self, document: Document) -> None:
        held = self.other._recorder.originals
        if document.original is not None and held.path_of(document.original) is not None:
            original = document.original
            self.whole._recorder.originals.put(held.read(original), original.name)

    def _as_new(self, document: Document, names: set[str]) -> Document:
        """Return a document as it is added here, under an id that is free."""
        knows = self.whole._recorder.fold.letters.knows
        new = free_id(document.id, lambda each: knows("document", each) or fold(each) in names)
        names.add(fold(new))
        self.document[document.id] = new
        speaking = document.speaking
        if speaking is not None:
            people = (
                attrs.evolve(each, case=None if each.case is None else self.case.get(each.case))
                for each in speaking.items_
            )
            speaking = attrs.evolve(speaking, items=tuple(people))
        return attrs.evolve(
            document, id=new, cases=[self.case[each] for each in document.cases], speaking=speaking
        )

    def _add_documents(self, fresh: list[tuple[Document, Document]]) -> None:
        with suppress(QualcodeError):  # of one whose variables are of another type here: see which
            self.whole._add_documents([mine for _, mine in fresh], coder=self.who)
        for theirs, mine in fresh:
            note = "" if mine.id == theirs.id else "its id is that of another text here"
            if mine.id not in self.whole._recorder.fold.documents:
                note = self._add_document(mine) or note
            how = "added" if mine.id == theirs.id else "renamed"
            self.say("document", theirs.id, mine.id, how, note)

    def _add_document(self, document: Document) -> str:
        """Add one document, without its variables where they do not fit, and return what to say of that."""
        try:
            self.whole._add_documents([document], coder=self.who)
        except QualcodeError as error:
            # The text is what matters.
            self.whole._add_documents([attrs.evolve(document, variables={})], coder=self.who)
            return f"without its variables {dict(document.variables)!r}: {error}"
        return ""

    def _say_more(self, kind: str, theirs: Document | Case, ours: Document | Case) -> None:
        """Take over the name and variables of a thing that both have, where the whole has none."""
        target = ours.id if kind == "document" else f"case:{ours.id}"
        differ = {}
        for name, value in theirs.variables.items():
            if name not in ours.variables:
                try:
                    self.whole.set_variables(target, variables={name: value}, coder=self.who)
                    continue
                except QualcodeError:
                    pass
            if ours.variables.get(name) != value:
                differ[name] = value
        if theirs.name not in (theirs.id, ours.name):
            differ["its name"] = theirs.name
        if differ:
            told = ", ".join(f"{name} is {value!r} there" for name, value in differ.items())
            self.say(kind, theirs.id, ours.id, "kept", told)

    def _or_left(self, what: str, theirs: str, ours: str, take: Callable[[], object]) -> None:
        """Take something over, and say so; or say why it was left."""
        try:
            take()
        except QualcodeError as error:
            self.say(what, theirs, "", "left", str(error))
        else:
            self.say(what, theirs, ours, "added" if theirs == ours else "renamed")

    # Codes

    def codes(self, given: Mapping[str, str | None]) -> None:
        chosen = self._chosen(given)
        rows = self.other.state.uncounted.assignments
        used = {rows.codes[at] for at in set(rows.code.tolist())}
        for code in _parents_first(self.other.codebook):
            if code.id not in used and not code.is_live:
                continue
            self._code(code, chosen, carries=code.id in used)

    def _chosen(self, given: Mapping[str, str | None]) -> dict[str, str | None]:
        there, here = self.other.codebook, self.whole.codebook
        chosen: dict[str, str | None] = {}
        for theirs, ours in given.items():
            id = there.resolve(there[theirs].id)
            chosen[id] = None if ours is None else here.assignable(ours).id
        return chosen

    def _code(self, code: Code, chosen: Mapping[str, str | None], *, carries: bool) -> None:
        found, how = self._match(code, chosen, carries)
        if found is None:
            self._add_code(code)
            return
        self.code[code.id] = found
        ours = self.whole.codebook.codes[found]
        if ours.name == self._told_apart(code):
            ours = attrs.evolve(ours, name=code.name)
        differ = [
            f"{field.replace('_', ' ')} there: {getattr(code, field)!r}"
            for field in ("name", "definition", "include", "exclude")
            if getattr(code, field) != getattr(ours, field) and getattr(code, field)
        ]
        self.say("code", code.id, found, "matched", how)
        if differ:
            self.say("code", code.id, found, "kept", "; ".join(differ))
            text = f"In {self.name}, where this code was {code.id!r}: {'; '.join(differ)}"
            self.whole.add_memo(f"code:{found}", text, coder=self.who)

    def _match(
        self, code: Code, chosen: Mapping[str, str | None], carries: bool
    ) -> tuple[str | None, str]:
        here = self.whole.codebook
        if code.id in chosen:
            return chosen[code.id], "as given"

        def fits(each: Code) -> bool:
            return each.is_live and (each.codable or not carries)

        same = here.codes.get(code.id)
        if same is not None and fits(here.codes[here.resolve(same.id)]):
            return here.resolve(same.id), "by id"
        # Or by what it was called when it was taken over before, where its own name was taken.
        for name in (code.name, self._told_apart(code)):
            named = [each.id for each in here.codes.values() if fold(each.name) == fold(name)]
            # One that the other has by its id is that one, however many have its name.
            named = [id for id in named if id not in self.other.codebook.codes]
            named = [id for id in named if fits(here.codes[id]) and id not in self.code.values()]
            if len(named) == 1:
                return named[0], "by name"
        return None, ""

    def _told_apart(self, code: Code) -> str:
        """Return what a code is called here where its own name is taken."""
        return f"{code.name} ({self.other.name})"

    def _add_code(self, code: Code) -> None:
        here = self.whole.codebook
        new = free_id(code.id, lambda each: each in here.codes)
        parent = self.code.get(code.parent or "")
        if parent is not None and not here.codes[parent].is_live:
            parent = None
        names = {fold(each.name) for each in here.children(parent)}
        label = code.name
        if fold(label) in names:
            label = self._told_apart(code)
        while fold(label) in names:
            label += "+"
        fresh = attrs.evolve(
            code, id=new, name=label, parent=parent, status="live", merged_into=None, parts=()
        )
        note = [] if label == code.name else [f"its name is taken, so it is called {label!r}"]
        if code.status == "split":
            note.append("split there: what nobody had decided carries it")
        try:
            self._revise(Add(fresh))
        except QualcodeError as error:
            self._revise(Add(attrs.evolve(fresh, attributes={})))
            note.append(f"without its attributes {dict(code.attributes)!r}: {error}")
        self.code[code.id] = new
        self.added.add(code.id)
        how = "added" if new == code.id else "renamed"
        self.say("code", code.id, new, how, "; ".join(note))

    def _revise(self, change: Any) -> None:
        with self.whole.revise(coder=self.who, reason=f"taken over from {self.name}") as cb:
            cb.apply(change)

    def retired(self) -> None:
        """Retire what was out of use there, now that what carries it has been assigned."""
        for id in sorted(self.added):
            if self.other.codebook.codes[id].status in ("retired", "reverted"):
                self._revise(Retire(self.code[id]))

    # What is made of codes

    def organised(self) -> None:
        here, there = self.whole, self.other
        for link in there.codebook.links:
            self._link(link)
        for rollup in there.codebook.rollups.values():
            self._rollup(rollup)
        for name, ids in there.code_sets.items():
            codes = tuple(dict.fromkeys(self.code[id] for id in ids if id in self.code))
            self._named("set of codes", name, here.code_sets, codes,
                        lambda n, v: here.set_codes(n, v, coder=self.who))  # fmt: skip
        for name in there.views:
            view = self._view(there.state.views[name])
            self._named("view", name, here.state.views, view,
                        lambda n, v: here._set_named("views", n, v, self.who))  # fmt: skip
        if there.scale and not here.scale:
            self._or_left("scale", "weights", "weights",
                          lambda: here.set_scale(there.scale, coder=self.who))  # fmt: skip
        elif dict(there.scale) != dict(here.scale):
            self.say("scale", "weights", "weights", "kept", f"there: {dict(there.scale)!r}")
        take_over_losses(here, there.import_losses, coder=self.who)
        for name, order in there.state.orders.items():
            held = here._recorder.fold.orders.get(name)
            if held is None:
                words = {"orders": {name: list(order)}}
                here._record("set", "project", {}, words, coder=self.who)
                self.say("order", name, name, "added")
            elif held != order:
                self.say("order", name, name, "kept", f"there: {list(order)!r}")

    def _link(self, link: Link) -> None:
        ends = self.code.get(link.source), self.code.get(link.target)
        told = f"{link.source} {link.type} {link.target}"
        if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            self.say("link", told, "", "left", "its codes are one here, or out of use")
            return
        mine = Link(ends[0], link.type, ends[1], link.note)
        if mine not in self.whole.codebook.links:
            new = f"{mine.source} {mine.type} {mine.target}"
            self._or_left("link", told, new, lambda: self._revise(LinkCodes(mine)))

    def _rollup(self, rollup: Rollup) -> None:
        def mapped(ids: Iterable[str]) -> list[str]:
            return list(dict.fromkeys(self.code[id] for id in ids if id in self.code))

        themes = [
            attrs.evolve(each, codes=mapped(each.codes), subtrees=mapped(each.subtrees))
            for each in rollup.themes
        ]
        mine = attrs.evolve(rollup, themes=themes)
        held = self.whole.codebook.rollups
        same = (each.id for each in held.values() if attrs.evolve(mine, id=each.id) == each)
        known = next(same, None)
        new = known or free_id(rollup.id, lambda each: each in held)
        self.rollup[rollup.id] = new
        if known is not None:
            return
        mine = attrs.evolve(mine, id=new)
        self._or_left("rollup", rollup.id, new, lambda: self._revise(SetRollup(mine)))

    def _view(self, view: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(view)
        for key, ids in (("coders", self.coder), ("documents", self.document)):
            if key in found:
                found[key] = [ids[each] for each in found[key] if each in ids]
        return found

    def _named(
        self,
        what: str,
        name: str,
        held: Mapping[str, Any],
        value: Any,
        put: Callable[[str, Any], object],
    ) -> None:
        new = f"{name} ({self.other.name})" if name in held else name
        if value and value not in (held.get(name), held.get(new)):
            self._or_left(what, name, new, lambda: put(new, value))

    # Coding, memos, verdicts, marks

    def assignments(self, *, as_copy: bool) -> None:
        rows = self.other.state.uncounted.assignments
        taken = rows.rows
        origins = [o if as_copy or o.startswith("suggestion") else ORIGIN for o in taken.origins]
        number, kinds = intern(origins)
        mapped = attrs.evolve(
            taken,
            documents=tuple(self.document[id] for id in taken.documents),
            codes=tuple(self.code.get(id, id) for id in rows.codes),
            code=rows.code,
            coders=tuple(self.coder.get(id, id) for id in taken.coders),
            origins=kinds,
            origin=number[taken.origin],
        )
        if not len(mapped):
            return
        known = self.whole.state.events
        both = Events.concatenate([known, mapped]) if len(known) else mapped
        fresh, repeated, standing = both.news(len(known))
        self.whole._record_rows(both.take(fresh))
        if len(fresh):
            self.say("assignments", f"{len(fresh):,}", f"{len(fresh):,}", "added")
        if len(repeated):
            self.say("assignments", f"{len(repeated):,}", f"{len(repeated):,}", "matched")
        for row, stand in zip(repeated.tolist(), standing.tolist(), strict=True):
            self._differs(both, row, stand)

    def _differs(self, both: Events, row: int, stand: int) -> None:
        told = []
        if both.memos.get(row) not in (None, both.memos.get(stand)):
            told.append(f"its memo there: {both.memos[row]!r}")
        weight = float(both.weight[row])
        if weight == weight and weight != float(both.weight[stand]):
            told.append(f"its weight there: {weight:g}")
        if told:
            place = (
                f"{both.documents[both.document[row]]}:{both.start[row]}-{both.end[row]} "
                f"{both.codes[both.code[row]]} by {both.coders[both.coder[row]]}"
            )
            self.say("assignment", place, place, "kept", "; ".join(told))

    def notes(self) -> None:
        held = {
            (memo.target, memo.text, memo.coder): memo.id
            for memo in self.whole._recorder.fold.memos.values()
        }
        for memo in self.other.memos:
            target, text = self._about(memo)
            who = self.coder.get(memo.coder, memo.coder)
            known = held.get((target, text, who))
            if known is not None:
                self.memo[memo.id] = known
                continue
            links = [self.memo[each] for each in memo.links if each in self.memo]
            event = self.whole._recorder.event(
                "memo", target, {"links": links} if links else {}, {"text": text},
                coder=self.whole._doing(who), time=memo.time,
            )  # fmt: skip
            self.whole._note(event)
            self.memo[memo.id] = event.short
            lost = len(memo.links) - len(links)
            note = f"{lost} links to memos that were withdrawn" if lost else ""
            self.say("memo", memo.id, event.short, "added", note)

    def _about(self, memo: Memo) -> tuple[str, str]:
        """Return what a memo is about here, and its text; of what is not here, it is about the project."""
        kind, _, id = memo.target.partition(":")
        held = {"code": self.code, "document": self.document, "case": self.case,
                "coder": self.coder, "memo": self.memo}  # fmt: skip
        if kind in ("project", "journal"):
            return memo.target, memo.text
        if kind == "segment":
            document, _, span = id.rpartition(":")
            if document in self.document:
                return f"segment:{self.document[document]}:{span}", memo.text
        elif id in held.get(kind, {}):
            return f"{kind}:{held[kind][id]}", memo.text
        elif kind == "code":
            standing = self.other.codebook.resolve(id)
            if standing in self.code:
                return f"code:{self.code[standing]}", memo.text
        return "project", f"(On {memo.target} of {self.name}.) {memo.text}"

    def summaries(self) -> None:
        held = self.whole._recorder.fold.summaries
        for summary in self.other.state.summaries:
            told = f"{summary.node} in {summary.case}"
            key = self._cell(summary)
            if key is None:
                left = f"what it is about was not taken over: {summary.text!r}"
                self.say("summary", told, "", "left", left)
                continue
            case, level, node, rollup = key
            there = held.get(key)
            if there is not None:
                differs = there.text != summary.text
                note = f"the summary there: {summary.text!r}" if differs else ""
                self.say("summary", told, there.id, "kept" if differs else "matched", note)
                continue
            places = [
                (self.document[place[0]], *place[1:])
                for place in (each.place for each in summary.anchors)
                if place is not None and place[0] in self.document
            ]
            event = self.whole._recorder.event(
                "summarise", f"case:{case}", cell_fields(level, node, rollup, places),
                {"text": summary.text}, coder=self.whole._doing(
                    self.coder.get(summary.coder, summary.coder)
                ), time=summary.time,
            )  # fmt: skip
            self.whole._note(event)
            self.say("summary", told, event.short, "added")

    def _cell(self, summary: Summary) -> CellKey | None:
        """Return the cell here that a summary fills; None where there is no such case, theme or code."""
        case, level, node, rollup = summary.key
        ours = self._node(level, node, rollup)
        return None if case not in self.case or ours is None else (self.case[case], *ours)

    def _node(self, level: str, node: str, rollup: str) -> tuple[str, str, str] | None:
        """Return level, node and rollup here of what is written there; None where there is no such theme."""
        if level == "code":
            found = self.code.get(node) or self.code.get(self.other.codebook.resolve(node))
            return None if found is None else (level, found, "")
        # A rollup by the tree or an attribute need not be kept: every project has it under one name.
        known = self.rollup.get(rollup, rollup)
        if rollup in self.rollup and known not in self.whole.codebook.rollups:
            return None
        return level, node, known

    def reviewed(self) -> None:
        """Take over what reviewers decided: judgements of findings, and the sources behind links."""
        made = self.whole._recorder.fold
        held = {
            (*each.finding, each.component, each.coder): each
            for each in made.review.judgements.values()
        }
        for each in self.other.state.review.judgements:
            told = f"{each.component} of {each.node}"
            node = self._node(*each.finding)
            coder = self.coder.get(each.coder, each.coder)
            there = None if node is None else held.get((*node, each.component, coder))
            if node is None:
                self.say("judgement", told, "", "left", "what it is about was not taken over")
            elif there is not None:
                differs = there.judged != each.judged
                note = f"judged there: {each.judged.level}" if differs else ""
                self.say("judgement", told, there.id, "kept" if differs else "matched", note)
            else:
                target = finding_target(*node)
                field = judged_field(each.component, self.whole._doing(coder))
                said = review_event(target, field, (each.judged.level, each.judged.reason))
                assert said is not None
                event = self.whole._recorder.event(
                    said[0], target, *said[1:], coder=coder, time=each.time
                )
                self.whole._note(event)
                self.say("judgement", told, event.short, "added")
        self._link_sources()
        self._forms()

    def _forms(self) -> None:
        """Take over what was filled into forms, and the forms themselves."""
        held = self.whole._recorder.fold.review
        clashing = set()
        for target, definition in self.other.state.review.forms.items():
            ours = held.forms.get(target)
            if ours is not None and ours != definition:
                clashing.add(target)
                self.say("form", target, target, "left", "another form has its name here")
            elif ours is None:
                self._took("form", target, {}, {"definition": definition}, self.who)
                self.say("form", target, target, "added")
        for each in self.other.state.review.entries:
            told = f"{each.field} of {each.form}, {source_name(each.source)}"
            source = self._source(source_name(each.source))
            coder = self.coder.get(each.coder, each.coder)
            if source is None or each.form in clashing:
                self.say(
                    "entry of a form", told, "", "left", "its source or form was not taken over"
                )
                continue
            there = held.entries.get((source, each.form, each.row, each.field, coder))
            if there is not None:
                same = there.value == each.value
                note = "" if same else f"filled in there: {each.value}"
                self.say("entry of a form", told, there.id, "matched" if same else "kept", note)
                continue
            places = [
                (self.document[anchor.document], anchor.start, anchor.end)
                for anchor in each.anchors
                if anchor.document in self.document
            ]
            said = entry_event(
                entry_target(source, each.form, each.row),
                entry_field(each.field, self.whole._doing(coder)),
                (each.value, each.note, places),
            )
            assert said is not None
            id = self._took(*said, coder, time=each.time)
            self.say("entry of a form", told, id, "added")

    def _took(
        self, kind: str, target: str, fields: Mapping[str, Any], words: Mapping[str, Any], coder: str,
        *, time: str | None = None,
    ) -> str:  # fmt: skip
        """Record an event of what is taken over, and return its short id."""
        event = self.whole._recorder.event(
            kind, target, fields, words, coder=coder, time=time or self.whole._time()
        )
        self.whole._note(event)
        return event.short

    def _link_sources(self) -> None:
        links = {(each.source, each.type, each.target) for each in self.whole.codebook.links}
        held = self.whole._recorder.fold.review.link_sources
        for (source, type, target), sources in self.other.state.review.link_sources.items():
            link = self.code.get(source, source), type, self.code.get(target, target)
            ours = [found for each in sources if (found := self._source(each)) is not None]
            told = " ".join((source, type, target))
            if link not in links or not ours:
                self.say("sources of a link", told, "", "left", "the link was not taken over")
                continue
            new = [
                each for each in ours if each.removeprefix("document:") not in held.get(link, {})
            ]
            if new:
                fields = {"link": list(link), "sources": new, "there": True}
                event = self.whole._recorder.event(
                    "back-link", backing_target(link), fields, {}, coder=self.who,
                    time=self.whole._time(),
                )  # fmt: skip
                self.whole._note(event)
            self.say("sources of a link", told, " ".join(link), "added" if new else "matched")

    def _source(self, source: str) -> str | None:
        """Return a source of a link as events here name it; None where it was not taken over."""
        kind = "case" if source.startswith("case:") else "document"
        found = (self.case if kind == "case" else self.document).get(source.removeprefix("case:"))
        return None if found is None else f"{kind}:{found}"

    def verdicts(self) -> None:
        held = {attrs.evolve(each, revision=None) for each in self.whole.verdicts}
        number = 0
        for verdict in self.other.verdicts:
            mapped = self._verdict(verdict)
            if mapped is None:
                told = f"{verdict.code} in {verdict.document}:{verdict.start}-{verdict.end}"
                self.say("verdict", told, "", "left", "its code was not taken over")
            elif mapped not in held:
                text = self.whole._document(mapped.document).text
                fields, words = verdict_said(mapped, text)
                event = self.whole._recorder.event(
                    "verdict", f"document:{mapped.document}", fields, words,
                    coder=self.whole._doing(mapped.coder), time=mapped.time,
                )  # fmt: skip
                self.whole._note(event)
                number += 1
        if number:
            self.say("verdicts", f"{number:,}", f"{number:,}", "added")

    def _verdict(self, verdict: Verdict) -> Verdict | None:
        codes = self.other.codebook
        ids = [verdict.code, *(verdict.became or ())[2:]]
        found = [self.code.get(id) or self.code.get(codes.resolve(id)) for id in ids]
        if None in found:
            return None
        became = verdict.became and (*verdict.became[:2], str(found[-1]))
        return attrs.evolve(
            verdict,
            code=str(found[0]),
            became=became,
            document=self.document[verdict.document],
            coder=self.coder.get(verdict.coder, verdict.coder),
            revision=None,
        )

    def proposals(self) -> None:
        """Take over what machines proposed, and what was made of what is no suggestion."""
        ids = {each.content: each.id for each in self.whole.state.proposals}
        taken: dict[str, str] = {}
        for each in self.other.state.proposals:
            mapped = self._proposed(each)
            if mapped is None:
                told = f"{each.what} by {each.coder}"
                self.say("proposal", told, "", "left", "its code was not taken over")
                continue
            if mapped.content not in ids:
                quote = self._quote(mapped)
                target, fields, words = proposed_said(mapped, quote)
                event = self.whole._recorder.event(
                    "propose", target, fields, words, coder=mapped.coder, time=mapped.time
                )
                ids[mapped.content] = self.whole._note(event).short
                self.say("proposal", each.id, event.short, "added")
            taken[each.id] = ids[mapped.content]
        held = set(self.whole.state.answers)
        for answer in self.other.state.answers:
            proposal = taken.get(answer.proposal)
            if proposal is None:
                continue
            coder = self.coder.get(answer.coder, answer.coder)
            if attrs.evolve(answer, proposal=proposal, coder=coder) not in held:
                self.whole._note(
                    self.whole._recorder.event(
                        "answer", f"proposal:{proposal}", {"kind": answer.kind},
                        {"memo": answer.memo} if answer.memo else {},
                        coder=self.whole._doing(coder), time=answer.time,
                    )
                )  # fmt: skip

    def _proposed(self, each: Proposed) -> Proposed | None:
        """Return a proposal by the ids here; None where its code was not taken over."""
        code = each.code and self.code.get(each.code)
        if each.code and code is None:
            return None
        target, text = each.target, each.text
        if each.what == MEMO:
            target, text = self._about(Memo(target, text, each.coder, each.time))
        return attrs.evolve(
            each,
            coder=self.coder.get(each.coder, each.coder),
            document=each.document and self.document[each.document],
            code=code,
            changes=tuple(
                change.meaning(lambda id: self.code.get(id, id)) for change in each.changes
            ),
            target=target,
            text=text,
        )

    def _quote(self, each: Proposed) -> str:
        if each.document is None:
            return ""
        return abridged(self.whole._document(each.document).text[each.start : each.end])

    def adjudications(self) -> None:
        held = {each.place: each.codes for each in self.whole.state.adjudications}
        for each in self.other.state.adjudications:
            codes = self._standing(each.codes)
            document, coder = self.document[each.document], self.coder.get(each.coder, each.coder)
            place = document, each.start, each.end, coder
            if held.get(place) == tuple(codes):
                continue
            had = {self.coder.get(id, id): self._standing(ids) for id, ids in each.had.items()}
            event = self.whole._recorder.event(
                "adjudicate", f"segment:{document}:{each.start}-{each.end}",
                {"coder": coder, "codes": codes, "had": had},
                {"reason": each.reason} if each.reason else {},
                coder=self.whole._doing(self.coder.get(each.by, each.by)), time=each.time,
            )  # fmt: skip
            self.whole._note(event)

    def _standing(self, codes: Iterable[str]) -> list[str]:
        """Return codes as they are called here, those left out that were not taken over."""
        found = (self.code.get(self.other.codebook.resolve(id)) for id in codes)
        return list(dict.fromkeys(id for id in found if id is not None))

    def finished(self) -> None:
        for coder, documents in self.other.finished.items():
            ids = sorted(self.document[each] for each in documents if each in self.document)
            self.whole.finish(ids, coder=self.coder.get(coder, coder))

    def left(self) -> None:
        """Say what stays behind: how the other came to be what it is."""
        there = self.other
        if len(there.history) > 1:
            self.say("history", f"{len(there.history)} revisions", "", "left",
                     "what its codebook and coding were before can be asked for there only")  # fmt: skip
        idle = [
            code.id
            for code in there.codebook.codes.values()
            if code.id not in self.code and code.status in ("retired", "split")
        ]
        if idle:
            self.say("code", ", ".join(idle), "", "left", "out of use, and nothing carries them")
        if there.conflicts:
            self.say("conflicts", f"{len(there.conflicts)}", "", "left",
                     "open there: what was shown was taken over")  # fmt: skip


def free_id(id: str, taken: Callable[[str], bool]) -> str:
    """Return an id, or one like it that is not taken."""
    base, number = id.replace(MARK, "-"), 1
    candidate = base
    while taken(candidate):
        number += 1
        candidate = f"{base}-{number}"
    return candidate


def _parents_first(book: Codebook) -> Iterator[Code]:
    done: set[str] = set()

    def walk(code: Code) -> Iterator[Code]:
        if code.id in done:
            return
        done.add(code.id)
        if code.parent is not None:
            yield from walk(book.codes[code.parent])
        yield code

    for code in book.codes.values():
        yield from walk(code)
