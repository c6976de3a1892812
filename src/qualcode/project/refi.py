"""REFI-QDA, the exchange format of programs for qualitative analysis, from and to projects."""

from __future__ import annotations

import secrets
import tempfile
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from qualcode.errors import StudyError
from qualcode.io.exchange.files import new_file
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.io.exchange.refi.leaving import Carrying, Leaving
from qualcode.io.exchange.refi.package import Package
from qualcode.io.exchange.refi.positions import Positions
from qualcode.io.exchange.refi.programs import FOR_PROGRAMS
from qualcode.io.exchange.refi.reading import read_study
from qualcode.io.exchange.refi.values import guid_key
from qualcode.io.exchange.refi.writing import write_refi_file
from qualcode.io.store.originals import Originals
from qualcode.model.checks import check_choice, check_flag, check_kind, check_path
from qualcode.model.texts.originals import read_originals
from qualcode.model.texts.spans import Span
from qualcode.project.editing import Clock, now
from qualcode.project.project import Project
from qualcode.project.recording import Tokens
from qualcode.project.studies import Imported, import_study
from qualcode.project.updating import update

__all__ = ["Progress", "read_refi", "write_refi"]

Progress = Callable[[int, int], None]


def read_refi(
    path: str | Path,
    *,
    positions: Positions | None = None,
    name: str | None = None,
    coder: str | None = None,
    into: Project | None = None,
    take_back: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    clock: Clock = now,
    tokens: Tokens = secrets.token_hex,
) -> Imported:
    """Read a project that another program exported in REFI-QDA, a .qdpx or .qde.

    Texts, codes, users, cases, variables, notes, sets and codings become the project's. What has no place in
    it, such as regions of pictures, recordings and graphs, is kept beside the project as it was, and
    `write_refi` writes it again in its place.

    Parameters
    ----------
    path : str or Path
        The file. The sources of a .qde are looked for in the folder ``Sources`` beside it.
    positions : Positions, optional
        How positions are counted in the file. Programs differ and no file says it, so it is found by what
        stands there, and told in `remarks`.
    name : str, optional
        The project's name; that in the file when not given.
    coder : str, optional
        Who imports it, and did what the file names nobody for; ``"project"``, or the author of `into`, when
        not given.
    into : Project, optional
        A project that was made of an earlier export of the same study. What changed in the file since changes
        in it. What was changed in the project since stays, and is listed where the file says otherwise.
        Things are the same by their GUIDs; where a program makes new ones at each export, documents are by
        their text, codes and cases by name.
    take_back : bool, default False
        With `into`: whether codings and memos that are gone in the file are taken back, and codes that are
        gone retired. They stay when not, and are listed; documents and cases stay in any case.
    dry_run : bool, default False
        With `into`: only say what would change.
    progress : callable, optional
        Called with how many bytes of the project's XML are read, and of how many.
    clock, tokens : callable, optional
        As for `qualcode.Project.new`.

    Returns
    -------
    Imported
        The project, in memory, and what became of everything in the file.

    Raises
    ------
    StudyError
        When it is no project in REFI-QDA, or cannot be read.
    DocumentError
        When the archive is damaged, or made to harm.

    Examples
    --------
    >>> import qualcode as qc
    >>> there = qc.Project.new("Wards", codebook=qc.Codebook("wards", codes=[qc.Code("trust")]))
    >>> _ = there.add_document("We trust them.", id="a")
    >>> losses = qc.write_refi(there, "wards.qdpx")
    >>> project = read_refi("wards.qdpx").project
    >>> there.rename("code:trust", "Trust in staff")
    >>> losses = qc.write_refi(there, "later.qdpx")
    >>> preview = read_refi("later.qdpx", into=project, dry_run=True)
    >>> print(*preview.items)
    later.qdpx: code Trust in staff → trust: changed (name: 'trust' → 'Trust in staff')
    >>> report = read_refi("later.qdpx", into=project)
    >>> project.codebook.codes["trust"].name
    'Trust in staff'
    """
    path = check_path(path, what="path", error=StudyError)
    if into is not None:
        check_kind(into, Project, what="into", error=StudyError)
    for flag, value in (("take_back", take_back), ("dry_run", dry_run)):
        if check_flag(value, what=flag, error=StudyError) and into is None:
            raise StudyError(
                f"{path}: {flag} is for reading a file again: give the project as into"
            )
    if positions is not None:
        check_kind(positions, Positions, what="positions", error=StudyError)
    originals = Originals()
    with Package(path, progress=progress) as package:
        study = read_study(package, originals.put, positions=positions, name=name)
    if into is None:
        coder = "project" if coder is None else coder
        return import_study(study, coder=coder, originals=originals, clock=clock, tokens=tokens)
    items = update(
        into, study, originals=originals, name=path.name, coder=coder, take_back=take_back,
        dry_run=dry_run,
    )  # fmt: skip
    return Imported(
        into, study.program, study.elements, study.losses, study.remarks, items, dry_run
    )


