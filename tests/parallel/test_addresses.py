"""Addresses where no Dask scheduler is: each ends in one line within a bounded time, whoever listens there."""

import contextlib
import socket
import threading
import time

import pytest

from relupoly.errors import ClusterError
from relupoly.parallel import cluster

pytest.importorskip("distributed")

ADDRESSES = [
    "",
    "garbage",
    "http://127.0.0.1:1",
    "nobody.invalid:1",
    "127.0.0.1:1",
    "127.0.0.1:99999",
    "127.0.0.1:-1",
    "127.0.0.1:x",
    "tcp://",
    "tcp://[::1",
    "tcp://127.0.0.1",
    "tcp://\x1b[2J:1",
    "inproc://x",
    "inproc://1/2/3",
    "ws://127.0.0.1:1",
    "ucx://127.0.0.1:1",
    "a" * 300 + ":1",
    "\0",
]

# What others say first: nothing; a web server; noise; a message of Dask's form whose one frame is no message.
SPEECHES = {
    "silence": b"",
    "http": b"HTTP/1.0 400 Bad Request\r\n\r\n",
    "noise": b"\xff" * 1000,
    "frame": (1).to_bytes(8, "little") + (8).to_bytes(8, "little") + b"\xc1" * 8,
    "huge": (1).to_bytes(8, "little") + (1 << 62).to_bytes(8, "little"),
    "many": (1 << 61).to_bytes(8, "little"),
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(cluster, "_SECONDS_TO_ANSWER", 0.5)


@contextlib.contextmanager
def server(speech):
    """A port that says this to everybody, and then waits."""
    taken = []

    def serve():
        with contextlib.suppress(OSError):
            while True:
                caller, _ = listener.accept()
                taken.append(caller)
                caller.sendall(speech)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    for caller in taken:
        caller.close()


def refusal(address):
    with pytest.raises(ClusterError, match="no Dask scheduler can be reached at") as found, cluster.connected(address):
        pass
    assert "\n" not in str(found.value)
    return str(found.value)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address(address):
    refusal(address)


@pytest.mark.parametrize("speech", SPEECHES.values(), ids=SPEECHES)
def test_no_scheduler(speech):
    with server(speech) as address:
        refusal(address)


def test_a_name_that_is_looked_up_for_ever(monkeypatch):
    asked = threading.Event()

    async def never(scheduler):
        asked.wait()  # blocks the loop, as looking up a name does
        return ""

    monkeypatch.setattr(cluster, "_identity", never)
    start = time.monotonic()
    assert "(no answer)" in refusal("name:1")
    assert time.monotonic() - start >= 2 * 0.5
    asked.set()
