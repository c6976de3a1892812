"""Which of the lines that look like labels are labels: judged by the whole document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import attrs

from qualcode.model.texts.label_words import kind_of, people_of, role_of
from qualcode.model.texts.labels import MARKS, Candidate, Line, key_of, said_of
from qualcode.model.texts.listed import things_listed
from qualcode.model.texts.speaker_words import ANSWERS, QUESTIONS

__all__ = ["Choice", "are_counted", "choose"]


_BY_KIND = {
    "code": 0.45,
    "role": 0.55,
    "name": 0.4,
    "number": 0.25,
    "low": 0.15,
    "words": -0.2,
    "stop": -2.0,
}
_BY_FORM = {
    "voice": 1.0,
    "chat": 0.3,
    **dict.fromkeys(MARKS, -0.15),
    "dash": -0.25,
    "bracket": -0.25,
    "tab": -0.15,
    "tight": -0.15,
    "alone": -0.45,
}
_SURE_FORMS = ("colon", "name time", "time name", "name stamp", "voice", "chat")
"""The forms in which one label alone may carry a document."""
_STRAY_FORMS = ("colon", "name time", "time name", "name stamp")
"""The forms in which a known label is one wherever it comes."""
_ENOUGH = 0.7
_DENSE = 0.6
_LETTER = re.compile(r"[^\W\d_]")  # not a mere time or number
_SENTENCE_END = re.compile(r"[.?!…。？！؟\"”»)\]]\s*$|[-–—]\s*$")
_BEHIND = re.compile(r"\s*\([^()]*\)\s*$")
_PAIR = re.compile(r"[;,]\s*\w[\w ]{0,20}\s?[:=]|^\s*=|\w\s?=\s?\w")


@attrs.frozen
class Choice:
    """The lines at which turns begin, in order, and how sure that is.

    Parameters
    ----------
    heads : tuple of Candidate
        Those taken.
    front : tuple of Candidate
        Those with a speaker's label that say facts about speakers: a legend, or a list at the top.
    scores : mapping of str to float
        For each label, folded, how it was judged.
    form : str
        How labels are set apart.
    """

    heads: tuple[Candidate, ...] = ()
    front: tuple[Candidate, ...] = ()
    scores: Mapping[str, float] = attrs.field(factory=dict)
    form: str = ""


def choose(text: str, lines: Sequence[Line], candidates: Sequence[Candidate]) -> Choice:
    """Return the candidates that are heads of turns."""
    best = Choice()
    value = 0.0
    lines = [each for each in lines if _LETTER.search(text, each.start, each.end)]
    for form in dict.fromkeys(each.form for each in candidates if each.form != "arrows"):
        found = _of_form(text, lines, [each for each in candidates if each.form == form], form)
        worth = sum(min(1.0, found.scores[key_of(each)]) for each in found.heads)
        if worth > value:
            best, value = found, worth
    return _with_strays(text, best, candidates)


def _of_form(
    text: str, lines: Sequence[Line], candidates: Sequence[Candidate], form: str
) -> Choice:
    numbered = _numbers_rise(candidates)
    usable = [each for each in candidates if each.number is None or numbered]
    by_key: dict[str, list[Candidate]] = {}
    for each in usable:
        by_key.setdefault(key_of(each), []).append(each)
    kinds = {key: kind_of(own[0].label) for key, own in by_key.items()}
    _pair_up(kinds, by_key)
    scores = _scores(by_key, kinds, usable, form)
    like = [each for each in usable if _is_like_a_label(each, kinds, by_key)]
    dense = 0.0 if _is_list(by_key, kinds) else _density(like, lines)
    if dense >= _DENSE:
        more = 0.35 if dense < 1 else 0.55
        alike = _Style(like, kinds, text)
        for key in {key_of(each) for each in like if alike.fits(each)}:
            scores[key] += more
    listed = things_listed(text, usable, kinds)
    core = {key for key, score in scores.items() if score >= _ENOUGH and key not in listed}
    if not _holds(core, by_key, form):
        return Choice()
    style = _Style([each for key in core for each in by_key[key]], kinds, text)
    first = min(each.line.start for key in core for each in by_key[key])
    taken = {
        key
        for key, own in by_key.items()
        if key in core
        or (len(people_of(own[0].label)) > 1 and core.issuperset(people_of(own[0].label)))
        or (
            kinds[key] not in ("stop", "words")
            and key not in listed
            and any(map(style.fits, own))
            and (own[0].line.start > first or _SENTENCE_END.search(said_of(text, own[0])))
        )
    }
    scores |= {key: max(scores[key], 0.6) for key in taken - core}
    heads = [each for each in usable if key_of(each) in taken]
    front = _front(text, lines, candidates, heads, kinds)
    return Choice(tuple(each for each in heads if each not in front), tuple(front), scores, form)


def _scores(
    by_key: Mapping[str, list[Candidate]],
    kinds: Mapping[str, str],
    usable: Sequence[Candidate],
    form: str,
) -> dict[str, float]:
    changes = _alternating(usable)
    scores = {}
    for key, own in by_key.items():
        number = len(own)
        score = _BY_KIND[kinds[key]] + _BY_FORM.get(form, 0.0)
        if form == "alone" and kinds[key] in ("code", "role") and number > 1:
            score += 0.2
        score += 0.3 * (number > 1) + 0.1 * (number > 2)
        score += 0.35 * (sum(each.time is not None for each in own) > number / 2)
        score += 0.2 * (sum(each.marked and each.time is None for each in own) > number / 2)
        score += 0.15 * changes.get(key, 0.0) * (number > 1)
        scores[key] = score
    return scores


def _alternating(usable: Sequence[Candidate]) -> dict[str, float]:
    """Return for each label how often another one stood before it."""
    times, changed = Counter[str](), Counter[str]()
    before = None
    for each in usable:
        key = key_of(each)
        times[key] += 1
        changed[key] += before is not None and before != key
        before = key
    return {key: changed[key] / times[key] for key in times}


def _pair_up(kinds: dict[str, str], by_key: Mapping[str, list[Candidate]]) -> None:
    """Let "Question" and "Answer" be labels where both come again and again, and no head of a mail be one."""
    questions = [key for key in by_key if key in QUESTIONS and len(by_key[key]) > 1]
    answers = [key for key in by_key if key in ANSWERS and len(by_key[key]) > 1]
    if questions and answers:
        for key in (*questions, *answers):
            kinds[key] = "role"
    if "subject" in kinds and {"from", "to"} <= kinds.keys():
        kinds["subject"] = "stop"  # the heads of mails


def _numbers_rise(candidates: Sequence[Candidate]) -> bool:
    """Tell numbers of lines or turns before labels from numbers that mean something."""
    numbers = [each.number for each in candidates if each.number is not None]
    return len(numbers) > 1 and are_counted(numbers) and len(numbers) > len(candidates) / 2


def are_counted(numbers: Sequence[int]) -> bool:
    """Tell whether numbers rise, but for a few places at which they begin anew."""
    anew = sum(other <= one for one, other in pairwise(numbers))
    return anew == 0 or (10 * anew < len(numbers) and numbers.count(numbers[0]) == anew + 1)


def _is_list(by_key: Mapping[str, list[Candidate]], kinds: Mapping[str, str]) -> bool:
    """Tell a numbered list, 1: 2: 3:, from numbered speakers."""
    numbers = [key for key in by_key if kinds[key] == "number"]
    once = all(len(by_key[key]) == 1 for key in numbers)
    return len(numbers) > 2 and once and len(numbers) == len(by_key)


def _is_like_a_label(
    each: Candidate, kinds: Mapping[str, str], by_key: Mapping[str, list[Candidate]]
) -> bool:
    kind = kinds[key_of(each)]
    return kind != "stop" and (kind != "words" or len(by_key[key_of(each)]) > 1)


def _density(own: Sequence[Candidate], lines: Sequence[Line]) -> float:
    """Return the share of lines, or of blocks of lines, that begin with what may be a label."""
    if len({key_of(each) for each in own}) < 2:
        return 0.0
    after = [each for each in lines if each.number >= own[0].line.number]
    blocks = sum(each.after_blank for each in after)
    apart = sum(each.line.after_blank for each in own)
    by_line = (len(own) + sum(each.below for each in own)) / len(after)
    by_block = apart / blocks - 0.2 if blocks > 2 and apart == len(own) else 0.0
    return max(min(1.0, by_line), by_block)


def _holds(core: set[str], by_key: Mapping[str, list[Candidate]], form: str) -> bool:
    """Tell whether labels carry a document: two of them, or one that is plainly a speaker's."""
    times = [len(by_key[key]) for key in core]
    if form in MARKS:
        # "A. Yes", "B. No", again and again, are answers to choose from, or points of lists.
        are_points = "".join(sorted(by_key)) == "abcdefghij"[: len(by_key)]
        return sum(number > 1 for number in times) > 1 and not are_points
    if len(core) > 2 and max(times) == 1:
        # Minutes, recipes and forms: nobody speaks again.
        own = [by_key[key][0] for key in core]
        return any(each.marked or kind_of(each.label) in ("code", "role") for each in own)
    if len(core) > 1:
        return True
    if not core or form not in _SURE_FORMS:
        return False
    (key,) = core
    own = by_key[key]
    stamped = sum(each.time is not None for each in own) > len(own) / 2
    return (stamped and len(own) > 1) or (
        len(own) > 1 and kind_of(own[0].label) in ("role", "code")
    )


