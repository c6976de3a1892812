"""Files of JSON, and of JSON in lines: read within bounds, with the line where they are broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qualcode.errors import DocumentError, StudyError
from qualcode.io.raw.decoding import utf8_or_found

__all__ = ["read_json"]


def read_json(path: Path) -> Any:
    r"""Return what a file of JSON holds; of JSON in lines, a list.

    Raises
    ------
    StudyError
        When it cannot be read, or is not JSON; the line is named.

    Examples
    --------
    >>> _ = Path("two.jsonl").write_text('{"a": 1}\n\n{"a": 2}\n')
    >>> read_json(Path("two.jsonl"))
    [{'a': 1}, {'a': 2}]
    """
    try:
        text = utf8_or_found(path).removeprefix("\ufeff")
    except DocumentError as error:
        raise StudyError(str(error)) from error
    if not text.strip():
        raise StudyError(f"{path}: is empty")
    try:
        return json.loads(text)
    except RecursionError as error:
        raise StudyError(f"{path}: is nested deeper than any such file is") from error
    except ValueError as error:
        first = error
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(json.loads(line))
        except RecursionError as error:
            raise StudyError(f"{path}, line {number}: is nested too deep") from error
        except ValueError as error:
            at = number if rows else getattr(first, "lineno", number)
            why = error if rows else first
            raise StudyError(f"{path}, line {at}: is not JSON ({why}): export it anew") from error
    return rows
