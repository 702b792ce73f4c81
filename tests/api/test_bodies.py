"""What a request may be: bombs are refused within a second, and every error has one shape."""

import asyncio
import gzip
import json
import re
import tracemalloc
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import pytest

from hansard.api.limits import MAX_BODY
from hansard.domain.operations import OPERATIONS
from hansard.store.open import open_store

Json = dict[str, Any]
ADMIN = "an admin secret that only tests know"
JSON = "application/json"
EVENT = 256 * 1024
# What is refused before any database is asked needs no second one.
on_sqlite = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
HELLO = {"type": "user.message", "content": [{"type": "text", "text": "hello"}]}


def event(**fields: Any) -> bytes:
    return json.dumps({"events": [{**HELLO, **fields}]}).encode()


def inside(raw: bytes) -> bytes:
    """A body that is right but for one value."""
    return b'{"events":[{"type":"a.b","value":' + raw + b"}]}"


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def many_keys(count: int) -> bytes:
    return b"{" + b",".join(b'"%d":0' % n for n in range(count)) + b"}"


BOMBS: dict[str, tuple[bytes, int]] = {
    "half a million brackets": (b"[" * 500_000, 400),
    "brackets that close": (inside(nested(400_000)), 400),
    "objects in objects": (b'{"a":' * 150_000, 400),
    "objects in objects that close": (inside(b'{"a":' * 1_000 + b"1" + b"}" * 1_000), 400),
    "one level too deep": (inside(nested(62)), 400),
    "one field too many": (inside(many_keys(10_000)), 400),
    "a hundred thousand fields": (inside(many_keys(80_000)), 400),
    "a million fields": (inside(many_keys(1_000_000)), 413),
    "fields spread over objects": (inside(b"[" + b",".join([many_keys(100)] * 200) + b"]"), 400),
    "a number of a million digits": (inside(b"9" * 1_000_000), 400),
    "a number of two thousand digits": (inside(b"9" * 2_000), 400),
    "a fraction of a million digits": (inside(b"0." + b"9" * 1_000_000), 400),
    "a number beyond all numbers": (inside(b"1e400"), 400),
    "an exponent of a million digits": (inside(b"1e" + b"9" * 1_000_000), 400),
    "not a number": (inside(b"NaN"), 400),
    "infinity": (inside(b"Infinity"), 400),
    "minus infinity": (inside(b"-Infinity"), 400),
    "a field twice": (b'{"events":[],"events":[{"type":"a.b"}]}', 400),
    "a field twice, deep inside": (inside(b'[[{"a":1,"b":2,"a":1}]]'), 400),
    "a field twice, spelled differently": (inside(b'{"a":1,"\\u0061":2}'), 400),
    "half of a surrogate pair": (inside(b'"\\ud800"'), 400),
    "the other half": (inside(b'"\\udc00"'), 400),
    "a surrogate as a field": (inside(b'{"\\ud800":1}'), 400),
    "a surrogate in bytes": (inside(b'"\xed\xa0\x80"'), 400),
    "bytes that are no text": (inside(b'"\xff\xfe"'), 400),
    "an overlong slash": (inside(b'"\xc0\xaf"'), 400),
    "a byte order mark": (b"\xef\xbb\xbf" + event(), 400),
    "another encoding": (event().decode().encode("utf-16"), 400),
    "a NUL between tokens": (b"\0" + event(), 400),
    "a raw control character": (inside(b'"a\x01b"'), 400),
    "half of a body": (event()[:-3], 400),
    "two bodies": (event() + event(), 400),
    "a list": (b"[]", 400),
    "nothing": (b"null", 400),
    "a text": (b'"events"', 400),
    "a number": (b"7", 400),
    "an empty object": (b"{}", 400),
    "single quotes": (b"{'events':[]}", 400),
    "a comment": (b'{"events":[]/* */}', 400),
    "a trailing comma": (b'{"events":[],}', 400),
    "a thousand and one events": (b'{"events":[' + b",".join([b"{}"] * 1_001) + b"]}", 400),
    "half a million numbers": (b'{"events":[' + b",".join([b"1"] * 500_000) + b"]}", 400),
    "a third of a million lists": (b'{"events":[' + b",".join([b"[]"] * 340_000) + b"]}", 400),
    "half a million quotes": (b'{"events":[' + b'""' * 500_000 + b"]}", 400),
    "half a million backslashes": (b'{"events":["' + b"\\" * 500_000 + b'"]}', 400),
    "half a million escaped quotes": (b'{"events":[' + b'\\"' * 500_000 + b"]}", 400),
    "half a million tags": (b'{"tags":[' + b",".join([b"1"] * 500_000) + b"]}", 400),
    "ten thousand items that are no events": (
        b'{"events":[' + b",".join([b"1"] * 10_000) + b"]}",
        400,
    ),
    "one item too many": (inside(b"[" + b",".join([b"1"] * 10_000) + b"]"), 400),
    "an event over its limit": (event(x="x" * EVENT), 413),
    "an event of many small parts over its limit": (event(x=["x" * 90] * 3_000), 413),
    "a body over its limit": (event(x="x" * MAX_BODY), 413),
}
PEAK = 64 << 20
KINDS = [
    "",
    "text/plain",
    "text/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/jsonp",
    "application/vnd.api+json",
    "application/json, text/plain",
]
CODINGS = ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x-gzip"]


