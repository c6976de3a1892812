"""Finding who speaks: labels, tables or what the file says become turns, with everything doubtful told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest

import attrs

from qualcode.errors import DocumentError
from qualcode.model.checks import check_kind, check_mapping, check_text, is_missing
from qualcode.model.texts.choosing import Choice, choose
from qualcode.model.texts.clock import seconds
from qualcode.model.texts.cutting import cut, is_heading, trimmed
from qualcode.model.texts.grid import columns_of
from qualcode.model.texts.label_words import base_of, folded, kind_of, role_of
from qualcode.model.texts.labels import (
    MARKS,
    Candidate,
    Line,
    candidate,
    key_of,
    lines_of,
)
from qualcode.model.texts.roles import with_roles
from qualcode.model.texts.speakers import Speaker, Speakers, Suspect
from qualcode.model.texts.stamps import is_time, settled
from qualcode.model.texts.structure import Part, Structure

__all__ = ["find_turns", "labels_met"]

_ARROWS = re.compile(r"(?m)^[ \t]*>>")
_LEGEND = re.compile(
    r"(?P<label>[^\W_][\w.]{0,12}(?: \d)?)\s?[=:]\s?(?P<said>[^;,=:\n]{2,40})(?=[;,.\r\n]|$)"
)
_OFTEN_CHANCE = ("alone", "dash", "tab", "bracket", "tight", *MARKS)
"""The forms that lines have by chance, too often for each to be told."""
_ONCE = "comes only once, and looks unlike the others"
_LITTLE = "too little speaks for it"
_INSIDE = re.compile(r"\(([^()]*)\)")


def find_turns(
    text: str,
    structure: Structure | None = None,
    *,
    labels: Mapping[str, str | None] | None = None,
    pattern: str | re.Pattern[str] | None = None,
) -> Speakers:
    r"""Return who speaks in a text, and where.

    Parameters
    ----------
    text : str
        The whole text.
    structure : Structure, optional
        What is known of it: turns that the file names are taken as they are; headings belong to none.
    labels : mapping of str to str or None, optional
        Labels that are ones, with the name of the speaker; None for what is no label.
    pattern : str or compiled regular expression, optional
        What a label looks like, with the name in the group ``speaker``. It is looked for at each
        line's start, and nothing else is.

    Examples
    --------
    >>> found = find_turns("the tall one / Yes.\nme / No.", pattern=r"(?P<speaker>[\w ]+) /")
    >>> [(turn.name, turn.length) for turn in found.turns]
    [('the tall one', 4), ('me', 3)]
    """
    text = check_text(text, what="text", error=DocumentError)
    structure = Structure() if structure is None else structure
    check_kind(structure, Structure, what="structure", error=DocumentError)
    given = check_mapping(labels, what="labels", error=DocumentError)
    if pattern is None and not given:
        return _found(text, structure)
    known = {
        check_text(key, what="a label", error=DocumentError): name for key, name in given.items()
    }
    said = {folded(key): name for key, name in known.items()}
    if any(not (value is None or isinstance(value, str)) for value in said.values()):
        raise DocumentError(
            "labels must map each label to a speaker's name, or to None for no label"
        )
    names = {key: name for key, name in said.items() if name is not None}
    if pattern is not None:
        return _by_pattern(text, structure, pattern, names)
    return _by_labels(text, structure, said, names)


@lru_cache(maxsize=64)
def _found(text: str, structure: Structure) -> Speakers:
    if turns := structure.of("turn"):
        return _summed(text, turns, {}, (), 1.0, "file")
    if turns := tuple(_of_tables(text, structure)):
        return _summed(text, turns, {}, (), 0.95, "table")
    lines, candidates = _read(text, structure)
    return _of_choice(text, structure, lines, candidates, choose(text, lines, candidates), {})


def _read(text: str, structure: Structure) -> tuple[list[Line], list[Candidate]]:
    lines = list(lines_of(text))
    if len(_ARROWS.findall(text)) > 1:
        lines = list(_cut_at_arrows(text, lines))
    met = (candidate(text, line) for line in lines)
    found = settled([each for each in _beside_times(text, lines, met) if each is not None])
    # Headings are labels where labels are headings, and not where one heading has a colon in it.
    titles = [(part.start, part.end) for part in structure.of("heading")]
    apart = [each for each in found if not is_heading(text, each.line, titles)]
    return lines, (apart if 2 * len(apart) > len(found) else found)


def _cut_at_arrows(text: str, lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines in which arrows come first, as captions have them where the speaker changes."""
    for line in lines:
        start, blank = line.start, line.after_blank
        while (at := text.find(">>", start + 2, line.end)) > 0:
            if text[start:at].strip():
                yield Line(line.number, start, at, blank)
                start, blank = at, False
            else:
                break
        yield Line(line.number, start, line.end, blank)


