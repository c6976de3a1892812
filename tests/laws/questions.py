"""Every question that a project answers, and what is asked of answers in turn."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from qualcode.model.coding.queries import where
from qualcode.stats.conclusions import Ranking, Share, Together

Ask = Callable[[Any], Any]


def compared(view: Any) -> Any:
    return view.study(unit="sentence", coders=list(view.coders)[:2])


QUESTIONS: dict[str, Ask] = {
    "rollup": lambda view: view.rollup("tree", count="documents"),
    "crosstab": lambda view: view.crosstab("site", level="code"),
    "rollup of what fits": lambda view: view.rollup(
        "tree", where=where(code=next(iter(view.codebook.codes))).within("turn")
    ),
    "meetings of what fits": lambda view: view.cooccurrence(
        "turn", where='all text("a*") within turn'
    ),
    "evidence": lambda view: view.evidence(level="code"),
    "progress": lambda view: view.progress(),
    "cooccurrence": lambda view: view.cooccurrence(meeting="overlap", gap=2),
    "cooccurrence by a pattern": lambda view: view.cooccurrence(re.compile(r"\S+")),
    "association": lambda view: view.cooccurrence("document").association(),
    "test": lambda view: view.cooccurrence("sentence").test(n_resamples=19),
    "exact test": lambda view: view.cooccurrence("document").test("hypergeometric"),
    "intervals": lambda view: view.cooccurrence("sentence").intervals(),
    "odds ratios": lambda view: view.cooccurrence("sentence").odds_ratios("haldane"),
    "network": lambda view: view.cooccurrence("document").network(n_resamples=2),
    "similarity": lambda view: view.similarity("code", unit="sentence", level="code"),
    "similarity of documents": lambda view: view.similarity("document", measure="bray_curtis"),
    "correspondence": lambda view: view.correspondence("document", n_resamples=3),
    "portraits": lambda view: view.portraits(parts=3, by="site"),
    "proximity": lambda view: view.proximity("sentence", n_resamples=9),
    "clusters": lambda view: view.similarity("document").clusters(n_resamples=3),
    "map": lambda view: view.similarity("case", measure="cosine").map(
        scaling="classical", n_resamples=3
    ),
    "words": lambda view: view.words(),
    "keyness": lambda view: (found := view.words(by="code")).keyness(found.groups[0]),
    "keywords in context": lambda view: view.keywords_in_context(
        "a*", codes=[*view.codebook.codes][:1]
    ),
    "sequences": lambda view: view.sequences(unit="sentence"),
    "intervals of sequences": lambda view: view.sequences(unit="sentence").intervals(
        method="bootstrap", n_resamples=9
    ),
    "stanzas": lambda view: view.stanzas(unit="sentence", window=2),
    "epistemic": lambda view: view.epistemic_networks(unit="sentence", n_resamples=5),
    "groups": lambda view: view.group_differences(by="site", n_resamples=9),
    "prevalence": lambda view: view.prevalence(interval="bootstrap", n_resamples=9),
    "saturation": lambda view: view.saturation(n_orders=5),
    "meaning": lambda view: view.meaning_saturation(rollup="tree"),
    "ranking": lambda view: view.sensitivity(Ranking(level="code")),
    "share": lambda view: view.sensitivity(Share(next(iter(view.codebook.codes)), at_most=0.5)),
    "together": lambda view: view.sensitivity(
        Together(*list(view.codebook.codes)[:2], unit="sentence"), each_coder=False
    ),
    "study": compared,
    "at level": lambda view: compared(view).at_level("code"),
    "agreement": lambda view: compared(view).agreement(),
    "agreement, bootstrap": lambda view: compared(view).agreement(
        "cohen_kappa", of="pooled", interval="bootstrap", n_resamples=9
    ),
    "diagnostics": lambda view: (s := compared(view)).diagnostics(s.nodes[0].id),
    "where": lambda view: compared(view).where_and_what()["where"],
    "unitizing": lambda view: compared(view).unitizing(),
    "boundaries": lambda view: compared(view).boundaries(),
    "plan": lambda view: compared(view).plan(0.2),
    "nvivo": lambda view: compared(view).nvivo(),
    "maxqda": lambda view: compared(view).maxqda(),
    "atlasti": lambda view: compared(view).atlasti(),
    "restricted": lambda view: view.restricted(documents=list(view.documents)[:1]).rollup("tree"),
    "restricted to what fits": lambda view: view.restricted(
        where=where(text="a*").overlaps(where(origin="hand"))
    ).rollup("tree"),
    "as of": lambda view: view.at(revision=1).rollup("tree"),
    "coders": lambda view: view.cooccurrence("document", coders=list(view.coders)[:1]),
}
