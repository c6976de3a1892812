"""Who asks and who is asked: by what somebody is called, by questions and answers, and by who else speaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import attrs

from qualcode.model.texts.label_words import base_of, folded, may_be_asked
from qualcode.model.texts.speaker_words import PAIRS
from qualcode.model.texts.speakers import Speaker
from qualcode.model.texts.structure import Part

__all__ = ["with_roles"]

# Greek asks with a semicolon.
_ASKS = re.compile(r"[?？؟;\u037e]\W*$")
_LETTERS_END = "\u2e80"
"""From here on scripts have words of one sign."""


def with_roles(people: Iterable[Speaker], text: str, turns: Sequence[Part]) -> list[Speaker]:
    """Return speakers with the roles that follow from each other.

    Labels of a question and its answer say who asks; where both are single letters, which may be initials as
    well, the first must be the one who asks more. Where somebody asks, the others are asked.
    """
    people = list(people)
    called = [_called(each) for each in people]
    for asking, asked in PAIRS:
        pair = [each for each, name in zip(people, called, strict=True) if name in (asking, asked)]
        if len(pair) == 2 and _agree(pair, asking, text, turns):
            people = [
                attrs.evolve(each, role="interviewer" if name == asking else "participant")
                if name in (asking, asked)
                else each
                for each, name in zip(people, called, strict=True)
            ]
            break
    if any(each.role == "interviewer" for each in people):
        people = [
            attrs.evolve(each, role="participant")
            if each.role is None and may_be_asked(each.name)
            else each
            for each in people
        ]
    return people


def _called(speaker: Speaker) -> str:
    return folded(base_of(speaker.name)).strip(".: ")


def _agree(pair: Sequence[Speaker], asking: str, text: str, turns: Sequence[Part]) -> bool:
    """Tell whether two labels are those of questions and answers, by their own words or by what is said."""
    roles = {_called(each): each.role for each in pair}
    (answer,) = roles.keys() - {asking}
    if roles[asking] is not None and roles[answer] is not None and roles[asking] != roles[answer]:
        return False  # they are known already
    if len(asking) > 1 or asking >= _LETTERS_END:
        return True
    shares = {_called(each): _share_of_questions(each.name, text, turns) for each in pair}
    return shares[asking] > 2 * shares[answer]


def _share_of_questions(name: str, text: str, turns: Sequence[Part]) -> float:
    said = [text[max(turn.start, turn.end - 20) : turn.end] for turn in turns if turn.name == name]
    return sum(_ASKS.search(each) is not None for each in said) / max(1, len(said))
