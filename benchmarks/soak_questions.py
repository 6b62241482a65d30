"""What the soak asks, and what the answer to each question is at a revision, worked out without the service."""

import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from api.answers.page_windows import page_of
from api.answers.store_views import node_view
from benchmarks.soak_client import KNOWN, Mix
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.coverage import role_coverage
from queries.gaps import find_gaps
from queries.parameters.gaps import GapFilter
from queries.parameters.trace import TraceQuery
from queries.search import search
from queries.semantics.chain_status import STATUSES
from queries.semantics.scope import Scope
from queries.trace import trace_competency
from queries.training import role_training

Answering = Callable[[Snapshot], Any]
"""Return the result that is the answer at the revision of a snapshot."""
SHARES = {"trace": 30, "gaps": 12, "search": 10, "coverage": 10, "training": 8, "node": 10, KNOWN: 20}
"""Of a hundred questions, how many are of each kind."""
_WORDS = 60
_VIEWED = 2000
_CHAINS = TraceQuery().limit
_SHOWN = 50
"""How many neighbours of a relation a node's page holds unless more are asked for."""


def questions(snapshot: Snapshot, store: Store, seed: int = 5) -> tuple[Mix, dict[str, Answering]]:
    """Return the mix over all that the snapshot holds, and for each path what makes its answer."""
    chance = random.Random(seed)
    competencies, roles = _ids(snapshot, "Competency"), _ids(snapshot, "Role")
    disciplines = _ids(snapshot, "Discipline")
    viewed = chance.sample(competencies + roles, min(_VIEWED, len(competencies) + len(roles)))
    by_kind: dict[str, dict[str, Answering]] = {
        "trace": {f"/v1/competencies/{one}/trace": partial(_trace, one) for one in competencies},
        "gaps": dict(_pages(disciplines)),
        "search": {f"/v1/search?q={word}": partial(_search, word) for word in _words(snapshot, chance)},
        "coverage": {f"/v1/roles/{one}/coverage": partial(_coverage, one) for one in roles},
        "training": {f"/v1/roles/{one}/training": partial(_training, one) for one in roles},
        "node": {f"/v1/nodes/{i}": partial(_view, store, i) for i in viewed},
    }
    paths = {kind: sorted(answers) for kind, answers in by_kind.items()}
    return Mix(paths, SHARES), {path: make for answers in by_kind.values() for path, make in answers.items()}


def _ids(snapshot: Snapshot, kind: str) -> list[str]:
    return [snapshot.ids[i] for i in snapshot.of_kind(kind).tolist()]


def _pages(disciplines: Sequence[str]) -> list[tuple[str, Answering]]:
    """Return pages of gaps, narrowed in many ways."""
    found: list[tuple[str, Answering]] = []
    for discipline in [None, *disciplines]:
        within = f"&discipline={discipline}" if discipline else ""
        scope = Scope(discipline=discipline) if discipline else Scope()
        for least in range(6):
            wanted = GapFilter(severity=least)
            found.append((f"/v1/gaps?severity={least}{within}", partial(_gaps, scope, wanted)))
        for status in STATUSES:
            wanted = GapFilter(status=(status,))
            found.append((f"/v1/gaps?status={status.value}{within}", partial(_gaps, scope, wanted)))
    return found


def _words(snapshot: Snapshot, chance: random.Random) -> list[str]:
    names = [snapshot.name(i) for i in chance.sample(range(len(snapshot)), min(_WORDS * 3, len(snapshot)))]
    words = {max(name.split(), key=len).lower() for name in names}
    return sorted(word for word in words if word.isascii() and word.isalpha() and len(word) > 4)[:_WORDS]


def _trace(competency: str, snapshot: Snapshot) -> object:
    return page_of(lambda limit: trace_competency(snapshot, competency, limit=limit), _CHAINS, None, snapshot.revision)


def _gaps(scope: Scope, wanted: GapFilter, snapshot: Snapshot) -> object:
    return find_gaps(snapshot, scope, wanted)


def _search(word: str, snapshot: Snapshot) -> object:
    return search(snapshot, word)


def _coverage(role: str, snapshot: Snapshot) -> object:
    return role_coverage(snapshot, role)


def _training(role: str, snapshot: Snapshot) -> object:
    return role_training(snapshot, role)


def _view(store: Store, node: str, snapshot: Snapshot) -> object:
    return page_of(lambda limit: node_view(store, snapshot, node, limit=limit), _SHOWN, None, snapshot.revision)
