"""Pseudonymising a project: other names in every version of every text, and wherever else they stand."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from qualcode.errors import ProjectError, PseudonymError
from qualcode.io.store.originals import originals_of
from qualcode.io.store.remains import Remainder
from qualcode.io.tables.cells import Column, write_cells
from qualcode.io.tables.reading import read_cells
from qualcode.model.checks import check_flag, check_label, check_path
from qualcode.model.log.log import Log
from qualcode.model.readable import many
from qualcode.model.texts.replacing import Replacing
from qualcode.project.erasing import Erasing, said_in
from qualcode.project.pseudonyms import Place, PseudonymPlan

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Pseudonymised", "Pseudonymising", "key_place", "read_key", "write_key"]

_HEAD = ("name", "pseudonym", "of")


@attrs.frozen
class Pseudonymised:
    """Where names were replaced, place by place.

    Parameters
    ----------
    places : tuple of Place
        Each place: in which version of which text, in which memo, name, id, definition and so on.
    quotes : int
        How many rows of coding have other words or another place than before.
    cut : tuple of str
        Passages that begin or end within a name, and now within its pseudonym: look at them.
    absent : tuple of str
        Names that stand nowhere.
    coders : tuple of str
        Ids of coders that hold a name: they are in the names of files of the log, and stay.
    originals : int
        How many original files were removed, which cannot be rewritten.
    files : tuple of str
        Files that were rewritten or removed, below the project's folder.
    remains : tuple of Remainder
        What may still have the names: stray files in the project's folders, git's history, backups, copies.
    event : str
        Short id of the event; empty for a dry run, and where nothing was replaced.
    taken : tuple of str
        Pseudonyms that stood in the project before: whoever is called so there cannot be told any more from
        who has the pseudonym now. After an earlier pseudonymisation that may be meant.
    """

    places: tuple[Place, ...] = attrs.field(repr=False)
    quotes: int
    cut: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    coders: tuple[str, ...] = ()
    originals: int = 0
    files: tuple[str, ...] = ()
    remains: tuple[Remainder, ...] = ()
    event: str = ""
    taken: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each place: where, field, old, new, context, event."""
        import pandas as pd

        columns = ["where", "field", "old", "new", "context", "event"]
        return pd.DataFrame([attrs.astuple(each) for each in self.places], columns=columns)

    def __str__(self) -> str:
        counts = Counter((each.old, each.new) for each in self.places)
        lines = [
            f"{old} → {new}: {many(count, 'place')}" for (old, new), count in counts.most_common()
        ]
        lines += [f"{each}: nowhere" for each in self.absent]
        lines += [
            f"{each} stands there already: who is called so becomes one with who gets this pseudonym"
            for each in self.taken
        ]
        lines.append(f"{many(self.quotes, 'row')} of coding with another place or other words")
        lines += [f"begins or ends within a name: {each}" for each in self.cut]
        lines += [f"the id of the coder {each!r} holds a name, and stays" for each in self.coders]
        if self.originals:
            lines.append(
                f"{many(self.originals, 'original file')} removed, which no program can rewrite"
            )
        lines += [f"still has the names: {each}" for each in self.remains]
        return "\n".join(lines)


