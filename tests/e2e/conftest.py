"""A real server in its own process, and the system's Chromium."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Running:
    """A server that answers, and a client with its admin secret."""

    url: str
    home: Path
    api: httpx.Client

    def link(self) -> str:
        """A fresh one-time login link."""
        return str(self.api.post("/v1/login_links").json()["url"])

    def find(self, title: str) -> dict[str, Any]:
        """The session with this title."""
        rows = self.api.get("/v1/sessions", params={"sort": "active_first", "limit": 200})
        return next(r for r in rows.json()["data"] if title in (r["title"] or ""))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`hansard up --demo` as a user starts it, with one coding agent's folder to watch."""
    home = tmp_path_factory.mktemp("home")
    (home / ".claude" / "projects" / "-home-ana-shop").mkdir(parents=True)
    data = home / "data"
    environ = {k: v for k, v in os.environ.items() if not k.startswith("HANSARD_")}
    environ |= {"HOME": str(home), "HANSARD_DATA_DIR": str(data)}
    log = (home / "up.log").open("w")
    command = [sys.executable, "-m", "hansard", "up", "--no-open", "--demo", "--port", "0"]
    process = subprocess.Popen(command, env=environ, stdout=log, stderr=subprocess.STDOUT)
    try:
        url = _wait_for(process, data / "server.json", home / "up.log")
        secret = (data / "admin_secret").read_text()
        with httpx.Client(base_url=url, headers={"x-api-key": secret}) as api:
            yield Running(url, home, api)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _wait_for(process: "subprocess.Popen[bytes]", file: Path, log: Path) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if file.exists() and "Added" in log.read_text():
            return str(json.loads(file.read_text())["url"])
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"the server did not start: {log.read_text()}")


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Headless Chromium of the system, for one test.

    Playwright keeps an event loop running in this thread for as long as it is open, and other
    tests of the same worker want loops of their own.
    """
    if CHROMIUM is None:
        pytest.skip("browser tests need Chromium: install the package chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield found
        found.close()


@dataclass
class Visitor:
    """A page that is logged in, and everything that must not happen on it."""

    page: Page
    url: str
    faults: list[str]
    foreign: list[str]

    def open(self, path: str) -> Page:
        """Go to a path of the page and wait until it shows something."""
        self.page.goto(self.url + path)
        self.page.wait_for_selector("h1")
        return self.page


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    """Both themes."""
    return str(request.param)


@pytest.fixture
def visitor(server: Running, browser: Browser) -> Iterator[Visitor]:
    """A logged-in browser; the test fails on console errors and on foreign requests."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    foreign: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: faults.append(str(e)))
    page.on("dialog", lambda d: (faults.append(f"dialog {d.message}"), d.dismiss()))
    page.on(
        "request",
        lambda r: (
            foreign.append(r.url) if not r.url.startswith((server.url, "data:", "blob:")) else None
        ),
    )
    page.goto(server.link())
    page.wait_for_url(f"{server.url}/sessions*")
    yield Visitor(page, server.url, faults, foreign)
    context.close()
    assert faults == []
    assert foreign == []
