"""A study as another program's files hold it: checked, and not yet a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

import attrs
import numpy as np

from qualcode.errors import StudyError, did_you_mean
from qualcode.io.exchange.losses import Losses
from qualcode.model.checks import (
    check_items,
    check_kind,
    check_label,
    check_mapping,
    check_text,
    check_text_mapping,
    check_texts,
    check_whole,
    settle,
)
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.coding.memos import Coder, check_target, segment_place
from qualcode.model.ids import fold
from qualcode.model.log.rows import format_time, intern
from qualcode.model.mappings import Frozen
from qualcode.model.texts.documents import Case, Document, check_types
from qualcode.model.texts.originals import Original
from qualcode.model.times import as_moment, optional_time

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Carried",
    "Codings",
    "ElementCount",
    "Study",
    "StudyCoding",
    "StudyMemo",
    "elements_frame",
    "joined_memos",
]


@attrs.frozen
class ElementCount:
    """What became of the elements of one kind that a file holds; what was read is the sum of the rest.

    Parameters
    ----------
    element : str
        What they are, such as ``"code"``.
    read, kept, carried, lost : int
        How many there are; how many are in the project; how many are kept beside it, to be written again
        in their place; and how many are in neither.
    """

    element: str
    read: int
    kept: int = 0
    carried: int = 0
    lost: int = 0

    def __attrs_post_init__(self) -> None:
        check_label(self.element, what="an element", error=StudyError)
        for name in ("read", "kept", "carried", "lost"):
            check_whole(
                getattr(self, name), what=f"{name} of {self.element}", error=StudyError, least=0
            )
        if self.read != self.kept + self.carried + self.lost:
            raise StudyError(
                f"{self.element}: {self.read} were read, and {self.kept} kept, {self.carried} carried and "
                f"{self.lost} lost do not add up to that"
            )


def elements_frame(elements: Iterable[ElementCount]) -> pd.DataFrame:
    """Return a frame with a row for each kind of element: element, read, kept, carried, lost."""
    import pandas as pd

    names = [field.name for field in attrs.fields(ElementCount)]
    return pd.DataFrame(map(attrs.astuple, elements), columns=names)


@attrs.frozen
class StudyCoding:
    """One code on one stretch of a text, as a reader found it.

    Parameters
    ----------
    document : str
        Id of a document of the study.
    start, end : int
        Code points, 0-based, half-open.
    code : str
        Id of a code that can be assigned.
    coder : str
        Id of a coder of the study; empty where the file names nobody.
    time : str, date, datetime or None
        When it was assigned there.
    memo : str or None
        A note on it.
    weight : float or None
        A weight.
    """

    document: str
    start: int
    end: int
    code: str
    coder: str = ""
    time: Any = None
    memo: str | None = None
    weight: float | None = None


@attrs.frozen
class StudyMemo:
    """A note on something of a study.

    Parameters
    ----------
    target : str
        What it is about, as for `qualcode.Memo`, by the ids of the study.
    text : str
        The note.
    coder : str
        Id of a coder of the study; empty where the file names nobody.
    time : str, date, datetime or None
        When it was written there.
    id : str
        Its id in the file, where it has one.
    """

    target: str
    text: str
    coder: str = ""
    time: str | None = None
    id: str = ""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "target", check_target(self.target))
        settle(self, _MEMO_CHECKS, where=f"the memo on {self.target!r}", error=StudyError)
        if not self.text.strip():
            raise StudyError(f"the memo on {self.target!r} has no text: leave it out")


_MEMO_CHECKS: Mapping[str, Any] = {
    "text": check_text,
    "coder": check_text,
    "time": optional_time,
    "id": check_text,
}


def _originals(value: Iterable[Original]) -> tuple[Original, ...]:
    return check_items(value, Original, what="what is carried", error=StudyError)


@attrs.frozen
class Carried:
    """Something of a file that has no place in a project, and is kept beside it as it was.

    Parameters
    ----------
    target : str
        ``"project"``, or the document that it goes with, as ``"document:ID"``.
    originals : iterable of Original
        The files that hold it.
    fields : mapping
        What else must be known to write it again: texts, numbers, lists and mappings of these.
    """

    target: str
    originals: tuple[Original, ...] = attrs.field(converter=_originals)
    fields: Mapping[str, Any] = attrs.field(factory=dict, hash=False)


@attrs.frozen(repr=False)
class Codings(Sequence[StudyCoding]):
    """Many codings as columns, since there may be hundreds of thousands.

    Parameters
    ----------
    document, start, end, code, coder, memo, weight : sequence
        As in `StudyCoding`.
    made : sequence of int or None
        When each was assigned, in microseconds since 1970 in UTC.

    Examples
    --------
    >>> codings = Codings.of([StudyCoding("a", 0, 8, "trust", time="1970-01-02")])
    >>> codings.made, codings[0].code
    ((86400000000,), 'trust')
    """

    document: Sequence[str] = ()
    start: Sequence[int] = ()
    end: Sequence[int] = ()
    code: Sequence[str] = ()
    coder: Sequence[str] = ()
    made: Sequence[int | None] = ()
    memo: Sequence[str | None] = ()
    weight: Sequence[float | None] = ()

    def __attrs_post_init__(self) -> None:
        lengths = {field.name: len(getattr(self, field.name)) for field in attrs.fields(Codings)}
        if len({*lengths.values()}) > 1:
            raise StudyError(f"the columns of codings have different lengths: {lengths}")

    @classmethod
    def of(cls, codings: Iterable[StudyCoding]) -> Codings:
        """Return codings given one by one as columns."""
        listed = check_items(codings, StudyCoding, what="a study's codings", error=StudyError)
        return cls(
            tuple(each.document for each in listed),
            tuple(each.start for each in listed),
            tuple(each.end for each in listed),
            tuple(each.code for each in listed),
            tuple(each.coder for each in listed),
            tuple(
                None if each.time is None else as_moment(each.time, what="time", error=StudyError)
                for each in listed
            ),
            tuple(each.memo for each in listed),
            tuple(each.weight for each in listed),
        )

    @overload
    def __getitem__(self, index: int) -> StudyCoding: ...
    @overload
    def __getitem__(self, index: slice) -> Codings: ...
    def __getitem__(self, index: int | slice) -> StudyCoding | Codings:
        columns = [getattr(self, field.name)[index] for field in attrs.fields(Codings)]
        if isinstance(index, slice):
            return Codings(*columns)
        document, start, end, code, coder, made, memo, weight = columns
        time = None if made is None else format_time(made)
        return StudyCoding(document, start, end, code, coder, time, memo, weight)

    def __iter__(self) -> Iterator[StudyCoding]:
        return (self[row] for row in range(len(self)))

    def __len__(self) -> int:
        return len(self.document)

    def __repr__(self) -> str:
        return f"<{len(self)} codings>"


def joined_memos(memos: Iterable[str | None]) -> str | None:
    """Return the memos of codings that are one, each once, one below the other."""
    return "\n".join(dict.fromkeys(memo for memo in memos if memo)) or None


def _codings(value: Codings | Iterable[StudyCoding]) -> Codings:
    return value if isinstance(value, Codings) else Codings.of(value)


def _documents(value: Iterable[Document]) -> tuple[Document, ...]:
    return check_items(value, Document, what="a study's documents", error=StudyError)


def _cases(value: Iterable[Case]) -> tuple[Case, ...]:
    return check_items(value, Case, what="a study's cases", error=StudyError)


def _coders(value: Iterable[Coder]) -> tuple[Coder, ...]:
    return check_items(value, Coder, what="a study's coders", error=StudyError)


def _memos(value: Iterable[StudyMemo]) -> tuple[StudyMemo, ...]:
    return check_items(value, StudyMemo, what="a study's memos", error=StudyError)


def _elements(value: Iterable[ElementCount]) -> tuple[ElementCount, ...]:
    return check_items(value, ElementCount, what="a study's elements", error=StudyError)


def _carried(value: Iterable[Carried]) -> tuple[Carried, ...]:
    return check_items(value, Carried, what="what a study carries", error=StudyError)


def _remarks(value: Iterable[str]) -> tuple[str, ...]:
    return check_texts(value, what="a study's remarks", error=StudyError)


def _sets(value: object) -> Mapping[str, tuple[str, ...]]:
    given = check_mapping(value, what="a study's sets", error=StudyError)
    return Frozen(
        {
            check_text(name, what="a set's name", error=StudyError, empty=False): check_texts(
                codes, what=f"the set {name!r}", error=StudyError
            )
            for name, codes in given.items()
        }
    )


def _ids(value: object) -> Mapping[str, str]:
    return Frozen(check_text_mapping(value, what="a study's ids", error=StudyError))


@attrs.frozen(kw_only=True, repr=False)
class Study:
    """A whole study, as a file of another program holds it: what every reader of such files returns.

    A reader makes ids of names, converts offsets to code points, and says what it leaves out. Whether all
    fits together is checked here, so that what makes a project of it cannot fail half-way.

    Parameters
    ----------
    name : str
        The project's name.
    program : str
        Which program it comes from, in one short word, such as ``"nvivo"``; assignments keep it as their
        origin, ``import:nvivo``.
    codebook : Codebook
        The codes.
    documents : iterable of Document
        The texts, with variables and the cases they belong to.
    cases : iterable of Case
        The cases.
    coders : iterable of Coder
        Who coded.
    codings : Codings or iterable of StudyCoding
        What was coded.
    memos : iterable of StudyMemo
        Notes.
    sets : mapping of str to iterable of str
        Named groups of codes, by their ids.
    groups : mapping of str to iterable of str
        Named groups of documents, by their ids.
    orders : mapping of str to iterable of str
        For ordered categories, the values of a variable in their order.
    ids : mapping of str to str
        By target, such as ``"code:trust"`` and ``"document:int-01"``, the id that the thing has in the file.
    losses : Losses
        What is not in the study, or may be wrong.
    elements : iterable of ElementCount
        What became of each kind of element; counted from all the rest when not given.
    carried : iterable of Carried
        What is kept beside the project, to be written again.
    remarks : iterable of str
        What people should know of how the file was read.

    Raises
    ------
    StudyError
        When an id is used twice, or something names what the study does not have.

    Examples
    --------
    >>> from qualcode import Code
    >>> study = Study(
    ...     name="Wards",
    ...     program="taguette",
    ...     codebook=Codebook("wards", codes=[Code("trust")]),
    ...     documents=[Document(id="a", text="We trust them.")],
    ...     codings=[StudyCoding("a", 0, 8, "trust")],
    ... )
    >>> study
    <Study 'Wards' of taguette: 1 document, 1 code, 1 coding>
    """

    name: str
    program: str
    codebook: Codebook
    documents: tuple[Document, ...] = attrs.field(default=(), converter=_documents)
    cases: tuple[Case, ...] = attrs.field(default=(), converter=_cases)
    coders: tuple[Coder, ...] = attrs.field(default=(), converter=_coders)
    codings: Codings = attrs.field(factory=Codings, converter=_codings)
    memos: tuple[StudyMemo, ...] = attrs.field(default=(), converter=_memos)
    sets: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_sets)
    groups: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_sets)
    orders: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_sets)
    ids: Mapping[str, str] = attrs.field(factory=dict, converter=_ids)
    losses: Losses = attrs.field(factory=Losses)
    elements: tuple[ElementCount, ...] = attrs.field(default=(), converter=_elements)

    carried: tuple[Carried, ...] = attrs.field(default=(), converter=_carried)
    remarks: tuple[str, ...] = attrs.field(default=(), converter=_remarks)

    def __attrs_post_init__(self) -> None:
        for field in ("name", "program"):
            check_text(
                getattr(self, field), what=f"a study's {field}", error=StudyError, empty=False
            )
        check_kind(self.codebook, Codebook, what="a study's codebook", error=StudyError)
        check_kind(self.losses, Losses, what="a study's losses", error=StudyError)
        known = {
            "document": _once("document", (each.id for each in self.documents)),
            "case": _once("case", (each.id for each in self.cases)),
            "coder": _once("coder", (each.id for each in self.coders)),
            "code": frozenset(self.codebook.codes),
        }
        check_types(self.documents)
        check_types(self.cases)
        for each in self.documents:
            for case in each.cases:
                _check_known(case, "case", known["case"], f"document {each.id!r}")
        for name, codes in self.sets.items():
            for code in codes:
                _check_known(code, "code", known["code"], f"the set {name!r}")
        for name, documents in self.groups.items():
            for document in documents:
                _check_known(document, "document", known["document"], f"the group {name!r}")
        lengths = {each.id: len(each.text) for each in self.documents}
        for memo in self.memos:
            self._check_memo(memo, known, lengths)
        self._check_codings(known, lengths)
        if not self.elements:
            object.__setattr__(self, "elements", self._counted())

    def _check_memo(
        self, memo: StudyMemo, known: Mapping[str, frozenset[str]], lengths: Mapping[str, int]
    ) -> None:
        where = f"the memo on {memo.target!r}"
        kind, _, id = memo.target.partition(":")
        if kind in ("memo", "revision"):
            raise StudyError(
                f"{where}: a study has memos on what was coded, not on memos or revisions"
            )
        if memo.coder:
            _check_known(memo.coder, "coder", known["coder"], where)
        if kind == "segment":
            document, _, end = segment_place(memo.target)
            _check_known(document, "document", known["document"], where)
            if end > lengths[document]:
                raise StudyError(
                    f"{where} ends after the text, which has {lengths[document]} code points"
                )
        elif kind in known:
            _check_known(id, kind, known[kind], where)

    def _check_codings(
        self, known: Mapping[str, frozenset[str]], lengths: Mapping[str, int]
    ) -> None:
        codings = self.codings
        if not codings:
            return
        number, documents = intern(codings.document)
        for each in documents:
            _check_known(each, "document", known["document"], "a coding")
        for each in dict.fromkeys(codings.code):
            _check_known(each, "code", known["code"], "a coding")
            self.codebook.assignable(each)
        for each in dict.fromkeys(codings.coder):
            if each:
                _check_known(each, "coder", known["coder"], "a coding")
        start, end = np.asarray(codings.start, np.int64), np.asarray(codings.end, np.int64)
        limit = np.array([lengths[each] for each in documents], np.int64)[number]
        odd = np.flatnonzero(~((start >= 0) & (start < end) & (end <= limit)))
        if len(odd):
            first = codings[int(odd[0])]
            raise StudyError(
                f"{len(odd)} codings lie outside their texts: {first.start}–{first.end} is no span of "
                f"document {first.document!r}, which has {lengths[first.document]} code points"
            )

    def _counted(self) -> tuple[ElementCount, ...]:
        """Return what became of each kind of element, where the reader did not count."""
        kept = {
            "document": len(self.documents),
            "case": len(self.cases),
            "coder": len(self.coders),
            "code": len(self.codebook.codes),
            "coding": len(self.codings),
            "memo": len(self.memos),
            "set": len(self.sets),
        }
        lost: dict[str, int] = {}
        for each in self.losses:
            if each.severity == "loss":
                lost[each.element] = lost.get(each.element, 0) + each.count
        return tuple(
            ElementCount(
                name, kept.get(name, 0) + lost.get(name, 0), kept.get(name, 0), 0, lost.get(name, 0)
            )
            for name in dict.fromkeys((*kept, *lost))
            if kept.get(name) or lost.get(name)
        )

    def __repr__(self) -> str:
        parts = {
            "document": len(self.documents),
            "code": len(self.codebook.codes),
            "coding": len(self.codings),
        }
        told = ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in parts.items())
        return f"<Study {self.name!r} of {self.program}: {told}>"

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each kind of element: element, read, kept, carried, lost."""
        return elements_frame(self.elements)


def _once(what: str, ids: Iterable[str]) -> frozenset[str]:
    """Return ids, each of which is there once, whatever its case."""
    seen: dict[str, str] = {}
    for id in ids:
        if fold(id) in seen:
            raise StudyError(
                f"a study's {what}s: {seen[fold(id)]!r} and {id!r} are one id: give each its own"
            )
        seen[fold(id)] = id
    return frozenset(seen.values())


def _check_known(id: str, what: str, known: frozenset[str], where: str) -> None:
    if id not in known:
        raise StudyError(
            f"{where} names the {what} {id!r}, which the study does not have.{did_you_mean(id, known)}"
        )
