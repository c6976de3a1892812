"""Commands that count: rollup, cooccur."""

from __future__ import annotations

from typing import Any

import attrs
import click

from qualcode.cli.shared import (
    CountOption,
    at_option,
    coders_option,
    examples,
    file_or_output,
    json_option,
    project_argument,
    records,
    role_option,
    speaker_option,
    speaks_unicode,
    tell,
    view_of,
    where_option,
    width,
    words_of,
)

__all__ = ["cooccur", "rollup"]

rollup_option = click.option(
    "--rollup",
    metavar="ID",
    help="A rollup of the codebook, 'tree', or a free attribute of codes; the first when not given.",
)
csv_option = click.option(
    "--csv", type=click.Path(), metavar="FILE", help="Write a CSV file instead of printing."
)


@click.command(
    epilog=examples(
        "qualcode rollup study --count documents",
        "qualcode rollup study --rollup direction --level theme",
        "qualcode rollup collaboration-reviews --by country --count documents",
        "qualcode rollup study --coder ana --coder ben",
        "qualcode rollup study --where 'code(trust) within turn'",
        "qualcode rollup study --role participant --by speaker",
        "qualcode rollup study --at 3 --csv as-of-revision-3.csv",
    )
)
@project_argument
@rollup_option
@click.option(
    "--count",
    cls=CountOption,
    default="segments",
    show_default=True,
    help="What is counted",
)
@click.option("--level", help="One level only: domain, theme or code.")
@click.option(
    "--by",
    metavar="VARIABLE",
    help="A column for each value of a variable, or for each speaker or role.",
)
@coders_option
@where_option
@role_option
@speaker_option
@at_option
@csv_option
@json_option
def rollup(
    project: str,
    rollup: str | None,
    count: Any,
    level: Any,
    by: str | None,
    coders: tuple[str, ...],
    where: str | None,
    roles: tuple[str, ...],
    speakers: tuple[str, ...],
    at: int | str | None,
    csv: str | None,
    as_json: bool,
) -> None:
    """Count domains, themes and codes."""
    from qualcode.report import rollup_text, table_text, write_frame

    view = words_of(view_of(project, at), speakers, roles)
    if by is not None:
        table = view.crosstab(
            by, rollup=rollup, level=level, count=count, coders=coders or None, where=where
        )
        counted = table.counted
        frame = table.to_frame().reset_index()
    else:
        result = view.rollup(rollup, count=count, coders=coders or None, where=where)
        counted = result.counted
        frame = result.to_frame()
        if level is not None:
            result.hierarchy.level(level)  # refuses a level that there is not
            frame = frame[frame["level"].isin([level, "total"])].drop_duplicates("id")
    if csv is not None:
        with file_or_output(csv, ".csv") as path:
            write_frame(frame, path)
        noun = "row" if len(frame) == 1 else "rows"
        value = {"file": csv, "rows": len(frame), "counted": attrs.asdict(counted)}
        tell(value, f"{csv}: {len(frame)} {noun}\n{counted}", as_json=as_json, file=csv)
    elif by is not None:
        columns = [str(name) for name in frame.columns if name != frame.columns[0]]
        rows = records(frame)
        text = table_text(columns, [[row[name] for name in columns] for row in rows], width=width())
        value = {"count": count, "counted": attrs.asdict(counted), "rows": rows}
        tell(value, f"{text}\n{counted}", as_json=as_json)
    else:
        text = rollup_text(result, width=width(), level=level, ascii=not speaks_unicode())
        value = {
            "rollup": result.hierarchy.rollup.id,
            "count": result.count,
            "base": result.base,
            "unweighted": result.unweighted,
            "counted": attrs.asdict(counted),
            "rows": records(frame),
        }
        tell(value, f"{text}\n{counted}", as_json=as_json)


def _amount(_: click.Context, __: click.Parameter, value: str | None) -> int | float | None:
    """Return a number of characters or, with a point in it, a share."""
    if value is None:
        return None
    try:
        return int(value) if value.isdecimal() else float(value)
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is neither a number of characters nor a share"
        ) from error


@click.command(
    epilog=examples(
        "qualcode cooccur study --unit paragraph",
        "qualcode cooccur study --meeting overlap --min-overlap 0.5 --measure jaccard --min 3",
        "qualcode cooccur study --unit sentence --gap 1",
        "qualcode cooccur collaboration-reviews --unit document --level theme --top 10",
    )
)
@project_argument
@click.option(
    "--unit",
    help="On what codes meet: segment (unless said otherwise), sentence, paragraph, line, turn, document "
    "or case.",
)
@click.option(
    "--meeting", help="Instead of a unit, how segments meet: overlap, or contained in one another."
)
@click.option(
    "--gap",
    type=int,
    help="How many characters (with overlap), sentences or turns may lie between.",
)
@click.option(
    "--min-overlap",
    callback=_amount,
    metavar="AMOUNT",
    help="With overlap: at least 20 characters, say, or 0.5 of the shorter segment.",
)
@click.option("--level", default="code", show_default=True, help="code, theme or domain.")
@rollup_option
@click.option("--same-coder", is_flag=True, help="Both codes must come from one coder.")
@click.option(
    "--measure",
    default="count",
    show_default=True,
    help="Sort by count, jaccard, dice, lift, npmi or another coefficient.",
)
@click.option(
    "--min", "least", default=1, show_default=True, help="Leave out pairs that meet less."
)
@click.option("--top", type=int, help="How many pairs; 20 when printed as text, otherwise all.")
@coders_option
@where_option
@role_option
@speaker_option
@at_option
@csv_option
@json_option
def cooccur(
    project: str,
    unit: str | None,
    meeting: Any,
    gap: int | None,
    min_overlap: int | float | None,
    level: Any,
    rollup: str | None,
    same_coder: bool,
    measure: str,
    least: int,
    top: int | None,
    coders: tuple[str, ...],
    where: str | None,
    roles: tuple[str, ...],
    speakers: tuple[str, ...],
    at: int | str | None,
    csv: str | None,
    as_json: bool,
) -> None:
    """Count how often codes, themes or domains meet, strongest first."""
    from qualcode.report import pairs_frame, pairs_text, write_frame

    met = words_of(view_of(project, at), speakers, roles).cooccurrence(
        unit, meeting=meeting, gap=gap, min_overlap=min_overlap, level=level, rollup=rollup,
        same_coder=same_coder, coders=coders or None, where=where,
    )  # fmt: skip
    if csv is None and not as_json:
        shown = 20 if top is None else top
        click.echo(pairs_text(met, measure=measure, min_count=least, top=shown, width=width()))
        click.echo(str(met.counted))
        return
    frame = pairs_frame(met, measure=measure, min_count=least)
    frame = frame if top is None else frame.head(top)
    counted = attrs.asdict(met.counted)
    if csv is not None:
        with file_or_output(csv, ".csv") as path:
            write_frame(frame, path)
        noun = "pair" if len(frame) == 1 else "pairs"
        value = {"file": csv, "pairs": len(frame), "counted": counted}
        tell(value, f"{csv}: {len(frame)} {noun}\n{met.counted}", as_json=as_json, file=csv)
    else:
        value = {
            "unit": met.unit,
            "meeting": met.meeting,
            "units": met.n_units,
            "same_coder": same_coder,
            "level": level,
        }
        tell({**value, "counted": counted, "pairs": records(frame)}, "", as_json=True)
