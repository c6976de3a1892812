"""Word frequencies: how often each word is used, by code, group or speaker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_texts
from qualcode.model.codebooks.hierarchy import LEVELS, Membership, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.state import State
from qualcode.model.texts.documents import Value
from qualcode.stats.arguments import check_count, check_function, check_variable
from qualcode.stats.counting.grouping import variable_groups
from qualcode.stats.counting.meeting import of_level
from qualcode.stats.counting.speaking import is_of_speakers, speaker_values, value_of
from qualcode.stats.counting.variable_values import variable_names
from qualcode.stats.kernels.blocks import as_flags
from qualcode.stats.uncertainty.intervals import Bounds
from qualcode.stats.uncertainty.resampling import cluster_bounds, ratio
from qualcode.stats.words.word_counts import CountedWords, WordCounts
from qualcode.stats.words.word_places import Cut, Cutter, cut_document, cut_into_words

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.stats.words.keywords import Formula, Keyness

__all__ = ["WordFrequencies", "word_frequencies"]

Longs: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


_COLUMNS = ("word", "count", "per_1000", "low", "high", "documents", "reason")


@attrs.frozen(eq=False)
class WordFrequencies(CountedWords):
    """How often each word is used, in all or by group.

    Its fields are those of `CountedWords`.
    """

    _figure = "qualcode.report.plot.word_rows:words"

    @property
    def _print_title(self) -> str:
        n = int(self.whole.size.sum())
        by = f", by {self.by}" if self.by else ""
        return f"{len(self.words):,} words in {n:,} places{by}, the most frequent first"

    def _print_rows(self, most: int) -> tuple[pd.DataFrame, int]:
        rows = sum(int(np.count_nonzero(part.totals)) for part in self.parts)
        return self.to_frame(top=-(-most // len(self.parts))).head(most), rows

    def to_frame(self, *, top: int | None = None, min_count: int = 1) -> pd.DataFrame:
        """Return a row for each word (and group), the most frequent first.

        Columns: what tells groups apart, if anything; word, count, per_1000 (words of the group), low, high
        (by whole documents), documents (in which it is used), reason (why there is no interval).

        Parameters
        ----------
        top : int, optional
            How many words of each group; all when not given.
        min_count : int, default 1
            Words that are used less often in a group are left out there.
        """
        import pandas as pd

        min_count = check_count(min_count, what="min_count", least=1)
        named = () if self.by is None else (self.by,)
        # Where nothing is coded, words by code are in no group.
        frames = [pd.DataFrame(columns=[*named, *_COLUMNS])]
        for group, part in zip(self.groups, self.parts, strict=True):
            rows = self.most_frequent(part, top=top, min_count=min_count)
            bounds = rates(part, rows)
            size = int(part.size.sum())
            frame = pd.DataFrame(
                {
                    "word": [self.words[at] for at in rows.tolist()],
                    "count": part.totals[rows],
                    "per_1000": 1000 * part.totals[rows] / max(1, size),
                    "low": 1000 * bounds.low,
                    "high": 1000 * bounds.high,
                    "documents": part.documents[rows],
                    "reason": bounds.reason,
                }
            )
            if self.by is not None:
                frame.insert(0, self.by, [group] * len(frame))
            frames.append(frame)
        return pd.concat(frames[1:] or frames, ignore_index=True)

    def keyness(
        self,
        group: Value,
        reference: Value | None = None,
        *,
        formula: Formula = "dunning",
        min_count: int = 3,
        confidence: float = 0.95,
    ) -> Keyness:
        """Return which words a group uses more, or less, than another or than all else that is said.

        Parameters
        ----------
        group : value of `groups`
            The group, such as the id of a code.
        reference : value of `groups`, optional
            Another group; all words that are not the group's when not given.
        formula : {"dunning", "rayson-garside"}, default "dunning"
            Of G²: by all four cells of the table of two by two, or by the two of the word itself.
        min_count : int, default 3
            Words that both together use less often are left out.
        confidence : float, default 0.95
            The level of the intervals.
        """
        from qualcode.stats.words.keywords import keyness

        return keyness(
            self, group, reference, formula=formula, min_count=min_count, confidence=confidence
        )


def rates(part: WordCounts, words: Longs, confidence: float = 0.95) -> Bounds:
    """Return intervals of the share that some words have of all words, by whole documents."""
    used = part.size > 0
    return cluster_bounds(
        ratio,
        [part.table(words)[used], part.size[used, None]],
        confidence=confidence,
        scale="log",
    )


@question("words")
def word_frequencies(
    state: State,
    *,
    by: str | None = None,
    words: Cutter | None = None,
    without: Iterable[str] | str | None = None,
    rollup: str | Rollup | None = None,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
) -> WordFrequencies:
    r"""Count how often each word is used: in all that is said, under each code, or by each group.

    Parameters
    ----------
    state : State
        The project's content.
    by : str, optional
        ``"code"``, ``"theme"`` or ``"domain"``: the words that segments of each share text with. A variable
        of documents or cases; or ``"speaker"``, ``"role"`` and so on as for
        `qualcode.stats.counting.crosstab`.
    words : callable, optional
        What cuts a text into words, such as `spacy_lemmas` of a pipeline; `cut_into_words` when not given.
    without : iterable of str, optional
        Words that are not counted, such as function words. They stay in what rates are of.
    rollup : str or Rollup, optional
        For themes and domains.
    coders : str or iterable of str, optional
        Whose segments, by code: ids of the coders; by the rule of `State.counting` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.

    Raises
    ------
    StatisticsError
        When nothing is said, or there are no such groups.

    Examples
    --------
    >>> import qualcode as qc
    >>> project = qc.Project.new("Study")
    >>> _ = project.add_document("ANA: We trust them.\nBEN: Trust takes time.", id="a")
    >>> found = word_frequencies(project.state, by="speaker")
    >>> found.to_frame(top=1)[["speaker", "word", "count"]].to_numpy().tolist()
    [['ANA', 'them', 1], ['BEN', 'takes', 1]]
    """
    cutter = cut_into_words if words is None else check_function(words, what="words")
    silent = () if without is None else check_texts(without, what="without", error=StatisticsError)
    if by is not None:
        check_variable(by, what="by")
    state = state.counting(coders, where=where)
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    vocabulary: dict[str, int] = {}
    cuts = [cut_document(each, cutter, vocabulary) for each in state.documents.values()]
    if not vocabulary:
        raise StatisticsError("nothing is said in the documents, so there are no words to count")
    groups: tuple[Value | None, ...]
    if by is None:
        groups, masks = (None,), iter([[np.ones(len(cut.word), np.bool_)] for cut in cuts])
    elif by in LEVELS and by not in variable_names(state):
        nodes, membership = of_level(hierarchy, by)
        groups, masks = tuple(node.id for node in nodes), _under(state, cuts, membership)
    elif is_of_speakers(state, by):
        groups = speaker_values(state, by)
        masks = _spoken(state, cuts, by, groups)
    else:
        of = variable_groups(state, by)
        groups, masks = tuple(of), _of_documents(cuts, list(of.values()))
    dropped = np.array(
        [vocabulary[word] for word in set(silent) if word in vocabulary], dtype=np.int64
    )
    whole, parts = _count(cuts, masks, len(groups), len(vocabulary), dropped)
    used = [at for at, part in enumerate(parts) if part.size.any()]
    names, order = _spelled(vocabulary, whole)
    return WordFrequencies(
        state, by, tuple(groups[at] for at in used), names, _renumbered(whole, order, len(names)),
        tuple(_renumbered(parts[at], order, len(names)) for at in used), hierarchy.rollup,
        words is not None, tuple(silent),
    )  # fmt: skip


def _under(state: State, cuts: Sequence[Cut], membership: Membership) -> Iterator[list[Flags]]:
    """Yield for each document which of its words each node lies on."""
    rows = state.assignments
    first = np.searchsorted(rows.document, np.arange(len(cuts)), "left")
    last = np.searchsorted(rows.document, np.arange(len(cuts)), "right")
    for cut, low, high in zip(cuts, first.tolist(), last.tolist(), strict=True):
        held = as_flags(membership[rows.code[low:high]])
        start, end = (column[low:high].astype(np.int64) for column in (rows.start, rows.end))
        nothing = np.zeros(len(cut.word), dtype=np.bool_)
        there: Flags = np.asarray(held.any(axis=0))
        yield [
            cut.within(start[held[:, node]], end[held[:, node]]) if there[node] else nothing
            for node in range(held.shape[1])
        ]


def _spoken(
    state: State, cuts: Sequence[Cut], by: str, groups: Sequence[Value | None]
) -> Iterator[list[Flags]]:
    """Yield for each document which of its words each group of speakers says."""
    told = value_of(state.cases, by)
    for cut, document in zip(cuts, state.documents.values(), strict=True):
        # What belongs to no turn has the number −1, and so the last label.
        values = [None if each is None else told(each) for each in document.voices]
        labels = np.array([*[_place(groups, value) for value in values], -1], dtype=np.int64)
        yield [labels[cut.turn] == at for at in range(len(groups))]


def _place(groups: Sequence[Value | None], value: Value | None) -> int:
    return -1 if value is None else groups.index(value)


def _of_documents(cuts: Sequence[Cut], masks: Sequence[Flags]) -> Iterator[list[Flags]]:
    for at, cut in enumerate(cuts):
        yield [np.full(len(cut.word), mask[at]) for mask in masks]


def _count(
    cuts: Sequence[Cut],
    masks: Iterator[list[Flags]],
    n_groups: int,
    n_words: int,
    dropped: Longs,
) -> tuple[WordCounts, list[WordCounts]]:
    """Return the counts of all words, and those of each group."""
    rows: list[list[tuple[int, Longs, Longs]]] = [[] for _ in range(n_groups + 1)]
    sizes = np.zeros((n_groups + 1, len(cuts)), dtype=np.int64)
    for document, (cut, own) in enumerate(zip(cuts, masks, strict=True)):
        for at, mask in enumerate([None, *own]):
            said = cut.word if mask is None else cut.word[mask]
            sizes[at, document] = len(said)
            word, count = np.unique(said, return_counts=True)
            kept = ~np.isin(word, dropped)
            rows[at].append((document, word[kept], count[kept]))
    found = []
    for at, parts in enumerate(rows):
        of = np.repeat([each[0] for each in parts], [len(each[1]) for each in parts])
        word, count = (
            np.concatenate([each[column] for each in parts]).astype(np.int64) for column in (1, 2)
        )
        found.append(WordCounts(of.astype(np.int64), word, count, sizes[at], n_words))
    return found[0], found[1:]


def _spelled(vocabulary: dict[str, int], whole: WordCounts) -> tuple[tuple[str, ...], Longs]:
    """Return the words that are counted in the order of spelling, and the new number of each."""
    counted = whole.totals > 0
    names = sorted(word for word, at in vocabulary.items() if counted[at])
    order = np.full(len(vocabulary), -1, dtype=np.int64)
    order[[vocabulary[word] for word in names]] = np.arange(len(names))
    return tuple(names), order


def _renumbered(counts: WordCounts, order: Longs, n_words: int) -> WordCounts:
    word = order[counts.word]
    by_word = np.lexsort((word, counts.document))
    return WordCounts(
        counts.document[by_word], word[by_word], counts.count[by_word], counts.size, n_words
    )
