"""Where ends of sentences differ from those of spaCy's sentencizer, drawn at random, for a reader to judge.

    pip install 'qualcode[spacy]'
    python benchmarks/sentences.py FILE... [--places N] [--seed N] [--answers]

It prints how many ends each finds within the lines of the texts, at how many places they differ, and some
of these with the words around them; a bar stands where one of the two has an end. Which one is shown with
--answers alone, so that whoever judges does not know. The figures in docs/definitions/units.md are from it.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterable
from pathlib import Path

import spacy

import qualcode as qc
from qualcode.model.texts.sentences import ends_of_sentences


def places(line: str, ends: Iterable[int]) -> dict[int, int]:
    """Return ends by how many letters come before them, so that white space at an end does not matter."""
    whole = len(re.sub(r"\s", "", line))
    found = {len(re.sub(r"\s", "", line[:end])): end for end in ends}
    return {number: end for number, end in found.items() if 0 < number < whole}


def main() -> None:
    """Compare, and print places to be judged."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--places", type=int, default=60)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--answers", action="store_true")
    given = parser.parse_args()
    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    pipeline.max_length = 10**7
    counts = {"rules": 0, "sentencizer": 0}
    differing: list[tuple[str, str]] = []
    for document in qc.read_documents(given.files):
        for line in filter(str.strip, re.split(r"[\r\n]+", document.text)):
            ours = places(line, ends_of_sentences(line))
            theirs = places(line, (each.end_char for each in pipeline(line).sents))
            counts["rules"] += len(ours)
            counts["sentencizer"] += len(theirs)
            for number in ours.keys() ^ theirs.keys():
                end = ours.get(number, theirs.get(number, 0))
                around = f"{line[max(0, end - 60) : end].rstrip()} | {line[end:].lstrip()[:60]}"
                differing.append((around, "rules" if number in ours else "sentencizer"))
    print(f"ends: {counts}; they differ at {len(differing)} places")
    random.Random(given.seed).shuffle(differing)
    for number, (around, whose) in enumerate(differing[: given.places], start=1):
        print(f"{number:3} {around}{f'   ({whose})' if given.answers else ''}")


if __name__ == "__main__":
    main()
