"""What is in the messages and calls of a chat, as protocol blocks, edits and token classes."""

from typing import Any

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.ingest.document import objects
from hansard.ingest.patch import hunks, replaced
from hansard.ingest.told import Usage, count, picture, said

_WRITES = frozenset({"write_file", "replace", "edit"})


def words_of(content: Any) -> str:
    """The text in a text, a part or a list of parts; what the model thought is none."""
    if isinstance(content, str):
        return content
    parts: list[Any] = foreign.items(content) or [content]
    found: list[str] = []
    for part in parts:
        fields = foreign.mapping(part)
        words = part if isinstance(part, str) else foreign.text(fields.get("text"))
        if words and fields.get("thought") is not True:
            found.append(words)
    return "".join(found)


def prompt(content: Any) -> list[Json]:
    """Protocol blocks of a prompt."""
    words = words_of(content)
    found = [said(words)] if words.strip() else []
    for part in objects(content if isinstance(content, list) else [content]):
        inline = foreign.mapping(part.get("inlineData"))
        data = foreign.text(inline.get("data"))
        if data:
            found.append(picture(data, foreign.text(inline.get("mimeType"))))
    return found


def output(call: Json) -> list[Json]:
    """What a call gave back: to the model, else what was shown of it."""
    found: list[Json] = []
    parts = call.get("result")
    for part in objects(parts if isinstance(parts, list) else [parts]):
        response = foreign.mapping(foreign.mapping(part.get("functionResponse")).get("response"))
        words = (
            foreign.text(response.get("output"))
            or foreign.text(response.get("error"))
            or foreign.text(part.get("text"))
        )
        if words:
            found.append(said(words))
    shown = foreign.text(call.get("resultDisplay"))
    return found or ([said(shown)] if shown else [])


def edited(call: Json) -> Json | None:
    """The file that a call which succeeded changed, as the fields of `file.edited`."""
    shown, asked = foreign.mapping(call.get("resultDisplay")), foreign.mapping(call.get("args"))
    diff = foreign.text(shown.get("fileDiff"))
    path = next(
        (
            found
            for name in ("file_path", "path", "absolute_path")
            if (found := foreign.text(asked.get(name)))
        ),
        foreign.text(shown.get("filePath")) or foreign.text(shown.get("fileName")),
    )
    if path is None or (diff is None and call.get("name") not in _WRITES):
        return None
    if diff is not None:
        before, after = shown.get("originalContent"), shown.get("newContent")
        is_new = shown.get("isNewFile") is True or ("originalContent" in shown and before is None)
        change = "create" if is_new else "update"
        texts = {"before": before, "after": after}
        whole = {name: text for name, text in texts.items() if isinstance(text, str)}
        return {"path": path, "change": change, "hunks": hunks(diff), **whole}
    old, new = asked.get("old_string"), asked.get("new_string")
    if isinstance(old, str) and isinstance(new, str):
        return {"path": path, "change": "update", "hunks": replaced(old, new)}
    content = asked.get("content")
    return {"path": path, "after": content} if isinstance(content, str) else None


def usage(tokens: Json) -> Usage | None:
    """Gemini's input holds what was cached, its output not what was thought."""
    cached = count(tokens.get("cached")) or 0
    read, written = count(tokens.get("input")), count(tokens.get("output"))
    thought = count(tokens.get("thoughts")) or 0
    if read is None and written is None:
        return None
    used = Usage(
        input=max(0, (read or 0) - cached) + (count(tokens.get("tool")) or 0),
        output=(written or 0) + thought,
        cache_read=cached,
        reasoning=thought,
    )
    return None if used.is_nothing else used
