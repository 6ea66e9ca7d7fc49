"""A terminal that is typed at and read, for as long as a test wants (stdlib and pyte).

    terminal.py SPEC SOCKET [--attached]

SPEC is a JSON file {argv, env, cwd, rows, columns}. The test connects to the Unix socket SOCKET, writes one JSON object a
line and reads one for each: {"type": TEXT}, {"size": [ROWS, COLUMNS]}, {"signal": NUMBER}, {"hangup": true} or {}. The
answer is what there is then: {lines, cursor, sent, raw, alternate, cooked, code, stopped, pid}. `raw` is what came since
the last answer, `sent` how many bytes in all. The command ends with the connection.

As in pty.py this leaves the test's family first, so that no ancestor of the command is a gateway's parent; `--attached`
stays in it: an agent with a terminal of its own.
"""

import fcntl
import json
import os
import pty
import select
import signal
import socket
import struct
import sys
import termios
import time

import pyte


def leave_family():
    if os.fork() > 0:
        os._exit(0)
    os.setsid()
    middle = os.getpid()
    if os.fork() > 0:
        os._exit(0)
    while os.getppid() == middle:
        time.sleep(0.002)


class Terminal:
    def __init__(self, spec):
        self.master, self.slave = pty.openpty()
        self.size(spec["rows"], spec["columns"])
        self.screen = pyte.Screen(spec["columns"], spec["rows"])
        self.stream = pyte.ByteStream(self.screen)
        self.alternate, self.sent, self.raw, self.code = False, 0, b"", None
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
                for fd in (0, 1, 2):
                    os.dup2(self.slave, fd)
                os.closerange(3, 256)
                os.chdir(spec["cwd"])
                os.execve(spec["argv"][0], spec["argv"], spec["env"])
            finally:
                os._exit(127)

    def size(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def take(self):
        """Whatever came."""
        while select.select([self.master], [], [], 0)[0]:
            try:
                chunk = os.read(self.master, 65536)
            except OSError:
                return
            self.sent += len(chunk)
            self.raw += chunk
            self.stream.feed(chunk)
        on, off = self.raw.rfind(b"\x1b[?1049h"), self.raw.rfind(b"\x1b[?1049l")
        if on != off:
            self.alternate = on > off
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)

    def state(self):
        try:
            with open(f"/proc/{self.pid}/stat", encoding="utf-8") as file:
                return file.read().rpartition(")")[2].split()[0]
        except OSError:
            return ""

    def told(self):
        # First: whatever it did before it stopped is then in what follows.
        stopped = self.state() == "T"
        self.take()
        flags = termios.tcgetattr(self.slave)[3]
        raw, self.raw = self.raw, b""
        return {
            # Not `display`: it stumbles over the empty cell beside a wide letter where two tables of widths differ.
            "lines": [
                "".join(self.screen.buffer[y][x].data for x in range(self.screen.columns)).rstrip()
                for y in range(self.screen.lines)
            ],
            "cursor": [self.screen.cursor.y, self.screen.cursor.x],
            "sent": self.sent,
            "raw": raw.decode("latin-1"),
            "alternate": self.alternate,
            "cooked": bool(flags & termios.ICANON) and bool(flags & termios.ECHO),
            "code": self.code,
            "stopped": stopped,
            "pid": self.pid,
        }

    def obey(self, order):
        if "type" in order:
            os.write(self.master, order["type"].encode())
        if "size" in order:
            rows, columns = order["size"]
            self.take()
            self.screen.resize(rows, columns)
            self.size(rows, columns)
            os.kill(self.pid, signal.SIGWINCH)
        if "signal" in order:
            os.kill(self.pid, order["signal"])
        return self.told()


def main():
    spec_file, path = sys.argv[1:3]
    with open(spec_file, encoding="utf-8") as file:
        spec = json.load(file)
    if "--attached" not in sys.argv[3:]:
        leave_family()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path + ".new")
    listener.listen(1)
    os.rename(path + ".new", path)
    listener.settimeout(60)
    connection, _ = listener.accept()
    terminal = Terminal(spec)
    buffer = b""
    try:
        while True:
            ready, _, _ = select.select([connection, terminal.master], [], [], 1)
            if terminal.master in ready and connection not in ready:
                terminal.take()
                continue
            if connection not in ready:
                continue
            chunk = connection.recv(65536)
            if not chunk:
                break
            buffer += chunk
            while b"\n" in buffer:
                line, _, buffer = buffer.partition(b"\n")
                connection.sendall(json.dumps(terminal.obey(json.loads(line))).encode() + b"\n")
    finally:
        if terminal.code is None:
            os.kill(terminal.pid, signal.SIGKILL)
            os.waitpid(terminal.pid, 0)


main()
