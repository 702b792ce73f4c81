"""The sessions list, in a real browser against a real server with the demo stories."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.accessibility import axe

TITLE = "Rotate staging database credentials"
ROW = "[data-row]"


def listed(server: Any, **query: Any) -> list[dict[str, Any]]:
    """What the API lists for the same question."""
    answer = server.api.get("/v1/sessions", params={"limit": 200, **query})
    answer.raise_for_status()
    return answer.json()["data"]


def shown(page: Page) -> list[str]:
    """Ids of the rows on screen, from the top."""
    page.locator(ROW).first.wait_for()
    places: list[list[Any]] = page.eval_on_selector_all(
        ROW, "rows => rows.map(r => [r.getBoundingClientRect().top, r.dataset.row])"
    )
    return [row for _, row in sorted(places)]


def rows_are(page: Page, wanted: list[str]) -> None:
    """The rows on screen are the first of these, in this order; waits until they are."""
    expect(page.locator(ROW).first).to_have_attribute("data-row", wanted[0])
    found = shown(page)
    assert found == wanted[: len(found)]


def cell(page: Page, session: dict[str, Any], column: str) -> Any:
    """One cell of one row."""
    return page.locator(f'[data-row="{session["id"]}"] [data-column="{column}"]')


def heads(page: Page) -> list[str]:
    """Heads of the columns, from the left."""
    return [text.strip() for text in page.get_by_role("columnheader").all_inner_texts()][1:]


def choose(page: Page, facet: str, *values: str) -> None:
    """Open a facet, pick values by typing the beginning of each, close it."""
    page.locator(f'[data-facet="{facet}"]').click()
    field = page.get_by_role("combobox")
    for value in values:
        field.fill(value)
        field.press("Enter")
    field.press("Escape")
    expect(field).to_have_count(0)


@pytest.fixture
def made(server: Any) -> Iterator[Any]:
    """Makes a recorded session with a title, and takes it away afterwards."""
    ids: list[str] = []

    def make(title: str, text: str = "Hello", **more: Any) -> dict[str, Any]:
        server.api.post("/v1/agents", json={"name": "list-agent"})
        body = {"agent": "list-agent", "recorded": True, "title": title, **more}
        answer = server.api.post("/v1/sessions", json=body)
        answer.raise_for_status()
        session: dict[str, Any] = answer.json()
        ids.append(session["id"])
        event = {"type": "user.message", "content": [{"type": "text", "text": text}]}
        events = f"/v1/sessions/{session['id']}/events"
        server.api.post(events, json={"events": [event]}).raise_for_status()
        return session

    yield make
    for made_id in ids:
        server.api.delete(f"/v1/sessions/{made_id}")


# The list and its columns


def test_the_list_is_at_its_address_and_shows_the_most_recent_first(
    visitor: Any, server: Any
) -> None:
    """S1-1, S0-7, S0-33: an entry of the navigation lists chats and automations alike."""
    page = visitor.open("/settings/profile")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Sessions").click()
    page.locator(ROW).first.wait_for()
    kinds = {row["kind"] for row in listed(server, sort="active_first") if row["id"] in shown(page)}
    assert {"chat", "automation_run"} <= kinds
    page = visitor.open("/sessions?sort=-updated_at")
    rows_are(page, [row["id"] for row in listed(server, sort="-updated_at")])
    expect(page.get_by_role("heading", name="Sessions", exact=True)).to_be_visible()


def test_the_audit_view_has_the_columns_of_the_seed(visitor: Any, server: Any) -> None:
    """S0-8, S0-9, S0-11, S0-12, S0-13, S0-14, S0-15."""
    page = visitor.open("/sessions?view=view_audit")
    page.locator(ROW).first.wait_for()
    wanted = "Source Type Tools Messages Tokens in Out Calls Updated Actions"
    assert " ".join(heads(page)) == wanted
    by_id = {row["id"]: row for row in listed(server, include_archived=True)}
    for row_id in shown(page)[:12]:
        row = by_id[row_id]
        expect(cell(page, row, "source")).to_contain_text(row["title"])
        plain = "Chat" if row["kind"] == "chat" else "Automation"
        expect(cell(page, row, "type")).to_have_text(plain)
        expect(cell(page, row, "messages")).to_have_text(f"{row['message_count']:,}")
        expect(cell(page, row, "tool_calls")).to_have_text(f"{row['tool_call_count']:,}")
        taken = sum(n for name, n in row["tokens"].items() if name != "output")
        if taken:
            tip = cell(page, row, "tokens_in").locator("[data-tip]").get_attribute("data-tip")
            assert str(tip).startswith(f"{taken:,}\n")
            given = cell(page, row, "tokens_out").locator("[data-tip]")
            expect(given).to_have_attribute("data-tip", f"{row['tokens']['output']:,}")
        at = cell(page, row, "updated").locator("time")
        expect(at).to_have_attribute("datetime", row["updated_at"])


def test_an_icon_of_a_connector_says_its_name(visitor: Any, server: Any) -> None:
    """S0-10: distinct connectors as icons, the name under the pointer."""
    page = visitor.open("/sessions")
    row = next(r for r in listed(server, sort="active_first") if r["connectors"])
    icons = cell(page, row, "tools").locator("[data-tip]")
    icons.first.hover()
    name = str(icons.first.get_attribute("data-tip"))
    expect(page.get_by_role("tooltip")).to_have_text(name)
    assert name.lower().replace(" ", "_") in row["connectors"]


def test_the_count_of_tool_calls_leads_to_the_calls(visitor: Any, server: Any) -> None:
    """S0-14: it drills into the individual calls."""
    page = visitor.open("/sessions?view=view_audit")
    row = server.find(TITLE)
    link = cell(page, row, "tool_calls").get_by_role("link")
    expect(link).to_have_text(str(row["tool_call_count"]))
    link.click()
    page.wait_for_url(f"**/sessions/{row['id']}?show=tools")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


def test_dates_are_those_of_the_browser_s_zone(server: Any, browser: Browser) -> None:
    """S0-15, S0-16: the same instant, told in the zone of who looks."""
    row = server.find(TITLE)
    told: set[str] = set()
    for zone in ("Asia/Tokyo", "America/New_York"):
        context = browser.new_context(timezone_id=zone, viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(server.link())
        page.wait_for_url(f"{server.url}/sessions*")
        at = cell(page, row, "updated").locator("time")
        tip = str(at.get_attribute("data-tip"))
        local, utc = tip.split("\n")
        assert utc == row["updated_at"]
        told.add(local)
        context.close()
    assert len(told) == 2


def test_view_shows_the_transcript_and_open_goes_to_the_live_chat(
    visitor: Any, server: Any
) -> None:
    """S0-17, S0-18: Open is there only where the chat goes on here."""
    page = visitor.open("/sessions?view=view_audit")
    rows = listed(server)
    held = next(r for r in rows if r["kind"] == "chat" and not r["recorded"] and not r["ended_at"])
    recorded = next(r for r in rows if r["kind"] == "chat" and r["recorded"])
    automation = next(r for r in rows if r["kind"] == "automation_run")
    expect(cell(page, held, "actions").get_by_role("link", name="Open")).to_be_visible()
    for other in (recorded, automation):
        expect(cell(page, other, "actions").get_by_role("link", name="View")).to_be_visible()
        expect(cell(page, other, "actions").get_by_role("link", name="Open")).to_have_count(0)
    cell(page, recorded, "actions").get_by_role("link", name="View").click()
    page.wait_for_url(f"**/sessions/{recorded['id']}")
    expect(page.get_by_role("heading", name=recorded["title"])).to_be_visible()


def test_a_row_says_whose_it_is_when_it_moved_and_what_went_wrong(
    visitor: Any, server: Any
) -> None:
    """S2-12, S2-13."""
    page = visitor.open("/sessions")
    row = server.find("Label new GitHub issues")
    expect(cell(page, row, "owner").get_by_role("img", name=row["owner"]["name"])).to_be_visible()
    expect(cell(page, row, "updated").locator("time")).to_have_attribute(
        "datetime", row["updated_at"]
    )
    expect(cell(page, row, "source")).to_contain_text("401 from GitHub: bad credentials")


def test_a_click_beside_the_box_opens_the_session_and_on_it_does_not(
    visitor: Any, server: Any
) -> None:
    """S1-18."""
    page = visitor.open("/sessions")
    row = server.find(TITLE)
    page.get_by_role("checkbox", name=f"Select {TITLE}").click()
    assert page.url.endswith("/sessions")
    cell(page, row, "progress").click()
    page.wait_for_url(f"**/sessions/{row['id']}")


# Tabs, facets and their counts


def test_tabs_count_what_they_hold_and_needs_you_is_one_click_away(
    visitor: Any, server: Any
) -> None:
    """S2-37: what runs, what finished, what waits for whoever looks."""
    page = visitor.open("/sessions")
    told = server.api.get("/v1/sessions/facets").json()["tabs"]
    tabs = page.get_by_role("navigation", name="Session views")
    names = ["All", "Needs you", "Active", "Chats", "Flows", "Tasks", "Automations", "Archived"]
    for name, tab in zip(names, told, strict=True):
        expect(tabs.get_by_role("link", name=name)).to_have_text(f"{name}{tab['count']}")
    tabs.get_by_role("link", name="Needs you").click()
    waiting = listed(server, attention=True, sort="active_first")
    assert set(shown(page)) == {row["id"] for row in waiting}
    waits = [row["attention"]["since"] for row in waiting]
    assert waits == sorted(waits)
    rows_are(page, [row["id"] for row in waiting])


def test_counts_follow_the_rows_and_nothing_is_asked_while_nothing_changes(
    visitor: Any, made: Any
) -> None:
    """S1-9: no request is driven by a clock."""
    page = visitor.open("/sessions")
    every = page.get_by_role("navigation", name="Session views").get_by_role("link", name="All")
    expect(every).to_have_text(re.compile(r"All\d+"))
    page.wait_for_timeout(2500)
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/v1/" in r.url else None)
    page.wait_for_timeout(4000)
    assert asked == []
    count = int(every.inner_text().removeprefix("All").strip())
    made("A session that comes while one looks")
    expect(every).to_have_text(f"All{count + 1}", timeout=8000)
    assert len([url for url in asked if "/facets" in url]) <= 6


def test_a_type_filter_limits_to_chats_or_to_automations(visitor: Any, server: Any) -> None:
    """S0-19."""
    page = visitor.open("/sessions")
    for value, kind in (("Chat", "chat"), ("Automation", "automation_run")):
        visitor.open("/sessions")
        choose(page, "kind", value)
        page.wait_for_url(f"**/sessions?kind={kind}")
        rows_are(page, [row["id"] for row in listed(server, kind=kind, sort="active_first")])


def test_a_tools_filter_takes_several_connectors(visitor: Any, server: Any) -> None:
    """S0-20: sessions that used any of them; type-ahead and counts in the menu."""
    counted = server.api.get("/v1/sessions/facets?facet=connectors").json()["facets"]["connectors"]
    first, second = counted[0], counted[1]
    page = visitor.open("/sessions")
    page.locator('[data-facet="tool"]').click()
    option = page.get_by_role("option", name=re.compile(rf"^{first['value']}\s*{first['count']}$"))
    expect(option).to_be_visible()
    page.keyboard.press("Escape")
    choose(page, "tool", first["value"], second["value"])
    both = {row["id"] for row in listed(server, connectors=[first["value"], second["value"]])}
    expect(page.locator(ROW)).to_have_count(len(both))
    assert set(shown(page)) == both
    page.get_by_role("button", name="Remove the filter Tools").click()
    page.wait_for_url(re.compile(r"/sessions$"))


@pytest.mark.parametrize(("facet", "named"), [("agent", "agent_id"), ("channel", "channel")])
def test_one_agent_or_one_channel_or_all(visitor: Any, server: Any, facet: str, named: str) -> None:
    """S1-11, S1-12."""
    page = visitor.open("/sessions")
    counted = server.api.get("/v1/sessions/facets").json()["facets"][named][0]
    page.locator(f'[data-facet="{facet}"]').click()
    label = counted.get("name") or counted["value"]
    page.get_by_role("option", name=re.compile(rf"^{label}", re.IGNORECASE)).first.click()
    page.keyboard.press("Escape")
    page.wait_for_url(f"**/sessions?{facet}={counted['value']}")
    found = {row["id"] for row in listed(server, **{named: counted["value"]})}
    expect(page.locator(ROW)).to_have_count(len(found))
    assert set(shown(page)) == found


def test_the_owner_facet_puts_me_first(visitor: Any, server: Any) -> None:
    me = server.api.get("/v1/me").json()["user"]["name"]
    page = visitor.open("/sessions")
    page.locator('[data-facet="owner"]').click()
    expect(page.get_by_role("option").first).to_contain_text(f"{me} (you)")


def test_filtered_to_nothing_says_of_how_many_and_offers_the_way_out(
    visitor: Any, server: Any
) -> None:
    """Never shown as empty: the conditions are there, each removable (ui.md B.3)."""
    every = server.api.get("/v1/sessions/facets").json()["tabs"][0]["count"]
    page = visitor.open("/sessions?status=rejected&channel=telegram")
    expect(page.get_by_role("heading", name=f"0 of {every} match")).to_be_visible()
    rejected = len(listed(server, state="rejected"))
    page.get_by_role("button", name=re.compile(f"Without channel, {rejected} match")).click()
    page.wait_for_url("**/sessions?status=rejected")
    expect(page.locator(ROW)).to_have_count(rejected)


# Search


@pytest.mark.parametrize(
    "typed", ["findable-k", "list-ag", "Kestrel", "kestrels nest", "agent:list-agent title:Kestrel"]
)
def test_one_box_finds_as_one_types(visitor: Any, made: Any, typed: str) -> None:
    """S1-10: by a part of the key, the agent's name, the title, the text of the transcript."""
    session = made(
        "Kestrel watch", "The kestrels nest on the tower", key=f"web:findable-key:{time.time_ns()}"
    )
    page = visitor.open("/sessions")
    page.keyboard.press("/")
    page.keyboard.type(typed)
    hit = page.get_by_role("region", name="Search results").get_by_role("link")
    expect(hit.first).to_contain_text("Kestrel watch", timeout=10_000)
    href = str(hit.first.get_attribute("href"))
    assert session["id"] in href
    assert f"q={typed.split(' ', maxsplit=1)[0].replace(':', '%3A')}" in page.url


