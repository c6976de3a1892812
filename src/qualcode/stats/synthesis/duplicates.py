"""Records that are one publication: which surely are, and which a person should look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_items, check_kind
from qualcode.model.mappings import Frozen
from qualcode.model.readable import many
from qualcode.model.recipe import Answer
from qualcode.model.review.records import RECORD_FIELDS, Record
from qualcode.model.review.ties import IdPair, groups_of, in_order
from qualcode.stats.synthesis.record_likeness import (
    Compared,
    compare,
    pairs_to_compare,
    prepare,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DuplicateGroup", "Duplicates", "NearDuplicates", "find_duplicates"]

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]

_SAME_TITLE, _LIKE_TITLE, _NEAR_TITLE = 0.97, 0.85, 0.90
_SAME_AUTHORS, _LIKE_AUTHORS = 0.75, 0.50
_SAME_ABSTRACT, _OTHER_ABSTRACT = 0.80, 0.50
_SAME_JOURNAL, _OTHER_JOURNAL = 0.80, 0.40


@attrs.frozen
class NearDuplicates:
    """Two records that may be one publication, for a person to say.

    Parameters
    ----------
    first, second : str
        Their ids.
    likeness : float
        How alike their titles are, from 0 to 1; NaN where one has none.
    agree, differ : tuple of str
        What they have in common, and in what they differ.
    """

    first: str
    second: str
    likeness: float
    agree: tuple[str, ...]
    differ: tuple[str, ...]

    @property
    def ids(self) -> IdPair:
        """Both ids."""
        return self.first, self.second


@attrs.frozen
class DuplicateGroup:
    """Records that are one publication.

    Parameters
    ----------
    ids : tuple of str
        Their ids in the order of the records; the first one stands for all.
    record : Record
        What they say together: each field from the record that says most of it.
    origins : mapping of str to str
        For each field, the id of the record that it is from.
    """

    ids: tuple[str, ...]
    record: Record
    origins: Mapping[str, str] = attrs.field(hash=False)

    @property
    def kept(self) -> str:
        """Id of the record that stands for all."""
        return self.ids[0]


@attrs.frozen(repr=False, eq=False)
class Duplicates(Answer):
    """Which records are one publication.

    Parameters
    ----------
    records : mapping of str to Record
        The records by id, in order.
    groups : tuple of DuplicateGroup
        Records that are one. None is deleted: the first of each group stands for it.
    to_confirm : tuple of NearDuplicates
        Pairs that may be one, the most alike first: for a person to confirm, or to keep apart.

    Examples
    --------
    >>> trust = Record(title="Trust among partners", authors=["Okoye, B."], year=2021, doi="10.1000/1")
    >>> again = Record(title="Trust among partners.", authors=["Okoye B"], year=2021, doi="10.1000/1")
    >>> other = Record(title="Money among partners", authors=["Sato, K."], year=2021, doi="10.1000/1")
    >>> found = find_duplicates([trust, again, other])
    >>> found
    <1 of 3 records is a duplicate; 2 publications, 0 pairs to be confirmed>
    >>> found.groups[0].ids
    ('1', '2')
    """

    records: Mapping[str, Record]
    groups: tuple[DuplicateGroup, ...]
    to_confirm: tuple[NearDuplicates, ...]
    _print_columns = ("group", "record", "kept", "title", "year", "where")
    _instead = "review.prisma().plot() draws how many records are duplicates"

    def __len__(self) -> int:
        return len(self.groups)

    def __iter__(self) -> Iterator[DuplicateGroup]:
        return iter(self.groups)

    @property
    def count(self) -> int:
        """How many records are duplicates: those in a group that do not stand for it."""
        return sum(len(each.ids) - 1 for each in self.groups)

    @property
    def kept(self) -> tuple[str, ...]:
        """Ids of the records that stand for a publication, in order."""
        gone = {id for each in self.groups for id in each.ids[1:]}
        return tuple(id for id in self.records if id not in gone)

    @property
    def publications(self) -> tuple[Record, ...]:
        """Each publication once, in order: of a group what its records say together."""
        merged = {each.kept: each.record for each in self.groups}
        return tuple(merged.get(id, self.records[id]) for id in self.kept)

    def group_of(self, record: str) -> DuplicateGroup | None:
        """Return the group that a record is in; None where it is no duplicate."""
        return next((each for each in self.groups if record in each.ids), None)

    def __repr__(self) -> str:
        are = "is a duplicate" if self.count == 1 else "are duplicates"
        return (
            f"<{self.count:,} of {many(len(self.records), 'record')} {are}; "
            f"{many(len(self.records) - self.count, 'publication')}, "
            f"{many(len(self.to_confirm), 'pair')} to be confirmed>"
        )

    @property
    def _print_title(self) -> str:
        return repr(self).strip("<>")

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each record of a group: its id, whether it is kept, its fields."""
        import pandas as pd

        rows = [
            (
                number,
                id,
                id == group.kept,
                each.title,
                each.year,
                each.journal,
                each.doi,
                each.where,
            )
            for number, group in enumerate(self.groups, start=1)
            for id in group.ids
            for each in [self.records[id]]
        ]
        names = ["group", "record", "kept", "title", "year", "journal", "doi", "where"]
        return pd.DataFrame(rows, columns=names)

    def to_confirm_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each pair to be confirmed: ids, titles, what agrees and differs."""
        import pandas as pd

        rows = [
            (
                each.first, each.second, self.records[each.first].title, self.records[each.second].title,
                each.likeness, ", ".join(each.agree), ", ".join(each.differ),
            )
            for each in self.to_confirm
        ]  # fmt: skip
        names = ["first", "second", "first_title", "second_title", "likeness", "agree", "differ"]
        return pd.DataFrame(rows, columns=names)

    def merged_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each field of each group: what it says, and from which record."""
        import pandas as pd

        rows = [
            (group.kept, field, _told(getattr(group.record, field)), id)
            for group in self.groups
            for field, id in group.origins.items()
        ]
        return pd.DataFrame(rows, columns=["record", "field", "value", "from"])


