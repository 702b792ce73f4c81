"""The page of one session, in a real browser: its tabs, its conversation, find and replay."""

import base64
import json
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.accessibility import axe

TITLE = "Rotate staging database credentials"
TABS = ["Conversation", "Context State", "Metrics", "Timeline", "Files & diffs", "Audit", "Raw"]
PATHS = [
    "",
    "/context",
    "/metrics",
    "/timeline",
    "/timeline?view=table",
    "/files",
    "/audit",
    "/raw",
]
UNKNOWN, MINUS, TIMES = "\u2013", "\u2212", "\u00d7"


def image(width: int, height: int) -> str:
    """A PNG in base64."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x40" * width * 3 for _ in range(height)))
    body = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return base64.b64encode(body).decode()


class Story:
    """A session that is told event by event, and taken away afterwards."""

    def __init__(self, api: Any, **fields: Any) -> None:
        self._api = api
        api.post("/v1/agents", json={"name": "teller"})
        body = {"agent": "teller", "recorded": True, **fields}
        answer = api.post("/v1/sessions", json=body)
        answer.raise_for_status()
        self.id = str(answer.json()["id"])
        self.path = f"/sessions/{self.id}"

    def add(self, kind: str, **fields: Any) -> str:
        """Send one event; its id."""
        body = {"events": [{"type": kind, **fields}]}
        answer = self._api.post(f"/v1{self.path}/events", json=body)
        answer.raise_for_status()
        return str(answer.json()["data"][0]["id"])

    def say(self, kind: str, text: str) -> str:
        return self.add(kind, content=[{"type": "text", "text": text}])

    def call(self, name: str, content: Any, given: Any = None, **result: Any) -> str:
        """A call and its result; the call's id."""
        if isinstance(content, str):
            content = [{"type": "text", "text": content}]
        use = self.add("agent.tool_use", name=name, input=given or {}, call_type="direct")
        self.add("agent.tool_result", tool_use_id=use, content=content, **result)
        return use


@pytest.fixture
def tell(server: Any) -> Iterator[Any]:
    """Makes stories, and takes them away when the test is over."""
    told: list[Story] = []

    def make(**fields: Any) -> Story:
        told.append(Story(server.api, **fields))
        return told[-1]

    yield make
    for story in told:
        server.api.delete(f"/v1{story.path}")


def log_of(page: Page) -> Any:
    return page.get_by_role("log", name="Conversation")


def test_a_session_has_its_tabs_in_order_and_number_keys_go_to_them(
    visitor: Any, server: Any
) -> None:
    """S1-2, S1-19, S1-20, S1-21: breadcrumb, info bar, actions, then the tabs."""
    session = server.find(TITLE)["id"]
    page = visitor.open(f"/sessions/{session}")
    tabs = page.get_by_role("navigation", name="Session views").get_by_role("link")
    expect(tabs).to_have_count(len(TABS))
    assert [re.sub(r"\s*\d+$", "", text) for text in tabs.all_inner_texts()] == TABS
    info = page.get_by_role("region", name="About this session")
    for label in ("Agent", "Channel", "Messages", "Tokens in / cache / out", "Created"):
        expect(info.get_by_text(label, exact=True)).to_be_visible()
    expect(page.get_by_role("navigation", name="Breadcrumb")).to_contain_text("platform")
    for key, place in (("2", "context"), ("3", "metrics"), ("7", "raw"), ("1", "conversation")):
        page.keyboard.press(key)
        page.wait_for_url(f"**/sessions/{session}/{place}")
    for name in ("Reset", "Compact"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("menuitem", name=re.compile("JSONL"))).to_be_visible()
    page.keyboard.press("Escape")


