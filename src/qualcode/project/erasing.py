"""Erasing documents and cases: gone from every file, for good, and from every copy that is united."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import ProjectError
from qualcode.io.store.layout import CODEBOOK
from qualcode.io.store.remains import Remainder
from qualcode.io.store.rewriting import Erasure, Plan
from qualcode.model.checks import check_flag, check_label
from qualcode.model.log.erasures import Scrubbing, came_back, scrubbing
from qualcode.model.log.event import SHORT, Event
from qualcode.model.log.log import Log
from qualcode.model.log.timeline import TEXTS
from qualcode.model.log.withdrawals import Reach, reach_of
from qualcode.model.readable import many
from qualcode.model.texts.folded_text import Folded, words
from qualcode.project.withdrawing import Withdrawing

__all__ = ["Erased", "Erasing", "Quoted", "Rewrote", "said_in"]

_RUN = 4
"""How many words in a row are a quote."""
_EXAMPLE = 3
"""How many words an example has that is taken for a quote as a whole."""


@attrs.frozen
class Quoted:
    """A place that still quotes or names what was erased: what people wrote about something else.

    Parameters
    ----------
    where : str
        What it is about, such as ``"code:trust"`` or ``"memo"``.
    field : str
        Which part of it.
    event : str
        Short id of the event that says it.
    text : str
        The words.
    """

    where: str
    field: str
    event: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}, {self.field} ({self.event}): {self.text}"


@attrs.frozen
class Erased:
    """What an erasure took out, and what it could not reach.

    Parameters
    ----------
    what : str
        What was erased, as it was called.
    documents, events, rows : int
        How many documents; how many events of the log were rewritten, and how many rows of coding.
    examples : tuple of str
        Examples in the codebook that quoted it, and are gone too.
    files : tuple of str
        Files that were removed or rewritten, below the project's folder.
    quoted : tuple of Quoted
        Places that still quote it in four words and more, or name it, to be looked at. Shorter quotes, full
        names among them, are not looked for: `Project.find_names` lists names, and `Project.pseudonymise`
        replaces words everywhere.
    remains : tuple of Remainder
        What may still hold it: stray files in the project's folders, git's history, backups, copies.
    event : str
        Short id of the event; empty for a dry run.
    """

    what: str
    documents: int
    events: int
    rows: int
    examples: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    quoted: tuple[Quoted, ...] = ()
    remains: tuple[Remainder, ...] = ()
    event: str = ""

    def __str__(self) -> str:
        would = "" if self.event else "a dry run, nothing was erased: "
        lines = [
            f"{would}{self.what}: {many(self.documents, 'document')}, "
            f"{many(self.events, 'event')} and {many(self.rows, 'row')} of coding"
        ]
        lines += [f"an example in the codebook goes with it: {each}" for each in self.examples]
        lines += [f"still quotes or names it: {each}" for each in self.quoted]
        if self.documents:
            lines.append(
                f"not looked for are words of its texts in examples of fewer than {_EXAMPLE} words and "
                f"elsewhere in quotes of fewer than {_RUN}, full names too: find_names "
                "(qualcode names) lists what looks like names, and pseudonymise replaces them"
            )
        lines += [f"still holds it: {each}" for each in self.remains]
        return "\n".join(lines)


@attrs.frozen
class Rewrote:
    """What was rewritten.

    Parameters
    ----------
    events : int
        How many events of the log, those included that seal rows.
    files : tuple of str
        Files that were rewritten or removed, below the project's folder.
    event : str
        Short id of the event that says so; empty where there is none.
    """

    events: int
    files: tuple[str, ...] = ()
    event: str = ""


class Erasing(Withdrawing):
    """A project from which documents and cases can be erased."""

    def erase(
        self,
        what: str,
        *,
        coder: str | None = None,
        reason: str = "",
        dry_run: bool = False,
    ) -> Erased:
        """Remove a document, or a case with its documents, from every file of the project, for good.

        Its texts in all versions, original files, names, variables and ids go, and all that is coded, noted
        and decided about it; of the log's lines stays that something was there, who did it and when. Every
        past state is as if it had been withdrawn. A project in a folder is saved, and rewritten at once, all
        or nothing. When a copy that still holds it is united with this one, it stays erased, together with
        what others wrote about it there without knowing.

        Nothing brings it back: make a backup first, if you may keep one, with `backup`.

        Parameters
        ----------
        what : str
            Id of a document, or ``"case:ID"``; it may be withdrawn.
        coder : str, optional
            Who records it; the project's author when not given.
        reason : str
            Why. It stays visible, so it should not say what is to be forgotten.
        dry_run : bool, default False
            Say what would go, and do nothing.

        Returns
        -------
        Erased
            What went, what people wrote elsewhere that still quotes it, and what git's history, backups and
            copies beside the folder still hold.

        Raises
        ------
        NotFoundError
            When there is no such document or case.
        StoreError
            When the folder cannot be written, or the codebook's file holds edits that were not applied. It is
            then as it was.

        Examples
        --------
        >>> from qualcode import Code, Codebook, Project
        >>> project = Project.new("Study", codebook=Codebook("study", codes=[Code("trust")]))
        >>> _ = project.add_documents({"int-06": "We trust them.", "int-07": "I trust Joan."})
        >>> for document in ("int-06", "int-07"):
        ...     _ = project.assign((document, 2, 7), "trust", coder="ana")
        >>> print(project.erase("int-07", coder="ana", reason="asked for it"))
        document:int-07: 1 document, 2 events and 1 row of coding
        not looked for are words of its texts in examples of fewer than 3 words and elsewhere ...
        >>> [each.segment.document.id for each in project.assignments]
        ['int-06']
        >>> print(project.withdrawals)
        an erased document, ..., ana: asked for it
        """
        reason = check_label(reason, what="reason", error=ProjectError)
        check_flag(dry_run, what="dry_run", error=ProjectError)
        target = self._withdrawable(what)
        who = self._who(coder)
        if not dry_run:
            self._up_to_date()
        if target not in self._recorder.fold.out:
            target = self._existing(target)
        documents = tuple(self._said_of(target).get("documents", ()))
        reach = _reach(self.log, target, documents)
        gone, kept = self._texts_by(reach)
        examples = tuple(self._quoting(gone, kept))
        plans: list[Erasure] = []

        def plan(log: Log) -> Erasure:
            plans.append(Erasure(scrubbing(log, _reach(log, target, documents), examples)))
            return plans[-1]

        count = sum(each.startswith("document:") for each in reach.targets)
        fields = {"what": target.partition(":")[0], "count": count, "added": list(reach.added)}
        quoted = tuple(self._still_quoting(reach, examples, gone, kept))
        made = self._rewrite(
            plan, "erase", fields, {"reason": reason} if reason else {}, coder=who, dry_run=dry_run
        )
        return Erased(
            target, count, made.events, plans[0].count, examples, made.files, quoted,
            self._remains(made.files, reach.added), made.event,
        )  # fmt: skip

    def _erase_again(self) -> None:
        """Take out of the files what other copies brought back of what was erased."""
        self._rewrite(_what_came_back, "erase", {}, {}, coder=self.author)

    def _quoting(self, gone: Collection[str], kept: Collection[str]) -> Iterator[str]:
        """Yield the examples in the codebook that are quotes of what goes, and of nothing that stays."""
        found: dict[str, None] = {}
        for event in self.log:
            for field, text in said_in(event.words):
                if field in ("examples", "counterexamples"):
                    found[text] = None
        for text in found:
            looked_for = _plain(text)
            # A word or two may be anybody's.
            if len(looked_for.split()) < _EXAMPLE:
                continue
            if _is_in(looked_for, gone) and not _is_in(looked_for, kept):
                yield text

    def _texts_by(self, reach: Reach) -> tuple[list[str], list[str]]:
        """Return the texts that go and those that stay, all versions, with plain words and spaces."""
        timeline = self._recorder.timeline
        found: dict[bool, dict[str, None]] = {True: {}, False: {}}
        for at, event in enumerate(timeline.events):
            if event.kind in TEXTS:
                id = reach.letters.meant("document", event.target.partition(":")[2], at)
                found[f"document:{id}" in reach.targets][event.fields["sha256"]] = None
        gone = [_plain(timeline.texts[sha]) for sha in found[True]]
        return gone, [_plain(timeline.texts[sha]) for sha in found[False]]

    def _still_quoting(
        self, reach: Reach, examples: Collection[str], gone: Collection[str], kept: Collection[str]
    ) -> Iterator[Quoted]:
        """Yield what people wrote about something else that quotes or names what goes."""
        names = self._names_of(reach)
        scrub = scrubbing(self.log, reach, examples)
        changed = scrub.events()
        runs = {run for text in gone for run in _runs(text)} - {
            run for text in kept for run in _runs(text)
        }
        for at, event in enumerate(self._recorder.timeline.events):
            left = changed.get(at, event)
            for field, text in (*said_in(left.words), *said_in(_with_words(left))):
                plain = _plain(text)
                if any(run in runs for run in _runs(plain)) or names & set(plain.split()):
                    yield Quoted(left.target or left.kind, field, left.id[:SHORT], text)
        for line in self._comments():
            plain = _plain(line)
            if any(run in runs for run in _runs(plain)) or names & set(plain.split()):
                yield Quoted("codebook.yaml", "comment", "", line.strip())
        rows = self._recorder.coding.events
        stays = ~scrub.gone_rows(rows)
        for row, text in rows.memos.items():
            plain = _plain(text)
            if stays[row] and (
                any(run in runs for run in _runs(plain)) or names & set(plain.split())
            ):
                document = rows.documents[rows.document[row]]
                place = f"segment:{document}:{rows.start[row]}-{rows.end[row]}"
                yield Quoted(place, "memo", "", text)

    def _comments(self) -> Iterator[str]:
        """Yield the comments that people wrote into the codebook's file."""
        folder = self._folder()
        if folder is not None and (folder / CODEBOOK).exists():
            lines = (folder / CODEBOOK).read_text(encoding="utf-8", errors="replace").splitlines()
            yield from (line.partition("#")[2] for line in lines[1:] if "#" in line)

    def _names_of(self, reach: Reach) -> set[str]:
        """Return the words of names and ids of what goes that nothing which stays has."""
        made = self._recorder.fold
        said: dict[bool, set[str]] = {True: set(), False: set()}
        held: list[tuple[str, Any]] = [
            *(
                (f"document:{id}", each)
                for id, each in {**made.documents, **made.withdrawn}.items()
            ),
            *((f"case:{id}", each) for id, each in made.cases.items()),
        ]
        for target, each in held:
            own = _plain(f"{each.id} {each.name}").split()
            said[target in reach.targets].update(word for word in own if not word.isdigit())
        return {word for word in said[True] - said[False] if len(word) > 2}

    @abstractmethod
    def _folder(self) -> Path | None:
        """Return the project's folder; nothing for one in memory only."""

    @abstractmethod
    def _up_to_date(self) -> None:
        """Save a project in a folder, and take over what others saved meanwhile."""

    @abstractmethod
    def _rewrite(
        self,
        plan: Callable[[Log], Plan],
        kind: str,
        fields: Mapping[str, Any],
        words: Mapping[str, Any],
        *,
        coder: str,
        dry_run: bool = False,
    ) -> Rewrote:
        """Rewrite lines of the log, and say so by an event."""

    @abstractmethod
    def _remains(self, files: Collection[str], added: Collection[str]) -> tuple[Remainder, ...]:
        """Return what is outside the folder and may still hold what was erased."""


