"""Computes the hashes of plans with nothing of ours: json and hashlib of Python's own library.

    python3 golden.py            prints the hashes of the plans beside this file
    python3 golden.py --write    and keeps them in `golden.hashes`

A plan's hash is SHA-256 over its JSON with keys sorted by code point, without white space and with
every character as itself; a step's is the same of the step. A graph's is that of its nodes, each
reduced to id and hash (bare hex), sorted by id.
"""

import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent


def hash_of(value):
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def hashes_of(plan):
    steps = []
    for place, step in enumerate(plan["steps"]):
        name = "id:" + step["step_id"] if "step_id" in step else "idx:%d" % place
        steps.append({"ir_step_id": name, "ir_step_hash": hash_of(step)})
    graph = sorted(steps, key=lambda node: node["ir_step_id"])
    return {"ir_hash": hash_of(plan), "dag_hash": hash_of(graph), "nodes": steps}


def main():
    plans = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(HERE.glob("*.json"))}
    text = json.dumps({name: hashes_of(plan) for name, plan in plans.items()}, indent=1) + "\n"
    if "--write" in sys.argv:
        (HERE / "golden.hashes").write_text(text, "utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
