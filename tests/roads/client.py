"""A client that nobody here wrote, and its user: makes calls at the gateway and answers what it is asked.

    client.py legacy|modern|fastmcp ANSWERS CALLS COMMAND ARGS...

COMMAND may be the URL of a gateway that listens; AGENT_TOKEN of the environment is shown to it.

ANSWERS is a JSON list of elicitation results, used in order and the last one again: {"action": .., "content": {..}}. CALLS is
a JSON list of [tool, arguments]. Printed: {"protocol", "asked": [messages], "results": [{"text", "is_error"}]}.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "clients"))

import common
from mcp.types import ElicitResult, Implementation

ANSWERS, CALLS, COMMAND = json.loads(sys.argv[2]), json.loads(sys.argv[3]), sys.argv[4:]
report = {"asked": [], "results": []}


def next_answer(message):
    answer = ANSWERS[min(len(report["asked"]), len(ANSWERS) - 1)]
    report["asked"].append(message)
    return answer


def told(result):
    is_error = getattr(result, "is_error", None)
    is_error = getattr(result, "isError", False) if is_error is None else is_error
    texts = [part.text for part in result.content if getattr(part, "text", None) is not None]
    report["results"].append({"text": "\n".join(texts), "is_error": bool(is_error)})


async def answer(_context, params):
    said = next_answer(params.message)
    return ElicitResult(action=said["action"], content=said.get("content"))


async def legacy():
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    server = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=dict(os.environ))
    streams = common.over_http(COMMAND[0]) if common.is_url(COMMAND) else stdio_client(server)
    async with streams as (read, write, *_):
        info = Implementation(name="mcp-legacy", version="1")
        async with ClientSession(read, write, elicitation_callback=answer, client_info=info) as client:
            report["protocol"] = (await client.initialize()).protocol_version
            for tool, arguments in CALLS:
                told(await client.call_tool(tool, arguments))


async def modern():
    from mcp import Client, StdioServerParameters

    server = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=dict(os.environ))
    if common.is_url(COMMAND):
        server = common.over_http(COMMAND[0])
    info = Implementation(name="mcp-modern", version="1")
    async with Client(server, mode="auto", elicitation_callback=answer, client_info=info) as client:
        report["protocol"] = client.protocol_version
        for tool, arguments in CALLS:
            told(await client.call_tool(tool, arguments))


async def fastmcp():
    from fastmcp import Client
    from fastmcp.client.elicitation import ElicitResult as Answer
    from fastmcp.client.transports import StdioTransport, StreamableHttpTransport

    async def handler(message, response_type, params, context):
        said = next_answer(message)
        return Answer(action=said["action"], content=said.get("content"))

    transport = StdioTransport(COMMAND[0], COMMAND[1:], env=dict(os.environ), keep_alive=False)
    if common.is_url(COMMAND):
        transport = StreamableHttpTransport(COMMAND[0], headers=common.bearer())
    info = Implementation(name="fastmcp", version="1")
    mode = {"mode": "legacy"} if sys.argv[1] == "fastmcp-legacy" else {}
    async with Client(transport, elicitation_handler=handler, client_info=info, **mode) as client:
        report["protocol"] = client.protocol_version
        for tool, arguments in CALLS:
            told(await client.call_tool(tool, arguments, raise_on_error=False))


asyncio.run({"legacy": legacy, "modern": modern}.get(sys.argv[1], fastmcp)())
print(json.dumps(report), flush=True)