def test_the_search_box_leads_to_what_it_found(visitor: Any, made: Any) -> None:
    """S1-10 by keys: down to the first hit, Enter opens it, Esc leaves the box as it is."""
    session = made("Of terns", "Arctic terns nest on the shingle")
    page = visitor.open("/sessions")
    page.keyboard.press("/")
    page.keyboard.type("shingle terns")
    hit = page.get_by_role("region", name="Search results").get_by_role("link")
    expect(hit).to_have_count(1, timeout=10_000)
    field = page.get_by_label("Search sessions")
    page.keyboard.press("Escape")
    expect(field).not_to_be_focused()
    expect(field).to_have_value("shingle terns")
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    expect(hit).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/sessions/{session['id']}?event=sevt_*")


def test_the_focus_stays_in_the_list_when_its_row_goes(visitor: Any, made: Any) -> None:
    """ui.md B.13: after archive, rename and delete the next row has it, so that keys go on."""
    told = [made(f"Focus {number}") for number in range(5)][::-1]
    rows = [session["id"] for session in told]
    page = visitor.open(f"/sessions?agent={told[0]['agent']['id']}&sort=-created_at")

    def stands_on(session_id: str) -> None:
        expect(page.locator(f'[data-row="{session_id}"]')).to_be_focused()

    page.locator(f'[data-row="{rows[0]}"]').focus()
    for number in (0, 1):
        page.keyboard.press("e")
        expect(page.locator(f'[data-row="{rows[number]}"]')).to_have_count(0)
        stands_on(rows[number + 1])
    page.keyboard.press("j")
    stands_on(rows[3])
    page.keyboard.press("r")
    page.get_by_role("dialog").get_by_role("textbox").fill("Focus renamed")
    page.keyboard.press("Enter")
    expect(page.locator(f'[data-row="{rows[3]}"]')).to_contain_text("Focus renamed")
    stands_on(rows[3])
    page.keyboard.press("#")
    page.get_by_role("dialog").get_by_role("button", name="Delete now").click()
    expect(page.locator(f'[data-row="{rows[3]}"]')).to_have_count(0)
    stands_on(rows[4])
    page.keyboard.press("e")
    expect(page.locator(f'[data-row="{rows[4]}"]')).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f'[data-row="{rows[4]}"]')).to_have_count(1)
    stands_on(rows[2])


