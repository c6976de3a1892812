"""A suggester of one project: what it reads there, what it has learned, what it shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualcode.errors import SuggestionError
from qualcode.model.asking import question
from qualcode.model.checks import check_flag, check_items
from qualcode.model.codebooks.codes import Code, texts
from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.suggestions import Fingerprint
from qualcode.model.counted import Counted
from qualcode.model.recipe import Provenance, Recipe
from qualcode.model.texts.segments import Segment, Segments
from qualcode.stats.arguments import check_count, check_one_of, check_progress
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.uncertainty.resampling import RandomState, as_generator
from qualcode.suggest.asking.showing import (
    Hidden,
    Learned,
    Showing,
    batches,
    place_of,
    with_neighbours,
)
from qualcode.suggest.asking.suggestions import Suggestions

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.project.view import View
    from qualcode.suggest.asking.code_proposals import CodeProposals
    from qualcode.suggest.asking.material import CompleteFrom, Material
    from qualcode.suggest.codebook.drift import Drift
    from qualcode.suggest.stacker.next_to_code import Doubt

__all__ = ["NO_LIKENESS", "DoubtfulDecision", "Doubts", "ProjectSuggester"]

# Segments between two reports of progress; a document is never cut.
_BATCH = 200
_STRATEGIES = ("uncertainty", "novelty", "disagreement", "random")
NO_LIKENESS = "the suggester {!r} does not tell how alike texts are: take the default one"


@attrs.frozen
class DoubtfulDecision:
    """A decision that other documents would not have led to expect: worth a second look.

    Parameters
    ----------
    segment : Segment
        The segment.
    code : Code
        The code.
    assigned : bool
        Whether people put it there: if so, it was not expected; if not, it was.
    score : float
        Of the code, learned from other documents only.
    """

    segment: Segment
    code: Code = attrs.field(repr=lambda code: repr(code.id))
    assigned: bool
    score: float


class Doubts(tuple[DoubtfulDecision, ...]):
    """Doubtful decisions: a tuple that can be looked at as a table."""

    __slots__ = ()

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each decision: document, start, end, quote, code, name, assigned, score."""
        import pandas as pd

        columns = ["document", "start", "end", "quote", "code", "name", "assigned", "score"]
        rows = [
            (
                each.segment.document.id, each.segment.start, each.segment.end, each.segment.quote,
                each.code.id, each.code.name, each.assigned, each.score,
            )
            for each in self
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


class ProjectSuggester:
    """A suggester that learns from a project, and proposes for its segments.

    Made by `View.suggester`; see there for what it reads.

    Parameters
    ----------
    view : View
        The project, or the project as it was.
    model : Suggester
        What does the learning.
    name : str
        What suggestions say they come from.
    unit : str, regular expression or callable
        What is suggested for.
    reading : mapping
        How `qualcode.suggest.asking.material.gather` reads the project: coders, codes, complete,
        without_speakers, language, pipeline.
    """

    def __init__(
        self, view: View, model: Any, *, name: str, unit: Unit, reading: dict[str, Any]
    ) -> None:
        self.view, self.model, self.name, self.unit = view, model, name, unit
        self.reading = reading
        self.learned: Learned | None = None
        self.recipe: Recipe | None = None
        """How it was made and, where it has learned, from what; None where it was read from a file."""

    def __repr__(self) -> str:
        if self.learned is None:
            state = "not fitted"
        else:
            n, documents = len(self.learned.places), len(self.learned.documents)
            state = f"learned from {n} segments of {documents} documents"
        return f"<suggester {self.name!r} by {unit_name(self.unit)}: {state}>"

    # Learning

    def material(
        self,
        unit: Unit | None = None,
        *,
        view: View | None = None,
        origin: Iterable[str] | None = None,
        **reading: Any,
    ) -> Material:
        """Return what the project offers at this moment: units, decisions, the codebook's words.

        Parameters
        ----------
        unit : str, regular expression or callable, optional
            Another unit than the suggester's.
        view : View, optional
            Another project, or another moment or part of this one.
        origin : iterable of str, optional
            Only decisions of these origins.
        **reading
            To read the project otherwise than the suggester does: ``coders``, ``codes``, ``complete``.
        """
        from qualcode.suggest.asking.material import gather

        state = (self.view if view is None else view).state
        if origin is not None:
            state = state.restricted(origin=origin)
        how = {**self.reading, **reading}
        return gather(state, self.unit if unit is None else unit, **how)

    @property
    def counted(self) -> Counted:
        """Whose decisions are learned, and in how many documents."""
        return self.view.state.counting(self.reading["coders"]).counted

    @property
    def complete_from(self) -> CompleteFrom:
        """How it is known which documents were coded from beginning to end.

        ``"stated"`` with ``complete=``, or ``"finished"`` by marks. Where nobody marked anything it is
        ``"assigned"``: every document in which anything was assigned, other than from a suggestion, unless
        its coding breaks off long before its end.
        """
        from qualcode.suggest.asking.material import through

        state = self.view.state.counting(self.reading["coders"])
        return through(state, self.reading["complete"])[1]

    def fit(self) -> ProjectSuggester:
        """Learn from what is coded at this moment, and from the codebook's text.

        Fitting again after more coding is quick: text that was read is not read again.
        """
        material = self.material()
        self.model.fit(material.data)
        rows = np.flatnonzero(material.data.coded).tolist()
        self.learned = Learned(
            material.codes,
            material.rules,
            {row: place_of(material.segments[row]) for row in rows},
            material.learned,
            Fingerprint(self._model_digest(), material.codebook_digest, material.data_digest),
        )
        if self.recipe is not None:
            made = self.recipe.on or self.recipe
            self.recipe = Recipe(
                "fit", (), f"{__name__}:ProjectSuggester.fit",
                attrs.evolve(made, provenance=Provenance.of(self.view.state)),
            )  # fmt: skip
        return self

    def _model_digest(self) -> str:
        from qualcode.suggest.asking.material import digest
        from qualcode.suggest.stacker.saving import fingerprint

        fitted = getattr(self.model, "fitted_", None)
        # A plugin that does not show what it learned is told by what it is.
        return digest([repr(self.model)]) if fitted is None else fingerprint(fitted)[:12]

    def ready(self) -> Learned:
        """Return what was learned; anew when codes were merged, split or redefined since."""
        if self.learned is None:
            raise SuggestionError(
                "the suggester has not learned anything yet: call fit() before asking for suggestions"
            )
        from qualcode.suggest.asking.material import candidates, codebook_digest

        now = codebook_digest(candidates(self.view.state, self.reading.get("codes")))
        if self.learned.fingerprint.codebook != now:
            self.fit()
        return self.learned

    @property
    def fingerprint(self) -> Fingerprint:
        """What suggestions come from: digests of model, codebook and data."""
        return self.ready().fingerprint

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each code: how many examples it has, in how many documents, its status.

        Columns: code, name, segments, documents, status.
        """
        import pandas as pd

        from qualcode.suggest.bench.coded_texts import status_of

        material = self.material()
        rows = [
            (code.id, code.name, int(segments), int(documents), status_of(segments, documents))
            for code, segments, documents in zip(material.codes, *material.data.uses(), strict=True)
        ]
        return pd.DataFrame(rows, columns=["code", "name", "segments", "documents", "status"])

    def promises(self, precision: float = 0.8, *, top: int = 3) -> pd.DataFrame:
        """Return what can be promised: for all codes together in the first row, and for each code.

        What is promised for all together may be right less often for one of them. Each promise is kept with
        95 % confidence; that all of many are kept is not promised.

        Parameters
        ----------
        precision : float, default 0.8
            The share of what is shown that must be right.
        top : int, default 3
            How many codes a segment is shown at the most.

        Returns
        -------
        pandas.DataFrame
            Columns: code (missing for all together), name, threshold (the least score that is shown),
            observed (the share that was right on documents left out), bound (what the promise rests on), n
            (on how many suggestions), reason (why there is no promise).
        """
        import pandas as pd

        from qualcode.suggest.bench.proposals import check_top
        from qualcode.suggest.bench.trust import check_share

        check_share(precision, "precision")
        check_top(top)
        learned = self.ready()
        fitted = getattr(self.model, "fitted_", None)
        if fitted is None:
            raise SuggestionError(
                f"the suggester {self.name!r} does not tell its scores, so nothing can be promised of it"
            )
        rows = []
        for number, code in [(None, None), *enumerate(learned.codes)]:
            cut = fitted.trust.promise(precision, top, code=number)
            about = (None, "all codes") if code is None else (code.id, code.name)
            rows.append((*about, cut.threshold, cut.observed, cut.bound, cut.n, cut.reason))
        columns = ["code", "name", "threshold", "observed", "bound", "n", "reason"]
        return pd.DataFrame(rows, columns=columns)

    # Suggesting

    def suggest(
        self,
        segments: Iterable[Segment] | None = None,
        *,
        view: View | None = None,
        documents: str | Iterable[str] | None = None,
        coded: bool = False,
        again: bool = False,
        top: int = 3,
        precision: float | None = None,
        recall: float | None = None,
        evidence: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> Suggestions:
        """Return suggestions; see `View.suggest`, whose parameters these are.

        Parameters
        ----------
        view : View, optional
            Another project, or another moment of this one, to suggest for.
        segments, documents, coded, again, top, precision, recall, evidence, progress
            See `View.suggest`.
        """
        from qualcode.suggest.bench.proposals import check_top
        from qualcode.suggest.bench.scoring import Scoring
        from qualcode.suggest.bench.trust import check_share

        for name, flag in (("coded", coded), ("again", again), ("evidence", evidence)):
            check_flag(flag, what=name, error=SuggestionError)
        check_top(top)
        for name, share in (("precision", precision), ("recall", recall)):
            if share is not None:
                check_share(share, name)
        progress = check_progress(progress)
        if view is None:
            return self.view.suggest(
                self, segments, documents=documents, coded=coded, again=again, top=top,
                precision=precision, recall=recall, evidence=evidence, progress=progress,
            )  # fmt: skip
        learned = self.ready()
        rows = self._rows(view, segments, documents)
        decided = {*learned.places.values()}
        asked = np.array(
            [segments is not None or coded or place_of(each) not in decided for each in rows], bool
        )
        rows, asked = with_neighbours(rows, asked)
        if not rows:
            return Suggestions((), reason=self._nothing_left())
        hidden = Hidden(
            self._own_assignments(view), learned.codes, rows, () if again else view.verdicts
        )
        limit = len(learned.codes) if recall is not None else top
        # Others know nothing of room beside what is shown, and promise for as many codes as are asked for.
        more = {"top": top, "room": hidden.most}
        if not isinstance(self.model, Scoring):
            more = {"top": top + hidden.most}
        parts = []
        for batch in batches(rows, _BATCH):
            some = rows[batch]
            texts = [each.quote for each in some]
            found = self.model.suggest(
                texts,
                [each.document.id for each in some],
                learned.rules.hits(texts) if learned.rules else None,
                **more,
                precision=precision,
                recall=recall,
                evidence=evidence,
            )
            showing = Showing(learned, self.view, view, self.name, some, asked[batch], hidden)
            parts.append(showing.suggestions(found, limit))
            if progress is not None:
                progress(batch.stop, len(rows))
        return attrs.evolve(
            parts[0],
            items=tuple(each for part in parts for each in part.items),
            abstained=tuple(each for part in parts for each in part.abstained),
        )

    def _nothing_left(self) -> str:
        how = {
            "stated": "named in complete=…",
            "finished": "marked as finished",
            "assigned": "without a mark that says so, taken for coded to its end",
        }[self.complete_from]
        return (
            "there is nothing to suggest for: every segment has a code, or is in a document that is "
            f"{how}, so that it was found to have none; coded=True asks for these too"
        )

    def _own_assignments(self, view: View) -> Assignments:
        """Return what the coders assigned whose decisions are learned: others may well disagree."""
        if (coders := self.reading["coders"]) is None:
            return view.state.counting().assignments
        there = [coder for coder in texts(coders) if coder in view.coders]
        return view.state.restricted(coders=there).counting().assignments

    def _rows(
        self,
        view: View,
        segments: Iterable[Segment] | None,
        documents: str | Iterable[str] | None,
    ) -> Sequence[Segment]:
        """Return what could be suggested for, the segments of a document in its order."""
        if segments is not None and documents is not None:
            raise SuggestionError("give segments or documents, not both")
        if segments is not None:
            number = {id: at for at, id in enumerate(view.documents)}
            alone = isinstance(segments, Segment)
            given = check_items(
                [segments] if alone else segments, Segment, what="segments", error=SuggestionError
            )
            return sorted(
                given, key=lambda each: (number.get(each.document.id, -1), each.start, each.end)
            )
        if self.unit == "segment":
            raise SuggestionError(
                "the suggester learned from the stretches that people marked, and nothing tells it what to "
                "mark: give it segments, such as project.segments(unit='paragraph')"
            )
        units = view.segments(unit=self.unit, documents=documents)
        if (without := self.reading["without_speakers"]) is None:
            return units
        from qualcode.suggest.asking.material import spoken_by

        gone = spoken_by(units, without)
        return [each for each in units if id(each) not in gone]

    def _learned(self) -> Learned:
        assert self.learned is not None
        return self.learned

    # What to code next

    def next_to_code(
        self,
        n: int = 10,
        *,
        strategy: str = "uncertainty",
        documents: str | Iterable[str] | None = None,
        min_words: int = 4,
        random_state: RandomState = 0,
    ) -> Segments:
        """Return the segments that are most worth coding next.

        Parameters
        ----------
        n : int, default 10
            How many.
        strategy : {"uncertainty", "novelty", "disagreement", "random"}, default "uncertainty"
            *uncertainty*: codes are unsure, rare codes counting more, and the segments unlike each other.
            *novelty*: unlike all that is coded or defined. *disagreement*: already coded, and most at odds
            with how other documents were coded (see `doubts`). *random*: the control; on some codebooks
            nothing beats it.
        documents : str or iterable of str, optional
            Ids of the documents to choose from; all when not given.
        min_words : int, default 4
            What is shorter is small talk, and left out.
        random_state : int or numpy.random.Generator, default 0
            For *random*.
        """
        from qualcode.suggest.bench.telling_words import word_list
        from qualcode.suggest.stacker.fitted import FittedStack

        n, min_words = check_count(n, what="n"), check_count(min_words, what="min_words")
        check_one_of(strategy, _STRATEGIES, what="strategy")
        as_generator(random_state)
        learned = self.ready()
        if not isinstance(getattr(self.model, "fitted_", None), FittedStack):
            raise SuggestionError(NO_LIKENESS.format(self.name))
        if strategy == "disagreement":
            doubtful = dict.fromkeys(each.row for each in self._doubts())
            return Segments(tuple(self._at(row) for row in islice(doubtful, n)))
        decided = {*learned.places.values()}
        rows = self._rows(self.view, None, documents)
        open_rows = [
            each
            for each in rows
            if place_of(each) not in decided and len(word_list(each.quote)) >= min_words
        ]
        if not open_rows:
            return Segments()
        chosen = self.model.next_to_code(
            [each.quote for each in open_rows],
            n,
            [each.document.id for each in open_rows],
            strategy=strategy,
            random_state=random_state,
        )
        return Segments(tuple(open_rows[at] for at in chosen.tolist()))

    def doubts(self, n: int = 20) -> Doubts:
        """Return the decisions that are most at odds with how other documents were coded.

        Codes that were not expected where they are, and codes that may have been forgotten, take turns.

        Parameters
        ----------
        n : int, default 20
            How many.

        Raises
        ------
        SuggestionError
            When no document was coded from beginning to end, so that nothing can be expected.
        """
        n = check_count(n, what="n")
        codes = {code.id: code for code in self.ready().codes}
        return Doubts(
            DoubtfulDecision(self._at(each.row), codes[each.code], each.assigned, each.score)
            for each in islice(self._doubts(), n)
        )

    def _doubts(self) -> Iterator[Doubt]:
        from qualcode.suggest.stacker.fitted import FittedStack
        from qualcode.suggest.stacker.next_to_code import doubts

        self.ready()
        fitted = getattr(self.model, "fitted_", None)
        if not isinstance(fitted, FittedStack):
            raise SuggestionError(NO_LIKENESS.format(self.name))
        if not fitted.trust.rows.size:
            raise SuggestionError(
                "no document was coded from beginning to end, so no decision can be told from what others "
                "would have led to expect"
            )
        return doubts(fitted)

    def _at(self, row: int) -> Segment:
        return self.view.segment(*self._learned().places[row])

    @question()
    def propose_codes(
        self,
        *,
        min_words: int = 4,
        min_segments: int = 5,
        min_documents: int = 2,
        most: int = 3000,
        random_state: RandomState = 0,
    ) -> CodeProposals:
        """Return groups of uncoded segments that are far from every code: what the codebook may lack.

        Parameters
        ----------
        min_words, min_segments, min_documents, most
            As for `qualcode.suggest.codebook.gaps.find_gaps`.
        random_state : int or numpy.random.Generator, default 0
            The seed, where there is so much text that a sample is compared.

        Returns
        -------
        CodeProposals
            With quotes; the name is left to the analyst. Empty with a reason where nothing was found.
        """
        from qualcode.suggest.asking.code_proposals import propose_codes

        self.ready()
        return propose_codes(
            self, min_words=min_words, min_segments=min_segments, min_documents=min_documents,
            most=most, random_state=random_state,
        )  # fmt: skip

    @question()
    def drift(
        self,
        *,
        min_uses: int = 10,
        min_documents: int = 8,
        periods: int = 4,
        n_resamples: int = 1000,
        random_state: RandomState = 0,
    ) -> Drift:
        """Return for each code whether its early and its late uses differ in their text.

        Parameters
        ----------
        min_uses, min_documents, periods, n_resamples
            As for `qualcode.suggest.codebook.drift.find_drift`.
        random_state : int or numpy.random.Generator, default 0
            The seed of the random orders of documents.
        """
        from qualcode.suggest.codebook.drift import find_drift
        from qualcode.suggest.stacker.fitted import FittedStack

        self.ready()
        fitted = getattr(self.model, "fitted_", None)
        if not isinstance(fitted, FittedStack):
            raise SuggestionError(NO_LIKENESS.format(self.name))
        material = self.material()
        return find_drift(
            material.data, fitted.space, material.time, min_uses=min_uses,
            min_documents=min_documents, periods=periods, n_resamples=n_resamples,
            random_state=random_state,
        )  # fmt: skip

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write what was learned to a file, without anything that can run; see `View.load_suggester`.

        Parameters
        ----------
        path : str or path
            The file, such as ``suggester.zip``. It holds quotes of the project: keep it as safe as that.

        Raises
        ------
        StoreError
            When it cannot be written, or the suggester is not the default one.
        """
        from qualcode.suggest.asking.suggester_file import save_suggester

        save_suggester(self, path)
