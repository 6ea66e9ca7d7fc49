"""An orchestrator that executes its own graph, and asks countersign before it does.

    python orchestrator.py plan.json dag.json                 asks, waits for the yes, executes
    python orchestrator.py plan.json dag.json --ask           only asks
    ANSWER_TOKEN=... python orchestrator.py plan.json dag.json
                                                              presents the answer token of a yes instead of asking

Before anything runs: `validate_ir` (may this plan run?), `audit_ir_dag` (is the graph the plan?) and, where the plan
needs a yes, `consume_approval` (use it up, once, for exactly this plan). Only after all of them the steps are done, by
this script's own hands, in the order of the plan: what it writes is below `out/`.

Prints one JSON object a line. Exit code 0: executed, or asked; 1: refused, and nothing was executed.
"""

import argparse
import asyncio
import json
import os
import pathlib
import sys

from gateway import Refused, played, tell


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


async def wait_for_yes(countersign, approval, plan_hash):
    """`resume_call` waits; after a plain yes to a plan it says that there is no call to run, but a plan."""
    while True:
        try:
            await countersign.call("resume_call", id=approval)
        except Refused as refused:
            if refused.code == "waiting":
                continue
            if refused.code == "not_a_call":
                return await countersign.call("consume_approval", id=approval, ir_hash=plan_hash)
            raise


def execute(plan, nodes, out):
    """The orchestrator's own hands. The audit held the nodes against the steps; their order is the plan's to say."""
    out.mkdir(exist_ok=True)
    audited = {node["ir_step_id"] for node in nodes}
    for step in plan["steps"]:
        name, params = "id:" + step["step_id"], step["params"]
        assert name in audited
        if step["action"] == "release.write_notes":
            (out / step["resource"]).write_text(params["content"], "utf-8")
        else:
            with (out / "records.jsonl").open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(entity) + "\n" for entity in params["entities"])
        tell("did", step=name)


async def may_run(countersign, plan, dag, options):
    """Whether the graph may be executed now; `None` when it was only asked for. Refusals are raised, and a yes that was
    needed is used up before this says that it may."""
    found = await countersign.call("validate_ir", ir=plan)
    errors = [v["code"] for v in found["violations"] if v["severity"] == "ERROR"]
    tell("validated", status=found["status"], ir_hash=found["ir_hash"], violations=errors)
    if found["status"] == "REJECT":
        return False
    audit = await countersign.call("audit_ir_dag", ir=plan, nodes=dag)
    tell("audited", nodes=audit["dag_node_count"], dag_hash=audit["dag_hash"])
    token = os.environ.get("ANSWER_TOKEN")
    if found["status"] == "PASS" and not token:
        return True
    if token:
        used = await countersign.call("consume_approval", token=token, ir_hash=found["ir_hash"])
    else:
        asked = await countersign.call("create_approval", ir_hash=found["ir_hash"])
        tell("asked", approval=asked["approval_id"], until=asked["expires_at"])
        if options.ask:
            return None
        used = await wait_for_yes(countersign, asked["approval_id"], found["ir_hash"])
    tell("consumed", approval=used["approval_id"], success=used["success"])
    return used["success"] is True


async def job(countersign, options):
    plan, dag = read(options.plan), read(options.dag)
    may = await may_run(countersign, plan, dag, options)
    if may:
        execute(json.loads(plan), json.loads(dag), pathlib.Path(options.out))
    return 1 if may is False else 0


def main():
    parser = argparse.ArgumentParser(description="Executes its own graph after a yes.")
    parser.add_argument("plan")
    parser.add_argument("dag", help="the nodes: [{ir_step_id, ir_step_hash}, ...]")
    parser.add_argument("--ask", action="store_true", help="only ask")
    parser.add_argument("--out", default="out")
    parser.add_argument("--tenant")
    options = parser.parse_args()
    sys.exit(asyncio.run(played("orchestrator", options.tenant, lambda countersign: job(countersign, options))))


if __name__ == "__main__":
    main()
