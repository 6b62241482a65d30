"""`rolepath propose`: what the sentences of documents may be linked to, kept for review."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Language
from graph.messages import Language as MessageLanguage
from queries.parameters.description import help_of
from queries.parameters.proposals import ProposalsQuery

if TYPE_CHECKING:
    from queries.proposals.engine import ReadDocument


def propose(
    ask: CommandRun,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help=help_of("option_proposals.files"), allow_dash=True)
    ],
    *,
    query: ProposalsQuery,
    is_kept: Annotated[bool, typer.Option("--keep/--no-keep", help=help_of("option_proposals.keep"))] = True,
    lang: Language = "en",
) -> None:
    """Propose links from the sentences of documents to a vocabulary, for a person to judge."""
    from api.answers.proposals import ProposalAnswer, keep, names_for, proposed, read_file
    from api.cli.render.document_proposals import show_proposals
    from api.cli.vectors import vectors_for
    from api.state.audit import person_at_terminal
    from api.state.claim import require_same_state
    from api.state.database import State
    from api.state.proposals import ProposalStore
    from api.state.table_register import StoreName
    from queries.proposals.vocabulary import ProposalVocabulary

    documents = [_pasted(lang) if str(file) == "-" else read_file(file, lang) for file in files]
    store, state = ask.store_for_reading, State(ask.settings.state_path)
    keeps = is_kept and query.for_node is not None
    if keeps:
        require_same_state(store, state)
    snapshot = ask.snapshot(lang)
    said = names_for(snapshot, store, query)
    ready = vectors_for(ask, snapshot, said.names)
    words = ProposalVocabulary(said, ready.vectors)
    found = [proposed(snapshot, document, words, query, note=ready.note, language=lang) for document in documents]
    queue = ProposalStore(state, StoreName(snapshot.store_id, store.url))
    together = zip(found, documents, strict=True) if keeps else ()
    kept = [keep(queue, one, document, person_at_terminal()) for one, document in together]
    answer = ProposalAnswer(items=found, kept=kept, revision=snapshot.revision.number)
    ask.answer(answer, lambda out: show_proposals(ask, answer, out, is_kept=is_kept))


def _pasted(language: MessageLanguage) -> "ReadDocument":
    import sys

    from api.answers.proposals import read_pasted

    return read_pasted(sys.stdin.read(), language)
