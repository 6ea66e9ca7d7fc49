"""PyPI `mcp`, `Client` in its default mode "auto": 2026-07-28 where the server knows it. See common.py."""

import common
from mcp import Client, StdioServerParameters
from mcp.types import ElicitResult, Implementation


class Do:
    def __init__(self, client):
        self.client = client

    async def call(self, tool, arguments, timeout, progress):
        return await self.client.call_tool(tool, arguments, read_timeout_seconds=timeout, progress_callback=progress)

    async def read(self, uri):
        return "\n".join(part.text for part in (await self.client.read_resource(uri)).contents)

    async def prompt(self, name, arguments):
        messages = (await self.client.get_prompt(name, arguments)).messages
        return "\n".join(message.content.text for message in messages)

    async def names(self, what):
        listed = await getattr(self.client, f"list_{what}")()
        return [item.uri if what == "resources" else item.name for item in getattr(listed, what)]


async def session(plan, elicit, command, report):
    async def answer(_context, _params):
        return ElicitResult(action=elicit, content={} if elicit == "accept" else None)

    if common.is_url(command):
        server = common.over_http(command[0])
    else:
        server = StdioServerParameters(command=command[0], args=command[1:], env=common.environment())
    client = Client(
        server, mode="auto", elicitation_callback=answer if elicit else None,
        client_info=Implementation(name="mcp-modern", version="1"),
    )
    async with client:
        report["protocol"] = client.protocol_version
        report["server"] = client.server_info.name if client.server_info else None
        await common.play(plan, Do(client), report)


if __name__ == "__main__":
    common.main("mcp-modern", session)
