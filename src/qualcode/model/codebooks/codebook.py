"""The codebook: an ordered forest of codes, with its links and rollups, as it stands at one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import (
    AssignmentError,
    CodebookError,
    CycleError,
    DuplicateError,
    NotFoundError,
    did_you_mean,
)
from qualcode.model.checks import (
    Raised,
    check_flag,
    check_items,
    check_kind,
    check_label,
    check_mapping,
    check_text,
    check_texts,
    check_whole,
    looked_up,
    settle,
    shown,
)
from qualcode.model.codebooks.codes import Code, Link
from qualcode.model.codebooks.patterns import pattern_text, plain
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.ids import check_id, fold
from qualcode.model.mappings import Frozen
from qualcode.model.readable import Readable

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["Codebook", "Decisions", "Place", "check_allowed", "check_decisions"]

Place = tuple[str, int, int, str]
"""One assignment seen from its code: document id, start, end (code points, half-open), coder."""

Decisions = Mapping[str, Mapping[Place, str]]
"""For each split code: which part each of its assignments belongs to now."""


def _by_id(codes: Iterable[Code] | Mapping[str, Code]) -> Mapping[str, Code]:
    listed = check_items(
        list(codes.values()) if isinstance(codes, Mapping) else codes,
        Code,
        what="a codebook's codes",
        error=CodebookError,
        advice="pass qc.Code(id, …)",
    )
    table = {code.id: code for code in listed}
    if len(table) < len(listed):
        times = Counter(code.id for code in listed)
        twice = next(id for id, count in times.items() if count > 1)
        raise CodebookError(f"code id {twice!r} is used twice", at=("codes", twice))
    return Frozen(table)


def _rollups(rollups: Iterable[Rollup] | Mapping[str, Rollup]) -> Mapping[str, Rollup]:
    listed = check_items(
        list(rollups.values()) if isinstance(rollups, Mapping) else rollups,
        Rollup,
        what="a codebook's rollups",
        error=CodebookError,
        advice="pass qc.Rollup(id, …)",
    )
    return Frozen({rollup.id: rollup for rollup in listed})


def _links(links: Iterable[Link] | None) -> tuple[Link, ...]:
    advice = "pass qc.Link(source, type, target)"
    return check_items(links, Link, what="a codebook's links", error=CodebookError, advice=advice)


def check_allowed(value: object, *, what: str, error: Raised) -> Mapping[str, tuple[str, ...]]:
    """Return which values free attributes may have, as a mapping that does not change.

    Raises
    ------
    QualcodeError
        When it is no mapping of texts to texts or lists of texts.
    """
    return Frozen(
        {
            check_text(name, what=f"{what}: each name", error=error): check_texts(
                values, what=f"{what}[{name!r}]", error=error
            )
            for name, values in check_mapping(value, what=what, error=error).items()
        }
    )


def _allowed(attributes: Mapping[str, Iterable[str]] | None) -> Mapping[str, tuple[str, ...]]:
    return check_allowed(attributes, what="a codebook's attributes", error=CodebookError)


def check_decisions(value: object, *, what: str, error: Raised) -> Mapping[Place, str]:
    """Return decisions on assignments as a mapping that does not change.

    Raises
    ------
    QualcodeError
        When it does not map (document, start, end, coder) to the id of a part.
    """
    if isinstance(value, Frozen):
        return value  # checked before: they are many, and handed on from codebook to codebook
    found: dict[Place, str] = {}
    for place, part in check_mapping(value, what=what, error=error).items():
        if not isinstance(place, tuple) or len(place) != 4:
            raise error(
                f"{what} must map (document, start, end, coder) to parts, not {shown(place)}"
            )
        document, start, end, coder = place
        checked = (
            check_text(document, what=f"{what}: a document", error=error),
            check_whole(start, what=f"{what}: a start", error=error, least=0),
            check_whole(end, what=f"{what}: an end", error=error, least=1),
            check_text(coder, what=f"{what}: a coder", error=error),
        )
        found[checked] = check_text(part, what=f"{what}: a part", error=error)
    return Frozen(found)


def _decisions(decisions: Decisions | None) -> Decisions:
    what = "a codebook's decisions"
    return Frozen(
        {
            check_text(source, what=f"{what}: a code", error=CodebookError): check_decisions(
                places, what=f"{what}: {source!r}", error=CodebookError
            )
            for source, places in check_mapping(decisions, what=what, error=CodebookError).items()
        }
    )


def _quoted(text: str) -> str:
    """Return a text in a form that Markdown leaves alone, in one line."""
    line = " ".join(text.split())
    return f"`` {line} ``" if "`" in line else f"`{line}`"


@attrs.frozen
class Codebook(Readable):
    """An ordered forest of codes; a value that never changes.

    Parameters
    ----------
    id : str, default "codebook"
        Readable slug.
    name : str
        A label for people.
    description : str
        What the codebook is for.
    codes : iterable of Code
        In the order in which people shall read them. Parents may come after their children.
    links : iterable of Link
        Typed, directed relations between codes.
    rollups : iterable of Rollup
        Ways in which codes roll up to themes and domains; the first is the default.
    attributes : mapping of str to iterable of str
        Free attributes that codes may have, with the values allowed. Attributes not declared are free.
    decisions : mapping
        For split codes, which of their assignments went to which part.

    Raises
    ------
    CodebookError
        When an id is used twice, two live siblings share a name, a parent does not exist, a link or
        rollup names a code that does not exist, or an attribute has a value that is not allowed.
    CycleError
        When a code is its own ancestor.

    Examples
    --------
    >>> book = Codebook("study", codes=[Code("roles", name="Roles"), Code("trust", parent="roles")])
    >>> book["Roles"].id, [code.id for code in book.children("roles")]
    ('roles', ['trust'])
    >>> print(book.tree())
    Roles (roles)
    └─ trust
    """

    _figure = "qualcode.report.plot.tree:code_tree"

    id: str = "codebook"
    name: str = ""
    description: str = ""
    codes: Mapping[str, Code] = attrs.field(default=(), converter=_by_id, kw_only=True, repr=False)
    links: tuple[Link, ...] = attrs.field(default=(), converter=_links, kw_only=True, repr=False)
    rollups: Mapping[str, Rollup] = attrs.field(
        default=(), converter=_rollups, kw_only=True, repr=False
    )
    attributes: Mapping[str, tuple[str, ...]] = attrs.field(
        factory=dict, converter=_allowed, kw_only=True, repr=False
    )
    decisions: Decisions = attrs.field(factory=dict, converter=_decisions, kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "id", check_id(self.id, what="codebook", error=CodebookError))
        checks = {"name": check_label, "description": check_label}
        settle(self, checks, where=f"codebook {self.id!r}", error=CodebookError)
        if not self.name:
            object.__setattr__(self, "name", self.id)
        self._check_parents()
        self._check_names()
        self._check_attributes()
        self._check_redirects()
        for number, link in enumerate(self.links):
            where = f"the link {link.source} {link.type} {link.target}"
            for end in (link.source, link.target):
                self._check_known(end, where, at=("links", number))
        for rollup in self.rollups.values():
            rollup.check(self.codes)

    @classmethod
    def trusted(cls, **fields: Any) -> Codebook:
        """Return a codebook of values that are known to be right, as a fold of checked changes is.

        Two live codes beside each other may have one name here: undoing and uniting can bring that about,
        and only who writes is told.
        """
        made = cls.__new__(cls)
        fields["codes"] = Frozen(fields["codes"])
        fields["rollups"] = Frozen(fields["rollups"])
        fields["attributes"] = Frozen(dict(fields["attributes"]))
        fields["decisions"] = _decisions(fields["decisions"])
        for name, value in fields.items():
            object.__setattr__(made, name, value)
        return made

    def _check_known(self, code: str, where: str, *, at: tuple[str | int, ...]) -> None:
        if code not in self.codes:
            raise CodebookError(
                f"{where} names the code {code!r}, which does not exist."
                f"{did_you_mean(code, self.codes)}",
                at=at,
            )

    def _check_parents(self) -> None:
        placed: set[str] = set()
        for code in self.codes.values():
            path: list[str] = []
            at: str | None = code.id
            while at is not None and at not in placed:
                if at in path:
                    circle = " → ".join([*path[path.index(at) :], at])
                    raise CycleError(
                        f"codes are their own ancestors: {circle}", at=("codes", at, "parent")
                    )
                path.append(at)
                parent = self.codes[at].parent
                if parent is not None:
                    where = f"code {at!r}: its parent"
                    self._check_known(parent, where, at=("codes", at, "parent"))
                at = parent
            placed.update(path)

    def _check_redirects(self) -> None:
        for code in self.codes.values():
            onward = {"merged_into": [code.merged_into], "parts": code.parts}
            for field, ids in onward.items():
                for id in filter(None, ids):
                    where = f"code {code.id!r}: {field}"
                    self._check_known(id, where, at=("codes", code.id, field))
        for code in self.codes.values():
            path, at = [code.id], code.merged_into
            while at is not None:
                path.append(at)
                if at in path[:-1]:
                    raise CycleError(
                        f"codes are merged into each other: {' → '.join(path)}",
                        at=("codes", code.id, "merged_into"),
                    )
                at = self.codes[at].merged_into

    def _check_names(self) -> None:
        seen: dict[tuple[str | None, str], str] = {}
        for code in self.codes.values():
            if not code.is_live:
                continue
            other = seen.setdefault((code.parent, fold(code.name)), code.id)
            if other != code.id:
                raise CodebookError(
                    f"codes {other!r} and {code.id!r} are both named {code.name!r} under the same "
                    "parent: rename one, or merge them",
                    at=("codes", code.id, "name"),
                )

    def _check_attributes(self) -> None:
        for code in self.codes.values():
            self.check_attributes_of(code.id, code.attributes, self.attributes)

    @staticmethod
    def check_attributes_of(
        id: str, attributes: Mapping[str, str], declared: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Check that a code's attributes have values that are allowed.

        Raises
        ------
        CodebookError
            When one has another.
        """
        for name, value in attributes.items():
            allowed = declared.get(name)
            if allowed and value not in allowed:
                raise CodebookError(
                    f"code {id!r}: attribute {name!r} is {value!r}; allowed are "
                    f"{', '.join(allowed)}.{did_you_mean(str(value), allowed)}",
                    at=("codes", id, "attributes", name),
                )

    # Looking up

    def __getitem__(self, key: str) -> Code:
        """Return the code with this id or, if there is exactly one, this name.

        Raises
        ------
        NotFoundError
            When there is none; the message suggests what was perhaps meant.
        CodebookError
            When several live codes have the name.
        """
        if not isinstance(key, str):
            raise NotFoundError(
                f"no code has the id or name {looked_up(key)}: pass text."
                f"{did_you_mean(key, self.codes)}"
            )
        if key in self.codes:
            return self.codes[key]
        named = self._by_name.get(fold(key), ())
        if len(named) == 1:
            return self.codes[named[0]]
        if named:
            raise CodebookError(
                f"the name {key!r} is ambiguous: use one of the ids {', '.join(named)}"
            )
        known = [*self.codes, *(code.name for code in self)]
        raise NotFoundError(
            f"no code has the id or name {looked_up(key)}.{did_you_mean(key, known)}"
        )

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self.codes

    def __iter__(self) -> Iterator[Code]:
        """Iterate over the live codes in the codebook's order."""
        return (code for code in self.codes.values() if code.is_live)

    def __len__(self) -> int:
        return sum(code.is_live for code in self.codes.values())

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        names: dict[str, tuple[str, ...]] = {}
        for code in self:
            names[fold(code.name)] = (*names.get(fold(code.name), ()), code.id)
        return names

    @cached_property
    def _children(self) -> dict[str | None, tuple[str, ...]]:
        children: dict[str | None, list[str]] = {}
        for code in self.codes.values():
            children.setdefault(code.parent, []).append(code.id)
        return {parent: tuple(ids) for parent, ids in children.items()}

    def children(self, code: str | None = None, *, all: bool = False) -> tuple[Code, ...]:
        """Return the live codes directly under a code, or the roots; `all` adds those not live."""
        all = check_flag(all, what="all", error=CodebookError)
        parent = None if code is None else self[code].id
        found = (self.codes[child] for child in self._children.get(parent, ()))
        return tuple(child for child in found if all or child.is_live)

    def descendants(self, code: str, *, all: bool = False) -> tuple[Code, ...]:
        """Return every live code below a code, parents before children; `all` adds those not live."""
        all = check_flag(all, what="all", error=CodebookError)
        # Walk through codes that are not live too: a live code may stand below a retired one.
        below: list[Code] = []
        waiting = list(reversed(self._children.get(self[code].id, ())))
        while waiting:
            child = waiting.pop()
            below.append(self.codes[child])
            waiting.extend(reversed(self._children.get(child, ())))
        return tuple(each for each in below if all or each.is_live)

    def ancestors(self, code: str) -> tuple[Code, ...]:
        """Return the codes above a code, nearest first."""
        above: list[Code] = []
        at = self[code].parent
        while at is not None:
            above.append(self.codes[at])
            at = self.codes[at].parent
        return tuple(above)

    def resolve(self, code: str, place: Place | None = None) -> str:
        """Return the id of the code that now stands for a code, following merges and splits.

        Parameters
        ----------
        code : str
            Id of a code that may have been merged or split since.
        place : (document, start, end, coder) or None
            The assignment in question: a split needs it to know the part. Undecided ones stay with
            the split code.

        Raises
        ------
        NotFoundError
            When there is no such code.
        """
        at = code if isinstance(code, str) and code in self.codes else self[code].id
        # In Python a tuple need not be a key: what it holds must be plain.
        if place is not None and not (
            isinstance(place, tuple) and all(isinstance(each, str | int) for each in place)
        ):
            raise CodebookError(
                f"place must be (document, start, end, coder) or None, not {shown(place)}"
            )
        passed = {at}
        while (onward := self._onward(at, place)) is not None and onward not in passed:
            at = onward
            at = onward
            passed.add(at)
        return at

    def _onward(self, at: str, place: Place | None) -> str | None:
        code = self.codes[at]
        if code.status != "split" or place is None:
            return code.merged_into
        part = self.decisions.get(at, {}).get(place)
        # Split differently by two people at once, a code may have decisions for parts it has not.
        return part if part in code.parts else None

    def assignable(self, key: str) -> Code:
        """Return the code with this id or name, if it can be assigned.

        Raises
        ------
        AssignmentError
            When it only groups others, or is out of use; the message says what to assign instead.
        NotFoundError
            When there is none.
        """
        found = self[key]
        if found.is_live and found.codable:
            return found
        if found.is_live:
            below = ", ".join(child.id for child in self.children(found.id)[:5])
            raise AssignmentError(
                f"{found.id!r} only groups other codes and cannot be assigned"
                + (f"; assign one below it: {below}" if below else "")
            )
        onward = {
            "merged": f"assign {self.resolve(found.id)!r}, which stands for it now",
            "split": f"assign one of its parts: {', '.join(found.parts)}",
            "retired": "restore it to use it again",
            "reverted": "its addition was reverted; add another under a new id",
        }[found.status]
        raise AssignmentError(f"{found.id!r} is {found.status} and cannot be assigned: {onward}")

    # Showing

    def tree(self, *, all: bool = False) -> str:
        """Return the forest as text, a line for each code; `all` adds codes that are not live."""
        all = check_flag(all, what="all", error=CodebookError)
        lines: list[str] = []

        def add(code: Code, indent: str, mark: str, below: str) -> None:
            label = code.name if code.name == code.id else f"{code.name} ({code.id})"
            status = "" if code.is_live else f" [{code.status}]"
            lines.append(f"{indent}{mark}{label}{status}")
            children = self.children(code.id, all=all)
            for child in children:
                last = child is children[-1]
                add(child, indent + below, "└─ " if last else "├─ ", "   " if last else "│  ")

        for root in self.children(all=all):
            add(root, "", "", "")
        return "\n".join(lines)

    def to_markdown(self) -> str:
        """Return the live codes as a Markdown page: headings by depth, definition, criteria, quotes."""
        lines = [f"# {self.name}", ""]
        if self.description:
            lines += [self.description, ""]

        def add(code: Code, depth: int) -> None:
            lines.extend([f"{'#' * min(depth, 6)} {code.name}", "", f"`{code.id}`", ""])
            if code.definition:
                lines.extend([code.definition, ""])
            for title, entries in (
                ("Include", code.include),
                ("Exclude", code.exclude),
                ("Examples", code.examples),
                ("Counter-examples", code.counterexamples),
                ("Keywords", map(_quoted, code.keywords)),
                ("Patterns", map(_quoted, map(pattern_text, code.patterns))),
                ("Memos", code.memos),
            ):
                if items := [f"- {entry}" for entry in entries]:
                    lines.extend([f"**{title}**", "", *items, ""])
            if code.attributes:
                lines.extend(
                    [*(f"- {name}: {value}" for name, value in code.attributes.items()), ""]
                )
            for child in self.children(code.id):
                add(child, depth + 1)

        for root in self.children():
            add(root, 2)
        return "\n".join(lines).rstrip() + "\n"

    _print_columns = ("name", "id", "parent", "definition", "status")

    @property
    def caption(self) -> str:
        """Its name, and how many codes it has."""
        live = sum(code.is_live for code in self.codes.values())
        gone = f", {len(self.codes) - live} no longer in use" if live < len(self.codes) else ""
        return f"{self.name or self.id}: {live} codes{gone}"

    def __str__(self) -> str:
        return f"{self.caption}\n{self.tree()}".rstrip()

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each code, those not live included."""
        import pandas as pd

        columns = [field.name for field in attrs.fields(Code)]
        rows = [[getattr(code, name) for name in columns] for code in self.codes.values()]
        frame = pd.DataFrame(rows, columns=columns)
        return frame.assign(
            attributes=frame["attributes"].map(dict), patterns=frame["patterns"].map(plain)
        )

    # Making another

    def with_code(self, code: Code) -> Codebook:
        """Return a codebook with one more code, behind the others."""
        check_kind(code, Code, what="code", error=CodebookError, advice="pass qc.Code(id, …)")
        if code.id in self.codes:
            raise DuplicateError(
                f"code id {code.id!r} exists already ({self.codes[code.id].status}); ids are never "
                "used again"
            )
        return attrs.evolve(self, codes={**self.codes, code.id: code})
