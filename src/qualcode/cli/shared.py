"""What the commands share: finding projects, options, and ways of printing."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import qualcode as qc
from qualcode.errors import NotFoundError, ProjectError, StoreError, did_you_mean
from qualcode.model.times import time_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "STANDARD_OUTPUT",
    "CountOption",
    "Value",
    "at_option",
    "author_option",
    "coders_option",
    "examples",
    "file_or_output",
    "find_codebook",
    "find_project",
    "json_option",
    "mapping_given",
    "open_folder",
    "optional_reason_option",
    "own_folder",
    "progress",
    "project_argument",
    "reason_option",
    "records",
    "revision",
    "role_option",
    "speaker_option",
    "speaks_unicode",
    "tell",
    "typed",
    "variables_given",
    "view_of",
    "where_option",
    "why",
    "width",
    "words_of",
    "write_over_option",
]


_DATED = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def examples(*commands: str) -> str:
    """Return the end of a command's help: how it is used."""
    # The control character keeps click from wrapping the lines into a paragraph.
    return "\n".join(["\b", "Examples:", *(f"  {command}" for command in commands)])


class CountOption(click.Option):
    """What is counted; the help lists the policies there are, which are imported when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option and its help."""
        from qualcode.stats.counting.policies import POLICIES

        once = ", ".join(name for name, policy in POLICIES.items() if policy.distinct)
        sums = "; ".join(
            f"or {each.name} ({each.how})" for each in POLICIES.values() if not each.distinct
        )
        listed, said = super().get_help_record(ctx) or ("", "")
        asked = self.help or ""
        return listed, said.replace(asked, f"{asked}, always distinct: {once}; {sums}.", 1)


project_argument = click.argument("project", metavar="PROJECT")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
reason_option = click.option(
    "--reason", metavar="TEXT", help="Why; kept in the history, and asked for at a terminal."
)
optional_reason_option = click.option("--reason", default="", help="Why; kept in the log.")
write_over_option = click.option("--replace", is_flag=True, help="Write over a file that is there.")
author_option = click.option(
    "--coder",
    envvar="QUALCODE_CODER",
    show_envvar=True,
    help="Who does it; the project's author when not given.",
)


def revision(_: click.Context, __: click.Parameter, value: str | None) -> int | str | None:
    """Return a revision as the library takes it: a number, or the start of an id."""
    if value is None:
        return None
    digits = value.removeprefix("-")
    return int(value) if digits.isdecimal() and len(digits) < 10 else value


at_option = click.option(
    "--at",
    callback=revision,
    metavar="WHEN",
    help="As of a revision: its number (-1 is the newest) or the start of its id; of a time (UTC), where a "
    "date is its first moment; or of any event, by the start of its id: what its author saw.",
)
coders_option = click.option(
    "--coder",
    "coders",
    multiple=True,
    metavar="ID",
    help="Count this coder, of whatever kind, and no others; may be given repeatedly.",
)


where_option = click.option(
    "--where",
    metavar="QUERY",
    help="Count only assignments that fit, such as 'code(trust) within turn'; see qualcode find.",
)


role_option = click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="ROLE",
    help="Only what interviewers, or participants, say: in counts, and in what shares are of.",
)
speaker_option = click.option(
    "--speaker",
    "speakers",
    multiple=True,
    metavar="NAME",
    help="Only what this speaker says; may be given repeatedly.",
)


Value = str | int | float | bool | date


def variables_given(
    _: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, Value | None]:
    """Return variables given as ``name=value``, each of the type that its value reads as."""
    variables: dict[str, Value | None] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"{pair!r} is not of the form name=value", param=parameter)
        variables[name.strip()] = typed(value.strip())
    return variables


def mapping_given(
    _: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str | None]:
    """Return what is given as ``left=right``; an empty right side is None."""
    found: dict[str, str | None] = {}
    for pair in given:
        left, equals, right = pair.partition("=")
        if not equals or not left.strip():
            raise click.BadParameter(
                f"{pair!r} is not of the form {parameter.metavar}", param=parameter
            )
        found[left.strip()] = right.strip() or None
    return found


def typed(value: str) -> Value:
    """Return a value of a variable as it reads: a number, a date, yes or no, or a text."""
    if re.fullmatch(r"-?(0|[1-9]\d*)", value):
        return int(value)
    if re.fullmatch(r"-?\d+\.\d+", value):
        return float(value)
    if value in ("true", "false"):
        return value == "true"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    # Quotes keep what looks like a number, such as "007", as text.
    return str(json.loads(value)) if re.fullmatch(r'"[^"\\]*"', value) else value