class Pseudonymising(Erasing):
    """A project in which names can be replaced."""

    def pseudonymise(
        self,
        names: Mapping[str, str],
        *,
        inflections: Mapping[str, Iterable[str]] | None = None,
        ignore_case: bool = True,
        key: str | Path | None = None,
        coder: str | None = None,
        reason: str = "",
        dry_run: bool = False,
    ) -> Pseudonymised:
        """Replace names by pseudonyms in every version of every text, and wherever else they stand.

        That is: quotes, memos, names, variables, ids of documents, cases and codes, the names of files, what
        the codebook says, queries, views, verdicts with what was shown, and reasons, as they are and as they
        ever were. Segments move exactly; no count changes. Original files are removed: they cannot be
        rewritten. A project in a folder is saved, and rewritten at once, all or nothing. Nothing leads back
        but the key, which is written only if you say where.

        Parameters
        ----------
        names : mapping of str to str
            Names, and what takes their place. They are found as whole words, in front of ``'s`` too, in any
            Unicode form and with any spaces between the words; of two names that begin at one place the
            longer counts. Pseudonyms that come to stand in ids have letters, digits, ``.``, ``_`` and ``-``.
        inflections : mapping of str to iterable of str, optional
            Other forms of a name, such as ``{"Anna": ["Anny", "Annę"]}``, which become the same.
        ignore_case : bool, default True
            Whether ``joan`` and ``JOAN`` are ``Joan``.
        key : str or Path, optional
            A new file, outside the project's folder, for names and pseudonyms: to keep where only those may
            read it who may know.
        coder : str, optional
            Who records it; the project's author when not given.
        reason : str
            Why. It stays visible.
        dry_run : bool, default False
            Say where names would be replaced, and do nothing.

        Returns
        -------
        Pseudonymised
            Each place, and what is to be looked at.

        Raises
        ------
        PseudonymError
            When a name or pseudonym cannot be used, or two things would have one id.
        ProjectError
            When the key would lie in the project's folder or exists, or this is a blind copy.

        Examples
        --------
        >>> from qualcode import Code, Codebook, Project
        >>> project = Project.new("Study", codebook=Codebook("study", codes=[Code("trust")]))
        >>> _ = project.add_document("I trust Joan. Joan's sister too.", id="02-joan")
        >>> _ = project.assign(("02-joan", 0, 13), "trust", coder="ana", memo="Joan again")
        >>> print(project.pseudonymise({"Joan": "P4"}, coder="ana"))
        Joan → P4: 3 places
        joan → P4: 1 place
        1 row of coding with another place or other words
        >>> project.documents["02-P4"].text
        "I trust P4. P4's sister too."
        >>> project.assignments[0].segment.quote, project.assignments[0].memo
        ('I trust P4.', 'P4 again')
        """
        reason = check_label(reason, what="reason", error=ProjectError)
        check_flag(dry_run, what="dry_run", error=ProjectError)
        replacing = Replacing(names, inflections, ignore_case)
        place = (
            None
            if key is None
            else key_place(key, replacing, [each for each in [self._folder()] if each])
        )
        if self.log.withheld:
            raise ProjectError(
                "this is a blind copy, which lacks what others wrote: pseudonymise the whole project"
            )
        who = self._who(coder)
        if not dry_run:
            self._up_to_date()
        texts = dict(self._recorder.timeline.texts)
        plans: list[PseudonymPlan] = []

        def plan(log: Log) -> PseudonymPlan:
            plans.append(PseudonymPlan(log, texts, replacing))
            return plans[-1]

        said = (text for event in self.log for _, text in said_in(event.words))
        memos = self._recorder.coding.events.memos.values()
        taken = replacing.there_already(chain(texts.values(), said, memos))
        kept = len(originals_of(self._recorder.timeline))
        if place is not None and not dry_run and not place.exists():
            write_key(place, replacing)  # before anything is replaced, or nothing might lead back
        made = self._rewrite(
            plan, "pseudonymise", {"what": "words"}, {"reason": reason} if reason else {}, coder=who,
            dry_run=dry_run,
        )  # fmt: skip
        found = {each.old for each in plans[0].places}
        absent = tuple(
            name for name in names if not any(replacing.only(name).edits(old) for old in found)
        )
        coders = tuple(id for id in self._recorder.fold.coders if replacing.edits(id))
        return Pseudonymised(
            tuple(plans[0].places), plans[0].quotes, tuple(dict.fromkeys(plans[0].cut)), absent, coders,
            kept, made.files, self._remains(made.files, plans[0].rewritten), made.event, taken,
        )  # fmt: skip


def key_place(key: str | Path, replacing: Replacing, folders: Iterable[Path]) -> Path:
    """Return where a key is to be written.

    Raises
    ------
    ProjectError
        When that is in one of some folders, or another file is there.
    """
    path = Path(os.path.abspath(check_path(key, what="key", error=ProjectError)))
    for folder in folders:
        if path.resolve().is_relative_to(folder.resolve()):
            raise ProjectError(
                f"{path}: the key to pseudonyms cannot lie in the project's folder, where whoever has the "
                "project has it too: name a file elsewhere"
            )
    # An attempt that failed has left the same key.
    if path.exists() and read_key(path) != _as_read(replacing):
        raise ProjectError(f"{path}: exists already, and no key is overwritten: name a new file")
    return path


def _as_read(replacing: Replacing) -> tuple[dict[str, str], dict[str, list[str]]]:
    forms = {name: list(own) for name, own in replacing.inflections.items() if own}
    return dict(replacing.names), forms


def write_key(path: Path, replacing: Replacing) -> None:
    """Write names and pseudonyms as a table, CSV or XLSX, for `read_key`; no file is written over.

    Raises
    ------
    ProjectError
        When it cannot be written.
    """
    rows = [(name, new, "") for name, new in replacing.names.items()]
    rows += [(form, "", name) for name, forms in replacing.inflections.items() for form in forms]
    columns = [Column(name, width=30) for name in _HEAD]
    write_cells(path, columns, rows, error=ProjectError, sheet="key", plain=True)


def read_key(path: str | Path) -> tuple[dict[str, str], dict[str, list[str]]]:
    r"""Return names with their pseudonyms, and names with their inflections, of a table.

    Parameters
    ----------
    path : str or Path
        A table, CSV or XLSX, with a row for each name: ``name`` and ``pseudonym``; for another form of a
        name the form as ``name``, and in ``of`` the name. What has neither is left as it is: so the table
        of `Project.find_names` can be filled in.

    Raises
    ------
    PseudonymError
        When it cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> _ = Path("key.csv").write_text("name,pseudonym,of\nJoan,P4,\nJoanie,,Joan\n")
    >>> read_key("key.csv")
    ({'Joan': 'P4'}, {'Joan': ['Joanie']})
    """
    source = check_path(path, what="path", error=PseudonymError)
    table = read_cells(source, needed=_HEAD[:2], error=PseudonymError)
    names: dict[str, str] = {}
    forms: dict[str, list[str]] = {}
    for line, row in table.rows:
        name, new, of = (row.get(each, "").strip() for each in _HEAD)
        if (new or of) and (not name or bool(new) == bool(of)):
            raise PseudonymError(
                f"{source}, line {line}: give a name and its pseudonym; or a form of a name and, in "
                "'of', the name"
            )
        if new:
            names[name] = new
        elif of:
            forms.setdefault(of, []).append(name)
    return names, forms
