"""Session keys of every shape find their own session, or none (S1-2, requirements.md 6.3)."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HELLO = {"type": "user.message", "content": "hello"}
KEYS = [
    "a",
    "x/events",
    "x",
    "x/archive",
    "x/events/stream",
    "resolve",
    "/",
    "//",
    "a//b",
    "/a",
    "a/",
    ".",
    "..",
    "../..",
    "../../etc/passwd",
    "..\\..\\windows",
    "%2e%2e%2f",
    "%252f",
    "%2F",
    "%",
    "%%",
    "%zz",
    "%00",
    "%C3%28",
    ":",
    "::",
    "a:b",
    "a:b/c",
    "a%3Ab",
    "a%3ab",
    "agent:coder:default:ana:web:thread:7",
    "agent:coder:default:ana:slack:thread:C0123/1700000000.000100",
    "agent:a%3Ab:default:o'hara:web:thread:%2F",
    "agent:agent:agent:agent:agent:thread:agent",
    "hook:endpoint-1:delivery/9",
    "?",
    "#",
    "?key=x",
    "x?include=raw",
    "x#fragment",
    "a;b",
    "a+b",
    "a b",
    " ",
    " a",
    "a ",
    "a&b=c",
    "&",
    "=",
    "~",
    "'",
    '"',
    "' OR '1'='1",
    '"; DROP TABLE sessions; --',
    "`id`",
    "$(id)",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${7*7}",
    "\\",
    "\\u0000",
    "a\nb",
    "a\r\nb",
    "\r\nset-cookie: a=b",
    "\t",
    "\x01",
    "\x7f",
    "\x1b[31m",
    "é",
    "e\u0301",
    "ﬁ",
    "İ",
    "ß",
    "\u202eabc",
    "\u200b",
    "\ufeff",
    "\ufffe",
    "\u2028",
    "مرحبا",
    "日本語/セッション",
    "😀",
    "👩\u200d👩\u200d👧",
    "\U0010ffff",
    "x" * 512,
    "日" * 512,
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "NaN",
    "[object Object]",
    "con",
    "file.txt",
    ".hidden",
    "a" * 255 + "/" + "b" * 255,
    "agent_" + "0" * 32,
]
REFUSED = ["", "\0", "a\0b", "x" * 513, "sesn_" + "0" * 32, "sesn_", "sesn_x/events"]


async def test_each_key_finds_its_own_session(desk: Any):
    """reliability.md 2, Session keys: no shape of a key reaches another session."""
    assert len(set(KEYS)) == len(KEYS) >= 80
    _, token = desk.workspace()
    agent = (await desk.post("/v1/agents", {"name": "coder"}, token=token))["id"]
    made: dict[str, str] = {}
    for key in KEYS:
        body = {"agent": agent, "key": key, "recorded": True}
        made[key] = (await desk.post("/v1/sessions", body, token=token))["id"]
    assert len(set(made.values())) == len(KEYS)
    for key, session_id in made.items():
        found = await desk.get("/v1/sessions/resolve", params={"key": key}, token=token)
        assert (found["id"], found["key"]) == (session_id, key)
        row = await desk.get(f"/v1/sessions/{session_id}", token=token)
        assert row["key"] == key


async def test_an_encoded_key_is_the_key_unless_that_is_one_itself(desk: Any):
    """requirements.md 6.3: both spellings are accepted on input."""
    key = "agent:coder:default:zoë:web:thread:a/b"
    made = await desk.session(key=key)
    for spelling in (quote(key, safe=""), quote(key), key):
        found = await desk.get("/v1/sessions/resolve", params={"key": spelling})
        assert found["id"] == made["id"]
    encoded = await desk.session(key=quote(key, safe=""))
    found = await desk.get("/v1/sessions/resolve", params={"key": quote(key, safe="")})
    assert found["id"] == encoded["id"], "the exact spelling wins"


@pytest.mark.parametrize("key", REFUSED, ids=lambda key: repr(key)[:20])
async def test_what_cannot_be_found_again_is_no_key(desk: Any, key: str):
    answer = await desk.call("POST", "/v1/sessions", {"agent": await desk.agent(), "key": key})
    assert answer.status_code == 400
    found = await desk.call("GET", "/v1/sessions/resolve", params={"key": key})
    assert found.status_code in (400, 404)


async def test_a_path_takes_the_id_and_never_a_key(desk: Any):
    """product.md, decision 3: `x%2Fevents` in a path must not read the events of `x`."""
    for key in ("y", "y/events", "z:1"):
        await desk.session(key=key)
    for key in ("y", "y%2Fevents", "y/events", "z:1", "z%3A1", "..", "%2e%2e", "y%00"):
        for rest in ("", "/events", "/blobs/blob_1"):
            answer = await desk.call("GET", f"/v1/sessions/{key}{rest}")
            assert 400 <= answer.status_code < 500, (key, rest)
            assert answer.json()["type"] == "error"


async def test_a_key_made_here_says_who_talks_where(desk: Any):
    made = await desk.session()
    thread = made["id"].removeprefix("sesn_")
    assert made["key"] == f"agent:coder:default:ana:api:thread:{thread}"
    assert (await desk.get("/v1/sessions/resolve", params={"key": made["key"]}))["id"] == made["id"]


async def test_the_key_of_a_deleted_session_finds_nothing(desk: Any):
    made = await desk.session(key="to be deleted")
    await desk.call("DELETE", f"/v1/sessions/{made['id']}")
    answer = await desk.call("GET", "/v1/sessions/resolve", params={"key": "to be deleted"})
    assert answer.status_code == 404


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(key=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
async def test_any_text_is_a_key_or_is_refused(desk: Any, key: str):
    answer = await desk.call(
        "POST", "/v1/sessions", {"agent": await desk.agent(), "key": key, "recorded": True}
    )
    if answer.status_code == 409:
        return
    if "\0" in key or key.startswith("sesn_"):
        assert answer.status_code == 400
        return
    found = await desk.get("/v1/sessions/resolve", params={"key": key})
    assert found["id"] == answer.json()["id"]
