"""A suggester of one project: what it reads there, what it has learned, what it shows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualcode.errors import SuggestionError
from qualcode.model.asking import question
from qualcode.model.checks import check_items
from qualcode.model.codebooks.codes import Code, texts
from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.suggestions import Fingerprint
from qualcode.model.counted import Counted
from qualcode.model.readable import Readable
from qualcode.model.recipe import Provenance, Recipe
from qualcode.model.state import State
from qualcode.model.subject import Subject, state_shown
from qualcode.model.texts.segmenters import cut
from qualcode.model.texts.segments import Segment, Segments
from qualcode.model.texts.spans import Span
from qualcode.stats.arguments import check_count, check_one_of
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.uncertainty.resampling import RandomState, as_generator
from qualcode.suggest.asking.showing import Learned, place_of

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.suggest.asking.material import CompleteFrom, Material
    from qualcode.suggest.codebook.drift import Drift
    from qualcode.suggest.codebook.gaps import Gaps
    from qualcode.suggest.stacker.doubts import Doubt, Doubts
    from qualcode.suggest.stacker.fitted import FittedStack

__all__ = ["ProjectSuggester"]

_STRATEGIES = ("uncertainty", "novelty", "disagreement", "random")


class ProjectSuggester(Readable):
    """A suggester that learns from a project, and proposes for its segments.

    Made by `View.suggester`; see there for what it reads.

    Parameters
    ----------
    project : State, or what has one
        The project, or the project as it was. It is read as it stands whenever something is asked.
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
        self, project: Subject, model: Any, *, name: str, unit: Unit, reading: dict[str, Any]
    ) -> None:
        self.project, self.model, self.name, self.unit = project, model, name, unit
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

    @property
    def state(self) -> State:
        """What it learns from, as it stands at this moment."""
        return state_shown(self.project, error=SuggestionError)

    # Learning

    def material(
        self,
        unit: Unit | None = None,
        *,
        state: State | None = None,
        coders: str | Iterable[str] | None = None,
    ) -> Material:
        """Return what the project offers at this moment: units, decisions, the codebook's words.

        Parameters
        ----------
        unit : str, regular expression or callable, optional
            Another unit than the suggester's.
        state : State, optional
            Another project, or another moment or part of this one.
        coders : str or iterable of str, optional
            Others than those whose decisions the suggester learns.
        """
        from qualcode.suggest.asking.material import gather

        reading = self.reading if coders is None else {**self.reading, "coders": coders}
        return gather(
            self.state if state is None else state, self.unit if unit is None else unit, **reading
        )

    @property
    def counted(self) -> Counted:
        """Whose decisions are learned, and in how many documents."""
        return self.state.counting(self.reading["coders"]).counted

    @property
    def complete_from(self) -> CompleteFrom:
        """How it is known which documents were coded from beginning to end.

        ``"stated"`` with ``complete=``, or ``"finished"`` by marks. Where nobody marked anything it is
        ``"assigned"``: every document in which anything was assigned, other than from a suggestion, unless
        its coding breaks off long before its end, or begins long after its start.
        """
        from qualcode.suggest.asking.material import through

        state = self.state.counting(self.reading["coders"])
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
                attrs.evolve(made, provenance=Provenance.of(self.state)),
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

        now = codebook_digest(candidates(self.state, self.reading.get("codes")))
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

        from qualcode.suggest.bench.shortlists import check_top
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

    # What to suggest for

    def own_assignments(self, state: State) -> Assignments:
        """Return what the coders assigned whose decisions are learned: others may well disagree.

        Parameters
        ----------
        state : State
            The project that is suggested for.
        """
        if (coders := self.reading["coders"]) is None:
            return state.counting().assignments
        there = [coder for coder in texts(coders) if coder in state.coders]
        return state.restricted(coders=there).counting().assignments

    def units(
        self,
        state: State,
        segments: Iterable[Segment] | None = None,
        documents: str | Iterable[str] | None = None,
    ) -> Sequence[Segment]:
        """Return what could be suggested for, the segments of a document in its order.

        Parameters
        ----------
        state : State
            The project that is suggested for.
        segments, documents
            As for `View.suggest`.
        """
        if segments is not None and documents is not None:
            raise SuggestionError("give segments or documents, not both")
        if segments is not None:
            number = {id: at for at, id in enumerate(state.documents)}
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
        units = cut(state.documents, self.unit, only=documents)
        if (without := self.reading["without_speakers"]) is None:
            return units
        from qualcode.suggest.asking.material import spoken_by

        gone = spoken_by(units, without)
        return [each for each in units if id(each) not in gone]

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

        n, min_words = check_count(n, what="n"), check_count(min_words, what="min_words")
        check_one_of(strategy, _STRATEGIES, what="strategy")
        as_generator(random_state)
        learned = self.ready()
        self._stack()
        if strategy == "disagreement":
            doubtful = dict.fromkeys(each.segment for each in self._doubts())
            return Segments(tuple(self._at(row) for row in islice(doubtful, n)))
        decided = {*learned.places.values()}
        rows = self.units(self.state, documents=documents)
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
        from qualcode.suggest.stacker.doubts import Doubts

        codes = {code.id: code for code in self.ready().codes}
        return Doubts(each.placed(self._at, codes) for each in islice(self._doubts(), n))

    def _doubts(self) -> Iterator[Doubt[int, str]]:
        from qualcode.suggest.stacker.doubts import doubts

        self.ready()
        fitted = self._stack()
        if not fitted.trust.rows.size:
            raise SuggestionError(
                "no document was coded from beginning to end, so no decision can be told from what others "
                "would have led to expect"
            )
        return doubts(fitted)

    def _stack(self) -> FittedStack:
        """Return what the shared stacker learned, which tells how alike texts are."""
        from qualcode.suggest.stacker.fitted import FittedStack

        fitted = getattr(self.model, "fitted_", None)
        if not isinstance(fitted, FittedStack):
            raise SuggestionError(
                f"the suggester {self.name!r} does not tell how alike texts are: take the default one"
            )
        return fitted

    def _at(self, row: int) -> Segment:
        assert self.learned is not None
        document, start, end = self.learned.places[row]
        return Segment(self.state.documents[document], Span(start, end))

    @question()
    def gaps(
        self,
        *,
        min_words: int = 4,
        min_segments: int = 5,
        min_documents: int = 2,
        most: int = 3000,
        random_state: RandomState = 0,
    ) -> Gaps[Segment, Code]:
        """Return groups of uncoded segments that are far from every code: what the codebook may lack.

        Parameters
        ----------
        min_words, min_segments, min_documents, most
            As for `qualcode.suggest.codebook.gaps.find_gaps`.
        random_state : int or numpy.random.Generator, default 0
            The seed, where there is so much text that a sample is compared.

        Returns
        -------
        Gaps
            With quotes; the name is left to the analyst. Empty with a reason where nothing was found.
        """
        from qualcode.suggest.codebook.gaps import find_gaps

        self.ready()
        fitted = self._stack()
        material = self.material()
        data = material.data
        close = fitted.calibration(self.model.score_codes(data.texts, data.documents, data.rules))
        # What was learned from is judged by scores that owe nothing to its own document.
        close[fitted.trust.rows] = fitted.calibration(fitted.trust.score)
        found = find_gaps(
            data, fitted.space, np.asarray(close), min_words=min_words, min_segments=min_segments,
            min_documents=min_documents, most=most, random_state=random_state,
        )  # fmt: skip
        return found.placed(material.segments, {code.id: code for code in material.codes})

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

        self.ready()
        fitted = self._stack()
        material = self.material()
        found = find_drift(
            material.data, fitted.space, material.time, min_uses=min_uses,
            min_documents=min_documents, periods=periods, n_resamples=n_resamples,
            random_state=random_state,
        )  # fmt: skip
        return attrs.evolve(found, names={code.id: code.name for code in material.codes})

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
        from qualcode.suggest.asking.suggester_file import SavedSuggester, write_suggester

        learned = self.ready()
        write_suggester(
            SavedSuggester(self.name, self.unit, self.reading, self.model, learned), path
        )
