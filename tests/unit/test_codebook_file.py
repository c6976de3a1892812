"""Codebook files: what people wrote stays as they wrote it, and what is wrong is named by line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qualcode as qc
from qualcode.errors import CodebookFileError, CycleError, NotFoundError
from qualcode.io.codebooks import codebook_file
from qualcode.io.codebooks.codebook_file import codebook_text
from qualcode.io.shipped import codebook_path
from qualcode.model.codebooks.changes import Change
from qualcode.model.codebooks.records import codebook_record
from qualcode.testing import codebooks

C = qc.changes

WRITTEN = """\
# A codebook as somebody keeps it.   Two spaces, trailing ones too:@@
id: 'study'
name:   Study   # aligned by hand
description: >-
  What helps
  and what hinders.

rollups:   # before the codes: why not
    themes-of-all:
        name: All
        themes:
            trust: {name: "Trust",   codes: [ trust,faith ]}

attributes: {direction: [supports , constrains]}
codes:
  # ------------------------------------------------ people

  people:
    codable: false
    name: People
  trust:
    definition: Somebody relies on somebody, and says so in as many words, in a line of over 100 characters.
    name: "Trust"    # as interviewees say
    parent: people

    include:
    -   they say "trust"     # also "trusted"
    # not sure about this one:
    - 'they rely'
    -  "they're sure"
  faith:
    parent: people
    colour: "#AABBCC"

  # ------------------------------------------------ things

  money: {name: Money, definition: "What it costs",
          memos: one memo}
  no:
  time: &time
    name: Time
    definition: |
      When,
        how long.

      # and no comment, but text
    attributes:
      direction: supports   # mostly
# the end of the codes

links:
- {source: trust,  type: supports, target: money}   # seen twice
# -
- source: money
  type: constrains
  target: time