async def refused(desk: Any, body: bytes, slow: bool = False, **headers: str) -> httpx.Response:
    """The answer to a bomb, which comes within a second and has the one shape."""
    session = await desk.session()
    sent = {"content-type": JSON, **{k.replace("_", "-"): v for k, v in headers.items()}}
    begun = perf_counter()
    path = f"/v1/sessions/{session['id']}/events"
    answer = await desk.call("POST", path, content=body, headers=sent)
    assert slow or perf_counter() - begun < 1.0
    check_shape(answer)
    assert (await desk.get(f"/v1/sessions/{session['id']}"))["seq"] == 1
    return answer


def check_shape(answer: httpx.Response) -> Json:
    """The protocol's envelope, with the id of the request, and nothing of the inside."""
    found = answer.json()
    assert set(found) == {"type", "error", "request_id"}
    assert found["type"] == "error"
    assert isinstance(found["error"]["type"], str)
    assert 0 < len(found["error"]["message"]) < 500
    assert found["request_id"] == answer.headers["request-id"]
    assert re.fullmatch(r"req_[0-9a-f]{32}", found["request_id"])
    assert answer.headers["content-type"] == JSON
    for word in ("Traceback", "sqlalchemy", "sqlite", "psycopg", ".py", "hansard.", "pydantic"):
        assert word not in answer.text
    return found


@on_sqlite
@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_refused_within_a_second(desk: Any, name: str):
    """reliability.md 2, Bodies: 4xx, in a second, and nothing was written."""
    body, status = BOMBS[name]
    answer = await refused(desk, body)
    assert answer.status_code == status, answer.text


@on_sqlite
@pytest.mark.parametrize("name", [name for name in BOMBS if "million" in name])
async def test_a_bomb_takes_little_memory(desk: Any, name: str):
    """reliability.md 2, Bodies: at most 64 MiB for one request, whatever is in it."""
    tracemalloc.start()
    try:
        assert (await refused(desk, BOMBS[name][0], slow=True)).status_code >= 400
        assert tracemalloc.get_traced_memory()[1] < PEAK
    finally:
        tracemalloc.stop()


@on_sqlite
async def test_the_body_of_a_stranger_is_not_looked_at(desk: Any):
    """reliability.md 2: who is calling is asked first, then the body is read."""
    session = await desk.session()
    path = f"/v1/sessions/{session['id']}/events"
    for body in (b"{", b"[" * 500_000, event(x="x" * MAX_BODY), event()):
        answer = await desk.call(
            "POST", path, token=None, content=body, headers={"content-type": JSON}
        )
        assert answer.status_code == 401
    reader = desk.key("read")[1]
    answer = await desk.call("POST", path, token=reader, content=b"{")
    assert answer.status_code == 403
    login = b'{"token":"' + b"x" * 10_000 + b'"}'
    answer = await desk.call(
        "POST", "/v1/login", token=None, content=login, headers={"content-type": JSON}
    )
    assert answer.status_code == 413


@on_sqlite
@pytest.mark.parametrize("value", [True, 1.0, "1", [1]])
async def test_a_number_is_a_number(desk: Any, value: Any):
    """`true` is no seq: a body says what it means or is refused."""
    session = await desk.session()
    path = f"/v1/sessions/{session['id']}"
    body = {"events": [HELLO], "expected_seq": value}
    assert (await desk.call("POST", f"{path}/events", body)).status_code == 400
    assert (await desk.call("POST", path, {"acknowledged": 1})).status_code == 400
    assert (await desk.get(path))["seq"] == 1


