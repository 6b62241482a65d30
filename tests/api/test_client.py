"""The client under its former name: the same, with a warning, and errors of both trees."""

import subprocess
import sys

OLD_PROGRAM = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from api.client import AsyncRolepath, Retries, Rolepath, ServiceProblem
print(*{f"{one.category.__name__} {one.message}" for one in caught})

import asyncio
import httpx
import graph.errors
import rolepath

def answer(request):
    slug, status = ("not-found", 404) if request.url.path.endswith("/gaps") else ("no-key", 401)
    problem = {"type": f"/docs/problems#{slug}", "title": "No", "status": status, "detail": "no", "near": ["a"]}
    return httpx.Response(status, json=problem, headers={"Content-Type": "application/problem+json"})

with Rolepath(transport=httpx.MockTransport(answer), retries=Retries(most=0)) as client:
    try:
        client.gaps().page()
    except graph.errors.NotFoundError as error:
        assert isinstance(error, rolepath.NotFoundError)
        print(error.near, isinstance(error.__cause__, ServiceProblem), error)
    try:
        client.sources()
    except graph.errors.RolepathError as error:
        print(isinstance(error, ServiceProblem), error.problem.status)

async def ask():
    async with AsyncRolepath(transport=httpx.MockTransport(answer)) as client:
        try:
            await client.sources()
        except ServiceProblem as error:
            print(isinstance(error, graph.errors.RolepathError))

asyncio.run(ask())
"""


def test_former_name_still_works() -> None:
    """A program that was written for `api.client` runs on, catches what it caught, and is told the new name once."""
    done = subprocess.run([sys.executable, "-c", OLD_PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    warned, found, refused, awaited = done.stdout.splitlines()
    assert warned == "DeprecationWarning api.client is called rolepath now: from rolepath import Rolepath"
    assert found == "('a',) True There is no node ''. Did you mean a?"
    assert (refused, awaited) == ("True 401", "True")
