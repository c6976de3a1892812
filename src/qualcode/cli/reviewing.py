"""Commands on suggestions that a search makes, and on what people make of any: autocode, review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import click

from qualcode.cli.shared import (
    author_option,
    examples,
    file_or_output,
    find_project,
    json_option,
    open_folder,
    progress,
    project_argument,
    records,
    tell,
)
from qualcode.cli.suggestion_text import (
    by_segment,
    learned_from,
    learned_text,
    remarks,
    suggestions_text,
)
from qualcode.model.readable import many

if TYPE_CHECKING:
    import qualcode as qc
    from qualcode.suggest.asking.project_suggester import ProjectSuggester
    from qualcode.suggest.asking.shown_suggestions import Suggestions

__all__ = ["autocode", "review", "tell_suggestions"]

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
    with progress("Searching"):
        found = opened.autocode(
            code, text=list(text) or None, regex=regex, speaker=speaker, query=query, unit=unit,
            documents=list(documents) or None, again=again,
        )  # fmt: skip
    if accept:
        assert coder is not None
        with progress("Accepting"):
            made = opened.accept(found, coder=coder)
            opened.save()
        tell(
            {"accepted": len(made), "assignments": len(opened.assignments)},
            f"{project}: {many(len(made), 'suggestion')} of {code!r} accepted; there are "
            f"{many(len(opened.assignments), 'assignment')}",
            as_json=as_json,
        )
    else:
        tell_suggestions(
            found, opened, output=output, replace=replace, limit=limit, as_json=as_json
        )


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
    with progress("Reading"):
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


def tell_suggestions(
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
    """Write suggestions to a file, or print them.

    Parameters
    ----------
    found : Suggestions
        The suggestions.
    view : View
        The project.
    output, replace, limit, as_json
        As the options say.
    promised : str
        What was promised: precision or recall.
    learner : ProjectSuggester, optional
        Who learned, where anybody did.
    """
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
        with file_or_output(output, ".csv") as path:
            count = found.write(path, codebook=view.codebook, replace=replace)
        segments = len(list(by_segment(found)))
        value = {"file": output, "suggestions": count, "segments": segments}
        head = f"{output}: {many(count, 'suggestion')} for {many(segments, 'segment')}"
        text = "\n".join([head, *remarks(found, promised=promised)])
    value["promise"] = None if found.promise is None else attrs.asdict(found.promise)
    value["reason"] = found.reason
    text = text or "nothing is found"
    if learner is not None:
        value["learned"] = learned_from(learner)
        text += f"\n{learned_text(learner)}"
    tell(value, text, as_json=as_json, file=output)
