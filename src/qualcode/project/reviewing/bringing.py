"""Bringing search results in from files, and saying which of their records are one publication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualcode.errors import NotFoundError, ProjectError, did_you_mean
from qualcode.io.exchange.losses import Losses
from qualcode.io.references.decisions import read_decisions
from qualcode.io.references.records import Records, find_files, read_records
from qualcode.model.checks import check_label, check_text_mapping, looked_up
from qualcode.model.fold.tied import DUPLICATES, RULE, SAME, pair_target
from qualcode.model.ids import fold, slug
from qualcode.model.review.records import Record
from qualcode.model.review.ties import IdPair, in_order
from qualcode.project.duplicate_questions import DuplicateQuestions
from qualcode.project.reviewing.imported import ImportedDecisions, ImportedRecords
from qualcode.project.reviewing.screening import Screening
from qualcode.stats.synthesis.duplicates import find_duplicates

if TYPE_CHECKING:
    from qualcode.model.coding.memos import CoderKind

__all__ = ["Bringing"]

_THEIRS = "file:"
"""What ids of records begin with that are in a file only: none of a review has a colon."""

_PAIRS_AT_ONCE = 5000
"""Pairs of one event: a line of the log stays well below a megabyte."""


class Bringing(Screening, DuplicateQuestions):
    """A review into which search results are brought from files."""

    def import_records(
        self,
        files: str | Path | Iterable[str | Path],
        source: str | None = None,
        *,
        kind: str = "database",
        date: str | None = None,
        format: str | None = None,
        encoding: str | None = None,
        columns: Mapping[str, str] | None = None,
        coder: str | None = None,
    ) -> ImportedRecords:
        r"""Bring in what databases export: all records of all files, or none when one cannot be read.

        Each file is a search of its own. Records that surely are one publication are tied, and nothing is
        deleted; see `duplicates`. Run again, it adds nothing twice.

        Parameters
        ----------
        files : str, Path or iterable
            A file, a pattern such as ``"search/*.ris"``, or several.
        source : str, optional
            What was searched, such as ``"Medline"``; the name of each file when not given.
        kind : {"database", "register", "website", "organisation", "citations", "other"}
            What kind of source that is, as PRISMA 2020 tells them apart.
        date : str, optional
            When the search was made.
        format, encoding, columns
            As for `read_records`.
        coder : str, optional
            Who brings them in; the project's author when not given.

        Raises
        ------
        DocumentError
            When a file cannot be read.
        ProjectError
            For a kind of source that there is not.
        MissingExtraError
            When what compares records is not installed (extra ``references``).

        Examples
        --------
        >>> import qualcode as qc
        >>> for name, title in (("medline.ris", "Trust"), ("embase.ris", "TRUST.")):
        ...     said = f"TY  - JOUR\nTI  - {title}\nDO  - 10.1000/1\nPY  - 2020\nER  -\n"
        ...     _ = Path(name).write_text(said)
        >>> review = qc.Project.new("Partnerships", coder="ana").review()
        >>> review.import_records("*.ris")
        <2 records of 2 files: 2 new, 1 duplicate tied>
        """
        said = check_label(source, what="source", error=ProjectError)
        read: list[tuple[Path, Records]] = [
            (path, read_records(path, format=format, encoding=encoding, columns=columns))
            for path in find_files(files)
        ]
        project = self._project
        before = set(self._held.records)
        rows: list[tuple[str, str, int, int, int]] = []
        ids: list[str] = []
        losses = Losses()
        with project._step(project._who(coder)):
            for path, records in read:
                held = len(self._held.records)
                name = said or path.stem
                ids += self.add_records(
                    records, source=name, kind=kind, file=path.name, date=date or "", coder=coder
                )
                new = len(self._held.records) - held
                rows.append((path.name, name, len(records), new, len(records.without_title)))
                losses += records.losses
            tied = self._tie_new(before, coder)
        return ImportedRecords(tuple(rows), tuple(dict.fromkeys(ids)), tied, losses)

    def _tie_new(self, before: set[str], coder: str | None) -> int:
        """Tie records that are new to what they surely are one with, and return how many.

        What was there before is left as people left it: a tie that was undone is not made again.
        """
        records = self._held.records
        new = records.keys() - before
        if not new:
            return 0
        ties = self._project._recorder.fold.review.tying.content(records)
        found = find_duplicates(records, same=ties.same, apart=ties.apart)
        pairs = [
            in_order(group.kept, each)
            for group in found.groups
            for each in group.ids[1:]
            if each in new or group.kept in new
        ]
        who = self._project._who(coder)
        for at in range(0, len(pairs), _PAIRS_AT_ONCE):
            part = [list(pair) for pair in pairs[at : at + _PAIRS_AT_ONCE]]
            fields = {"pairs": part, SAME: True, "by": RULE}
            if self._project._did("tie-records", DUPLICATES, fields, coder=who) is None:
                self._project._record(
                    "tie-records", DUPLICATES, fields, coder=self._project._doing(who)
                )
        return len(pairs)

    def confirm_duplicates(self, *records: str, coder: str | None = None) -> None:
        """Say that records are one publication; the one imported first stands for all.

        Parameters
        ----------
        *records : str
            Their ids.
        coder : str, optional
            Who says so; the project's author when not given.

        Raises
        ------
        NotFoundError
            When there is no such record.
        ProjectError
            When these are not two records or more.
        """
        first, *others = self._several(records)
        if not others:
            raise ProjectError("confirm_duplicates takes the ids of two records or more")
        self._say([in_order(first, each) for each in others], same=True, coder=coder)

    def keep_apart(self, *records: str, coder: str | None = None) -> None:
        """Say that records are different publications, whatever the rule says of them now or later.

        Parameters
        ----------
        *records : str
            Their ids; of a single one, that it is another than all that it is tied to.
        coder : str, optional
            Who says so; the project's author when not given.

        Raises
        ------
        NotFoundError
            When there is no such record.
        ProjectError
            When a single one is tied to none.

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.Project.new("Partnerships", coder="ana").review()
        >>> one, other = review.add_records([qc.Record(title="Trust", number=at) for at in (1, 2)])
        >>> review.confirm_duplicates(one, other)
        >>> review.keep_apart(one, other)
        >>> review.duplicates()
        <0 of 2 records are duplicates; 2 publications, 0 pairs to be confirmed>
        """
        chosen = self._several(records)
        pairs = [in_order(*pair) for pair in combinations(chosen, 2)]
        if len(chosen) == 1:
            ties = self.state.review.ties.groups([*self._held.records])
            group = next((each for each in ties if chosen[0] in each), ())
            pairs = [in_order(chosen[0], each) for each in group if each != chosen[0]]
        if not pairs:
            raise ProjectError(f"{', '.join(chosen) or 'no record'}: is tied to no other record")
        self._say(pairs, same=False, coder=coder)

    def _several(self, records: Sequence[str]) -> list[str]:
        held = self._held.records
        for each in records:
            if each not in held:
                raise NotFoundError(
                    f"there is no record {looked_up(each)} among the {len(held):,} of the review."
                    f"{did_you_mean(str(each), held)}"
                )
        place = {id: at for at, id in enumerate(held)}
        return sorted(dict.fromkeys(records), key=place.__getitem__)

    def _say(self, pairs: Sequence[IdPair], *, same: bool, coder: str | None) -> None:
        project = self._project
        who = project._who(coder)
        fields: dict[str, Any] = {"pairs": [list(pair) for pair in pairs], SAME: same}
        if project._did("tie-records", DUPLICATES, fields, coder=who) is not None:
            return
        said = project._recorder.fold.review.tying.said
        if any(
            said.get(pair) is not same or project._is_open(pair_target(pair), SAME)
            for pair in pairs
        ):
            project._record("tie-records", DUPLICATES, fields, coder=project._doing(who))

    def import_decisions(
        self,
        file: str | Path,
        program: str | None = None,
        *,
        coder: str = "",
        coders: Mapping[str, str] | None = None,
        reasons: Mapping[str, str] | None = None,
        stage: str = "title-abstract",
        encoding: str | None = None,
    ) -> ImportedDecisions:
        r"""Take over what screeners decided in Rayyan, Covidence or ASReview: all of it, or nothing.

        Records are matched as duplicates are. What fits no record of the review is listed, and nothing else
        becomes of it.

        Parameters
        ----------
        file, program, coder, stage, encoding
            As for `read_decisions`.
        coders : mapping of str to str, optional
            For names in the file, the coders here: ``{"Ana Sato": "ana"}``. Others are the coders of
            that name, whatever its case, or new ones.
        reasons : mapping of str to str, optional
            For reasons in the file, the criteria here: ``{"Wrong population": "no adults"}``.

        Raises
        ------
        DocumentError
            When the file cannot be read.
        NotFoundError
            When a reason is no criterion of the review.

        Examples
        --------
        >>> import qualcode as qc
        >>> _ = Path("asreview.csv").write_text("title,asreview_label\nTrust,1\nMoney,0\n")
        >>> review = qc.Project.new("Partnerships", coder="ana").review()
        >>> ids = review.add_records([qc.Record(title="Trust")])
        >>> taken = review.import_decisions("asreview.csv", coder="ana")
        >>> taken, taken.unmatched[0].record.title
        (<1 decision of asreview taken over, 1 on records that are not here>, 'Money')
        """
        found = read_decisions(file, program, coder=coder, stage=stage, encoding=encoding)
        named = check_text_mapping(coders or {}, what="coders", error=ProjectError)
        meant = check_text_mapping(reasons or {}, what="reasons", error=ProjectError)
        matched = self._matched([each.record for each in found])
        taken: list[tuple[Any, str]] = []
        unmatched = []
        for each in found:
            id = matched.get(each.record.number)
            if id is None:
                unmatched.append(each)
                continue
            who = named.get(each.coder) or self._coder_called(each.coder)
            reason = meant.get(each.reason, each.reason)
            said = self._checked(id, each.decision, reason, each.note, each.stage)
            taken.append((said, who))
        project = self._project
        # Covidence exports what reviewers came to together, and not what each of them decided.
        kind: CoderKind = "consensus" if found.program == "covidence" and not coder else "person"
        names = {self._coder_called(name): name for name in found.coders if name not in named}
        with project._step(project._who(None)):
            for who in dict.fromkeys(who for _, who in taken):
                if who not in project._recorder.fold.coders:
                    project.add_coder(who, name=names.get(who, ""), kind=kind)
            for said, who in taken:
                self._decide(said, who)
        return ImportedDecisions(found.program, len(taken), tuple(unmatched), found.losses)

    def _coder_called(self, name: str) -> str:
        """Return the coder of a name, however it is written; a new id where there is none."""
        for each in self._project._recorder.fold.coders.values():
            if fold(name) in (fold(each.id), fold(each.name)):
                return each.id
        return slug(name)

    def _matched(self, given: Iterable[Record]) -> dict[int, str]:
        """Return for records of a file, by their numbers, the records here that stand for them."""
        held = self._held.records
        ties = self.state.review.ties
        theirs = {f"{_THEIRS}{each.number}": each for each in given}
        found = find_duplicates({**held, **theirs}, same=ties.same, apart=ties.apart)
        stands_for = {id: group.kept for group in found.groups for id in group.ids}
        # An export that has little but titles is matched by them, where one record alone fits.
        near: dict[str, set[str]] = {}
        for pair in found.to_confirm:
            ours, other = sorted(pair.ids, key=lambda id: id in theirs)
            if ours in held and other in theirs and "title" in pair.agree and not pair.differ:
                near.setdefault(other, set()).add(stands_for.get(ours, ours))
        matched: dict[int, str] = {}
        for id, record in theirs.items():
            kept = stands_for.get(id, id)
            fits = near.get(kept, set())
            if kept in held:
                matched[record.number] = kept
            elif len(fits) == 1:
                matched[record.number] = next(iter(fits))
        return matched
