"""Bytes that are altered: bits turned, ranges taken out or put elsewhere, and what readers trip over."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

TOKENS = (
    b"",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\\",
    b"\\ud800",
    b"\\u0000",
    b"null",
    b"true",
    b"-1",
    b"0",
    b"1e999",
    b"9" * 40,
    b"0.5",
    b"{}",
    b"[]",
    b'""',
    b"[" * 3000,
    b'{"a":' * 3000,
    b"<<<<<<< HEAD\n",
    b"=======\n",
    b">>>>>>> theirs\n",
    b"%PDF",
    b"PK\3\4",
    b"<a>",
    b"</a>",
    b"<!DOCTYPE a [<!ENTITY b 'b'>]>",
    b"&b;",
    b"../",
    b"/",
    b"- ",
    b"? ",
    b"!!python/object:os.system ",
    b"&a ",
    b"*a",
    b"00:00:01,000 --> 00:00:02,000",
    b"\\par",
    b"{\\rtf1",
    b"NaN",
    b"Infinity",
    b"\xe2\x80\xa8",
)
_NUMBER = re.compile(rb"\d+")
_NUMBERS = (b"0", b"1", b"2", b"-1", b"65536", b"4294967296", b"18446744073709551616", b"1.5")


def mutated(data: bytes, random: Random) -> bytes:
    """Return other bytes, altered in one place or in a few."""
    made = data
    for _ in range(random.choice((1, 1, 1, 1, 2, 3, 8))):
        made = random.choice(_WAYS)(made, random)
    return made if made != data else made + random.choice(TOKENS[1:])


def _range(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.choice((1, 1, 2, 8, 64, len(data))))


def _turn(data: bytes, random: Random) -> bytes:
    if not data:
        return b"\1"
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def _set(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(1) + data[at + 1 :]


def _insert(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(TOKENS) + data[at:]


def _replace(data: bytes, random: Random) -> bytes:
    start, end = _range(data, random)
    return data[:start] + random.choice(TOKENS) + data[end:]


def _without(data: bytes, random: Random) -> bytes:
    start, end = _range(data, random)
    return data[:start] + data[end:]


def _twice(data: bytes, random: Random) -> bytes:
    start, end = _range(data, random)
    return data[:end] + data[start:end] + data[end:]


def _elsewhere(data: bytes, random: Random) -> bytes:
    start, end = _range(data, random)
    rest = data[:start] + data[end:]
    at = random.randrange(len(rest) + 1)
    return rest[:at] + data[start:end] + rest[at:]


def _cut(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _lines(data: bytes, random: Random) -> bytes:
    lines = data.splitlines(keepends=True)
    random.shuffle(lines)
    return b"".join(lines)


def _number(data: bytes, random: Random) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return _set(data, random)
    at = random.choice(found)
    return data[: at.start()] + random.choice(_NUMBERS) + data[at.end() :]


_WAYS: tuple[Callable[[bytes, Random], bytes], ...] = (
    _turn,
    _turn,
    _set,
    _insert,
    _insert,
    _replace,
    _without,
    _twice,
    _elsewhere,
    _cut,
    _lines,
    _number,
    _number,
)
