"""Asks the real OPA: `oracle.py FOLDER`, one JSON object on stdin, one list on stdout.

FOLDER holds the unpacked wheel. In: {"groups": [{"modules": [[file, text]], "data": {}, "ask": [{"path"} or {"query"},
each with "input"]}]}. Out, for each question in order: {"value"}, {"undefined": true} or {"error": text}.
"""

import json
import sys

sys.path.insert(0, sys.argv[1])

from opa_bindings import OpaEngine  # noqa: E402
from opa_bindings.engine import OpaError, OpaUndefinedError  # noqa: E402


def answer(engine, question):
    try:
        if "query" in question:
            found = engine.eval_query(question["query"], question["input"])
            return {"value": found[0]["x"]} if found else {"undefined": True}
        return {"value": engine.eval_document(question["path"], question["input"])}
    except OpaUndefinedError:
        return {"undefined": True}
    except OpaError as error:
        return {"error": str(error)}


told = []
for group in json.load(sys.stdin)["groups"]:
    with OpaEngine() as engine:
        for file, text in group["modules"]:
            engine.add_policy(file, text)
        engine.add_data(group["data"])
        told.extend(answer(engine, question) for question in group["ask"])
json.dump(told, sys.stdout)