def _beside_times(
    text: str, lines: Sequence[Line], candidates: Iterable[Candidate | None]
) -> Iterator[Candidate | None]:
    """Yield candidates; a name with the time on the line below has that time."""
    for each, below in zip_longest(candidates, lines[1:]):
        if each is None or each.form != "alone" or below is None or not is_time(text, below):
            yield each
        else:
            time = seconds(text[below.start : below.end])
            yield attrs.evolve(each, form="name time", time=time, marked=True)


def labels_met(text: str, structure: Structure) -> dict[str, str]:
    """Return whatever may be a label in a text, or is one for the file, by the label as it is compared."""
    met = {folded(turn.name): turn.name for turn in structure.of("turn") if turn.name}
    for each in _read(text, structure)[1]:
        if each.label:
            met.setdefault(folded(each.label), each.label)
            met.setdefault(key_of(each), base_of(each.label))
    return met


def _by_labels(
    text: str,
    structure: Structure,
    said: Mapping[str, str | None],
    names: Mapping[str, str],
) -> Speakers:
    lines, candidates = _read(text, structure)
    candidates = [each for each in candidates if said.get(_known(each, said), "") is not None]
    chosen = choose(text, lines, candidates)
    taken = {each.line.start for each in chosen.heads}
    more = [e for e in candidates if _known(e, said) in names and e.line.start not in taken]
    heads = sorted((*chosen.heads, *more), key=lambda each: each.line.start)
    form = chosen.form or (heads[0].form if heads else "")
    scores = {**chosen.scores, **{key_of(each): 1.0 for each in more}}
    choice = Choice(tuple(heads), chosen.front, scores, form)
    return _of_choice(text, structure, lines, candidates, choice, names)


def _known(each: Candidate, said: Mapping[str, str | None]) -> str:
    return folded(each.label) if folded(each.label) in said else key_of(each)


def _by_pattern(
    text: str, structure: Structure, pattern: str | re.Pattern[str], names: Mapping[str, str]
) -> Speakers:
    if not isinstance(pattern, re.Pattern):
        pattern = check_text(pattern, what="pattern", error=DocumentError)
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise DocumentError(f"pattern {pattern!r} is not a regular expression: {error}") from error
    if "speaker" not in compiled.groupindex:
        raise DocumentError(
            f"pattern {compiled.pattern!r} needs a group for the name: (?P<speaker>…)"
        )
    lines = list(lines_of(text))
    heads = []
    for line in lines:
        found = compiled.match(text, line.start, line.end)
        if found is not None:
            below = not text[found.end() : line.end].strip()
            name = found["speaker"] or ""
            heads.append(Candidate(line, "pattern", name, found.end(), None, True, None, below))
    choice = Choice(tuple(heads), (), {key_of(each): 1.0 for each in heads}, "pattern")
    return _of_choice(text, structure, lines, heads, choice, names)


# What is found


def _of_choice(
    text: str,
    structure: Structure,
    lines: Sequence[Line],
    candidates: Sequence[Candidate],
    choice: Choice,
    names: Mapping[str, str],
) -> Speakers:
    suspects = tuple(_suspects(candidates, choice))
    if not choice.heads:
        return Speakers(suspects=suspects)
    legend = dict(_legend(text, lines, choice))
    aliases = _aliases(choice.heads, legend, names)
    turns = tuple(cut(text, structure, lines, choice, aliases))
    sure = _sureness([choice.scores.get(key_of(each), 0.6) for each in choice.heads], suspects)
    roles = {aliases[key]: role for key, (_, role) in legend.items() if key in aliases and role}
    found = _summed(text, turns, roles, _labels(choice.heads, legend, aliases), sure, choice.form)
    return Speakers(found.items_, found.turns, suspects, found.sure, found.form)


def _sureness(scores: Sequence[float], suspects: Sequence[Suspect]) -> float:
    """Return how sure labels are: more for each sign that speaks for them, less for doubtful lines."""
    signs: float = sum(scores) / len(scores)
    doubtful = sum(each.reason in (_ONCE, _LITTLE) for each in suspects)
    return round(
        (1.0 - float(0.5 ** (3 * signs))) * (1 - 0.3 * doubtful / (doubtful + len(scores))), 2
    )


