"""Texts that were edited outside: listed, and made part of the history."""

from __future__ import annotations

from qualcode.errors import CorrectionError, ProjectError
from qualcode.io.store.text_views import TextEdit
from qualcode.io.store.writing import Store
from qualcode.model.checks import check_flag, check_text
from qualcode.model.correction_list import Effect
from qualcode.model.texts.corrections import check_clean, merge_texts
from qualcode.project.correcting import Correcting

__all__ = ["Adopting"]


class Adopting(Correcting):
    """A project in a folder, the texts of which people can edit with any program."""

    _store: Store

    @property
    def text_edits(self) -> tuple[TextEdit, ...]:
        """The files in `documents/` that were edited outside, and wait to be adopted.

        Each is an edit of exactly one version of a text. The project goes on with the texts in its log until
        somebody adopts the edit; saving never writes over one.
        """
        return self._store.text_edits(self._recorder)

    def adopt(
        self,
        document: str | None = None,
        *,
        coder: str | None = None,
        reason: str = "",
        dry_run: bool = False,
    ) -> tuple[Effect, ...]:
        """Make texts that were edited outside corrections of the project's; see `correct`.

        Where the text was corrected since the file was made, the edit and that correction are united if they
        changed different words. The next save puts the file of the new version in the edited one's place.

        Parameters
        ----------
        document : str, optional
            Id of the document; all that were edited when not given.
        coder : str, optional
            Who edited it; the project's author when not given.
        reason : str
            Why.
        dry_run : bool, default False
            Only return what it would do.

        Returns
        -------
        tuple of Effect
            For each text what becomes of its passages; nothing where no text was edited.

        Raises
        ------
        NotFoundError
            When there is no such document.
        CorrectionError
            When an edit cannot be adopted: it holds marks of a merge conflict, is no UTF-8, or changed words
            that were corrected otherwise since. Nothing is adopted then.

        Examples
        --------
        >>> from pathlib import Path
        >>> import qualcode as qc
        >>> project = qc.Project.create("edited", codebook=qc.Codebook("study"), coder="ana")
        >>> _ = project.add_document("We share one budgte.", id="a")
        >>> project.save()
        >>> (file,) = Path("edited/documents").glob("a.*.txt")
        >>> _ = file.write_text("We share one budget.", encoding="utf-8")
        >>> [edit.document for edit in project.text_edits]
        ['a']
        >>> print(*project.adopt(reason="a slip of the keyboard"))
        a: 1 place changed; of 0 passages 0 kept, 0 changed within, 0 quarantined
        >>> project.documents["a"].text, project.text_edits
        ('We share one budget.', ())
        """
        reason = check_text(reason, what="reason", error=ProjectError)
        dry_run = check_flag(dry_run, what="dry_run", error=ProjectError)
        id = None if document is None else self._document(document).id
        edits = self._store.text_edits(self._recorder, id)
        who = self._who(coder)
        if dry_run:
            return tuple(
                self.correct(edit.document, self._adoptable(edit), coder=who, dry_run=True)
                for edit in edits
            )
        with self._step_or_nothing(who):
            # One after another: a text may have been edited in the files of two versions.
            effects = [
                self.correct(edit.document, self._adoptable(edit), coder=who, reason=reason)
                for edit in edits
            ]
            for edit in edits:
                self._store.adopted(edit)
        return tuple(effects)

    def _adoptable(self, edit: TextEdit) -> str:
        """Return the text that an edit comes to, with what was corrected since its file was made."""
        if edit.fault:
            raise CorrectionError(f"{edit.file}: cannot be adopted: {edit.fault}")
        before = self._recorder.timeline.texts[edit.version]
        now = self.documents[edit.document].text
        try:
            return check_clean(merge_texts(before, now, edit.text), before)
        except CorrectionError as error:
            raise CorrectionError(
                f"{edit.file}: cannot be adopted: the text was corrected since the file was made, and "
                f"{error}. Put the edit into the file of the version in force, and remove this one"
            ) from error
