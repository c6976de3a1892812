"""Deciding, in the name of a consensus, what holds where coders differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from qualcode.errors import AssignmentError, DocumentError, ProjectError
from qualcode.io.tables.adjudication_table import read_adjudication_table
from qualcode.model.checks import check_label, check_texts
from qualcode.model.coding.adjudications import Adjudication
from qualcode.model.coding.memos import Coder, segment_place
from qualcode.model.log.registers import Conflict
from qualcode.model.texts.segments import Segment
from qualcode.project.adding import Adding
from qualcode.project.coding import Coding
from qualcode.project.disagreeing import Disagreement, Disagreements, find_disagreements
from qualcode.project.settling import DECIDED, Settling
from qualcode.stats.agreement.study import Study, agreement_study
from qualcode.stats.agreement.study.levels import NothingComparedError
from qualcode.stats.counting.units import Unit

__all__ = ["Adjudicating"]

CONSENSUS = "consensus"


class Adjudicating(Settling, Adding, Coding):
    """A project in which a consensus is reached."""

    def disagreements(
        self,
        *,
        unit: Unit = "segment",
        coders: str | Iterable[str] | None = None,
        codes: str | Iterable[str] | None = None,
        coverage: Mapping[str, Iterable[str]] | None = None,
        consensus: str = CONSENSUS,
    ) -> Disagreements:
        """Return the units on which coders differ, with who has what, and what was decided.

        None where there is one coder only, or no coding that could be compared.

        Parameters
        ----------
        unit : str, regular expression or callable, default "segment"
            What is compared, as for `study`: ``"segment"`` compares spans as coded, ``"paragraph"`` and the
            like what lies in one.
        coders, codes, coverage
            As for `study`.
        consensus : str, default "consensus"
            The coder whose decisions are looked up.

        Raises
        ------
        StatisticsError
            When fewer than two coders are named.

        Examples
        --------
        >>> import qualcode as qc
        >>> book = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money")])
        >>> project = qc.Project.new("Study", codebook=book, coder="ana")
        >>> document = project.add_document("We trust them.", id="a")
        >>> for coder, code in (("ana", "trust"), ("ben", "money")):
        ...     assignment = project.assign(("a", 0, 14), code, coder=coder)
        >>> (one,) = project.disagreements()
        >>> print(one)
        a:0-14 'We trust them.': ana: trust; ben: money
        >>> decision = project.adjudicate(one, "trust", reason="no money is mentioned")
        >>> print(project.disagreements())
        1 disagreement, 1 decided, 0 open
        >>> project.rollup(coders="consensus")["trust"]
        1
        """
        consensus = Coder(consensus).id
        try:
            study = agreement_study(
                self.state, unit=unit, coders=coders, codes=codes, coverage=coverage
            )
        except NothingComparedError:
            return Disagreements()
        return find_disagreements(self.state, study, consensus=consensus)

    def adjudicate(
        self,
        disagreement: Disagreement | Segment | tuple[str, int, int],
        codes: str | Iterable[str] = (),
        *,
        coder: str = CONSENSUS,
        by: str | None = None,
        reason: str = "",
    ) -> Adjudication:
        """Decide which codes hold on a segment, in the name of a consensus.

        They become the consensus coder's assignments there. What each coder had stays as it is, for studies
        of agreement, and is kept with the decision. It counts in place of theirs as soon as the consensus
        has finished the document: ``project.finish("a", coder="consensus")``.

        Parameters
        ----------
        disagreement : Disagreement, Segment, or (document id, start, end)
            One of `disagreements`; or any place, where those are taken for different who have other codes
            on exactly these words.
        codes : str or iterable of str
            Ids or names of the codes that hold; none where no code applies.
        coder : str, default "consensus"
            The consensus; it is added, of that kind, where it does not exist.
        by : str, optional
            Who decides; the project's author when not given.
        reason : str
            Why.

        Raises
        ------
        ProjectError
            When the coder exists and is no consensus.
        AssignmentError
            When a code cannot be assigned; nothing is changed then.
        """
        if isinstance(disagreement, Disagreement):
            placed, had = self._own(disagreement.segment), disagreement.had
        else:
            placed = self._own(disagreement)
            had = self._had(placed)
        given = check_texts(codes, what="codes", error=AssignmentError)
        wanted = [self._recorder.fold.draft.assignable(each).id for each in given]
        reason = check_label(reason, what="reason", error=ProjectError)
        who = self._who(by)
        self._check_consensus(coder)
        return self._adjudicate(placed, list(dict.fromkeys(wanted)), had, coder, who, reason)

    def _had(self, placed: Segment) -> dict[str, tuple[str, ...]]:
        """Return what each person who read a document has on exactly these words."""
        document, place = placed.document.id, (placed.document.id, placed.start, placed.end)
        fold, read = self._recorder.fold, {}
        rows = self._recorder.standing(document)
        for id, coder in fold.coders.items():
            marks = fold.finished.get(id)
            own = [key for key, held in rows.items() if key[4] == id]
            by_hand = any(rows[key][2] in ("hand", "import") for key in own)
            if coder.kind == "person" and (document in marks if marks else by_hand):
                codes = [
                    self.codebook.resolve(key[3], (*place, id)) for key in own if key[:3] == place
                ]
                read[id] = tuple(dict.fromkeys(codes))
        return read

    def _check_consensus(self, coder: str) -> None:
        known = self._recorder.fold.coders.get(Coder(coder).id)
        if known is None:
            self._check_case(coder)
        elif known.kind != "consensus":
            raise ProjectError(
                f"{coder!r} is a {known.kind}, and a decision is that of a consensus: name another coder, or "
                f"say that it is one with set_kind({coder!r}, 'consensus')"
            )

    def _adjudicate(
        self,
        placed: Segment,
        codes: list[str],
        had: Mapping[str, tuple[str, ...]],
        coder: str,
        who: str,
        reason: str,
    ) -> Adjudication:
        place = (placed.document.id, placed.start, placed.end)
        target = f"segment:{place[0]}:{place[1]}-{place[2]}"
        fields = {
            "coder": coder,
            "codes": codes,
            "had": {id: list(each) for id, each in had.items()},
        }
        words = {"reason": reason} if reason else {}
        made = self._recorder.fold.adjudications
        done = self._did("adjudicate", target, fields, words, coder=who)
        known = made.get((*place, coder))
        standing = {
            self.codebook.resolve(key[3], (*place, coder))
            for key in self._recorder.standing(place[0])
            if (*key[:3], key[4]) == (*place, coder)
        }
        same = known is not None and (list(known.codes), dict(known.had)) == (codes, dict(had))
        as_decided = (
            same and standing == set(codes) and not self._is_open(target, f"{DECIDED}{coder}")
        )
        if known is not None and (
            done is not None or (as_decided and reason in ("", known.reason))
        ):
            return known
        with self._step(who):
            self._doing(who)
            if coder not in self._recorder.fold.coders:
                self._add_coder(Coder(coder, kind="consensus"), by=who)
            self._record("adjudicate", target, fields, words, coder=who)
            for code in sorted(standing - set(codes)):
                self.retract(placed, code, coder=coder)
            for code in codes:
                if code not in standing:
                    self.assign(placed, code, coder=coder)
        return self._recorder.fold.adjudications[*place, coder]

    def adopt_agreed(
        self,
        *,
        unit: Unit = "segment",
        coders: str | Iterable[str] | None = None,
        coverage: Mapping[str, Iterable[str]] | None = None,
        coder: str = CONSENSUS,
        by: str | None = None,
    ) -> int:
        """Give a consensus the codes of the units on which all who read them agree.

        Parameters
        ----------
        unit, coders, coverage
            As for `disagreements`.
        coder : str, default "consensus"
            The consensus.
        by : str, optional
            Who does it; the project's author when not given.

        Returns
        -------
        int
            How many units that is; those about which it decided before are left alone.
        """
        study = agreement_study(self.state, unit=unit, coders=coders, coverage=coverage)
        return self._adopt(study, study.table.documents, coder, self._who(by))

    def finish_decided(
        self,
        *,
        unit: Unit = "segment",
        coders: str | Iterable[str] | None = None,
        coverage: Mapping[str, Iterable[str]] | None = None,
        documents: str | Iterable[str] | None = None,
        coder: str = CONSENSUS,
        by: str | None = None,
    ) -> tuple[str, ...]:
        """Finish, for a consensus, the documents in which no disagreement is open.

        It is given what all agree on there, as by `adopt_agreed`; from then on it counts there in place of
        those whom it was made from.

        Parameters
        ----------
        unit, coders, coverage
            As for `disagreements`.
        documents : str or iterable of str, optional
            Finish none but these.
        coder : str, default "consensus"
            The consensus.
        by : str, optional
            Who does it; the project's author when not given.

        Returns
        -------
        tuple of str
            The ids of the documents, which at least two read and the consensus had not finished.

        Raises
        ------
        AssignmentError
            When all agree on a code that cannot be assigned any more; nothing is changed then.

        Examples
        --------
        >>> import qualcode as qc
        >>> book = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money")])
        >>> project = qc.Project.new("Study", codebook=book, coder="ana")
        >>> documents = project.add_documents({"a": "We trust them.", "b": "We pay them."})
        >>> for coder, code in (("ana", "trust"), ("ben", "money")):
        ...     assignment = project.assign(("a", 0, 14), "trust", coder=coder)
        ...     assignment = project.assign(("b", 0, 12), code, coder=coder)
        >>> project.finish_decided()
        ('a',)
        >>> decision = project.adjudicate(("b", 0, 12), "money")
        >>> project.finish_decided()
        ('b',)
        """
        study = agreement_study(self.state, unit=unit, coders=coders, coverage=coverage)
        found = find_disagreements(self.state, study, consensus=Coder(coder).id)
        left = {each.segment.document.id for each in found.open}
        left |= self._recorder.fold.finished.get(coder, {}).keys()
        chosen = (
            study.table.documents
            if documents is None
            else [
                self._document(each).id
                for each in check_texts(documents, what="documents", error=DocumentError)
            ]
        )
        ready = [id for id in study.table.documents if id in chosen and id not in left]
        who = self._who(by)
        self._check_consensus(coder)
        if ready:
            with self._step(who):
                self._adopt(study, ready, coder, who)
                if coder not in self._recorder.fold.coders:
                    self._add_coder(Coder(coder, kind="consensus"), by=who)
                self.finish(ready, coder=coder)
        return tuple(ready)

    def _adopt(self, study: Study, documents: Iterable[str], coder: str, who: str) -> int:
        """Give a consensus what all agree on in some documents; say on how many units."""
        self._check_consensus(coder)
        wanted = set(documents)
        found = find_disagreements(self.state, study, consensus=Coder(coder).id, agreed=True)
        # What was decided stays decided.
        fresh = [
            (each, list(next(iter(each.had.values()))))
            for each in found
            if each.decision is None and each.segment.document.id in wanted
        ]
        for each, codes in fresh:
            for code in codes:
                try:
                    self._recorder.fold.draft.assignable(code)
                except AssignmentError as error:
                    segment = each.segment
                    raise AssignmentError(
                        f"all agree on {code!r} in {segment.document.id!r} at {segment.start}-{segment.end}, "
                        f"and {error}: settle that, adjudicate this place, or leave the document out"
                    ) from error
        with self._step(who):
            for each, codes in fresh:
                self._adjudicate(each.segment, codes, each.had, coder, who, "")
        return len(fresh)

    def apply_adjudication(
        self, path: str | Path, *, coder: str = CONSENSUS, by: str | None = None, reason: str = ""
    ) -> int:
        """Decide what a table says that was written with `Disagreements.write` and filled in.

        In the column ``decision`` stand codes, by id or name, with ``;`` between them, or ``none`` where no
        code applies; a row without one is left open. What each coder had is what the table says, as it was
        before those who decided. It can be read again after more of it was filled in.

        Parameters
        ----------
        path : str or Path
            A CSV or XLSX file.
        coder : str, default "consensus"
            The consensus.
        by : str, optional
            Who decided; the project's author when not given.
        reason : str
            For rows that have none of their own.

        Returns
        -------
        int
            How many decisions are new, or other than before.

        Raises
        ------
        AssignmentError
            When rows do not fit; the first are named, and nothing is decided.
        """
        rows = read_adjudication_table(path, self.documents, self.codebook, self.coders)
        reason = check_label(reason, what="reason", error=ProjectError)
        who = self._who(by)
        self._check_consensus(coder)
        made = self._recorder.fold.adjudications
        number = 0
        with self._step(who):
            for row in rows:
                place = (row.segment.document.id, row.segment.start, row.segment.end, coder)
                known = made.get(place)
                why = row.reason or reason
                if known is not None:
                    known = known.resolved(self.codebook)
                    if (known.codes, known.had, known.reason) == (row.codes, row.had, why):
                        continue
                self._adjudicate(row.segment, list(row.codes), row.had, coder, who, why)
                number += 1
        return number

    # A conflict between two decisions

    def _write(self, conflict: Conflict, value: Any, who: str, reason: str) -> None:
        if not conflict.field.startswith(DECIDED):
            super()._write(conflict, value, who, reason)
            return
        coder = conflict.field.removeprefix(DECIDED)
        place = segment_place(conflict.target)
        placed = self._own(place)
        known = self._recorder.fold.adjudications[(*place, coder)]
        codes = [self._recorder.fold.draft.assignable(each).id for each in value]
        self._adjudicate(placed, codes, known.had, coder, who, reason)