def test_a_hit_is_marked_and_opens_at_its_event(visitor: Any, made: Any) -> None:
    """S1-10: snippet with the match, the link leads to that event."""
    session = made("Of birds", "Some <b>ospreys</b> fish here")
    page = visitor.open("/sessions?q=ospreys")
    results = page.get_by_role("region", name="Search results")
    expect(results.locator("mark")).to_have_text("ospreys", timeout=10_000)
    expect(results).to_contain_text("Some <b>ospreys</b> fish here")
    results.get_by_role("link").click()
    page.wait_for_url(f"**/sessions/{session['id']}?event=sevt_*")
    expect(page.get_by_role("log").get_by_text("ospreys")).to_be_visible()


def test_a_search_by_channel_and_by_tab(visitor: Any, server: Any) -> None:
    """S1-10: the channel is part of the grammar; the tab goes along."""
    slack = {row["title"] for row in listed(server, channel="slack")}
    page = visitor.open("/sessions?q=channel:slack")
    hits = page.get_by_role("region", name="Search results").get_by_role("link")
    expect(hits).to_have_count(len(slack))
    assert set(hits.all_inner_texts()) == slack
    page = visitor.open("/sessions?tab=automations&q=channel:slack")
    kinds = [row for row in listed(server, channel="slack") if row["kind"] == "automation_run"]
    if kinds:
        expect(hits).to_have_count(len(kinds))
    else:
        expect(page.get_by_role("heading", name=re.compile("^0 of"))).to_be_visible()