# The end.
""".replace("@@", "  ")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "study.yaml"
    path.write_bytes(WRITTEN.encode())
    return path


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """Return the lines that went and the lines that came, in their order."""
    import difflib

    matcher = difflib.SequenceMatcher(None, before.split("\n"), after.split("\n"), False)
    gone, come = [], []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            gone += before.split("\n")[i1:i2]
            come += after.split("\n")[j1:j2]
    return gone, come


# What people wrote


def test_a_file_is_read_as_it_is_meant(path: Path) -> None:
    book = qc.read_codebook(path)
    assert (book.id, book.name) == ("study", "Study")
    assert book.description == "What helps and what hinders."
    assert list(book.codes) == ["people", "trust", "faith", "money", "no", "time"]
    assert book["trust"].include == ('they say "trust"', "they rely", "they're sure")
    assert book["no"].name == "no"
    assert book["time"].definition == "When,\n  how long.\n\n# and no comment, but text\n"
    assert book["money"].memos == ("one memo",)
    assert book.attributes == {"direction": ("supports", "constrains")}
    assert [link.type for link in book.links] == ["supports", "constrains"]


@pytest.mark.parametrize("name", ["collaboration", "integrated-care", None])
def test_what_did_not_change_is_the_same_byte_for_byte(path: Path, name: str | None) -> None:
    if name is not None:
        path.write_bytes(codebook_path(name).read_bytes())
        shipped = codebook_path("collaboration")
        path.with_name("collaboration.yaml").write_bytes(shipped.read_bytes())
    before = path.read_bytes()
    qc.write_codebook(qc.read_codebook(path), path)
    assert path.read_bytes() == before


EDITS: dict[str, tuple[Change, list[str], list[str]]] = {
    "rename": (
        C.Rename("trust", "Confidence"),
        ['    name: "Trust"    # as interviewees say'],
        ["    name: Confidence    # as interviewees say"],
    ),
    "rename what had no name": (C.Rename("faith", "Faith"), [], ["    name: Faith"]),
    "rename what had nothing": (C.Rename("no", "No"), [], ["    name: No"]),
    "recolour": (
        C.Recolour("faith", "#112233"),
        ['    colour: "#AABBCC"'],
        ['    colour: "#112233"'],
    ),
    "lose the colour": (C.Recolour("faith", None), ['    colour: "#AABBCC"'], []),
    "move": (C.Move("trust", None), ["    parent: people"], []),
    "redefine a flow mapping": (
        C.Redefine("money", {"definition": "Costs"}),
        ['  money: {name: Money, definition: "What it costs",', "          memos: one memo}"],
        ["  money:", "    name: Money", "    definition: Costs", "    memos: one memo"],
    ),
    "add to a list": (
        C.Redefine("trust", {"include": ['they say "trust"', "they rely", "new", "they're sure"]}),
        [],
        ["    - new"],
    ),
    "begin a list anew": (
        C.Redefine(
            "trust", {"include": ["first", 'they say "trust"', "they rely", "they're sure"]}
        ),
        [],
        ["    - first"],
    ),
    "take from a list": (
        C.Redefine("trust", {"include": ['they say "trust"', "they're sure"]}),
        ["    - 'they rely'"],
        [],
    ),
    "leave one of a list": (
        C.Redefine("trust", {"include": "they rely"}),
        ['    -   they say "trust"     # also "trusted"', '    -  "they\'re sure"'],
        [],
    ),
    "change one of a list": (
        C.Redefine("trust", {"include": ["said", "they rely", "they're sure"]}),
        ['    -   they say "trust"     # also "trusted"'],
        ['    - said     # also "trusted"'],
    ),
    "redefine a text": (
        C.Redefine("time", {"definition": "When.\nHow long."}),
        [
            "    definition: |",
            "      When,",
            "        how long.",
            "",
            "      # and no comment, but text",
        ],
        ["    definition: |-", "      When.", "      How long."],
    ),
    "give keywords": (
        C.Redefine("faith", {"keywords": ["trust*", "rely on", "*x"]}),
        [],
        ["    keywords: [trust*, rely on, '*x']"],
    ),
    "give patterns": (
        C.Redefine("faith", {"patterns": [[{"LOWER": "rely"}, {"LOWER": {"IN": ["on"]}}], [{}]]}),
        [],
        ["    patterns:", "    - [{LOWER: rely}, {LOWER: {IN: [on]}}]", "    - [{}]"],
    ),
    "change an attribute": (
        C.Redefine("time", {"attributes": {"direction": "constrains"}}),
        ["      direction: supports   # mostly"],
        ["      direction: constrains   # mostly"],
    ),
    "lose an attribute": (
        C.Redefine("time", {"attributes": {}}),
        ["    attributes:", "      direction: supports   # mostly"],
        [],
    ),
    "add a code": (
        C.Add(qc.Code("hope", name="Hope", parent="people", include=["a: b", "c"])),
        [],
        ["  hope:", "    name: Hope", "    parent: people", "    include: ['a: b', c]"],
    ),
    "retire": (C.Retire("faith"), [], ["    status: retired"]),
    "link": (
        C.LinkCodes(qc.Link("trust", "needs", "time")),
        [],
        ["- {source: trust, type: needs, target: time}"],
    ),
    "unlink": (
        C.UnlinkCodes(qc.Link("trust", "supports", "money")),
        ["- {source: trust,  type: supports, target: money}   # seen twice"],
        [],
    ),
    "describe": (
        C.Describe("Study", "What helps.", {"direction": ["supports", "constrains"]}),
        ["description: >-", "  What helps", "  and what hinders."],
        ["description: What helps."],
    ),
    "drop the rollup": (
        C.DropRollup("themes-of-all"),
        [
            "rollups:   # before the codes: why not",
            "    themes-of-all:",
            "        name: All",
            "        themes:",
            '            trust: {name: "Trust",   codes: [ trust,faith ]}',
        ],
        [],
    ),
    "set another rollup": (
        C.SetRollup(qc.Rollup("by", name="By", attribute="direction")),
        [],
        ["    by:", "        name: By", "        attribute: direction"],
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_changes_its_own_lines_and_no_others(path: Path, edit: str, newline: str) -> None:
    change, gone, come = EDITS[edit]
    written = WRITTEN.replace("\n", newline)
    path.write_bytes(written.encode())
    after = change.apply(qc.read_codebook(path))
    qc.write_codebook(after, path)
    text = path.read_bytes().decode()
    assert lines_changed(WRITTEN, text.replace("\r", "")) == (gone, come)
    assert text.count("\r\n") == (text.count("\n") if newline == "\r\n" else 0)
    assert codebook_record(qc.read_codebook(path)) == codebook_record(after)


RULED = """\
id: study
codes:
  trust:
    name: Trust
    # what people say
    keywords:
      - trust*    # all forms
      - faith
    patterns:    # as spaCy's Matcher reads them
      - [{LOWER: rely},   {LOWER: {IN: [on, upon]}}]   # rely on
      # and another
      - - LOWER: count
          OP: '+'
        - LOWER: "on"   # on
    colour: "#112233"
