"""Tables with a row for each stretch of speech: which column has the speaker, the words, the times."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from qualcode.model.texts.clock import seconds

__all__ = ["Columns", "columns_of"]


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HEADS: dict[str, frozenset[str]] = {
    "speaker": _words_of(
        """
    speaker speakers who name person participant voice speaker_id speakername label sprecher
    sprecherin wer locuteur locutrice intervenant hablante quien quién orador parlante chi
    spreker wie talare mówca rozmówca osoba говорящий 说话人 发言人 話者
    """
    ),
    "text": _words_of(
        """
    text transcript utterance utterances words content speech what transcription said sentence
    transkript äußerung wortlaut inhalt texte propos transcripción texto intervención testo
    trascrizione tekst treść wypowiedź tal ytring реплика текст 文本 内容 発話
    """
    ),
    "start": _words_of(
        """
    start begin from time timestamp timecode in start_time starttime startzeit zeit anfang
    beginn von début temps heure inicio hora tiempo desde inizio tempo ora czas początek время
    时间 開始
    """
    ),
    "stop": _words_of(
        """
    stop end to out end_time endtime ende bis fin hasta fine koniec конец 结束 終了
    """
    ),
}


@attrs.frozen
class Columns:
    """Where a table has what.

    Parameters
    ----------
    speaker, text : int
        Columns, from 0.
    start, stop : int or None
        The columns with times.
    first : int
        The first row below the heads.
    """

    speaker: int
    text: int
    start: int | None = None
    stop: int | None = None
    first: int = 0

    def time_of(self, row: Sequence[str], *, stop: bool = False) -> float | None:
        """Return the seconds at which a row starts or stops; None where it does not say."""
        column = self.stop if stop else self.start
        if column is None or column >= len(row):
            return None
        cell = row[column].strip()
        if re.fullmatch(r"\d+(?:[.,]\d+)?", cell):
            return float(cell.replace(",", "."))
        return seconds(cell) if ":" in cell else None


def columns_of(rows: Sequence[Sequence[str]]) -> Columns | None:
    """Return where a table of speech has its speakers and words; None where it is no such table.

    Heads in one of many languages tell; without them, the column with the longest texts has the
    words, and one of few short texts that come again has the speakers.

    Examples
    --------
    >>> columns_of([["Time", "Speaker", "Text"], ["0:04", "Ana", "We share one budget."]])
    Columns(speaker=1, text=2, start=0, stop=None, first=1)
    """
    if not rows or max(map(len, rows)) < 2:
        return None
    heads = {}
    for column, head in enumerate(rows[0]):
        word = re.sub(r"[\W_]+$|^[\W_]+", "", head.casefold())
        for what, names in _HEADS.items():
            if (word in names or word.split(" ")[0] in names) and what not in heads:
                heads[what] = column
                break
    if "speaker" in heads and "text" in heads:
        return Columns(heads["speaker"], heads["text"], heads.get("start"), heads.get("stop"), 1)
    return _by_content([list(row) for row in rows])


def _by_content(rows: list[list[str]]) -> Columns | None:
    body = rows[1:]
    if len(body) < 3:
        return None
    width = max(map(len, rows))
    columns = [[row[at].strip() for row in rows if at < len(row)] for at in range(width)]
    words = [sum(len(cell.split()) for cell in column) / len(rows) for column in columns]
    text = max(range(width), key=words.__getitem__)
    if words[text] < 3:
        return None
    speakers = [at for at in range(width) if at != text and _are_speakers(columns[at][1:] or [])]
    if not speakers:
        return None
    times = [at for at in range(width) if _are_times(columns[at][1:])]
    first = int(
        not (times and ":" in rows[0][times[0]])
        and columns[speakers[0]].count(rows[0][speakers[0]].strip()) == 1
    )
    start, stop = (*times, None, None)[:2]
    return Columns(speakers[0], text, start, stop, first)


def _are_speakers(cells: Sequence[str]) -> bool:
    filled = [each for each in cells if each]
    different = set(filled)
    return (
        len(filled) > 0.5 * len(cells)
        and 1 < len(different) <= max(2, len(filled) // 2)
        and all(len(each) <= 40 and ":" not in each.rstrip(":") for each in different)
        and not all(each.replace(".", "").isdecimal() and len(each) > 3 for each in different)
    )


def _are_times(cells: Sequence[str]) -> bool:
    filled = [each for each in cells if each]
    return bool(filled) and all(re.search(r"\d:\d\d", each) for each in filled)
