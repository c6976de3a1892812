"""Saying who speaks in documents that are there, and looking at who does in all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from qualcode.errors import DocumentError, NotFoundError, did_you_mean
from qualcode.model.checks import (
    check_choice,
    check_mapping,
    check_optional_text,
    check_text,
    check_texts,
)
from qualcode.model.texts.documents import Case, Document, cases_labelled
from qualcode.model.texts.label_words import folded
from qualcode.model.texts.speakers import ROLES, Speaker, Speakers
from qualcode.model.texts.structure import Structure
from qualcode.model.texts.turns import find_turns, labels_met
from qualcode.project.adding import Adding

__all__ = ["Speaking", "speakers_said"]


class Speaking(Adding):
    """A project in which it is said who speaks."""

    def set_speakers(
        self,
        documents: str | Iterable[str],
        *,
        labels: Mapping[str, str | None] | None = None,
        pattern: str | re.Pattern[str] | None = None,
        roles: Mapping[str, str | None] | None = None,
        cases: Mapping[str, str | None] | None = None,
        coder: str | None = None,
    ) -> dict[str, Speakers]:
        r"""Say who speaks in documents, and keep the turns with them.

        Without anything else, what is found today is kept, so that a later version of qualcode that finds
        more changes nothing. No text changes, and no segment.

        Parameters
        ----------
        documents : str or iterable of str
            Ids of documents.
        labels : mapping of str to str or None, optional
            Labels with the name of their speaker; None for what is no label. What else is found stays.
        pattern : str or compiled regular expression, optional
            What a label looks like, with the name in the group ``speaker``; nothing else is looked for.
        roles : mapping of str to str or None, optional
            Speakers, by name or alias, and whether they are ``"interviewer"`` or ``"participant"``; None
            for neither.
        cases : mapping of str to str or None, optional
            Speakers, by name or alias, and the id or name of the case that each of them is; one that
            does not exist yet is made. Documents in which they speak join it.
        coder : str, optional
            Who says so; the project's author when not given.

        Returns
        -------
        dict of str to Speakers
            For each document, who speaks.

        Raises
        ------
        NotFoundError
            When there is no such document, nobody in them is called so, or no line begins with a label
            that is given.
        DocumentError
            When no label is found in one, or a role is none.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.Project.new("Study")
        >>> _ = project.add_document("the first / We left.\nthe second / Why?", id="a")
        >>> found = project.set_speakers(
        ...     "a", pattern=r"(?P<speaker>the \w+) /", roles={"the second": "interviewer"}
        ... )
        >>> list(found["a"]), project.documents["a"].speakers["the second"].role
        (['the first', 'the second'], 'interviewer')
        """
        ids = tuple(
            self._document(id).id
            for id in check_texts(documents, what="documents", error=DocumentError)
        )
        if pattern is None:
            _check_labels((self._document(id) for id in ids), labels)
        found = {id: self._speakers_of(id, labels, pattern) for id in ids}
        chosen = _roles(roles)
        made, ours = cases_labelled(
            self.cases,
            [each for each in _told(cases, "cases").values() if each is not None],
        )
        belonging = {
            label: None if case is None else ours[case]
            for label, case in _told(cases, "cases").items()
        }
        _check_named(found.values(), {**chosen, **belonging})
        found = {
            id: attrs.evolve(
                each, items=tuple(_with(who, chosen, belonging) for who in each.items_)
            )
            for id, each in found.items()
        }
        self._say_speakers(found, [made[id] for id in ours.values()], coder)
        return found

    def _speakers_of(
        self,
        id: str,
        labels: Mapping[str, str | None] | None,
        pattern: str | re.Pattern[str] | None,
    ) -> Speakers:
        """Return who speaks in a document, by what is said of labels or as it is known."""
        document = self._document(id)
        if not labels and pattern is None:
            speakers = document.speakers
        elif pattern is None and document.speakers.form in ("file", "voice"):
            # The file says where turns are, and what is found in the text would be less.
            named = {label: name or "" for label, name in (labels or {}).items()}
            turns = tuple(
                attrs.evolve(turn, name=named.get(turn.name, turn.name))
                for turn in document.speakers.turns
            )
            others = [part for part in document.structure if part.kind != "turn"]
            speakers = find_turns(document.text, Structure((*others, *turns)))
        else:
            others = [part for part in document.structure if part.kind != "turn"]
            speakers = find_turns(document.text, Structure(others), labels=labels, pattern=pattern)
            if document.speaking is not None:
                said = document.speaking
                speakers = attrs.evolve(
                    speakers, items=tuple(_as_said(each, said) for each in speakers.items_)
                )
        if not speakers:
            raise DocumentError(
                f"document {document.id!r}: no label is found in it, so nobody speaks; say what labels "
                "look like, with labels= or pattern="
            )
        return speakers

    def _say_speakers(
        self, found: Mapping[str, Speakers], cases: Iterable[Case], coder: str | None
    ) -> None:
        said = {}
        for id, speakers in found.items():
            said[id] = speakers_said(self._document(id), speakers)
        by = self._who(coder)
        news = []
        for id, words in said.items():
            done = self._did("set", f"document:{id}", {}, words, coder=by) is not None
            now = self._document(id)
            held = None if now.speaking is None else now.speaking.plain()
            if not done and {"structure": now.structure.plain(), "speakers": held} != words:
                news.append(id)
        joining = [
            (id, each.case)
            for id, speakers in found.items()
            for each in speakers.values()
            if each.case is not None and each.case not in self._document(id).cases
        ]
        if not news and not joining:
            return
        with self._step(self._doing(coder)):
            for new in cases:
                if new.id not in self._recorder.fold.cases:
                    self.add_case(new.id, name=new.name, coder=coder)
            for id in news:
                self._record("set", f"document:{id}", {}, said[id], coder=self._doing(coder))
            for id, case in joining:
                self.join(id, case, coder=coder)


def speakers_said(document: Document, speakers: Speakers) -> dict[str, Any]:
    """Return what an event says of who speaks in a document: the turns, and the people."""
    others = [part for part in document.structure if part.kind != "turn"]
    structure = Structure((*others, *speakers.turns))
    return {"structure": structure.plain(), "speakers": speakers.plain()}


def _check_labels(documents: Iterable[Document], labels: Mapping[str, str | None] | None) -> None:
    """Check that each label that somebody gives begins a line of one of the documents.

    Raises
    ------
    NotFoundError
        When one does not; with those that are like it.
    """
    told = check_mapping(labels, what="labels", error=DocumentError)
    if not told:
        return
    met: dict[str, str] = {}
    for document in documents:
        for each in document.speakers.values():
            met |= {folded(label): label for label in (each.name, *each.aliases)}
        met |= labels_met(document.text, document.structure)
    for label in told:
        name = check_text(label, what="a label", error=DocumentError)
        if folded(name) not in met:
            there = ", ".join(list(dict.fromkeys(met.values()))[:10]) or "none"
            raise NotFoundError(
                f"no line of these documents begins with the label {name!r}."
                f"{did_you_mean(name, met.values()) or f' Labels there: {there}'}"
            )


def _told(given: Mapping[str, str | None] | None, what: str) -> dict[str, str | None]:
    """Return what is said of speakers by their names, checked to be texts."""
    return {
        check_text(label, what=f"{what}: a speaker", error=DocumentError): check_optional_text(
            value, what=f"{what}: that of {label!r}", error=DocumentError
        )
        for label, value in check_mapping(given, what=what, error=DocumentError).items()
    }


def _roles(given: Mapping[str, str | None] | None) -> dict[str, str | None]:
    told = _told(given, "roles")
    for label, role in told.items():
        if role is not None:
            check_choice(role, ROLES, what=f"roles: that of {label!r}", error=DocumentError)
    return told


def _check_named(found: Iterable[Speakers], told: Iterable[str]) -> None:
    people = [each for speakers in found for each in speakers.values()]
    for label in told:
        if not any(each.is_called(label) for each in people):
            names = dict.fromkeys(each.name for each in people)
            raise NotFoundError(
                f"nobody called {label!r} speaks in these documents.{did_you_mean(label, names)}"
            )


def _as_said(speaker: Speaker, said: Speakers) -> Speaker:
    """Return a speaker with the role and the case that somebody had who was called so before."""
    for label in (speaker.name, *speaker.aliases):
        known = said.of(label)
        if known is not None:
            return attrs.evolve(speaker, role=known.role or speaker.role, case=known.case)
    return speaker


def _with(
    speaker: Speaker, roles: Mapping[str, str | None], cases: Mapping[str, str | None]
) -> Speaker:
    """Return a speaker with the role and the case that they were given."""
    for label, role in roles.items():
        if speaker.is_called(label):
            speaker = attrs.evolve(speaker, role=role)
    for label, case in cases.items():
        if speaker.is_called(label):
            speaker = attrs.evolve(speaker, case=case)
    return speaker