"""


@pytest.mark.parametrize(
    ("fields", "gone", "come"),
    [
        ({"keywords": ["trust*", "hope"]}, ["      - faith"], ["      - hope"]),
        ({"keywords": "trust*"}, ["      - faith"], []),
        (
            {"patterns": [[{"LOWER": "lean"}], [{"LOWER": "count", "OP": "+"}, {"LOWER": "on"}]]},
            ["      - [{LOWER: rely},   {LOWER: {IN: [on, upon]}}]   # rely on"],
            ["      - [{LOWER: lean}]   # rely on"],
        ),
        (
            {"patterns": [[{"LOWER": "rely"}, {"LOWER": {"IN": ["on", "upon"]}}], [{"LENGTH": 3}]]},
            ["      - - LOWER: count", "          OP: '+'", '        - LOWER: "on"   # on'],
            ["      - [{LENGTH: 3}]   # on"],
        ),
        (
            {"keywords": []},
            ["    keywords:", "      - trust*    # all forms", "      - faith"],
            [],
        ),
    ],
)
def test_keywords_and_patterns_are_edited_in_their_own_lines(
    path: Path, fields: dict[str, Any], gone: list[str], come: list[str]
) -> None:
    path.write_text(RULED, encoding="utf-8")
    book = qc.read_codebook(path)
    assert book["trust"].keywords == ("trust*", "faith")
    assert [len(pattern) for pattern in book["trust"].patterns] == [2, 2]
    after = C.Redefine("trust", fields).apply(book)
    qc.write_codebook(after, path)
    assert lines_changed(RULED, path.read_text(encoding="utf-8")) == (gone, come)
    assert codebook_record(qc.read_codebook(path)) == codebook_record(after)


def test_an_extension_takes_keywords_over_or_has_its_own(path: Path) -> None:
    path.with_name("base.yaml").write_text(RULED, encoding="utf-8")
    path.write_text("id: more\nextends: base.yaml\ncodes:\n  trust: {keywords: hope}\n")
    book = qc.read_codebook(path)
    assert book["trust"].keywords == ("hope",)
    assert len(book["trust"].patterns) == 2
    qc.write_codebook(C.Redefine("trust", {"keywords": [], "patterns": []}).apply(book), path)
    assert (qc.read_codebook(path)["trust"].keywords, qc.read_codebook(path)["trust"].patterns) == (
        (),
        (),
    )
    assert path.read_text().endswith("  trust:\n    keywords:\n    patterns:\n")


def test_a_byte_order_mark_stays(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + WRITTEN.encode())
    book = qc.read_codebook(path)
    qc.write_codebook(C.Rename("trust", "Confidence").apply(book), path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf# A codebook")
    assert qc.read_codebook(path)["trust"].name == "Confidence"


def test_codes_put_in_another_order_take_their_comments_along(path: Path) -> None:
    book = qc.read_codebook(path)
    order = ("time", "people", "faith", "trust", "money", "no")
    qc.write_codebook(C.Reorder(order).apply(book), path)
    assert list(qc.read_codebook(path).codes) == list(order)
    text = path.read_text("utf-8")
    assert sorted(text.split("\n")) == sorted(WRITTEN.split("\n")), "no line is lost or changed"
    assert "things\n\n  money: {name: Money" in text


def test_a_code_added_between_others_keeps_its_distance(path: Path) -> None:
    path.write_text(
        "id: a\ncodes:\n  one:\n    name: One\n\n  two:\n    name: Two\n\n# links\nlinks: []\n"
    )
    book = C.Add(qc.Code("three", name="Three")).apply(qc.read_codebook(path))
    qc.write_codebook(book, path)
    qc.write_codebook(C.Reorder(("one", "three", "two")).apply(book), path)
    assert path.read_text("utf-8") == (
        "id: a\ncodes:\n  one:\n    name: One\n\n  three:\n    name: Three\n\n  two:\n    name: Two\n"
        "\n# links\nlinks: []\n"
    )


def test_aliases_are_written_out_where_they_have_to_be(path: Path) -> None:
    path.write_text(
        "id: a\ncodes:\n  one: &it\n    name: One\n    colour: '#112233'\n  two:\n    <<: *it\n"
        "    name: Two\n  three: *it\n".replace("three: *it", "three: {name: Three}"),
        encoding="utf-8",
    )
    book = qc.read_codebook(path)
    assert book["two"].colour == "#112233"
    for change in (
        C.Rename("two", "Second"),
        C.Recolour("two", "#445566"),
        C.Recolour("one", None),
        C.Recolour("two", None),
    ):
        book = change.apply(book)
        qc.write_codebook(book, path)
        assert codebook_record(qc.read_codebook(path)) == codebook_record(book)


def test_a_file_in_flow_style_is_laid_out_anew(path: Path) -> None:
    path.write_text('{"id": "a", "codes": {"one": {"name": "One"}}}', encoding="utf-8")
    book = C.Add(qc.Code("two")).apply(qc.read_codebook(path))
    qc.write_codebook(book, path)
    assert codebook_record(qc.read_codebook(path)) == codebook_record(book)


WORDS = st.one_of(
    st.sampled_from(
        ["no", "012", "1.5", "~", "null", "# x", "a: b", "- a", "a #b", "x\ny", " lead", "trail ",
         "tab\tb", "?a", "x\n\n y\n", "a\nb ", "\u2028x", "{a}", "'q'", '"dq"', "%x", "@a", "!tag", "&a",
         "*b", "|", "a\r\nb", "\x85", "\x1b", "x" * 150, "word " * 40, "<<", "\ufeff", "🤝", ""]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=codebooks(), second=codebooks(), words=st.lists(WORDS, min_size=3, max_size=3))
def test_any_codebook_is_written_and_any_file_is_edited_into_it(
    path: Path, first: qc.Codebook, second: qc.Codebook, words: list[str]
) -> None:
    with_words = attrs.evolve(first, description=words[0])
    for code in list(first.codes.values())[:1]:
        fields = {"definition": words[0], "include": [w for w in words if w], "memos": words[1]}
        with_words = C.Redefine(code.id, fields).apply(with_words) if code.is_live else with_words
    books = [with_words, attrs.evolve(second, description=words[2])]
    path.write_text(codebook_text(books[0]), encoding="utf-8", newline="")
    for book in (*books, *books):
        qc.write_codebook(book, path)
        read = qc.read_codebook(path)
        assert codebook_record(read) == codebook_record(book)
        assert list(read.codes) == list(book.codes)
        assert list(read.rollups.values()) == list(book.rollups.values())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=codebooks(), second=codebooks())
def test_edits_are_made_in_place(path: Path, first: qc.Codebook, second: qc.Codebook) -> None:
    """Laying a file out anew is for aliases and the like: what we write ourselves never needs it."""
    path.write_text(codebook_text(first), encoding="utf-8", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codebook_file, "_dumped", lambda record: "")
        assert codebook_text(second, path)


def test_a_file_that_cannot_be_written_says_so_and_stays(path: Path) -> None:
    book = C.Rename("trust", "x").apply(qc.read_codebook(path))
    with pytest.raises(CodebookFileError, match="cannot be written: No such file or directory"):
        qc.write_codebook(book, path.parent / "nowhere" / "book.yaml")
    (path.parent / "folder.yaml").mkdir()
    with pytest.raises(CodebookFileError, match="cannot be read: Is a directory"):
        qc.write_codebook(book, path.parent / "folder.yaml")
    assert path.read_bytes() == WRITTEN.encode()


# What is wrong

HERE = "# <--"
"""Marks the line that an error is to name."""

WRONG: dict[str, tuple[str, str]] = {
    "not YAML": ("id: a\ncodes: [one\nname: b  # <--\n", r"not valid YAML: expected ',' or '\]'"),
    "tabs": ("id: a\ncodes:\n\tone: {}  # <--\n", r"not valid YAML: found character '\\t'"),
    "two colons": ("id: a\nname: b: c  # <--\n", "not valid YAML: mapping values are not allowed"),
    "control character": ("id: a\nname: b\x07  # <--\n", r"control character '\\x07'"),
    "two documents": ("id: a\n---  # <--\nid: b\n", "not valid YAML: but found another document"),
    "undefined alias": ("id: a\nname: *b  # <--\n", "not valid YAML: found undefined alias"),
    "no mapping": ("- id: a  # <--\n", "a codebook file is a mapping with id, name and codes"),
    "empty": ("# <--\n", "a codebook file is a mapping"),
    "missing id": ("name: A  # <--\ncodes: {}\n", "the codebook has no id"),
    "id is null": ("name: A  # <--\nid:\n", "the codebook has no id"),
    "id is a number": ("name: A\nid: 12  # <--\n", "id is 12; it must be text"),
    "id not usable": ("name: A\nid: a b  # <--\n", "codebook id 'a b' is not usable"),
    "newer format": ("id: a\nformat: qualcode-codebook/2  # <--\n", "newer version may have written"),
    "unknown field": ("id: a\ncode: {}  # <--\n", "'code' is no field .* Did you mean 'codes'"),
    "id used twice": (
        "id: a\ncodes:\n  one: {}\n  two: {}\n  one: {}  # <--\n",
        "'one' is there already: ids are unique",
    ),
    "field used twice": (
        "id: a\ncodes:\n  one:\n    name: A\n    parent: two\n    name: B  # <--\n  two:\n",
        "'name' is there already",
    ),
    "an empty keyword": (
        "id: a\ncodes:\n  one:\n    keywords:\n      - b\n      - ''  # <--\n",
        "code 'one': the keyword '' is empty",
    ),
    "a keyword of stars": (
        "id: a\ncodes:\n  one:\n    keywords: '*'  # <--\n",
        r"code 'one': the keyword '\*' is nothing but stars",
    ),
    "a pattern that is no list": (
        "id: a\ncodes:\n  one:\n    patterns:\n      - [{LOWER: b}]\n      - {LOWER: b}  # <--\n",
        "code 'one': pattern 2 is .*, not a list of tokens",
    ),
    "a date in a pattern": (
        "id: a\ncodes:\n  one:\n    patterns: [[{LOWER: 2026-01-01}]]  # <--\n",
        "code 'one': pattern 1 .* is no value that a file can keep: put it in quotes",
    ),
    "a number as attribute": (
        "id: a\ncodes:\n  one:\n    patterns: [[{1: b}]]  # <--\n",
        "1 is read as int",
    ),
    "id with leading zero": ("id: a\ncodes:\n  012: {}  # <--\n", "012 is read as int.*in quotes"),
    "id is a fraction": ("id: a\ncodes:\n  1.5: {}  # <--\n", "1.5 is read as float.*in quotes"),
    "id is true": ("id: a\ncodes:\n  one: {}\n  true:  # <--\n", "true is read as bool.*quotes"),
    "id is a date": ("id: a\ncodes:\n  2026-01-01:  # <--\n", "is read as timestamp.*in quotes"),
    "id is nothing": ("id: a\ncodes:\n  ~: {}  # <--\n", "~ is read as null.*in quotes"),
    "id with a space": ("id: a\ncodes:\n  a b: {}  # <--\n", "code id 'a b' is not usable"),
    "codes are a list": ("id: a\ncodes:  # <--\n  - one\n", "codes is .*it must be a mapping by id"),
    "code is a text": ("id: a\ncodes:\n  one: two  # <--\n", "code 'one' must be a mapping of fields"),
    "unknown field of a code": (
        "id: a\ncodes:\n  one:\n    name: One\n    definitoin: x  # <--\n",
        "code 'one' has a field 'definitoin'.*Did you mean 'definition'",
    ),
    "name is a year": ("id: a\ncodes:\n  one:\n    name: 2026  # <--\n", "name is 2026; it must be te"),
    "name is a date": ("id: a\ncodes:\n  one:\n    name: 2026-01-01  # <--\n", "must be text .quote"),
    "name with a break": ('id: a\ncodes:\n  one:\n    name: "a\\nb"  # <--\n', "or a line break"),
    "definition is a list": ("id: a\ncodes:\n  one:\n    definition: [x]  # <--\n", "must be text"),
    "include is a number": ("id: a\ncodes:\n  one:\n    include: 5  # <--\n", "text or a list of te"),
    "include holds a number": (
        "id: a\ncodes:\n  one:\n    include:  # <--\n      - x\n      - 5\n",
        "include is .*it must be text or a list of texts",
    ),
    "codable is a text": ("id: a\ncodes:\n  one:\n    codable: no  # <--\n", "must be true or false"),
    "attributes are a list": ("id: a\ncodes:\n  one:\n    attributes: [x]  # <--\n", "mapping of text"),
    "attribute is a number": (
        "id: a\ncodes:\n  one:\n    attributes:  # <--\n      size: 5\n",
        "a mapping of texts to texts",
    ),
    "colour": ("id: a\ncodes:\n  one:\n    name: One\n    colour: red  # <--\n", "of the form '#rrgg"),
    "status": ("id: a\ncodes:\n  one:\n    status: old  # <--\n", "must be one of live, retired, "),
    "merged into nothing": (
        "id: a\ncodes:\n  one:\n    status: merged\n    merged_into: tow  # <--\n  two:\n",
        "names the code 'tow', which does not exist.*Did you mean 'two'",
    ),
    "merged in a circle": (
        "id: a\ncodes:\n  one: {status: merged, merged_into: two}  # <--\n"
        "  two: {status: merged, merged_into: one}\n",
        "codes are merged into each other: one → two → one",
    ),
    "unknown parent": (
        "id: a\ncodes:\n  one:\n    name: One\n    parent: tow  # <--\n  two: {}\n",
        "its parent names the code 'tow', which does not exist. Did you mean 'two'",
    ),
    "parents in a circle": (
        "id: a\ncodes:\n  top: {}\n  one:\n    name: One\n    parent: two  # <--\n"
        "  two:\n    parent: one\n",
        "codes are their own ancestors: one → two → one",
    ),
    "its own parent": ("id: a\ncodes:\n  one:\n    parent: one  # <--\n", "one → one"),
    "two of a name": (
        "id: a\ncodes:\n  one:\n    name: Same\n  two:\n    colour: '#112233'\n    name: same  # <--\n",
        "codes 'one' and 'two' are both named 'same' under the same parent",
    ),
    "an id that stands elsewhere too": (
        "id: a\ncodes:\n  one:\n    memos: [two]\n    attributes: {two: x}\n  two:\n    name: 5  # <--\n",
        "code 'two': name is 5",
    ),
    "attribute not allowed": (
        "id: a\nattributes:\n  direction: [supports]\ncodes:\n  one:\n    attributes:\n"
        "      size: big\n      direction: suports  # <--\n",
        "allowed are supports. Did you mean 'supports'",
    ),
    "attributes without values": ("id: a\nattributes:\n  size: big  # <--\n", "must be a list of te"),
    "link is a text": ("id: a\ncodes:\n  one: {}\nlinks:\n  - one  # <--\n", "a link must be a mapp"),
    "link without target": (
        "id: a\ncodes:\n  one: {}\nlinks:\n  - {source: one, type: x}  # <--\n",
        "a link needs source, type and target",
    ),
    "field of a link": (
        "id: a\ncodes:\n  one: {}\n  two: {}\nlinks:\n"
        "  - {source: one, type: x, target: two}\n  - source: one\n    typ: x  # <--\n",
        "a link has a field 'typ'.*Did you mean 'type'",
    ),
    "link to nothing": (
        "id: a\ncodes:\n  one: {}\n  two: {}\nlinks:\n"
        "  - {source: one, type: x, target: two}\n  - {source: one, type: x, target: tow}  # <--\n",
        "names the code 'tow', which does not exist. Did you mean 'two'",
    ),
    "link to itself": (
        "id: a\ncodes:\n  one: {}\nlinks:\n  - {source: one, type: x, target: one}  # <--\n",
        "code 'one' cannot be linked to itself",
    ),
    "links are a mapping": ("id: a\nlinks: {x: y}  # <--\n", "links is .*it must be a list of links"),
    "rollup is a list": ("id: a\nrollups:\n  r: []  # <--\n", "rollup 'r' must be a mapping"),
    "field of a rollup": ("id: a\nrollups:\n  r:\n    theme: {}  # <--\n", "Did you mean 'themes'"),
    "rollup of two kinds": (
        "id: a\nrollups:\n  r:  # <--\n    tree: true\n    attribute: x\n",
        "give themes and domains, or an attribute, or tree",
    ),
    "theme of one code": (
        "id: a\ncodes:\n  one:\nrollups:\n  r:\n    themes:\n      t: {codes: one}  # <--\n",
        "codes is 'one'; it must be a list of ids",
    ),
    "theme of an unknown code": (
        "id: a\ncodes:\n  one:\nrollups:\n  r:\n    themes:\n      t:\n        codes:\n"
        "          - one\n          - on  # <--\n",
        "theme 't' names the code 'on', which does not exist. Did you mean 'one'",
    ),
    "domain of an unknown theme": (
        "id: a\nrollups:\n  r:\n    domains:\n      d: {themes: [x]}  # <--\n    themes: {t: {}}\n",
        "domain 'd' names the theme 'x', which does not exist",
    ),
    "theme with a taken id": (
        "id: a\nrollups:\n  r:\n    themes:\n      unassigned: {}  # <--\n",
        "taken by the row for what rolls up to nothing",
    ),
    "hide without extends": ("id: a\nhide: [x]  # <--\n", "hide goes with extends"),
    "extends a number": ("id: a\nextends: 5  # <--\n", "extends is 5; it must be a name or a list"),
    "extends nothing known": (
        "id: a\nextends: colaboration  # <--\n",
        "no codebook named 'colaboration'.*Did you mean 'collaboration'",
    ),
    "extends no file": ("id: a\nextends: other.yaml  # <--\n", "there is no file .*other.yaml"),
    "extends no file of a list": (
        "id: a\nextends:\n  - base.yaml\n  - other.yaml  # <--\n",
        "there is no file .*other.yaml",
    ),
    "hides what is not there": (
        "id: a\nextends: base.yaml\nhide:\n  - leaf\n  - laef  # <--\n",
        "hides 'laef', which the codebook it extends does not have",
    ),
    "hides a parent only": (
        "id: a\nextends: base.yaml\nhide: [tree]  # <--\n",
        "hides 'tree', but not 'leaf' below it",
    ),
    "clash with what it extends": (
        "id: a\nextends: base.yaml\ncodes:\n  twin:\n    name: leaf  # <--\n    parent: tree\n",
        "codes 'leaf' and 'twin' are both named 'leaf'",
    ),
    "a change that makes an inherited code clash": (
        "id: a\nextends: base.yaml  # <--\ncodes:\n  leaf:\n    parent:\n    name: Stone\n",
        "codes 'leaf' and 'stone' are both named 'stone'",
    ),
    "link of an extension": (
        "id: a\nextends: base.yaml\nlinks:\n  - {source: tree, type: x, target: leef}  # <--\n",
        "names the code 'leef', which does not exist",
    ),
    "rollup of an extension": (
        "id: a\nextends: base.yaml\nrollups:\n  r:\n    themes:\n      t: {codes: [stoned]}  # <--\n",
        "theme 't' names the code 'stoned'.*Did you mean 'stone'",
    ),
    "codes of an extension": ("id: a\nextends: base.yaml\ncodes: [x]  # <--\n", "a mapping by id"),
    "code of an extension": (
        "id: a\nextends: base.yaml\nhide: [stone]\ncodes:\n  leaf: green  # <--\n",
        "code 'leaf' must be a mapping of fields",
    ),
}  # fmt: skip

BASE = """\
id: base
codes:
  tree: {name: Tree}
  leaf: {name: leaf, parent: tree}
  stone: {name: stone}
