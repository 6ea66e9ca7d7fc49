"""PyPI `mcp`, the handshake era: `ClientSession` over `stdio_client`, 2025-11-25. See common.py."""

import common
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import ElicitResult, Implementation


class Do:
    def __init__(self, session):
        self.session = session

    async def call(self, tool, arguments, timeout, progress):
        return await self.session.call_tool(tool, arguments, read_timeout_seconds=timeout, progress_callback=progress)

    async def read(self, uri):
        return "\n".join(part.text for part in (await self.session.read_resource(uri)).contents)

    async def prompt(self, name, arguments):
        messages = (await self.session.get_prompt(name, arguments)).messages
        return "\n".join(message.content.text for message in messages)

    async def names(self, what):
        listed = await getattr(self.session, f"list_{what}")()
        return [item.uri if what == "resources" else item.name for item in getattr(listed, what)]


async def session(plan, elicit, command, report):
    async def answer(_context, _params):
        return ElicitResult(action=elicit, content={} if elicit == "accept" else None)

    if common.is_url(command):
        streams = common.over_http(command[0])
    else:
        server = StdioServerParameters(command=command[0], args=command[1:], env=common.environment())
        streams = stdio_client(server)
    async with streams as (read, write):
        client = ClientSession(
            read, write, elicitation_callback=answer if elicit else None,
            client_info=Implementation(name="mcp-legacy", version="1"),
        )
        async with client:
            hello = await client.initialize()
            report["protocol"], report["server"] = hello.protocol_version, hello.server_info.name
            await common.play(plan, Do(client), report)


if __name__ == "__main__":
    common.main("mcp-legacy", session)
