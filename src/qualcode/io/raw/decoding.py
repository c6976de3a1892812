"""Bytes to text: the encoding is found with evidence, or said and then checked; damage is refused."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import attrs

from qualcode.errors import DocumentError
from qualcode.model.checks import check_path, check_text

__all__ = ["Decoded", "decode", "read_bytes", "read_text", "utf8_or_found"]

_SURE = 0.1
"""From how sure a guess on it counts; few letters beyond ASCII make none that sure."""
_LOOKED_AT = 200_000

LARGEST_FILE = 1 << 29
"""How many bytes a file may have: half a gibibyte."""

# The longer marks first: that of UTF-32 begins as that of UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ONE_BYTE = ("cp1252", "mac_roman", "cp1251", "cp1250", "cp1253")
# Two to four letters that are one, read byte by byte: "Ã©" for "é", "â€™" for "’".
_BROKEN = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]{1,3}")
_OPENING, _CLOSING = "“‘„«‹", "”’»›…"
_PLAIN_SIGNS = "–—€£§°©®·•½¼¾²³±×™¿¡ªº\u00a0\u00ad"


@attrs.frozen
class Decoded:
    """A text, the encoding it was in, and what tells so.

    Parameters
    ----------
    text : str
        Without a byte order mark.
    encoding, evidence : str
        The encoding's name, and the reason to believe it.
    """

    text: str
    encoding: str
    evidence: str


def read_bytes(path: Path, *, most: int = LARGEST_FILE) -> bytes:
    """Return what a file holds.

    Raises
    ------
    DocumentError
        When it cannot be read, or is larger than `most` bytes.
    """
    path = check_path(path, what="path", error=DocumentError)
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(data) > most:
        raise DocumentError(f"{path}: has more than {most:,} bytes; split it into several files")
    return data


def read_text(path: Path, *, encoding: str | None = "utf-8") -> str:
    """Return a file's text exactly, line ends included; a byte order mark is not part of it.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str or None, default "utf-8"
        Without one, it is found by what the bytes tell.

    Raises
    ------
    DocumentError
        When the file cannot be read, or is not in this encoding; then the byte is named.
    """
    return decode(read_bytes(path), encoding=encoding, where=str(path)).text


def utf8_or_found(path: Path) -> str:
    """Return a text whose format says that it is UTF-8 exactly; where it is not, as its bytes tell.

    What would tell of a wrong encoding in a file that says nothing (control characters, "Ã©" for "é") is
    taken as it is: the words of a program that is known to write UTF-8 are its own.

    Raises
    ------
    DocumentError
        When the file cannot be read, or fits no encoding.
    """
    data = read_bytes(path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return decode(data, where=str(path)).text


def decode(data: bytes, *, encoding: str | None = None, where: str) -> Decoded:
    """Return the text that bytes stand for.

    Parameters
    ----------
    data : bytes
        What a file holds.
    encoding : str, optional
        What it is said to be in. Without it, the byte order mark, the pattern of zero bytes, whether
        it is valid UTF-8, and how the letters of each encoding go together decide.
    where : str
        The file's name, for messages.

    Raises
    ------
    DocumentError
        When the bytes are not in the encoding, or tell of another one; when no encoding fits; and when
        the text was damaged before, by being read in a wrong encoding and saved.

    Examples
    --------
    >>> found = decode("Zoë’s café".encode("cp1252"), where="a.txt")
    >>> found.text, found.encoding
    ('Zoë’s café', 'cp1252')
    >>> decode("Zoë".encode("utf-16"), where="a.txt").evidence
    'byte order mark'
    """
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if encoding is not None:
        encoding = check_text(encoding, what="encoding", error=DocumentError)
        found = Decoded(_as_said(data, encoding, marked, where), encoding, "as said")
    elif marked is not None:
        found = Decoded(_strictly(data, marked, where), marked, "byte order mark")
    else:
        found = _found(data, where)
    text = found.text.removeprefix("\ufeff")
    _check_whole(text, found.encoding, where)
    return attrs.evolve(found, text=text)


def _as_said(data: bytes, encoding: str, marked: str | None, where: str) -> str:
    try:
        known = codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise DocumentError(f"{where}: there is no encoding {encoding!r}") from error
    if marked is not None and not known.startswith(marked):
        raise DocumentError(
            f"{where}: begins with the byte order mark of {marked}, so it is not {encoding}: leave "
            "encoding= out to have it found"
        )
    return _strictly(data, encoding, where)


def _strictly(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            f"{where}, line {line}: byte {error.start} ({data[error.start]:#04x}) is not {encoding}; say "
            "in which encoding the file is, for example encoding='cp1252' or 'utf-16'"
        ) from error
    except UnicodeError as error:  # a code such as UTF-32 may know no byte to name
        raise DocumentError(f"{where}: cannot be read as {encoding}: {error}") from error
    except (LookupError, ValueError) as error:
        raise DocumentError(f"{where}: there is no encoding {encoding!r} of texts") from error


def _found(data: bytes, where: str) -> Decoded:
    if b"\0" in data:
        return _with_zeros(data, where)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _one_byte(data, error, where)
    return Decoded(text, "utf-8", "ASCII" if text.isascii() else "valid UTF-8")


def _with_zeros(data: bytes, where: str) -> Decoded:
    """Tell UTF-16 without a mark from what is no text at all."""
    half = max(1, len(data) // 2)
    even, odd = data[::2].count(0) / half, data[1::2].count(0) / half
    name = "utf-16-le" if odd > even else "utf-16-be"
    if len(data) % 2 == 0 and max(even, odd) > 0.2 and min(even, odd) < 0.02:
        try:
            return Decoded(data.decode(name), name, "every other byte is zero")
        except UnicodeDecodeError:
            pass
    line = data.count(b"\n", 0, data.index(0)) + 1
    raise DocumentError(
        f"{where}, line {line}: holds zero bytes, so it is no text, or damaged: open it with the "
        "program it comes from and save it as text in UTF-8"
    )


def _one_byte(data: bytes, fault: UnicodeDecodeError, where: str) -> Decoded:
    wide = sum(1 for each in data.decode("utf-8", "ignore") if ord(each) > 127)
    if wide > 4 * data.decode("utf-8", "replace").count("\ufffd"):
        _strictly(data, "utf-8", where)  # UTF-8 with damage: the place is named
    scores = sorted(
        ((_likelihood(data, name), -order, name) for order, name in enumerate(_ONE_BYTE)),
        reverse=True,
    )
    best, _, name = scores[0]
    guess, sure = _guess(data)
    if guess is not None and sure >= _SURE and data.decode(guess) != data.decode(name, "replace"):
        told = f"its letters come as often as in texts of {guess} (chardet, {sure:.2f})"
        return Decoded(data.decode(guess), guess, told)
    if best < 0.6:
        line = data.count(b"\n", 0, fault.start) + 1
        raise DocumentError(
            f"{where}, line {line}: byte {fault.start} ({data[fault.start]:#04x}) is not UTF-8, and no "
            "other encoding fits; say which it is, for example encoding='cp1252', 'mac_roman' or 'big5'"
        )
    others = [each for score, _, each in scores[1:] if score > best - 0.1]
    also = f"; {' and '.join(others)} would fit too" if others else ""
    return Decoded(data.decode(name), name, f"{best:.0%} of the letters go together{also}")


def _guess(data: bytes) -> tuple[str | None, float]:
    """Return the encoding whose letters come as often, in any of many languages, and how sure it is."""
    import chardet

    found = chardet.detect(data[:_LOOKED_AT])
    name, sure = found["encoding"], float(found["confidence"] or 0.0)
    try:
        known = None if name is None else codecs.lookup(name).name
        if known is not None:
            data.decode(known)
    except (LookupError, UnicodeError):
        return None, 0.0
    return known, sure


def _likelihood(data: bytes, encoding: str) -> float:
    """Return the share of the letters and signs beyond ASCII that stand where they may."""
    try:
        text = f" {data.decode(encoding)} "
    except UnicodeDecodeError:
        return 0.0
    met = [at for at, each in enumerate(text) if ord(each) > 127]
    return sum(_fits(text, at) for at in met[:20_000]) / max(1, len(met[:20_000]))


def _fits(text: str, at: int) -> bool:
    before, each, after = text[at - 1], text[at], text[at + 1]
    if each in _OPENING:
        return not before.isalnum()
    if each in _CLOSING:
        return not before.isspace()
    if each in _PLAIN_SIGNS:
        return True
    if not each.isalpha() or not (before.isalpha() or after.isalpha()):
        return False
    script = unicodedata.name(each, "").partition(" ")[0]
    if script == "LATIN" and _is_wide(before) and _is_wide(after):
        return False  # three accents in a row: letters of another script
    beside = before if before.isalpha() else after
    alike = script == unicodedata.name(beside, "").partition(" ")[0]
    return alike and not (each.isupper() and before.islower())


def _is_wide(letter: str) -> bool:
    return letter.isalpha() and not letter.isascii()


def _check_whole(text: str, encoding: str, where: str) -> None:
    controls = re.search("[\u0080-\u0084\u0086-\u009f]|\0", text)
    if controls is not None:
        line = text.count("\n", 0, controls.start()) + 1
        raise DocumentError(
            f"{where}, line {line}: read as {encoding} it holds the control character "
            f"U+{ord(controls.group()):04X}, which texts do not: it is probably in another encoding, such "
            "as cp1252 or utf-16; leave encoding= out to have it found"
        )
    broken = list(_mended(_BROKEN.finditer(text)))
    wide = sum(1 for each in text if ord(each) > 127) if broken else 0
    if len(broken) > 1 and 4 * sum(len(seen.group()) for seen, _ in broken) > wide:
        seen, right = broken[0]
        line = text.count("\n", 0, seen.start()) + 1
        raise DocumentError(
            f"{where}, line {line}: {seen.group()!r} stands where {right!r} was meant, {len(broken)} times "
            "or more: the text was once read in a wrong encoding and saved so. Take the original, or mend "
            "it: text.encode('cp1252').decode('utf-8'), and pass that to add_document"
        )


def _mended(seen: Iterable[re.Match[str]]) -> Iterable[tuple[re.Match[str], str]]:
    for each in seen:
        for length in range(len(each.group()), 1, -1):
            try:
                yield each, each.group()[:length].encode("cp1252").decode("utf-8")
            except UnicodeError:
                continue
            break
