"""Codebook files: YAML that people write by hand, with comments that survive, and `extends:`."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qualcode.errors import CodebookError, CodebookFileError, CycleError, NotFoundError
from qualcode.io import shipped
from qualcode.model.codebook import Codebook
from qualcode.model.codes import texts
from qualcode.model.records import codebook_from_record, codebook_record

__all__ = ["FORMAT", "codebook_text", "load_codebook", "read_codebook", "write_codebook"]

FORMAT = "qualcode-codebook/1"
_FIELDS = ("id", "name", "description", "attributes", "codes", "links", "rollups")
Record = dict[str, Any]


def load_codebook(given: str | Path | Codebook) -> Codebook:
    """Return a codebook given as a value, a file, or the name of a shipped one.

    Raises
    ------
    NotFoundError
        When there is neither such a file nor a shipped codebook of that name.
    CodebookFileError
        When the file cannot be read as a codebook.
    """
    if isinstance(given, Codebook):
        return given
    path = Path(given)
    if path.suffix in (".yaml", ".yml") or path.exists():
        return read_codebook(path)
    return read_codebook(shipped.codebook_path(str(given)))


def read_codebook(path: str | Path) -> Codebook:
    """Read a codebook file, with what it extends.

    Parameters
    ----------
    path : str or Path
        A YAML file in the codebook format.

    Raises
    ------
    CodebookFileError
        When it cannot be read, is not YAML, or breaks a rule of codebooks; file and line are named.
    CycleError
        When codebooks extend each other in a circle.

    Examples
    --------
    >>> read_codebook(shipped.codebook_path("collaboration")).id
    'collaboration'
    """
    path = Path(path)
    document = _load(path)
    record = _extended(document, path, ())
    try:
        return codebook_from_record(record)
    except CodebookError as error:
        raise _at_line(error, path, document) from error


def write_codebook(codebook: Codebook, path: str | Path) -> None:
    """Write a codebook file; where one exists, its comments and style are kept.

    Parameters
    ----------
    codebook : Codebook
        What the file shall say.
    path : str or Path
        A file that extends others keeps doing so: only what differs is written.

    Raises
    ------
    CodebookFileError
        When the existing file is no codebook, or the file cannot be written.
    """
    path = Path(path)
    text = codebook_text(codebook, path)
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(text, encoding="utf-8", newline="")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CodebookFileError(f"{path}: cannot be written: {error.strerror or error}") from error


def codebook_text(codebook: Codebook, path: Path | None = None) -> str:
    """Return what a codebook file shall hold, updating the file at `path` if there is one."""
    record = codebook_record(codebook)
    if path is None or not path.exists():
        return _dump(_commented({"format": FORMAT, **record}), _yaml())
    document, yaml = _load(path), _yaml_like(path)
    base = _base_record(document, path, ())
    if base is not None:
        record = _difference(record, base, document, path)
    before = _dump(document, yaml)
    _sync(
        document,
        {key: document[key] for key in document if key not in record and key in _KEPT} | record,
    )
    after = _dump(document, yaml)
    # What says the same is left as its author wrote it, byte for byte.
    return path.read_bytes().decode("utf-8") if after == before else after


_KEPT = ("format", "extends", "hide")


# Reading


def _yaml() -> Any:
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.width = 100
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _yaml_like(path: Path) -> Any:
    """Return a YAML writer with the indentation that a file has."""
    from ruamel.yaml.util import load_yaml_guess_indent

    yaml = _yaml()
    _, indent, offset = load_yaml_guess_indent(path.read_text(encoding="utf-8"))
    if indent:
        yaml.indent(mapping=2, sequence=indent, offset=offset or 0)
    return yaml


def _load(path: Path) -> Any:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise CodebookFileError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CodebookFileError(
            f"{path}: byte {error.start} is not UTF-8: save the file as UTF-8"
        ) from error
    try:
        document = _yaml().load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = " ".join(str(error.problem or error).split())
        raise CodebookFileError(f"{path}, line {line}: not valid YAML: {problem}") from error
    except YAMLError as error:
        raise CodebookFileError(f"{path}: not valid YAML: {error}") from error
    if not isinstance(document, Mapping):
        raise CodebookFileError(
            f"{path}, line 1: a codebook file is a mapping with id, name and codes"
        )
    _check_head(document, path)
    return document


def _check_head(document: Any, path: Path) -> None:
    form = document.get("format", FORMAT)
    if form != FORMAT:
        raise CodebookFileError(
            f"{path}, line {_line(document, 'format')}: format is {form!r}; this version of qualcode "
            f"reads {FORMAT!r}. A newer version may have written it"
        )
    for key in document:
        if key not in (*_FIELDS, *_KEPT):
            raise CodebookFileError(
                f"{path}, line {_line(document, key)}: {key!r} is no field of a codebook; there are "
                f"{', '.join((*_KEPT, *_FIELDS))}"
            )
    if "id" not in document:
        raise CodebookFileError(f"{path}, line 1: the codebook has no id")
    if "hide" in document and "extends" not in document:
        raise CodebookFileError(
            f"{path}, line {_line(document, 'hide')}: hide goes with extends: it hides codes of another"
        )


def _line(document: Any, key: Any) -> int:
    """Return the line, counted from 1, of a key or list entry anywhere in a document."""
    found = _search(document, key)
    return found if found is not None else 1


def _search(node: Any, wanted: Any) -> int | None:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == wanted and hasattr(node, "lc"):
                return int(node.lc.key(key)[0]) + 1
            found = _search(value, wanted)
            if found is not None:
                return found
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for at, value in enumerate(node):
            if value == wanted and hasattr(node, "lc"):
                return int(node.lc.item(at)[0]) + 1
            found = _search(value, wanted)
            if found is not None:
                return found
    return None


def _at_line(error: CodebookError, path: Path, document: Any) -> CodebookError:
    """Return the error as one of a file, with the line of the code at fault."""
    found = None
    if error.code is not None:
        for part in ("codes", "rollups", "links"):
            found = _search(document.get(part), error.code)
            if found is not None:
                break
    where = f"{path}, line {found}" if found is not None else f"{path}"
    kind = CycleError if isinstance(error, CycleError) else CodebookFileError
    return kind(f"{where}: {error}", code=error.code)


# Extending


def _extended(document: Any, path: Path, below: tuple[Path, ...]) -> Record:
    """Return the record of a codebook file with what it extends laid under it."""
    own = {key: _unwrapped(document[key]) for key in _FIELDS if document.get(key) is not None}
    base = _base_record(document, path, below)
    return own if base is None else _laid_over(base, own)


def _base_record(document: Any, path: Path, below: tuple[Path, ...]) -> Record | None:
    """Return the record of what a file extends, less what it hides; None when it extends nothing."""
    given = document.get("extends")
    if given is None:
        return None
    if not all(isinstance(each, str) for each in (given if isinstance(given, list) else [given])):
        raise CodebookFileError(
            f"{path}, line {_line(document, 'extends')}: extends is {given!r}; it names a codebook, or "
            "is a list of names"
        )
    names = texts(given)
    chain = (*below, path.resolve())
    base: Record = {}
    origin: dict[str, str] = {}
    for name in names:
        where = f"{path}, line {_line(document, 'extends')}"
        try:
            source = _base_path(name, path)
        except NotFoundError as error:
            raise CodebookFileError(f"{where}: extends {name!r}: {error}") from error
        if source.resolve() in chain:
            circle = " → ".join(each.name for each in (*chain, source))
            raise CycleError(f"{where}: codebooks extend each other in a circle: {circle}")
        other = _extended(_load(source), source, chain)
        for code in other.get("codes", {}):
            if code in base.get("codes", {}) and base["codes"][code] != other["codes"][code]:
                raise CodebookFileError(
                    f"{where}: {origin[code]!r} and {name!r} both define the code {code!r}, each "
                    "differently: extend one of them",
                    code=code,
                )
            origin.setdefault(code, name)
        base = _laid_over(base, other)
    return _hidden(base, texts(document.get("hide")), path, document)


def _base_path(name: str, path: Path) -> Path:
    if name.endswith((".yaml", ".yml")):
        found = path.parent / name
        if not found.exists():
            raise NotFoundError(f"there is no file {found}")
        return found
    beside = path.parent / f"{name}.yaml"
    # A shipped codebook may extend its neighbour; elsewhere a bare name is that of a shipped one.
    return beside if beside.exists() and beside != path else shipped.codebook_path(name)


def _hidden(base: Record, hide: tuple[str, ...], path: Path, document: Any) -> Record:
    codes = dict(base.get("codes", {}))
    for code in hide:
        if code not in codes:
            raise CodebookFileError(
                f"{path}, line {_line(document.get('hide'), code)}: hides {code!r}, which the codebook "
                "it extends does not have",
                code=code,
            )
        del codes[code]
    for code, fields in codes.items():
        if (fields or {}).get("parent") in hide and not _moved(document, code):
            raise CodebookFileError(
                f"{path}, line {_line(document.get('hide'), fields['parent'])}: hides "
                f"{fields['parent']!r}, but not {code!r} below it: hide both, or give that one a parent",
                code=code,
            )
    links = [
        link for link in base.get("links", []) if not {link["source"], link["target"]} & set(hide)
    ]
    rollups = {
        id: _without(rollup, set(hide)) for id, rollup in (base.get("rollups") or {}).items()
    }
    return {**base, "codes": codes, "links": links, "rollups": rollups}


def _moved(document: Any, code: str) -> bool:
    return "parent" in ((document.get("codes") or {}).get(code) or {})


def _without(rollup: Record, hide: set[str]) -> Record:
    if not rollup.get("themes"):
        return rollup
    themes = {
        id: {
            name: [each for each in value if each not in hide] if name != "name" else value
            for name, value in (theme or {}).items()
        }
        for id, theme in rollup["themes"].items()
    }
    return {**rollup, "themes": themes}


def _laid_over(base: Record, own: Record) -> Record:
    """Return `base` with the fields that `own` gives put in their place, code by code."""
    record = {**base, **own}
    for field in ("codes", "attributes"):
        record[field] = _fields_over(base.get(field) or {}, own.get(field) or {}, 1)
    # A rollup's themes and domains are laid over one by one too.
    record["rollups"] = _fields_over(base.get("rollups") or {}, own.get("rollups") or {}, 3)
    record["links"] = [*(base.get("links") or []), *(own.get("links") or [])]
    return record


def _fields_over(base: Any, own: Any, depth: int) -> Any:
    if depth < 0 or not isinstance(base, Mapping) or not isinstance(own, Mapping):
        return own
    return {
        **base,
        **{
            key: _fields_over(base[key], value, depth - 1) if key in base else value
            for key, value in own.items()
        },
    }


def _unwrapped(value: Any) -> Any:
    """Return plain Python values for what the YAML reader wraps."""
    if isinstance(value, Mapping):
        return {key: _unwrapped(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_unwrapped(each) for each in value]
    return str(value) if isinstance(value, str) else value


# Writing


def _difference(record: Record, base: Record, document: Any, path: Path) -> Record:
    """Return what a file must say so that it and what it extends make up the record."""
    whole = codebook_record(codebook_from_record({**base, "id": record["id"]}))
    own: Record = {key: record[key] for key in ("id", "name") if key in record}
    if record.get("description") != whole.get("description"):
        own["description"] = record.get("description", "")
    own["codes"] = {}
    for id, fields in record["codes"].items():
        inherited = whole["codes"].get(id)
        if inherited is None:
            own["codes"][id] = fields
            continue
        changed = {name: value for name, value in fields.items() if inherited.get(name) != value}
        changed.update({name: None for name in inherited if name not in fields})
        if changed:
            own["codes"][id] = changed
    gone = [id for id in whole["codes"] if id not in record["codes"]]
    if gone:
        own["hide"] = [*texts(document.get("hide")), *gone]
    own["links"] = [link for link in record.get("links", []) if link not in whole.get("links", [])]
    own["rollups"] = {
        id: rollup
        for id, rollup in record.get("rollups", {}).items()
        if whole.get("rollups", {}).get(id) != rollup
    }
    own["attributes"] = {
        name: values
        for name, values in record.get("attributes", {}).items()
        if whole.get("attributes", {}).get(name) != values
    }
    own = {key: value for key, value in own.items() if value or key in document}
    made = _laid_over(_hidden(base, texts(own.get("hide")), path, document), own)
    if codebook_record(codebook_from_record(made)) != record:
        raise CodebookFileError(
            f"{path}: it extends {document['extends']!r}, and what was changed cannot be written as an "
            "extension (a link, theme or rollup of the extended codebook was removed): write the "
            "codebook to a new file"
        )
    return own


def _dump(document: Any, yaml: Any) -> str:
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _commented(value: Any) -> Any:
    """Return plain values as the YAML writer wants them: block style, long texts literal."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    if isinstance(value, Mapping):
        return CommentedMap((key, _commented(each)) for key, each in value.items())
    if isinstance(value, list | tuple):
        entries = CommentedSeq(_commented(each) for each in value)
        if all(isinstance(each, str) and len(each) < 30 for each in value):
            entries.fa.set_flow_style()
        return entries
    if isinstance(value, str) and "\n" in value and "\r" not in value and value == value.strip():
        return LiteralScalarString(value)
    if isinstance(value, str) and value.startswith("#"):
        return DoubleQuotedScalarString(value)
    return value


def _same(before: Any, after: Any) -> bool:
    """Tell whether two values mean the same: one text and a list of it do."""
    if isinstance(before, str | list) and isinstance(after, str | list):
        return list(texts(before)) == list(texts(after))
    return bool(before == after)


def _sync(document: Any, record: Mapping[str, Any]) -> None:
    """Make a document say what a record says, touching nothing that says it already."""
    for key in [key for key in document if key not in record]:
        del document[key]
    for at, (key, value) in enumerate(record.items()):
        if key not in document:
            document.insert(min(at, len(document)), key, _commented(value))
        elif isinstance(value, Mapping) and isinstance(document[key], Mapping):
            _sync(document[key], value)
        elif not _same(document[key], value):
            document[key] = _commented(value)
    if list(document) != list(record):
        for key in record:
            document.move_to_end(key)
