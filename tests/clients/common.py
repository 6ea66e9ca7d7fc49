"""What the three drivers share: the command line, the steps, the one JSON object printed at the end.

    DRIVER.py [--plan JSON] [--elicit accept|decline] COMMAND ARGS...

COMMAND is the MCP server to spawn (or the gateway in front of one), or the URL of one that listens, for which AGENT_TOKEN
of the environment is shown; a spawned one gets this process's whole environment, because
the SDKs would pass HOME, LOGNAME, PATH, SHELL, TERM and USER only. The plan is a list of steps, done in order:
    {"call": TOOL, "arguments": {..}, "timeout": S}   one call, with a progress callback; TOOL may wait for a person's yes
    {"cancel": TOOL, "arguments": {..}, "after": S}   a call that is taken back after S seconds
    {"parallel": TOOL, "arguments": {..}, "times": N} N calls at once
    {"read": URI}   {"prompt": NAME, "arguments": {..}}   {"list": "tools"|"resources"|"prompts"}
    {"sleep": S}
Printed: {"client", "protocol", "server", "tools": [names], "steps": [{..one result a step..}]}, or with "error" when the
session failed; exit code 0 or 1. A step that raises is {"raised": text} and the next step is done all the same.

What differs between the clients, seen with mcp 2.3.0 and fastmcp 4.1.2 against servers from npm, without a gateway:
  * server-everything and server-filesystem 2026.8.31 are legacy servers. Modern drivers probe with `server/discover`, are
    answered -32601 and fall back to `initialize` with 2025-11-25 on the same pipe: behind the gateway they must report
    2026-07-28, directly they report 2025-11-25.
  * server-everything gives 13 tools to these three, 14 to the Inspector, which offers roots (`get-roots-list`), and more
    to clients that offer sampling and elicitation.
  * An unknown tool is a result with `isError` from servers of the TypeScript SDK, not a JSON-RPC error.
  * FastMCP's `initialize_result` is empty after a modern handshake, so "server" is null there.
  * Cancelling is leaving the scope of the awaited call. All three then send `notifications/cancelled` (reason "caller
    cancelled"); a timeout sends it, too (reason "timed out"), and raises code -32001.
  * FastMCP raises ToolError on `isError`, unless `raise_on_error=False` as here; a JSON-RPC error becomes MCPError in all.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import time

import anyio


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--plan", default="[]")
    parser.add_argument("--elicit", choices=["accept", "decline"])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("no command to spawn")
    return json.loads(options.plan), options.elicit, command


def environment():
    return dict(os.environ)


def told(result):
    """A tool result of any of the SDKs, as plain data."""
    texts = [part.text for part in result.content if getattr(part, "text", None) is not None]
    is_error = getattr(result, "is_error", None)
    if is_error is None:
        is_error = getattr(result, "isError", False)
    structured = getattr(result, "structured_content", None)
    return {"text": "\n".join(texts), "is_error": bool(is_error), "meta": getattr(result, "meta", None),
            "structured": structured}


def is_url(command):
    return command[0].startswith("http://")


@contextlib.asynccontextmanager
async def over_http(url):
    """The streams of PyPI `mcp` to a server over HTTP, with the agent's token."""
    from mcp.client.streamable_http import streamable_http_client
    from mcp.shared._httpx_utils import create_mcp_http_client
    async with create_mcp_http_client(headers=bearer()) as http:
        async with streamable_http_client(url, http_client=http) as streams:
            yield streams


def bearer():
    return {"Authorization": "Bearer " + os.environ["AGENT_TOKEN"]}


async def perform(step, do):
    """`do` has: call(tool, arguments, timeout, progress), read(uri), prompt(name, arguments), names(what)."""
    began, progress = time.monotonic(), []

    async def on_progress(done, total, message):
        progress.append([done, total, message])

    try:
        if "call" in step:
            result = await do.call(step["call"], step.get("arguments", {}), step.get("timeout"), on_progress)
            outcome = {"call": step["call"], **told(result), "progress": progress}
        elif "cancel" in step:
            with anyio.move_on_after(step.get("after", 0.5)) as scope:
                await do.call(step["cancel"], step.get("arguments", {}), None, on_progress)
            outcome = {"cancel": step["cancel"], "cancelled": scope.cancelled_caught, "progress": progress}
        elif "parallel" in step:
            calls = [do.call(step["parallel"], step.get("arguments", {}), None, on_progress)
                     for _ in range(step.get("times", 10))]
            results = [told(result) for result in await asyncio.gather(*calls)]
            outcome = {"parallel": step["parallel"], "texts": [result["text"] for result in results],
                       "errors": sum(result["is_error"] for result in results)}
        elif "read" in step:
            outcome = {"read": step["read"], "text": await do.read(step["read"])}
        elif "prompt" in step:
            outcome = {"prompt": step["prompt"], "text": await do.prompt(step["prompt"], step.get("arguments", {}))}
        elif "list" in step:
            outcome = {"list": step["list"], "names": await do.names(step["list"])}
        elif "sleep" in step:
            await anyio.sleep(step["sleep"])
            outcome = {"sleep": step["sleep"]}
        else:
            outcome = {"raised": f"no such step: {step}"}
    except Exception as fault:
        outcome = {"raised": f"{type(fault).__name__}: {fault}", "progress": progress}
        code = getattr(getattr(fault, "error", None), "code", None)
        if code is not None:
            outcome["code"] = code
    outcome["seconds"] = round(time.monotonic() - began, 3)
    return outcome


async def play(plan, do, report):
    report["tools"] = await do.names("tools")
    report["steps"] = []
    for step in plan:
        report["steps"].append(await perform(step, do))


def main(client, session):
    """`session(plan, elicit, command, report)` fills the report."""
    plan, elicit, command = parse()
    report = {"client": client}
    try:
        asyncio.run(session(plan, elicit, command, report))
    except BaseException as fault:
        report["error"] = f"{type(fault).__name__}: {fault}"
        while isinstance(fault, BaseExceptionGroup):
            fault = fault.exceptions[0]
            report["error"] += f" / {type(fault).__name__}: {fault}"
    print(json.dumps(report, default=str), flush=True)
    sys.exit(1 if "error" in report else 0)
