"""The first page, in a real browser against a real server."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from tests.e2e.accessibility import axe

TITLE = "Rotate staging database credentials"
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "[ref]: https://evil.example/a.png\n![ref]",
    "<iframe src=https://evil.example></iframe>",
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    '<math><mtext><table><mglyph><style><img src=x onerror="alert(1)">',
]


def test_the_list_shows_what_needs_you_first_then_what_is_active(visitor: Any) -> None:
    """S2-14, S2-37: sections in their order, from the seed's own rule."""
    page = visitor.open("/sessions")
    page.get_by_text(TITLE).first.wait_for()
    text = page.inner_text("main")
    places = [text.index(name) for name in ("Refund for order 20418", "Fix the flaky", "invoices")]
    assert places == sorted(places)
    expect(page.get_by_text("401 from GitHub: bad credentials")).to_be_visible()
    expect(page.get_by_text("Step 3 of 5").first).to_be_visible()


def test_a_row_opens_the_transcript_and_a_deep_link_comes_back_to_it(
    visitor: Any, server: Any
) -> None:
    """S0-28, S1-2, S2-31: the conversation, by id and by its key."""
    page = visitor.open("/sessions")
    page.get_by_text(TITLE).first.click()
    page.wait_for_url("**/sessions/sesn_*")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(page.get_by_text("Do it now. Keep api and worker up").first).to_be_visible()
    expect(page.get_by_text("permission denied to alter role").first).to_be_visible()
    expect(page.get_by_text("rotated_by").first).to_be_visible()
    key = server.find(TITLE)["key"].replace("%", "%25").replace("/", "%2F").replace(":", "%3A")
    visitor.open(f"/sessions/{key}")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


def test_every_screen_passes_axe_in_both_themes(visitor: Any, server: Any, theme: str) -> None:
    """WCAG 2.2 AA on list and session (ui.md B.13)."""
    page = visitor.page
    page.emulate_media(color_scheme=theme)
    visitor.open("/sessions")
    page.get_by_text(TITLE).first.wait_for()
    assert axe(page) == []
    visitor.open(f"/sessions/{server.find(TITLE)['id']}")
    page.get_by_text("Do it now").first.wait_for()
    assert axe(page) == []


def test_the_list_fits_a_phone_without_scrolling_sideways(visitor: Any) -> None:
    """WCAG 1.4.10: no horizontal scroll at 320 px."""
    page = visitor.page
    page.set_viewport_size({"width": 320, "height": 700})
    visitor.open("/sessions")
    page.get_by_text(TITLE).first.wait_for()
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide


def test_a_stranger_sees_the_login_page_and_a_used_link_is_refused(
    server: Any, browser: Browser
) -> None:
    """S3-19; a link works once."""
    link = server.link()
    for expected in ("/sessions", "/login"):
        context = browser.new_context()
        page = context.new_page()
        page.goto(link)
        page.wait_for_timeout(1500)
        assert expected in page.url
        context.close()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server.url}/sessions")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    context.close()


def test_a_stranger_is_asked_to_sign_in_before_anything_is_read(
    server: Any, browser: Browser
) -> None:
    """No request is refused, no warning is logged, and the link works on that very page."""
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda m: said.append(m.text))
    page.on("request", lambda r: said.append(r.url) if "/v1/" in r.url else None)
    page.goto(f"{server.url}/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Link or API key").fill("x")
    page.wait_for_timeout(300)
    assert said == []
    link = server.link()
    page.goto(link)
    page.wait_for_url(f"{server.url}/sessions*")
    page.goto(link)
    page.wait_for_url(f"{server.url}/sessions*")
    expect(page.get_by_text(TITLE).first).to_be_visible()
    context.close()


@pytest.mark.parametrize(
    ("path", "heading", "title"),
    [
        ("/sessions/sesn_" + "0" * 32, "This session is not here", "This session is not here"),
        ("/sessions?kind=nonsense", "The list could not be loaded", "Sessions"),
    ],
)
def test_where_nothing_is_found_the_connection_is_still_told(
    server: Any, browser: Browser, path: str, heading: str, title: str
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.link())
    page.wait_for_url(f"{server.url}/sessions*")
    page.goto(server.url + path)
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_role("button", name="Live")).to_be_visible()
    assert page.title().startswith(title)
    context.close()


def test_an_unknown_address_says_so_on_a_page(server: Any, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.link())
    page.wait_for_url(f"{server.url}/sessions*")
    page.goto(f"{server.url}/nothing/here")
    expect(page.get_by_role("heading", name="There is no page at this address")).to_be_visible()
    assert page.title().startswith("There is no page")
    context.close()


@pytest.fixture
def nothing_archived(server: Any) -> Iterator[None]:
    """The samples have archived sessions; for one test they have none."""
    found = server.api.get("/v1/sessions", params={"archived": True}).json()["data"]
    for row in found:
        server.api.post(f"/v1/sessions/{row['id']}/unarchive").raise_for_status()
    yield
    for row in found:
        server.api.post(f"/v1/sessions/{row['id']}/archive").raise_for_status()


def test_every_tab_can_be_reached_on_a_phone_and_says_when_it_is_empty(
    nothing_archived: None, visitor: Any
) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 320, "height": 700})
    visitor.open("/sessions?tab=archived")
    expect(page.get_by_role("heading", name="Nothing is archived")).to_be_visible()
    expect(page.get_by_role("link", name="Archived")).to_be_in_viewport(ratio=0.9)
    page.set_viewport_size({"width": 375, "height": 700})
    visitor.open("/sessions")
    page.get_by_text(TITLE).first.wait_for()
    archived = page.get_by_role("link", name="Archived")
    archived.scroll_into_view_if_needed()
    expect(archived).to_be_in_viewport(ratio=0.9)


