"""The items of a transcript and what finds the one that a later event joins."""

from dataclasses import dataclass, field
from typing import Any

from hansard.domain import codec, foreign, instant
from hansard.domain.draft import Json
from hansard.domain.events.base import Event


@dataclass(slots=True)
class Transcript:
    """The fold so far: `items` is what is shown, the rest finds the item an event joins.

    `turn_id` is the turn of the last line, `running` the one that status events say is in flight.
    """

    items: list[Json] = field(default_factory=list[Json])
    turn_id: str | None = None
    running: str | None = None
    calls: dict[str, Json] = field(default_factory=dict[str, Json])
    messages: dict[str, Json] = field(default_factory=dict[str, Json])
    approvals: dict[str, Json] = field(default_factory=dict[str, Json])
    waiting: dict[str, Json] = field(default_factory=dict[str, Json])


def push(state: Transcript, event: Event, item: str, **fields: Any) -> Json:
    """Put an item at the end, below the line of its turn.

    What is said to a later turn while one is in flight stands in that one, without a line.
    """
    queued = event.type == "user.message" and state.running not in (None, event.turn_id)
    if event.turn_id not in (None, state.turn_id) and not queued:
        state.turn_id = event.turn_id
        state.items.append({"item": "turn", **place(event), "id": event.turn_id})
    found: Json = {"item": item, **place(event), **fields}
    state.items.append(found)
    return found


def push_generic(state: Transcript, event: Event) -> None:
    """Put an item that shows an event by its one-line sentence."""
    push(state, event, "generic", type=event.type, text=codec.headline(event.type, event.payload))


def place(event: Event) -> Json:
    """Where and when an event stands."""
    return {
        "id": event.id,
        "seq": event.seq,
        "segment": event.segment,
        "turn_id": event.turn_id,
        "at": instant.to_wire(event.created_at),
    }


def picked(event: Event, *names: str) -> Json:
    """Some fields of an event; null where it has none."""
    return {name: event.payload.get(name) for name in names}


def blocks(event: Event) -> list[Any]:
    """The content blocks of an event; a bare string is one text block."""
    content: Any = event.payload.get("content")
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return foreign.items(content)