def test_a_search_says_what_it_leaves_out(visitor: Any, server: Any, made: Any) -> None:
    """Archived sessions, conditions, and filters that a search cannot take."""
    session = made("Of owls", "A lone tawny hoots")
    server.api.post(f"/v1/sessions/{session['id']}/archive").raise_for_status()
    page = visitor.open("/sessions?q=tawny&origin=web")
    expect(page.get_by_text("These filters do not narrow a search: Origin.")).to_be_visible()
    expect(page.get_by_text("1 archived session with hits is left out.")).to_be_visible()
    page.get_by_role("button", name="Search them too").click()
    hits = page.get_by_role("region", name="Search results").get_by_role("link")
    expect(hits).to_have_text("Of owls")


def test_a_search_that_does_not_read_says_why_under_the_field(
    server: Any, browser: Browser
) -> None:
    """The server's own words; the browser logs the refusal, so this is not a visitor's page."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.link())
    page.wait_for_url(f"{server.url}/sessions*")
    field = page.get_by_role("textbox", name="Search sessions")
    field.fill("cost:cheap")
    expect(field).to_have_accessible_description("cost: an amount like >1 or <=0.25")
    field.fill("")
    expect(page.locator(ROW).first).to_be_visible()
    context.close()


def test_a_search_without_a_hit_keeps_its_conditions_removable(visitor: Any) -> None:
    page = visitor.open("/sessions?q=zyzzyva&status=failed")
    expect(page.get_by_role("heading", name=re.compile(r"^0 of \d+ match$"))).to_be_visible()
    page.get_by_role("button", name="Remove the search text").click()
    page.wait_for_url("**/sessions?status=failed")
    expect(page.locator(ROW).first).to_be_visible()
    expect(page.get_by_role("textbox", name="Search sessions")).to_have_value("")


# Columns and order


@pytest.mark.parametrize(
    ("head", "word", "direction"),
    [
        ("Updated", "-updated_at", "descending"),
        ("Cost", "-cost", "descending"),
        ("Calls", "-tool_calls", "descending"),
        ("Source", "title", "ascending"),
        ("Agent", "agent", "ascending"),
    ],
)
def test_a_click_on_a_head_sorts_and_the_third_brings_the_sections_back(
    visitor: Any, server: Any, head: str, word: str, direction: str
) -> None:
    """S1-13."""
    page = visitor.open("/sessions")
    expect(page.get_by_text("Needs you").nth(1)).to_be_visible()
    column = page.get_by_role("columnheader", name=head, exact=True)
    expect(column).to_have_attribute("aria-sort", "none")
    column.get_by_role("button").click()
    page.wait_for_url(f"**/sessions?sort={word}")
    expect(column).to_have_attribute("aria-sort", direction)
    expect(column.get_by_role("button")).to_be_focused()
    rows_are(page, [row["id"] for row in listed(server, sort=word)])
    column.get_by_role("button").click()
    turned = word.removeprefix("-") if word.startswith("-") else f"-{word}"
    page.wait_for_url(f"**/sessions?sort={turned}")
    rows_are(page, [row["id"] for row in listed(server, sort=turned)])
    column.get_by_role("button").click()
    page.wait_for_url(re.compile(r"/sessions$"))
    expect(column).to_have_attribute("aria-sort", "none")


def test_columns_are_hidden_moved_and_reset_by_keyboard(visitor: Any) -> None:
    """S1-13: kept for the person and in the address."""
    page = visitor.open("/sessions")
    page.locator(ROW).first.wait_for()
    usual = heads(page)
    page.get_by_role("button", name="Columns").press("Enter")
    panel = page.get_by_role("dialog", name="Columns")
    panel.get_by_role("checkbox", name="Agent").press("Space")
    panel.get_by_role("checkbox", name="Messages").press("Space")
    panel.get_by_role("button", name="Move Cost left").press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Columns")).to_be_focused()
    changed = heads(page)
    assert "Agent" not in changed
    assert "Messages" in changed
    assert changed.index("Cost") < changed.index("Calls")
    assert "cols=" in page.url
    visitor.open("/sessions")
    page.locator(ROW).first.wait_for()
    assert heads(page) == changed
    page.get_by_role("button", name="Columns").click()
    panel.get_by_role("button", name="Reset to the usual columns").click()
    page.keyboard.press("Escape")
    assert heads(page) == usual
    assert "cols=" not in page.url


# Saved views


def test_a_view_is_saved_applied_changed_and_deleted(visitor: Any, server: Any) -> None:
    """Kept by the server, in the rail with its count, for oneself or for all (ui.md B.3)."""
    page = visitor.open("/sessions?status=failed&sort=-updated_at")
    menu = page.get_by_role("button", name="Saved views")
    menu.click()
    page.get_by_role("menuitem", name="Save this view").click()
    dialog = page.get_by_role("dialog", name="Save this view")
    dialog.get_by_role("textbox", name="Name").fill("Broken ones")
    dialog.get_by_role("checkbox", name="For everybody in the workspace").click()
    dialog.get_by_role("button", name="Save view").click()
    rail = page.get_by_role("navigation", name="Main")
    failed = len(listed(server, state=["failed", "timed_out"]))
    expect(rail.get_by_role("link", name="Broken ones")).to_have_text(f"Broken ones{failed}")
    kept = next(
        view for view in server.api.get("/v1/views").json()["data"] if view["name"] == "Broken ones"
    )
    assert kept["filters"] == {"state": ["failed", "timed_out"]}
    assert (kept["sort"], kept["shared"]) == ("-updated_at", True)

    visitor.open(f"/sessions?view={kept['id']}")
    page.wait_for_url(re.compile("status=failed"))
    expect(page.get_by_role("button", name="Status: Failed")).to_be_visible()
    expect(rail.get_by_role("link", name="Broken ones")).to_have_attribute("aria-current", "page")

    choose(page, "status", "Done")
    menu.click()
    page.get_by_role("menuitem", name="Update Broken ones").click()
    expect(page.get_by_text("Saved the view Broken ones")).to_be_visible()
    states = server.api.get("/v1/views").json()["data"][-1]["filters"]["state"]
    assert set(states) == {"failed", "timed_out", "completed"}

    menu.click()
    page.get_by_role("menuitem", name="Rename or share").click()
    page.get_by_role("textbox", name="Name").fill("Ended")
    page.get_by_role("button", name="Save view").click()
    expect(rail.get_by_role("link", name="Ended")).to_be_visible()

    menu.click()
    page.get_by_role("menuitem", name="Delete this view").click()
    page.get_by_role("button", name="Delete view").click()
    expect(rail.get_by_role("link", name="Ended")).to_have_count(0)
    assert all(view["built_in"] for view in server.api.get("/v1/views").json()["data"])


def test_the_view_needs_me_shows_what_waits(visitor: Any, server: Any) -> None:
    page = visitor.open("/sessions")
    waiting = {row["id"] for row in listed(server, attention=True)}
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Needs me")
    expect(link).to_have_text(f"Needs me{len(waiting)}")
    link.click()
    page.wait_for_url(re.compile("view=view_needs_me"))
    expect(page.locator(ROW)).to_have_count(len(waiting))
    assert set(shown(page)) == waiting


# For everybody


def test_the_list_in_all_its_states_passes_axe(visitor: Any, theme: str) -> None:
    """WCAG 2.2 AA (ui.md B.13): rows, a sorted list, menus, hits, no hit, the save dialog."""
    page = visitor.page
    page.emulate_media(color_scheme=theme)
    for path in (
        "/sessions?sort=-cost&status=failed,idle",
        "/sessions?view=view_audit",
        "/sessions?q=deploy&origin=web",
        "/sessions?q=zyzzyva&status=failed",
        "/sessions?tab=archived&channel=telegram",
    ):
        visitor.open(path)
        page.wait_for_timeout(700)
        assert axe(page) == [], path
    visitor.open("/sessions")
    page.locator(ROW).first.wait_for()
    for name in ("Status", "Date", "Columns", "Saved views"):
        page.get_by_role("button", name=name, exact=True).click()
        assert axe(page) == [], name
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Saved views").click()
    page.get_by_role("menuitem", name="Save this view").click()
    page.get_by_role("textbox", name="Name").wait_for()
    assert axe(page) == []


def test_a_phone_searches_and_filters_without_scrolling_sideways(visitor: Any) -> None:
    """WCAG 1.4.10, ui.md B.3: search in the top bar, facets in a sheet."""
    page = visitor.page
    page.set_viewport_size({"width": 320, "height": 700})
    visitor.open("/sessions")
    page.get_by_role("main").get_by_role("button", name="Search", exact=True).click()
    page.keyboard.type("deploy")
    results = page.get_by_role("region", name="Search results")
    expect(results.get_by_role("link").first).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Clear the search").click()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Failed")).click()
    page.get_by_role("button", name="Show sessions").click()
    page.wait_for_url("**/sessions?status=failed")
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide


def test_the_whole_address_can_be_shared(visitor: Any, server: Any, browser: Browser) -> None:
    """Every choice is in the address; unknown parameters stay."""
    path = "/sessions?tab=chats&channel=web&sort=-messages&cols=source,messages,cost&newer=thing"
    page = visitor.open(path)
    rows = listed(server, kind="chat", channel="web", sort="-messages")
    rows_are(page, [row["id"] for row in rows])
    assert heads(page) == ["Source", "Messages", "Cost"]
    page.get_by_role("columnheader", name="Cost").get_by_role("button").click()
    page.wait_for_url(re.compile("newer=thing"))
    assert json.dumps(page.url).count("cols=source,messages,cost") == 1
