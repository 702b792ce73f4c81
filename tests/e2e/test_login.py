"""Signing in, in a real browser: by a link that works once, or by an admin's key."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.accessibility import axe


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Page]:
    """A browser that the server does not know."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def key(server: Any, scope: str) -> str:
    made = server.api.post("/v1/api_keys", json={"name": f"browser {scope}", "scope": scope})
    return str(made.json()["secret"])


def enter(page: Page, server: Any, text: str) -> None:
    page.goto(server.url + "/login")
    page.get_by_label("Link or API key").fill(text)
    page.get_by_role("button", name="Sign in").click()


def test_the_login_page_passes_axe_in_both_themes_and_fits_a_phone(
    stranger: Page, server: Any, theme: str
) -> None:
    stranger.emulate_media(color_scheme=theme)
    stranger.goto(server.url + "/login")
    expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()
    assert axe(stranger) == []
    stranger.set_viewport_size({"width": 320, "height": 700})
    assert stranger.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_link_signs_in_once(stranger: Page, server: Any, browser: Browser) -> None:
    """S3-19"""
    link = server.link()
    stranger.goto(link)
    stranger.wait_for_url(f"{server.url}/sessions*")
    other = browser.new_context().new_page()
    other.goto(link)
    expect(other.get_by_role("alert")).to_contain_text("not valid any more")
    other.context.close()


def test_a_pasted_link_and_its_token_alone_sign_in(stranger: Page, server: Any) -> None:
    enter(stranger, server, server.link())
    stranger.wait_for_url(f"{server.url}/sessions*")
    stranger.context.clear_cookies()
    enter(stranger, server, server.link().partition("token=")[2])
    stranger.wait_for_url(f"{server.url}/sessions*")


def test_an_admins_key_opens_a_browser_session_without_being_kept(
    stranger: Page, server: Any
) -> None:
    """The key makes a one-time link; what stays in the browser is the login's own cookie."""
    secret = key(server, "admin")
    enter(stranger, server, secret)
    stranger.wait_for_url(f"{server.url}/sessions*")
    assert stranger.request.get(server.url + "/v1/me").json()["principal"].startswith("member:")
    kept = [str(cookie) for cookie in stranger.context.cookies()]
    kept.append(stranger.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))
    assert not any(secret in text for text in kept)


@pytest.mark.parametrize("scope", ["read", "write"])
def test_a_key_without_the_scope_admin_is_refused_and_told_why(
    stranger: Page, server: Any, scope: str
) -> None:
    enter(stranger, server, key(server, scope))
    expect(stranger.get_by_role("alert")).to_contain_text("scope admin")
    assert stranger.request.get(server.url + "/v1/me").status == 401


def test_an_unknown_key_and_an_empty_field_are_refused(stranger: Page, server: Any) -> None:
    enter(stranger, server, "hansard_sk_nobody")
    expect(stranger.get_by_role("alert")).to_contain_text("unknown, revoked or expired")
    enter(stranger, server, "   ")
    expect(stranger.get_by_role("alert")).to_contain_text("Paste the link, or a key.")


def test_after_signing_in_one_is_where_one_wanted_to_be(stranger: Page, server: Any) -> None:
    stranger.goto(server.url + "/settings/redaction")
    stranger.wait_for_url("**/login*")
    stranger.get_by_label("Link or API key").fill(server.link())
    stranger.get_by_role("button", name="Sign in").click()
    stranger.wait_for_url(f"{server.url}/settings/redaction*")
