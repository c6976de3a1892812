"""Sentences that know what they are about."""

from __future__ import annotations

import copy
import pickle
import re

import pytest

from qualcode.model.log.timeline import CODEBOOK
from qualcode.model.said import SENTENCES, Said, said


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_is_its_english_and_keeps_what_it_is_about(name: str) -> None:
    forms = SENTENCES[name]
    for n, form in enumerate([forms] if isinstance(forms, str) else forms, start=1):
        values = {each: n if each == "n" else f"<{each}>" for each in re.findall(r"\{(\w+)", form)}
        made = Said(name, **values)
        assert all(str(value) in made for value in values.values())
        assert made.data == {"text": str(made), "name": name, "values": values}
        for again in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
            assert (str(again), again.data) == (str(made), made.data)


def test_sentences_hold_sentences_and_lists() -> None:
    made = Said("undo", what=("a1b2", Said("rows", n=2)))
    assert str(made) == "undo a1b2, 2 rows of coding"
    assert made.data["values"]["what"][1]["values"] == {"n": 2}


def test_every_kind_of_revision_has_a_sentence_and_others_are_said_all_the_same() -> None:
    assert {f"code.{kind}" for kind in CODEBOOK} <= set(SENTENCES)
    assert said("code.burn", what="trust") == "burn trust"
