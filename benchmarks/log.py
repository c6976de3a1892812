"""What the log costs: folding beside decoding, and whether cost grows in line with the number of events.

Run ``python benchmarks/log.py``; process time, garbage collection as it comes. The first table is to be
compared with 3 (times json.loads), the second with 2.3 (twice as many events).
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from typing import Any

import msgspec

import qualcode as qc
from qualcode.model.fold.fold import fold
from qualcode.model.log.event import Event
from qualcode.model.log.log import Log
from qualcode.model.log.timeline import Timeline
from qualcode.project.recording import Recorder

EVENTS = 10_000


def spent(work: Callable[[], Any], repeat: int = 3) -> float:
    """Return the least process time of a few runs, in seconds."""
    times = []
    for _ in range(repeat):
        gc.collect()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def study(count: int, authors: int = 1) -> qc.Project:
    """Return a project with about so many codebook events of mixed kinds."""
    project = qc.Project.new("Study", codebook=qc.Codebook("study"))
    number = 0
    while number < count:
        with project.revise(coder=f"author-{number % authors}") as cb:
            for at in range(number, number + 50, 10):
                a, b = f"code-{at}", f"code-{at + 1}"
                cb.add(
                    a, definition="What the code means, in a sentence or two, as people write it."
                )
                cb.add(
                    b, name=f"Another name {at}", parent=a, include=["when it is said", "or meant"]
                )
                cb.redefine(a, definition="What it means now.", keywords=["trust*", "rely on"])
                cb.rename(b, f"Renamed {at}")
                cb.recolour(a, "#aabbcc")
                cb.move(b, None)
                cb.link(a, "supports", b, note="seen often")
                cb.merge([b], into=a)
                cb.add(f"code-{at + 2}", definition="Retired soon.")
                cb.retire(f"code-{at + 2}")
        number += 50
    return project


def events_of(project: qc.Project) -> list[Event]:
    """Return fresh copies of a project's events."""
    return [msgspec.structs.replace(event) for event in project.log]


def beside_decoding() -> None:
    """Print what folding costs in times of json.loads of the events' lines."""
    print(
        f"{EVENTS} codebook events      json.loads   msgspec   timeline      fold   fold / json.loads"
    )
    for authors in (1, 3):
        project = study(EVENTS, authors)
        events = events_of(project)
        lines = [msgspec.json.encode(event) for event in events]
        decoder = msgspec.json.Decoder(Event)
        plain = spent(lambda lines=lines: [json.loads(line) for line in lines])
        quick = spent(lambda lines=lines, decode=decoder.decode: [*map(decode, lines)])
        order = spent(lambda events=events: Timeline(events))
        timeline = Timeline(events)
        log = Log(timeline, project.log.rows, len(timeline))
        folded = spent(lambda log=log: fold(log))
        print(
            f"  {authors} author(s) {plain * 1000:20.0f} ms {quick * 1000:6.0f} ms {order * 1000:7.0f} ms "
            f"{folded * 1000:6.0f} ms {folded / plain:12.1f}"
        )


def adding(count: int) -> Callable[[], Any]:
    """Return the work of adding codes in one block."""

    def work() -> None:
        project = qc.Project.new("Study", codebook=qc.Codebook("study"))
        with project.revise(coder="ana") as cb:
            for at in range(count):
                cb.add(f"code-{at}")

    return work


def revising(count: int) -> Callable[[], Any]:
    """Return the work of adding codes in a block each."""

    def work() -> None:
        project = qc.Project.new("Study", codebook=qc.Codebook("study"))
        for at in range(count):
            with project.revise(coder="ana") as cb:
                cb.add(f"code-{at}")

    return work


def coding(count: int, *, undone: bool) -> Callable[[], Any]:
    """Return the work of assigning, with many steps undone before it or none."""

    def work() -> None:
        project = qc.Project.new("S", codebook=qc.Codebook("s", codes=[qc.Code("a"), qc.Code("b")]))
        project.add_documents({f"d{at}": "x" * 100 for at in range(20)})
        if undone:
            project.assign(("d0", 0, 5), "a", coder="ana")
            project.undo()
        for at in range(count):
            project.assign((f"d{at % 20}", at % 99, 100), "ab"[at % 2], coder="ana", weight=at)

    return work


def many_logs(count: int) -> Callable[[], Any]:
    """Return the work of a log that 50 authors write in turn."""

    def work() -> None:
        recorder = Recorder(Timeline(), qc.Project.new("x").log.rows)
        for at in range(count):
            who = f"author-{at % 50}"
            recorder.event(
                "set", "project", {}, {"name": f"n{at}"}, coder=who, time="2026-01-05T09:00:00Z"
            )

    return work


def growing() -> None:
    """Print what twice as many cost."""
    small, large = study(2_000), study(4_000)
    undoing = {}
    for project in (small, large):
        for at in range(len(project.history) // 10):
            project.add_document(f"text {at}", id=f"d{at}")
            project.assign((f"d{at}", 0, 4), "code-0", coder="ana")
        rows = len(project.log.rows)
        project._recorder.seal()
        undoing[rows] = [(block, 0, 1) for block in range(len(project.log.timeline.blocks))]
    from qualcode.model.fold.coding_rows import in_force

    cases: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = [
        ("10,000 codes in one block", adding(5_000), adding(10_000)),
        ("2,000 blocks", revising(1_000), revising(2_000)),
        ("assigning", coding(2_000, undone=False), coding(4_000, undone=False)),
        ("assigning after an undo", coding(2_000, undone=True), coding(4_000, undone=True)),
        ("50 authors in turn", many_logs(2_000), many_logs(4_000)),
        *(
            (name, lambda w=work: w(small), lambda w=work: w(large))
            for name, work in (
                ("at(revision)", lambda p: p.state.at(len(p.history) // 2)),
                ("at(event)", lambda p: p.state.at(p.history[len(p.history) // 2].short)),
                ("at(time)", lambda p: p.state.at(time="2200-01-01")),
                ("reverting, once", lambda p: p.history.append(
                    qc.changes.Revert(p.history.head.id), coder="x", time="2026-01-05")),
                ("rows left out", lambda p: in_force(
                    p.log, p._recorder.fold, without=undoing[len(p.log.rows)])),
                ("conflicts", lambda p: p.state.at(-1).conflicts),
            )
        ),
    ]  # fmt: skip
    print("\ntwice as many                     n         2n     ratio")
    for name, one, two in cases:
        first, second = spent(one), spent(two)
        print(f"  {name:25} {first * 1000:7.0f} ms {second * 1000:7.0f} ms {second / first:7.1f}")


if __name__ == "__main__":
    beside_decoding()
    growing()
