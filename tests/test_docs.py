"""Every example in the documentation runs.

A page is one session: its fences run in order, in one namespace, in a new folder that holds a copy
of ``docs/examples``. The first line of a fence says what becomes of it:

- ``python`` runs.
- ``pycon`` runs statement by statement, and its output must be what the page shows.
- ``console`` holds ``$ qualcode …`` commands; each runs, and the output must be what the page
  shows, where it shows any. A command may only fail if the page shows how.
- ``{code-block} LANGUAGE`` with a ``:caption:`` is written to the file that the caption names.
- The languages in ``SHOWN`` are only shown.

The ``Examples`` of docstrings run too, one test for each module.
"""

from __future__ import annotations

import doctest
import importlib
import io
import re
import shlex
import shutil
import traceback
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click
import pytest
from sybil import Document, Example, Region, Sybil
from sybil.evaluators.doctest import DocTestEvaluator, OutputChecker
from sybil.example import SybilFailure
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer
from sybil.parsers.myst.lexers import DirectiveLexer

import qualcode

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "docs" / "examples"
PAGES = [
    ROOT / "README.md",
    *(
        page
        for page in sorted((ROOT / "docs").rglob("*.md"))
        # The lines of the gallery run in tests/test_gallery.py.
        if not {"_build", "examples", "gallery"} & set(page.relative_to(ROOT).parts)
    ),
]
SOURCE = Path(qualcode.__file__).parent
MODULES = [
    ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(SOURCE.rglob("*.py"))
    if path.name != "__main__.py"
]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
RUN = {"python", "pycon", "console"}
SHOWN = {"bibtex", "csv", "diff", "html", "json", "sh", "text", "toml", "xml", "yaml"}


class PyconParser:
    """Find the statements of ``pycon`` fences."""

    def __init__(self) -> None:
        self.fences = CodeBlockParser("pycon", evaluator=lambda example: None)
        self.statements = DocTestStringParser(DocTestEvaluator(FLAGS))

    def __call__(self, document: Document) -> Iterator[Region]:
        for fence in self.fences(document):
            for statement in self.statements(fence.parsed, document.path):
                statement.adjust(fence, fence.parsed)
                yield statement


class FileParser:
    """Find the ``{code-block}`` directives, which hold files."""

    def __init__(self) -> None:
        self.directives = DirectiveLexer(directive="code-block")

    def __call__(self, document: Document) -> Iterator[Region]:
        for directive in self.directives(document):
            directive.parsed = directive.lexemes["source"]
            directive.evaluator = write_file
            yield directive


def write_file(example: Example) -> str | None:
    """Write what a ``{code-block}`` holds to the file its caption names."""
    name = example.region.lexemes["options"].get("caption")
    if not name:
        return "a {code-block} needs a :caption: with the name of the file it is"
    path = Path.cwd() / name
    if not path.resolve().is_relative_to(Path.cwd().resolve()):
        return f"{name!r} is outside the page's own folder"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(example.parsed, encoding="utf-8")
    return None


def run_commands(example: Example) -> str | None:
    """Run the commands of a ``console`` fence, and compare what they print with what is shown."""
    checker = OutputChecker()
    for command, want in commands_in(example.parsed):
        words = shlex.split(command)
        if words[:1] != ["qualcode"]:
            return f"`{command}` is not a qualcode command: show what is not run in a `sh` fence"
        status, got = run_command(words[1:])
        if want and not checker.check_output(want, got, FLAGS):
            shown = doctest.Example(command, want)
            return f"$ {command}\n{checker.output_difference(shown, got, FLAGS)}"
        if status and not want:
            return f"$ {command}\nended with status {status}, which the page does not show:\n{got}"
    return None


def commands_in(fence: str) -> Iterator[tuple[str, str]]:
    """Return each command of a ``console`` fence with the output shown under it."""
    for block in re.split(r"^\$ ", fence, flags=re.MULTILINE)[1:]:
        command, _, want = block.replace("\\\n", " ").partition("\n")
        yield command, want if want.strip() else ""


def run_command(arguments: list[str]) -> tuple[int, str]:
    """Run the command line in this process; return its exit status and everything it printed."""
    from qualcode.cli import main

    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            main(arguments, prog_name="qualcode")
        except SystemExit as ending:
            return int(ending.code or 0), printed.getvalue()
    return 0, printed.getvalue()


PARSER = Sybil(
    [
        PythonCodeBlockParser(doctest_optionflags=FLAGS),
        PyconParser(),
        CodeBlockParser("console", evaluator=run_commands),
        FileParser(),
    ]
)


def failing_line(page: Path, example: Example, error: Exception) -> int:
    """Return the line of the page where an example failed: the innermost the error passed."""
    passed = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in passed if frame.filename == str(page) and frame.lineno]
    return lines[-1] if lines else example.line


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def commands(group: click.Command, name: str = "qualcode") -> Iterable[str]:
    """Return every command under a click group, spelt as it is typed."""
    if not isinstance(group, click.Group):
        return [name]
    return [each for key, sub in group.commands.items() for each in commands(sub, f"{name} {key}")]


@pytest.mark.no_cover
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_examples_of_a_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("MPLBACKEND", "Agg")
    document = PARSER.parse(page)
    document.namespace["__name__"] = "__main__"
    for example in document.examples():
        try:
            example.evaluate()
        except Exception as error:
            where = f"{name_of(page)}:{failing_line(page, example, error)}"
            source = getattr(example.parsed, "source", example.parsed)
            unlike = isinstance(error, SybilFailure)
            what = error.result if unlike else f"{type(error).__name__}: {error}"
            raise AssertionError(f"{where}\n{what}\n\nin the example\n\n{source}") from (
                None if unlike else error
            )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_fence_says_what_becomes_of_it(page: Path) -> None:
    document = Document(page.read_text(encoding="utf-8"), str(page))
    fences = RawFencedCodeBlockLexer(re.compile(r"(?P<info>[^\n]*)\n"))
    unknown = []
    for fence in fences(document):
        info = fence.lexemes["info"].strip()
        if info not in RUN | SHOWN and not info.startswith("{"):
            line = document.text.count("\n", 0, fence.start) + 1
            unknown.append(f"{name_of(page)}:{line}: {info!r}")
    assert not unknown, f"write one of {sorted(RUN)} (run) or {sorted(SHOWN)} (only shown)"


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_docstrings_run(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    runner = doctest.DocTestRunner(checker=OutputChecker(), verbose=False, optionflags=FLAGS)
    report = io.StringIO()
    for test in doctest.DocTestFinder().find(importlib.import_module(module), module):
        runner.run(test, out=report.write)
    assert not runner.failures, report.getvalue()


def test_every_command_is_documented() -> None:
    from qualcode.cli import main

    reference = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    missing = [name for name in commands(main) if f"$ {name}" not in reference]
    assert not missing, "give each an example in a console fence of docs/reference/command-line.md"