class _Style:
    """How the labels of a document look that are beyond doubt, so that those that come once are told."""

    def __init__(self, core: Sequence[Candidate], kinds: Mapping[str, str], text: str) -> None:
        self._kinds, self._text = kinds, text
        number = len(core)
        self._stamped = sum(each.time is not None for each in core) > 0.7 * number
        self._marked = sum(each.marked for each in core) > 0.7 * number
        self._apart = sum(each.line.after_blank for each in core) > 0.8 * number
        self._capitals = sum(each.label == each.label.upper() for each in core) > 0.7 * number
        codes = sum(kinds[key_of(each)] in ("code", "number") for each in core)
        self._codes = codes > 0.7 * number
        self._numbers = sum(kinds[key_of(each)] == "number" for each in core) > 0.7 * number
        self._low = sum(kinds[key_of(each)] == "low" for each in core) > 0.7 * number
        self._below = sum(each.below for each in core) > 0.7 * number
        self._numbered = sum(each.number is not None for each in core) > 0.7 * number

    def fits(self, each: Candidate) -> bool:
        """Tell whether a label looks like the others, with a sentence behind it."""
        kind = self._kinds[key_of(each)]
        if (self._stamped and each.time is None) or (self._below and not each.below):
            return False
        if kind == "low" and not self._low:
            return False
        if self._marked:
            return each.marked
        if self._numbered:
            return each.number is not None
        if self._apart and not each.line.after_blank:
            return False
        if kind in ("number", "low"):
            return self._numbers or kind == "low"
        if kind == "name" and (
            self._codes or (self._capitals and each.label != each.label.upper())
        ):
            return False
        said = said_of(self._text, each)
        return each.below or not said[:1].islower() or kind == "code"


