"""A transcript in passages that any form of a page can print: heads, texts, code, notes.

The items are those of `projections.transcript`; what a passage says is not escaped yet.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from hansard.domain import foreign
from hansard.domain.draft import Json

Kind = Literal["turn", "head", "text", "code", "note", "mark"]
Content = Callable[[Json], str]
"""The text of content that lies aside, or a sentence about it."""

_ROLES = {"user": "User", "assistant": "Assistant", "system": "System"}
_STATUS = {
    "open": "no result",
    "failed": "failed",
    "rejected": "rejected",
    "unknown": "outcome unknown",
}
_SENTENCES = {"reset": "The context began anew", "interrupt": "Interrupted"}
_NOTHING = "No content is kept of this."


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a page.

    Attributes:
        kind: turn and mark are lines between; head opens a message or a call; text may hold
            Markdown; code is shown as it is; note is small print.
        about: a head's or turn's time and figures; a code's language.
        tone: who a head belongs to (user, assistant, system, tool or problem); thinking marks
            what was only thought.
    """

    kind: Kind
    text: str
    about: str = ""
    tone: str = ""


def passages(item: Json, content: Content) -> Iterator[Passage]:
    """The passages of one item of a transcript."""
    return _STEPS.get(str(item["item"]), _generic)(item, content)


def _turn(item: Json, _: Content) -> Iterator[Passage]:
    yield Passage("turn", "Turn", _when(item))


def _message(item: Json, content: Content) -> Iterator[Passage]:
    role = str(item["role"])
    sender = foreign.text(foreign.mapping(item.get("sender")).get("name"))
    about = [_when(item), foreign.text(item.get("model")), "waits" if item.get("waits") else None]
    head = sender or _ROLES.get(role, role)
    yield Passage("head", head, ", ".join(filter(None, about)), role)
    yield from _blocks(foreign.items(item.get("blocks")), content)


def _blocks(blocks: list[Any], content: Content, *, raw: bool = False) -> Iterator[Passage]:
    if not blocks:
        yield Passage("note", _NOTHING)
    for block in blocks:
        yield from _block(foreign.mapping(block), content, raw=raw)


def _block(block: Json, content: Content, *, raw: bool) -> Iterator[Passage]:
    kind: Literal["code", "text"] = "code" if raw else "text"
    match block.get("type"):
        case "text":
            yield Passage(kind, said(block.get("text"), content))
        case "thinking":
            yield Passage("note", "Thinking")
            inner = _listed(block.get("content", block.get("thinking")))
            for passage in _blocks(inner, content, raw=raw):
                yield replace(passage, tone="thinking")
        case "blob":
            yield Passage(kind, content(block))
        case "image" | "document" as what:
            source = foreign.mapping(block.get("source"))
            media = foreign.text(source.get("media_type")) or "of an unknown type"
            yield Passage("note", f"[{what}: {media}; its bytes are in the JSON lines export]")
        case _:
            yield Passage("code", said(block, content), "json")


def _listed(value: Any) -> list[Any]:
    return [{"type": "text", "text": value}] if isinstance(value, str) else foreign.items(value)


def said(value: Any, content: Content) -> str:
    """Any value as text: a string as it is, large content read, the rest as JSON."""
    if isinstance(value, str):
        return value
    if foreign.mapping(value).get("type") == "blob":
        return content(foreign.mapping(value))
    return json.dumps(value, ensure_ascii=False, indent=2)


def _tool(item: Json, content: Content) -> Iterator[Passage]:
    status = str(item["status"])
    took = foreign.whole(item.get("duration_ms"))
    seconds = None if took is None else f"{took / 1000:.1f} s"
    about = ", ".join(filter(None, (_when(item), seconds, _STATUS.get(status))))
    tone = "tool" if status in ("ok", "open") else "problem"
    yield Passage("head", foreign.text(item.get("title")) or "tool", about, tone)
    yield Passage("code", said(item.get("input"), content), "json")
    for edit in map(foreign.mapping, foreign.items(item.get("edits"))):
        yield Passage("note", f"Edited {edit.get('path')}")
        yield from _change(edit, content)
    result = foreign.mapping(item.get("result"))
    if result:
        code = foreign.whole(result.get("exit_code"))
        yield Passage("note", "Result" if code is None else f"Result, exit code {code}")
        yield from _blocks(foreign.items(result.get("content")), content, raw=True)
    child = foreign.mapping(item.get("child"))
    if child:
        yield Passage("note", f"Sub-agent {child.get('agent_name') or ''}".strip())


def _edit(item: Json, content: Content) -> Iterator[Passage]:
    yield Passage("head", f"Edited {item.get('path')}", _when(item), "tool")
    yield from _change(item, content)


def _change(edit: Json, content: Content) -> Iterator[Passage]:
    hunks = [foreign.mapping(hunk) for hunk in foreign.items(edit.get("hunks"))]
    if hunks:
        lines = [_place(hunk) + "\n".join(foreign.texts(hunk.get("lines"))) for hunk in hunks]
        yield Passage("code", "\n".join(lines), "diff")
        return
    for name in ("before", "after"):
        if edit.get(name) is not None:
            yield Passage("note", name.capitalize())
            yield Passage("code", said(edit[name], content))


def _place(hunk: Json) -> str:
    names = ("old_start", "old_lines", "new_start", "new_lines")
    a, b, c, d = (foreign.whole(hunk.get(name)) for name in names)
    return "" if a is None or c is None else f"@@ -{a},{b} +{c},{d} @@\n"


def _approval(item: Json, _: Content) -> Iterator[Passage]:
    question = foreign.text(item.get("question")) or f"Needs {item.get('approval_type')}"
    yield Passage("head", "Approval", _when(item), "system")
    yield Passage("text", question)
    decision = foreign.mapping(item.get("decision"))
    message = foreign.text(decision.get("message"))
    told = str(decision.get("decision") or "no decision") + (f": {message}" if message else "")
    yield Passage("note", told)


def _compaction(item: Json, _: Content) -> Iterator[Passage]:
    yield Passage("mark", "Context compacted", _when(item))
    summary = foreign.text(item.get("summary"))
    if summary:
        yield Passage("text", summary)


def _mark(item: Json, _: Content) -> Iterator[Passage]:
    yield Passage("mark", _SENTENCES[str(item["item"])], _when(item))


def _link(item: Json, _: Content) -> Iterator[Passage]:
    other = item.get("session_id") or item.get("external_id") or "another session"
    yield Passage("mark", f"{item.get('relation') or 'linked'}: {other}", _when(item))


def _generic(item: Json, _: Content) -> Iterator[Passage]:
    yield Passage("mark", foreign.text(item.get("text")) or str(item.get("type")), _when(item))


def _when(item: Json) -> str:
    return f"#{item['seq']}, {str(item['at'])[:19].replace('T', ' ')} UTC"


_STEPS: dict[str, Callable[[Json, Content], Iterator[Passage]]] = {
    "turn": _turn,
    "message": _message,
    "tool": _tool,
    "edit": _edit,
    "approval": _approval,
    "compaction": _compaction,
    "reset": _mark,
    "interrupt": _mark,
    "link": _link,
}
