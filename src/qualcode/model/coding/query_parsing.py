"""Reading queries from text: a recursive descent, one method for each level of binding."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Literal, NoReturn, cast

import attrs

from qualcode.errors import AssignmentError, QueryError, did_you_mean
from qualcode.model.checks import check_text, shown
from qualcode.model.coding.criteria import UNITS, Unit
from qualcode.model.coding.queries import Named, Query, Related, units, where
from qualcode.model.coding.query_writing import FLAGS, KEYWORDS

__all__ = ["as_query", "parse_query"]

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<sign>[()\[\],=])|(?P<word>[^\s()\[\],="']+))""",
    re.DOTALL,
)
_RELATIONS = ("overlaps", "inside", "followed")
_IDS = {"code": "code", "by": "coder", "document": "document", "also": "also", "origin": "origin",
        "speaker": "speaker", "role": "role", "text": "text"}  # fmt: skip
_TIMES = ("since", "until")
_NARROWING = (*_IDS, *_TIMES, "where", "regex", "at")
_BEGINNING = (*_IDS, *_TIMES, "where", "regex", "all", "units", "query")
_OPERATORS = ("and", "or", "not", "within", *_RELATIONS, "followed_by")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_LITERALS: dict[str, bool | None] = {"true": True, "false": False, "none": None}
# Trees are read by functions that call themselves, and Python stops these at some depth.
_MOST_PARTS = 200
_DEEPEST = 50


def as_query(given: object, *, what: str = "query") -> Query:
    """Return a query that is given as such, or as text.

    Raises
    ------
    AssignmentError
        When it is neither.
    QueryError
        When the text is none that can be read.
    """
    if isinstance(given, Query):
        return given
    if not isinstance(given, str):
        raise AssignmentError(
            f"{what} must be a query, such as qualcode.code('trust'), or its text, not {shown(given)}"
            f"{_several_codes(given)}"
        )
    return _Parser(check_text(given, what=what, error=QueryError)).whole()


def _several_codes(given: object) -> str:
    """Return what to write instead of a list of codes."""
    if not isinstance(given, list | tuple | set | frozenset):
        return ""
    codes = [each for each in given if isinstance(each, str)]
    return (
        f": for any of several codes write qualcode.code({', '.join(map(repr, codes))})"
        if codes
        else ""
    )


def parse_query(text: str) -> Query:
    """Read a query from text; ``str`` of a query writes it so that the same query is read back.

    Parameters
    ----------
    text : str
        Such as ``code(trust) and not code(conflict) within paragraph``. From what binds tightest to what
        binds least: criteria, which stand in a row (``code(trust) by(ana) where(site=north)``);
        ``overlaps``, ``inside``, ``followed by … within 200``; ``not``; ``and``; ``or``; ``within`` and a
        unit. Brackets change that. What holds spaces, brackets or signs stands in quotes.

    Raises
    ------
    QueryError
        When it cannot be read; the message says where, and what would fit.

    Examples
    --------
    >>> parse_query("code(trust) and not code(conflict) within paragraph")
    (code('trust') & ~code('conflict')).within('paragraph')
    >>> parse_query("code(trust) and code(conflict")
    Traceback (most recent call last):
        ...
    qualcode.errors.QueryError: the query ends where ')' or ',' is expected, at 29
    """
    if not isinstance(text, str):
        raise QueryError(f"query must be text, not {shown(text)}")
    return as_query(text)


@attrs.frozen
class _Token:
    """A word, a sign, a text in quotes, or the end.

    Parameters
    ----------
    kind : {"word", "sign", "text", "end"}
        Which of these.
    value : str
        The word, the sign, or what stands in the quotes.
    at : int
        Where it starts.
    """

    kind: Literal["word", "sign", "text", "end"]
    value: str
    at: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.value.casefold() in words

    def is_sign(self, *signs: str) -> bool:
        return self.kind == "sign" and self.value in signs

    def __str__(self) -> str:
        return f"{self.value[:40]!r}"


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            start = len(text) - len(text[at:].lstrip())
            raise QueryError(f"the text in quotes that begins at {start} has no end", at=start)
        kind = cast(Literal["word", "sign", "text"], match.lastgroup)
        value = match[kind]
        found.append(_Token(kind, _unquoted(value) if kind == "text" else value, match.start(kind)))
        at = match.end()
    return [*found, _Token("end", "", len(text))]


