"""Five hosts in network namespaces that really talk to each other, seen by `ss` and `conntrack`.

    lab.py FOLDER

Needs root, `ip`, `ss`, `nft` and `conntrack`. A router in the middle tracks connections and translates one address, as a
Kubernetes node does for a service; the hosts behind it are `web`, `api`, `db` and `outside`. Writes `conntrack.txt` (the
router's table) and one `ss-HOST.txt` a host into FOLDER, and removes every namespace that it made. Exit code 77: this
machine cannot do it; standard error says why.

What happens, so that tests can name it:
  web -> api      TCP 8080, twice over IPv4, once over IPv6
  web -> api      TCP 8080 once more, by the translated address 10.77.9.9 port 80
  api -> db       TCP 5432
  api -> db       TCP 50051, from local port 20001, which is the lower one
  web -> db       UDP 8125, one way
  api -> outside  TCP 443 (no name is known for that address)
  web -> db       TCP 9999, dropped on the way, and TCP 9998 to a host that is not there: never answered
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

HOSTS = {"web": 1, "api": 2, "db": 3, "outside": 4}
TAG = f"cs{os.getpid()}"
HUB = f"{TAG}-hub"

SERVER = """
import socket, sys
tcp, udp = [int(p) for p in sys.argv[1].split(',') if p], [int(p) for p in sys.argv[2].split(',') if p]
held = []
for port in tcp:
    s = socket.create_server(('::', port), family=socket.AF_INET6, dualstack_ipv6=True)
    held.append(s)
for port in udp:
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(('0.0.0.0', port))
    held.append(s)
print('ready', flush=True)
import selectors
box = selectors.DefaultSelector()
for s in held:
    if s.type == socket.SOCK_STREAM:
        box.register(s, selectors.EVENT_READ)
conns = []
while True:
    for key, _ in box.select():
        conns.append(key.fileobj.accept())
"""

CLIENT = """
import socket, sys
held = []
for wish in sys.argv[1:]:
    kind, host, port, local = wish.split(' ')
    family = socket.AF_INET6 if ':' in host else socket.AF_INET
    s = socket.socket(family, socket.SOCK_DGRAM if kind == 'udp' else socket.SOCK_STREAM)
    if local != '0':
        s.bind(('', int(local)))
    if kind == 'lost':
        s.setblocking(False)
        s.connect_ex((host, int(port)))
    else:
        s.settimeout(20)
        s.connect((host, int(port)))
    if kind == 'udp':
        s.send(b'seen:1|c')
    held.append(s)
print('ready', flush=True)
sys.stdin.read()
"""

RULES = """
table ip nat {
  chain prerouting { type nat hook prerouting priority -100;
    ip daddr 10.77.9.9 tcp dport 80 dnat to 10.77.2.2:8080; }
}
table inet track {
  chain forward { type filter hook forward priority 0;
    tcp dport 9999 drop
    ct state new,established,related accept; }
}
"""


def sh(*argv, **more):
    return subprocess.run(argv, check=True, capture_output=True, text=True, **more).stdout


def within(ns, *argv, **more):
    return sh("ip", "netns", "exec", ns, *argv, **more)


def build():
    sh("ip", "netns", "add", HUB)
    within(HUB, "ip", "link", "set", "lo", "up")
    for host, number in HOSTS.items():
        ns, link = f"{TAG}-{host}", f"v{number}"
        sh("ip", "netns", "add", ns)
        within(HUB, "ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", ns)
        for place, name, last in [(HUB, link, 1), (ns, "eth0", 2)]:
            within(place, "ip", "addr", "add", f"10.77.{number}.{last}/24", "dev", name)
            within(place, "ip", "addr", "add", f"fd77:{number}::{last}/64", "dev", name, "nodad")
            within(place, "ip", "link", "set", name, "up")
        within(ns, "ip", "link", "set", "lo", "up")
        within(ns, "ip", "route", "add", "default", "via", f"10.77.{number}.1")
        within(ns, "ip", "-6", "route", "add", "default", "via", f"fd77:{number}::1")
    for key in ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"]:
        path = "/proc/sys/" + key.replace(".", "/")
        within(HUB, "sh", "-c", f"echo 1 > {path}")
    within(HUB, "nft", "-f", "-", input=RULES)


def start(host, program, *arguments):
    child = subprocess.Popen(
        ["ip", "netns", "exec", f"{TAG}-{host}", sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if child.stdout.readline() != "ready\n":
        raise RuntimeError(f"the program on `{host}` did not start")
    return child


def capture(folder):
    def keep(name, text):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    keep("conntrack.txt", within(HUB, "conntrack", "-L"))
    for host in HOSTS:
        keep(f"ss-{host}.txt", within(f"{TAG}-{host}", "ss", "-tunap"))


def main(folder):
    missing = [tool for tool in ["ip", "ss", "nft", "conntrack"] if not shutil.which(tool)]
    if missing:
        return f"missing: {', '.join(missing)}"
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    children = []
    try:
        try:
            build()
        except (OSError, subprocess.CalledProcessError) as fault:
            return f"cannot make the namespaces: {fault}: {getattr(fault, 'stderr', '')}"
        children.append(start("api", SERVER, "8080", ""))
        children.append(start("db", SERVER, "5432,50051", "8125"))
        children.append(start("outside", SERVER, "443", ""))
        children.append(
            start("web", CLIENT, *["tcp 10.77.2.2 8080 0"] * 2, "tcp fd77:2::2 8080 0", "tcp 10.77.9.9 80 0",
                  "udp 10.77.3.2 8125 0", "lost 10.77.3.2 9999 0", "lost 10.77.3.77 9998 0"))
        children.append(
            start("api", CLIENT, "tcp 10.77.3.2 5432 0", "tcp 10.77.3.2 50051 20001", "tcp 10.77.4.2 443 0"))
        # A connection that was accepted a moment ago may not be in the other side's table yet.
        time.sleep(0.3)
        capture(folder)
    finally:
        for child in children:
            child.kill()
            child.wait()
        for name in [HUB, *(f"{TAG}-{host}" for host in HOSTS)]:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return None


if __name__ == "__main__":
    why = main(sys.argv[1])
    if why:
        print(why, file=sys.stderr)
        sys.exit(77)
