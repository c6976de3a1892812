"""The command as it is run: a process that is killed at any moment has lost nothing that it confirmed."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest

import qualcode as qc

from .conftest import TEXT

KILLS = int(os.environ.get("QUALCODE_KILLS", "3"))
"""How often a server is killed; many more by hand."""

needs_signals = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@attrs.define
class Running:
    """A server in a process of its own, and its address."""

    process: subprocess.Popen[str]
    address: str

    @property
    def token(self) -> str:
        return parse_qs(urlsplit(self.address).query)["token"][0]

    def connect(self, timeout: float = 10) -> http.client.HTTPConnection:
        parts = urlsplit(self.address)
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)

    def ask(self, method: str, path: str, said: Any = None) -> tuple[int, Any]:
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        with contextlib.closing(self.connect()) as connection:
            connection.request(method, path, None if said is None else json.dumps(said), headers)
            with connection.getresponse() as answer:
                return answer.status, json.loads(answer.read())

    @contextlib.contextmanager
    def listen(self) -> Iterator[http.client.HTTPResponse]:
        with contextlib.closing(self.connect()) as connection:
            headers = {"authorization": f"Bearer {self.token}"}
            connection.request("GET", "/api/events", headers=headers)
            with connection.getresponse() as answer:
                yield answer


@contextlib.contextmanager
def running(study: Path, *options: str) -> Iterator[Running]:
    command = [
        sys.executable,
        "-m",
        "qualcode",
        "serve",
        str(study),
        "--coder",
        "ana",
        "--no-browser",
    ]
    source = str(Path(qc.__file__).parents[1])
    process = subprocess.Popen(
        [*command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        if not first.startswith("Coding"):
            raise AssertionError(process.communicate()[1])
        yield Running(process, first.split(" at ")[-1].strip())
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def action(id: str, start: int) -> dict[str, Any]:
    """Return what codes two characters of the text."""
    quote = TEXT[start : start + 2]
    arguments = {"document": "a", "start": start, "end": start + 2, "quote": quote, "code": "trust"}
    return {"id": id, "coder": "ana", "action": "assign", "arguments": arguments}


@needs_signals
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_within_three_seconds_while_pages_listen(study: Path, how: signal.Signals) -> None:
    with running(study) as server, contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(server.listen()) for _ in range(3)]
        assert all(each.readline() == b"retry: 1000\n" for each in listeners)
        assert server.ask("POST", "/api/do", action("before-the-end", 0))[0] == 200
        began = time.monotonic()
        server.process.send_signal(how)
        server.process.wait(10)
        assert time.monotonic() - began < 3
        assert server.process.returncode in (0, -how)
        assert "Traceback" not in server.process.communicate()[1]
    assert len(qc.Project.open(study).assignments) == 1


def test_a_page_in_one_process_hears_of_what_is_done_in_others(study: Path) -> None:
    with running(study) as server, running(study) as second:
        # The second takes the next port, and the first one's stays.
        assert urlsplit(server.address).port != urlsplit(second.address).port
        with server.listen() as told:
            assert told.readline()
            assert second.ask("POST", "/api/do", action("from-second", 0))[0] == 200
            lines = iter(told.readline, b"")
            heard = next(line for line in lines if b'"taken-over"' in line)
        assert json.loads(heard.removeprefix(b"data: "))["who"] == "ana"


@needs_signals
def test_a_server_that_is_killed_while_it_writes_has_lost_nothing_confirmed(study: Path) -> None:
    chance, starts = random.Random(5), itertools.cycle(range(0, len(TEXT) - 2))
    confirmed: dict[int, str] = {}
    under_way: list[tuple[str, int]] = []

    def send(server: Running, id: str, start: int) -> bool:
        status, said = server.ask("POST", "/api/do", action(id, start))
        assert status == 200, said
        confirmed[start] = id
        return bool(said["again"])

    for kill in range(KILLS + 1):
        with running(study) as server:
            # What was under way is sent again by the page, and done once; what was done is not done again.
            for id, start in under_way:
                send(server, id, start)
            assert all(send(server, id, start) for start, id in [*confirmed.items()][-2:])
            assert len(qc.Project.open(study).assignments) == len(confirmed)
            killer = threading.Timer(chance.uniform(0.02, 0.4), server.process.kill)
            killer.start()
            with contextlib.suppress(OSError, http.client.HTTPException):
                for number in itertools.count():
                    under_way = [(f"kill-{kill}-{number}", next(starts))]
                    send(server, *under_way[0])
            killer.join()
        kept = {each.segment.start for each in qc.Project.open(study).assignments}
        assert confirmed.keys() <= kept
        assert kept - confirmed.keys() <= {start for _, start in under_way}


def test_what_is_wrong_is_one_line(study: Path) -> None:
    command = [sys.executable, "-m", "qualcode", "serve", "--no-browser"]
    env = {**os.environ, "PYTHONPATH": str(Path(qc.__file__).parents[1])}

    def error(*options: str) -> str:
        run = subprocess.run([*command, *options], capture_output=True, text=True, env=env)
        assert run.returncode == 1
        return run.stderr

    assert error(str(study), "--blind").startswith("Error: blind for whom?")
    assert "is not changed in place" in error("collaboration-reviews")
    assert "no such folder" in error("nothing-here")
