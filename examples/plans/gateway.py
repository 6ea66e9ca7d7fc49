"""What both scripts share: a session of PyPI's `mcp` at `countersign serve`, and a line of JSON for what happened."""

import json
import os
import sys

from mcp import Client, StdioServerParameters
from mcp.types import Implementation

# Longer than the gateway holds a call (50 s for a client that it does not know).
PATIENCE = 120


def tell(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)


class Refused(Exception):
    """The gateway said no. `code` is stable, the text is for people."""

    def __init__(self, tool, code, text, data):
        super().__init__(text)
        self.tool, self.code, self.text, self.data = tool, code, text, data or {}


class Gateway:
    def __init__(self, client):
        self.client = client

    async def call(self, tool, **arguments):
        """The structured result of a tool; a refusal is raised. The gateway's signs of life become lines."""
        async def beat(_progress, _total, message):
            tell("progress", tool=tool, message=message)

        result = await self.client.call_tool(
            tool, arguments, read_timeout_seconds=PATIENCE, progress_callback=beat
        )
        if result.is_error:
            meta = (result.meta or {}).get("countersign/refusal", {})
            text = "\n".join(part.text for part in result.content if part.type == "text")
            raise Refused(tool, meta.get("code", "failed"), text, result.structured_content)
        return result.structured_content


async def played(name, tenant, play):
    """Starts `countersign serve`, lets `play` speak to it under this client name, and gives the exit code.

    Runs and questions belong to the user of the machine and that name: who comes back later needs both.
    """
    if "COUNTERSIGN_TOKEN" in os.environ:
        sys.exit("COUNTERSIGN_TOKEN is set: who asks must not hold the token of who decides")
    args = ["--tenant", tenant] if tenant else []
    server = StdioServerParameters(command="countersign", args=[*args, "serve"], env=dict(os.environ))
    async with Client(server, client_info=Implementation(name=name, version="1")) as client:
        try:
            return await play(Gateway(client))
        except Refused as refused:
            tell("refused", tool=refused.tool, code=refused.code, cause=refused.data.get("cause"), text=refused.text)
            return 1
