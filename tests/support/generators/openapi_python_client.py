"""Asks with the package `generated` that openapi-python-client made: imports every module, judges their types, asks.

python openapi_python_client.py ADDRESS ROLE
"""

import importlib
import json
import pkgutil
import sys
from types import NoneType
from typing import Any, get_args, get_type_hints


def modules() -> dict[str, Any]:
    """Import every module of the client; return those of operations, by operation id."""
    package = importlib.import_module("generated")
    names = [found.name for found in pkgutil.walk_packages(package.__path__, "generated.")]
    found = {name: importlib.import_module(name) for name in names}
    return {name.rpartition(".")[2]: module for name, module in found.items() if hasattr(module, "sync_detailed")}


def answer_types(module: Any) -> list[str]:  # noqa: ANN401 - of a module that is generated
    """Return the names of the types that an operation answers with, but for problems and none."""
    told = get_type_hints(module.sync)["return"]
    return sorted(getattr(one, "__name__", str(one)) for one in get_args(told) if one is not NoneType)


def main(address: str, role: str) -> int:
    """Print what the types are and what was answered; return 0."""
    operations = modules()
    client = importlib.import_module("generated.client").Client(base_url=address)
    gaps = operations["list_gaps"].sync(client=client, limit=3)
    training = operations["train_for_role"].sync(role, client=client)
    plan = operations["plan_role"].sync(role, client=client)
    answered = {
        "gaps": [gaps.total, gaps.items[0].competency.name, str(gaps.items[0].status)],
        "training": [training.total, training.items[0].task.id],
        "plan": [plan.hours, [step.task.id for step in plan.steps]],
    }
    types = {name: answer_types(module) for name, module in operations.items()}
    sys.stdout.write(json.dumps({"types": types, **answered}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
