"""Descriptions of words: how often they are used, what sets groups apart, and words in context."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.inference import RATES, RATES_REFERENCE, left_out
from qualcode.report.describing.intervals import interval_method, interval_references
from qualcode.report.describing.references import HARDIE_2014, RAYSON_GARSIDE_2000
from qualcode.report.describing.units import along
from qualcode.report.describing.wording import (
    Description,
    describe,
    each_group,
    listed,
    material,
    per_cent,
    unresolved,
)
from qualcode.stats.coefficients import coefficient
from qualcode.stats.words.contexts import KeywordsInContext
from qualcode.stats.words.frequencies import WordFrequencies
from qualcode.stats.words.keywords import Keyness
from qualcode.stats.words.word_counts import CountedWords

__all__: list[str] = []


@describe.register
def _words(result: WordFrequencies) -> Description:
    return Description(
        (
            *_counted(result),
            "Rates are of 1,000 words, with 95 % intervals by whole documents (delete-one jackknife, "
            "Student's t on a logarithmic scale).",
            material(result.state),
            unresolved(result.state),
        ),
        interval_references("jackknife"),
    )


@describe.register
def _keyness(result: Keyness) -> Description:
    of = result.of
    other = (
        "all other words"
        if result.reference is None
        else f"the words of {of.label(result.reference)}"
    )
    cells = (
        "over all four cells of that table"
        if result.formula == "dunning"
        else "over the two cells of the word itself"
    )
    return Description(
        (
            *_counted(of),
            f"The words of {of.label(result.group)} ({result.size:,}) were compared with {other} "
            f"({result.reference_size:,}): {many(len(result.words), 'word')} that both together used "
            "often enough.",
            "Of each word, whether it is that word or another, there and here, made a table of two by "
            f"two; the likelihood ratio G² was computed {cells}, which takes words as "
            "independent.",
            "As a measure of how much, the binary logarithm of the ratio of both rates was computed (log "
            f"ratio; half an occurrence was taken for none), with {per_cent(result.bounds.confidence)} "
            "intervals by "
            f"whole documents ({interval_method(result.bounds, 'document')}; half an occurrence was added on "
            "both sides) and p-values of the same t.",
            f"{RATES['bh'][0].upper()}{RATES['bh'][1:]} over those tested.",
            left_out(result.bounds.reason, "interval"),
            material(of.state),
            unresolved(of.state),
        ),
        [
            coefficient("g_squared").reference,
            *([RAYSON_GARSIDE_2000] if result.formula == "rayson-garside" else []),
            HARDIE_2014,
            *interval_references("jackknife"),
            RATES_REFERENCE["bh"],
        ],
    )


def _counted(result: CountedWords) -> tuple[str, ...]:
    """Return sentences on what a word was, and of whom words were counted."""
    size = int(result.whole.size.sum())
    if result.lemmas:
        cut = "cut by a function that was given for it"
    else:
        cut = "a run of letters and digits, without differences of case"
    whose = ""
    if result.by in ("code", "theme", "domain"):
        whose = (
            f"A word counted for a {result.by}{along(result.by, result.rollup)} where a segment of it shared "
            "text with the word."
        )
    elif result.by is not None:
        whose = f"Words were counted for {each_group(result.state, result.by)}."
    dropped = ""
    if result.left_out:
        told = listed(result.left_out, most=8)
        dropped = f"{many(len(result.left_out), 'word')} were not counted ({told})."
    return (
        f"How often words are used was counted: {len(result.words):,} different ones in {size:,} places, "
        f"a word being {cut}; labels of speakers and times were left out.",
        whose,
        dropped,
    )


@describe.register
def _in_context(result: KeywordsInContext) -> Description:
    only = f" on which the code {listed(result.only)} lay" if result.only else ""
    documents = len({each.segment.document.id for each in result.items})
    return Description(
        (
            f"Every place of {listed(map(repr, result.keywords))} was sought in the texts, as whole words "
            f"whatever their case (* standing for any letters): {many(len(result), 'place')}{only} in "
            f"{many(documents, 'document')}.",
            material(result.state),
            unresolved(result.state),
        )
    )
