"""Appraising sources by instruments, alone and in pairs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qualcode.errors import ProjectError
from qualcode.io.forms import read_instrument
from qualcode.model.checks import check_mapping, shown
from qualcode.model.review.entries import RECORDED, form_target
from qualcode.model.review.field_values import FieldValue
from qualcode.model.review.form_parts import field_key, pairs_once
from qualcode.model.review.instruments import Instrument
from qualcode.model.review.sources import source_target
from qualcode.project.reviewing.filling import Filling, Quotes
from qualcode.stats.synthesis.appraisal import Appraisal, appraisal

__all__ = ["Appraising"]


class Appraising(Filling):
    """A review in which sources are appraised."""

    def appraise(
        self,
        source: str,
        instrument: str | Path | Mapping[str, Any] | Instrument,
        answers: object = None,
        *,
        notes: Mapping[str, str] | None = None,
        quotes: Quotes | None = None,
        recorded: str | None = None,
        coder: str | None = None,
    ) -> None:
        """Answer items of an instrument for a source: all of them, or some now and more later.

        Answers of each coder are their own. What is answered anew takes the place of what the coder answered
        before; None takes it back. What the rule gives is computed when it is asked for and kept nowhere; see
        `appraisal`.

        Parameters
        ----------
        source : str
            Id of a document or, as ``"case:ID"`` where a document has the same, of a case.
        instrument : str, Path, mapping or Instrument
            Id of one that the project uses or that comes with the library, a file, what such a file says, or
            an instrument. What it asks is kept in the project.
        answers : mapping, or pairs
            By item the answer, in words or short.
        notes : mapping of str to str, optional
            By item what there is to say of it.
        quotes : mapping, optional
            By item the words of the source that the answer rests on, word for word but for white space, case
            and the look of quotation marks; a list for several, and a pair with more of the words around
            where they stand in several places.
        recorded : str, optional
            The overall rating that the appraiser or a publication gives. It is kept beside the computed one.
        coder : str, optional
            Who appraises; the project's author when not given.

        Raises
        ------
        NotFoundError
            When there is no such source, instrument or item.
        ProjectError
            When that is no answer or rating, an item is answered twice, or a quote does not stand in the
            source.

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.load_project("collaboration-reviews").review()
        >>> review.appraise("26", "amstar2", {1: "yes", 2: "no"}, coder="ana")
        >>> review.appraise("26", "amstar2", {2: "partial yes"}, recorded="high", coder="ana")
        >>> found = review.appraisal("amstar2")["26"]
        >>> found.answers, found.rated("recorded"), len(found.missing)
        ({'1': 'yes', '2': 'partial yes'}, 'high', 14)
        """
        of = self._instrument(instrument)
        given = pairs_once(answers, what=f"answers to {of.name}")
        values: dict[str, FieldValue | None] = {}
        for id, value in given.items():
            of[id]
            values[id] = None if value is None else of.checked(id, value)
        if recorded is not None:
            values[RECORDED] = of.check_rating(recorded)
        self._check_once(of, source, values, coder)
        self._fill(of, source, "", values, notes, quotes, coder)

    def reconcile_appraisal(
        self,
        instrument: str,
        decisions: Mapping[tuple[str, str], str] | None = None,
        *,
        coder: str = "consensus",
        notes: Mapping[tuple[str, str], str] | None = None,
    ) -> Appraisal:
        """Record in the name of a consensus what all appraisers agree on, and what was decided elsewhere.

        What each of them answered stays.

        Parameters
        ----------
        instrument : str
            Id of the instrument.
        decisions : mapping, optional
            By source and item, as ``("26", "2")``, the answer that was agreed on.
        coder : str, default "consensus"
            Id of the consensus, which is added where there is none of the name.
        notes : mapping, optional
            By source and item why it was decided so.

        Returns
        -------
        Appraisal
            How sources are appraised now; its `disagreements` are those that are left.

        Raises
        ------
        ProjectError
            When the coder is a person, or that is no answer.

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.load_project("collaboration-reviews").review()
        >>> review.appraise("26", "amstar2", {1: "yes", 2: "no"}, coder="ana")
        >>> review.appraise("26", "amstar2", {1: "yes", 2: "yes"}, coder="ben")
        >>> len(review.appraisal().disagreements)
        1
        >>> done = review.reconcile_appraisal("amstar2", {("26", "2"): "yes"})
        >>> len(done.disagreements), done["26"].answers
        (0, {'1': 'yes', '2': 'yes'})
        """
        of = self.appraisal(instrument).instrument
        found = []
        for place, answer in check_mapping(decisions, what="decisions", error=ProjectError).items():
            source, item = _pair(place)
            rated = item == RECORDED
            found.append(
                (source, "", item, of.check_rating(answer) if rated else of.checked(item, answer))
            )
        why = {
            (source, "", item): note
            for place, note in check_mapping(notes, what="notes", error=ProjectError).items()
            for source, item in [_pair(place)]
        }
        self._reconcile(of, found, coder, why)
        return appraisal(self.state, of)

    def _instrument(self, given: str | Path | Mapping[str, Any] | Instrument) -> Instrument:
        """Return an instrument: of an id first the one that the project uses."""
        held = self.state.review.forms.get(form_target(Instrument.kind, str(given)))
        return Instrument.of(held) if isinstance(given, str) and held else read_instrument(given)

    def _check_once(
        self, of: Instrument, source: str, values: Mapping[str, object], coder: str | None
    ) -> None:
        target = source_target(source, self._project.documents, self._project.cases)
        who, form = self._project._who(coder), form_target(of.kind, of.id)
        held = {
            each.field
            for each in self._project._recorder.fold.review.entries.values()
            if (each.source, each.form, each.coder) == (target, form, who)
        }
        back = {id for id, value in values.items() if value is None}
        of.check_once((held - back) | {id for id in values if id not in back})


def _pair(place: object) -> tuple[str, str]:
    if not (isinstance(place, tuple) and len(place) == 2):
        raise ProjectError(
            f"a decision is named by its source and its item, as ('26', '2'), not {shown(place)}"
        )
    return str(field_key(place[0])), str(field_key(place[1]))
