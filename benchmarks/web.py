"""The page in headless Chromium: what it loads, how it keeps up, what it holds (ui.md A.2)."""

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import orjson
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.figure import Figure, Goal, Section, percentile
from benchmarks.server import Served, hansard
from benchmarks.size import Size
from benchmarks.start import populated

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_UPDATES, _TOKENS = 50, 50
"""A second: patches of rows, events of a transcript."""
_POST = 1_000
_FRAME_MS = 1000 / 60
_WAIT_MS = 60_000
_WATCH = """
window.__tasks = []
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.__tasks.push([entry.startTime, entry.duration])
}).observe({ type: "longtask", buffered: true })
const watch = new MutationObserver(() => {
  if (window.__ready || !document.querySelector("[data-row], main article")) return
  watch.disconnect()
  setTimeout(() => { window.__ready = performance.now() })
})
watch.observe(document, { subtree: true, childList: true })
"""
_FRAMES = """(ms) => new Promise((done) => {
  const gaps = []
  let last = performance.now()
  const end = last + ms
  const step = (now) => {
    gaps.push(now - last)
    last = now
    if (now < end) requestAnimationFrame(step)
    else done(gaps)
  }
  requestAnimationFrame(step)
})"""
_SCROLLER = """() => [...document.querySelectorAll("main *")]
  .filter((one) => one.scrollHeight > one.clientHeight + 100)
  .sort((a, b) => b.scrollHeight - a.scrollHeight)[0]"""
_PAINTED = """(text) => new Promise((done) => {
  const look = () => {
    if (!document.querySelector("main").textContent.includes(text)) return false
    requestAnimationFrame(() => done(Date.now()))
    return true
  }
  if (look()) return
  const watch = new MutationObserver(() => look() && watch.disconnect())
  watch.observe(document.querySelector("main"), {
    subtree: true, childList: true, characterData: true,
  })
})"""


@dataclass(slots=True)
class Measured:
    """Values by name, one a round."""

    values: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def note(self, name: str, value: float) -> None:
        """Keep one value."""
        self.values.setdefault(name, []).append(value)

    def best(self, name: str) -> list[float]:
        """The best round: what else runs on the machine only ever adds."""
        return [min(self.values[name])]


def available() -> bool:
    """Whether there is a Chromium to drive."""
    return CHROMIUM is not None


def run(size: Size, folder: Path) -> Section:
    """Measure list and transcript in a fresh browser each round."""
    section = Section("web", "The page in a browser")
    found = Measured()
    with tempfile.TemporaryDirectory(dir=folder) as place:
        data = populated(Path(place) / "many", size.page_rows)
        with hansard(data) as server, _chromium() as browser:
            session = long_session(server, size.page_events)
            for _ in range(size.rounds):
                _round(size, server, browser, session, found)
    _figures(section, found, size)
    section.say("Browser", "headless Chromium, 1440x900, software rendering, a fresh profile")
    section.say("Rounds", "the best of them: everything else on the machine only adds")
    section.say("Ready", "the first row stands in the page and its task has ended")
    return section


