"""HTML: the transcript as one page that needs nothing else and does nothing.

No script, no link, no picture, no address of anything: what was said is text, every sign of it
escaped, and a policy in the page forbids the rest.
"""

from collections.abc import Iterator
from html import escape

from hansard.domain import instant
from hansard.export import plain, reading
from hansard.export.base import Selection
from hansard.export.passage import Passage

_TONES = frozenset({"user", "assistant", "system", "tool", "problem"})
_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1a; --soft: #5f5e5a; --line: #dddcd6;
  --page: #ffffff; --well: #f6f5f2; --user: #2f5fb3; --agent: #2e7d4f; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #ecebe6; --soft: #a5a39b; --line: #3a3935;
  --page: #1a1a18; --well: #242421; --user: #8fb4f5; --agent: #7fcf9f; --bad: #ff9a90; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 24px 64px; max-width: 860px; background: var(--page);
  color: var(--ink); font: 15px/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 24px; line-height: 1.3; margin: 0 0 12px; }
h2 { font-size: 13px; font-weight: 600; color: var(--soft); margin: 32px 0 12px;
  padding-top: 12px; border-top: 1px solid var(--line); }
h3 { font-size: 14px; margin: 20px 0 4px; color: var(--soft); }
h3.user { color: var(--user); } h3.assistant { color: var(--agent); }
h3.problem { color: var(--bad); }
h3.tool { font-weight: 500; }
small { font-size: 12px; font-weight: 400; color: var(--soft); margin-left: 8px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0 0 24px;
  font-size: 13px; }
dt { color: var(--soft); } dd { margin: 0; }
p { white-space: pre-wrap; margin: 0 0 12px; }
p.thinking { color: var(--soft); border-left: 3px solid var(--line); padding-left: 12px; }
p.note { color: var(--soft); font-size: 13px; margin: 4px 0; }
p.mark { color: var(--soft); font-size: 13px; text-align: center; margin: 20px 0; }
pre { white-space: pre-wrap; background: var(--well); border: 1px solid var(--line);
  border-radius: 6px; padding: 10px 12px; margin: 4px 0 12px;
  font: 12.5px/1.5 ui-monospace, monospace; }
article + article { margin-top: 64px; }
footer { margin-top: 48px; color: var(--soft); font-size: 12px; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; }
  article + article { break-before: page; } h1, h2, h3 { break-after: avoid; }
  pre { font-size: 8.5pt; } }
"""
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
"""


class Html:
    """One self-contained page."""

    name = "html"
    title = "Web page"
    media_type = "text/html; charset=utf-8"
    suffix = ".html"

    def write(self, chosen: Selection) -> Iterator[bytes]:
        """The file in pieces."""
        return reading.joined(_texts(chosen))


def _texts(chosen: Selection) -> Iterator[str]:
    many = f"{len(chosen.sessions):,} sessions"
    title = many if len(chosen.sessions) != 1 else reading.facts(chosen, chosen.sessions[0]).title
    yield _HEAD.format(title=_inline(title), style=_STYLE)
    for one in chosen.sessions:
        facts = reading.facts(chosen, one)
        yield f"<article>\n<h1>{_inline(facts.title)}</h1>\n<dl>\n"
        for name, value in (*facts.rows, ("Exported", instant.to_wire(chosen.at))):
            yield f"<dt>{name}</dt><dd>{_inline(value)}</dd>\n"
        yield "</dl>\n"
        for passage in reading.pages(chosen, one):
            yield _printed(passage)
        yield "</article>\n"
    yield f"<footer>{reading.end(chosen)}</footer>\n</body>\n</html>\n"


def _printed(passage: Passage) -> str:
    text, about = passage.text, _inline(passage.about)
    match passage.kind:
        case "turn":
            return f"<h2>{_inline(text)}<small>{about}</small></h2>\n"
        case "head":
            tone = passage.tone if passage.tone in _TONES else "system"
            return f'<h3 class="{tone}">{_inline(text)}<small>{about}</small></h3>\n'
        case "mark" | "note" as kind:
            small = f"<small>{about}</small>" if about else ""
            return f'<p class="{kind}">{_inline(text)}{small}</p>\n'
        case "code":
            return _code(plain.visible(text))
        case "text":
            kind = "thinking" if passage.tone == "thinking" else "said"
            return "".join(
                _prose(part, kind) if language is None else _code(part)
                for language, part in plain.parts(plain.visible(text))
            )


def _prose(text: str, kind: str) -> str:
    return f'<p class="{kind}">{escape(text)}</p>\n'


def _code(text: str) -> str:
    return f"<pre>\n{escape(text)}</pre>\n"  # the first line break belongs to the tag


def _inline(text: str) -> str:
    return escape(plain.line(text))


FORMAT = Html()
