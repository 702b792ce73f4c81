"""Search by the API: what was remembered is found, page by page, and nothing foreign."""

from typing import Any

import pytest

HOSTILE = [
    "NEAR(a b, 5)", "a* OR b", '"unclosed', "text : x", "{place} : w", "^start", "a + b", "(a",
    "' OR 1=1 --", "a AND NOT b", "\0a", "a\u202eb", "%", "*", '"""', "a:b:c", "--", "💥 boom",
    "(" * 500, "é" * 900, "a" * 1_000, "x " * 30,
]  # fmt: skip


def said(found: Any) -> list[Any]:
    """The hits that are events: a first prompt names its session, so names are hits too, once
    they are indexed."""
    return [hit for hit in found["data"] if hit["matched"] == "event"]


async def test_a_remembered_sentence_is_found_with_its_place_and_its_words_marked(desk: Any):
    """S1-10, S1-N7: a hit names the session, the event and the text around the match."""
    made = await desk.session(title="Release notes")
    await desk.send(
        made["id"],
        {"type": "user.message", "content": "Please move the flamingo to the other pond"},
        {"type": "agent.tool_use", "name": "bash", "input": {"command": "ls flamingos"}},
    )
    found = await desk.get("/v1/search", params={"q": "the flamingo to "})
    (hit,) = said(found)
    assert (hit["session_id"], hit["role"]) == (made["id"], "user")
    assert hit["session"]["title"] == "Release notes"
    assert "move the flamingo to" in hit["snippet"]
    assert [part["text"] for part in hit["parts"] if part["hit"]] == [
        "the",
        "flamingo",
        "to",
        "the",
    ]
    (call,) = said(await desk.get("/v1/search", params={"q": "flamingos ", "scope": "tool"}))
    assert (call["event_type"], call["tool"]) == ("agent.tool_use", "bash")
    event = await desk.get(f"/v1/sessions/{made['id']}/events", params={"types": hit["event_type"]})
    assert event["data"][0]["id"] == hit["event_id"]


async def test_a_search_inside_one_session_finds_only_there(desk: Any):
    one, two = await desk.session(), await desk.session()
    for made in (one, two):
        await desk.send(made["id"], {"type": "user.message", "content": "an ibex on the roof"})
    params = {"q": "ibex ", "session_id": two["id"]}
    there = await desk.get("/v1/search", params=params)
    assert [hit["session_id"] for hit in there["data"]] == [two["id"]]
    both = said(await desk.get("/v1/search", params={"q": "ibex "}))
    assert [hit["session_id"] for hit in both] == [two["id"], one["id"]]
    params["session_id"] = desk.id("sesn")
    assert (await desk.call("GET", "/v1/search", params=params)).status_code == 404


async def test_pages_of_a_search_are_its_own(desk: Any):
    made = await desk.session()
    texts = [{"type": "user.message", "content": f"okapi number {n}"} for n in range(5)]
    await desk.send(made["id"], *texts)
    params: dict[str, Any] = {"q": "okapi ", "limit": 2}
    seen: list[int] = []
    while True:
        page = await desk.get("/v1/search", params=params)
        seen += [hit["seq"] for hit in said(page)]
        if page["next_page"] is None:
            break
        params["page"] = page["next_page"]
    assert seen == [6, 5, 4, 3, 2]
    params["q"] = "number "
    assert (await desk.call("GET", "/v1/search", params=params)).status_code == 400


async def test_archived_sessions_are_left_out_and_said_to_be(desk: Any):
    made = await desk.session()
    await desk.send(made["id"], {"type": "user.message", "content": "tapir crossing"})
    await desk.post(f"/v1/sessions/{made['id']}/archive")
    found = await desk.get("/v1/search", params={"q": "tapir "})
    assert found["data"] == []
    assert [(e["reason"], e["sessions"]) for e in found["excluded"]] == [("archived", 1)]
    found = await desk.get("/v1/search", params={"q": "tapir ", "include_archived": "true"})
    assert {hit["session_id"] for hit in found["data"]} == {made["id"]}


async def test_another_workspace_does_not_see_it(desk: Any):
    made = await desk.session(title="Axolotl plans")
    await desk.send(made["id"], {"type": "user.message", "content": "axolotl"})
    _, stranger = desk.workspace()
    for text in ("axolotl ", "axolotl plans"):
        answer = await desk.call("GET", "/v1/search", params={"q": text}, token=stranger)
        assert answer.json()["data"] == []


async def test_a_deleted_session_is_not_found(desk: Any):
    made = await desk.session(title="Narwhal diary")
    await desk.send(made["id"], {"type": "user.message", "content": "narwhal"})
    assert (await desk.call("DELETE", f"/v1/sessions/{made['id']}")).status_code == 200
    assert (await desk.get("/v1/search", params={"q": "narwhal"}))["data"] == []


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
async def test_any_text_is_searched_for_or_refused(desk: Any, typed: str):
    """reliability.md 2, SQL/FTS: operators of the engines are words like any other."""
    answer = await desk.call("GET", "/v1/search", params={"q": typed})
    assert answer.status_code in (200, 400), answer.text[:300]


@pytest.mark.parametrize(
    "params",
    [
        {"q": ""},
        {"q": "   "},
        {"q": "-only"},
        {"q": "x", "limit": 0},
        {"q": "x", "limit": 101},
        {"q": "x", "scope": "everybody"},
        {"q": "x", "page": "forged"},
        {"q": "x" * 1_001},
        {},
    ],
)
async def test_what_does_not_read_is_refused(desk: Any, params: dict[str, Any]):
    answer = await desk.call("GET", "/v1/search", params=params)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
