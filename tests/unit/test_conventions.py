"""Who speaks, in the conventions of other programs and languages; all texts are invented."""

from __future__ import annotations

import pytest

import qualcode as qc

TALKS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "rev": (
        "Speaker 1 [00:00:02]:\n"
        "How did it begin?\n"
        "\n"
        "Speaker 2 [00:00:05]:\n"
        "With a letter. Nobody: that was the answer.\n"
        "\n"
        "Speaker 1 [00:00:15]:\n"
        "And then?\n"
        "\n"
        "Speaker 2 [00:00:17]:\n"
        "Then nothing.\n",
        [
            ("Speaker 1", "How did it begin?"),
            ("Speaker 2", "With a letter. Nobody: that was the answer."),
            ("Speaker 1", "And then?"),
            ("Speaker 2", "Then nothing."),
        ],
    ),
    "trint": (
        "[00:00:00.00] Ingrid Holm\n"
        "\n"
        "Hvordan begynte det?\n"
        "\n"
        "[00:00:04.10] Per Dahl\n"
        "\n"
        "Med et brev.\n"
        "\n"
        "[00:00:09.00] Ingrid Holm\n"
        "\n"
        "Og så?\n"
        "\n"
        "[00:00:11.00] Per Dahl\n"
        "\n"
        "Ingenting.\n",
        [
            ("Ingrid Holm", "Hvordan begynte det?"),
            ("Per Dahl", "Med et brev."),
            ("Ingrid Holm", "Og så?"),
            ("Per Dahl", "Ingenting."),
        ],
    ),
    "descript": (
        "**Host:** [00:00:01] Welcome.\n"
        "\n"
        "**Guest:** [00:00:03] Thanks. It was hard.\n"
        "\n"
        "**Host:** [00:00:09] Why?\n"
        "\n"
        "**Guest:** [00:00:10] Money.\n",
        [
            ("Host", "Welcome."),
            ("Guest", "Thanks. It was hard."),
            ("Host", "Why?"),
            ("Guest", "Money."),
        ],
    ),
    "f4": (
        "I: Wie fing es an? #00:00:05-2#\n"
        "B1: Mit einem Brief. #00:00:11-8#\n"
        "I: Und dann? #00:00:13-0#\n"
        "B1: Nichts. (lacht) #00:00:15-1#\n",
        [
            ("I", "Wie fing es an?"),
            ("B1", "Mit einem Brief."),
            ("I", "Und dann?"),
            ("B1", "Nichts. (lacht)"),
        ],
    ),
    "russian": (
        "Интервьюер: Как это началось?\n"
        "Респондент: С письма.\n"
        "Интервьюер: А потом?\n"
        "Респондент: Ничего.\n",
        [
            ("Интервьюер", "Как это началось?"),
            ("Респондент", "С письма."),
            ("Интервьюер", "А потом?"),
            ("Респондент", "Ничего."),
        ],
    ),
    "arabic": (
        "المحاور: كيف بدأ الأمر؟\nمريم: برسالة.\nالمحاور: ثم ماذا؟\nمريم: لا شيء.\n",
        [
            ("المحاور", "كيف بدأ الأمر؟"),
            ("مريم", "برسالة."),
            ("المحاور", "ثم ماذا؟"),
            ("مريم", "لا شيء."),
        ],
    ),
    "hindi": (
        "साक्षात्कारकर्ता: यह कैसे शुरू हुआ?\nसीता: एक पत्र से।\nसाक्षात्कारकर्ता: फिर?\nसीता: कुछ नहीं।\n",
        [
            ("साक्षात्कारकर्ता", "यह कैसे शुरू हुआ?"),
            ("सीता", "एक पत्र से।"),
            ("साक्षात्कारकर्ता", "फिर?"),
            ("सीता", "कुछ नहीं।"),
        ],
    ),
    "teams-docx": (
        "Ana Lim   0:03\n"
        "How did it begin?\n"
        "We have time.\n"
        "Ben Okoro   0:09\n"
        "With a letter.\n"
        "Ana Lim   1:02:15\n"
        "And then?\n"
        "Ben Okoro   1:02:20\n"
        "Nothing.\n",
        [
            ("Ana Lim", "How did it begin?\nWe have time."),
            ("Ben Okoro", "With a letter."),
            ("Ana Lim", "And then?"),
            ("Ben Okoro", "Nothing."),
        ],
    ),
    "court": (
        "Q. How did it begin?\n"
        "A. With a letter.\n"
        "Q. And then?\n"
        "A. Nothing.\n"
        "Q. Are you sure?\n"
        "A. Yes.\n",
        [
            ("Q", "How did it begin?"),
            ("A", "With a letter."),
            ("Q", "And then?"),
            ("A", "Nothing."),
            ("Q", "Are you sure?"),
            ("A", "Yes."),
        ],
    ),
    "caps line": (
        "MRS. HALL\n"
        "\n"
        "How did it begin?\n"
        "\n"
        "JOHN SMITH\n"
        "\n"
        "With a letter.\n"
        "\n"
        "MRS. HALL\n"
        "\n"
        "And then?\n"
        "\n"
        "JOHN SMITH\n"
        "\n"
        "Nothing.\n",
        [
            ("MRS. HALL", "How did it begin?"),
            ("JOHN SMITH", "With a letter."),
            ("MRS. HALL", "And then?"),
            ("JOHN SMITH", "Nothing."),
        ],
    ),
    "slash": (
        "INT// How did it begin?\nR1// With a letter.\nINT// And then?\nR1// Nothing.\n",
        [
            ("INT", "How did it begin?"),
            ("R1", "With a letter."),
            ("INT", "And then?"),
            ("R1", "Nothing."),
        ],
    ),
    "angle": (
        "<I> How did it begin?\n<R> With a letter.\n<I> And then?\n<R> Nothing.\n",
        [
            ("I", "How did it begin?"),
            ("R", "With a letter."),
            ("I", "And then?"),
            ("R", "Nothing."),
        ],
    ),
    "japanese": (
        "聞き手：どう始まりましたか。\n田中：手紙です。\n聞き手：それから？\n田中：何も。\n",
        [
            ("聞き手", "どう始まりましたか。"),
            ("田中", "手紙です。"),
            ("聞き手", "それから？"),
            ("田中", "何も。"),
        ],
    ),
    "time in front, name, dash": (
        "00:00:02 - Ana: How did it begin?\n"
        "00:00:05 - Ben: With a letter.\n"
        "00:00:09 - Ana: And then?\n"
        "00:00:11 - Ben: Nothing.\n",
        [
            ("Ana", "How did it begin?"),
            ("Ben", "With a letter."),
            ("Ana", "And then?"),
            ("Ben", "Nothing."),
        ],
    ),
    "chat export": (
        "[12/05/2024, 10:15:02] Ana: How did it begin?\n"
        "[12/05/2024, 10:15:40] Ben: With a letter.\n"
        "[12/05/2024, 10:16:02] Ana: And then?\n"
        "[12/05/2024, 10:16:30] Ben: Nothing.\n",
        [
            ("Ana", "How did it begin?"),
            ("Ben", "With a letter."),
            ("Ana", "And then?"),
            ("Ben", "Nothing."),
        ],
    ),
    "android chat": (
        "12/05/2024, 10:15 - Ana: How did it begin?\n"
        "12/05/2024, 10:15 - Ben: With a letter.\n"
        "12/05/2024, 10:16 - Ana: And then?\n"
        "12/05/2024, 10:17 - Ben: Nothing.\n",
        [
            ("Ana", "How did it begin?"),
            ("Ben", "With a letter."),
            ("Ana", "And then?"),
            ("Ben", "Nothing."),
        ],
    ),
    "zoom chat": (
        "10:15:02 From Ana Lim to Everyone:\n"
        "\tHow did it begin?\n"
        "10:15:40 From Ben Okoro to Everyone:\n"
        "\tWith a letter.\n"
        "10:16:02 From Ana Lim to Everyone:\n"
        "\tAnd then?\n"
        "10:16:20 From Ben Okoro to Everyone:\n"
        "\tNothing.\n",
        [
            ("Ana Lim", "How did it begin?"),
            ("Ben Okoro", "With a letter."),
            ("Ana Lim", "And then?"),
            ("Ben Okoro", "Nothing."),
        ],
    ),
    "elan tab": (
        "I\t00:00:02.000\t00:00:04.000\tHow did it begin?\n"
        "R\t00:00:05.000\t00:00:07.000\tWith a letter.\n"
        "I\t00:00:09.000\t00:00:10.000\tAnd then?\n"
        "R\t00:00:11.000\t00:00:12.000\tNothing.\n",
        [
            ("I", "How did it begin?"),
            ("R", "With a letter."),
            ("I", "And then?"),
            ("R", "Nothing."),
        ],
    ),
    "chat/CHILDES": (
        "@Begin\n"
        "@Participants:\tCHI Child, MOT Mother\n"
        "*MOT:\thow did it begin ?\n"
        "*CHI:\twith a letter .\n"
        "*MOT:\tand then ?\n"
        "*CHI:\tnothing .\n"
        "@End\n",
        [
            ("MOT", "how did it begin ?"),
            ("CHI", "with a letter ."),
            ("MOT", "and then ?"),
            ("CHI", "nothing ."),
        ],
    ),
    "polish bold": (
        "**Badaczka:** Jak to się zaczęło?\n"
        "\n"
        "**Respondentka 1:** Od listu.\n"
        "\n"
        "**Badaczka:** A potem?\n"
        "\n"
        "**Respondentka 1:** Nic.\n",
        [
            ("Badaczka", "Jak to się zaczęło?"),
            ("Respondentka 1", "Od listu."),
            ("Badaczka", "A potem?"),
            ("Respondentka 1", "Nic."),
        ],
    ),
    "turkish": (
        "Görüşmeci: Nasıl başladı?\n"
        "Katılımcı 3: Bir mektupla.\n"
        "Görüşmeci: Sonra?\n"
        "Katılımcı 3: Hiç.\n",
        [
            ("Görüşmeci", "Nasıl başladı?"),
            ("Katılımcı 3", "Bir mektupla."),
            ("Görüşmeci", "Sonra?"),
            ("Katılımcı 3", "Hiç."),
        ],
    ),
}
ASKED_BY = {
    "russian": "Интервьюер",
    "arabic": "المحاور",
    "hindi": "साक्षात्कारकर्ता",
    "turkish": "Görüşmeci",
    "japanese": "聞き手",
    "court": "Q",
    "polish bold": "Badaczka",
}


