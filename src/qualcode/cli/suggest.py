"""What a suggester is asked: which codes, what to code next, doubts, gaps, drift, and how good it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import attrs
import click

from qualcode.cli.refusing import Group
from qualcode.cli.reviewing import (
    again_option,
    documents_option,
    limit_option,
    output_option,
    replace_option,
    tell_suggestions,
    unit_option,
)
from qualcode.cli.shared import (
    at_option,
    examples,
    json_option,
    progress,
    project_argument,
    records,
    tell,
    view_of,
)
from qualcode.cli.suggestion_text import (
    doubts_text,
    drift_text,
    evaluation_text,
    learned_from,
    learned_text,
    segments_text,
)

if TYPE_CHECKING:
    import qualcode as qc
    from qualcode.suggest.asking.project_suggester import ProjectSuggester
    from qualcode.suggest.asking.shown_suggestions import Suggestions

__all__ = ["suggest"]


@attrs.frozen(eq=False)
class Learner:
    """A project, and the suggester that a command asks.

    Parameters
    ----------
    view : View
        The project.
    suggester : ProjectSuggester
        It has not learned yet.
    as_json : bool
        Whether the answer is for a program.
    """

    view: qc.View
    suggester: ProjectSuggester
    as_json: bool

    def fitted(self) -> ProjectSuggester:
        """Return the suggester, having learned."""
        with progress("Learning"):
            return self.suggester.fit()

    def tell(self, value: dict[str, Any], text: str) -> None:
        """Print an answer, and what it was learned from."""
        learned = {"learned": learned_from(self.suggester)}
        tell(value | learned, f"{text}\n{learned_text(self.suggester)}", as_json=self.as_json)


_LEARNING = (
    project_argument,
    unit_option,
    click.option(
        "--using",
        metavar="NAME",
        help="A suggester: stacker (the default), tfidf, or that of a plugin.",
    ),
    click.option(
        "--encode", metavar="NAME|PATH", help="Vectors to use too: wordllama, minilm, or a file."
    ),
    click.option(
        "--coder",
        "coders",
        multiple=True,
        metavar="ID",
        help="Learn from this coder, of whatever kind, and no others; may be given repeatedly.",
    ),
    click.option(
        "--complete",
        multiple=True,
        metavar="ID",
        help="Documents coded to their end; those marked as finished when not given or, where none is, all "
        "in which anything is coded.",
    ),
    click.option(
        "--without-speaker",
        "without_speakers",
        multiple=True,
        metavar="NAME",
        help="Whose words neither to learn nor to suggest for, such as the interviewer's.",
    ),
    at_option,
    json_option,
)


def learning(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of what is learned from, and hand it the learner."""

    @wraps(command)
    def asked(
        project: str,
        unit: str,
        using: str | None,
        encode: str | None,
        coders: tuple[str, ...],
        complete: tuple[str, ...],
        without_speakers: tuple[str, ...],
        at: int | str | None,
        as_json: bool,
        **own: Any,
    ) -> None:
        view = view_of(project, at)
        suggester = view.suggester(
            using,
            unit=unit,
            coders=coders or None,
            complete=complete or None,
            without_speakers=without_speakers or None,
            encode=encode,
        )
        command(Learner(view, suggester, as_json), **own)

    for option in reversed(_LEARNING):
        asked = option(asked)
    return asked


@click.group(cls=Group)
def suggest() -> None:
    """Ask a suggester that learns from what is coded; nothing is assigned by it."""


@suggest.command(
    epilog=examples(
        "qualcode suggest codes study",
        "qualcode suggest codes study --precision 0.8 --output review.xlsx",
    )
)
@learning
@documents_option
@click.option("--top", default=3, show_default=True, help="How many codes a segment at the most.")
@click.option("--precision", type=float, help="Only so much that this share of it is right.")
@click.option("--recall", type=float, help="So much that this share of the codes is there.")
@click.option("--floor", type=float, help="Only what is at least so probable, such as 0.2.")
@click.option(
    "--order",
    type=click.Choice(["best", "document"]),
    default="best",
    show_default=True,
    help="The surest segments first, or as they stand in the documents.",
)
@click.option("--coded", is_flag=True, help="Also for segments that were decided about.")
@again_option
@output_option
@replace_option
@limit_option
def codes(
    learner: Learner,
    documents: tuple[str, ...],
    top: int,
    precision: float | None,
    recall: float | None,
    floor: float | None,
    order: str,
    coded: bool,
    again: bool,
    output: str | None,
    replace: bool,
    limit: int,
) -> None:
    """Suggest codes for what is not coded yet."""
    suggester = learner.fitted()
    with progress("Suggesting") as advance:
        found = learner.view.suggest(
            suggester, documents=documents or None, coded=coded, again=again, top=top,
            precision=precision, recall=recall, progress=advance,
        )  # fmt: skip
    tell_suggestions(
        _arranged(found, order, floor), learner.view, output=output, replace=replace, limit=limit,
        promised="recall" if precision is None else "precision", learner=learner.suggester,
        as_json=learner.as_json,
    )  # fmt: skip


