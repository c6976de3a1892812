"""Write the gallery of figures: its page with the words for each picture, and the pictures.

``python scripts/gallery.py`` writes ``docs/gallery/index.md``; the pictures are made when the
documentation is built. A test compares the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "gallery" / "index.md"
PICTURES = PAGE.parent / "pictures"

HEAD = """\
# Gallery

Every figure that qualcode draws, of the projects that come with it, with the lines that make it. The
pictures are made when these pages are built. [How to read each figure](../explanation/reading-figures.md)
says what to see in them, and [Draw figures](../howto/draw-figures.md) how to put them into a paper.

All lines below begin with these:

```python
import pandas as pd

import qualcode as qc
from qualcode.report import plot

interviews = qc.load_project("partnership-interviews")  # invented, by three coders
reviews = qc.load_project("collaboration-reviews")  # findings of 36 reviews
study = interviews.study(unit="sentence", coders=["ana", "ben"])
met = interviews.cooccurrence(unit="paragraph")
```
"""


class Shown(NamedTuple):
    """A figure of the gallery: its name, the lines that make it, and the section that says how to read it."""

    name: str
    title: str
    code: str
    read: str


SECTIONS: dict[str, tuple[Shown, ...]] = {
    "How much of what": (
        Shown(
            "rollup",
            "Themes by domain",
            'themes = reviews.rollup("factors")\naxes = themes.plot(level="theme")',
            "bars-of-a-rollup",
        ),
        Shown(
            "prevalence",
            "Shares with intervals",
            'shares = reviews.prevalence(level="domain", rollup="factors")\naxes = shares.plot()',
            "shares-with-intervals",
        ),
        Shown("code_tree", "The code tree", "axes = plot.code_tree(interviews)", "the-code-tree"),
        Shown(
            "treemap",
            "A treemap",
            'axes = plot.treemap(reviews.rollup("factors"))',
            "a-treemap",
        ),
        Shown(
            "evidence",
            "The evidence matrix",
            'evidence = interviews.evidence(level="theme")\naxes = evidence.plot()',
            "the-evidence-matrix",
        ),
        Shown(
            "proportions",
            "Shares of a table of your own",
            "shares = qc.stats.proportions([[3, 0], [1, 2], [4, 1]], [9, 8, 11])\n"
            'axes = shares.plot(names=["trust", "money"])',
            "shares-with-intervals",
        ),
    ),
    "Groups and speakers": (
        Shown(
            "crosstab",
            "Codes by group",
            'sites = interviews.crosstab("site", level="theme")\naxes = sites.plot()',
            "points-by-group",
        ),
        Shown(
            "by_role",
            "Codes by who speaks",
            'roles = interviews.prevalence(by="role", level="theme", unit="turn")\n'
            "axes = roles.plot()",
            "shares-with-intervals",
        ),
        Shown(
            "group_differences",
            "How far groups differ",
            'differ = interviews.group_differences(by="site", random_state=1)\n'
            "axes = differ.plot(top=10)",
            "points-by-group",
        ),
        Shown(
            "group_tests",
            "Groups tested",
            'tested = interviews.group_tests("site", unit="turn")\naxes = tested.plot(top=10)',
            "groups-tested",
        ),
        Shown(
            "trends",
            "From wave to wave",
            'trends = interviews.trends("wave", unit="turn")\naxes = trends.plot()',
            "trends",
        ),
        Shown(
            "trajectories",
            "Cases over waves",
            'cases = interviews.trajectories("wave", cases=["north", "south", "east"])\n'
            "axes = cases.plot(top=10)",
            "trajectories",
        ),
        Shown(
            "correspondence",
            "A correspondence map",
            'sectors = interviews.correspondence("sector", level="theme", random_state=1)\n'
            "axes = sectors.plot()",
            "a-correspondence-map",
        ),
        Shown(
            "speakers",
            "Who says how much",
            'speakers = interviews.documents["int-07"].speakers\naxes = speakers.plot()',
            "who-says-how-much",
        ),
    ),
    "What is alike": (
        Shown(
            "similarity",
            "How alike codes are",
            'alike = interviews.similarity("code", unit="turn")\naxes = alike.plot(top=15)',
            "how-alike-things-are",
        ),
        Shown(
            "dendrogram",
            "Codes in clusters",
            "clusters = alike.clusters(6, random_state=1)\naxes = clusters.plot()",
            "a-dendrogram",
        ),
        Shown(
            "similarity_map",
            "Documents on a map",
            'documents = interviews.similarity("document", measure="cosine", level="theme")\n'
            "groups = documents.clusters(3, random_state=1)\n"
            "axes = documents.map(random_state=1).plot(clusters=groups)",
            "a-map-of-what-is-alike",
        ),
    ),
    "Which words": (
        Shown(
            "words",
            "How often words are used",
            'said = interviews.words(by="speaker.role")\naxes = said.plot(top=15)',
            "how-often-words-are-used",
        ),
        Shown(
            "keyness",
            "Words of a code",
            'money = interviews.words(by="code").keyness("short-term-money")\naxes = money.plot(top=12)',
            "words-that-set-a-group-apart",
        ),
    ),
    "What meets, and in which order": (
        Shown(
            "cooccurrence",
            "Co-occurrence",
            'tests = met.test("hypergeometric")\naxes = plot.cooccurrence(met, tests=tests)',
            "co-occurrence",
        ),
        Shown(
            "network",
            "A network",
            "network = met.network(random_state=1)\naxes = network.plot(tests=tests)",
            "a-network",
        ),
        Shown(
            "factor_diagram",
            "What bears on what",
            'links = reviews.review().diagram("factors")\naxes = links.plot()',
            "what-bears-on-what",
        ),
        Shown(
            "prisma_flow",
            "The flow of a review",
            "flow = qc.stats.synthesis.prisma_flow(\n"
            "    {\n"
            '        "database_results": {"Medline": 512, "Embase": 166},\n'
            '        "register_results": 22,\n'
            '        "duplicates": 167,\n'
            '        "records_screened": 533,\n'
            '        "records_excluded": 398,\n'
            '        "dbr_sought_reports": 135,\n'
            '        "dbr_notretrieved_reports": 0,\n'
            '        "dbr_assessed": 135,\n'
            '        "dbr_excluded": {"no review": 60, "wrong population": 33},\n'
            '        "new_reports": 42,\n'
            "    }\n"
            ")\n"
            "axes = flow.plot()",
            "the-flow-of-a-review",
        ),
        Shown(
            "effect_directions",
            "Direction of effects",
            "said = [\n"
            '    ("Ash 2019", "health", "improved", 900),\n'
            '    ("Ash 2019", "spending", "worse", 900),\n'
            '    ("Birch 2020", "health", "improved", 120),\n'
            '    ("Birch 2020", "health", "worse", 120),\n'
            '    ("Cedar 2021", "health", "improved", 30),\n'
            '    ("Cedar 2021", "spending", "too little evidence", 30),\n'
            "]\n"
            'effects = pd.DataFrame(said, columns=["source", "outcome", "direction", "n"])\n'
            "votes = qc.stats.synthesis.vote_count(effects)\n"
            "axes = votes.plot()",
            "direction-of-effects",
        ),
        Shown("harvest", "Harvest of effects", "axes = plot.harvest(votes)", "harvest-of-effects"),
        Shown(
            "covered_area",
            "Overlap of reviews",
            "included = {\n"
            '    "Ash 2019": ["a", "b", "c"],\n'
            '    "Birch 2020": ["b", "c", "d"],\n'
            '    "Cedar 2021": ["d", "e"],\n'
            "}\n"
            "axes = qc.stats.synthesis.covered_area(included).plot()",
            "overlap-of-reviews",
        ),
        Shown(
            "pair_intervals",
            "Pairs with intervals",
            "axes = met.intervals().plot(top=12)",
            "pairs-in-rows",
        ),
        Shown("pair_tests", "Pairs beside chance", "axes = tests.plot(top=12)", "pairs-in-rows"),
        Shown(
            "sequences",
            "What comes after what",
            'order = interviews.sequences(unit="turn", lag=(1, 3))\naxes = order.plot(top=14)',
            "what-comes-after-what",
        ),
        Shown(
            "proximity",
            "How near codes lie to each other",
            'near = interviews.proximity("turn", random_state=1)\naxes = near.plot(top=14)',
            "how-near-codes-lie-to-each-other",
        ),
        Shown(
            "positions",
            "Where along the documents codes lie",
            "axes = plot.positions(interviews)",
            "where-codes-lie",
        ),
        Shown(
            "stanzas",
            "What each group connects",
            'connected = interviews.stanzas(by="role")\naxes = connected.plot(top=12)',
            "points-by-group",
        ),
        Shown(
            "epistemic_space",
            "What each person connects",
            "networks = interviews.epistemic_networks(\n"
            '    network="speaker",\n'
            '    by="role",\n'
            '    contrast=("director", "front-line"),\n'
            '    level="theme",\n'
            "    random_state=1,\n"
            ")\n"
            "axes = networks.plot()",
            "what-networks-connect",
        ),
        Shown("portraits", "All documents", "axes = interviews.plot()", "where-codes-lie"),
        Shown(
            "portrait",
            "One document",
            'axes = plot.portrait(interviews, "int-03")',
            "where-codes-lie",
        ),
    ),
    "Do coders agree": (
        Shown("agreement", "By code", "axes = study.plot()", "agreement"),
        Shown(
            "agreement_by_level", "By level", "axes = plot.agreement_by_level(study)", "agreement"
        ),
        Shown(
            "by_pair",
            "By pair of coders",
            'three = interviews.study(unit="sentence", coders=["ana", "ben", "consensus"])\n'
            "axes = three.by_pair().plot()",
            "agreement",
        ),
        Shown("by_document", "By document", "axes = study.by_document().plot()", "agreement"),
        Shown(
            "difference",
            "Two studies compared",
            'themes = study.at_level("theme")\naxes = themes.difference(study).plot()',
            "agreement",
        ),
        Shown(
            "diagnostics",
            "One code taken apart",
            'axes = study.diagnostics("governance").plot()',
            "one-code-taken-apart",
        ),
        Shown(
            "negotiation",
            "What discussion settled",
            "settled = study.negotiated()\naxes = settled.plot()",
            "what-discussion-settled",
        ),
        Shown(
            "estimate",
            "Of free segmentation",
            "axes = study.unitizing().plot()",
            "agreement",
        ),
        Shown(
            "program_comparison",
            "As NVivo gives it",
            "axes = study.nvivo().plot()",
            "agreement",
        ),
    ),
    "How the study went": (
        Shown(
            "saturation",
            "Saturation",
            "saturation = interviews.saturation(random_state=1)\naxes = saturation.plot()",
            "saturation",
        ),
        Shown("accumulation", "Its curve alone", "axes = saturation.curve.plot()", "saturation"),
        Shown(
            "new_information",
            "How much later documents brought",
            "axes = saturation.guest.plot()",
            "saturation",
        ),
        Shown(
            "richness", "How many codes there are", "axes = saturation.chao2.plot()", "saturation"
        ),
        Shown(
            "meaning_saturation",
            "When themes had shown all their sides",
            'axes = reviews.meaning_saturation(rollup="factors").plot()',
            "saturation",
        ),
        Shown(
            "documents_needed",
            "How many more documents",
            "axes = reviews.saturation(random_state=1).needed.plot()",
            "saturation",
        ),
        Shown(
            "codebook_life",
            "The life of the codebook",
            "axes = interviews.history.plot()",
            "the-life-of-the-codebook",
        ),
        Shown(
            "progress",
            "How far coders have come",
            "axes = interviews.progress().plot()",
            "progress",
        ),
        Shown(
            "sensitivity",
            "Does the conclusion depend on a choice",
            "ranking = qc.conclusions.Ranking("
            '"factors", level="domain", count="documents")\n'
            "axes = reviews.sensitivity(ranking).plot()",
            "sensitivity",
        ),
    ),
    "Evidence synthesis": (
        Shown(
            "appraisal",
            "An appraisal",
            "# The answers and ratings of this section are invented.\n"
            "review = reviews.review()\n"
            "for at, source in enumerate(list(reviews.documents)[:16]):\n"
            '    answers = {item: "YN"[(at * item) % 7 == 3] for item in range(1, 17)}\n'
            '    second = answers | ({1 + at % 9: "N"} if at % 3 == 0 else {})\n'
            '    review.appraise(source, "amstar2", answers, recorded="moderate", coder="ana")\n'
            '    review.appraise(source, "amstar2", second, coder="ben")\n'
            "found = review.appraisal()\n"
            "axes = found.plot()",
            "an-appraisal",
        ),
        Shown(
            "appraisal_bars",
            "Items of an appraisal",
            "axes = plot.appraisal_bars(found)",
            "items-of-an-appraisal",
        ),
        Shown(
            "form_agreement",
            "Agreement on a form",
            "axes = found.agreement().plot()",
            "agreement-on-a-form",
        ),
        Shown(
            "rating_sensitivity",
            "What ratings change",
            'changed = review.sensitivity("factors", coder="ana")\naxes = changed.plot()',
            "what-ratings-change",
        ),
    ),
    "The suggester": (
        Shown(
            "suggester",
            "How good it is",
            'suggester = interviews.suggester(unit="sentence", coders=["ana", "ben"])\n'
            'budgets = ["s40", "s80", "s160", "s320"]\n'
            "found = qc.evaluate_suggester(\n"
            "    interviews, suggester, budgets=budgets, seeds=[1, 2], marked=False, baselines={}\n"
            ")\n"
            "drawn = found.plot(top=8)",
            "the-suggester",
        ),
        Shown(
            "learning_curves",
            "Learning curves",
            "drawn = plot.learning_curves(found)",
            "the-suggester",
        ),
        Shown(
            "needed",
            "How much must still be coded",
            "axes = found.curve().plot(targets=[0.3])",
            "the-suggester",
        ),
        Shown(
            "beside_people",
            "Beside people",
            "axes = found.agreement.plot(top=10)",
            "the-suggester",
        ),
        Shown("drift", "Drift", "axes = suggester.fit().drift(random_state=1).plot()", "drift"),
        Shown(
            "anchoring",
            "Shown against blind",
            "# In a study people decide; here, what is likely is accepted.\n"
            'uncoded = ["int-04", "int-10"]\n'
            "coded = [id for id in interviews.documents if id not in uncoded]\n"
            "known = interviews.restricted(documents=coded)\n"
            'learner = known.suggester(unit="sentence", coders=["ana", "ben"])\n'
            'blank = interviews.restricted(coders="consensus")\n'
            "shown = blank.suggest(learner.fit(), documents=uncoded, top=1)\n"
            "for each in shown:\n"
            "    decide = interviews.accept if each.probability > 0.3 else interviews.reject\n"
            '    decide(each, coder="ben")\n'
            "found = qc.evaluate_suggester(\n"
            '    interviews, learner, budgets=["s320"], seeds=[1], marked=False, baselines={}\n'
            ")\n"
            "axes = found.anchoring.plot()",
            "shown-against-blind",
        ),
    ),
}


def drawn() -> Iterator[tuple[Shown, Any, str]]:
    """Yield each figure of the gallery with what was drawn, and what it shows in words."""
    from qualcode.report import plot

    names: dict[str, Any] = {}
    exec(HEAD.split("```python\n")[1].split("```")[0], names)
    for shown in [each for section in SECTIONS.values() for each in section]:
        names.pop("axes", None)
        names.pop("drawn", None)
        exec(shown.code, names)
        figure = names["drawn"] if "drawn" in names else names["axes"].figure
        told = " ".join(
            plot.alt_text(axes) for axes in figure.axes if "<" not in plot.alt_text(axes)
        )
        yield shown, figure, " ".join(told.split())


def page() -> str:
    """Return the page, with the words for each picture."""
    told = {shown.name: (figure, words) for shown, figure, words in drawn()}
    parts = [HEAD]
    for section, figures in SECTIONS.items():
        parts.append(f"## {section}\n")
        for shown in figures:
            figure, words = told[shown.name]
            width = round(78 * float(figure.get_size_inches()[0]))
            parts.append(
                f"### {shown.title}\n\n```python\n{shown.code}\n```\n\n"
                f"```{{image}} pictures/{shown.name}.png\n:alt: {words}\n:width: {width}px\n```\n\n"
                f"[How to read it](../explanation/reading-figures.md#{shown.read})\n"
            )
    return "\n".join(parts)


def draw_pictures(folder: Path = PICTURES) -> None:
    """Draw the pictures of the gallery into a folder."""
    from qualcode import load_project

    folder.mkdir(parents=True, exist_ok=True)
    for shown, figure, _ in drawn():
        figure.savefig(folder / f"{shown.name}.png")
    first = load_project("partnership-interviews").rollup("domains").plot(level="theme")
    first.figure.savefig(folder / "first.png")


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
