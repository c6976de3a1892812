"""How often the ends of sentences are wrong, on texts marked by hand, beside spaCy's sentencizer."""

from __future__ import annotations

import re

import pytest

import qualcode as qc
from qualcode.model.texts.sentences import ends_of_sentences

# Invented; a bar stands where a sentence ends and another begins.
MARKED = """
Did they ask you beforehand? | No. | They rang on the day. | I said, fine, come round.
We had a plan A and a plan B. | It rained, so it was B. | Dr. Ruiz from St. Mary's came at 9 a.m. with two.
Um. | yeah. | I mean... not really. | You know how it is!
Ask Mr. T. Okafor, he was on the committee. | J. R. Lindqvist wrote the minutes, see no. 14. | I have it.
The dept. moved to Elm Rd. in May. | Acme Inc. paid for it. | We got chairs, etc. | Then the money ran out.
"Are you coming?" she asked. | "I am." | He was not.
It cost 3.50 then, e.g. for tea. | Now it is 4.20. | Vol. 2 has the prices, pp. 10 to 12.
“Who pays?” he said. | “We do.” | So I left (it was late.) | Nobody called.
I spoke to Jan. | She had moved in Jan. 2019, I think. | Or was it Dec.? | I forget.
We use z/OSMF. | iPhones too, i.e. the old ones. | What now?! | well, we wait.
They live in the U.S. now. | Our office is in the U.K. and theirs is not. | Fig. 3 shows it.
I gave it an A. | Then he gave it a C. | Why? | because he could.
Er kam am 3. Mai. | Wir waren z. B. im Garten, ca. 20 Leute. | Das war usw. alles gut. | Nein. | Doch.
Frau Dr. Meier sagte: „Wir gehen.“ | Dann ging sie. | Es war bzw. ist schwer, vgl. Abs. 4 dort.
Elle a dit : « Non ! » | Puis M. Petit est parti. | Mme. Roy aussi. | C'est p. ex. en mai. | Voilà.
¿Viene la Sra. Gil? | Sí. | ¡Claro! | Vive en la pág. 3 de mi libro. | Nada más.
She said "no." | And that was that. | No! | Not again. | And then… nothing. | Silence.
We met at 10. | There were 12 of us. | Sgt. Hill spoke. | Prof. Ito listened, cf. the notes.
"""


# As above: marks of other scripts, and full stops that end nothing.
SCRIPTS = """
لا يوجد مال. | هل تثق بهم؟ | نعم! | قال د. أحمد إن ٣.٥ في المئة كافية. | ثم ذهب.
पैसा नहीं है। | क्या वे भरोसा करते हैं? | डॉ. शर्मा आए। | ३.५ प्रतिशत।
আমাদের টাকা নেই। | তুমি কি জানো? | হ্যাঁ!
我们没有钱。 | 你信任他们吗？ | 是的！ | 价格是3.5元。
お金がありません。 | 信頼していますか？ | はい！
เราไม่มีเงิน | พวกเขาไว้ใจเรา | ฝนตก
យើងគ្មានលុយទេ។ | គេទុកចិត្ត។
ང་ཚོར་དངུལ་མེད། | ཁོ་ཚོས་བློས་འགེལ་བྱེད།
Δεν έχουμε λεφτά. | Εμπιστεύονται; | Ναι!
У нас нет денег. | В 1990 г. он ушёл. | Т. е. рано.
Am 1. und 2. Tag kam Prof. Dr. Huber. | Das war's. | Dann ging er.
¿Confías en ellos? | ¡Claro! | El Sr. Pérez vino con el Sr. Gil. | John Dow Sr. | He left.
"""


