#!/usr/bin/env python3
"""Checks an evidence pack of `countersign audit export`, without countersign and without any package.

    python3 check_evidence.py PACK [--public-key HEX]

Every row's hash is computed anew, the chain is walked from the first row to the head, the head's signature is checked,
and every event is held to the row that it shows (its severity and module are words of ours and prove nothing).
`--public-key` is the key of the journal's owner as you got it on
another way (`head.pub` in his home); without it the signature is checked against the key in the pack itself, which
says only that one hand made all of it.

Prints what holds and exits with 0, or what does not and exits with 1. A pack whose last row no head vouches for is
told so and exits with 1, unless `--unsigned` accepts that.
"""

import argparse
import datetime
import hashlib
import json
import sys
import uuid

ZERO = bytes(32)
PARTS = {"session": "session", "server": "upstream", "tool": "tool", "verdict": "verdict", "tier": "tier",
         "policy_version": "policy", "approval": "approval", "outcome": "outcome"}


class Wrong(Exception):
    """Something in the pack is not as it says."""


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def need(condition, what):
    if not condition:
        raise Wrong(what)


# --- Ed25519 by RFC 8032, only to verify; slow, and the standard library has none.

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def recover(y, sign):
    need(y < P, "a point is not on the curve")
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P)
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - x2) % P == 0, "a point is not on the curve")
    return P - x if x & 1 != sign else x


def point(data):
    number = int.from_bytes(data, "little")
    y = number & (1 << 255) - 1
    x = recover(y, number >> 255)
    return (x, y, 1, x * y % P)


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    w, x, y, z = f - e, h - g, h + g, f + e
    return (w * x % P, y * z % P, x * y % P, w * z % P)


def times(number, base):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, base)
        base, number = add(base, base), number >> 1
    return total


def signed(public, message, signature):
    base_y = 4 * pow(5, P - 2, P) % P
    base = (recover(base_y, 0), base_y, 1, recover(base_y, 0) * base_y % P)
    s = int.from_bytes(signature[32:], "little")
    if s >= Q or len(signature) != 64:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    a, b = times(s, base), add(point(signature[:32]), times(h, point(public)))
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


# --- the pack


def read(path):
    """What the pack is, its (event, row) pairs, and place and digest of every row from the first to the head."""
    with open(path, encoding="utf-8") as file:
        first = json.loads(file.readline())
        need(first.get("format") == "countersign-evidence/1", "this is no pack of a format known here")
        if "rows" in first:
            pairs = list(zip(first["events"], first["rows"]))
            need(len(first["events"]) == len(first["rows"]), "events and rows are not the same number")
            need(first["links"], "the story is too far from any head to be linked to it")
            links = enumerate(first["links"]["meta_digests"], first["links"]["first"])
            return first, pairs, list(links)
        pairs, links = [], []
        for line in file:
            line = json.loads(line)
            if "row" in line:
                pairs.append((line["event"], line["row"]))
                links.append((line["row"]["seq"], line["row"]["meta_digest"]))
            else:
                links.append((line["link"]["seq"], line["link"]["meta_digest"]))
        return first, pairs, links


def check_row(pack, row):
    where = f"row {row['seq']}"
    digest = bytes.fromhex(row["meta_digest"])
    need(sha(b"\0", bytes.fromhex(row["prev"]), digest).hex() == row["hash"], f"{where}: its hash does not fit")
    need(row["meta"] is not None, f"{where}: nothing is left of it, so it cannot be of this tenant on record")
    need(sha(row["meta"].encode()) == digest, f"{where}: what it says is not what was hashed")
    meta = json.loads(row["meta"])
    need(meta["seq"] == row["seq"], f"{where}: it was written as row {meta['seq']}")
    need(meta["tenant"] == pack["tenant"], f"{where}: it is of another tenant")
    story = pack["correlation_id"]
    need(story is None or meta["correlation"] == story, f"{where}: it is of another story")
    body = None
    if row["body"] is not None or "body_hex" in row:
        body = bytes.fromhex(row["body_hex"]) if "body_hex" in row else row["body"].encode()
        need(sha(bytes.fromhex(row["salt"]), body).hex() == meta["body_digest"], f"{where}: its body is another")
    return meta, body


