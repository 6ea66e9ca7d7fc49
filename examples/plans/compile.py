"""Makes the execution graph of a plan: one node a step, each with the hash of its step.

    python compile.py plan.json > dag.json

The hash of a step is SHA-256 over its JSON: keys sorted, no white space, every character as itself.
"""

import hashlib
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    steps = json.load(file)["steps"]
nodes = []
for step in steps:
    text = json.dumps(step, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    step_hash = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    nodes.append({"ir_step_id": "id:" + step["step_id"], "ir_step_hash": step_hash})
json.dump(nodes, sys.stdout, indent=2)
print()
