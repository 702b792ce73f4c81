"""Flows: runs, phases (steps) and checkpoints."""

from typing import Any

from hansard.domain.draft import Json
from hansard.domain.events.base import Body


class _Run(Body):
    named_by = "protocol"

    workflow_run_id: str | None = None
    name: str | None = None
    description: str | None = None


class WorkflowRunCreated(_Run):
    """A flow run exists, with its phases in order (S2-5)."""

    type = "workflow_run.created"

    phases: list[Any] | None = None


class WorkflowRunStatusRunning(_Run):
    """A flow run works."""

    type = "workflow_run.status_running"


class WorkflowRunStatusIdle(_Run):
    """A flow run rests."""

    type = "workflow_run.status_idle"


class WorkflowRunStatusEnded(_Run):
    """A flow run ended."""

    type = "workflow_run.status_ended"

    result: Any = None


class WorkflowRunPhaseStarted(_Run):
    """A step began."""

    type = "workflow_run.phase_started"

    phase_id: str | None = None
    index: int | None = None
    """0-based place of the step; without it the phase id decides, or the next one is meant."""


class WorkflowRunPhaseEnded(_Run):
    """A step ended."""

    type = "workflow_run.phase_ended"

    phase_id: str | None = None
    index: int | None = None
    result: Any = None


class WorkflowRunError(_Run):
    """A flow run met an error."""

    type = "workflow_run.error"

    error: Json | None = None


class FlowCheckpointReached(Body):
    """A flow run stopped for a decision."""

    type = "flow.checkpoint_reached"
    text_fields = ("question",)

    checkpoint_id: str | None = None
    name: str | None = None
    question: str | None = None


class FlowCheckpointDecided(Body):
    """Somebody decided at a checkpoint."""

    type = "flow.checkpoint_decided"

    checkpoint_id: str | None = None
    decision: str
    message: str | None = None