def _reach(log: Log, target: str, documents: Collection[str]) -> Reach:
    return reach_of(log.timeline, log.count, log.switches.off, target, documents)


def _what_came_back(log: Log) -> Plan:
    return Erasure(came_back(log) or Scrubbing(log.timeline, lambda kind, id, at: False))


def _with_words(event: Event) -> Mapping[str, Any]:
    """Return what of the other fields are people's words: what they say of passages is not."""
    return {name: value for name, value in event.fields.items() if name in ("reason", "note")}


def said_in(said: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text that an event says, with the name of the field that it is in."""
    if isinstance(said, str):
        yield field, said
    elif isinstance(said, Mapping):
        for name, value in said.items():
            yield from said_in(value, str(name))
    elif isinstance(said, list | tuple):
        for value in said:
            yield from said_in(value, field)


def _plain(text: str) -> str:
    """Return the words of a text, folded, with one space between them."""
    folded = Folded.of(text).text
    return " ".join(word for word, _, _ in words(folded) if word.isalnum())


def _is_in(plain: str, texts: Collection[str]) -> bool:
    """Tell whether words stand in one of some plain texts, as whole words."""
    return any(f" {plain} " in f" {each} " for each in texts)


def _runs(plain: str) -> Iterator[tuple[str, ...]]:
    listed = plain.split()
    for at in range(len(listed) - _RUN + 1):
        yield tuple(listed[at : at + _RUN])