def test_context_and_metrics_are_asked_for_when_they_are_first_opened(
    visitor: Any, server: Any
) -> None:
    """S1-22, S1-33, S1-36: nothing of them is fetched before, neither data nor code."""
    session = server.find(TITLE)["id"]
    asked: list[str] = []
    visitor.page.on("request", lambda r: asked.append(r.url))
    page = visitor.open(f"/sessions/{session}")
    page.get_by_text("Do it now. Keep api and worker up").first.wait_for()
    page.wait_for_timeout(600)
    lazy = ("/context", "/metrics", "/timeline", "/edits", "/audit", "/verify", "/outline")
    assert [url for url in asked if url.split("?")[0].endswith(lazy)] == []
    page.get_by_role("link", name="Context State").click()
    page.get_by_role("img", name=re.compile("Token budget")).wait_for()
    assert any(url.endswith(f"{session}/context") for url in asked)
    assert not any(url.endswith("/metrics") for url in asked)


def test_the_context_is_a_budget_with_its_items_and_a_waterfall(visitor: Any, server: Any) -> None:
    """S1-34, S1-35: system prompt, tools, context, messages; each layer's time."""
    page = visitor.open(f"/sessions/{server.find(TITLE)['id']}/context")
    bar = page.get_by_role("img", name=re.compile("Token budget"))
    expect(bar).to_have_attribute("aria-label", re.compile(r"System prompt 6\.2k, Tools 18\.4k"))
    for part in ("System prompt", "Tools", "Memory and summary", "Messages", "Free"):
        expect(page.get_by_role("button", name=re.compile(f"^{part}"))).to_be_visible()
    looks = bar.locator("i").evaluate_all("all => all.map(e => e.className.match(/part-./)[0])")
    assert len(set(looks)) == len(looks) >= 5
    rows = page.get_by_role("table").first.get_by_role("row")
    tokens = [int(re.sub(r"\D", "", t)) for t in rows.locator("td:nth-child(4)").all_inner_texts()]
    assert tokens == sorted(tokens, reverse=True)
    layers = page.get_by_role("table", name=re.compile("Pipeline of turn 7")).get_by_role("row")
    expect(layers.filter(has_text="Observation masker")).to_contain_text("38 ms")
    page.get_by_role("button", name=re.compile("^System prompt")).click()
    expect(page.get_by_text("is not kept in the log")).to_be_visible()


def test_what_an_import_cannot_know_is_said_and_not_guessed(visitor: Any, tell: Any) -> None:
    """S1-34: no window, no system prompt, no pipeline, no cost."""
    story = tell(title="Says little")
    story.say("user.message", "Hello?")
    story.say("agent.message", "Yes.")
    page = visitor.open(f"{story.path}/context")
    expect(page.get_by_text("This source does not record the window")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^System prompt"))).to_contain_text(UNKNOWN)
    expect(page.get_by_text("No pipeline was recorded")).to_be_visible()
    visitor.open(f"{story.path}/metrics")
    expect(page.get_by_role("heading", name=UNKNOWN)).to_be_visible()
    expect(page.get_by_text("No usage recorded")).to_be_visible()
    expect(page.get_by_text("$0")).to_have_count(0)


def test_the_metrics_add_up_to_what_the_header_says(visitor: Any, server: Any) -> None:
    """S1-37: input, output, tool calls, compactions, resets, cost; one sum on the whole page."""
    session = server.find(TITLE)
    page = visitor.open(f"/sessions/{session['id']}/metrics")
    figures = page.locator("dl").last
    expect(figures).to_contain_text("Tool calls")
    facts = dict(
        zip(
            figures.locator("dt").all_inner_texts(),
            figures.locator("dd").all_inner_texts(),
            strict=True,
        )
    )
    assert facts["Tool calls"] == str(session["tool_call_count"])
    assert facts["Compactions"] == str(session["compaction_count"])
    assert facts["Resets"] == "0"
    assert {"Input, fresh", "Cache read", "Cache write", "Output"} <= facts.keys()
    cost = page.get_by_role("heading", name=re.compile(r"^\$\d")).inner_text()
    info = page.get_by_role("region", name="About this session")
    expect(info.get_by_text(cost, exact=True)).to_be_visible()
    rows = page.get_by_role("table").get_by_role("row")
    calls = [int(text) for text in rows.locator("td:nth-child(3)").all_inner_texts()]
    assert sum(calls[:-1]) == calls[-1] == session["tool_call_count"]
    bar = page.get_by_role("link", name=re.compile(r"^Turn 7: \$")).first
    bar.click()
    page.wait_for_url("**/sessions/*?seq=*")
    expect(log_of(page).get_by_role("heading", name="Turn 7")).to_be_in_viewport()


def test_a_flow_shows_its_steps_and_the_wait_also_as_a_table(visitor: Any, server: Any) -> None:
    """S2-4: the run timeline; a repaired attempt, a wait, what is planned."""
    page = visitor.open(f"/sessions/{server.find('Release 2.18.0')['id']}/timeline")
    lanes = page.get_by_role("group", name="Steps and their time").get_by_role("listitem")
    expect(lanes.filter(has_text="2 Build and test")).to_contain_text("2 attempts")
    expect(lanes.filter(has_text="4 Watch error rate")).to_contain_text("planned")
    expect(page.get_by_role("img", name=re.compile("Checkpoint"))).to_be_visible()
    page.get_by_role("button", name="Table", exact=True).click()
    page.wait_for_url("**view=table")
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="Deploy to production")).to_contain_text("Waiting")
    rows.filter(has_text="Build and test").get_by_role("link").click()
    page.wait_for_url("**?seq=*")


