"""What records say, as protocol content blocks."""

from typing import Any, cast

from hansard.domain.draft import Json
from hansard.domain.events.base import brief
from hansard.ingest.formats.codex.record import objects, part, rows, text

_REQUEST = "## My request for Codex:"
"""Editors put the open files before the prompt; this heading ends that preface."""
_TITLE_LENGTH = 80


def said(words: str) -> list[Json]:
    """One block of text."""
    return [{"type": "text", "text": words}]


def image(url: str) -> Json:
    """An image by its address; a `data:` address becomes its bytes."""
    head, comma, data = url.partition(",")
    if comma and head.startswith("data:") and head.endswith(";base64"):
        media_type = head[len("data:") : -len(";base64")]
        source = {"type": "base64", "media_type": media_type, "data": data}
        return {"type": "image", "source": source}
    return {"type": "image", "source": {"type": "url", "url": url}}


def blocks(items: list[Json]) -> list[Json]:
    """Protocol blocks of model or user content; what is neither text nor image is left out."""
    found: list[Json] = []
    for item in items:
        words = text(item, "text")
        url = text(item, "image_url")
        path = text(item, "path") if item.get("type") == "local_image" else None
        if words:
            found.extend(said(words))
        elif url:
            found.append(image(url))
        elif path:
            found.extend(said(f"[image {path}]"))
    return found


def prompt_blocks(payload: Json) -> list[Json]:
    """What a person sent: text, pictures, paths of pictures."""
    words = text(payload, "message")
    urls = [url for url in rows(payload, "images") if isinstance(url, str) and url]
    paths = [path for path in rows(payload, "local_images") if isinstance(path, str) and path]
    return [
        *(said(words) if words else []),
        *(image(url) for url in urls),
        *(block for path in paths for block in said(f"[image {path}]")),
    ]


def reasoning(payload: Json) -> str:
    """The readable part of a reasoning item; most of it is encrypted."""
    summary = [text(row, "text") for row in objects(payload, "summary")]
    full = [text(row, "text") for row in objects(payload, "content")]
    return "\n\n".join(words for words in (*summary, *full) if words)


def output(payload: Json) -> list[Json]:
    """The blocks of a call's output: a text, a list of blocks, or an object around one."""
    value = payload.get("output")
    if isinstance(value, dict):
        wrapped = cast(Json, value)
        inner = text(wrapped, "content")
        return said(inner) if inner else blocks(objects(wrapped, "content_items"))
    if isinstance(value, str):
        return said(value) if value else []
    return blocks(objects(payload, "output"))


def mcp_blocks(result: Json) -> list[Json]:
    """The blocks of an MCP result (Model Context Protocol, `CallToolResult`)."""
    found: list[Json] = []
    for block in objects(result, "content"):
        words, data = text(block, "text"), text(block, "data")
        resource = part(block, "resource")
        if words:
            found.extend(said(words))
        elif data and block.get("type") == "image":
            found.append(image(f"data:{text(block, 'mimeType') or ''};base64,{data}"))
        elif resource:
            found.extend(said(text(resource, "text", "uri") or ""))
    return found


def prompt_title(content: list[Json]) -> str:
    """The first line of a prompt, without what an editor put before it."""
    words = next((str(block["text"]) for block in content if block.get("type") == "text"), "")
    request = words.rpartition(_REQUEST)[2].strip()
    return brief(request.partition("\n")[0], _TITLE_LENGTH)


def first_text(content: list[Json]) -> str:
    """The first text of blocks, for looking at its heading."""
    return next((str(block["text"]) for block in content if block.get("type") == "text"), "")


def same(content: list[Json], other: Any) -> bool:
    """Whether two prompts say the same text."""
    return [b.get("text") for b in content] == [b.get("text") for b in cast("list[Json]", other)]
