"""What others stored in shapes of their own: nothing of it takes the page away."""

import json
from typing import Any

import pytest
from playwright.sync_api import Route, expect

ODD: list[Any] = [None, 5, "__proto__", [], [None, 5, {}], {}, {"type": {}}, {"a": 1}]
TYPES = (
    "user.message", "agent.message", "agent.thinking", "agent.tool_use", "agent.tool_result",
    "agent.mcp_tool_use", "agent.custom_tool_use", "session.error", "session.status_idle",
    "session.linked", "session.forked", "session.redacted", "session.reset", "session.ended",
    "file.edited", "artifact.created", "approval.requested", "approval.decided",
    "span.model_request_end", "system.message", "agent.thread_context_compacted", "made.up",
)  # fmt: skip
FIELDS = (
    "content", "name", "input", "error", "stop_reason", "model_usage", "hunks", "path", "before",
    "after", "sender", "delivery", "tool_use_id", "title", "duration_ms", "model", "relation",
    "names", "url", "approval_type", "question", "decision", "message", "decided_by", "trigger",
    "summary", "text", "state_reason",
)  # fmt: skip


def recorded(api: Any, **fields: Any) -> str:
    """The id of a new session."""
    agent = api.get("/v1/agents").json()["data"][0]["id"]
    answer = api.post("/v1/sessions", json={"agent": agent, "recorded": True, **fields})
    answer.raise_for_status()
    return str(answer.json()["id"])


def said(api: Any, session_id: str, *events: dict[str, Any]) -> int:
    """Send events one by one; how many of them the server took."""
    path = f"/v1/sessions/{session_id}/events"
    return sum(api.post(path, json={"events": [event]}).is_success for event in events)


@pytest.mark.parametrize("value", ODD, ids=[json.dumps(value) for value in ODD])
def test_odd_values_in_every_field_leave_the_page_standing(visitor: Any, server: Any, value: Any):
    """Attack 5: `error.message` as an object, null among the contents, `__proto__`."""
    word = value if isinstance(value, str) else "x"
    session = recorded(server.api, title=word, channel=word, tags=[word], metadata={word: word})
    events = [{"type": kind, **dict.fromkeys(FIELDS, value)} for kind in TYPES]
    events += [{"type": kind, "error": {"type": value, "message": value}} for kind in TYPES]
    events += [{"type": "session.updated", name: value} for name in ("owner", "agent", "where")]
    named = {"id": value, "name": value, "model": {"id": value}}
    events += [{"type": "session.updated", name: named} for name in ("owner", "agent")]
    assert said(server.api, session, *events) > 5
    page = visitor.open("/sessions")
    page.wait_for_timeout(300)
    visitor.open(f"/sessions/{session}")
    page.wait_for_timeout(500)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main article, main button[aria-expanded]").first).to_be_visible()
    server.api.delete(f"/v1/sessions/{session}").raise_for_status()


def test_a_card_that_cannot_be_drawn_shows_what_was_stored(visitor: Any, server: Any):
    """A card fails alone: the others stand, and in its place is the event itself."""
    session = recorded(server.api, title="One card fails")
    words = [{"type": "user.message", "content": f"words {n}"} for n in range(3)]
    assert said(server.api, session, *words) == 3

    def broken(route: Route) -> None:
        """What our server never says: the name of who acted is an object."""
        answer = route.fetch()
        found = answer.json()
        for event in found["data"]:
            if "words 1" in json.dumps(event):
                event["actor"]["name"] = {"a": 1}
        route.fulfill(response=answer, json=found)

    visitor.page.route("**/events?*", broken)
    page = visitor.open(f"/sessions/{session}")
    expect(page.get_by_text("words 0")).to_be_visible()
    expect(page.get_by_text("words 2")).to_be_visible()
    expect(page.get_by_text("could not be drawn")).to_be_visible()
    expect(page.get_by_text("user.message")).to_be_visible()
    visitor.faults.clear()  # the failure is told on the console