links:
  - {source: tree, type: holds, target: leaf}
rollups:
  r:
    themes:
      t: {name: T, codes: [stone, leaf]}
"""


CIRCLES = {"merged in a circle", "parents in a circle", "its own parent"}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_by_file_and_line(tmp_path: Path, case: str) -> None:
    text, message = WRONG[case]
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    lines = text.split("\n")
    number = next(at for at, line in enumerate(lines, start=1) if HERE in line)
    with pytest.raises((CodebookFileError, CycleError)) as caught:
        qc.read_codebook(path)
    assert str(caught.value).startswith(f"{path}, line {number}: "), str(caught.value)
    assert re.search(message, str(caught.value)), str(caught.value)
    assert isinstance(caught.value, CycleError) == (case in CIRCLES)


def test_bytes_that_are_not_text_are_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_bytes("id: a\nname: Café\n".encode("cp1252"))
    with pytest.raises(CodebookFileError, match=r"wrong\.yaml, line 2: byte 15 is not UTF-8"):
        qc.read_codebook(path)
    with pytest.raises(CodebookFileError, match=r"absent\.yaml: cannot be read: No such file"):
        qc.read_codebook(tmp_path / "absent.yaml")


def test_a_word_that_older_yaml_takes_for_false_is_a_word(tmp_path: Path) -> None:
    path = tmp_path / "words.yaml"
    path.write_text("id: on\nname: yes\ncodes:\n  no: {name: off}\n  'true': {}\n  '012':\n")
    book = qc.read_codebook(path)
    assert (book.id, book.name, list(book.codes)) == ("on", "yes", ["no", "true", "012"])
    assert book["no"].name == "off"


# Extending


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.yaml"
    path.write_text(BASE, encoding="utf-8")
    return path


def extension(base: Path, text: str) -> Path:
    path = base.with_name("mine.yaml")
    path.write_text(dedent(text), encoding="utf-8")
    return path


def test_an_extension_adds_redefines_and_hides(base: Path) -> None:
    path = extension(
        base,
        """\
        id: mine
        extends: base.yaml
        hide: [stone]
        codes:
          tree: {definition: It grows., name: }
          leaf:
          twig: {name: Twig, parent: tree}
        links:
          - {source: twig, type: holds, target: leaf}
        rollups:
          r:
            themes:
              t: {subtrees: [tree]}
              u: {codes: [twig]}
        """,
    )
    book = qc.read_codebook(path)
    assert list(book.codes) == ["tree", "leaf", "twig"]
    assert book["tree"].definition == "It grows."
    assert book["tree"].name == "tree", "nothing behind a field takes the inherited value away"
    assert book["leaf"].parent == "tree", "nothing behind an id changes nothing"
    assert [(link.source, link.target) for link in book.links] == [
        ("tree", "leaf"),
        ("twig", "leaf"),
    ]
    themes = {theme.id: theme for theme in book.rollups["r"].themes}
    assert (themes["t"].name, themes["t"].codes, themes["t"].subtrees) == (
        "T",
        ("leaf",),
        ("tree",),
    )
    assert themes["u"].codes == ("twig",)


def test_extensions_of_extensions_and_of_several(base: Path) -> None:
    extension(base, "id: mine\nextends: base.yaml\nhide: [stone]\ncodes: {twig: {parent: tree}}\n")
    other = base.with_name("other.yaml")
    other.write_text("id: other\ncodes: {sky: {}, tree: {name: Tree}}\n", encoding="utf-8")
    both = base.with_name("both.yaml")
    both.write_text("id: both\nextends: [mine, other]\nhide: [leaf]\n", encoding="utf-8")
    assert list(qc.read_codebook(both).codes) == ["tree", "twig", "sky"]
    other.write_text("id: other\ncodes: {tree: {name: Another}}\n", encoding="utf-8")
    with pytest.raises(
        CodebookFileError,
        match=r"both\.yaml, line 2: 'mine' and 'other' both define the code 'tree', each differently",
    ):
        qc.read_codebook(both)


def test_what_is_wrong_in_the_extended_file_is_named_there(base: Path) -> None:
    path = extension(base, "id: mine\nextends: base.yaml\n")
    base.write_text(BASE.replace("parent: tree", "parent: tre"), encoding="utf-8")
    with pytest.raises(CodebookFileError, match=r"base\.yaml, line 4: code 'leaf': its parent"):
        qc.read_codebook(path)


def test_a_circle_of_files_is_named(base: Path) -> None:
    path = extension(base, "id: mine\nextends: base.yaml\n")
    base.write_text(f"# first\n{BASE}extends: mine.yaml\n", encoding="utf-8")
    number = BASE.count("\n") + 2
    with pytest.raises(CycleError) as caught:
        qc.read_codebook(path)
    assert str(caught.value) == (
        f"{base}, line {number}: codebooks extend each other in a circle: "
        "mine.yaml → base.yaml → mine.yaml"
    )
    path.write_text("id: mine\nextends: mine.yaml\n", encoding="utf-8")
    with pytest.raises(CycleError, match=r"mine\.yaml, line 2: .*mine\.yaml → mine\.yaml"):
        qc.read_codebook(path)


def test_a_name_is_that_of_a_shipped_codebook_or_of_a_neighbour(base: Path) -> None:
    path = extension(base, "id: mine\nextends: collaboration\n")
    assert "trust" in qc.read_codebook(path).codes
    path.write_text("id: mine\nextends: base\n", encoding="utf-8")
    assert list(qc.read_codebook(path).codes) == ["tree", "leaf", "stone"]
    assert qc.load_codebook("collaboration").id == "collaboration"
    assert qc.load_codebook(path).id == "mine"
    book = qc.read_codebook(path)
    assert qc.load_codebook(book) is book
    with pytest.raises(NotFoundError, match="Did you mean 'collaboration'"):
        qc.load_codebook("colaboration")


MINE = """\
# Mine.
id: mine
name: Mine
extends: base   # the neighbour
hide: [stone]

