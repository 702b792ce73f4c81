"""`session reset` and `compact` ask first; figures and history read like text."""

import json
from typing import Any

import pytest

SESSION = "sesn_" + "0" * 31 + "a"
BASE = f"/v1/sessions/{SESSION}"
ROW: dict[str, Any] = {"id": SESSION, "title": "The yacht", "message_count": 7, "segment": 2}
RESET = {**ROW, "reset": {"previous_message_count": 7, "erased": False}}
COMPACTED = {**ROW, "compaction": {"tokens_before": 182_000, "tokens_after": 24_000}}


@pytest.mark.parametrize("verb", ["reset", "compact"])
def test_nobody_is_asked_where_nobody_is(run: Any, stand: Any, verb: str):
    """S1-22: reset and compact ask for confirmation; a script has to say --yes."""
    stand.answers["GET", BASE] = ROW
    done = run("session", verb, SESSION)
    assert done.code == 2
    assert "--yes" in done.err
    assert [asked.method for asked in stand.requests] == ["GET"], "nothing was changed"


def test_a_reset_says_what_it_did(run: Any, stand: Any):
    stand.answers["POST", f"{BASE}/reset"] = RESET
    done = run("session", "reset", SESSION, "--erase", "--yes")
    assert (done.code, stand.requests[-1].body) == (0, {"erase": True})
    assert "segment 2" in done.out
    assert "7 messages" in done.out


def test_a_compaction_says_what_it_did_or_that_there_was_nothing(run: Any, stand: Any):
    stand.answers["POST", f"{BASE}/compact"] = COMPACTED
    done = run("session", "compact", SESSION, "--instructions", "the yacht", "--yes")
    assert stand.requests[-1].body == {"instructions": "the yacht"}
    assert "182.0k tokens before, 24.0k after" in done.out
    stand.answers["POST", f"{BASE}/compact"] = {**ROW, "compaction": None}
    assert "Nothing is older" in run("session", "compact", SESSION, "-y").out


def test_the_figures_of_a_session_read_like_a_list(run: Any, stand: Any):
    """S1-4, S1-N5."""
    stand.answers["GET", f"{BASE}/status"] = {
        **ROW,
        "agent": {"name": "coder"},
        "channel": "slack",
        "display_status": "idle",
        "input_tokens": 12_400,
        "output_tokens": 812,
        "cache": {"hit_ratio": 0.6667},
        "cost_micros": 42_000,
    }
    out = run("session", "status", SESSION).out
    for text in ("The yacht", "coder", "slack", "12.4k", "812", "67%", "$0.042"):
        assert text in out
    stand.answers["GET", f"{BASE}/status"] = {**ROW, "cache": {"hit_ratio": None}}
    assert run("session", "status", SESSION).code == 0


def test_history_shows_who_said_what_and_where_one_is(run: Any, stand: Any):
    """S1-N6."""
    message = {"role": "tool", "tool_name": "bash", "seq": 4, "content": "a\x1b[31mb"}
    stand.answers["GET", f"{BASE}/history"] = {"messages": [message], "offset": 2, "total": 9}
    done = run("session", "history", SESSION, "--offset", "2", "--limit", "1")
    assert stand.requests[-1].query == [("offset", "2"), ("limit", "1")]
    assert "tool bash" in done.out
    assert "ab" in done.out
    assert "\x1b" not in done.out, "what a tool wrote is made harmless"
    assert "3-3 of 9" in done.out
    stand.answers["GET", f"{BASE}/history"]["messages"] = [{**message, "erased": True}]
    assert "\nerased\n" in run("session", "history", SESSION).out
    stand.answers["GET", f"{BASE}/history"] = {"messages": [], "offset": 0, "total": 0}
    assert "No messages." in run("session", "history", SESSION).out


def test_the_description_is_printed_without_a_server(run: Any):
    done = run("openapi")
    assert done.code == 0
    assert json.loads(done.out)["openapi"].startswith("3.1")
    assert len(run("openapi", "-o", "jsonl").lines) == 1
