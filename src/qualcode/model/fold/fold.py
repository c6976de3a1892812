"""The fold: what the events of a log make together.

Events are taken in their order, each once. What an event does follows from it and from what its author had
seen; nothing fails, whatever was done at once, and what does not go together is listed. A project being
changed keeps its fold and feeds it the events that it writes, so there is one way from events to content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import attrs

from qualcode.errors import HistoryError, QualcodeError
from qualcode.model.codebooks.changes import Add, Change, Decide, Split, change_of
from qualcode.model.codebooks.codebook import Place
from qualcode.model.codebooks.draft import Draft
from qualcode.model.coding.adjudications import Adjudication
from qualcode.model.coding.memos import Coder, Memo, segment_place
from qualcode.model.coding.proposals import MEMO, Answer, Disclosure, Machine, Proposed, proposed_by
from qualcode.model.coding.query_names import with_ids
from qualcode.model.coding.query_parsing import parse_query
from qualcode.model.coding.suggestions import Verdict, verdict_from_record
from qualcode.model.coding.summaries import Anchor, CellKey, Summary, register_of
from qualcode.model.collecting import no_garbage_collected
from qualcode.model.fold.corrected import Corrected, Lost
from qualcode.model.fold.reviewed import REVIEW_KINDS, Reviewed
from qualcode.model.import_losses import ImportLoss
from qualcode.model.log.event import ERASED, WITHHELD, Event
from qualcode.model.log.letters import Letters
from qualcode.model.log.log import Log
from qualcode.model.log.registers import Registers
from qualcode.model.log.timeline import CODEBOOK, ERASURES, SWITCHES, WITHDRAWALS, Timeline
from qualcode.model.log.withdrawals import NOTHING, Hidden
from qualcode.model.texts.corrections import Placement
from qualcode.model.texts.documents import Case, Document, Value, read_value
from qualcode.model.texts.originals import read_originals
from qualcode.model.texts.spans import Span
from qualcode.model.texts.speakers import Speakers, read_speakers
from qualcode.model.texts.structure import Structure, read_structure

__all__ = ["EVENT_KINDS", "NAMED_PARTS", "Fold", "fold"]


class Fold:
    """The content of a project, growing event by event.

    Parameters
    ----------
    timeline : Timeline
        The events.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        # Who had seen what matters only where something was done at once.
        self.registers = None if timeline.linear else Registers(timeline)
        self.letters = Letters(timeline)
        self.off: frozenset[str] = frozenset()
        self.hidden: Hidden = NOTHING
        """What is out of sight at every moment because it was withdrawn."""
        self.out: set[str] = set()
        """The documents and cases that are, by their ids here: ``"document:ID"``."""
        self.corrected: Corrected | None = None
        """The texts that were corrected, when there are any."""
        self.lost: list[Lost] = []
        """Memos and verdicts on passages whose place is not certain."""
        self.name = ""
        self.author = "project"
        self.draft = Draft(registers=self.registers)
        self.documents: dict[str, Document] = {}
        self.withdrawn: dict[str, Document] = {}
        """Documents whose addition was undone, or that were withdrawn: nobody may take their ids."""
        self.cases: dict[str, Case] = {}
        self.coders: dict[str, Coder] = {}
        self.memos: dict[str, Memo] = {}
        self._withdrawn_memos: dict[str, Memo] = {}
        self.summaries: dict[CellKey, Summary] = {}
        self.verdicts: list[Verdict] = []
        self.proposals: dict[str, Proposed] = {}
        self.answers: list[Answer] = []
        self.disclosures: list[Disclosure] = []
        self.adjudications: dict[tuple[str, int, int, str], Adjudication] = {}
        self.finished: dict[str, dict[str, None]] = {}
        self.code_sets: dict[str, tuple[str, ...]] = {}
        self.views: dict[str, dict[str, Any]] = {}
        self.queries: dict[str, str] = {}
        self.scale: dict[float, str] = {}
        self.settled: list[tuple[str, frozenset[str]]] = []
        """The conflicts that somebody settled as they are shown: of which kind, between which events."""
        self.orders: dict[str, tuple[str, ...]] = {}
        self.losses: list[ImportLoss] = []
        self.review = Reviewed()
        """What the reviewers decided."""
        self.carried: list[int] = []
        """Positions of the events that carry what other programs' files hold besides."""

    def apply(self, at: int) -> None:
        """Take the event at a position; it comes after all that were taken before."""
        event = self.timeline.events[at]
        if event.kind in _WITHOUT_CONTENT:
            return
        if at in self.hidden.events and at not in self.hidden.added:
            return
        try:
            if event.kind in CODEBOOK:
                self._change(event, at)
            else:
                self._KINDS[event.kind](self, event, at)
        except KeyError as error:
            if event.kind in self._KINDS:
                raise HistoryError(f"event {event.short} ({event.kind}) lacks {error}") from error
            raise HistoryError(
                f"event {event.short} is of the kind {event.kind!r}, which this version of qualcode does "
                "not know: upgrade qualcode (pip install --upgrade qualcode)"
            ) from error
        except QualcodeError as error:
            raise HistoryError(
                f"event {event.short} ({event.kind} {event.target}) cannot be read: {error}"
            ) from error

    def _note(self, target: str, field: str, value: Any, at: int) -> None:
        if self.registers is not None:
            self.registers.write(target, field, value, at)

    def revision(self, at: int) -> str | None:
        """Return the short id of the revision that was the newest for the author of an event."""
        era = self.timeline.era[at]
        return self.timeline.events[self.timeline.revisions[era - 1]].short if era else None

    def _is_off(self, event: Event) -> bool:
        return event.id in self.off

    # The codebook

    def _change(self, event: Event, at: int) -> None:
        undone = self._is_off(event)
        if undone and event.kind != "add":
            return
        change = change_of(event)
        if isinstance(change, Add):
            id, new = self.letters.added("code", change.code.id, event, at)
            if not new:
                # Somebody else added the very same code at the same time.
                if not undone and self.draft.codes[id].status == "reverted":
                    self.draft.revive(id)
                return
            if id != change.code.id:
                change = Add(attrs.evolve(change.code, id=id))
        if self.letters.ambiguous:
            change = self._as_meant(change, at)
        if self.corrected is not None and isinstance(change, Split | Decide):
            change = attrs.evolve(change, decisions=self._moved(change.decisions, at))
        if self.out and isinstance(change, Split | Decide):
            change = attrs.evolve(change, decisions=self._in_sight(change.decisions))
        self.draft.at = at
        change.make(self.draft)
        if undone:
            self.draft.revert(change.touched[0])
        if event.kind == "adopt":
            for id in change.touched:
                self.letters.added("code", id, event, at)

    def _as_meant(self, change: Change, at: int) -> Change:
        change = change.meaning(lambda id: self.letters.meant("code", id, at))
        if not isinstance(change, Split | Decide):
            return change
        return attrs.evolve(
            change,
            decisions={
                (self.letters.meant("document", place[0], at), *place[1:]): part
                for place, part in change.decisions.items()
            },
        )

    def _moved(self, decisions: Mapping[Place, str], at: int) -> dict[Place, str]:
        """Return decisions with their places as they are in the texts in force.

        What is decided of a passage whose place is not certain waits with it: it is looked up again, from the
        same event, once a person has placed the passage.
        """
        moved: dict[Place, str] = {}
        for (document, start, end, coder), part in decisions.items():
            placed = self._placement(document, start, end, at)
            if placed is None:
                moved[document, start, end, coder] = part
            elif placed.new is not None:
                moved[document, placed.new.start, placed.new.end, coder] = part
        return moved

    def _in_sight(self, decisions: Mapping[Place, str]) -> dict[Place, str]:
        """Return decisions less those about documents that were withdrawn."""
        return {
            place: part
            for place, part in decisions.items()
            if f"document:{place[0]}" not in self.out
        }

    # Documents, cases, coders

    def _add_document(self, event: Event, at: int) -> None:
        id, new = self.letters.added("document", event.target.partition(":")[2], event, at)
        if at in self.hidden.added:
            self.out.add(f"document:{id}")
        if not new:
            if not self._is_off(event) and id in self.withdrawn and at not in self.hidden.added:
                self.documents[id] = self.withdrawn.pop(id)
            return
        document = Document(
            id=id,
            text=self._text(id, event.fields["sha256"]),
            name=event.words.get("name", ""),
            variables=values(event.words.get("variables", {})),
            cases=tuple(
                self.letters.meant("case", each, at) for each in event.fields.get("cases", ())
            ),
            source=event.words.get("source"),
            time=event.time,
            revision=self.revision(at),
            structure=self._structure(id, event.words.get("structure"), at),
            speaking=self._speaking(event.words.get("speakers"), at),
            original=next(iter(read_originals(event.words)), None),
        )
        if self.out:
            cases = [each for each in document.cases if f"case:{each}" not in self.out]
            document = attrs.evolve(document, cases=cases)
        if self._is_off(event) or at in self.hidden.added:
            self.withdrawn[id] = document
            return
        self.documents[id] = document
        self._set_values(f"document:{id}", document, at)

    def _text(self, document: str, added: str) -> str:
        """Return the text of a document as it is in force."""
        if self.corrected is not None and document in self.corrected:
            added = self.corrected.current(document)
        return self.timeline.texts[added]

    def _structure(self, document: str, said: Mapping[str, Any] | None, at: int) -> Structure:
        """Return what a text is made of as it is in force, given as an event says it."""
        structure = read_structure(said)
        if self.corrected is None or document not in self.corrected:
            return structure
        return self.corrected.structure(document, structure, self.corrected.version(document, at))

    def _speaking(self, said: Mapping[str, Any] | None, at: int) -> Speakers | None:
        """Return what was said of a document's speakers; a case that was withdrawn is nobody's."""
        if said is None:
            return None
        found = read_speakers(said)
        people = []
        for each in found.items_:
            case = None if each.case is None else self.letters.meant("case", each.case, at)
            people.append(attrs.evolve(each, case=None if f"case:{case}" in self.out else case))
        return attrs.evolve(found, items=tuple(people))

    def _correct(self, event: Event, at: int) -> None:
        """Note which text was meant to be in force; what it does to places was known from the start."""
        if not self._is_off(event):
            document = self.letters.meant("document", event.target.partition(":")[2], at)
            self._note(f"document:{document}", "text", event.fields["sha256"], at)

    def _place(self, event: Event, at: int) -> None:
        if not self._is_off(event):
            document = self.letters.meant("document", event.target.partition(":")[2], at)
            said = event.fields
            what = f"place {said['version'][:8]}:{said['start']}-{said['end']}"
            self._note(f"document:{document}", what, [said["in"], said["to"]], at)

    def _placement(self, document: str, start: int, end: int, at: int) -> Placement | None:
        """Return where a span is now that an event names; nothing where its text was not corrected."""
        if self.corrected is None or document not in self.corrected:
            return None
        version = self.corrected.version(document, at)
        return self.corrected.where(document, [Span(start, end)], version)[0]

    def _add_case(self, event: Event, at: int) -> None:
        id, _ = self.letters.added("case", event.target.partition(":")[2], event, at)
        if at in self.hidden.added:
            self.out.add(f"case:{id}")
            return
        if id in self.cases or self._is_off(event):
            return
        variables = values(event.words.get("variables", {}))
        case = Case(id=id, name=event.words.get("name", ""), variables=variables)
        self.cases[id] = case
        self._set_values(f"case:{id}", case, at)

    def _set_values(self, target: str, item: Document | Case, at: int) -> None:
        if self.registers is not None:
            self._note(target, "name", item.name, at)
            if isinstance(item, Document) and item.structure.parts:
                self._note(target, "structure", item.structure, at)
            if isinstance(item, Document) and item.speaking is not None:
                self._note(target, "speakers", item.speaking, at)
            for name, value in item.variables.items():
                self._note(target, f"variable {name}", value, at)

    def _add_coder(self, event: Event, at: int) -> None:
        if self._is_off(event):
            return
        id = event.target.partition(":")[2]
        coder = Coder(id, event.words.get("name", ""), event.fields.get("kind", "person"))
        self.coders[id] = coder
        self._note(f"coder:{id}", "name", coder.name, at)
        self._note(f"coder:{id}", "kind", coder.kind, at)

    def _membership(self, event: Event, at: int) -> None:
        if self._is_off(event):
            return
        document = self._document(event, at)
        case = self.letters.meant("case", event.fields["case"], at)
        if document is None or case not in self.cases:
            return
        others = [each for each in document.cases if each != case]
        cases = [*others, case] if event.kind == "join" else others
        if event.kind == "join" and case in document.cases:
            cases = list(document.cases)
        self._put(attrs.evolve(document, cases=cases))
        self._note(f"document:{document.id}", f"case {case}", event.kind == "join", at)

    def _document(self, event: Event, at: int) -> Document | None:
        id = self.letters.meant("document", event.target.partition(":")[2], at)
        # One without text is false.
        return self.documents[id] if id in self.documents else self.withdrawn.get(id)

    def _put(self, document: Document) -> None:
        held = self.documents if document.id in self.documents else self.withdrawn
        held[document.id] = document

    def _set(self, event: Event, at: int) -> None:
        if self._is_off(event):
            return
        kind, _, id = event.target.partition(":")
        said = {**event.fields, **event.words}
        said.pop("reason", None)
        if kind == "project":
            self._set_project(said, at)
            return
        if kind == "coder":
            if id in self.coders:
                self.coders[id] = attrs.evolve(self.coders[id], **said)
            for name, value in said.items():
                self._note(event.target, name, value, at)
            return
        held: Any = self._document(event, at)
        if kind == "case":
            held = self.cases.get(self.letters.meant("case", id, at))
        if held is None:
            return
        changed = _with_values(held, said)
        if "structure" in said:
            structure = self._structure(held.id, said["structure"], at)
            changed = attrs.evolve(changed, structure=structure)
        if "speakers" in said:
            changed = attrs.evolve(changed, speaking=self._speaking(said["speakers"], at))
        if kind == "case":
            self.cases[held.id] = changed
        else:
            self._put(changed)
        if "name" in said:
            self._note(f"{kind}:{held.id}", "name", said["name"], at)
        if "speakers" in said:
            # With their turns, which are said with them: to take one side takes both.
            turns = changed.structure.of("turn")
            people = attrs.evolve(read_speakers(said["speakers"]), turns=turns)
            self._note(f"{kind}:{held.id}", "speakers", people, at)
        elif "structure" in said:
            self._note(f"{kind}:{held.id}", "structure", read_structure(said["structure"]), at)
        for name, value in said.get("variables", {}).items():
            self._note(f"{kind}:{held.id}", f"variable {name}", read_value(value), at)

    def _set_project(self, said: Mapping[str, Any], at: int) -> None:
        self.name = said.get("name", self.name)
        self.author = said.get("author", self.author)
        if "scale" in said:
            self.scale = {float(weight): label for weight, label in said["scale"]}
        for source, severity, element, count, *there in said.get("losses", ()):
            # One taken over from another project names the event that said it there.
            event = there[0] if there else self.timeline.events[at].short
            self.losses.append(ImportLoss(source, severity, element, count, event))
        for name, labels in said.get("orders", {}).items():
            self.orders[name] = tuple(labels)
            self._note("project", f"order {name}", labels, at)
        parts: tuple[tuple[dict[str, Any], str, Callable[[Any, int], Any]], ...] = (
            (self.code_sets, "sets", self._codes),
            (self.views, "views", self._narrowing),
            (self.queries, "queries", self._query),
        )
        for held, part, meant in parts:
            for name, value in said.get(part, {}).items():
                if value is None:
                    held.pop(name, None)
                else:
                    held[name] = meant(value, at)
                self._note("project", f"{NAMED_PARTS[part]} {name}", value, at)
        for name in ("name", "scale"):
            if name in said:
                self._note("project", name, said[name], at)

    def _codes(self, ids: list[str], at: int) -> tuple[str, ...]:
        return tuple(self.letters.meant("code", id, at) for id in ids)

    def _narrowing(self, view: Mapping[str, Any], at: int) -> dict[str, Any]:
        if "documents" not in view:
            return dict(view)
        documents = [self.letters.meant("document", id, at) for id in view["documents"]]
        return {**view, "documents": [id for id in documents if f"document:{id}" not in self.out]}

    def _query(self, text: str, at: int) -> str:
        if not self.letters.ambiguous:
            return text
        try:
            query = parse_query(text)
        except QualcodeError:
            return text  # of a later version, perhaps; who asks it is told
        return str(with_ids(query, lambda kind, id: self.letters.meant(kind, id, at)))

    def _begin(self, event: Event, at: int) -> None:
        if not self.name:
            self.name = event.words.get("name", "")
            self.author = event.fields.get("author", self.author)

    # Memos, verdicts, what was read to the end

    def _memo(self, event: Event, at: int) -> None:
        if self._is_off(event):
            return
        self.memos[event.short] = Memo(
            self._in_force(self._meant(event.target, at), event.short, at),
            event.words.get("text", ""),
            event.author,
            event.fields.get("made", event.time),
            self.revision(at),
            event.short,
            tuple(event.fields.get("links", ())),
        )
        self._note(f"memo:{event.short}", "text", event.words.get("text", ""), at)

    def _meant(self, target: str, at: int) -> str:
        kind, _, id = target.partition(":")
        if not self.letters.ambiguous:
            return target
        if kind in ("code", "document", "case"):
            return f"{kind}:{self.letters.meant(kind, id, at)}"
        if kind == "segment":
            document, _, span = id.rpartition(":")
            return f"segment:{self.letters.meant('document', document, at)}:{span}"
        return target

    def _in_force(self, target: str, memo: str, at: int) -> str:
        """Return a memo's target in the text in force; of a passage without a certain place, its document."""
        if not target.startswith("segment:") or self.corrected is None:
            return target
        document, start, end = segment_place(target)
        placed = self._placement(document, start, end, at)
        if placed is None:
            return target
        if placed.new is not None:
            return f"segment:{document}:{placed.new.start}-{placed.new.end}"
        self._lose(document, placed, at, memo=memo)
        return f"document:{document}"

    def _lose(self, document: str, placed: Placement, at: int, *, memo: str = "") -> None:
        assert self.corrected is not None
        version = self.corrected.version(document, at)
        self.lost.append(Lost(document, version, placed.old, memo))

    def _edit_memo(self, event: Event, at: int) -> None:
        id = event.target.partition(":")[2]
        known = self.memos.get(id) or self._withdrawn_memos.get(id)
        if self._is_off(event) or known is None:
            return
        self._note(event.target, "text", event.words.get("text"), at)
        if event.kind == "withdraw-memo":
            self._withdrawn_memos[id] = known
            self.memos.pop(id, None)
        else:
            # Who edits a memo without having seen that it was withdrawn keeps it.
            self.memos[id] = attrs.evolve(known, text=event.words["text"])

    def _summarise(self, event: Event, at: int) -> None:
        case = self.letters.meant("case", event.target.partition(":")[2], at)
        if self._is_off(event) or case not in self.cases:
            return
        said, text = event.fields, event.words.get("text")
        level, node, rollup = said["level"], said["node"], said.get("rollup", "")
        if level == "code":
            node = self.letters.meant("code", node, at)
        had = {self.letters.meant("document", id, at): spans for id, spans in said["had"].items()}
        if any(f"document:{id}" in self.out for id in had):
            # It may tell what somebody said who consents no more; nor does an older one come back for it.
            text = None
        key = case, level, node, rollup
        self.summaries.pop(key, None)
        if text:
            self.summaries[key] = Summary(
                case, level, node, rollup, text, event.author, event.time, self.revision(at),
                event.short, tuple(self._anchors(had, at)),
            )  # fmt: skip
        self._note(f"case:{case}", register_of(level, node, rollup), text, at)

    def _anchors(self, had: Mapping[str, list[list[int]]], at: int) -> Iterator[Anchor]:
        """Yield the segments behind a summary as they are in the texts in force."""
        for document, spans in had.items():
            if self.corrected is None or document not in self.corrected:
                yield from (Anchor(document, start, end) for start, end in spans)
                continue
            version = self.corrected.version(document, at)
            old = [Span(start, end) for start, end in spans]
            for placed in self.corrected.where(document, old, version):
                span = placed.old if placed.new is None else placed.new
                yield Anchor(document, span.start, span.end, placed.outcome)

    def _verdict(self, event: Event, at: int) -> None:
        if self._is_off(event):
            return
        document = self.letters.meant("document", event.target.partition(":")[2], at)
        record = {**event.fields, **event.words}
        verdict = verdict_from_record(
            record,
            document=document,
            coder=event.author,
            time=event.time,
            revision=self.revision(at),
        )
        if self.letters.ambiguous:
            became = verdict.became
            code = self.letters.meant("code", verdict.code, at)
            if became is not None:
                became = (*became[:2], self.letters.meant("code", became[2], at))
            verdict = attrs.evolve(verdict, code=code, became=became)
        if self.out:
            verdict = self._without_hidden(verdict)
        placed = self._placement(document, verdict.start, verdict.end, at)
        if placed is not None:
            if placed.new is None:
                self._lose(document, placed, at)
                return
            verdict = self._moved_verdict(verdict, placed.new, at)
        self.verdicts.append(verdict)

    def _without_hidden(self, verdict: Verdict) -> Verdict:
        """Return a verdict whose explanation quotes nothing that was withdrawn."""
        near = verdict.explanation.nearest
        shown = tuple(each for each in near if f"document:{each.document}" not in self.out)
        if len(shown) == len(near):
            return verdict
        return attrs.evolve(verdict, explanation=attrs.evolve(verdict.explanation, nearest=shown))

    def _moved_verdict(self, verdict: Verdict, to: Span, at: int) -> Verdict:
        """Return a verdict in the text in force; what was assigned for it elsewhere may have been lost."""
        became = verdict.became
        if became is not None:
            placed = self._placement(verdict.document, became[0], became[1], at)
            now = to if placed is None or placed.new is None else placed.new
            became = (now.start, now.end, became[2])
        return attrs.evolve(verdict, start=to.start, end=to.end, became=became)

    def _propose(self, event: Event, at: int) -> None:
        if self._is_off(event):
            return
        made = proposed_by(event, self.revision(at))
        if self.letters.ambiguous:
            made = self._proposed_as_meant(made, at)
        if made.what == MEMO:
            target = made.target
            if target.startswith("segment:") and self.corrected is not None:
                target = self._in_force(target, event.short, at)
            made = attrs.evolve(made, target=target)
        if made.document is not None:
            placed = self._placement(made.document, made.start, made.end, at)
            if placed is not None and placed.new is not None:
                made = attrs.evolve(made, start=placed.new.start, end=placed.new.end)
            elif placed is not None:
                made = attrs.evolve(made, is_lost=True)
        self.proposals[made.id] = made

    def _proposed_as_meant(self, made: Proposed, at: int) -> Proposed:
        """Return a proposal with each id as what its author meant by it."""
        meant = self.letters.meant
        return attrs.evolve(
            made,
            document=made.document and meant("document", made.document, at),
            code=made.code and meant("code", made.code, at),
            changes=tuple(each.meaning(lambda id: meant("code", id, at)) for each in made.changes),
            target=self._meant(made.target, at),
        )

    def _answer(self, event: Event, at: int) -> None:
        if not self._is_off(event):
            id = event.target.partition(":")[2]
            kind, memo = event.fields["kind"], event.words.get("memo", "")
            self.answers.append(
                Answer(proposal=id, kind=kind, coder=event.author, time=event.time, memo=memo)
            )

    def _disclose(self, event: Event, at: int) -> None:
        # What was read by others cannot be undone.
        said = event.fields
        self.disclosures.append(
            Disclosure(
                document=self.letters.meant("document", event.target.partition(":")[2], at),
                machine=Machine(**said["machine"]),
                coder=event.author,
                time=event.time,
                version=said["version"],
                characters=said["characters"],
                pseudonymised=said["pseudonymised"],
            )
        )

    def _adjudicate(self, event: Event, at: int) -> None:
        if self._is_off(event):
            return
        document, start, end = segment_place(self._meant(event.target, at))
        placed = self._placement(document, start, end, at)
        if placed is not None:
            if placed.new is None:
                self._lose(document, placed, at)
                return
            start, end = placed.new.start, placed.new.end
        made = Adjudication(
            document=document,
            start=start,
            end=end,
            coder=event.fields["coder"],
            codes=self._codes(event.fields["codes"], at),
            had={coder: self._codes(ids, at) for coder, ids in event.fields["had"].items()},
            by=event.author,
            time=event.time,
            reason=event.reason,
            event=event.short,
        )
        self.adjudications.pop(made.place, None)
        self.adjudications[made.place] = made
        self._note(f"segment:{document}:{start}-{end}", f"decided by {made.coder}", made.codes, at)

    def _finish(self, event: Event, at: int) -> None:
        if self._is_off(event):
            return
        document = self.letters.meant("document", event.target.partition(":")[2], at)
        coder = event.fields.get("coder", event.author)
        held = self.finished.setdefault(coder, {})
        if event.kind == "finish":
            held[document] = None
        else:
            held.pop(document, None)
        self._note(f"document:{document}", f"finished by {coder}", event.kind == "finish", at)

    def _carry(self, event: Event, at: int) -> None:
        if not self._is_off(event):
            # What is read of a later file stands in the place of what an earlier one held.
            instead = set(event.fields.get("instead", ()))
            events = self.timeline.events
            self.carried = [each for each in self.carried if events[each].short not in instead]
            self.carried.append(at)

    def _settle(self, event: Event, at: int) -> None:
        if not self._is_off(event):
            self.settled.append((event.fields["conflict"], frozenset(event.fields["events"])))

    _KINDS: ClassVar[dict[str, Callable[[Fold, Event, int], None]]] = {
        "begin": _begin,
        "set": _set,
        "add-document": _add_document,
        "correct": _correct,
        "place": _place,
        "add-case": _add_case,
        "add-coder": _add_coder,
        "join": _membership,
        "leave": _membership,
        "memo": _memo,
        "edit-memo": _edit_memo,
        "withdraw-memo": _edit_memo,
        "summarise": _summarise,
        "verdict": _verdict,
        "propose": _propose,
        "answer": _answer,
        "disclose": _disclose,
        "adjudicate": _adjudicate,
        "finish": _finish,
        "unfinish": _finish,
        "settle": _settle,
        "carry": _carry,
        **REVIEW_KINDS,
    }


