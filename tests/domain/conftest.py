"""A log that is told event by event, with the session it folds to."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from hansard.domain import ids, instant
from hansard.domain.actor import Actor
from hansard.domain.draft import Json
from hansard.domain.events.base import Event
from hansard.domain.projections import row, summary
from hansard.domain.projections.ledger import LedgerRow
from hansard.domain.session import Session

# In a fresh checkout hypothesis first makes its table of characters, which takes seconds.
settings.register_profile(
    "domain", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("domain")

ANA = Actor("person", "usr_0000000000000000000000000000000a", "Ana")


class Log:
    """Events of one session, a second apart, folded as they are told.

    Attributes:
        now: the present in ms UTC; every event moves it on.
        rows: the ledger rows that the events made.
    """

    def __init__(self) -> None:
        self.now = instant.from_wire("2026-11-20T09:00:00.000Z")
        self.events: list[Event] = []
        self.rows: list[LedgerRow] = []
        self.session = self.open()

    def open(self, kind: str = "chat", **facts: Any) -> Session:
        """Begin again, with another session."""
        self.events.clear()
        self.rows.clear()
        payload = {
            "key": "agent:coder:default:ana:web:thread:1",
            "kind": kind,
            "mode": "work",
            "origin": "web",
            "agent": {"id": "agent_1", "name": "coder"},
            **facts,
        }
        first = self._event("session.created", payload, 0)
        self.session = summary.created(first, "wrkspc_1")
        self.fold(first)
        return self.session

    def add(  # the keywords that are no payload fields are parts of the envelope
        self,
        event_type: str,
        *,
        gap: int = 1_000,
        turn: str | None = None,
        waits: bool = False,
        late: int = 0,
        thread: str | None = None,
        **payload: Any,
    ) -> Event:
        """Tell what happens `gap` ms later; it is stored `late` ms later."""
        event = self._event(event_type, payload, gap)
        event.turn_id, event.session_thread_id = turn, thread
        event.recorded_at += late
        if waits:
            event.processed_at = None
        self.fold(event)
        return event

    def user(self, text: str = "Hello", **more: Any) -> Event:
        return self.add("user.message", content=[{"type": "text", "text": text}], **more)

    def agent(self, text: str = "Hi", **more: Any) -> Event:
        return self.add("agent.message", content=[{"type": "text", "text": text}], **more)

    def call(self, name: str = "bash", **more: Any) -> Event:
        return self.add("agent.tool_use", **{"name": name, "input": {"command": "ls"}, **more})

    def result(self, call: Event, **more: Any) -> Event:
        return self.add("agent.tool_result", tool_use_id=call.id, content=[], **more)

    def usage(self, model: str | None = "m-1", turn: str | None = None, **more: Any) -> Event:
        usage = {"input_tokens": 10, "output_tokens": 5}
        fields = {"model_usage": usage, "model": model, "cost_micros": 100, **more}
        return self.add("span.model_request_end", turn=turn, **fields)

    def idle(self, stop: str = "end_turn", **more: Any) -> Event:
        return self.add("session.status_idle", stop_reason={"type": stop}, **more)

    def row(self, later: int = 0) -> Json:
        """The list row as it shows `later` ms from now."""
        return row.row(self.session, self.now + later)

    def _event(self, event_type: str, payload: Json, gap: int) -> Event:
        self.now += gap
        seq = len(self.events) + 1
        return Event(
            id=ids.make("sevt", self.now, seq),
            type=event_type,
            session_id="sesn_00000000000000000000000000000001",
            session_thread_id=None,
            seq=seq,
            pos=seq,
            segment=self.session.segment if self.events else 1,
            turn_id=None,
            v=1,
            actor=ANA,
            created_at=self.now,
            recorded_at=self.now,
            processed_at=self.now,
            hash=f"{seq:064x}",
            payload=payload,
        )

    def fold(self, event: Event) -> None:
        self.events.append(event)
        made = summary.fold(self.session, event)
        if made is not None:
            self.rows.append(made)


@pytest.fixture
def log() -> Log:
    return Log()
