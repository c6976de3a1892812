"""What can be asked of a project about suggestions; answered by `qualcode.suggest`, which assigns nothing."""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from qualcode.model.codebooks.themes import Rollup
    from qualcode.model.coding.queries import Query
    from qualcode.model.state import State
    from qualcode.model.texts.segments import Segment
    from qualcode.stats.agreement.study.study import Study
    from qualcode.stats.counting.units import Unit
    from qualcode.suggest.asking.project_suggester import ProjectSuggester
    from qualcode.suggest.asking.shown_suggestions import Suggestions

__all__ = ["Suggesting"]


class Suggesting(ABC):
    """What a project suggests; every project and every view can be asked."""

    @property
    @abstractmethod
    def state(self) -> State:
        """The content, as the suggester takes it."""

    def suggester(
        self,
        what: Any = None,
        *,
        unit: Unit = "sentence",
        name: str | None = None,
        coders: str | Iterable[str] | None = None,
        codes: Iterable[str] | None = None,
        complete: str | Iterable[str] | None = None,
        without_speakers: str | Iterable[str] | None = None,
        language: str = "en",
        pipeline: Any = None,
        encode: Any = None,
        batch: bool = False,
        version: str = "",
        options: Mapping[str, Any] | None = None,
    ) -> ProjectSuggester:
        """Return a suggester for this project; `fit` makes it learn.

        Parameters
        ----------
        what : optional
            Nothing for the default, which needs no model: the shared stacker. Or the name of an installed
            suggester, such as ``"tfidf"``; a scikit-learn classifier; a function that takes a text and
            returns codes, or codes with scores; anything with `fit` and `suggest` (see
            `qualcode.suggest.Suggester`).
        unit : str, regular expression or callable, default "sentence"
            What is suggested for: ``"sentence"``, ``"paragraph"``, ``"turn"``, ``"line"``, ``"document"``,
            any segmenter; or ``"segment"``: learn from the stretches that people marked only, and suggest
            for segments that are given.
        name : str, optional
            What suggestions say they come from.
        coders : str or iterable of str, optional
            Whose decisions to learn from; by the rule of who counts when not given (see `Questions`).
        codes : iterable of str, optional
            Suggest these codes only.
        complete : str or iterable of str, optional
            Documents coded from beginning to end, in which a unit without a code was found to have none.
            When not given, those that were marked as finished or, where nobody marked any, all in which
            anything was assigned other than from a suggestion, unless far more units follow the last code,
            or precede the first, than are without one in between: a document half coded is suggested for,
            and nothing is learned of its units without a code.
        without_speakers : str or iterable of str, optional
            Speakers whose words are neither learned nor suggested for, such as the interviewer.
        language, pipeline
            For the codes' spaCy patterns: a language for a blank pipeline, or a pipeline of your own.
        encode : optional
            For the default, or a named suggester that takes one: an encoder whose vectors are used too; see
            `qualcode.suggest.load_encoder`.
        batch : bool, default False
            For a function: whether it takes a list of texts and returns as many answers.
        version : str
            For a function: its version, to be changed whenever the function does.
        options : mapping of str to object, optional
            For a named suggester: what else it is made with, such as ``{"n_topics": 32}``.

        Raises
        ------
        MissingExtraError
            When scikit-learn is not installed (extra ``suggest``).
        """
        from qualcode.suggest.asking.new_suggester import suggester

        # What is suggested follows the project as it grows, so it is the project that is handed on.
        return suggester(
            self, what, unit=unit, name=name, coders=coders, codes=codes, complete=complete,
            without_speakers=without_speakers, language=language, pipeline=pipeline, encode=encode,
            batch=batch, version=version, options=options,
        )  # fmt: skip

    def load_suggester(
        self, path: str | os.PathLike[str], *, encode: Any = None
    ) -> ProjectSuggester:
        """Return a suggester that `ProjectSuggester.save` wrote. Nothing in the file is run.

        Parameters
        ----------
        path : str or path
            The file.
        encode : optional
            The encoder that it was fitted with, if it was.

        Raises
        ------
        StoreError
            When the file is no saved suggester, or one of another project.
        """
        from qualcode.suggest.asking.new_suggester import load_suggester

        return load_suggester(self, path, encode=encode)

    def suggest(
        self,
        suggester: ProjectSuggester,
        segments: Iterable[Segment] | None = None,
        *,
        documents: str | Iterable[str] | None = None,
        coded: bool = False,
        again: bool = False,
        top: int = 3,
        precision: float | None = None,
        recall: float | None = None,
        explain: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> Suggestions:
        """Return suggestions for segments. Nothing is assigned by it; see `Project.accept`.

        A code that the learned coders have put on the segment's text already is not suggested again, nor is
        one that anybody decided about there when it was suggested. When the
        codebook was changed since the suggester learned, it learns again first, from the merged, split
        or redefined codes.

        Parameters
        ----------
        suggester : ProjectSuggester
            A fitted suggester of this project, or of another moment of it.
        segments : iterable of Segment, optional
            What to suggest for; every unit that was not decided about yet when not given.
        documents : str or iterable of str, optional
            Ids of the documents whose units to suggest for.
        coded : bool, default False
            Also for units that were decided about. They get ranks only: they were learned from.
        again : bool, default False
            Also what was decided about before.
        top : int, default 3
            How many codes a segment at the most.
        precision : float, optional
            Show only what keeps this promise: the share of what is shown that is right.
        recall : float, optional
            Show so much that this share of a segment's codes is on its list, on average.
        explain : bool, default True
            Whether to explain each suggestion, which takes some time.
        progress : callable, optional
            Called with how many segments are done, and of how many.

        Returns
        -------
        Suggestions
            By segment, then by rank, with the segments for which there is none.

        Raises
        ------
        SuggestionError
            When the suggester has not learned anything yet.
        """
        from qualcode.suggest.asking.suggesting_codes import suggest

        return suggest(
            self.state, suggester, segments, documents=documents, coded=coded, again=again, top=top,
            precision=precision, recall=recall, explain=explain, progress=progress,
        )  # fmt: skip

    def proposal_study(
        self,
        coder: str,
        *,
        unit: Unit,
        coders: str | Iterable[str] | None = None,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        codes: Iterable[str] | None = None,
    ) -> Study:
        """Say what is compared, for measuring how far a machine's proposals agree with blind coding.

        All codings that the machine proposed count as its coding, whatever became of them, in the documents
        that were opened to it or in which it proposed any. What persons coded there counts as far as they did
        so before the first proposal in the document.

        Parameters
        ----------
        coder : str
            Id of the machine.
        unit : str, regular expression or callable
            As for `Questions.study`; there is no default, because agreement depends on it.
        coders : str or iterable of str, optional
            Ids of the persons; all when not given.
        level, rollup, codes
            As for `Questions.study`.

        Raises
        ------
        SuggestionError
            When it has proposed no coding.
        StatisticsError
            When nobody coded a document that it read before it proposed anything there.

        Examples
        --------
        >>> from qualcode import Code, Codebook, Project
        >>> project = Project.new("Study", codebook=Codebook("study", codes=[Code("trust")]), coder="ana")
        >>> _ = project.add_document("We trust them. It rained. They trust us.", id="a")
        >>> _ = project.assign(("a", 0, 14), "trust")
        >>> project.finish("a")
        >>> for quote in ("We trust them.", "They trust us."):
        ...     _ = project.propose("a", quote=quote, code="trust", coder="assistant")
        >>> project.proposal_study("assistant", unit="sentence").coders
        ('ana', 'assistant')
        """
        from qualcode.suggest.judging.proposed import proposal_study

        return proposal_study(
            self.state, coder, unit=unit, coders=coders, level=level, rollup=rollup, codes=codes
        )

    def autocode(
        self,
        code: str,
        *,
        text: str | Iterable[str] | None = None,
        regex: str | re.Pattern[str] | None = None,
        pattern: Sequence[Mapping[str, Any]] | None = None,
        speaker: str | None = None,
        query: Query | str | None = None,
        unit: Unit = "sentence",
        documents: str | Iterable[str] | None = None,
        again: bool = False,
        language: str = "en",
        pipeline: Any = None,
    ) -> Suggestions:
        """Return the segments that a search finds, as suggestions of a code, to be accepted in bulk.

        Parameters
        ----------
        code : str
            Id or name of the code.
        text : str or iterable of str, optional
            Words to find, whole and ignoring case; ``*`` stands for any letters.
        regex : str or compiled regular expression, optional
            What must match.
        pattern : sequence of mapping, optional
            A spaCy Matcher pattern; needs the extra ``spacy``.
        speaker : str, optional
            Who speaks: in the turn that is the segment, or that the segment is a part of.
        query : Query or str, optional
            Look only at the passages that it finds (see `View.find`), instead of at the units of `unit`.
        unit : str, regular expression or callable, default "sentence"
            What is suggested for.
        documents : str or iterable of str, optional
            Ids of the documents to search; all when not given.
        again : bool, default False
            Also what was decided about before.
        language, pipeline
            For a spaCy pattern: a language for a blank pipeline, or a pipeline of your own.

        Returns
        -------
        Suggestions
            Where all conditions hold; without any condition, where the code's own keywords and patterns
            do. Segments that have the code already are left out.

        Raises
        ------
        SuggestionError
            When there is nothing to search for.
        """
        from qualcode.suggest.asking.autocoding import autocode

        return autocode(
            self.state, code, text=text, regex=regex, pattern=pattern, speaker=speaker, query=query,
            unit=unit, documents=documents, again=again, language=language, pipeline=pipeline,
        )  # fmt: skip
