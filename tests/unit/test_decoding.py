"""Encodings: found with evidence, checked where they are said; damage is refused with advice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.making_files import refusal

from qualcode.errors import DocumentError
from qualcode.io.raw.decoding import decode

FRENCH = "Mme Roy : «\u00a0Tu es fatiguée, à l’hôpital…\u00a0» – dit-elle. Où êtes-vous né ?"
RUSSIAN = "Интервьюер: Как дела? Ответ: Хорошо, спасибо."


@pytest.mark.parametrize(
    ("text", "encoding", "evidence"),
    [
        ("We share.", "utf-8", "ASCII"),
        (FRENCH, "utf-8", "valid UTF-8"),
        (FRENCH, "utf-8-sig", "byte order mark"),
        (FRENCH, "utf-16", "byte order mark"),
        (FRENCH, "utf-32", "byte order mark"),
        (FRENCH, "utf-16-le", "every other byte"),
        (FRENCH, "utf-16-be", "every other byte"),
        (FRENCH, "cp1252", "% of the letters go together"),
        (FRENCH, "mac_roman", "% of the letters go together"),
        (RUSSIAN, "cp1251", "% of the letters go together"),
    ],
)
def test_encodings_are_found(text: str, encoding: str, evidence: str) -> None:
    found = decode(text.encode(encoding), where="a.txt")
    assert found.text == text
    assert evidence in found.evidence
    assert found.encoding in (encoding, encoding.removesuffix("-sig"))


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (
            "\ufeffCafé".encode(),
            "cp1252",
            "begins with the byte order mark of utf-8, so it is not cp1252",
        ),
        ("Café".encode("utf-16"), "cp1252", "begins with the byte order mark of utf-16"),
        (
            "it’s ok".encode("cp1252"),
            "latin-1",
            r"line 1: read as latin-1 .* U\+0092.* such as cp1252",
        ),
        ("One\nTwo".encode("utf-16-le"), "cp1252", r"control character U\+0000"),
        (b"a\nb\xff\xff\xffc", "utf-8", r"line 2: byte 3 \(0xff\) is not utf-8"),
    ],
)
def test_an_encoding_that_is_said_is_checked(data: bytes, encoding: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        decode(data, encoding=encoding, where="a.txt")


def test_no_encoding_fits() -> None:
    with pytest.raises(DocumentError, match=r"is not UTF-8, and no other encoding fits"):
        decode(b"1\x811 2\x8d2 3\x903 4\x9d4", where="a.txt")
    with pytest.raises(DocumentError, match="holds zero bytes, so it is no text"):
        decode(b"abc\0\0\0\1\2\3", where="a.txt")


def test_utf_8_with_a_damaged_byte_is_not_taken_for_something_else() -> None:
    data = ("é" * 50).encode() + b"\nna\xefve " + ("à" * 50).encode()
    with pytest.raises(DocumentError, match=r"line 2: byte 103 \(0xef\) is not utf-8"):
        decode(data, where="a.txt")


@pytest.mark.parametrize("text", ["Zoë’s café – été", "“Größe” für Übermut, é è ê"])
def test_text_that_was_broken_before_is_refused(text: str) -> None:
    broken = text.encode().decode("cp1252", "ignore")
    with pytest.raises(DocumentError, match=r"(?s)stands where .* was meant.*encode\('cp1252'\)"):
        decode(broken.encode(), where="a.txt")


@pytest.mark.parametrize(
    "text", ["São João, Ângela", "£5 ±2 Â", "naïve – “so”", "Ça va ? «\u00a0Oui\u00a0»"]
)
def test_real_letters_are_not_taken_for_broken_ones(text: str) -> None:
    assert decode(text.encode(), where="a.txt").text == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=200))
def test_whatever_is_utf_8_is_read_so_or_refused(text: str) -> None:
    try:
        found = decode(text.encode(), where="a.txt")
    except DocumentError:
        return
    assert (found.text, found.encoding) == (text, "utf-8")


@given(st.binary(max_size=300))
def test_whatever_bytes_there_are_give_a_text_or_an_error(data: bytes) -> None:
    told = refusal("a.txt", data)
    assert told is None or "a.txt" in told


IN_MANY_LANGUAGES = {
    "cp1255": "מראיין: איך התחלתם לעבוד?\nמרואיין: בהתחלה היה קשה ולא היה כסף. אבל אחר כך זה השתפר מאוד.\n",
    "koi8-r": "И: Как вы начали работать?\nР: Сначала было трудно, денег не было. Потом стало лучше.\n",
    "cp866": "И: Как вы начали работать?\nР: Сначала было трудно, денег не было. Потом стало лучше.\n",
    "cp1251": "И: Как вы начали работать?\nР: Сначала было трудно, денег не было. Потом стало лучше.\n",
    "gb18030": "问：你们是怎么开始合作的？\n答：一开始很困难，没有钱。后来好多了，我们互相信任。\n",
    "cp949": "면담자: 어떻게 함께 일하기 시작했나요?\n참여자: 처음에는 어려웠고 돈이 없었습니다.\n",
    "cp1256": "الباحث: كيف بدأتم العمل معا؟\nالمشارك: في البداية كان الأمر صعبا ولم يكن هناك مال.\n",
    "cp1254": "Görüşmeci: Nasıl başladınız?\nKatılımcı: İlk başta zordu, paramız yoktu. Şimdi daha iyi.\n",
    "cp1250": "Badacz: Jak to się zaczęło?\nRozmówca: Na początku było ciężko, nie mieliśmy pieniędzy.\n",
    "shift_jis": "質問：どのように始めましたか。\n答え：最初は大変でした。お金がありませんでした。\n",
    "mac_roman": "Enquêteur : comment ça a commencé ?\nPatient : Au début c’était très difficile.\n",
}


@pytest.mark.parametrize("encoding", IN_MANY_LANGUAGES)
def test_encodings_of_many_languages_are_told_from_each_other(encoding: str) -> None:
    text = IN_MANY_LANGUAGES[encoding] * 4
    found = decode(text.encode(encoding), where="a.txt")
    assert found.text == text
    assert found.evidence
