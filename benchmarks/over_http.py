"""Append over HTTP: eight connections to the product, next to an app that only commits."""

import tempfile
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import orjson

from benchmarks import clients, material
from benchmarks.clients import Ask, Load
from benchmarks.figure import Figure, Goal, Section, percentile
from benchmarks.raw import LOG, SESSIONS
from benchmarks.server import Served, bare, hansard
from benchmarks.size import Size

CONNECTIONS = 8
_WARM_UP = 0.3


@dataclass(slots=True)
class Side:
    """What one server reached, a value a round."""

    rate: list[float] = field(default_factory=list[float])
    p50: list[float] = field(default_factory=list[float])
    p99: list[float] = field(default_factory=list[float])

    def note(self, load: Load) -> None:
        """Keep one round."""
        self.rate.append(load.rate)
        self.p50.append(percentile(load.waits, 0.5))
        self.p99.append(percentile(load.waits, 0.99))


def run(size: Size, folder: Path) -> Section:
    """Measure real servers on loopback, in turns."""
    section = Section("http", "Append over HTTP")
    own, raw = Side(), Side()
    with tempfile.TemporaryDirectory(dir=folder) as place:
        data = Path(place)
        with hansard(data) as server, bare("bare_log:app", "/", {LOG: f"{data}/raw.db"}) as other:
            paths = [f"/v1/sessions/{name}/events" for name in _sessions(server)]
            posts = ((other, _posts(other, ["/"]), raw), (server, _posts(server, paths), own))
            for one, ask, _ in posts:
                clients.drive(one.port, CONNECTIONS, min(_WARM_UP, size.cell_s), ask)
            for _ in range(size.rounds):
                for one, ask, side in posts:
                    side.note(clients.drive(one.port, CONNECTIONS, size.cell_s, ask))
    beside = "bare ASGI app that commits the same bytes by groups"
    what = f"{CONNECTIONS} connections, one event a POST"
    goal = Goal("at least", 0.4, 0.3)
    add = section.add
    add(Figure("http.append", what, "events/s", own.rate, beside, raw.rate, goal))
    add(Figure("http.append.p50", f"{what}, p50", "ms", own.p50, beside, raw.p50))
    add(Figure("http.append.p99", f"{what}, p99", "ms", own.p99, beside, raw.p99))
    section.say("Bodies", material.events().describe())
    section.say(
        "Bare app",
        "the raw log behind a writer thread of the same kind, on the same server library with the "
        "same settings; it answers with the bytes that it was sent",
    )
    return section


def _sessions(server: Served) -> list[str]:
    agent = server.post("/v1/agents", {"name": "bench"})
    asked = {"agent": agent["id"], "recorded": True}
    return [server.post("/v1/sessions", asked)["id"] for _ in range(SESSIONS)]


def _posts(server: Served, paths: list[str]) -> Ask:
    """Every client posts the same events in the same order, to two paths in turn."""
    bodies = [
        orjson.dumps({"events": [{"type": draft.type, **draft.payload}]})
        for draft in material.events().drafts
    ]
    turns = [count(number * len(bodies) // CONNECTIONS) for number in range(CONNECTIONS)]

    def ask(client: int) -> bytes:
        turn = next(turns[client])
        path = paths[(client * 2 + turn % 2) % len(paths)]
        return clients.request(
            "POST", path, server.port, server.headers, bodies[turn % len(bodies)]
        )

    return ask
