"""The palette, the acts on one session and the shortcut sheet, in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.accessibility import axe

Json = dict[str, Any]
TITLE = "Rotate staging database credentials"


def palette(page: Page) -> Locator:
    """The open palette."""
    return page.get_by_role("dialog", name="Search or jump to")


@pytest.fixture
def chat(server: Any) -> Iterator[Json]:
    """A recorded chat of twelve turns that belongs to one test."""
    name = f"Palette chat {uuid4().hex[:6]}"
    agent = server.api.post("/v1/agents", json={"name": name}).json()["id"]
    body = {"agent": agent, "title": name, "recorded": True}
    made = server.api.post("/v1/sessions", json=body).json()
    for turn in range(12):
        text = f"Question {turn}. " + "Say it again, and say it at length. " * 40
        content = [{"type": "text", "text": text}]
        events = [
            {"type": "user.message", "content": content},
            {"type": "agent.message", "content": content},
        ]
        answer = server.api.post(f"/v1/sessions/{made['id']}/events", json={"events": events})
        assert answer.status_code < 300, answer.text
    yield made
    server.api.delete(f"/v1/sessions/{made['id']}")


def act(page: Page, name: str) -> None:
    """Do something to the open session through the palette, by keyboard alone."""
    page.keyboard.press("Control+k")
    palette(page).wait_for()
    page.keyboard.type(f">{name}")
    expect(palette(page).get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")


def test_a_session_is_found_as_one_types_and_opened_by_enter(visitor: Any) -> None:
    """S1-10, ui.md B.5: by a part of its title, wherever one is."""
    page = visitor.open("/sessions")
    page.keyboard.press("Control+k")
    page.keyboard.type("rotate stag")
    first = palette(page).get_by_role("option").first
    expect(first).to_contain_text(TITLE)
    expect(first.locator("mark")).to_have_text("Rotate stag")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sessions/sesn_*")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(palette(page)).to_have_count(0)


def test_what_was_said_is_found_too_and_leads_to_its_event(
    visitor: Any, server: Any, chat: Json
) -> None:
    """S1-10: not only titles."""
    word = f"zebra{uuid4().hex[:8]}"
    said = {"type": "user.message", "content": [{"type": "text", "text": f"Where is {word} now?"}]}
    server.api.post(f"/v1/sessions/{chat['id']}/events", json={"events": [said]})
    page = visitor.open("/sessions")
    for _ in range(50):  # the index follows the log within a second or so
        if server.api.get("/v1/search", params={"q": word}).json()["data"]:
            break
        page.wait_for_timeout(200)
    page.get_by_role("button", name="Search or jump to").first.click()
    page.keyboard.type(word)
    first = palette(page).get_by_role("option").first
    expect(first).to_contain_text(chat["title"])
    expect(first.locator("mark")).to_have_text(word)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/sessions/{chat['id']}?event=sevt_*")
    expect(page.get_by_role("log").get_by_text(word)).to_be_visible()


def test_pages_theme_and_link_are_there_and_acts_only_where_a_session_is(visitor: Any) -> None:
    """ui.md B.5: jump to pages, theme, copy link."""
    page = visitor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.open("/sessions?tab=chats")
    page.keyboard.press("Control+k")
    palette(page).get_by_role("option", name="Copy link to this page").wait_for()
    expect(palette(page).get_by_role("option", name="Compact")).to_have_count(0)
    page.keyboard.type(">copy link")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.keyboard.press("Control+k")
    page.keyboard.type(">dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(palette(page)).to_have_count(0)


def test_reset_asks_first_and_says_what_the_agent_forgets(
    visitor: Any, server: Any, chat: Json
) -> None:
    """S1-21, S1-22, S1-23."""
    page = visitor.open(f"/sessions/{chat['id']}")
    act(page, "Reset")
    asked = page.get_by_role("dialog", name=f"Reset “{chat['title']}”?")
    expect(asked).to_contain_text("The agent forgets 24 messages and")
    expect(asked).to_contain_text("starts clean in segment 2")
    asked.get_by_role("button", name="Cancel").click()
    assert server.api.get(f"/v1/sessions/{chat['id']}").json()["message_count"] == 24
    act(page, "Reset")
    asked.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("status").filter(has_text="Reset Palette chat")).to_be_visible()
    assert server.api.get(f"/v1/sessions/{chat['id']}").json()["message_count"] == 0


def test_compact_estimates_first_and_the_server_keeps_to_it(
    visitor: Any, server: Any, chat: Json
) -> None:
    """S1-22, S1-24: two bars, an instruction, and figures near those that come about."""
    page = visitor.open(f"/sessions/{chat['id']}")
    entries = server.api.get(f"/v1/sessions/{chat['id']}/context").json()["entries"]
    act(page, "Compact")
    asked = page.get_by_role("dialog", name=f"Compact “{chat['title']}”?")
    expect(asked).to_contain_text("The first and last turns, 8 in all, stay word for word")
    asked.get_by_label("Instruction").fill("Keep question 3")
    asked.get_by_role("button", name="Compact").click()
    expect(page.get_by_role("status").filter(has_text="Compacted, ")).to_be_visible()
    after = server.api.get(f"/v1/sessions/{chat['id']}/context").json()["entries"]
    kept = [entry for entry in after if entry["role"] == "user"]
    assert len(kept) == 8, "as the dialog said"
    total = [sum(entry["tokens"] for entry in part) for part in (entries, after)]
    assert total[1] < total[0]


def test_tags_and_labels_are_edited_by_keyboard(visitor: Any, server: Any, chat: Json) -> None:
    """ui.md B.3: tags, initiative and plan by hand."""
    page = visitor.open(f"/sessions/{chat['id']}")
    act(page, "Tags")
    asked = page.get_by_role("dialog", name="Tags and labels")
    expect(asked.get_by_label("Tags")).to_be_focused()
    page.keyboard.type("billing,")
    page.keyboard.type("q4")
    page.keyboard.press("Enter")
    expect(asked.get_by_role("button", name="Remove the tag q4")).to_be_visible()
    page.keyboard.press("Backspace")
    expect(asked.get_by_role("button", name="Remove the tag q4")).to_have_count(0)
    asked.get_by_label("Initiative").fill("Cheaper runs")
    page.keyboard.press("Enter")
    expect(asked).to_have_count(0)
    row = server.api.get(f"/v1/sessions/{chat['id']}").json()
    assert (row["tags"], row["initiative_id"], row["plan_id"]) == (
        ["billing"],
        "Cheaper runs",
        None,
    )


@pytest.mark.parametrize(
    ("format", "suffix", "start"),
    [("JSONL", ".jsonl", "{"), ("Markdown", ".md", "#"), ("HTML", ".html", "<!")],
)
def test_a_session_is_exported_without_a_question(
    visitor: Any, chat: Json, format: str, suffix: str, start: str
) -> None:
    """S1-21, S1-22."""
    page = visitor.open(f"/sessions/{chat['id']}")
    with page.expect_download() as waiting:
        act(page, f"as {format}")
    assert waiting.value.suggested_filename.endswith(suffix)
    assert Path(waiting.value.path()).read_text().lstrip().startswith(start)


def test_delete_offers_the_export_first_and_then_removes_for_good(
    visitor: Any, server: Any, chat: Json
) -> None:
    """S1-21, S1-22, S1-25."""
    page = visitor.open(f"/sessions/{chat['id']}")
    page.get_by_role("log").wait_for()
    page.keyboard.press("#")
    asked = page.get_by_role("dialog", name=f"Delete “{chat['title']}”?")
    expect(asked).to_contain_text("cannot be brought back")
    first = asked.get_by_role("button", name="Export first")
    expect(first).to_be_focused()
    with page.expect_download():
        page.keyboard.press("Enter")
    expect(asked).to_be_visible()
    asked.get_by_role("button", name="Delete now").click()
    page.wait_for_url("**/sessions")
    assert server.api.get(f"/v1/sessions/{chat['id']}").status_code == 404


def test_the_sheet_lists_the_keys_and_single_keys_can_be_switched_off(visitor: Any) -> None:
    """WCAG 2.1.4, ui.md B.12: `?`, and chords go on."""
    page = visitor.open("/sessions")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard")
    for label in ("Palette", "Command Center", "Select, range", "Tags and labels", "Replay"):
        expect(sheet.get_by_text(label, exact=True).first).to_be_visible()
    sheet.get_by_role("button", name="Turn off single keys").click()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(sheet).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(palette(page)).to_be_visible()


def test_palette_dialogs_and_sheet_pass_axe_in_both_themes(
    visitor: Any, chat: Json, theme: str
) -> None:
    """WCAG 2.2 AA (ui.md B.13)."""
    page = visitor.page
    page.emulate_media(color_scheme=theme)
    visitor.open(f"/sessions/{chat['id']}")
    page.get_by_role("log").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("rotate")
    palette(page).get_by_role("option").first.wait_for()
    assert axe(page) == []
    page.keyboard.press("Escape")
    for name in ("Reset", "Compact", "Tags", "Delete"):
        act(page, name)
        page.get_by_role("dialog").get_by_role("button", name="Cancel").wait_for()
        page.wait_for_timeout(300)
        assert axe(page) == [], name
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard").wait_for()
    assert axe(page) == []
