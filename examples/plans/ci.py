"""A CI job that runs a plan only after somebody said yes to it.

    python ci.py plan.json                  validates, makes a run, waits for the yes, executes
    python ci.py plan.json --create         stops when the run is made
    python ci.py --run ID                   goes on with a run that was made before
    python ci.py --run ID --dry-run         only tells what would be sent, and whether it is what was asked about

Prints one JSON object a line. Exit code 0: all of it ran (or there was nothing more to do); 1: refused, and why.
"""

import argparse
import asyncio
import sys
import time

from gateway import Refused, played, tell


async def validate(countersign, plan):
    found = await countersign.call("validate_ir", ir=plan)
    errors = [v["code"] for v in found["violations"] if v["severity"] == "ERROR"]
    tell("validated", status=found["status"], tier=found["risk_tier"], ir_hash=found["ir_hash"],
         correlation=found["correlation_id"], violations=errors)
    return found["status"] != "REJECT"


async def create(countersign, plan, directive):
    run = await countersign.call("create_run", ir=plan, directive=directive)
    tell("created", run=run["id"], state=run["state"], approval=run["approval_status"], replay=run["replay"])
    return run["id"]


async def execute(countersign, run, wait):
    """Holds on as long as the yes is still to come. Nothing is sent twice, however often this is called."""
    end = time.monotonic() + wait
    while True:
        try:
            done = await countersign.call("execute_run", run_id=run)
            break
        except Refused as refused:
            if refused.code != "waiting" or time.monotonic() > end:
                raise
    tell("executed", run=run, state=done["state"], approved_by=done["approved_by"],
         outcomes=[step["outcome"] for step in done["steps"]], correlation=done["correlation_id"])


async def job(countersign, options):
    run = options.run
    if options.plan:
        with open(options.plan, encoding="utf-8") as file:
            plan = file.read()
        if not await validate(countersign, plan):
            return 1
        run = await create(countersign, plan, options.directive)
    if options.dry_run:
        told = await countersign.call("execute_run", run_id=run, dry_run=True)
        for step in told["dry_run"]:
            tell("would_send", **step)
    elif not options.create:
        await execute(countersign, run, options.wait)
    return 0


def main():
    parser = argparse.ArgumentParser(description="Runs a plan after a yes.")
    parser.add_argument("plan", nargs="?")
    parser.add_argument("--run", metavar="ID", help="a run that was made before")
    parser.add_argument("--create", action="store_true", help="stop when the run is made")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--directive", default="D3")
    parser.add_argument("--tenant")
    parser.add_argument("--wait", type=float, default=600, metavar="SECONDS", help="for the yes")
    options = parser.parse_args()
    if bool(options.plan) == bool(options.run):
        parser.error("give a plan or `--run ID`")
    sys.exit(asyncio.run(played("ci", options.tenant, lambda countersign: job(countersign, options))))


if __name__ == "__main__":
    main()