def _told(value: object) -> object:
    return "; ".join(value) if isinstance(value, tuple) else value


def find_duplicates(
    records: Mapping[str, Record] | Iterable[Record],
    *,
    same: Iterable[IdPair] = (),
    apart: Iterable[IdPair] = (),
    by_rule: bool = True,
) -> Duplicates:
    """Return which records are one publication, and which a person should look at.

    A DOI alone ties nothing, since all abstracts of a congress may share one: titles must be alike, authors
    too, and what else is said must agree more than it differs. The definitions have the rule, and what it
    finds on a labelled set.

    Parameters
    ----------
    records : mapping of str to Record, or iterable of Record
        The records by id, or in order; then their ids are ``"1"``, ``"2"`` and so on.
    same, apart : iterable of (str, str)
        Pairs of ids of which people said that they are one, or that they are not. Nothing contradicts them.
    by_rule : bool, default True
        Whether the rule makes groups, too; if not, what it would tie is to be confirmed.

    Raises
    ------
    StatisticsError
        When something is no record.
    MissingExtraError
        When what compares texts is not installed (extra ``references``).
    """
    by_id = _by_id(records)
    ids = list(by_id)
    prepared = [prepare(each) for each in by_id.values()]
    left, right = pairs_to_compare(prepared)
    judged = _Judged.of(compare(prepared, left, right))
    never = {in_order(*pair) for pair in apart}
    sure = _pairs(ids, left, right, judged.by_strength(judged.sure)) if by_rule else []
    against = _pairs(ids, left, right, np.flatnonzero(judged.contradict))
    said = [pair for pair in same if in_order(*pair) not in never]
    # What people say goes before what the rule says, also where the records contradict each other.
    first = groups_of(ids, said, never)
    within = {in_order(*pair) for group in first for pair in combinations(group, 2)}
    hard = [pair for pair in against if in_order(*pair) not in within]
    groups = groups_of(ids, [*said, *sure], [*never, *hard])
    root = {id: group[0] for group in groups for id in group}
    told = tuple(_merged(group, by_id) for group in groups)
    return Duplicates(Frozen(by_id), told, _near(ids, left, right, judged, root, never))


def _by_id(records: Mapping[str, Record] | Iterable[Record]) -> dict[str, Record]:
    if isinstance(records, Mapping):
        return {
            str(id): check_kind(each, Record, what=f"record {id!r}", error=StatisticsError)
            for id, each in records.items()
        }
    given = check_items(records, Record, what="records", error=StatisticsError)
    return {str(number): each for number, each in enumerate(given, start=1)}


def _pairs(ids: Sequence[str], left: Ints, right: Ints, which: Ints) -> list[IdPair]:
    return [(ids[a], ids[b]) for a, b in zip(left[which], right[which], strict=True)]


