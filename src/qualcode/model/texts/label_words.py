"""Words that tell who speaks, and words that look like a speaker's label and are none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from qualcode.model.texts.speaker_words import ASKED, ASKING

__all__ = ["base_of", "folded", "kind_of", "may_be_asked", "people_of", "role_of"]


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _called(words: Mapping[str, str]) -> frozenset[str]:
    """Return what somebody is called in any language; what is several words has a low line between them."""
    return frozenset(word.replace("_", " ") for own in words.values() for word in own.split())


INTERVIEWER, PARTICIPANT = _called(ASKING), _called(ASKED)
PEOPLE = _words_of(
    """
    osoba osoby nieznana nieznany anonymous unbekannte inconnue desconocida sconosciuto sconosciuta onbekend
    speaker speakers voice voices man woman men women male female boy girl mother father parent
    child teacher student doctor nurse counsellor officer announcer narrator reporter translator
    interpreter observer assistant notetaker everyone everybody all several group audience
    unknown unidentified person people someone other others worker manager cook farmer chair
    chairperson member panelist sprecher sprecherin stimme frau mann herr alle mehrere gruppe
    unbekannt übersetzer übersetzerin dolmetscher dolmetscherin mutter vater lehrer lehrerin
    voix femme homme madame monsieur tous plusieurs groupe interprète locuteur locutrice inconnu
    voz mujer hombre señor señora todos todas grupo hablante orador oradora intérprete
    desconocido voce uomo donna tutti gruppo interprete parlante stem vrouw allen groep spreker
    tolk röst kvinna mówca głos kobieta mężczyzna wszyscy answer antwort réponse respuesta q a
    dr mr mrs ms miss prof mme mlle
    """
)
NEITHER = _words_of(
    """
    translator interpreter observer assistant notetaker narrator announcer reporter übersetzer
    übersetzerin dolmetscher dolmetscherin interprète intérprete interprete tolk unknown
    unidentified unbekannt unbekannte inconnu inconnue desconocido desconocida sconosciuto
    sconosciuta onbekend nieznana nieznany everyone everybody all several group audience alle
    mehrere gruppe tous plusieurs groupe todos todas grupo tutti gruppo allen groep wszyscy
    """
)
"""Who neither asks nor is asked, or is nobody in particular."""
NOT_A_LABEL = _words_of(
    """
    note notes nb ps date dates day duration length time times start end started ended begin
    place location venue setting key legend legends question questions recording recorded record
    transcribed transcriber transcript transcription transcriptionist title topic topics theme
    themes section part chapter summary example examples project study file filename audio video
    source sources reference references keywords keyword abstract remark remarks comment
    comments code codes version page pages contents context background introduction conclusion
    results methods appendix figure table warning important language country interview
    interviews age gender sex occupation http https www mailto tel phone email e-mail re fwd
    subject-line from to cc details status total hint tip rule step task tasks exercise scene
    excerpt extract header footer link links method present absent attendees apologies agenda action
    actions ingredients para betreff objet asunto anmerkung anmerkungen notiz notizen bemerkung
    bemerkungen datum dauer ort zeit uhrzeit beginn ende frage fragen thema themen titel hinweis
    aufnahme aufnahmedatum transkript transkription transkribiert legende projekt studie datei
    abschnitt teil kapitel beispiel zusammenfassung quelle alter geschlecht beruf sprache durée
    lieu heure début fin légende thème titre remarque remarques entretien entretiens
    enregistrement projet étude fichier partie chapitre exemple résumé âge sexe profession
    langue fecha duración lugar hora inicio nota notas clave leyenda pregunta preguntas tema
    título observación observaciones grabación transcripción entrevista proyecto archivo parte
    capítulo ejemplo resumen fuente edad data durata luogo ora inizio fine legenda domanda
    domande titolo osservazioni registrazione trascrizione intervista progetto esempio riassunto
    età duur plaats tijd einde vraag vragen onderwerp opmerking opmerkingen opname transcriptie
    voorbeeld samenvatting leeftijd duração local início pergunta perguntas gravação transcrição
    projeto exemplo resumo idade varighed sted tid spørgsmål längd plats fråga frågor anteckning
    czas miejsce pytanie pytania uwaga uwagi nagranie temat wywiad 日期 时间 地点 主题 备注 注 问题
    """
)
PARTICLES = _words_of(
    """
    van von der den de del della di da do dos das du la le les el al bin ibn ben ter ten zu zur
    af av y e und and & och og
    """
)
_ARTICLES = re.compile(r"\((?P<inside>[^()]*)\)")
_CODE = re.compile(
    r"[A-Za-z]{1,2}|[A-Z]{1,4}[-_.]?\d{0,3}[a-z]?|[A-Za-z]{1,14}[-_]?\d{1,3}|\?{1,3}"
)
_NUMBER = re.compile(r"\d{1,3}(?:\.0)?")
_END = re.compile(r"[\s.:*_\d#-]+$")
# "Interviewer*in", "Befragte/r", "Enquêteur·rice": one word for all, whichever sign a language has for it.
_GENDER = re.compile(
    r"(?<=\w)[*:_·•./@-](?:innen|in|r|n|e|rice|trice|euse|a|as|ka|czka)?(?=$|[\s/&,\d])"
)
_JOINED = re.compile(r"\s*(?:[&+/,;]|(?<!\w)(?:and|und|et|y|e|en|och|og|i|и|και)(?!\w))\s*")


def folded(label: str) -> str:
    """Return a label as it is compared: case, spaces and marks of emphasis do not count.

    Examples
    --------
    >>> folded("**Jan  van der Berg**")
    'jan van der berg'
    """
    return " ".join(unicodedata.normalize("NFC", label).strip("*_[]<>").split()).casefold()


def base_of(label: str) -> str:
    """Return a label without what stands in brackets.

    Examples
    --------
    >>> base_of("Interviewer (I)"), base_of("P4 (F, 34)")
    ('Interviewer', 'P4')
    """
    return " ".join(_ARTICLES.sub(" ", label).split()) or label


def _words(label: str) -> list[str]:
    said = _END.sub("", _GENDER.sub("", folded(base_of(label))))
    if said in INTERVIEWER or said in PARTICIPANT:
        return [said]
    return [_END.sub("", each) for each in re.split(r"[\s/&,+]+", said) if each]


def people_of(label: str) -> list[str]:
    """Return the labels that a label joins, folded.

    Examples
    --------
    >>> people_of("P1 & P2"), people_of("Ana and Ben"), people_of("Ana")
    (['p1', 'p2'], ['ana', 'ben'], ['ana'])
    """
    return [each for each in _JOINED.split(folded(base_of(label))) if each]


@lru_cache(maxsize=4096)
def kind_of(label: str) -> str:
    """Return what a label looks like: stop, code, number, role, name, low or words.

    Examples
    --------
    >>> [kind_of(each) for each in ("Note", "P4", "4", "Female voice", "Jan van der Berg", "My rule is")]
    ['stop', 'code', 'number', 'role', 'name', 'words']
    """
    base = base_of(label)
    words = _words(label)
    if not words or (words[0] in NOT_A_LABEL or words[-1] in NOT_A_LABEL):
        return "number" if _NUMBER.fullmatch(base) else "stop" if any(words) else "words"
    if _NUMBER.fullmatch(base):
        return "number"
    known = [each for each in words if each in INTERVIEWER or each in PARTICIPANT or each in PEOPLE]
    if _CODE.fullmatch(base) and (base[0].isupper() or base[0] == "?" or base[-1].isdecimal()):
        return "code"
    if (
        known
        and len(words) <= 4
        and len([w for w in words if w not in PARTICLES]) - len(known) <= 2
    ):
        return "role"
    particles_only = all(each in PARTICLES for each in base.split())  # and not somebody called Ben
    if all(map(_is_name, base.split())) and len(words) <= 5 and not particles_only:
        return "name"
    return "low" if re.fullmatch(r"[^\W\d_]{2,12}", base) else "words"


def _is_name(word: str) -> bool:
    first = word.lstrip("'’(")[:1]
    if word.casefold() in PARTICLES or word in "&+/" or first.isdecimal():
        return True
    # Scripts without capitals have no other sign of a name.
    return first.isupper() or (first.isalpha() and first.lower() == first.upper())


def may_be_asked(label: str) -> bool:
    """Tell whether a label may be that of somebody who is interviewed.

    Examples
    --------
    >>> may_be_asked("Ana"), may_be_asked("Interpreter"), may_be_asked("??")
    (True, False, False)
    """
    words = _words(label)
    return any(map(str.isalnum, "".join(words) or label)) and NEITHER.isdisjoint(words)


def role_of(label: str) -> str | None:
    """Return ``"interviewer"`` or ``"participant"`` where a label tells, else None.

    Examples
    --------
    >>> role_of("I1"), role_of("Befragte"), role_of("Ana")
    ('interviewer', 'participant', None)
    """
    for word in _words(label):
        if word in INTERVIEWER:
            return "interviewer"
        if word in PARTICIPANT:
            return "participant"
    return None
