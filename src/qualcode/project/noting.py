"""Memos and the journal of a project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from qualcode.errors import NotFoundError, ProjectError, did_you_mean
from qualcode.model.checks import check_label, check_text, check_texts, looked_up, plain_scalar
from qualcode.model.coding.memos import Memo
from qualcode.model.texts.segments import Segment
from qualcode.project.editing import Editing
from qualcode.project.view import memo_target

__all__ = ["Noting"]


class Noting(Editing):
    """A project that memos are written in."""

    def add_memo(
        self,
        target: str | Segment | Memo,
        text: str,
        *,
        coder: str | None = None,
        links: str | Memo | Iterable[str | Memo] = (),
    ) -> Memo:
        """Write a memo on anything; writing the same again changes nothing.

        Parameters
        ----------
        target : str, Segment or Memo
            ``"project"``, ``"code:ID"``, ``"document:ID"``, ``"case:ID"``, ``"coder:ID"``, ``"memo:ID"``,
            ``"revision:NUMBER"`` (or the start of its id), a segment, or a memo.
        text : str
            The note.
        coder : str, optional
            Who writes it; the project's author when not given.
        links : Memo, str, or several
            Memos that it refers to, or their ids.

        Raises
        ------
        NotFoundError
            When there is no such thing.
        """
        if isinstance(target, Segment):
            self._own(target)
        target, linked = memo_target(target), self._ids(links)
        text = check_text(text, what="text", error=ProjectError, empty=False)
        who = self._who(coder)
        fields: dict[str, Any] = {"links": list(linked)} if linked else {}
        done = None
        if self._earlier is not None and target.startswith("memo:"):
            # Also where the memo that it is on was withdrawn since.
            done = self._did("memo", target, fields, {"text": text}, coder=who)
        if done is None:
            target = self._existing(target)
            done = self._did("memo", target, fields, {"text": text}, coder=who)
        if done is None:
            linked = tuple(self._memo(id).id for id in linked)
        if done is not None:
            # As it is now, or as it was where it was withdrawn since.
            written = Memo(target, text, who, done.time, id=done.short, links=linked)
            return self._recorder.fold.memos.get(done.short, written)
        for memo in self._recorder.fold.memos.values():
            if (memo.target, memo.text, memo.coder, memo.links) == (target, text, who, linked):
                return memo
        event = self._record("memo", target, fields, {"text": text}, coder=self._doing(who))
        return self._recorder.fold.memos[event.short]

    def _ids(self, links: str | Memo | Iterable[str | Memo]) -> tuple[str, ...]:
        given: Any = [links] if isinstance(links, str | Memo) else plain_scalar(links)
        if isinstance(given, Iterable) and not isinstance(given, Mapping | bytes | bytearray):
            given = [each.id if isinstance(each, Memo) else each for each in given]
        return tuple(check_texts(given, what="links", error=ProjectError))

    def _memo(self, memo: str | Memo) -> Memo:
        id = memo.id if isinstance(memo, Memo) else memo
        memos = self._recorder.fold.memos
        if not isinstance(id, str) or id not in memos:
            raise NotFoundError(
                f"no memo has the id {looked_up(id)}, or it was withdrawn.{did_you_mean(id, memos)}"
            )
        return memos[id]

    def edit_memo(self, memo: Memo | str, text: str, *, coder: str | None = None) -> Memo:
        """Give a memo another text; the log keeps the earlier one.

        Parameters
        ----------
        memo : Memo or str
            The memo, or its id.
        text : str
            The new text.
        coder : str, optional
            Who edits it; the project's author when not given.

        Raises
        ------
        NotFoundError
            When there is no such memo, or it was withdrawn.
        """
        text = check_text(text, what="text", error=ProjectError, empty=False)
        if isinstance(memo, Memo) and self._did(
            "edit-memo", f"memo:{memo.id}", {}, {"text": text}, coder=self._who(coder)
        ):
            return self._recorder.fold.memos.get(memo.id, attrs.evolve(memo, text=text))
        known = self._memo(memo)
        if known.text != text or self._is_open(f"memo:{known.id}", "text"):
            self._record(
                "edit-memo", f"memo:{known.id}", {}, {"text": text}, coder=self._doing(coder)
            )
        return self._recorder.fold.memos[known.id]

    def withdraw_memo(
        self, memo: Memo | str, *, coder: str | None = None, reason: str = ""
    ) -> None:
        """Take a memo back; the log keeps it.

        Parameters
        ----------
        memo : Memo or str
            The memo, or its id.
        coder : str, optional
            Who withdraws it; the project's author when not given.
        reason : str
            Why.

        Raises
        ------
        NotFoundError
            When there is no such memo, or it was withdrawn already.
        """
        id = memo.id if isinstance(memo, Memo) else memo
        if isinstance(id, str) and self._did("withdraw-memo", f"memo:{id}", coder=self._who(coder)):
            return
        known = self._memo(memo)
        reason = check_label(reason, what="reason", error=ProjectError)
        words = {"reason": reason} if reason else {}
        self._record("withdraw-memo", f"memo:{known.id}", {}, words, coder=self._doing(coder))

    def write_journal(
        self,
        text: str,
        *,
        coder: str | None = None,
        links: str | Memo | Iterable[str | Memo] = (),
    ) -> Memo:
        """Write an entry of the project's journal; `journal` returns them all, by date.

        Parameters
        ----------
        text : str
            The entry.
        coder : str, optional
            Who writes it; the project's author when not given.
        links : Memo, str, or several
            Memos that it refers to, or their ids.
        """
        return self.add_memo("journal", text, coder=coder, links=links)
