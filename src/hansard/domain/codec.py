"""Bytes and events, both ways; unknown types and fields survive."""

import json
from collections.abc import Mapping
from typing import Any, cast

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


def _strings(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value).values()
        return "\n".join(filter(None, map(_strings, parts)))
    if isinstance(value, list):
        return "\n".join(filter(None, map(_strings, cast("list[Any]", value))))
    return ""