codes:
  twig: {name: Twig, parent: tree}   # small

  # redefined
  tree:
    definition: It grows.
"""

LINK = C.LinkCodes(qc.Link("tree", "x", "twig"))
Changes = list[Change]


@pytest.mark.parametrize(
    ("changes", "gone", "come"),
    [
        ([C.Rename("twig", "Branch")], 1, ["  twig:", "    name: Branch", "    parent: tree   # small"]),
        ([C.Rename("leaf", "Leaf")], 0, ["", "  leaf:", "    name: Leaf"]),
        ([C.Redefine("tree", {"definition": ""})], 2, []),
        ([C.Redefine("tree", {"definition": "Tall."})], 1, ["    definition: Tall."]),
        ([C.Recolour("leaf", "#00aa00")], 0, ["", "  leaf:", '    colour: "#00aa00"']),
        ([C.Move("leaf", None)], 0, ["", "  leaf:", "    parent:"]),
        ([C.Add(qc.Code("root", parent="tree"))], 0, ["", "  root:", "    name: root", "    parent: tree"]),
        ([LINK], 0, ["", "links:", "  - {source: tree, type: x, target: twig}"]),
        ([C.Retire("leaf")], 0, ["", "  leaf:", "    status: retired"]),
    ],
)  # fmt: skip
def test_an_extension_stays_one_after_an_edit(
    base: Path, changes: Changes, gone: int, come: list[str]
) -> None:
    path = extension(base, MINE)
    book = qc.read_codebook(path)
    assert codebook_text(book, path) == MINE
    for change in changes:
        book = change.apply(book)
    qc.write_codebook(book, path)
    text = path.read_text("utf-8")
    lost, added = lines_changed(MINE, text)
    assert "extends: base   # the neighbour" in text
    assert sorted(added) == sorted(come)
    assert len(lost) == gone
    assert codebook_record(qc.read_codebook(path)) == codebook_record(book)


def test_an_extension_hides_what_is_taken_away_and_shows_what_comes_back(base: Path) -> None:
    path = extension(base, MINE)
    book = qc.read_codebook(path)
    without = attrs.evolve(
        book,
        codes={id: code for id, code in book.codes.items() if id != "leaf"},
        links=(),
        rollups={},
    )
    rollup = attrs.evolve(
        book.rollups["r"], themes=[attrs.evolve(book.rollups["r"].themes[0], codes=())]
    )
    without = attrs.evolve(without, rollups={"r": rollup})
    qc.write_codebook(without, path)
    assert "hide: [stone, leaf]" in path.read_text("utf-8")
    assert codebook_record(qc.read_codebook(path)) == codebook_record(without)
    qc.write_codebook(book, path)
    assert "hide: [stone]" in path.read_text("utf-8")
    assert codebook_record(qc.read_codebook(path)) == codebook_record(book)


@pytest.mark.parametrize(
    "change",
    [
        lambda book: attrs.evolve(book, links=()),
        lambda book: attrs.evolve(book, rollups={}),
        lambda book: C.Reorder(("leaf", "tree", "twig")).apply(book),
    ],
    ids=["a link removed", "a rollup removed", "another order"],
)
def test_what_no_extension_can_say_is_refused_and_the_file_stays(
    base: Path, change: Callable[[qc.Codebook], qc.Codebook]
) -> None:
    path = extension(base, MINE)
    book = change(qc.read_codebook(path))
    with pytest.raises(
        CodebookFileError, match=r"mine\.yaml: it extends 'base', and what was chan"
    ):
        qc.write_codebook(book, path)
    assert path.read_text("utf-8") == MINE
    path.unlink()
    qc.write_codebook(book, path)
    assert codebook_record(qc.read_codebook(path)) == codebook_record(book)


def test_a_new_file_is_pleasant_to_read(tmp_path: Path) -> None:
    book = qc.Codebook(
        "study",
        name="Study",
        codes=[
            qc.Code("trust", name="Trust", definition="One.\nTwo.", include=["a", "b"]),
            qc.Code("012", colour="#aabbcc", parent="trust", memos="x"),
        ],
        links=[qc.Link("trust", "supports", "012", "seen")],
        rollups=[qc.Rollup("all", themes=[qc.Theme("t", codes=["trust"])])],
    )
    path = tmp_path / "study.yaml"
    qc.write_codebook(book, path)
    assert path.read_text("utf-8") == dedent(
        """\
        format: qualcode-codebook/1
        id: study
        name: Study

        codes:
          trust:
            name: Trust
            definition: |-
              One.
              Two.
            include: [a, b]

          '012':
            name: '012'
            parent: trust
            colour: "#aabbcc"
            memos: x

        links:
          - {source: trust, type: supports, target: '012', note: seen}

        rollups:
          all:
            name: all
            themes:
              t:
                name: t
                codes: [trust]
        """
    )
    assert codebook_record(qc.read_codebook(path)) == codebook_record(book)


HEAD = "id: a\ncodes:\n"
ALIASES = [f"y{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 9)}]\n" for at in range(1, 10)]
HOSTILE = {
    "digits": (f"{HEAD}  x: {{definition: {'9' * 100_000}}}", "3: .*a number of 100,000 digits"),
    "brackets": (f"id: {'[' * 5_000}", "1: .*nested more than 100 deep"),
    "indents": (
        "id: a\n" + "".join(f"{' ' * at}k:\n" for at in range(300)),
        "nested more than 100",
    ),
    "bomb": ("x: &a0 [1, 1]\n" + "".join(ALIASES), "aliases repeat each other too often"),
    "chain": (
        "x: &a0 [1]\n" + "".join(f"y{at}: &a{at} [*a{at - 1}]\n" for at in range(1, 200)),
        "aliases are nested more than 100 deep",
    ),
    "circle": (f"{HEAD}  x: &a {{y: *a}}", "3: .*'a' stands inside of what it repeats"),
    "tab": (f"{HEAD}\tx: {{}}", "3: a tab stands where"),
    "NUL": (f"{HEAD}  x: \0", "3: .*control character"),
    "date": (f"{HEAD}  x: {{definition: 2026-99-99}}", "3: .*'2026-99-99' is no timestamp"),
    "tag": (f"{HEAD}  x: {{codable: !!bool maybe}}", "3: .*'maybe' is no bool"),
    "surrogate": (f'{HEAD}  x: {{name: "\\ud800"}}', "3: .*half of a surrogate pair"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_meant_to_do_harm_is_answered_like_any_other(
    tmp_path: Path, kind: str
) -> None:
    text, message = HOSTILE[kind]
    path = tmp_path / "book.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CodebookFileError, match=rf"book\.yaml, line .*{message}"):
        qc.read_codebook(path)
