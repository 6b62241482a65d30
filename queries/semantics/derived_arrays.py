"""Derived arrays: what all answers of a snapshot share, as plain arrays that one process saves and others take over.

They are the requirements, the joints and the judgement of all competencies in focus, without a scope.
"""

from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64

from graph.snapshot.arrays import Arrays
from graph.snapshot.snapshot import Snapshot
from queries.semantics.chain_arrays import ChainArrays, judge_chains
from queries.semantics.chain_joints import JointArrays, joint_arrays
from queries.semantics.requirements import RequirementPairs, all_needs
from queries.semantics.resolved_scope import resolve


def pack(snapshot: Snapshot) -> Arrays:
    """Return the arrays, one-dimensional, by name; what was not asked for yet is computed."""
    scope = resolve(snapshot, focused=True)
    parts: dict[str, RequirementPairs | JointArrays | ChainArrays] = {
        "needs": scope.counted.derived(all_needs, snapshot),
        "joints": scope.counted.derived(joint_arrays, snapshot),
        "chains": scope.derived(judge_chains, snapshot),
    }
    return {
        f"{name}.{part.name}": np.ascontiguousarray(getattr(derived, part.name)).reshape(-1)
        for name, derived in parts.items()
        for part in fields(derived)
    }


def unpack(snapshot: Snapshot, arrays: Arrays) -> None:
    """Let the snapshot answer from arrays that `pack` gave of the same one."""

    def named(name: str, kind: type[Any]) -> dict[str, npt.NDArray[Any]]:
        return {part.name: arrays[f"{name}.{part.name}"] for part in fields(kind)}

    scope = resolve(snapshot, focused=True)
    scope.counted.take_over(all_needs, RequirementPairs(**named("needs", RequirementPairs)))
    scope.counted.take_over(joint_arrays, JointArrays(**named("joints", JointArrays)))
    chains = named("chains", ChainArrays)
    chains["flaws"] = chains["flaws"].reshape(len(chains["competencies"]), -1)
    scope.take_over(judge_chains, ChainArrays(**chains))


@cache
def code_checksum() -> str:
    """Return a checksum of the code that they are computed by: other code does not take them over."""
    checksum = xxh3_64()
    folder = Path(__file__).parent
    for file in sorted(folder.rglob("*.py")):
        checksum.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return checksum.hexdigest()