def check_event(event, row, meta, body):
    where = f"the event of row {row['seq']}"
    raw = bytearray(bytes.fromhex(row["hash"])[:16])
    raw[6], raw[8] = raw[6] & 0x0F | 0x80, raw[8] & 0x3F | 0x80
    need(event["id"] == str(uuid.UUID(bytes=bytes(raw))), f"{where} has an id that is not made of the row's hash")
    need(event["type"] == meta["type"], f"{where} has another type")
    time = datetime.datetime.fromtimestamp(0, datetime.timezone.utc) + datetime.timedelta(milliseconds=meta["ts"])
    need(event["timestamp"] == time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{meta['ts'] % 1000:03}Z", f"{where} has another time")
    told = event["meta"]
    actor = meta["principal"] and f"{meta['principal']['role']}:{meta['principal']['name']}"
    expected = {"tenant_id": meta["tenant"], "correlation_id": meta["correlation"], "actor_id": actor,
                "session_id": meta["session"], "seq": row["seq"], "hash": row["hash"]}
    for name, value in expected.items():
        need(told[name] == value, f"{where} has another `{name}`")
    source = "ir_governance" if meta["type"].startswith("ir.") else "countersign"
    need(event["source"] == source, f"{where} has another source")
    try:
        said = json.loads(body) if body else {}
    except ValueError:
        said = body.decode(errors="replace")
    as_written = source == "ir_governance" and bool(body) and isinstance(said, dict)
    said = said if isinstance(said, dict) else {"body": said}
    values = {} if as_written else {"principal": actor, **{name: meta[of] for name, of in PARTS.items()}}
    payload = {name: value for name, value in values.items() if value is not None}
    taken = set(payload)
    payload.update({f"body.{name}" if name in taken else name: value for name, value in said.items()})
    if body is None and meta["body_digest"] != sha().hex():
        payload["erased"] = True
    need(event["payload"] == payload, f"{where} tells something else than the row")


def check(path, public_key, unsigned):
    pack, pairs, links = read(path)
    rows = {}
    for event, row in pairs:
        check_event(event, row, *check_row(pack, row))
        rows[row["seq"]] = row
    need(pairs, "it has no row")
    need(list(rows) == sorted(rows) and len(rows) == len(pairs), "its rows are not in order")
    first, head = pairs[0][1], pack["head"]
    need([seq for seq, _ in links] == list(range(first["seq"], head["seq"] + 1)), "the links have a gap")
    at = bytes.fromhex(first["prev"])
    for seq, digest in links:
        before, at = at, sha(b"\0", at, bytes.fromhex(digest))
        if seq in rows:
            need(rows[seq]["prev"] == before.hex() and rows[seq]["hash"] == at.hex(), f"row {seq} is not in the chain")
    need(at.hex() == head["hash"], "the chain does not lead to the head")
    need(pack["chain_holds"] is True, f"the journal did not hold when it was exported: {pack['verdict']}")
    if not head["signature"]:
        need(unsigned, "no head was signed after the last row, so nothing but its maker vouches for this pack")
        return f"consistent, unsigned: {len(pairs)} rows, head {head['seq']}:{head['hash']}"
    key = (public_key or head["public_key"]).strip().lower()
    need(head["public_key"] == key, "it is signed with another key than the one you brought")
    message = b"countersign journal head v1\n" + head["seq"].to_bytes(8, "big") + at + head["ts"].to_bytes(8, "big")
    need(signed(bytes.fromhex(key), message, bytes.fromhex(head["signature"])), "the head's signature does not fit")
    return f"ok: {len(pairs)} rows, head {head['seq']}:{head['hash']} signed by {key}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack")
    parser.add_argument("--public-key", metavar="HEX")
    parser.add_argument("--unsigned", action="store_true", help="a pack without a signature will do")
    args = parser.parse_args()
    try:
        print(check(args.pack, args.public_key, args.unsigned))
    except OSError as fault:
        print(f"cannot read `{args.pack}`: {fault.strerror}", file=sys.stderr)
        sys.exit(1)
    except UnicodeDecodeError:
        print("not ok: it is no pack: its bytes are no text", file=sys.stderr)
        sys.exit(1)
    except (Wrong, KeyError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        text = str(fault) if isinstance(fault, Wrong) else f"it is no pack as this program knows it ({fault!r})"
        print(f"not ok: {text}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
