"""The service's questions about training: each answer is the query's own."""

from collections.abc import Iterator

import pytest

from api.settings.settings import load_settings
from graph.model import NodeId
from graph.snapshot.files import load_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from queries.match import match_roles
from queries.parameters.plan import PlanWish
from queries.parameters.training import TrainingWish
from queries.plan_several import plan_roles, roles_of
from queries.rotation import rotate
from queries.semantics.scope import Scope
from queries.training import role_training
from tests.support.paths import EXAMPLE
from tests.support.serving import Asker, serving

ROLE, OTHER, COHORT = "poly:r.integration-assistant", "poly:r.robot-maintainer", "poly:co.robotics-2023"
HELD, DISCIPLINE = NodeId("poly:k.plc-programming"), "poly:d.robotics"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the store of the bundled example."""
    found = f"sqlite:///{tmp_path_factory.mktemp('example') / 'example.db'}"
    store = open_store(found)
    ingest(lambda: native.read(EXAMPLE), store)
    store.close()
    return found


@pytest.fixture(scope="module")
def college(url: str) -> Snapshot:
    return load_snapshot(open_store(url), None)


@pytest.fixture(scope="module")
def asker(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    home = tmp_path_factory.mktemp("home")
    with serving(load_settings({"ROLEPATH_CACHE": str(home), "ROLEPATH_STATE": str(home / "state.db")}, url)) as asked:
        yield asked


def test_training_is_paged(asker: Asker, college: Snapshot) -> None:
    """A page is the query's, and its link leads to the next one."""
    first = asker.get(f"/v1/roles/{ROLE}/training", params={"limit": 2, "term": 5, "have": HELD})
    found = role_training(college, ROLE, Scope(term=5), TrainingWish(have=(HELD,)), limit=2)
    assert first.text == found.model_dump_json()
    second = asker.get(first.links["next"]["url"])
    wish = TrainingWish(have=(HELD,))
    found = role_training(college, ROLE, Scope(term=5), wish, limit=2, cursor=found.next)
    assert second.text == found.model_dump_json()


def test_match_is_the_result_of_the_query(asker: Asker, college: Snapshot) -> None:
    """What is held stands in the body, and so does whose roles are compared."""
    body = {"have": [HELD], "limit": 2, "scope": {"discipline": DISCIPLINE}}
    found = match_roles(college, [HELD], Scope(discipline=DISCIPLINE), limit=2)
    assert asker.post("/v1/roles/match", json=body).text == found.model_dump_json()


def test_match_names_in_chinese(asker: Asker) -> None:
    """`lang` is asked as of every question."""
    answer = asker.post("/v1/roles/match?lang=zh", json={"have": [HELD]}).json()
    assert answer["items"][0]["role"]["name"] == "系统集成助理工程师"


@pytest.mark.parametrize("body", [{}, {"have": []}, {"have": ["poly:r.line-leader"]}])
def test_match_of_nothing_that_can_be_held_is_refused(asker: Asker, body: dict[str, object]) -> None:
    """Something must be held, and be of a kind that can be."""
    assert asker.post("/v1/roles/match", json=body).status_code == 422


def test_plans_of_several_roles(asker: Asker, college: Snapshot) -> None:
    """Roles are named one by one, or by whose they are."""
    wish = PlanWish(max_hours=80, alternatives=1)
    for body, roles in (
        ({"roles": [OTHER, ROLE]}, [OTHER, ROLE]),
        ({"roles_of": DISCIPLINE}, roles_of(college, DISCIPLINE)),
    ):
        answer = asker.post("/v1/roles/plan", json={**body, "max_hours": 80, "alternatives": 1})
        assert answer.text == plan_roles(college, roles, wish=wish).model_dump_json()


@pytest.mark.parametrize("body", [{}, {"roles": [ROLE], "roles_of": DISCIPLINE}, {"roles_of": ROLE}])
def test_plans_of_no_role_are_refused(asker: Asker, body: dict[str, object]) -> None:
    """One of the two ways to name roles is taken, and leads to some."""
    assert asker.post("/v1/roles/plan", json=body).status_code == 422


def test_rotation_is_the_result_of_the_query(asker: Asker, college: Snapshot) -> None:
    """Role, terms and limits are parameters."""
    asked: dict[str, str | int] = {"role": OTHER, "terms": 5, "max_hours": 150, "modes": "onsite"}
    found = rotate(college, COHORT, OTHER, terms=5, wish=PlanWish(max_hours=150, modes=("onsite",)))
    assert asker.get(f"/v1/rotation/{COHORT}", params=asked).text == found.model_dump_json()
    assert asker.get(f"/v1/rotation/{COHORT}").text == rotate(college, COHORT).model_dump_json()


def test_what_is_not_there_is_404(asker: Asker) -> None:
    """An unknown role or cohort is not found."""
    assert asker.get(f"/v1/rotation/{ROLE}").status_code == 404
    assert asker.get("/v1/roles/poly:r.none/training").status_code == 404
    assert asker.post("/v1/roles/plan", json={"roles": ["poly:r.none"]}).status_code == 404