def why(reason: str | None) -> str:
    """Return why something is done: as it was given, or as somebody at the terminal answers.

    Raises
    ------
    click.UsageError
        When it was not given, and nobody is there to ask.
    """
    if reason and reason.strip():
        return reason
    if not sys.stdin.isatty():
        raise click.UsageError(
            'say why, as in --reason "two things in one": it is kept in the history'
        )
    return str(click.prompt("Why? It is kept in the history", err=True))


# Finding


def find_project(given: str) -> qc.Project:
    """Return the project in a folder, or the one of that name that comes with qualcode."""
    if Path(given).exists():
        return qc.Project.open(given)
    if given in qc.list_projects():
        return qc.load_project(given)
    raise _unknown(given, "project", qc.list_projects())


def open_folder(given: str) -> qc.Project:
    """Return the project in a folder, to be changed; as for `own_folder`."""
    return qc.Project.open(own_folder(given))


def own_folder(given: str) -> Path:
    """Return the folder of a project that is to be changed, which is not opened yet.

    Raises
    ------
    NotFoundError
        When there is no such folder.
    ProjectError
        For a project that comes with qualcode.
    """
    if Path(given).exists():
        return Path(given)
    if given in qc.list_projects():
        raise ProjectError(
            f"{given!r} comes with qualcode and is not changed in place. Save a copy of your own: "
            f"python -c \"import qualcode as qc; qc.load_project('{given}').save('my-copy')\""
        )
    raise _unknown(given, "project", qc.list_projects())


def find_codebook(given: str) -> qc.Codebook:
    """Return the codebook of a project, in a file, or of that name that comes with qualcode."""
    path = Path(given)
    if path.is_dir():
        return qc.Project.open(path).codebook
    if path.suffix in (".yaml", ".yml") or path.exists() or given in qc.list_codebooks():
        return qc.load_codebook(given)
    if given in qc.list_projects():
        return qc.load_project(given).codebook
    raise _unknown(given, "project or codebook", [*qc.list_codebooks(), *qc.list_projects()])


def _unknown(given: str, what: str, names: list[str]) -> NotFoundError:
    return NotFoundError(
        f"{given}: there is no such folder or file, and no {what} of that name comes with qualcode; "
        f"there are {', '.join(names)}.{did_you_mean(given, names)}"
    )


def view_of(project: str, at: int | str | None) -> qc.View:
    """Return a project as it is, or as of a revision, an event or a time."""
    found = find_project(project)
    if at is None:
        return found
    if isinstance(at, int):
        return found.at(revision=at)
    if _DATED.match(at):
        return found.at(time=at)
    if at and any(each.id.startswith(at) for each in found.history):
        return found.at(revision=at)
    return found.at(at)


def words_of(view: qc.View, speakers: tuple[str, ...], roles: tuple[str, ...]) -> qc.View:
    """Return a project with the words of some only, where some are named."""
    if not speakers and not roles:
        return view
    return view.restricted(speakers=speakers or None, roles=roles or None)


# Printing


_BYTES = (".docx", ".qdpx", ".xlsx", ".zip")

STANDARD_OUTPUT = "-"
"""What stands, wherever a command writes a file, for standard output."""


@contextmanager
def file_or_output(file: str, ending: str) -> Iterator[str]:
    """Yield where a command is to write a file: where it was told to, or what then goes to standard output.

    Parameters
    ----------
    file : str
        The file, or `STANDARD_OUTPUT`.
    ending : str
        Of what goes there, such as ``".csv"``, since endings say what a file is.
    """
    if file != STANDARD_OUTPUT:
        yield file
        return
    if ending in _BYTES and sys.stdout.isatty():
        raise StoreError(
            f"a {ending} file is nothing for a terminal to show: name a file, or lead standard output into "
            f"one, as in '… > file{ending}'"
        )
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder, f"output{ending}")
        yield str(written)
        if written.is_file():
            click.echo(written.read_bytes(), nl=False)


def tell(value: object, text: str, *, as_json: bool, file: str | None = None) -> None:
    """Print what a command found, as JSON or as text; beside the file, where that is standard output."""
    if as_json:
        text = json.dumps(value, indent=2, ensure_ascii=not speaks_unicode(), allow_nan=False)
    click.echo(text, err=file == STANDARD_OUTPUT)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a data frame as plain values; what is not defined is None."""
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    if value is None or value != value:
        return None
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def width() -> int:
    """Return how many characters a line of the terminal has."""
    return shutil.get_terminal_size((100, 24)).columns


def speaks_unicode() -> bool:
    """Tell whether what is printed can hold any character."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return encoding.lower().replace("-", "").startswith("utf")


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Yield what shows how far long work has come, or None where nobody is watching.

    Until it is called with how much is done and of how much, what is shown is that the work goes on, and
    for how long.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=Console(file=sys.stderr), transient=True, redirect_stdout=False
    ) as shown:
        task = shown.add_task(label, total=None)

        def advance(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total)

        yield advance
