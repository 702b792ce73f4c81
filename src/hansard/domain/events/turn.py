"""Status of the work: the protocol's status events, each with our state and its reason."""

from typing import Any

from hansard.domain.draft import Json
from hansard.domain.events.base import Body, brief


class _Status(Body):
    named_by = "protocol"

    state: str | None = None
    state_reason: str | None = None


class SessionStatusRunning(_Status):
    """A turn is in flight."""

    type = "session.status_running"

    input_event_ids: list[str] | None = None
    """Waiting inputs that this turn takes up."""

    def headline(self) -> str:
        return "Running"


class SessionStatusIdle(_Status):
    """No turn is in flight; `stop_reason` says why."""

    type = "session.status_idle"

    stop_reason: Json | None = None
    stop_details: Json | None = None

    def headline(self) -> str:
        reason = (self.stop_reason or {}).get("type")
        return f"Idle, {reason}" if reason else "Idle"


class SessionStatusRescheduled(_Status):
    """The turn waits for another try."""

    type = "session.status_rescheduled"


class SessionStatusTerminated(_Status):
    """The session cannot go on."""

    type = "session.status_terminated"


class SessionError(Body):
    """Something failed; `retry_status` says whether it is tried again."""

    type = "session.error"
    named_by = "protocol"
    text_fields = ("error",)

    error: Json

    def headline(self) -> str:
        message = self.error.get("message")
        return brief(message) if isinstance(message, str) else "Error"


class SessionUsage(Body):
    """A snapshot of usage so far; sums come from model requests, not from here."""

    type = "session.usage"
    named_by = "protocol"

    usage: Json
    budget: Any = None


class _ThreadStatus(Body):
    named_by = "protocol"

    agent_name: str | None = None
    stop_reason: Json | None = None


class SessionThreadCreated(_ThreadStatus):
    """A sub-agent began."""

    type = "session.thread_created"

    workflow_run_id: str | None = None
    session_child_id: str | None = None
    external_id: str | None = None
    """Its id in the source's terms; the session may not be here yet."""
    tool_use_id: str | None = None

    def headline(self) -> str:
        return f"Started {self.agent_name}" if self.agent_name else "Started a sub-agent"


class SessionThreadStatusRunning(_ThreadStatus):
    """A sub-agent works."""

    type = "session.thread_status_running"


class SessionThreadStatusIdle(_ThreadStatus):
    """A sub-agent rests."""

    type = "session.thread_status_idle"


class SessionThreadStatusRescheduled(_ThreadStatus):
    """A sub-agent waits for another try."""

    type = "session.thread_status_rescheduled"


class SessionThreadStatusTerminated(_ThreadStatus):
    """A sub-agent ended for good."""

    type = "session.thread_status_terminated"
