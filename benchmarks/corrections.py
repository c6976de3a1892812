"""How long it takes to find what two versions of a text have in common, beside the libraries one would ask.

Run ``python benchmarks/corrections.py [--small] [--limit SECONDS]``; process time, one run each in a process
of its own, which is ended after the limit and may hold 4 GB. Contestants that are not installed are left out:
``pip install rapidfuzz diff-match-patch patiencediff``. All but diff-match-patch are given the same tokens;
making them is timed, as it is for qualcode. The last columns are the whole of a correction: also placing a
segment for every 100 code points, and how many are kept, changed and left to a person.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import random
import re
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator

from qualcode.model.texts.corrections import Correction
from qualcode.model.texts.corrections.tokens import tokenise
from qualcode.model.texts.spans import Span

SIZE = 500_000
MEMORY = 4 << 30
Ids = list[int]


def prose(size: int, seed: int) -> str:
    """Return sentences of made-up words, of which some are far more frequent than others."""
    rng = random.Random(seed)
    words = ["".join(rng.choices("etaoinshrdlu", k=rng.randint(1, 9))) for _ in range(4000)]
    made: list[str] = []
    length = 0
    while length < size:
        chosen = (words[int(4000 * rng.random() ** 3)] for _ in range(rng.randint(4, 16)))
        made.append(" ".join(chosen).capitalize() + rng.choice([". ", ". ", "? ", ".\n"]))
        length += len(made[-1])
    return "".join(made)[:size]


def edited(text: str, edits: int) -> str:
    """Return a text with random cuts, and words put in."""
    rng = random.Random(2)
    for at in sorted(rng.sample(range(len(text)), edits), reverse=True):
        text = text[:at] + rng.choice(["indeed ", ""]) + text[at + rng.choice([0, 3, 20]) :]
    return text


def inputs(size: int) -> Iterator[tuple[str, str, str]]:
    """Yield pairs of texts, and what they are."""
    rng = random.Random(5)
    text = prose(size, 1)
    yield "300 edits in 500,000", text, edited(text, max(1, size * 300 // SIZE))
    yield "an edit every 50 characters", text, edited(text, size // 50)
    yield "another text", text, prose(size, 9)
    yield "one letter", "a" * size, "a" * (size // 2) + "b" + "a" * (size // 2 - 7)
    yield "one line, repeated", "yes\n" * (size // 4), ("no\n" + "yes\n" * 50) * (size // 203)
    one, other = ("".join(rng.choices("!?", k=size)) for _ in range(2))
    yield "two signs at random", one, other
    words = [f"w{rng.randrange(300)}" for _ in range(size // 5)]
    yield "words shuffled", " ".join(words), " ".join(rng.sample(words, len(words)))


# The contestants


def numbered(old: str, new: str) -> tuple[Ids, Ids]:
    numbers: dict[str, int] = {}
    one, other = (
        [numbers.setdefault(token, len(numbers)) for token in tokenise(text)] for text in (old, new)
    )
    return one, other


def difflib_words(old: str, new: str) -> None:
    from difflib import SequenceMatcher

    SequenceMatcher(None, *numbered(old, new), autojunk=False).get_opcodes()


def difflib_two_levels(old: str, new: str) -> None:
    from difflib import SequenceMatcher

    sentences = re.compile(r"[^.?!\n]*[.?!\n]+\s*|[^.?!\n]+")
    a, b = sentences.findall(old), sentences.findall(new)
    for tag, i, k, j, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "replace":
            difflib_words("".join(a[i:k]), "".join(b[j:m]))


def rapidfuzz_levenshtein(old: str, new: str) -> None:
    from rapidfuzz.distance import Levenshtein

    Levenshtein.opcodes(*numbered(old, new))


def rapidfuzz_indel(old: str, new: str) -> None:
    from rapidfuzz.distance import Indel

    Indel.opcodes(*numbered(old, new))


def diff_match_patch(old: str, new: str) -> None:
    from diff_match_patch import diff_match_patch

    matcher = diff_match_patch()
    matcher.Diff_Timeout = 0  # what it gives up after depends on the machine
    matcher.diff_main(old, new, True)


def patiencediff(old: str, new: str) -> None:
    from patiencediff import PatienceSequenceMatcher

    PatienceSequenceMatcher(None, *numbered(old, new)).get_opcodes()


def qualcode(old: str, new: str) -> None:
    Correction.between(old, new)


CONTESTANTS: dict[str, tuple[str, Callable[[str, str], None]]] = {
    "qualcode": ("qualcode", qualcode),
    "difflib, sentences then words": ("difflib", difflib_two_levels),
    "difflib, words": ("difflib", difflib_words),
    "RapidFuzz Levenshtein": ("rapidfuzz", rapidfuzz_levenshtein),
    "RapidFuzz Indel": ("rapidfuzz", rapidfuzz_indel),
    "diff-match-patch": ("diff_match_patch", diff_match_patch),
    "patiencediff": ("patiencediff", patiencediff),
}


# Measuring


def _timed(work: Callable[[str, str], None], old: str, new: str, answer: object) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    work("a b", "a c")  # so that every import is done
    began = time.process_time()
    try:
        work(old, new)
        told = f"{time.process_time() - began:.2f}"
    except MemoryError:
        told = "memory"
    except BaseException as error:  # a panic of an extension is no Exception
        told = type(error).__name__
    answer.put(told)  # type: ignore[attr-defined]


def spent(work: Callable[[str, str], None], old: str, new: str, limit: float) -> str:
    """Return the seconds of a run as text, or why there are none."""
    context = multiprocessing.get_context("fork")
    answer = context.SimpleQueue()
    process = context.Process(target=_timed, args=(work, old, new, answer))
    process.start()
    process.join(limit)
    if process.is_alive():
        process.kill()
        process.join()
        return f"> {limit:g}"
    return "crash" if answer.empty() else str(answer.get())


def placing(old: str, new: str) -> list[str]:
    """Return the seconds of a whole correction, and what became of its segments."""
    rng = random.Random(3)
    spans = []
    for _ in range(len(old) // 100):
        start = rng.randrange(len(old) - 1)
        spans.append(Span(start, min(len(old), start + rng.choice([5, 40, 200, 800]))))
    began = time.process_time()
    placed = Correction.between(old, new).place_all(spans)
    seconds = time.process_time() - began
    counts = Counter(each.outcome for each in placed)
    return [
        f"{seconds:.2f}",
        *(f"{counts[kind]:,}" for kind in ("kept", "changed", "quarantined")),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a fiftieth of the text")
    parser.add_argument("--limit", type=float, default=10, help="seconds for each run")
    args = parser.parse_args()
    size = SIZE // 50 if args.small else SIZE
    there = {
        name: work
        for name, (module, work) in CONTESTANTS.items()
        if importlib.util.find_spec(module)
    }
    print(f"Seconds of process time; {size:,} code points, {size // 100:,} segments\n")
    print(f"| | {' | '.join(there)} | with segments | kept | changed | quarantined |")
    print(f"|---|{'---:|' * (len(there) + 4)}")
    for name, old, new in inputs(size):
        cells = [spent(work, old, new, args.limit) for work in there.values()]
        print(f"| {name} | {' | '.join([*cells, *placing(old, new)])} |", flush=True)


if __name__ == "__main__":
    main()
