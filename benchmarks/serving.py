"""The page's server on a document of 500,000 characters with 5,000 codings: how long each answer takes.

A real server in a process of its own, asked over HTTP by one client that waits for each answer. What is coded
is on the disk when the answer is there.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

LENGTH, CODINGS, CODES = 500_000, 5_000, 200
WORDS = ("we", "trust", "them", "and", "share", "one", "budget", "of", "ours", "since", "Monday")


def make(folder: Path, length: int, codings: int) -> str:
    """Make the project, and return the text."""
    import pandas as pd

    import qualcode as qc

    chance, parts, size = random.Random(1), [], 0
    while size < length:
        sentences = (" ".join(chance.choices(WORDS, k=12)).capitalize() + "." for _ in range(5))
        parts.append(" ".join(sentences))
        size += len(parts[-1]) + 2
    text = "\n\n".join(parts)[:length]
    book = qc.Codebook("book", codes=[qc.Code(f"code-{number}") for number in range(CODES)])
    project = qc.Project.create(folder, codebook=book, coder="ana")
    project.add_document(text, id="long")
    starts = [chance.randrange(length - 400) for _ in range(codings)]
    rows = [(s, s + chance.randrange(20, 300), f"code-{chance.randrange(CODES)}") for s in starts]
    frame = pd.DataFrame(rows, columns=["start", "end", "code"]).assign(document="long")
    project.assign_frame(frame, coder="ana")
    project.save()
    return text


@contextmanager
def served(folder: Path) -> Iterator[tuple[http.client.HTTPConnection, str]]:
    command = [
        sys.executable,
        "-m",
        "qualcode",
        "serve",
        str(folder),
        "--coder",
        "ana",
        "--no-browser",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = urlsplit(process.stdout.readline().split(" at ")[-1].strip())
        with closing(http.client.HTTPConnection(address.hostname or "", address.port)) as client:
            yield client, parse_qs(address.query)["token"][0]
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a hundredth of the text and codings")
    parser.add_argument("--rounds", type=int, default=50)
    given = parser.parse_args()
    part = 100 if given.small else 1
    took: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "study"
        text = make(folder, LENGTH // part, CODINGS // part)
        with served(folder) as (client, token):

            def ask(what: str, method: str, path: str, said: Any = None) -> Any:
                headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
                began = time.perf_counter()
                client.request(method, path, None if said is None else json.dumps(said), headers)
                answer = client.getresponse()
                found = json.loads(answer.read())
                assert answer.status == 200, found
                took.setdefault(what, []).append(1000 * (time.perf_counter() - began))
                return found

            def do(action: str, number: int, **arguments: Any) -> Any:
                said = {"id": f"{action}-{number:06}", "coder": "ana", "action": action}
                return ask(action, "POST", "/api/do", {**said, "arguments": arguments})["result"]

            for number in range(given.rounds):
                start = 40 * number % (len(text) - 40)
                place = {"document": "long", "quote": text[start : start + 17]}
                if number % 10 == 0:
                    ask("the document", "GET", "/api/documents/long")
                    ask("the project", "GET", "/api/project")
                    ask("a search", "GET", "/api/search?q=budget")
                code = f"code-{number % CODES}"
                made = do("assign", number, start=start, end=start + 17, code=code, **place)[
                    "coding"
                ]
                do("memo", number, coding=made["id"], memo="why?", **place)
                do("retract", number, coding=made["id"], **place)
                do("undo", number)
    print(
        f"{LENGTH // part:,} characters, {CODINGS // part:,} codings; milliseconds until the answer\n"
    )
    print("| | median | 95 % | longest |\n|---|---:|---:|---:|")
    for what, times in took.items():
        ordered = sorted(times)
        late = ordered[int(0.95 * (len(ordered) - 1))]
        print(f"| {what} | {statistics.median(ordered):.0f} | {late:.0f} | {ordered[-1]:.0f} |")


if __name__ == "__main__":
    main()
