"""Events, what search finds of them, and files."""

from typing import Literal

from hansard.api.shapes.base import Acting, Shape
from hansard.api.shapes.row import Display
from hansard.domain.state import Kind, State, Tone


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
    actor: Acting
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


class HitAgent(Shape):
    """Who ran a session."""

    id: str | None
    name: str | None


class HitSession(Shape):
    """The session of a hit, as far as a list of hits shows it."""

    id: str
    title: str | None
    key: str
    agent: HitAgent
    kind: Kind
    channel: str | None
    state: State
    display_status: Display
    tone: Tone
    parent_id: str | None
    created_at: str
    updated_at: str
    archived_at: str | None


class SnippetPart(Shape):
    """A piece of a snippet, and whether it is the match."""

    text: str
    hit: bool


class Excluded(Shape):
    """Why sessions with hits were left out, and how many."""

    reason: str
    sessions: int
    message: str


class Hit(Shape):
    """Where a search found something: in an event, else in one of the names of a session."""

    type: Literal["search_hit"]
    matched: str
    session_id: str
    session: HitSession
    seq: int | None
    event_id: str | None
    event_type: str | None
    role: str | None
    tool: str | None
    snippet: str
    parts: list[SnippetPart]
    created_at: str


class HitPage(Shape):
    """A page of hits, and what was left out and why."""

    data: list[Hit]
    next_page: str | None
    complete: bool
    excluded: list[Excluded]


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
