"""The library's errors in the words of the command line: options to type, and no Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import click

from qualcode.errors import QualcodeError

__all__ = ["Group", "in_options"]

_RUNNING = "qualcode.command"
"""Where a context and those below it keep which command was asked for."""

_VALUE = r"'[^']*'|\"[^\"]*\"|\{[^{}]*\}|\[[^\[\]]*\]|[\w.-]+|…"

_TYPE = re.compile(r" \((?:str|int|float|bool|list|tuple|dict|NoneType)\)")
"""What messages say of values that were given in Python."""

_CALL = re.compile(r"(\b[\w.]+\([^()]*\))")
"""A call, whose arguments are its own and not those of the command."""

_CALLS = {
    r"add some with add_case\(.*?\), or say with add_document\(.*?\)": "say with qualcode add --case ID",
    r"existing='skip'": "--skip-existing",
    r"set_speakers\(documents, roles=…\)": "qualcode speakers PROJECT --role NAME=interviewer",
    r"set_variables": "qualcode variables",
    r"project\.speakers": "qualcode speakers PROJECT",
    r"project\.withdrawals": "qualcode withdraw PROJECT",
    r"project\.reinstate": "qualcode reinstate PROJECT ID",
    r"Project\.create, or 'qualcode init', makes one": "'qualcode init' makes one",
    r", and any qualcode\.stats\.counting\.policies\.Policy": "",
    r", a compiled regular expression, and any segmenter": "",
    r", or say that it is one with set_kind\(.*?\)": "",
    r" \(cb\.redefine\)": "",
    r"give text, regex, pattern or speaker": "give --text, --regex or --speaker",
    r"give a mapping such as \{'Joan': 'P4'\}": "give one as --name Joan=P4, or a table as --names FILE",
}
"""What the library calls otherwise than as an option of the same name; or has, and the command line not."""


class Group(click.Group):
    """A group of commands that remembers which of them was asked for."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant."""
        name, command, rest = super().resolve_command(ctx, args)
        ctx.meta[_RUNNING] = command
        return name, command, rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error of the library becomes one line and exit status 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # click ends quietly when nobody reads on, as `| head` does
        except (QualcodeError, OSError) as error:
            told = " ".join(str(error).split())
            raise click.ClickException(in_options(told, ctx.meta[_RUNNING])) from error


def in_options(message: str, command: click.Command) -> str:
    """Return a message of the library with what is to be typed for each argument that it names.

    Examples
    --------
    >>> command = click.Command("add", params=[click.Option(["--encoding"])])
    >>> in_options("say which it is, for example encoding='cp1252'", command)
    'say which it is, for example --encoding cp1252'
    """
    for call, typed in _CALLS.items():
        message = re.sub(call, typed, message)
    parts = _CALL.split(_TYPE.sub("", message))
    for option in command.params:
        if isinstance(option, click.Option):
            names = {(option.name or "").rstrip("_"), max(option.opts, key=len).strip("-")}
            said = re.compile(
                rf"(?<![\w.'\"-])(?:{'|'.join(map(re.escape, names))})=(?P<value>{_VALUE})?"
            )
            parts[::2] = [said.sub(partial(_typed, option), each) for each in parts[::2]]
    return "".join(parts)


def _typed(option: click.Option, found: re.Match[str]) -> str:
    """Return what is typed for an argument and its value, as Python writes it."""
    name, value = max(option.opts, key=len), found["value"]
    if value == "False" and option.secondary_opts:
        return option.secondary_opts[0]
    if value is None or option.is_flag:
        return name
    return " ".join(f"{name} {word}" for word in _words(value))


def _words(value: str) -> Iterator[str]:
    """Yield the values of a list or mapping, or a value, without Python's quotes."""
    pairs = re.findall(r"(?:'([^']*)'|\"([^\"]*)\"|([\w.-]+|…))\s*(:)?", value)
    word = ""
    for *either, colon in pairs:
        word += "".join(either)
        if colon:
            word += "="
            continue
        yield f'"{word}"' if " " in word else word
        word = ""
