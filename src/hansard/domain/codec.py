"""Bytes and events, both ways; unknown types and fields survive."""

import json
from collections.abc import Mapping
from typing import Any, cast

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.domain.events import (
    approval,
    artifact,
    context,
    message,
    model,
    session,
    step,
    tool,
    turn,
)
from hansard.domain.events.base import REGISTRY, Body, Event, brief
from hansard.domain.events.unknown import Unknown

FILES = (approval, artifact, context, message, model, session, step, tool, turn)
"""Importing these registers every type."""


def body_class(event_type: str) -> type[Body]:
    """The class of a type; `Unknown` for a type nobody here knows."""
    return REGISTRY.get(event_type, Unknown)


def types() -> dict[str, type[Body]]:
    """Every registered event type with its class."""
    return dict(REGISTRY)


def decode(event_type: str, payload: Mapping[str, Any]) -> Body:
    """Read an event's own fields as its class.

    Raises:
        InvalidRequest: a required field is missing or has the wrong JSON type.
    """
    return body_class(event_type).decode(payload)


def payload_of(raw: bytes) -> Json:
    """Read stored payload bytes.

    Raises:
        ValueError: the bytes are not a JSON object.
    """
    value = json.loads(raw)
    if not isinstance(value, dict):
        raise ValueError("a payload is a JSON object")
    return cast(Json, value)


def text_of(event: Event) -> str:
    """The searchable text of an event: its text fields, flattened."""
    fields = body_class(event.type).text_fields
    return "\n".join(_strings(event.payload.get(name)) for name in fields).strip()


def headline(event_type: str, payload: Mapping[str, Any]) -> str:
    """The one-line sentence for an event; never fails on a payload of another shape."""
    try:
        return brief(decode(event_type, payload).headline()) or event_type
    except Exception:
        return event_type


_READ_OF: dict[Any, tuple[str, ...]] = {
    "text": ("text",),
    "blob": ("preview",),
    "image": (),
    "document": ("title", "context"),
}
"""What is read of a content block; of any other object every value is."""
_DEPTH = 32


def _strings(value: Any, depth: int = 0) -> str:
    if isinstance(value, str):
        return value
    if depth > _DEPTH:
        return ""
    parts: list[Any] = foreign.items(value)
    if isinstance(value, dict):
        fields = cast(Json, value)
        kind = fields.get("type")
        names = _READ_OF.get(kind, tuple(fields)) if isinstance(kind, str) else tuple(fields)
        parts = [fields.get(name) for name in names]
    return "\n".join(filter(None, (_strings(part, depth + 1) for part in parts)))
