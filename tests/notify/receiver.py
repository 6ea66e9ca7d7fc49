"""Receivers of notifications: a webhook over HTTPS, and mail servers. Each request and message is a line of a log.

receiver.py FOLDER: the folder holds `cert.pem` and `key.pem`. The ports are written to `ports`, as JSON, once all listen.
How the webhook answers is read from `behave` for each request: `ok`, a status, `redirect`, `slow`, `retry`.
"""

import json
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

folder = Path(sys.argv[1])
lock = threading.Lock()


def log(name, value):
    with lock, open(folder / name, "a") as out:
        out.write(json.dumps(value) + "\n")


class Hook(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode("utf-8", "replace")
        how = (folder / "behave").read_text().strip() if (folder / "behave").exists() else "ok"
        log("hook", {"method": self.command, "path": self.path, "headers": str(self.headers), "body": body,
                     "how": how, "at": time.time()})
        if how == "slow":
            time.sleep(14)
        code, extra = 204, {}
        if how == "redirect":
            code, extra = 307, {"Location": f"https://localhost:{self.server.server_port}/moved"}
        elif how == "retry":
            code, extra = 429, {"Retry-After": "3"}
        elif how.isdigit():
            code = int(how)
        try:
            self.send_response(code)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            pass

    do_GET = do_POST

    def log_message(self, *_):
        pass


class Mails:
    def __init__(self, name):
        self.name = name

    async def handle_DATA(self, server, session, envelope):
        log(self.name, {"from": envelope.mail_from, "to": envelope.rcpt_tos, "text": envelope.content.decode(),
                        "tls": session.ssl is not None, "auth": session.authenticated})
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    ok = getattr(data, "login", b"") == b"cs" and getattr(data, "password", b"") == b"s3cret-of-mail"
    return AuthResult(success=ok)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder / "cert.pem", folder / "key.pem")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def get_request(self):
        sock, address = self.socket.accept()
        log("connections", {"from": address[1]})
        sock.settimeout(20)
        return context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, *_):
        pass


hook = Server(("127.0.0.1", 0), Hook)
threading.Thread(target=hook.serve_forever, daemon=True).start()
import socket


def free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


safe = Controller(Mails("mail"), hostname="127.0.0.1", port=free(), tls_context=context, require_starttls=True,
                  authenticator=authenticate, auth_required=True)
safe.start()
plain = Controller(Mails("plain"), hostname="127.0.0.1", port=free())
plain.start()
(folder / "ports.new").write_text(json.dumps({"hook": hook.server_port, "mail": safe.port, "plain": plain.port}))
(folder / "ports.new").rename(folder / "ports")
sys.stdin.read()
