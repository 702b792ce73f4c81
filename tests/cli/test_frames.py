"""Following a stream: every frame once, whatever happens to the connection (P12)."""

import json
import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansard.cli import frames as module
from hansard.cli.frames import Frame, frames

SESSION = "sesn_" + "0" * 31 + "a"
EVENTS = 200


def cut_up(raw: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(raw) + 1) for place in places), len(raw)]
    return [raw[start:end] for start, end in pairwise(edges)]


@given(st.lists(st.integers(0, 10_000), max_size=20), st.booleans())
def test_frames_do_not_depend_on_where_the_bytes_are_cut(places: list[int], crlf: bool):
    text = (
        ": connected\n\n"
        'event: agent.message\nid: 1\ndata: {"text":"ż\u2028\x85 x"}\n\n'
        ": heartbeat\n\n"
        "event: event_delta\ndata: {}\n\n"
        "data: two\ndata:lines\n\n"
        "event: torn\nid: 9\ndata: {"
    )
    raw = (text.replace("\n", "\r\n") if crlf else text).encode()
    assert list(frames(cut_up(raw, places))) == [
        Frame("agent.message", '{"text":"ż\u2028\x85 x"}', "1"),
        Frame("event_delta", "{}"),
        Frame("message", "two\nlines"),
    ]


def log(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"sevt_{seq}",
            "type": "agent.message" if seq < count else "session.deleted",
            "seq": seq,
            "content": [{"type": "text", "text": f"message {seq}"}],
        }
        for seq in range(1, count + 1)
    ]


def streaming(events: list[dict[str, Any]], choose: Callable[[int], int]) -> Callable[[Any], None]:
    """Give the events after the reader's cursor; cut after `choose(bytes)` bytes."""

    def answer(handler: Any) -> None:
        asked = dict(pair.split("=") for pair in handler.path.partition("?")[2].split("&") if pair)
        after = int(handler.headers.get("Last-Event-ID") or asked.get("after") or 0)
        raw = b": connected\n\n" + b"".join(
            f"event: {e['type']}\nid: {e['seq']}\ndata: {json.dumps(e)}\n\n".encode()
            for e in events
            if e["seq"] > after
        )
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("content-length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw[: choose(len(raw))])

    return answer


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSES_S", (0.001,))


@pytest.mark.parametrize("seed", range(3))
def test_a_tail_that_is_cut_at_any_byte_misses_and_repeats_nothing(run: Any, stand: Any, seed: int):
    chance = random.Random(seed)
    events = log(EVENTS)
    path = f"/v1/sessions/{SESSION}/events/stream"
    cuts = [chance.randint(0, 900) for _ in range(40)]
    stand.answers["GET", path] = streaming(events, lambda size: cuts.pop() if cuts else size)
    result = run("session", "tail", SESSION, "--after", "0", "-o", "jsonl")
    assert result.code == 0
    assert [json.loads(line)["seq"] for line in result.lines] == list(range(1, EVENTS + 1))
    assert not cuts


def test_a_tail_begins_with_the_last_events(run: Any, stand: Any):
    stand.answers["GET", f"/v1/sessions/{SESSION}"] = {"id": SESSION, "seq": 50}
    path = f"/v1/sessions/{SESSION}/events/stream"
    stand.answers["GET", path] = streaming(log(50), lambda size: size)
    shown = run("session", "tail", SESSION, "-n", "3").out
    assert shown.count("message") == 2
    assert "message 48" in shown
    assert len(run("session", "tail", SESSION, "-o", "jsonl").lines) == 10
    wanted = [request.query for request in stand.requests if request.path == path]
    assert ("include", "hansard") in wanted[0]
    assert wanted[1] == [("after", "40")]


def test_a_tail_goes_on_where_the_server_says_after_a_resync(run: Any, stand: Any):
    sent: list[str | None] = []

    def answer(handler: Any) -> None:
        sent.append(handler.headers.get("Last-Event-ID"))
        told = {"type": "resync", "reason": "unknown_cursor", "cursor": 7}
        raw = f"event: resync\ndata: {json.dumps(told)}\n\n"
        if len(sent) > 1:
            raw = 'event: session.deleted\nid: 8\ndata: {"type":"session.deleted","seq":8}\n\n'
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(raw.encode())

    stand.answers["GET", f"/v1/sessions/{SESSION}/events/stream"] = answer
    result = run("session", "tail", SESSION, "--after", "900", "-o", "jsonl")
    assert (result.code, sent) == (0, [None, "7"])
    assert "events are missing here" in result.err


def test_a_refusal_ends_a_tail(run: Any, stand: Any):
    path = f"/v1/sessions/{SESSION}/events/stream"
    answers = [streaming(log(5)[:3], lambda size: size)]

    def answer(handler: Any) -> None:
        if answers:
            answers.pop()(handler)
        else:
            body = b'{"type":"error","error":{"type":"authentication_error","message":"revoked"}}'
            handler.send_response(401)
            handler.send_header("content-length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

    stand.answers["GET", path] = answer
    result = run("session", "tail", SESSION, "--after", "0", "-o", "jsonl")
    assert (result.code, len(result.lines)) == (4, 3)
    assert "revoked" in result.err


def test_a_tail_of_nothing_that_answers_fails_at_once(run: Any, stand: Any):
    result = run("--server", "http://127.0.0.1:9", "session", "tail", SESSION, "--after", "0")
    assert result.code == 1


def test_watch_shows_the_list_and_then_what_changes(run: Any, stand: Any):
    row = {"id": SESSION, "title": "Live", "display_status": "running", "tone": "active"}
    changes = [
        {"type": "session.row", "op": "upsert", "pos": 8, "row": row},
        {"type": "session.row", "op": "upsert", "pos": 9, "row": row},
        {"type": "session.row", "op": "upsert", "pos": 10, "row": {**row, "title": "Re\x1bnamed"}},
        {"type": "session.row", "op": "remove", "pos": 11, "id": SESSION},
    ]

    def answer(handler: Any) -> None:
        if handler.headers.get("Last-Event-ID"):
            handler.send_response(404)
            handler.send_header("content-length", "0")
            handler.end_headers()
            return
        handler.send_response(200)
        handler.end_headers()
        for change in changes:
            frame = f"event: session.row\nid: {change['pos']}\ndata: {json.dumps(change)}\n\n"
            handler.wfile.write(frame.encode())

    stand.answers["GET", "/v1/sessions"] = {"data": [row], "next_page": None, "cursor": 7}
    stand.answers["GET", "/v1/stream"] = answer
    result = run("session", "watch")
    assert stand.requests[1].query == [("topics", "sessions"), ("after", "7")]
    assert [line.split()[:3] for line in result.lines[3:]] == [
        ["-", "Running", "Live"],
        ["-", "Running", "Re␛named"],
        ["-", "Gone", SESSION],
    ]
