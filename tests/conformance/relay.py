"""Adds the token that the conformance suite has no way to send; stdlib only.

    relay.py PORT       prints its own port; the token is in AGENT_TOKEN

One request a connection. The port in `Host` and `Origin` is made the gateway's own, so that what it checks is what the
suite wrote: a foreign name stays foreign. Nothing else is touched, not even the order of headers.
"""

import asyncio
import os
import sys

PORT, TOKEN = int(sys.argv[1]), os.environ["AGENT_TOKEN"]


async def pump(reader, writer):
    try:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass


async def serve(reader, writer):
    there = None
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        kept, length = [], 0
        for line in lines:
            name, _, value = line.partition(":")
            name = name.lower()
            if name in ("connection", "authorization"):
                continue
            if name == "content-length":
                length = int(value)
            if name in ("host", "origin"):
                line = line.replace(f":{own}", f":{PORT}")
            kept.append(line)
        kept += ["Connection: close", f"Authorization: Bearer {TOKEN}"]
        body = await reader.readexactly(length)
        answers, there = await asyncio.open_connection("127.0.0.1", PORT)
        there.write("\r\n".join([first, *kept, "", ""]).encode("latin-1") + body)
        await there.drain()
        back = asyncio.create_task(pump(answers, writer))
        # The suite leaves a stream by closing its connection: so does the relay.
        gone = asyncio.create_task(reader.read())
        await asyncio.wait([back, gone], return_when=asyncio.FIRST_COMPLETED)
        back.cancel()
        gone.cancel()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()
        if there:
            there.close()


async def main():
    global own
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20)
    own = server.sockets[0].getsockname()[1]
    print(own, flush=True)
    await server.serve_forever()


asyncio.run(main())
