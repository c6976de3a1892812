"""What a new user does first, with the built wheel and its core dependencies alone.

Run by the Python of an environment into which only the wheel was installed, as
``python -P tests/wheel_smoke.py``. It works in a temporary folder and imports nothing from the
source tree.
"""

import importlib
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

import qualcode as qc
from qualcode.errors import MissingExtraError
from qualcode.report import plot

DOMAINS = {"motivation", "relationships", "resources", "governance", "external"}
INTERVIEW = "ANA: We share one budget.\n\nBEN: And nobody minds who spends it.\n"


def check(truth: bool, what: str) -> None:
    if not truth:
        sys.exit(f"wheel: {what}")
    print(f"  {what}")


def needs(extra: str, what: str, ask: Callable[[], object]) -> None:
    try:
        ask()
    except MissingExtraError as error:
        check(f"qualcode[{extra}]" in str(error), f"{what} names the extra {extra}")
    else:
        sys.exit(f"wheel: {what} did without the extra {extra}: is it installed here?")


def statistics() -> None:
    """Ask what the core promises to answer, then what it leaves to an extra."""
    project = qc.load_project("partnership-interviews")
    alpha = project.study(unit="turn").agreement()
    check(alpha.interval.low < alpha.value < alpha.interval.high, f"agreement: α {alpha.value:.2f}")
    shares = project.prevalence(unit="document", interval="wilson").to_frame()
    check(bool((shares["low"] < shares["high"]).all()), f"prevalence of {len(shares)} codes")
    richness = project.saturation().chao2
    check(richness.value >= richness.observed > 0, f"saturation: {richness.value:.1f} codes")
    pairs = project.cooccurrence()
    check(len(pairs.to_frame()) > 0, f"co-occurrence of {len(pairs.nodes)} codes")
    ratios = pairs.odds_ratios().to_frame()
    check(len(ratios) > 0, f"odds ratios of {len(ratios)} pairs")

    needs("stats", "a graph of pairs", pairs.to_graph)
    needs("suggest", "a suggester", project.suggester)
    needs("plots", "a figure", lambda: plot.rollup(project.rollup()))
    needs("spacy", "spaCy's sentences", qc.by_spacy)
    needs("serve", "a page", lambda: importlib.import_module("qualcode.serve").serve("study"))
    needs("testing", "a strategy", lambda: importlib.import_module("qualcode.testing").texts)


def main() -> None:
    installed = Path(qc.__file__).resolve()
    check(installed.is_relative_to(Path(sys.prefix).resolve()), f"imported from {installed.parent}")
    check((installed.parent / "py.typed").is_file(), "ships its types")
    check((installed.parent / "serve/static/index.html").is_file(), "ships its page")

    codebooks, projects = sorted(qc.list_codebooks()), sorted(qc.list_projects())
    check("collaboration" in codebooks, f"ships the codebooks {codebooks}")
    check("collaboration-reviews" in projects, f"ships the projects {projects}")
    for name in qc.list_instruments():
        check(len(qc.read_instrument(name).items) > 0, f"reads the instrument {name}")
    for name in qc.list_templates():
        check(len(qc.read_template(name).fields) > 0, f"reads the template {name}")
    for name in codebooks:
        check(len(qc.load_codebook(name).codes) > 0, f"loads the codebook {name}")
    for name in projects:
        check(len(qc.load_project(name).documents) > 0, f"loads the project {name}")

    frame = qc.load_project("collaboration-reviews").rollup(count="documents").to_frame()
    domains = set(frame.loc[frame["level"] == "domain", "id"])
    check(domains >= DOMAINS, f"rolls the reviews up to {sorted(domains)}")

    statistics()

    Path("interview.txt").write_text(INTERVIEW, encoding="utf-8")
    project = qc.Project.create("study", name="Study", codebook="collaboration")
    project.add_documents("interview.txt")
    project.assign(project.segments(unit="paragraph")[0], "trust", coder="ana")
    project.save()
    check(len(qc.Project.open("study").assignments) == 1, "makes, saves and opens a project")

    command = Path(sysconfig.get_path("scripts")) / "qualcode"
    subprocess.run([command, "demo", "--output", "demo"], check=True, stdout=subprocess.DEVNULL)
    written = sorted(path.name for path in Path("demo").iterdir())
    check(any(name.endswith(".html") for name in written), f"qualcode demo writes {written}")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    main()
    os.chdir("/")
