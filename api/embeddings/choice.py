"""Choice of the embedder by the settings: a server that they name, else the model of this machine, else none."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from api.settings.settings import Settings
from graph.embeddings.embedder import Embedder, EmbedderUnavailableError
from graph.embeddings.sentence_encoder import SentenceEncoder, installed_version
from graph.embeddings.text_vectors import Progress, TextVectors
from graph.errors import InputError
from graph.messages import Message, message


def embedder_of(settings: Settings) -> Embedder | Message:
    """Return what embeds texts, or why nothing does.

    Raises:
        InputError: the file of the server's key cannot be read.
    """
    service = settings.service
    if not service.meaning:
        return message("meaning.off")
    if service.embeddings_url:
        from api.embeddings.embedding_server import EmbeddingServer  # noqa: PLC0415 - loads ssl, and few name a server

        return EmbeddingServer(service.embeddings_url, service.embeddings_model, _key_in(service.embeddings_key_file))
    if installed_version() is None:
        return message("meaning.absent")
    return SentenceEncoder()


def vectors_of(settings: Settings, store_id: str) -> TextVectors | Message:
    """Return the vectors of a store's texts, kept beside its snapshots, or why there are none.

    Raises:
        InputError: the file of the server's key cannot be read.
    """
    embedder = embedder_of(settings)
    return (
        embedder if isinstance(embedder, Message) else TextVectors(embedder, settings.cache_path / (store_id or "none"))
    )


class ReadyVectors(NamedTuple):
    """The vectors, with every name that was asked for; or None, and why. `note` is for whoever reads the answer."""

    vectors: TextVectors | None
    note: Message | None

    @property
    def is_passing(self) -> bool:
        """Whether somebody who asks again later may be answered otherwise, while the graph stands still."""
        return self.note is not None and self.note.code in {"meaning.under_way", "meaning.failed"}


def ready_now(
    settings: Settings, store_id: str, names: Sequence[str], progress: Progress | None = None, most: int | None = None
) -> ReadyVectors:
    """Return the vectors of names, worked out here and now where they are not kept, unless `most` would be exceeded.

    Raises:
        InputError: the file of the server's key cannot be read.
    """
    found = vectors_of(settings, store_id)
    if isinstance(found, Message):
        return ReadyVectors(None, found)
    try:
        if most is not None and (count := len(found.lacking(names))) > most:
            return ReadyVectors(None, message("meaning.many", count=count))
        found.prepare(names, progress)
    except EmbedderUnavailableError as error:
        return ReadyVectors(None, message("meaning.failed", why=str(error)))
    return ReadyVectors(found, told(found))


def told(vectors: TextVectors) -> Message | None:
    """Return that texts leave the machine, where they do."""
    url: str | None = getattr(vectors.embedder, "url", None)
    return None if url is None else message("meaning.told_server", url=url)


def _key_in(file: str) -> str | None:
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(message("setting.no_key_file", file=file, error=str(error))) from error
