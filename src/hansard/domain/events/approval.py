"""People in the loop (requirements.md 6.8)."""

from typing import Any

from hansard.domain.draft import Json
from hansard.domain.events.base import Body, brief


class UserToolConfirmation(Body):
    """A person allows or denies one tool call."""

    type = "user.tool_confirmation"
    named_by = "protocol"
    text_fields = ("deny_message",)

    tool_use_id: str
    result: str
    """allow or deny."""
    deny_message: str | None = None
    decided_by: Json | None = None
    edited_input: Any = None
    scope: str | None = None

    def headline(self) -> str:
        return "Allowed" if self.result == "allow" else "Denied"


class ApprovalRequested(Body):
    """The session asks a person: a tool call, checkpoint, question or review."""

    type = "approval.requested"
    text_fields = ("question",)

    approval_id: str
    approval_type: str
    tool_use_id: str | None = None
    arguments_hash: str | None = None
    question: str | None = None
    options: list[Any] | None = None
    expires_at: str | None = None

    def headline(self) -> str:
        return brief(self.question or f"Needs {self.approval_type}")


class ApprovalDecided(Body):
    """A person answered: approve, reject, skip or answer."""

    type = "approval.decided"
    text_fields = ("message",)

    approval_id: str
    decision: str
    scope: str | None = None
    edited_input: Any = None
    message: str | None = None
    decided_by: Json | None = None

    def headline(self) -> str:
        return brief(f"{self.decision}: {self.message}" if self.message else self.decision)
