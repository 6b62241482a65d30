"""Documents that are sent to the service: read, proposed from, and kept for review, in a thread of the store."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from starlette.datastructures import UploadFile

from api.answers.proposals import ProposalAnswer, keep, proposed, read_file, read_pasted
from api.jobs.uploads import safe_name, save
from api.principal import Principal
from api.service.service import Service
from api.state.proposals import ProposalStore
from api.state.table_register import StoreName
from graph.errors import InputError
from graph.messages import Language, message
from queries.parameters.proposals import ProposalsQuery
from queries.proposals.engine import ReadDocument

MOST_DOCUMENTS = 20


class PastedText(NamedTuple):
    """A text that somebody pasted, and what it is called, None where nobody said."""

    text: str
    name: str | None = None


class DocumentProposals:
    """What documents propose about one store's graph."""

    def __init__(self, service: Service, language: Language) -> None:
        """Read nothing yet."""
        self._service, self._language = service, language

    async def read(self, files: Sequence[UploadFile], texts: Iterable[PastedText]) -> list[ReadDocument]:
        """Return the documents, uploads first; nothing of them is left on the disk.

        Raises:
            InputError: there are none, too many, or one cannot be read.
        """
        pasted = [one for one in texts if one.text.strip()]
        if not files and not pasted:
            raise InputError(message("proposals.no_document"))
        if len(files) + len(pasted) > MOST_DOCUMENTS:
            raise InputError(message("proposals.many_documents", most=MOST_DOCUMENTS))
        with TemporaryDirectory(prefix="rolepath-") as folder:
            for file in files:
                await self._service.with_store(save, file.file, Path(folder), safe_name(file.filename))
            paths = [Path(folder) / safe_name(file.filename) for file in files]
            return await self._service.with_store(self._read, paths, pasted)

    def _read(self, paths: Sequence[Path], pasted: Sequence[PastedText]) -> list[ReadDocument]:
        of_files = [read_file(path, self._language) for path in paths]
        return [*of_files, *(read_pasted(one.text, self._language, one.name and safe_name(one.name)) for one in pasted)]

    async def answer(
        self, documents: Sequence[ReadDocument], query: ProposalsQuery, who: Principal, *, is_kept: bool
    ) -> ProposalAnswer:
        """Return what the documents propose; kept for review where that is wanted, and they describe something.

        Raises:
            NotFoundError: there is no such node, vocabulary or source.
            InputError: nothing fits what they describe.
        """
        return await self._service.with_store(self._answer, documents, query, who if is_kept else None)

    def _answer(
        self, documents: Sequence[ReadDocument], query: ProposalsQuery, keeper: Principal | None
    ) -> ProposalAnswer:
        service, language = self._service, self._language
        snapshot, store = service.snapshot(language), service.require_store()
        words, note = service.proposal_vocabularies.ready(snapshot, store, query)
        found = [proposed(snapshot, one, words, query, note=note, language=language) for one in documents]
        kept = []
        if keeper is not None and query.for_node is not None:
            queue = ProposalStore(service.state, StoreName(snapshot.store_id, store.url))
            kept = [keep(queue, one, document, keeper) for one, document in zip(found, documents, strict=True)]
        return ProposalAnswer(items=found, kept=kept, revision=snapshot.revision.number)
