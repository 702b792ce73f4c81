"""What others wrote is shown and never run (reliability.md section 2)."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.payloads import CANARY, homes, scripts

_SOME = 17
_SHOWN = 250
"""Payloads that stand somewhere as they are; others are drawn as the markdown they are."""
_TABS = ("", "/context", "/metrics", "/timeline", "/files", "/audit", "/raw")
_BIDI = "\u202egnp.exe\u202c \u2066safe\u2069 \u200b\u200e"
_ANSI = (
    "\x1b[31mred\x1b[0m \x1b[2J\x1b[H\x1b]0;title\x07 \x1b[99999C\x1b[8mhidden\x1b[0m \x9b31m end"
)
_KEYS = ("a:b/c", "x%2fy", "..", "../../etc/passwd", "ключ:ünï/☃", "a?b#c", "a b+c")


@pytest.fixture
def made(server: Any) -> Iterator[list[str]]:
    """Ids of sessions that a test made; they go with it."""
    ids: list[str] = []
    yield ids
    for one in ids:
        server.api.delete(f"/v1/sessions/{one}")


def _session(server: Any, made: list[str], **fields: Any) -> str:
    agent = server.api.get("/v1/agents").json()["data"][0]["id"]
    answer = server.api.post("/v1/sessions", json={"agent": agent, "recorded": True, **fields})
    answer.raise_for_status()
    made.append(str(answer.json()["id"]))
    return made[-1]


def _say(server: Any, session_id: str, events: list[dict[str, Any]]) -> None:
    for start in range(0, len(events), 200):
        body = {"events": events[start : start + 200]}
        answer = server.api.post(f"/v1/sessions/{session_id}/events", json=body)
        assert answer.is_success, answer.text


def _everywhere(text: str, number: int) -> list[dict[str, Any]]:
    """A payload in a field of every kind of event that a card is drawn of."""
    use = f"sevt_{number:032x}"
    hunk = {"old_start": 1, "old_lines": 1, "new_start": 1, "new_lines": 1}
    ask = {"type": "approval.requested", "approval_id": f"appr_{number:032x}"}
    kinds: list[dict[str, Any]] = [
        {"type": "user.message", "content": text},
        {"type": "agent.message", "content": text, "model": text},
        {"type": "agent.thinking", "content": text},
        {"type": "system.message", "content": text},
        {"type": "agent.tool_use", "id": use, "name": text[:80], "input": {text: text}},
        {"type": "agent.tool_result", "tool_use_id": use, "content": text},
        {"type": "agent.tool_use", "name": "bash", "input": {"command": text}},
        {"type": "session.error", "error": {"type": "unknown_error", "message": text}},
        {
            "type": "file.edited",
            "path": text,
            "change": "update",
            "hunks": [{**hunk, "lines": [f"+{text}"]}],
        },
        {**ask, "approval_type": "question", "question": text},
        {"type": "artifact.created", "name": text, "url": text},
        {"type": "agent.thread_context_compacted", "summary": text},
        {"type": f"made.up_{number}", "text": text, text: text},
    ]
    return [kinds[number % len(kinds)], kinds[(number * 7 + 3) % len(kinds)]]


def _through(page: Page) -> int:
    """Scroll the transcript from its end to its beginning, so that every card is drawn once.

    Returns:
        How many payloads stood there as text.
    """
    page.mouse.move(600, 500)
    still = 0
    before = ""
    shown: set[str] = set()
    texts = (*scripts(), *homes())
    while still < 4:
        page.mouse.wheel(0, -1_500)
        page.wait_for_timeout(60)
        now = page.locator("main").inner_text()
        still = still + 1 if now == before else 0
        before = now
        shown.update(text for text in texts if text in now)
    return len(shown)


def _unharmed(page: Page) -> None:
    assert page.evaluate("window.__hit") is None
    assert page.title().endswith("hansard")


def test_there_are_enough_payloads_and_no_two_are_the_same() -> None:
    assert len(set(scripts())) == len(scripts()) >= 300
    assert len(set(homes())) == len(homes()) >= 60


def test_no_script_in_any_field_runs_and_nothing_is_asked_of_others(
    made: list[str], visitor: Any, server: Any
) -> None:
    """XSS and exfiltration: the fixture fails on any foreign request, dialog or CSP violation."""
    texts = [*scripts(), *homes()]
    session = _session(server, made, title=texts[0], tags=texts[1:4], metadata={"a": texts[4]})
    events = [event for n, text in enumerate(texts) for event in _everywhere(text, n)]
    _say(server, session, events)
    page = visitor.open(f"/sessions/{session}")
    page.get_by_role("log").wait_for()
    page.keyboard.press("Shift+O")  # every card, with what is in it
    assert _through(page) >= _SHOWN
    _unharmed(page)
    for tab in _TABS[1:]:
        visitor.open(f"/sessions/{session}{tab}")
        page.wait_for_timeout(200)
        _unharmed(page)


def test_no_script_in_a_row_or_in_a_hit_runs(made: list[str], visitor: Any, server: Any) -> None:
    """Title, channel, key, tags, owner, error and question, in the list and in the search."""
    for number, text in enumerate([*scripts()[::_SOME], *homes()[::7]]):
        session = _session(server, made, title=text, channel=text[:60], tags=[text[:60]])
        named = {"id": f"p{number}", "name": text}
        error = {"type": "unknown_error", "message": f"{text} hostilefind"}
        _say(
            server,
            session,
            [
                {"type": "session.updated", "owner": named, "where": {"repo": text, "cwd": text}},
                {"type": "user.message", "content": f"{text} hostilefind"},
                {"type": "session.error", "error": error},
            ],
        )
    page = visitor.open("/sessions")
    for _ in range(12):
        page.mouse.move(600, 500)
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(50)
    _unharmed(page)
    visitor.open("/sessions?q=hostilefind")
    expect(page.get_by_text("hostilefind").first).to_be_visible()
    _unharmed(page)


def test_terminal_codes_bidi_and_long_lines_stay_text(
    made: list[str], visitor: Any, server: Any
) -> None:
    """ANSI moves no cursor, a title is not taken over, a line of a megabyte does not freeze."""
    session = _session(server, made, title=f"{_BIDI} {_ANSI}"[:200])
    rows = [{"n": n, "text": f"row {n}"} for n in range(100_000)]
    use = "sevt_" + "a" * 32
    events: list[dict[str, Any]] = [
        {"type": "user.message", "content": f"{_BIDI}\n{_ANSI}"},
        {"type": "agent.tool_use", "id": use, "name": "bash", "input": {"command": _ANSI}},
        {"type": "agent.tool_result", "tool_use_id": use, "content": _ANSI + "x" * 200_000},
        {"type": "agent.message", "content": "line " + "y" * 250_000},
        {"type": "agent.message", "content": str(rows)[:250_000]},
    ]
    for event in events:
        _say(server, session, [event])
    page = visitor.open(f"/sessions/{session}")
    page.wait_for_timeout(500)
    _unharmed(page)
    assert page.evaluate("document.querySelectorAll('*').length") < 6_000
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide


@pytest.mark.parametrize("key", _KEYS)
def test_a_session_opens_by_a_key_of_any_shape(
    made: list[str], visitor: Any, server: Any, key: str
) -> None:
    """S1-2: colons, slashes, dots, percent signs and other scripts round-trip in the address."""
    session = _session(
        server, made, title=f"Keyed {key}", key=f"agent:x:default:ana:web:thread:{key}"
    )
    full = server.api.get(f"/v1/sessions/{session}").json()["key"]
    encoded = "".join(f"%{byte:02X}" for byte in full.encode())
    page = visitor.open(f"/sessions/{encoded}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Keyed")
    assert CANARY not in page.url
