"""Withdrawing documents and cases: out of every count and every moment, and back again."""

from __future__ import annotations

from typing import Any

from qualcode.errors import NotFoundError, ProjectError, did_you_mean
from qualcode.model.checks import check_label, check_text, looked_up
from qualcode.model.log.withdrawals import Withdrawal
from qualcode.project.editing import Editing

__all__ = ["Withdrawing"]


class Withdrawing(Editing):
    """A project from which documents and cases can be withdrawn."""

    def withdraw(self, what: str, *, coder: str | None = None, reason: str = "") -> Withdrawal:
        """Take a document, or a case with its documents, out of every result, past ones included.

        Its text, what is coded in it, memos on it, verdicts, decisions and finished marks are in no count, no
        export, no question and no past state from then on: consent does not depend on the moment that is
        asked for. What others code in it elsewhere, without knowing, is kept in the log and counted nowhere.
        That something was withdrawn, when and why stays (`withdrawals`). The files keep everything, so
        `reinstate` brings it back.

        Parameters
        ----------
        what : str
            Id of a document, or ``"case:ID"``: then its documents are withdrawn with it, also those that
            somebody adds to it elsewhere without knowing.
        coder : str, optional
            Who records it; the project's author when not given.
        reason : str
            Why. It stays visible, so it should not say what is to be forgotten.

        Returns
        -------
        Withdrawal
            What is kept of it. Withdrawing it again changes nothing.

        Raises
        ------
        NotFoundError
            When there is no such document or case.

        Examples
        --------
        >>> from qualcode import Code, Codebook, Project
        >>> project = Project.new("Study", codebook=Codebook("study", codes=[Code("trust")]))
        >>> _ = project.add_documents({"int-06": "We trust them.", "int-07": "I trust Joan."})
        >>> for document in ("int-06", "int-07"):
        ...     _ = project.assign((document, 0, 8), "trust", coder="ana")
        >>> withdrawn = project.withdraw("int-07", coder="ana", reason="consent withdrawn 3 May")
        >>> [each.segment.document.id for each in project.assignments], len(project.documents)
        (['int-06'], 1)
        >>> list(project.at(revision=1).documents)
        ['int-06']
        >>> project.reinstate("int-07", coder="ana", reason="was a mistake")
        >>> len(project.assignments)
        2
        """
        target = self._withdrawable(what)
        reason = check_label(reason, what="reason", error=ProjectError)
        words = {"reason": reason} if reason else {}
        known = self._withdrawal(target)
        if known is not None:
            self._did("withdraw", target, self._said_of(target), words, coder=self._who(coder))
            return known
        target = self._existing(target)
        fields = self._said_of(target)
        if self._did("withdraw", target, fields, words, coder=self._who(coder)) is None:
            self._record("withdraw", target, fields, words, coder=self._doing(coder))
        return self._withdrawal(target) or self._as_done(target, fields, reason, coder)

    def reinstate(self, what: str, *, coder: str | None = None, reason: str = "") -> None:
        """Bring back what was withdrawn, with everything that was done with it.

        Parameters
        ----------
        what : str
            Id of a document, or ``"case:ID"``, as it was withdrawn.
        coder : str, optional
            Who records it; the project's author when not given.
        reason : str
            Why.

        Raises
        ------
        NotFoundError
            When it is not withdrawn.
        """
        target = self._withdrawable(what)
        reason = check_label(reason, what="reason", error=ProjectError)
        words = {"reason": reason} if reason else {}
        if self._did("reinstate", target, {}, words, coder=self._who(coder)) is not None:
            return
        if self._withdrawal(target) is None:
            withdrawn = [each.target for each in self.withdrawals]
            raise NotFoundError(
                f"{target!r} is not withdrawn"
                + (f"; withdrawn are {', '.join(withdrawn)}" if withdrawn else "")
                + did_you_mean(target, withdrawn)
            )
        self._record("reinstate", target, {}, words, coder=self._doing(coder))

    def _withdrawable(self, what: str) -> str:
        """Return what is withdrawn as the log names it."""
        what = check_text(what, what="what", error=ProjectError, empty=False)
        kind, colon, _ = what.partition(":")
        if not colon:
            return f"document:{what}"
        if kind not in ("document", "case"):
            raise ProjectError(
                f"{looked_up(what)} cannot be withdrawn: give the id of a document, or 'case:ID'"
            )
        return what

    def _withdrawal(self, target: str) -> Withdrawal | None:
        return next((each for each in self.withdrawals if each.target == target), None)

    def _said_of(self, target: str) -> dict[str, Any]:
        """Return what the event says besides: the documents that a case has."""
        kind, _, id = target.partition(":")
        if kind != "case":
            return {}
        held = [each.id for each in self._recorder.fold.documents.values() if id in each.cases]
        return {"documents": held} if held else {}

    def _as_done(
        self, target: str, fields: dict[str, Any], reason: str, coder: str | None
    ) -> Withdrawal:
        """Return the withdrawal that an earlier run of a script made, and somebody took back since."""
        documents = len(fields.get("documents", ())) + target.startswith("document:")
        return Withdrawal(target, documents, self._who(coder), self._time(), reason, "")
