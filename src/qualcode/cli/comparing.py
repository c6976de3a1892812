"""Commands that compare: groups, networks, saturation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import click

from qualcode.cli.shared import (
    at_option,
    coders_option,
    examples,
    file_or_output,
    json_option,
    project_argument,
    records,
    tell,
    typed,
    view_of,
)
from qualcode.cli.statistics import csv_option, rollup_option
from qualcode.model.readable import table_text

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.stats.epistemic.contrasts import NetworkContrast
    from qualcode.stats.epistemic.space import EpistemicSpace

__all__ = ["groups", "networks", "saturation"]

level_option = click.option(
    "--level", default="code", show_default=True, help="code, theme or domain."
)
seed_option = click.option(
    "--random-state", type=int, metavar="SEED", help="The seed of what is drawn at random."
)


def _give(result: Any, frame: pd.DataFrame, csv: str | None, as_json: bool, **more: Any) -> None:
    """Print a result as it prints itself, or write its frame."""
    from qualcode.report import write_frame

    counted = attrs.asdict(result.counted)
    if csv is not None:
        with file_or_output(csv, ".csv") as path:
            write_frame(frame, path)
        value = {"file": csv, "rows": len(frame), "counted": counted}
        noun = "row" if len(frame) == 1 else "rows"
        tell(value, f"{csv}: {len(frame)} {noun}\n{result.counted}", as_json=as_json, file=csv)
    else:
        # Whoever reads this has no frame at hand, but a file to ask for.
        text = str(result).replace("to_frame() has all", "--csv writes all")
        tell({**more, "counted": counted, "rows": records(frame)}, text, as_json=as_json)


@click.command(
    epilog=examples(
        "qualcode groups study --by site",
        "qualcode groups study --by site --unit turn --level theme --correction bh",
        "qualcode groups study --by wave --trend",
    )
)
@project_argument
@click.option("--by", required=True, metavar="VARIABLE", help="The variable of the groups.")
@click.option(
    "--unit", default="document", show_default=True, help="What carries codes or does not."
)
@level_option
@rollup_option
@click.option(
    "--trend", is_flag=True, help="Whether shares go up or down along the groups, in order."
)
@click.option(
    "--correction", default="holm", show_default=True, help="For many codes: holm, bh, by or none."
)
@coders_option
@at_option
@csv_option
@json_option
def groups(
    project: str,
    by: str,
    unit: str,
    level: Any,
    rollup: str | None,
    trend: bool,
    correction: Any,
    coders: tuple[str, ...],
    at: int | str | None,
    csv: str | None,
    as_json: bool,
) -> None:
    """Test whether codes are as widespread in each group, by whole documents."""
    view = view_of(project, at)
    ask = view.trends if trend else view.group_tests
    found = ask(
        by, unit=unit, level=level, rollup=rollup, correction=correction, coders=coders or None
    )
    _give(found, found.to_frame(), csv, as_json, by=by, unit=unit)


@click.command(
    epilog=examples(
        "qualcode networks study --unit line --level theme",
        "qualcode networks study --network speaker --by role --window 6 --random-state 1",
        "qualcode networks study --network speaker --by role --contrast director front-line",
    )
)
@project_argument
@click.option(
    "--network",
    default="document",
    show_default=True,
    help="Whose: document, case, speaker, a variable.",
)
@click.option("--by", metavar="VARIABLE", help="The variable of the groups that are compared.")
@click.option(
    "--contrast", nargs=2, metavar="REFERENCE GROUP", help="Which two groups, where there are more."
)
@click.option(
    "--cluster", default="document", show_default=True, help="What is regrouped: document or case."
)
@click.option("--unit", default="turn", show_default=True, help="What the window moves over.")
@click.option("--window", type=int, default=4, show_default=True, help="How many units it holds.")
@level_option
@rollup_option
@seed_option
@coders_option
@at_option
@csv_option
@json_option
def networks(
    project: str,
    network: str,
    by: str | None,
    contrast: tuple[str, str] | None,
    cluster: Any,
    unit: str,
    window: int,
    level: Any,
    rollup: str | None,
    random_state: int | None,
    coders: tuple[str, ...],
    at: int | str | None,
    csv: str | None,
    as_json: bool,
) -> None:
    """Put what each document, case or speaker connects on a plane: epistemic networks.

    Of two groups, it is tested along each axis whether they lie apart, and over all connections.
    """
    found = view_of(project, at).epistemic_networks(
        network=network, by=by, unit=unit, window=window, level=level, rollup=rollup, cluster=cluster,
        contrast=contrast and [*map(typed, contrast)],
        random_state=random_state, coders=coders or None,
    )  # fmt: skip
    far = found.space.contrast
    _give(
        found, found.to_frame(), csv, as_json, axes=records(found.space.tests_frame()),
        codes=records(found.space.codes_frame()),
        distance=far and far.distance, distance_p=far and far.distance_p,
    )  # fmt: skip
    if far is not None and csv is None and not as_json:
        click.echo(_apart(found.space, far))


def _apart(space: EpistemicSpace, far: NetworkContrast) -> str:
    """Return how far two groups are apart: over all connections, and along each axis."""
    tests = space.tests_frame().drop(columns=["variance", "pearson", "spearman"])
    return "\n".join(
        [
            f"\nThe mean networks are {far.distance:.3f} apart (p = {far.distance_p:.3f} by regrouping).",
            f"{far.group} less {far.reference}, by axis: Welch's t, Mann and Whitney's U, Cohen's d",
            table_text([*tests], tests.itertuples(index=False)),
        ]
    )


@click.command(
    epilog=examples(
        "qualcode saturation study",
        "qualcode saturation collaboration-reviews --rollup factors --level theme --random-state 1",
    )
)
@project_argument
@level_option
@rollup_option
@seed_option
@coders_option
@at_option
@csv_option
@json_option
def saturation(
    project: str,
    level: Any,
    rollup: str | None,
    random_state: int | None,
    coders: tuple[str, ...],
    at: int | str | None,
    csv: str | None,
    as_json: bool,
) -> None:
    """Tell how much of what there is to find was found, and how many more documents the rest takes."""
    found = view_of(project, at).saturation(
        level=level, rollup=rollup, random_state=random_state, coders=coders or None
    )
    needed = records(found.needed.to_frame())
    _give(found, found.to_frame(), csv, as_json, level=level, needed=needed)
    if csv is None and not as_json:
        click.echo(f"\n{found.needed}")
