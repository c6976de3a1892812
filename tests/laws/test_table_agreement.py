"""The laws of agreement on tables: whatever the parts, coders agree as they do in the project."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import QualcodeError
from qualcode.stats.agreement import MEASURES
from qualcode.stats.agreement.study import agreement_study
from qualcode.testing import codebooks, projects

from .test_scale import as_assigned, data, divided, engines, everybody, listed, without_structure

pytest.importorskip("pyarrow")

several = projects(codebooks=codebooks(min_codes=2)).filter(
    lambda each: len(each.coders) > 1 and len(each.state.assignments) > 1
)
mostly = st.sampled_from([True, True, True, False])
UNITS = ("segment", "sentence", "document", "turn", "character")
OF_SETS = [each.name for each in MEASURES.values() if each.takes == "ratings"]


def compared(project: qc.Project, data: Any) -> tuple[Any, Any, dict[str, Any]]:
    """Return a study of a project and of its table, or skip where there is nothing to compare in either."""
    state = without_structure(project)
    table = qc.scan_assignments(divided(data, as_assigned(state)), documents=listed(state))
    options: dict[str, Any] = {
        "unit": data.draw(st.sampled_from(UNITS)),
        "coders": everybody(project),
        "uncoded": data.draw(st.sampled_from(["decision", "missing"])),
        # A table does not say what was finished, nor what was accepted.
        "coverage": {
            id: [*state.documents] if data.draw(mostly) else [next(iter(state.documents))]
            for id in everybody(project)
        },
        "level": data.draw(st.sampled_from(["code", "theme"])),
        "rollup": "tree",
    }  # fmt: skip
    try:
        wanted = agreement_study(state, **options)
    except QualcodeError as error:
        said = str(error).partition(" (")[0]
        with pytest.raises(type(error), match=re.escape(said)):
            qc.study(table, project.codebook, **options)
        return None, None, {}
    engine = data.draw(engines)
    return qc.study(table, project.codebook, **options, engine=engine), wanted, options


@settings(max_examples=25)
@given(several, data)
def test_coders_agree_on_a_table_as_they_do_in_the_project(project: qc.Project, data: Any) -> None:
    found, wanted, _ = compared(project, data)
    if found is None:
        return
    assert found.n_units == wanted.n_units
    assert sorted(found.documents) == sorted(wanted.documents)
    assert found.nodes == wanted.nodes
    of = data.draw(st.sampled_from(["sets", "pooled", *(node.id for node in wanted.nodes)]))
    for measure in OF_SETS:
        interval = data.draw(st.sampled_from(["jackknife", "analytic", None]))
        try:
            asked = wanted.agreement(measure, of=of, interval=interval)
        except QualcodeError as error:
            with pytest.raises(type(error), match=re.escape(str(error))):
                found.agreement(measure, of=of, interval=interval)
            continue
        same_result(found.agreement(measure, of=of, interval=interval), asked)
    same_frame(found.per_code(), wanted.per_code())
    for part, result in found.where_and_what().items():
        same_result(result, wanted.where_and_what()[part])


def same_result(found: Any, wanted: Any) -> None:
    for name in ("n_units", "n_coders", "n_categories", "reason"):
        assert getattr(found, name) == getattr(wanted, name), name
    for name in ("value", "observed", "expected"):
        close(getattr(found, name), getattr(wanted, name))
    assert (found.interval is None) == (wanted.interval is None)
    if found.interval is not None:
        close(found.interval.low, wanted.interval.low)
        close(found.interval.high, wanted.interval.high)
    same_frame(found.per_code, wanted.per_code)


def same_frame(found: Any, wanted: Any) -> None:
    assert [*found.columns] == [*wanted.columns]
    for name in found.columns:
        for one, other in zip(found[name], wanted[name], strict=True):
            if isinstance(other, float):
                close(one, other)
            else:
                assert one == other, name


def close(found: float | None, wanted: float | None) -> None:
    if wanted is None or found is None:
        assert found is wanted
    else:
        assert found == pytest.approx(wanted, abs=1e-9, nan_ok=True)
