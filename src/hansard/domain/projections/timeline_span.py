"""The spans of a timeline and what finds the one that a later event changes."""

from dataclasses import dataclass, field
from typing import Any

from hansard.domain import foreign, instant
from hansard.domain.draft import Json
from hansard.domain.events.base import Event

OPEN = ("running", "waiting")


@dataclass(slots=True)
class Timeline:
    """The fold so far: `spans` is what is shown, in order of appearance.

    Attributes:
        turn: the turn that was begun last; `reported` when status events tell how it goes.
        step: the step of the flow that was begun last.
        calls: of each tool call, when it began and ended.
        asked: waits, checkpoints and sub-agents that are open, by what will close them.
    """

    spans: list[Json] = field(default_factory=list[Json])
    turns: dict[str, Json] = field(default_factory=dict[str, Json])
    turn: Json | None = None
    reported: bool = False
    steps: list[Json] = field(default_factory=list[Json])
    step: Json | None = None
    calls: dict[str, Json] = field(default_factory=dict[str, Json])
    asked: dict[str, Json] = field(default_factory=dict[str, Json])


def begin(
    state: Timeline, event: Event, span: str, identity: Any, name: Any = None, **more: Any
) -> Json:
    """Put an open span at the end."""
    found: Json = {
        "span": span,
        "id": foreign.text(identity),
        "name": foreign.text(name),
        "state": "running",
        "first_seq": event.seq,
        "last_seq": event.seq,
        "started_at": instant.to_wire(event.created_at),
        "ended_at": None,
        **more,
    }
    state.spans.append(found)
    return found


def move(span: Json | None, event: Event, to: str) -> None:
    """Change the state of a span; one that is not open has an end."""
    if span is not None:
        span["state"], span["last_seq"] = to, event.seq
        span["ended_at"] = None if to in OPEN else instant.to_wire(event.created_at)


def close(span: Json | None, event: Event, to: str = "done") -> None:
    """End a span unless it has ended."""
    if span is not None and span["state"] in OPEN:
        move(span, event, to)
