"""The views of one session as people read them on a terminal."""

from typing import Any

import pytest

SESSION = "sesn_" + "0" * 31 + "a"
AT = "2026-11-20T09:00:00.000Z"
ANSWERS: dict[str, dict[str, Any]] = {
    "context": {
        "seq": 9,
        "estimated": True,
        "measured_tokens": 1_200,
        "budget": {"window": None, "messages": 812},
        "entries": [{"seq": 2, "role": "user", "tokens": 7, "title": "Fix the login"}],
    },
    "metrics": {
        "seq": 9,
        "input_tokens": 12_400,
        "output_tokens": 80,
        "cost_micros": 42_000,
        "requests": 3,
        "by_tool": [{"name": "bash", "calls": 2, "errors": 1, "duration_ms": 3_200}],
    },
    "timeline": {
        "data": [{"span": "turn", "state": "done", "first_seq": 2, "started_at": AT, "name": None}]
    },
    "edits": {
        "data": [{"path": "a.py", "change": "update", "additions": 4, "deletions": None}],
    },
    "outline": {"marks": [{"seq": 4, "at": AT, "mark": "error", "label": "Overloaded"}]},
    "find": {
        "data": [
            {
                "seq": 7,
                "role": "user",
                "parts": [{"text": "the ", "hit": False}, {"text": "login", "hit": True}],
            }
        ],
        "total": 1_000,
        "complete": False,
    },
    "audit": {
        "data": [{"at": AT, "action": "session.update", "actor": {"name": "Ana"}}],
        "next_page": None,
    },
}
SAID = {
    "context": ["Window", "812", "1.2k", "estimated", "Fix the login"],
    "metrics": ["12.4k", "$0.042", "bash", "3.2 s"],
    "timeline": ["turn", "done", "2026-11-20 09:00:00 UTC"],
    "edits": ["update", "4", "-", "a.py"],
    "outline": ["4", "error", "Overloaded"],
    "find": ["#7", "the login", "1,000 events found, and there may be more."],
    "audit": ["session.update", "Ana"],
}


@pytest.mark.parametrize("view", ANSWERS)
def test_a_view_says_what_the_api_answered(run: Any, stand: Any, view: str):
    stand.answers["GET", f"/v1/sessions/{SESSION}/{view}"] = ANSWERS[view]
    words = ["login"] if view == "find" else []
    told = run("session", view, SESSION, *words)
    assert told.code == 0, told.err
    for word in SAID[view]:
        assert word in told.out, told.out


@pytest.mark.parametrize("view", ["timeline", "edits", "outline", "audit"])
def test_a_view_of_nothing_says_so(run: Any, stand: Any, view: str):
    stand.answers["GET", f"/v1/sessions/{SESSION}/{view}"] = {"data": [], "marks": []}
    assert run("session", view, SESSION).out == "Nothing.\n"


def test_state_at_an_event_is_asked_for_by_its_seq(run: Any, stand: Any):
    stand.otherwise = ANSWERS["metrics"]
    assert run("session", "metrics", SESSION, "--at", "7").code == 0
    assert stand.requests[-1].query == [("at", "7")]
