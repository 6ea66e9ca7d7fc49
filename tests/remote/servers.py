"""Servers that nobody here wrote, over streamable HTTP, with two tools that write down what they executed.

    servers.py fastmcp|mcp|mcp_json LOG PORT
"""

import os
import sys

kind, log, port = sys.argv[1], sys.argv[2], int(sys.argv[3])


def executed(text):
    with open(log, "a", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


if kind == "fastmcp":
    from fastmcp import Context, FastMCP

    server = FastMCP("real")
else:
    from mcp.server.mcpserver import Context, MCPServer

    server = MCPServer("real")


async def read_note(id: str) -> str:
    """Reads one note."""
    executed(f"read {id}")
    return f"note {id}"


async def write_note(id: str, text: str) -> str:
    """Writes one note."""
    executed(f"write {id} {text}")
    return f"wrote {id}"


async def count(n: int, context: Context) -> str:
    """Reads n things."""
    for number in range(1, n + 1):
        await context.report_progress(number, n)
    return f"counted {n}"


READS = {"readOnlyHint": True}
if kind == "fastmcp":
    server.tool(read_note, annotations=READS)
    server.tool(count, annotations=READS)
    server.tool(write_note)
    server.run(transport="http", host="127.0.0.1", port=port, path="/mcp", show_banner=False, log_level="error")
else:
    from mcp.types import ToolAnnotations

    server.add_tool(read_note, annotations=ToolAnnotations(**READS))
    server.add_tool(count, annotations=ToolAnnotations(**READS))
    server.add_tool(write_note)
    server.run("streamable-http", host="127.0.0.1", port=port, json_response=kind == "mcp_json")