def test_a_call_in_flight_says_what_it_does(visitor: Any, server: Any) -> None:
    """Of a simple recorder, that names no turns, and of a session that waits for a person."""
    api = server.api
    api.post("/v1/agents", json={"name": "recorder"}).raise_for_status()
    made = api.post("/v1/sessions", json={"agent": "recorder", "recorded": True}).json()
    events = f"/v1/sessions/{made['id']}/events"
    call = {"type": "agent.tool_use", "name": "list_issues", "input": {"state": "open"}}
    api.post(events, json={"events": [call]}).raise_for_status()
    page = visitor.open(f"/sessions/{made['id']}")
    card = page.get_by_role("button", name="list_issues")
    expect(card).to_contain_text("Running")
    ask = {"type": "approval.requested", "approval_id": "appr_1", "approval_type": "tool"}
    api.post(events, json={"events": [ask | {"question": "May I?"}]}).raise_for_status()
    expect(card).to_contain_text("Needs approval")
    expect(page.get_by_role("log").get_by_text("May I?")).to_be_visible()
    api.delete(f"/v1/sessions/{made['id']}").raise_for_status()


def test_hostile_transcripts_run_nothing_and_fetch_nothing(visitor: Any, server: Any) -> None:
    """LLM05, EchoLeak: titles, messages, tools, results and errors are text."""
    api = server.api
    name = "<b>agent</b>"
    api.post("/v1/agents", json={"name": name}).raise_for_status()
    made = api.post(
        "/v1/sessions",
        json={"agent": name, "recorded": True, "title": f"Hostile {HOSTILE[0]}"},
    ).json()
    events: list[dict[str, Any]] = []
    for text in HOSTILE:
        content = [{"type": "text", "text": text}]
        events += [
            {"type": "user.message", "content": content},
            {"type": "agent.message", "content": content},
            {"type": "system.message", "content": content},
            {"type": "agent.tool_use", "name": text[:40], "input": {text: text}},
            {"type": "file.edited", "path": text, "before": "a", "after": text},
            {"type": "session.error", "error": {"type": "unknown", "message": text}},
            {"type": "custom.unknown", "anything": text},
        ]
    answer = api.post(f"/v1/sessions/{made['id']}/events", json={"events": events})
    answer.raise_for_status()
    page = visitor.open(f"/sessions/{made['id']}")
    page.wait_for_timeout(800)
    for _ in range(12):
        page.mouse.wheel(0, -700)
        page.wait_for_timeout(60)
    visitor.open(f"/sessions/{made['id']}/raw")
    page.wait_for_timeout(500)
    visitor.open("/sessions")
    page.wait_for_timeout(500)
    assert page.evaluate("document.querySelectorAll('main script, main iframe').length") == 0
    api.delete(f"/v1/sessions/{made['id']}").raise_for_status()


def test_a_growing_file_is_read_on_the_page_as_it_grows(visitor: Any, server: Any) -> None:
    """A coding agent works, its file grows, the open page and the list move by themselves."""
    session = "0a1b2c3d-1111-4222-8333-444455556666"
    path = Path(server.home, ".claude/projects/-home-ana-shop", f"{session}.jsonl")

    def write(**record: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        whole = {
            "sessionId": session,
            "timestamp": now,
            "cwd": "/home/ana/shop",
            "version": "2.1.217",
            "gitBranch": "main",
            "isSidechain": False,
            "userType": "external",
            **record,
        }
        with path.open("a") as file:
            file.write(json.dumps(whole) + "\n")

    write(
        type="user",
        uuid="00000000-0000-4000-8000-000000000001",
        parentUuid=None,
        message={"role": "user", "content": "Count the teapots in the shop"},
    )
    page = visitor.open("/sessions?tab=active")
    expect(page.get_by_text("Count the teapots in the shop").first).to_be_visible(timeout=15_000)
    row = server.find("Count the teapots")
    assert row["state"] == "running"
    assert row["active"] is True
    visitor.open(f"/sessions/{row['id']}")
    for number, word in ((2, "There are twelve."), (3, "Now thirteen.")):
        write(
            type="assistant",
            uuid=f"00000000-0000-4000-8000-00000000000{number}",
            parentUuid=f"00000000-0000-4000-8000-00000000000{number - 1}",
            requestId=f"req_{number}",
            message={
                "id": f"msg_{number}",
                "type": "message",
                "role": "assistant",
                "model": "claude-sonnet-4-5",
                "content": [{"type": "text", "text": word}],
                "stop_reason": "end_turn",
                "usage": {"input_tokens": 10, "output_tokens": 5},
            },
        )
        expect(page.get_by_text(word)).to_be_visible(timeout=10_000)
    assert re.search("running", json.dumps(server.find("teapots")))


@pytest.mark.parametrize("width", [390, 1440])
def test_archiving_takes_a_row_away_and_unarchiving_brings_it_back(
    visitor: Any, server: Any, width: int
) -> None:
    """S3-4, S3-18: archived leaves the list, and is found under Archived."""
    title = "Why do invoices round"
    found = server.find(title)["id"]
    page = visitor.page
    page.set_viewport_size({"width": width, "height": 2_400})  # every row is drawn
    visitor.open("/sessions")
    page.get_by_text(title).first.wait_for()
    server.api.post(f"/v1/sessions/{found}/archive").raise_for_status()
    visitor.open("/sessions?tab=archived")
    expect(page.get_by_text(title).first).to_be_visible()
    server.api.post(f"/v1/sessions/{found}/unarchive").raise_for_status()
    visitor.open("/sessions")
    expect(page.get_by_text(title).first).to_be_visible()
