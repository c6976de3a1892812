"""A codebook file as read: its text, what it says, and the line on which it says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs

from qualcode.errors import CodebookFileError, QualcodeError, did_you_mean
from qualcode.io.codebooks.yaml_advice import advice_on, number_as_key
from qualcode.io.raw.yaml_text import parsed

__all__ = ["FIELDS", "FORMAT", "CodebookFile", "parsed_yaml", "yaml_file_text"]

FORMAT = "qualcode-codebook/1"
FIELDS = ("id", "name", "description", "attributes", "codes", "links", "rollups")
_HEAD = ("format", "extends", "hide")


@attrs.frozen(eq=False)
class CodebookFile:
    """A codebook file.

    Parameters
    ----------
    path : Path
        Where it lies.
    text : str
        All of it, comments included.
    root : node
        The root of what the YAML parser made of it, which knows where everything stands.
    content : dict
        What it says.
    """

    path: Path
    text: str = attrs.field(repr=False)
    root: Any = attrs.field(repr=False)
    content: dict[str, Any] = attrs.field(repr=False)

    @classmethod
    def read(cls, path: Path) -> CodebookFile:
        """Read a file and check its head.

        Raises
        ------
        CodebookFileError
            When it cannot be read, is not YAML, or is no codebook; file and line are named.
        """
        return cls.of(yaml_file_text(path), path)

    @classmethod
    def of(cls, text: str, path: Path) -> CodebookFile:
        """Return a text as the codebook file that it would be."""
        root, content = parsed_yaml(text, path)
        if not isinstance(content, dict):
            raise CodebookFileError(
                f"{path}, line 1: a codebook file is a mapping with id, name and codes"
            )
        file = cls(path, text, root, content)
        file._check_keys()
        file._check_head()
        return file

    def _check_keys(self) -> None:
        for key in _keys(self.root, set()):
            if key.tag not in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"):
                kind = key.tag.rpartition(":")[2]
                raise CodebookFileError(
                    f"{self.path}, line {key.start_mark.line + 1}: the id or field "
                    f"{key.value or 'null'!s} is read as {kind}, not as text: put it in quotes"
                )

    def _check_head(self) -> None:
        form = self.content.get("format", FORMAT)
        if form != FORMAT:
            raise self.fault(
                f"format is {form!r}; this version of qualcode reads {FORMAT!r}. A newer version may "
                "have written it",
                "format",
            )
        for name in self.content:
            if name not in (*_HEAD, *FIELDS):
                known = (*_HEAD, *FIELDS)
                raise self.fault(
                    f"{name!r} is no field of a codebook; there are {', '.join(known)}."
                    f"{did_you_mean(name, known)}",
                    name,
                )
        if self.content.get("id") is None:
            raise CodebookFileError(f"{self.path}, line 1: the codebook has no id")
        for name in ("extends", "hide"):
            given = self.content.get(name)
            names = given if isinstance(given, list) else [given]
            if given is not None and not all(isinstance(each, str) for each in names):
                raise self.fault(f"{name} is {given!r}; it must be a name or a list of them", name)
        if "hide" in self.content and "extends" not in self.content:
            raise self.fault("hide goes with extends: it hides codes of another codebook", "hide")

    @property
    def head(self) -> dict[str, Any]:
        """The fields that are about the file and not about the codebook."""
        return {name: self.content[name] for name in _HEAD if name in self.content}

    @property
    def own(self) -> dict[str, Any]:
        """What the file says of the codebook itself."""
        return {name: self.content[name] for name in FIELDS if self.content.get(name) is not None}

    def fault(self, message: str, *at: str | int) -> CodebookFileError:
        """Return an error that names this file and the line where something stands."""
        return CodebookFileError(f"{self.path}, line {self.line(*at)}: {message}", at=at)

    def line(self, *at: str | int) -> int:
        """Return the line of a key or list entry, given by the keys that lead to it.

        What is not in the file comes from what it extends, so then it is the line that says so.
        """
        node, line, depth = self.root, 1, 0
        for step in at:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
            depth += 1
        if depth < min(2, len(at)):
            extends = _child(self.root, "extends")
            return extends[0] if extends else 1
        return line


def yaml_file_text(path: Path, *, error: Callable[[str], QualcodeError] = CodebookFileError) -> str:
    """Return the text of a file that people write.

    Raises
    ------
    QualcodeError
        Of the type that is given, when it cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as problem:
        raise error(f"{path}: cannot be read: {problem.strerror or problem}") from problem
    except UnicodeDecodeError as problem:
        line = problem.object.count(b"\n", 0, problem.start) + 1
        raise error(
            f"{path}, line {line}: byte {problem.start} is not UTF-8: save the file as UTF-8"
        ) from problem


def parsed_yaml(
    text: str, path: Path, *, error: Callable[[str], QualcodeError] = CodebookFileError
) -> tuple[Any, Any]:
    """Return the root node of the text of a YAML file, and its content.

    Raises
    ------
    QualcodeError
        Of the type that is given, when it is no YAML; file and line are named, and what to do.
    """
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        return parsed(text)
    except DuplicateKeyError as problem:
        line = problem.problem_mark.line
        if number := number_as_key(text.split("\n")[line]):
            raise error(
                f"{path}, line {line + 1}: the id {number} is read as a number, which stands above already: "
                f"put ids that look like numbers in quotes, as '{number}'"
            ) from problem
        key = re.search(r'"(.*?)"', str(problem.problem))
        raise error(
            f"{path}, line {problem.problem_mark.line + 1}: {key[1] if key else 'a key'!r} is there "
            "already: ids are unique"
        ) from problem
    except MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        said = " ".join(str(problem.problem or problem).split())
        advice = advice_on(said)
        told = f"{advice} (not valid YAML: {said})" if advice else f"not valid YAML: {said}"
        raise error(f"{path}, line {line}: {told}") from problem
    except ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise error(
            f"{path}, line {line}: not valid YAML: it holds the control character "
            f"{chr(problem.character)!r}"
        ) from problem
    except YAMLError as problem:
        raise error(f"{path}: not valid YAML: {problem}") from problem


def _keys(node: Any, seen: set[int]) -> Iterator[Any]:
    """Yield the nodes of all keys; those below an alias once."""
    if node.id == "scalar" or id(node) in seen:
        return
    seen.add(id(node))
    for child in node.value:
        if node.id == "mapping":
            yield child[0]
        yield from _keys(child[1] if node.id == "mapping" else child, seen)


def _child(node: Any, step: str | int) -> tuple[int, Any] | None:
    """Return the line on which a key or list entry stands, and the node of its value."""
    if node.id == "mapping":
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    elif node.id == "sequence" and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None
