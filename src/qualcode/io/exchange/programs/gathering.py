"""Putting a study together from what a file of another program says; what does not fit is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import Any

import attrs

from qualcode.errors import QualcodeError, StudyError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.exchange.study import Codings, ElementCount, Study, StudyCoding, StudyMemo
from qualcode.io.raw.databases import Database
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.coding.memos import Coder
from qualcode.model.ids import fold, slug, unique_slug
from qualcode.model.texts.documents import Case, Document, Value
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.speakers import Speakers
from qualcode.model.texts.structure import Structure
from qualcode.model.times import time_text

__all__ = ["Gathering", "as_time", "line_of"]

_FORMS = ("%a %b %d %H:%M:%S %Y", "%m/%d/%Y %I:%M:%S %p", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S")
_NEAR = 40


def as_time(cell: object) -> str | None:
    """Return a time as programs write it in ISO 8601; None for what is none.

    Examples
    --------
    >>> as_time("2025-03-01 16:47:43"), as_time("Mon Jan 31 10:00:00 2011"), as_time("soon")
    ('2025-03-01T16:47:43Z', '2011-01-31T10:00:00Z', None)
    """
    if isinstance(cell, datetime):
        return time_text(cell)
    text = str(cell or "").strip()
    if not text:
        return None
    try:
        return time_text(datetime.fromisoformat(text.removesuffix("Z")))
    except (ValueError, QualcodeError):
        pass
    for form in _FORMS:
        try:
            return time_text(datetime.strptime(text, form))
        except (ValueError, QualcodeError):
            continue
    return None


def line_of(name: object) -> str:
    """Return a name in one line, without white space at its ends."""
    return " ".join(str(name or "").split())


@attrs.define
class _DraftCode:
    code: Code
    above: Hashable
    coded: bool = False


@attrs.define
class Gathering:
    """A study that grows: ids are made of names, and what does not fit is noted and not raised.

    Parameters
    ----------
    where : str
        The file, for messages.
    program : str
        As in `Study`.
    """

    where: str
    program: str
    documents: dict[Hashable, Document] = attrs.field(factory=dict)
    """By what the file calls them."""
    coders: dict[str, Coder] = attrs.field(factory=dict)
    cases: dict[Hashable, Case] = attrs.field(factory=dict)
    codings: list[StudyCoding] = attrs.field(factory=list)
    memos: list[StudyMemo] = attrs.field(factory=list)
    sets: dict[str, list[Hashable]] = attrs.field(factory=dict)
    losses: list[Loss] = attrs.field(factory=list)
    ids: dict[str, str] = attrs.field(factory=dict)
    _codes: dict[Hashable, _DraftCode] = attrs.field(factory=dict)
    _taken: dict[str, set[str]] = attrs.field(factory=dict)
    _numbers: dict[str, dict[str, int]] = attrs.field(factory=dict)
    _many: Counter[tuple[str, str, str]] = attrs.field(factory=Counter)
    _first: dict[tuple[str, str, str], str] = attrs.field(factory=dict)

    # What does not fit

    def lose(
        self,
        severity: str,
        element: str,
        reason: str,
        *,
        id: object = "",
        name: object = "",
        count: int = 1,
    ) -> None:
        """Note one thing that is not as the file has it, or several that are told together."""
        self.losses.append(Loss(severity, element, str(id), line_of(name), reason, count))

    def lose_many(
        self, severity: str, element: str, reason: str, *, count: int = 1, name: object = ""
    ) -> None:
        """Note things of a kind, which are listed as one with their number."""
        if count:
            self._many[severity, element, reason] += count
            self._first.setdefault((severity, element, reason), line_of(name))

    def lose_tables(self, base: Database, tables: Mapping[str, str]) -> None:
        """Note the rows of tables that have no place in a project of texts, by what they are."""
        for table, what in tables.items():
            number = base.count(table)
            self.lose_many("loss", what, "has no place in a project of texts", count=number)

    # What the file has

    def id_for(self, kind: str, name: str) -> str:
        """Return an id made of a name, that no other thing of a kind has."""
        taken = self._taken.setdefault(kind, set())
        numbers = self._numbers.setdefault(kind, {})
        made = unique_slug(name, taken, default=kind, numbers=numbers)
        taken.add(made)
        return made

    def add_document(
        self,
        key: Hashable,
        name: str,
        text: str,
        *,
        variables: Mapping[str, Value] | None = None,
        source: str | None = None,
        structure: Structure | None = None,
        speaking: Speakers | None = None,
    ) -> Document | None:
        """Add a document, and return it; one that cannot be kept is noted."""
        label = line_of(name) or "document"
        stem, _, ending = label.rpartition(".")
        short = stem if stem and len(ending) < 6 and " " not in ending else label
        clean = text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
        if clean != text:
            self.lose("damage", "document", "holds characters that no text can", id=key, name=label)
        try:
            document = Document(
                id=self.id_for("document", short),
                text=clean,
                name=label,
                variables=variables or {},
                source=source or None,
                structure=structure or Structure(),
                speaking=speaking,
            )
        except QualcodeError as error:
            self.lose("loss", "document", str(error), id=key, name=label)
            return None
        if "\N{REPLACEMENT CHARACTER}" in document.text:
            reason = "holds signs that stand for letters which were lost before"
            self.lose("note", "document", reason, id=key, name=label)
        self.documents[key] = document
        self.ids[f"document:{document.id}"] = str(key)
        return document

    def coder(self, name: object) -> str:
        """Return the id of a coder, who is added when met first; empty for none."""
        label = line_of(name)
        if not label:
            return ""
        id = label.encode()[:76].decode(errors="ignore").strip() or "coder"
        known = self.coders.setdefault(fold(id), Coder(id, label))
        return known.id

    def add_case(self, key: Hashable, name: str, *, variables: Mapping[str, Value]) -> Case:
        """Add a case, and return it."""
        label = line_of(name) or "case"
        case = Case(id=self.id_for("case", label), name=label, variables=variables)
        self.cases[key] = case
        self.ids[f"case:{case.id}"] = str(key)
        return case

    def join(self, document: Hashable, case: Hashable) -> None:
        """Put a document into a case."""
        held, id = self.documents[document], self.cases[case].id
        if id not in held.cases:
            self.documents[document] = attrs.evolve(held, cases=(*held.cases, id))

    def add_code(
        self,
        key: Hashable,
        name: str,
        *,
        definition: str = "",
        above: Hashable = None,
        colour: str | None = None,
        codable: bool = True,
        memos: tuple[str, ...] = (),
        id: str = "",
    ) -> str:
        """Add a code, below the one of another key where that is given, and return its id."""
        label = line_of(name) or "code"
        made = id or self.id_for("code", label)
        self._taken.setdefault("code", set()).add(made)
        code = Code(
            made,
            name=label,
            definition=definition.strip(),
            colour=colour,
            codable=codable,
            memos=[each.strip() for each in memos if each.strip()],
        )
        self._codes[key] = _DraftCode(code, above)
        self.ids[f"code:{made}"] = str(key)
        return made

    def code_id(self, key: Hashable) -> str | None:
        """Return the id of the code of a key; None where there is none."""
        return self._codes[key].code.id if key in self._codes else None

    def group(self, name: str, code: Hashable) -> None:
        """Put a code into a named set."""
        members = self.sets.setdefault(line_of(name) or "set", [])
        if code not in members:
            members.append(code)

    def add_memo(
        self, target: str, text: object, *, coder: object = "", time: object = None, id: object = ""
    ) -> None:
        """Add a note; one without words is none."""
        words = str(text or "").replace("\0", "").strip()
        if words:
            self.memos.append(
                StudyMemo(target, words, self.coder(coder), as_time(time), str(id or ""))
            )

    def add_coding(
        self,
        document: Hashable,
        start: int,
        end: int,
        code: Hashable,
        *,
        coder: object = "",
        time: object = None,
        memo: object = None,
        weight: float | None = None,
        quote: str | None = None,
        id: object = "",
    ) -> tuple[int, int] | None:
        """Add a coding, put where its words stand if they are given; return where, or note why it is lost."""
        held = self.documents.get(document)
        if held is None or code not in self._codes:
            what = "document" if held is None else "code"
            self.lose("loss", "coding", f"its {what} is not in the file", id=id, name=quote or "")
            return None
        place = self.place(held, start, end, quote, id=id)
        if place is None:
            return None
        self._codes[code].coded = True
        words = str(memo or "").replace("\0", "").strip()
        self.codings.append(
            StudyCoding(
                held.id,
                *place,
                self._codes[code].code.id,
                self.coder(coder),
                as_time(time),
                words or None,
                weight,
            )
        )
        return place

    def place(
        self, document: Document, start: int, end: int, quote: str | None, *, id: object
    ) -> tuple[int, int] | None:
        """Return where something stands: as said if its words stand there, else where they do."""
        text, size = document.text, len(document.text)
        inside = 0 <= start < end <= size
        if not quote or not quote.strip():
            if not inside:
                empty = "is empty" if start == end else f"is no span of a text of {size} letters"
                self.lose("loss", "coding", f"{start}–{end} {empty}", id=id, name=document.name)
            return (start, end) if inside else None
        if inside and _same(text[start:end], quote):
            if text[start:end] != quote:
                reason = "its words in the file differ from the text in white space"
                self.lose_many("note", "coding", reason, name=quote)
            return start, end
        found = [(each.start, each.end) for each in _whole(document).find_all(quote, exact=True)]
        found = found or [(each.start, each.end) for each in _whole(document).find_all(quote)]
        near = [place for place in found if abs(place[0] - start) <= _NEAR]
        if len(near) == 1 or len(found) == 1:
            best = near[0] if len(near) == 1 else found[0]
            way = best[0] - start
            letters = f"{abs(way)} letter{'' if abs(way) == 1 else 's'}"
            reason = (
                f"its words stand {letters} {'later' if way > 0 else 'earlier'} than its offsets, and are "
                "put there"
                if abs(way) <= _NEAR
                else "its words do not stand at its offsets but elsewhere once, and are put there"
            )
            self.lose_many("note", "coding", reason, name=quote)
            return best
        if not inside:
            told = f"stand {len(found)} times in the text" if found else "do not stand in the text"
            self.lose("loss", "coding", f"its words {told}, and {start}–{end} is no span of it",
                      id=id, name=quote)  # fmt: skip
            return None
        told = f"stand {len(found)} times elsewhere" if found else "stand nowhere in the text"
        self.lose("damage", "coding", f"its words do not stand at {start}–{end} and {told}; it is kept there",
                  id=id, name=quote)  # fmt: skip
        return start, end

    # Putting it together

    def study(
        self,
        name: str,
        *,
        description: str = "",
        read: Mapping[str, int] | None = None,
    ) -> Study:
        """Return the study.

        Parameters
        ----------
        name : str
            Its name.
        description : str, optional
            Of the codebook.
        read : mapping of str to int, optional
            For elements, how many the file has; what is in the study when not given.
        """
        label = line_of(name) or self.program
        codes = self._placed_codes()
        sets: dict[str, list[str]] = {}
        for title, members in self.sets.items():
            known = [self._codes[key].code.id for key in members if key in self._codes]
            if known:
                sets[title] = known
        told = [
            Loss(severity, element, "", self._first[severity, element, reason], reason, count)
            for (severity, element, reason), count in self._many.items()
        ]
        losses = Losses([*self.losses, *told])
        try:
            return Study(
                name=label,
                program=self.program,
                codebook=Codebook(
                    slug(label) or self.program, name=label, description=description, codes=codes
                ),
                documents=self.documents.values(),
                cases=self.cases.values(),
                coders=self.coders.values(),
                codings=Codings.of(self.codings),
                memos=self.memos,
                sets=sets,
                ids=self.ids,
                losses=losses,
                elements=self._elements(read or {}, sets, losses),
            )
        except QualcodeError as error:
            raise StudyError(f"{self.where}: {error}") from error

    def _placed_codes(self) -> list[Code]:
        """Return the codes with their parents; siblings of one name are told apart."""
        beside: dict[tuple[str | None, str], int] = {}
        made = []
        for key, draft in self._codes.items():
            parent = self._parent(key)
            code = attrs.evolve(
                draft.code, parent=parent, codable=draft.code.codable or draft.coded
            )
            label, number = code.name, 2
            while (parent, fold(label)) in beside:
                label, number = f"{code.name} ({number})", number + 1
            if label != code.name:
                reason = f"another code beside it has this name; here it is {label!r}"
                self.lose("note", "code", reason, id=key, name=code.name)
            beside[parent, fold(label)] = 1
            made.append(attrs.evolve(code, name=label))
        return made

    def _parent(self, key: Hashable) -> str | None:
        above = self._codes[key].above
        if above is None:
            return None
        if above not in self._codes:
            self.lose("note", "code", "what it stands below is not in the file; here it stands on top",
                      id=key, name=self._codes[key].code.name)  # fmt: skip
            return None
        met, at = {key}, above
        while at is not None and at in self._codes:
            if at in met:
                self.lose("note", "code", "codes stand below themselves; here it stands on top",
                          id=key, name=self._codes[key].code.name)  # fmt: skip
                self._codes[key].above = None
                return None
            met.add(at)
            at = self._codes[at].above
        return self._codes[above].code.id

    def _elements(
        self, read: Mapping[str, int], sets: Mapping[str, Any], losses: Losses
    ) -> list[ElementCount]:
        kept = {
            "document": len(self.documents),
            "case": len(self.cases),
            "coder": len(self.coders),
            "code": len(self._codes),
            "coding": len(self.codings),
            "memo": len(self.memos),
            "set": len(sets),
        }
        lost: Counter[str] = Counter()
        for each in losses:
            if each.severity == "loss":
                lost[each.element] += each.count
        names = dict.fromkeys((*kept, *read, *lost))
        counts = []
        for name in names:
            here, gone = kept.get(name, 0), lost[name]
            total = max(read.get(name, 0), here + gone)
            if total:
                counts.append(ElementCount(name, total, total - gone, 0, gone))
        return counts


def _same(one: str, other: str) -> bool:
    return one == other or one.split() == other.split()


def _whole(document: Document) -> Segment:
    return Segment.whole(document)
