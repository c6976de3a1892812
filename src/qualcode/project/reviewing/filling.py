"""Filling in forms: what appraising and extracting have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from qualcode.errors import NotFoundError, ProjectError
from qualcode.model.checks import check_label, check_mapping, looked_up, shown
from qualcode.model.review.entries import (
    Entry,
    entry_event,
    entry_field,
    entry_target,
    form_target,
)
from qualcode.model.review.field_values import FieldValue
from qualcode.model.review.form_parts import field_key
from qualcode.model.review.instruments import Instrument
from qualcode.model.review.sources import source_target
from qualcode.model.review.templates import Template
from qualcode.model.texts.segments import Segment
from qualcode.project.editing import Editing
from qualcode.project.form_questions import FormQuestions
from qualcode.project.proposing import nearest_passage, quoted_places
from qualcode.stats.synthesis.filled import cells_of, entries_of, is_consensus

__all__ = ["Filling", "Quotes"]

Place: TypeAlias = tuple[str, int, int]
Quotes: TypeAlias = Mapping[str, object]
"""By field the words of the source that a value rests on, several of them, or segments; as a pair with
more of the words around, where they stand in several places."""


@attrs.frozen
class _Filled:
    """What is to stand in a field."""

    value: FieldValue | None
    note: str
    places: tuple[Place, ...]


class Filling(FormQuestions):
    """A review whose forms are filled in."""

    _project: Editing

    def _put_to_use(self, form: Instrument | Template, who: str) -> None:
        """Record what a form asks, before it is filled in for the first time."""
        project, target = self._project, form_target(form.kind, form.id)
        said = form.to_mapping()
        words = {"definition": said}
        held = project._recorder.fold.review.forms.get(target)
        if project._did("form", target, {}, words, coder=who) is not None:
            return
        if held is None:
            project._record("form", target, {}, words, coder=project._doing(who))
        elif type(form).of(held).to_mapping() != said:
            raise ProjectError(
                f"this project uses another {form.kind} {form.id!r}, and answers to the one are none to "
                f"the other: give this one an id of its own, or fill in the project's by its id"
            )

    def _fill(
        self,
        form: Instrument | Template,
        source: str,
        row: str,
        values: Mapping[str, FieldValue | None],
        notes: object,
        quotes: object,
        coder: str | None,
    ) -> tuple[Entry, ...]:
        """Record checked values as one step, and return what the coder has filled in for that source."""
        project = self._project
        target = source_target(source, project.documents, project.cases)
        who = project._who(coder)
        place = target, form_target(form.kind, form.id), row
        made = self._filled(form, target, place, who, values, notes, quotes)
        with project._step_or_nothing(who):
            self._put_to_use(form, who)
            for field, each in made.items():
                self._write(place, field, each, who)
        held = project._recorder.fold.review.entries.values()
        return tuple(
            each
            for each in held
            if (each.source, each.form, each.row) == place and each.coder == who
        )

    def _write(self, place: tuple[str, str, str], field: str, filled: _Filled, who: str) -> None:
        project = self._project
        source, form, row = place
        target, register = entry_target(source, form, row), entry_field(field, who)
        value = None if filled.value is None else (filled.value, filled.note, filled.places)
        said = entry_event(target, register, value)
        assert said is not None
        if project._did(*said, coder=who) is not None:
            return
        known = project._recorder.fold.review.entries.get((*place, field, who))
        now = _Filled(None, "", ()) if known is None else _as_filled(known)
        if now != filled or project._is_open(target, register):
            project._record(*said, coder=project._doing(who))

    def _filled(
        self,
        form: Instrument | Template,
        target: str,
        place: tuple[str, str, str],
        who: str,
        values: Mapping[str, FieldValue | None],
        notes: object,
        quotes: object,
    ) -> dict[str, _Filled]:
        """Return what is to stand in each field: a note or quote alone goes with the value that is there."""
        noted = _by_field(form, notes, "notes")
        quoted = _by_field(form, quotes, "quotes")
        held = self._project._recorder.fold.review.entries
        found: dict[str, _Filled] = {}
        for field in dict.fromkeys((*values, *noted, *quoted)):
            known = held.get((*place, field, who))
            before = _Filled(None, "", ()) if known is None else _as_filled(known)
            value = values.get(field, before.value)
            if field in values and value is None:
                found[field] = _Filled(None, "", ())
                continue
            if value is None:
                what = "note" if field in noted else "quote"
                raise ProjectError(
                    f"{form.name}, field {field!r} of {looked_up(place[0])}: there is a {what} and no "
                    "value; give the value that it belongs to"
                )
            note = before.note
            if field in noted:
                note = check_label(noted[field], what=f"the note on {field!r}", error=ProjectError)
            places = before.places
            if field in quoted:
                what = f"{form.name}, field {field!r}"
                places = tuple(self._located(target, quoted[field], what))
            found[field] = _Filled(value, note, places)
        return found

    def _located(self, target: str, given: object, what: str) -> Iterator[Place]:
        """Yield the places of the quotes that a value rests on."""
        if given is None:
            return
        listed = isinstance(given, list) or (
            isinstance(given, tuple) and not all(isinstance(each, str) for each in given)
        )
        for each in given if listed else [given]:  # type: ignore[attr-defined]
            yield self._place(target, each, what)

    def _place(self, target: str, given: object, what: str) -> Place:
        documents = [self._project.documents[id] for id in self._texts(target)]
        if isinstance(given, Segment):
            if given.document.id not in {each.id for each in documents}:
                raise ProjectError(
                    f"{what}: the segment is of {given.document.id!r}, and not of {target}"
                )
            own = self._project._own(given)
            return own.document.id, own.start, own.end
        pair = given if isinstance(given, tuple) and len(given) == 2 else (given, "")
        quote, context = pair
        if not isinstance(quote, str) or not isinstance(context, str) or not quote.strip():
            raise ProjectError(
                f"{what}: a quote is the words of the source, or a pair of them with more of those "
                f"around, not {shown(given)}"
            )
        found = [each for one in documents for each in quoted_places(one, quote, context)]
        if not found:
            near = next((each for one in documents if (each := nearest_passage(one, quote))), None)
            told = f"the nearest passage is {near.quote!r}" if near else "no sentence shares a word"
            raise ProjectError(
                f"{what}: the quote {shown(quote)} does not stand in {looked_up(target)}, word for word; "
                f"{told}"
            )
        if len(found) > 1:
            raise ProjectError(
                f"{what}: the quote {shown(quote)} stands in {len(found)} places of {looked_up(target)}: "
                "give a pair of it and of more of the words around the one that is meant"
            )
        return found[0].document.id, found[0].start, found[0].end

    def _texts(self, target: str) -> list[str]:
        """Return the ids of the documents of a source."""
        kind, _, id = target.partition(":")
        if kind == "document":
            return [id]
        return [each.id for each in self._project.documents.values() if id in each.cases]

    # What several agree on

    def _reconcile(
        self,
        form: Instrument | Template,
        decisions: Iterable[tuple[str, str, str, FieldValue | None]],
        coder: str,
        notes: Mapping[tuple[str, str, str], str],
    ) -> None:
        """Record in the name of a consensus what all agree on, and what was decided."""
        project = self._project
        who = project._who(coder)
        form_id = form_target(form.kind, form.id)
        entries = [
            each
            for each in entries_of(self.state, form_id)
            if not is_consensus(self.state, each.coder)
        ]
        agreed: dict[tuple[str, str, str], tuple[FieldValue | None, str, tuple[Place, ...]]] = {}
        for place, cell in cells_of(self.state, entries).items():
            if len(cell.entries) > 1 and not cell.differs:
                spots = dict.fromkeys(
                    one for each in cell.entries for one in _as_filled(each).places
                )
                agreed[place] = cell.value, "", tuple(spots)
        for source, row, field, value in decisions:
            target = source_target(source, project.documents, project.cases)
            agreed[target, row, field] = value, notes.get((source, row, field), ""), ()
        if who in self.state.coders and not is_consensus(self.state, who):
            raise ProjectError(
                f"{who!r} is a {self.state.coders[who].kind}: what several agree on is kept under a coder of "
                "its own, such as coder='consensus'"
            )
        with project._step_or_nothing(project.author):
            if who not in self.state.coders:
                project.add_coder(who, kind="consensus")
            for (source, row, field), filled in agreed.items():
                self._write((source, form_id, row), field, _Filled(*filled), who)


def _as_filled(entry: Entry) -> _Filled:
    places = tuple((each.document, each.start, each.end) for each in entry.anchors)
    return _Filled(entry.value, entry.note, places)


def _by_field(form: Instrument | Template, given: object, what: str) -> dict[str, Any]:
    found = {}
    for name, value in check_mapping(given, what=what, error=ProjectError).items():
        key = field_key(name)
        if key not in form.fields and not (form.kind == "instrument" and key == "recorded"):
            try:
                form[key]
            except NotFoundError as problem:
                raise NotFoundError(f"{what}: {problem.args[0]}") from problem
        found[key] = value
    return found