def _arranged(found: Suggestions, order: str, floor: float | None) -> Suggestions:
    """Return suggestions above a floor, the surest first or as they stand in the documents."""
    if floor is None and order == "document":
        return found
    best = found.best_first(floor=floor)
    if order == "best":
        return best
    kept = {id(each) for each in best}
    return attrs.evolve(found, items=tuple(each for each in found if id(each) in kept))


number_option = click.option("--number", "-n", default=10, show_default=True, help="How many.")


@suggest.command(
    name="next",
    epilog=examples(
        "qualcode suggest next study", "qualcode suggest next study -n 5 --strategy random"
    ),
)
@learning
@number_option
@click.option(
    "--strategy",
    default="uncertainty",
    show_default=True,
    help="uncertainty, novelty, disagreement or random.",
)
@documents_option
def following(learner: Learner, number: int, strategy: str, documents: tuple[str, ...]) -> None:
    """Say which segments are most worth coding next."""
    suggester = learner.fitted()
    chosen = suggester.next_to_code(number, strategy=strategy, documents=documents or None)
    text = segments_text(chosen) if len(chosen) else "there is nothing left to code"
    learner.tell({"strategy": strategy, "segments": records(chosen.to_frame())}, text)


@suggest.command(epilog=examples("qualcode suggest doubts study -n 20"))
@learning
@number_option
def doubts(learner: Learner, number: int) -> None:
    """Say which decisions are most at odds with how other documents were coded."""
    found = learner.fitted().doubts(number)
    learner.tell({"doubts": records(found.to_frame())}, doubts_text(found))


@suggest.command(epilog=examples("qualcode suggest gaps study"))
@learning
def gaps(learner: Learner) -> None:
    """Say what the codebook lacks: uncoded segments that resemble each other and no code."""
    found = learner.fitted().gaps()
    rows = [
        {**row, "quotes": [quote.quote for quote in gap.quotes]}
        for row, gap in zip(records(found.to_frame()), found, strict=True)
    ]
    text = "\n\n".join(map(str, found)) or f"no gap was found: {found.reason}"
    learner.tell({"gaps": rows, "reason": found.reason}, text)


@suggest.command(epilog=examples("qualcode suggest drift study"))
@learning
def drift(learner: Learner) -> None:
    """Say which codes are used for other text than at first."""
    found = learner.fitted().drift().to_frame()
    learner.tell({"codes": records(found)}, drift_text(found))


@suggest.command(epilog=examples("qualcode suggest evaluate study --budget s200 --seeds 3"))
@learning
@click.option("--budget", "budgets", multiple=True, metavar="s200|k10", help="How much is coded.")
@click.option("--seeds", default=5, show_default=True, help="How many splits.")
def evaluate(learner: Learner, budgets: tuple[str, ...], seeds: int) -> None:
    """Judge the suggester on documents it has not learned from."""
    from qualcode.suggest.judging.project_evaluation import evaluate_suggester

    with progress("Evaluating") as advance:
        found = evaluate_suggester(
            learner.view, learner.suggester, budgets=budgets or None, seeds=range(seeds),
            progress=advance,
        )  # fmt: skip
    value = {
        "suggester": found.suggester,
        "unit": found.unit,
        "results": records(found.to_frame()),
        "promises": records(found.promises_frame()),
        "agreement": found.agreement and records(found.agreement.to_frame()),
        "anchoring": found.anchoring and records(found.anchoring.to_frame()),
        "reasons": dict(found.reasons),
    }
    learner.tell(value, "" if learner.as_json else evaluation_text(found))
