"""Transcripts as Markdown and as a web page: to be read, and inert whatever they hold (S1-21)."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hansard.domain.errors import InvalidRequest, NotFound
from hansard.export import discover, plain
from hansard.export.base import Selection
from hansard.export.formats import markdown
from hansard.journal import copy, erase
from hansard.journal.seal import Seal
from hansard.testing import Bench

ESC = "\x1b"
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=http://evil.example/canary onerror=alert(1)>",
    "![canary](http://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x]\n\n[x]: http://evil.example/x.png",
    "<javascript:alert(1)>",
    "\\<script>alert(1)</script>",
    "\\[x](javascript:alert(1))",
    "```\n</pre><script>alert(1)</script>\n```",
    "```html\n```` <script>alert(1)</script>\n~~~\n```\n<script>alert(2)</script>",
    "- ```\n  <script>\n\n<script>alert(1)</script>",
    "`<script>`",
    "</style><script>alert(1)</script>",
    '" onload="alert(1)',
    f"{ESC}[31mred{ESC}[0m {ESC}]8;;http://evil.example{ESC}\\link{ESC}]8;;{ESC}\\ {ESC}[2J",
    "a\u202etxt.exe\u2066b\u200bc",
    "Title\n===\nTitle\n---",
    "# Assistant\n\nnot said by it",
    "<!-- ",
    "lone \ud83d surrogate \x00 nul",
)
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "article", "h1", "h2", "h3", "small", "dl",
    "dt", "dd", "p", "pre", "footer",
}  # fmt: skip


@pytest.fixture
def shelf() -> Any:
    """A workspace in memory, and what signs its exports."""
    bench = Bench.in_memory()
    return SimpleNamespace(bench=bench, seal=Seal(b"a seed of the tests, 32 bytes..."))


class Page(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


def written(shelf: Any, form: str, *ids: str) -> str:
    bench = shelf.bench
    chosen = [copy.choose(bench.store, bench.workspace_id, one) for one in ids]
    what = Selection(bench.store, bench.workspace_id, chosen, shelf.seal, bench.clock(), "0.0.0")
    return b"".join(discover.named(form).write(what)).decode()


async def story(shelf: Any, text: str = "hello there", **fields: Any) -> str:
    """A session that says `text` in every place that a reader is shown."""
    bench = shelf.bench
    session_id = await bench.create(title=text, **fields)
    call = bench.id("sevt")
    inner = [{"type": "text", "text": text}]
    hunk = {"old_start": 1, "old_lines": 1, "new_start": 1, "new_lines": 1}
    await bench.append(
        session_id,
        bench.draft("user.message", content=inner, sender={"name": text}),
        bench.draft("agent.thinking", content=inner),
        bench.draft("agent.message", content=inner, model=text),
        bench.draft("agent.tool_use", id=call, name=text, input={"command": text}),
        bench.draft("file.edited", path=text, tool_use_id=call, hunks=[{**hunk, "lines": [text]}]),
        bench.draft("agent.tool_result", tool_use_id=call, content=inner, is_error=True),
        bench.draft("file.edited", path=text, before=text, after=text),
        bench.draft("approval.requested", approval_id="a", approval_type=text, question=text),
        bench.draft("approval.decided", approval_id="a", decision=text, message=text),
        bench.draft("agent.thread_context_compacted", summary=text),
        bench.draft("session.linked", relation=text, external_id=text),
        bench.draft("x.own", words=text),
        bench.draft("user.interrupt"),
        bench.draft("session.reset", previous_message_count=3),
    )
    return session_id


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_page_does_nothing_whatever_it_holds(shelf: Any, hostile: str):
    """reliability.md 2: no script, no link, no picture, no address, nothing that turns a line."""
    page = written(shelf, "html", await story(shelf, hostile))
    found = Page(page)
    assert found.tags <= ALLOWED and not found.open
    assert found.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class"}
    assert "default-src 'none'" in page
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)
    assert page.count("<style>") == 1 and "url(" not in page and "@import" not in page


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_markdown_file_acts_on_nothing_whatever_it_holds(shelf: Any, hostile: str):
    text = written(shelf, "markdown", await story(shelf, hostile))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
    outside = unfenced(text)
    assert not re.search(r"(?<!\\)<", outside)
    assert not re.search(r"(?<!\\)!\[", outside.replace("\\[", "")), outside
    assert not re.search(r"\]\((?!https?://)", outside.replace("\\]", ""))
    assert not re.search(r"\]:", outside.replace("\\]", ""))
    assert len(re.findall(r"^# ", outside, re.M)) == 1
    assert {m for m in re.findall(r"^### (.*)$", outside, re.M) if m == "Assistant"}


def unfenced(text: str) -> str:
    """A Markdown text without its fenced code; every fence is closed."""
    kept: list[str] = []
    fence = ""
    for row in text.split("\n"):
        line = row.removeprefix("> ")  # what was only thought is quoted
        found = re.match(r"(`{3,})([A-Za-z0-9+#._-]*)\Z", line)
        if fence:
            fence = "" if line == fence else fence
        elif found:
            fence = found[1]
        else:
            assert not re.match(r" {0,3}(```|~~~)", line)
            kept.append(line)
    assert not fence
    return "\n".join(kept)


async def test_a_reader_finds_what_was_said_and_done(shelf: Any):
    session_id = await story(shelf, "the login test", key="agent:coder:k")
    found = Page(written(shelf, "html", session_id)).text
    for told in (
        "the login test",
        "Assistant",
        "Thinking",
        "failed",
        "agent:coder:k",
        "Context compacted",
    ):
        assert told in found
    assert found.count("the login test") > 15
    text = written(shelf, "markdown", session_id)
    assert text.startswith("# the login test\n")
    assert "```json" in text and "```diff" in text
    assert "> the login test\n" in text and "## Turn" not in text
    assert text.rstrip().endswith("End of the export: 1 session, 15 events.")


async def test_markdown_that_was_said_stays_markdown_below_the_pages_own_headings(shelf: Any):
    said = "## Plan\n\n- **one** `x < y`\n\n```python\nif a < b:\n    pass\n```\n[web](https://a.example)"
    bench = shelf.bench
    session_id = await bench.create()
    await bench.append(session_id, bench.said(said))
    text = written(shelf, "markdown", session_id)
    assert "##### Plan" in text and "- **one**" in text
    assert "```python\nif a < b:\n    pass\n```" in text
    assert "[web](https://a.example)" in text


async def test_large_content_is_read_where_it_lies_and_cut_in_words(shelf: Any):
    bench = shelf.bench
    session_id = await bench.create()
    await bench.append(session_id, bench.said("x" * 70_000))
    found = written(shelf, "html", session_id)
    assert "x" * 70_000 in found and "blob_" not in found
    long = await bench.create()
    await bench.append(long, bench.said("y" * 250_000))
    text = written(shelf, "markdown", long)
    assert "y" * 100_000 in text and "y" * 100_001 not in text
    assert "150,000 more characters, in the JSON lines export" in text


async def test_several_sessions_are_one_page(shelf: Any):
    """S1-16."""
    ids = [await story(shelf, f"story {n}") for n in range(3)]
    page = written(shelf, "html", *ids)
    assert page.count("<article>") == 3 and page.endswith("</html>\n")
    assert written(shelf, "markdown", *ids).count("\n# story") == 2


async def test_a_session_that_goes_meanwhile_leaves_no_whole_file(shelf: Any):
    bench = shelf.bench
    session_id = await story(shelf)
    chosen = [copy.choose(bench.store, bench.workspace_id, session_id)]
    what = Selection(bench.store, bench.workspace_id, chosen, shelf.seal, bench.clock(), "0.0.0")
    await erase.delete(bench.journal, bench.workspace_id, session_id, bench.draft("x").actor)
    for form in ("html", "markdown"):
        with pytest.raises(NotFound):
            list(discover.named(form).write(what))


def test_a_form_that_is_not_known_is_refused_with_those_that_are():
    with pytest.raises(InvalidRequest, match="html, jsonl, markdown"):
        discover.named("pdf")


@given(st.text(alphabet="`~ \n>-#=abc<![]():\\&;", max_size=60))
@example("````\n```\n<b>\n````")
@example("   ```\n<b>")
def test_any_text_comes_out_without_what_acts(text: str):
    parts = list(plain.parts(text))
    for language, part in parts:
        if language is None:
            outside = unfenced(markdown.prose(part))
            assert "<" not in outside and "![" not in outside and "]:" not in outside
            assert not re.search(r"\]\((?!https?://)", outside)
            assert not re.search(r"^ {0,3}#{1,3}(\s|$)", outside, re.M)


@given(st.text(max_size=80))
def test_what_is_visible_stays_and_what_is_not_is_spelled(text: str):
    shown = plain.visible(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert plain.visible(shown) == shown
    assert "\n" not in plain.line(text)
