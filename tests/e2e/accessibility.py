"""What axe finds on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def axe(page: Page) -> list[str]:
    """Violations of WCAG 2.2 AA, as `rule: where` (ui.md B.13)."""
    found = Axe().run(page, options={"runOnly": _RULES})
    return [f"{v['id']}: {v['nodes'][0]['target']}" for v in found.response["violations"]]
