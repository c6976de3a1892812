"""Sentences that can be said in another language: each is text, and knows which sentence it is and of what.

The English of all is here, and nowhere else. A page has a table of the same names for each other language
(`serve/static/words-*.js`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

__all__ = ["SENTENCES", "Said", "said"]

SENTENCES: Mapping[str, str | tuple[str, str]] = MappingProxyType({
    # How parts are put together
    "colon": "{what}: {text}",
    "then": "{first}; {then}",
    "step": "{kind}: {what}",
    "step-more": "{what} … ({n:,} codings)",
    "rows": ("{n:,} row of coding", "{n:,} rows of coding"),
    # Events
    "begin": "begin the project {name!r}",
    "add-document": "add the document {what}",
    "add-case": "add the case {what}",
    "add-coder": "add the coder {what}",
    "correct": "correct the text of {what}",
    "place": "place {start}–{end} at {to_start}–{to_end} in {what}",
    "place-nowhere": "place {start}–{end} nowhere in {what}",
    "join": "{what} joins the case {case}",
    "leave": "{what} leaves the case {case}",
    "summary-withdrawn": "{what}, {node}: the summary is withdrawn",
    "judge": "{what}: {part} {level}",
    "judge-withdrawn": "{what}: {part} is judged no more",
    "back-link": "{sources} behind {what}",
    "back-link-withdrawn": "{sources} no more behind {what}",
    "set-review": "say the review's {names}",
    "add-records": ("{n:,} record from {source}", "{n:,} records from {source}"),
    "screen": "{what}, {stage}: {decision}",
    "screen-reason": "{what}, {stage}: {decision} ({reason})",
    "screen-withdrawn": "{what}, {stage}: decision taken back",
    "tie-records": ("{n:,} pair of records is one", "{n:,} pairs of records are one"),
    "part-records": ("{n:,} pair of records is kept apart", "{n:,} pairs of records are kept apart"),
    "sample-records": (
        "{n:,} record for {coder} as well, {stage}", "{n:,} records for {coder} as well, {stage}",
    ),
    "form": "put {what} to use",
    "form-withdrawn": "{what} is used no more",
    "fill-withdrawn": "{what}: taken back {fields}",
    "withdraw-memo": "withdraw-memo {what}",
    "accepted": "accepted {what}",
    "rejected": "rejected {what}",
    "edited": "edited {what}",
    "in": "{what} in {document}",
    "propose": "propose {kind}: {what}",
    "disclose": "open {what} to {client}",
    "disclose-program": "open {what} to a program",
    "adjudicate": "{coder} on {what}: {codes}",
    "adjudicate-none": "{coder} on {what}: no code",
    "finish": "finish {what}",
    "unfinish": "unfinish {what}",
    "settle": "settle as it is shown: {what} ({conflict})",
    "withdraw": "withdraw {what}",
    "reinstate": "reinstate {what}",
    "erase": "erase {what}",
    "erase-again": "erase what came back",
    "pseudonymise": "pseudonymise {what}",
    "pseudonymise-again": "pseudonymise what came back",
    "erased": "was erased",
    "carry": "carry {files} with {what}",
    "lost": "lost: it was damaged",
    "withheld": "withheld from this copy",
    "about-withdrawn": "about what was withdrawn",
    "undo": "undo {what}",
    "redo": "redo {what}",
    "assign": "assign {what}",
    "retract": "retract {what}",
    "quoted": "{code}: “{quote}”",
    # Revisions
    "adopt-named": "adopt the codebook {name!r}",
    "add-code": "add the code {what}",
    "add-code-under": "add the code {what} under {parent}",
    "rename": "rename {what} to {name!r}",
    "redefine-fields": "redefine {what} ({fields})",
    "move-below": "move {what} below {parent}",
    "move-to-root": "move {what} to the root",
    "reorder-codes": "reorder the codes",
    "merge": "merge {what} into {into}",
    "split": "split {what} into {parts}",
    "split-decided": "split {what} into {parts} ({n} decided)",
    "decide-n": ("decide {n:,} assignment of {what}", "decide {n:,} assignments of {what}"),
    "adopt-n": "adopt {what} ({n} codes)",
    "set-the-rollup": "set the rollup {what}",
    "drop-the-rollup": "drop the rollup {what}",
    "describe-codebook": "describe the codebook",
    "revert": "revert {what}",
    "revert-revision": "revert revision {what}",
    "revision": "{number} ({what})",
    # Revisions of which no more is said
    "code.add": "add {what}",
    "code.adopt": "adopt {what}",
    "code.decide": "decide {what}",
    "code.describe": "describe {what}",
    "code.drop-rollup": "drop-rollup {what}",
    "code.link": "link {what}",
    "code.merge": "merge {what}",
    "code.move": "move {what}",
    "code.recolour": "recolour {what}",
    "code.redefine": "redefine {what}",
    "code.rename": "rename {what}",
    "code.reorder": "reorder {what}",
    "code.restore": "restore {what}",
    "code.retire": "retire {what}",
    "code.set-rollup": "set-rollup {what}",
    "code.split": "split {what}",
    "code.unlink": "unlink {what}",
    # What waits to be done
    "to-place": "{quote!r} is at no certain place in the corrected text of {document!r}",
    "undecided": (
        "{n:,} assignment of {code!r}, which was split, has no part yet",
        "{n:,} assignments of {code!r}, which was split, have no part yet",
    ),
    "stale": (
        "{n:,} assignment of {code!r} by {coder} was made before revision {revision} changed what it means",
        "{n:,} assignments of {code!r} by {coder} were made before revision {revision} changed what it means",
    ),
    "owed": "{coder} has begun {document!r} and not finished it",
    "empty": "document {document!r} has no text",
    "not-coded": "document {document!r} has no code, and nobody has read it to the end",
    "no-definition": "code {code!r} has no definition",
    "no-example": "code {code!r} has no example",
    "never-used": "code {code!r} is never used",
    "used-once": "code {code!r} is used once",
    "codebook-edited": "the codebook's file was edited, and the edits are not part of the history",
})  # fmt: skip
"""Each sentence by its name, as `str.format` takes it; where a number `n` decides, for one and for more."""


class Said(str):
    """A sentence about something; it is its English text.

    Parameters
    ----------
    name : str
        Which sentence, of `SENTENCES`.
    **values
        What it is about: texts, numbers, other sentences, or tuples of these, which are shown with commas.

    Examples
    --------
    >>> made = Said("rename", what="trust", name="Confidence")
    >>> made
    "rename trust to 'Confidence'"
    >>> made.name, made.values["what"]
    ('rename', 'trust')
    """

    __slots__ = ("name", "values")
    name: str
    values: dict[str, Any]

    def __new__(cls, name: str, /, **values: Any) -> Self:
        """Say a sentence about something."""
        form = SENTENCES[name]
        if not isinstance(form, str):
            form = form[values["n"] != 1]
        flat = {
            each: ", ".join(value) if isinstance(value, tuple) else value
            for each, value in values.items()
        }
        made = super().__new__(cls, form.format(**flat))
        made.name, made.values = name, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.name,), self.values

    @property
    def data(self) -> dict[str, Any]:
        """The sentence for a page: its text, its name, and what it is about."""
        return {
            "text": str(self),
            "name": self.name,
            "values": {each: _plain(value) for each, value in self.values.items()},
        }


def said(name: str, /, **values: Any) -> Said | str:
    """Return a sentence where there is one of that name, and else the name and what it is about.

    For kinds of events and changes that were added elsewhere, of which no table knows.

    Examples
    --------
    >>> said("finish", what="int-01"), said("burn", what="int-01")
    ('finish int-01', 'burn int-01')
    """
    if name in SENTENCES:
        return Said(name, **values)
    return " ".join((name.rpartition(".")[2], *map(str, values.values())))


def _plain(value: Any) -> Any:
    if isinstance(value, Said):
        return value.data
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, int) else str(value)