def test_files_show_each_edit_and_the_net_change(visitor: Any, tell: Any) -> None:
    """B.4: word level, generated files folded, signs and not only colours."""
    story = tell(title="Edits files")
    story.say("user.message", "Edit them.")
    first = {"before": "one\ntwo red apples\nthree\n", "after": "one\n2 red apples\nthree\n"}
    story.add("file.edited", path="src/app.py", **first)
    story.add(
        "file.edited", path="src/app.py", before=first["after"], after="one\n2 red apples\n3\n"
    )
    lines = "".join(f"{n}\n" for n in range(30))
    story.add("file.edited", path="uv.lock", before=None, after=lines)
    page = visitor.open(story.path)
    page.get_by_role("link", name="Files & diffs").click()
    card = page.locator("[data-path='src/app.py']")
    expect(card).to_contain_text("2 edits")
    expect(card).to_contain_text(f"+2 {MINUS}2")
    expect(card.locator("mark").first).to_be_visible()
    locked = page.locator("[data-path='uv.lock']")
    expect(locked).to_contain_text("Generated file, 30 changed lines folded")
    locked.get_by_role("button", name="Show").click()
    expect(locked).to_contain_text("29")
    page.get_by_role("button", name="Each edit").click()
    page.wait_for_url("**view=each")
    expect(card.get_by_text(re.compile("^Edit [12]"))).to_have_count(2)
    page.get_by_role("searchbox").fill("nothing like it")
    expect(page.get_by_text("No file has this in its path")).to_be_visible()


