"""The pictures of the documentation, taken of the demo so that they show what is there.

`HANSARD_PICTURES=docs/images scripts/test tests/e2e/test_pictures.py` takes them anew.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

_CHAT = "Rotate staging database credentials"
_FLEET = "Move 48 services to OpenTelemetry 2"
_PICTURES = {
    "sessions": ("/sessions", "Refund for order 20418"),
    "conversation": (_CHAT, "permission denied to alter role"),
    "metrics": (f"{_FLEET}/metrics", "Cost per turn"),
    "timeline": ("Release 2.18.0/timeline", "Deploy to production"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", _PICTURES)
def test_the_demo_has_something_to_show(
    visitor: Any, server: Any, tmp_path: Path, name: str, scheme: str
) -> None:
    """Each picture shows what its page is about, in both themes, and nothing is cut off."""
    place, shows = _PICTURES[name]
    page = visitor.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    if not place.startswith("/"):
        title, _, tab = place.partition("/")
        place = f"/sessions/{server.find(title)['id']}/{tab}".rstrip("/")
    visitor.open(place)
    expect(page.get_by_role("main").get_by_text(shows).first).to_be_visible()
    page.wait_for_timeout(500)  # fonts and counts
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    file = f"{name}-{scheme}.png"
    kept = scheme == "light" or name == "sessions"
    folder = Path(os.environ.get("HANSARD_PICTURES", tmp_path)) if kept else tmp_path
    picture = folder / file
    page.screenshot(path=picture)
    assert picture.stat().st_size > 50_000
