"""Choosing sessions in the list and acting on many of them, in a real browser."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.e2e.accessibility import axe

Json = dict[str, Any]
JOB_MS = 20_000
"""The server works a job off behind its other work."""


@dataclass
class Shelf:
    """An agent with sessions of its own: other tests of this server see none of them change."""

    api: Any
    agent: str = ""
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        name = f"shelf-{uuid4().hex[:8]}"
        self.agent = self.api.post("/v1/agents", json={"name": name}).json()["id"]

    def add(self, count: int) -> list[str]:
        """More sessions, named in the order they were made, each with one message."""
        for _ in range(count):
            body = {"agent": self.agent, "title": f"Row {len(self.ids):02d}", "recorded": True}
            made = self.api.post("/v1/sessions", json=body).json()["id"]
            said = {"type": "user.message", "content": [{"type": "text", "text": "Count to ten."}]}
            self.api.post(f"/v1/sessions/{made}/events", json={"events": [said]})
            self.ids.append(made)
        return self.ids

    def row(self, number: int) -> Json:
        """One session as the API has it."""
        return dict(self.api.get(f"/v1/sessions/{self.ids[number]}").json())

    @property
    def path(self) -> str:
        return f"/sessions?agent={self.agent}"


@pytest.fixture
def shelf(server: Any) -> Iterator[Shelf]:
    made = Shelf(server.api)
    yield made
    for session_id in made.ids:
        server.api.delete(f"/v1/sessions/{session_id}")


def box(page: Page, number: int) -> Locator:
    """The box of one row."""
    return page.get_by_role("checkbox", name=f"Select Row {number:02d}", exact=True)


def bar(page: Page) -> Locator:
    """The bulk bar."""
    return page.get_by_role("region", name="Selected sessions")


def opened(visitor: Any, shelf: Shelf, count: int) -> Page:
    """The list of `count` fresh sessions."""
    shelf.add(count)
    page = visitor.open(shelf.path)
    expect(box(page, count - 1)).to_be_visible()
    return page


def test_checking_rows_shows_the_bulk_bar_and_ranges_follow_the_shown_order(
    visitor: Any, shelf: Shelf
) -> None:
    """S1-14: a checkbox in each row; one or more checked shows the bar."""
    page = opened(visitor, shelf, 5)
    expect(bar(page)).to_have_count(0)
    box(page, 4).click()
    expect(bar(page)).to_contain_text("1 selected")
    assert "/sessions?" in page.url, "a click on the box opens nothing"
    box(page, 1).click(modifiers=["Shift"])
    expect(bar(page)).to_contain_text("4 selected")
    assert [box(page, n).get_attribute("aria-checked") for n in range(5)] == [
        "false",
        *["true"] * 4,
    ]
    head = page.get_by_role("checkbox", name="Select all 5 shown")
    expect(head).to_have_attribute("aria-checked", "mixed")
    head.click()
    expect(bar(page)).to_contain_text("5 selected")
    page.keyboard.press("Escape")
    expect(bar(page)).to_have_count(0)


def test_rows_are_chosen_and_acted_on_with_the_keyboard_alone(visitor: Any, shelf: Shelf) -> None:
    """S1-14, ui.md B.12: x, Shift-x, Ctrl-A, Esc; the bar is reached by Tab."""
    page = opened(visitor, shelf, 4)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar(page)).to_contain_text("1 selected")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(bar(page)).to_contain_text("3 selected")
    page.keyboard.press("Control+a")
    expect(bar(page)).to_contain_text("4 selected")
    page.keyboard.press("Escape")
    expect(bar(page)).to_have_count(0)
    page.keyboard.press("x")
    archive = bar(page).get_by_role("button", name="Archive")
    for _ in range(40):
        if archive.evaluate("e => e === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Archived 1 session", exact=True)).to_be_visible(timeout=JOB_MS)


def test_the_keys_of_a_row_act_on_all_that_are_chosen(visitor: Any, shelf: Shelf) -> None:
    """S1-14, ui.md B.12: with a selection `t`, `#` and `e` do what the bar's buttons do."""
    page = opened(visitor, shelf, 3)
    page.keyboard.press("j")
    page.keyboard.press("Control+a")
    page.keyboard.press("t")
    expect(page.get_by_role("dialog", name="Tag 3 sessions")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("#")
    expect(page.get_by_role("dialog", name="Delete 3 sessions?")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_text("Archived 3 sessions", exact=True)).to_be_visible(timeout=JOB_MS)
    assert all(shelf.row(n)["archived_at"] for n in range(3))
    page.goto(f"{visitor.url}{shelf.path}&tab=archived")
    box(page, 0).click()
    box(page, 1).click()
    page.keyboard.press("Shift+E")
    expect(page.get_by_text("Unarchived 2 sessions", exact=True)).to_be_visible(timeout=JOB_MS)
    assert [bool(shelf.row(n)["archived_at"]) for n in range(3)] == [False, False, True]


def test_reset_selected_asks_first_and_then_clears_each(visitor: Any, shelf: Shelf) -> None:
    """S1-15, S1-22: the question names the number; cancelling changes nothing."""
    page = opened(visitor, shelf, 3)
    box(page, 2).click()
    box(page, 1).click()
    bar(page).get_by_role("button", name="Reset").click()
    asked = page.get_by_role("dialog", name="Reset 2 sessions?")
    expect(asked).to_contain_text("The event logs are kept")
    asked.get_by_role("button", name="Cancel").click()
    assert [shelf.row(n)["message_count"] for n in range(3)] == [1, 1, 1]
    bar(page).get_by_role("button", name="Reset").click()
    asked.get_by_role("button", name="Reset 2").click()
    expect(page.get_by_text("Reset 2 sessions", exact=True)).to_be_visible(timeout=JOB_MS)
    assert [shelf.row(n)["message_count"] for n in range(3)] == [1, 0, 0]
    expect(bar(page)).to_have_count(0)


def test_export_selected_downloads_one_file_and_asks_nothing(visitor: Any, shelf: Shelf) -> None:
    """S1-16, S1-22: one file with all the selected sessions."""
    page = opened(visitor, shelf, 3)
    box(page, 2).click()
    box(page, 0).click()
    with page.expect_download() as waiting:
        bar(page).get_by_role("button", name="Export").click()
    lines = Path(waiting.value.path()).read_text().splitlines()
    assert waiting.value.suggested_filename.endswith(".jsonl")
    text = "\n".join(lines)
    assert all(json.loads(line) for line in lines)
    assert shelf.ids[0] in text and shelf.ids[2] in text and shelf.ids[1] not in text
    expect(bar(page)).to_contain_text("2 selected")


def test_delete_selected_asks_first_and_removes_them_for_good(visitor: Any, shelf: Shelf) -> None:
    """S1-17, S1-22: export first is the filled button; deleted rows leave the list."""
    page = opened(visitor, shelf, 3)
    box(page, 2).click()
    box(page, 1).click()
    bar(page).get_by_role("button", name="Delete").click()
    asked = page.get_by_role("dialog", name="Delete 2 sessions?")
    expect(asked).to_contain_text("cannot be brought back")
    expect(asked.get_by_role("button", name="Export first")).to_be_focused()
    asked.get_by_role("button", name="Delete now").click()
    expect(page.get_by_text("Deleted 2 sessions", exact=True)).to_be_visible(timeout=JOB_MS)
    expect(box(page, 2)).to_have_count(0)
    expect(box(page, 0)).to_be_visible()
    gone = [shelf.api.get(f"/v1/sessions/{shelf.ids[n]}").status_code for n in (1, 2)]
    assert gone == [404, 404]


def test_deleting_more_than_twenty_asks_to_type_the_number(visitor: Any, shelf: Shelf) -> None:
    """S1-17, ui.md B.3: one key or one click never deletes many."""
    page = opened(visitor, shelf, 21)
    page.get_by_role("checkbox", name="Select all 21 shown").click()
    bar(page).get_by_role("button", name="Delete").click()
    asked = page.get_by_role("dialog", name="Delete 21 sessions?")
    now = asked.get_by_role("button", name="Delete now")
    expect(now).to_be_disabled()
    asked.get_by_label("Type 21 to delete them").fill("12")
    expect(now).to_be_disabled()
    asked.get_by_label("Type 21 to delete them").fill("21")
    now.click()
    expect(page.get_by_text("Deleted 21 sessions", exact=True)).to_be_visible(timeout=JOB_MS)


def test_all_that_match_are_chosen_by_the_filter_beyond_what_is_loaded(
    visitor: Any, shelf: Shelf
) -> None:
    """S1-14: "Select all 53" takes rows that are not loaded, and says that it is the filter."""
    page = opened(visitor, shelf, 53)
    box(page, 52).click()
    bar(page).get_by_role("button", name="Select all 53").click()
    expect(bar(page)).to_contain_text("53 selected")
    expect(bar(page)).to_contain_text("all that match the filters")
    bar(page).get_by_role("button", name="Tag").click()
    asked = page.get_by_role("dialog", name="Tag 53 sessions")
    expect(asked).to_contain_text("if it finds another number, nothing is done")
    asked.get_by_label("Tags").fill("swept")
    asked.get_by_role("button", name="Add tags").click()
    expect(page.get_by_text("Tagged 53 sessions", exact=True)).to_be_visible(timeout=JOB_MS)
    assert all("swept" in shelf.row(n)["tags"] for n in (0, 20, 52))


def test_when_another_number_matches_than_was_shown_nothing_is_done(
    visitor: Any, shelf: Shelf
) -> None:
    """S1-17: the number one agreed to is the number that is acted on."""
    page = opened(visitor, shelf, 4)
    box(page, 3).click()
    bar(page).get_by_role("button", name="Select all 4").click()
    bar(page).get_by_role("button", name="Reset").click()
    shelf.add(1)
    asked = page.get_by_role("dialog", name="Reset 4 sessions?")
    asked.get_by_role("button", name="Reset 4").click()
    expect(asked.get_by_role("alert")).to_contain_text("these are 5 sessions, not 4")
    assert all("409" in fault for fault in visitor.faults), "the browser logs the refusal"
    visitor.faults.clear()
    assert [shelf.row(n)["message_count"] for n in range(5)] == [1] * 5


def test_hidden_rows_are_never_included_without_a_word(visitor: Any, shelf: Shelf) -> None:
    """ui.md B.3: what another filter hides is told, and can be left out."""
    page = opened(visitor, shelf, 3)
    for number in (0, 1, 2):
        box(page, number).click()
    shelf.api.post(f"/v1/sessions/{shelf.ids[1]}/archive")
    page.get_by_role("button", name="Apply 1 update").wait_for()
    page.keyboard.press(".")
    expect(bar(page)).to_contain_text("1 not in this view")
    bar(page).get_by_role("button", name="Reset").click()
    asked = page.get_by_role("dialog", name="Reset 3 sessions?")
    expect(asked).to_contain_text("1 session of these is not in the view now")
    asked.get_by_role("button", name="Cancel").click()
    bar(page).get_by_role("button", name="Leave out").click()
    expect(bar(page)).to_contain_text("2 selected")
    expect(bar(page)).not_to_contain_text("not in this view")


def test_a_job_tells_what_failed_and_why_and_is_there_again_after_a_reload(
    visitor: Any, shelf: Shelf
) -> None:
    """S1-15: progress, an error for each session, retry; it outlives the page."""
    page = opened(visitor, shelf, 3)
    for number in (0, 1, 2):
        box(page, number).click()
    shelf.api.post(f"/v1/sessions/{shelf.ids[1]}/archive")
    bar(page).get_by_role("button", name="Reset").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset 3").click()
    job = page.get_by_role("region", name="Bulk job")
    expect(job).to_contain_text("Reset 2 sessions", timeout=JOB_MS)
    expect(job).to_contain_text("3 / 3")
    expect(job).to_contain_text("1 failed")
    expect(job).to_contain_text("Row 01")
    expect(job).to_contain_text("archived")
    page.reload()
    expect(job).to_contain_text("1 failed")
    page.goto(f"{visitor.url}/sessions/{shelf.ids[0]}")
    page.get_by_role("heading", name="Row 00").wait_for()
    expect(job).to_have_count(0)
    page.goto(visitor.url + shelf.path)
    expect(job).to_contain_text("1 failed")
    shelf.api.post(f"/v1/sessions/{shelf.ids[1]}/unarchive")
    job.get_by_role("button", name="Retry the 1 failed").click()
    expect(page.get_by_text("Reset 1 session", exact=True)).to_be_visible(timeout=JOB_MS)
    expect(job).to_have_count(0)
    assert shelf.row(1)["message_count"] == 0


def test_archiving_many_asks_nothing_and_can_be_undone(visitor: Any, shelf: Shelf) -> None:
    """ui.md B.3: archive is the everyday act."""
    page = opened(visitor, shelf, 3)
    box(page, 0).click()
    box(page, 1).click()
    bar(page).get_by_role("button", name="Archive").click()
    toast = page.get_by_role("status").filter(has_text="Archived 2 sessions")
    expect(toast).to_be_visible(timeout=JOB_MS)
    expect(box(page, 0)).to_have_count(0)
    assert shelf.row(0)["archived_at"]
    toast.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Unarchived 2 sessions", exact=True)).to_be_visible(timeout=JOB_MS)
    assert shelf.row(0)["archived_at"] is None


def test_bar_dialogs_and_job_pass_axe_in_both_themes(
    visitor: Any, shelf: Shelf, theme: str
) -> None:
    """WCAG 2.2 AA (ui.md B.13)."""
    page = visitor.page
    page.emulate_media(color_scheme=theme)
    opened(visitor, shelf, 22)
    page.get_by_role("checkbox", name="Select all 22 shown").click()
    assert axe(page) == []
    for act in ("Reset", "Compact", "Tag", "Delete"):
        bar(page).get_by_role("button", name=act).click()
        page.get_by_role("dialog").wait_for()
        assert axe(page) == [], act
        page.keyboard.press("Escape")
    shelf.api.post(f"/v1/sessions/{shelf.ids[1]}/archive")
    bar(page).get_by_role("button", name="Reset").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset 22").click()
    job = page.get_by_role("region", name="Bulk job")
    expect(job).to_contain_text("1 failed", timeout=JOB_MS)
    assert axe(page) == []


def test_on_a_phone_a_long_press_begins_to_select(server: Any, visitor: Any, shelf: Shelf) -> None:
    """S1-14 by touch: then a tap selects, and nothing scrolls sideways."""
    shelf.add(3)
    context = visitor.page.context.browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(server.link())
    page.wait_for_url(f"{server.url}/sessions*")
    page.goto(server.url + shelf.path)
    row = page.locator(f'[data-row="{shelf.ids[2]}"]')
    row.wait_for()
    place = row.bounding_box()
    assert place is not None
    touch = page.context.new_cdp_session(page)
    point = {"x": place["x"] + 120, "y": place["y"] + 30}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(bar(page)).to_contain_text("1 selected")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.locator(f'[data-row="{shelf.ids[0]}"]').tap()
    expect(bar(page)).to_contain_text("2 selected")
    assert page.url.endswith(shelf.path)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()