def test_audit_tells_the_state_of_the_chain_and_who_did_what(
    visitor: Any, server: Any, tell: Any
) -> None:
    """P22: verified to a seq, its head signed; acts with their actor."""
    story = tell(title="Is renamed")
    story.say("user.message", "Hello")
    server.api.post(f"/v1{story.path}", json={"title": "Was renamed"}).raise_for_status()
    page = visitor.open(f"{story.path}/audit")
    seq = server.api.get(f"/v1{story.path}").json()["seq"]
    expect(page.get_by_text(f"Verified to seq {seq}")).to_be_visible()
    page.get_by_role("button", name="Verify again").click()
    expect(page.get_by_text(f"Verified to seq {seq}")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Changed")
    expect(row.first).to_contain_text("title")
    row.first.get_by_role("button").click()
    expect(page.get_by_text(re.compile("^req_"))).to_be_visible()


def test_the_roles_of_the_conversation_look_as_the_seed_says(visitor: Any, tell: Any) -> None:
    """Neutral, accent edge, centred italics, cards, timestamps.

    S0-29, S1-26, S1-27, S1-28, S1-29, S1-30, S1-32.
    """
    story = tell(title="Four roles")
    story.say("user.message", "I ask.")
    story.say("system.message", "I tell.")
    story.call("bash", "ok", {"command": "true"})
    story.say("agent.message", "I answer.")
    page = visitor.open(story.path)
    log = log_of(page)

    def style(text: str, name: str) -> str:
        return log.get_by_text(text).evaluate(
            "(e, name) => { const at = e.closest('article, p'); "
            "return getComputedStyle(at.closest('article') ?? at)[name] }",
            name,
        )

    assert style("I ask.", "borderLeftWidth") == "0px"
    assert style("I ask.", "backgroundColor") != "rgba(0, 0, 0, 0)"
    assert style("I answer.", "borderLeftWidth") == "2px"
    assert style("I tell.", "fontStyle") == "italic"
    assert style("I tell.", "textAlign") == "center"
    card = log.get_by_role("button", name="bash")
    expect(card).to_have_attribute("aria-expanded", "false")
    card.click()
    expect(card).to_have_attribute("aria-expanded", "true")
    assert log.locator("time").count() >= 3


def test_a_call_says_its_name_connector_type_and_arguments(visitor: Any, tell: Any) -> None:
    """S0-31: Search or Direct."""
    story = tell(title="Calls a connector")
    use = story.add(
        "agent.mcp_tool_use", name="find_issue", mcp_server_name="linear", call_type="search",
        input={"query": "login"},
    )  # fmt: skip
    story.add("agent.mcp_tool_result", mcp_tool_use_id=use, content=[{"type": "text", "text": "1"}])
    page = visitor.open(story.path)
    card = log_of(page).get_by_role("button", name="find_issue")
    expect(card).to_contain_text("linear")
    card.click()
    expect(log_of(page).get_by_text("linear, Search", exact=True)).to_be_visible()
    page.get_by_role("button", name="Arguments").click()
    expect(log_of(page).get_by_text("query")).to_be_visible()
    expect(log_of(page).get_by_text("login").last).to_be_visible()


def test_an_automation_shows_reasoning_and_calls_in_order_and_cannot_be_continued(
    visitor: Any, server: Any, tell: Any
) -> None:
    """S0-28, S0-30, S0-32: read-only, chronological, without the way back to a chat."""
    story = tell(title="Runs by itself", kind="automation_run")
    story.say("user.message", "Triage.")
    story.say("agent.thinking", "First the new ones.")
    story.call("list_issues", "three")
    story.say("agent.message", "Three are new.")
    page = visitor.open(story.path)
    text = log_of(page).inner_text()
    places = [text.index(words) for words in ("Triage.", "Thought", "list_issues", "Three are new")]
    assert places == sorted(places)
    expect(page.get_by_text("Continue this chat")).to_have_count(0)
    expect(page.get_by_role("main").get_by_role("textbox")).to_have_count(0)


def test_a_recorded_chat_says_how_it_goes_on(visitor: Any, tell: Any) -> None:
    """S0-32: at the end of a chat; the place it was held in is the tool it came from."""
    known = "0a1b2c3d-1111-4222-8333-999955556666"
    story = tell(title="Goes on elsewhere", kind="chat", external_ids={"claude_code": known})
    story.say("user.message", "Hello")
    page = visitor.open(story.path)
    expect(page.get_by_text("Continue this chat")).to_be_visible()
    expect(page.get_by_text(f"claude --resume {known}")).to_be_visible()
    page.keyboard.press("p")
    page.wait_for_url("**at=*")
    page.get_by_role("button", name="Continue this chat").click()
    page.wait_for_url(lambda url: "at=" not in url)
    expect(page.get_by_text("Viewing at event")).to_have_count(0)


def test_results_are_drawn_by_what_they_are(visitor: Any, tell: Any) -> None:
    """S1-30: table, JSON, diff, stack trace, image, file; each also as plain text."""
    story = tell(title="Every form")
    rows = "\n".join(f"svc-{n},{n}" for n in range(300))
    story.call("query", f"name,calls\n{rows}")
    story.say("agent.message", "A table.")
    story.call("git_diff", "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-old word\n+new word")
    story.say("agent.message", "A diff.")
    trace = 'Traceback (most recent call last):\n  File "/srv/app.py", line 12, in main\n    go()'
    story.call("bash", f"{trace}\nValueError: no such table", is_error=True)
    data = {"type": "base64", "media_type": "image/png", "data": image(40, 30)}
    story.call("screenshot", [{"type": "image", "source": data}])
    story.say("agent.message", "An image.")
    lie = data | {"data": base64.b64encode(b"no picture " * 9000).decode()}
    story.call("screenshot", [{"type": "image", "source": lie}])
    story.say("agent.message", "No image.")
    document = {"type": "base64", "media_type": "application/pdf"}
    document["data"] = base64.b64encode(b"%PDF-1.4 " * 9000).decode()
    story.call("download", [{"type": "document", "source": document}])
    page = visitor.open(story.path)
    log = log_of(page)
    log.wait_for()
    page.keyboard.press("Shift+O")
    forms = (
        ("300 rows, 2 columns", log.get_by_text("The first 200 of 300 rows")),
        ("Diff", log.locator("mark").first),
        ("Stack trace", log.get_by_text("/srv/app.py:12")),
        (f"40 {TIMES} 30 px", log.get_by_role("img", name=re.compile("Image"))),
        ("This is not an image", log.get_by_role("link", name="Download").first),
        ("application/pdf", log.get_by_text(re.compile("^sha256"))),
    )
    scroller = log.locator("xpath=..")
    scroller.evaluate("e => { e.scrollTop = 0 }")
    for words, shown in forms:
        for _ in range(40):
            if log.get_by_text(words).count() and shown.count():
                break
            scroller.evaluate("e => { e.scrollTop += 160 }")
            page.wait_for_timeout(50)
        expect(log.get_by_text(words).first).to_be_attached()
        expect(shown.first).to_be_attached()
    scroller.evaluate("e => { e.scrollTop = 0 }")
    log.get_by_role("button", name="As text").first.click()
    expect(log.get_by_text("svc-3,3")).to_be_visible()
    # The lie is asked for as an image and refused by the browser: no console error comes of it.


def test_an_image_opens_in_full_size(visitor: Any, tell: Any) -> None:
    story = tell(title="Shows an image")
    data = {"type": "base64", "media_type": "image/png", "data": image(60, 20)}
    story.add("user.message", content=[{"type": "image", "source": data}])
    page = visitor.open(story.path)
    page.get_by_role("button", name="Show the image in full size").click()
    expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_filters_leave_what_they_name_and_are_in_the_address(visitor: Any, server: Any) -> None:
    """B.4: All, Messages, Tools, Errors, Approvals, Edits, Thinking."""
    page = visitor.open(f"/sessions/{server.find(TITLE)['id']}")
    log = log_of(page)
    page.get_by_text("Do it now. Keep api and worker up").first.wait_for()
    show = page.get_by_role("group", name="Show")
    show.get_by_role("button", name="Errors").click()
    page.wait_for_url("**show=errors")
    expect(log.get_by_text("permission denied to alter role")).to_be_visible()
    expect(log.get_by_text("Do it now. Keep api and worker up")).to_have_count(0)
    show.get_by_role("button", name="Edits").click()
    expect(log.get_by_text("rotated_by")).to_be_visible()
    expect(log.get_by_text("permission denied")).to_have_count(0)
    show.get_by_role("button", name="All").click()
    page.wait_for_url(lambda url: "show=" not in url)
    expect(log.get_by_text("Do it now. Keep api and worker up")).to_be_visible()


def test_find_goes_to_matches_in_folded_and_unloaded_events(visitor: Any, tell: Any) -> None:
    """S1-10 in one session: server search, "3 of 41", opens what is closed; then the browser's."""
    story = tell(title="Holds a needle")
    story.call("bash", "a haystack with a qzneedle in it", {"command": "cat hay"})
    story.call("bash", "more hay", {"command": "cat more"})
    for number in range(260):
        story.say("agent.message", f"filler {number}")
    story.say("agent.message", "the second qzneedle")
    page = visitor.open(story.path)
    expect(log_of(page).get_by_text("the second qzneedle")).to_be_visible()
    page.keyboard.press("Control+f")
    field = page.get_by_role("textbox", name="Find in this session")
    expect(field).to_be_focused()
    page.keyboard.type("qzneedle")
    expect(page.get_by_text("2 of 2")).to_be_visible(timeout=10_000)
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 2")).to_be_visible()
    expect(log_of(page).get_by_text("a haystack with a qzneedle in it")).to_be_in_viewport(
        timeout=10_000
    )
    marked = "() => CSS.highlights.get('found-text')?.size ?? 0"
    page.wait_for_function(f"({marked})() > 0")
    taken = (
        "() => { const e = new KeyboardEvent('keydown', {key: 'f', ctrlKey: true, bubbles: true, "
        "cancelable: true}); document.activeElement.dispatchEvent(e); return e.defaultPrevented }"
    )
    field.focus()
    assert page.evaluate(taken) is False
    field.fill("a qzneedle in")  # as it was said, not its words apart
    expect(page.get_by_text("1 of 1")).to_be_visible(timeout=10_000)
    field.fill("qzabsent")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    assert page.evaluate(taken) is True


def test_a_compaction_a_reset_and_what_was_before_it_are_in_their_place(
    visitor: Any, tell: Any
) -> None:
    """S0-28, S1-31: a marker at each point; a reset hides nothing for ever."""
    story = tell(title="Is compacted and reset")
    story.say("user.message", "Before everything.")
    story.say("agent.message", "First answer.")
    story.add(
        "agent.thread_context_compacted", summary="They greeted.", tokens_before=9000,
        tokens_after=120,
    )  # fmt: skip
    story.say("user.message", "After the summary.")
    page = visitor.open(story.path)
    log = log_of(page)
    expect(log.get_by_text("Compacted, 9.0k to 120 tokens")).to_be_visible()
    page.get_by_role("button", name="View summary").click()
    expect(log.get_by_text("They greeted.")).to_be_visible()
    text = log.inner_text()
    assert text.index("First answer") < text.index("Compacted") < text.index("After the summary")


def test_a_link_to_a_compaction_rests_on_it(visitor: Any, tell: Any) -> None:
    """B.4 deep links: the summary opens while rows are still measured, and stays in view."""
    story = tell(title="Is compacted at length")
    for number in range(60):
        story.say("user.message", f"Question {number}. " + "And so on. " * (number % 9 * 12))
        story.say("agent.message", f"Answer {number}.\n\n" + "A line.\n\n" * (number % 7))
        if number == 29:
            summary = "## What was done\n\n" + "\n".join(f"- Step {n}" for n in range(60))
            point = story.add("agent.thread_context_compacted", summary=summary)
    page = visitor.open(f"{story.path}?event={point}")
    log = log_of(page)
    button = log.get_by_role("button", name="Hide summary")
    expect(button).to_be_in_viewport()
    page.wait_for_timeout(1800)
    expect(button).to_be_in_viewport()
    expect(log.get_by_text("What was done")).to_be_in_viewport()


def test_next_error_goes_round_and_says_when_there_is_none(visitor: Any, tell: Any) -> None:
    """B.12: n is never silent."""
    story = tell(title="Has one error, then none")
    story.say("user.message", "Go.")
    story.call("grep", "it broke here", is_error=True)
    for number in range(40):
        story.say("agent.message", f"later {number}")
    page = visitor.open(story.path)
    log = log_of(page)
    expect(log.get_by_text("later 39")).to_be_visible()
    for _ in range(2):
        page.keyboard.press("n")
        expect(log.get_by_text("it broke here")).to_be_in_viewport()
    calm = tell(title="Has no error")
    calm.say("user.message", "Go.")
    page = visitor.open(calm.path)
    expect(log_of(page).get_by_text("Go.")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("status").filter(has_text="No errors")).to_be_visible()


def test_what_failed_while_the_server_was_away_is_read_again(visitor: Any, tell: Any) -> None:
    """B.14: nobody has to press Retry once the connection is back."""
    story = tell(title="Comes back")
    story.say("user.message", "I am here again.")
    page = visitor.page
    away = re.compile(r"/v1/(stream|sessions/[^/]+/events)")
    page.route(away, lambda route: route.abort())
    visitor.open(story.path)
    failed = page.get_by_role("alert").filter(has_text="The events could not be loaded")
    expect(failed).to_contain_text("The server does not answer.", timeout=15_000)
    expect(failed).not_to_contain_text("unreachable")
    page.unroute(away)
    expect(log_of(page).get_by_text("I am here again.")).to_be_visible(timeout=15_000)
    visitor.faults.clear()


def test_raw_rows_are_painted_where_the_log_opens(visitor: Any, tell: Any) -> None:
    """S1-2: Chromium left a long log blank until it was scrolled."""
    story = tell(title="Is long and raw")
    for number in range(150):
        story.say("agent.message", f"Line {number}")
    page = visitor.open(f"{story.path}/raw")
    last = page.get_by_role("listitem").last
    expect(last).to_be_in_viewport()
    page.wait_for_timeout(800)
    part: Any = {"x": 240, "y": 300, "width": 900, "height": 500}
    painted = page.screenshot(clip=part)
    last.locator("xpath=..").evaluate("e => { e.style.visibility = 'hidden' }")
    blank = page.screenshot(clip=part)
    assert len(painted) > 3 * len(blank), "the rows are in the page and not on the screen"


def test_keys_open_cards_and_go_to_errors(visitor: Any, tell: Any) -> None:
    """B.12: o, Shift-o, n, Shift-n."""
    story = tell(title="Goes by keys")
    story.say("user.message", "Go.")
    story.call("grep", "found it", {"pattern": "x"})
    story.say("agent.message", "One.")
    for number in range(40):
        story.say("agent.message", f"filler {number}\n\n{number} more")
    story.call("bash", "it broke here", {"command": "make"}, is_error=True)
    for number in range(40):
        story.say("agent.message", f"later {number}\n\n{number} more")
    page = visitor.open(story.path)
    log = log_of(page)
    expect(log.get_by_text("later 39")).to_be_visible()
    page.keyboard.press("Shift+N")
    expect(log.get_by_text("it broke here")).to_be_in_viewport()
    log.locator("xpath=..").evaluate("e => { e.scrollTop = 0 }")
    card = log.get_by_role("button", name="grep")
    expect(card).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("o")
    expect(card).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("o")
    expect(card).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Shift+O")
    expect(card).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("n")
    expect(log.get_by_text("it broke here")).to_be_in_viewport()


def test_a_replay_shows_the_session_as_it_was_at_an_event(visitor: Any, server: Any) -> None:
    """B.4 Replay: header, conversation and tabs at one seq, by keys alone, in the address."""
    session = server.find(TITLE)
    page = visitor.open(f"/sessions/{session['id']}")
    log = log_of(page)
    page.get_by_text("Do it now. Keep api and worker up").first.wait_for()
    page.keyboard.press("p")
    page.wait_for_url(f"**at={session['seq']}")
    slider = page.get_by_role("slider", name="Position in the session")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuenow", "1")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile(r"^event \d+, turn 3, \d\d:\d\d:\d\d$")
    )
    at = int(slider.get_attribute("aria-valuenow") or 0)
    assert 1 < at < session["seq"]
    past = server.api.get(f"/v1/sessions/{session['id']}", params={"at": at}).json()
    info = page.get_by_role("region", name="About this session")
    expect(info).to_contain_text(re.compile(rf"Messages\s*{past['message_count']}"))
    expect(page.get_by_text("Now: needs approval")).to_be_visible()
    expect(log.get_by_text("Do it now. Keep api and worker up")).to_have_count(0)
    expect(page.get_by_text("Nothing can be sent while replaying.")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuenow", str(at + 1))
    page.get_by_role("link", name="Metrics").click()
    page.wait_for_url(f"**/metrics?at={at + 1}")
    figures = server.api.get(f"/v1/sessions/{session['id']}/metrics", params={"at": at + 1}).json()
    expect(page.locator("dl").last).to_contain_text(
        re.compile(rf"Tool calls\s*{figures['tool_calls']}")
    )
    page.get_by_role("button", name="Return to live").click()
    page.wait_for_url(lambda url: "at=" not in url)
    expect(page.locator("dl").last).to_contain_text(
        re.compile(rf"Tool calls\s*{session['tool_call_count']}")
    )


def test_a_replay_plays_by_itself_and_stops(visitor: Any, server: Any) -> None:
    """Play goes forward event by event; skip idle does not wait for people."""
    session = server.find(TITLE)["id"]
    page = visitor.open(f"/sessions/{session}?at=5")
    page.get_by_role("button", name=f"8{TIMES}").click()
    page.get_by_role("button", name="Play", exact=True).click()
    slider = page.get_by_role("slider")
    page.wait_for_function(
        "() => Number(document.querySelector('[role=slider]').ariaValueNow) > 8", timeout=15_000
    )
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_timeout(150)
    stopped = slider.get_attribute("aria-valuenow")
    page.wait_for_timeout(700)
    assert slider.get_attribute("aria-valuenow") == stopped
    box = slider.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    expect(slider).not_to_have_attribute("aria-valuenow", str(stopped))
    page.get_by_role("button", name="Last event").click()
    seq = server.api.get(f"/v1/sessions/{session}").json()["seq"]
    expect(slider).to_have_attribute("aria-valuenow", str(seq))


@pytest.mark.parametrize("path", PATHS)
def test_every_tab_passes_axe_in_both_themes(
    visitor: Any, server: Any, theme: str, path: str
) -> None:
    """WCAG 2.2 AA (ui.md B.13)."""
    page = visitor.page
    page.emulate_media(color_scheme=theme)
    title = "Release 2.18.0" if "timeline" in path else TITLE
    visitor.open(f"/sessions/{server.find(title)['id']}{path}")
    page.wait_for_timeout(700)
    assert axe(page) == []


def test_find_and_replay_pass_axe_in_both_themes(visitor: Any, server: Any, theme: str) -> None:
    """WCAG 2.2 AA with everything open."""
    page = visitor.page
    page.emulate_media(color_scheme=theme)
    visitor.open(f"/sessions/{server.find(TITLE)['id']}?at=60")
    page.get_by_role("slider").wait_for()
    page.keyboard.press("Control+f")
    page.keyboard.type("password")
    page.get_by_text(re.compile(r"^\d+ of \d+$")).first.wait_for()
    page.wait_for_timeout(2300)  # the outline of the found event has faded
    assert axe(page) == []


def test_every_tab_fits_a_phone_without_scrolling_sideways(visitor: Any, server: Any) -> None:
    """WCAG 1.4.10: no horizontal scroll of the page at 320 px."""
    page = visitor.page
    page.set_viewport_size({"width": 320, "height": 700})
    session = server.find(TITLE)["id"]
    for path in [*PATHS, "?at=60"]:
        visitor.open(f"/sessions/{session}{path}")
        page.wait_for_timeout(400)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, path
    expect(page.get_by_role("link", name="Context", exact=True)).to_be_attached()


def test_a_hostile_session_runs_nothing_in_any_tab(visitor: Any, tell: Any) -> None:
    """LLM05: tables, traces, diffs, file names and audit details are text."""
    evil = "<img src=x onerror=alert(1)>"
    story = tell(title=f"Hostile {evil}", tags=[evil])
    story.say("user.message", evil)
    story.call(evil, f"{evil},b\n{evil},2\n{evil},3")
    story.call("query", json.dumps([{evil: evil, "b": 1}, {evil: evil, "b": 2}]))
    story.call("bash", f'Traceback (most recent call last):\n  File "{evil}", line 1, in {evil}\n')
    story.add("file.edited", path=f"{evil}/{evil}", before=evil, after=f"{evil}!")
    story.add("context.assembled", budget={"window": 10}, layers=[{"name": evil, "duration_ms": 1}])
    page = visitor.page
    for path in PATHS:
        visitor.open(f"{story.path}{path}")
        if not path:
            log_of(page).wait_for()
        page.keyboard.press("Shift+O")
        page.wait_for_timeout(250)
        assert page.locator("main img[src=x]").count() == 0