def _unquoted(text: str) -> str:
    """Return what stands in quotes; a backslash stands before a quote, and for what JSON has it for."""
    inner = text[1:-1]
    if text[0] == "'":
        inner = inner.replace("\\'", "'").replace('"', '\\"')
    try:
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        # As in regex("\d+"), where a backslash is meant as such.
        return re.sub(r"\\([\"'\\])", r"\1", inner)


class _Parser:
    """Reads one text from left to right.

    Parameters
    ----------
    text : str
        The text.
    """

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._parts = 0
        self._depth = 0

    # Tokens

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _is_called(self) -> bool:
        """Whether a word comes next, with a bracket that opens behind it."""
        behind = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        return self._next.kind == "word" and behind.is_sign("(")

    def _takes_word(self, *words: str) -> bool:
        taken = self._next.is_word(*words)
        if taken:
            self._take()
        return taken

    def _takes_sign(self, *signs: str) -> bool:
        taken = self._next.is_sign(*signs)
        if taken:
            self._take()
        return taken

    def _refuse(self, expected: str, token: _Token | None = None, more: str = "") -> NoReturn:
        token = self._next if token is None else token
        if token.kind == "end":
            told = f"the query ends where {expected} is expected, at {token.at}"
        else:
            told = f"{token} stands where {expected} is expected, at {token.at}"
        raise QueryError(f"{told}{more}", at=token.at)

    def _expect(self, sign: str, *others: str) -> str:
        if not self._next.is_sign(sign, *others):
            self._refuse(" or ".join(f"'{each}'" for each in (sign, *others)))
        return self._take().value

    def _made(self, at: int, make: Callable[[], Query]) -> Query:
        """Return a part of the query, or say where it is that cannot be made."""
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise QueryError(
                f"the query has more than {_MOST_PARTS} parts, at {at}: list codes in one code(…), and give "
                "parts a name (save_query) to be called by query(name)",
                at=at,
            )
        try:
            return make()
        except AssignmentError as error:
            raise QueryError(f"{error}, at {at}", at=at) from error

    # Levels, from what binds least to what binds tightest

    def whole(self) -> Query:
        """Read everything."""
        found = self._lifted()
        if self._next.kind != "end":
            more = ""
            if self._next.is_sign(")"):
                more = ": there is no bracket that it closes"
            elif self._at and self._next.is_word("and", "or"):
                more = ": put what stands before it in brackets, as in (code(a) within turn) and …"
            elif self._next.kind == "word" and _name_of(self._next) in _NARROWING:
                more = f": its values stand in brackets, as in {_name_of(self._next)}(…)"
            self._refuse("the end", more=more)
        return found

    def _lifted(self) -> Query:
        found = self._either()
        while self._next.is_word("within"):
            at = self._take().at
            unit = self._unit()
            found = self._made(at, lambda found=found, unit=unit: found.within(unit))  # type: ignore[misc]
        return found

    def _either(self) -> Query:
        found = self._both()
        while self._next.is_word("or"):
            at = self._take().at
            right = self._both()
            found = self._made(at, lambda found=found, right=right: found | right)  # type: ignore[misc]
        return found

    def _both(self) -> Query:
        found = self._negation()
        while self._next.is_word("and"):
            at = self._take().at
            right = self._negation()
            found = self._made(at, lambda found=found, right=right: found & right)  # type: ignore[misc]
        return found

    def _negation(self) -> Query:
        signs = []
        while self._next.is_word("not"):
            signs.append(self._take().at)
        found = self._related()
        for at in reversed(signs):
            found = self._made(at, lambda found=found: ~found)  # type: ignore[misc]
        return found

    def _related(self) -> Query:
        found = self._narrowed()
        while self._next.is_word(*_RELATIONS, "followed_by"):
            token = self._take()
            how: Any = token.value.casefold()
            if how.startswith("followed"):
                if how == "followed" and not self._takes_word("by"):
                    self._refuse("'by', of 'followed by',")
                how = "followed by"
            other = self._narrowed()
            distance = self._distance() if how == "followed by" else None
            found = self._made(
                token.at,
                lambda found=found, other=other, how=how, distance=distance: Related(  # type: ignore[misc]
                    found, other, how, distance
                ),
            )
        return found

    def _distance(self) -> int | None:
        if self._next.is_word("within"):
            behind = self._tokens[self._at + 1]
            if behind.kind == "word" and behind.value.isdecimal() and len(behind.value) < 12:
                self._take()
                return int(self._take().value)
        return None

    def _narrowed(self) -> Query:
        found = self._primary()
        while self._is_called() and not self._next.is_word(*_OPERATORS):
            token = self._take()
            name = _name_of(token)
            if name not in _NARROWING:
                self._refuse(
                    "'and', 'or', a relation or a criterion",
                    token,
                    f": criteria are {_listed(_NARROWING)}.{did_you_mean(name, _NARROWING)}",
                )
            if name == "at":
                revision = self._revision()
                found = self._made(token.at, lambda found=found, at=revision: found.at(at))  # type: ignore[misc]
                continue
            criteria = self._criteria(name, token)
            found = self._made(
                token.at,
                lambda found=found, criteria=criteria: found.narrowed(**criteria),  # type: ignore[misc]
            )
        return found

    def _primary(self) -> Query:
        if self._next.is_sign("("):
            at = self._take().at
            self._depth += 1
            if self._depth > _DEEPEST:
                raise QueryError(
                    f"more than {_DEEPEST} brackets are open, at {at}: give parts a name (save_query) to be "
                    "called by query(name)",
                    at=at,
                )
            found = self._lifted()
            if not self._next.is_sign(")"):
                self._refuse("')', 'and', 'or' or 'within'")
            self._take()
            self._depth -= 1
            return found
        token = self._take()
        name = _name_of(token)
        if token.kind == "word" and name == "all":
            if self._takes_sign("("):
                self._expect(")")
            return self._made(token.at, where)
        if token.kind != "word" or not self._next.is_sign("(") or name not in _BEGINNING:
            self._refuse_primary(token)
        if name == "units":
            self._take()
            unit = self._unit()
            self._expect(")")
            return self._made(token.at, lambda: units(unit))
        if name == "query":
            (called,) = self._positional(name, token, least=1, most=1)
            return self._made(token.at, lambda: Named(called))
        criteria = self._criteria(name, token)
        return self._made(token.at, lambda: where(**criteria))

    def _refuse_primary(self, token: _Token) -> NoReturn:
        more = ""
        if token.is_word("test") or token.value.startswith("<"):
            more = (
                ": a function cannot be given in a text; make the query with qualcode.where(test=…)"
            )
        elif token.is_word(*_OPERATORS):
            more = ": something to ask for is missing before it"
        elif token.kind in ("word", "text"):
            guess = did_you_mean(token.value, _BEGINNING)
            more = f": write code({token.value}) for a code.{guess}" if not guess else f".{guess}"
        self._refuse(f"one of {_listed(_BEGINNING)} or '('", token, more)

    # What stands in brackets

    def _unit(self) -> Unit:
        token = self._take()
        if token.is_word("regex") and self._next.is_sign("("):
            return self._regex(token)
        if not token.is_word(*UNITS):
            more = f".{did_you_mean(token.value, UNITS)}"
            if token.kind == "word" and token.value.isdecimal():
                more = ": a distance goes with 'followed by'"
            self._refuse(f"a unit ({', '.join(UNITS)} or regex(…))", token, more.rstrip("."))
        return token.value.casefold()

    def _criteria(self, name: str, token: _Token) -> dict[str, Any]:
        """Read what stands in the brackets behind a criterion."""
        if name == "regex":
            return {"text": self._regex(token)}
        if name == "where":
            return {"variables": self._variables()}
        if name in _TIMES:
            (moment,) = self._positional(name, token, least=1, most=1)
            return {name: moment}
        if name != "code":
            return {_IDS[name]: self._positional(name, token)}
        values, named = self._arguments()
        descendants = named.pop("descendants", True)
        if named or not isinstance(descendants, bool):
            self._refuse("codes, or descendants=false,", token)
        return {"code": values, "descendants": descendants}

    def _positional(
        self, name: str, token: _Token, *, least: int = 0, most: int | None = None
    ) -> tuple[str, ...]:
        values, named = self._arguments()
        if named or len(values) < least or (most is not None and len(values) > most):
            number = "one value" if most == 1 else "values, without names,"
            self._refuse(f"{name}(…) with {number}", token)
        return values

    def _arguments(self) -> tuple[tuple[str, ...], dict[str, Any]]:
        """Read values, and such with a name before them, up to the bracket that closes."""
        self._expect("(")
        values: list[str] = []
        named: dict[str, Any] = {}
        if self._takes_sign(")"):
            return (), named
        while True:
            token = self._value_token()
            if self._takes_sign("="):
                named[token.value] = self._value()
            else:
                values.append(token.value)
            if self._expect(")", ",") == ")":
                return tuple(values), named

    def _variables(self) -> dict[str, Any]:
        self._expect("(")
        named: dict[str, Any] = {}
        if self._takes_sign(")"):
            return named
        while True:
            name = self._value_token()
            if not self._takes_sign("="):
                self._refuse("'=' and the value of a variable, as in where(site=north),")
            if name.value in named:
                self._refuse("each variable once", name)
            named[name.value] = self._value()
            if self._expect(")", ",") == ")":
                return named

    def _value(self) -> Any:
        if not self._takes_sign("["):
            return _typed(self._value_token())
        values: list[Any] = []
        if self._takes_sign("]"):
            return ()
        while True:
            values.append(_typed(self._value_token()))
            if self._expect("]", ",") == "]":
                return tuple(values)

    def _value_token(self) -> _Token:
        if self._next.kind not in ("word", "text"):
            self._refuse("a value (in quotes where it holds spaces or signs)")
        return self._take()

    def _revision(self) -> int | str:
        self._expect("(")
        token = self._value_token()
        self._expect(")")
        if token.kind == "word" and re.fullmatch(r"-?\d{1,9}", token.value, re.ASCII):
            return int(token.value)
        return token.value

    def _regex(self, token: _Token) -> re.Pattern[str]:
        values = self._positional("regex", token, least=1, most=2)
        flags = 0
        for letter in values[1] if len(values) > 1 else "":
            if letter not in FLAGS:
                self._refuse(f"regex(…) with flags among {''.join(FLAGS)}", token)
            flags |= FLAGS[letter]
        try:
            return re.compile(values[0], flags)
        except (re.error, ValueError, OverflowError, RecursionError) as error:
            raise QueryError(
                f"regex({values[0]!r}) is not a regular expression, at {token.at}: {error}",
                at=token.at,
            ) from error


def _name_of(token: _Token) -> str:
    """Return what a criterion is called here; the names that `where` has for it are understood too."""
    name = token.value.casefold()
    return KEYWORDS.get(name, name)


def _typed(token: _Token) -> Any:
    """Return a value of a variable: a number, a date, true, false or none; whatever is in quotes is text."""
    word = token.value
    if token.kind == "text":
        return word
    if word.casefold() in _LITERALS:
        return _LITERALS[word.casefold()]
    if re.fullmatch(r"-?\d+", word, re.ASCII):
        return int(word) if len(word) < 20 else word
    if re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", word, re.ASCII):
        return float(word)
    if _DATE.match(word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            return word
    return word


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name if name == "all" else f"{name}(…)" for name in names)
