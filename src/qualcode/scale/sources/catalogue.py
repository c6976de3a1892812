"""Tables that list documents or cases, read by their ids and variables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

import attrs

from qualcode._extras import require
from qualcode.errors import DocumentError, NotFoundError
from qualcode.model.texts.documents import Value
from qualcode.scale.sources.alike import together
from qualcode.scale.sources.listed import CASES_NO_VARIABLES, JSON, Listed, listed_rows
from qualcode.scale.sources.listed_schema import check_listed
from qualcode.scale.sources.source import Piece
from qualcode.stats.counting.variable_values import own_values

__all__ = ["CaseTable", "Catalogue"]


@attrs.frozen(eq=False)
class Catalogue:
    """A table with a row for each of some things, which have ids and variables.

    Parameters
    ----------
    pieces : tuple of Piece
        Where its rows are.
    """

    things: ClassVar[str]
    key: ClassVar[str]
    own: ClassVar[frozenset[str]]

    pieces: tuple[Piece, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(dict.fromkeys(name for each in self.pieces for name in each.schema().names))

    def check_column(self, name: str, held: str) -> None:
        """Refuse a table that lacks a column, and say what the column holds.

        Raises
        ------
        DocumentError
            When a file of it does.
        """
        for piece in self.pieces:
            schema = piece.schema()
            if name not in schema.names:
                raise DocumentError(
                    f"{piece.name} has no column {name!r}; its columns are {', '.join(schema.names)}. A "
                    f"table of {self.things} has {held} in it"
                )
            check_listed(schema, self.key, piece.name)

    def has(self, variable: str) -> bool:
        """Tell whether there is a variable of this name."""
        if variable in self.names and variable not in self.own:
            return True
        return JSON in self.names and bool(self.values(variable))

    def values(self, variable: str) -> dict[str, Value]:
        """Return the value of a variable of each that has one, by its id."""
        return {
            each.id: value
            for each in self.rows((variable,))
            for value in own_values(each, variable)
        }

    def rows(self, variables: Iterable[str], also: Sequence[str] = ()) -> Iterator[Listed]:
        """Yield all of them, with some variables and other columns."""
        columns = [self.key, *also, *self._columns_of(variables)]
        for piece in self.pieces:
            for batch in piece.batches(columns):
                yield from listed_rows(batch.to_pydict(), key=self.key, own=self.own)

    def _columns_of(self, variables: Iterable[str]) -> list[str]:
        """Return the columns in which variables are."""
        wanted = [each for each in dict.fromkeys(variables) if each not in self.own]
        return [name for name in (*wanted, JSON) if wanted and name in self.names]

    def chosen(self, ids: Sequence[str], columns: Sequence[str]) -> Any:
        """Return the rows of some of them as an Arrow table, with some columns."""
        arrow = require("pyarrow", extra="parquet")
        wanted = arrow.array(list(ids), type=arrow.string())
        found = []
        for piece in self.pieces:
            there = piece.schema().names
            found.append(piece.only(wanted, [each for each in columns if each in there], self.key))
        return together(found, self.things, DocumentError)

    def ids(self) -> list[str]:
        """Return the ids of all."""
        found = []
        for piece in self.pieces:
            for batch in piece.batches([self.key]):
                if batch[self.key].null_count:
                    raise DocumentError(f"{piece.name}: a row has no {self.key}: each needs its id")
                found += _plain(batch[self.key])
        return found


@attrs.frozen(eq=False)
class CaseTable(Catalogue):
    """The cases that documents belong to, with their variables."""

    things: ClassVar[str] = "cases"
    key: ClassVar[str] = "case"
    own: ClassVar[frozenset[str]] = CASES_NO_VARIABLES

    def of(self, ids: Sequence[str], variables: Iterable[str]) -> Any:
        """Return the rows of some cases as an Arrow table, with some variables.

        Raises
        ------
        NotFoundError
            For a case that the table does not have.
        """
        found = self.chosen(ids, [self.key, *self._columns_of(variables)])
        missing = set(ids).difference(_plain(found[self.key]))
        if missing:
            raise NotFoundError(
                f"case {min(missing)!r} is named by documents or turns, and is not in the table of cases: "
                "give the table that has all of them"
            )
        return found

    def ids(self) -> list[str]:
        """Return the ids of all.

        Raises
        ------
        DocumentError
            When two rows are of one case.
        """
        found = Catalogue.ids(self)
        twice = [id for id, number in Counter(found).items() if number > 1]
        if twice:
            raise DocumentError(
                f"case {twice[0]!r} has {found.count(twice[0])} rows in the table of cases: give one for each"
            )
        return found


def _plain(column: Any) -> list[str]:
    """Return texts as a list, by way of numpy, which is some times as fast as a scalar for each."""
    arrow = require("pyarrow", extra="parquet")
    if arrow.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    texts: list[str] = column.to_numpy(zero_copy_only=False).tolist()
    return texts