def _suspects(candidates: Iterable[Candidate], choice: Choice) -> Iterator[Suspect]:
    taken = {each.line.start for each in choice.heads}
    front = {each.line.start for each in choice.front}
    times = Counter(key_of(each) for each in candidates)
    known = {key_of(each) for each in choice.heads}
    for each in candidates:
        if each.line.start in taken or not each.label:
            continue
        kind = kind_of(each.label)
        if each.form in _OFTEN_CHANCE and not (
            key_of(each) in known or (kind in ("code", "role") and times[key_of(each)] > 1)
        ):
            continue
        if each.line.start in front:
            reason = "says who is meant, or a fact about them"
        elif kind == "stop":
            reason = "names a fact"
        elif kind == "words":
            reason = "reads like words of a sentence"
        elif times[key_of(each)] == 1:
            reason = _ONCE
        else:
            reason = _LITTLE
        yield Suspect(each.line.number, each.label, reason)


def _legend(
    text: str, lines: Sequence[Line], choice: Choice
) -> Iterator[tuple[str, tuple[str, str | None]]]:
    """Yield what the lines before the first turn say of labels: for each, the words and the role."""
    known = {key_of(each) for each in choice.heads}
    for line in lines:
        if line.start >= choice.heads[0].line.start:
            return
        for found in _LEGEND.finditer(text, line.start, line.end):
            said = found["said"].strip(" .*_")
            if folded(found["label"]) in known and role_of(said):
                yield folded(found["label"]), (said, role_of(said))


def _aliases(
    heads: Sequence[Candidate],
    legend: Mapping[str, tuple[str, str | None]],
    names: Mapping[str, str],
) -> dict[str, str]:
    """Return for each label, folded, the name of its speaker."""
    keys = Counter(key_of(each) for each in heads if each.label)
    joined = {key: key for key in keys}
    for each in heads:
        inside = _INSIDE.search(each.label)
        other = folded(inside[1]) if inside else ""
        if other in keys:
            joined[key_of(each)] = other
    for key, (said, _) in legend.items():
        if folded(said) in keys and folded(said) != key:
            joined[folded(said)] = key
    shown: dict[str, str] = {}
    for each in heads:
        shown.setdefault(key_of(each), base_of(each.label).strip("*_ "))
    found = {}
    for key in keys:
        end = joined[joined[key]]
        found[key] = names.get(key, names.get(end, shown[end]))
    for each in heads:
        if each.label and folded(each.label) in names:
            found[key_of(each)] = names[folded(each.label)]
    return found


def _labels(
    heads: Sequence[Candidate],
    legend: Mapping[str, tuple[str, str | None]],
    aliases: Mapping[str, str],
) -> tuple[tuple[str, str], ...]:
    """Return all labels with the name of their speaker, once each."""
    seen = dict.fromkeys(
        (each.label.strip("*_ "), aliases[key_of(each)]) for each in heads if each.label
    )
    said = dict.fromkeys(
        (said, aliases[key]) for key, (said, _) in legend.items() if key in aliases
    )
    return tuple({**seen, **said})


# Tables


def _of_tables(text: str, structure: Structure) -> Iterator[Part]:
    """Yield the turns of tables that have a row for each."""
    cells = structure.of("cell")
    for table in structure.of("table"):
        rows: list[list[Part]] = []
        for cell in cells:
            if table.start <= cell.start and cell.end <= table.end:
                if cell.level == 1 or not rows:
                    rows.append([])
                rows[-1].append(cell)
        found = columns_of([[text[c.start : c.end] for c in row] for row in rows])
        if found is None:
            continue
        name = ""
        for row in rows[found.first :]:
            if max(found.speaker, found.text) >= len(row):
                continue
            said, who = row[found.text], row[found.speaker]
            name = text[who.start : who.end].strip().strip("*:") or name
            time = found.time_of([text[c.start : c.end] for c in row])
            yield from trimmed(text, said.start, said.end, name, time)


# Counting


def _summed(
    text: str,
    turns: Iterable[Part],
    roles: Mapping[str, str],
    labels: Iterable[tuple[str, str]],
    sure: float,
    form: str,
) -> Speakers:
    turns = tuple(turns)
    counts: dict[str, list[int]] = {}
    for turn in turns:
        if not is_missing(turn.name) and turn.name:
            own = counts.setdefault(turn.name, [0, 0])
            own[0] += 1
            own[1] += len(text[turn.start : turn.end].split())
    also: dict[str, list[str]] = {}
    for label, name in labels:
        if label != name and label not in also.setdefault(name, []):
            also[name].append(label)
    people = []
    for name, (number, words) in counts.items():
        others = tuple(also.get(name, ()))
        told = (role_of(each) for each in (name, *others))
        role = roles.get(name) or next((each for each in told if each), None)
        people.append(Speaker(name, others, role, number, words))
    people = with_roles(people, text, turns)
    return Speakers(tuple(people), turns, (), sure, form)
