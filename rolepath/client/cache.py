"""Cache of answers by their ETag (conditional requests): the service has to say only whether they still hold."""

import threading
from collections import OrderedDict
from typing import NamedTuple

from rolepath.client.calls import Request

Key = tuple[str, tuple[tuple[str, str], ...]]


class CachedAnswer(NamedTuple):
    """An answer as it came, and its ETag."""

    tag: str
    body: bytes


class AnswerCache:
    """The last answers, by address; the one that was least recently asked for goes first. Threads may share it."""

    def __init__(self, most: int) -> None:
        """Keep at most so many; 0 keeps none."""
        self._most = most
        self._answers: OrderedDict[Key, CachedAnswer] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many are kept."""
        return len(self._answers)

    def find(self, request: Request) -> CachedAnswer | None:
        """Return the answer that is kept to this request."""
        with self._lock:
            answer = self._answers.get(_key(request))
            if answer is not None:
                self._answers.move_to_end(_key(request))
            return answer

    def keep(self, request: Request, tag: str | None, body: bytes) -> None:
        """Keep the answer, where it has an ETag."""
        if tag is None or request.method != "GET" or request.into is not None:
            return
        with self._lock:
            self._answers[_key(request)] = CachedAnswer(tag, body)
            self._answers.move_to_end(_key(request))
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)


def _key(request: Request) -> Key:
    return (request.path, request.query)
