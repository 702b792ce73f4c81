"""The readable transcript and the figures in it."""

import io
from typing import Any

import pytest

from hansard.cli import figures
from hansard.cli.terminal import Screen
from hansard.cli.transcript import Transcript, content_text

AGENT = {"type": "agent", "name": "coder"}
ANA = {"type": "person", "name": "Ana"}


def event(kind: str, second: int, actor: dict[str, str], **fields: Any) -> dict[str, Any]:
    return {
        "id": f"sevt_{second}",
        "type": kind,
        "turn_id": "turn_1",
        "actor": actor,
        "created_at": f"2026-11-20T16:43:{second:02d}.000Z",
        **fields,
    }


def text(words: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": words}]


STORY = [
    event("session.created", 0, ANA, key="k"),
    event("user.message", 1, ANA, content=text("Fix the login test")),
    event("session.status_running", 2, AGENT),
    event("agent.thinking", 3, AGENT, message_id="m1"),
    event("agent.message", 4, AGENT, message_id="m1", content=text("I look.\nThen I fix.")),
    event("agent.tool_use", 5, AGENT, message_id="m1", name="bash", input={"command": "pytest -q"}),
    event(
        "agent.mcp_tool_use", 6, AGENT, name="search", mcp_server_name="github", input={"q": "x"}
    ),
    event(
        "agent.tool_result",
        7,
        AGENT,
        tool_use_id="sevt_5",
        is_error=True,
        content=text("\n".join(f"line {n}" for n in range(9))),
    ),
    event("agent.mcp_tool_result", 8, AGENT, mcp_tool_use_id="sevt_6", content=[]),
    event(
        "file.edited",
        9,
        AGENT,
        path="login.py",
        change="update",
        hunks=[{"lines": [" a", "-b", "+c", "+d"]}],
    ),
    event(
        "span.model_request_end",
        10,
        AGENT,
        model="large",
        model_usage={"input_tokens": 400, "cache_read_input_tokens": 12_000, "output_tokens": 840},
        cost_micros=42_000,
    ),
    event("session.status_idle", 11, AGENT, stop_reason={"type": "end_turn"}),
    event("agent.thread_context_compacted", 19, AGENT),
]


def shown(events: list[dict[str, Any]], *, full: bool = False) -> list[str]:
    out = io.StringIO()
    Screen(out).lines(Transcript(full=full).lines(events))
    return out.getvalue().splitlines()


def test_a_transcript_reads_like_a_conversation(monkeypatch: pytest.MonkeyPatch, run: Any):
    assert shown(STORY) == [
        "",
        "── Turn 1 · 2 tool calls · 12.4k in, 840 out · $0.042 · 19.0 s",
        "",
        "Ana  16:43:01",
        "  Fix the login test",
        "",
        "coder  16:43:04",
        "  I look.",
        "  Then I fix.",
        "  ▸ bash: pytest -q",
        "  ▸ github.search: x",
        "    bash:",
        "    line 0",
        "    line 1",
        "    line 2",
        "    line 3",
        "    line 4",
        "    line 5",
        "    … 3 more lines",
        "    done",
        "  ± update login.py (+2 -1)",
        "── Context compacted 16:43:19",
    ]


def test_a_full_transcript_leaves_nothing_out(run: Any):
    full = shown(STORY, full=True)
    assert "    line 8" in full
    assert '      "command": "pytest -q"' in full
    assert "  large: 12.4k in, 840 out, $0.042" in full
    assert "  session.status_running: Running" in full


def test_what_is_no_text_is_named():
    blob = {"type": "blob", "blob_id": "blob_1", "media_type": "image/png", "bytes": 12_300}
    assert content_text([blob]) == "[image/png, 12.3 kB, blob_1]"
    assert content_text([{"type": "text", "text": {**blob, "preview": "head"}}]) == (
        "head\n[image/png, 12.3 kB, blob_1]"
    )
    assert content_text({"type": "image", "source": blob}) == "[image] [image/png, 12.3 kB, blob_1]"
    assert content_text(None) == ""
    assert content_text({"odd": 1}) == '{"odd": 1}'


@pytest.mark.parametrize(
    ("number", "read"),
    [(0, "0"), (999, "999"), (12_400, "12.4k"), (999_949, "999.9k"), (999_950, "1.00M")],
)
def test_tokens_read_as_people_write_them(number: int, read: str):
    assert figures.tokens(number) == read


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ({"cost_micros": None}, "-"),
        ({}, "-"),
        ({"cost_micros": 0}, "$0"),
        ({"cost_micros": 9_999}, "<$0.01"),
        ({"cost_micros": 42_000}, "$0.042"),
        ({"cost_micros": 1_234_567}, "$1.23"),
        ({"cost_micros": 1_204_000_000}, "$1,204"),
        ({"cost_micros": 42_000, "unpriced_models": ["x"]}, "≥$0.042"),
        ({"cost_micros": 42_000, "usage_source": "lower_bound"}, "≥$0.042"),
        ({"cost_micros": 42_000, "usage_source": "estimated"}, "≈$0.042"),
        ({"cost_micros": 9_999, "usage_source": "lower_bound"}, "≥$0.009"),
        ({"cost_micros": 999, "unpriced_models": ["x"]}, ">$0"),
        ({"cost_micros": 9_999, "usage_source": "estimated"}, "<$0.01"),
    ],
)
def test_a_cost_says_its_basis_and_unknown_is_never_zero(row: dict[str, Any], read: str):
    assert figures.cost(row) == read


@pytest.mark.parametrize(
    ("ms", "read"),
    [
        (480, "480 ms"),
        (3_200, "3.2 s"),
        (252_000, "4m 12s"),
        (7_500_000, "2h 05m"),
        (273_600_000, "3d 4h"),
    ],
)
def test_a_duration_reads_as_people_say_it(ms: int, read: str):
    assert figures.duration(ms) == read


def test_a_time_is_an_age_for_a_week(run: Any):
    now = 1_795_000_000_000
    ages = {1_000: "now", 12_000: "12s", 240_000: "4m", 10_800_000: "3h", 172_800_000: "2d"}
    for age, read in ages.items():
        assert figures.ago(figures.instant.to_wire(now - age), now) == read
    assert figures.ago("2025-11-12T12:00:00.000Z", now) == "12 Nov 2025"
    assert figures.ago(None, now) == "-"
    assert figures.ago("yesterday", now) == "-"


@pytest.mark.parametrize("text", ["2x", "h", "-2h", "", "²h", "2026-01-01T00:00:00Z"])
def test_what_is_no_age_is_left_alone(text: str):
    assert figures.before(text, 0) == text


def test_an_age_is_that_long_ago():
    assert figures.before("1w", 8 * 86_400_000) == "1970-01-02T00:00:00.000Z"
    assert figures.before("90m", 5_400_000) == "1970-01-01T00:00:00.000Z"
