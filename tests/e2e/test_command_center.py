"""The Command Center and the peek, in a real browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.accessibility import axe

Json = dict[str, Any]
SAID: Json = {"type": "user.message", "content": [{"type": "text", "text": "Count to ten."}]}


@dataclass
class Desk:
    """Sessions of one test, which leave with it."""

    api: Any
    mark: str = field(default_factory=lambda: uuid4().hex[:6])
    ids: list[str] = field(default_factory=list)
    agent: str = ""

    def __post_init__(self) -> None:
        self.agent = self.api.post("/v1/agents", json={"name": f"desk-{self.mark}"}).json()["id"]

    def make(self, title: str, **fields: Any) -> tuple[str, str]:
        """A recorded session: its id and the whole title."""
        name = f"{title} {self.mark}"
        body = {"agent": self.agent, "title": name, "recorded": True, **fields}
        made = self.api.post("/v1/sessions", json=body).json()["id"]
        self.ids.append(made)
        return made, name

    def send(self, session_id: str, *events: Json) -> None:
        """What a program that records its own session reports."""
        answer = self.api.post(f"/v1/sessions/{session_id}/events", json={"events": list(events)})
        assert answer.status_code < 300, answer.text


@pytest.fixture
def desk(server: Any) -> Iterator[Desk]:
    made = Desk(server.api)
    yield made
    for session_id in made.ids:
        server.api.delete(f"/v1/sessions/{session_id}")


def panel(page: Page) -> Locator:
    """The Command Center."""
    return page.get_by_role("complementary", name="Command Center")


def section(page: Page, name: str) -> Locator:
    """One of its three sections."""
    return panel(page).get_by_role("region", name=name, exact=True)


def peek(page: Page) -> Locator:
    """The peek, whatever it shows."""
    return page.get_by_role("complementary", name=re.compile("^Peek"))


@pytest.mark.parametrize("where", ["list", "session"])
def test_the_panel_opens_from_anywhere_by_key_and_by_button(
    visitor: Any, server: Any, where: str
) -> None:
    """S2-19; Ctrl-J, and a button that says how many are active and need one."""
    path = {"list": "/sessions", "session": f"/sessions/{server.find('Refund for order')['id']}"}
    page = visitor.open(path[where])
    button = page.get_by_role("button", name=re.compile(r"^Command Center: \d+\+? active, \d"))
    expect(button).to_be_visible()
    page.keyboard.press("Control+j")
    expect(panel(page)).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Control+j")
    expect(panel(page)).to_have_count(0)
    button.click()
    expect(panel(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)
    expect(button).to_be_focused()


def test_sessions_stand_in_what_needs_you_active_and_recent(visitor: Any, desk: Desk) -> None:
    """S2-20, S2-21: chats, flow runs and tasks alike, by what they are at now."""
    failed, failure = desk.make("A failed task", kind="background_task")
    desk.send(failed, {"type": "session.ended", "state": "failed"})
    chat, talk = desk.make("A chat at work")
    desk.send(chat, SAID)
    flow, run = desk.make("A finished flow", kind="flow_run")
    desk.send(flow, {"type": "session.ended", "state": "completed"})
    page = visitor.open("/sessions")
    page.keyboard.press("Control+j")
    expect(section(page, "Needs you").get_by_text(failure)).to_be_visible()
    expect(section(page, "Active now").get_by_text(talk)).to_be_visible()
    expect(section(page, "Recent").get_by_text(run)).to_be_visible()
    needs = section(page, "Needs you").get_by_role("listitem")
    expect(needs.first).to_contain_text("Refund for order 20418")
    expect(needs.last).to_contain_text(failure)


def test_the_panel_follows_states_while_it_is_open(visitor: Any, desk: Desk) -> None:
    """S2-22: a session that begins to need a person moves, without a reload."""
    task, title = desk.make("Live task", kind="background_task")
    desk.send(task, {"type": "session.status_running"})
    page = visitor.open("/sessions")
    page.keyboard.press("Control+j")
    expect(section(page, "Active now").get_by_text(title)).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/v1/sessions?" in r.url else None)
    desk.send(task, {"type": "session.ended", "state": "failed"})
    expect(section(page, "Needs you").get_by_text(title)).to_be_visible()
    expect(section(page, "Active now").get_by_text(title)).to_have_count(0)
    assert asked == [], "it came by the stream"


def test_ending_a_chat_takes_it_out_of_the_active_set_and_touches_no_sibling(
    visitor: Any, desk: Desk
) -> None:
    """S2-30: in the panel and in the list."""
    chat, talk = desk.make("Chat to end")
    desk.send(chat, SAID)
    flow, run = desk.make("Sibling flow", kind="flow_run")
    desk.send(flow, {"type": "session.status_running"})
    page = visitor.open(f"/sessions?tab=active&agent={desk.agent}")
    page.keyboard.press("Control+j")
    active = section(page, "Active now")
    expect(active.get_by_text(talk)).to_be_visible()
    desk.send(chat, {"type": "session.ended", "state": "completed"})
    expect(section(page, "Recent").get_by_text(talk)).to_be_visible()
    expect(active.get_by_text(talk)).to_have_count(0)
    expect(active.get_by_text(run)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press(".")
    grid = page.get_by_role("grid")
    expect(grid.get_by_text(run)).to_be_visible()
    expect(grid.get_by_text(talk)).to_have_count(0)


def test_mine_leaves_out_what_others_started(visitor: Any, desk: Desk) -> None:
    """S2-19, ui.md B.5: the choice stays."""
    chat, talk = desk.make("My own chat")
    desk.send(chat, SAID)
    page = visitor.open("/sessions")
    page.keyboard.press("Control+j")
    expect(panel(page).get_by_text("Refund for order 20418")).to_be_visible()
    panel(page).get_by_role("button", name="Mine").click()
    expect(panel(page).get_by_text("Refund for order 20418")).to_have_count(0)
    expect(panel(page).get_by_text(talk)).to_be_visible()
    page.reload()
    page.keyboard.press("Control+j")
    mine = panel(page).get_by_role("button", name="Mine")
    expect(mine).to_have_attribute("aria-pressed", "true")


def test_pinned_it_stands_beside_the_page_and_is_there_again(visitor: Any) -> None:
    """ui.md B.5: the page makes room; a reload and another page keep it."""
    page = visitor.open("/sessions")
    grid = page.get_by_role("grid")
    grid.wait_for()
    page.keyboard.press("Control+j")
    panel(page).get_by_role("button", name="Pin beside the page").click()
    place, beside = grid.bounding_box(), panel(page).bounding_box()
    assert place is not None and beside is not None
    assert place["x"] + place["width"] <= beside["x"] + 1
    page.reload()
    expect(panel(page)).to_be_visible()
    page.get_by_text("Refund for order 20418").first.click()
    page.wait_for_url("**/sessions/sesn_*")
    expect(panel(page)).to_be_visible()
    panel(page).get_by_role("button", name="Close the Command Center").click()
    page.reload()
    page.wait_for_selector("h1")
    expect(panel(page)).to_have_count(0)


def test_space_peeks_from_list_and_panel_and_the_keys_stay_with_the_rows(visitor: Any) -> None:
    """ui.md B.3, B.5: status, facts, last events; j and k move it; Esc closes; focus stays."""
    page = visitor.open("/sessions")
    row = page.locator("[data-row]").first
    row.focus()
    page.keyboard.press("Space")
    expect(peek(page)).to_contain_text("Refund for order 20418")
    expect(peek(page)).to_contain_text("Needs reply")
    expect(peek(page).get_by_role("region", name=re.compile(r"^Last \d+ events"))).to_be_visible()
    page.keyboard.press("j")
    expect(peek(page)).not_to_contain_text("Refund for order 20418")
    page.keyboard.press("k")
    expect(peek(page)).to_contain_text("Refund for order 20418")
    peek(page).get_by_role("region").focus()
    page.keyboard.press("Escape")
    expect(peek(page)).to_have_count(0)
    expect(row).to_be_focused()
    page.keyboard.press("Control+j")
    section(page, "Active now").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Space")
    expect(peek(page)).to_contain_text("Refund for order 20418")
    peek(page).get_by_role("link", name="Open").click()
    page.wait_for_url("**/sessions/sesn_*")
    expect(peek(page)).to_have_count(0)
    expect(panel(page)).to_be_visible()


def test_panel_and_peek_pass_axe_in_both_themes(visitor: Any, server: Any, theme: str) -> None:
    """WCAG 2.2 AA (ui.md B.13)."""
    page = visitor.page
    page.emulate_media(color_scheme=theme)
    visitor.open(f"/sessions/{server.find('Refund for order')['id']}")
    page.get_by_role("log").wait_for()
    page.keyboard.press("Control+j")
    section(page, "Active now").wait_for()
    assert axe(page) == []
    page.keyboard.press("j")
    page.keyboard.press("Space")
    peek(page).get_by_role("region").wait_for()
    page.wait_for_timeout(400)
    assert axe(page) == []


def test_on_a_phone_the_panel_takes_the_whole_screen(visitor: Any) -> None:
    """S2-19 on a phone: a row opens its session and the panel gives way."""
    page = visitor.page
    page.set_viewport_size({"width": 390, "height": 844})
    visitor.open("/sessions")
    page.get_by_role("button", name=re.compile("^Command Center")).click()
    place = panel(page).bounding_box()
    assert place == {"x": 0, "y": 0, "width": 390, "height": 844}
    panel(page).get_by_role("link", name=re.compile("Refund for order")).click()
    page.wait_for_url("**/sessions/sesn_*")
    expect(panel(page)).to_have_count(0)
