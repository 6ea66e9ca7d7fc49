"""A recording MCP server over streamable HTTP, stdlib only: what a test puts behind the gateway's way out.

    site.py LOG [PORT [CERT KEY]]

Prints its port; with a certificate and its key it speaks TLS. LOG gets one JSON line a request, {"method", "path", "headers", "body"}, appended and fsynced BEFORE
anything is answered. LOG.control is JSON, read anew at every request:
    token TEXT         wants it as a bearer token, else 401
    sessions false     gives none
    forget N           another number than before: all sessions are gone
    on_call MODE       what a tools/call meets (default "json"):
        json  sse      answers so; "sse" with three notifications of progress before the answer
        bytes          answers as "sse", one byte at a time
        cut            begins a stream, and ends it before the answer
        drop           ends the connection instead of answering
        silent         answers nothing for a minute
        slow_headers   the same, but every second a byte of a head that does not end
        giant          a JSON answer that does not end
        giant_event    an event that does not end
        html           a page
        empty          202
        redirect       `code`, else 307, to `to`
        status         the status `status`, with the JSON-RPC error `error` under the call's own id if there is one
        twice          answers two times in one stream
        foreign        answers under another id first
"""

import itertools
import json
import os
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOG = os.path.abspath(sys.argv[1])
log_fd = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
lock = threading.Lock()
sessions = set()
forgotten = None
numbers = itertools.count(1)
streams = threading.Event()

TOOLS = [
    {"name": "read_note", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": True}},
    {"name": "write_note", "inputSchema": {"type": "object"}},
]


def control():
    try:
        with open(LOG + ".control", encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def record(self, body):
        # Before it is on record: whoever waits for that may change it then.
        self.options = control()
        entry = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body,
        }
        with lock:
            os.write(log_fd, (json.dumps(entry) + "\n").encode())
            os.fsync(log_fd)

    def plain(self, status, body=b"", kind="application/json", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def stream(self):
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()

    def event(self, message):
        self.wfile.write(f"event: message\ndata: {json.dumps(message)}\n\n".encode())
        self.wfile.flush()

    def refused(self):
        """Whether the door is closed to this request."""
        global forgotten
        with lock:
            if self.options.get("forget") != forgotten:
                forgotten = self.options.get("forget")
                sessions.clear()
        token = self.options.get("token")
        if token and self.headers.get("Authorization") != f"Bearer {token}":
            self.plain(401, b"{}", WWW_Authenticate="Bearer")
            return True
        session = self.headers.get("Mcp-Session-Id")
        if session and session not in sessions:
            self.plain(404, b'{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}')
            return True
        return False

    def do_GET(self):
        self.record(None)
        if not self.refused():
            self.plain(405)

    def do_DELETE(self):
        self.record(None)
        if not self.refused():
            sessions.discard(self.headers.get("Mcp-Session-Id"))
            self.plain(200)

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"]))
        message = json.loads(text)
        self.record(message)
        if self.refused():
            return
        method, id = message.get("method"), message.get("id")
        if id is None or method is None:
            return self.plain(202)
        headers = {}
        if method == "initialize":
            if self.options.get("redirect_start"):
                return self.plain(self.options.get("code", 307), Location=self.options["redirect_start"])
            result = {
                "protocolVersion": "2025-11-25",
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "site", "version": "1"},
            }
            if self.options.get("sessions", True):
                headers["Mcp_Session_Id"] = f"session-{next(numbers)}-{os.getpid()}"
                sessions.add(headers["Mcp_Session_Id"])
        elif method == "tools/list":
            result = {"tools": TOOLS}
        elif method == "tools/call":
            return self.called(message)
        else:
            result = {}
        self.plain(200, json.dumps({"jsonrpc": "2.0", "id": id, "result": result}).encode(), **headers)

    def called(self, message):
        mode, id, params = self.options.get("on_call", "json"), message["id"], message["params"]
        text = json.dumps(params.get("arguments", {}))
        answer = {"jsonrpc": "2.0", "id": id, "result": {"content": [{"type": "text", "text": text}]}}
        if mode == "json":
            self.plain(200, json.dumps(answer, indent=1).encode(), kind="Application/JSON; charset=utf-8")
        elif mode in ("sse", "bytes"):
            token = params.get("_meta", {}).get("progressToken")
            events = [
                {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": token, "progress": n}}
                for n in (1, 2, 3)
            ]
            self.stream()
            self.wfile.write(b": hello\r\nid: 1\r\ndata:\r\n\r\nretry: 1\nevent: ping\ndata: {}\n\n")
            for event in (events if token is not None else []) + [answer]:
                if mode == "sse":
                    self.event(event)
                    continue
                # Lines of every kind, every byte a chunk of its own.
                data = json.dumps(event, indent=1).replace("\n", "\rdata: ")
                for byte in f"data: {data}\r\n\r\n".encode():
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
        elif mode == "cut":
            self.stream()
            self.wfile.write(b"data: " + json.dumps(answer).encode()[:-4] + b"\n")
        elif mode == "drop":
            self.close_connection = True
        elif mode == "silent":
            time.sleep(60)
        elif mode == "slow_headers":
            self.close_connection = True
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            for _ in range(60):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(1)
        elif mode in ("giant", "giant_event"):
            self.close_connection = True
            kind = "application/json" if mode == "giant" else "text/event-stream"
            self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\ndata: ".encode())
            while True:
                self.wfile.write(b"x" * 1_000_000)
        elif mode == "html":
            self.plain(200, json.dumps(answer).encode(), kind="text/html")
        elif mode == "empty":
            self.plain(202)
        elif mode == "redirect":
            self.plain(self.options.get("code", 307), Location=self.options["to"])
        elif mode == "status":
            error = self.options.get("error")
            body = json.dumps({"jsonrpc": "2.0", "id": id, "error": error}).encode() if error else b"no"
            self.plain(self.options["status"], body, kind="application/json" if error else "text/plain")
        elif mode == "twice":
            self.stream()
            self.event(answer)
            answer["result"] = {"content": [{"type": "text", "text": "the second"}]}
            self.event(answer)
        elif mode == "foreign":
            self.stream()
            self.event({"jsonrpc": "2.0", "id": id + 1_000, "result": {"content": []}})
            self.event({"jsonrpc": "2.0", "id": str(id), "result": {"content": []}})
            self.event(answer)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Handler)
if len(sys.argv) > 4:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[3], sys.argv[4])
    server.socket = tls.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
