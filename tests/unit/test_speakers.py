"""Who speaks: ten invented talks in every way that transcripts are written, and what is no label."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.unit.making_files import read
from tests.unit.transcripts import TALKS, WAYS

import qualcode as qc
from qualcode.errors import DocumentError, NotFoundError
from qualcode.model.texts.clock import seconds
from qualcode.model.texts.label_words import kind_of, role_of


def joined(turns: list[tuple[str | None, str]]) -> list[tuple[str | None, str]]:
    """Return turns with those of one speaker in a row put together, white space as one space."""
    found: list[tuple[str | None, str]] = []
    for who, said in turns:
        said = " ".join(said.split())
        if found and found[-1][0] == who:
            found[-1] = (who, f"{found[-1][1]} {said}")
        else:
            found.append((who, said))
    return found


def turns(document: qc.Document) -> list[tuple[str | None, str]]:
    return joined([(unit.speaker, unit.quote) for unit in qc.segment([document], unit="turn")])


def of(text: str) -> list[tuple[str | None, str]]:
    return turns(qc.Document(id="a", text=text))


@pytest.mark.parametrize("number", range(len(TALKS)))
@pytest.mark.parametrize("name", WAYS)
def test_a_talk_is_found_however_it_is_written(name: str, number: int) -> None:
    file, data, said = WAYS[name](TALKS[number])
    found = read(file, data)
    document = qc.Document(id="a", text=found.text, structure=found.structure)
    right = joined([(who, words) for who, words in said])
    got = [(str(who).casefold(), words) for who, words in turns(document)]
    assert got == [(str(who).casefold(), words) for who, words in right]


def test_a_label_in_full_once_and_then_its_letter_are_one_speaker() -> None:
    text = "**Interviewer (I):** How?\n\n**Cook (C):** Slowly.\n\n**I:** And then?\n\n**C:** Soup."
    speakers = qc.Document(id="a", text=text).speakers
    assert list(speakers) == ["I", "C"]
    assert speakers["I"].aliases == ("Interviewer (I)",)
    assert speakers["Interviewer (I)"].role == "interviewer"
    assert speakers["C"].turns == 2


def test_roles_come_from_labels_and_legends() -> None:
    text = "Key: A = interviewer, B = patient\n\nA: Why?\nB: Well.\nA: How?\nB: So.\nAna: No."
    speakers = qc.Document(id="a", text=text).speakers
    assert [(each.name, each.role) for each in speakers.values()] == [
        ("A", "interviewer"),
        ("B", "participant"),
    ]
    assert [(each.label, each.reason) for each in speakers.suspects] == [
        ("Key", "names a fact"),
        ("Ana", "comes only once, and looks unlike the others"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "We met. Then we left.\n\nIt was late.",
        "Note: this is a report.\nDate: 3 May.\nPlace: Leeds.\n\nWe met there.",
        "My rule is simple: nobody sails alone.\n\nYours is harder: all do.",
        "Recording: https://example.org\n\nWe left at 7:45 and came at 8:15.",
        "1: buy milk\n2: buy eggs\n3: come home",
        "Question 1: Why?\n\nBecause of the rain.\n\nQuestion 2: When?\n\nIn spring.",
        "",
        "   \n\n  ",
    ],
)
def test_what_has_no_speakers_is_told_to_have_none(text: str) -> None:
    document = qc.Document(id="a", text=text)
    assert not document.speakers
    assert str(document.speakers).startswith("no speaker found: say what a label looks like")
    assert len(qc.segment([document], unit="turn")) == (1 if text.strip() else 0)


def test_what_looks_like_a_label_and_is_none_is_listed() -> None:
    text = "I: Who pays?\nR: They do.\nNote: not always.\nMy rule is: ask.\nI: When?\nR: Later."
    found = qc.Document(id="a", text=text).speakers
    assert [(each.line, each.label, each.reason) for each in found.suspects] == [
        (3, "Note", "names a fact"),
        (4, "My rule is", "reads like words of a sentence"),
    ]
    assert of(text)[1] == ("R", "They do. Note: not always. My rule is: ask.")
    assert 0.5 < found.sure <= 1


def test_only_the_moderator_is_named() -> None:
    text = (
        "MODERATOR: Next one.\nI click here.\nNothing.\nMODERATOR: And now?\nIt works.\n"
        "MODERATOR: Good.\nYes."
    )
    assert of(text) == [
        ("MODERATOR", "Next one."),
        (None, "I click here. Nothing."),
        ("MODERATOR", "And now?"),
        (None, "It works."),
        ("MODERATOR", "Good."),
        (None, "Yes."),
    ]


def test_a_bold_time_without_a_name_goes_on_with_the_speaker() -> None:
    text = "**Ana: (00:26:13)** We left.\n\n**(00:29:55)** It rained.\n\n**Ben: (00:31:00)** Yes."
    assert of(text) == [("Ana", "We left. It rained."), ("Ben", "Yes.")]


def test_hidden_names_in_brackets_are_words() -> None:
    text = "[id1] I met [name] in [S].\n[id2] [S] is small.\n[id1] It is."
    assert of(text) == [
        ("id1", "I met [name] in [S]."),
        ("id2", "[S] is small."),
        ("id1", "It is."),
    ]


def test_names_in_small_letters() -> None:
    text = "ana: how was it?\nben: good: mostly.\nana: why?\nben: the people."
    assert [who for who, _ in of(text)] == ["ana", "ben", "ana", "ben"]


def test_questions_and_answers() -> None:
    text = "Question: Why?\nAnswer: So.\nQuestion: How?\nAnswer: Thus."
    assert [who for who, _ in of(text)] == ["Question", "Answer", "Question", "Answer"]
    assert [who for who, _ in of("Q: Why?\nA: So.\nQ: How?\nA: Thus.")] == ["Q", "A", "Q", "A"]


# What is said overrides what is found


def test_labels_are_said() -> None:
    text = "I: Who?\nthe tall one: Me.\nI: When?\nR: Now.\nR: Soon."
    found = qc.find_turns(text, labels={"the tall one": "Tall", "I": "Ada", "R": None})
    assert [(each.name, text[each.start : each.end]) for each in found.turns] == [
        ("Ada", "Who?"),
        ("Tall", "Me."),
        ("Ada", "When?\nR: Now.\nR: Soon."),
    ]


def test_a_pattern_is_said() -> None:
    text = "ana / We left.\nben / Why?\nana / Rain."
    found = qc.find_turns(text, pattern=r"(?P<speaker>\w+) /")
    assert [each.name for each in found.turns] == ["ana", "ben", "ana"]
    with pytest.raises(DocumentError, match=r"needs a group for the name: \(\?P<speaker>"):
        qc.find_turns(text, pattern=r"\w+ /")
    with pytest.raises(DocumentError, match="is not a regular expression"):
        qc.find_turns(text, pattern="(")
    with pytest.raises(DocumentError, match="labels must map each label"):
        qc.find_turns(text, labels={"a": 1})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"text": 3}, "text must be text, not 3"),
        ({"structure": "x"}, "structure must be"),
        ({"labels": "I"}, "labels must"),
        ({"labels": {3: "Ana"}}, "a label must be text"),
        ({"pattern": 3}, "pattern must be text"),
    ],
)
def test_what_is_wrong_is_told_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        qc.find_turns(**{"text": "I: Yes.", **given})


def test_wrong_readers_and_speakers_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("I: Yes.")
    for name in ("reader", "speakers"):
        with pytest.raises(DocumentError, match=f"{name} must"):
            qc.Project.new("S").add_documents(tmp_path / "a.txt", **{name: 3})


def test_speakers_that_are_said_are_kept_with_the_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("I: Who?\nR: Me.\nI: When?\nR: Now.")
    (tmp_path / "b.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Lena>Yes.</v>\n")
    project = qc.Project.create(tmp_path / "study", coder="ana")
    project.add_documents(tmp_path, speakers={"I": "Ada", "Lena": "L."})
    project.save()
    opened = qc.Project.open(tmp_path / "study")
    assert [each.name for each in opened.documents["a"].structure.of("turn")] == ["Ada", "R"] * 2
    assert opened.documents["a"].speakers == project.documents["a"].speakers
    assert opened.documents["a"].speakers["I"].aliases == ("I",)
    assert list(opened.documents["b"].speakers) == ["L."]
    assert opened.documents == project.documents
    assert list(opened.documents["b"].structure.kinds) == ["cue", "turn"]


def test_speakers_are_set_undone_and_found_again(tmp_path: Path) -> None:
    project = qc.Project.create(tmp_path / "study", coder="ana")
    project.add_document("I: Who?\nR: Me.\nI: When?\nR: Now.", id="a")
    before = project.documents["a"]
    found = project.set_speakers("a", labels={"I": "Ada"}, coder="ben")
    assert list(found["a"]) == ["Ada", "R"]
    assert project.documents["a"].speakers == qc.find_turns(before.text, labels={"I": "Ada"})
    events = len(project.log)
    project.set_speakers("a", labels={"I": "Ada"}, coder="ben")
    assert len(project.log) == events, "saying the same again changes nothing"
    project.save()
    assert list(qc.Project.open(tmp_path / "study").documents["a"].speakers) == ["Ada", "R"]
    assert not qc.check_folder(tmp_path / "study")
    project.undo(coder="ben")
    assert project.documents["a"] == before
    frame = project.speakers_frame()
    assert frame["speaker"].tolist() == ["I", "R"]
    with pytest.raises(DocumentError, match="no label is found in it"):
        project.set_speakers("a", pattern="(?P<speaker>nobody)")
    project.add_document("Nothing but words.", id="b")
    assert project.speakers_frame()["speaker"].tolist() == ["I", "R", None]


def test_speakers_that_two_people_set_at_once_are_a_conflict(tmp_path: Path) -> None:
    project = qc.Project.create(tmp_path / "one", coder="ana")
    project.add_document("I: Who?\nR: Me.\nI: When?\nR: Now.", id="a")
    project.save()
    shutil.copytree(tmp_path / "one", tmp_path / "two", ignore=shutil.ignore_patterns(".qualcode"))
    for copy, coder in (("one", "ada"), ("two", "bea")):
        opened = qc.Project.open(tmp_path / copy)
        opened.set_speakers("a", labels={"I": coder}, coder=coder)
        opened.save()
    for folder in ("log", "heads"):
        for file in (tmp_path / "two" / folder).glob("bea.*"):
            shutil.copy(file, tmp_path / "one" / folder)
    (conflict,) = qc.Project.open(tmp_path / "one").conflicts
    assert (conflict.kind, conflict.target, conflict.field) == (
        "both set",
        "document:a",
        "speakers",
    )
    both = qc.Project.open(tmp_path / "one")
    both.resolve(conflict, take="ada", coder="cas")
    assert list(both.documents["a"].speakers) == ["ada", "R"]
    assert not both.conflicts
    both.save()
    assert not qc.check_folder(tmp_path / "one")


def test_what_is_found_today_is_kept() -> None:
    project = qc.Project.new("S")
    project.add_document("I: Who?\nR: Me.\nI: When?\nR: Now.", id="a")
    before = project.documents["a"].speakers
    project.set_speakers("a")
    assert project.documents["a"].structure.kinds == {"turn": 4}
    assert project.documents["a"].speakers == before


# Values


def test_speakers_are_a_value_and_a_table() -> None:
    document = qc.Document(id="a", text="ANA: One two.\nBEN: Three.\nANA: Four.")
    found = document.speakers
    assert pickle.loads(pickle.dumps(found)) == found
    assert found.to_frame().to_dict("list") == {
        "speaker": ["ANA", "BEN"],
        "aliases": [[], []],
        "role": [None, None],
        "turns": [2, 1],
        "words": [3, 1],
        "case": [None, None],
    }
    assert repr(found) == "<2 speakers: ANA, BEN; 3 turns>"
    with pytest.raises(
        NotFoundError, match=r"nobody called 'ANNA' speaks here. Did you mean 'ANA'"
    ):
        found["ANNA"]
    assert all(len(line) <= 80 for line in str(found).splitlines())


@pytest.mark.parametrize(
    ("label", "kind", "role"),
    [
        ("I", "code", "interviewer"),
        ("B2", "code", "participant"),
        ("SPEAKER_00", "code", None),
        ("Frau unbekannt", "role", None),
        ("Teilnehmerin 2", "role", "participant"),
        ("M. Petit", "name", None),
        ("P4 (F, 34)", "code", "participant"),
        ("Aufnahmedatum", "stop", None),
        ("说话人", "name", None),
        ("their names", "words", None),
    ],
)
def test_what_labels_look_like(label: str, kind: str, role: str | None) -> None:
    assert (kind_of(label), role_of(label)) == (kind, role)


@pytest.mark.parametrize(
    ("stamp", "value"),
    [
        ("[00:01:06]", 66),
        ("0:05", 5),
        ("102:10", 6130),
        ("#00:00:08-2#", 8.2),
        ("", None),
        ("x", None),
    ],
)
def test_times(stamp: str, value: float | None) -> None:
    assert seconds(stamp) == value


def test_turns_know_their_time() -> None:
    text = "Ana Lim  0:05\nHow?\n\nBen Okoro  1:02:40\nWell."
    assert [each.begins for each in qc.Document(id="a", text=text).speakers.turns] == [5, 3760]


# In other shapes and languages


FOUR = [("I", "How was it?"), ("R", "Good, mostly."), ("I", "Why?"), ("R", "The people.")]


@pytest.mark.parametrize(
    "form",
    [
        "{} – {}", "{}- {}", "{}. {}", "{}; {}", "{}) {}", "{} | {}", "{}> {}", "{} = {}", "#{}: {}",
        "#{}# {}", "*{}: {}", "- {}: {}", "• {}: {}", "0m5s {}: {}", "[1h02m05s] {}: {}", "{} // {}",
    ],
)  # fmt: skip
def test_labels_are_set_apart_by_many_marks(form: str) -> None:
    assert of("\n".join(form.format(*turn) for turn in FOUR)) == FOUR


def test_a_label_that_slipped_into_another_form_is_one() -> None:
    text = (
        "I: How?\nR: Good. I liked it.\nI - Why?\nR: Because\nI - well - you know.\nI: Ok?\nR: Yes."
    )
    assert [who for who, _ in of(text)] == ["I", "R", "I", "R", "I", "R"]


def test_points_of_lists_minutes_and_recipes_are_nobody() -> None:
    for text in (
        "1. What?\nA. yes\nB. no\n2. Why?\nA. yes\nB. no\n3. How?\nA. so\nB. thus",
        "The plan.\n\nA. First.\nB. Then.\nC. Last.\n\nAnd again:\n\nA. First.\nB. Then.",
        "Flour: 200 g\nSugar: 100 g\nEggs: 3\n\nMix it all.",
        "From: Ana\nTo: Ben\nSubject: Bees\n\nHow?\n\nFrom: Ben\nTo: Ana\nSubject: Bees\n\nWell.",
    ):
        assert not qc.Document(id="a", text=text).speakers, text


@pytest.mark.parametrize(
    "said",
    [
        "This week:\nBread: Two loaves.\nMilk: One litre.",
        "Well.\nBread: two loaves.\nMilk: one litre.\nAnd so on.",
        "We need bread, and milk.\nBread: Two loaves.\nMilk: One litre.",
        "Let me see.\nBread: Two.\nMilk: One.\nEggs: A dozen.",
    ],
)
def test_a_list_that_is_dictated_is_what_somebody_says(said: str) -> None:
    text = f"Ana: What do you buy?\nBen: {said}\nAna: Each week?\nBen: Each.\nAna: Why?\nBen: So."
    found = qc.Document(id="a", text=text).speakers
    assert list(found) == ["Ana", "Ben"]
    assert of(text)[1] == ("Ben", " ".join(said.split()))
    assert {"Bread", "Milk"} <= {each.label for each in found.suspects}


def test_people_who_speak_little_are_speakers() -> None:
    text = (
        "Moderator: Please say who you are.\nAna: Ana, from Leeds.\nBen: Ben, York.\nCara: Cara.\n"
        "Moderator: Who cycles?\nAna: Me.\nBen: Me too.\nAna & Ben: Often!\nModerator: And you?"
    )
    assert list(qc.Document(id="a", text=text).speakers) == [
        "Moderator", "Ana", "Ben", "Cara", "Ana & Ben",
    ]  # fmt: skip


def test_numbers_of_lines_are_no_words() -> None:
    right = [("I", "How? Or not?"), ("R", "Good. And cheap."), ("I", "Why?"), ("R", "People.")]
    lines = ["I: How?", "Or not?", "R: Good.", "And cheap.", "I: Why?", "R: People."]
    assert of("\n".join(f"{n:04} {line}" for n, line in enumerate(lines, 1))) == right
    assert of("\n".join(f"{n}\n{line}" for n, line in enumerate(lines, 1))) == right
    page = "\n".join(f"{n} {line}" for n, line in enumerate(2 * lines, 1))
    assert of(f"{page}\n{page}") == 4 * right
    counted = "I: Count.\nR: We did:\n1\n2\n3\nand so on.\nI: Why?\nR: So."
    assert of(counted)[1] == ("R", "We did: 1 2 3 and so on.")


# Times


def test_a_time_that_somebody_speaks_of_is_words() -> None:
    text = "I: Where?\nR: 7:45 at the gate we met.\nI: And then?\nR: 8:15 we left.\n9:30 was late.\nI: I see."
    assert of(text)[1::2] == [
        ("R", "7:45 at the gate we met."),
        ("R", "8:15 we left. 9:30 was late."),
    ]
    times = "I: When do you get up?\nR: 6:30.\nI: And then?\nR:\n7:45\nI: Back?\nR: 5:10."
    assert of(times)[1::2] == [("R", "6:30."), ("R", "7:45"), ("R", "5:10.")]


def test_times_of_a_recording_are_no_words() -> None:
    right = [("Ana", "How?"), ("Ben", "Well."), ("Ana", "Why?"), ("Ben", "So.")]
    for form in ("{0}: 0:{1:02} {2}", "{0}: {2} (0:{1:02})", "0:{1:02} {0}: {2}"):
        text = "\n".join(form.format(who, 5 + 4 * n, said) for n, (who, said) in enumerate(right))
        assert of(text) == right


def test_a_line_that_ends_with_a_time_is_no_speaker() -> None:
    said = ["When did you come?", "at 6:30", "So early?", "Platform 7:15", "Ok."]
    names = ["Ana Lim", "Ben Roe"]
    for between in ("\n\n", "\n"):
        text = between.join(f"{names[n % 2]}  0:{n + 5:02}\n{each}" for n, each in enumerate(said))
        assert of(text) == [(names[n % 2], each) for n, each in enumerate(said)]


# Roles


@pytest.mark.parametrize(
    "labels",
    [
        "问 答", "Ε Α", "В О", "И Р", "س ج", "ש ת", "면담자 참여자", "Moderation TN1", "*INV *PAR",
        "Entrevistador(a) Entrevistado(a)", "Enquêteur·rice Enquêté·e", "Interviewer*in Befragte(r)",
        "Interviewer:in Befragte/r", "Forscher·in Proband·in", "Intervjuare Intervjuperson", "F S",
        "質問者 回答者", "Haastattelija Haastateltava", "Pesquisadora Participante", "Q A", "P R",
        "Người_phỏng_vấn Người_tham_gia", "Badaczka Rozmówczyni", "Görüşmeci Katılımcı", "IVR IP",
    ],
)  # fmt: skip
def test_who_asks_in_many_languages(labels: str) -> None:
    asks, asked = (label.replace("_", " ") for label in labels.split())
    text = f"{asks}: One?\n{asked}: Two.\n{asks}: Three?\n{asked}: Four."
    if "Ε" in labels:
        text = text.replace("?", ";")
    found = qc.Document(id="a", text=text).speakers
    assert [each.role for each in found.values()] == ["interviewer", "participant"]


def test_initials_are_no_questions_and_answers() -> None:
    found = qc.Document(id="a", text="K: It rained.\nV: Did it?\nK: It did.\nV: Much?").speakers
    assert [each.role for each in found.values()] == [None, None]


# What is said of labels that are not there


def test_a_label_that_no_line_has_is_refused_with_those_like_it() -> None:
    project = qc.Project.new("S")
    project.add_document("Ana: How?\nBen: Well.\nAna: Why?\nNote: so.", id="a")
    before = project.documents["a"]
    with pytest.raises(NotFoundError, match=r"begins with the label 'Anna'.*Did you mean 'Ana'"):
        project.set_speakers("a", labels={"Anna": "A."})
    with pytest.raises(NotFoundError, match=r"label 'Zoe'. Labels there: Ana, Ben, Note"):
        project.set_speakers("a", labels={"Zoe": None})
    assert project.documents["a"] == before
    project.set_speakers("a", labels={"ana": "A.", "Note": None})
    assert list(project.documents["a"].speakers) == ["A.", "Ben"]
