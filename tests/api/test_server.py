"""How connections are shared among the processes that answer."""

import multiprocessing
import socket
from multiprocessing.connection import Connection

from api.cli.commands.service import bound_socket
from api.server import SharedSocket


def _take_one(shared: SharedSocket, out: Connection) -> None:
    shared.listen(1)
    taken, _ = shared.accept()
    taken.sendall(b"from the worker")
    taken.close()
    out.send(type(shared).__name__)


def test_worker_gets_the_socket_as_it_is() -> None:
    """A process that is started anew listens on the same port, and takes connections from it."""
    with SharedSocket.of(bound_socket("127.0.0.1", 0)) as shared:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        worker = context.Process(target=_take_one, args=(shared, theirs))
        worker.start()
        with socket.create_connection(shared.getsockname(), timeout=60) as asking:
            assert asking.recv(100) == b"from the worker"
        assert ours.recv() == "SharedSocket"
        worker.join()


def test_queue_stays_long_for_a_worker_that_takes_one_at_a_time() -> None:
    """Many can wait while nobody takes them, although each worker is told a queue of one."""
    with SharedSocket.of(bound_socket("127.0.0.1", 0)) as shared:
        shared.listen(1)
        waiting = [socket.create_connection(shared.getsockname(), timeout=60) for _ in range(50)]
        for one in waiting:
            one.close()