def _front(
    text: str,
    lines: Sequence[Line],
    candidates: Sequence[Candidate],
    heads: Sequence[Candidate],
    kinds: Mapping[str, str],
) -> list[Candidate]:
    """Return the heads that say facts about speakers: legends, and lists of facts at the top."""
    times = Counter(key_of(each) for each in heads)
    listed = _top_list(text, lines, candidates, kinds)
    front = []
    for each in heads:
        said = text[each.words : each.line.end]
        known = times[key_of(each)] > 1
        in_list = each.line.number in listed and not _SENTENCE_END.search(said)
        legend = known and (
            (_PAIR.search(said) is not None and not _SENTENCE_END.search(said))
            or (len(said.split()) <= 6 and _names_role(said) and _is_fact(said))
        )
        if each.below or not (in_list or (legend and each.time is None)):
            break
        front.append(each)
    return front


def _is_fact(said: str) -> bool:
    """Tell "Respondent (female, 34)" from a sentence."""
    return _SENTENCE_END.search(_BEHIND.sub("", said)) is None


def _names_role(said: str) -> bool:
    words = re.findall(r"\w{4,}", said)
    return any(role_of(each) is not None for each in words)


def _top_list(
    text: str,
    lines: Sequence[Line],
    candidates: Sequence[Candidate],
    kinds: Mapping[str, str],
) -> set[int]:
    """Return the numbers of the lines of the first block that lists facts, with all before it."""
    by_line = {each.line.number: each for each in candidates}
    block: list[int] = []
    facts = 0
    for line in lines[:25]:
        if line.after_blank and facts:
            break
        if line.after_blank:
            block = []
        block.append(line.number)
        each = by_line.get(line.number)
        if each is not None and kinds.get(key_of(each), kind_of(each.label)) == "stop":
            facts += 1
        elif each is not None and (each.below or _SENTENCE_END.search(said_of(text, each))):
            break
    return set(block) if facts else set()


def _with_strays(text: str, choice: Choice, candidates: Iterable[Candidate]) -> Choice:
    """Add lines that set a known label apart in another way, and arrows."""
    if not choice.heads:
        return choice
    known = {key_of(each) for each in choice.heads}
    taken = {each.line.start for each in (*choice.heads, *choice.front)}
    first = choice.heads[0].line.start
    heads: list[Candidate] = []
    others = [each for each in candidates if each.line.start not in taken]
    for each in sorted((*choice.heads, *others), key=lambda each: each.line.start):
        if (
            each.line.start in taken
            or each.form == "arrows"
            or (
                key_of(each) in known
                and each.line.start > first
                and each.number is None
                and (each.form in _STRAY_FORMS or _is_slip(text, each, heads))
            )
        ):
            heads.append(each)
    return attrs.evolve(choice, heads=tuple(heads))


def _is_slip(text: str, each: Candidate, heads: Sequence[Candidate]) -> bool:
    """Tell "I – Why?" among "I: How?" from "I – well" in the middle of what somebody says."""
    at = each.line.start
    return (
        each.form in ("dash", "tight", *MARKS)
        and kind_of(each.label) in ("code", "role")
        and bool(heads)
        and key_of(heads[-1]) != key_of(each)
        and (each.line.after_blank or _SENTENCE_END.search(text, max(0, at - 80), at) is not None)
    )
