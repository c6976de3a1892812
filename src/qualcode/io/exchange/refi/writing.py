"""Writing a project in REFI-QDA: valid, the same bytes each time, and what was carried in its place."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import PurePath
from typing import IO

import numpy as np

from qualcode.errors import StudyError
from qualcode.io.exchange.losses import Losses
from qualcode.io.exchange.refi.frame import Frame, read_frame
from qualcode.io.exchange.refi.leaving import Carrying, Leaving, Written
from qualcode.io.exchange.refi.own import own_lines
from qualcode.io.exchange.refi.positions import PRIOR, Positions, origin_for, written_so
from qualcode.io.exchange.refi.programs import counted, known_losses
from qualcode.io.exchange.refi.schema import mended, told_of_order, valid_guid
from qualcode.io.exchange.refi.spooled import Spooled
from qualcode.io.exchange.refi.values import guid_key
from qualcode.io.exchange.refi.writing_frame import FrameWriter
from qualcode.io.exchange.refi.writing_sources import SourceWriter
from qualcode.io.raw.elements import Element, element, parse_element

__all__ = ["write_refi_file"]

_DATE = (1980, 1, 1, 0, 0, 0)
_OWN = frozenset(("User", "Code", "Case"))
_LARGE = 1 << 30
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def write_refi_file(
    leaving: Leaving,
    out: IO[bytes],
    spool: IO[bytes],
    *,
    inside: bool,
    program: str | None,
    progress: Callable[[int, int], None] | None = None,
) -> Losses:
    """Write a project as a .qdpx, or as a .qde, and return what does not come along.

    Parameters
    ----------
    leaving : Leaving
        What there is to write.
    out : file
        Where to.
    spool : file
        An empty file, open for reading and writing, in which the sources wait.
    inside : bool
        Whether it goes into an archive with its files, a .qdpx.
    program : str or None
        Which program is to read it.
    progress : callable, optional
        Called with how many documents are written, and of how many.
    """
    written = Written(leaving, inside)
    root, frame = _begun(written)
    positions = _counting(leaving, program)
    if program is not None and written_so(root.get("origin")) is not None:
        root.attributes["origin"] = origin_for(program)
    _without_place(written, program)
    frames = FrameWriter(written, root, frame)
    if leaving.state.name != frame.made.get("project", {}).get("name", root.get("name")):
        root.attributes["name"] = leaving.state.name
    frames.variables()
    frames.cases()
    sources = frames.wrapper("Sources")
    root.remove(sources)
    spooled = Spooled(written, program, spool, progress)
    _sources(written, sources, SourceWriter(written, positions), spooled)
    frames.users(spooled.users)
    assignments = leaving.state.uncounted.assignments
    coded = {assignments.codes[code] for code in np.unique(assignments.code).tolist()}
    frames.codes(spooled.codes | coded)
    frames.sets()
    frames.other_memos()
    frames.links()
    frames.notes()
    mended(root, written.losses.append, written.without)
    if program is not None:
        counts = spooled.counts + counted(program, root)
        written.losses = [*known_losses(program, counts), *written.losses]
    head = [_HEAD, *_own_lines(written, root, spooled.guids)]
    if inside:
        _pack(written.files, out, lambda file: spooled.write(root, head, file), spool.tell())
    else:
        spooled.write(root, head, out)
    return Losses(written.losses)


def _own_lines(written: Written, root: Element, sources: set[str]) -> Iterator[str]:
    """Yield what other programs pass over, of what is in the file."""
    there = sources | {guid_key(each.get("guid")) for each in root.all() if each.tag in _OWN}
    held = {target: valid_guid(guid) for target, guid in written.ids.items() if guid}
    ids = {target: guid for target, guid in held.items() if guid_key(guid) in there}
    state = written.leaving.state.uncounted
    return own_lines(
        ids,
        [each for each in state.documents.values() if f"document:{each.id}" in ids],
        [each for each in state.coders.values() if f"coder:{each.id}" in ids],
    )


def _counting(leaving: Leaving, program: str | None) -> Positions:
    """Return how positions are counted in the file: one way throughout, whatever the sources come from."""
    if program is not None:
        return PRIOR.get(program, Positions())
    return next(
        (
            Positions(*each.said["positions"])
            for each in leaving.carried
            if "positions" in each.said
        ),
        Positions(),
    )


def _begun(written: Written) -> tuple[Element, Frame]:
    """Return the project's element that all else goes into, with what the file said, or a new one."""
    leaving = written.leaving
    root: Element | None = None
    for carrying in leaving.carried:
        sha = carrying.said.get("frame")
        if sha is None:
            continue
        original = carrying.originals[sha]
        found = parse_element(leaving.read(original), where=original.name, error=StudyError)
        told_of_order(found, written.losses.append)
        for target, guid in carrying.said["ids"].items():
            written.ids.setdefault(target, guid)
        for path, file in carrying.said["files"].items():
            name = path.replace("\\", "/").rpartition("/")[2]
            written.files[name] = partial(leaving.read, carrying.originals[file])
        root = found if root is None else _united(root, found)
    if root is None:
        root = element("Project", {"name": leaving.state.name, "origin": origin_for(None)})
    held = _Held(written.files)
    frame = read_frame(root, held)
    for carrying in leaving.carried:
        frame.made.update(carrying.said.get("made", {}))
    written.note_texts = {key: note.text for key, note in frame.notes.items()}
    if not written.inside:
        for note in frame.children("Notes", "Note"):
            if held.find(note.get("plainTextPath")):
                _inline(note, written.note_texts[guid_key(note.get("guid"))])
        written.files.clear()
    return root, frame


