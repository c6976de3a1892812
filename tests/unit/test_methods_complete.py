"""No result goes without a methods paragraph."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import pytest

import qualcode as qc
from qualcode import stats
from qualcode.model.recipe import Answer
from qualcode.report.describing import describe

Classes = dict[str, type]


def public_classes() -> Classes:
    """Return the classes that any module of the statistics defines for others to use."""
    found: Classes = {}
    for each in pkgutil.walk_packages(stats.__path__, "qualcode.stats."):
        try:
            module = importlib.import_module(each.name)
        except ModuleNotFoundError as error:
            if str(error.name).startswith("qualcode"):
                raise
            continue  # what a missing extra would make faster holds no result
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if inspect.isclass(value) and value.__module__ == each.name:
                found[name] = value
    return found


def returned(owner: type, known: Classes) -> Iterator[type]:
    """Yield the classes of statistics that the public methods of a class return."""
    for name, method in inspect.getmembers(owner, inspect.isfunction):
        if not name.startswith("_"):
            said = inspect.signature(method).return_annotation
            for word in re.findall(r"\w+", str(said)):
                # Ratings are what a question takes, and a summary is a part of its answer.
                if issubclass(known.get(word, object), Answer):
                    yield known[word]


def results() -> list[type]:
    known = public_classes()
    found = {each for each in known.values() if hasattr(each, "to_frame")}
    waiting: list[type] = [qc.View, *found]
    while waiting:
        new = set(returned(waiting.pop(), known)) - found
        found |= new
        waiting += new
    return sorted(found, key=lambda each: each.__name__)


@pytest.mark.parametrize("result", results(), ids=lambda each: each.__name__)
def test_every_result_has_a_methods_paragraph(result: type) -> None:
    assert describe.dispatch(result) is not describe.dispatch(object), (
        f"{result.__name__} has no methods paragraph: register one in qualcode.report.describing"
    )


def test_the_results_are_found() -> None:
    names = {each.__name__ for each in results()}
    # Some with a frame, some that only a method returns, some of a result's own methods.
    assert {"RollupResult", "AgreementResult", "Study", "PairTests", "NvivoComparison"} <= names
    assert len(names) > 30
