"""Events, what search finds of them, and files."""

from typing import Any, Literal

from hansard.api.shapes.base import Object, Shape


class Event(Shape):
    """A fact in a log: the envelope, and beside it the fields of its type."""

    id: str
    type: str
    session_id: str
    session_thread_id: str | None
    seq: int
    pos: int
    segment: int
    turn_id: str | None
    v: int
    actor: Object
    created_at: str
    recorded_at: str
    processed_at: str | None
    hash: str


class EventPage(Shape):
    """A page of events."""

    data: list[Event]
    next_page: str | None


class SentEvents(Shape):
    """Events as they were stored."""

    data: list[Event]


class Hit(Shape):
    """Where a search found something."""

    type: Literal["search_hit"]
    matched: str
    session_id: str
    session: Object
    seq: int | None
    event_id: str | None
    snippet: str
    parts: list[Any]
    created_at: str


class HitPage(Shape):
    """A page of hits, and what was left out and why."""

    data: list[Hit]
    next_page: str | None
    complete: bool
    excluded: list[Object]


class File(Shape):
    """An uploaded file, named by the digest of its bytes."""

    id: str
    type: Literal["file"]
    filename: str
    mime_type: str
    size_bytes: int
    created_at: str
    expires_at: str | None
    downloadable: bool
    sha256: str


class FilePage(Shape):
    """A page of files."""

    data: list[File]
    next_page: str | None
