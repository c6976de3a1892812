"""Descriptions of what machines proposed and were shown, and of what people made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from qualcode.model.coding.proposals import (
    CODING,
    Disclosure,
    Disclosures,
    Machine,
    Proposal,
    Proposals,
)
from qualcode.model.coding.suggestions import KINDS
from qualcode.model.readable import many
from qualcode.report.describing.wording import Description, describe, listed

__all__: list[str] = []


@describe.register
def _proposals(result: Proposals) -> Description:
    if not result.items:
        return Description(("No machine proposed anything.",))
    by_coder: dict[str, list[Proposal]] = {}
    for each in result:
        by_coder.setdefault(each.coder, []).append(each)
    return Description(
        (
            *(_proposed(coder, own) for coder, own in by_coder.items()),
            "A proposal counted for nothing until a person accepted it.",
        )
    )


def _proposed(coder: str, own: list[Proposal]) -> str:
    codings = sum(each.what == CODING for each in own)
    outcomes = Counter(each.outcome for each in own)
    what = [many(codings, "coding")] if codings else []
    if len(own) > codings:
        what.append(many(len(own) - codings, "change or memo", "changes and memos"))
    came = listed(f"{kind} {outcomes[kind] or 'none'}" for kind in KINDS)
    left = f", and {outcomes['open']:,} not decided about" if outcomes["open"] else ""
    quoted = ", each quoting the text word for word" if codings else ""
    return (
        f"The machine “{coder}” ({_machines(each.machine for each in own)}) proposed {listed(what)} "
        f"{_when(each.time for each in own)}{quoted}; people {came} of these{left}."
    )


@describe.register
def _disclosures(result: Disclosures) -> Description:
    if not result.items:
        return Description(("No document was opened to a program.",))
    by_machine: dict[Machine, list[Disclosure]] = {}
    for each in result:
        by_machine.setdefault(each.machine, []).append(each)
    return Description(tuple(_opened(machine, own) for machine, own in by_machine.items()))


def _opened(machine: Machine, own: list[Disclosure]) -> str:
    documents = {each.document for each in own}
    replaced = {each.document for each in own if each.pseudonymised}
    how = {0: "as they are", len(documents): "with names replaced"}.get(
        len(replaced), f"{len(replaced):,} of them with names replaced"
    )
    was = "was" if len(documents) == 1 else "were"
    return (
        f"To {_machines([machine])}, {many(len(documents), 'document')} "
        f"({sum(each.characters for each in own):,} characters) {was} opened, {how}, "
        f"{_when(each.time for each in own)}."
    )


def _machines(machines: Iterable[Machine]) -> str:
    """Return models, programs and the digests of their instructions, each once."""
    said = []
    for each in dict.fromkeys(machines):
        prompts = f"instructions {each.prompts}" if each.prompts else ""
        parts = (each.model or "a model not named", each.client, prompts)
        said.append(", ".join(part for part in parts if part))
    return "; ".join(said)


def _when(times: Iterable[str]) -> str:
    days = sorted(each[:10] for each in times)
    return f"on {days[0]}" if days[0] == days[-1] else f"from {days[0]} to {days[-1]}"
