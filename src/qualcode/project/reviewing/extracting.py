"""Extracting from sources by templates, alone and in pairs, and from tables that were filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qualcode.errors import ProjectError
from qualcode.io.forms import read_template
from qualcode.model.checks import check_mapping, shown
from qualcode.model.review.entries import form_target
from qualcode.model.review.field_values import FieldValue
from qualcode.model.review.form_parts import field_key, pairs_once
from qualcode.model.review.templates import Template
from qualcode.project.reviewing.filling import Filling, Quotes
from qualcode.stats.synthesis.extraction import Extraction, extraction

__all__ = ["Extracting"]


class Extracting(Filling):
    """A review in which data are extracted from sources."""

    def extract(
        self,
        source: str,
        template: str | Path | Mapping[str, Any] | Template,
        values: object = None,
        *,
        quotes: Quotes | None = None,
        notes: Mapping[str, str] | None = None,
        row: object = None,
        coder: str | None = None,
    ) -> None:
        """Fill in fields of a template for a source: all of them, or some now and more later.

        Values of each coder are their own. What is filled in anew takes the place of what the coder had
        there; None takes it back.

        Parameters
        ----------
        source : str
            Id of a document or, as ``"case:ID"`` where a document has the same, of a case.
        template : str, Path, mapping or Template
            Id of one that the project uses or that comes with the library, a file, what such a file says, or
            a template. What it asks is kept in the project.
        values : mapping, or pairs
            By field its value, of the field's type, or as text.
        quotes : mapping, optional
            By field the words of the source that the value rests on; see `appraise`.
        notes : mapping of str to str, optional
            By field what there is to say of it.
        row : str or int, optional
            Which row, where a source has several: any name.
        coder : str, optional
            Who extracts; the project's author when not given.

        Raises
        ------
        NotFoundError
            When there is no such source, template or field.
        ProjectError
            When that is no value of a field, a field is filled in twice, a row is missing, or a quote does
            not stand in the source.

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.load_project("collaboration-reviews").review()
        >>> review.extract("72", "impacts", {"outcome": "completion", "effect": "OR 2.07 (1.26–3.41)"}, row=1)
        >>> review.extraction("impacts").rows[0].values["effect"]["low"]
        1.26
        """
        of = self._template(template)
        name = of.check_row(row)
        given = pairs_once(values, what=f"values of {of.name}")
        found: dict[str, FieldValue | None] = {}
        for id, value in given.items():
            of[id]
            try:
                found[id] = None if value is None else of.checked(id, value)
            except ProjectError as problem:
                raise ProjectError(f"source {source!r}: {problem}") from problem
        self._fill(of, source, name, found, notes, quotes, coder)

    def reconcile_extraction(
        self,
        template: str,
        decisions: Mapping[tuple[str, ...], object] | None = None,
        *,
        coder: str = "consensus",
        notes: Mapping[tuple[str, ...], str] | None = None,
    ) -> Extraction:
        """Record in the name of a consensus what all extractors agree on, and what was decided elsewhere.

        Parameters
        ----------
        template : str
            Id of the template.
        decisions : mapping, optional
            By source and field, as ``("72", "year")``, or source, row and field, what was agreed on.
        coder : str, default "consensus"
            Id of the consensus, which is added where there is none of the name.
        notes : mapping, optional
            By the same why it was decided so.

        Returns
        -------
        Extraction
            What is extracted now; its `disagreements` are those that are left.

        Raises
        ------
        ProjectError
            When the coder is a person, or that is no value.
        """
        of = self.extraction(template).template
        found = []
        for place, value in check_mapping(decisions, what="decisions", error=ProjectError).items():
            source, row, field = _place(of, place)
            found.append((source, row, field, of.checked(field, value)))
        why = {
            _place(of, place): note
            for place, note in check_mapping(notes, what="notes", error=ProjectError).items()
        }
        self._reconcile(of, found, coder, why)
        return extraction(self.state, of)

    def _template(self, given: str | Path | Mapping[str, Any] | Template) -> Template:
        """Return a template: of an id first the one that the project uses."""
        held = self.state.review.forms.get(form_target(Template.kind, str(given)))
        return Template.of(held) if isinstance(given, str) and held else read_template(given)


def _place(of: Template, given: object) -> tuple[str, str, str]:
    wanted = 3 if of.rows else 2
    if not (isinstance(given, tuple) and len(given) == wanted):
        named = "source, row and field" if of.rows else "source and field"
        raise ProjectError(f"a decision on {of.name} is named by its {named}, not {shown(given)}")
    source, *row, field = (str(field_key(each)) for each in given)
    return source, of.check_row(row[0] if row else None), field
