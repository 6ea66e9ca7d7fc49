"""Runs a command in a pseudo-terminal of its own and types answers at its prompts (stdlib only).

    pty.py SPEC RESULT [--attached]

SPEC is a JSON file {argv, env, cwd, typed, timeout, columns}; RESULT gets, in one rename, {code, output, typed,
timed_out, error}. The gateway refuses a decision when an ancestor of the command is the parent of a live `serve` or
`wrap`, and a test is such a parent: so this process leaves the test's family first (double fork, setsid) and the
command's ancestors lead to PID 1 past it. `--attached` stays in the family: an agent with a terminal of its own.

A prompt shows when output has been quiet for a moment and the cursor stands behind some text, or when nothing at all
came for a second. `typed` holds one entry a prompt: a line; or `re:PATTERN`, group 1 of its last match in the output so
far (a word that only the card shows); or `eof`, which types Ctrl-D.
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

QUIET_BEHIND_TEXT = 0.12
QUIET_ANYWHERE = 1.0
ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[@-_]")


def plain(output):
    return ANSI.sub("", output.decode("utf-8", "replace")).replace("\r\n", "\n").replace("\r", "\n")


def line_to_type(entry, output):
    if entry == "eof":
        return b"\x04"
    if entry.startswith("re:"):
        found = re.findall(entry[3:], plain(output))
        if not found:
            raise LookupError(f"nothing on the screen matches {entry!r}")
        last = found[-1]
        entry = last if isinstance(last, str) else last[0]
    return entry.encode() + b"\r"


def run(spec):
    pid, master = pty.fork()
    if pid == 0:
        try:
            os.chdir(spec["cwd"])
            os.execve(spec["argv"][0], spec["argv"], spec["env"])
        finally:
            os._exit(127)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 50, spec.get("columns", 120), 0, 0))
    output, typed, todo, error = b"", [], list(spec["typed"]), None
    start = last = time.monotonic()
    fresh = False  # has anything been printed since the last typed line
    timed_out = False
    while True:
        now = time.monotonic()
        if now - start > spec["timeout"]:
            timed_out = True
            os.kill(pid, signal.SIGKILL)
            break
        readable, _, _ = select.select([master], [], [], 0.02)
        if readable:
            try:
                chunk = os.read(master, 65536)
            except OSError:  # EIO: the last process closed the terminal
                break
            if not chunk:
                break
            output += chunk
            last, fresh = time.monotonic(), True
            continue
        quiet = now - last
        behind_text = fresh and not plain(output).endswith("\n") and plain(output) != ""
        if todo and (quiet > QUIET_ANYWHERE or (behind_text and quiet > QUIET_BEHIND_TEXT)):
            entry = todo.pop(0)
            try:
                line = line_to_type(entry, output)
            except LookupError as nothing:
                error, line = str(nothing), b"\x04"
                todo.clear()
            os.write(master, line)
            typed.append(line.decode().strip())
            last, fresh = time.monotonic(), False
    _, status = os.waitpid(pid, 0)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "output": plain(output),
        "typed": typed,
        "timed_out": timed_out,
        "error": error,
    }


def leave_family():
    """Afterwards our parent is PID 1 (or a subreaper above everything), and the first process has ended."""
    if os.fork() > 0:
        os._exit(0)
    os.setsid()
    middle = os.getpid()
    if os.fork() > 0:
        os._exit(0)
    while os.getppid() == middle:
        time.sleep(0.002)


def main():
    spec_file, result_file = sys.argv[1:3]
    with open(spec_file, encoding="utf-8") as file:
        spec = json.load(file)
    if "--attached" not in sys.argv[3:]:
        leave_family()
    try:
        result = run(spec)
    except BaseException as fault:  # whatever happens, the test must not wait in vain
        result = {"code": -1, "output": "", "typed": [], "timed_out": False, "error": repr(fault)}
    with open(result_file + ".new", "w", encoding="utf-8") as file:
        json.dump(result, file)
    os.rename(result_file + ".new", result_file)


main()
