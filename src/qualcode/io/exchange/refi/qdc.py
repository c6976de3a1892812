"""Codebooks in REFI-QDA, .qdc: codes with their GUIDs, and sets of codes as themes."""

from __future__ import annotations

import uuid
from collections import Counter
from pathlib import Path

import attrs

from qualcode.errors import CodebookFileError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.exchange.refi.frame import codes_of
from qualcode.io.exchange.refi.own import own_lines, read_own
from qualcode.io.exchange.refi.values import GUID, Names, guid_key
from qualcode.io.raw.decoding import read_bytes
from qualcode.io.raw.elements import (
    FORBIDDEN,
    Element,
    Pieces,
    element,
    parse_element,
    write_element,
)
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.codebooks.themes import Rollup, Theme
from qualcode.model.ids import slug

__all__ = ["qdc_left", "qdc_text", "read_qdc"]

_NAMESPACE = "urn:QDA-XML:codebook:1.0"
_KEPT_AS = "guid"
_SETS = "sets"
_READ = frozenset(("CodeBook", "Codes", "Code", "Description", "Sets", "Set", "MemberCode"))
_UNTOLD = ("include", "exclude", "examples", "counterexamples", "keywords", "patterns", "memos")


def read_qdc(path: Path) -> Codebook:
    """Return the codebook that a .qdc file, or the project in a .qde file, holds.

    The GUID of a code is its attribute ``guid``; sets of codes are the themes of a rollup ``sets``.

    Raises
    ------
    CodebookFileError
        When it is none; the line is named.
    """
    pieces = Pieces([read_bytes(path)], where=str(path), error=CodebookFileError)
    for _ in pieces:
        pass  # there are none: all of it is the rest
    root, own = pieces.root, read_own(pieces.instructions)
    book = root if root.tag == "CodeBook" else root.first("CodeBook")
    if book is None:
        raise CodebookFileError(
            f"{path}, line {root.line}: is no codebook in REFI-QDA: it begins with <{root.tag}>"
        )
    names, ids = Names("code", own=own.of("code")), {}
    codes: list[Code] = []
    for wrapper in book.of("Codes"):
        for each, code in codes_of(wrapper, None, names, own):
            guid = each.get("guid")
            if guid_key(guid) in ids:
                raise CodebookFileError(
                    f"{path}, line {each.line}: the code {code.name!r} has the GUID of another, {guid}: "
                    "export the codebook anew"
                )
            ids[guid_key(guid)] = code.id
            codes.append(attrs.evolve(code, attributes={_KEPT_AS: guid} if guid else {}))
    themes = _themes(book if root is book else root, ids)
    rollups = [Rollup(_SETS, "Sets", themes=themes)] if themes else []
    return Codebook(
        slug(path.stem) or "codebook", root.get("name") or path.stem, codes=codes, rollups=rollups
    )


def qdc_left(path: Path) -> Losses:
    """Return what of a .qdc file is not in the codebook that `read_qdc` makes of it."""
    root = parse_element(read_bytes(path), where=str(path), error=CodebookFileError)
    found: Counter[tuple[str, str]] = Counter()
    for each in root.all():
        if each.tag not in _READ:
            found[each.tag, "has no place in a codebook"] += 1
        elif each.tag == "Set" and each.says("Description"):
            found["Description", "what a set of codes says of itself is not kept"] += 1
    return Losses(
        Loss("loss", tag, reason=reason, count=count) for (tag, reason), count in found.items()
    )


def _themes(holder: Element, ids: dict[str, str]) -> list[Theme]:
    names, found = Names("set"), []
    for wrapper in holder.of("Sets"):
        for each in wrapper.of("Set"):
            keys = [
                guid_key(ref.get("guid") or ref.get("targetGUID")) for ref in each.of("MemberCode")
            ]
            codes = [ids[key] for key in dict.fromkeys(keys) if key in ids]
            if codes:
                found.append(Theme(names.id_for(each.get("name")), each.get("name"), codes))
    return found


def qdc_text(codebook: Codebook) -> tuple[str, Losses]:
    """Return a codebook as a .qdc file, valid by its schema, and what has no place there."""
    losses: list[Loss] = []
    root = element("CodeBook", {"xmlns": _NAMESPACE, "origin": "qualcode"})
    top = element("Codes")
    made: dict[str | None, Element] = {None: top}
    live = [code for code in codebook.codes.values() if code.is_live]
    for code in live:
        given = {
            "guid": _guid(codebook, code),
            "name": FORBIDDEN.sub("\ufffd", code.name),
            "isCodable": "true" if code.codable else "false",
        }
        if code.colour:
            given["color"] = code.colour
        made[code.id] = element("Code", given)
        if code.definition:
            said = element("Description", text=FORBIDDEN.sub("\ufffd", code.definition))
            made[code.id].append(said)
        untold = [name for name in _UNTOLD if getattr(code, name)]
        untold += [name for name in code.attributes if name != _KEPT_AS]
        if untold:
            told = f"its {', '.join(untold)} have no place in a .qdc"
            losses.append(Loss("loss", "code", name=code.name, reason=told))
    for code in live:
        made[code.parent if code.parent in made else None].append(made[code.id])
    root.append(top)
    sets = _sets(codebook, made, losses)
    if len(sets):
        root.append(sets)
    if codebook.links:
        told = "has no place in a .qdc"
        losses.append(Loss("loss", "link", reason=told, count=len(codebook.links)))
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    own = own_lines({f"code:{each.id}": made[each.id].get("guid") for each in live})
    return "".join([head, *own, write_element(root), "\n"]), Losses(losses)


def _sets(codebook: Codebook, made: dict[str | None, Element], losses: list[Loss]) -> Element:
    sets = element("Sets")
    for rollup in codebook.rollups.values():
        if rollup.id != _SETS:
            told = "has no place in a .qdc, which has sets of codes alone"
            losses.append(Loss("loss", "rollup", name=rollup.name, reason=told))
            continue
        for theme in rollup.themes:
            guid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"qualcode:{codebook.id}:set:{theme.id}"))
            each = element("Set", {"guid": guid, "name": FORBIDDEN.sub("\ufffd", theme.name)})
            for id in theme.codes:
                if id in made:
                    each.append(element("MemberCode", {"guid": made[id].get("guid")}))
            sets.append(each)
    return sets


def _guid(codebook: Codebook, code: Code) -> str:
    given = code.attributes.get(_KEPT_AS, "")
    if GUID.match(given):
        return given
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"qualcode:{codebook.id}:{code.id}"))
