"""Tenancy: no answer for one caller is served to another, whoever asked before, and whatever ETag they bring."""

import random
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

import httpx
import pytest

from api.answers.downloads import EXPORTS
from api.auth.keys import KeyStore
from api.auth.sessions import SessionStore
from api.http.compression import zstd
from api.principal import SCOPES
from api.settings.service import ServiceSettings
from api.settings.settings import Settings
from api.state.database import State
from graph.stores import open_store
from tests.support.access import FILES, FORM_TOKEN, NEEDED, bearing
from tests.support.serving import Asker, serving, settings_in
from tests.support.small_groups import HISTORY, SMALL
from tests.support.soak import IS_SOAK, record, rounds

Headers = Mapping[str, str]
ENCODINGS = ("identity", "gzip", "zstd", "gzip;q=0.5, zstd")
MOVING = ("/metrics", "/readyz", "/v1/audit", "/import/template.xlsx")
"""Addresses whose answers tell of requests or of now, or are workbooks, which are dated: each differs from the last."""
OF_THE_REQUEST = ("x-request-id", "date", "content-length", "content-encoding", "set-cookie", "vary", "rolepath-stale")
"""Headers that are not of the answer alone; the last is of the moment, on a machine that is late."""
FEW = ("nobody, zh", "read", "ingest, session", "ingest, restricted")
"""The callers in CI; in `make soak` there are three times as many."""
QUESTIONS = {
    "/v1/search": "?q=c", "/search": "?q=c", "/v1/diff": "?since=1&until=3", "/v1/align": "?a=c&b=k",
    "/v1/coverage": "?by=discipline", "/v1/feedback": "?cohort=g1", "/feedback": "?cohort=g1",
    "/v1/metrics": "?what=size",
}  # fmt: skip


class Got(NamedTuple):
    """An answer: its status, what stands in its body, its headers, and the names of those that it varies by."""

    status: int
    body: bytes
    headers: dict[str, str]
    varies: frozenset[str]


def urls() -> list[str]:
    """Return an address for every route that is asked by GET; of nodes, some that all see, one that is hidden."""
    found = []
    for route in NEEDED:
        method, path = route.split()
        if method != "GET" or path in MOVING:
            continue
        for folder, file in FILES.items():
            path = path.replace(folder, folder[:-1] + file)
        found += [path.replace("{id}", quote(one)) + QUESTIONS.get(path, "") for one in _ids(path)]
    exports = [f"/v1/export/{name}?as={form}" for name, forms in EXPORTS.items() for form in forms if form != "xlsx"]
    return [*(url for url in found if "{format}" not in url), *exports, "/v1/export/jsonld", "/v1/export/graphml"]


def _ids(path: str) -> tuple[str, ...]:
    if "{id}" not in path:
        return ("",)
    kinds = {"roles": ("r1",), "enterprises": ("e1",), "rotation": ("d1",), "runs": ("none",)}
    return next((ids for name, ids in kinds.items() if f"/{name}/" in path), ("c1", "r1", SMALL.id))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    told = ServiceSettings(rate_address=0, rate_key=0, anonymous_read=True)
    found = replace(settings_in(tmp_path_factory.mktemp("tenancy")), service=told)
    store = open_store(found.store_url)
    for changes in HISTORY:
        store.apply(changes)
    store.close()
    return found


@pytest.fixture(scope="module")
def callers(settings: Settings) -> dict[str, Headers]:
    """Return what each caller sends: nobody, a key and a session of each scope, a view, and two languages."""
    keys, sessions = KeyStore(State(settings.state_path)), SessionStore(State(settings.state_path))
    made = {scope: keys.create(f"for {scope}", scope) for scope in SCOPES}
    found: dict[str, Headers] = {"nobody": {}, "nobody, zh": {"Accept-Language": "zh"}}
    for scope, new in made.items():
        session = sessions.begin(new.key, 1).token
        found[scope] = bearing(new.token)
        found[f"{scope}, session"] = {"Cookie": f"rolepath_session={session}"}
        found[f"{scope}, session, zh"] = {"Cookie": f"rolepath_session={session}; rolepath_lang=zh"}
    found["ingest, restricted"] = {**found["ingest"], "Rolepath-View": "restricted"}
    return found if IS_SOAK else {name: found[name] for name in FEW}


@pytest.fixture(scope="module")
def cold(
    settings: Settings, callers: dict[str, Headers], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Asker]]:
    """Give for each caller a service of its own, that keeps no answer, on a copy of store and state."""
    with ExitStack() as stack:
        services = {}
        for name in callers:
            own = settings_in(tmp_path_factory.mktemp("cold") / "copy")
            shutil.copytree(settings.state_path.parent, own.state_path.parent)
            kept_none = settings.service.model_copy(update={"answer_cache_bytes": 0})
            services[name] = stack.enter_context(serving(replace(own, service=kept_none)))
        yield services


