"""What people who ask and people who are asked are called, language by language."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ANSWERS", "ASKED", "ASKING", "PAIRS", "QUESTIONS"]

# In small letters, without marks of gender ("Interviewer*in", "Befragte(r)"), and without numbers behind.
ASKING: Mapping[str, str] = {
    "letters": "i int intv inter intr ivr inv mod fac q и",
    "en": "interviewer interviewers moderator moderators moderation facilitator facilitators "
    "researcher researchers host investigator investigators fieldworker enumerator",
    "de": "interviewer interviewerin interviewende interviewender interviewleiter interviewleiterin "
    "interviewleitung interviewführung gesprächsleitung gesprächsleiter gesprächsleiterin moderatorin "
    "moderation forscher forscherin forschende forschender fragesteller fragestellerin "
    "versuchsleiter versuchsleiterin vl",
    "fr": "enquêteur enquêtrice enqueteur enquetrice intervieweur intervieweuse animateur animatrice "
    "modérateur modératrice chercheur chercheuse enquêteurs",
    "es": "entrevistador entrevistadora entrevistadores moderadora moderador investigador "
    "investigadora encuestador encuestadora facilitador facilitadora",
    "pt": "entrevistador entrevistadora moderador moderadora pesquisador pesquisadora investigador "
    "investigadora inquiridor inquiridora mediador mediadora",
    "it": "intervistatore intervistatrice ricercatore ricercatrice moderatore moderatrice conduttore "
    "conduttrice facilitatore facilitatrice",
    "nl": "interviewer interviewster onderzoeker gespreksleider gespreksleidster moderator",
    "da, nb": "interviewer intervjuer intervjueren forsker forskeren ordstyrer",
    "sv": "intervjuare intervjuaren intervjuledare samtalsledare forskare forskaren moderatorn",
    "fi": "haastattelija tutkija moderaattori",
    "pl": "badacz badaczka moderatorka prowadzący prowadząca ankieter ankieterka",
    "cs, sk": "tazatel tazatelka moderátor moderátorka výzkumník výzkumnice",
    "ru": "интервьюер модератор исследователь исследовательница ведущий ведущая интер",
    "uk": "дослідник дослідниця інтерв'юер інтервʼюер модератор",
    "bg, sr": "интервюиращ изследовател испитивач istraživač ispitivač voditelj",
    "tr": "görüşmeci araştırmacı moderatör mülakatçı",
    "el": "συνεντευκτής συνεντεύκτρια ερευνητής ερευνήτρια συντονιστής συντονίστρια",
    "hu, ro": "kérdező interjúkészítő intervievator intervievatoare cercetător cercetătoare",
    "ar": "المحاور المحاورة الباحث الباحثة محاور محاورة باحث باحثة",
    "fa": "مصاحبه‌گر مصاحبه‌کننده پرسشگر",
    "he": "מראיין מראיינת חוקר חוקרת",
    "hi": "साक्षात्कारकर्ता शोधकर्ता",
    "id, ms": "pewawancara peneliti moderator",
    "sw": "mhojaji mtafiti",
    "th": "ผู้สัมภาษณ์ ผู้วิจัย",
    "vi": "pvv người_phỏng_vấn người_hỏi điều_phối_viên",
    "zh": "访问者 访谈者 采访者 主持人 研究者 訪問者 訪談者 採訪者 研究員 访问员 访谈员 "
    "提问者 提問者 记者 記者",
    "ja": "インタビュアー 司会 司会者 聞き手 質問者 調査者 面接者 研究者",
    "ko": "면접자 진행자 면담자 연구자 질문자 인터뷰어 사회자",
}
ASKED: Mapping[str, str] = {
    "letters": "r p b t resp part par tn ip ie",
    "en": "respondent respondents participant participants informant informants interviewee "
    "interviewees subject patient client caller guest",
    "de": "befragte befragter befragten teilnehmer teilnehmerin teilnehmende teilnehmender proband "
    "probandin patientin interviewpartner interviewpartnerin interviewte interviewter "
    "interviewperson erzählperson antwortende",
    "fr": "répondant répondante participante enquêté enquêtée interviewé interviewée informateur "
    "informatrice enquete",
    "es": "entrevistado entrevistada informante participante participantes encuestado encuestada "
    "colaborador colaboradora",
    "pt": "entrevistado entrevistada informante participante participantes inquirido inquirida "
    "depoente",
    "it": "partecipante partecipanti intervistato intervistata rispondente",
    "nl": "deelnemer deelnemers deelneemster respondente geïnterviewde",
    "da, nb": "deltager deltageren deltaker deltakeren informanten interviewede intervjuobjekt",
    "sv": "deltagare deltagaren intervjuperson intervjupersonen informanten respondenten "
    "intervjuad intervjuade",
    "fi": "haastateltava osallistuja vastaaja",
    "pl": "informantka respondentka badany badana uczestnik uczestniczka rozmówca rozmówczyni",
    "cs, sk": "informant informátor respondentka účastník účastnice dotazovaný dotazovaná",
    "ru": "респондент респондентка участник участница информант информантка собеседник",
    "uk": "учасник учасниця респондент респондентка",
    "bg, sr": "респондент участник испитаник ispitanik ispitanica sudionik",
    "tr": "katılımcı görüşülen",
    "el": "συμμετέχων συμμετέχουσα ερωτώμενος ερωτώμενη συνεντευξιαζόμενος συνεντευξιαζόμενη",
    "hu, ro": "interjúalany válaszadó résztvevő intervievat intervievată participantă",
    "ar": "المشارك المشاركة المبحوث المبحوثة المستجيب المستجيبة مشارك مشاركة",
    "fa": "مصاحبه‌شونده مشارکت‌کننده پاسخگو",
    "he": "מרואיין מרואיינת משתתף משתתפת",
    "hi": "उत्तरदाता प्रतिभागी",
    "id, ms": "narasumber responden informan peserta",
    "sw": "mhojiwa mshiriki",
    "th": "ผู้ให้สัมภาษณ์ ผู้เข้าร่วม",
    "vi": "người_tham_gia người_được_phỏng_vấn người_trả_lời",
    "zh": "受访者 参与者 被访者 受訪者 參與者 被訪者 回答者 被采访者",
    "ja": "回答者 参加者 話し手 対象者 協力者 調査協力者",
    "ko": "참여자 피면접자 응답자 참가자 피면담자 면담대상자",
}

# Letters are those of the words beside them. Single ones may be initials as well, so what is said has to
# show who asks.
PAIRS: tuple[tuple[str, str], ...] = tuple(
    (question, answer)
    for questions, answers in (
        ("q question", "a answer"),
        ("f frage", "a antwort"),
        ("q question", "r réponse"),
        ("p pregunta", "r respuesta"),
        ("p pergunta", "r resposta"),
        ("d domanda", "r risposta"),
        ("v vraag", "a antwoord"),
        ("f fråga", "s svar"),
        ("s spørsmål", "s svar"),
        ("s spørgsmål", "s svar"),
        ("k kysymys", "v vastaus"),
        ("p pytanie", "o odpowiedź"),
        ("o otázka", "o odpověď"),
        ("в вопрос", "о ответ"),
        ("и", "р"),
        ("и", "о"),
        ("п питання", "в відповідь"),
        ("в въпрос", "о отговор"),
        ("p pitanje", "o odgovor"),
        ("s soru", "c cevap"),
        ("s soru", "y yanıt"),
        ("ε ερώτηση", "α απάντηση"),
        ("k kérdés", "v válasz"),
        ("î întrebare", "r răspuns"),
        ("س سؤال", "ج جواب"),
        ("س پرسش", "ج پاسخ"),
        ("س سوال", "ج جواب"),
        ("ש שאלה", "ת תשובה"),
        ("प्र प्रश्न", "उ उत्तर"),
        ("t tanya", "j jawab"),
        ("t pertanyaan", "j jawaban"),
        ("s swali", "j jibu"),
        ("ถาม คำถาม", "ตอบ คำตอบ"),
        ("h hỏi câu_hỏi", "đ đáp trả_lời"),
        ("问 問 问题 問題", "答 答案 回答"),
        ("問 質問", "答 回答"),
        ("문 질문", "답 답변"),
        ("문 질문", "답 대답"),
    )
    for question in questions.split()
    for answer in answers.split()
    if question != answer and (len(question) == 1) == (len(answer) == 1)
)
"""Labels of questions and of their answers, where one does not say who speaks, but what it is."""
QUESTIONS = frozenset(question for question, _ in PAIRS)
ANSWERS = frozenset(answer for _, answer in PAIRS)
