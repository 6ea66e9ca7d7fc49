"""FastMCP's `Client` over stdio, in its default mode "auto". See common.py."""

import common
from fastmcp import Client
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport
from mcp.types import Implementation


class Do:
    def __init__(self, client):
        self.client = client

    async def call(self, tool, arguments, timeout, progress):
        return await self.client.call_tool(
            tool, arguments, timeout=timeout, progress_handler=progress, raise_on_error=False
        )

    async def read(self, uri):
        return "\n".join(part.text for part in await self.client.read_resource(uri))

    async def prompt(self, name, arguments):
        messages = (await self.client.get_prompt(name, arguments)).messages
        return "\n".join(message.content.text for message in messages)

    async def names(self, what):
        listed = await getattr(self.client, f"list_{what}")()
        return [str(item.uri) if what == "resources" else item.name for item in listed]


async def session(plan, elicit, command, report):
    async def answer(_message, _response_type, _params, _context):
        from fastmcp.client.elicitation import ElicitResult
        return ElicitResult(action=elicit, content={} if elicit == "accept" else None)

    if common.is_url(command):
        transport = StreamableHttpTransport(command[0], headers=common.bearer())
    else:
        # keep_alive would let the server outlive the client.
        transport = StdioTransport(command[0], command[1:], env=common.environment(), keep_alive=False)
    client = Client(
        transport, elicitation_handler=answer if elicit else None,
        client_info=Implementation(name="fastmcp", version="1"),
    )
    async with client:
        report["protocol"] = client.protocol_version
        report["server"] = getattr(getattr(client.initialize_result, "server_info", None), "name", None)
        await common.play(plan, Do(client), report)


if __name__ == "__main__":
    common.main("fastmcp", session)
