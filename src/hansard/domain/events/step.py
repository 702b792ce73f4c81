"""Flows: runs, phases (steps) and checkpoints."""

from typing import Any

from hansard.domain import foreign
from hansard.domain.draft import Json
from hansard.domain.events.base import Body, brief


class _Run(Body):
    named_by = "protocol"

    workflow_run_id: str | None = None
    name: str | None = None
    description: str | None = None


class WorkflowRunCreated(_Run):
    """A flow run exists, with its phases in order (S2-5)."""

    type = "workflow_run.created"

    phases: list[Any] | None = None

    def headline(self) -> str:
        return f"Started {self.name}" if self.name else "Started the flow"


class WorkflowRunStatusRunning(_Run):
    """A flow run works."""

    type = "workflow_run.status_running"

    def headline(self) -> str:
        return "The flow runs"


class WorkflowRunStatusIdle(_Run):
    """A flow run rests."""

    type = "workflow_run.status_idle"

    def headline(self) -> str:
        return "The flow rests"


class WorkflowRunStatusEnded(_Run):
    """A flow run ended."""

    type = "workflow_run.status_ended"

    result: Any = None

    def headline(self) -> str:
        return _ended("The flow", self.result)


class WorkflowRunPhaseStarted(_Run):
    """A step began."""

    type = "workflow_run.phase_started"

    phase_id: str | None = None
    index: int | None = None
    """0-based place of the step; without it the phase id decides, or the next one is meant."""

    def headline(self) -> str:
        return f"{_step(self.name, self.phase_id, self.index)} began"


class WorkflowRunPhaseEnded(_Run):
    """A step ended."""

    type = "workflow_run.phase_ended"

    phase_id: str | None = None
    index: int | None = None
    result: Any = None

    def headline(self) -> str:
        return _ended(_step(self.name, self.phase_id, self.index), self.result)


class WorkflowRunError(_Run):
    """A flow run met an error."""

    type = "workflow_run.error"

    error: Json | None = None

    def headline(self) -> str:
        message = (self.error or {}).get("message")
        return brief(message) if isinstance(message, str) else "The flow met an error"


class FlowCheckpointReached(Body):
    """A flow run stopped for a decision."""

    type = "flow.checkpoint_reached"
    text_fields = ("question",)

    checkpoint_id: str | None = None
    name: str | None = None
    question: str | None = None

    def headline(self) -> str:
        return brief(self.question or f"Checkpoint {self.name or ''}")


class FlowCheckpointDecided(Body):
    """Somebody decided at a checkpoint."""

    type = "flow.checkpoint_decided"

    checkpoint_id: str | None = None
    decision: str
    message: str | None = None

    def headline(self) -> str:
        return brief(f"{self.decision}: {self.message}" if self.message else self.decision)


def _step(name: str | None, phase_id: str | None, index: int | None) -> str:
    known = name or phase_id
    if known:
        return f"Step {known}"
    return "A step" if index is None else f"Step {index + 1}"


def _ended(what: str, result: Any) -> str:
    word: Any = foreign.mapping(result).get("type") or result
    return f"{what} ended, {word}" if isinstance(word, str) else f"{what} ended"
