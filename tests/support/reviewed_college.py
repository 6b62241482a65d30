"""College with a document in review: three sentences of a course, and one that is sorted out."""

from api.principal import Principal
from api.settings.settings import Settings
from api.state.database import State
from api.state.proposals import ProposalStore
from api.state.table_register import StoreName
from graph.model import NodeId
from graph.stores import open_store
from queries.proposals.proposal import DescribedNode, SentenceKind, sentence_key
from tests.support.factory import says
from tests.support.proposing import candidate, proposals, sentence

LINES = ("d1 OFFERS co1", "d1 TARGETS r1", "r1 REQUIRES c1", "r1 REQUIRES c2", "t1 PRACTISES c1", "c3")
NAMES = {"co1": "金工基础", "c1": "焊接", "c2": "测量", "c3": "打磨"}
SAID = {
    "Weld a seam.": [candidate("c1", 4.0), candidate("c2", 2.0)],
    "Measure a seam.": [candidate("c2", 3.0), candidate("c3", 1.0)],
    "Grind a seam.": [candidate("c3", 2.5), candidate("c9", 1.0)],
}
"""What a document says of the course `co1`, and what each sentence may lead to: `c9` is not there."""
OTHER = "Marks: 40 %."
KEYS = [sentence_key("co1", text) for text in SAID]


def put_proposals(settings: Settings) -> None:
    """Make the store, and put the document in the queue."""
    store = open_store(settings.store_url)
    store.apply(says(*LINES, nodes={node: {"name_zh": name} for node, name in NAMES.items()}))
    found = proposals(SAID, node=DescribedNode(id=NodeId("co1"), name="name of co1", kind="Course"))
    text = [*(item.sentence for item in found.items), sentence(OTHER, 9, kind=SentenceKind.OTHER)]
    somebody = Principal("somebody", "", frozenset({"read", "ingest"}))
    ProposalStore(State(settings.state_path), StoreName(store.store_id, settings.store_url)).put(found, somebody, text)
    store.close()
