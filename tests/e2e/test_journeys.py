"""Whole ways through the page, without a mouse and on a phone (ui.md B.13)."""

from typing import Any

from playwright.sync_api import Browser, Page, expect
from tests.e2e.accessibility import axe

CHAT = "Rotate staging database credentials"
PHONE = {"width": 390, "height": 844}


def _seen(page: Page) -> None:
    """What has the focus has a size and is not hidden under something (WCAG 2.4.11)."""
    found = page.evaluate(
        """() => {
            const one = document.activeElement
            if (!one || one === document.body) return "nothing has the focus"
            const { x, y, width, height } = one.getBoundingClientRect()
            if (!width || !height) return "what has the focus has no size"
            const top = document.elementFromPoint(x + width / 2, y + Math.min(height / 2, 12))
            return one.contains(top) || top?.contains(one) ? "" : "it is covered"
        }"""
    )
    assert found == ""


def test_with_the_keyboard_alone_one_signs_in_and_reads_what_waits(
    server: Any, browser: Browser
) -> None:
    """Link, skip link, rows, peek, session, its next error, its figures, find in it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    keys = page.keyboard
    page.goto(server.url + "/login")
    page.get_by_role("heading", name="Sign in").wait_for()
    for _ in range(6):
        if page.evaluate("document.activeElement.tagName") == "INPUT":
            break
        keys.press("Tab")
    keys.type(server.link())
    keys.press("Enter")
    page.wait_for_url(f"{server.url}/sessions*")
    page.get_by_text(CHAT).first.wait_for()

    keys.press("Tab")  # the first stop leads past the navigation
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    keys.press("Enter")
    for _ in range(9):
        keys.press("j")
        _seen(page)
        if CHAT in page.evaluate("document.activeElement.innerText"):
            break
    keys.press("Space")
    peek = page.get_by_role("complementary", name="Peek")
    expect(peek).to_contain_text(CHAT)
    keys.press("Escape")
    expect(peek).to_have_count(0)
    keys.press("Enter")
    page.wait_for_url("**/sessions/sesn_*")
    expect(page.get_by_role("heading", level=1, name=CHAT)).to_be_visible()
    keys.press("n")  # the next error
    expect(page.get_by_text("permission denied to alter role").first).to_be_in_viewport()
    keys.press("3")
    page.wait_for_url("**/metrics*")
    expect(page.get_by_text("Cost per turn")).to_be_visible()
    keys.press("1")
    page.wait_for_url("**/conversation*")
    page.get_by_role("log", name="Conversation").wait_for()

    keys.press("Control+f")
    expect(page.get_by_role("textbox", name="Find in this session")).to_be_focused()
    keys.type("rotated_by")
    expect(page.get_by_text("1 of")).to_be_visible()
    context.close()


def test_with_the_keyboard_alone_one_goes_about_acts_and_searches(visitor: Any) -> None:
    """Command Center, palette, archive and back, the sheet of keys, settings, search."""
    page = visitor.open("/sessions")
    keys = page.keyboard
    page.get_by_text(CHAT).first.wait_for()
    keys.press("Control+j")
    center = page.get_by_role("complementary", name="Command Center")
    expect(center).to_be_visible()
    keys.press("Escape")
    expect(center).to_have_count(0)
    keys.press("Control+k")
    keys.type("why do invoices")
    expect(page.get_by_role("option").first).to_contain_text("Why do invoices")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Why do invoices")).to_be_visible()
    here = page.url
    keys.press("r")
    keys.press("Escape")
    keys.press("e")
    expect(page.get_by_text("Archived").first).to_be_visible()
    keys.press("Shift+E")
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    keys.press("Escape")
    assert page.url == here
    keys.press("g")
    keys.press(",")
    page.wait_for_url("**/settings/profile")
    keys.press("g")
    keys.press("s")
    page.wait_for_url("**/sessions*")
    keys.press("/")
    keys.type("staging")
    expect(page.get_by_role("region", name="Search results")).to_contain_text(CHAT)


def test_a_look_from_a_phone(server: Any, browser: Browser, theme: str) -> None:
    """What needs me, its conversation and figures, a search: by touch, and nothing runs wide."""
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, color_scheme=theme
    )
    page = context.new_page()
    page.goto(server.link())
    page.wait_for_url(f"{server.url}/sessions*")

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        small = page.evaluate(
            """() => [...document.querySelectorAll("main button, nav a")]
                .filter(one => one.checkVisibility({ opacityProperty: true }))
                .filter(one => !one.closest(".sr-only, [role=log] .md, [aria-hidden=true]"))
                .map(one => [one.getBoundingClientRect(), one.outerHTML.slice(0, 90)])
                .filter(([at]) => at.width > 1 && (at.width < 24 || at.height < 24))
                .map(([at, html]) => `${at.width} x ${at.height} ${html}`)"""
        )
        assert small == []  # WCAG 2.5.8

    page.get_by_text(CHAT).first.wait_for()
    fits()
    page.get_by_role("link", name="Needs you").tap()
    page.wait_for_url("**tab=needs-you*")
    page.get_by_text(CHAT).first.tap()
    page.wait_for_url("**/sessions/sesn_*")
    expect(page.get_by_text("permission denied to alter role").first).to_be_attached()
    fits()
    assert axe(page) == []
    page.get_by_role("link", name="Metrics").tap()
    expect(page.get_by_text("Cost per turn")).to_be_attached()
    fits()
    page.go_back()
    page.go_back()
    page.get_by_role("main").get_by_role("button", name="Search", exact=True).tap()
    page.keyboard.type("staging")
    expect(page.get_by_role("region", name="Search results")).to_contain_text(CHAT)
    fits()
    page.get_by_role("button", name="Clear the search").tap()
    page.get_by_role("button", name="Command Center").first.tap()
    expect(page.get_by_role("complementary", name="Command Center")).to_be_visible()
    fits()
    assert axe(page) == []
    context.close()