def got(asker: Asker, url: str, caller: Headers, method: str = "GET", **more: str) -> Got:
    """Return an answer, its body unpacked; a form's token is the same for all, since it is drawn anew else."""
    cookie = "; ".join([*filter(None, [caller.get("Cookie")]), f"rolepath_form={FORM_TOKEN}"])
    asked = {"Accept-Encoding": "identity", **caller, "Cookie": cookie, **more}
    answer = asker.ask(method, url, headers=asked)
    kept = {name: value for name, value in answer.headers.items() if name not in OF_THE_REQUEST}
    varies = frozenset(name.strip().lower() for name in answer.headers.get("vary", "accept-encoding").split(","))
    return Got(answer.status_code, _plain(answer), kept, varies | {"accept-encoding"})


def _plain(answer: httpx.Response) -> bytes:
    if answer.headers.get("content-encoding") == "zstd" and answer.content[:4] == b"\x28\xb5\x2f\xfd":
        return zstd.decompress(answer.content)
    return answer.content


class Seen:
    """What callers were answered at an address, as a cache on the way may keep it. Source: RFC 9111, section 3."""

    def __init__(self) -> None:
        self.tags: dict[str, Got] = {}
        self.shared: list[tuple[dict[str, str], Got]] = []

    def keep(self, caller: Headers, answer: Got) -> None:
        """Note an answer: by its ETag, and where a shared cache may keep it, by the headers that it varies by."""
        if tag := answer.headers.get("etag"):
            self.tags[tag] = answer
        control = answer.headers.get("cache-control", "")
        if "private" not in control and "no-store" not in control and "*" not in answer.varies:
            sent = {name.lower(): value for name, value in caller.items()}
            self.shared.append(({name: sent.get(name, "") for name in answer.varies}, answer))

    def of_shared_cache(self, caller: Headers) -> list[Got]:
        """Return what a shared cache would serve the caller: a key itself forbids keeping, unless the answer allows."""
        sent = {name.lower(): value for name, value in caller.items()}
        return [answer for by, answer in self.shared if all(sent.get(name, "") == value for name, value in by.items())]


def asked_in_turn(
    warm: Asker, url: str, callers: Mapping[str, Headers], right: Mapping[str, Got], chance: random.Random
) -> Iterator[str]:
    """Yield where a caller was given another answer than alone; all ask in an order by chance, in all ways."""
    seen = Seen()
    for name in chance.sample(sorted(callers), len(callers)):
        caller, alone = callers[name], right[name]
        for answer in seen.of_shared_cache(caller):
            if answer.body != alone.body:
                yield f"{name}: a shared cache would serve another's answer"
        answer = got(warm, url, caller, **{"Accept-Encoding": chance.choice(ENCODINGS)})
        if answer != alone:
            yield f"{name}: {answer.status} {zlib.crc32(answer.body)} {_unlike(answer.headers, alone.headers)}"
        seen.keep(caller, answer)
        for tag in chance.sample(sorted(seen.tags), min(len(seen.tags), rounds(1, 9))):
            again = got(warm, url, caller, **{"If-None-Match": tag})
            holds = again.status == HTTPStatus.NOT_MODIFIED
            if holds and (alone.status != HTTPStatus.OK or seen.tags[tag].body != alone.body):
                yield f"{name}: is told that another's answer holds"
            if not holds and again != alone:
                yield f"{name}: with another's ETag {again.status}"
        head = got(warm, url, caller, "HEAD")
        if (head.status, head.body, head.headers) != (alone.status, b"", alone.headers):
            yield f"{name}: HEAD {head.status} {_unlike(head.headers, alone.headers)}"


def _unlike(one: Mapping[str, str], other: Mapping[str, str]) -> Sequence[str]:
    return sorted(f"{name}: {value}" for name, value in set(one.items()) ^ set(other.items()))


@pytest.mark.soak
@pytest.mark.slow
def test_each_caller_is_answered_as_alone(
    settings: Settings, callers: dict[str, Headers], cold: dict[str, Asker]
) -> None:
    """On every route and page, whoever asks before, by GET, HEAD, ETags of one another, packed or not."""
    chance = random.Random(4)
    found = {}
    asked = urls()
    with serving(settings) as warm:
        for url in asked:
            right = {name: got(cold[name], url, caller) for name, caller in callers.items()}
            for _ in range(rounds(1, 6)):
                if wrong := list(asked_in_turn(warm, url, callers, right, chance)):
                    found[url] = wrong[:3]
    record("tenancy", addresses=len(asked), callers=len(callers), orders=rounds(1, 6), wrong=len(found))
    assert found == {}