@on_sqlite
@pytest.mark.parametrize("where", [{"cwd": {"a": 1}}, {"repo": []}, {"url": 5}, {"x": None}])
async def test_where_a_session_runs_is_said_in_texts(desk: Any, where: Json):
    agent, session = await desk.agent(), await desk.session()
    told = {"type": "session.updated", "where": where}
    path = f"/v1/sessions/{session['id']}/events"
    assert (await desk.call("POST", "/v1/sessions", {"agent": agent, "where": where})).is_error
    assert (await desk.call("POST", path, {"events": [told]})).status_code == 400


@on_sqlite
@pytest.mark.parametrize("kind", KINDS)
async def test_a_body_of_another_type_is_not_read(desk: Any, kind: str):
    assert (await refused(desk, event(), content_type=kind)).status_code == 400


@on_sqlite
@pytest.mark.parametrize("coding", CODINGS)
async def test_a_compressed_body_is_not_unpacked(desk: Any, coding: str):
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert (await refused(desk, bomb, content_encoding=coding)).status_code == 400


async def test_what_is_just_within_the_limits_is_taken(desk: Any):
    session = await desk.session()
    path = f"/v1/sessions/{session['id']}/events"
    frame = len(json.dumps({"content": HELLO["content"], "x": ""}, separators=(",", ":")))
    largest = event(x="x" * (EVENT - frame))
    full = json.dumps({"events": [{"type": "a.b", "x": "x" * 200_000}] * 5}).encode()
    full += b" " * (MAX_BODY - len(full))
    marks = event(x='[{,\\"' * 20_000)
    for body in (largest, full, marks, inside(nested(61)), inside(many_keys(9_995))):
        headers = {"content-type": "Application/JSON; charset=utf-8"}
        answer = await desk.call("POST", path, content=body, headers=headers)
        assert answer.status_code == 200, answer.text[:300]


async def test_a_number_that_other_readers_would_round_is_kept_as_it_was(desk: Any):
    session = await desk.session()
    values = [2**53 + 1, -(2**63), 2**64 - 1, 10**30, 0.1, -0.0, 1e308]
    body = inside(json.dumps(values).encode())
    answer = await desk.call(
        "POST", f"/v1/sessions/{session['id']}/events", content=body, headers={"content-type": JSON}
    )
    stored = answer.json()["data"][0]["value"]
    assert [str(v) for v in stored] == [str(v) for v in values]


async def test_an_address_or_headers_beyond_their_limits_are_refused(desk: Any):
    for path, status in (
        ("/v1/sessions?channel=" + "x" * 17_000, 414),
        ("/v1/sessions/" + "x" * 17_000, 414),
        ("/v1/sessions?channel=%00", 400),
        ("/v1/sessions/%00", 400),
        ("/%00", 400),
    ):
        answer = await desk.call("GET", path)
        assert answer.status_code == status
        check_shape(answer)
    answer = await desk.call("GET", "/v1/me", headers={"x-more": "x" * 70_000})
    assert answer.status_code == 431


