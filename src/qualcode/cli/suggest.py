"""Commands on suggestions: suggest, autocode, review. Only review, and autocode when told so, assign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs
import click

from qualcode.cli.shared import (
    at_option,
    author_option,
    examples,
    find_project,
    json_option,
    open_folder,
    progress,
    project_argument,
    records,
    tell,
    view_of,
)
from qualcode.cli.suggestion_text import (
    by_segment,
    counted,
    drift_text,
    evaluation_text,
    learned_from,
    learned_text,
    remarks,
    segments_text,
    suggestions_text,
)

if TYPE_CHECKING:
    import qualcode as qc
    from qualcode.suggest.asking.suggester import ProjectSuggester
    from qualcode.suggest.asking.suggestions import Suggestions
    from qualcode.suggest.judging.evaluating import SuggesterEvaluation

__all__ = ["autocode", "review", "suggest"]

unit_option = click.option(
    "--unit",
    default="sentence",
    show_default=True,
    help="What to suggest for: sentence, paragraph, turn, line or document.",
)
documents_option = click.option(
    "--documents",
    multiple=True,
    metavar="ID",
    help="These documents only; may be given repeatedly.",
)
again_option = click.option("--again", is_flag=True, help="Also what was rejected before.")
output_option = click.option(
    "--output",
    type=click.Path(),
    metavar="FILE",
    help="Write a review table, .csv or .xlsx, to accept or reject in a spreadsheet.",
)
replace_option = click.option(
    "--replace", is_flag=True, help="Overwrite that file, with the verdicts in it."
)
limit_option = click.option(
    "--limit", default=20, show_default=True, help="Print suggestions for so many segments."
)


@click.command(
    epilog=examples(
        "qualcode suggest study",
        "qualcode suggest study --precision 0.8 --output review.xlsx",
        "qualcode suggest study --evaluate --budget s200",
        "qualcode suggest study --next 10 --strategy random",
        "qualcode suggest study --gaps",
        "qualcode suggest study --drift",
    )
)
@project_argument
@unit_option
@click.option(
    "--using",
    metavar="NAME",
    help="A suggester: stacker (the default), tfidf, or that of a plugin.",
)
@click.option(
    "--encode", metavar="NAME|PATH", help="Vectors to use too: wordllama, minilm, or a file."
)
@click.option(
    "--coder",
    "coders",
    multiple=True,
    metavar="ID",
    help="Learn from this coder, of whatever kind, and no others; may be given repeatedly.",
)
@click.option(
    "--complete",
    multiple=True,
    metavar="ID",
    help="Documents coded to their end; those marked as finished when not given or, where none is, all in "
    "which anything is coded.",
)
@click.option(
    "--without-speaker",
    "without_speakers",
    multiple=True,
    metavar="NAME",
    help="Whose words neither to learn nor to suggest for, such as the interviewer's.",
)
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
@click.option("--evaluate", is_flag=True, help="Judge it on documents it has not learned from.")
@click.option(
    "--budget", "budgets", multiple=True, metavar="s200|k10", help="To evaluate: how much is coded."
)
@click.option("--seeds", default=5, show_default=True, help="To evaluate: how many splits.")
@click.option("--next", "following", type=int, metavar="N", help="Say what to code next.")
@click.option(
    "--strategy",
    default="uncertainty",
    show_default=True,
    help="For --next: uncertainty, novelty, disagreement or random.",
)
@click.option("--gaps", is_flag=True, help="Say what the codebook lacks.")
@click.option("--drift", is_flag=True, help="Say which codes are used otherwise than at first.")
@at_option
@json_option
def suggest(
    project: str,
    unit: str,
    using: str | None,
    encode: str | None,
    coders: tuple[str, ...],
    complete: tuple[str, ...],
    without_speakers: tuple[str, ...],
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
    evaluate: bool,
    budgets: tuple[str, ...],
    seeds: int,
    following: int | None,
    strategy: str,
    gaps: bool,
    drift: bool,
    at: int | str | None,
    as_json: bool,
) -> None:
    """Suggest codes, having learned from what is coded; nothing is assigned by it.

    With --evaluate, --next, --gaps or --drift, say how good it is, what to code next, what the codebook
    lacks, or whether codes are used otherwise than at first.
    """
    modes = {
        "--evaluate": evaluate,
        "--next": following is not None,
        "--gaps": gaps,
        "--drift": drift,
    }
    asked = [mode for mode, given in modes.items() if given]
    if asked and output is not None:
        asked.append("--output")
    if documents and (evaluate or gaps or drift):
        asked.append("--documents")
    if len(asked) > 1:
        raise click.UsageError(f"{' and '.join(asked)} do not go together")
    view = view_of(project, at)
    options = {} if encode is None else {"encode": encode}
    suggester = view.suggester(
        using,
        unit=unit,
        coders=coders or None,
        complete=complete or None,
        without_speakers=without_speakers or None,
        **options,
    )
    if evaluate:
        from qualcode.suggest.judging.evaluating import evaluate_suggester

        with _watched("Evaluating", as_json=as_json) as advance:
            evaluation = evaluate_suggester(
                view, suggester, budgets=budgets or None, seeds=range(seeds), progress=advance
            )
        _evaluated(evaluation, suggester, as_json=as_json)
        return
    only = documents or None
    suggester.fit()
    if following is not None:
        chosen = suggester.next_to_code(following, strategy=strategy, documents=only)
        text = segments_text(chosen) if len(chosen) else "there is nothing left to code"
        segments = records(chosen.to_frame())
        value: dict[str, Any] = {
            "strategy": strategy,
            "segments": segments,
            "learned": learned_from(suggester),
        }
        tell(value, f"{text}\n{learned_text(suggester)}", as_json=as_json)
    elif gaps:
        proposals = suggester.propose_codes()
        text = "\n\n".join(map(str, proposals)) or f"no gap was found: {proposals.reason}"
        rows = [
            {**row, "quotes": [quote.quote for quote in each.quotes]}
            for row, each in zip(records(proposals.to_frame()), proposals, strict=True)
        ]
        value = {"gaps": rows, "reason": proposals.reason, "learned": learned_from(suggester)}
        tell(value, f"{text}\n{learned_text(suggester)}", as_json=as_json)
    elif drift:
        codes = suggester.drift().to_frame()
        value = {"codes": records(codes), "learned": learned_from(suggester)}
        tell(value, f"{drift_text(codes)}\n{learned_text(suggester)}", as_json=as_json)
    else:
        with _watched("Suggesting", as_json=as_json) as advance:
            found = view.suggest(
                suggester, documents=only, coded=coded, again=again, top=top, precision=precision,
                recall=recall, progress=advance,
            )  # fmt: skip
        if floor is not None or order == "best":
            best = found.best_first(floor=floor)
            kept = {id(each) for each in best}
            found = (
                best
                if order == "best"
                else attrs.evolve(found, items=tuple(each for each in found if id(each) in kept))
            )
        promised = "recall" if precision is None else "precision"
        _told(
            found, view, output=output, replace=replace, limit=limit, promised=promised,
            learner=suggester, as_json=as_json,
        )  # fmt: skip


@click.command(
    epilog=examples(
        'qualcode autocode study trust --text "trust*" --text "rely on"',
        "qualcode autocode study trust --regex 'trust(s|ed)?' --output review.xlsx",
        "qualcode autocode study chairing --speaker MARTIN --unit turn --accept --coder ana",
        "qualcode autocode study money --query 'units(turn) and not code(trust) within turn' --text cash",
    )
)
@project_argument
@click.argument("code", metavar="CODE")
@click.option(
    "--text", multiple=True, help="Words to find, * for any letters; may be given repeatedly."
)
@click.option("--regex", help="A regular expression that must match.")
@click.option("--speaker", help="Who speaks.")
@click.option("--query", help="Look only where this query finds something; see qualcode find.")
@unit_option
@documents_option
@again_option
@output_option
@replace_option
@limit_option
@click.option("--accept", is_flag=True, help="Accept all that is found; needs --coder.")
@click.option(
    "--coder", envvar="QUALCODE_CODER", show_envvar=True, help="Who accepts; kept in the history."
)
@json_option
def autocode(
    project: str,
    code: str,
    text: tuple[str, ...],
    regex: str | None,
    speaker: str | None,
    query: str | None,
    unit: str,
    documents: tuple[str, ...],
    again: bool,
    output: str | None,
    replace: bool,
    limit: int,
    accept: bool,
    coder: str | None,
    as_json: bool,
) -> None:
    """Suggest a code where a search finds something, or its own keywords and patterns do.

    All conditions must hold. Nothing is assigned by it, unless --accept says so.
    """
    if accept and output is not None:
        raise click.UsageError("--accept and --output do not go together")
    if accept and coder is None:
        raise click.UsageError("--accept needs --coder: who accepts?")
    opened = open_folder(project) if accept else find_project(project)
    found = opened.autocode(
        code, text=list(text) or None, regex=regex, speaker=speaker, query=query, unit=unit,
        documents=list(documents) or None, again=again,
    )  # fmt: skip
    if accept:
        assert coder is not None
        made = opened.accept(found, coder=coder)
        opened.save()
        tell(
            {"accepted": len(made), "assignments": len(opened.assignments)},
            f"{project}: {counted(len(made), 'suggestion')} of {code!r} accepted; there are "
            f"{counted(len(opened.assignments), 'assignment')}",
            as_json=as_json,
        )
    else:
        _told(found, opened, output=output, replace=replace, limit=limit, as_json=as_json)


@click.command(
    epilog=examples(
        "qualcode review study review.xlsx --coder ana",
    )
)
@project_argument
@click.argument("file", metavar="FILE", type=click.Path())
@author_option
@click.option("--memo", default="", help="A note for rows that have none.")
@json_option
def review(project: str, file: str, coder: str | None, memo: str, as_json: bool) -> None:
    """Read a review table back: accept, reject and edit what it says, or nothing if a row does not fit."""
    opened = open_folder(project)
    outcome = opened.apply_review(file, coder=coder, memo=memo)
    opened.save()
    text = f"{project}: {outcome.accepted} accepted, {outcome.rejected} rejected, {outcome.edited} edited"
    more = {
        "undecided": outcome.undecided,
        "decided so before": outcome.known,
        "assignments taken back": outcome.retracted,
    }
    text += "".join(f"; {count} {what}" for what, count in more.items() if count)
    value = {**attrs.asdict(outcome), "assignments": len(opened.assignments)}
    tell(value, text, as_json=as_json)


def _told(
    found: Suggestions,
    view: qc.View,
    *,
    output: str | None,
    replace: bool,
    limit: int,
    promised: str = "",
    learner: ProjectSuggester | None = None,
    as_json: bool,
) -> None:
    """Write suggestions to a file, or print them."""
    value: dict[str, Any]
    if output is None:
        value = {
            "suggestions": records(found.to_frame()),
            "abstained": [
                {
                    "document": each.segment.document.id,
                    "start": each.segment.start,
                    "end": each.segment.end,
                    "reason": each.reason,
                }
                for each in found.abstained
            ],
        }
        text = "" if as_json else suggestions_text(found, limit, promised=promised)
    else:
        count = found.write(output, codebook=view.codebook, replace=replace)
        segments = len(list(by_segment(found)))
        value = {"file": output, "suggestions": count, "segments": segments}
        head = f"{output}: {counted(count, 'suggestion')} for {counted(segments, 'segment')}"
        text = "\n".join([head, *remarks(found, promised=promised)])
    value["promise"] = None if found.promise is None else attrs.asdict(found.promise)
    value["reason"] = found.reason
    text = text or "nothing is found"
    if learner is not None:
        value["learned"] = learned_from(learner)
        text += f"\n{learned_text(learner)}"
    tell(value, text, as_json=as_json)


def _evaluated(found: SuggesterEvaluation, suggester: ProjectSuggester, *, as_json: bool) -> None:
    value = {
        "suggester": found.suggester,
        "unit": found.unit,
        "results": records(found.to_frame()),
        "promises": records(found.promises_frame()),
        "agreement": found.agreement and records(found.agreement.to_frame()),
        "anchoring": found.anchoring and records(found.anchoring.to_frame()),
        "reasons": dict(found.reasons),
        "learned": learned_from(suggester),
    }
    text = "" if as_json else f"{evaluation_text(found)}\n{learned_text(suggester)}"
    tell(value, text, as_json=as_json)


@contextmanager
def _watched(label: str, *, as_json: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Yield what shows how far long work has come; nothing where the output is for a program."""
    if as_json:
        yield None
        return
    with progress(label) as advance:
        yield advance
