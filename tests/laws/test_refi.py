"""The laws of exchange in REFI-QDA: what is written is valid and read as it was, less what is listed."""

from __future__ import annotations

import io
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import QualcodeError
from qualcode.io.exchange.refi.positions import Positions
from qualcode.io.raw.elements import FORBIDDEN
from qualcode.model.ids import fold
from qualcode.project.refi import read_refi, write_refi
from qualcode.testing import projects, texts
from qualcode.testing.project import Plan, do, plans

etree = pytest.importorskip("lxml.etree")
DATA = Path(__file__).parent.parent / "data" / "refi"


@pytest.fixture(scope="module")
def schema() -> Any:
    return etree.XMLSchema(etree.parse(DATA / "Project.xsd"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("refi")


def new_file(within: Path, ending: str = ".qdpx") -> Path:
    return Path(tempfile.mkdtemp(dir=within)) / f"study{ending}"


def xml_of(path: Path) -> bytes:
    data = path.read_bytes()
    if data[:2] != b"PK":
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("project.qde")


def is_valid(path: Path, schema: Any) -> bool:
    found = schema.validate(etree.fromstring(xml_of(path)))
    assert found, schema.error_log.last_error
    return True


def path_of(project: qc.Project, code: qc.Code) -> tuple[str, ...]:
    """The names of a code and of those above it that are in the file."""
    book, names = project.codebook, [code.name]
    coded = {each.code.id for each in project.state.uncounted.assignments}
    at = code.parent
    while at is not None:
        above = book.codes[at]
        if above.is_live or above.id in coded:
            names.append(above.name)
        at = above.parent
    return tuple(reversed(names))


def content(project: qc.Project) -> dict[str, Any]:
    """What REFI-QDA has a place for, by names, since ids are made anew."""
    state = project.state.uncounted
    coded = {each.code.id for each in state.assignments}
    codes = [each for each in state.codebook.codes.values() if each.is_live or each.id in coded]
    texts = {each.id: (each.name, each.text) for each in state.documents.values()}
    coders = {id: each.name for id, each in state.coders.items()}
    cases = {id: each.name for id, each in state.cases.items()}
    return {
        "name": project.name,
        "codes": sorted(
            (
                path_of(project, each),
                each.definition,
                (each.colour or "").lower(),
                each.codable or each.id in coded,
            )
            for each in codes
        ),
        "documents": sorted(
            (*texts[each.id], sorted(each.variables.items()), sorted(cases[c] for c in each.cases))
            for each in state.documents.values()
        ),
        "cases": sorted(
            (each.name, sorted(each.variables.items())) for each in state.cases.values()
        ),
        "codings": sorted(
            (
                texts[each.segment.document.id],
                each.segment.start,
                each.segment.end,
                path_of(project, each.code),
                coders[each.coder],
                each.memo or "",
            )
            for each in state.assignments
        ),
        "sets": {
            name: sorted(path_of(project, each) for each in codes if each.id in ids)
            for name, ids in state.code_sets.items()
            if {each.id for each in codes} & {*ids}
        },
        "links": sum(
            {each.source, each.target} <= {code.id for code in codes}
            for each in state.codebook.links
        ),
    }


def names_differ(project: qc.Project) -> bool:
    """Whether no two codes beside each other have one name, as one in use and one that is not can."""
    codes = as_xml_holds(content(project))["codes"]
    return len({tuple(map(fold, path)) for path, *_ in codes}) == len(codes)


def as_xml_holds(value: Any) -> Any:
    """The same with a sign in the place of control characters, which are listed as damage."""
    if isinstance(value, str):
        return FORBIDDEN.sub("\ufffd", value)
    if isinstance(value, dict):
        return {as_xml_holds(key): as_xml_holds(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted(map(as_xml_holds, value))
    if isinstance(value, tuple):
        return tuple(map(as_xml_holds, value))
    return value


def assert_same(read: qc.Project, written: qc.Project) -> None:
    found, wanted = as_xml_holds(content(read)), as_xml_holds(content(written))
    for name, value in wanted.items():
        if isinstance(value, list):
            lost = [e for e in value if value.count(e) > found[name].count(e)]
            assert not lost, f"{name}: {lost} became {[e for e in found[name] if e not in value]}"
            more = [e for e in found[name] if found[name].count(e) > value.count(e)]
            assert not more, f"{name}: {more} were not there"
        assert found[name] == value


@settings(max_examples=30)
@given(projects())
def test_what_is_written_is_valid_and_read_as_it_was(
    folder: Path, schema: Any, project: qc.Project
) -> None:
    assume(names_differ(project))
    file = new_file(folder)
    write_refi(project, file)
    assert is_valid(file, schema)
    again = read_refi(file).project
    assert_same(again, project)


@settings(max_examples=20)
@given(projects())
def test_what_was_written_here_has_its_ids_again(folder: Path, project: qc.Project) -> None:
    file = new_file(folder)
    with suppress(QualcodeError):  # no label is found in made-up texts
        project.set_speakers([*project.documents][:1], labels={"A": "ana"})
    write_refi(project, file)
    again = read_refi(file).project
    was, now = project.state.uncounted, again.state.uncounted
    live = {each.id for each in was.codebook.codes.values() if each.is_live}
    used = {each.code.id for each in was.assignments}
    assert {*now.codebook.codes} == live | used
    assert {*now.cases} == {*was.cases}
    assert list(now.documents) == list(was.documents)
    for id, document in now.documents.items():
        assert document.structure == was.documents[id].structure
        assert document.speaking == was.documents[id].speaking
    coders = {each.coder for each in was.assignments}
    assert {each.coder for each in now.assignments} == coders
    assert [now.coders[id].kind for id in coders] == [was.coders[id].kind for id in coders]


@settings(max_examples=20)
@given(projects())
def test_what_was_read_is_written_again_just_so(folder: Path, project: qc.Project) -> None:
    first, second = new_file(folder), new_file(folder)
    write_refi(project, first)
    write_refi(read_refi(first).project, second)
    assert xml_of(second).decode() == xml_of(first).decode()
    assert second.read_bytes() == first.read_bytes()


@settings(max_examples=30)
@given(projects(), plans())
def test_what_was_read_and_changed_is_written_as_it_is_now(
    folder: Path, schema: Any, project: qc.Project, plan: Plan
) -> None:
    first, second = new_file(folder), new_file(folder)
    write_refi(project, first)
    changed = read_refi(first).project
    for step in plan.steps:
        with suppress(QualcodeError):  # what it has a name for already, say
            do(changed, step.kind, step.picks, plan.coders, plan.changes)
    write_refi(changed, second)
    assert is_valid(second, schema)
    assume(names_differ(changed))
    assert_same(read_refi(second).project, changed)


@settings(max_examples=15)
@given(projects(), st.sampled_from(["nvivo", "atlasti", "qualcoder", "maxqda"]))
def test_each_program_gets_its_own_way_of_counting(
    folder: Path, project: qc.Project, program: str
) -> None:
    assume(names_differ(project))
    file = new_file(folder)
    write_refi(project, file, for_program=program)
    assert_same(read_refi(file).project, project)


@settings(max_examples=15)
@given(projects())
def test_a_project_alone_has_its_texts_inside(
    folder: Path, schema: Any, project: qc.Project
) -> None:
    assume(names_differ(project))
    file = new_file(folder, ".qde")
    write_refi(project, file)
    assert is_valid(file, schema)
    assert_same(read_refi(file).project, project)


WAYS = st.builds(
    Positions,
    st.sampled_from(["code point", "utf-16"]),
    st.sampled_from([1, 2]),
    st.booleans(),
    st.booleans(),
)


@given(texts(min_size=1), WAYS, st.booleans(), st.data())
def test_positions_are_converted_and_back(
    text: str, way: Positions, marked: bool, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if way.line_end == 1:
        # Between CR and LF that count 1 together there is no place of its own.
        inside = [at for at in (start, end) if text[max(0, at - 1) : at + 1] == "\r\n"]
        if inside or (way.inclusive and text[end - 2 : end] == "\r\n"):
            return
    first, last = way.counted(text, start, end, marked=marked)
    assert way.points(text, [first], [last], marked=marked) == ([start], [end])