def write_refi(
    project: Project,
    path: str | Path,
    *,
    for_program: str | None = None,
    progress: Progress | None = None,
) -> Losses:
    """Write a project in REFI-QDA, as a .qdpx with all files or as a .qde, the project alone.

    What is written is valid by the standard's schema, and the same bytes for the same project. What was
    carried from the file that the project was read from stands in its place again, and GUIDs are those that
    things had there.

    Parameters
    ----------
    project : Project
        The project.
    path : str or Path
        A file that ends in .qdpx or .qde.
    for_program : {"nvivo", "atlasti", "maxqda", "qualcoder", "quirkos", …}, optional
        Which program is to read it: positions are counted as it does, and what it is known to drop is among
        the losses.
    progress : callable, optional
        Called with how many documents are written, and of how many.

    Returns
    -------
    Losses
        What of the project is not in the file, or will not arrive, and what had to be mended to be valid.

    Raises
    ------
    StudyError
        When the program is not known, or the file cannot be written.

    Examples
    --------
    >>> import qualcode as qc
    >>> book = qc.Codebook("study", codes=[qc.Code("trust", name="Trust")])
    >>> project = qc.Project.new("Study", codebook=book, coder="ana")
    >>> document = project.add_document("🤝 We trust them.", id="a")
    >>> _ = project.assign(("a", 2, 10), "trust", weight=2)
    >>> print(write_refi(project, "study.qdpx"))
    loss: weight of a coding: has no place in REFI-QDA
    >>> again = read_refi("study.qdpx").project
    >>> [(each.segment.quote, each.code.name, each.coder) for each in again.assignments]
    [('We trust', 'Trust', 'ana')]
    """
    check_kind(project, Project, what="project", error=StudyError)
    path = check_path(path, what="path", error=StudyError)
    if for_program is not None:
        check_choice(for_program, FOR_PROGRAMS, what="for_program", error=StudyError)
    if path.suffix.lower() not in (".qdpx", ".qde"):
        raise StudyError(f"{path}: REFI-QDA is written as .qdpx, or .qde for the project alone")
    inside = path.suffix.lower() == ".qdpx"
    leaving = _leaving(project)
    with new_file(path) as file, tempfile.TemporaryFile(dir=path.parent) as spool:
        losses = write_refi_file(
            leaving, file, spool, inside=inside, program=for_program, progress=progress
        )
    gone = len(project._recorder.fold.carried) - len(leaving.carried)
    if gone:
        reason = "went when something in it was erased, or names in it were replaced"
        losses = Losses([Loss("loss", "what was carried", reason=reason, count=gone), *losses])
    return losses


def _is_whole(carrying: Carrying) -> bool:
    needed = [carrying.said.get("frame") or carrying.said.get("sha256")]
    needed += dict(carrying.said.get("files", {})).values()
    return all(sha in carrying.originals for sha in needed)


def _leaving(project: Project) -> Leaving:
    recorder = project._recorder
    recorder.seal()
    made, timeline = recorder.fold, recorder.timeline
    carried = [
        Carrying(
            at,
            timeline.events[at].target,
            timeline.events[at].words,
            {each.sha256: each for each in read_originals(timeline.events[at].words)},
        )
        for at in made.carried
    ]
    # What was erased since, or had names replaced, has no files any more; and sources have no place without
    # the project that they stood in.
    carried = [each for each in carried if _is_whole(each)]
    if not any("frame" in each.said for each in carried):
        carried = []
    ids: dict[str, str] = {}
    gone: set[tuple[str, str]] = set()
    # What a later file does not have any more, and stayed here.
    without = {id for at in made.carried for id in timeline.events[at].words.get("without", ())}
    for event in timeline.events:
        known = event.fields.get("id") if event.kind == "memo" else None
        if known is None or event.short in without:
            continue
        if event.short in made.memos:
            ids[event.short] = known
        else:
            gone.add((event.target, guid_key(known)))

    def text_then(document: str, number: int) -> str:
        if made.corrected is None or document not in made.corrected:
            return made.documents[document].text
        return timeline.texts[made.corrected.version(document, number)]

    def moved(
        document: str, spans: Sequence[tuple[int, int]], number: int
    ) -> list[tuple[int, int] | None]:
        if made.corrected is None or document not in made.corrected:
            return list(spans)
        version = made.corrected.version(document, number)
        placed = made.corrected.where(document, [Span(*each) for each in spans], version)
        return [None if each.new is None else (each.new.start, each.new.end) for each in placed]

    return Leaving(
        state=project.state,
        namespace=uuid.uuid5(uuid.NAMESPACE_URL, f"qualcode:{timeline.project}"),
        carried=carried,
        memo_ids=ids,
        gone=frozenset(gone),
        read=recorder.originals.read,
        author=made.author,
        text_then=text_then,
        moved=moved,
    )
