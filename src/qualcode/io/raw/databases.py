"""SQLite databases of other programs: opened read-only, within bounds, and never their passwords."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from qualcode.errors import StudyError
from qualcode.io.raw.decoding import LARGEST_FILE

__all__ = ["Database"]

_MAGIC = b"SQLite format 3\0"
_PRIVATE = re.compile(r"passw|pwd|hash|salt|secret|token|e-?mail|api_?key", re.IGNORECASE)
_LONGEST_CELL = 1 << 28
_MOST_ROWS = 5_000_000
_LONGEST_SECONDS = 120


class Database:
    """A SQLite database that is read, a table at a time.

    No file is written, not even beside it; columns that hold passwords, addresses and the like cannot be
    read, whatever a table is called.

    Parameters
    ----------
    source : Path or bytes
        The file, or what it holds, such as one in an archive.
    where : str
        Its name, for messages.
    program : str
        Whose it should be, for messages.

    Raises
    ------
    StudyError
        When it is no SQLite database, is damaged, or was not closed by the program.
    """

    def __init__(self, source: Path | bytes, *, where: str, program: str) -> None:
        self.where, self._program = where, program
        data = source if isinstance(source, bytes) else b""
        head = data[:16] if data else _head(source, where)
        if head != _MAGIC:
            raise StudyError(
                f"{where}: is no database of SQLite, so none of {program}: "
                + ("it is empty" if not head else "take the file that the program itself saves")
            )
        if isinstance(source, Path):
            _check_closed(source, where)
            address = f"file:{quote(str(source.resolve()))}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(address, uri=True)
        else:
            self._connection = sqlite3.connect(":memory:")
            self._connection.deserialize(data)
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
        self._connection.text_factory = lambda cell: cell.decode("utf-8", "replace")
        self._until = time.monotonic() + _LONGEST_SECONDS
        self._connection.set_progress_handler(lambda: time.monotonic() > self._until, 1_000_000)
        try:
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._columns = self._read_columns()
        except (sqlite3.Error, UnicodeError) as error:
            self.close()
            raise self._damaged(error) from error
        self._connection.set_authorizer(_may)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its tables, in lower case."""
        return tuple(self._columns)

    def __contains__(self, table: str) -> bool:
        return table.lower() in self._columns

    def columns(self, table: str) -> tuple[str, ...]:
        """Return the columns of a table, in lower case; none if there is no such table."""
        return self._columns.get(table.lower(), ())

    def need(self, **tables: str) -> None:
        """Check that tables are there, with columns that are named with spaces between them.

        Raises
        ------
        StudyError
            When one is not.
        """
        for table, columns in tables.items():
            if table not in self:
                known = ", ".join(self.tables[:12]) or "none"
                raise StudyError(
                    f"{self.where}: has no table {table!r}, so it is no project of {self._program}, or of a "
                    f"version that is not known; its tables are {known}"
                )
            lacking = [each for each in columns.split() if each not in self.columns(table)]
            if lacking:
                raise StudyError(
                    f"{self.where}, table {table!r}: has no column {lacking[0]!r}; it has "
                    f"{', '.join(self.columns(table))}. It may be of a version of {self._program} that is "
                    "not known"
                )

    def rows(self, table: str, columns: str, *, order: str = "") -> Iterator[Sequence[Any]]:
        """Yield the rows of a table; a table or column that is not there gives nothing or None.

        Parameters
        ----------
        table : str
            Its name.
        columns : str
            Names of columns with spaces between them.
        order : str, optional
            The columns by which rows are ordered, if they are there; else as the table has them.

        Raises
        ------
        StudyError
            When the database is damaged, or larger than one that people made.
        """
        known = self.columns(table)
        if not known:
            return
        chosen = ", ".join(f'"{each}"' if each in known else "NULL" for each in columns.split())
        by = ", ".join(f'"{each}"' for each in order.split() if each in known)
        query = f'SELECT {chosen} FROM "{table}"' + (f" ORDER BY {by}" if by else "")
        try:
            for number, row in enumerate(self._connection.execute(query)):
                if number >= _MOST_ROWS:
                    raise StudyError(
                        f"{self.where}, table {table!r}: has more than {_MOST_ROWS:,} rows"
                    )
                yield row
        except (sqlite3.Error, UnicodeError, OverflowError) as error:
            raise self._damaged(error, table) from error

    def count(self, table: str) -> int:
        """Return how many rows a table has; 0 if there is none."""
        if table not in self:
            return 0
        try:
            found = self._connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()
        except sqlite3.Error as error:
            raise self._damaged(error, table) from error
        return int(found[0])

    def _read_columns(self) -> dict[str, tuple[str, ...]]:
        tables = self._connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' LIMIT 1000"
        ).fetchall()
        found = {}
        for name, made in tables:
            # What is computed when it is read is nobody's project.
            if str(made or "").lstrip().upper().startswith("CREATE TABLE") and '"' not in name:
                info = self._connection.execute(f'PRAGMA table_info("{name}")').fetchall()
                found[name.lower()] = tuple(str(each[1]).lower() for each in info)
        return found

    def _damaged(self, error: Exception, table: str = "") -> StudyError:
        place = f", table {table!r}" if table else ""
        return StudyError(
            f"{self.where}{place}: cannot be read, it is damaged or was cut off ({error}): take a backup, or "
            f"open it in {self._program} and save it anew"
        )


def _may(action: int, table: str | None, column: str | None, *_: Any) -> int:
    """Let tables be read, without what is private."""
    if action == sqlite3.SQLITE_READ:
        return sqlite3.SQLITE_DENY if _PRIVATE.search(column or "") else sqlite3.SQLITE_OK
    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION)
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _head(source: Path | bytes, where: str) -> bytes:
    if isinstance(source, bytes):
        return source[:16]
    try:
        if source.stat().st_size > LARGEST_FILE:
            raise StudyError(f"{where}: has more than {LARGEST_FILE:,} bytes, which is not read")
        with source.open("rb") as file:
            return file.read(16)
    except OSError as error:
        raise StudyError(f"{where}: cannot be read: {error.strerror or error}") from error


def _check_closed(path: Path, where: str) -> None:
    """Refuse a database of which changes lie in a file beside it: they would be missing in silence."""
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.exists() and beside.stat().st_size:
            raise StudyError(
                f"{where}: was not closed, changes are still in {beside.name}: close the program, or open "
                "the project there once more and close it"
            )
