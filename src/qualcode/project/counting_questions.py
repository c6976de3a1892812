"""What is counted: domains, themes and codes, by document and case, and where they meet.

The statistics are imported when they are asked for: most scripts ask for few of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from qualcode.project.asked import Asked

if TYPE_CHECKING:
    from qualcode.model.codebooks.themes import Rollup
    from qualcode.model.coding.queries import Query
    from qualcode.model.texts.documents import Value
    from qualcode.stats.counting.coding_progress import Progress
    from qualcode.stats.counting.framework import Framework
    from qualcode.stats.counting.meeting import Meeting
    from qualcode.stats.counting.node_counts import EvidenceOf
    from qualcode.stats.counting.policies import Count
    from qualcode.stats.counting.rollup import Crosstab, Evidence, RollupResult
    from qualcode.stats.counting.units import Unit
    from qualcode.stats.pairs.cooccurrence import Cooccurrence
    from qualcode.stats.words.contexts import KeywordsInContext
    from qualcode.stats.words.frequencies import WordFrequencies
    from qualcode.stats.words.word_places import Cutter

__all__ = ["CountingQuestions"]


class CountingQuestions(Asked):
    """How often codes are used, on what, and where they meet."""

    def progress(self, *, coders: str | Iterable[str] | None = None) -> Progress:
        """Return how far each coder has come in each document, and who has finished it.

        Parameters
        ----------
        coders : str or iterable of str, optional
            Ids of the coders to look at; all when not given.
        """
        from qualcode.stats.counting.coding_progress import progress

        return progress(self.state, coders=coders)

    def rollup(
        self,
        rollup: str | Rollup | None = None,
        *,
        count: Count = "segments",
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> RollupResult:
        """Count domains, themes and codes along a rollup.

        Parameters
        ----------
        rollup : str or Rollup, optional
            Id of a rollup of the codebook, ``"tree"``, the name of a free attribute such as
            ``"direction"``, or a rollup of your own; the codebook's first when not given.
        count : str or Policy, default "segments"
            ``"assignments"``, ``"segments"``, ``"documents"``, ``"cases"``, ``"characters"`` or
            ``"coders"`` (persons, unless others are named), always distinct; or ``"weight"``, the sum
            over the segments of the greatest weight given there; or a policy of your own, such as
            `qualcode.stats.counting.policies.Units`.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        where : Query or str, optional
            Which of their assignments count, such as ``qualcode.code("trust").within("turn")`` or the text of
            a query; all when not given. Documents, cases and their bases stay as they are.
        """
        from qualcode.stats.counting.rollup import roll_up

        return roll_up(self.state, rollup, count=count, coders=coders, where=where)

    def crosstab(
        self,
        variable: str,
        *,
        rollup: str | Rollup | None = None,
        level: Literal["domain", "theme", "code"] | None = None,
        count: Count = "segments",
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> Crosstab:
        """Count the nodes of one level of a rollup for each value of a document or case variable.

        Parameters
        ----------
        variable : str
            Name of a variable of documents or, where no document has it, of cases. Or ``"speaker"``,
            ``"role"``, ``"speaker.case"`` or ``"speaker.VARIABLE"``, a variable of the speaker's case: each
            segment counts for whoever speaks all through it.
        rollup, count, coders, where
            As for `rollup`.
        level : {"domain", "theme", "code"}, optional
            Which nodes; the highest level when not given.
        """
        from qualcode.stats.counting.rollup import crosstab

        return crosstab(
            self.state,
            variable,
            rollup=rollup,
            level=level,
            count=count,
            coders=coders,
            where=where,
        )

    def evidence(
        self,
        *,
        of: EvidenceOf = "document",
        rollup: str | Rollup | None = None,
        level: Literal["domain", "theme", "code"] = "theme",
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> Evidence:
        """Return the evidence matrix: distinct segments of each document, or other row, for each theme.

        Parameters
        ----------
        of : {"document", "case", "speaker", "role"}, default "document"
            What the rows are; of speakers, segments count for whoever speaks all through them.
        rollup, coders, where
            As for `rollup`.
        level : {"domain", "theme", "code"}, default "theme"
            What the columns are.
        """
        from qualcode.stats.counting.rollup import evidence

        return evidence(self.state, of=of, rollup=rollup, level=level, coders=coders, where=where)

    def framework(
        self,
        rollup: str | Rollup | None = None,
        *,
        level: Literal["domain", "theme", "code"] = "theme",
        cases: str | Iterable[str] | None = None,
        variables: Mapping[str, Value | Iterable[Value]] | None = None,
        show: str | Iterable[str] = (),
        sort: str | Iterable[str] = (),
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> Framework:
        """Return the framework matrix: cases by themes, with the summaries that people wrote.

        Each cell has its segments, and says whether they have changed since its summary was written; see
        `Project.summarise`, and `qualcode.write_framework` to work on it in a spreadsheet program.

        Parameters
        ----------
        rollup : str or Rollup, optional
            As for `rollup`.
        level : {"domain", "theme", "code"}, default "theme"
            What the columns are.
        cases : str or iterable of str, optional
            Ids of the cases that are the rows; all when not given.
        variables : mapping, optional
            Only cases with these values of variables, as ``{"site": "north"}``; a case that has none itself
            has those of its documents.
        show : str or iterable of str
            Variables that are shown beside the cases.
        sort : str or iterable of str
            Variables to sort the cases by, which are shown too; cases without a value come last.
        coders, where
            Whose segments, and which, are shown: as for `rollup`. What is stale does not depend on them.
        """
        from qualcode.stats.counting.framework import framework

        return framework(
            self.state, rollup, level=level, cases=cases, variables=variables, show=show, sort=sort,
            coders=coders, where=where,
        )  # fmt: skip

    def cooccurrence(
        self,
        unit: Unit | None = None,
        *,
        meeting: Meeting | None = None,
        gap: int | None = None,
        min_overlap: int | float | None = None,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        same_coder: bool = False,
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> Cooccurrence:
        """Count how often codes, themes or domains meet.

        Parameters
        ----------
        unit : str, regular expression or callable, optional
            On what they meet: ``"segment"`` (when neither unit nor meeting is given), ``"sentence"``,
            ``"paragraph"``, ``"line"``, ``"turn"``, ``"document"``, ``"case"``, or any segmenter.
        meeting : {"overlap", "contained"}, optional
            Instead of a unit, how spans meet: they share a code point, or the first lies inside the
            second.
        gap : int, optional
            With ``meeting="overlap"``: how many code points may lie between two spans that meet; with
            units of a text, such as sentences: how many of these.
        min_overlap : int or float, optional
            With ``meeting="overlap"``: how many code points two spans share at least that meet or, with
            a float from 0 to 1, how much of the shorter one.
        level : {"code", "theme", "domain"}, default "code"
            What is paired.
        rollup : str or Rollup, optional
            For themes and domains.
        same_coder : bool, default False
            Whether both codes must come from one coder.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        where : Query or str, optional
            Which of their assignments count; all when not given. The units stay as they are.
        """
        from qualcode.stats.pairs.cooccurrence import cooccur

        return cooccur(
            self.state, unit=unit, meeting=meeting, gap=gap, min_overlap=min_overlap, level=level,
            rollup=rollup, same_coder=same_coder, coders=coders, where=where,
        )  # fmt: skip

    def words(
        self,
        *,
        by: str | None = None,
        words: Cutter | None = None,
        without: Iterable[str] | str | None = None,
        rollup: str | Rollup | None = None,
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> WordFrequencies:
        """Count how often each word is used: in all that is said, under each code, or by each group.

        Which words set a group apart: ``words(by=…).keyness(group)``.

        Parameters
        ----------
        by : str, optional
            ``"code"``, ``"theme"`` or ``"domain"``: the words on which each lies. A variable of documents or
            cases; or ``"speaker"``, ``"role"`` and so on as for `crosstab`.
        words : callable, optional
            What cuts a text into words, such as `qualcode.stats.spacy_lemmas` of a spaCy pipeline.
        without : iterable of str, optional
            Words that are not counted, such as function words.
        rollup : str or Rollup, optional
            For themes and domains.
        coders : str or iterable of str, optional
            Whose codes: ids of the coders; by the rule when not given.
        where : Query or str, optional
            Which of their assignments count; all when not given.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> told = project.words(by="code").keyness("short-term-money")
        >>> told.to_frame()[["word", "count", "reference", "log_ratio"]].head(2).to_numpy().tolist()
        [['buy', 5, 0, 8.28...], ['march', 5, 2, 6.28...]]
        """
        from qualcode.stats.words.frequencies import word_frequencies

        return word_frequencies(
            self.state,
            by=by,
            words=words,
            without=without,
            rollup=rollup,
            coders=coders,
            where=where,
        )

    def keywords_in_context(
        self,
        keywords: str | Iterable[str],
        *,
        width: int = 30,
        codes: str | Iterable[str] | None = None,
        coders: str | Iterable[str] | None = None,
    ) -> KeywordsInContext:
        """Find every place of keywords in the texts, coded or not, with what stands before and after.

        Parameters
        ----------
        keywords : str or iterable of str
            Whole words, whatever their case; ``*`` stands for any letters.
        width : int, default 30
            How many characters of context on each side.
        codes : str or iterable of str, optional
            Ids: only places on which one of these codes, or one below it, lies.
        coders : str or iterable of str, optional
            Whose codes: ids of the coders; by the rule when not given.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> found = project.keywords_in_context("grant*", codes="short-term-money")
        >>> len(found), found[0].segment.document.id, found[0].codes
        (5, 'int-05', ('short-term-money',))
        """
        from qualcode.stats.words.contexts import keywords_in_context

        return keywords_in_context(self.state, keywords, width=width, codes=codes, coders=coders)
