"""Asks with the package `openapi_client` that openapi-generator made: imports every module, asks.

python openapi_generator.py ADDRESS ROLE
"""

import importlib
import json
import pkgutil
import sys


def main(address: str, role: str) -> int:
    """Print what was answered; return 0."""
    package = importlib.import_module("openapi_client")
    for found in pkgutil.walk_packages(package.__path__, "openapi_client."):
        importlib.import_module(found.name)
    with package.ApiClient(package.Configuration(host=address)) as client:
        gaps = package.GapsApi(client).list_gaps(limit=3)
        training = package.RolesApi(client).train_for_role(role)
        plan = package.RolesApi(client).plan_role(role)
    answered = {
        "gaps": [gaps.total, gaps.items[0].competency.name, gaps.items[0].status.value],
        "training": [training.total, training.items[0].task.id],
        "plan": [plan.hours, [step.task.id for step in plan.steps]],
    }
    sys.stdout.write(json.dumps(answered))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