async def raw(port: int, request: bytes, *pieces: bytes, pause: float = 0.0) -> bytes:
    """What a server answers on a socket; the pieces follow after pauses."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        for piece in pieces:
            await writer.drain()
            await asyncio.sleep(pause)
            writer.write(piece)
        return await asyncio.wait_for(reader.read(65_536), 5)
    except ConnectionError:
        return b""
    finally:
        writer.transport.abort()


def head(port: int, *lines: str, path: str = "/v1/agents") -> bytes:
    found = [f"POST {path} HTTP/1.1", f"host: 127.0.0.1:{port}", f"authorization: Bearer {ADMIN}"]
    return "\r\n".join([*found, f"content-type: {JSON}", *lines, "", ""]).encode()


async def test_bodies_that_never_end_are_refused_and_the_server_stays_up(served_alone: Any):
    """reliability.md 2, Bodies: slow, endless, oversized, cut off; the next request is served."""
    port = served_alone.port
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    cases = {
        "a length over the limit": (
            await raw(port, head(port, f"content-length: {MAX_BODY + 1}")), b"413",
        ),
        "a length beyond all lengths": (
            await raw(port, head(port, "content-length: 99999999999999999999")), b"4",
        ),
        "a negative length": (await raw(port, head(port, "content-length: -1")), b"400"),
        "two lengths": (
            await raw(port, head(port, "content-length: 2", "content-length: 3"), b"{}"), b"400",
        ),
        "chunks without end": (
            await raw(port, head(port, "transfer-encoding: chunked"), *([chunk] * 20)), b"413",
        ),
        "a chunk that is none": (
            await raw(port, head(port, "transfer-encoding: chunked"), b"zz\r\n"), b"400",
        ),
        "a body that does not come": (await raw(port, head(port, "content-length: 2")), b"408"),
        "a body that drips": (
            await raw(port, head(port, "content-length: 40"), *([b"x"] * 8), pause=0.1), b"408",
        ),
        "no HTTP": (await raw(port, b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"), b"400"),
    }  # fmt: skip
    for name, (answer, status) in cases.items():
        line = answer.split(b"\r\n")[0]
        assert line.startswith(b"HTTP/1.1 " + status), f"{name}: {line!r}"
    async with httpx.AsyncClient(base_url=served_alone.url) as http:
        assert (await http.get("/livez")).status_code == 200
        agents = await http.get("/v1/agents", headers={"authorization": f"Bearer {ADMIN}"})
        assert agents.json()["data"] == []


async def test_a_request_that_breaks_off_has_no_effect(served_alone: Any):
    """A body that ends early is no empty body: an archive without one would go through."""
    async with httpx.AsyncClient(
        base_url=served_alone.url, headers={"authorization": f"Bearer {ADMIN}"}
    ) as http:
        agent = (await http.post("/v1/agents", json={"name": "coder"})).json()
        session = (await http.post("/v1/sessions", json={"agent": agent["id"]})).json()
        path = f"/v1/sessions/{session['id']}/archive"
        _, writer = await asyncio.open_connection("127.0.0.1", served_alone.port)
        writer.write(head(served_alone.port, "content-length: 10", path=path) + b"{")
        await writer.drain()
        writer.close()
        await asyncio.sleep(0.2)
        row = (await http.get(f"/v1/sessions/{session['id']}")).json()
        assert row["archived_at"] is None


async def test_other_requests_are_served_while_bodies_drip(served_alone: Any):
    port = served_alone.port
    drips = [
        asyncio.create_task(raw(port, head(port, "content-length: 40"), *([b"x"] * 4), pause=0.1))
        for _ in range(50)
    ]
    async with httpx.AsyncClient(base_url=served_alone.url) as http:
        for _ in range(20):
            begun = perf_counter()
            assert (await http.get("/readyz")).status_code == 200
            assert perf_counter() - begun < 3.0
    for answer in await asyncio.gather(*drips):
        assert answer.startswith(b"HTTP/1.1 408")


KEY = {"name": "ci", "scope": "read"}
ERRORS: list[tuple[str, str, Any, int, str]] = [
    ("GET", "/nothing", None, 404, "not_found_error"),
    ("GET", "/v1/nothing", None, 404, "not_found_error"),
    ("GET", "/v1/sessions/", None, 404, "not_found_error"),
    ("GET", "/v1/sessions/sesn_" + "0" * 32, None, 404, "not_found_error"),
    ("GET", "/v1/agents/agent_" + "0" * 32, None, 404, "not_found_error"),
    ("POST", "/v1/api_keys/key_x/revoke", None, 404, "not_found_error"),
    ("PUT", "/v1/sessions", {}, 405, "invalid_request_error"),
    ("PATCH", "/v1/sessions/x", {}, 405, "invalid_request_error"),
    ("DELETE", "/v1/agents", None, 405, "invalid_request_error"),
    ("OPTIONS", "/v1/sessions", None, 405, "invalid_request_error"),
    ("TRACE", "/v1/sessions", None, 405, "invalid_request_error"),
    ("POST", "/v1/agents", {}, 400, "invalid_request_error"),
    ("POST", "/v1/agents", {"name": ""}, 400, "invalid_request_error"),
    ("POST", "/v1/agents", {"name": "a\0b"}, 400, "invalid_request_error"),
    ("POST", "/v1/api_keys", {"name": "x", "scope": "root"}, 400, "invalid_request_error"),
    ("POST", "/v1/api_keys", {"name": "\0", "scope": "read"}, 400, "invalid_request_error"),
    ("POST", "/v1/api_keys", {**KEY, "more": 1}, 400, "invalid_request_error"),
    ("POST", "/v1/api_keys", {**KEY, "expires_at": "soon"}, 400, "invalid_request_error"),
    ("GET", "/v1/stream?topics=everything", None, 400, "invalid_request_error"),
    ("GET", "/v1/stream?topics=", None, 400, "invalid_request_error"),
    ("GET", "/v1/stream?topics=session:x", None, 404, "not_found_error"),
    ("GET", "/v1/stream?after=-1", None, 400, "invalid_request_error"),
    ("GET", "/v1/agents?limit=0", None, 400, "invalid_request_error"),
    ("GET", "/v1/sessions?since=", None, 400, "invalid_request_error"),
    ("GET", "/v1/sessions?limit=x&limit=5", None, 400, "invalid_request_error"),
    (
        "POST",
        "/v1/views",
        {"name": "x", "filters": {"plan_id": [None]}},
        400,
        "invalid_request_error",
    ),
    ("GET", "/v1/agents?page=x", None, 400, "invalid_request_error"),
    ("POST", "/v1/imports", {"paths": ["/nowhere/at/all"]}, 400, "invalid_request_error"),
    ("POST", "/v1/imports", {"paths": ["a\0b"]}, 400, "invalid_request_error"),
    ("POST", "/v1/imports", {"paths": ["~nobody-of-this-name/x"]}, 400, "invalid_request_error"),
    ("POST", "/v1/imports", {"paths": ["/" + "x" * 5_000]}, 400, "invalid_request_error"),
    ("POST", "/v1/imports", {"paths": ["/"], "format": "word"}, 400, "invalid_request_error"),
    ("POST", "/v1/imports", {"format": "word"}, 400, "invalid_request_error"),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"), ERRORS, ids=lambda value: str(value)[:40]
)
async def test_every_refusal_has_the_protocol_s_shape(
    desk: Any, method: str, path: str, body: Any, status: int, kind: str
):
    """product.md, decision 1: {"type":"error","error":{"type","message"},"request_id"}."""
    answer = await desk.call(method, path, body)
    assert answer.status_code == status, answer.text
    assert check_shape(answer)["error"]["type"] == kind
    if status == 405:
        assert answer.headers["allow"]


async def test_a_wrong_method_is_told_those_of_the_address(desk: Any):
    """RFC 9110 15.5.6: all of them, of whichever route."""
    for path, methods in (
        ("/v1/sessions", "GET, POST"),
        ("/v1/sessions/x", "DELETE, GET, POST"),
        ("/v1/search", "GET"),
        ("/rpc", "POST"),
    ):
        answer = await desk.call("PUT", path, {})
        assert (answer.status_code, answer.headers["allow"]) == (405, methods)


async def test_an_error_nobody_foresaw_says_nothing_of_the_inside(small: Any):
    async def broken() -> None:
        raise RuntimeError("password=hunter2 in /home/ana/hansard.db")

    small.app.add_api_route("/v1/broken", broken, methods=["GET"])
    answer = await small.call("GET", "/v1/broken")
    assert answer.status_code == 500
    assert check_shape(answer)["error"] == {
        "type": "api_error",
        "message": "the server failed on this request",
    }
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_server_that_closes_says_try_again(desk_of: Any, tmp_path: Path):
    async with desk_of(tmp_path) as desk:
        await desk.agent()
        desk.house.close()
        answer = await desk.call("POST", "/v1/agents", {"name": "late"})
        assert answer.status_code == 503
        assert check_shape(answer)["error"]["type"] == "overloaded_error"
        assert answer.headers["retry-after"] == "1"
        desk.house.store = open_store("sqlite://")  # something left to close


async def test_no_operation_answers_any_body_with_a_server_error(desk: Any):
    """Every operation with a body, with values of every JSON type in each of its fields."""
    session = await desk.session()
    values: list[Any] = [
        None, True, 0, -1, 1 << 70, 1.5, "", "x", "\0", "x" * 3_000, [], [[]], [None], {}, {"": 0},
    ]  # fmt: skip
    for operation in OPERATIONS:
        fields = [p.name for p in operation.params if p.where == "body"]
        path = operation.path.replace("{session_id}", session["id"])
        if operation.name == "import.start":
            continue
        for name in fields:
            base = {"session.create": {"agent": desk.agent_id}}.get(operation.name, {})
            bodies = [{**base, name: value} for value in values]
            answers = await asyncio.gather(*(desk.call("POST", path, b) for b in bodies))
            for body, answer in zip(bodies, answers, strict=True):
                assert answer.status_code < 500, (operation.name, str(body)[:80], answer.text)
                if answer.status_code >= 400:
                    check_shape(answer)
