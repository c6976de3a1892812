"""The laws of recipes: every answer of a project can be asked for again, however the project has grown."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.questions import QUESTIONS, Ask
from tests.laws.test_values import suggesting
from tests.unit.test_suggesting import study

import qualcode as qc
from qualcode import errors
from qualcode.stats import agreement
from qualcode.stats.conclusions import Quantity
from qualcode.testing.project import Plan, plans


@pytest.fixture(scope="module")
def interviews() -> qc.View:
    return qc.load_project("partnership-interviews")


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_every_answer_can_be_asked_for_again(ask: Ask, interviews: qc.View) -> None:
    answer = ask(interviews)
    recipe = answer.recipe
    assert recipe is not None
    again = recipe.run(interviews)
    assert again == answer
    assert again.recipe == recipe
    assert str(again.recipe) == str(recipe)
    assert str(recipe).startswith("project.at(revision=")
    written = eval(str(recipe), _names(interviews))
    assert written == answer
    assert str(written.recipe) == str(recipe)
    assert pickle.loads(pickle.dumps(recipe)) == recipe
    assert attrs.evolve(answer).recipe is recipe
    assert repr(recipe) not in repr(answer)


def _names(view: qc.View) -> dict[str, Any]:
    from qualcode.stats import conclusions

    return {"project": view, "re": re, **vars(conclusions)}


@settings(max_examples=40)
@given(plans(max_steps=12), st.integers(0, 12), st.data())
def test_a_project_that_has_grown_gives_the_same_answers(plan: Plan, when: int, data: Any) -> None:
    answers = []
    for at, project in enumerate(plan.play()):
        if at != min(when, len(plan.steps)):
            continue
        for name in data.draw(st.lists(st.sampled_from([*QUESTIONS]), min_size=3, max_size=6)):
            try:
                answers.append(QUESTIONS[name](project))
            except (errors.QualcodeError, StopIteration, TypeError, IndexError):
                continue  # there is nothing in it that the question is about
    for answer in answers:
        assert answer.recipe.run(project) == answer, str(answer.recipe)


def test_coding_that_was_not_saved_is_told_from_what_came_later() -> None:
    project = qc.Project.new("Study", codebook=qc.Codebook("c", codes=[qc.Code("a"), qc.Code("b")]))
    project.add_document("One. Two. Three.", id="d")
    project.assign(("d", 0, 4), "a", coder="ana")
    before = project.rollup("tree")
    assert dict(before.recipe.provenance.mark.unsealed) == {"ana": 1}
    project.assign(("d", 5, 9), "a", coder="ana")
    project.assign(("d", 5, 9), "b", coder="ben")
    with project.revise(coder="ana", reason="the same") as codebook:
        codebook.merge("b", into="a")
    assert project.rollup("tree") != before
    assert before.recipe.run(project) == before
    assert before.recipe.run(project)["a"] == 1


def test_a_recipe_says_where_it_starts(interviews: qc.View) -> None:
    recipe = interviews.restricted(coders=["ana"]).cooccurrence("turn").test(n_resamples=9).recipe
    origin = recipe.origin
    assert (origin.project, origin.revision, origin.coders) == (interviews.name, 9, ("ana",))
    assert origin.mark.heads == interviews.log.heads()
    assert origin.revision_id == interviews.state.head
    assert origin.versions["qualcode"] == qc.__version__
    assert origin.versions["numpy"] == np.__version__
    assert recipe.argument("n_resamples") == 9
    assert recipe.argument("null") == "density"
    assert recipe.given("n_resamples")
    assert not recipe.given("null")
    assert isinstance(recipe.argument("random_state"), int)
    assert recipe.on.question == "cooccurrence"


def test_what_cannot_be_run_again_says_so(interviews: qc.View) -> None:
    unnamed = interviews.sensitivity(lambda view: len(view.assignments)).recipe
    assert str(unnamed).endswith(".sensitivity(…)")
    with pytest.raises(errors.StatisticsError, match=r"cannot be run again.* a function that"):
        unnamed.run(interviews)

    def short(document: qc.Document) -> Any:
        yield 0, 1

    assert str(interviews.cooccurrence(short).recipe).endswith(".cooccurrence(short)")
    table = agreement.cohen_kappa([["a", "b"], ["a", "a"]], weights=[[1, 0.5], [0.5, 1]])
    assert str(table.recipe) == "cohen_kappa(ratings, weights=weights)"
    with pytest.raises(errors.StatisticsError, match=r"ratings: a table \(a list\)"):
        table.recipe.run()
    drawn = interviews.saturation(n_orders=3, random_state=np.random.default_rng(1))
    assert "random_state=…" in str(drawn.recipe)
    with pytest.raises(errors.StatisticsError, match="moved on"):
        drawn.recipe.run(interviews)
    named = interviews.sensitivity(Quantity(number_of_assignments))
    assert named.recipe.run(interviews) == named
    with pytest.raises(errors.StatisticsError, match="give the project “Partnership interviews”"):
        named.recipe.run()
    other = qc.load_project("collaboration-reviews")
    with pytest.raises(errors.NotFoundError):
        named.recipe.run(other)


def number_of_assignments(view: qc.View) -> int:
    return len(view.assignments)


@pytest.mark.parametrize("name", ["suggestions", "search", "evaluation", "gaps", "drift"])
def test_what_a_suggester_gave_can_be_asked_for_again(name: str) -> None:
    pytest.importorskip("sklearn")
    project = study()
    answer = suggesting()[name](project)
    segment = project.segments(unit="sentence")[0]
    project.assign(segment, "money", coder="somebody else")
    assert answer.recipe.run(project) == answer


@pytest.mark.parametrize("saved", [True, False])
def test_a_project_that_was_opened_again_gives_the_same_answers(
    saved: bool, tmp_path: Path
) -> None:
    project = qc.Project.new("Study", codebook=qc.Codebook("c", codes=[qc.Code("a"), qc.Code("b")]))
    project.add_document("One. Two. Three.", id="d", variables={"site": "north"})
    if saved:
        project.save(tmp_path / "study")
    project.assign(("d", 0, 4), "a", coder="ana")
    project.assign(("d", 0, 4), "b", coder="ben")
    counts = (
        project.rollup("tree"),
        project.cooccurrence("sentence"),
        project.restricted(coders="ana").rollup("tree"),
    )
    project.retract(("d", 0, 4), "b", coder="ben")
    project.set_variables("d", site="south")
    project.save(tmp_path / "study")
    opened = qc.Project.open(tmp_path / "study")
    for answer in counts:
        again = answer.recipe.run(opened)
        assert again == answer
        assert again.state.documents["d"].variables["site"] == "north"
