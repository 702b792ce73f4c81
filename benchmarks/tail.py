"""Tail: from the POST of an event to every open stream, next to an app that only fans out."""

import tempfile
from pathlib import Path

import uvloop

from benchmarks.figure import Figure, Goal, Section, percentile
from benchmarks.followers import TEXT, Wire, follow
from benchmarks.raw import LOG
from benchmarks.server import Served, bare, hansard
from benchmarks.size import Size

_GOAL = Goal("at most", 3)
Waits = dict[str, tuple[list[float], list[float]]]
"""By server: p50 and p95 in ms, a value a round."""


def run(size: Size, folder: Path) -> Section:
    """Measure real servers on loopback."""
    section = Section("tail", "Tail over server-sent events")
    with tempfile.TemporaryDirectory(dir=folder) as place:
        data = Path(place)
        raw_log = {LOG: str(data / "raw.db")}
        with hansard(data) as server, bare("bare_stream:app", "/ready", raw_log) as other:
            wires = {
                "ours": _ours(server),
                "durable": _bare(other, "/publish?durable=1"),
                "plain": _bare(other, "/publish"),
            }
            found = {many: _measure(wires, many, size) for many in size.subscribers}
    for followers, waits in found.items():
        _figures(section, followers, waits)
    _growth(section, size.subscribers, found)
    section.say(
        "An event", f"a message of {len(TEXT)} characters, {size.pause_s * 1000:.0f} ms apart"
    )
    section.say("Client", "publisher and streams in one process on the same machine")
    return section


def _measure(wires: dict[str, Wire], followers: int, size: Size) -> Waits:
    found: Waits = {name: ([], []) for name in wires}
    for _ in range(size.rounds):
        for name, wire in wires.items():
            waits = uvloop.run(follow(wire, followers, size.events, size.pause_s))
            found[name][0].append(percentile(waits, 0.5))
            found[name][1].append(percentile(waits, 0.95))
    return found


def _figures(section: Section, followers: int, found: Waits) -> None:
    what = f"POST to stream, {followers} open"
    for place, word in enumerate(("p50", "p95")):
        for side, beside in (
            ("durable", "bare app that commits the same bytes, then fans out"),
            ("plain", "bare app that fans out and keeps nothing"),
        ):
            section.add(
                Figure(
                    f"tail.{followers}.{word}.{side}",
                    f"{what}, {word}",
                    "ms",
                    found["ours"][place],
                    beside,
                    found[side][place],
                    _GOAL if (word, side) == ("p95", "durable") else None,
                )
            )


def _growth(section: Section, fans: tuple[int, int], found: dict[int, Waits]) -> None:
    one, many = fans
    for side, goal in (("ours", Goal("at most", 10)), ("durable", None)):
        what = "POST to stream" if goal else "the bare app that commits"
        section.add(
            Figure(
                f"tail.growth.{side}",
                f"{what}, {many} open, p95",
                "ms",
                found[many][side][1],
                f"the same with {one}",
                found[one][side][1],
                goal,
            )
        )


def _ours(server: Served) -> Wire:
    agent = server.post("/v1/agents", {"name": "bench"})
    session = server.post("/v1/sessions", {"agent": agent["id"], "recorded": True})
    path = f"/v1/sessions/{session['id']}/events"
    body = '{"events":[{"type":"agent.message","content":[{"type":"text","text":"MARK"}]}]}'
    return Wire(server.port, f"{path}/stream", path, body, server.headers)


def _bare(server: Served, publish: str) -> Wire:
    body = '{"type":"agent.message","content":[{"type":"text","text":"MARK"}]}'
    return Wire(server.port, "/stream", publish, body, {})