NAMED_PARTS = {"sets": "set", "views": "view", "queries": "query"}
"""What is kept in a project by name, and what one of it is called."""

_WITHOUT_CONTENT = frozenset((*SWITCHES, *WITHDRAWALS, *ERASURES, "seal", WITHHELD, ERASED))
"""The kinds of event that say what becomes of others, or nothing."""

EVENT_KINDS = frozenset((*CODEBOOK, *_WITHOUT_CONTENT, *Fold._KINDS))
"""The kinds of event that this version knows."""


def values(given: Mapping[str, Any]) -> dict[str, Value | None]:
    """Return variables as an event's plain values have them."""
    return {name: read_value(value) for name, value in given.items()}


def _with_values(item: Any, said: Mapping[str, Any]) -> Any:
    variables = {**item.variables, **values(said.get("variables", {}))}
    name = said.get("name", item.name)
    return attrs.evolve(item, name=name, variables=variables)


def fold(log: Log, *, codebook_only: bool = False) -> Fold:
    """Return what the events of a log make together, or only the codebook that they make.

    Raises
    ------
    HistoryError
        When an event says what no event can say, or is of a kind that is not known.
    """
    made = Fold(log.timeline)
    made.off = log.switches.off
    made.hidden = log.hidden
    made.corrected = Corrected.of(log)
    # What a split gave to which part is about documents, and those may be withdrawn.
    few = codebook_only and not made.hidden.added
    with no_garbage_collected():
        for at in log.revisions if few else log.positions:
            made.apply(at)
    return made