@pytest.mark.parametrize("name", TALKS)
def test_a_convention_is_read(name: str) -> None:
    text, right = TALKS[name]
    document = qc.Document(id="d", text=text)
    assert [(t.speaker, t.quote) for t in qc.segment([document], unit="turn")] == right


@pytest.mark.parametrize("name", ASKED_BY)
def test_who_asks_is_known_by_the_word_for_it(name: str) -> None:
    speakers = qc.Document(id="d", text=TALKS[name][0]).speakers
    asking = ASKED_BY[name]
    assert {each.name: each.role for each in speakers.values()} == {
        each: "interviewer" if each == asking else "participant" for each in speakers
    }


@pytest.mark.parametrize(
    "text",
    [
        "Which is it?\nA. A letter.\nB. A call.\nC. Nothing.\n",
        "Q. was here.\nWe left at once.\nA. came later.\n",
        "12/05/2024, 10:15 - I went home and slept.\nNothing else that day.\n",
        "See https://example.org/a // it is there.\nBoth // and.\n",
        "3/4/2024, 9:15 am\nWe met. They left.\n4/4/2024, 9:20 am\nWe met again.\n",
    ],
)
def test_what_only_looks_like_a_convention_is_none(text: str) -> None:
    assert not qc.Document(id="d", text=text).speakers


def test_a_chat_knows_the_time_of_day() -> None:
    turns = qc.Document(id="d", text=TALKS["chat export"][0]).speakers.turns
    assert [turn.begins for turn in turns] == [36902, 36940, 36962, 36990]
