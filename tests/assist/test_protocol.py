"""The server as a client of the official SDK meets it, over standard input and output."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

import qualcode as qc

mcp = pytest.importorskip("mcp", reason="the extra assist is not installed")


def talk(study: Path, then: Callable[[Any], Awaitable[None]], *options: str) -> None:
    """Start the command as a client does, and talk to it."""
    command = ["-m", "qualcode", "mcp", str(study), *options]

    async def run() -> None:
        with Path(os.devnull).open("w") as nowhere:
            server = mcp.StdioServerParameters(
                command=sys.executable, args=command, env=dict(os.environ)
            )
            async with mcp.Client(mcp.stdio_client(server, errlog=nowhere)) as client:
                await then(client)

    asyncio.run(asyncio.wait_for(run(), 120))


def test_a_client_reads_and_proposes(study: Path) -> None:
    async def then(client: Any) -> None:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert {"read_document", "codebook", "propose_coding"} <= names
        assert not names & {"assign", "accept", "reject", "revise", "delete", "save"}
        read = await client.call_tool("read_document", {"document": "int-03"})
        assert "one budget" in read.structured_content["text"]
        made = await client.call_tool(
            "propose_coding",
            {"document": "int-03", "quote": "we share one budget", "code": "trust", "why": "w"},
        )
        assert made.structured_content["outcome"] == "open"
        # What was acknowledged is on the disk while the server is still running.
        assert len(qc.Project.open(study).proposals) == 1
        bad = await client.call_tool("read_document", {"document": "int-05"})
        assert bad.is_error
        assert "is opened here" in bad.content[0].text
        wrong = await client.call_tool("read_document", {"nothing": 1})
        assert wrong.is_error
        prompts = {prompt.name for prompt in (await client.list_prompts()).prompts}
        assert "negative_cases" in prompts
        task = await client.get_prompt("check_code", {"code": "trust"})
        assert "coded with it" in task.messages[0].content.text
        resource = await client.read_resource("qualcode://documents/int-03")
        assert "one budget" in resource.contents[0].text

    talk(study, then, "--documents", "int-03", "--propose", "--model", "m-7")
    project = qc.Project.open(study)
    assert project.proposals[0].machine.model == "m-7"
    assert project.disclosures[0].machine.client


def test_it_offers_no_tool_that_proposes_unless_asked_to(study: Path) -> None:
    async def then(client: Any) -> None:
        tools = (await client.list_tools()).tools
        assert not [tool.name for tool in tools if tool.name.startswith("propose")]
        assert all(tool.annotations.read_only_hint for tool in tools)

    talk(study, then, "--documents", "int-03")


def test_it_says_what_is_opened_before_anything_leaves(study: Path) -> None:
    command = [sys.executable, "-m", "qualcode", "mcp", str(study)]
    done = subprocess.run(
        [*command, "--documents", "int-0[34]", "--pseudonyms"],
        input="", capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "Opened to the assistant: int-03, int-04" in done.stderr
    assert "names that are known replaced" in done.stderr
    assert done.stdout == ""
    done = subprocess.run(
        [*command, "--documents", "nothing"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode != 0
    assert "no document is called 'nothing'" in done.stderr


def test_a_killed_server_loses_nothing_that_it_acknowledged(study: Path) -> None:
    killed: list[int] = []

    async def then(client: Any) -> None:
        for number in range(3):
            made = await client.call_tool(
                "propose_code", {"name": f"Code {number}", "definition": "d", "why": "w"}
            )
            assert not made.is_error
        listed = subprocess.run(
            ["pgrep", "-f", f"qualcode mcp {study}"], capture_output=True, text=True, check=False
        )
        for pid in map(int, listed.stdout.split()):
            os.kill(pid, 9)
            killed.append(pid)

    try:
        talk(study, then, "--documents", "int-03", "--propose")
    except Exception:
        assert killed
    assert killed
    project = qc.Project.open(study)
    assert len(project.proposals) == 3
    assert not list(qc.check_folder(study))
