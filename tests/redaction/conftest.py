"""A served installation; and the corpus of the benchmarks, which is no installed package."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hansard import app
from hansard.api import connections
from hansard.app import House
from hansard.redaction import log

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


@pytest.fixture
def serve() -> Iterator[Callable[[House], str]]:
    """Serves an open house on a free port of this machine, with its log guarded; gives its URL."""
    running: list[tuple[app.Server, threading.Thread]] = []

    def start(house: House) -> str:
        config = connections.config(app.build(house), "127.0.0.1", 0, "debug", connections.Bounds())
        server = app.Server(config, house.parts.stopping)
        scanner = house.parts.scanners.of(house.parts.workspace_id)
        log.guard(scanner, "", "uvicorn", "uvicorn.error")
        thread = threading.Thread(target=server.run)
        running.append((server, thread))
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.005)
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(20)
