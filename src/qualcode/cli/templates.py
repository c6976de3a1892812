"""Scripts to begin a study with, for ``init --template``."""

from __future__ import annotations

import keyword
import os
import sys
import textwrap
from importlib.metadata import packages_distributions
from pathlib import Path

import attrs

import qualcode as qc
from qualcode.errors import StoreError

__all__ = ["TEMPLATES", "Template", "script_beside", "write_script"]

_BEGIN = """\
\"\"\"Run this script again whenever there is more; what it did before is not done twice.\"\"\"

import os
from pathlib import Path

import qualcode as qc

os.chdir(Path(__file__).parent)  # what is named below lies beside this script

with qc.Project.open_or_create({folder!r}) as project:
"""

_FIRST_CODE = """\
with project.revise(reason="first reading", coder={coder!r}) as codebook:
    codebook.add("trust", name="Trust", definition="They rely on each other.")"""
_CODES_THERE = "# The codes there are: print(project.codebook.tree())"


@attrs.frozen
class Template:
    """A script to begin with, for one kind of study.

    Parameters
    ----------
    told : str
        What it is for.
    needs : str
        What it reads, beside itself.
    before : str
        What somebody has to do before it runs.
    script : str
        What comes after its first lines; ``{codes}`` makes codes, where the project has none.
    """

    told: str
    needs: str
    before: str
    script: str


TEMPLATES = {
    "interviews": Template(
        told="a folder of interviews, coded in a script",
        needs="interviews",
        before="put interviews (.docx, .pdf, .vtt, .txt and others) into the folder {needed}",
        script="""\
project.add_documents("interviews")  # .docx, .pdf, .vtt, .txt and others
print(project.speakers)  # who speaks, to be checked

{codes}
# with project.as_coder({coder!r}):
#     project.assign(project.locate("the words that stand for it"), {code!r})
#     project.finish("the-document")

print(project.worklist())
print(project.rollup(count="documents"))
""",
    ),
    "survey": Template(
        told="a table with open questions, a row for each respondent",
        needs="answers.csv",
        before="save a table of answers as {needed}, with a row for each respondent; the script reads the "
        "columns nr (who answers) and why (an open question): name yours in it",
        script="""\
# A row for each respondent: nr says who it is, why is an open question. Name your own columns.
survey = project.add_survey("answers.csv", open=["why"], id="nr")
print(survey)

{codes}
with project.as_coder({coder!r}):
    print(project.autocode({code!r}, text={words!r}))  # proposals: project.accept takes them

print(project.rollup(count="cases"))
""",
    ),
    "team": Template(
        told="two coders who code the same documents, and agree afterwards",
        needs="interviews",
        before="put interviews (.docx, .pdf, .vtt, .txt and others) into the folder {needed}",
        script="""\
project.add_documents("interviews")

{codes}
# Once: project.blind("ben", "copy-for-ben") makes a copy in which Ben does not see what others
# coded. qc.merge({folder!r}, "copy-for-ben") unites both.
print(project)
if len(project.coders) > 1:
    study = project.study(unit="sentence")
    print(study.agreement())
    print(project.disagreements(unit="sentence"))
""",
    ),
}
"""For each template what it is for, what it needs, and its script."""


def script_beside(folder: Path) -> Path:
    """Return where the script of a project's folder is to be.

    Raises
    ------
    StoreError
        When there is a file of that name.
    """
    whole = Path(os.path.abspath(folder))
    stem = whole.name
    # Python looks beside a script first: for it and all beside it, a random.py would be the module random.
    if keyword.iskeyword(stem) or stem in {
        *sys.stdlib_module_names,
        *packages_distributions(),
        "qualcode",
    }:
        stem += "_study"
    path = (folder if folder.name == whole.name else whole).parent / f"{stem}.py"
    if path.exists():
        raise StoreError(f"{path}: is there already, and is not written over")
    return path


def write_script(
    template: str, path: Path, folder: Path, codebook: qc.Codebook, coder: str
) -> None:
    """Write a script for a project's folder.

    Parameters
    ----------
    template : str
        One of `TEMPLATES`.
    path : Path
        Where, beside the folder.
    folder : Path
        The project's folder.
    codebook : Codebook
        What it begins with; where no code of it can be assigned, the script makes a first code.
    coder : str
        Who works with it.

    Raises
    ------
    StoreError
        When it cannot be written.
    """
    first = next((code for code in codebook if code.is_live and code.codable), None)
    codes = _FIRST_CODE.format(coder=coder) if first is None else _CODES_THERE
    given = {
        "folder": os.path.basename(os.path.abspath(folder)),
        "coder": coder,
        "codes": codes,
        "code": "trust" if first is None else first.id,
        "words": "trust*" if first is None else first.name.lower(),
    }
    body = textwrap.indent(TEMPLATES[template].script.format(**given), "    ")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(_BEGIN.format(**given) + body)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror or error}") from error
