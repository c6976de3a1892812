"""Codebook files that extend others: what they inherit, what they say themselves, and the difference."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from qualcode.errors import CodebookError, CodebookFileError, CycleError, NotFoundError
from qualcode.io import shipped
from qualcode.io.codebooks.codebook_yaml import CodebookFile
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import texts
from qualcode.model.codebooks.records import codebook_fields, codebook_from_record, codebook_record

__all__ = ["codebook_of", "inherited", "own_record"]

Record = dict[str, Any]

# How deep each field is laid over the inherited one: codes by id and then field by field.
_DEPTHS = {"attributes": 0, "codes": 1, "rollups": 3}


def codebook_of(file: CodebookFile, base: Record | None) -> Codebook:
    """Return the codebook of a file, with what it inherits laid under it.

    Raises
    ------
    CodebookFileError
        When it breaks a rule of codebooks; file and line are named.
    """
    record = file.own
    try:
        record = codebook_fields(record)
        if base is not None:
            _check_hidden(file, base)
            record = _laid_over(_without(base, texts(file.content.get("hide"))), record)
        return codebook_from_record(record)
    except CodebookFileError:
        raise
    except CodebookError as error:
        at = error.at
        if at[:1] == ("links",) and base is not None and len(at) > 1:
            # Inherited links come first in the record, and only the file's own can be at fault.
            inherited = len(record["links"]) - len(file.own.get("links", ()))
            at = ("links", int(at[1]) - inherited, *at[2:])
        kind = CycleError if isinstance(error, CycleError) else CodebookFileError
        raise kind(f"{file.path}, line {file.line(*at)}: {error}", at=at) from error


def inherited(file: CodebookFile, below: tuple[Path, ...] = ()) -> Record | None:
    """Return the record of all that a file extends, hidden codes included; None if it extends nothing.

    Parameters
    ----------
    file : CodebookFile
        The file that extends.
    below : tuple of Path
        The files that led here by extending each other.

    Raises
    ------
    CodebookFileError
        When what it extends is not there, is damaged, or two that it extends clash.
    CycleError
        When codebooks extend each other in a circle.
    """
    names = texts(file.content.get("extends"))
    if not names:
        return None
    chain = (*below, file.path.resolve())
    base: Record = {}
    origin: dict[str, str] = {}
    for number, name in enumerate(names):
        at = ("extends", number) if isinstance(file.content["extends"], list) else ("extends",)
        try:
            path = _path(name, file.path)
        except NotFoundError as error:
            raise file.fault(f"extends {name!r}: {error}", *at) from error
        if path.resolve() in chain:
            circle = " → ".join(each.name for each in (*chain, path))
            raise CycleError(
                f"{file.path}, line {file.line(*at)}: codebooks extend each other in a circle: {circle}",
                at=at,
            )
        other_file = CodebookFile.read(path)
        other = codebook_record(codebook_of(other_file, inherited(other_file, chain)))
        for id, fields in other["codes"].items():
            if id in base.get("codes", {}) and base["codes"][id] != fields:
                raise file.fault(
                    f"{origin[id]!r} and {name!r} both define the code {id!r}, each differently: extend "
                    "one of them",
                    *at,
                )
            origin.setdefault(id, name)
        base = _laid_over(base, other)
    return base


def own_record(codebook: Codebook, base: Record, hide: tuple[str, ...] = ()) -> Record:
    """Return what a file that inherits a record must say to define a codebook.

    Parameters
    ----------
    codebook : Codebook
        What it shall define.
    base : dict
        What it inherits.
    hide : tuple of str
        What it hides so far: the order is kept.
    """
    record = codebook_record(codebook)
    gone = [id for id in (*hide, *base["codes"]) if id not in record["codes"]]
    over = _without(base, gone)
    own: Record = {"id": record["id"], "name": record["name"]}
    if gone:
        own["hide"] = list(dict.fromkeys(gone))
    if record.get("description", "") != over.get("description", ""):
        own["description"] = record.get("description", "")
    for field, depth in _DEPTHS.items():
        if changed := _beyond(over.get(field, {}), record.get(field, {}), depth):
            own[field] = changed
    if links := [link for link in record.get("links", ()) if link not in over.get("links", ())]:
        own["links"] = links
    return own


def _path(name: str, path: Path) -> Path:
    if name.endswith((".yaml", ".yml")):
        found = path.parent / name
        if not found.exists():
            raise NotFoundError(f"there is no file {str(found)!r}")
        return found
    beside = path.parent / f"{name}.yaml"
    # A shipped codebook may extend its neighbour; elsewhere a bare name is that of a shipped one.
    return beside if beside.exists() and beside != path else shipped.codebook_path(name)


def _check_hidden(file: CodebookFile, base: Record) -> None:
    hide = texts(file.content.get("hide"))
    listed = isinstance(file.content.get("hide"), list)
    for number, id in enumerate(hide):
        at = ("hide", number) if listed else ("hide",)
        if id not in base["codes"]:
            raise file.fault(f"hides {id!r}, which the codebook it extends does not have", *at)
        for child, fields in base["codes"].items():
            own = file.own.get("codes", {}).get(child)
            moved = isinstance(own, Mapping) and "parent" in own
            if fields.get("parent") == id and child not in hide and not moved:
                raise file.fault(
                    f"hides {id!r}, but not {child!r} below it: hide both, or give that one a parent",
                    *at,
                )


def _without(base: Record, hide: Collection[str]) -> Record:
    """Return a record less some codes, and less what links and rollups say of them."""
    return {
        **base,
        "codes": {id: fields for id, fields in base["codes"].items() if id not in hide},
        "links": [
            link
            for link in base.get("links", ())
            if not {link["source"], link["target"]} & set(hide)
        ],
        "rollups": {
            id: _rollup_without(rollup, hide) for id, rollup in base.get("rollups", {}).items()
        },
    }


def _rollup_without(rollup: Record, hide: Collection[str]) -> Record:
    if "themes" not in rollup:
        return rollup
    themes = {
        id: {
            name: value if name == "name" else [each for each in value if each not in hide]
            for name, value in theme.items()
        }
        for id, theme in rollup["themes"].items()
    }
    return {**rollup, "themes": themes}


def _laid_over(base: Record, own: Record) -> Record:
    """Return a record with what another gives put in its place."""
    record = {**base, **own}
    for field, depth in _DEPTHS.items():
        record[field] = _over(base.get(field, {}), own.get(field), depth)
    record["links"] = [*base.get("links", ()), *own.get("links", ())]
    return record


def _over(base: Any, own: Any, depth: int) -> Any:
    if depth < 0:
        return own
    if own is None:
        return base  # an id with nothing behind it changes nothing
    if not isinstance(base, Mapping) or not isinstance(own, Mapping):
        return own
    laid = {name: _over(base[name], own[name], depth - 1) for name in base if name in own}
    return {**base, **laid, **{name: value for name, value in own.items() if name not in base}}


def _beyond(base: Mapping[str, Any], record: Mapping[str, Any], depth: int) -> Record:
    """Return what has to be laid over one record to get another."""
    beyond: Record = {}
    for name, value in record.items():
        if name not in base:
            beyond[name] = value
        elif base[name] != value:
            beyond[name] = _beyond(base[name], value, depth - 1) if depth else value
    # A field that is no more is set to nothing; an id is hidden instead, or stays.
    gone = {} if depth else {name: None for name in base if name not in record}
    return {**beyond, **gone}