@attrs.frozen(eq=False)
class _Judged:
    """What the rule says of pairs: points for what agrees and what differs, and what follows."""

    alike: Compared
    agree: Ints
    differ: Ints
    sure: Flags
    near: Flags
    contradict: Flags

    @classmethod
    def of(cls, alike: Compared) -> _Judged:
        # What one of both does not say is NaN, and compares as False.
        identified = (alike.doi == 1) | (alike.pmid == 1)
        abstract = alike.abstract >= _SAME_ABSTRACT
        agree = _points(
            (2, alike.doi == 1), (2, alike.pmid == 1), (2, alike.pages == 1), (2, abstract),
            (1, alike.volume == 1), (1, alike.issue == 1), (1, alike.journal >= _SAME_JOURNAL),
        )  # fmt: skip
        differ = _points(
            (2, alike.doi == 0), (2, alike.pmid == 0), (2, alike.pages == 0),
            (2, alike.abstract < _OTHER_ABSTRACT), (2, alike.years_apart > 1),
            (1, alike.volume == 0), (1, alike.journal < _OTHER_JOURNAL),
        )  # fmt: skip
        # Two abstracts of a congress: one number for all of them, and other pages or another text.
        contradict = (alike.pages == 0) & ~(identified & abstract)
        contradict |= (alike.doi == 0) & (alike.pages != 1) & ~(alike.abstract >= 0.9)
        authors = (alike.authors >= _SAME_AUTHORS) | np.isnan(alike.authors)
        same = alike.title >= _SAME_TITLE
        sure = same & authors & (agree >= 2) & (agree > differ)
        sure |= (alike.title >= _LIKE_TITLE) & authors & (agree >= 5) & (differ <= 1)
        sure |= same & (agree >= 6) & (differ == 0)  # authors written otherwise, first name last
        some_authors = (alike.authors >= _LIKE_AUTHORS) | np.isnan(alike.authors)
        near = (alike.title >= _NEAR_TITLE) & some_authors
        near |= identified & (np.isnan(alike.title) | (alike.title >= _LIKE_TITLE))
        return cls(alike, agree, differ, sure & ~contradict, near, contradict)

    def by_strength(self, which: Flags) -> Ints:
        """Return the places of some pairs, those that agree most before others."""
        places = np.flatnonzero(which)
        order = np.lexsort((places, (self.differ - self.agree)[places]))
        return places[order]


def _points(*given: tuple[int, Flags]) -> Ints:
    found: Ints = np.sum([weight * flags for weight, flags in given], axis=0, dtype=np.intp)
    return found


def _near(
    ids: Sequence[str],
    left: Ints,
    right: Ints,
    judged: _Judged,
    root: Mapping[str, str],
    apart: set[IdPair],
) -> tuple[NearDuplicates, ...]:
    """Return the pairs to be confirmed: of two groups the pair that agrees most."""
    # Two groups of which any pair was kept apart are apart.
    parted = {in_order(root.get(a, a), root.get(b, b)) for a, b in apart}
    seen: set[IdPair] = set()
    found: list[NearDuplicates] = []
    for at in judged.by_strength(judged.near | judged.sure):
        first, second = ids[left[at]], ids[right[at]]
        tied = in_order(root.get(first, first), root.get(second, second))
        if tied[0] == tied[1] or tied in parted or tied in seen:
            continue
        seen.add(tied)
        agree, differ = _said(judged.alike, int(at))
        found.append(NearDuplicates(first, second, float(judged.alike.title[at]), agree, differ))
    return tuple(found)


def _said(alike: Compared, at: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what two records have in common and in what they differ, in words."""
    bounds = {
        "title": (_SAME_TITLE, _SAME_TITLE), "authors": (_SAME_AUTHORS, _SAME_AUTHORS),
        "year": (1, 1), "journal": (_SAME_JOURNAL, _OTHER_JOURNAL), "volume": (1, 1), "issue": (1, 1),
        "pages": (1, 1), "doi": (1, 1), "pmid": (1, 1), "abstract": (_SAME_ABSTRACT, _OTHER_ABSTRACT),
    }  # fmt: skip
    values = {name: float(getattr(alike, name)[at]) for name in bounds}
    agree = tuple(name for name, (least, _) in bounds.items() if values[name] >= least)
    differ = tuple(name for name, (_, below) in bounds.items() if values[name] < below)
    return agree, differ


_LONGEST = ("title", "authors", "abstract", "keywords")


def _merged(ids: Sequence[str], records: Mapping[str, Record]) -> DuplicateGroup:
    """Return a group with what its records say together: the fullest one's fields, and what it lacks."""
    fullest = sorted(ids, key=lambda id: (-_filled(records[id]), ids.index(id)))
    fields: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for field in RECORD_FIELDS:
        saying = [id for id in fullest if getattr(records[id], field)]
        if field in _LONGEST:
            saying.sort(key=lambda id: -len(getattr(records[id], field)))
        if saying:
            fields[field] = getattr(records[saying[0]], field)
            origins[field] = saying[0]
    record = attrs.evolve(records[fullest[0]], **fields)
    return DuplicateGroup(tuple(ids), record, Frozen(origins))


def _filled(record: Record) -> int:
    return sum(1 for field in RECORD_FIELDS if getattr(record, field))