def _inline(note: Element, text: str) -> None:
    del note.attributes["plainTextPath"]
    if note.first("PlainTextContent") is None:
        at = int(note.first("Description") is not None)
        note.insert(at, element("PlainTextContent", text=text))


def _united(first: Element, second: Element) -> Element:
    """Return the elements of two projects in one; what both have is as in the first."""
    for wrapper in second:
        if wrapper.tag in ("Description", "NoteRef"):
            continue
        into = first.first(wrapper.tag)
        if into is None:
            first.append(wrapper)
            continue
        if wrapper.tag == "CodeBook":
            into, wrapper = into.first("Codes") or into, wrapper.first("Codes") or wrapper
        held = {guid_key(each.get("guid")) for each in into.all() if each.get("guid")}
        into.extend(each for each in wrapper if guid_key(each.get("guid")) not in held)
    return first


class _Held:
    """The files of notes that were carried, as `read_frame` asks for them."""

    where, path = "what was carried", PurePath("what was carried")

    def __init__(self, files: Mapping[str, Callable[[], bytes]]) -> None:
        self._files = files

    def find(self, path: str) -> str | None:
        """Return the name of a file that is there."""
        name = path.replace("\\", "/").rpartition("/")[2]
        return name if name in self._files else None

    def read(self, name: str) -> bytes:
        """Return what a file holds."""
        return self._files[name]()


def _sources(written: Written, wrapper: Element, writer: SourceWriter, out: Spooled) -> None:
    leaving = written.leaving
    state = leaving.state
    held: dict[str, list[Carrying]] = {}
    carried: set[str] = set()
    for each in leaving.carried:
        if "texts" in each.said:
            held.setdefault(each.said["source"], []).append(each)
            carried.update(id for id in each.said["texts"] if id is not None)
    known = {
        guid_key(written.guid(f"document:{id}")) for id in state.documents if id not in carried
    }
    for placed in wrapper:
        if guid_key(placed.get("guid")) in known:
            continue  # what was carried of it is gone, so it is written anew
        found = held.get(guid_key(placed.get("guid")))
        source = writer.carried(found.pop(0)) if found else placed
        if source is not None:
            out.carried(source)
    for id, document in state.documents.items():
        if id not in carried:
            out.put(writer.new(document))


def _without_place(written: Written, program: str | None) -> None:
    """Tell what of the project REFI-QDA has no place for."""
    state = written.leaving.state.uncounted
    weights = int((state.assignments.rows.weight == state.assignments.rows.weight).sum())
    never = "has no place in REFI-QDA"
    told: list[tuple[str, str, int]] = [
        ("loss", "weight of a coding", weights),
        ("loss", "scale of weights", int(bool(state.scale))),
        ("loss", "rollup", len(state.codebook.rollups)),
        ("loss", "query", len(state.queries)),
        ("loss", "summary of a case", len(state.summaries)),
        ("loss", "judgement of a finding", len(state.review.judgements)),
        ("loss", "sources of a link", len(state.review.link_sources)),
        ("loss", "entry of a form", len(state.review.entries)),
        ("loss", "record of a search", len(state.review.screening.records)),
        ("loss", "decision on a record", len(state.review.screening.decisions)),
        ("loss", "tie of duplicate records", len(state.review.ties.same)),
        ("loss", "order of categories", len(state.orders)),
        ("note", "finished mark", sum(len(each) for each in state.finished.values())),
        ("note", "verdict on a suggestion", len(state.verdicts)),
        ("note", "adjudication", len(state.adjudications)),
        ("note", "revision of the codebook", max(0, len(state.history) - 1)),
        (
            "note",
            "origin of codings",
            sum(each.startswith("suggestion") for each in state.assignments.rows.origins),
        ),
    ]
    for severity, what, count in told:
        written.lose(severity, what, never, count=count)
    documents, coders = state.documents.values(), state.coders.values()
    for what, count in (
        ("structure of a document", sum(bool(each.structure.parts) for each in documents)),
        ("speakers of a document", sum(each.speaking is not None for each in documents)),
        ("kind of a coder", sum(each.kind != "person" for each in coders)),
    ):
        reason = "qualcode alone reads it again; other programs pass over it"
        written.lose("note" if program is None else "loss", what, reason, count=count)


def _pack(
    files: Mapping[str, Callable[[], bytes]],
    out: IO[bytes],
    project: Callable[[IO[bytes]], None],
    size: int,
) -> None:
    """Write an archive with the project and its files, the same bytes for the same content."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        # Only where it must be: some programs read no archive of the newer kind.
        with archive.open(_entry("project.qde"), "w", force_zip64=size > _LARGE) as file:
            project(file)
        for name in sorted(files):
            archive.writestr(_entry(f"sources/{name}"), files[name]())


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
