"""Interviews are edited at random, and what is coded in them has to move with its words, or to wait.

The edits are known, and so is where every passage stands that none of them touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import attrs
from tests.torture.counting import Found

import qualcode as qc

INTERVIEWS = "partnership-interviews"
CODED = 40
"""Passages in each text."""
CONTEXT = 48
"""Code points on either side of a passage within which nothing was changed: it has to be found."""
SIGNS = ("🙂", "👩‍👩‍👧", "e\u0301", "\r\n", "信任", "’", "\u00a0", "ﬁ")


@attrs.frozen
class Edit:
    """A stretch of the old text, and what stands in its place."""

    start: int
    end: int
    words: str


def corrected(runs: int, seed: int) -> Found:
    """Correct as many texts, and take each correction back."""
    found = Found("corrections", seed)
    texts = [document.text for document in qc.load_project(INTERVIEWS).documents.values()]
    for number in range(runs):
        random = Random(f"{seed} {number}")
        for told in tried(found, random.choice(texts), random):
            found.fault(f"run {number}: {told}")
    return found


def tried(found: Found, text: str, random: Random) -> list[str]:
    """Correct a text and take it back; return what is wrong."""
    text = sprinkled(text, random)
    project = qc.Project.new("Study", codebook=qc.Codebook("b", codes=[qc.Code("x")]), coder="ana")
    project.add_document(text, id="a")
    spans = {coded(text, random) for _ in range(CODED)}
    for start, end in spans:
        project.assign(("a", start, end), "x")
    before = project.state
    edits = edited(text, random)
    new = applied(text, edits)
    project.correct("a", new)
    found.counts["corrections"] += new != text
    found.counts["edits"] += len(edits)
    found.counts["passages"] += len(spans)
    wrong = []
    there = {(each.segment.start, each.segment.end) for each in project.assignments}
    waiting = project.quarantine
    if len(project.assignments) + sum(len(each.assignments) for each in waiting) != len(spans):
        wrong.append("a passage is neither in the text nor in the quarantine")
    words = {text[start:end] for start, end in spans}
    reworded = project.state.reworded
    for start, end in there:
        if ("a", start, end) not in reworded and new[start:end] not in words:
            wrong.append(f"{new[start:end]!r} was coded nowhere")
    for start, end in spans:
        at = shifted(start, edits), shifted(end, edits)
        apart = all(each.end <= start - CONTEXT or end + CONTEXT <= each.start for each in edits)
        # Of a word or two there may be other copies, with the same to say for them.
        alone = text.count(text[max(0, start - CONTEXT) : end + CONTEXT]) == 1
        if apart and alone:
            found.counts["untouched"] += 1
            found.counts["of them found"] += at in there
            if at not in there and end - start > CONTEXT:
                wrong.append(f"{text[start:end]!r} was untouched, and is not found")
    found.counts["reworded"] += len(reworded)
    found.counts["quarantined"] += len(waiting)
    project.correct("a", text)
    if project.assignments != before.assignments or project.quarantine or project.state.reworded:
        wrong.append("taken back, it is not as it was")
    return wrong


def sprinkled(text: str, random: Random) -> str:
    """Return a text with signs in it that programs stumble over, and sometimes a repeated stretch."""
    for _ in range(random.randrange(12)):
        at = random.randrange(len(text))
        text = text[:at] + random.choice(SIGNS) + text[at:]
    if random.random() < 0.3:
        text = text.replace("\n", "\r\n")
    if random.random() < 0.2:
        text += text[: random.randrange(1500)]
    return text


def coded(text: str, random: Random) -> tuple[int, int]:
    start = random.randrange(len(text) - 1)
    return start, min(len(text), start + 1 + random.randrange(random.choice((5, 40, 300))))


def edited(text: str, random: Random) -> list[Edit]:
    """Return edits that do not touch one another: words put in, taken out, replaced, copied, moved away."""
    found: list[Edit] = []
    words = text.split()
    for start in sorted(random.sample(range(len(text)), random.randint(1, 12))):
        if found and start <= found[-1].end:
            continue
        end = min(len(text), start + random.choice((0, 1, 6, 30, 200)))
        new = " ".join(random.choices(words, k=random.choice((0, 1, 2, 9))))
        if random.random() < 0.2:
            at = random.randrange(len(text))
            new = text[at : at + random.choice((6, 80))]
        found.append(Edit(start, end, new))
    return found


def applied(text: str, edits: Sequence[Edit]) -> str:
    for each in reversed(edits):
        text = text[: each.start] + each.words + text[each.end :]
    return text


def shifted(offset: int, edits: Sequence[Edit]) -> int:
    """Return where an offset that no edit touches is afterwards."""
    return offset + sum(
        len(each.words) - (each.end - each.start) for each in edits if each.end <= offset
    )
