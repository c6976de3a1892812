"""Coding a project: assigning, retracting and recoding, one by one or from a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np

from qualcode.errors import AssignmentError
from qualcode.io.tables.assignment_files import read_assignment_table
from qualcode.io.tables.assignment_tables import events_from_frame
from qualcode.model.checks import (
    check_flag,
    check_kind,
    check_number,
    check_optional_text,
    is_missing,
    shown,
)
from qualcode.model.coding.assignments import Assignment
from qualcode.model.coding.suggestions import Verdict
from qualcode.model.ids import fold
from qualcode.model.log.rows import Events, Key, check_origin
from qualcode.model.texts.segments import Segment
from qualcode.project.editing import Editing
from qualcode.project.in_vivo import in_vivo_code, in_vivo_words
from qualcode.project.pending import Held

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Coding"]


class Coding(Editing):
    """A project that codes are assigned in."""

    # Verdicts that were gone through, the last of them, and the origins of what was accepted.
    _accepted: tuple[int, Verdict | None, dict[tuple[str, int, int, str, str], str]] = (0, None, {})

    def assign(
        self,
        segment: Segment | tuple[str, int, int],
        code: str | None = None,
        *,
        coder: str | None = None,
        memo: str | None = None,
        weight: float | None = None,
        origin: str = "hand",
        in_vivo: bool | Literal["new"] = False,
    ) -> Assignment:
        """Put a code on a segment; doing it twice is doing it once.

        Parameters
        ----------
        segment : Segment, or (document id, start, end)
            Any span of any length; overlapping is fine.
        code : str
            Id or name of a live, codable code; not with `in_vivo`.
        coder : str, optional
            Who assigns; the project's author when not given.
        memo : str, optional
            A note on this assignment.
        weight : float, optional
            A weight, such as an intensity.
        origin : str, default "hand"
            ``"hand"``, ``"import"`` or ``"suggestion"``, with a detail behind a colon if there is one. An
            assignment that stands keeps its own; and where the coder accepted a suggestion of the same code
            on the same segment, coding it by hand once more has the origin of the suggestion.
        in_vivo : bool or "new", default False
            Make a code of the segment's own words, and assign that. Codes that are much like it are shown
            first, by an error that names them; ``"new"`` makes another all the same.

        Raises
        ------
        AssignmentError
            When the code is not in use or only groups others, or the segment is of another project.
        SpanError
            When the span is empty, reversed or outside the text.
        NotFoundError
            When there is no such code or document.
        """
        placed = self._own(segment)
        if isinstance(code, list | tuple | set | frozenset):
            raise AssignmentError(
                f"assign puts one code on a segment, not {shown(code)}: call it once for each code"
            )
        if not isinstance(in_vivo, str) or in_vivo != "new":
            check_flag(in_vivo, what="in_vivo (or 'new')", error=AssignmentError)
        if in_vivo:
            if code is not None:
                raise AssignmentError(
                    f"in_vivo makes the code of the segment's own words: leave out code {code!r}"
                )
        elif code is None:
            raise AssignmentError("say which code is assigned: its id or name, or in_vivo=True")
        check_origin(origin)
        memo = check_optional_text(memo, what="memo", error=AssignmentError)
        weight = self._checked_weight(weight)
        if code is not None:
            code = self._code(code).id
            if origin == "hand":
                place = placed.document.id, placed.start, placed.end
                origin = self._accepted_before((*place, code, self._who(coder))) or origin
            known = self._assigned_before(placed, code, self._who(coder), memo, weight)
            if known is not None:
                return known
            self._recorder.fold.draft.assignable(code)
        words = in_vivo_words(self, placed, new=in_vivo == "new") if in_vivo else ""
        who = self._doing(coder)
        with self._step(who):
            if in_vivo:
                code = in_vivo_code(self, placed, who, words)
            return self._put(placed, code or "", who, memo=memo, weight=weight, origin=origin)

    def _accepted_before(self, key: tuple[str, int, int, str, str]) -> str | None:
        """Return the origin of what a coder accepted there once: coding it again is no blind coding."""
        verdicts = self._recorder.fold.verdicts
        if not verdicts:
            return None
        seen, last, known = self._accepted
        if not seen or seen > len(verdicts) or verdicts[seen - 1] is not last:
            seen, known = 0, {}
        for verdict in verdicts[seen:]:
            if verdict.became is not None:
                start, end, code = verdict.became
                origin = f"suggestion:{verdict.suggester}@{verdict.fingerprint.model}"
                known[verdict.document, start, end, code, verdict.coder] = origin
        self._accepted = len(verdicts), verdicts[-1], known
        return known.get(key)

    def _assigned_before(
        self, placed: Segment, code: str, who: str, memo: str | None, weight: float | None
    ) -> Assignment | None:
        """Return what an earlier run of the script assigned so, as it reads now, if it did.

        What was taken back since stays so, and what its code has become is what it is.
        """
        key = (placed.document.id, placed.start, placed.end, code, who)
        if self._earlier is None or not self._earlier.coded(key, memo, weight):
            return None
        standing = self._recorder.standing(placed.document.id).get(key)
        if standing is None:
            self._earlier.left.add(key)
        held_memo, held_weight, origin = standing or (memo, weight, "hand")
        reads = self.codebook.codes[self.codebook.resolve(code, (*key[:3], who))]
        return Assignment(placed, reads, who, self._time(), origin, code, held_memo, held_weight)

    def _checked_weight(self, weight: object) -> float | None:
        if is_missing(weight):
            return None
        number = check_number(weight, what="weight", error=AssignmentError)
        scale = self._recorder.fold.scale
        if scale and number not in scale:
            raise AssignmentError(f"weight {number:g} is not on {self._scale_told()}")
        return number

    def _scale_told(self) -> str:
        labels = self._recorder.fold.scale.items()
        return f"the project's scale: {', '.join(f'{each:g} ({label})' for each, label in labels)}"

    def _check_scale(self, events: Events) -> None:
        """Refuse rows whose weights are not on the project's scale."""
        scale = self._recorder.fold.scale
        if not scale:
            return
        odd = np.flatnonzero(~np.isnan(events.weight) & ~np.isin(events.weight, list(scale)))
        if len(odd):
            first = ", ".join(f"row {row + 1}: weight {events.weight[row]:g}" for row in odd[:5])
            more = f", and {len(odd) - 5} more" if len(odd) > 5 else ""
            raise AssignmentError(
                f"{len(odd)} rows cannot be assigned, so none was: {first}{more}: not on "
                f"{self._scale_told()}"
            )

    def _put(
        self,
        placed: Segment,
        code: str,
        who: str,
        *,
        memo: str | None,
        weight: float | None,
        origin: str,
    ) -> Assignment:
        assigned = self._recorder.fold.draft.assignable(code)
        key = (placed.document.id, placed.start, placed.end, assigned.id, who)
        time = self._time()
        known = self._recorder.standing(placed.document.id).get(key)
        kept_memo = memo if memo is not None else (known[0] if known else None)
        kept_weight = weight if weight is not None else (known[1] if known else None)
        # Where an assignment came from stays true whatever is noted on it later.
        origin = known[2] if known else origin
        before = self._coded_before(key, memo, weight, stands=known is not None)
        if known != (kept_memo, kept_weight, origin) and not before:
            self._record_row(key, time=time, origin=origin, memo=kept_memo, weight=kept_weight)
        return Assignment(placed, assigned, who, time, origin, assigned.id, kept_memo, kept_weight)

    def _coded_before(
        self, key: Key, memo: str | None, weight: float | None, *, stands: bool
    ) -> bool:
        """Tell whether an earlier run of the script did this, and it was changed or taken back since."""
        if self._earlier is None or not self._earlier.coded(key, memo, weight):
            return False
        if not stands:
            self._earlier.left.add(key)
        return True

    def retract(
        self,
        segment: Segment | tuple[str, int, int],
        code: str,
        *,
        coder: str | None = None,
    ) -> None:
        """Take back an assignment; the log keeps that it was there.

        Raises
        ------
        AssignmentError
            When this coder has no such assignment.
        """
        placed = self._own(segment)
        wanted = self._code(code).id
        who = self._who(coder)
        keys = self._keys(placed, wanted, who)
        if not keys:
            if self._retracted_before((placed.document.id, placed.start, placed.end, wanted, who)):
                return
            raise AssignmentError(
                f"{who!r} has not assigned {wanted!r} to {placed.start}–{placed.end} of document "
                f"{placed.document.id!r}, so it cannot be retracted"
            )
        earlier = self._earlier
        # Taken back by an earlier run, and assigned anew since: further down in the script, perhaps.
        keys = [key for key in keys if earlier is None or not earlier.took_back(key)]
        with self._step(who):
            for key in keys:
                self._record_row(key, time=self._time(), retracted=True)

    def _retracted_before(self, key: Key) -> bool:
        """Tell whether an earlier run of the script took this back; if so, so does this one."""
        if self._earlier is None or not self._earlier.retracted(key):
            return False
        self._earlier.left.discard(key)
        return True

    def _keys(self, placed: Segment, code: str, who: str) -> list[Key]:
        """Return the assignments of a coder on a segment that now read as a code."""
        place = (placed.document.id, placed.start, placed.end, who)
        standing = self._recorder.standing(placed.document.id)
        own = [key for key in standing if (*key[:3], key[4]) == place]
        return [key for key in own if self.codebook.resolve(key[3], place) == code]

    def recode(self, assignment: Assignment, code: str, *, coder: str | None = None) -> Assignment:
        """Give a segment another code than it was assigned, keeping memo, weight and origin.

        Parameters
        ----------
        assignment : Assignment
            One that stands.
        code : str
            Id or name of the code that it is to have instead.
        coder : str, optional
            Whose it is; the assignment's own coder when not given, since nobody changes what others coded.

        Raises
        ------
        AssignmentError
            When it does not stand, or the code cannot be assigned.
        """
        check_kind(assignment, Assignment, what="assignment", error=AssignmentError)
        who = assignment.coder if coder is None else self._who(coder)
        if who != assignment.coder:
            raise AssignmentError(
                f"the assignment is by {assignment.coder!r}: {who!r} can assign another code beside it, not "
                "change it"
            )
        placed = self._own(assignment.segment)
        known = self._recoded_before(assignment, placed, self._code(code).id)
        if known is not None:
            return known
        target = self._recorder.fold.draft.assignable(code)
        keys = self._keys(placed, assignment.code.id, who)
        key = (placed.document.id, placed.start, placed.end, assignment.code.id, who)
        if not keys and not self._retracted_before(key):
            raise AssignmentError(
                f"{who!r} has no assignment of {assignment.code.id!r} to {placed.start}–{placed.end} of "
                f"document {placed.document.id!r} that stands"
            )
        with self._step(who):
            if keys and target.id != assignment.code.id:
                self.retract(placed, assignment.code.id, coder=who)
            return self._put(
                placed,
                target.id,
                who,
                memo=assignment.memo,
                weight=assignment.weight,
                origin=assignment.origin,
            )

    def _recoded_before(
        self, assignment: Assignment, placed: Segment, code: str
    ) -> Assignment | None:
        """Return what an earlier run of the script recoded so, as it reads now, if it did."""
        if self._earlier is None or code == assignment.code.id:
            return None
        who, place = assignment.coder, (placed.document.id, placed.start, placed.end)
        for each in dict.fromkeys((assignment.assigned_as, assignment.code.id)):
            if self._earlier.took_back((*place, each, who)):
                self._earlier.left.discard((*place, each, who))
                return self._assigned_before(placed, code, who, assignment.memo, assignment.weight)
        return None

    def confirm(
        self, assignments: Assignment | Iterable[Assignment], *, coder: str | None = None
    ) -> int:
        """Say that assignments hold, having looked at them again: after the code's meaning changed, say.

        They are logged once more as they are, so that they are no longer among `stale`.

        Parameters
        ----------
        assignments : Assignment or iterable of Assignment
            Assignments that stand, such as those of `stale`.
        coder : str, optional
            Whose they are; each assignment's own coder when not given, since nobody confirms for others.

        Returns
        -------
        int
            How many were confirmed.

        Raises
        ------
        AssignmentError
            When one does not stand, or is another coder's; none is confirmed then.
        """
        given = [assignments] if isinstance(assignments, Assignment) else list(assignments)
        who = None if coder is None else self._who(coder)
        held: list[tuple[Key, Held]] = []
        for each in given:
            check_kind(each, Assignment, what="an assignment", error=AssignmentError)
            place = (each.segment.document.id, each.segment.start, each.segment.end)
            key = (*place, each.assigned_as, each.coder)
            standing = self._recorder.standing(self._own(each.segment).document.id).get(key)
            if standing is None or who not in (None, each.coder):
                problem = "does not stand" if standing is None else f"is not that of {who!r}"
                raise AssignmentError(
                    f"the assignment of {each.code.id!r} to {place[1]}–{place[2]} of {place[0]!r} by "
                    f"{each.coder!r} {problem}, so it cannot be confirmed"
                )
            held.append((key, standing))
        with self._step(self.author if who is None else who):
            for key, (memo, weight, origin) in held:
                if not self._coded_before(key, memo, weight, stands=True):
                    self._record_row(
                        key, time=self._time(), origin=origin, memo=memo, weight=weight
                    )
        return len(held)

    def assign_frame(
        self,
        frame: pd.DataFrame,
        *,
        coder: str | None = None,
        origin: str = "import",
        offsets: str | None = None,
    ) -> int:
        """Assign all rows of a data frame, or none.

        Parameters
        ----------
        frame : pandas.DataFrame
            Columns document (id or name), start, end (half-open) and code (id or name); optionally
            coder, memo, weight, time (kept as when it was made), and quote, which is then checked against
            the text. Rows with a quote and neither start nor end are put where its words stand, which
            must be one place.
        coder : str, optional
            For all rows, when there is no column coder; the one who works now when not given either, if
            somebody was named.
        origin : str, default "import"
            Where they come from.
        offsets : {"code point", "utf-16", "utf-8"}, optional
            What start and end count: code points when not given, as Python and R do. JavaScript, Java and
            Windows count UTF-16 units, where an emoji is two. Where every row has its quote, and all
            quotes fit in another unit only, that unit is taken without being named.

        Returns
        -------
        int
            How many assignments are new. Those that stand already take over memos and weights that differ.

        Raises
        ------
        AssignmentError
            When a row does not fit; the first such rows are named, and nothing is assigned. Its ``rows``
            are the numbers of all of them, so that ``frame.drop(frame.index[list(error.rows)])`` is the
            rest.

        Examples
        --------
        >>> import pandas as pd
        >>> from qualcode import Code, Codebook, Project
        >>> project = Project.new("S", codebook=Codebook("c", codes=[Code("trust")]))
        >>> _ = project.add_document("I trust Joan. We left.", id="d")
        >>> rows = pd.DataFrame({"document": ["d"], "code": ["trust"], "quote": ["I trust Joan."]})
        >>> project.assign_frame(rows, coder="ana"), project.assignments[0].segment.end
        (1, 13)
        """
        return self._assign_rows(frame, coder=coder, origin=origin, offsets=offsets)

    def _assign_rows(
        self,
        frame: pd.DataFrame,
        *,
        coder: str | None,
        origin: str,
        offsets: str | None,
        numbers: Sequence[int] | None = None,
    ) -> int:
        check_origin(origin)
        out_of_use: set[str] = set()

        def find(key: str) -> str:
            code = self._code(key)
            if self._earlier is not None and not (code.is_live and code.codable):
                out_of_use.add(code.id)  # an earlier run may have assigned it when it was in use
                return code.id
            return self._recorder.fold.draft.assignable(code.id).id

        events = events_from_frame(
            frame,
            self.documents,
            self.codebook,
            find=find,
            coder=self._author if coder is None else coder,
            origin=origin,
            time=self._time(),
            offsets=offsets,
            numbers=numbers,
        )
        self._check_scale(events)
        before = self.state.events
        both = Events.concatenate([before, events]) if len(before) else events
        fresh, repeated, standing = both.news(len(before))
        fresh = self._not_coded_before(both, fresh, len(before))
        by = self._who(coder)
        changed = _with_changes(
            both, *self._not_noted_before(both, repeated, standing, len(before))
        )
        recorded = Events.concatenate([both.take(fresh), changed])
        for number in np.unique(recorded.code).tolist():
            if recorded.codes[number] in out_of_use:
                self.codebook.assignable(recorded.codes[number])
        coders = sorted({recorded.coders[at] for at in np.unique(recorded.coder).tolist()})
        alike: dict[str, str] = {}
        for each in map(self._who, coders):
            if alike.setdefault(fold(each), each) != each:
                raise AssignmentError(
                    f"coder: {alike[fold(each)]!r} and {each!r} differ only in case: take one of them"
                )
        for each in coders:
            self._doing(each)
        if len(recorded):
            with self._step(by):
                self._record_rows(recorded)
        if self._earlier is not None:
            for row in range(len(recorded)):
                self._earlier.acted(_said_by(recorded, row)[0])
        return len(fresh)

    def _not_coded_before(
        self, both: Events, fresh: np.ndarray[Any, Any], known: int
    ) -> np.ndarray[Any, Any]:
        if self._earlier is None or not len(fresh):
            return fresh
        kept = [
            row
            for row in fresh.tolist()
            if not self._coded_before(*_said_by(both, row), stands=False)
        ]
        return np.array(kept, dtype=np.intp)

    def _not_noted_before(
        self,
        both: Events,
        repeated: np.ndarray[Any, Any],
        standing: np.ndarray[Any, Any],
        known: int,
    ) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Leave out rows that an earlier run gave just so to assignments, which may have changed since."""
        if self._earlier is None or not len(repeated):
            return repeated, standing
        fresh = [
            stand >= known or not self._coded_before(*_said_by(both, row), stands=True)
            for row, stand in zip(repeated.tolist(), standing.tolist(), strict=True)
        ]
        return repeated[fresh], standing[fresh]

    def assign_csv(
        self,
        path: str | Path,
        *,
        coder: str | None = None,
        origin: str = "import",
        offsets: str | None = None,
        encoding: str | None = None,
    ) -> int:
        """Assign all rows of a table in a file, or none; columns as for `assign_frame`, heads in any case.

        Parameters
        ----------
        path : str or Path
            CSV, its cells parted by comma, semicolon, tab or bar; a spreadsheet (``.xlsx``, ``.xls``,
            ``.ods``); or Parquet. Rows with nothing in them are passed over.
        coder, origin, offsets
            As for `assign_frame`.
        encoding : str, optional
            Of CSV; UTF-8, or what a byte order mark says, when not given. What is in neither is refused,
            with what to do about it.

        Returns
        -------
        int
            How many assignments are new.

        Raises
        ------
        AssignmentError
            When the file cannot be read, or a row does not fit; file and row are named, and nothing is
            assigned.
        """
        table = read_assignment_table(path, encoding=encoding)
        try:
            return self._assign_rows(
                table.frame, coder=coder, origin=origin, offsets=offsets, numbers=table.numbers
            )
        except AssignmentError as fault:
            raise AssignmentError(f"{table.where}: {fault}", rows=fault.rows) from fault


def _said_by(both: Events, row: int) -> tuple[Key, str | None, float | None]:
    """Return the key, memo and weight of a row."""
    key = (
        both.documents[both.document[row]],
        int(both.start[row]),
        int(both.end[row]),
        both.codes[both.code[row]],
        both.coders[both.coder[row]],
    )
    weight = float(both.weight[row])
    return key, both.memos.get(row), None if weight != weight else weight


def _with_changes(
    both: Events, repeated: np.ndarray[Any, Any], standing: np.ndarray[Any, Any]
) -> Events:
    """Return the rows that give memos or weights to assignments that stand with others."""
    given, had = both.weight[repeated], both.weight[standing]
    differ = ~np.isnan(given) & ~(given == had)
    noted = np.array(
        [
            row in both.memos and both.memos[row] != both.memos.get(stand)
            for row, stand in zip(repeated.tolist(), standing.tolist(), strict=True)
        ],
        dtype=np.bool_,
    )
    changed = np.flatnonzero(differ | noted) if len(repeated) else np.zeros(0, dtype=np.intp)
    rows, stand = repeated[changed], standing[changed]
    taken = both.take(rows)
    memos = {
        at: both.memos.get(row) or both.memos.get(was)
        for at, (row, was) in enumerate(zip(rows.tolist(), stand.tolist(), strict=True))
    }
    return attrs.evolve(
        taken,
        # Where an assignment came from stays true whatever is noted on it later.
        origin=both.origin[stand],
        weight=np.where(np.isnan(taken.weight), both.weight[stand], taken.weight),
        memos={at: memo for at, memo in memos.items() if memo},
    )
