"""What people and agents say."""

from typing import Any

from hansard.domain.draft import Json
from hansard.domain.events.base import Body, brief, text_of


class UserMessage(Body):
    """A person (or a program) gives input to the session."""

    type = "user.message"
    named_by = "protocol"
    text_fields = ("content",)

    content: list[Any]
    delivery: str | None = None
    """queue, steer or interrupt: how it reaches a running turn."""
    sender: Json | None = None
    channel: str | None = None

    def headline(self) -> str:
        return brief(text_of(self.content))


class SystemMessage(Body):
    """Text put into the context by the system, visible in the transcript."""

    type = "system.message"
    named_by = "protocol"
    text_fields = ("content",)

    content: list[Any]

    def headline(self) -> str:
        return brief(text_of(self.content))


class UserInterrupt(Body):
    """Somebody stopped the turn in flight; the session goes on."""

    type = "user.interrupt"
    named_by = "protocol"

    def headline(self) -> str:
        return "Interrupted"


class UserDefineOutcome(Body):
    """What the work is measured against."""

    type = "user.define_outcome"
    named_by = "protocol"
    text_fields = ("description",)

    description: str
    rubric: Json | None = None
    max_iterations: int | None = None
    outcome_id: str | None = None

    def headline(self) -> str:
        return brief(self.description)


class AgentMessage(Body):
    """A block of text of one model message; blocks of a message share `message_id`."""

    type = "agent.message"
    named_by = "protocol"
    text_fields = ("content",)

    content: list[Any]
    message_id: str | None = None
    model: str | None = None

    def headline(self) -> str:
        return brief(text_of(self.content))


class AgentThinking(Body):
    """The model reasons; carries its text when the source has it."""

    type = "agent.thinking"
    named_by = "protocol"
    text_fields = ("content",)

    content: list[Any] | None = None
    message_id: str | None = None
    duration_ms: int | None = None

    def headline(self) -> str:
        return "Thinking"


class AgentThreadMessageSent(Body):
    """An agent writes to another of its threads."""

    type = "agent.thread_message_sent"
    named_by = "protocol"
    text_fields = ("content",)

    content: list[Any]
    to_agent_name: str | None = None

    def headline(self) -> str:
        return brief(text_of(self.content))


class AgentThreadMessageReceived(Body):
    """An agent hears from another of its threads."""

    type = "agent.thread_message_received"
    named_by = "protocol"
    text_fields = ("content",)

    content: list[Any]
    from_agent_name: str | None = None

    def headline(self) -> str:
        return brief(text_of(self.content))
