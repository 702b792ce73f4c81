"""Settings in a real browser: profile, keys, redaction, import sources, diagnostics."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.e2e.accessibility import axe

PAGES = {
    "profile": "Sign out of this browser",
    "keys": "Create a key",
    "redaction": "Looking back",
    "imports": "Sessions and events are those",
    "diagnostics": "The record holds",
}
"""Each page, and the last that comes on it."""
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_passes_axe_in_both_themes_and_fits_a_phone(
    visitor: Any, theme: str, name: str
) -> None:
    """WCAG 2.2 AA, 1.4.10 on every page of the settings (ui.md B.13)."""
    page = visitor.page
    page.emulate_media(color_scheme=theme)
    visitor.open(f"/settings/{name}")
    expect(page.get_by_text(PAGES[name])).to_be_visible(timeout=30_000)
    assert axe(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []


def test_the_rail_and_the_keys_g_comma_open_the_settings(visitor: Any) -> None:
    """ui.md B.12"""
    page = visitor.open("/sessions")
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", level=1, name="Profile")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/sessions*")
    page.keyboard.press("g")
    page.keyboard.press(",")
    page.wait_for_url("**/settings/profile")


def test_an_address_of_no_settings_page_says_so(visitor: Any) -> None:
    page = visitor.open("/settings/nowhere")
    expect(page.get_by_role("heading", level=1)).to_contain_text("no settings page")


def test_theme_density_and_single_keys_are_kept_by_the_browser(visitor: Any) -> None:
    page = visitor.open("/settings/profile")
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_text("Compact", exact=True).click()
    keys = page.get_by_role("switch", name="Single-key shortcuts")
    keys.click()
    expect(keys).to_have_attribute("aria-checked", "false")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("radio", name="Compact")).to_be_checked()
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", level=1, name="Profile")).to_be_visible()
    visitor.open("/sessions")
    row = page.get_by_role("row").filter(has_text="Release 2.18.0")
    height = row.bounding_box()
    assert height is not None
    assert height["height"] < 40


def test_a_key_is_shown_once_works_and_is_refused_after_it_was_revoked(
    visitor: Any, server: Any
) -> None:
    """S3-19: whoever has no valid key is nobody."""
    page = visitor.open("/settings/keys")
    page.get_by_role("button", name="Create a key").click()
    page.get_by_role("button", name="Create the key").click()
    expect(page.get_by_text("Give the key a name")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("night job")
    page.get_by_label("Scope").select_option("read")
    page.get_by_label("Expires").select_option("30")
    page.get_by_role("button", name="Create the key").click()
    dialog = page.get_by_role("dialog", name="Key night job was created")
    secret = dialog.locator("p.font-mono").inner_text().strip()
    assert secret.startswith("hansard_sk_")
    assert server.api.get("/v1/me", headers={"x-api-key": secret}).json()["scope"] == "read"
    dialog.get_by_role("button", name="I have copied it").click()
    assert secret not in page.content()
    row = page.get_by_role("row").filter(has_text="night job")
    expect(row).to_contain_text(secret[:16])
    page.get_by_role("button", name="Revoke night job").click()
    page.get_by_role("button", name="Keep the key").click()
    assert server.api.get("/v1/me", headers={"x-api-key": secret}).status_code == 200
    page.get_by_role("button", name="Revoke night job").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke", exact=True).click()
    expect(row).to_contain_text("revoked")
    assert server.api.get("/v1/me", headers={"x-api-key": secret}).status_code == 401


def test_the_box_shows_what_a_rule_would_take_out_and_stores_nothing(
    visitor: Any, server: Any
) -> None:
    """S2-34: by name, never by value."""
    page = visitor.open("/settings/redaction")
    page.get_by_label("Paste any text").fill(f"Authorization: Bearer {JWT}")
    expect(page.get_by_text("1 found in")).to_be_visible()
    stored = page.locator("pre")
    expect(stored.locator(".secret")).to_contain_text("jwt#")
    assert JWT not in stored.inner_text()
    page.get_by_role("button", name="Clear").click()
    expect(stored).to_have_text("Nothing yet")
    found = server.api.get("/v1/search", params={"q": JWT[:36]})
    assert found.json()["data"] == []


def test_an_own_pattern_is_added_tried_changed_and_deleted(visitor: Any, server: Any) -> None:
    page = visitor.open("/settings/redaction")
    page.get_by_role("button", name="Add a pattern").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("shelf-mark")
    dialog.get_by_label("Expression").fill("SHELF-[0-9]{4}")
    dialog.get_by_role("button", name="Save the pattern").click()
    expect(dialog).to_have_count(0)
    page.get_by_label("Paste any text").fill("it lies in SHELF-2041 and SHELF-77")
    expect(page.locator("pre .secret")).to_contain_text("shelf-mark#")
    page.get_by_role("button", name="Edit shelf-mark").click()
    dialog.get_by_label("Expression").fill("SHELF-[0-9]{2}")
    dialog.get_by_role("button", name="Save the pattern").click()
    expect(page.locator("pre .secret")).to_have_count(2)
    page.get_by_role("switch", name="Apply the rule shelf-mark").click()
    expect(page.locator("pre .secret")).to_have_count(0)
    page.get_by_role("button", name="Delete shelf-mark").click()
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("None yet. A pattern finds")).to_be_visible()
    rules = server.api.get("/v1/redaction/rules").json()["data"]
    assert "shelf-mark" not in {rule["id"] for rule in rules}


def test_a_pattern_that_matches_everywhere_is_refused_in_the_servers_words(visitor: Any) -> None:
    page = visitor.open("/settings/redaction")
    page.get_by_role("button", name="Add a pattern").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("all")
    dialog.get_by_label("Expression").fill("x*")
    dialog.get_by_role("button", name="Save the pattern").click()
    expect(dialog.get_by_role("alert")).to_contain_text("matches the empty text")
    visitor.faults[:] = [fault for fault in visitor.faults if "400" not in fault]


def test_a_rule_of_the_program_is_found_and_switched(visitor: Any, server: Any) -> None:
    before = server.api.get("/v1/redaction/rules").json()["data"]
    on = sum(rule["enabled"] for rule in before)
    page = visitor.open("/settings/redaction")
    page.get_by_label("Filter rules").fill("aws session token")
    one = page.get_by_role("switch", name="Apply the rule aws-session-token")
    try:
        one.click()
        expect(page.get_by_text(f"{on - 1} of {len(before)} on")).to_be_visible()
        rules = {r["id"]: r for r in server.api.get("/v1/redaction/rules").json()["data"]}
        assert rules["aws-session-token"]["enabled"] is False
    finally:
        server.api.post("/v1/redaction/rules/aws-session-token", json={"enabled": True})
    page.get_by_label("Filter rules").fill("no such rule")
    expect(page.get_by_text("No rule of that name")).to_be_visible()


def test_sources_are_listed_read_again_and_added(visitor: Any, server: Any) -> None:
    page = visitor.open("/settings/imports")
    expect(page.get_by_role("row").filter(has_text="Claude Code")).to_contain_text("Watching")
    folder = server.home / "elsewhere"
    folder.mkdir(exist_ok=True)
    lines = [
        {"type": "user", "uuid": "1", "sessionId": "s-1", "timestamp": "2026-11-20T10:00:00Z",
         "message": {"role": "user", "content": "Where is the lamp?"}},
        {"type": "assistant", "uuid": "2"},
    ]  # fmt: skip
    text = "\n".join([*map(json.dumps, lines), "not json"]) + "\n"
    (folder / "s-1.jsonl").write_text(text)
    page.get_by_role("button", name="Add a folder").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Import").click()
    expect(dialog.get_by_text("Give the path")).to_be_visible()
    dialog.get_by_label("Path").fill(str(folder))
    dialog.get_by_role("button", name="Import").click()
    row = page.get_by_role("row").filter(has_text=str(folder))
    expect(row).to_contain_text("1 of 1 files", timeout=15_000)
    row.get_by_role("button", name="passed over").click()
    expect(page.get_by_role("dialog")).to_contain_text("s-1.jsonl")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    with page.expect_response("**/v1/imports") as answer:
        row.get_by_role("button", name=re.compile("^Scan .* now$")).click()
    assert answer.value.ok
    expect(row).to_contain_text("1 of 1 files")


def test_a_path_that_is_not_there_is_refused_in_the_servers_words(visitor: Any) -> None:
    page = visitor.open("/settings/imports")
    page.get_by_role("button", name="Add a folder").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Path").fill("/nowhere/at/all")
    dialog.get_by_role("button", name="Import").click()
    expect(dialog.get_by_role("alert")).to_contain_text("/nowhere/at/all")
    visitor.faults[:] = [fault for fault in visitor.faults if "400" not in fault]


def test_diagnostics_tell_the_version_and_verify_every_chain(visitor: Any, server: Any) -> None:
    page = visitor.open("/settings/diagnostics")
    version = server.api.get("/v1/me").json()["version"]
    expect(page.get_by_text(version, exact=True)).to_be_visible()
    expect(page.get_by_text("The record holds")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Verify every chain").click()
    expect(page.get_by_text("Every chain holds")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Check everything").click()
    expect(page.get_by_text("The record holds")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(", all", exact=False).first).to_be_visible()


def test_without_the_scope_a_page_says_which_one_is_needed(visitor: Any) -> None:
    """The answer is the server's own refusal of a key with the scope read."""
    page = visitor.page
    refused = {
        "type": "error",
        "error": {"type": "permission_error", "message": "this needs the scope admin"},
        "request_id": "req_1",
    }
    page.route("**/v1/api_keys", lambda r: r.fulfill(status=403, body=json.dumps(refused)))
    visitor.open("/settings/keys")
    expect(page.get_by_role("heading", name="the scope admin is needed")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in as somebody else")).to_be_visible()
    assert axe(page) == []
    visitor.faults[:] = [fault for fault in visitor.faults if "403" not in fault]


def test_when_the_server_fails_the_page_says_so_and_can_be_read_again(visitor: Any) -> None:
    page = visitor.page
    page.route("**/v1/api_keys", lambda r: r.fulfill(status=501, body="{}"))
    visitor.open("/settings/keys")
    expect(page.get_by_role("alert")).to_contain_text(
        "The keys could not be loaded", timeout=15_000
    )
    page.unroute("**/v1/api_keys")
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("button", name="Create a key")).to_be_visible()
    visitor.faults[:] = [fault for fault in visitor.faults if "501" not in fault]


def test_signing_out_ends_the_login_of_this_browser(visitor: Any) -> None:
    page = visitor.open("/settings/profile")
    page.get_by_role("button", name="Sign out of this browser").click()
    page.wait_for_url("**/login*")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.request.get(visitor.url + "/v1/me").status == 401
    visitor.faults[:] = [fault for fault in visitor.faults if "401" not in fault]
