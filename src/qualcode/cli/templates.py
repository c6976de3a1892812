"""Scripts to begin a study with, for ``init --template``."""

from __future__ import annotations

from pathlib import Path

from qualcode.errors import StoreError

__all__ = ["TEMPLATES", "script_beside", "write_script"]

_BEGIN = """\
\"\"\"{name}: run this script again whenever there is more; what it did before is not done twice.\"\"\"

import qualcode as qc

with qc.Project.open_or_create({folder!r}) as project:
"""

TEMPLATES = {
    "interviews": (
        "a folder of interviews, coded in a script",
        """\
    project.add_documents("interviews/")  # .docx, .pdf, .vtt, .txt and others
    print(project.speakers_frame())  # who speaks, to be checked

    with project.as_coder({coder!r}):
        with project.revise(reason="first reading") as codebook:
            codebook.add("trust", name="Trust", definition="They rely on each other.")
        # project.assign(project.locate("the words that stand for it"), "trust")
        # project.finish("the-document")

    print(project.worklist())
    print(project.rollup(count="documents"))
""",
    ),
    "survey": (
        "a table with open questions, a row for each respondent",
        """\
    survey = project.add_survey("answers.csv", open=["why"], id="nr")
    print(survey)

    with project.as_coder({coder!r}):
        with project.revise(reason="first reading") as codebook:
            codebook.add("trust", name="Trust", definition="They rely on each other.")
        print(project.autocode("trust", text="trust*"))  # proposals: project.accept takes them

    print(project.rollup(count="cases"))
""",
    ),
    "team": (
        "two coders who code the same documents, and agree afterwards",
        """\
    project.add_documents("interviews/")
    with project.revise(reason="agreed before coding", coder={coder!r}) as codebook:
        codebook.add("trust", name="Trust", definition="They rely on each other.")

    # Once: project.blind("ben", "copy-for-ben") makes a copy in which Ben does not see what others
    # coded. qualcode.merge({folder!r}, "copy-for-ben") unites both.
    print(project)
    if len(project.coders) > 1:
        study = project.study(unit="sentence")
        print(study.agreement())
        print(project.disagreements(unit="sentence"))
""",
    ),
}
"""For each template what it is for, and the script behind its first lines."""


def script_beside(folder: Path) -> Path:
    """Return where the script of a project's folder is to be.

    Raises
    ------
    StoreError
        When there is a file of that name.
    """
    path = folder.parent / f"{folder.name}.py"
    if path.exists():
        raise StoreError(f"{path}: is there already, and is not written over")
    return path


def write_script(template: str, path: Path, folder: Path, *, name: str, coder: str) -> None:
    """Write a script for a project's folder.

    Raises
    ------
    StoreError
        When it cannot be written.
    """
    text = (_BEGIN + TEMPLATES[template][1]).format(name=name, folder=folder.name, coder=coder)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror or error}") from error
