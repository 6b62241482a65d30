"""The vulnerability audit of `make audit`: what pip-audit finds, and what it could not look up, said apart."""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from tests.support.paths import ROOT

LOCK = "locks/service.txt"


class Audit(NamedTuple):
    """What an audit found: lines to print, and the exit status that they ask for."""

    lines: list[str]
    status: int


def run(pip_audit: str) -> Audit:
    """Ask `pip_audit` (a path) about every package of the service's lock file; nothing is installed."""
    options = ("--require-hashes", "--disable-pip", "--requirement", LOCK, "--format", "json")
    asked = [pip_audit, *options, "--progress-spinner", "off"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return judge_failure(done.stderr)
    return judge(packages)


def judge(packages: Sequence[dict[str, Any]]) -> Audit:
    """Judge pip-audit's answer: 1 where a package has a known vulnerability; what was not looked up is counted."""
    found = [
        f"{package['name']} {package['version']}: {one['id']}, mended in {' or '.join(one['fix_versions']) or 'none'}"
        for package in packages
        for one in package.get("vulns", ())
    ]
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    lines = [*found, f"{len(packages) - len(skipped)} of {len(packages)} packages looked up, {len(found)} findings."]
    if skipped:
        lines.append(f"NOT AUDITED, since the service that knows vulnerabilities gave no answer: {', '.join(skipped)}")
    return Audit(lines, int(bool(found)))


def judge_failure(errors: str) -> Audit:
    """Judge an audit without an answer: a service out of reach fails nothing and is said, anything else fails."""
    last = errors.strip().rpartition("\n")[2]
    if "ConnectionError" in errors or "ServiceError" in errors or "Timeout" in errors:
        return Audit([f"NOT AUDITED: the service that knows vulnerabilities cannot be reached ({last})"], 0)
    return Audit([f"The audit failed: {last}"], 1)


if __name__ == "__main__":
    audit = run(sys.argv[1])
    sys.stdout.write("\n".join(audit.lines) + "\n")
    raise SystemExit(audit.status)
