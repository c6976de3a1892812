"""Commands that revise a codebook: codebook add, rename, redefine, move, merge, split, retire."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import click

import qualcode as qc
from qualcode.cli.shared import (
    author_option,
    examples,
    json_option,
    open_folder,
    project_argument,
    reason_option,
    tell,
    why,
)
from qualcode.errors import QueryError

if TYPE_CHECKING:
    from qualcode.project.revising import Revising

__all__ = ["REVISIONS"]

Function = TypeVar("Function", bound=Callable[..., Any])


@attrs.frozen
class _Asked:
    """What every revision is asked with."""

    project: str
    coder: str | None
    reason: str | None
    dry_run: bool
    as_json: bool


def _revising(command: Function) -> Function:
    """Add the options that every revision has; the command gets them as one."""

    @functools.wraps(command)
    def asked(
        project: str,
        coder: str | None,
        reason: str | None,
        dry_run: bool,
        as_json: bool,
        **given: Any,
    ) -> None:
        command(_Asked(project, coder, reason, dry_run, as_json), **given)

    dry_run = click.option(
        "--dry-run", is_flag=True, help="Say what would change, and change nothing."
    )
    for option in (json_option, dry_run, reason_option, author_option, project_argument):
        asked = option(asked)
    return asked  # type: ignore[return-value]


def _defining(command: Function) -> Function:
    """Add the options that say what a code means."""
    for name, said in (
        ("--example", "Words that it fits"),
        ("--exclude", "When it does not apply"),
        ("--include", "When it applies"),
    ):
        own = "examples" if name == "--example" else name.removeprefix("--")
        command = click.option(
            name, own, multiple=True, metavar="TEXT", help=f"{said}; may be given repeatedly."
        )(command)
    return click.option("--definition", metavar="TEXT", help="What the code means.")(command)


def _make(asked: _Asked, edit: Callable[[Revising], None]) -> None:
    """Make revisions, save them unless this is a trial, and say what they touch."""
    import numpy as np

    opened = open_folder(asked.project)
    revisions, rows = len(opened.history), opened.assignments
    with opened.revise(reason=why(asked.reason), coder=asked.coder) as book:
        edit(book)
    made = opened.history.revisions[revisions:]
    touched = {code for each in made for code in each.change.touched}
    among = np.array([code in touched for code in rows.codes], dtype=bool)
    carried = int(among[rows.code].sum()) if len(rows) else 0
    told = [
        f"revision {number}: {opened.history.describe(number)}"
        for number in range(revisions + 1, len(opened.history) + 1)
    ]
    if not asked.dry_run:
        opened.save()
    undecided = len(opened.unresolved)
    lines = [
        *(told or ["nothing changed: it is so already"]),
        f"it touches {carried:,} of {len(rows):,} assignments",
        *([f"{undecided:,} assignments wait for a decision about a split"] if undecided else []),
        *(["nothing was saved"] if asked.dry_run else []),
    ]
    value = {
        "changes": told,
        "touched": carried,
        "undecided": undecided,
        "saved": not asked.dry_run,
        "revision": len(opened.history),
    }
    tell(value, "\n".join(lines), as_json=asked.as_json)


@click.command(
    epilog=examples(
        'qualcode codebook add study respite --name "Respite" --parent resources '
        '--definition "Time off for carers." --reason "interview 4"',
    )
)
@_revising
@click.argument("id")
@click.option("--name", default="", help="A label; the id when not given.")
@click.option("--parent", metavar="CODE", help="The code it stands under.")
@_defining
def add(asked: _Asked, id: str, name: str, parent: str | None, **defined: Any) -> None:
    """Add a code with the id ID."""
    given = {field: value for field, value in defined.items() if value}
    _make(asked, lambda book: book.add(id, name=name, parent=parent, **given))


@click.command(
    epilog=examples('qualcode codebook rename study trust "Trust in partners" --reason …')
)
@_revising
@click.argument("code")
@click.argument("name")
def rename(asked: _Asked, code: str, name: str) -> None:
    """Give a code another name; its id stays, and so does all that is coded."""
    _make(asked, lambda book: book.rename(code, name))


@click.command(
    epilog=examples(
        'qualcode codebook redefine study trust --definition "They rely on …" --reason …'
    )
)
@_revising
@click.argument("code")
@_defining
def redefine(asked: _Asked, code: str, **defined: Any) -> None:
    """Say anew what a code means; what was coded before is on the worklist afterwards."""
    given = {field: value for field, value in defined.items() if value}
    if not given:
        raise click.UsageError("say what changes: --definition, --include, --exclude or --example")
    _make(asked, lambda book: book.redefine(code, **given))


@click.command(epilog=examples("qualcode codebook move study trust relationships --reason …"))
@_revising
@click.argument("code")
@click.argument("parent", required=False)
def move(asked: _Asked, code: str, parent: str | None) -> None:
    """Put a code under another; without PARENT, at the top."""
    _make(asked, lambda book: book.move(code, parent))


@click.command(epilog=examples("qualcode codebook merge study goodwill trust --reason …"))
@_revising
@click.argument("sources", nargs=-1, required=True, metavar="SOURCES... INTO")
def merge(asked: _Asked, sources: tuple[str, ...]) -> None:
    """Merge codes into the last that is named; it can be reverted, whatever is coded meanwhile."""
    if len(sources) < 2:
        raise click.UsageError("name the codes to merge, and the one that they are merged into")
    _make(asked, lambda book: book.merge(sources[:-1], into=sources[-1]))


@click.command(
    epilog=examples(
        'qualcode codebook split study funding flexible-money="text(pooled)" short-term-money '
        '--reason "two things"',
    )
)
@_revising
@click.argument("code")
@click.argument("parts", nargs=-1, required=True, metavar="PARTS...")
def split(asked: _Asked, code: str, parts: tuple[str, ...]) -> None:
    """Split a code into PARTS, each an id, or id=QUERY for those assignments that are decided by a query.

    What no query decides, or several do, waits for a decision; see qualcode worklist.
    """
    given = {}
    for part in parts:
        id, _, query = part.partition("=")
        try:
            given[id] = qc.parse_query(query) if query else None
        except QueryError as error:
            raise click.UsageError(f"{part!r}: {error}") from error
    _make(asked, lambda book: book.split(code, given))


@click.command(epilog=examples("qualcode codebook retire study goodwill --reason …"))
@_revising
@click.argument("code")
def retire(asked: _Asked, code: str) -> None:
    """Take a code out of use; what it was assigned to stays, and it can be restored."""
    _make(asked, lambda book: book.retire(code))


REVISIONS = (add, rename, redefine, move, merge, split, retire)