def _round(size: Size, server: Served, browser: Browser, session: str, found: Measured) -> None:
    with entered(server, browser) as page:
        for name, value in loaded(page, server, "/sessions").items():
            found.note(f"list.{name}", value)
        with updating(server):
            found.note("list.dropped", dropped(page, size.page_s))
        for wait in to_pixel(page, server, size.page_pixels):
            found.note("pixel", wait)
    with entered(server, browser) as page:
        for name, value in loaded(page, server, f"/sessions/{session}").items():
            found.note(f"session.{name}", value)
        for name, value in read_whole(page, size.page_events).items():
            found.note(f"session.{name}", value)
        for name, value in streamed(page, server, session, size.page_s).items():
            found.note(f"session.{name}", value)


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def entered(server: Served, browser: Browser) -> Iterator[Page]:
    """A page that is signed in, in a profile of its own."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        page.goto(server.post("/v1/login_links", {})["url"])
        page.wait_for_url("**/sessions*")
        page.wait_for_selector("[data-row]", timeout=_WAIT_MS)
        page.add_init_script(_WATCH)
        yield page
    finally:
        context.close()


def loaded(page: Page, server: Served, path: str) -> dict[str, float]:
    """First contentful paint and ready of a page, ms."""
    page.goto(f"http://127.0.0.1:{server.port}{path}")
    until = time.perf_counter() + _WAIT_MS / 1000
    while not page.evaluate("window.__ready ?? 0"):  # the policy of the page forbids to wait in it
        if time.perf_counter() > until:
            raise TimeoutError(f"{path} did not get ready")
        page.wait_for_timeout(20)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    return {"paint": float(paint), "ready": float(page.evaluate("window.__ready"))}


def dropped(page: Page, seconds: float) -> float:
    """Frames of 60 a second that were not drawn in ten seconds."""
    gaps: list[float] = page.evaluate(_FRAMES, seconds * 1000)
    missed = sum(max(0, round(gap / _FRAME_MS) - 1) for gap in gaps)
    return missed * 10 / seconds


def updating(server: Served) -> AbstractContextManager[None]:
    """Rows of the first page get other titles, `_UPDATES` a second."""
    rows = [row["id"] for row in orjson.loads(server.get("/v1/sessions?limit=50"))["data"]]

    def renamed(number: int) -> tuple[str, Any]:
        return f"/v1/sessions/{rows[number % len(rows)]}", {"title": f"Renamed {number}"}

    return _posting(server, renamed, _UPDATES)


def to_pixel(page: Page, server: Served, times: int) -> list[float]:
    """From just before a change is sent until the frame that shows it, ms."""
    row = page.locator("[data-row]").first.get_attribute("data-row")
    waits: list[float] = []
    for number in range(times):
        text = f"Pixel {time.time_ns()} {number}"
        page.evaluate(f"window.__seen = ({_PAINTED})({text!r}); 0")
        began = time.time() * 1000
        server.post(f"/v1/sessions/{row}", {"title": text})
        waits.append(float(page.evaluate("window.__seen")) - began)
    return [percentile(waits, 0.95)]


def read_whole(page: Page, events: int) -> dict[str, float]:
    """Scroll up until every event was loaded; what the page then holds."""
    scroller = page.evaluate_handle(_SCROLLER)
    height = -1.0
    still = 0
    for _ in range(events):
        scroller.evaluate("(one) => one.scrollTo(0, 0)")
        page.wait_for_timeout(120)
        now = float(scroller.evaluate("(one) => one.scrollHeight"))
        still = still + 1 if now == height else 0
        if still > 8:
            break
        height = now
    session: CDPSession = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap: Any = session.send("Runtime.getHeapUsage")
    nodes = page.evaluate("document.body.querySelectorAll('*').length")
    tasks: list[tuple[float, float]] = page.evaluate("window.__tasks")
    ready = float(page.evaluate("window.__ready"))
    late = [length for start, length in tasks if start > ready]
    return {
        "nodes": float(nodes),
        "heap": heap["usedSize"] / 1e6,
        "longest": max(late, default=0.0),
    }


def streamed(page: Page, server: Served, session: str, seconds: float) -> dict[str, float]:
    """How far from its end a followed transcript strays, and how far a read one moves."""
    page.keyboard.press("End")
    page.wait_for_timeout(500)
    scroller = page.evaluate_handle(_SCROLLER)
    scroller.evaluate("(one) => one.scrollTo(0, one.scrollHeight)")
    page.wait_for_timeout(300)
    gap = "(one) => one.scrollHeight - one.scrollTop - one.clientHeight"
    gaps: list[float] = []
    with _speaking(server, session):
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            page.wait_for_timeout(50)
            gaps.append(float(scroller.evaluate(gap)))
        page.mouse.move(600, 500)
        page.mouse.wheel(0, -1_500)
        page.wait_for_timeout(400)
        before = float(scroller.evaluate("(one) => one.scrollTop"))
        page.wait_for_timeout(int(seconds * 300))
        after = float(scroller.evaluate("(one) => one.scrollTop"))
    return {"strayed": max(gaps), "moved": abs(after - before)}


def _speaking(server: Served, session: str) -> AbstractContextManager[None]:
    def said(number: int) -> tuple[str, Any]:
        event = {"type": "agent.message", "content": f"Line {number} of what goes on"}
        return f"/v1/sessions/{session}/events", {"events": [event]}

    return _posting(server, said, _TOKENS)


@contextmanager
def _posting(
    server: Served, what: Callable[[int], tuple[str, Any]], a_second: int
) -> Iterator[None]:
    """POST what `what` gives, beside the measuring thread, so many times a second."""
    stop = threading.Event()
    base = f"http://127.0.0.1:{server.port}"

    def work() -> None:
        with httpx.Client(base_url=base, headers=server.headers) as client:
            began = time.perf_counter()
            for number in count(1):
                if stop.wait(max(0, began + number / a_second - time.perf_counter())):
                    return
                path, body = what(number)
                client.post(path, json=body).raise_for_status()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def long_session(server: Served, events: int) -> str:
    """The id of a recorded session of so many events: messages, calls and their results."""
    agent = server.post("/v1/agents", {"name": "bench"})
    asked = {"agent": agent["id"], "recorded": True, "title": "A long session"}
    session = str(server.post("/v1/sessions", asked)["id"])
    made = [event for number in range(events // 4) for event in _turn(number)]
    for start in range(0, len(made), _POST):
        path = f"/v1/sessions/{session}/events"
        server.post(path, {"events": made[start : start + _POST]})
    return session


def _turn(number: int) -> list[dict[str, Any]]:
    call = f"sevt_{number:032x}"
    output = "\n".join(f"line {line} of {number}" for line in range(number % 30))
    told = f"Answer **{number}** with `code`\n\n- one\n- two\n\n```py\nprint({number})\n```"
    return [
        {"type": "user.message", "content": f"Question {number}: what changed here"},
        {
            "type": "agent.tool_use",
            "id": call,
            "name": "bash",
            "input": {"command": f"ls {number}"},
        },
        {"type": "agent.tool_result", "tool_use_id": call, "content": output or "nothing"},
        {"type": "agent.message", "content": told},
    ]


def _figures(section: Section, found: Measured, size: Size) -> None:
    rows, events = f"{size.page_rows:,} sessions", f"{size.page_events:,} events"
    lines: list[tuple[str, str, str, float]] = [
        ("list.paint", "list, first contentful paint", "ms", 1_000),
        ("list.ready", "list, ready", "ms", 1_500),
        ("list.dropped", f"{rows}, {_UPDATES} updates/s: dropped frames", "in 10 s", 12),
        ("pixel", "from the change to the pixel, p95", "ms", 250),
        ("session.paint", "session, first contentful paint", "ms", 1_000),
        ("session.ready", "session, ready", "ms", 1_500),
        ("session.nodes", f"{events}, all loaded: elements", "", 500),
        ("session.heap", f"{events}, all loaded: heap", "MB", 30),
        ("session.longest", "longest task after ready", "ms", 100),
        ("session.strayed", f"following {_TOKENS} events/s: farthest from the end", "px", 64),
        ("session.moved", "scrolled up while events come: moved", "px", 0),
    ]
    for name, what, unit, most in lines:
        goal = Goal("at most", most, on="value")
        section.add(Figure(f"web.{name}", what, unit, found.best(name), goal=goal))