# Names and nouns behind abbreviations, and what was said with who says it.
BEHIND = """
He joined the U.S. Army in May. | Then he left.
She works for the U.N. Development Programme. | It is big.
We moved to the U.S. in May. | They live in the U.S. | We do not.
The U.K. Government paid. | So did the E.U. Commission.
Mr. and Mrs. Smith came. | They left.
Drs. Hall and Ito met Messrs. Roe.
Profs. Lind and Roe came. | Mr. Roe's dog too.
「はい。」と言った。| 次に。
彼は「もういい。」と言って、帰った。| 私は残った。
「行くよ。」| 「待って。」| 彼女は笑った。
“我走了。”他说。 | “好。”
г. Москва стоит на реке. | Я живу в г. Москве.
Он жил на ул. Ленина, д. 5, кв. 3. | Потом уехал.
Это было в 1990 г. | Потом он ушёл.
Это стоит 5 руб. и 20 коп. | Да.
И т. д. и т. п. | Вот.
А. С. Пушкин писал. | Он умер.
He said... nothing. | "I don't know..." she said. | "So..." | He left.
"Why?" asked Ana. | "Because." | She left.
"Stop!" he cried. | "No!" | He ran.
‘Yes.’ | ‘No.’ | 'Maybe.' she said.
She asked, "Is it true?" and he nodded. | Yes.
He said "Go." and left. | Then he came.
(He left.) | We stayed. | [She laughs.] | Then it went on.
„Gehst du?“, fragte sie. | „Ja.“ | Dann ging er.
»Nein!«, rief er. | »Doch.«
« Oui. » | « Non. » | Il dit : « Bon ! » et partit.
Il a dit « Non. » | Puis il est parti.
—¿Vienes? —preguntó. | —Sí. | —Vamos.
Er wohnt in St. Gallen. | Sie kommt aus Frankfurt a. M. und bleibt.
Das ist z.B. gut. | D.h. nicht alles. | Usw.
Im 19. Jahrhundert war das so. | Am 5. Oktober kam er. | Es waren 12. | Gut.
Sie hat ca. 5 Mio. Euro. | Das ist viel.
M. Petit et Mme Roy. | Ils ont vu le Dr. Luc.
Art. 5 says so. | See Sec. 3 and Ch. 4. | No. 7 is best.
We met at 5 p.m. | Then we left. | At 5 p.m. Monday we met.
He has a Ph.D. in law. | She has an M.A. | I don't.
Dr. J. Smith Jr. came. | He sat.
Visit example.com. | It is v2.0. | Ok.
J. K. Rowling and George R. R. Martin. | I like C. | She got a B. | Vitamin C. | He ate.
I asked: "Who?" | Nobody knew.
Then Sgt. Maj. Roe, Lt. Col. Hill and Rev. Ito came.
Gov. Roe and Sen. Hall and Rep. Lee came. | Pres. Roe left.
It was approx. noon. | Ms. Lee et al. found it. | Cf. also p. 7.
The Dept. of Health vs. Smith. | Ltd. companies, e.g. Roe & Co. Ltd. were there. | Done.
La Sra. Gil y el Dr. Ruiz. | Vive en EE.UU. desde 1990. | Bien.
O Sr. Silva e a Dra. Costa vieram. | Foi bom.
Il sig. Rossi è qui. | La dott.ssa Bianchi anche. | Bene.
Dhr. Jansen en mevr. de Boer. | Goed.
p. Kowalski mieszka na ul. Długiej. | Tak. | Było to w 1990 r. | Potem nic.
Pan dr. Novák přišel. | Bylo to v r. 1990. | Ano.
Őt dr. Nagy vizsgálta. | Jó.
Dna. Pop a venit. | Bine.
Ja, bl.a. det. | Kl. 5 kom han. | Bra.
Hän tuli esim. eilen. | Niin.
Ο κ. Παπαδόπουλος ήρθε. | Καλά. | Τι είπε; | Τίποτα.
السيد أحمد جاء. | ثم ذهب.
Αυτό έγινε το 1990 π.Χ. και μετά. | Ναι.
"""


def marked(text: str = MARKED) -> list[tuple[str, set[int]]]:
    """Return each line as a text, and where its sentences end: numbers of letters, white space aside."""
    found = []
    for line in filter(None, text.splitlines()):
        parts = [part.strip() for part in line.split("|")]
        lengths = [len(re.sub(r"\s", "", part)) for part in parts]
        # Chinese and Japanese have no spaces between sentences.
        between = "" if re.search("[\u3040-\u9fff]", line) else " "
        found.append((between.join(parts), {sum(lengths[:at]) for at in range(1, len(parts))}))
    return found


def wrong(cut: object, lines: list[tuple[str, set[int]]]) -> int:
    """Return how many ends are missed or made up."""
    assert callable(cut)
    count = 0
    for text, right in lines:
        whole = len(re.sub(r"\s", "", text))
        ends = {len(re.sub(r"\s", "", text[:end])) for end in cut(text)} - {whole, 0}
        count += len(ends ^ right)
    return count


def test_ends_are_wrong_at_most_half_as_often_as_of_spacy() -> None:
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    lines = marked()
    ours = wrong(ends_of_sentences, lines)
    theirs = wrong(lambda text: [each.end_char for each in pipeline(text).sents], lines)
    assert sum(len(right) for _, right in lines) > 50
    assert 2 * ours <= theirs, (ours, theirs)


def test_ends_are_seldom_wrong() -> None:
    lines = marked()
    assert wrong(ends_of_sentences, lines) <= 0.1 * sum(len(right) for _, right in lines)


def test_sentences_end_in_other_scripts_too() -> None:
    lines = marked(SCRIPTS)
    assert [text for text, right in lines if wrong(ends_of_sentences, [(text, right)])] == []


def test_what_follows_tells_what_a_full_stop_is() -> None:
    lines = marked(BEHIND)
    assert [text for text, right in lines if wrong(ends_of_sentences, [(text, right)])] == []


def test_nobody_ends_the_sentence_of_another() -> None:
    text = "I: And how is it now\nR: We have no money\nI: Right\nR: No money at all. None\nI: ok"
    units = qc.segment([qc.Document(id="a", text=text)], unit="sentence")
    assert [each.quote for each in units] == [
        "I: And how is it now", "R: We have no money", "I: Right", "R: No money at all.", "None", "I: ok",
    ]  # fmt: skip
