"""Invented talks, and the many ways in which people write a talk down."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import attrs
from tests.unit.making_files import docx, docx_table, p


@attrs.frozen
class Talk:
    """A talk: who speaks under which names, and what is said; a turn may have several paragraphs.

    Parameters
    ----------
    names, roles, codes : sequence of str
        How each speaker is called, in full, by role, and by a code.
    said : sequence of (int, str)
        Who speaks, and the words.
    """

    names: Sequence[str]
    roles: Sequence[str]
    codes: Sequence[str]
    said: Sequence[tuple[int, str]]


TALKS = (
    Talk(
        ["Mara Quist", "Tom Bell"],
        ["Interviewer", "Respondent"],
        ["I", "R"],
        [
            (0, "How long have you kept bees?"),
            (1, "Since 2011. It was a gift: two hives and a hat."),
            (0, "And the first winter?"),
            (1, "Hard.\nNote: we lost one hive, the smaller one.\nBut the other lived."),
            (0, "What would you tell somebody who begins?"),
            (1, "My rule is simple: never open them before 10:30."),
        ],
    ),
    Talk(
        ["Ines Duarte", "Carl Otto", "Jan van der Velde"],
        ["Moderator", "Participant 1", "Participant 2"],
        ["M", "P1", "P2"],
        [
            (0, "Who uses the bus?"),
            (1, "I do, every day. The 7:45, and the 16:10 home."),
            (2, "Not me."),
            (0, "Why not?"),
            (2, "um, it never comes. Question 3: why is that?"),
            (1, "He has a point. First: it is late. Second: it is full."),
            (0, "Thank you both."),
        ],
    ),
    Talk(
        ["Noor Haddad", "Lotte Friis"],
        ["Researcher", "Teacher"],
        ["X", "SP"],
        [
            (0, "What changed in the school?"),
            (1, "Everything. The head left, then the deputy."),
            (1, "And nobody told us."),
            (0, "Nobody?"),
            (1, "Well… a letter came: three lines."),
            (0, "I see. Shall we stop?"),
        ],
    ),
    Talk(
        ["Anke Vogt", "Grete Lühr", "Herr Sommer"],
        ["Interviewerin", "Befragte", "Sprecher 3"],
        ["I", "B1", "B2"],
        [
            (0, "Wie war der erste Tag?"),
            (1, "Laut. Ich kannte ja keinen – außer Frau Abel."),
            (0, "Und heute?"),
            (1, "Heute kenne ich alle. Zum Beispiel: den Chef."),
            (2, "(lacht) Ja, genau."),
            (0, "Was müsste besser werden?"),
            (1, "Die Pausen. Um 9:30 ist keiner mehr wach."),
        ],
    ),
    Talk(
        ["Mme Roy", "Luc Petit"],
        ["Enquêtrice", "Répondant"],
        ["E", "A"],
        [
            (0, "Depuis quand travaillez-vous ici ?"),
            (1, "Depuis 2009. Avant, j’étais à l’hôpital."),
            (0, "Et l’équipe ?"),
            (1, "On se dit tout. « Tu es fatigué, rentre. »"),
            (0, "Même la directrice ?"),
            (1, "Elle surtout !"),
        ],
    ),
    Talk(
        ["Rosa Gil", "Pablo Ruiz"],
        ["Entrevistadora", "Participante"],
        ["E1", "P7"],
        [
            (0, "¿Cómo llegó al barrio?"),
            (1, "En 1998, con mi hermana. Teníamos una maleta."),
            (0, "¿Y el trabajo?"),
            (1, "Poco a poco: primero el mercado, luego la escuela."),
            (1, "Después, nada."),
            (0, "Gracias."),
        ],
    ),
    Talk(
        ["Kofi Mensah", "Abena Osei-Tutu", "O’Neill"],
        ["Facilitator", "Nurse", "Male voice"],
        ["F1", "N2", "V3"],
        [
            (0, "Let us talk about the night shift."),
            (1, "It is long. Twelve hours."),
            (2, "Thirteen."),
            (1, "Thirteen, with the handover. See the list: it says so."),
            (0, "Who makes the list?"),
            (1, "The office. They never ask; they post it at 5:00 and go home."),
            (0, "Right."),
        ],
    ),
    Talk(
        ["Speaker 1", "Speaker 2"],
        ["SPEAKER_00", "SPEAKER_01"],
        ["S1", "S2"],
        [
            (0, "so we are recording"),
            (1, "yeah. okay."),
            (0, "tell me about the garden"),
            (1, "it used to be a car park, and twelve families dug it up"),
            (0, "twelve?"),
            (1, "well: nine at first. I counted, 1, 2, 3."),
        ],
    ),
    Talk(
        ["Yuki Tan", "Dr. Elif Aydın"],
        ["Host", "Guest"],
        ["H", "G"],
        [
            (0, "Welcome back. Today: sleep."),
            (1, "Thank you for having me."),
            (0, "How much do we need?"),
            (1, "It depends.\nFor adults, seven hours.\nFor children, more."),
            (0, "And naps?"),
            (1, "Short ones. Date: any. Place: any."),
            (0, "Wonderful."),
        ],
    ),
    Talk(
        ["Piotr Zieliński", "Ola Nowak", "Unknown Speaker"],
        ["Badacz", "Uczestniczka", "Osoba nieznana"],
        ["B", "U1", "U2"],
        [
            (0, "Od kiedy tu mieszkasz?"),
            (1, "Od dziecka. Mój dom stoi przy rzece."),
            (0, "A powódź?"),
            (1, "Była. Woda stała w kuchni: pół metra."),
            (2, "Przepraszam, zła sala."),
            (0, "Nic nie szkodzi."),
            (1, "No i tak."),
        ],
    ),
)

Turns = list[tuple[str, str]]
Way = Callable[[Talk], tuple[str, str | bytes, Turns]]
WAYS: dict[str, Way] = {}


def way(which: str, suffix: str = "txt") -> Callable[[Callable[[Talk, Turns], str | bytes]], None]:
    """Register a way to write a talk down, with speakers called by `which` of their names."""

    def register(write: Callable[[Talk, Turns], str | bytes]) -> None:
        def made(talk: Talk) -> tuple[str, str | bytes, Turns]:
            called = getattr(talk, which)
            turns = [(called[who], words) for who, words in talk.said]
            return f"a.{suffix}", write(talk, turns), turns

        WAYS[write.__name__] = made

    return register


def clock(number: int, *, hours: bool = False) -> str:
    seconds = 7 + 23 * number
    minutes = f"{seconds // 60:02}:{seconds % 60:02}"
    return f"00:{minutes}" if hours else minutes.removeprefix("0")


@way("roles")
def role_and_colon(talk: Talk, turns: Turns) -> str:
    return "\n".join(f"{who}: {said}" for who, said in turns)


@way("names")
def name_and_colon(talk: Talk, turns: Turns) -> str:
    return "Interview 4\n\n" + "\n\n".join(f"{who}: {said}" for who, said in turns)


@way("codes")
def code_and_tab_after_the_colon(talk: Talk, turns: Turns) -> bytes:
    return "\r\n".join(f"{who}:\t{said}" for who, said in turns).encode("utf-16")


@way("codes")
def code_below_facts_and_a_legend(talk: Talk, turns: Turns) -> str:
    legend = ", ".join(f"{c} = {r}" for c, r in zip(talk.codes, talk.roles, strict=True))
    head = f"Interview 7\nDate: 3 May 2024\nDuration: 41:10\nKey: {legend}\n\n"
    return head + "\n".join(f"{who}: {said}" for who, said in turns) + "\n\nEnd of recording\n"


@way("codes")
def code_below_a_legend_in_lines(talk: Talk, turns: Turns) -> str:
    legend = "; ".join(f"{c}: {n}" for c, n in zip(talk.codes, talk.names, strict=True))
    return f"{legend}\n\n" + "\n".join(f"{who}: {said}" for who, said in turns)


@way("names", "md")
def bold_with_the_colon_inside(talk: Talk, turns: Turns) -> str:
    lines = [f"**{who}:** {said}" for who, said in turns]
    return "# The talk\n\n" + "\n\n".join([*lines[:3], "## Part 2: more", *lines[3:]])


@way("roles", "md")
def bold_with_words_below(talk: Talk, turns: Turns) -> str:
    return "\n\n".join(f"**{who}**:\n{said}" for who, said in turns)


@way("names")
def name_and_time_apart(talk: Talk, turns: Turns) -> str:
    blocks = [f"{who}  {clock(n)}\n{said}" for n, (who, said) in enumerate(turns)]
    return "\n\n".join([*blocks, "Transcribed by https://otter.ai"])


@way("names")
def name_and_time_without_blank_lines(talk: Talk, turns: Turns) -> str:
    lines = [f"{who}   {clock(n)}\n{said}" for n, (who, said) in enumerate(turns)]
    head = f"Meeting Transcript\n12 June 2024, 10:15am\n18m 22s\n{talk.names[0]} started transcription\n"
    return head + "\n".join(lines) + f"\n{talk.names[0]} stopped transcription\n"


@way("names", "md")
def heading_with_time(talk: Talk, turns: Turns) -> str:
    return "\n\n".join(f"### {who} (0{clock(n)})\n\n{said}" for n, (who, said) in enumerate(turns))


@way("names", "md")
def bold_with_time(talk: Talk, turns: Turns) -> str:
    lines = [f"**{who}: ({clock(n, hours=True)})** {said}" for n, (who, said) in enumerate(turns)]
    return "\n\n".join(lines)


@way("names")
def time_first_in_brackets(talk: Talk, turns: Turns) -> str:
    lines = [f"[{clock(n, hours=True)}] {who}: {said}" for n, (who, said) in enumerate(turns)]
    return "\r\n".join(lines)


@way("roles")
def time_first_with_words_below(talk: Talk, turns: Turns) -> str:
    return "\n\n".join(f"{clock(n)} {who.upper()}:\n{said}" for n, (who, said) in enumerate(turns))


@way("names")
def name_colon_and_time(talk: Talk, turns: Turns) -> str:
    lines = [f"{who}: {clock(n, hours=True)}\n{said}" for n, (who, said) in enumerate(turns)]
    return "\n\n".join(lines)


@way("roles")
def words_below_the_label(talk: Talk, turns: Turns) -> str:
    return "\n\n".join(f"{who}:\n{said}" for who, said in turns)


@way("codes")
def times_on_lines_of_their_own(talk: Talk, turns: Turns) -> str:
    lines = [f"{who}: {said}" for who, said in turns]
    return "\n".join([*lines[:2], "[0:10:00]", *lines[2:4], "00:20:00", *lines[4:]])


@way("names")
def time_and_name_on_a_line(talk: Talk, turns: Turns) -> str:
    lines = [f"[{clock(n, hours=True)}] {who}\n{said}" for n, (who, said) in enumerate(turns)]
    return "\n\n".join(lines)


@way("names")
def name_in_brackets_and_time(talk: Talk, turns: Turns) -> str:
    return "\n\n".join(f"[{who}] 10:15:{n:02}\n{said}" for n, (who, said) in enumerate(turns))


@way("roles")
def no_space_after_the_colon(talk: Talk, turns: Turns) -> str:
    return "\n".join(f"{who.upper()}:{said}" for who, said in turns)


@way("names")
def name_and_time_before_the_words(talk: Talk, turns: Turns) -> str:
    lines = [f"{who} [{clock(n, hours=True)}] {said}" for n, (who, said) in enumerate(turns)]
    return "\n\n".join(lines)


@way("names")
def time_on_the_line_below_the_name(talk: Talk, turns: Turns) -> str:
    return "\n\n".join(f"{who}\n{clock(n)}\n{said}" for n, (who, said) in enumerate(turns))


@way("names")
def time_in_words(talk: Talk, turns: Turns) -> str:
    lines = [
        f"{who} {n} minutes {n + 3} seconds\n{n}:{n + 3:02}\n{said}"
        for n, (who, said) in enumerate(turns)
    ]
    return "\n".join(lines)


@way("codes")
def label_in_round_brackets(talk: Talk, turns: Turns) -> str:
    return "\n".join(f"({who}) {said}" for who, said in turns)


@way("roles", "md")
def bold_label_on_a_line_of_its_own(talk: Talk, turns: Turns) -> str:
    return "\n\n".join(f"**{who}**\n\n{said}" for who, said in turns)


def _cues(turns: Turns, mark: str) -> list[tuple[int, str, str, str]]:
    found = []
    for n, (who, said) in enumerate(turns):
        times = f"00:00:{2 * n:02}{mark}000 --> 00:00:{2 * n + 1:02}{mark}500"
        found.append((n + 1, times, who, said))
    return found


@way("names", "vtt")
def names_in_subtitles(talk: Talk, turns: Turns) -> str:
    cues = [f"{n}\n{times}\n{who}: {said}" for n, times, who, said in _cues(turns, ".")]
    return "\n\n".join(["WEBVTT", *cues])


@way("names", "vtt")
def voices_in_subtitles(talk: Talk, turns: Turns) -> str:
    cues = [f"x/{n}-0\n{times}\n<v {who}>{said}</v>" for n, times, who, said in _cues(turns, ".")]
    return "\n\n".join(['WEBVTT\n\nNOTE duration:"1"', *cues])


@way("roles", "srt")
def arrows_in_subtitles(talk: Talk, turns: Turns) -> str:
    cues = [f"{n}\r\n{t}\r\n>> {who.upper()}: {said}" for n, t, who, said in _cues(turns, ",")]
    return "\ufeff" + "\r\n\r\n".join(cues)


@way("codes")
def ids_in_brackets(talk: Talk, turns: Turns) -> str:
    return "\n".join(f"[{who}] {said}" for who, said in turns)


@way("names")
def number_before_each_turn(talk: Talk, turns: Turns) -> str:
    return "\n".join(f"{n} {who}: {said}" for n, (who, said) in enumerate(turns, start=9))


@way("codes")
def number_before_each_line(talk: Talk, turns: Turns) -> str:
    lines = "\n".join(f"{who}: {said}" for who, said in turns).split("\n")
    return "\n".join(f"{n}  {line}" for n, line in enumerate(lines, start=1))


@way("names")
def times_in_milliseconds(talk: Talk, turns: Turns) -> str:
    lines = [
        f"{who} [{2000 * n}.00 - {2000 * n + 1500}.00]:\n    {said}"
        for n, (who, said) in enumerate(turns)
    ]
    return "\n".join(lines)


@way("roles")
def no_break_space_before_the_colon(talk: Talk, turns: Turns) -> str:
    return "\n\n".join(f"{who}\u00a0: {said}" for who, said in turns)


@way("roles")
def full_width_colon(talk: Talk, turns: Turns) -> str:
    return "\n".join(f"{who}：{said}" for who, said in turns)


@way("codes")
def a_dash(talk: Talk, turns: Turns) -> str:
    return "\n".join(f"{who} - {said}" for who, said in turns)


@way("codes")
def a_tab(talk: Talk, turns: Turns) -> str:
    return "\n".join(f"{who}\t{said}" for who, said in turns)


@way("codes")
def a_time_at_the_end(talk: Talk, turns: Turns) -> str:
    times = (f"#{clock(n, hours=True)}-{n}#" for n, _ in enumerate(turns))
    return "\n".join(f"{who}: {said} {at}" for (who, said), at in zip(turns, times, strict=True))


@way("roles", "docx")
def a_table_of_word(talk: Talk, turns: Turns) -> bytes:
    rows = [(str(n), clock(n), who, said) for n, (who, said) in enumerate(turns)]
    return docx(p("Visit 3", "Heading1") + docx_table(("Nr", "Time", "Speaker", "Text"), *rows))


@way("names", "docx")
def paragraphs_of_word(talk: Talk, turns: Turns) -> bytes:
    words = [f"{who}: {said}".split("\n") for who, said in turns]
    return docx(p("Talk: one", "Heading1") + "".join(p(line) for each in words for line in each))


@way("names", "csv")
def a_table(talk: Talk, turns: Turns) -> str:
    rows = [f'{n};{n + 1};{who};"{said}"' for n, (who, said) in enumerate(turns)]
    return "\n".join(["start;stop;speaker;text", *rows])


@way("names", "json")
def a_program_s_segments(talk: Talk, turns: Turns) -> str:
    rows = [{"start": n, "end": n + 1, "text": s, "speaker": w} for n, (w, s) in enumerate(turns)]
    return json.dumps({"segments": rows, "language": "en"})
